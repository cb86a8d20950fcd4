#include "linalg/hermitian.h"

#include "core/memory.h"
#include "core/status.h"
#include "linalg/low_rank.h"
#include "linalg/phases.h"
#include "linalg/turns.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define lapack_complex_double double _Complex
#include <lapacke.h>

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What kind of matrix it is decides how much work it is. */
static void look(const ley_complex *a, ley_index n, bool *diagonal, bool *real, bool *finite) {
    *diagonal = *real = *finite = true;
    for (ley_index i = 0; i < n; i++)
        for (ley_index k = 0; k < n; k++) {
            ley_complex z = a[i * n + k];
            if (!isfinite(z.re) || !isfinite(z.im)) *finite = false;
            if (i == k) continue;
            if (z.im != 0) *real = false;
            if (z.re != 0 || z.im != 0) *diagonal = false;
        }
}

ley_status ley_diagonal_values(double *values, const ley_complex *diagonal, ley_index n, ley_error *err) {
    for (ley_index i = 0; i < n; i++) {
        if (!isfinite(diagonal[i].re) || !isfinite(diagonal[i].im))
            return ley_fail(err, LEY_ERR_NUMERIC, "eigenvalues", "a matrix element is not finite");
        values[i] = diagonal[i].re;
    }
    qsort(values, (size_t)n, sizeof *values, compare);
    return LEY_OK;
}

static bool is_zero(const ley_complex *row, ley_index n) {
    for (ley_index k = 0; k < n; k++)
        if (row[k].re != 0 || row[k].im != 0) return false;
    return true;
}

/* Rows before the last ones that are zero; columns are as rows. */
static ley_index last_row(const ley_complex *a, ley_index n) {
    ley_index kept = n;
    while (kept > 1 && is_zero(a + (kept - 1) * n, n)) kept--;
    for (ley_index i = 0; i < kept; i++)
        if (!is_zero(a + i * n + kept, n - kept)) return n;
    return kept;
}

/* Ascending values of the rows kept, and as many zeros as there were others. */
static void insert_zeros(double *values, ley_index kept, ley_index n) {
    ley_index negative = 0;
    while (negative < kept && values[negative] < 0) negative++;
    memmove(values + negative + n - kept, values + negative, (size_t)(kept - negative) * sizeof *values);
    memset(values + negative, 0, (size_t)(n - kept) * sizeof *values);
}

/* All eigenvalues of the Hermitian a, its last rows that are zero left out. */
static ley_status all_values(double *values, ley_complex *a, ley_index n, bool real, ley_error *err) {
    const ley_index kept = last_row(a, n);
    lapack_int size = (lapack_int)kept, lead = (lapack_int)n, info = 0, lwork, lrwork = 0, liwork;
    ley_turn_begin();
    if (real) {
        double *r = (double *)a, query;
        lapack_int iquery;
        for (ley_index i = 0; i < n * n; i++) r[i] = a[i].re; /* packs forward: the source is never behind */
        info = LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'N', 'L', size, r, lead, values, &query, -1, &iquery, -1);
        lwork = (lapack_int)query;
        liwork = iquery;
        double *work = ley_allocate((size_t)lwork, sizeof *work);
        lapack_int *iwork = ley_allocate((size_t)liwork, sizeof *iwork);
        if (!work || !iwork) info = LAPACK_WORK_MEMORY_ERROR;
        if (info == 0)
            info =
                LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'N', 'L', size, r, lead, values, work, lwork, iwork, liwork);
        ley_release(work);
        ley_release(iwork);
    } else {
        lapack_complex_double *z = (lapack_complex_double *)a, query;
        double rquery;
        lapack_int iquery;
        info = LAPACKE_zheevd_work(LAPACK_COL_MAJOR, 'N', 'L', size, z, lead, values, &query, -1, &rquery, -1,
                                   &iquery, -1);
        lwork = (lapack_int)creal(query);
        lrwork = (lapack_int)rquery;
        liwork = iquery;
        lapack_complex_double *work = ley_allocate((size_t)lwork, sizeof *work);
        double *rwork = ley_allocate((size_t)lrwork, sizeof *rwork);
        lapack_int *iwork = ley_allocate((size_t)liwork, sizeof *iwork);
        if (!work || !rwork || !iwork) info = LAPACK_WORK_MEMORY_ERROR;
        if (info == 0)
            info = LAPACKE_zheevd_work(LAPACK_COL_MAJOR, 'N', 'L', size, z, lead, values, work, lwork, rwork,
                                       lrwork, iwork, liwork);
        ley_release(work);
        ley_release(rwork);
        ley_release(iwork);
    }
    ley_turn_end();
    if (info == LAPACK_WORK_MEMORY_ERROR)
        return ley_fail(err, LEY_ERR_MEMORY, "eigenvalues", "no memory for a matrix of %lld rows", (long long)n);
    if (info != 0)
        return ley_fail(err, LEY_ERR_NUMERIC, "eigenvalues", "no convergence (LAPACK says %d)", (int)info);
    insert_zeros(values, kept, n);
    return LEY_OK;
}

ley_status ley_hermitian_values(double *values, ley_complex *a, ley_index n, ley_error *err) {
    bool diagonal, real, finite;
    if (n == 0) return LEY_OK;
    look(a, n, &diagonal, &real, &finite);
    if (!finite) return ley_fail(err, LEY_ERR_NUMERIC, "eigenvalues", "a matrix element is not finite");
    if (diagonal) {
        for (ley_index i = 0; i < n; i++) values[i] = a[i * n + i].re;
        qsort(values, (size_t)n, sizeof *values, compare);
        return LEY_OK;
    }
    for (ley_index i = 0; i < n; i++) /* the Hermitian part, so that both triangles mean the same */
        for (ley_index k = i; k < n; k++) {
            ley_complex *p = &a[i * n + k], *q = &a[k * n + i];
            ley_complex mean = {0.5 * (p->re + q->re), 0.5 * (p->im - q->im)};
            *p = mean;
            *q = (ley_complex){mean.re, -mean.im};
        }
    real = real || ley_phases_remove(a, n);
    ley_complex *gram = NULL;
    ley_index rank = 0;
    if (n < LEY_LOW_RANK_LEAST || !ley_low_rank(&gram, &rank, a, n)) return all_values(values, a, n, real, err);
    ley_status status = all_values(values, gram, rank, real, err);
    ley_release(gram);
    if (status == LEY_OK) insert_zeros(values, rank, n);
    return status;
}
