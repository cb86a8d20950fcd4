/* Rises of functions whose turning points are known. */
#include "support/assert_close.h"

#include "run/rises.h"

static double pi;

static double wave(double t) { /* falls from 1; minima at odd, maxima at even multiples of pi */
    return cos(t);
}

static double kinked(double t) {
    return fabs(sin(t));
}

static double decay(double t) {
    return exp(-t) + 1e-6 * sin(40 * t); /* wiggles that are not worth a rise */
}

static double stairs(double t) { /* rises by 2 pi between 0 and 2 pi, with a small dip on the way */
    return t + 1.1 * sin(t);
}

typedef struct function {
    double (*f)(double t);
    double sign;
} function;

static ley_status value(void *user, double t, double *out, double *beside, ley_error *err) {
    (void)beside;
    (void)err;
    const function *f = user;
    *out = f->sign * f->f(t);
    return LEY_OK;
}

static ley_rises rises_of(double (*f)(double t), double until, double least) {
    enum { SAMPLES = 200 };
    function up = {f, 1}, down = {f, -1};
    ley_extremes highs, lows;
    ley_extremes_init(&highs, 1e-10, 0, value, &up);
    ley_extremes_init(&lows, 1e-10, 0, value, &down);
    highs.every = lows.every = true;
    for (int i = 0; i <= SAMPLES; i++) {
        double t = until * i / SAMPLES;
        assert_int_equal(ley_extremes_sample(&highs, t, f(t), NULL), LEY_OK);
        assert_int_equal(ley_extremes_sample(&lows, t, -f(t), NULL), LEY_OK);
    }
    assert_int_equal(ley_extremes_break(&highs, NULL), LEY_OK);
    assert_int_equal(ley_extremes_break(&lows, NULL), LEY_OK);
    ley_rises rises = ley_rises_between(&highs, &lows, least, 2);
    ley_extremes_clear(&highs);
    ley_extremes_clear(&lows);
    return rises;
}

static void check(double (*f)(double t), double until, double least, double sum, double duration, int count) {
    ley_rises rises = rises_of(f, until, least);
    assert_close(rises.sum, sum, 0, 1e-10);
    assert_close(rises.duration, duration, 0, 1e-5);
    assert_int_equal(rises.count, count);
}

static void rises(void **state) {
    (void)state;
    pi = acos(-1.0);
    check(wave, 5.5 * pi, 1e-8, 2 + 2 + 1, 2.5 * pi, 3); /* ends on the way up */
    check(wave, pi, 1e-8, 0, 0, 0);
    check(kinked, 2.75 * pi, 1e-8, 3, 1.5 * pi, 3); /* minima at kinks */
    check(decay, 2, 1e-4, 0, 0, 0);
    /* the second of three rises of the wave, and none of a decay */
    ley_rises second = rises_of(wave, 5.5 * pi, 1e-8);
    assert_close(second.end - second.begin, pi, 0, 1e-5);
    assert_close(wave(second.begin), -1 + wave(second.end) - 1, 0, 1e-9);
    assert_true(isnan(rises_of(decay, 2, 1e-4).begin));
    /* turns where cos t = -1/1.1: up to the first, down between them, up again */
    double turn = acos(-1 / 1.1), first = stairs(turn), dip = stairs(2 * pi - turn);
    check(stairs, 2 * pi, 1e-8, first + 2 * pi - dip, 2 * turn, 2);
    check(stairs, 2 * pi, 1.1 * (first - dip), 2 * pi, 2 * pi, 1); /* the dip is below the threshold */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(rises)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
