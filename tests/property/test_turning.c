/* The displaced half in a frame that rotates although counter-rotating terms act: its generator against that of the
 * laboratory, number by number, and runs against undisplaced ones. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "generator/half.h"
#include "leyden.h"
#include "support/assert_close.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

static void at(const void *self, double t, ley_complex *alpha, ley_complex *spin) {
    (void)self;
    *alpha = (ley_complex){2 - 0.3 * t, 0.7 + t};
    *spin = (ley_complex){0.2 * t, -0.1};
}

static void keep(void *self) {
    (void)self;
}

static ley_generator *create(const ley_model *model) {
    const ley_displacement displacement = {.at = at, .destroy = keep};
    ley_generator *generator = NULL;
    assert_int_equal(ley_generator_half_create(&generator, model, LEY_PARITY_BOTH, &displacement, NULL), LEY_OK);
    return generator;
}

typedef void (*visitor)(double *re, double *im, int32_t charge, double angle, const double *other);

static void turn(double *re, double *im, int32_t charge, double angle, const double *other) {
    (void)other;
    const double x = *re, y = *im, c = cos(angle * charge), s = sin(angle * charge);
    *re = c * x - s * y;
    *im = c * y + s * x;
}

/* += i rate charge other */
static void add_turn(double *re, double *im, int32_t charge, double rate, const double *other) {
    *re -= rate * charge * other[1];
    *im += rate * charge * other[0];
}

static void visit(const ley_generator *g, double *x, visitor call, double number, const double *other) {
    const ley_half_layout layout = ley_half_layout_of(g);
    for (int32_t b = 0; b < g->blocks.n_blocks; b++) {
        const int32_t d = ley_spin_two_j(g->blocks.cells, b) + 1;
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = i; k < d; k++)
                for (int32_t n = 0; n < g->blocks.levels; n++)
                    for (int32_t np = 0; np < g->blocks.levels; np++) {
                        const ley_index place = ley_half_panel(g, b, i, k) + n * layout.width + np;
                        const double pair[] = {other ? other[place] : 0, other ? other[place + layout.length] : 0};
                        call(&x[place], &x[place + layout.length], i - k + n - np, number, pair);
                    }
    }
}

static void compare_generators(random_source *r, int variant) {
    ley_model model;
    ley_model_init(&model);
    model.cells = random_integer(r, 1, 5);
    model.levels = random_integer(r, 2, 9);
    model.counter_rotating = 1;
    const double w = random_between(r, 0.5, 2), t = random_between(r, 0, 5);
    model.cavity_frequency = ley_signal_constant(w);
    model.battery_frequency = ley_signal_constant(random_between(r, 0.5, 2));
    model.coupling = ley_signal_constant(variant == 1 ? 0 : random_between(r, 0.1, 0.5));
    if (variant == 2) {
        model.drive_cavity = ley_signal_constant(random_between(r, -1, 1));
        model.drive_battery = ley_signal_constant(random_between(r, -1, 1));
    }
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if (random_integer(r, 0, 1)) model.rate[channel] = ley_signal_constant(random_between(r, 0, 0.5));
    model.battery_state.kind = LEY_BATTERY_GIBBS; /* every block */
    model.battery_state.q = 0.5;
    ley_generator *lab = create(&model), *turning = create(&model);
    ley_half_turn(turning);
    const size_t bytes = (size_t)lab->n * sizeof(double);
    double *x = calloc(1, bytes), *y = calloc(1, bytes), *xt = calloc(1, bytes), *yt = calloc(1, bytes);
    ley_complex battery[512] = {{0, 0}}, cavity[81] = {{1, 0}};
    for (int32_t b = 0; b < lab->blocks.n_blocks; b++) battery[lab->blocks.offset[b]].re = 1.0 / (b + 1);
    lab->class->start(lab, x, battery, cavity);
    for (int i = 0; i < 8; i++) { /* afterwards numbers everywhere, Hermitian */
        lab->class->apply(lab, t, y, x);
        for (ley_index k = 0; k < lab->n; k++) x[k] += 0.2 * y[k];
    }
    memcpy(xt, x, bytes);
    visit(lab, xt, turn, w * t, NULL);
    lab->class->apply(lab, t, y, x);
    visit(lab, y, turn, w * t, NULL);
    visit(lab, y, add_turn, w, xt);
    turning->class->apply(turning, t, yt, xt);
    const double scale = lab->class->norm(lab, y);
    assert_close(turning->class->norm(turning, yt), scale, 1e-13, 0);
    for (ley_index k = 0; k < lab->n; k++) assert_close(yt[k], y[k], 0, 1e-14 * scale);
    /* Reduced states say the same. */
    const size_t length = (size_t)ley_reduced_length(&lab->blocks);
    double *compact = calloc((size_t)lab->n_compact, sizeof *compact);
    double *a = calloc(length, sizeof *a), *b = calloc(length, sizeof *b);
    lab->class->reduce(lab, compact, x);
    lab->class->expand(lab, t, a, compact);
    turning->class->reduce(turning, compact, xt);
    turning->class->expand(turning, t, b, compact);
    for (size_t k = 0; k < length; k++) assert_close(b[k], a[k], 0, 1e-12 * lab->class->norm(lab, x));
    free(compact), free(a), free(b), free(x), free(y), free(xt), free(yt);
    ley_generator_destroy(lab);
    ley_generator_destroy(turning);
}

