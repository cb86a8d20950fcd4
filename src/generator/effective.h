/* generator: elements of A = -i H_eff, H_eff = H - (i/2) sum of rate L'L, between the states |j, m> |n> of a block.
 * docs/theory/steady.md */
#ifndef LEYDEN_GENERATOR_EFFECTIVE_H
#define LEYDEN_GENERATOR_EFFECTIVE_H

#include "generator/stencil.h"

typedef struct ley_effective { /* one block at one time */
    ley_coefficients c;
    const ley_stencil_block *table;
    int32_t cells, two_j;
    ley_index levels;
} ley_effective;

/* <to|A|from>, states i_m * levels + n. Off the diagonal it is -i times the element of H, which is real. */
ley_complex ley_effective_element(const ley_effective *self, ley_index to, ley_index from);

#endif
