/* The displaced half in real numbers: its generator against the complex one, and runs against sectors, which know
 * nothing of displacements. */
#include "generator/half.h"
#include "generator/real.h"
#include "run/mean_field.h"
#include "support/assert_close.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ley_model made(int32_t cells, int32_t levels, ley_complex alpha) {
    ley_model model;
    ley_model_init(&model);
    model.cells = cells;
    model.levels = levels;
    model.battery_frequency = model.cavity_frequency = ley_signal_constant(1.3);
    model.coupling = ley_signal_constant(0.4);
    model.cavity_state.kind = LEY_CAVITY_COHERENT;
    model.cavity_state.alpha = alpha;
    model.rate[LEY_CAVITY_LOSS] = ley_signal_constant(0.2);
    model.rate[LEY_LOCAL_EMISSION] = ley_signal_constant(0.15);
    model.rate[LEY_LOCAL_DEPHASING] = ley_signal_constant(0.1);
    model.rate[LEY_COLLECTIVE_EMISSION] = ley_signal_constant(0.07);
    model.rate[LEY_COLLECTIVE_DEPHASING] = ley_signal_constant(0.05);
    return model;
}

static double *expanded(const ley_generator *g, double t, const double *x) {
    double *compact = calloc((size_t)g->n_compact, sizeof *compact);
    double *reduced = calloc((size_t)ley_reduced_length(&g->blocks), sizeof *reduced);
    g->class->reduce(g, compact, x);
    g->class->expand(g, t, reduced, compact);
    free(compact);
    return reduced;
}

/* x, L x, L L x, ... at some time, from the same start: reduced states agree, and what the norms say. */
static void test_generator(void **state) {
    (void)state;
    const ley_complex alphas[] = {{1.7, 0}, {-0.6, 1.1}, {0, -2}};
    const int32_t levels[] = {3, 6, 13, 18, 22};
    for (int i = 0; i < 10; i++) {
        ley_model model = made(1 + i % 5, levels[i % 5], alphas[i % 3]);
        if (i % 4 == 3) model.battery_state.kind = LEY_BATTERY_EXCITED;
        if (i == 5) model.rate[LEY_LOCAL_EMISSION] = model.rate[LEY_LOCAL_DEPHASING] = ley_signal_constant(0);
        assert_true(ley_real_applies(&model));
        ley_generator *g[2];
        double *x[2], *y[2];
        for (int k = 0; k < 2; k++) {
            ley_displacement displacement;
            assert_int_equal(ley_mean_field_create(&displacement, &model, 3, NULL), LEY_OK);
            if (k == 0)
                assert_int_equal(ley_generator_real_create(&g[k], &model, &displacement, NULL), LEY_OK);
            else
                assert_int_equal(ley_generator_half_create(&g[k], &model, LEY_PARITY_BOTH, &displacement, NULL),
                                 LEY_OK);
            x[k] = aligned_alloc(64, (size_t)(g[k]->n + 8) / 8 * 64);
            y[k] = aligned_alloc(64, (size_t)(g[k]->n + 8) / 8 * 64);
            memset(y[k], 0, (size_t)g[k]->n * sizeof(double));
            assert_int_equal(ley_generator_start(g[k], x[k], NULL), LEY_OK);
        }
        assert_close((double)g[0]->n, ley_real_length(&model), 1e-15, 0);
        assert_true(g[0]->n < 0.6 * g[1]->n + 40);
        for (int step = 0; step < 9; step++) {
            const double t = 0.31 * step;
            for (int k = 0; k < 2; k++) {
                g[k]->class->fused(g[k], t, y[k], x[k], 0.3, 0.1, step ? 0.4 : 0);
                double *swap = x[k];
                x[k] = y[k], y[k] = swap;
            }
            const double size = g[1]->class->norm(g[1], x[1]);
            assert_close(g[0]->class->norm(g[0], x[0]), size, 1e-12, 0);
            double *a = expanded(g[0], t, x[0]), *b = expanded(g[1], t, x[1]);
            for (ley_index n = 0; n < ley_reduced_length(&g[0]->blocks); n++)
                assert_close(a[n], b[n], 0, 1e-11 * (1 + size));
            free(a);
            free(b);
        }
        double f[2], decay[2];
        for (int k = 0; k < 2; k++) {
            g[k]->class->bounds(g[k], 0.5, &f[k], &decay[k]);
            ley_generator_destroy(g[k]);
            free(x[k]);
            free(y[k]);
        }
        assert_close(f[0], f[1], 0.02, 1e-9);
        assert_close(decay[0], decay[1], 0.1, 0); /* the other knows how far apart coherences are */
    }
}

