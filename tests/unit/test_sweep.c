/* Sweeps: axes of numbers, ranges, words, formulas and sets, in the order in which they are run. */
#include "core/memory.h"
#include "support/accepted.h"
#include "support/assert_close.h"

static void the_last_axis_runs_fastest(void **state) {
    (void)state;
    ley_scenario *scenario = accepted("parameters: {kappa: 0, w: 2}\n"
                                      "battery: {cells: 1, frequency: w}\n"
                                      "noise: {local: {emission: kappa}}\n"
                                      "time: {until: 1}\n"
                                      "observe: [power]\n"
                                      "sweep:\n"
                                      "  kappa: [0, w/4, 1e-1]\n"
                                      "  N: {from: 2, to: 8, points: 4}\n",
                                      NULL, 0);
    static const double kappa[] = {0, 0.5, 0.1};
    assert_int_equal(ley_scenario_points(scenario), 12);
    assert_string_equal(ley_scenario_axis(scenario, 0)->key, "kappa");
    assert_string_equal(ley_scenario_axis(scenario, 1)->key, "N");
    for (int i = 0; i < 12; i++) {
        ley_task task = task_of(scenario, i);
        assert_close(task.model.rate[LEY_LOCAL_EMISSION].value, kappa[i / 4], 1e-15, 0);
        assert_int_equal(task.model.cells, 2 + 2 * (i % 4));
        assert_close(ley_scenario_axis(scenario, 0)->values[i / 4], kappa[i / 4], 1e-15, 0);
        ley_task_clear(&task);
    }
    ley_scenario_destroy(scenario);
    assert_int_equal(ley_memory_live(), 0);
}

static void ranges(void **state) {
    (void)state;
    ley_scenario *scenario = accepted(SMALL "sweep:\n"
                                            "  noise.local.emission: {from: 0.01, to: 1, points: 3, scale: log}\n"
                                            "  noise.local.dephasing: {from: 0, to: 1, points: 4, scale: linear}\n"
                                            "  drive.battery: {from: 1, to: -1, points: 3}\n",
                                      NULL, 0);
    const double *values = ley_scenario_axis(scenario, 0)->values;
    assert_true(values[0] == 0.01 && values[2] == 1);
    assert_close(values[1], 0.1, 1e-15, 0);
    values = ley_scenario_axis(scenario, 1)->values;
    assert_close(values[1], 1.0 / 3, 1e-15, 0);
    values = ley_scenario_axis(scenario, 2)->values;
    assert_close(values[1], 0, 0, 0);
    assert_close(values[2], -1, 0, 0);
    ley_task task = task_of(scenario, 35);
    assert_close(task.model.rate[LEY_LOCAL_EMISSION].value, 1, 0, 0);
    assert_close(task.model.rate[LEY_LOCAL_DEPHASING].value, 1, 0, 0);
    assert_close(task.model.drive_battery.value, -1, 0, 0);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
}

static void axes_of_words_and_formulas(void **state) {
    (void)state;
    ley_scenario *scenario = accepted("battery: {cells: 2, frequency: 1}\n"
                                      "cavity: {frequency: 1, levels: 5}\n"
                                      "coupling: {model: dicke, strength: 1}\n"
                                      "time: {until: 1}\n"
                                      "observe: [power]\n"
                                      "sweep:\n"
                                      "  coupling.model: [tavis-cummings, dicke]\n"
                                      "  battery.state: [ground, {dicke: [1, 0]}]\n"
                                      "  coupling.strength: [1/N, \"box(t, 0, 1)\", 3]\n"
                                      "  numerics.certify: [true, false]\n",
                                      NULL, 0);
    assert_int_equal(ley_scenario_points(scenario), 24);
    const ley_axis *axis = ley_scenario_axis(scenario, 0);
    assert_string_equal(axis->labels[0], "tavis-cummings");
    assert_string_equal(axis->labels[1], "dicke");
    assert_close(axis->values[1], 1, 0, 0);
    assert_string_equal(ley_scenario_axis(scenario, 1)->labels[1], "{dicke: [1, 0]}");
    assert_string_equal(ley_scenario_axis(scenario, 2)->labels[1], "box(t, 0, 1)");
    for (int i = 0; i < 24; i++) {
        ley_task task = task_of(scenario, i);
        assert_close(task.model.counter_rotating, i / 12, 0, 0);
        assert_int_equal(task.model.battery_state.kind, i / 6 % 2 ? LEY_BATTERY_DICKE : LEY_BATTERY_GROUND);
        assert_close(ley_signal_at(&task.model.coupling, 2), i / 2 % 3 == 0 ? 0.5 : i / 2 % 3 == 1 ? 0 : 3, 0, 0);
        assert_true(task.numerics.certify == (i % 2 == 0));
        ley_task_clear(&task);
    }
    ley_scenario_destroy(scenario);
}

