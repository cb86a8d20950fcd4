/* What must hold for any model, on random models larger than brute force can judge: conservation laws, covariances,
 * energy balance with work and heat recomputed here, and independence of how a run was asked for. */
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

static random_options larger(void) {
    random_options options = random_options_any();
    options.cells_min = 5;
    options.cells_max = 10;
    options.levels_max = 6;
    options.jumps = false;
    return options;
}

static ley_run *run_model(const brute_model *model, const scenario_options *how, uint64_t seed) {
    char *text = model_scenario(model, how), what[64];
    snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
    ley_run *run = run_scenario(text, what);
    check_run(run, what);
    free(text);
    return run;
}

/* Every observable of both runs within `allowed`; of a turned model, but for amplitudes and coherences, which turn
 * with it. */
static void assert_same_runs(const ley_run *a, const ley_run *b, double allowed, bool turned, uint64_t seed) {
    assert_int_equal(ley_run_rows(a), ley_run_rows(b));
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        const char *name = ley_observable_name(i);
        ley_index wide = 0, width = 0;
        const double *x = ley_run_series(a, name, &wide), *y = ley_run_series(b, name, &width);
        if (!x || !y) continue;
        if (turned && (strncmp(name, "cavity.amplitude", 16) == 0 || strcmp(name, "battery.state") == 0)) continue;
        assert_int_equal(wide, width);
        for (ley_index k = 0; k < ley_run_rows(a) * width; k++)
            if (!(fabs(x[k] - y[k]) <= allowed))
                fail_msg("seed %llu: %s[%d] differs by %.3g at t = %g", (unsigned long long)seed, name,
                         (int)(k % width), x[k] - y[k], ley_run_times(a)[k / width]);
    }
}

/* ---- Energy balance ------------------------------------------------------------------------------------------ */

/* For channels whose effect on <H> is a number times parts of <H>: loss, Jz, and the local three.
 *   D'[a]: n -> -n, a -> -a/2        D'[Jz]: J -> -J/2
 *   local: K -> -K, N - K, 0         J -> -J/2, -J/2, -2 J */
static double heat_rate(const brute_model *m, double t, double cells, double photons, double interaction,
                        double cavity_drive, double battery_drive) {
    double w0 = brute_wave_at(&m->w0, t), wc = brute_wave_at(&m->wc, t), spins = interaction + battery_drive;
    double loss = brute_wave_at(&m->rate[BRUTE_LOSS], t),
           dephasing = brute_wave_at(&m->rate[BRUTE_LOCAL_DEPHASING], t),
           down = brute_wave_at(&m->rate[BRUTE_LOCAL_EMISSION], t),
           up = brute_wave_at(&m->rate[BRUTE_LOCAL_ABSORPTION], t),
           collective = brute_wave_at(&m->rate[BRUTE_COLLECTIVE_DEPHASING], t);
    return loss * (wc * photons + interaction / 2 + cavity_drive / 2) + down * (w0 * cells + spins / 2) +
           up * (-w0 * (m->cells - cells) + spins / 2) + (collective / 2 + 2 * dephasing) * spins;
}

/* Composite rule of order 6 (Boole) up to row `rows - 1`, a multiple of 4. */
static double integral(const double *f, ley_index rows, double h) {
    double sum = 0;
    for (ley_index i = 0; i + 4 < rows; i += 4)
        sum += 7 * (f[i] + f[i + 4]) + 32 * (f[i + 1] + f[i + 3]) + 12 * f[i + 2];
    return sum * 2 * h / 45;
}

