/* Good scenarios: everything a text says arrives in the task, defaults are those of the help, sweeps and settings
 * combine as documented, and no allocation that fails does harm. */
#include "support/assert_close.h"

#include "core/memory.h"
#include "scenario/keys.h"
#include "scenario/scenario.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SMALL                                                                                                      \
    "battery: {cells: 4, frequency: 1}\n"                                                                          \
    "time: {until: 10}\n"                                                                                          \
    "observe: [battery.energy]\n"

/* the scenario of the manual */
static const char manual[] = "title: A noisy Tavis-Cummings battery\n"
                             "parameters: {w: 1.0}                 # names of the user's own\n"
                             "battery:\n"
                             "  cells: 6                           # N\n"
                             "  frequency: w\n"
                             "  state: ground\n"
                             "cavity:                              # left out: no cavity\n"
                             "  frequency: w\n"
                             "  levels: auto\n"
                             "  state: {coherent: \"sqrt(N)\"}\n"
                             "coupling:\n"
                             "  model: tavis-cummings\n"
                             "  strength: \"0.5*w/sqrt(N)\"\n"
                             "  switch: 1                          # lambda(t)\n"
                             "noise:\n"
                             "  cavity:     {loss: 0.15, gain: 0}\n"
                             "  collective: {emission: 0, absorption: 0, dephasing: 0}\n"
                             "  local:      {emission: 0.1, absorption: 0, dephasing: 0.1}\n"
                             "drive: {cavity: \"0.3*exp(-(t-5)^2/8)\", battery: 0}\n"
                             "time: {until: 20, points: 401}\n"
                             "observe: [battery.energy, battery.ergotropy]\n"
                             "measure: [\"max(battery.ergotropy)\", \"argmax(battery.ergotropy)\"]\n"
                             "numerics: {tolerance: 1e-8}\n"
                             "sweep: {N: [1, 2, 3, 4, 5, 6]}\n";

static ley_scenario *make(const char *text, const char *const *settings, ley_index n) {
    ley_scenario *scenario;
    ley_error err = {0};
    if (ley_scenario_create_with(&scenario, text, settings, n, &err) != LEY_OK)
        fail_msg("%d:%d [%s] %s", (int)err.line, (int)err.column, err.where, err.message);
    return scenario;
}

static ley_task task_of(const ley_scenario *scenario, ley_index point) {
    ley_task task;
    ley_error err = {0};
    if (ley_scenario_task(scenario, &task, point, &err) != LEY_OK)
        fail_msg("point %d: %d:%d [%s] %s", (int)point, (int)err.line, (int)err.column, err.where, err.message);
    return task;
}

/* The task of the first point of SMALL with more lines. */
static ley_task small_with(const char *more) {
    char text[1024];
    snprintf(text, sizeof text, SMALL "%s", more);
    ley_scenario *scenario = make(text, NULL, 0);
    ley_task task = task_of(scenario, 0);
    ley_scenario_destroy(scenario);
    return task;
}

