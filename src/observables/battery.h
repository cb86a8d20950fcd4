/* observables: what can be read off the elements of the battery state: weights of spins, populations, the elements
 * themselves. Callers: this folder. */
#ifndef LEYDEN_OBSERVABLES_BATTERY_H
#define LEYDEN_OBSERVABLES_BATTERY_H

#include "observables/observer.h"

double ley_block_weight(const ley_observer *self, int32_t b);
double ley_jplus_jminus(const ley_observer *self);
double ley_population_of(const void *observer, int32_t b, int32_t i_m); /* a ley_population: of |j, m> */
void ley_level_populations(const ley_observer *self, double *value);    /* [N + 1] */
void ley_battery_elements(const ley_observer *self, double *value);     /* battery.state */

#endif
