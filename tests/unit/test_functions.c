/* functions: of a scenario. Judges: values by hand, the same pulse written as an expression, closed forms. */
#include "support/assert_close.h"
#include "support/refused.h"

#include "core/memory.h"
#include "expression/samples.h"
#include "leyden.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define near(a, b, absolute) assert_close(a, b, 0, absolute)

/* T_0 .. T_3 on [1, 3], a straight line on [3, 4]. */
static const double begin[] = {1, 3, 4};
static const double coefficient[] = {0.5, -1, 2, 0.25, 7, 1, 0, 0};
static const ley_samples two = {.name = "f", .n = 2, .terms = 4, .begin = begin, .coefficient = coefficient};

static double by_hand(double u) {
    return 0.5 - u + 2 * (2 * u * u - 1) + 0.25 * (4 * u * u * u - 3 * u);
}

static void series_have_their_values(void **state) {
    (void)state;
    for (double t = 1; t < 3; t += 0.125) {
        const double u = t - 2;
        near(ley_samples_at(&two, t), by_hand(u), 1e-14);
        near(ley_samples_slope(&two, t), -1 + 8 * u + 0.25 * (12 * u * u - 3), 1e-13);
    }
    near(ley_samples_at(&two, 3), 6, 1e-15); /* of the piece that begins there */
    near(ley_samples_at(&two, 4), 8, 1e-15);
    near(ley_samples_slope(&two, 3.5), 2, 1e-15);
    near(ley_samples_at(&two, 4 + 1e-13), 8, 1e-12); /* rounding */
    assert_true(isnan(ley_samples_at(&two, 4.001)) && isnan(ley_samples_at(&two, 0.999)));
    assert_true(isnan(ley_samples_slope(&two, 5)) && isnan(ley_samples_at(&two, NAN)));
}

static double final_energy(const char *text) {
    ley_scenario *scenario;
    ley_run *run;
    ley_error err = {0};
    if (ley_scenario_create(&scenario, text, &err) != LEY_OK)
        fail_msg("%d:%d %s", err.line, err.column, err.message);
    if (ley_run_create(&run, scenario, 0, NULL, NULL, &err) != LEY_OK) fail_msg("%s", err.message);
    const double energy = ley_run_measure(run, "final(battery.energy)");
    assert_false(ley_run_certificate(run)->energy_error > 1e-6); /* NaN: not measured */
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
    return energy;
}

#define HEAD "battery: {cells: 3, frequency: 0, energy_frequency: 1}\nnoise: {local: {emission: 0.1}}\n"
#define TAIL "time: {until: 6, points: 2}\nmeasure: [\"final(battery.energy)\"]\n"

/* Corners are where values are given: the same drive as ramps, and as series of two terms. */
static void a_drive_is_that_of_the_expression(void **state) {
    (void)state;
    const double expected = final_energy(HEAD TAIL "drive: {battery: \"0.7*(ramp(t, 1, 2) - ramp(t, 4, 5))\"}\n");
    near(final_energy(HEAD TAIL "functions: {p: {times: [0, 1, 2, 4, 5, 6], values: [0, 0, 7, 7, 0, 0]}}\n"
                                "drive: {battery: p(t)/10}\n"),
         expected, 1e-8);
    near(final_energy(HEAD TAIL "functions: {p: {breaks: [0, 1, 2, 4, 5, 6], chebyshev: [[0], [0.35, 0.35], "
                                "[0.7], [0.35, -0.35], [0]]}}\ndrive: {battery: p(t)}\n"),
         expected, 1e-8);
    /* Read backwards; and a narrow rectangle of area 3 late in a quiet run, E = N sin^2(3/2). */
    near(final_energy(HEAD TAIL "functions: {p: {times: [0, 1, 2, 4, 5, 6], values: [0, 0, 7, 7, 0, 0]}}\n"
                                "drive: {battery: \"0.1*p(6 - t)\"}\n"),
         expected, 1e-8);
    near(final_energy("battery: {cells: 3, frequency: 0, energy_frequency: 1}\n"
                      "functions: {p: {breaks: [0, 5.999, 5.9995, 6], chebyshev: [[0], [6e3], [0]]}}\n"
                      "drive: {battery: p(t)}\n" TAIL),
         3 * pow(sin(1.5), 2), 2e-8);
    assert_int_equal(ley_memory_live(), 0);
}