static void test_energy_balance(void **state) {
    (void)state;
    enum { ROWS = 601 };
    random_options options = larger();
    options.rates = RANDOM_RATES_LINEAR;
    options.cells_max = 7;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        brute_model m = random_model(seed, &options);
        bool cavity = m.levels > 1;
        scenario_options how = {.until = 3, .points = ROWS, .tolerance = 1e-8};
        how.observe = cavity
                          ? "battery.jz, battery.populations, battery.spin_weights, cavity.photons, total.energy, "
                            "interaction.energy, cavity.amplitude_re, heat"
                          : "battery.jz, battery.populations, battery.spin_weights, total.energy, heat";
        ley_run *run = run_model(&m, &how, seed);
        double *heat = calloc(ROWS, sizeof *heat), *work = calloc(ROWS, sizeof *work);
        assert_non_null(heat);
        assert_non_null(work);
        for (ley_index i = 0; i < ROWS; i++) {
            double t = ley_run_times(run)[i], cells = run_value(run, "battery.jz", i, 0) + m.cells / 2.0;
            double photons = cavity ? run_value(run, "cavity.photons", i, 0) : 0,
                   x = cavity ? 2 * run_value(run, "cavity.amplitude_re", i, 0) : 0,
                   interaction = cavity ? run_value(run, "interaction.energy", i, 0) : 0;
            double cavity_drive = brute_wave_at(&m.eta, t) * x;
            double wc = cavity ? brute_wave_at(&m.wc, t) : 0;
            double battery_drive = run_value(run, "total.energy", i, 0) - brute_wave_at(&m.w0, t) * cells -
                                   wc * photons - interaction - cavity_drive;
            double omega = brute_wave_at(&m.omega, t);
            if (omega == 0) assert_close(battery_drive, 0, 0, 1e-7);
            heat[i] = heat_rate(&m, t, cells, photons, interaction, cavity_drive, battery_drive);
            work[i] = brute_wave_slope(&m.w0, t) * cells + brute_wave_slope(&m.eta, t) * x +
                      brute_wave_slope(&m.lambda, t) / brute_wave_at(&m.lambda, t) * interaction +
                      (omega > 0 ? brute_wave_slope(&m.omega, t) / omega * battery_drive : 0);
        }
        double h = 3.0 / (ROWS - 1);
        for (ley_index rows = 1; rows <= ROWS; rows += 60) {
            double given = integral(heat, rows, h), done = integral(work, rows, h);
            double gained = run_value(run, "total.energy", rows - 1, 0) - run_value(run, "total.energy", 0, 0);
            double reported = run_value(run, "heat", rows - 1, 0);
            if (!(fabs(given - reported) <= 2e-7))
                fail_msg("seed %llu: heat %.12g, integral of the rate %.12g", (unsigned long long)seed, reported,
                         given);
            if (!(fabs(gained + given - done) <= 2e-7))
                fail_msg("seed %llu: energy gained %.12g, heat %.12g, work %.12g", (unsigned long long)seed, gained,
                         given, done);
        }
        free(work);
        free(heat);
        ley_run_destroy(run);
    }
}

static void test_constant_hamiltonian_keeps_energy(void **state) {
    (void)state;
    random_options options = larger();
    options.time_dependent = false;
    for (uint64_t seed = 101; seed <= 108; seed++) {
        brute_model m = random_model(seed, &options);
        scenario_options how = {.until = 3, .points = 7, .tolerance = 1e-8};
        ley_run *run = run_model(&m, &how, seed);
        check_energy_balance(run, 1e-7, "constant Hamiltonian");
        ley_run_destroy(run);
    }
}

/* ---- Conservation laws --------------------------------------------------------------------------------------- */

static void test_closed_tavis_cummings_keeps_excitations(void **state) {
    (void)state;
    random_options options = larger();
    options.rates = RANDOM_RATES_NONE;
    options.drives = false;
    options.cavity = 1;
    options.model = 0;
    for (uint64_t seed = 201; seed <= 206; seed++) {
        brute_model m = random_model(seed, &options);
        scenario_options how = {.until = 4, .points = 5, .tolerance = 1e-9};
        ley_run *run = run_model(&m, &how, seed);
        double start = run_value(run, "battery.jz", 0, 0) + run_value(run, "cavity.photons", 0, 0);
        double purity = run_value(run, "total.purity", 0, 0),
               bright = run_value(run, "battery.bright_weight", 0, 0);
        for (ley_index i = 1; i < 5; i++) {
            assert_close(run_value(run, "battery.jz", i, 0) + run_value(run, "cavity.photons", i, 0), start, 0,
                         1e-8);
            assert_close(run_value(run, "total.purity", i, 0), purity, 0, 1e-8);
            assert_close(run_value(run, "battery.bright_weight", i, 0), bright, 0, 1e-8);
            assert_close(run_value(run, "heat", i, 0), 0, 0, 1e-8);
        }
        ley_run_destroy(run);
    }
}

/* Elements of the final battery blocks that the symmetry forbids: all with m != m' (stride 0), or those with m - m'
 * not a multiple of stride. */
static void check_forbidden(const ley_run *run, int cells, int stride, uint64_t seed) {
    for (int two_j = cells; two_j >= 0; two_j -= 2) {
        ley_complex block[121];
        ley_error err = {0};
        assert_int_equal(ley_run_battery_block(run, block, two_j, &err), LEY_OK);
        for (int i = 0; i <= two_j; i++)
            for (int k = 0; k <= two_j; k++) {
                ley_complex x = block[i * (two_j + 1) + k];
                bool forbidden = stride == 0 ? i != k : (i - k) % stride != 0;
                if (forbidden && !(hypot(x.re, x.im) <= 1e-9))
                    fail_msg("seed %llu: coherence %.3g between m = %d and %d of 2j = %d", (unsigned long long)seed,
                             hypot(x.re, x.im), i, k, two_j);
            }
    }
}

