/* leyden against the brute-force solver on random models: every observable of the vocabulary, at four times.
 *
 *     property_test_random_models [FIRST_SEED [COUNT]]
 *
 * The brute force is good to 1e-11 (its own test below), runs ask for 1e-9; entropies lose a factor of the
 * logarithm of the smallest eigenvalue, so 1e-8 is what a correct program reaches. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

static const double allowed = 1e-8;
static uint64_t first_seed = 1;
static int count = 60;

enum { OBSERVABLES_MAX = 128 };
static double largest[OBSERVABLES_MAX];

static void compare(uint64_t seed, const random_options *options) {
    brute_model model = random_model(seed, options);
    scenario_options how = {.until = 3, .points = 4, .tolerance = 1e-9};
    char *text = model_scenario(&model, &how), what[64];
    snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
    ley_run *run = run_scenario(text, what);
    brute *judge = brute_create(&model);
    int compared = 0;
    for (ley_index row = 0; row < ley_run_rows(run); row++) {
        double t = ley_run_times(run)[row];
        brute_advance(judge, t);
        for (ley_index i = 0; i < ley_observable_count(); i++) {
            const char *name = ley_observable_name(i);
            ley_index width = 0;
            const double *series = ley_run_series(run, name, &width);
            for (ley_index k = 0; series && k < width; k++) {
                double value = series[row * width + k], expected = brute_value(judge, name, (int)k);
                double off = fabs(value - expected);
                if (!(off <= largest[i])) largest[i] = off;
                compared++;
                if (!(off <= allowed))
                    fail_msg("%s: %s[%d] at t = %g is %.15g, brute force %.15g: off by %.3g\n%s", what, name,
                             (int)k, t, value, expected, off, text);
            }
        }
    }
    assert_true(compared > 4 * 15);
    for (int two_j = model.cells; two_j >= 0; two_j -= 2) {
        ley_complex block[36];
        ley_error err = {0};
        assert_int_equal(ley_run_battery_block(run, block, two_j, &err), LEY_OK);
        for (int i = 0; i <= two_j; i++)
            for (int k = 0; k <= two_j; k++) {
                double _Complex expected = brute_block_element(judge, two_j, i, k);
                ley_complex got = block[i * (two_j + 1) + k];
                if (!(hypot(got.re - creal(expected), got.im - cimag(expected)) <= allowed))
                    fail_msg("%s: final block 2j = %d [%d][%d] is %.12g%+.12gi, brute force %.12g%+.12gi\n%s", what,
                             two_j, i, k, got.re, got.im, creal(expected), cimag(expected), text);
            }
    }
    check_run(run, what);
    brute_destroy(judge);
    ley_run_destroy(run);
    free(text);
}

static void test_any(void **state) {
    (void)state;
    random_options options = random_options_any();
    for (int i = 0; i < count; i++) compare(first_seed + (uint64_t)i, &options);
}

/* The corners that a general draw meets seldom. */
static void test_constant_diagonal(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.time_dependent = options.drives = false;
    options.diagonal = true;
    for (int model = 0; model < 2; model++) {
        options.model = model;
        for (int i = 0; i < count / 6; i++) compare(1000 + first_seed + (uint64_t)i, &options);
    }
}

static void test_closed_systems(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.rates = RANDOM_RATES_NONE;
    options.cavity = 1;
    options.cells_max = 3;
    for (int i = 0; i < count / 6; i++) compare(2000 + first_seed + (uint64_t)i, &options);
}

static void test_no_cavity(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cavity = 0;
    for (int i = 0; i < count / 3; i++) compare(3000 + first_seed + (uint64_t)i, &options);
}

/* The judge's own error: the same with steps a third as long. */
static void test_brute_converged(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cells_max = 3;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        brute_model model = random_model(seed, &options);
        brute *a = brute_create(&model), *b = brute_create(&model);
        brute_set_refinement(b, 3);
        brute_advance(a, 3);
        brute_advance(b, 3);
        static const char *const names[] = {"battery.energy", "battery.ergotropy", "total.energy", "heat",
                                            "battery.coherence_l1"};
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            assert_close(brute_value(a, names[i], 0), brute_value(b, names[i], 0), 0, 1e-11);
        brute_destroy(a);
        brute_destroy(b);
    }
}

int main(int argc, char **argv) {
    if (argc > 1) first_seed = strtoull(argv[1], NULL, 10);
    if (argc > 2) count = atoi(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_brute_converged),   cmocka_unit_test(test_any),
        cmocka_unit_test(test_constant_diagonal), cmocka_unit_test(test_closed_systems),
        cmocka_unit_test(test_no_cavity),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (ley_index i = 0; i < ley_observable_count(); i++)
        printf("largest deviation  %-32s %.2e\n", ley_observable_name(i), largest[i]);
    return failed;
}
