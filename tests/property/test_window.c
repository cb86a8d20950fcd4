/* Runs whose Hermitian half follows the excitations that are populated, against whole blocks at a hundredth of the
 * tolerance: pulses of every shape, all channels that do not absorb, with and without counter-rotating terms. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "leyden.h"
#include "run/window.h"
#include "scenario/scenario.h"
#include "support/assert_close.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

static const char *const pulses[] = {"%g*gauss(t, 1.2, 0.4)", "%g*box(t, 0.3, 1.7)", "%g*ramp(t, 0.5, 2)",
                                     "%g*gauss(t, 0.8, 0.3)*cos(t)", "%g"};

static void scenario(char *text, size_t room, uint64_t seed, const char *numerics) {
    random_source r = {.state = 1000 + seed};
    const int some = random_integer(&r, 7, 14), more = random_integer(&r, 3, 5);
    const int pulse = (int)(seed % 5), local = seed % 4 == 3;
    /* Constant models follow a window from 20 cells on, in an expansion; the ninth takes steps. */
    const bool expanded = pulse == 4 && seed != 9;
    const int cells = expanded ? 20 : some, levels = expanded ? 3 : more;
    char drive[96];
    snprintf(drive, sizeof drive, pulses[pulse], random_between(&r, 0.1, 0.5));
    int n = snprintf(text, room,
                     "battery: {cells: %d, frequency: %g, state: %s}\n"
                     "cavity: {frequency: 1, levels: %d, state: {fock: 1}}\n"
                     "coupling: {model: {counter_rotating: %g}, strength: %g}\n"
                     "noise: {cavity: {loss: %g}, collective: {emission: %g, dephasing: %g}",
                     local && !expanded ? 7 : cells, random_between(&r, 0.8, 1.2),
                     seed % 6 == 5 ? "{dicke: [\"N/2\", \"1-N/2\"]}" : "ground", levels,
                     seed % 2 ? 0.0 : random_between(&r, 0.2, 1), random_between(&r, 0.02, 0.08),
                     random_between(&r, 0, 0.3), random_between(&r, 0, 0.02),
                     seed % 3 ? random_between(&r, 0.05, 1) : 0.0);
    if (local && !expanded) n += snprintf(text + n, room - (size_t)n, ", local: {emission: 0.05, dephasing: 0.03}");
    snprintf(text + n, room - (size_t)n,
             "}\ndrive: {cavity: \"%s\"%s}\n"
             "time: {until: 6, points: 13}\n"
             "observe: [battery.energy, battery.ergotropy, battery.entropy, battery.purity, battery.populations, "
             "cavity.photons, cavity.entropy, interaction.energy%s]\n"
             "measure: [\"max(battery.energy)\"]\n"
             "numerics: {certify: false, %s}\n",
             drive, seed % 7 == 6 ? ", battery: 0.1" : "", seed % 2 ? ", heat" : "", numerics);
}

/* Two runs that agree would prove nothing if the first one kept everything. */
static void assert_window(const char *text, const char *what) {
    ley_scenario *scenario;
    ley_task task;
    ley_choice choice;
    ley_error err = {0};
    if (ley_scenario_create(&scenario, text, &err) != LEY_OK ||
        ley_scenario_task(scenario, &task, 0, &err) != LEY_OK)
        fail_msg("%s: %s\n%s", what, err.message, text);
    assert_int_equal(ley_choose(&choice, &task, &task.model, &err), LEY_OK);
    if (!ley_window_serves(&choice, &task, &task.model, 0)) fail_msg("%s: no window\n%s", what, text);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
}

static void compare(const char *text, const char *judge, const char *what) {
    assert_window(text, what);
    ley_run *a = run_scenario(text, what), *b = run_scenario(judge, what);
    assert_string_equal(ley_run_representation(a), "half");
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        const char *name = ley_observable_name(i);
        ley_index width = 0;
        const double *x = ley_run_series(a, name, &width), *y = ley_run_series(b, name, &width);
        for (ley_index k = 0; x && k < ley_run_rows(a) * width; k++)
            if (!(fabs(x[k] - y[k]) <= 1e-8))
                fail_msg("%s: %s is off by %.2g\n%s", what, name, fabs(x[k] - y[k]), text);
    }
    assert_close(run_measure(a, "max(battery.energy)"), run_measure(b, "max(battery.energy)"), 0, 1e-8);
    ley_run_destroy(a);
    ley_run_destroy(b);
}

static void test_against_whole_blocks(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 16; seed++) {
        char text[2000], judge[2000], what[40];
        snprintf(what, sizeof what, "seed %d", (int)seed);
        scenario(text, sizeof text, seed,
                 seed == 9 ? "tolerance: 1e-8, representation: half, propagator: dop853"
                           : "tolerance: 1e-8, representation: half");
        scenario(judge, sizeof judge, seed, "tolerance: 1e-10, representation: blocks");
        compare(text, judge, what);
    }
}

/* Twelve excitations are lost and a late pulse brings some back: while steps are taken the window narrows, of
 * excitations and of coherences, and widens again. */
#define COMES_AND_GOES(numerics)                                                                                   \
    "battery: {cells: 14, frequency: 1, state: {dicke: [7, 5]}}\n"                                                 \
    "cavity: {frequency: 1, levels: 4}\n"                                                                          \
    "coupling: {model: {counter_rotating: 0.5}, strength: 0.1}\n"                                                  \
    "noise: {cavity: {loss: 0.1}, collective: {emission: 0.5}, local: {emission: 0.3}}\n"                          \
    "drive: {cavity: \"0.8*gauss(t, 12, 0.6)\", battery: \"0.2*gauss(t, 14, 0.6)\"}\n"                             \
    "time: {until: 16, points: 33}\n"                                                                              \
    "observe: [battery.energy, battery.ergotropy, battery.purity, battery.populations, cavity.photons]\n"          \
    "measure: [\"max(battery.energy)\"]\n"                                                                         \
    "numerics: {certify: false, " numerics "}\n"

static void test_excitations_come_and_go(void **state) {
    (void)state;
    compare(COMES_AND_GOES("tolerance: 1e-8, representation: half, propagator: dop853"),
            COMES_AND_GOES("tolerance: 1e-10, representation: blocks"), "comes and goes");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_whole_blocks),
                                       cmocka_unit_test(test_excitations_come_and_go)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
