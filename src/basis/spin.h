/* basis: angular momentum of N cells. Blocks are counted from b = 0 (j = N/2) down; spins are doubled (two_j). */
#ifndef LEYDEN_BASIS_SPIN_H
#define LEYDEN_BASIS_SPIN_H

#include "leyden.h"

static inline int32_t ley_spin_blocks(int32_t cells) {
    return cells / 2 + 1;
}
static inline int32_t ley_spin_two_j(int32_t cells, int32_t block) {
    return cells - 2 * block;
}
double ley_log_binomial(int32_t n, int32_t k);             /* ln C(n, k) */
double ley_log_multiplicity(int32_t cells, int32_t two_j); /* ln d_j, physics of docs/theory/blocks.md */
double ley_ladder_plus(int32_t two_j, int32_t i_m);        /* c+(m), i_m = m + j */
double ley_ladder_minus(int32_t two_j, int32_t i_m);       /* c-(m) */

#endif
