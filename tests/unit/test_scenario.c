/* Good scenarios: everything a text says arrives in the task, defaults are those of the help, and no allocation
 * that fails does harm. */
#include "core/memory.h"
#include "scenario/keys.h"
#include "support/accepted.h"
#include "support/assert_close.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The task of the first point of SMALL with more lines. */
static ley_task small_with(const char *more) {
    char text[1024];
    snprintf(text, sizeof text, SMALL "%s", more);
    ley_scenario *scenario = accepted(text, NULL, 0);
    ley_task task = task_of(scenario, 0);
    ley_scenario_destroy(scenario);
    return task;
}

static void the_scenario_of_the_manual(void **state) {
    (void)state;
    ley_scenario *scenario = accepted(manual_text, NULL, 0);
    assert_int_equal(ley_scenario_points(scenario), 6);
    assert_string_equal(ley_scenario_title(scenario), "A noisy Tavis-Cummings battery");
    assert_string_equal(ley_scenario_text(scenario), manual_text);
    assert_int_equal(ley_scenario_axes(scenario), 1);
    const ley_axis *axis = ley_scenario_axis(scenario, 0);
    assert_string_equal(axis->key, "N");
    assert_int_equal(axis->n, 6);
    assert_null(axis->labels);
    assert_null(ley_scenario_axis(scenario, 1));
    for (int i = 0; i < 6; i++) {
        ley_task task = task_of(scenario, i);
        const ley_model *model = &task.model;
        assert_close(axis->values[i], i + 1, 0, 0);
        assert_int_equal(model->cells, i + 1);
        assert_true(task.has_cavity && task.numerics.levels_auto);
        assert_int_equal(model->levels, 0);
        assert_close(ley_signal_at(&model->battery_frequency, 3), 1, 0, 0);
        assert_close(ley_signal_at(&model->cavity_frequency, 3), 1, 0, 0);
        assert_int_equal(model->battery_state.kind, LEY_BATTERY_GROUND);
        assert_int_equal(model->cavity_state.kind, LEY_CAVITY_COHERENT);
        assert_close(model->cavity_state.alpha.re, sqrt(i + 1), 1e-15, 0);
        assert_close(model->cavity_state.alpha.im, 0, 0, 0);
        assert_close(ley_signal_at(&model->coupling, 0), 0.5 / sqrt(i + 1), 1e-15, 0);
        assert_close(ley_signal_at(&model->coupling_switch, 0), 1, 0, 0);
        assert_close(model->counter_rotating, 0, 0, 0);
        assert_close(model->rate[LEY_CAVITY_LOSS].value, 0.15, 0, 0);
        assert_close(model->rate[LEY_LOCAL_EMISSION].value, 0.1, 0, 0);
        assert_close(model->rate[LEY_LOCAL_DEPHASING].value, 0.1, 0, 0);
        assert_true(ley_signal_is_zero(&model->rate[LEY_CAVITY_GAIN]));
        assert_true(ley_signal_is_zero(&model->drive_battery));
        assert_false(ley_signal_is_constant(&model->drive_cavity));
        assert_close(ley_signal_at(&model->drive_cavity, 7), 0.3 * exp(-0.5), 1e-15, 0);
        assert_int_equal(task.n_times, 401);
        assert_close(task.times[0], 0, 0, 0);
        assert_close(task.times[1], 0.05, 1e-15, 0);
        assert_close(task.times[400], 20, 0, 0);
        assert_int_equal(task.n_observables, 2);
        assert_int_equal(task.observables[1], LEY_BATTERY_ERGOTROPY);
        assert_int_equal(task.n_measures, 2);
        assert_int_equal(task.measures[1].measure, LEY_MEASURE_ARGMAX);
        assert_int_equal(task.measures[1].observable, LEY_BATTERY_ERGOTROPY);
        assert_close(task.numerics.tolerance, 1e-8, 0, 0);
        ley_task_clear(&task);
    }
    int32_t line, column;
    ley_scenario_place(scenario, "battery.cells", &line, &column);
    assert_int_equal(line, 4);
    assert_int_equal(column, 10);
    ley_scenario_place(scenario, "cavity.levels", &line, &column);
    assert_int_equal(line, 9);
    ley_scenario_place(scenario, "w", &line, &column);
    assert_int_equal(line, 2);
    ley_scenario_place(scenario, "numerics.memory", &line, &column);
    assert_int_equal(line, 0);
    ley_error err;
    ley_task task;
    assert_int_equal(ley_scenario_task(scenario, &task, 6, &err), LEY_ERR_ARGUMENT);
    assert_int_equal(ley_scenario_task(scenario, &task, -1, &err), LEY_ERR_ARGUMENT);
    ley_scenario_destroy(scenario);
    assert_int_equal(ley_memory_live(), 0);
}

