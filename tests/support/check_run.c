#include "support/check_run.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>

#define lapack_complex_double double _Complex
#include <lapacke.h>

#include "support/assert_close.h"

/* Rounding and the error of a run at tolerance 1e-6, the loosest that tests ask for, stay below this. */
static const double slack = 1e-6;

static double at(const ley_run *run, const char *name, ley_index row) {
    ley_index width = 0;
    const double *series = ley_run_series(run, name, &width);
    return series ? series[row * width] : NAN;
}

/* a <= b where both are observed */
static void check_order(const ley_run *run, ley_index row, const char *a, const char *b, const char *what) {
    double x = at(run, a, row), y = at(run, b, row);
    if (x > y + slack)
        fail_msg("%s: %s = %.12g exceeds %s = %.12g at t = %g", what, a, x, b, y, ley_run_times(run)[row]);
}

static void check_within(const ley_run *run, ley_index row, const char *name, double low, double high,
                         const char *what) {
    double x = at(run, name, row);
    if (x < low - slack || x > high + slack)
        fail_msg("%s: %s = %.12g at t = %g lies outside [%g, %g]", what, name, x, ley_run_times(run)[row], low,
                 high);
}

static void check_sum_is_one(const ley_run *run, ley_index row, const char *name, const char *what) {
    ley_index width = 0;
    const double *series = ley_run_series(run, name, &width);
    if (!series) return;
    double sum = 0;
    for (ley_index i = 0; i < width; i++) {
        double x = series[row * width + i];
        if (!(x >= -slack)) fail_msg("%s: %s[%d] = %.3g is negative", what, name, (int)i, x);
        sum += x;
    }
    if (!(fabs(sum - 1) <= slack))
        fail_msg("%s: %s sums to 1 %+.3g at t = %g", what, name, sum - 1, ley_run_times(run)[row]);
}

/* Final blocks: Hermitian, no negative eigenvalue, traces that add up to one and equal the weights reported. */
static void check_blocks(const ley_run *run, const char *what) {
    ley_index spins = 0, levels = 0;
    const double *weights = ley_run_series(run, "battery.spin_weights", &spins);
    (void)ley_run_series(run, "battery.populations", &levels);
    if (!weights || levels < 2) return; /* N is not known from here */
    int cells = (int)levels - 1;
    double trace = 0;
    for (int b = 0; b < spins; b++) {
        int two_j = cells - 2 * b, d = two_j + 1;
        ley_complex *block = calloc((size_t)(d * d), sizeof *block);
        double *values = calloc((size_t)d, sizeof *values), weight = 0;
        ley_error err = {0};
        assert_non_null(block);
        assert_non_null(values);
        if (ley_run_battery_block(run, block, two_j, &err) != LEY_OK) fail_msg("%s: %s", what, err.message);
        for (int i = 0; i < d; i++) {
            weight += block[i * d + i].re;
            for (int k = 0; k < d; k++) {
                ley_complex x = block[i * d + k], y = block[k * d + i];
                if (!(hypot(x.re - y.re, x.im + y.im) <= slack))
                    fail_msg("%s: final block 2j = %d is not Hermitian at [%d][%d]", what, two_j, i, k);
            }
        }
        double reported = weights[(ley_run_rows(run) - 1) * spins + b];
        if (!(fabs(weight - reported) <= slack))
            fail_msg("%s: final block 2j = %d has trace %.12g, its weight is %.12g", what, two_j, weight, reported);
        assert_int_equal(LAPACKE_zheev(LAPACK_ROW_MAJOR, 'N', 'U', d, (lapack_complex_double *)block, d, values),
                         0);
        if (!(values[0] >= -slack)) fail_msg("%s: final block 2j = %d has eigenvalue %.3g", what, two_j, values[0]);
        trace += weight;
        free(values);
        free(block);
    }
    if (!(fabs(trace - 1) <= slack)) fail_msg("%s: final trace is 1 %+.3g", what, trace - 1);
}

