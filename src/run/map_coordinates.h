/* run: battery operators as vectors of real numbers, in an orthonormal basis of Hermitian matrices, block by block:
 * maps of battery states are matrices between them. Callers: divisibility, map_loss, map_pairs. */
#ifndef LEYDEN_RUN_MAP_COORDINATES_H
#define LEYDEN_RUN_MAP_COORDINATES_H

#include "basis/blocks.h"
#include "run/divisibility.h"

enum { LEY_MAP_OPS = 35 }; /* (N + 3 choose 3), N = 4: Hermitian operators of the blocks */

static inline ley_index ley_coordinates_count(const ley_blocks *blocks) { /* sum of (2j + 1)^2 */
    return blocks->offset[blocks->n_blocks];
}
void ley_coordinates_of(const ley_blocks *blocks, double *v, const ley_complex *battery);
void ley_coordinates_matrix(const ley_blocks *blocks, ley_complex *battery, const double *v);
/* Half the trace norm. */
ley_status ley_coordinates_half_norm(const ley_blocks *blocks, double *norm, const double *v, ley_error *err);
/* Place of S_pq in the coordinates of a block of d rows (A_pq is the next one). */
ley_index ley_coordinates_place(int32_t d, int32_t p, int32_t q);

#endif