/* A value of a function is a number, too. */
static void constants(void **state) {
    (void)state;
    near(final_energy("battery: {cells: 1, frequency: \"f(1.5)\", state: excited}\n"
                      "functions: {f: {times: [1, 2], values: [2, 4]}}\n" TAIL),
         3, 1e-9);
    assert_int_equal(ley_memory_live(), 0);
}

/* Derived quantities, and ends of an axis. */
static void formulas(void **state) {
    (void)state;
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    ley_error err = {0};
    const char *text = "battery: {cells: 2, frequency: 1, state: excited}\n"
                       "functions: {f: {times: [0, 4], values: [1, 5]}}\n"
                       "derive: {price: \"f(battery.energy)*f(t)\", last: \"f(final(battery.energy))\"}\n"
                       "sweep: {N: {from: \"f(1)\", to: \"f(2)\", points: 2}}\n"
                       "observe: [price]\nmeasure: [final(price), last]\ntime: {until: 1}\n";
    assert_int_equal(ley_scenario_create(&scenario, text, &err), LEY_OK);
    assert_int_equal(ley_scenario_points(scenario), 2); /* N = 2, 3 */
    assert_int_equal(ley_run_create(&run, scenario, 0, NULL, NULL, &err), LEY_OK);
    near(ley_run_measure(run, "final(price)"), 3 * 2, 1e-9);
    near(ley_run_measure(run, "last"), 3, 1e-9);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
    assert_int_equal(ley_memory_live(), 0);
}

#define FUNCTIONS(text) HEAD "functions: {f: " text "}\n" TAIL
static const struct {
    const char *text;
    int32_t line, column;
    const char *message;
} bad[] = {
    {HEAD "functions: [1]\n" TAIL, 3, 12, "a list, where a mapping is expected"},
    {FUNCTIONS("1"), 3, 16, "a function is {times: [...], values: [...]} or"},
    {FUNCTIONS("{times: [0, 1]}"), 3, 16, "a function is {times"},
    {FUNCTIONS("{times: [0, 1], chebyshev: [[1]]}"), 3, 16, "a function is {times"},
    {FUNCTIONS("{times: [0, 1], values: [1, 2], more: 1}"), 3, 16, "a function is {times"},
    {FUNCTIONS("{times: [0, 1, 1], values: [1, 2, 3]}"), 3, 31, "1 does not come after 1; the numbers ascend"},
    {FUNCTIONS("{times: [0], values: [1]}"), 3, 24, "a list of fewer than two, where two numbers or more"},
    {FUNCTIONS("{times: 3, values: [1]}"), 3, 24, "where two numbers or more are expected"},
    {FUNCTIONS("{times: [0, 1], values: [1, 2, 3]}"), 3, 40, "3 values for 2 times; there is one for each"},
    {FUNCTIONS("{times: [0, N], values: [1, 2]}"), 3, 28, "\"N\" is not a plain, finite number"},
    {FUNCTIONS("{times: [0, 1], values: [1, .inf]}"), 3, 44, "\".inf\" is not a plain, finite number"},
    {FUNCTIONS("{times: [0, 1], values: [1, 1e999]}"), 3, 44, "\"1e999\" is not a plain, finite number"},
    {FUNCTIONS("{times: [0, 1], values: [1, 2]}") "derive: {f: 2*battery.energy}\n", 6, 10,
     "f is a function already; choose another name"},
    {FUNCTIONS("{times: [0, 1], values: [1, [2]]}"), 3, 44, "a list, where a number is expected"},
    {FUNCTIONS("{breaks: [0, 1, 2], chebyshev: [[1]]}"), 3, 47, "1 series for 2 pieces"},
    {FUNCTIONS("{breaks: [0, 1], chebyshev: [1]}"), 3, 45, "a series is a list of 1 to 64 numbers"},
    {FUNCTIONS("{breaks: [0, 1], chebyshev: [[]]}"), 3, 45, "a series is a list of 1 to 64 numbers"},
    {HEAD "functions: {sin: {times: [0, 1], values: [1, 2]}}\n" TAIL, 3, 13, "sin has a meaning of its own"},
    {HEAD "functions: {a.b: {times: [0, 1], values: [1, 2]}}\n" TAIL, 3, 13, "cannot name a function"},
    {HEAD "parameters: {f: 1}\nfunctions: {f: {times: [0, 1], values: [1, 2]}}\n" TAIL, 4, 13, "f has a meaning"},
    {FUNCTIONS("{times: [0, 5], values: [1, 2]}") "drive: {battery: f}\n", 6, 18, "f is a function; write f(t)"},
    {FUNCTIONS("{times: [0, 5], values: [1, 2]}") "drive: {battery: \"f(t, 1)\"}\n", 6, 22, "f takes one argument"},
    {FUNCTIONS("{times: [0, 5], values: [1, 2]}") "drive: {battery: f(t}\n", 6, 21, "the parenthesis of f("},
    {FUNCTIONS("{times: [0, 5], values: [1, 2]}") "drive: {battery: f(7)}\n", 6, 18, "f(7) is not known"},
    {FUNCTIONS("{times: [0, 5], values: [1, 2]}") "drive: {battery: ff(t)}\n", 6, 18,
     "unknown function ff (did you"},
    {FUNCTIONS("{times: [0, 5], values: [1, 2]}") "drive: {battery: f(t)}\n", 6, 18,
     "the value at t = 5.00391 is not a number"},
};

