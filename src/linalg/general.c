#include "linalg/general.h"

#include "core/memory.h"
#include "core/status.h"
#include "linalg/turns.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define lapack_complex_double double _Complex
#include <cblas.h>
#include <lapacke.h>

static ley_status short_of_memory(ley_index n, ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "eigenvalues", "no memory for a matrix of %lld rows", (long long)n);
}

/* Row-major a is column-major a^T: right eigenvectors of a are wanted, so a is transposed first and the vectors
 * transposed back. */
static void transpose(ley_complex *a, ley_index n) {
    for (ley_index i = 0; i < n; i++)
        for (ley_index k = i + 1; k < n; k++) {
            ley_complex swap = a[i * n + k];
            a[i * n + k] = a[k * n + i];
            a[k * n + i] = swap;
        }
}

static double norm_1(const ley_complex *a, ley_index n) { /* largest sum of a row of a^T: the same up to n */
    double largest = 0;
    for (ley_index i = 0; i < n; i++) {
        double sum = 0;
        for (ley_index k = 0; k < n; k++) sum += hypot(a[i * n + k].re, a[i * n + k].im);
        largest = fmax(largest, sum);
    }
    return largest;
}

static lapack_int invert(ley_complex *a, lapack_int n) {
    lapack_complex_double *z = (lapack_complex_double *)a, query = 0;
    lapack_int *pivot = ley_allocate((size_t)n, sizeof *pivot);
    if (!pivot) return LAPACK_WORK_MEMORY_ERROR;
    ley_turn_begin();
    lapack_int info = LAPACKE_zgetrf_work(LAPACK_COL_MAJOR, n, n, z, n, pivot);
    if (info == 0) info = LAPACKE_zgetri_work(LAPACK_COL_MAJOR, n, z, n, pivot, &query, -1);
    if (info == 0) {
        lapack_int lwork = (lapack_int)creal(query);
        lapack_complex_double *work = ley_allocate((size_t)lwork, sizeof *work);
        info = work ? LAPACKE_zgetri_work(LAPACK_COL_MAJOR, n, z, n, pivot, work, lwork) : LAPACK_WORK_MEMORY_ERROR;
        ley_release(work);
    }
    ley_turn_end();
    ley_release(pivot);
    return info;
}

ley_status ley_general_eigen(ley_complex *values, ley_complex *vectors, ley_complex *inverse, double *condition,
                             ley_complex *a, ley_index n, ley_error *err) {
    const lapack_int size = (lapack_int)n;
    lapack_complex_double *z = (lapack_complex_double *)a, *w = (lapack_complex_double *)values,
                          *v = (lapack_complex_double *)vectors, query = 0, *work = NULL;
    double *rwork = ley_allocate(2 * (size_t)n, sizeof *rwork);
    if (!rwork) return short_of_memory(n, err);
    transpose(a, n);
    ley_turn_begin();
    lapack_int info =
        LAPACKE_zgeev_work(LAPACK_COL_MAJOR, 'N', 'V', size, z, size, w, NULL, 1, v, size, &query, -1, rwork);
    if (info == 0) {
        const lapack_int lwork = (lapack_int)creal(query);
        work = ley_allocate((size_t)lwork, sizeof *work);
        info = work ? LAPACKE_zgeev_work(LAPACK_COL_MAJOR, 'N', 'V', size, z, size, w, NULL, 1, v, size, work,
                                         lwork, rwork)
                    : LAPACK_WORK_MEMORY_ERROR;
    }
    ley_turn_end();
    ley_release(work);
    ley_release(rwork);
    if (info == LAPACK_WORK_MEMORY_ERROR) return short_of_memory(n, err);
    if (info != 0)
        return ley_fail(err, LEY_ERR_NUMERIC, "eigenvalues", "no convergence (LAPACK says %d)", (int)info);
    memcpy(inverse, vectors, (size_t)(n * n) * sizeof *inverse);
    info = invert(inverse, size);
    if (info == LAPACK_WORK_MEMORY_ERROR) return short_of_memory(n, err);
    *condition = info == 0 ? norm_1(vectors, n) * norm_1(inverse, n) : INFINITY;
    if (!isfinite(*condition)) *condition = INFINITY;
    transpose(vectors, n);
    transpose(inverse, n);
    return LEY_OK;
}

static void product(ley_complex *c, const ley_complex *a, const ley_complex *b, ley_index n, ley_index m,
                    ley_index k, bool adjoint) {
    const double _Complex one = 1, zero = 0;
    ley_turn_begin();
    cblas_zgemm(CblasRowMajor, CblasNoTrans, adjoint ? CblasConjTrans : CblasNoTrans, (int)n, (int)m, (int)k, &one,
                a, (int)k, b, (int)(adjoint ? k : m), &zero, c, (int)m);
    ley_turn_end();
}

void ley_product(ley_complex *c, const ley_complex *a, const ley_complex *b, ley_index n, ley_index m,
                 ley_index k) {
    product(c, a, b, n, m, k, false);
}

void ley_product_adjoint(ley_complex *c, const ley_complex *a, const ley_complex *b, ley_index n, ley_index m,
                         ley_index k) {
    product(c, a, b, n, m, k, true);
}
