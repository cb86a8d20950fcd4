/* Steady states with a cavity or a drive, found by Krylov iteration: against the null space of the generator on the
 * whole 2^N levels space, and against evolutions for a long time. */
#include "support/assert_close.h"

#include "core/memory.h"
#include "propagator/krylov.h"
#include "support/dense.h"
#include "support/generator_matrix.h"
#include "support/random_model.h"
#include "support/run_scenario.h"
#include "support/steady.h"

#include <complex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The null space ------------------------------------------------------------------------------------------ */

typedef struct whole { /* a model on the 2^N levels space, cell 0 first, cavity last */
    dense h, jump[64];
    double rate[64];
    int jumps, n;
} whole;

static dense on_battery(const brute_model *m, dense one) {
    return dense_kron(dense_total(m->cells, one), dense_identity(m->levels));
}

static void add_jump(whole *w, double rate, dense l) {
    if (rate == 0) return;
    w->rate[w->jumps] = rate;
    w->jump[w->jumps++] = l;
}

static whole whole_of(const brute_model *m) {
    whole w = {0};
    const dense minus = dense_sigma_minus(), plus = dense_adjoint(minus), z = dense_sigma_z();
    const dense battery = dense_identity(1 << m->cells), photon = dense_annihilation(m->levels);
    const dense a = dense_kron(battery, photon), up = dense_adjoint(a);
    const dense low = on_battery(m, minus), high = dense_adjoint(low);
    const dense jz = dense_scaled(0.5, on_battery(m, z));
    const double g = m->levels > 1 ? m->g.base * m->lambda.base : 0, eta = m->levels > 1 ? m->eta.base : 0;
    w.n = battery.n * m->levels;
    w.h = dense_scaled(m->w0.base, jz);
    w.h = dense_sum(w.h, m->levels > 1 ? m->wc.base : 0, dense_product(up, a));
    w.h = dense_sum(w.h, g, dense_sum(dense_product(high, a), 1, dense_product(low, up)));
    w.h = dense_sum(w.h, g * m->r, dense_sum(dense_product(high, up), 1, dense_product(low, a)));
    w.h = dense_sum(w.h, eta, dense_sum(a, 1, up));
    w.h = dense_sum(w.h, 0.5 * m->omega.base, dense_sum(high, 1, low));
    if (m->levels > 1) {
        add_jump(&w, m->rate[BRUTE_LOSS].base, a);
        add_jump(&w, m->rate[BRUTE_GAIN].base, up);
    }
    add_jump(&w, m->rate[BRUTE_COLLECTIVE_EMISSION].base, low);
    add_jump(&w, m->rate[BRUTE_COLLECTIVE_ABSORPTION].base, high);
    add_jump(&w, m->rate[BRUTE_COLLECTIVE_DEPHASING].base, jz);
    for (int i = 0; i < m->cells; i++) {
        const dense cavity = dense_identity(m->levels);
        add_jump(&w, m->rate[BRUTE_LOCAL_EMISSION].base, dense_kron(dense_on_cell(m->cells, i, minus), cavity));
        add_jump(&w, m->rate[BRUTE_LOCAL_ABSORPTION].base, dense_kron(dense_on_cell(m->cells, i, plus), cavity));
        add_jump(&w, m->rate[BRUTE_LOCAL_DEPHASING].base, dense_kron(dense_on_cell(m->cells, i, z), cavity));
    }
    return w;
}

/* Rows (i, k), columns (p, q): L[(i, k)][(p, q)] from H_eff and the jumps, element by element. */
static double complex *generator_of(const whole *w) {
    const int n = w->n, size = n * n;
    double complex *l = calloc((size_t)size * (size_t)size, sizeof *l);
    dense a = dense_scaled(-I, w->h);
    for (int j = 0; j < w->jumps; j++)
        a = dense_sum(a, -0.5 * w->rate[j], dense_product(dense_adjoint(w->jump[j]), w->jump[j]));
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            for (int p = 0; p < n; p++) {
                l[(size_t)(i * n + k) * size + p * n + k] += a.at[i * n + p];
                l[(size_t)(i * n + k) * size + i * n + p] += conj(a.at[k * n + p]);
            }
    for (int j = 0; j < w->jumps; j++)
        for (int i = 0; i < n; i++)
            for (int p = 0; p < n; p++) {
                double complex left = w->rate[j] * w->jump[j].at[i * n + p];
                if (left == 0) continue;
                for (int k = 0; k < n; k++)
                    for (int q = 0; q < n; q++)
                        l[(size_t)(i * n + k) * size + p * n + q] += left * conj(w->jump[j].at[k * n + q]);
            }
    return l;
}

