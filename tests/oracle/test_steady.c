/* Steady states of batteries without cavity: reference values, the brute force evolved for a long time, and the
 * rank of the whole generator. */
#include "support/assert_close.h"

#include "core/memory.h"
#include "generator/generator.h"
#include "support/file_text.h"
#include "support/random_model.h"
#include "support/run_scenario.h"
#include "support/steady.h"

#include <complex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 16, TEXT_MAX = 2048 };

/* Calls `check` for each row of a table in tests/data/golden. */
static int each_row(const char *name, void (*check)(char (*column)[64], const double *value, int n)) {
    char path[1024], column[COLUMNS_MAX][64], *lines = NULL, *cells = NULL;
    snprintf(path, sizeof path, "%s/golden/%s.csv", TEST_DATA, name);
    char *text = file_text(path);
    int n = 0, rows = 0;
    char *line = strtok_r(text, "\n", &lines);
    for (char *cell = strtok_r(line, ",", &cells); cell; cell = strtok_r(NULL, ",", &cells))
        snprintf(column[n++], 64, "%s", cell);
    while ((line = strtok_r(NULL, "\n", &lines))) {
        double value[COLUMNS_MAX];
        int i = 0;
        for (char *cell = strtok_r(line, ",", &cells); cell; cell = strtok_r(NULL, ",", &cells))
            value[i++] = strtod(cell, NULL);
        assert_int_equal(i, n);
        check(column, value, n);
        rows++;
    }
    free(text);
    return rows;
}

static void compare_columns(const char *text, char (*column)[64], const double *value, int first, int n) {
    ley_run *run = steady_scenario(text, column[first]);
    const double cells = value[0];
    for (int i = first; i < n; i++)
        if (!(fabs(run_value(run, column[i], 0, 0) - value[i]) <= 1e-9))
            fail_msg("%s is %.15g, reference %.15g\n%s", column[i], run_value(run, column[i], 0, 0), value[i],
                     text);
    const ley_certificate *c = ley_run_certificate(run);
    assert_true(c->residual < 1e-11 * cells * cells);
    assert_true(c->min_eigenvalue >= 0);
    assert_true(c->trace_error < 1e-11);
    ley_run_destroy(run);
}

#define OBSERVE                                                                                                    \
    "observe: [battery.energy, battery.ergotropy, battery.ergotropy_collective, battery.ergotropy_dicke, "         \
    "battery.bright_weight, battery.entropy]\n"

static void partial(char (*column)[64], const double *v, int n) {
    char text[TEXT_MAX];
    snprintf(text, sizeof text,
             "parameters: {eta: %.17g, nc: %.17g/(1-%.17g), nl: %.17g/(1-%.17g), ratio: %.17g}\n"
             "battery: {cells: %.0f, frequency: 1}\n"
             "noise:\n"
             "  collective: {emission: eta*(nc+1), absorption: eta*nc}\n"
             "  local: {emission: (1-eta)*ratio*(nl+1), absorption: (1-eta)*ratio*nl}\n" OBSERVE,
             v[1], v[2], v[2], v[3], v[3], v[4], v[0]);
    compare_columns(text, column, v, 5, n);
}

static void collective(char (*column)[64], const double *v, int n) {
    char text[TEXT_MAX];
    snprintf(text, sizeof text,
             "parameters: {nc: %.17g/(1-%.17g)}\n"
             "battery: {cells: %.0f, frequency: 1, state: {gibbs: %.17g}}\n"
             "noise: {collective: {emission: nc+1, absorption: nc}}\n" OBSERVE,
             v[1], v[1], v[0], v[2]);
    compare_columns(text, column, v, 3, n);
}

static void test_references(void **state) {
    (void)state;
    assert_int_equal(each_row("steady_partial_collectivity", partial), 14);
    assert_int_equal(each_row("steady_collective_bath", collective), 29);
}

