/* linalg: dense real symmetric matrices: eigenvectors; products of real ones. Matrices are row-major. */
#ifndef LEYDEN_LINALG_SYMMETRIC_H
#define LEYDEN_LINALG_SYMMETRIC_H

#include "leyden.h"

#include <stdbool.h>

/* a = R' diag(values) R: a (n x n) receives R, its rows are the eigenvectors; values ascend. LEY_ERR_NUMERIC when
 * the iteration fails, LEY_ERR_MEMORY. */
ley_status ley_symmetric_eigen(double *values, double *a, ley_index n, ley_error *err);

/* c = a b, all n x n, a or b transposed first. */
void ley_product_real(double *c, const double *a, bool transpose_a, const double *b, bool transpose_b, ley_index n);

#endif