static void compare_with_null_space(const brute_model *model, const char *what) {
    char *text = steady_text(model, 1e-9);
    ley_run *run = steady_scenario(text, what);
    const whole w = whole_of(model);
    double complex *l = generator_of(&w);
    const dense rho = stationary_of(l, w.n, 1), battery = dense_battery_of(1 << model->cells, model->levels, rho);
    for (int two_j = model->cells; two_j >= 0; two_j -= 2) {
        ley_complex block[36];
        ley_error err = {0};
        const dense expected = dense_block_of(model->cells, 1, battery, two_j);
        assert_int_equal(ley_run_battery_block(run, block, two_j, &err), LEY_OK);
        for (int i = 0; i < expected.n * expected.n; i++)
            if (!(hypot(block[i].re - creal(expected.at[i]), block[i].im - cimag(expected.at[i])) < 1e-8))
                fail_msg("%s: block 2j = %d, element %d is %.12g%+.12gi, expected %.12g%+.12gi\n%s", what, two_j, i,
                         block[i].re, block[i].im, creal(expected.at[i]), cimag(expected.at[i]), text);
    }
    if (model->levels > 1) {
        const dense a = dense_kron(dense_identity(1 << model->cells), dense_annihilation(model->levels));
        const double photons = creal(dense_trace_product(dense_product(dense_adjoint(a), a), rho));
        assert_close(run_value(run, "cavity.photons", 0, 0), photons, 0, 1e-8);
        assert_close(run_value(run, "total.purity", 0, 0), creal(dense_trace_product(rho, rho)), 0, 1e-8);
    }
    const ley_certificate *c = ley_run_certificate(run);
    assert_true(c->residual < 1e-9);
    assert_int_equal(c->stationary_states, 1);
    assert_true(c->min_eigenvalue > -1e-9);
    ley_run_destroy(run);
    dense_release_all();
    free(l);
    free(text);
}

static brute_wave constant(double value) {
    return (brute_wave){.shape = BRUTE_CONSTANT, .base = value};
}

/* Tavis-Cummings, Dicke and between, with drives; local emission and cavity loss make the state unique. */
static void test_random_models(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        random_options options = random_options_any();
        options.time_dependent = options.jumps = false;
        options.cells_max = 2;
        options.levels_max = 4;
        options.cavity = seed % 4 != 0;
        options.drives = seed % 3 != 0 || seed % 4 == 0;
        options.model = (int)(seed % 3);
        brute_model model = random_model(seed, &options);
        if (seed % 4 == 0) model.omega = constant(0.6); /* no cavity: then there is a drive */
        model.rate[BRUTE_LOCAL_EMISSION] = constant(0.2);
        if (model.levels > 1) model.rate[BRUTE_LOSS] = constant(0.3);
        char what[32];
        snprintf(what, sizeof what, "seed %d", (int)seed);
        compare_with_null_space(&model, what);
    }
}

/* ---- Long evolutions ----------------------------------------------------------------------------------------- */

static void compare_with_run(const char *model, const char *until, int64_t states, double allowed) {
    char steady[2048], long_run[2048];
    static const char observe[] = "observe: [battery.energy, battery.ergotropy, battery.entropy, "
                                  "battery.bright_weight, cavity.photons, battery.coherence_l1]\n"
                                  "numerics: {tolerance: 1e-9, certify: false}\n";
    static const char *const names[] = {"battery.energy",        "battery.ergotropy", "battery.entropy",
                                        "battery.bright_weight", "cavity.photons",    "battery.coherence_l1"};
    snprintf(steady, sizeof steady, "%s%s", model, observe);
    snprintf(long_run, sizeof long_run, "%s%stime: {values: [%s]}\n", model, observe, until);
    ley_run *found = steady_scenario(steady, "steady"), *reached = run_scenario(long_run, "long run");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_close(run_value(found, names[i], 0, 0), run_value(reached, names[i], 0, 0), 0, allowed);
    assert_int_equal(ley_run_certificate(found)->stationary_states, states);
    ley_run_destroy(found);
    ley_run_destroy(reached);
}