static void test_symmetries_forbid_coherences(void **state) {
    (void)state;
    random_options options = larger();
    options.drives = false;
    options.diagonal = true;
    options.cavity = 1;
    for (int model = 0; model < 3; model++) { /* phase symmetry for Tavis-Cummings, parity otherwise */
        options.model = model;
        for (uint64_t seed = 301; seed <= 303; seed++) {
            brute_model m = random_model(seed, &options);
            if (model == 2 && m.r == 0) m.r = 0.5;
            scenario_options how = {.until = 3, .points = 4, .tolerance = 1e-9};
            ley_run *run = run_model(&m, &how, seed);
            for (ley_index i = 0; i < 4; i++) {
                assert_close(run_value(run, "cavity.amplitude_re", i, 0), 0, 0, 1e-9);
                assert_close(run_value(run, "cavity.amplitude_im", i, 0), 0, 0, 1e-9);
            }
            check_forbidden(run, m.cells, model == 0 ? 0 : 2, seed);
            ley_run_destroy(run);
        }
    }
}

/* ---- Covariances --------------------------------------------------------------------------------------------- */

/* exp(i x (Jz + n)) commutes with everything for r = 0 and no drive, and with everything at x = pi for any r:
 * turning the start turns <a> and leaves every other number alone. */
static void test_phase_covariance(void **state) {
    (void)state;
    random_options options = larger();
    options.drives = false;
    options.cavity = 1;
    for (int model = 0; model < 3; model++) {
        options.model = model;
        for (uint64_t seed = 401; seed <= 403; seed++) {
            brute_model m = random_model(seed, &options), turned;
            double angle = model == 0 ? 0.8 : acos(-1);
            m.battery = BRUTE_SPIN_COHERENT;
            m.cavity = BRUTE_COHERENT;
            turned = m;
            turned.phi -= angle;
            turned.alpha *= cexp(I * angle);
            scenario_options how = {.until = 3, .points = 4, .tolerance = 1e-9};
            ley_run *a = run_model(&m, &how, seed), *b = run_model(&turned, &how, seed);
            assert_same_runs(a, b, 2e-8, true, seed);
            for (ley_index i = 0; i < 4; i++) {
                double _Complex x =
                    run_value(a, "cavity.amplitude_re", i, 0) + I * run_value(a, "cavity.amplitude_im", i, 0);
                x *= cexp(I * angle);
                assert_close(run_value(b, "cavity.amplitude_re", i, 0), creal(x), 0, 1e-8);
                assert_close(run_value(b, "cavity.amplitude_im", i, 0), cimag(x), 0, 1e-8);
            }
            ley_run_destroy(b);
            ley_run_destroy(a);
        }
    }
}

/* Tavis-Cummings without drives: a common shift of both frequencies is a change of frame. */
static void test_rotating_frame(void **state) {
    (void)state;
    random_options options = larger();
    options.drives = false;
    options.cavity = 1;
    options.model = 0;
    options.time_dependent = false;
    for (uint64_t seed = 501; seed <= 504; seed++) {
        brute_model m = random_model(seed, &options), shifted = m;
        shifted.w0.base -= 0.37;
        shifted.wc.base -= 0.37;
        const char *names = "battery.energy, battery.ergotropy, battery.ergotropy_collective, "
                            "battery.entropy, battery.coherence_l1, cavity.energy, "
                            "interaction.energy, log_negativity, mutual_information";
        scenario_options how = {.until = 3, .points = 4, .tolerance = 1e-9, .observe = names};
        ley_run *a = run_model(&m, &how, seed), *b = run_model(&shifted, &how, seed);
        assert_same_runs(a, b, 2e-8, false, seed);
        ley_run_destroy(b);
        ley_run_destroy(a);
    }
}

