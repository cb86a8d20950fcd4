/* run: how fast a map of battery states stops being divisible: the measure of Rivas, Huelga and Plenio.
 * docs/theory/memory.md. In: the map and its derivative. Out: the rate. Caller: divisibility. */
#ifndef LEYDEN_RUN_MAP_LOSS_H
#define LEYDEN_RUN_MAP_LOSS_H

#include "run/map_coordinates.h"

/* map, change: [ley_coordinates_count]^2, row-major, [input][output]. By how much the trace norm of (1 + dt L)
 * (x) 1 on maximally entangled blocks exceeds 1, over dt; infinite where the map has no inverse. */
ley_status ley_map_loss(double *rate, const ley_blocks *blocks, const double *map, const double *change,
                        ley_error *err);

#endif
