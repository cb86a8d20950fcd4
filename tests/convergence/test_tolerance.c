/* The promise: each reported number is within the tolerance of the run that asks for a hundredth of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

static const char *const measures[] = {
    "max(battery.energy)",       "min(battery.energy)",      "mean(battery.energy)",  "final(battery.energy)",
    "max(battery.ergotropy)",    "mean(battery.ergotropy)",  "max(battery.entropy)",  "first_max(battery.energy)",
    "max(battery.coherence_l1)", "final(battery.ergotropy)", "mean(battery.entropy)", "min(battery.purity)",
};
enum { MEASURES = sizeof measures / sizeof *measures };

static double share[128]; /* of the tolerance, by observable */
static double measure_share[MEASURES];

static ley_run *run_at(const brute_model *m, const char *observe, double tolerance, uint64_t seed) {
    char list[2048] = "", what[64];
    for (int i = 0; i < MEASURES; i++) {
        strcat(list, i ? ", \"" : "\"");
        strcat(list, measures[i]);
        strcat(list, "\"");
    }
    scenario_options how = {.until = 4, .points = 9, .tolerance = tolerance, .measure = list, .observe = observe};
    char *text = model_scenario(m, &how);
    snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
    ley_run *run = run_scenario(text, what);
    check_run(run, what);
    free(text);
    return run;
}

static void check_promise(uint64_t seed, const random_options *options, const char *observe, double tolerance) {
    brute_model m = random_model(seed, options);
    ley_run *loose = run_at(&m, observe, tolerance, seed), *tight = run_at(&m, observe, tolerance / 100, seed);
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        const char *name = ley_observable_name(i);
        ley_index width = 0;
        const double *a = ley_run_series(loose, name, &width), *b = ley_run_series(tight, name, &width);
        for (ley_index k = 0; a && k < ley_run_rows(loose) * width; k++) {
            share[i] = fmax(share[i], fabs(a[k] - b[k]) / tolerance);
            if (!(fabs(a[k] - b[k]) <= tolerance))
                fail_msg("seed %llu: %s moves by %.3g when the tolerance falls from %.0e", (unsigned long long)seed,
                         name, a[k] - b[k], tolerance);
        }
    }
    for (int i = 0; i < MEASURES; i++) {
        double x = ley_run_measure(loose, measures[i]), y = ley_run_measure(tight, measures[i]);
        if (isnan(x) && isnan(y)) continue; /* no local maximum in the run */
        measure_share[i] = fmax(measure_share[i], fabs(x - y) / tolerance);
        if (!(fabs(x - y) <= tolerance))
            fail_msg("seed %llu: %s is %.12g, then %.12g at a hundredth of the tolerance %.0e",
                     (unsigned long long)seed, measures[i], x, y, tolerance);
    }
    double estimate = ley_run_certificate(loose)->integration_error;
    if (!(estimate <= tolerance))
        fail_msg("seed %llu: estimated error %.3g above the tolerance %.0e", (unsigned long long)seed, estimate,
                 tolerance);
    ley_run_destroy(tight);
    ley_run_destroy(loose);
}

static void test_random_models(void **state) {
    (void)state;
    random_options options = random_options_any();
    for (uint64_t seed = 1; seed <= 16; seed++) check_promise(seed, &options, NULL, 1e-6);
    for (uint64_t seed = 17; seed <= 24; seed++) check_promise(seed, &options, NULL, 1e-8);
}

static void test_many_cells(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cells_min = 6;
    options.cells_max = 9;
    for (uint64_t seed = 31; seed <= 33; seed++) check_promise(seed, &options, NULL, 1e-6);
}

/* Without correlations of battery and cavity, models that conserve excitations are computed another way. */
static void test_conserved_excitations(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cells_max = 8;
    options.cavity = 1;
    options.model = 0;
    options.drives = false;
    const char *observe =
        "battery.energy, battery.ergotropy, battery.entropy, battery.coherence_l1, battery.purity, "
        "battery.populations, cavity.photons, cavity.entropy, cavity.amplitude_re, "
        "interaction.energy, total.energy, heat";
    for (uint64_t seed = 41; seed <= 52; seed++) check_promise(seed, &options, observe, seed % 2 ? 1e-6 : 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_models), cmocka_unit_test(test_many_cells),
                                       cmocka_unit_test(test_conserved_excitations)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (ley_index i = 0; i < ley_observable_count(); i++)
        printf("largest share of the tolerance  %-32s %.1e\n", ley_observable_name(i), share[i]);
    for (int i = 0; i < MEASURES; i++)
        printf("largest share of the tolerance  %-32s %.1e\n", measures[i], measure_share[i]);
    return failed;
}
