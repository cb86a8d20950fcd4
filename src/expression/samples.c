#include "expression/samples.h"

#include <math.h>

static const double rounding = 1e-12; /* of the interval: so far beyond its ends counts as the end */

/* The piece of x, and u in it; -1: x is outside. */
static ley_index piece_of(const ley_samples *s, double x, double *u) {
    const double first = s->begin[0], last = s->begin[s->n];
    const double spare = rounding * fmax(last - first, fmax(fabs(first), fabs(last)));
    if (!(x >= first - spare && x <= last + spare)) return -1;
    x = fmin(fmax(x, first), last);
    ley_index low = 0, high = s->n;
    while (high - low > 1) {
        const ley_index middle = (low + high) / 2;
        if (x >= s->begin[middle])
            low = middle;
        else
            high = middle;
    }
    *u = (2 * x - s->begin[low] - s->begin[low + 1]) / (s->begin[low + 1] - s->begin[low]);
    return low;
}

/* Clenshaw's sums of the series and of its derivative. */
static double series(const double *coefficient, int32_t terms, double u, double *slope) {
    double b1 = 0, b2 = 0, d1 = 0, d2 = 0;
    for (int32_t k = terms - 1; k > 0; k--) {
        const double d = 2 * u * d1 - d2 + 2 * b1;
        const double b = 2 * u * b1 - b2 + coefficient[k];
        d2 = d1;
        d1 = d;
        b2 = b1;
        b1 = b;
    }
    *slope = u * d1 - d2 + b1;
    return u * b1 - b2 + coefficient[0];
}

double ley_samples_at(const ley_samples *samples, double x) {
    double u = 0, slope;
    const ley_index i = piece_of(samples, x, &u);
    return i < 0 ? NAN : series(samples->coefficient + i * samples->terms, samples->terms, u, &slope);
}

double ley_samples_slope(const ley_samples *samples, double x) {
    double u = 0, slope;
    const ley_index i = piece_of(samples, x, &u);
    if (i < 0) return NAN;
    (void)series(samples->coefficient + i * samples->terms, samples->terms, u, &slope);
    return 2 * slope / (samples->begin[i + 1] - samples->begin[i]);
}
