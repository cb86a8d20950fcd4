/* stages: against the reference quench, closed forms of one cell, and the same run written with step functions. */
#include "support/assert_close.h"
#include "support/file_text.h"
#include "support/run_scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The reference quench with its switch written as two stages: every number in the file, at 1e-8. */
static void test_reference_quench(void **state) {
    (void)state;
    char path[1024], *yaml, *csv, text[8192];
    snprintf(path, sizeof path, "%s/golden/tc_n3_quench.yaml", TEST_DATA);
    yaml = file_text(path);
    snprintf(path, sizeof path, "%s/golden/tc_n3_quench.csv", TEST_DATA);
    csv = file_text(path);
    char *line = strstr(yaml, "  switch:");
    assert_non_null(line);
    memset(line, ' ', (size_t)(strchr(line, '\n') - line));
    snprintf(text, sizeof text, "%s\nstages:\n  - {until: 4.3}\n  - {coupling: {switch: 0}}\n", yaml);
    ley_run *run = run_scenario(text, "quench in stages");
    char *columns = strtok(csv, "\n"), *row_text;
    assert_non_null(columns);
    char names[64][64];
    int n = 0;
    for (char *p = columns; p && n < 64; n++) {
        char *comma = strchr(p, ',');
        snprintf(names[n], sizeof names[n], "%.*s", comma ? (int)(comma - p) : 63, p);
        p = comma ? comma + 1 : NULL;
    }
    int compared = 0;
    for (ley_index row = 0; (row_text = strtok(NULL, "\n")) != NULL; row++) {
        char *p = row_text;
        for (int i = 0; i < n; i++) {
            double expected = strtod(p, &p);
            if (*p == ',') p++;
            if (i == 0 || strchr(names[i], '[')) continue;
            double value = run_value(run, names[i], row, 0);
            if (!(fabs(value - expected) <= 1e-8))
                fail_msg("%s, row %d: %.15g, expected %.15g", names[i], (int)row, value, expected);
            compared++;
        }
    }
    assert_true(compared > 21 * 20);
    /* the change costs minus the interaction energy just before */
    assert_close(run_measure(run, "jump(total.energy, 2)"), -run_measure(run, "jump(switching_cost, 2)"), 0, 1e-9);
    ley_run_destroy(run);
    free(yaml);
    free(csv);
}

/* One cell that decays at a rate of its own in each stage; its frequency changes, too. */
static void test_decay(void **state) {
    (void)state;
    ley_run *run =
        run_scenario("battery: {cells: 1, frequency: 1, state: excited}\n"
                     "stages:\n"
                     "  - {name: charge, until: 2, noise.local.emission: 0.1}\n"
                     "  - {name: wait, until: 3.5, noise: {local: {emission: 0.2*t}}, battery.frequency: 3}\n"
                     "  - {name: rest, until: 9, noise.local.rate: 0.3, noise.local.n: 0.5}\n"
                     "time: {values: [2, 3.5, 6]}\n"
                     "observe: [battery.populations, battery.energy, total.energy, heat]\n"
                     "measure: [\"at_end(battery.energy, charge)\", \"at_end(battery.energy, 2)\",\n"
                     "  \"jump(battery.energy, wait)\", \"final(battery.energy)\"]\n"
                     "numerics: {tolerance: 1e-11}\n",
                     "decay");
    const double a = exp(-0.2), b = a * exp(-0.1 * (3.5 * 3.5 - 4)), c = 0.25 + (b - 0.25) * exp(-0.6 * 2.5);
    const double expected[] = {a, b, c};
    for (ley_index row = 0; row < 3; row++)
        assert_close(run_value(run, "battery.populations", row, 1), expected[row], 0, 1e-10);
    assert_close(run_measure(run, "at_end(battery.energy, charge)"), a, 0, 1e-10);
    assert_close(run_measure(run, "at_end(battery.energy, wait)"), 3 * b, 0, 1e-10);
    assert_close(run_measure(run, "jump(battery.energy, wait)"), 2 * a, 0, 1e-10);
    assert_close(run_measure(run, "jump(total.energy, wait)"), 2 * a, 0, 1e-10);
    assert_close(run_measure(run, "jump(total.energy, rest)"), -2 * b, 0, 1e-10);
    assert_close(run_value(run, "heat", 2, 0), 1 - a + 3 * (a - b) + b - c, 0, 1e-10);
    ley_run_destroy(run);
}