static void test_generator(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        random_source r = {seed};
        compare_generators(&r, (int)(seed % 3));
    }
}

/* ---- Runs ---------------------------------------------------------------------------------------------------- */

#define SCENARIO(frequencies, rest, numerics)                                                                      \
    "battery: {cells: 3, frequency: " frequencies "}\n"                                                            \
    "cavity: {frequency: 1, levels: auto, state: {coherent: [1.2, 1]}}\n"                                          \
    "coupling: {model: dicke, strength: 0.12}\n" rest "time: {until: 3, points: 4}\n"                              \
    "observe: [battery.energy, battery.ergotropy, battery.entropy, battery.jz, battery.coherence_l1, "             \
    "cavity.photons, cavity.amplitude_re, cavity.amplitude_im, cavity.entropy, cavity.energy, "                    \
    "interaction.energy, total.energy, heat]\n"                                                                    \
    "measure: [\"max(battery.ergotropy)\"]\n"                                                                      \
    "numerics: {tolerance: 1e-8, " numerics "}\n"

static void compare_runs(const char *displaced, const char *laboratory, const char *what) {
    ley_run *a = run_scenario(displaced, what), *b = run_scenario(laboratory, what);
    assert_string_equal(ley_run_representation(a), "displaced");
    int compared = 0;
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        const char *name = ley_observable_name(i);
        ley_index width = 0;
        const double *x = ley_run_series(a, name, &width), *y = ley_run_series(b, name, &width);
        for (ley_index k = 0; x && k < ley_run_rows(a) * width; k++, compared++)
            if (!(fabs(x[k] - y[k]) <= 2e-8))
                fail_msg("%s: %s is %.12g, and %.12g in the laboratory", what, name, x[k], y[k]);
    }
    assert_true(compared >= 13 * 4);
    assert_close(run_measure(a, "max(battery.ergotropy)"), run_measure(b, "max(battery.ergotropy)"), 0, 2e-8);
    ley_run_destroy(a);
    ley_run_destroy(b);
}

#define COMPARE(what, frequency, rest)                                                                             \
    compare_runs(SCENARIO(frequency, rest, "representation: displaced"),                                           \
                 SCENARIO(frequency, rest, "representation: half"), what)

static void test_runs(void **state) {
    (void)state;
    COMPARE("resonant", "1", "noise: {cavity: {loss: 0.15}, local: {emission: 0.1, dephasing: 0.1}}\n");
    COMPARE("detuned", "1.3", "noise: {collective: {emission: 0.1, dephasing: 0.2}, local: {absorption: 0.1}}\n");
    COMPARE("driven", "1", "noise: {cavity: {loss: 0.15}}\ndrive: {battery: \"0.2*cos(t)\"}\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_generator), cmocka_unit_test(test_runs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
