/* run: the two battery states that come back furthest, among all pairs. docs/theory/memory.md. In: the maps of a
 * run at many times. Out: the pair. Caller: divisibility. */
#ifndef LEYDEN_RUN_MAP_PAIRS_H
#define LEYDEN_RUN_MAP_PAIRS_H

#include "run/map_coordinates.h"

typedef struct ley_map_history {
    const ley_blocks *blocks;
    const double *maps; /* one after the other, each [input][output] */
    size_t n;
} ley_map_history;

/* pair: the difference of the two states, traceless, with trace norm 2. */
ley_status ley_map_best_pair(double *pair, const ley_map_history *history, ley_error *err);

#endif
