/* observables: how fast coherences of a battery decay at least, from its channels alone. docs/theory/currents.md.
 * Callers: observables. */
#ifndef LEYDEN_OBSERVABLES_BOUNDS_H
#define LEYDEN_OBSERVABLES_BOUNDS_H

#include "model/model.h"

/* Of coherences with m - m' = delta within the spins, 0 <= delta <= N: every eigenvalue of that sector has -Re at
 * least this, without coupling and drive. 0 for delta = 0. */
double ley_charge_decay_bound(const ley_model *model, double t, int32_t delta);
/* The smallest of delta = 1 .. N. */
double ley_coherence_decay_bound(const ley_model *model, double t);

#endif
