/* Baths with a spectral density: rates against closed forms and against integrals taken in another way, runs
 * against the reference case with a negative rate and against a damped cavity. */
#include "support/assert_close.h"
#include "support/file_text.h"
#include "support/run_scenario.h"

#include "model/bath.h"

#include <complex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

/* Both rates at a few times against two functions of time. */
static void compare(const ley_bath *bath, double end, double (*down)(const ley_bath *, double),
                    double (*up)(const ley_bath *, double), double allowed, const char *what) {
    ley_signal rates[2];
    ley_error err = {0};
    if (ley_bath_rates(bath, &rates[0], &rates[1], end, 1e-13, &err) != LEY_OK)
        fail_msg("%s: %s", what, err.message);
    for (int i = 0; i <= 12; i++) {
        const double t = end * pow(i / 12.0, 2);
        const double expected[] = {down(bath, t), up ? up(bath, t) : 0};
        for (int k = 0; k < 2; k++) {
            const double value = ley_signal_at(&rates[k], t);
            if (!(fabs(value - expected[k]) <= allowed))
                fail_msg("%s, rate %d at %g: %.15g, expected %.15g", what, k, t, value, expected[k]);
        }
    }
    ley_signal_clear(&rates[0]);
    ley_signal_clear(&rates[1]);
}

/* 2 Re int_0^t C(s) exp(i w0 s) ds by Simpson's rule. */
static double over_time(const ley_bath *bath, double t, double complex (*correlation)(const ley_bath *, double)) {
    enum { INTERVALS = 20000 };
    double sum = 0;
    for (int k = 0; k <= INTERVALS; k++) {
        /* points crowd at 0, where C is quickest: s = t x^2 */
        const double x = (double)k / INTERVALS, s = t * x * x;
        const double weight = (k == 0 || k == INTERVALS ? 1 : k % 2 ? 4 : 2) / (3.0 * INTERVALS);
        sum += weight * 2 * creal(correlation(bath, s) * cexp(I * bath->w0 * s)) * 2 * t * x;
    }
    return sum;
}

/* Derivative of the digamma function: recurrence, then the asymptotic series. */
static double complex trigamma(double complex z) {
    double complex sum = 0;
    for (; creal(z) < 20; z += 1) sum += 1 / (z * z);
    const double complex r = 1 / (z * z);
    return sum + 1 / z + r / 2 +
           r / z * (1.0 / 6 - r * (1.0 / 30 - r * (1.0 / 42 - r * (1.0 / 30 - r * 5.0 / 66))));
}

static double complex ohmic_thermal(const ley_bath *b, double t) {
    const double beta = 1 / b->temperature;
    return b->coupling / (beta * beta) * trigamma(1 + (1 / b->cutoff + I * t) / beta);
}

static double complex ohmic_vacuum(const ley_bath *b, double t) {
    const double complex d = 1 + I * b->cutoff * t;
    return b->coupling * b->cutoff * b->cutoff / (d * d);
}

static double complex ohmic_both(const ley_bath *b, double t) {
    return ohmic_vacuum(b, t) + ohmic_thermal(b, t);
}

static double ohmic_down_cold(const ley_bath *b, double t) {
    return over_time(b, t, ohmic_vacuum);
}
static double ohmic_down(const ley_bath *b, double t) {
    return over_time(b, t, ohmic_both);
}
static double ohmic_up(const ley_bath *b, double t) {
    return over_time(b, t, ohmic_thermal);
}

static void test_ohmic(void **state) {
    (void)state;
    const ley_bath cold = {.kind = LEY_OHMIC, .coupling = 0.05, .cutoff = 4, .exponent = 1, .w0 = 1};
    compare(&cold, 30, ohmic_down_cold, NULL, 2e-11, "cold ohmic");
    ley_bath warm = cold;
    warm.temperature = 0.7;
    compare(&warm, 30, ohmic_down, ohmic_up, 2e-11, "warm ohmic");
}

/* J ~ w^3 exp(-w/wc): C = coupling wc^2 3! / (1 + i wc t)^4. */
static double complex cubic(const ley_bath *b, double t) {
    return b->coupling * b->cutoff * b->cutoff * 6 * cpow(1 + I * b->cutoff * t, -4);
}
static double cubic_down(const ley_bath *b, double t) {
    return over_time(b, t, cubic);
}

static void test_exponent(void **state) {
    (void)state;
    const ley_bath bath = {.kind = LEY_OHMIC, .coupling = 0.01, .cutoff = 2, .exponent = 3, .w0 = 1.5};
    compare(&bath, 20, cubic_down, NULL, 1e-10, "cubic");
}

static double lorentzian_down(const ley_bath *b, double t) {
    const double l = b->width, d = b->w0 - b->center;
    return (b->n + 1) * b->coupling * l * l / (l * l + d * d) *
           (1 - exp(-l * t) * (cos(d * t) - d / l * sin(d * t)));
}
static double lorentzian_up(const ley_bath *b, double t) {
    return lorentzian_down(b, t) * b->n / (b->n + 1);
}