static void test_long_runs(void **state) {
    (void)state;
    compare_with_run("battery: {cells: 4, frequency: 1}\n"
                     "cavity: {frequency: 1, levels: 8}\n"
                     "coupling: {model: dicke, strength: 0.3}\n"
                     "noise: {cavity: {loss: 0.4}, local: {dephasing: 0.3, emission: 0.2}}\n",
                     "150", 1, 1e-7);
    /* p_j of the start is kept: one state for each j. */
    compare_with_run("battery: {cells: 3, frequency: 1, state: {gibbs: 0.5}}\n"
                     "cavity: {frequency: 0.9, levels: 6}\n"
                     "coupling: {model: tavis-cummings, strength: 0.4}\n"
                     "noise: {cavity: {loss: 0.5, gain: 0.2}, collective: {absorption: 0.1}}\n",
                     "200", 2, 1e-7);
    /* Dark states under cavity loss alone: nothing of A decays in |j, -j>|0>. */
    compare_with_run("battery: {cells: 3, frequency: 1, state: {gibbs: 0.5}}\n"
                     "cavity: {frequency: 1, levels: 6}\n"
                     "coupling: {model: tavis-cummings, strength: 0.4}\n"
                     "noise: {cavity: {loss: 1}}\n",
                     "400", 2, 1e-6);
    /* What the channels do not tell is settled by a second solution. */
    compare_with_run("battery: {cells: 2, frequency: 1, state: {gibbs: 0.5}}\n"
                     "cavity: {frequency: 1, levels: 6}\n"
                     "coupling: {model: dicke, strength: 0.3}\n"
                     "noise: {cavity: {loss: 0.5}}\n",
                     "300", 2, 1e-7);
}

/* The automatic cut-off is as good as a large one. */
static void test_levels(void **state) {
    (void)state;
    static const char model[] = "battery: {cells: 2, frequency: 1}\n"
                                "coupling: {model: dicke, strength: 0.4}\n"
                                "noise: {cavity: {loss: 0.5}, local: {emission: 0.2}}\n"
                                "drive: {cavity: 0.3}\n"
                                "observe: [battery.energy, cavity.photons]\n"
                                "cavity: {frequency: 1, state: {coherent: 3}, levels: %s}\n";
    char text[1024];
    snprintf(text, sizeof text, model, "auto");
    ley_run *automatic = steady_scenario(text, "auto");
    snprintf(text, sizeof text, model, "40");
    ley_run *large = steady_scenario(text, "40 levels");
    assert_close(run_value(automatic, "battery.energy", 0, 0), run_value(large, "battery.energy", 0, 0), 0, 2e-8);
    assert_close(run_value(automatic, "cavity.photons", 0, 0), run_value(large, "cavity.photons", 0, 0), 0, 2e-8);
    const ley_certificate *c = ley_run_certificate(automatic);
    assert_true(c->levels < 40 && c->levels_checked > 0 && c->cutoff_effect <= 1e-8);
    assert_true(c->residual < 2e-11); /* what the last run is asked for, not what a compared one may be */
    ley_run_destroy(automatic);
    ley_run_destroy(large);
}

/* Weakly coupled to a bad cavity the losses are anything but diagonal between eigenstates of H: the exact inverse
 * of the part without jumps has to step in. The answer is that of rate equations to second order in g. */
static void test_bad_cavity(void **state) {
    (void)state;
    static const char text[] = "battery: {cells: 3, frequency: 1}\n"
                               "cavity: {frequency: 1, levels: 5}\n"
                               "coupling: {model: dicke, strength: 1e-5}\n"
                               "noise: {cavity: {loss: 3}, local: {emission: 0.003, absorption: 0.001}}\n"
                               "numerics: {certify: false, tolerance: 1e-9}\n"
                               "observe: [battery.energy]\n";
    ley_run *run = steady_scenario(text, "bad cavity");
    assert_close(run_value(run, "battery.energy", 0, 0), 0.75, 0, 1e-6);
    assert_true(ley_run_certificate(run)->residual < 1e-11);
    ley_run_destroy(run);
}

/* ---- Refusals ------------------------------------------------------------------------------------------------ */

