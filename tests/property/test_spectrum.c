/* Eigenvalues of the generator, sector by sector: against the whole matrix, made from the plain blocks and
 * diagonalised by LAPACK, and against closed forms. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generator/decay.h"
#include "generator/generator.h"
#include "leyden.h"
#include "linalg/general.h"
#include "run/spectrum.h"
#include "support/assert_close.h"
#include "support/generator_matrix.h"

static ley_status spectrum_of(ley_spectrum **spectrum, const char *text, ley_index wanted, ley_error *err) {
    ley_scenario *scenario;
    ley_status status = ley_scenario_create_for(&scenario, LEY_SPECTRUM, text, NULL, 0, err);
    if (status != LEY_OK) return status;
    status = ley_spectrum_create(spectrum, scenario, 0, wanted, NULL, NULL, err);
    ley_scenario_destroy(scenario);
    return status;
}

/* All eigenvalues of the whole generator, of every permutation-symmetric operator. */
static ley_complex *whole(const ley_model *model, ley_index *n) {
    ley_generator *generator;
    assert_int_equal(ley_generator_blocks_create(&generator, model, NULL), LEY_OK);
    const ley_index size = *n = generator->n / 2;
    ley_complex *a = calloc((size_t)(size * size), sizeof *a), *vectors = calloc((size_t)(size * size), sizeof *a),
                *inverse = calloc((size_t)(size * size), sizeof *a), *values = calloc((size_t)size, sizeof *values);
    double *x = calloc((size_t)(2 * size), sizeof *x), *y = calloc((size_t)(2 * size), sizeof *y), condition;
    for (ley_index column = 0; column < size; column++) {
        x[2 * column] = 1;
        generator->class->apply(generator, 0, y, x);
        x[2 * column] = 0;
        for (ley_index row = 0; row < size; row++)
            a[row * size + column] = (ley_complex){y[2 * row], y[2 * row + 1]};
    }
    assert_int_equal(ley_general_eigen(values, vectors, inverse, &condition, a, size, NULL), LEY_OK);
    ley_generator_destroy(generator);
    free(a);
    free(vectors);
    free(inverse);
    free(x);
    free(y);
    return values;
}

typedef struct example {
    const char *name;
    int32_t cells, levels;
    double w0, wc, g, r, drive_cavity, drive_battery;
    double rate[LEY_CHANNEL_COUNT];
    double rounding; /* eigenvalues that lie together move by a root of it */
} example;

static const example examples[] = {
    {"Tavis-Cummings, detuned", 2, 4, 1.1, 0.8, 0.3, 0, 0, 0, {0.15, 0.02, 0.03, 0.01, 0.2, 0.1, 0.05, 0.07}, 1e-9},
    {"Tavis-Cummings, resonant", 2, 4, 1, 1, 0.3, 0, 0, 0, {0.15, 0.02, 0.03, 0.01, 0.2, 0.1, 0.05, 0.07}, 1e-9},
    {"Dicke", 2, 4, 1.1, 0.8, 0.3, 1, 0, 0, {0.15, 0.02, 0.03, 0.01, 0.2, 0.1, 0.05, 0.07}, 1e-9},
    {"Dicke, many numbers", 3, 5, 1, 0.9, 0.4, 1, 0, 0, {0.15, 0.05, 0, 0, 0.2, 0.1, 0.05, 0.07}, 1e-8},
    {"driven cavity", 2, 3, 0.3, 0.2, 0.3, 0, 0.4, 0, {0.15, 0.02, 0.03, 0.01, 0.2, 0.1, 0.05, 0.07}, 1e-9},
    {"driven, no cavity", 3, 0, 0.2, 0, 0, 0, 0, 0.5, {0, 0, 0.03, 0.01, 0.2, 0.1, 0.05, 0.07}, 1e-9},
    {"driven on resonance", 3, 0, 0, 0, 0, 0, 0, 0.5, {0, 0, 0.03, 0.01, 0.2, 0.1, 0.05, 0.07}, 1e-9},
    {"no cavity", 5, 0, 1, 0, 0, 0, 0, 0, {0, 0, 0.03, 0.01, 0.2, 0.1, 0.05, 0.07}, 1e-9},
    {"collective only", 3, 3, 1, 1, 0.3, 0, 0, 0, {0.15, 0.02, 0.03, 0.01, 0.2, 0, 0, 0}, 1e-9},
};

