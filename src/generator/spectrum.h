/* generator: bounds of the spectrum of H, for expansions. Callers: the representations. */
#ifndef LEYDEN_GENERATOR_SPECTRUM_H
#define LEYDEN_GENERATOR_SPECTRUM_H

#include "generator/stencil.h"

/* Largest eigenvalue of the symmetric tridiagonal matrix (diagonal a, off-diagonal b), to 1e-6, from above. */
double ley_tridiagonal_largest(const double *a, const double *b, int32_t n);

/* H of one spin block, (w0 m + wc n + rotating (J+ a + J- a') + counter (J+ a' + J- a) + (beta J+ + xi a' +
 * adjoints)). */
typedef struct ley_block_energy {
    const ley_stencil_block *block;
    int32_t two_j, levels;
    int32_t states; /* from m = -j on; 0: all */
    double w0, wc, rotating, counter;
    ley_complex beta, xi;
} ley_block_energy;
/* Largest minus smallest eigenvalue, by Lanczos' method: from above, by about a percent. INFINITY: no memory. */
double ley_energy_spread(const ley_block_energy *energy);

#endif
