/* linalg: (z - A) x = b for a sparse real A and several complex z at a time, by KLU. Callers: generator. */
#ifndef LEYDEN_LINALG_SHIFTED_H
#define LEYDEN_LINALG_SHIFTED_H

#include "linalg/sparse.h"

typedef struct ley_shifted_lu ley_shifted_lu;

/* A is borrowed and must outlive the result; every column holds its diagonal. All z share one ordering.
 * LEY_ERR_MEMORY. */
ley_status ley_shifted_create(ley_shifted_lu **lu, const ley_sparse *a, int32_t slots, ley_error *err);
/* Factors z - A into a slot, in place of what it held. A's columns sum to at most 0 and Re z > 0: no pivots are
 * looked for a second time. LEY_ERR_NUMERIC, LEY_ERR_MEMORY. */
ley_status ley_shifted_factor(ley_shifted_lu *lu, int32_t slot, ley_complex z, ley_error *err);
/* x[n] holds the right side, receives the solution. */
void ley_shifted_solve(ley_shifted_lu *lu, int32_t slot, ley_complex *x);
double ley_shifted_bytes(const ley_shifted_lu *lu); /* of all factors */
void ley_shifted_destroy(ley_shifted_lu *lu);       /* accepts NULL */

#endif