/* A cavity that is not coupled changes nothing in the battery. */
static void test_idle_cavity(void **state) {
    (void)state;
    random_options options = larger();
    options.cavity = 0;
    for (uint64_t seed = 601; seed <= 604; seed++) {
        brute_model m = random_model(seed, &options), with = m;
        with.levels = 4;
        with.cavity = BRUTE_THERMAL;
        with.nbar = 0.3;
        with.rate[BRUTE_LOSS] = (brute_wave){.shape = BRUTE_CONSTANT, .base = 0.2};
        with.wc = with.energy_wc = (brute_wave){.shape = BRUTE_CONSTANT, .base = 1.1};
        const char *names = "battery.energy, battery.ergotropy, battery.ergotropy_dicke, battery.entropy, "
                            "battery.purity, battery.coherence_relative, battery.spin_weights, battery.populations";
        scenario_options how = {.until = 3, .points = 4, .tolerance = 1e-9, .observe = names};
        ley_run *a = run_model(&m, &how, seed), *b = run_model(&with, &how, seed);
        assert_same_runs(a, b, 2e-8, false, seed);
        ley_run_destroy(b);
        ley_run_destroy(a);
    }
}

/* ---- How a run was asked for --------------------------------------------------------------------------------- */

static const char sweep_text[] =
    "parameters: {w: 1, g: 0.3}\n"
    "battery: {cells: 2, frequency: w}\n"
    "cavity: {frequency: w, levels: 6, state: {coherent: 0.9}}\n"
    "coupling: {model: dicke, strength: g}\n"
    "noise: {cavity: {loss: 0.1}, local: {emission: 0.05, dephasing: 0.02}}\n"
    "time: {until: 2, points: 5}\n"
    "observe: [battery.energy, battery.ergotropy, battery.populations, heat]\n"
    "measure: [max(battery.ergotropy), argmax(battery.ergotropy), mean(battery.energy)]\n";

/* Points do not know of one another: whatever the order and the company, the same bits. */
static void test_sweep_order(void **state) {
    (void)state;
    char forward[2048], backward[2048], alone[2048];
    static const int cells[] = {1, 2, 3};
    static const double couplings[] = {0.1, 0.25, 0.4};
    snprintf(forward, sizeof forward, "%ssweep: {battery.cells: [1, 2, 3], g: [0.1, 0.25, 0.4]}\n", sweep_text);
    snprintf(backward, sizeof backward, "%ssweep: {g: [0.4, 0.25, 0.1], battery.cells: [3, 2, 1]}\n", sweep_text);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            snprintf(alone, sizeof alone, "%ssweep: {battery.cells: [%d], g: [%g]}\n", sweep_text, cells[i],
                     couplings[k]);
            ley_run *a = run_scenario_point(forward, 3 * i + k, "forward"),
                    *b = run_scenario_point(backward, 3 * (2 - k) + 2 - i, "backward"),
                    *c = run_scenario_point(alone, 0, "alone");
            assert_same_runs(a, b, 0, false, 0);
            assert_same_runs(a, c, 0, false, 0);
            static const char *const measures[] = {"max(battery.ergotropy)", "argmax(battery.ergotropy)",
                                                   "mean(battery.energy)"};
            for (int q = 0; q < 3; q++) {
                assert_close(run_measure(a, measures[q]), run_measure(b, measures[q]), 0, 0);
                assert_close(run_measure(a, measures[q]), run_measure(c, measures[q]), 0, 0);
            }
            ley_run_destroy(c);
            ley_run_destroy(b);
            ley_run_destroy(a);
        }
}

/* What else is observed, and when, moves no number beyond the tolerance. */
static void test_company_of_observables(void **state) {
    (void)state;
    random_options options = random_options_any();
    for (uint64_t seed = 701; seed <= 706; seed++) {
        brute_model m = random_model(seed, &options);
        scenario_options all = {.until = 3, .points = 4, .tolerance = 1e-9}, few = all, fine = all;
        few.observe = "battery.energy, battery.ergotropy";
        fine.points = 13;
        ley_run *a = run_model(&m, &all, seed), *b = run_model(&m, &few, seed), *c = run_model(&m, &fine, seed);
        assert_same_runs(a, b, 2e-9, false, seed);
        for (ley_index row = 0; row < 4; row++)
            assert_close(run_value(a, "battery.ergotropy", row, 0), run_value(c, "battery.ergotropy", 4 * row, 0),
                         0, 2e-9);
        ley_run_destroy(c);
        ley_run_destroy(b);
        ley_run_destroy(a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_energy_balance),
        cmocka_unit_test(test_constant_hamiltonian_keeps_energy),
        cmocka_unit_test(test_closed_tavis_cummings_keeps_excitations),
        cmocka_unit_test(test_symmetries_forbid_coherences),
        cmocka_unit_test(test_phase_covariance),
        cmocka_unit_test(test_rotating_frame),
        cmocka_unit_test(test_idle_cavity),
        cmocka_unit_test(test_sweep_order),
        cmocka_unit_test(test_company_of_observables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
