/* Maxima and their times do not depend on the output grid; places and heights from formulas where there are some.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/run_scenario.h"

static const double pi = 3.14159265358979323846;

static ley_run *run_points(const char *model, int points, double tolerance) {
    char text[4096];
    snprintf(text, sizeof text, "%stime: {until: 10, points: %d}\nnumerics: {tolerance: %g}\n", model, points,
             tolerance);
    ley_run *run = run_scenario(text, "extremes");
    check_run(run, "extremes");
    return run;
}

static const char lossy[] = "battery: {cells: 3, frequency: 1}\n"
                            "cavity: {frequency: 1, levels: 12, state: {coherent: 1.2}}\n"
                            "coupling: {model: dicke, strength: 0.25}\n"
                            "noise: {cavity: {loss: 0.15}, local: {emission: 0.05, dephasing: 0.05}}\n"
                            "observe: [battery.energy, battery.ergotropy]\n"
                            "measure: [max(battery.ergotropy), argmax(battery.ergotropy), max(battery.energy),\n"
                            "  argmax(battery.energy), first_max(battery.energy), first_argmax(battery.energy),\n"
                            "  min(cavity.photons), argmin(cavity.photons), max(log_negativity),\n"
                            "  argmax(log_negativity), mean(battery.energy), max(power), argmax(power)]\n";

static void test_grid_does_not_matter(void **state) {
    (void)state;
    static const char *const names[] = {"max(battery.ergotropy)",
                                        "max(battery.energy)",
                                        "first_max(battery.energy)",
                                        "min(cavity.photons)",
                                        "max(log_negativity)",
                                        "max(power)",
                                        "mean(battery.energy)",
                                        "argmax(battery.ergotropy)",
                                        "argmax(battery.energy)",
                                        "first_argmax(battery.energy)",
                                        "argmin(cavity.photons)",
                                        "argmax(log_negativity)",
                                        "argmax(power)"};
    ley_run *coarse = run_points(lossy, 5, 1e-9), *fine = run_points(lossy, 2001, 1e-9);
    for (int i = 0; i < 13; i++) {
        double a = run_measure(coarse, names[i]), b = run_measure(fine, names[i]);
        printf("%-30s %.12g  %.12g  %.1e\n", names[i], a, b, a - b);
        /* values to the tolerance; their places to its square root, for a maximum is flat */
        if (!(fabs(a - b) <= (i < 7 ? 2e-9 : 1e-4)))
            fail_msg("%s: %.15g on 5 points, %.15g on 2001: off by %.2g", names[i], a, b, a - b);
    }
    /* and no row of the fine grid beats them */
    for (ley_index row = 0; row < ley_run_rows(fine); row++) {
        assert_true(run_value(fine, "battery.ergotropy", row, 0) <= run_measure(fine, names[0]) + 2e-9);
        assert_true(run_value(fine, "battery.energy", row, 0) <= run_measure(fine, names[1]) + 2e-9);
    }
    ley_run_destroy(fine);
    ley_run_destroy(coarse);
}

/* E = sin^2(g t) / ... with loss the first maximum is known: one cell, one photon, loss k, both amplitudes from the
 * 2x2 problem c' = -i g d, d' = -i g c - k d / 2: |c|^2 = (g / s)^2 e^{-k t / 2} sin^2(s t), s^2 = g^2 - k^2 / 16,
 * whose first maximum lies at tan(s t) = 4 s / k. */
static void test_place_of_first_maximum(void **state) {
    (void)state;
    const double g = 0.5, k = 0.3, s = sqrt(g * g - k * k / 16), place = atan(4 * s / k) / s;
    const double height = pow(g / s * sin(s * place), 2) * exp(-k * place / 2);
    static const char model[] = "battery: {cells: 1, frequency: 1}\n"
                                "cavity: {frequency: 1, levels: 2, state: {fock: 1}}\n"
                                "coupling: {model: tavis-cummings, strength: 0.5}\n"
                                "noise: {cavity: {loss: 0.3}}\n"
                                "observe: [battery.energy]\n"
                                "measure: [first_max(battery.energy), first_argmax(battery.energy),\n"
                                "  max(battery.energy), argmax(battery.energy), max(battery.ergotropy)]\n";
    for (int points = 2; points <= 32; points *= 4) {
        ley_run *run = run_points(model, points, 1e-10);
        assert_close(run_measure(run, "first_max(battery.energy)"), height, 0, 1e-10);
        assert_close(run_measure(run, "max(battery.energy)"), height, 0, 1e-10);
        assert_close(run_measure(run, "first_argmax(battery.energy)"), place, 0, 3e-5);
        assert_close(run_measure(run, "argmax(battery.energy)"), place, 0, 3e-5);
        assert_close(run_measure(run, "max(battery.ergotropy)"), fmax(0, 2 * height - 1), 0, 1e-9);
        ley_run_destroy(run);
    }
}

/* Ergotropy of one cell has a kink where it leaves zero, and equal maxima: the first of equals is asked for. */
static void test_first_of_equals(void **state) {
    (void)state;
    static const char model[] =
        "battery: {cells: 1, frequency: 0, energy_frequency: 1}\n"
        "drive: {battery: 2}\n"
        "observe: [battery.energy]\n"
        "measure: [first_argmax(battery.energy), max(battery.energy), argmin(battery.energy)]\n";
    ley_run *run = run_points(model, 5, 1e-10); /* sin^2 t on [0, 10] */
    assert_close(run_measure(run, "first_argmax(battery.energy)"), pi / 2, 0, 3e-5);
    assert_close(run_measure(run, "max(battery.energy)"), 1, 0, 1e-10);
    assert_close(run_measure(run, "argmin(battery.energy)"), 0, 0, 3e-5);
    ley_run_destroy(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_grid_does_not_matter),
                                       cmocka_unit_test(test_place_of_first_maximum),
                                       cmocka_unit_test(test_first_of_equals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
