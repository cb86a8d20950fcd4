/* scenario: one point of a scenario, resolved: the model, when to look, what to report, how hard to try. */
#ifndef LEYDEN_SCENARIO_TASK_H
#define LEYDEN_SCENARIO_TASK_H

#include "model/model.h"
#include "model/vocabulary.h"

typedef struct ley_measure_request {
    ley_measure measure;
    ley_observable observable;
    ley_observable by; /* at_max(observable, by): whose maximum chooses the time; otherwise the observable itself */
} ley_measure_request;

typedef enum ley_representation { /* numerics.representation */
                                  LEY_REPRESENTATION_AUTO,
                                  LEY_REPRESENTATION_BLOCKS /* every block rho_j whole: the plain judge */
} ley_representation;

typedef enum ley_method { /* numerics.propagator */
                          LEY_METHOD_AUTO,
                          LEY_METHOD_DOP853
} ley_method;

typedef struct ley_numerics {
    double tolerance; /* absolute error allowed in each reported number */
    bool levels_auto; /* choose and certify model.levels */
    ley_representation representation;
    ley_method method;
    double memory_limit; /* bytes; 0: what the machine has */
    bool certify;        /* compare with a larger cut-off where the edge is populated */
} ley_numerics;

typedef struct ley_task {
    ley_model model; /* levels = 0 with levels_auto and a cavity: has_cavity tells */
    bool has_cavity;
    double *times; /* [n_times], ascending, times[0] >= 0; the run starts at 0 */
    ley_index n_times;
    ley_observable *observables;
    ley_index n_observables;
    ley_measure_request *measures;
    ley_index n_measures;
    ley_numerics numerics;
} ley_task;

void ley_task_clear(ley_task *task);

#endif
