/* generator: the inner loop of the real displaced half, compiled for several processors. docs/theory/displaced.md
 *
 * A tile is R_j(e, n; e', n') over n and n' at fixed (e, e'): rows over n' padded by zeros to multiples of four. A
 * row is summed in registers, term by term. What lies beyond the edges of the Fock space is read and multiplied by
 * roots that vanish there. */
#ifndef LEYDEN_GENERATOR_REAL_KERNEL_H
#define LEYDEN_GENERATOR_REAL_KERNEL_H

#include "leyden.h"

#include <stdbool.h>

typedef struct ley_real_tile { /* places are offsets into x and y; a coefficient is 0 where there is no neighbour */
    ley_index here;
    ley_index left_minus, left_plus, right_minus, right_plus; /* (e-1, e'), (e+1, e'), (e, e'-1), (e, e'+1) */
    ley_index lower[3], stay[2]; /* jumps out of j, j+1, j-1; dephasing out of j+1, j-1 */
    double c_left_minus, c_left_plus, c_right_minus, c_right_plus; /* c-(m), c+(m), c-(m'), c+(m') */
    double c_lower[3], c_stay[2];
    double decay; /* losses of the battery */
    double share; /* 1/2 where e = e': such a panel is finished by adding its transpose */
} ley_real_tile;

/* y = al L x + be x + ga y. H = g (J+ a + J- a') + beta (J+ + J-) + i xi (a' - a). */
typedef struct ley_real_call {
    double *y;
    const double *x;
    double al, be, ga, g, beta, xi, loss;
    ley_index levels, width;
    const double *up, *down, *number; /* [width] sqrt(n+1), sqrt(n), n; 0 from the edge on */
    bool local;                       /* jumps between blocks */
} ley_real_call;
void ley_real_tiles(const ley_real_call *call, const ley_real_tile *tiles, ley_index n_tiles);

#endif
