/* Closed forms in expressions: hand values, the equations that they solve, and runs. */
#include "support/assert_close.h"
#include "support/run_scenario.h"

#include "expression/expression.h"
#include "observables/observables.h"

#include <complex.h>
#include <stdio.h>
#include <string.h>

static double value_of(const char *text) {
    ley_expression *e = NULL;
    ley_error err = {0};
    if (ley_expression_create(&e, text, NULL, &err) != LEY_OK) fail_msg("%s: %s", text, err.message);
    const double value = ley_expression_at(e, 0);
    ley_expression_destroy(e);
    return value;
}

static void test_values(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } rows[] = {{"optimal_detuning(1, 0.1, 0.05)", 0.316227766016838},
                {"optimal_detuning(2, 0.1, 0.05)", 0.447213595499958},
                {"optimal_detuning(4, 0.1, 0.05)", 0.632455532033676},
                {"coupling_ratio(1, 0.1, 1)", 0.1},
                {"coupling_ratio(10, 0.1, 1)", 0.316227766016838},
                {"coupling_ratio(50, 0.1, 1)", 0.707106781186548},
                {"cells_within(0.1, 1, 0.1)", 1},
                {"cells_within(0.02, 1, 0.1)", 25},
                {"collective_shift(4, 0.1, 2)", 0.02},
                {"filtered_density(3, 1.5, 1, 0.5)", 3},
                {"critical_coupling_dicke(1, 4)", 1},
                {"critical_coupling_tc(1, 4)", 2},
                {"locked_bound(7)", 3.5},
                {"locked_bound_bright(4)", 0.8},
                {"locked_bound_hybrid(1)", 0.5},
                {"locked_bound_hybrid(3)", 7.0 / 6},
                {"locked_bound_hybrid(4)", 4.0 / 3},
                {"thermal_population(2, -1, 0.5)", 8.0 / 31},
                {"thermal_energy(2, 0.5)", 4.0 / 7},
                {"thermal_ergotropy(2, 0.5)", 1.0 / 7},
                {"thermal_eigenvalue_bright(2, 1, 0.5, 0.5)", 2.0 / 9},
                {"thermal_eigenvalue_lowest(2, 1, 0.5, 0.5)", 2.0 / 9},
                {"sector_decay_bound(1, 1, 2, 1, 0)", 1},
                {"sector_decay_bound(1, 0, -1, 2, 1)", 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_close(value_of(rows[i].text), rows[i].value, 1e-14, 0);
}

/* Numbers outside the domain, or not half integers, are an error where the expression is read. */
static void test_outside(void **state) {
    (void)state;
    static const char *const texts[] = {"thermal_energy(2.5, 0.5)",           "thermal_energy(2, 1.5)",
                                        "thermal_population(1, 0.5, 0.5)",    "thermal_population(1, 2, 0.5)",
                                        "thermal_ergotropy(0, 0.5)",          "sector_decay_bound(1, 0.5, 0, 1, 1)",
                                        "sector_decay_bound(1, 1, 0.5, 1, 1)"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ley_expression *e = NULL;
        ley_error err = {0};
        assert_int_not_equal(ley_expression_create(&e, texts[i], NULL, &err), LEY_OK);
        assert_non_null(strstr(err.message, "not"));
    }
}

/* l^2 - (D - i kappa/2) l - W^2 = 0 has one root with this decay; the other one takes the rest of kappa. */
static void test_decay(void **state) {
    (void)state;
    static const double rows[][4] = {{1, 0.1, 0.05, 3}, {4, 0.1, 0.05, 0.6}, {3, 0.2, 0.3, -1}, {2, 0.01, 0.5, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const double n = rows[i][0], g = rows[i][1], kappa = rows[i][2], d = rows[i][3];
        char text[128];
        snprintf(text, sizeof text, "effective_decay(%g, %g, %g, %g)", n, g, kappa, d);
        const double rate = value_of(text);
        const double complex z = d - 0.5 * I * kappa;
        double complex l = -0.5 * I * rate; /* Newton, from the decay */
        for (int k = 0; k < 50; k++) l -= (l * l - z * l - g * g * n) / (2 * l - z);
        assert_close(-2 * cimag(l), rate, 0, 1e-12);
        assert_true(rate > 0 && rate < 0.5 * kappa);
    }
    assert_close(value_of("effective_decay(4, 0.1, 0.05, 50)"), 0.05 * 0.01 * 4 / 2500, 1e-4, 0);
}

/* One excitation in three cells, far from a lossy mode: its energy falls at this rate. */
static void test_run(void **state) {
    (void)state;
    ley_run *run = run_scenario("parameters: {g: 0.02, kappa: 0.2, d: 1}\n"
                                "battery: {cells: 3, frequency: 1, state: {dicke: [1.5, -0.5]}}\n"
                                "cavity: {frequency: 1 + d, levels: 3}\n"
                                "coupling: {model: tavis-cummings, strength: g}\n"
                                "noise: {cavity: {loss: kappa}}\n"
                                "time: {values: [1000, 3000]}\nobserve: [battery.energy]\n",
                                "a detuned mode");
    const double rate = log(run_value(run, "battery.energy", 0, 0) / run_value(run, "battery.energy", 1, 0)) / 2000;
    assert_close(value_of("effective_decay(3, 0.02, 0.2, 1)"), rate, 1e-6, 0);
    ley_run_destroy(run);
}

static void test_hybrid_bound(void **state) {
    (void)state;
    for (int32_t n = 1; n <= 12; n++) {
        double lambda[64], scratch[1024];
        const int count = (n + 2) * (n + 2) / 4;
        char text[64];
        assert_true(ley_passive_scratch(n) <= 1024 && count <= 64);
        for (int i = 0; i < count; i++) lambda[i] = 1.0 / count;
        snprintf(text, sizeof text, "locked_bound_hybrid(%d)", (int)n);
        assert_close(value_of(text), ley_passive_energy(n, lambda, LEY_COUNT_HYBRID, scratch), 0, 1e-12);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values), cmocka_unit_test(test_decay),
                                       cmocka_unit_test(test_outside), cmocka_unit_test(test_run),
                                       cmocka_unit_test(test_hybrid_bound)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
