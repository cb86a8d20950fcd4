/* dense: complex matrices, row-major, square, as the judge of leyden needs them. What they return is released with
 * free. */
#ifndef TESTS_ORACLE_DENSE_H
#define TESTS_ORACLE_DENSE_H

#include <complex.h>
#include <stddef.h>

typedef double complex number;

void *dense_claim(size_t count, size_t size); /* zeroed; aborts when memory is short */
number *dense_matrix(int n);                  /* zero */
number *dense_identity(int n);
number *dense_kronecker(const number *a, int n, const number *b, int m); /* a (x) b */
number *dense_product(const number *a, const number *b, int n);
number *dense_adjoint(const number *a, int n);
void dense_add(number *a, number factor, const number *b, int n);
number dense_trace(const number *a, int n);
number dense_trace_product(const number *a, const number *b, int n);
double *dense_eigenvalues(const number *a, int n); /* of a Hermitian matrix, ascending */

/* The nonzero elements of a matrix: most operators here have one in a row. */
typedef struct element {
    int row, column;
    number value;
} element;

typedef struct operator{
    element *elements;
    int n;
}
operator;

operator dense_sparse(const number *a, int n);

#endif