static void bad_functions_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_refused_words(bad[i].text, bad[i].line, bad[i].column, bad[i].message);
}

static void settings_replace_functions(void **state) {
    (void)state;
    const char *text = HEAD TAIL "functions: {f: {times: [0, 6], values: [1, 1]}}\ndrive: {battery: f(t)}\n";
    const char *settings[] = {"functions.f={times: [0, 6], values: [0, 0]}",
                              "functions.g={times: [0, 1], values: [2, 2]}"};
    ley_scenario *scenario;
    ley_run *run;
    ley_error err = {0};
    assert_int_equal(ley_scenario_create_with(&scenario, text, settings, 2, &err), LEY_OK);
    assert_int_equal(ley_run_create(&run, scenario, 0, NULL, NULL, &err), LEY_OK);
    near(ley_run_measure(run, "final(battery.energy)"), 0, 1e-9);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
    assert_int_equal(ley_memory_live(), 0);
}

static void allocation_failures(void **state) {
    (void)state;
    const char *text = FUNCTIONS("{times: [0, 6], values: [1, 1]}") "drive: {battery: f(t)}\n";
    ley_scenario *scenario = NULL;
    long n = 0;
    for (;; n++) {
        ley_memory_fail_after(n);
        ley_status status = ley_scenario_create(&scenario, text, NULL);
        ley_memory_fail_after(-1);
        if (status == LEY_OK) break;
        assert_int_equal(status, LEY_ERR_MEMORY);
        assert_int_equal(ley_memory_live(), 0);
    }
    assert_true(n > 3);
    ley_scenario_destroy(scenario);
    assert_int_equal(ley_memory_live(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(series_have_their_values),
        cmocka_unit_test(a_drive_is_that_of_the_expression),
        cmocka_unit_test(constants),
        cmocka_unit_test(formulas),
        cmocka_unit_test(bad_functions_are_refused),
        cmocka_unit_test(settings_replace_functions),
        cmocka_unit_test(allocation_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
