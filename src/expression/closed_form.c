/* Closed forms of a battery under one collective bath. docs/theory/closed_forms.md */
#include "expression/closed_form.h"

#include "leyden.h"

#include <math.h>
#include <stdbool.h>

/* sum_{p=0}^{n-1} x^p = (1 - x^n) / (1 - x), without cancellation near x = 1. */
static double geometric(double x, double n) {
    if (x == 0) return 1;
    if (x == 1) return n;
    return expm1(n * log(x)) / expm1(log(x));
}

static double power(double x, double n) {
    return n > 0 ? exp(n * log(x)) : 1;
}

static bool is_share(double x) {
    return x >= 0 && x <= 1;
}

double ley_thermal_population(int32_t two_j, int32_t i_m, double alpha) {
    if (two_j < 0 || i_m < 0 || i_m > two_j || !is_share(alpha)) return NAN;
    return power(alpha, i_m) / geometric(alpha, two_j + 1.0);
}

/* sum_k f_k alpha^k / Z, f_k = max(k - below, 0): what the formulas sum; they lose digits near alpha = 1. */
static double summed(int32_t cells, double alpha, int32_t below) {
    double sum = 0;
    for (ley_index k = below + 1; k <= cells; k++) sum += (double)(k - below) * power(alpha, (double)k);
    return sum / geometric(alpha, cells + 1.0);
}

static int loses_digits(int32_t cells, double alpha) {
    return (1 - alpha) * (cells + 1.0) < 1;
}

double ley_thermal_energy_from_ground(int32_t cells, double alpha) {
    const double n = cells;
    if (cells < 1 || !is_share(alpha)) return NAN;
    if (loses_digits(cells, alpha)) return summed(cells, alpha, 0);
    const double p = power(alpha, n + 1);
    return alpha / (1 - alpha) - (n + 1) * p / (1 - p);
}

double ley_thermal_ergotropy_from_ground(int32_t cells, double alpha) {
    const double n = cells;
    if (cells < 1 || !is_share(alpha)) return NAN;
    if (loses_digits(cells, alpha) || cells == 1) return summed(cells, alpha, 1);
    const double p = power(alpha, n + 1);
    return alpha * alpha / (1 - alpha) - (n + alpha) * p / (1 - p);
}

double ley_thermal_eigenvalue_bright(int32_t cells, int32_t m, double alpha, double q) {
    const double n = cells;
    if (cells < 1 || m < 0 || m > cells || !is_share(alpha) || !is_share(q)) return NAN;
    return power(alpha, m) * geometric(q, n + 1) / (geometric(alpha, n + 1) * power(1 + q, n));
}

double ley_thermal_eigenvalue_lowest(int32_t cells, int32_t m, double alpha, double q) {
    const double n = cells, length = n + 1 - 2.0 * m;
    if (cells < 1 || m < 0 || length < 1 || !is_share(alpha) || !is_share(q)) return NAN;
    return power(q, m) * geometric(q, length) / (geometric(alpha, length) * power(1 + q, n));
}

/* sqrt((j + m)(j - m + 1)), everything doubled. */
static double ladder(ley_index two_j, ley_index two_m) {
    return 0.5 * sqrt((double)(two_j + two_m) * (double)(two_j - two_m + 2));
}

double ley_sector_decay_bound(int32_t two_j, int32_t other_two_j, int32_t delta, double emission,
                              double absorption) {
    double lowest = INFINITY;
    if (two_j < 0 || other_two_j < 0 || (two_j - other_two_j) % 2 != 0 || !(emission >= 0) || !(absorption >= 0))
        return NAN;
    for (ley_index two_m = -(ley_index)two_j; two_m <= two_j; two_m += 2) {
        const ley_index other = two_m - 2 * (ley_index)delta;
        if (other < -other_two_j || other > other_two_j) continue;
        const double down = ladder(two_j, two_m) - ladder(other_two_j, other),
                     up = ladder(two_j, two_m + 2) - ladder(other_two_j, other + 2);
        lowest = fmin(lowest, 0.5 * (emission * down * down + absorption * up * up));
    }
    return isinf(lowest) ? NAN : lowest;
}

/* ---- As functions of an expression ----------------------------------------------------------------------------
 */

enum { LARGEST = 1 << 24 };

static bool whole(int32_t *to, double x) {
    if (!(fabs(x) <= LARGEST) || x != floor(x)) return false;
    *to = (int32_t)x;
    return true;
}

double ley_closed_population(const double *x) {
    int32_t two_j, i_m;
    return whole(&two_j, 2 * x[0]) && whole(&i_m, x[0] + x[1]) ? ley_thermal_population(two_j, i_m, x[2]) : NAN;
}

double ley_closed_energy(const double *x) {
    int32_t n;
    return whole(&n, x[0]) ? ley_thermal_energy_from_ground(n, x[1]) : NAN;
}

double ley_closed_ergotropy(const double *x) {
    int32_t n;
    return whole(&n, x[0]) ? ley_thermal_ergotropy_from_ground(n, x[1]) : NAN;
}

double ley_closed_bright(const double *x) {
    int32_t n, m;
    return whole(&n, x[0]) && whole(&m, x[1]) ? ley_thermal_eigenvalue_bright(n, m, x[2], x[3]) : NAN;
}

double ley_closed_lowest(const double *x) {
    int32_t n, m;
    return whole(&n, x[0]) && whole(&m, x[1]) ? ley_thermal_eigenvalue_lowest(n, m, x[2], x[3]) : NAN;
}

double ley_closed_sector_bound(const double *x) {
    int32_t two_j, other, delta;
    return whole(&two_j, 2 * x[0]) && whole(&other, 2 * x[1]) && whole(&delta, x[2])
               ? ley_sector_decay_bound(two_j, other, delta, x[3], x[4])
               : NAN;
}
