/* Sectors in which nothing adds excitations and every row ends at the same number of them keep scaled numbers.
 * Whole blocks with Runge-Kutta steps are the judge: on resonance and off it, with numbers that depend on time,
 * with every channel that lowers or dephases, from every kind of start that leaves the sectors closed. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "generator/generator.h"
#include "generator/sector_state.h"
#include "leyden.h"
#include "scenario/scenario.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/run_scenario.h"

static const double allowed = 1e-8;

static const char scenario[] =
    "battery: {cells: %d, frequency: 1, state: %s}\n"
    "cavity: {frequency: %s, levels: %s, state: {%s}}\n"
    "coupling: {model: tavis-cummings, strength: 0.4}\n"
    "noise:\n"
    "  cavity: {loss: %s}\n"
    "  local: {emission: 0.1, dephasing: 0.05}\n"
    "  collective: {emission: 0.07, dephasing: 0.03}\n"
    "time: {until: 3, points: 5}\n"
    "observe: [battery.energy, battery.ergotropy, battery.entropy, battery.purity, battery.spin_weights,\n"
    "  battery.coherence_l1, cavity.photons, cavity.amplitude_re, cavity.amplitude_im, cavity.entropy,\n"
    "  cavity.purity, interaction.energy, heat]\n"
    "numerics: {tolerance: 1e-9, certify: false, representation: %s, propagator: %s}\n";

typedef struct start {
    int cells;
    const char *battery, *levels, *cavity;
} start;

static const start starts[] = {
    {3, "ground", "4", "fock: 3"},
    {2, "ground", "auto", "coherent: [0.7, 0.4]"},
    {4, "{dicke: [2, 0]}", "auto", "fock: 2"},
    {3, "excited", "auto", "coherent: 0.5"},
};
static const char *const frequencies[] = {"1", "1.3", "1 + 0.2*sin(t)"};
static const char *const losses[] = {"0.15", "0.2*(1 + cos(t))"};

static void compare(const start *s, const char *frequency, const char *loss, const char *propagator) {
    char text[2048], what[256];
    snprintf(what, sizeof what, "%s, %s, wc = %s, loss = %s, %s", s->battery, s->cavity, frequency, loss,
             propagator);
    snprintf(text, sizeof text, scenario, s->cells, s->battery, frequency, s->levels, s->cavity, loss, "sectors",
             propagator);
    ley_run *run = run_scenario(text, what);
    snprintf(text, sizeof text, scenario, s->cells, s->battery, frequency, s->levels, s->cavity, loss, "blocks",
             "dop853");
    ley_run *judge = run_scenario(text, what);
    check_run(run, what);
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        const char *name = ley_observable_name(i);
        ley_index width = 0;
        const double *x = ley_run_series(run, name, &width), *y = ley_run_series(judge, name, &width);
        for (ley_index k = 0; x && k < ley_run_rows(run) * width; k++)
            if (!(fabs(x[k] - y[k]) <= allowed))
                fail_msg("%s: %s is %.12g, and %.12g from whole blocks", what, name, x[k], y[k]);
    }
    ley_run_destroy(run);
    ley_run_destroy(judge);
}

static void test_against_whole_blocks(void **state) {
    (void)state;
    for (size_t s = 0; s < sizeof starts / sizeof *starts; s++)
        for (size_t f = 0; f < sizeof frequencies / sizeof *frequencies; f++)
            for (size_t l = 0; l < sizeof losses / sizeof *losses; l++)
                compare(&starts[s], frequencies[f], losses[l], f == 2 || l == 1 ? "dop853" : "chebyshev");
}

static void test_which_are_closed(void **state) {
    (void)state;
    static const struct {
        const char *battery, *cavity, *set;
        bool closed;
    } cases[] = {
        {"ground", "coherent: 0.5", "cavity.levels=7", true},
        {"excited", "fock: 3", "cavity.levels=7", true}, /* 3 + 3 excitations */
        {"excited", "fock: 4", "cavity.levels=7", false},
        {"excited", "coherent: 0.5", "cavity.levels=7", false},
        {"ground", "fock: 3", "noise.local.absorption=0.1", false},
        {"ground", "fock: 3", "noise.cavity.gain=0.1", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        snprintf(text, sizeof text, scenario, 3, cases[i].battery, "1", "8", cases[i].cavity, "0.15", "sectors",
                 "chebyshev");
        ley_error err = {0};
        ley_scenario *made = NULL;
        ley_task task = {0};
        assert_int_equal(ley_scenario_create_with(&made, text, &cases[i].set, 1, &err), LEY_OK);
        assert_int_equal(ley_scenario_task(made, &task, 0, &err), LEY_OK);
        if (ley_sector_is_closed(&task.model) != cases[i].closed) fail_msg("case %zu", i);
        ley_task_clear(&task);
        ley_scenario_destroy(made);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_whole_blocks),
        cmocka_unit_test(test_which_are_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
