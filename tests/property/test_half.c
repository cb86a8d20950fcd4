/* The Hermitian half of the state against whole blocks: the generator on random states, runs on random models, and
 * the displaced frame against the laboratory. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "generator/half.h"
#include "leyden.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

/* ---- The generator itself ------------------------------------------------------------------------------------ */

static void random_signal(ley_signal *signal, random_source *r, double low, double high) {
    *signal = ley_signal_constant(random_between(r, low, high));
}

static void random_ley_model(ley_model *model, random_source *r, int variant) {
    ley_model_init(model);
    model->cells = random_integer(r, 1, 5);
    model->levels = random_integer(r, 1, 7);
    random_signal(&model->battery_frequency, r, 0.5, 2);
    random_signal(&model->coupling, r, 0.1, 1);
    model->counter_rotating = variant == 0 ? 0 : random_between(r, 0.3, 1);
    /* A frame that rotates would not show the same numbers. */
    model->cavity_frequency = ley_signal_constant(variant == 0 ? 0 : random_between(r, 0.5, 2));
    if (variant == 2) {
        random_signal(&model->drive_cavity, r, -1, 1);
        random_signal(&model->drive_battery, r, -1, 1);
    }
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if (random_integer(r, 0, 1)) random_signal(&model->rate[channel], r, 0, 0.5);
    model->battery_state.kind = LEY_BATTERY_GIBBS; /* every block */
    model->battery_state.q = 0.5;
}

/* A Hermitian product state of battery blocks and cavity. */
static void random_start(const ley_blocks *blocks, ley_complex *battery, ley_complex *cavity, random_source *r) {
    for (int32_t b = 0; b <= blocks->n_blocks; b++) {
        const bool last = b == blocks->n_blocks;
        ley_index d = last ? blocks->levels : ley_spin_two_j(blocks->cells, b) + 1;
        ley_complex *z = last ? cavity : battery + blocks->offset[b];
        for (ley_index i = 0; i < d; i++)
            for (ley_index k = i; k < d; k++) {
                ley_complex x = {random_between(r, -1, 1), i == k ? 0 : random_between(r, -1, 1)};
                z[i * d + k] = x;
                z[k * d + i] = (ley_complex){x.re, -x.im};
            }
    }
}

static void add_joint(ley_complex *sum, const ley_generator *generator, const double *x, int32_t b) {
    ley_index side = (ley_spin_two_j(generator->blocks.cells, b) + 1) * (ley_index)generator->blocks.levels;
    ley_complex *block = malloc((size_t)(side * side) * sizeof *block);
    generator->class->joint_block(generator, block, x, b);
    for (ley_index i = 0; i < side * side; i++) sum[i].re += block[i].re, sum[i].im += block[i].im;
    free(block);
}

static void whole_reduced(const ley_generator *generator, double *sum, const double *x) {
    double *compact = malloc((size_t)generator->n_compact * sizeof *compact);
    generator->class->reduce(generator, compact, x);
    if (generator->class->expand)
        generator->class->expand(generator, 0, sum, compact);
    else
        for (ley_index i = 0; i < generator->n_compact; i++) sum[i] += compact[i];
    free(compact);
}

enum { PARTS_MAX = 2, TIMES = 3 }; /* L is applied that often: afterwards nothing is a product any more */

