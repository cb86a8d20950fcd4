/* linalg: the largest eigenvalues of an operator known by its action alone (implicitly restarted Arnoldi). The only
 * caller of ARPACK. Callers: run. */
#ifndef LEYDEN_LINALG_ARNOLDI_H
#define LEYDEN_LINALG_ARNOLDI_H

#include "leyden.h"

typedef struct ley_operator {
    void *self;
    ley_index n; /* length of a vector */
    ley_status (*apply)(void *self, ley_complex *y, const ley_complex *x,
                        ley_error *err); /* y = A x; y and x differ */
} ley_operator;

/* The `wanted` eigenvalues of largest modulus, 1 <= wanted <= n - 2, and their eigenvectors: values[wanted],
 * vectors[wanted][n]. start[n]: where the iteration begins. *found: how many converged to a relative `tolerance` in
 * at most `restarts` restarts. One iteration runs at a time: ARPACK keeps its state in one place.
 * LEY_ERR_NUMERIC, LEY_ERR_MEMORY, or what apply returned. */
ley_status ley_arnoldi(ley_complex *values, ley_complex *vectors, ley_index *found, const ley_operator *of,
                       const ley_complex *start, ley_index wanted, double tolerance, int restarts, ley_error *err);

/* Rayleigh quotient of v[n], given image = A v, which is overwritten, and the residual ||A v - lambda v|| / ||v||.
 */
ley_eigenvalue ley_rayleigh(const ley_complex *v, ley_complex *image, ley_index n);

#endif