static void defaults_are_those_of_the_help(void **state) {
    (void)state;
    ley_task task = small_with("");
    const ley_model *model = &task.model;
    assert_false(task.has_cavity);
    assert_int_equal(model->levels, 0);
    assert_false(task.numerics.levels_auto);
    assert_int_equal(model->battery_state.kind, LEY_BATTERY_GROUND);
    assert_false(model->battery_energy_given);
    for (int i = 0; i < LEY_CHANNEL_COUNT; i++) assert_true(ley_signal_is_zero(&model->rate[i]));
    assert_true(ley_signal_is_zero(&model->drive_cavity) && ley_signal_is_zero(&model->drive_battery));
    assert_int_equal(task.n_times, 401);
    assert_string_equal(ley_key_default(LEY_KEY_TIME_POINTS), "401");
    assert_close(task.numerics.tolerance, 1e-8, 0, 0);
    assert_string_equal(ley_key_default(LEY_KEY_TOLERANCE), "1e-8");
    assert_int_equal(task.numerics.representation, LEY_REPRESENTATION_AUTO);
    assert_int_equal(task.numerics.method, LEY_METHOD_AUTO);
    assert_true(task.numerics.certify);
    assert_close(task.numerics.memory_limit, 0, 0, 0);
    ley_task_clear(&task);
    task = small_with("cavity: {frequency: 2}\n");
    assert_true(task.has_cavity && task.numerics.levels_auto);
    assert_int_equal(task.model.cavity_state.kind, LEY_CAVITY_FOCK);
    assert_int_equal(task.model.cavity_state.photons, 0);
    assert_true(ley_signal_is_zero(&task.model.coupling)); /* no coupling was asked for */
    assert_false(task.model.cavity_energy_given);
    ley_task_clear(&task);
    assert_int_equal(ley_memory_live(), 0);
}

static ley_battery_state battery_of(int cells, const char *words) {
    char text[256];
    snprintf(text, sizeof text,
             "battery: {cells: %d, frequency: 1, state: %s}\ntime: {until: 1}\nobserve: [power]\n", cells, words);
    ley_scenario *scenario = accepted(text, NULL, 0);
    ley_task task = task_of(scenario, 0);
    ley_battery_state battery = task.model.battery_state;
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
    return battery;
}

static void every_battery_state(void **state) {
    (void)state;
    assert_int_equal(battery_of(3, "ground").kind, LEY_BATTERY_GROUND);
    assert_int_equal(battery_of(3, "\"excited\"").kind, LEY_BATTERY_EXCITED);
    ley_battery_state s = battery_of(3, "{dicke: [1.5, -0.5]}");
    assert_int_equal(s.kind, LEY_BATTERY_DICKE);
    assert_int_equal(s.two_j, 3);
    assert_int_equal(s.two_m, -1);
    s = battery_of(6, "{dicke: [N/2 - 1, \"1-N/2\"]}");
    assert_int_equal(s.two_j, 4);
    assert_int_equal(s.two_m, -4);
    s = battery_of(4, "{dicke: [0, 0]}");
    assert_int_equal(s.two_j, 0);
    s = battery_of(2, "{spin_coherent: [pi/2, 0.25]}");
    assert_int_equal(s.kind, LEY_BATTERY_SPIN_COHERENT);
    assert_close(s.theta, 1.5707963267948966, 1e-15, 0);
    assert_close(s.phi, 0.25, 0, 0);
    s = battery_of(2, "{gibbs: exp(-2)}");
    assert_int_equal(s.kind, LEY_BATTERY_GIBBS);
    assert_close(s.q, exp(-2), 1e-15, 0);
    s = battery_of(2, "{gibbs: 0}");
    assert_close(s.q, 0, 0, 0);
}

static void every_cavity_state(void **state) {
    (void)state;
    ley_task task = small_with("cavity: {frequency: 1, levels: 2*N + 1, state: {fock: N}}\n");
    assert_int_equal(task.model.levels, 9);
    assert_false(task.numerics.levels_auto);
    assert_int_equal(task.model.cavity_state.kind, LEY_CAVITY_FOCK);
    assert_int_equal(task.model.cavity_state.photons, 4);
    ley_task_clear(&task);
    task = small_with("cavity: {frequency: 1, state: vacuum}\n");
    assert_int_equal(task.model.cavity_state.photons, 0);
    ley_task_clear(&task);
    task = small_with("cavity: {frequency: 1, state: {coherent: [\"sqrt(N)\", -0.5]}}\n");
    assert_int_equal(task.model.cavity_state.kind, LEY_CAVITY_COHERENT);
    assert_close(task.model.cavity_state.alpha.re, 2, 1e-15, 0);
    assert_close(task.model.cavity_state.alpha.im, -0.5, 0, 0);
    ley_task_clear(&task);
    task = small_with("cavity: {frequency: 1, state: {thermal: 0.3}}\n");
    assert_int_equal(task.model.cavity_state.kind, LEY_CAVITY_THERMAL);
    assert_close(task.model.cavity_state.nbar, 0.3, 0, 0);
    ley_task_clear(&task);
}

