/* linalg: products of real matrices in single precision. Plain loops and no library: any number of threads may be
 * inside at the same time (linalg/turns.h), and the result is the same on each. Matrices are row-major. */
#ifndef LEYDEN_LINALG_SINGLE_H
#define LEYDEN_LINALG_SINGLE_H

#include "leyden.h"

#include <stdbool.h>

ley_index ley_product_single_scratch(ley_index n); /* floats */

/* c = a b, all n x n, a or b transposed first; c overlaps neither. */
void ley_product_single(float *c, const float *a, bool transpose_a, const float *b, bool transpose_b, ley_index n,
                        float *scratch);

#endif