static ley_model model_of(const example *e) {
    ley_model model;
    ley_model_init(&model);
    model.cells = e->cells;
    model.levels = e->levels;
    model.battery_frequency = ley_signal_constant(e->w0);
    model.cavity_frequency = ley_signal_constant(e->wc);
    model.coupling = ley_signal_constant(e->g);
    model.counter_rotating = e->r;
    model.drive_cavity = ley_signal_constant(e->drive_cavity);
    model.drive_battery = ley_signal_constant(e->drive_battery);
    for (int i = 0; i < LEY_CHANNEL_COUNT; i++) model.rate[i] = ley_signal_constant(e->rate[i]);
    return model;
}

/* Every eigenvalue that the sectors give is one of the whole; asked for all, nothing is left. */
static void sectors_make_the_whole(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const example *e = &examples[i];
        ley_model model = model_of(e);
        ley_index left, n;
        ley_complex *list = whole(&model, &n);
        left = n;
        ley_spectrum spectrum;
        ley_error err = {0};
        const ley_status status = ley_spectrum_of(&spectrum, &model, 100000, NULL, &err);
        if (status != LEY_OK) fail_msg("%s: %s", e->name, err.message);
        for (ley_index s = 0; s < spectrum.n; s++)
            for (ley_index k = 0; k < spectrum.sector[s].n; k++) {
                const ley_eigenvalue *v = &spectrum.sector[s].value[k];
                const bool charge = strncmp(spectrum.sector[s].name, "charge", 6) == 0;
                if (!(take_nearest(list, &left, v->re, v->im) < e->rounding))
                    fail_msg("%s, %s: %.12g%+.12gi is no eigenvalue", e->name, spectrum.sector[s].name, v->re,
                             v->im);
                if (charge && s > 0 && !(take_nearest(list, &left, v->re, -v->im) < e->rounding))
                    fail_msg("%s, %s: %.12g%+.12gi has no conjugate", e->name, spectrum.sector[s].name, v->re,
                             v->im);
                assert_true(v->residual < 1e-10);
            }
        if (left != 0) fail_msg("%s: %d of %d eigenvalues were not found", e->name, (int)left, (int)n);
        ley_spectrum_clear(&spectrum);
        free(list);
    }
}

/* The iteration gives the slowest ones, in order. */
static void the_slowest_are_found(void **state) {
    (void)state;
    const example *e = &examples[3]; /* parities of 250 numbers */
    ley_model model = model_of(e);
    ley_index n;
    ley_complex *list = whole(&model, &n);
    ley_spectrum spectrum;
    ley_error err = {0};
    if (ley_spectrum_of(&spectrum, &model, 8, NULL, &err) != LEY_OK) fail_msg("%s", err.message);
    double slowest_left = -INFINITY, last = 0;
    for (ley_index s = 0; s < spectrum.n; s++) {
        assert_int_equal(spectrum.sector[s].n, 8);
        assert_true(spectrum.sector[s].dimension > 200);
        for (ley_index k = 0; k < 8; k++) {
            const ley_eigenvalue *v = &spectrum.sector[s].value[k];
            assert_true(take_nearest(list, &n, v->re, v->im) < 1e-8);
            assert_true(v->residual < 1e-8);
        }
        last = fmin(last, spectrum.sector[s].value[7].re);
    }
    for (ley_index i = 0; i < n; i++) slowest_left = fmax(slowest_left, list[i].re);
    assert_true(slowest_left <= fmax(spectrum.sector[0].value[7].re, spectrum.sector[1].value[7].re) + 1e-8);
    ley_spectrum_clear(&spectrum);
    free(list);
}