/* The ways to write a bath, and the mix, are the same rates: each meets the reference. */
static void partial_bath(char (*column)[64], const double *v, int n) {
    if (v[2] == 0 || v[3] == 0 || v[4] != 1) return; /* log(0) */
    for (int form = 0; form < 3; form++) {
        char bath[2][128], text[TEXT_MAX];
        for (int i = 0; i < 2; i++) {
            const double alpha = v[2 + i];
            if (form == 0) snprintf(bath[i], sizeof bath[i], "rate: 1, alpha: %.17g", alpha);
            if (form == 1) snprintf(bath[i], sizeof bath[i], "rate: 1, n: 1/(1/%.17g-1)", alpha);
            if (form == 2) snprintf(bath[i], sizeof bath[i], "rate: 1, temperature: -1/log(%.17g)", alpha);
        }
        snprintf(text, sizeof text,
                 "battery: {cells: %.0f, frequency: 3, energy_frequency: 1}\n"
                 "noise: {collective: {%s}, local: {%s}, mix: %.17g}\n" OBSERVE,
                 v[0], bath[0], bath[1], v[1]);
        compare_columns(text, column, v, 5, n);
    }
}

static void test_baths(void **state) {
    (void)state;
    each_row("steady_partial_collectivity", partial_bath);
}

/* ---- Long evolution -------------------------------------------------------------------------------------------
 */

/* Every observable that a steady state has, against the full 2^N space after many lifetimes. */
static void compare_with_long_run(const brute_model *model, double until, const char *what) {
    char *text = steady_text(model, 1e-10);
    ley_run *run = steady_scenario(text, what);
    brute *judge = brute_create(model);
    brute_advance(judge, until);
    int compared = 0;
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        const char *name = ley_observable_name(i);
        ley_index width = 0;
        const double *series = ley_run_series(run, name, &width);
        for (ley_index k = 0; series && k < width; k++, compared++) {
            double expected = brute_value(judge, name, (int)k);
            if (!(fabs(series[k] - expected) <= 1e-8))
                fail_msg("%s: %s[%d] is %.12g, brute force %.12g\n%s", what, name, (int)k, series[k], expected,
                         text);
        }
    }
    assert_true(compared > 10);
    brute_destroy(judge);
    ley_run_destroy(run);
    free(text);
}

static brute_wave constant(double value) {
    return (brute_wave){.shape = BRUTE_CONSTANT, .base = value};
}

static brute_model undriven(int cells) {
    brute_model model = {.cells = cells, .levels = 1};
    model.w0 = model.energy_w0 = constant(1.3);
    model.lambda = constant(1);
    return model;
}

/* Each set of channels of the battery, each start: unique states, one for each j, each m, each |j, m>. */
static void test_long_runs(void **state) {
    (void)state;
    static const double rates[] = {0.7, 0.3, 0.4, 0.5, 0.2, 0.35};
    static const brute_battery starts[] = {BRUTE_EXCITED, BRUTE_SPIN_COHERENT, BRUTE_GIBBS, BRUTE_DICKE};
    for (int set = 1; set < 64; set++) {
        brute_model model = undriven(2 + set % 2);
        for (int i = 0; i < 6; i++)
            model.rate[BRUTE_COLLECTIVE_EMISSION + i] = constant(set >> i & 1 ? rates[i] : 0);
        model.battery = starts[set % 4];
        model.theta = 1.1;
        model.phi = 0.4;
        model.q = 0.6;
        model.two_j = model.cells - 2;
        model.two_m = model.cells - 2;
        char what[32];
        snprintf(what, sizeof what, "channels %d", set);
        compare_with_long_run(&model, 120, what);
    }
}

/* ---- How many stationary states --------------------------------------------------------------------------------
 */

/* Dimension of the null space of a complex n x n matrix, by elimination with complete pivoting. */
static int null_dimension(double complex *a, int n) {
    double first = 0;
    for (int step = 0; step < n; step++) {
        double largest = 0;
        int row = step, column = step;
        for (int i = step; i < n; i++)
            for (int k = step; k < n; k++)
                if (cabs(a[i * n + k]) > largest) {
                    largest = cabs(a[i * n + k]);
                    row = i;
                    column = k;
                }
        if (step == 0) first = largest;
        if (largest <= 1e-10 * first) return n - step;
        for (int k = 0; k < n; k++) {
            double complex swap = a[row * n + k];
            a[row * n + k] = a[step * n + k];
            a[step * n + k] = swap;
        }
        for (int i = 0; i < n; i++) {
            double complex swap = a[i * n + column];
            a[i * n + column] = a[i * n + step];
            a[i * n + step] = swap;
        }
        for (int i = step + 1; i < n; i++) {
            double complex factor = a[i * n + step] / a[step * n + step];
            if (factor == 0) continue;
            for (int k = step; k < n; k++) a[i * n + k] -= factor * a[step * n + k];
        }
    }
    return 0;
}

