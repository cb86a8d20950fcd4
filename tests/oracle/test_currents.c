/* What leaves j = N/2 and what the spins gain: against numbers of an independent chain (the generator of Ahmadi et
 * al., Eq. 113, with eta = 0.9, alpha_c = 0.6, alpha_l = 0.2), balances, and the brute force where there are
 * drives. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

static const char text[] =
    "battery: {cells: %d, frequency: 1}\n"
    "noise: {collective: {rate: 1, alpha: 0.6}, local: {rate: 1, alpha: 0.2}, mix: 0.9}\n"
    "time: {values: [0, 0.5, 5, 400]}\n"
    "observe: [battery.bright_leakage, battery.bright_outflow, battery.bright_weight, battery.spin_currents]\n"
    "numerics: {tolerance: 1e-10}\n";

static void test_leakage(void **state) {
    (void)state;
    static const struct {
        int cells;
        double leakage[4], outflow[4]; /* at 0, 0.5, 5 and in the steady state */
    } cases[] = {{4, {0.075, 0.078420377, 0.037548053, 0}, {0.075, 0.082053709, 0.064061681, 0.043806346}},
                 {10, {0.225, 0.18574712, 0.055692906, 0}, {0.225, 0.19502537, 0.092759245, 0.029144992}}};
    for (int i = 0; i < 2; i++) {
        char whole[768];
        snprintf(whole, sizeof whole, text, cases[i].cells);
        ley_run *run = run_scenario(whole, "leakage");
        for (int row = 0; row < 4; row++) {
            assert_close(run_value(run, "battery.bright_leakage", row, 0), cases[i].leakage[row], 0, 1e-8);
            assert_close(run_value(run, "battery.bright_outflow", row, 0), cases[i].outflow[row], 0, 1e-8);
        }
        ley_run_destroy(run);
    }
}

/* Without local channels the energy gained is what the currents bring; at the end each ladder is at the temperature
 * of the bath and no current flows. */
static void test_currents(void **state) {
    (void)state;
    ley_run *run = run_scenario("battery: {cells: 5, frequency: 1, state: {gibbs: 0.3}}\n"
                                "noise: {collective: {rate: 1, alpha: 0.6}}\n"
                                "time: {values: [0, 0.001, 0.002, 60]}\n"
                                "observe: [battery.energy, battery.spin_currents, battery.bright_leakage]\n"
                                "numerics: {tolerance: 1e-11}\n",
                                "currents");
    double sum = 0;
    for (int k = 0; k < 3; k++) {
        sum += run_value(run, "battery.spin_currents", 1, k);
        assert_close(run_value(run, "battery.spin_currents", 3, k), 0, 0, 1e-8);
    }
    const double slope = (run_value(run, "battery.energy", 2, 0) - run_value(run, "battery.energy", 0, 0)) / 0.002;
    assert_close(sum, slope, 1e-4, 0);
    assert_close(run_value(run, "battery.bright_leakage", 1, 0), 0, 0, 1e-15);
    ley_run_destroy(run);
}

static void test_against_brute_force(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cells_max = 3;
    options.levels_max = 3;
    for (uint64_t seed = 71; seed <= 80; seed++) {
        options.time_dependent = seed % 2;
        brute_model m = random_model(seed, &options);
        scenario_options how = {.until = 1.5,
                                .points = 3,
                                .tolerance = 1e-10,
                                .observe = "battery.bright_leakage, battery.bright_outflow, battery.spin_currents"};
        char *scenario = model_scenario(&m, &how);
        ley_run *run = run_scenario(scenario, "random model");
        brute *judge = brute_create(&m);
        for (ley_index row = 0; row < 3; row++) {
            brute_advance(judge, ley_run_times(run)[row]);
            for (int k = 0; k <= m.cells / 2; k++)
                assert_close(run_value(run, "battery.spin_currents", row, k),
                             brute_value(judge, "battery.spin_currents", k), 0, 2e-9);
            assert_close(run_value(run, "battery.bright_leakage", row, 0),
                         brute_value(judge, "battery.bright_leakage", 0), 0, 2e-9);
            assert_close(run_value(run, "battery.bright_outflow", row, 0),
                         brute_value(judge, "battery.bright_outflow", 0), 0, 2e-9);
        }
        brute_destroy(judge);
        ley_run_destroy(run);
        free(scenario);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_leakage),
        cmocka_unit_test(test_currents),
        cmocka_unit_test(test_against_brute_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
