/* Every representation that serves a random model gives the numbers of `blocks`, the plain one.
 *
 *     property_test_agreement [FIRST_SEED [COUNT]]
 *
 * Runs ask for 1e-9 and may both be off by that; entropies lose a factor of the logarithm of the smallest
 * eigenvalue. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leyden.h"
#include "scenario/task.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/random_model.h"

static const double allowed = 1e-8;
static uint64_t first_seed = 1;
static int count = 40;

#define WORD(id, word) word,
static const char *const representations[] = {LEY_REPRESENTATIONS(WORD)};
static const char *const methods[] = {LEY_METHODS(WORD)};
#undef WORD
static int compared[LEY_REPRESENTATION_COUNT];

/* A run, or NULL when the representation or the propagator does not serve. */
static ley_run *attempt(const brute_model *model, const scenario_options *how, const char *representation,
                        const char *method, char what[96], uint64_t seed) {
    char numerics[96];
    scenario_options options = *how;
    snprintf(numerics, sizeof numerics, "representation: %s, propagator: %s", representation, method);
    snprintf(what, 96, "seed %llu, %s, %s", (unsigned long long)seed, representation, method);
    options.numerics = numerics;
    char *text = model_scenario(model, &options);
    ley_error err = {0};
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    if (ley_scenario_create(&scenario, text, &err) != LEY_OK) fail_msg("%s: %s\n%s", what, err.message, text);
    ley_status status = ley_run_create(&run, scenario, 0, NULL, NULL, &err);
    bool refused = status == LEY_ERR_SCENARIO && strncmp(err.where, "numerics.", 9) == 0;
    if (status != LEY_OK && !refused) fail_msg("%s: %s\n%s", what, err.message, text);
    ley_scenario_destroy(scenario);
    free(text);
    return status == LEY_OK ? run : NULL;
}

static void same_runs(const ley_run *run, const ley_run *judge, const char *what) {
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        const char *name = ley_observable_name(i);
        ley_index width = 0;
        const double *series = ley_run_series(run, name, &width), *right = ley_run_series(judge, name, &width);
        for (ley_index k = 0; series && k < width * ley_run_rows(run); k++)
            if (!(fabs(series[k] - right[k]) <= allowed))
                fail_msg("%s: %s at row %lld is %.15g, blocks %.15g: off by %.3g", what, name,
                         (long long)(k / width), series[k], right[k], series[k] - right[k]);
    }
    for (ley_index i = 0; ley_run_measure_name(run, i); i++) {
        const char *name = ley_run_measure_name(run, i);
        double value = ley_run_measure(run, name), right = ley_run_measure(judge, name);
        if (!(fabs(value - right) <= allowed))
            fail_msg("%s: %s is %.15g, blocks %.15g: off by %.3g", what, name, value, right, value - right);
    }
    for (int two_j = ley_run_cells(run); two_j >= 0; two_j -= 2) {
        ley_complex block[64], right[64];
        ley_error err = {0};
        assert_int_equal(ley_run_battery_block(run, block, two_j, &err), LEY_OK);
        assert_int_equal(ley_run_battery_block(judge, right, two_j, &err), LEY_OK);
        for (int i = 0; i < (two_j + 1) * (two_j + 1); i++)
            if (!(hypot(block[i].re - right[i].re, block[i].im - right[i].im) <= allowed))
                fail_msg("%s: final block 2j = %d, element %d", what, two_j, i);
    }
}

static void compare(uint64_t seed, const random_options *options, const scenario_options *how) {
    brute_model model = random_model(seed, options);
    char what[96];
    ley_run *judge = attempt(&model, how, "blocks", "dop853", what, seed);
    assert_non_null(judge);
    for (int r = LEY_REPRESENTATION_AUTO; r < LEY_REPRESENTATION_COUNT; r++) {
        /* A displaced cavity is cut elsewhere: test_half.c compares it where nothing is cut. */
        if (r == LEY_REPRESENTATION_BLOCKS || r == LEY_REPRESENTATION_DISPLACED) continue;
        for (size_t method = 0; method < sizeof methods / sizeof *methods; method++) {
            ley_run *run = attempt(&model, how, representations[r], methods[method], what, seed);
            if (!run) continue;
            compared[r]++;
            same_runs(run, judge, what);
            check_run(run, what);
            ley_run_destroy(run);
        }
    }
    ley_run_destroy(judge);
}

/* Observables of battery and cavity that no representation refuses. */
static const char with_cavity[] =
    "battery.energy, battery.ergotropy, battery.ergotropy_collective, battery.entropy, battery.purity, "
    "battery.coherence_l1, battery.spin_weights, cavity.photons, cavity.entropy, cavity.amplitude_re, "
    "interaction.energy, total.energy";
static const char without_cavity[] =
    "battery.energy, battery.ergotropy, battery.ergotropy_dicke, battery.entropy, battery.purity, battery.jz, "
    "battery.coherence_relative, battery.populations, battery.bright_weight, total.energy";
/* Maxima, means and heat look between the output times. */
static const char measures[] = "\"max(battery.energy)\", \"mean(battery.entropy)\", \"min(battery.jz)\"";

static void many(const random_options *options, const char *observe, uint64_t offset, int n) {
    for (int i = 0; i < n; i++) {
        scenario_options how = {.until = 3, .points = 4, .tolerance = 1e-9, .observe = observe};
        if (i % 3 == 0) how.measure = measures;
        compare(offset + first_seed + (uint64_t)i, options, &how);
    }
}

static void test_any(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cavity = 1;
    many(&options, with_cavity, 0, count);
}

static void test_conserved(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cavity = 1;
    options.model = 0;
    options.drives = false;
    many(&options, with_cavity, 1000, count);
}

static void test_closed(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cavity = 1;
    options.rates = RANDOM_RATES_NONE;
    many(&options, with_cavity, 2000, count);
    options.model = 0;
    options.drives = options.time_dependent = false;
    many(&options, with_cavity, 3000, count / 2);
}

static void test_no_cavity(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cavity = 0;
    options.cells_max = 6;
    many(&options, without_cavity, 4000, 2 * count);
    options.time_dependent = false;
    many(&options, without_cavity, 5000, 2 * count);
    options.drives = false;
    many(&options, without_cavity, 6000, 2 * count);
}

/* A comparison that never happens proves nothing. */
static void test_all_were_met(void **state) {
    (void)state;
    for (int r = LEY_REPRESENTATION_AUTO; r < LEY_REPRESENTATION_COUNT; r++)
        if (r != LEY_REPRESENTATION_BLOCKS && r != LEY_REPRESENTATION_DISPLACED) {
            printf("%-10s compared %d times\n", representations[r], compared[r]);
            assert_true(compared[r] > 0);
        }
}

int main(int argc, char **argv) {
    if (argc > 1) first_seed = strtoull(argv[1], NULL, 10);
    if (argc > 2) count = atoi(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any),       cmocka_unit_test(test_conserved),    cmocka_unit_test(test_closed),
        cmocka_unit_test(test_no_cavity), cmocka_unit_test(test_all_were_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
