/* observables: trace distances to the run that `compare` starts. docs/theory/memory.md. Callers: table. */
#ifndef LEYDEN_OBSERVABLES_DISTANCE_H
#define LEYDEN_OBSERVABLES_DISTANCE_H

#include "observables/observer.h"

/* Takes the room for the eigenvalues of the battery. */
ley_status ley_trace_distance(ley_observer *self, double *distance, ley_error *err);
ley_status ley_trace_distance_joint(ley_observer *self, double *distance, ley_error *err);

#endif
