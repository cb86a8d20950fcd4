/* The promise where two cut-offs are compared, whose runs are coarser in time than others: each reported number is
 * within the tolerance of the run that asks for a thousandth of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

static const char observed[] =
    "battery.energy, battery.ergotropy, battery.entropy, battery.coherence_l1, battery.jz, battery.populations, "
    "cavity.photons, cavity.amplitude_re, cavity.amplitude_im, cavity.entropy, cavity.energy, interaction.energy";
static const char *const measures[] = {"max(battery.energy)", "mean(battery.ergotropy)", "min(cavity.photons)"};
static const char measured[] = "\"max(battery.energy)\", \"mean(battery.ergotropy)\", \"min(cavity.photons)\"";
static double largest;

static ley_run *run_at(const brute_model *m, double tolerance, const char *numerics, const char *what) {
    scenario_options how = {.until = 4,
                            .points = 9,
                            .tolerance = tolerance,
                            .observe = observed,
                            .measure = measured,
                            .levels = "auto",
                            .numerics = numerics};
    char *text = model_scenario(m, &how);
    ley_run *run = run_scenario(text, what);
    free(text);
    check_run(run, what);
    return run;
}

static void compare(double x, double y, double tolerance, const char *name, const char *what) {
    if (isnan(x) && isnan(y)) return;
    largest = fmax(largest, fabs(x - y) / tolerance);
    if (!(fabs(x - y) <= tolerance)) fail_msg("%s: %s is %.12g, and %.12g when asked for more", what, name, x, y);
}

static void check_promise(uint64_t seed, const random_options *options, double tolerance, const char *numerics) {
    brute_model m = random_model(seed, options);
    char what[64];
    snprintf(what, sizeof what, "seed %llu, %s", (unsigned long long)seed, numerics);
    ley_run *loose = run_at(&m, tolerance, numerics, what), *tight = run_at(&m, 1e-3 * tolerance, numerics, what);
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        ley_index width = 0, wide = 0;
        const char *name = ley_observable_name(i);
        const double *a = ley_run_series(loose, name, &width), *b = ley_run_series(tight, name, &wide);
        for (ley_index k = 0; a && width == wide && k < ley_run_rows(loose) * width; k++)
            compare(a[k], b[k], tolerance, name, what);
    }
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        compare(ley_run_measure(loose, measures[i]), ley_run_measure(tight, measures[i]), tolerance, measures[i],
                what);
    assert_true(ley_run_certificate(loose)->integration_error <= tolerance);
    assert_true(ley_run_certificate(loose)->cutoff_effect <= tolerance);
    ley_run_destroy(loose);
    ley_run_destroy(tight);
}

static void test_steps(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cavity = 1;
    options.cells_max = 3;
    options.levels_max = 3;
    options.rates = RANDOM_RATES_LINEAR; /* no gain: it would fill any cavity */
    for (uint64_t seed = 101; seed <= 116; seed++) {
        options.model = (int)(seed % 3);
        options.time_dependent = seed % 4 == 0;
        const char *how = seed % 2 ? "representation: displaced" : "representation: half, propagator: dop853";
        check_promise(seed, &options, seed % 3 ? 1e-6 : 1e-7, how);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_steps)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    printf("largest share of the tolerance %.1e\n", largest);
    return failed;
}
