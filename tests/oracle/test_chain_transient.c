/* Populations in implicit steps: product states and collective decay in closed form, uniformisation, Runge-Kutta.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/run_scenario.h"

static double entropy_of(double p) {
    return -p * log(p) - (1 - p) * log1p(-p);
}

/* Cells by themselves stay a product state: p(t) of each, N h(p) the entropy, N (2 p - 1) the ergotropy above 1/2.
 */
static void check_cells_apart(int cells, const char *numerics) {
    char text[1024], what[32];
    snprintf(what, sizeof what, "%d cells", cells);
    snprintf(text, sizeof text,
             "battery: {cells: %d, frequency: 1, state: {gibbs: 3}}\n"
             "noise: {local: {emission: 0.7, absorption: 0.2, dephasing: 0.4}}\n"
             "time: {until: 6, points: 25}\n"
             "observe: [battery.energy, battery.ergotropy, battery.entropy, battery.populations]\n"
             "measure: [\"max(battery.entropy)\", \"argmax(battery.entropy)\"]\n"
             "numerics: {propagator: radau%s}\n",
             cells, numerics);
    ley_run *run = run_scenario(text, what);
    check_run(run, what);
    assert_string_equal(ley_run_propagator(run), "radau");
    for (ley_index row = 0; row < 25; row++) {
        const double t = 0.25 * (double)row, p = 2 / 9.0 + (0.75 - 2 / 9.0) * exp(-0.9 * t);
        assert_close(run_value(run, "battery.energy", row, 0), cells * p, 0, 1e-8);
        assert_close(run_value(run, "battery.entropy", row, 0), cells * entropy_of(p), 0, 1e-8);
        assert_close(run_value(run, "battery.ergotropy", row, 0), cells * fmax(0, 2 * p - 1), 0, 1e-8);
        for (int k = 0; k <= cells; k++) {
            const double weight = exp(lgamma(cells + 1.0) - lgamma(k + 1.0) - lgamma(cells - k + 1.0)) * pow(p, k) *
                                  pow(1 - p, cells - k);
            assert_close(run_value(run, "battery.populations", row, k), weight, 0, 1e-8);
        }
    }
    assert_close(run_measure(run, "max(battery.entropy)"), cells * log(2), 0, 1e-8);
    assert_close(run_measure(run, "argmax(battery.entropy)"), log((0.75 - 2 / 9.0) / (0.5 - 2 / 9.0)) / 0.9, 0,
                 1e-5);
    ley_run_destroy(run);
}

static void test_cells_apart(void **state) {
    (void)state;
    check_cells_apart(1, "");
    check_cells_apart(9, "");
    check_cells_apart(40, "");
}

/* Two cells radiate together: 2 p_2 + p_1 with p_2 = exp(-2 t), p_1 = 2 t exp(-2 t). */
static void test_two_cells_radiate(void **state) {
    (void)state;
    ley_run *run = run_scenario("battery: {cells: 2, frequency: 1, state: excited}\n"
                                "noise: {collective: {emission: 1}}\n"
                                "time: {until: 40, points: 81}\n"
                                "observe: [battery.energy]\n"
                                "numerics: {propagator: radau}\n",
                                "two cells");
    for (ley_index row = 0; row < 81; row++) {
        const double t = 0.5 * (double)row;
        assert_close(run_value(run, "battery.energy", row, 0), (2 + 2 * t) * exp(-2 * t), 0, 1e-8);
    }
    ley_run_destroy(run);
}

typedef struct chain_case {
    const char *what, *text;
    double until;
    bool heat; /* observed, and Runge-Kutta steps a judge besides */
} chain_case;

static const chain_case cases[] = {
    {"charging, hot and cold bath",
     "battery: {cells: 20, frequency: 1, state: ground}\n"
     "noise: {collective: {rate: 1, alpha: 0.8}, local: {rate: 1, alpha: 0.1}, mix: 0.8}\n",
     4, true},
    {"burst and dephasing",
     "battery: {cells: 24, frequency: 1, state: excited}\n"
     "noise: {collective: {emission: 1}, local: {dephasing: 0.05, absorption: 0.1}}\n",
     2, false},
    {"dark states",
     "battery: {cells: 15, frequency: 1, state: {gibbs: 0.5}}\n"
     "noise: {collective: {emission: 1, absorption: 0.3, dephasing: 2}}\n",
     3, false},
    {"one spin block",
     "battery: {cells: 30, frequency: 1, state: {dicke: [6, 2]}}\n"
     "noise: {collective: {emission: 0.3, absorption: 0.2}}\n",
     5, false},
    {"out of the corner",
     "battery: {cells: 18, frequency: 1, state: {dicke: [0, 0]}}\n"
     "noise: {collective: {emission: 0.01, absorption: 0.1}, local: {absorption: 0.3, emission: 0.1}}\n",
     8, false},
};