static int stationary_states(const ley_model *model) {
    ley_generator *generator = NULL;
    ley_error err = {0};
    assert_int_equal(ley_generator_blocks_create(&generator, model, &err), LEY_OK);
    const int n = (int)(generator->n / 2);
    double *x = ley_allocate((size_t)generator->n, sizeof *x), *y = ley_allocate((size_t)generator->n, sizeof *y);
    double complex *a = ley_allocate((size_t)n * (size_t)n, sizeof *a);
    for (int k = 0; k < n; k++) {
        x[2 * k] = 1;
        generator->class->apply(generator, 0, y, x);
        x[2 * k] = 0;
        for (int i = 0; i < n; i++) a[i * n + k] = y[2 * i] + I * y[2 * i + 1];
    }
    int dimension = null_dimension(a, n);
    ley_release(a);
    ley_release(x);
    ley_release(y);
    ley_generator_destroy(generator);
    return dimension;
}

static void compare_number(const ley_model *model, int set) {
    const int64_t said = ley_model_stationary_states(model, model->levels > 0);
    if (said == LEY_STATIONARY_UNKNOWN) return;
    const int met = stationary_states(model);
    if (said == LEY_STATIONARY_ALL ? met < 2 : met != said)
        fail_msg("channels %d, %d cells, %d levels: %d stationary states, %lld were said", set, model->cells,
                 model->levels, met, (long long)said);
}

static void test_numbers_without_cavity(void **state) {
    (void)state;
    for (int set = 0; set < 128; set++)
        for (int cells = 1; cells <= 4; cells++) {
            ley_model model;
            ley_model_init(&model);
            model.cells = cells;
            model.battery_frequency = ley_signal_constant(1.3);
            for (int i = 0; i < 6; i++)
                model.rate[LEY_COLLECTIVE_EMISSION + i] = ley_signal_constant(set >> i & 1 ? 0.3 + 0.1 * i : 0);
            model.drive_battery = ley_signal_constant(set >> 6 ? 0.7 : 0);
            compare_number(&model, set);
        }
}

static void test_numbers_with_cavity(void **state) {
    (void)state;
    int known = 0;
    for (int set = 0; set < 1024; set += 3) {
        ley_model model;
        ley_model_init(&model);
        model.cells = 2;
        model.levels = 3;
        model.battery_frequency = ley_signal_constant(1.3);
        model.cavity_frequency = ley_signal_constant(0.9);
        model.coupling = ley_signal_constant(set >> 8 & 1 ? 0.5 : 0);
        model.counter_rotating = set >> 9 & 1 ? 0.7 : 0;
        model.drive_cavity = ley_signal_constant(set % 5 == 0 ? 0.3 : 0);
        model.drive_battery = ley_signal_constant(set % 7 == 0 ? 0.4 : 0);
        for (int i = 0; i < LEY_CHANNEL_COUNT; i++)
            model.rate[i] = ley_signal_constant(set >> i & 1 ? 0.3 + 0.1 * i : 0);
        known += ley_model_stationary_states(&model, true) > 0;
        compare_number(&model, set);
    }
    assert_true(known > 150);
}

/* ---- Scale -----------------------------------------------------------------------------------------------------
 */

/* Independent cells are a product state: mean and multiplicity-aware ergotropy are known at any N. A collective
 * bath of the same temperature changes nothing; the solver has to find that, so the temperatures differ a little.
 */
static void test_many_cells(void **state) {
    (void)state;
    const char *text = "battery: {cells: 150, frequency: 1}\n"
                       "noise:\n"
                       "  collective: {emission: 1, absorption: 0.5000000001}\n"
                       "  local: {emission: 1, absorption: 0.5, dephasing: 0.2}\n"
                       "observe: [battery.energy, battery.ergotropy, battery.entropy]\n";
    ley_run *run = steady_scenario(text, "nearly one temperature");
    assert_close(run_value(run, "battery.energy", 0, 0), 150 * 0.5 / 1.5, 0, 1e-6);
    assert_close(run_value(run, "battery.ergotropy", 0, 0), 0, 0, 1e-6);
    assert_close(run_value(run, "battery.entropy", 0, 0), 150 * (log(1.5) + log(2) / 3), 0, 1e-6);
    ley_run_destroy(run);
}