static void test_several(void **state) {
    (void)state;
    /* Jx commutes with everything: a state for each of its eigenvalues. */
    static const char text[] = "battery: {cells: 1, frequency: 0}\n"
                               "cavity: {frequency: 1, levels: 6}\n"
                               "coupling: {model: dicke, strength: 0.3}\n"
                               "noise: {cavity: {loss: 0.5}}\n"
                               "observe: [battery.jz]\n";
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    ley_error err = {0};
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_STEADY_STATE, text, NULL, 0, &err), LEY_OK);
    assert_int_equal(ley_run_create(&run, scenario, 0, NULL, NULL, &err), LEY_ERR_NUMERIC);
    if (!strstr(err.message, "several")) fail_msg("said: %s", err.message);
    assert_null(run);
    ley_scenario_destroy(scenario);
    static const char no_start[] = "battery: {cells: 3, frequency: 1}\n"
                                   "cavity: {frequency: 1}\n"
                                   "coupling: {model: tavis-cummings, strength: 0.3}\n"
                                   "noise: {cavity: {loss: 0.5}}\n"
                                   "observe: [battery.energy]\n";
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_STEADY_STATE, no_start, NULL, 0, &err),
                     LEY_ERR_SCENARIO);
    assert_int_equal(err.line, 1);
    if (!strstr(err.message, "2 stationary states")) fail_msg("said: %s", err.message);
}

static int at_once(void *user, double t, double until) {
    (void)user;
    (void)t;
    (void)until;
    return 1;
}

static void test_stop_and_memory(void **state) {
    (void)state;
    static const char text[] = "battery: {cells: 2, frequency: 1}\n"
                               "cavity: {frequency: 1, levels: 3}\n"
                               "coupling: {model: dicke, strength: 0.3}\n"
                               "noise: {cavity: {loss: 0.5}, local: {emission: 0.1}}\n"
                               "numerics: {certify: false}\n"
                               "observe: [battery.energy]\n";
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    ley_error err = {0};
    const long live = ley_memory_live();
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_STEADY_STATE, text, NULL, 0, &err), LEY_OK);
    assert_int_equal(ley_run_create(&run, scenario, 0, at_once, NULL, &err), LEY_ERR_STOPPED);
    ley_status status = LEY_ERR_MEMORY;
    int failures = 0;
    while (status != LEY_OK) {
        ley_memory_fail_after(failures++);
        status = ley_run_create(&run, scenario, 0, NULL, NULL, &err);
        ley_memory_fail_after(-1);
        if (status != LEY_OK) assert_int_equal(status, LEY_ERR_MEMORY);
        assert_true(failures < 1000);
    }
    assert_true(failures > 30);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
    assert_int_equal(ley_memory_live(), live);
}

/* ---- The iterations by themselves ---------------------------------------------------------------------------- */

enum { UNKNOWNS = 300 };

static void band(void *self, double *y, const double *x) { /* not symmetric, eigenvalues off the real axis */
    (void)self;
    for (int i = 0; i < UNKNOWNS; i++)
        y[i] = (2 + 0.01 * i) * x[i] + (i > 0 ? 1.5 * x[i - 1] : 0) - (i + 1 < UNKNOWNS ? 1.2 * x[i + 1] : 0) +
               (i > 9 ? 0.4 * x[i - 10] : 0);
}

static void diagonal(void *self, double *y, const double *x) {
    (void)self;
    for (int i = 0; i < UNKNOWNS; i++) y[i] = x[i] / (2 + 0.01 * i);
}

static void test_iterations(void **state) {
    (void)state;
    double wanted[UNKNOWNS], b[UNKNOWNS], x[UNKNOWNS];
    const ley_linear linear = {.n = UNKNOWNS, .apply = band, .precondition = diagonal};
    for (int i = 0; i < UNKNOWNS; i++) wanted[i] = sin(i) + 0.3 * cos(7.0 * i);
    band(NULL, b, wanted);
    for (int method = 0; method < 3; method++) {
        memset(x, 0, sizeof x);
        ley_krylov krylov = {.tolerance = 1e-11, .restart = method == 0 ? 12 : 80, .limit = 2000};
        ley_error err = {0};
        ley_status status =
            method == 2 ? ley_bicgstab(&linear, x, b, &krylov, &err) : ley_gmres(&linear, x, b, &krylov, &err);
        assert_int_equal(status, LEY_OK);
        assert_true(krylov.residual <= 1e-11 * 1.5);
        for (int i = 0; i < UNKNOWNS; i++) assert_close(x[i], wanted[i], 0, 1e-9);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_iterations), cmocka_unit_test(test_random_models),
        cmocka_unit_test(test_long_runs),  cmocka_unit_test(test_levels),
        cmocka_unit_test(test_several),    cmocka_unit_test(test_stop_and_memory),
        cmocka_unit_test(test_bad_cavity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