/* One cell: 0, -(down + up), -(down + up)/2 - 2 gz -+ i w. */
static void one_cell(void **state) {
    (void)state;
    ley_spectrum *spectrum;
    ley_error err = {0};
    if (spectrum_of(&spectrum,
                    "battery: {cells: 1, frequency: 1.3}\n"
                    "noise: {local: {emission: 0.3, absorption: 0.1, dephasing: 0.07}}\n"
                    "observe: [battery.energy]\n",
                    5, &err) != LEY_OK)
        fail_msg("%s", err.message);
    ley_index n;
    assert_int_equal(ley_spectrum_sectors(spectrum), 2);
    const ley_eigenvalue *v = ley_spectrum_values(spectrum, 0, &n);
    assert_int_equal(n, 2);
    assert_close(v[0].re, 0, 0, 1e-14);
    assert_close(v[1].re, -0.4, 1e-13, 0);
    v = ley_spectrum_values(spectrum, 1, &n);
    assert_int_equal(n, 1);
    assert_close(v[0].re, -0.2 - 0.14, 1e-13, 0);
    assert_close(fabs(v[0].im), 1.3, 1e-13, 0);
    assert_close(ley_spectrum_gap(spectrum), 0.34, 1e-13, 0);
    assert_string_equal(ley_spectrum_sector(spectrum, 1), "charge 1");
    assert_null(ley_spectrum_sector(spectrum, 2));
    ley_spectrum_destroy(spectrum);
}

/* A bath has the rates that it comes to: 2 pi J(w0) (n + 1) and 2 pi J(w0) n. */
static void one_cell_in_a_bath(void **state) {
    (void)state;
    ley_spectrum *spectrum;
    ley_error err = {0};
    if (spectrum_of(
            &spectrum,
            "battery: {cells: 1, frequency: 1.3}\n"
            "noise: {local: {bath: {spectral_density: ohmic, coupling: 0.01, cutoff: 4, temperature: 0.5}}}\n"
            "time: {until: 1}\n"
            "observe: [battery.energy]\n",
            5, &err) != LEY_OK)
        fail_msg("%s", err.message);
    const double rate = 2 * acos(-1.0) * 0.01 * 1.3 * exp(-1.3 / 4), n = 1 / (exp(1.3 / 0.5) - 1);
    assert_close(ley_spectrum_gap(spectrum), 0.5 * rate * (2 * n + 1), 1e-12, 0);
    ley_spectrum_destroy(spectrum);
}

/* Collective emission alone only lowers m: the losses themselves are the eigenvalues. N = 24: 169 populations. */
static void a_staircase(void **state) {
    (void)state;
    const int cells = 24;
    const double rate = 0.01;
    ley_spectrum *spectrum;
    ley_error err = {0};
    if (spectrum_of(&spectrum,
                    "battery: {cells: 24, frequency: 1, state: excited}\n"
                    "noise: {collective: {emission: 0.01}}\n"
                    "observe: [battery.energy]\n",
                    20, &err) != LEY_OK)
        fail_msg("%s", err.message);
    ley_index n;
    const ley_eigenvalue *v = ley_spectrum_values(spectrum, 0, &n);
    assert_int_equal(n, 20);
    /* 13 dark states, then 2j rate of j = 1, 2, ... */
    for (int i = 0; i < 13; i++) assert_close(v[i].re, 0, 0, 1e-9);
    for (int i = 13; i < 17; i++) {
        bool found = false; /* c(m)^2 = j (j + 1) - m (m - 1) of some |j, m> */
        for (int j = 1; j <= cells / 2; j++)
            for (int m = 1 - j; m <= j; m++)
                found = found || fabs(v[i].re + rate * (j * (j + 1) - m * (m - 1))) < 1e-8;
        assert_true(found);
    }
    assert_close(ley_spectrum_gap(spectrum), 0.01 * 0.5 * 2, 1e-6, 0); /* j = 1: m = 0 against m = -1 */
    ley_spectrum_destroy(spectrum);
}