static void every_coupling_model(void **state) {
    (void)state;
    static const struct {
        const char *words;
        double r;
    } rows[] = {{"tavis-cummings", 0}, {"dicke", 1}, {"{counter_rotating: 1/4}", 0.25}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "cavity: {frequency: 1}\ncoupling: {model: %s, strength: 1 + sin(t), switch: \"box(t, 1, 2)\"}\n",
                 rows[i].words);
        ley_task task = small_with(text);
        assert_close(task.model.counter_rotating, rows[i].r, 0, 0);
        assert_close(ley_signal_at(&task.model.coupling, 0.5), 1 + sin(0.5), 1e-15, 0);
        assert_close(ley_signal_at(&task.model.coupling_switch, 1.5), 1, 0, 0);
        assert_close(ley_signal_at(&task.model.coupling_switch, 0.5), 0, 0, 0);
        ley_task_clear(&task);
    }
}

static void every_channel_and_drive_may_depend_on_time(void **state) {
    (void)state;
    static const char *const keys[LEY_CHANNEL_COUNT] = {"noise.cavity.loss",          "noise.cavity.gain",
                                                        "noise.collective.emission",  "noise.collective.absorption",
                                                        "noise.collective.dephasing", "noise.local.emission",
                                                        "noise.local.absorption",     "noise.local.dephasing"};
    for (int i = 0; i < LEY_CHANNEL_COUNT; i++) {
        char setting[64];
        const char *settings[] = {setting, "cavity.frequency=1"};
        assert_string_equal(ley_channel_key((ley_channel)i), keys[i]);
        snprintf(setting, sizeof setting, "%s=sin(t)/%d", keys[i], i + 1); /* negative now and then: allowed */
        ley_scenario *scenario = accepted(SMALL, settings, 2);
        ley_task task = task_of(scenario, 0);
        for (int k = 0; k < LEY_CHANNEL_COUNT; k++)
            assert_close(ley_signal_at(&task.model.rate[k], 4), k == i ? sin(4) / (i + 1) : 0, 1e-15, 0);
        ley_task_clear(&task);
        ley_scenario_destroy(scenario);
    }
    ley_task task =
        small_with("cavity: {frequency: 2 + t, energy_frequency: 7}\ndrive: {cavity: t, battery: 2*t}\n");
    assert_close(ley_signal_at(&task.model.drive_cavity, 3), 3, 0, 0);
    assert_close(ley_signal_at(&task.model.drive_battery, 3), 6, 0, 0);
    assert_close(ley_signal_at(&task.model.cavity_frequency, 3), 5, 0, 0);
    assert_close(ley_model_cavity_energy_frequency(&task.model, 3), 7, 0, 0);
    ley_task_clear(&task);
    ley_scenario *scenario = accepted("battery: {cells: 1, frequency: -1, energy_frequency: 2}\n"
                                      "time: {until: 1}\nobserve: [power]\n",
                                      NULL, 0);
    task = task_of(scenario, 0);
    assert_close(ley_model_battery_energy_frequency(&task.model, 0), 2, 0, 0);
    assert_close(ley_signal_at(&task.model.battery_frequency, 0), -1, 0, 0);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
}

static void parameters_use_one_another(void **state) {
    (void)state;
    ley_scenario *scenario = accepted("parameters: {c: a + b, a: 2*N, b: \"a^2\", M: 3}\n"
                                      "battery: {cells: M - 1, frequency: c}\n"
                                      "time: {until: c/10, points: M}\n"
                                      "measure: [final(battery.energy)]\n",
                                      NULL, 0);
    ley_task task = task_of(scenario, 0);
    assert_int_equal(task.model.cells, 2);
    assert_close(task.model.battery_frequency.value, 20, 0, 0);
    assert_int_equal(task.n_times, 3);
    assert_close(task.times[2], 2, 0, 0);
    assert_int_equal(task.n_observables, 0);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
}

