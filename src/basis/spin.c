#include "basis/spin.h"

#include <math.h>
#include <stdint.h>

/* In extended precision, because the three logarithms nearly cancel; lgammal_r, because lgamma writes a global. */
static long double log_factorial(int32_t n) {
    int sign;
    return lgammal_r(n + 1.0L, &sign);
}

enum { EXACT = 60 }; /* binomial coefficients of so many, times n, fit into 64 bits */

static double exact_binomial(int32_t n, int32_t k) {
    uint64_t c = 1;
    for (int32_t i = 0; i < k; i++) c = c * (uint64_t)(n - i) / (uint64_t)(i + 1);
    return (double)c;
}

double ley_log_binomial(int32_t n, int32_t k) {
    if (k < 0 || k > n) return -INFINITY;
    if (k == 0 || k == n) return 0;
    if (n <= EXACT) return log(exact_binomial(n, k < n - k ? k : n - k));
    return (double)(log_factorial(n) - log_factorial(k) - log_factorial(n - k));
}

double ley_log_multiplicity(int32_t cells, int32_t two_j) {
    /* d_j = C(N, N/2 - j) (2j + 1) / (N/2 + j + 1) */
    int32_t below = (cells - two_j) / 2, above = (cells + two_j) / 2;
    return ley_log_binomial(cells, below) + log((two_j + 1.0) / (above + 1.0));
}

double ley_ladder_plus(int32_t two_j, int32_t i_m) {
    return sqrt((double)(two_j - i_m) * (i_m + 1.0)); /* (j - m)(j + m + 1) with j + m = i_m */
}

double ley_ladder_minus(int32_t two_j, int32_t i_m) {
    return sqrt((double)i_m * (two_j - i_m + 1.0)); /* (j + m)(j - m + 1) */
}