static ley_run *run_case(const chain_case *c, const char *propagator, const char *tolerance) {
    char text[2048];
    snprintf(
        text, sizeof text,
        "%stime: {until: %g, points: 9}\n"
        "observe: [battery.energy, battery.ergotropy, battery.entropy, battery.purity, battery.bright_weight,\n"
        "          battery.spin_weights%s]\n"
        "measure: [\"max(battery.energy)\", \"min(battery.purity)\", \"mean(battery.ergotropy)\"]\n"
        "numerics: {propagator: %s, tolerance: %s}\n",
        c->text, c->until, c->heat ? ", total.energy, heat" : "", propagator, tolerance);
    ley_run *run = run_scenario(text, c->what);
    check_run(run, c->what);
    if (c->heat) check_energy_balance(run, 1e-6, c->what);
    return run;
}

/* The promise at several tolerances, held against other propagators. */
static void test_against_others(void **state) {
    (void)state;
    static const char *const seen[] = {"battery.energy", "battery.ergotropy",     "battery.entropy",
                                       "battery.purity", "battery.bright_weight", "battery.spin_weights"};
    static const char *const measured[] = {"max(battery.energy)", "min(battery.purity)", "mean(battery.ergotropy)"};
    static const char *const tolerances[] = {"1e-5", "1e-9"};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        ley_run *judge[] = {run_case(&cases[k], "uniformisation", "1e-11"),
                            cases[k].heat ? run_case(&cases[k], "dop853", "1e-10") : NULL};
        for (size_t l = 0; l < sizeof tolerances / sizeof *tolerances; l++) {
            ley_run *run = run_case(&cases[k], "radau", tolerances[l]);
            const double allowed = 1.1 * atof(tolerances[l]);
            for (int other = 0; other < (cases[k].heat ? 2 : 1); other++) {
                for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
                    for (ley_index row = 0; row < 9; row++)
                        assert_close(run_value(run, seen[i], row, 0), run_value(judge[other], seen[i], row, 0), 0,
                                     allowed);
                for (size_t i = 0; i < sizeof measured / sizeof *measured; i++)
                    assert_close(run_measure(run, measured[i]), run_measure(judge[other], measured[i]), 0, allowed);
            }
            assert_true(ley_run_certificate(run)->integration_error <= allowed);
            assert_true(ley_run_certificate(run)->trace_error < 1e-12);
            ley_run_destroy(run);
        }
        for (int other = 0; other < 2; other++) ley_run_destroy(judge[other]);
    }
}

/* Many cells are held where they live: detailed balance at the end, in closed form. */
static void test_many_cells(void **state) {
    (void)state;
    ley_run *run = run_scenario("battery: {cells: 400, frequency: 1, state: ground}\n"
                                "noise: {collective: {rate: 1, alpha: 0.4}}\n"
                                "time: {until: 40, points: 3}\n"
                                "observe: [battery.energy, battery.ergotropy]\n"
                                "numerics: {propagator: radau}\n",
                                "one bath");
    const double a = 0.4, n = 400;
    assert_close(run_value(run, "battery.energy", 2, 0), n + 1 / (1 - a) + (n + 1) / (pow(a, n + 1) - 1), 0, 1e-8);
    assert_close(run_value(run, "battery.ergotropy", 2, 0), n + a / (1 - a) + (n + a) / (pow(a, n + 1) - 1), 0,
                 1e-8);
    ley_run_destroy(run);
    run = run_scenario("battery: {cells: 300, frequency: 1, state: excited}\n"
                       "noise: {collective: {rate: 1, alpha: 0.3}, local: {rate: 1, alpha: 0.3}, mix: 0.5}\n"
                       "time: {until: 60, points: 3}\n"
                       "observe: [battery.energy, battery.entropy]\n",
                       "one temperature");
    assert_string_equal(ley_run_propagator(run), "radau"); /* by itself */
    const double p = 0.3 / 1.3;
    assert_close(run_value(run, "battery.energy", 2, 0), 300 * p, 0, 2e-8);
    assert_close(run_value(run, "battery.entropy", 2, 0), 300 * entropy_of(p), 0, 2e-8);
    ley_run_destroy(run);
}

/* Steps do not follow the rows. */
static void test_rows_do_not_matter(void **state) {
    (void)state;
    char text[512];
    double value[2];
    static const int points[] = {2, 2001};
    for (int i = 0; i < 2; i++) {
        snprintf(text, sizeof text,
                 "battery: {cells: 30, frequency: 1, state: ground}\n"
                 "noise: {collective: {rate: 1, n: 2}, local: {rate: 0.3, n: 0.1}}\n"
                 "time: {until: 2, points: %d}\nobserve: [battery.energy]\nnumerics: {propagator: radau}\n",
                 points[i]);
        ley_run *run = run_scenario(text, "rows");
        value[i] = run_value(run, "battery.energy", points[i] - 1, 0);
        ley_run_destroy(run);
    }
    assert_close(value[0], value[1], 0, 1e-14);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_apart),        cmocka_unit_test(test_two_cells_radiate),
        cmocka_unit_test(test_against_others),     cmocka_unit_test(test_many_cells),
        cmocka_unit_test(test_rows_do_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