static void test_lorentzian(void **state) {
    (void)state;
    const ley_bath slow = {.kind = LEY_LORENTZIAN, .coupling = 0.4, .width = 0.1, .center = 0.1, .w0 = 1, .n = 0.3};
    const ley_bath fast = {.kind = LEY_LORENTZIAN, .coupling = 0.4, .width = 3e4, .center = 5, .w0 = 1};
    compare(&slow, 60, lorentzian_down, lorentzian_up, 1e-13, "slow lorentzian");
    compare(&fast, 20, lorentzian_down, NULL, 1e-12, "fast lorentzian");
}

/* Drude on the real axis, far out, and the first two terms of what is left. */
static double drude_part(const ley_bath *b, double t, bool thermal) {
    const double top = 1000;
    enum { INTERVALS = 400000 };
    double sum = 0;
    for (int k = 0; k <= INTERVALS; k++) {
        const double w = top * k / INTERVALS, x = b->w0 - w;
        const double f = ley_bath_density(b, w) * (thermal ? (w > 0 ? 1 / expm1(w / b->temperature) : 0) : 1);
        const double weight = (k == 0 || k == INTERVALS ? 1 : k % 2 ? 4 : 2) * top / (3.0 * INTERVALS);
        const double at_zero = thermal && k == 0 ? b->coupling * b->temperature : f;
        sum += weight * 2 * at_zero * (fabs(x) > 1e-12 ? sin(x * t) / x : t);
    }
    if (thermal) return sum;
    /* int_top^inf g sin((w - w0) t) dw = g cos/t - g' sin/t^2 ..., g = 2 J/(w - w0) ~ 2 c wc^2 / w^2 */
    const double g = 2 * ley_bath_density(b, top) / (top - b->w0), turn = (top - b->w0) * t;
    return sum + (t > 0 ? g * (cos(turn) / t + 2 / top * sin(turn) / (t * t)) : 0); /* g' = -2 g/top */
}
static double drude_down(const ley_bath *b, double t) {
    return drude_part(b, t, false) + (b->temperature > 0 ? drude_part(b, t, true) : 0);
}
static double drude_up(const ley_bath *b, double t) {
    return b->temperature > 0 ? drude_part(b, t, true) : 0;
}

static void test_drude(void **state) {
    (void)state;
    const ley_bath bath = {.kind = LEY_DRUDE, .coupling = 0.05, .cutoff = 2, .temperature = 0.5, .w0 = 1};
    ley_signal down, up;
    ley_error err = {0};
    assert_int_equal(ley_bath_rates(&bath, &down, &up, 25, 1e-12, &err), LEY_OK);
    static const double times[] = {0.3, 1.7, 25};
    for (int i = 0; i < 3; i++) {
        assert_close(ley_signal_at(&down, times[i]), drude_down(&bath, times[i]), 0, 1e-9);
        assert_close(ley_signal_at(&up, times[i]), drude_up(&bath, times[i]), 0, 1e-9);
    }
    assert_close(ley_signal_at(&down, 0), 0, 0, 1e-11);
    ley_signal_clear(&down);
    ley_signal_clear(&up);
}

/* At long times 2 pi J(w0) (n + 1) and n; a wide bath gets there at once. */
static void test_markov_limit(void **state) {
    (void)state;
    const ley_bath baths[] = {
        {.kind = LEY_OHMIC, .coupling = 0.02, .cutoff = 6, .exponent = 1, .temperature = 0.4, .w0 = 1},
        {.kind = LEY_DRUDE, .coupling = 0.02, .cutoff = 6, .temperature = 0.4, .w0 = 1}};
    for (int i = 0; i < 2; i++) {
        ley_signal down, up;
        double limit_down, limit_up;
        ley_error err = {0};
        assert_int_equal(ley_bath_rates(&baths[i], &down, &up, 60, 1e-9, &err), LEY_OK);
        ley_bath_limit(&baths[i], &limit_down, &limit_up);
        /* J n does not vanish at the frequency 0: what it leaves falls as 1/t */
        const double slow = 1.2 * 2 * baths[i].coupling * baths[i].temperature / (1 * 59.0);
        assert_close(limit_down / limit_up, exp(1 / 0.4), 1e-12, 0);
        assert_close(limit_down - limit_up, 2 * pi * ley_bath_density(&baths[i], 1), 1e-12, 0);
        assert_close(ley_signal_at(&down, 59), limit_down, 0, slow);
        assert_close(ley_signal_at(&up, 59), limit_up, 0, slow);
        ley_signal_clear(&down);
        ley_signal_clear(&up);
    }
}

/* The same density in words and as a formula; and a whole run of each. */
static void test_formula(void **state) {
    (void)state;
    static const char *const baths[] = {"{spectral_density: ohmic, coupling: 0.02, cutoff: 3, temperature: 0.3}",
                                        "{spectral_density: {expression: \"k*omega*exp(-omega/3)\"}, cutoff: 150,\n"
                                        "    temperature: 0.3}"};
    double energy[2];
    for (int i = 0; i < 2; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "parameters: {k: 0.02}\nbattery: {cells: 3, frequency: 1, state: excited}\n"
                 "noise: {local: {bath: %s}}\ntime: {until: 12}\nmeasure: [\"final(battery.energy)\"]\n"
                 "numerics: {tolerance: 1e-10}\n",
                 baths[i]);
        ley_run *run = run_scenario(text, baths[i]);
        energy[i] = run_measure(run, "final(battery.energy)");
        ley_run_destroy(run);
    }
    assert_close(energy[0], energy[1], 0, 1e-9);
    assert_true(energy[0] > 0.1 && energy[0] < 2.9);
}

