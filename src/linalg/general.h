/* linalg: dense general complex matrices: eigenvectors and products. The only caller of LAPACK and BLAS is this
 * folder. Matrices are row-major. */
#ifndef LEYDEN_LINALG_GENERAL_H
#define LEYDEN_LINALG_GENERAL_H

#include "leyden.h"

/* a = vectors diag(values) inverse. a (n x n) is destroyed; columns of `vectors` are eigenvectors, `inverse` is the
 * inverse of that matrix. *condition: of the vectors, in the 1-norm; infinity when they are no basis (a is
 * defective), and then `inverse` is unusable. LEY_ERR_NUMERIC when the iteration fails, LEY_ERR_MEMORY. */
ley_status ley_general_eigen(ley_complex *values, ley_complex *vectors, ley_complex *inverse, double *condition,
                             ley_complex *a, ley_index n, ley_error *err);

/* c (n x m) = a (n x k) b (k x m), or with b' (m x k) conjugate-transposed. */
void ley_product(ley_complex *c, const ley_complex *a, const ley_complex *b, ley_index n, ley_index m, ley_index k);
void ley_product_adjoint(ley_complex *c, const ley_complex *a, const ley_complex *b, ley_index n, ley_index m,
                         ley_index k);

#endif