static void the_scenario_of_the_manual(void **state) {
    (void)state;
    ley_scenario *scenario = make(manual, NULL, 0);
    assert_int_equal(ley_scenario_points(scenario), 6);
    assert_string_equal(ley_scenario_title(scenario), "A noisy Tavis-Cummings battery");
    assert_string_equal(ley_scenario_text(scenario), manual);
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
    ley_scenario *scenario = make(text, NULL, 0);
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
        ley_scenario *scenario = make(SMALL, settings, 2);
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
    ley_scenario *scenario = make("battery: {cells: 1, frequency: -1, energy_frequency: 2}\n"
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
    ley_scenario *scenario = make("parameters: {c: a + b, a: 2*N, b: \"a^2\", M: 3}\n"
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
    ley_scenario *scenario = make("battery: {cells: 1, frequency: 1}\n"
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

static void the_last_axis_runs_fastest(void **state) {
    (void)state;
    ley_scenario *scenario = make("parameters: {kappa: 0, w: 2}\n"
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
    ley_scenario *scenario = make(SMALL "sweep:\n"
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
    ley_scenario *scenario = make("battery: {cells: 2, frequency: 1}\n"
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
    ley_scenario *scenario = make("parameters: {g: 1}\n"
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

static void settings_replace_and_add(void **state) {
    (void)state;
    const char *six[] = {"N=6"};
    ley_scenario *scenario = make(manual, six, 1);
    assert_int_equal(ley_scenario_points(scenario), 1); /* N replaces the axis */
    assert_int_equal(ley_scenario_axes(scenario), 0);
    ley_task task = task_of(scenario, 0);
    assert_int_equal(task.model.cells, 6);
    ley_task_clear(&task);
    assert_int_equal(strncmp(ley_scenario_text(scenario), manual, strlen(manual)), 0);
    assert_string_equal(ley_scenario_text(scenario) + strlen(manual), "# --set N=6\n");
    ley_scenario_destroy(scenario);

    const char *many[] = {"sweep.battery.cells=[3, 4]",
                          "w=2",
                          "noise.cavity.loss = 0.5*w",
                          "cavity.state={fock: 2}",
                          "cavity.levels=8",
                          "time={values: [1, 2, 3]}",
                          "observe=[cavity.photons]",
                          "numerics.memory=1 GiB",
                          "sweep.w={from: 1, to: 2, points: 2}",
                          "title=another",
                          "parameters.extra=3*w",
                          "drive.battery=extra"};
    scenario = make(manual, many, sizeof many / sizeof *many);
    assert_int_equal(ley_scenario_points(scenario), 4);
    assert_string_equal(ley_scenario_title(scenario), "another");
    task = task_of(scenario, 3);
    assert_int_equal(task.model.cells, 4);
    assert_close(task.model.rate[LEY_CAVITY_LOSS].value, 1, 0, 0);
    assert_int_equal(task.model.cavity_state.kind, LEY_CAVITY_FOCK);
    assert_int_equal(task.model.levels, 8);
    assert_int_equal(task.n_times, 3);
    assert_int_equal(task.observables[0], LEY_CAVITY_PHOTONS);
    assert_int_equal(task.n_measures, 2); /* the others stay as they were */
    assert_close(task.numerics.memory_limit, 1073741824.0, 0, 0);
    assert_close(task.model.drive_battery.value, 6, 0, 0);
    ley_task_clear(&task);
    int32_t line, column;
    ley_scenario_place(scenario, "cavity.levels", &line, &column);
    assert_int_equal(line, 0); /* not in the text */
    ley_scenario_destroy(scenario);

    const char *later[] = {"N=2", "N=3", "noise.local={absorption: 1}"};
    scenario = make(SMALL, later, 3);
    task = task_of(scenario, 0);
    assert_int_equal(task.model.cells, 3); /* the last one counts */
    assert_close(task.model.rate[LEY_LOCAL_ABSORPTION].value, 1, 0, 0);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);

    const char *kappa[] = {"sweep.N=[1, 2]"};
    scenario = make(SMALL, kappa, 1); /* a sweep where there was none */
    assert_int_equal(ley_scenario_points(scenario), 2);
    ley_scenario_destroy(scenario);
    assert_int_equal(ley_memory_live(), 0);
}

static void a_setting_of_several_lines_stays_a_comment(void **state) {
    (void)state;
    const char *settings[] = {"title=\"a\n  b\""};
    ley_scenario *scenario =
        make("battery: {cells: 4, frequency: 1}\ntime: {until: 10}\nobserve: [power]", settings, 1);
    assert_string_equal(ley_scenario_title(scenario), "a b");
    assert_string_equal(ley_scenario_text(scenario), "battery: {cells: 4, frequency: 1}\ntime: {until: 10}\n"
                                                     "observe: [power]\n# --set title=\"a   b\"\n");
    ley_scenario_destroy(scenario);
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
        ley_scenario_destroy(make(begin, NULL, 0));
        begin = strstr(end + 3, "```yaml\n");
    }
    assert_true(n >= 10);
}

static void a_long_sweep_is_quick(void **state) {
    (void)state;
    const char *settings[] = {"sweep.w={from: 1, to: 2, points: 5000}"};
    ley_scenario *scenario = make(manual, settings, 1);
    assert_int_equal(ley_scenario_points(scenario), 30000);
    ley_task task = task_of(scenario, 29999);
    assert_close(task.model.battery_frequency.value, 2, 0, 0);
    assert_int_equal(task.model.cells, 1 + 29999 / 5000);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
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

static void help_names_everything(void **state) {
    (void)state;
    char *text;
    int topics = 0;
    for (const char *const *topic = ley_help_topics(); *topic; topic++, topics++) {
        assert_int_equal(ley_help(&text, *topic, NULL), LEY_OK);
        assert_true(strlen(text) > 200);
        for (const char *line = text; *line; line = *line ? line + 1 : line) { /* fits a terminal */
            size_t length = strcspn(line, "\n");
            if (length > 118) fail_msg("%s: %.*s", *topic, (int)length, line);
            line += length;
            if (!*line) break;
        }
        ley_string_destroy(text);
    }
    assert_int_equal(topics, 5);
    assert_int_equal(ley_help(&text, "scenario", NULL), LEY_OK);
    for (int i = 0; i < LEY_KEY_COUNT; i++) {
        assert_non_null(strstr(text, ley_key_name((ley_key)i)));
        assert_non_null(strstr(text, ley_key_default((ley_key)i)));
        assert_non_null(strstr(text, ley_key_meaning((ley_key)i)));
    }
    ley_string_destroy(text);
    assert_int_equal(ley_help(&text, "observables", NULL), LEY_OK);
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        assert_non_null(strstr(text, ley_observable_name(i)));
        assert_non_null(strstr(text, ley_observable_meaning(i)));
        assert_non_null(ley_observable_unit(i));
        assert_true(!ley_observable_component(i) == (ley_observable_shape((ley_observable)i) == LEY_SCALAR));
        assert_int_equal(ley_observable_find(ley_observable_name(i)), i);
    }
    ley_string_destroy(text);
    assert_null(ley_observable_name(-1));
    assert_null(ley_observable_unit(ley_observable_count()));
    assert_null(ley_observable_component(ley_observable_count()));
    assert_int_equal(ley_observable_width(LEY_BATTERY_SPIN_WEIGHTS, 5), 3);
    assert_int_equal(ley_observable_width(LEY_BATTERY_SPIN_WEIGHTS, 4), 3);
    assert_int_equal(ley_observable_width(LEY_BATTERY_POPULATIONS, 4), 5);
    assert_int_equal(ley_observable_width(LEY_POWER, 4), 1);
    for (int i = 0; i < LEY_MEASURE_COUNT; i++)
        assert_int_equal(ley_measure_find(ley_measure_word((ley_measure)i)), i);
    ley_error err;
    assert_int_equal(ley_help(&text, "scenarios", &err), LEY_ERR_ARGUMENT);
    assert_non_null(strstr(err.message, "did you mean scenario?"));
    assert_int_equal(ley_help(NULL, "scenario", &err), LEY_ERR_ARGUMENT);
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
        cmocka_unit_test(the_last_axis_runs_fastest),
        cmocka_unit_test(ranges),
        cmocka_unit_test(axes_of_words_and_formulas),
        cmocka_unit_test(sets_change_several_keys_together),
        cmocka_unit_test(settings_replace_and_add),
        cmocka_unit_test(a_setting_of_several_lines_stays_a_comment),
        cmocka_unit_test(examples_of_the_documentation_are_accepted),
        cmocka_unit_test(a_long_sweep_is_quick),
        cmocka_unit_test(allocation_failures),
        cmocka_unit_test(help_names_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
