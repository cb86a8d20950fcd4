/* design: the search itself, on the unit cube, knowing nothing of batteries. The only caller of NLopt. In: a
 * function to be made small, conditions, a place to begin. Out: looks at places, until it is content or stopped.
 * The sequence of places is the same for the same numbers: a search that was interrupted can be repeated from what
 * it saw. Callers: optimise. */
#ifndef LEYDEN_DESIGN_STAGES_H
#define LEYDEN_DESIGN_STAGES_H

#include "scenario/search.h"

typedef struct ley_stages {
    unsigned n, n_constraints;
    const double *start; /* [n], 0 .. 1 */
    double tolerance;    /* of a place, of 1 */
    double resolution;   /* of the value: smaller differences mean nothing */
    ley_search_method method;
    int32_t seed;
    ley_index budget; /* evaluations in all */
    /* Value and excesses [n_constraints] at u. needed: also where a condition is overshot; otherwise the value may
     * be infinite there. Nonzero: stop everything. */
    int (*look)(void *user, const double *u, bool needed, double *value, double *excess);
    ley_index (*spent)(void *user);      /* evaluations so far */
    bool (*best)(void *user, double *u); /* the best place so far; false: none meets the conditions */
    void *user;
} ley_stages;

/* *converged: the last stage ended by itself. Stopping by look is no failure. */
ley_status ley_stages_run(const ley_stages *stages, bool *converged, ley_error *err);

#endif
