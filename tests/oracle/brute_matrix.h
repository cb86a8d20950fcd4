/* brute: complex matrices, row-major, square, as the judge of leyden needs them. What they return is released with
 * free. */
#ifndef TESTS_ORACLE_BRUTE_MATRIX_H
#define TESTS_ORACLE_BRUTE_MATRIX_H

#include <complex.h>
#include <stddef.h>

typedef double complex number;

void *matrix_claim(size_t count, size_t size); /* zeroed; aborts when memory is short */
number *matrix_zero(int n);
number *matrix_identity(int n);
number *matrix_kronecker(const number *a, int n, const number *b, int m); /* a (x) b */
number *matrix_product(const number *a, const number *b, int n);
number *matrix_adjoint(const number *a, int n);
void matrix_add(number *a, number factor, const number *b, int n);
number matrix_trace(const number *a, int n);
number matrix_trace_product(const number *a, const number *b, int n);
double *matrix_eigenvalues(const number *a, int n); /* of a Hermitian matrix, ascending */

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

operator matrix_sparse(const number *a, int n);

#endif
