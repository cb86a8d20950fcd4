/* observables: coherence of the battery in the basis |j, m, copy>. Callers: table. */
#ifndef LEYDEN_OBSERVABLES_COHERENCE_H
#define LEYDEN_OBSERVABLES_COHERENCE_H

#include "observables/observer.h"

double ley_coherence_l1(const ley_observer *self);
double ley_coherence_relative(const ley_observer *self); /* after the spectrum of the battery */

#endif
