#include "support/generator_matrix.h"

#include "support/assert_close.h"

#include <stdlib.h>

/* x becomes l^-1 x, by elimination with partial pivoting. */
static void eliminate(double _Complex *l, double _Complex *x, size_t size) {
    for (size_t step = 0; step < size; step++) {
        size_t best = step;
        for (size_t i = step + 1; i < size; i++)
            if (cabs(l[i * size + step]) > cabs(l[best * size + step])) best = i;
        for (size_t k = 0; k < size; k++) {
            const double _Complex swap = l[step * size + k];
            l[step * size + k] = l[best * size + k];
            l[best * size + k] = swap;
        }
        const double _Complex swap = x[step];
        x[step] = x[best];
        x[best] = swap;
        assert_true(cabs(l[step * size + step]) > 1e-9); /* a second state would leave rounding here */
        for (size_t i = step + 1; i < size; i++) {
            const double _Complex factor = l[i * size + step] / l[step * size + step];
            if (factor == 0) continue;
            for (size_t k = step; k < size; k++) l[i * size + k] -= factor * l[step * size + k];
            x[i] -= factor * x[step];
        }
    }
    for (size_t i = size; i-- > 0;) {
        for (size_t k = i + 1; k < size; k++) x[i] -= l[i * size + k] * x[k];
        x[i] /= l[i * size + i];
    }
}

dense stationary_of(double _Complex *l, int n, int states) {
    const int size = states * n * n;
    double _Complex *x = calloc((size_t)size, sizeof *x);
    assert_non_null(x);
    for (int i = 0; i < size; i++) l[i] = i % (n * n) % (n + 1) == 0; /* the trace, in place of the first row */
    x[0] = 1;
    eliminate(l, x, (size_t)size);
    dense rho = dense_zero(n);
    for (int i = 0; i < size; i++) rho.at[i % (n * n)] += x[i];
    free(x);
    return rho;
}

double take_nearest(ley_complex *list, ley_index *n, double re, double im) {
    ley_index best = 0;
    double least = INFINITY;
    for (ley_index i = 0; i < *n; i++) {
        const double d = hypot(list[i].re - re, list[i].im - im);
        if (d < least) least = d, best = i;
    }
    if (*n > 0) list[best] = list[--*n];
    return least;
}
