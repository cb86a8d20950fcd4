#include "oracle/brute_matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define lapack_complex_double double _Complex
#include <lapacke.h>

void *matrix_claim(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        fprintf(stderr, "brute: out of memory\n");
        abort();
    }
    return memory;
}

number *matrix_zero(int n) {
    return matrix_claim((size_t)n * (size_t)n, sizeof(number));
}

number *matrix_identity(int n) {
    number *a = matrix_zero(n);
    for (int i = 0; i < n; i++) a[i * n + i] = 1;
    return a;
}

number *matrix_kronecker(const number *a, int n, const number *b, int m) {
    number *c = matrix_zero(n * m);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < m; k++)
                for (int l = 0; l < m; l++) c[(i * m + k) * n * m + j * m + l] = a[i * n + j] * b[k * m + l];
    return c;
}

number *matrix_product(const number *a, const number *b, int n) {
    number *c = matrix_zero(n);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            for (int j = 0; a[i * n + k] != 0 && j < n; j++) c[i * n + j] += a[i * n + k] * b[k * n + j];
    return c;
}

number *matrix_adjoint(const number *a, int n) {
    number *c = matrix_zero(n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) c[j * n + i] = conj(a[i * n + j]);
    return c;
}

void matrix_add(number *a, number factor, const number *b, int n) {
    for (int i = 0; i < n * n; i++) a[i] += factor * b[i];
}

number matrix_trace(const number *a, int n) {
    number sum = 0;
    for (int i = 0; i < n; i++) sum += a[i * n + i];
    return sum;
}

number matrix_trace_product(const number *a, const number *b, int n) {
    number sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) sum += a[i * n + j] * b[j * n + i];
    return sum;
}

double *matrix_eigenvalues(const number *a, int n) {
    number *copy = matrix_zero(n);
    double *values = matrix_claim((size_t)n, sizeof *values);
    memcpy(copy, a, (size_t)n * (size_t)n * sizeof *copy);
    if (LAPACKE_zheev(LAPACK_ROW_MAJOR, 'N', 'U', n, copy, n, values) != 0) abort();
    free(copy);
    return values;
}

operator matrix_sparse(const number *a, int n) {
    operator out = {matrix_claim((size_t)n * (size_t)n, sizeof(element)), 0};
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            if (a[i * n + j] != 0) out.elements[out.n++] = (element){i, j, a[i * n + j]};
    return out;
}
