/* linalg: dense Hermitian eigenvalues. The only caller of LAPACK. */
#ifndef LEYDEN_LINALG_HERMITIAN_H
#define LEYDEN_LINALG_HERMITIAN_H

#include "leyden.h"

/* Eigenvalues, ascending, of the Hermitian part of a (n x n, row-major, destroyed). LEY_ERR_NUMERIC if it does not
 * converge or holds a NaN, LEY_ERR_MEMORY. */
ley_status ley_hermitian_values(double *values, ley_complex *a, ley_index n, ley_error *err);

/* The same for a diagonal matrix given by its diagonal. */
ley_status ley_diagonal_values(double *values, const ley_complex *diagonal, ley_index n, ley_error *err);

#endif
