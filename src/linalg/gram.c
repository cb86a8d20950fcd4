#include "linalg/gram.h"

#include "linalg/turns.h"

/* BLAS as Fortran names it: column-major, so that our A is its transpose. */
void dsyrk_(const char *uplo, const char *trans, const int *n, const int *k, const double *alpha, const double *a,
            const int *lda, const double *beta, double *c, const int *ldc);
void dgemm_(const char *transa, const char *transb, const int *m, const int *n, const int *k, const double *alpha,
            const double *a, const int *lda, const double *b, const int *ldb, const double *beta, double *c,
            const int *ldc);

void ley_gram(ley_complex *out, double *scratch, const double *re, const double *im, ley_index rows,
              ley_index columns, int by_columns) {
    const int lead = (int)columns, n = (int)(by_columns ? columns : rows), k = (int)(by_columns ? rows : columns);
    const double one = 1, zero = 0;
    const ley_index d = n;
    double *sum = scratch, *cross = scratch + d * d; /* column-major: sum[i + d k], i <= k; cross = I R^T */
    ley_turn_begin();
    dsyrk_("U", by_columns ? "N" : "T", &n, &k, &one, re, &lead, &zero, sum, &n);
    if (im) {
        dsyrk_("U", by_columns ? "N" : "T", &n, &k, &one, im, &lead, &one, sum, &n);
        dgemm_(by_columns ? "N" : "T", by_columns ? "T" : "N", &n, &n, &k, &one, im, &lead, re, &lead, &zero, cross,
               &n);
    }
    ley_turn_end();
    for (ley_index i = 0; i < d; i++)
        for (ley_index l = i; l < d; l++) {
            ley_complex z = {sum[i + d * l], im ? cross[i + d * l] - cross[l + d * i] : 0};
            out[i * d + l] = z;
            out[l * d + i] = (ley_complex){z.re, -z.im};
        }
}
