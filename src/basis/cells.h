/* basis: initial states on all 2^N states of the cells. In: a start of a model. Out: the matrix [x][y], bit i of x
 * is 1 where cell i is excited. Callers: generator, tests. */
#ifndef LEYDEN_BASIS_CELLS_H
#define LEYDEN_BASIS_CELLS_H

#include "basis/orbits.h"

/* battery: the blocks of a start that is permutation-symmetric; not looked at otherwise. scratch: 4^N numbers. */
void ley_start_cells(const ley_orbits *orbits, const ley_blocks *blocks, const ley_battery_state *state,
                     ley_complex *cells, const ley_complex *battery, ley_complex *scratch);
/* One copy of |j, m>: singlets of cells (0, 1), (2, 3) .., then the symmetric state of the 2j others. [2^N] real.
 */
void ley_spin_copy(int32_t cells, int32_t two_j, int32_t two_m, double *vector);

#endif