/* A frequency w + a chi, chi jumping at the rate nu each way: 0 and -2 nu of the populations, -nu +- sqrt(nu^2 -
 * a^2) of the coherence. No channel dissipates. */
static void one_cell_in_telegraph_noise(void **state) {
    (void)state;
    ley_spectrum *spectrum;
    ley_error err = {0};
    if (spectrum_of(&spectrum,
                    "battery: {cells: 1, frequency: 1.3, telegraph: [{amplitude: 0.5, rate: 1}]}\n"
                    "observe: [battery.energy]\n",
                    5, &err) != LEY_OK)
        fail_msg("%s", err.message);
    assert_close(ley_spectrum_gap(spectrum), 1 - sqrt(0.75), 1e-12, 0);
    ley_spectrum_destroy(spectrum);
}

/* Without noise a small sector shows its frequencies, and of a large one nothing can be looked for. */
static void nothing_relaxes_without_noise(void **state) {
    (void)state;
    static const char *const texts[] = {
        "battery: {cells: 2, frequency: 1}\nobserve: [battery.energy]\n",
        "battery: {cells: 30, frequency: 1}\nobserve: [battery.energy]\n",
        "battery: {cells: 8, frequency: 1}\ncavity: {frequency: 1, levels: 12}\n"
        "coupling: {model: tavis-cummings, strength: 0.1}\nobserve: [battery.energy]\n",
    };
    for (int i = 0; i < 3; i++) {
        ley_spectrum *spectrum;
        ley_error err = {0};
        const ley_status status = spectrum_of(&spectrum, texts[i], 3, &err);
        if (i < 2) {
            if (status != LEY_OK) fail_msg("%s", err.message);
            assert_true(isnan(ley_spectrum_gap(spectrum)));
            ley_spectrum_destroy(spectrum);
        } else {
            assert_int_equal(status, LEY_ERR_ARGUMENT);
            assert_non_null(strstr(err.message, "nothing relaxes without noise"));
        }
    }
}

/* Of one cell, also through a steady state; with a cavity that is not coupled half of its loss is slower. */
static void the_gap_is_a_measure(void **state) {
    (void)state;
    static const char *const texts[] = {
        "battery: {cells: 1, frequency: 1.3}\n"
        "noise: {local: {emission: 0.3, absorption: 0.1, dephasing: 0.07}}\n"
        "measure: [gap]\n",
        "battery: {cells: 1, frequency: 1.3}\ncavity: {frequency: 1, levels: auto}\n"
        "noise: {local: {emission: 0.3, absorption: 0.1, dephasing: 0.07}, cavity: {loss: 0.2}}\n"
        "measure: [gap]\n",
    };
    static const double gap[] = {0.34, 0.1};
    for (int i = 0; i < 2; i++) {
        ley_scenario *scenario;
        ley_run *run;
        ley_error err = {0};
        if (ley_scenario_create_for(&scenario, LEY_STEADY_STATE, texts[i], NULL, 0, &err) != LEY_OK ||
            ley_run_create(&run, scenario, 0, NULL, NULL, &err) != LEY_OK)
            fail_msg("%s", err.message);
        assert_close(ley_run_measure(run, "gap"), gap[i], 1e-10, 0);
        ley_run_destroy(run);
        ley_scenario_destroy(scenario);
        assert_int_equal(ley_scenario_create_with(&scenario, texts[i], (const char *[]){"time.until=3"}, 1, &err),
                         LEY_ERR_SCENARIO);
        assert_non_null(strstr(err.message, "leyden steady"));
    }
}

