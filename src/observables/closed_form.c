#include "observables/closed_form.h"

#include <math.h>

/* sum_{p=0}^{n-1} x^p = (1 - x^n) / (1 - x), without cancellation near x = 1. */
static double geometric(double x, double n) {
    if (x == 0) return 1;
    if (x == 1) return n;
    return expm1(n * log(x)) / expm1(log(x));
}

static double power(double x, double n) {
    return n > 0 ? exp(n * log(x)) : 1;
}

double ley_thermal_population(int32_t two_j, int32_t i_m, double alpha) {
    return power(alpha, i_m) / geometric(alpha, two_j + 1.0);
}

/* sum_k f_k alpha^k / Z, f_k = max(k - below, 0): what the formulas sum; they lose digits near alpha = 1. */
static double summed(int32_t cells, double alpha, int32_t below) {
    double sum = 0;
    for (int32_t k = below + 1; k <= cells; k++) sum += (k - below) * power(alpha, k);
    return sum / geometric(alpha, cells + 1.0);
}

static int loses_digits(int32_t cells, double alpha) {
    return (1 - alpha) * (cells + 1.0) < 1;
}

double ley_thermal_energy_from_ground(int32_t cells, double alpha) {
    const double n = cells;
    if (loses_digits(cells, alpha)) return summed(cells, alpha, 0);
    return n + 1 / (1 - alpha) + (n + 1) / (power(alpha, n + 1) - 1);
}

double ley_thermal_ergotropy_from_ground(int32_t cells, double alpha) {
    const double n = cells;
    if (loses_digits(cells, alpha)) return summed(cells, alpha, 1);
    return n + alpha / (1 - alpha) + (n + alpha) / (power(alpha, n + 1) - 1);
}

double ley_thermal_eigenvalue_bright(int32_t cells, int32_t m, double alpha, double q) {
    const double n = cells;
    return power(alpha, m) * geometric(q, n + 1) / (geometric(alpha, n + 1) * power(1 + q, n));
}

double ley_thermal_eigenvalue_lowest(int32_t cells, int32_t m, double alpha, double q) {
    const double n = cells, length = n + 1 - 2.0 * m;
    return power(q, m) * geometric(q, length) / (geometric(alpha, length) * power(1 + q, n));
}
