/* linalg: eigenvalues of a positive matrix of low rank, from its Cholesky factor with pivots. Caller: hermitian. */
#ifndef LEYDEN_LINALG_LOW_RANK_H
#define LEYDEN_LINALG_LOW_RANK_H

#include "leyden.h"

#include <stdbool.h>

enum { LEY_LOW_RANK_LEAST = 48 }; /* rows from which looking for a low rank pays */

/* a Hermitian, n x n. True: a = L L' but for rounding, and gram (*rank x *rank, to be released by the caller) is
 * L' L, which has the eigenvalues of a that are not 0. False: the rank is not low, a is not positive, or memory is
 * short; then nothing is given. */
bool ley_low_rank(ley_complex **gram, ley_index *rank, const ley_complex *a, ley_index n);

#endif
