/* Whatever representation and propagator the program picks, the numbers are those of the plain one (every block
 * whole, Runge-Kutta) and of the brute force. The picks depend on the model and on what is observed, so both are
 * drawn. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leyden.h"
#include "support/against_brute.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

/* Sets of observables that need ever more of the state; no correlations between battery and cavity. */
static const char *const observed[] = {
    "battery.energy, cavity.photons, interaction.energy, heat, total.energy, battery.populations",
    "battery.jz, cavity.amplitude_re, cavity.amplitude_im, cavity.energy, cavity.top_level",
    "battery.energy, battery.ergotropy, battery.ergotropy_collective, battery.ergotropy_dicke, "
    "battery.ergotropy_hybrid, battery.entropy, battery.purity, battery.coherence_l1, battery.coherence_relative, "
    "battery.spin_weights, battery.bright_weight, battery.passive_energy, battery.locked_energy, power",
    "cavity.entropy, cavity.purity, battery.energy, switching_cost",
};
static const char *const measures[] = {
    "\"max(battery.energy)\", \"argmax(battery.energy)\", \"mean(cavity.photons)\", \"final(heat)\"",
    "\"max(cavity.amplitude_re)\", \"argmin(cavity.amplitude_im)\", \"min(cavity.photons)\"",
    ("\"max(battery.ergotropy)\", \"argmax(battery.ergotropy)\", \"mean(battery.entropy)\", "
     "\"at_max(battery.locked_energy, battery.energy)\", \"first_max(battery.energy)\""),
    "\"max(cavity.entropy)\", \"mean(cavity.purity)\"",
};
enum { SETS = sizeof observed / sizeof *observed };

static random_options symmetric(void) { /* models that conserve excitations: Tavis-Cummings, no drives */
    random_options options = random_options_any();
    options.cavity = 1;
    options.model = 0;
    options.drives = false;
    options.time_dependent = false;
    return options;
}

static ley_run *run_set(const brute_model *m, int set, double until, double tolerance, const char *numerics,
                        const char *what) {
    scenario_options how = {.until = until,
                            .points = 4,
                            .tolerance = tolerance,
                            .observe = observed[set],
                            .measure = measures[set],
                            .numerics = numerics};
    char *text = model_scenario(m, &how);
    ley_run *run = run_scenario(text, what);
    check_run(run, what);
    free(text);
    return run;
}

/* Every second model on resonance, where the arithmetic may be real; every third with numbers that depend on time.
 */
static brute_model draw(uint64_t seed, const random_options *options) {
    random_options own = *options;
    own.time_dependent = seed % 3 == 0;
    brute_model m = random_model(seed, &own);
    if (seed % 2 == 0) {
        m.wc = m.w0;
        m.energy_wc = m.energy_w0;
    }
    return m;
}

static void test_against_brute_force(void **state) {
    (void)state;
    random_options options = symmetric();
    double largest = 0;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        brute_model m = draw(seed, &options);
        for (int set = 0; set < SETS; set++) {
            char what[64];
            snprintf(what, sizeof what, "seed %llu, set %d", (unsigned long long)seed, set);
            ley_run *run = run_set(&m, set, 3, 1e-9, NULL, what);
            brute *judge = brute_create(&m);
            largest = fmax(largest, against_brute(run, judge, 1e-8, what, NULL));
            for (int two_j = m.cells; two_j >= 0; two_j -= 2) { /* whole where it was evolved */
                ley_complex block[25];
                ley_error err = {0};
                if (isnan(ley_run_certificate(run)->min_eigenvalue)) { /* populations alone were asked for */
                    assert_int_equal(ley_run_battery_block(run, block, two_j, &err), LEY_ERR_UNSUPPORTED);
                    continue;
                }
                assert_int_equal(ley_run_battery_block(run, block, two_j, &err), LEY_OK);
                for (int i = 0; i <= two_j; i++)
                    for (int k = 0; k <= two_j; k++) {
                        double _Complex expected = brute_block_element(judge, two_j, i, k);
                        ley_complex x = block[i * (two_j + 1) + k];
                        if (!(hypot(x.re - creal(expected), x.im - cimag(expected)) <= 1e-8))
                            fail_msg("%s: final block 2j = %d [%d][%d] is %.10g%+.10gi, brute force %.10g%+.10gi",
                                     what, two_j, i, k, x.re, x.im, creal(expected), cimag(expected));
                    }
            }
            brute_destroy(judge);
            ley_run_destroy(run);
        }
    }
    printf("largest deviation from brute force %.1e\n", largest);
}

static void compare_runs(const ley_run *a, const ley_run *b, int set, double allowed, const char *what) {
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        const char *name = ley_observable_name(i);
        ley_index width = 0;
        const double *x = ley_run_series(a, name, &width), *y = ley_run_series(b, name, &width);
        for (ley_index k = 0; x && k < ley_run_rows(a) * width; k++)
            if (!(fabs(x[k] - y[k]) <= allowed))
                fail_msg("%s: %s is %.12g, and %.12g from whole blocks", what, name, x[k], y[k]);
    }
    char list[512], *state = NULL;
    snprintf(list, sizeof list, "%s", measures[set]);
    for (char *name = strtok_r(list, "\"", &state); name; name = strtok_r(NULL, "\"", &state)) {
        if (name[0] == ',') continue;
        double x = ley_run_measure(a, name), y = ley_run_measure(b, name);
        bool place = strncmp(name, "arg", 3) == 0; /* flat there */
        if (isnan(x) && isnan(y) && strncmp(name, "first", 5) == 0) continue;
        if (!(fabs(x - y) <= (place ? 1e-3 : allowed)))
            fail_msg("%s: %s is %.12g, and %.12g from whole blocks", what, name, x, y);
    }
}

static void test_against_whole_blocks(void **state) {
    (void)state;
    random_options options = symmetric();
    options.cells_min = 5;
    options.cells_max = 9;
    options.levels_max = 8;
    for (uint64_t seed = 101; seed <= 105; seed++) {
        brute_model m = draw(seed, &options);
        for (int set = 0; set < SETS; set++) {
            char what[64];
            snprintf(what, sizeof what, "seed %llu, set %d", (unsigned long long)seed, set);
            ley_run *a = run_set(&m, set, 3, 1e-8, NULL, what),
                    *b = run_set(&m, set, 3, 1e-8, "representation: blocks, propagator: dop853", what);
            compare_runs(a, b, set, 2e-8, what);
            ley_run_destroy(b);
            ley_run_destroy(a);
        }
    }
}

/* Long and strongly damped: where an expansion can lose its digits. */
static void test_long_and_strong(void **state) {
    (void)state;
    random_options options = symmetric();
    options.cells_max = 6;
    for (uint64_t seed = 201; seed <= 204; seed++) {
        brute_model m = draw(seed, &options);
        for (int i = 0; i < BRUTE_CHANNELS; i++) m.rate[i].base *= 15;
        for (int set = 0; set < SETS; set += 2) {
            char what[64];
            snprintf(what, sizeof what, "seed %llu, set %d", (unsigned long long)seed, set);
            ley_run *a = run_set(&m, set, 40, 1e-8, NULL, what),
                    *b = run_set(&m, set, 40, 1e-8, "representation: blocks, propagator: dop853", what);
            compare_runs(a, b, set, 2e-8, what);
            ley_run_destroy(b);
            ley_run_destroy(a);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_brute_force),
                                       cmocka_unit_test(test_against_whole_blocks),
                                       cmocka_unit_test(test_long_and_strong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