#define CAVITY                                                                                                     \
    "battery: {cells: 2, frequency: 1, state: {spin_coherent: [1, 0.3]}, telegraph: [{amplitude: 0.2, rate: "      \
    "1}]}\n"                                                                                                       \
    "time: {until: 6, points: 13}\n"                                                                               \
    "observe: [battery.energy, battery.ergotropy, total.energy, heat, cavity.photons]\n"                           \
    "numerics: {tolerance: 1e-10}\n"

/* The same quench of detuning, drive and noise, in stages and in step functions; shapes of a stage end with it. */
static void test_against_steps(void **state) {
    (void)state;
    static const char *const observables[] = {"battery.energy", "battery.ergotropy", "total.energy", "heat",
                                              "cavity.photons"};
    ley_run *a =
        run_scenario(CAVITY "cavity: {frequency: 1, levels: 6}\n"
                            "coupling: {model: dicke, strength: 0.3}\n"
                            "stages:\n"
                            "  - {until: 1.7, drive: {cavity: \"gauss(t, 1.7, 0.4)\"}}\n"
                            "  - {until: 4.1, cavity.frequency: 2, noise.cavity.loss: 0.1,\n"
                            "     coupling: {strength: 0.1}}\n"
                            "  - {drive.battery: \"0.2*cos(t)\", noise.local.dephasing: \"0.1*step(t, 5)\"}\n",
                     "stages");
    ley_run *b = run_scenario(CAVITY "cavity: {frequency: \"1 + box(t, 1.7, 4.1)\", levels: 6}\n"
                                     "coupling: {model: dicke, strength: \"0.3 - 0.2*box(t, 1.7, 4.1)\"}\n"
                                     "drive: {cavity: \"gauss(t, 1.7, 0.4)*box(t, -1, 1.7)\",\n"
                                     "        battery: \"0.2*cos(t)*step(t, 4.1)\"}\n"
                                     "noise: {cavity: {loss: \"0.1*box(t, 1.7, 4.1)\"},\n"
                                     "        local: {dephasing: \"0.1*step(t, 5)\"}}\n",
                              "steps");
    for (ley_index row = 0; row < 13; row++)
        for (size_t i = 0; i < sizeof observables / sizeof *observables; i++)
            assert_close(run_value(a, observables[i], row, 0), run_value(b, observables[i], row, 0), 0, 1e-8);
    /* work of drives, of the noise and of sudden changes, and heat: all accounted for */
    assert_true(ley_run_certificate(a)->energy_error < 1e-9);
    assert_true(ley_run_certificate(b)->energy_error < 1e-9);
    ley_run_destroy(a);
    ley_run_destroy(b);
}

/* Values that are the same in all stages leave a constant generator: another representation may serve. */
static void test_one_stage(void **state) {
    (void)state;
    ley_run *run = run_scenario("battery: {cells: 30, frequency: 1, state: excited}\n"
                                "stages: [{name: only, noise: {local: {emission: 0.1}}}]\n"
                                "time: {until: 3}\n"
                                "measure: [\"final(battery.energy)\", \"at_end(battery.energy, only)\"]\n",
                                "one stage");
    assert_string_equal(ley_run_propagator(run), "uniformisation");
    assert_close(run_measure(run, "final(battery.energy)"), 30 * exp(-0.3), 0, 1e-8);
    assert_close(run_measure(run, "at_end(battery.energy, only)"), 30 * exp(-0.3), 0, 1e-8);
    ley_run_destroy(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_quench),
        cmocka_unit_test(test_decay),
        cmocka_unit_test(test_against_steps),
        cmocka_unit_test(test_one_stage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