static void compare_generators(const ley_model *model, const int *parity, int n_parts, random_source *r) {
    ley_generator *whole, *part[PARTS_MAX];
    assert_int_equal(ley_generator_blocks_create(&whole, model, NULL), LEY_OK);
    const ley_blocks *blocks = &whole->blocks;
    ley_complex *battery = calloc((size_t)blocks->offset[blocks->n_blocks], sizeof *battery);
    ley_complex *cavity = calloc((size_t)blocks->levels * (size_t)blocks->levels, sizeof *cavity);
    random_start(blocks, battery, cavity, r);
    double *x = ley_allocate((size_t)whole->n, sizeof *x), *y = ley_allocate((size_t)whole->n, sizeof *y);
    double *px[PARTS_MAX], *py[PARTS_MAX], square = 0;
    whole->class->start(whole, x, battery, cavity);
    for (int i = 0; i < n_parts; i++) {
        assert_int_equal(ley_generator_half_create(&part[i], model, parity[i], NULL, NULL), LEY_OK);
        assert_true((double)part[i]->n == ley_half_length(model, parity[i]));
        px[i] = ley_allocate((size_t)part[i]->n, sizeof(double));
        py[i] = ley_allocate((size_t)part[i]->n, sizeof(double));
        part[i]->class->start(part[i], px[i], battery, cavity);
    }
    for (int times = 0; times < TIMES; times++) {
        const double al = random_between(r, -1, 1), be = random_between(r, -1, 1), ga = random_between(r, -1, 1);
        memcpy(y, x, (size_t)whole->n * sizeof *y);
        double *ly = ley_allocate((size_t)whole->n, sizeof *ly);
        whole->class->apply(whole, 0, ly, x);
        for (ley_index i = 0; i < whole->n; i++) y[i] = al * ly[i] + be * x[i] + ga * y[i];
        ley_release(ly);
        for (int i = 0; i < n_parts; i++) {
            memcpy(py[i], px[i], (size_t)part[i]->n * sizeof(double));
            part[i]->class->fused(part[i], 0, py[i], px[i], al, be, ga);
            double *swap = px[i];
            px[i] = py[i];
            py[i] = swap;
        }
        double *swap = x;
        x = y;
        y = swap;
    }
    const double scale = whole->class->norm(whole, x);
    for (int i = 0; i < n_parts; i++) square += pow(part[i]->class->norm(part[i], px[i]), 2);
    assert_close(sqrt(square), scale, 1e-12, 0);
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        size_t side = (size_t)(ley_spin_two_j(blocks->cells, b) + 1) * (size_t)blocks->levels;
        ley_complex *expected = calloc(side * side, sizeof *expected), *sum = calloc(side * side, sizeof *sum);
        add_joint(expected, whole, x, b);
        for (int i = 0; i < n_parts; i++) add_joint(sum, part[i], px[i], b);
        for (size_t i = 0; i < side * side; i++) {
            assert_close(sum[i].re, expected[i].re, 0, 1e-13 * scale);
            assert_close(sum[i].im, expected[i].im, 0, 1e-13 * scale);
        }
        free(expected);
        free(sum);
    }
    size_t length = (size_t)ley_reduced_length(blocks);
    double *expected = calloc(length, sizeof *expected), *sum = calloc(length, sizeof *sum);
    whole_reduced(whole, expected, x);
    for (int i = 0; i < n_parts; i++) whole_reduced(part[i], sum, px[i]);
    for (size_t i = 0; i < length; i++) assert_close(sum[i], expected[i], 0, 1e-12 * scale);
    free(expected);
    free(sum);
    for (int i = 0; i < n_parts; i++) {
        ley_generator_destroy(part[i]);
        ley_release(px[i]);
        ley_release(py[i]);
    }
    free(battery);
    free(cavity);
    ley_release(x);
    ley_release(y);
    ley_generator_destroy(whole);
}

static void test_generator(void **state) {
    (void)state;
    static const int both[] = {LEY_PARITY_BOTH}, each[] = {LEY_PARITY_EVEN, LEY_PARITY_ODD};
    for (uint64_t seed = 1; seed <= 120; seed++) {
        random_source r = {seed};
        const int variant = (int)(seed % 3);
        ley_model model;
        random_ley_model(&model, &r, variant);
        compare_generators(&model, both, 1, &r);
        if (variant < 2) compare_generators(&model, each, 2, &r);
        ley_model_clear(&model);
    }
}

/* Without coupling the spread of the energies is known. */
static void test_bounds(void **state) {
    (void)state;
    ley_model model;
    ley_model_init(&model);
    model.cells = 7;
    model.levels = 30;
    model.counter_rotating = 1;
    model.battery_frequency = ley_signal_constant(1.3);
    model.cavity_frequency = ley_signal_constant(0.7);
    model.rate[LEY_CAVITY_LOSS] = ley_signal_constant(0.5);
    ley_generator *generator;
    assert_int_equal(ley_generator_half_create(&generator, &model, LEY_PARITY_BOTH, NULL, NULL), LEY_OK);
    double frequency, decay, exact = 1.3 * 7 + 0.7 * 29;
    generator->class->bounds(generator, 0, &frequency, &decay);
    assert_true(frequency >= exact && frequency <= 1.05 * exact);
    assert_close(decay, 0.5 * 29, 1e-12, 0);
    ley_generator_destroy(generator);
}

