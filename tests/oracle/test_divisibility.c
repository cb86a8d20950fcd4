/* rhp and blp_optimised: closed forms of one cell, nothing for positive rates, never less than a given pair. */
#include "support/assert_close.h"
#include "support/run_scenario.h"

#include <stdio.h>

#define MEASURES "measure: [rhp, blp_optimised]\nnumerics: {tolerance: 1e-8}\n"

/* Dephasing at 0.3 sin t: coherences exp(-0.6 (1 - cos t)). rhp = 2 int |rate| where it is negative. */
static void test_dephasing(void **state) {
    (void)state;
    ley_run *run = run_scenario("battery: {cells: 1, frequency: 1}\nnoise: {local: {dephasing: \"0.3*sin(t)\"}}\n"
                                "time: {until: 2*pi}\n" MEASURES,
                                "dephasing");
    assert_close(run_measure(run, "rhp"), 1.2, 0, 1e-6);
    assert_close(run_measure(run, "blp_optimised"), 1 - exp(-1.2), 0, 1e-6);
    ley_run_destroy(run);
}

/* Telegraph noise: |f| comes back, and is 0 on the way: no inverse there. Slow noise keeps |f| above 0. */
static void test_telegraph(void **state) {
    (void)state;
    ley_run *run = run_scenario("battery: {cells: 1, frequency: 1, telegraph: [{amplitude: 0.5, rate: 0.1}]}\n"
                                "time: {until: 6}\nmeasure: [blp_optimised]\n",
                                "telegraph");
    const double y = sqrt(0.25 - 0.01), t = acos(-1.0) / y,
                 f = exp(-0.1 * t); /* the first maximum of |f|, at y t = pi */
    assert_true(t > 6);             /* f is still rising at the end */
    const double end = exp(-0.6) * fabs(cos(6 * y) + 0.1 / y * sin(6 * y));
    assert_close(run_measure(run, "blp_optimised"), end, 0, 1e-5);
    assert_true(end < f);
    ley_run_destroy(run);
}

/* One cell and a lossless mode: everything comes back, and the map has no inverse when the cell is empty. */
static void test_lossless(void **state) {
    (void)state;
    ley_run *run = run_scenario("battery: {cells: 1, frequency: 1}\ncavity: {frequency: 1, levels: 2}\n"
                                "coupling: {model: tavis-cummings, strength: 0.5}\ntime: {until: 2*pi}\n"
                                "measure: [blp_optimised]\n",
                                "lossless");
    assert_close(run_measure(run, "blp_optimised"), 1, 0, 1e-6);
    ley_run_destroy(run);
}

static void test_positive_rates(void **state) {
    (void)state;
    static const char *const noise[] = {
        "noise: {local: {emission: 0.3, absorption: 0.1, dephasing: 0.2}, collective: {emission: 0.1}}\n"
        "drive: {battery: \"0.3*cos(t)\"}\n",
        "noise: {collective: {emission: 0.3, dephasing: 0.2}}\n"};
    for (int cells = 1; cells <= 3; cells++)
        for (int i = 0; i < 2; i++) {
            char text[512];
            snprintf(text, sizeof text, "battery: {cells: %d, frequency: 1}\n%stime: {until: 2}\n" MEASURES, cells,
                     noise[i]);
            ley_run *run = run_scenario(text, noise[i]);
            assert_close(run_measure(run, "rhp"), 0, 0, 1e-6);
            assert_close(run_measure(run, "blp_optimised"), 0, 0, 1e-6);
            ley_run_destroy(run);
        }
}

/* Two cells with a negative rate: at least what two starts give that one may name. */
static void test_pairs(void **state) {
    (void)state;
    ley_run *run = run_scenario(
        "battery: {cells: 2, frequency: 1, state: {spin_coherent: [0.6, 0]}}\n"
        "compare: {battery: {state: {spin_coherent: [2.5, 1]}}}\n"
        "noise: {collective: {bath: {spectral_density: lorentzian, coupling: 0.4, width: 0.1, center: 0.1}}}\n"
        "time: {until: 8}\nmeasure: [blp(trace_distance), blp_optimised, rhp]\n",
        "pairs");
    const double given = run_measure(run, "blp(trace_distance)"), best = run_measure(run, "blp_optimised");
    assert_true(given > 1e-3 && best > given && best < 2);
    assert_true(run_measure(run, "rhp") > 1e-2);
    ley_run_destroy(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_dephasing), cmocka_unit_test(test_telegraph),
                                       cmocka_unit_test(test_lossless), cmocka_unit_test(test_positive_rates),
                                       cmocka_unit_test(test_pairs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