/* The reference case, whose rate is written out there, as a lorentzian bath. */
static void test_reference(void **state) {
    (void)state;
    char path[1024], text[8192];
    snprintf(path, sizeof path, "%s/golden/nocav_n3_tcl2_negative_rate.yaml", TEST_DATA);
    char *yaml = file_text(path);
    snprintf(path, sizeof path, "%s/golden/nocav_n3_tcl2_negative_rate.csv", TEST_DATA);
    char *csv = file_text(path);
    char *begin = strstr(yaml, "    emission:"), *end = strstr(yaml, "    dephasing:");
    assert_true(begin && end);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(begin - yaml), yaml,
             "    bath: {spectral_density: lorentzian, coupling: 0.4, width: 0.1, center: 0.1}\n", end);
    ley_run *run = run_scenario(text, "reference with a negative rate");
    char *names = strtok(csv, "\n"), *line, column[64][64];
    int n = 0, compared = 0;
    for (char *p = names; p && n < 64; n++) {
        char *comma = strchr(p, ',');
        snprintf(column[n], sizeof column[n], "%.*s", comma ? (int)(comma - p) : 63, p);
        p = comma ? comma + 1 : NULL;
    }
    for (ley_index row = 0; (line = strtok(NULL, "\n")) != NULL; row++)
        for (int i = 0; i < n; i++) {
            const double expected = strtod(line, &line);
            if (*line == ',') line++;
            if (i == 0 || strchr(column[i], '[')) continue;
            const double value = run_value(run, column[i], row, 0);
            if (!(fabs(value - expected) <= 1e-8))
                fail_msg("%s, row %d: %.15g, expected %.15g", column[i], (int)row, value, expected);
            compared++;
        }
    assert_true(compared > 41 * 15);
    ley_run_destroy(run);
    free(yaml);
    free(csv);
}

/* A lossy cavity is a lorentzian bath: gamma0 = 4 g^2/kappa, width kappa/2. What second order leaves is O(g^4). */
static void test_damped_cavity(void **state) {
    (void)state;
    double error[2];
    for (int i = 0; i < 2; i++) {
        const double g = i == 0 ? 0.02 : 0.01, kappa = 0.5;
        char text[512];
        snprintf(text, sizeof text,
                 "battery: {cells: 3, frequency: 1, state: excited}\ncavity: {frequency: 0.8, levels: 4}\n"
                 "coupling: {model: tavis-cummings, strength: %g}\nnoise: {cavity: {loss: %g}}\n"
                 "time: {until: 8}\nmeasure: [\"final(battery.energy)\"]\nnumerics: {tolerance: 1e-12}\n",
                 g, kappa);
        ley_run *exact = run_scenario(text, "cavity");
        snprintf(
            text, sizeof text,
            "battery: {cells: 3, frequency: 1, state: excited}\n"
            "noise: {collective: {bath: {spectral_density: lorentzian, coupling: %.17g, width: %g, center: 0.8}}}\n"
            "time: {until: 8}\nmeasure: [\"final(battery.energy)\"]\nnumerics: {tolerance: 1e-12}\n",
            4 * g * g / kappa, kappa / 2);
        ley_run *second = run_scenario(text, "bath");
        error[i] = run_measure(second, "final(battery.energy)") - run_measure(exact, "final(battery.energy)");
        ley_run_destroy(exact);
        ley_run_destroy(second);
    }
    assert_true(fabs(error[0]) > 1e-7);
    assert_close(log2(error[0] / error[1]), 4, 0, 0.05);
}

/* A steady state takes the rates of long times: that of a thermal bath. */
static void test_steady(void **state) {
    (void)state;
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    ley_error err = {0};
    const char *text =
        "battery: {cells: 3, frequency: 1}\n"
        "noise: {local: {bath: {spectral_density: ohmic, coupling: 0.02, cutoff: 3, temperature: 0.6}}}\n"
        "observe: [battery.energy]\n";
    if (ley_scenario_create_for(&scenario, LEY_STEADY_STATE, text, NULL, 0, &err) != LEY_OK)
        fail_msg("%s", err.message);
    if (ley_run_create(&run, scenario, 0, NULL, NULL, &err) != LEY_OK) fail_msg("%s", err.message);
    assert_close(run_value(run, "battery.energy", 0, 0), 3 / (1 + exp(1 / 0.6)), 0, 1e-9);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ohmic),     cmocka_unit_test(test_exponent),      cmocka_unit_test(test_lorentzian),
        cmocka_unit_test(test_drude),     cmocka_unit_test(test_markov_limit),  cmocka_unit_test(test_formula),
        cmocka_unit_test(test_reference), cmocka_unit_test(test_damped_cavity), cmocka_unit_test(test_steady),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
