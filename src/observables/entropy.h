/* observables: entropies and norms of block spectra. Eigenvalues below zero by rounding count as zero. */
#ifndef LEYDEN_OBSERVABLES_ENTROPY_H
#define LEYDEN_OBSERVABLES_ENTROPY_H

#include "observables/observables.h"

double ley_entropy_terms(const double *lambda, ley_index n); /* - sum lambda ln lambda */
/* Entropy of (+)_j (1/d_j) 1 (x) rho_j: adds p_j ln d_j. lambda: `factor` eigenvalues for each |j, m>. */
double ley_entropy_blocks(int32_t cells, const double *lambda, ley_index factor);
/* Transposes the cavity of a joint block [(m, n)][(m', n')] in place. */
void ley_transpose_cavity(ley_complex *block, ley_index d, ley_index levels);

#endif