static void test_applies(void **state) {
    (void)state;
    ley_model model = made(3, 8, (ley_complex){1, 0});
    assert_true(ley_real_applies(&model));
    model.counter_rotating = 1;
    assert_false(ley_real_applies(&model));
    model = made(3, 8, (ley_complex){1, 0});
    model.cavity_frequency = ley_signal_constant(1);
    assert_false(ley_real_applies(&model));
    model = made(3, 8, (ley_complex){1, 0});
    model.rate[LEY_LOCAL_ABSORPTION] = ley_signal_constant(0.1);
    assert_false(ley_real_applies(&model));
    model = made(3, 8, (ley_complex){1, 0});
    model.battery_state = (ley_battery_state){.kind = LEY_BATTERY_SPIN_COHERENT, .theta = 1};
    assert_false(ley_real_applies(&model));
    model = made(3, 8, (ley_complex){0, 0});
    assert_false(ley_real_applies(&model));
}

static const char scenario[] =
    "battery: {cells: %d, frequency: 1, state: %s}\n"
    "cavity: {frequency: 1, levels: auto, state: {coherent: [%g, %g]}}\n"
    "coupling: {model: tavis-cummings, strength: 0.3}\n"
    "noise: {cavity: {loss: 0.15}, local: {emission: 0.1, dephasing: 0.1}, collective: {emission: 0.05}}\n"
    "time: {until: 3, points: 7}\n"
    "observe: [battery.energy, battery.ergotropy, battery.coherence_l1, battery.jz, cavity.photons, cavity.energy, "
    "cavity.amplitude_re, cavity.amplitude_im, cavity.purity, interaction.energy, heat]\n"
    "measure: [\"max(battery.energy)\", \"max(battery.ergotropy)\"]\n"
    "numerics: {tolerance: 1e-8, representation: %s}\n";

static void test_runs(void **state) {
    (void)state;
    static const char *const starts[] = {"ground", "excited", "ground", "{gibbs: 0.7}"};
    for (int i = 0; i < 4; i++) {
        ley_run *run[2];
        for (int k = 0; k < 2; k++) {
            char text[2048];
            snprintf(text, sizeof text, scenario, 2 + 3 * (i % 3), starts[i], 1.3 - 0.9 * i, 0.4 * i,
                     k == 0 ? "displaced" : "sectors");
            run[k] = run_scenario(text, starts[i]);
        }
        for (ley_index n = 0; n < ley_observable_count(); n++) {
            ley_index width = 0;
            const char *name = ley_observable_name(n);
            const double *a = ley_run_series(run[0], name, &width), *b = ley_run_series(run[1], name, &width);
            for (ley_index k = 0; a && k < 7 * width; k++)
                if (!(fabs(a[k] - b[k]) <= 2e-8))
                    fail_msg("case %d, row %d: %s is %.12g, and %.12g", i, (int)k, name, a[k], b[k]);
        }
        assert_close(ley_run_measure(run[0], "max(battery.energy)"), ley_run_measure(run[1], "max(battery.energy)"),
                     0, 2e-8);
        ley_run_destroy(run[0]);
        ley_run_destroy(run[1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_applies), cmocka_unit_test(test_generator),
                                       cmocka_unit_test(test_runs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