/* ---- Refusals --------------------------------------------------------------------------------------------------
 */

#define BATTERY "battery: {cells: 4, frequency: 1}\n"
#define NOISE   "noise: {local: {emission: 1}}\n"
#define REPORT  "observe: [battery.energy]\n"

static void test_refusals(void **state) {
    (void)state;
    static const struct {
        const char *text, *setting;
        int32_t line, column;
        const char *message;
    } cases[] = {
        {BATTERY "noise: {local: {emission: 1, dephasing: exp(-t)}}\n" REPORT, NULL, 2, 41,
         "noise.local.dephasing depends on time; a steady state needs constant numbers"},
        {"battery: {cells: 4, frequency: 1 + t}\n" NOISE REPORT, NULL, 1, 32, "battery.frequency depends on time"},
        {BATTERY NOISE REPORT, "drive.battery=sin(t)", 0, 0, "drive.battery depends on time"},
        {BATTERY REPORT, NULL, 1, 1, "there is no noise"},
        {BATTERY "noise: {collective: {emission: 1}}\n" REPORT, NULL, 1, 1,
         "this noise leaves 3 stationary states; give battery.state"},
        {BATTERY "noise: {collective: {dephasing: 1}}\n" REPORT, NULL, 1, 1,
         "this noise leaves 9 stationary states; give battery.state"},
        {BATTERY "noise: {local: {dephasing: 1}}\n" REPORT, NULL, 1, 1, "this noise leaves 5 stationary states"},
        {BATTERY NOISE "observe: [battery.energy, heat]\n", NULL, 3, 27, "heat belongs to an evolution"},
        {BATTERY NOISE "measure: [rhp]\n", NULL, 3, 11, "rhp belongs to an evolution, not to a steady state"},
        {BATTERY NOISE "measure: gapp\n", NULL, 3, 10, "\"gapp\" is not a measure"},
        {BATTERY NOISE "measure:\n", NULL, 3, 1, "measure has no value"},
        {BATTERY NOISE "measure: [\"final(power)\"]\n", NULL, 3, 11, "power belongs to an evolution"},
        {BATTERY NOISE "measure: [\"final(battery.energy)\", \"max(battery.energy)\"]\n", NULL, 3, 36,
         "max looks for something along an evolution; of a steady state there is \"final(battery.energy)\""},
        {BATTERY NOISE REPORT "time: {points: 3}\n", NULL, 4, 1, "time.until is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ley_scenario *scenario = NULL;
        ley_error err = {0};
        const char *settings[] = {cases[i].setting};
        ley_status status = ley_scenario_create_for(&scenario, LEY_STEADY_STATE, cases[i].text, settings,
                                                    cases[i].setting ? 1 : 0, &err);
        if (status != LEY_ERR_SCENARIO || strstr(err.message, cases[i].message) == NULL ||
            err.line != cases[i].line || err.column != cases[i].column)
            fail_msg("%s\nsaid %d:%d: %s (status %d)", cases[i].text, (int)err.line, (int)err.column, err.message,
                     (int)status);
        assert_null(scenario);
    }
}

/* A start makes the same scenarios legal, and no clock is needed or looked at. */
static void test_start_decides(void **state) {
    (void)state;
    ley_run *run = steady_scenario("battery: {cells: 4, frequency: 1, state: {dicke: [1, 1]}}\n"
                                   "noise: {collective: {emission: 1}}\n"
                                   "time: {until: 3}\n" REPORT "measure: [\"final(battery.energy)\"]\n",
                                   "dark");
    assert_close(run_value(run, "battery.energy", 0, 0), 1, 0, 1e-14); /* |1, -1>: one excitation stays */
    assert_close(run_measure(run, "final(battery.energy)"), 1, 0, 1e-14);
    assert_int_equal(ley_run_certificate(run)->stationary_states, 3);
    assert_int_equal(ley_run_rows(run), 1);
    assert_true(isinf(ley_run_times(run)[0]));
    ley_complex block[9];
    ley_error err = {0};
    assert_int_equal(ley_run_battery_block(run, block, 2, &err), LEY_OK);
    assert_close(block[0].re, 1, 0, 1e-14);
    ley_run_destroy(run);
}

/* No allocation that fails leaves anything behind. */
static void test_memory(void **state) {
    (void)state;
    const char *text = "battery: {cells: 3, frequency: 1}\n"
                       "noise: {collective: {emission: 1}, local: {absorption: 0.2}}\n" REPORT;
    ley_error err = {0};
    const long live = ley_memory_live();
    ley_scenario *scenario = NULL;
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_STEADY_STATE, text, NULL, 0, &err), LEY_OK);
    ley_status status = LEY_ERR_MEMORY;
    int failures = 0;
    while (status != LEY_OK) {
        ley_run *run = NULL;
        ley_memory_fail_after(failures++);
        status = ley_run_create(&run, scenario, 0, NULL, NULL, &err);
        ley_memory_fail_after(-1);
        if (status != LEY_OK) assert_int_equal(status, LEY_ERR_MEMORY);
        ley_run_destroy(run);
        assert_true(failures < 200);
    }
    assert_true(failures > 10);
    ley_scenario_destroy(scenario);
    assert_int_equal(ley_memory_live(), live);
}

