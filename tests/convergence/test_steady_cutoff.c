/* What a cut-off does to a steady state: what the certificate says, against two solutions to the full tolerance. */
#include <math.h>
#include <stdio.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/run_scenario.h"
#include "support/steady.h"

static const char *const cases[] = {
    "battery: {cells: 3, frequency: 1}\n"
    "coupling: {model: dicke, strength: 0.577}\n"
    "noise: {cavity: {loss: 0.15}, local: {emission: 0.1, dephasing: 0.5}}\n",
    "battery: {cells: 2, frequency: 1}\n"
    "coupling: {model: tavis-cummings, strength: 0.3}\n"
    "drive: {cavity: 0.4}\n"
    "noise: {cavity: {loss: 0.3}, local: {emission: 0.1, absorption: 0.05}}\n",
};

static ley_run *steady(const char *model, int levels, bool certify) {
    char text[1024];
    snprintf(text, sizeof text,
             "%scavity: {frequency: 1, levels: %d}\nobserve: [battery.energy, cavity.photons]\n"
             "numerics: {tolerance: 1e-9, certify: %s}\n",
             model, levels, certify ? "true" : "false");
    return steady_scenario(text, text);
}

static void test_effect(void **state) {
    (void)state;
    static const char *const names[] = {"battery.energy", "cavity.photons"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int levels = 7; levels <= 13; levels += 3) {
            ley_run *compared = steady(cases[i], levels, true);
            const ley_certificate *c = ley_run_certificate(compared);
            assert_true(c->levels_checked > levels);
            ley_run *fewer = steady(cases[i], levels, false), *more = steady(cases[i], c->levels_checked, false);
            double difference = 0;
            for (int k = 0; k < 2; k++) {
                const double value = run_value(fewer, names[k], 0, 0);
                assert_close(run_value(compared, names[k], 0, 0), value, 0,
                             1e-8); /* the comparison changes nothing */
                difference = fmax(difference, fabs(run_value(more, names[k], 0, 0) - value));
            }
            assert_close(c->cutoff_effect, difference, 0.2, 1e-9);
            ley_run_destroy(compared);
            ley_run_destroy(fewer);
            ley_run_destroy(more);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_effect)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
