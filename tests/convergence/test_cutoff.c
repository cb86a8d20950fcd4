/* levels: auto against a far larger cut-off, and the warning of a cut-off that is too small. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/run_scenario.h"

static const double tolerance = 1e-7;

typedef struct cutoff_case {
    const char *name, *battery, *cavity, *coupling, *rest;
    int plenty; /* levels beyond any doubt */
} cutoff_case;

static const cutoff_case cases[] = {
    {"coherent charger", "{cells: 3, frequency: 1}", "{coherent: 1.3}", "{model: tavis-cummings, strength: 0.3}",
     "noise: {cavity: {loss: 0.1}, local: {emission: 0.05, dephasing: 0.05}}\n", 34},
    {"thermal charger", "{cells: 2, frequency: 1}", "{thermal: 0.4}", "{model: tavis-cummings, strength: 0.3}",
     "noise: {cavity: {loss: 0.1, gain: 0.02}}\n", 44},
    {"strong Dicke", "{cells: 2, frequency: 1}", "{fock: 2}", "{model: dicke, strength: 0.4}", "", 44},
    {"driven Dicke", "{cells: 2, frequency: 1}", "vacuum", "{model: dicke, strength: 0.2}",
     "noise: {cavity: {loss: 0.1}}\ndrive: {cavity: \"0.5*gauss(t, 3, 1)\"}\n", 40},
    {"exact", "{cells: 4, frequency: 1}", "{fock: 3}", "{model: tavis-cummings, strength: 0.3}",
     "noise: {cavity: {loss: 0.1}, local: {dephasing: 0.05}}\n", 20},
};
enum { CASES = sizeof cases / sizeof *cases };

static ley_run *run_case(const cutoff_case *c, const char *levels) {
    char text[2048];
    snprintf(text, sizeof text,
             "battery: %s\n"
             "cavity: {frequency: 1, levels: %s, state: %s}\n"
             "coupling: %s\n%s"
             "time: {until: 6, points: 7}\n"
             "observe: [battery.energy, battery.ergotropy, battery.entropy, cavity.photons, cavity.entropy,\n"
             "  interaction.energy, total.energy, heat, log_negativity, mutual_information, battery.populations,\n"
             "  battery.spin_weights]\n"
             "measure: [max(battery.ergotropy), mean(cavity.photons)]\n"
             "numerics: {tolerance: %g}\n",
             c->battery, levels, c->cavity, c->coupling, c->rest, tolerance);
    ley_run *run = run_scenario(text, c->name);
    check_run(run, c->name);
    return run;
}

static void test_auto_is_enough(void **state) {
    (void)state;
    for (int i = 0; i < CASES; i++) {
        char levels[16];
        snprintf(levels, sizeof levels, "%d", cases[i].plenty);
        ley_run *found = run_case(&cases[i], "auto"), *large = run_case(&cases[i], levels);
        const ley_certificate *c = ley_run_certificate(found);
        double largest = 0;
        for (ley_index k = 0; k < ley_observable_count(); k++) {
            ley_index width = 0;
            const double *x = ley_run_series(found, ley_observable_name(k), &width),
                         *y = ley_run_series(large, ley_observable_name(k), &width);
            for (ley_index r = 0; x && r < ley_run_rows(found) * width; r++) {
                largest = fmax(largest, fabs(x[r] - y[r]));
                if (!(fabs(x[r] - y[r]) <= 2 * tolerance)) /* both runs carry one */
                    fail_msg("%s: %s with %d levels differs by %.3g from %d levels", cases[i].name,
                             ley_observable_name(k), c->levels, x[r] - y[r], cases[i].plenty);
            }
        }
        printf("%-18s %d levels (checked with %d): off by %.1e, edge %.1e, effect %.1e\n", cases[i].name, c->levels,
               c->levels_checked, largest, c->edge_population, c->cutoff_effect);
        assert_close(run_measure(found, "max(battery.ergotropy)"), run_measure(large, "max(battery.ergotropy)"), 0,
                     2 * tolerance);
        assert_true(c->levels > 1 && c->levels < cases[i].plenty);
        assert_true(c->cutoff_effect <= tolerance);
        assert_string_equal(ley_run_warnings(found), "");
        assert_string_equal(ley_run_warnings(large), "");
        ley_run_destroy(large);
        ley_run_destroy(found);
    }
}

/* A cut-off that truncates visibly: a warning, with a size of the effect that is right to a factor of a few. */
static void test_too_few_levels_warn(void **state) {
    (void)state;
    for (int i = 0; i < CASES - 1; i++) { /* not the last: four levels are all it needs */
        char levels[16];
        snprintf(levels, sizeof levels, "%d", cases[i].plenty);
        ley_run *small = run_case(&cases[i], "4"), *large = run_case(&cases[i], levels);
        const ley_certificate *c = ley_run_certificate(small);
        double effect = fabs(run_value(small, "battery.energy", 6, 0) - run_value(large, "battery.energy", 6, 0));
        assert_true(effect > tolerance);
        if (!strstr(ley_run_warnings(small), "levels"))
            fail_msg("%s: 4 levels are %.2g off and nothing is said", cases[i].name, effect);
        if (!(c->cutoff_effect > 0.3 * effect))
            fail_msg("%s: effect of the cut-off reported as %.2g, it is at least %.2g", cases[i].name,
                     c->cutoff_effect, effect);
        ley_run_destroy(large);
        ley_run_destroy(small);
    }
}

/* Three photons, an empty battery and nothing that adds excitations: four levels lose nothing. */
static void test_exact_cutoff_is_known(void **state) {
    (void)state;
    ley_run *run = run_case(&cases[4], "4"), *found = run_case(&cases[4], "auto");
    assert_string_equal(ley_run_warnings(run), "");
    assert_int_equal(ley_run_certificate(found)->levels, 4);
    assert_close(ley_run_certificate(found)->cutoff_effect, 0, 0, 0);
    ley_run_destroy(found);
    ley_run_destroy(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_auto_is_enough),
                                       cmocka_unit_test(test_too_few_levels_warn),
                                       cmocka_unit_test(test_exact_cutoff_is_known)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