static void sets_change_several_keys_together(void **state) {
    (void)state;
    ley_scenario *scenario = accepted("parameters: {g: 1}\n"
                                      "battery: {cells: 2, frequency: g}\n"
                                      "cavity: {frequency: 1}\n"
                                      "noise: {local: {emission: 7}}\n"
                                      "time: {until: 1}\n"
                                      "observe: [power]\n"
                                      "sweep:\n"
                                      "  noise_set:\n"
                                      "    - {label: none, noise.local.emission: 0}\n"
                                      "    - {label: \"cavity, 0.15\", noise.cavity.loss: 0.15}\n"
                                      "    - {noise.cavity.loss: 0.15*g, noise.local.dephasing: 0.1, g: 2, N: 5}\n"
                                      "  coupling_off: [{label: a}]\n",
                                      NULL, 0);
    assert_int_equal(ley_scenario_points(scenario), 3);
    const ley_axis *axis = ley_scenario_axis(scenario, 0);
    assert_string_equal(axis->key, "noise_set");
    assert_string_equal(axis->labels[0], "none");
    assert_string_equal(axis->labels[1], "cavity, 0.15");
    assert_string_equal(axis->labels[2], "noise.cavity.loss = 0.15*g, noise.local.dephasing = 0.1, g = 2, N = 5");
    assert_close(axis->values[2], 2, 0, 0);
    static const double emission[] = {0, 7, 7}, loss[] = {0, 0.15, 0.3}, dephasing[] = {0, 0, 0.1}, g[] = {1, 1, 2};
    static const int cells[] = {2, 2, 5};
    for (int i = 0; i < 3; i++) {
        ley_task task = task_of(scenario, i);
        assert_close(task.model.rate[LEY_LOCAL_EMISSION].value, emission[i], 0, 0);
        assert_close(task.model.rate[LEY_CAVITY_LOSS].value, loss[i], 1e-15, 0);
        assert_close(task.model.rate[LEY_LOCAL_DEPHASING].value, dephasing[i], 0, 0);
        assert_close(task.model.battery_frequency.value, g[i], 0, 0);
        assert_int_equal(task.model.cells, cells[i]);
        ley_task_clear(&task);
    }
    ley_scenario_destroy(scenario);
    assert_int_equal(ley_memory_live(), 0);
}

static void a_long_sweep_is_quick(void **state) {
    (void)state;
    const char *settings[] = {"sweep.w={from: 1, to: 2, points: 5000}"};
    ley_scenario *scenario = accepted(manual_text, settings, 1);
    assert_int_equal(ley_scenario_points(scenario), 30000);
    ley_task task = task_of(scenario, 29999);
    assert_close(task.model.battery_frequency.value, 2, 0, 0);
    assert_int_equal(task.model.cells, 1 + 29999 / 5000);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_axis_runs_fastest), cmocka_unit_test(ranges),
        cmocka_unit_test(axes_of_words_and_formulas), cmocka_unit_test(sets_change_several_keys_together),
        cmocka_unit_test(a_long_sweep_is_quick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