void check_run(const ley_run *run, const char *what) {
    ley_index rows = ley_run_rows(run);
    assert_true(rows > 0);
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        ley_index width = 0;
        const double *series = ley_run_series(run, ley_observable_name(i), &width);
        for (ley_index k = 0; series && k < rows * width; k++)
            if (!isfinite(series[k]))
                fail_msg("%s: %s is not finite at t = %g", what, ley_observable_name(i),
                         ley_run_times(run)[k / width]);
    }
    for (ley_index row = 0; row < rows; row++) {
        check_sum_is_one(run, row, "battery.spin_weights", what);
        check_sum_is_one(run, row, "battery.populations", what);
        check_order(run, row, "battery.ergotropy_collective", "battery.ergotropy", what);
        check_order(run, row, "battery.ergotropy", "battery.ergotropy_hybrid", what);
        check_order(run, row, "battery.ergotropy_collective", "battery.ergotropy_dicke", what);
        check_order(run, row, "battery.ergotropy_dicke", "battery.ergotropy_hybrid", what);
        check_order(run, row, "battery.ergotropy", "battery.energy", what);
        double energy = at(run, "battery.energy", row), work = at(run, "battery.ergotropy", row),
               passive = at(run, "battery.passive_energy", row), locked = at(run, "battery.locked_energy", row);
        if (fabs(energy - work - passive) > slack || fabs(energy - work - locked) > slack)
            fail_msg("%s: energy %.12g, ergotropy %.12g, passive %.12g, locked %.12g do not add up", what, energy,
                     work, passive, locked);
        check_within(run, row, "battery.ergotropy_collective", 0, INFINITY, what);
        check_within(run, row, "battery.purity", 0, 1, what);
        check_within(run, row, "cavity.purity", 0, 1, what);
        check_within(run, row, "total.purity", 0, 1, what);
        check_within(run, row, "battery.entropy", 0, INFINITY, what);
        check_within(run, row, "cavity.entropy", 0, INFINITY, what);
        check_within(run, row, "mutual_information", 0, INFINITY, what);
        check_within(run, row, "log_negativity", 0, INFINITY, what);
        check_within(run, row, "battery.coherence_relative", 0, INFINITY, what);
        check_within(run, row, "cavity.photons", 0, INFINITY, what);
        check_within(run, row, "cavity.top_level", 0, 1, what);
    }
    const ley_certificate *certificate = ley_run_certificate(run);
    assert_non_null(certificate);
    if (!(certificate->trace_error <= slack)) fail_msg("%s: trace error %.3g", what, certificate->trace_error);
    /* NaN where the scenario asks for populations alone and coherences of the battery were not computed */
    if (!(certificate->hermiticity_error <= slack || isnan(certificate->hermiticity_error)))
        fail_msg("%s: Hermiticity error %.3g", what, certificate->hermiticity_error);
    if (!(certificate->min_eigenvalue >= -slack || isnan(certificate->min_eigenvalue)))
        fail_msg("%s: smallest eigenvalue %.3g", what, certificate->min_eigenvalue);
    if (!(certificate->edge_population >= -slack && certificate->edge_population <= 1 + slack))
        fail_msg("%s: edge population %.3g", what, certificate->edge_population);
    /* NaN where the Hamiltonian depends on time: there the balance is judged by property/test_invariants */
    if (certificate->energy_error > slack) fail_msg("%s: energy error %.3g", what, certificate->energy_error);
    check_blocks(run, what);
}

void check_energy_balance(const ley_run *run, double allowed, const char *what) {
    double start = at(run, "total.energy", 0) + at(run, "heat", 0);
    assert_true(isfinite(start));
    for (ley_index row = 0; row < ley_run_rows(run); row++) {
        double now = at(run, "total.energy", row) + at(run, "heat", row);
        if (!(fabs(now - start) <= allowed))
            fail_msg("%s: total.energy + heat moved by %.3g until t = %g, allowed %.3g", what, now - start,
                     ley_run_times(run)[row], allowed);
    }
}
