/* Order of the Runge-Kutta method and of its dense output, measured on forced steps; error against tolerance.
 *
 * Problem: a rotation of the plane with frequency 2 sin t, angle 2 (1 - cos t). The slope is zero at the start, so
 * that the first step is the longest allowed one and every step has the same length. */
#include <math.h>
#include <stdio.h>

#include "propagator/propagator.h"
#include "support/assert_close.h"

static void apply(void *self, double t, double *y, const double *x) {
    (void)self;
    double w = 2 * sin(t);
    y[0] = -w * x[1];
    y[1] = w * x[0];
}

static double norm(void *self, const double *x) {
    (void)self;
    return hypot(x[0], x[1]);
}

static void reduce(void *self, double *reduced, const double *x) {
    (void)self;
    reduced[0] = x[0];
    reduced[1] = x[1];
}

static double distance(const double *x, double t) {
    double angle = 2 * (1 - cos(t));
    return hypot(x[0] - cos(angle), x[1] - sin(angle));
}

/* Largest error of the dense output inside the steps, and in reduced form. */
typedef struct inside {
    double state, reduced;
} inside;

static int look(void *user, const ley_segment *segment) {
    inside *largest = user;
    for (int i = 1; i < 8; i++) {
        double t = segment->begin + (segment->end - segment->begin) * i / 8, x[2];
        segment->state(segment, t, x);
        largest->state = fmax(largest->state, distance(x, t));
        segment->reduced(segment, t, x);
        largest->reduced = fmax(largest->reduced, distance(x, t));
    }
    return 0;
}

static double solve(double tolerance, double longest, inside *within) {
    double x[2] = {1, 0}, times[2] = {0, 4}, steps[1] = {longest};
    ley_problem problem = {.n = 2, .n_reduced = 2, .apply = apply, .norm = norm, .reduce = reduce};
    ley_schedule schedule = {.times = times, .max_step = steps, .n = 1};
    ley_propagation propagation = {.tolerance = tolerance, .sink = within ? look : NULL, .user = within};
    ley_error err = {0};
    assert_int_equal(ley_dop853(&problem, x, &schedule, &propagation, &err), LEY_OK);
    if (tolerance > 1) assert_int_equal(propagation.steps, (int)round(4 / longest));
    return distance(x, 4);
}

/* Least-squares slope of log(error) against log(step). */
static double slope(const double *h, const double *error, int n) {
    double x = 0, y = 0, xx = 0, xy = 0;
    for (int i = 0; i < n; i++) {
        double a = log(h[i]), b = log(error[i]);
        x += a;
        y += b;
        xx += a * a;
        xy += a * b;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

static void test_orders(void **state) {
    (void)state;
    enum { RUNS = 5 };
    static const int parts[RUNS] = {12, 16, 20, 26, 32};
    double h[RUNS], end[RUNS], dense[RUNS], reduced[RUNS];
    for (int i = 0; i < RUNS; i++) {
        inside within = {0};
        h[i] = 4.0 / parts[i];
        end[i] = solve(1e6, h[i], &within);
        dense[i] = within.state;
        reduced[i] = within.reduced;
    }
    double step = slope(h, end, RUNS), between = slope(h, dense, RUNS), linear = slope(h, reduced, RUNS);
    printf("measured orders: step %.2f, dense output %.2f, reduced dense output %.2f\n", step, between, linear);
    assert_true(step > 7.5 && step < 9.5);
    /* global error of order 8 plus interpolation whose local error is h^8 */
    assert_true(between > 6.8 && between < 9.5);
    assert_true(linear > 6.8 && linear < 9.5);
}

static void test_tolerance_of_the_state(void **state) {
    (void)state;
    double before = INFINITY;
    for (int digits = 4; digits <= 12; digits += 2) {
        double tolerance = pow(10, -digits);
        inside within = {0};
        double error = solve(tolerance, 0, &within);
        printf("tolerance %.0e: error %.1e at the end, %.1e inside\n", tolerance, error, within.state);
        assert_true(error <= tolerance);
        assert_true(within.state <= tolerance);
        assert_true(error < before); /* it is the tolerance that decides */
        before = error;
    }
}

/* A slow rotation beside something that decays fast, at a rate that comes and goes. */
static double fast(void *self, double t) {
    (void)self;
    return 50 * (1 + 0.5 * sin(t));
}

static void apply_damped(void *self, double t, double *y, const double *x) {
    y[0] = -0.1 * x[1];
    y[1] = 0.1 * x[0];
    y[2] = -fast(self, t) * x[2];
}

static double norm_damped(void *self, const double *x) {
    return hypot(norm(self, x), x[2]);
}

static int largest_decayed(void *user, const ley_segment *segment) {
    double *largest = user, x[3];
    segment->state(segment, segment->end, x);
    if (segment->end > 2) *largest = fmax(*largest, fabs(x[2])); /* exp(-100) is left */
    return 0;
}

/* Near the limit of stability what has decayed lives on: the estimate hardly sees it. */
static void test_decayed_stays_decayed(void **state) {
    (void)state;
    static const double tolerance[] = {1e-6, 1e-8, 1e-10};
    for (int i = 0; i < 3; i++) {
        double left[2] = {0};
        for (int guarded = 0; guarded < 2; guarded++) {
            double x[3] = {1, 0, 1}, times[2] = {0, 20}, steps[1] = {20};
            ley_problem problem = {.n = 3,
                                   .n_reduced = 2,
                                   .apply = apply_damped,
                                   .norm = norm_damped,
                                   .reduce = reduce,
                                   .decay_at = guarded ? fast : NULL};
            ley_schedule schedule = {.times = times, .max_step = steps, .n = 1};
            ley_propagation propagation = {
                .tolerance = tolerance[i], .sink = largest_decayed, .user = &left[guarded]};
            assert_int_equal(ley_dop853(&problem, x, &schedule, &propagation, NULL), LEY_OK);
            printf("%s tolerance %.0e: %.1e of what has decayed is left, %d steps\n", guarded ? "with" : "without",
                   tolerance[i], left[guarded], (int)propagation.steps);
        }
        assert_true(left[0] > 1e-3 * tolerance[i]);
        assert_true(left[1] < 1e-9 * tolerance[i]);
    }
}

/* Rounding is all that is left: the run ends, with steps that the estimate still has a say in. */
static void test_tolerance_below_rounding(void **state) {
    (void)state;
    double x[3] = {1, 0, 1}, times[2] = {0, 20}, steps[1] = {20};
    ley_problem problem = {
        .n = 3, .n_reduced = 2, .apply = apply_damped, .norm = norm_damped, .reduce = reduce, .decay_at = fast};
    ley_schedule schedule = {.times = times, .max_step = steps, .n = 1};
    ley_propagation propagation = {.tolerance = 1e-17};
    assert_int_equal(ley_dop853(&problem, x, &schedule, &propagation, NULL), LEY_OK);
    assert_close(x[0], cos(2), 0, 1e-13);
    assert_close(x[1], sin(2), 0, 1e-13);
    assert_true(propagation.steps < 2000);
    assert_true(propagation.rejected < propagation.steps);
    assert_true(propagation.error < 1e-12 && propagation.error > 1e-17); /* and says so */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_orders), cmocka_unit_test(test_tolerance_of_the_state),
                                       cmocka_unit_test(test_decayed_stays_decayed),
                                       cmocka_unit_test(test_tolerance_below_rounding)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