/* One measure needs no list; the slowest rate of local emission and absorption alone is that of one cell's
 * coherence. */
static void test_gap_alone(void **state) {
    (void)state;
    static const char text[] =
        "battery: {cells: 4, frequency: 1}\nnoise: {local: {rate: 0.3, n: 0.5}}\nmeasure: gap\n";
    ley_run *run = steady_scenario(text, "gap");
    assert_close(run_measure(run, "gap"), 0.5 * 0.3 * 2, 1e-9, 0);
    assert_null(ley_run_series_name(run, 0));
    assert_string_equal(ley_run_measure_name(run, 0), "gap");
    ley_run_destroy(run);
}

/* A shift of the frequency that is the same for all cells is not felt by populations; with a cavity it is. */
static void test_disorder(void **state) {
    (void)state;
    static const char rest[] = "noise: {local: {rate: 0.3, n: 0.5}, collective: {emission: 0.2}}\n"
                               "observe: [battery.energy, battery.ergotropy, total.energy]\n";
    char with[512], without[512];
    snprintf(with, sizeof with, "battery: {cells: 3, frequency: 1, disorder: {sigma: 0.2}}\n%s", rest);
    snprintf(without, sizeof without, "battery: {cells: 3, frequency: 1}\n%s", rest);
    ley_run *a = steady_scenario(with, "disorder"), *b = steady_scenario(without, "no disorder");
    const char *name;
    for (ley_index i = 0; (name = ley_run_series_name(a, i)); i++)
        assert_close(run_value(a, name, 0, 0), run_value(b, name, 0, 0), 0, 1e-12);
    ley_run_destroy(a);
    ley_run_destroy(b);
    static const char felt[] = "battery: {cells: 2, frequency: 1, disorder: {sigma: 0.2}}\ncavity: {frequency: 1}\n"
                               "coupling: {model: dicke, strength: 0.1}\nnoise: {cavity: {loss: 0.1}}\n"
                               "observe: [battery.energy]\n";
    ley_scenario *scenario = NULL;
    ley_error err = {0};
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_STEADY_STATE, felt, NULL, 0, &err), LEY_ERR_SCENARIO);
    assert_int_equal(err.line, 1);
    assert_non_null(strstr(err.message, "steady states with disorder are not offered"));
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_SPECTRUM, felt, NULL, 0, &err), LEY_ERR_SCENARIO);
    assert_string_equal(err.message, "every shift of the disorder has a spectrum of its own");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_baths),
        cmocka_unit_test(test_long_runs),
        cmocka_unit_test(test_numbers_without_cavity),
        cmocka_unit_test(test_numbers_with_cavity),
        cmocka_unit_test(test_many_cells),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_start_decides),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_gap_alone),
        cmocka_unit_test(test_disorder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