static void times_and_numerics(void **state) {
    (void)state;
    ley_scenario *scenario = accepted("battery: {cells: 1, frequency: 1}\n"
                                      "time: {values: [0.5, 1, \"pi\"]}\n"
                                      "observe: [power]\n"
                                      "numerics: {tolerance: 1e-5, representation: blocks, propagator: dop853,\n"
                                      "           memory: 4 GiB, certify: false}\n",
                                      NULL, 0);
    ley_task task = task_of(scenario, 0);
    assert_int_equal(task.n_times, 3);
    assert_close(task.times[0], 0.5, 0, 0);
    assert_close(task.times[2], 3.14159265358979323846, 1e-15, 0);
    assert_close(task.numerics.tolerance, 1e-5, 0, 0);
    assert_int_equal(task.numerics.representation, LEY_REPRESENTATION_BLOCKS);
    assert_int_equal(task.numerics.method, LEY_METHOD_DOP853);
    assert_close(task.numerics.memory_limit, 4294967296.0, 0, 0);
    assert_false(task.numerics.certify);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
    static const struct {
        const char *words;
        double bytes;
    } rows[] = {{"1e6", 1e6}, {"500MB", 5e8}, {"1.5 KiB", 1536}, {"2*1024", 2048}, {"\"1 TB\"", 1e12}, {"7 B", 7}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[64];
        snprintf(text, sizeof text, "numerics: {memory: %s}\n", rows[i].words);
        task = small_with(text);
        assert_close(task.numerics.memory_limit, rows[i].bytes, 0, 0);
        ley_task_clear(&task);
    }
}

/* Every YAML block of docs/formats/scenario.md is a scenario of its own. */
static void examples_of_the_documentation_are_accepted(void **state) {
    (void)state;
    static char page[65536];
    FILE *file = fopen(TEST_DATA "/../../docs/formats/scenario.md", "r");
    assert_non_null(file);
    size_t length = fread(page, 1, sizeof page - 1, file);
    fclose(file);
    page[length] = 0;
    int n = 0;
    for (char *begin = strstr(page, "```yaml\n"); begin; n++) {
        begin += strlen("```yaml\n");
        char *end = strstr(begin, "```");
        assert_non_null(end);
        *end = 0;
        ley_scenario_destroy(accepted(begin, NULL, 0));
        begin = strstr(end + 3, "```yaml\n");
    }
    assert_true(n >= 10);
}

/* Every allocation of a create is made to fail once. */
static void allocation_failures(void **state) {
    (void)state;
    static const char text[] = "parameters: {w: 1, v: 2*w}\n"
                               "battery: {cells: 2, frequency: w, state: {dicke: [1, 0]}}\n"
                               "cavity: {frequency: v, levels: 4, state: {coherent: [1, 0]}}\n"
                               "coupling: {model: dicke, strength: \"gauss(t, 1, 1)\"}\n"
                               "noise: {local: {emission: \"1 + sin(t)\"}}\n"
                               "time: {values: [0, 1]}\n"
                               "observe: [power]\n"
                               "measure: [final(power)]\n"
                               "sweep:\n"
                               "  w: [1, 2]\n"
                               "  coupling.model: [dicke, tavis-cummings]\n"
                               "  sets: [{label: a, noise.cavity.loss: 1}, {drive.cavity: t}]\n"
                               "  noise.cavity.gain: {from: 0, to: 1, points: 2}\n";
    const char *settings[] = {"v=3", "numerics.tolerance=1e-6", "sweep.N=[2, 4]"};
    int failures = 0;
    for (long k = 0;; k++) {
        ley_scenario *scenario;
        ley_error err = {0};
        ley_memory_fail_after(k);
        ley_status status = ley_scenario_create_with(&scenario, text, settings, 3, &err);
        ley_memory_fail_after(-1);
        if (status == LEY_OK) {
            assert_int_equal(ley_scenario_points(scenario), 32);
            for (long m = 0;; m++) {
                ley_task task;
                ley_memory_fail_after(m);
                status = ley_scenario_task(scenario, &task, 31, &err);
                ley_memory_fail_after(-1);
                ley_task_clear(&task);
                if (status == LEY_OK) break;
                assert_int_equal(status, LEY_ERR_MEMORY);
                failures++;
            }
            ley_scenario_destroy(scenario);
            break;
        }
        failures++;
        if (status != LEY_ERR_MEMORY) fail_msg("allocation %ld: [%s] %s", k, err.where, err.message);
        assert_null(scenario);
        assert_int_equal(ley_memory_live(), 0);
    }
    assert_true(failures > 100);
    assert_int_equal(ley_memory_live(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scenario_of_the_manual),
        cmocka_unit_test(defaults_are_those_of_the_help),
        cmocka_unit_test(every_battery_state),
        cmocka_unit_test(every_cavity_state),
        cmocka_unit_test(every_coupling_model),
        cmocka_unit_test(every_channel_and_drive_may_depend_on_time),
        cmocka_unit_test(parameters_use_one_another),
        cmocka_unit_test(times_and_numerics),
        cmocka_unit_test(examples_of_the_documentation_are_accepted),
        cmocka_unit_test(allocation_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