/* ---- Runs ---------------------------------------------------------------------------------------------------- */

static const char observed[] =
    "battery.energy, battery.ergotropy, battery.entropy, battery.coherence_l1, battery.jz, "
    "battery.populations, cavity.photons, cavity.amplitude_re, cavity.amplitude_im, "
    "cavity.entropy, cavity.purity, cavity.energy, interaction.energy, total.energy, heat";
static const char measured[] = "\"max(battery.energy)\", \"mean(battery.ergotropy)\", \"min(cavity.photons)\"";

static ley_run *run_as(const brute_model *m, const char *observe, const char *levels, double tolerance,
                       const char *numerics, const char *what) {
    scenario_options how = {.until = 3,
                            .points = 4,
                            .tolerance = tolerance,
                            .observe = observe,
                            .measure = measured,
                            .levels = levels,
                            .numerics = numerics};
    char *text = model_scenario(m, &how);
    ley_run *run = run_scenario(text, what);
    free(text);
    return run;
}

static void compare_runs(const ley_run *a, const ley_run *b, double allowed, const char *what) {
    int compared = 0;
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        const char *name = ley_observable_name(i);
        ley_index width = 0;
        const double *x = ley_run_series(a, name, &width), *y = ley_run_series(b, name, &width);
        for (ley_index k = 0; x && k < ley_run_rows(a) * width; k++, compared++)
            if (!(fabs(x[k] - y[k]) <= allowed))
                fail_msg("%s: %s is %.12g with %s, and %.12g with %s", what, name, x[k], ley_run_representation(a),
                         y[k], ley_run_representation(b));
    }
    assert_true(compared > 0);
    static const char *const names[] = {"max(battery.energy)", "mean(battery.ergotropy)", "min(cavity.photons)"};
    for (size_t i = 0; i < 3; i++) {
        double x = ley_run_measure(a, names[i]), y = ley_run_measure(b, names[i]);
        if (!(fabs(x - y) <= allowed)) fail_msg("%s: %s is %.12g, and %.12g", what, names[i], x, y);
    }
}

static void test_against_whole_blocks(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cavity = 1;
    options.levels_max = 6;
    const double tolerance = 1e-8;
    for (uint64_t seed = 1; seed <= 18; seed++) {
        options.model = seed % 2 ? 2 : 1;
        options.drives = seed % 3 != 0;
        options.time_dependent = seed % 2 == 0;
        brute_model m = random_model(seed, &options);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        const char *const correlations = "log_negativity, mutual_information, total.purity";
        for (int joint = 0; joint < 2; joint++) {
            const char *observe = joint ? correlations : observed;
            ley_run *a = run_as(&m, observe, NULL, tolerance, "representation: half", what);
            ley_run *b = run_as(&m, observe, NULL, tolerance, "representation: blocks", what);
            /* entropies lose a factor of the logarithm of the smallest eigenvalue */
            compare_runs(a, b, 20 * tolerance, what);
            check_run(a, what);
            ley_run_destroy(a);
            ley_run_destroy(b);
        }
    }
}

/* Both cut-offs are automatic: what they leave out is below the tolerance in either frame. */
static void test_displaced(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cavity = 1;
    options.cells_max = 3;
    options.levels_max = 3;
    const double tolerance = 1e-6;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        options.model = (int)(seed % 3);
        options.time_dependent = seed % 4 == 0;
        options.rates = RANDOM_RATES_LINEAR; /* no gain: it would fill any cavity */
        brute_model m = random_model(seed, &options);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        ley_run *a = run_as(&m, observed, "auto", tolerance, "representation: displaced", what);
        ley_run *b = run_as(&m, observed, "auto", tolerance, "representation: half", what);
        assert_string_equal(ley_run_representation(a), "displaced");
        compare_runs(a, b, 30 * tolerance, what);
        ley_run_destroy(a);
        ley_run_destroy(b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generator),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_against_whole_blocks),
        cmocka_unit_test(test_displaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