static void asking_wrongly(void **state) {
    (void)state;
    static const char text[] = "battery: {cells: 2, frequency: 1}\nnoise: {local: {emission: 0.1}}\n"
                               "observe: [battery.energy]\n";
    ley_scenario *scenario;
    ley_spectrum *spectrum;
    ley_error err = {0};
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_SPECTRUM, text, NULL, 0, &err), LEY_OK);
    assert_int_equal(ley_spectrum_create(NULL, scenario, 0, 3, NULL, NULL, &err), LEY_ERR_ARGUMENT);
    assert_int_equal(ley_spectrum_create(&spectrum, NULL, 0, 3, NULL, NULL, &err), LEY_ERR_ARGUMENT);
    assert_int_equal(ley_spectrum_create(&spectrum, scenario, 1, 3, NULL, NULL, &err), LEY_ERR_ARGUMENT);
    assert_int_equal(ley_spectrum_create(&spectrum, scenario, 0, 0, NULL, NULL, &err), LEY_ERR_ARGUMENT);
    assert_null(spectrum);
    ley_scenario_destroy(scenario);
    assert_true(isnan(ley_spectrum_gap(NULL)));
    assert_null(ley_spectrum_values(NULL, 0, NULL));
    ley_spectrum_destroy(NULL);
}

/* What has the largest share of the bound that steps and expansions use. */
static double fastest_of(const example *e) {
    ley_model model = model_of(e);
    ley_generator *generator;
    ley_index n;
    ley_complex *list = whole(&model, &n);
    double fastest = 0;
    for (ley_index i = 0; i < n; i++) fastest = fmax(fastest, -list[i].re);
    free(list);
    assert_int_equal(ley_generator_blocks_create(&generator, &model, NULL), LEY_OK);
    const double bound = ley_generator_decay(generator, 0);
    ley_generator_destroy(generator);
    if (!(fastest <= bound * (1 + 1e-9))) fail_msg("%s: decays at %g, the bound is %g", e->name, fastest, bound);
    return fastest / bound;
}

static void nothing_decays_faster_than_the_bound(void **state) {
    (void)state;
    static const example hot[] = {
        {.name = "hot collective bath",
         .cells = 6,
         .rate = {[LEY_COLLECTIVE_EMISSION] = 1, [LEY_COLLECTIVE_ABSORPTION] = 1}},
        {.name = "warm collective bath",
         .cells = 5,
         .rate = {[LEY_COLLECTIVE_EMISSION] = 1, [LEY_COLLECTIVE_ABSORPTION] = 0.3}},
        {.name = "hot cavity", .cells = 1, .levels = 14, .rate = {[LEY_CAVITY_LOSS] = 1, [LEY_CAVITY_GAIN] = 0.95}},
        {.name = "gain", .cells = 1, .levels = 6, .rate = {[LEY_CAVITY_GAIN] = 1}},
        {.name = "hot local bath",
         .cells = 4,
         .rate = {[LEY_LOCAL_EMISSION] = 1, [LEY_LOCAL_ABSORPTION] = 1, [LEY_LOCAL_DEPHASING] = 0.2}},
        {.name = "local dephasing", .cells = 4, .rate = {[LEY_LOCAL_EMISSION] = 0.1, [LEY_LOCAL_DEPHASING] = 1}},
        {.name = "collective dephasing", .cells = 5, .rate = {[LEY_COLLECTIVE_DEPHASING] = 1}},
    };
    for (size_t i = 0; i < sizeof hot / sizeof *hot; i++) {
        const double share = fastest_of(&hot[i]);
        printf("%s: %.2f of the bound\n", hot[i].name, share);
        assert_true(share > 0.5); /* and not far from it */
    }
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) (void)fastest_of(&examples[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_cell),
        cmocka_unit_test(one_cell_in_a_bath),
        cmocka_unit_test(sectors_make_the_whole),
        cmocka_unit_test(the_slowest_are_found),
        cmocka_unit_test(a_staircase),
        cmocka_unit_test(one_cell_in_telegraph_noise),
        cmocka_unit_test(nothing_relaxes_without_noise),
        cmocka_unit_test(the_gap_is_a_measure),
        cmocka_unit_test(asking_wrongly),
        cmocka_unit_test(nothing_decays_faster_than_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
