/* run: a displaced state that begins with few levels of the cavity and gets more as they fill.
 * docs/theory/displaced.md. Caller: parts. */
#ifndef LEYDEN_RUN_LEVELS_H
#define LEYDEN_RUN_LEVELS_H

#include "propagator/propagator.h"
#include "run/choice.h"

/* May this run begin with fewer levels than its model has? whole: the part with all of them. */
bool ley_levels_serve(const ley_choice *choice, const ley_model *model, const ley_generator *whole);

typedef struct ley_levels {
    const ley_choice *choice;
    const ley_model *model;
    const ley_generator *whole; /* its compact form is what is written */
    const ley_schedule *schedule;
    const double *nodes; /* [n_nodes] ascending times in 0 .. end */
    ley_index n_nodes;
    double *compact;            /* [n_nodes][whole->n_compact] */
    const ley_complex *battery; /* initial state */
    double limit;               /* of what the last level kept may hold, while there are more; */
    int32_t spare;              /* so many levels besides: what holds more is followed by at least as many */
    int32_t threads;
    int (*watch)(void *user, double t); /* nonzero stops */
    void *user;
} ley_levels;

/* propagation: tolerance of the state, results. LEY_ERR_STOPPED when the watch says so. */
ley_status ley_levels_evolve(const ley_levels *levels, ley_propagation *propagation, ley_error *err);

#endif
