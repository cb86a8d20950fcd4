/* basis: between the 2^N states of N cells and the spin blocks. In: a state of the cells, [x][y], bit i of x is 1
 * where cell i is excited. Out: rho_j = sum over the copies of |j>, and back for permutation-symmetric states.
 *
 * sum over copies of |j m><j m'| is the same for all pairs (x, y) with the same numbers of excited cells K and K',
 * and o in common: an orbit of the permutations. docs/theory/general.md. Callers: basis, generator, observables. */
#ifndef LEYDEN_BASIS_ORBITS_H
#define LEYDEN_BASIS_ORBITS_H

#include "basis/blocks.h"

typedef struct ley_orbits {
    int32_t cells;
    int32_t side;   /* cells + 1 */
    double *factor; /* [n_blocks][K][K'][o]: <x|sum over copies |j m><j m'||y>, m = K - N/2 */
} ley_orbits;

ley_status ley_orbits_create(ley_orbits *orbits, int32_t cells, ley_error *err); /* cells <= LEY_GENERAL_CELLS */
void ley_orbits_clear(ley_orbits *orbits);
double ley_orbits_factor(const ley_orbits *orbits, int32_t b, int32_t k, int32_t l, int32_t common);
/* Blocks, whole each, of a state of the cells. */
void ley_orbits_blocks(const ley_orbits *orbits, const ley_blocks *blocks, ley_complex *battery,
                       const ley_complex *cells);
/* (+)_j (1/d_j) 1 (x) rho_j as a state of the cells. */
void ley_orbits_cells(const ley_orbits *orbits, const ley_blocks *blocks, ley_complex *cells,
                      const ley_complex *battery);

static inline int32_t ley_excited(ley_index x) {
    return __builtin_popcountll((unsigned long long)x);
}

#endif
