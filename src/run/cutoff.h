/* run: how many Fock levels a run needs. docs/theory/cutoff.md. Caller: engine. */
#ifndef LEYDEN_RUN_CUTOFF_H
#define LEYDEN_RUN_CUTOFF_H

#include "model/model.h"

typedef struct ley_cutoff {
    int32_t levels;
    bool exact; /* no state beyond it can ever be populated */
} ley_cutoff;

/* The cut-off that holds the initial state, and all excitations it can move into the cavity, but for a weight far
 * below the tolerance. Exact when excitations are bounded and nothing adds any. */
ley_cutoff ley_cutoff_of_start(const ley_model *model, double tolerance);
int32_t ley_cutoff_grow(int32_t levels);  /* after the edge filled up */
int32_t ley_cutoff_check(int32_t levels); /* to compare with */

#endif
