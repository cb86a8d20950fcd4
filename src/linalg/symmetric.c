#include "linalg/symmetric.h"

#include "core/memory.h"
#include "core/status.h"
#include "linalg/turns.h"

#include <complex.h>

#define lapack_complex_double double _Complex
#include <cblas.h>
#include <lapacke.h>

ley_status ley_symmetric_eigen(double *values, double *a, ley_index n, ley_error *err) {
    const lapack_int size = (lapack_int)n;
    lapack_int whole_size = 0, info;
    double *work = NULL, size_of_work = 0;
    lapack_int *whole = NULL;
    ley_status status = LEY_OK;
    if (n == 0) return LEY_OK;
    ley_turn_begin();
    info =
        LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'L', size, a, size, values, &size_of_work, -1, &whole_size, -1);
    ley_turn_end();
    work = ley_allocate((size_t)size_of_work + 1, sizeof *work);
    whole = ley_allocate((size_t)whole_size + 1, sizeof *whole);
    if (info != 0 || !work || !whole) {
        status = ley_fail(err, LEY_ERR_MEMORY, "eigenvalues", "no memory for a matrix of %lld rows", (long long)n);
        goto done;
    }
    ley_turn_begin(); /* columns of columns are rows of rows */
    info = LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'L', size, a, size, values, work, (lapack_int)size_of_work,
                               whole, whole_size);
    ley_turn_end();
    if (info != 0)
        status = ley_fail(err, LEY_ERR_NUMERIC, "eigenvalues", "no convergence (LAPACK says %d)", (int)info);
done:
    ley_release(work);
    ley_release(whole);
    return status;
}

void ley_product_real(double *c, const double *a, bool transpose_a, const double *b, bool transpose_b,
                      ley_index n) {
    ley_turn_begin();
    cblas_dgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans,
                (int)n, (int)n, (int)n, 1, a, (int)n, b, (int)n, 0, c, (int)n);
    ley_turn_end();
}
