/* observables: purities of the battery, of the cavity, and of both together. Callers: table. */
#ifndef LEYDEN_OBSERVABLES_PURITY_H
#define LEYDEN_OBSERVABLES_PURITY_H

#include "observables/observer.h"

double ley_battery_purity(const ley_observer *self); /* of the full 2^N state */
double ley_cavity_purity(const ley_observer *self);
double ley_total_purity(const ley_observer *self);

#endif
