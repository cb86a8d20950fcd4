/* Steady states of cells that are not all alike and of telegraph noise: against the null space of the joint
 * generator written out on all 2^N levels states (and states of the noise), against evolutions for a long time, and
 * by hand where the noise leaves several. */
#include "support/assert_close.h"
#include "support/dense.h"
#include "support/generator_matrix.h"
#include "support/random_model.h"
#include "support/run_scenario.h"
#include "support/steady.h"

#include "linalg/general.h"

#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 3, NOISE = 2, JUMPS = 24 };

typedef struct example {
    int cells, levels; /* levels = 1: no cavity */
    bool unlike, placed, drive;
    int processes;              /* of the noise: frequency, then coupling */
    double w[CELLS], at[CELLS]; /* frequencies, places on the x axis (wave-lengths) */
    double collective[CELLS], local[CELLS], coupling[CELLS], omega[CELLS]; /* weights */
    double wc, g, r, drive_battery;
    double loss, gain, down, up, jz, emission, absorption, dephasing;
    double amplitude[NOISE], rise[NOISE], fall[NOISE];
} example;

static double some(random_source *s) {
    return random_between(s, 0.2, 1);
}

static example random_example(uint64_t seed, int kind) {
    random_source s = {seed};
    example e = {.cells = kind == 3 ? 2 : CELLS, .levels = kind == 3 || kind == 4 ? 3 : 1};
    e.unlike = kind != 4;
    e.placed = kind == 1;
    e.drive = kind == 2 || kind == 5;
    e.processes = kind == 3 ? 1 : kind == 4 ? 2 : kind == 5 ? 1 : 0;
    if (kind == 4) e.cells = 2;
    const double common = some(&s);
    for (int i = 0; i < CELLS; i++) {
        e.w[i] = e.unlike ? some(&s) : common;
        e.at[i] = 0.15 * i + 0.05 * some(&s);
        e.collective[i] = e.unlike ? some(&s) : 1;
        e.local[i] = e.unlike ? some(&s) : 1;
        e.coupling[i] = e.unlike ? some(&s) : 1;
        e.omega[i] = e.unlike ? some(&s) : 1;
    }
    e.wc = some(&s), e.g = 0.5 * some(&s), e.r = kind == 4 ? 1 : 0.4, e.drive_battery = some(&s);
    e.loss = some(&s), e.gain = 0.3 * some(&s), e.down = some(&s), e.up = 0.5 * some(&s), e.jz = some(&s);
    e.emission = some(&s), e.absorption = 0.4 * some(&s), e.dephasing = 0.5 * some(&s);
    if (e.placed) e.emission = e.absorption = 0; /* the collective rates of distinct places do it alone */
    for (int i = 0; i < NOISE; i++) e.amplitude[i] = 0.3 * some(&s), e.rise[i] = some(&s), e.fall[i] = some(&s);
    return e;
}

/* ---- The judge -------------------------------------------------------------------------------------------------
 */

static dense on(const example *e, int cell, dense one) {
    return dense_kron(dense_on_cell(e->cells, cell, one), dense_identity(e->levels));
}

static dense weighted(const example *e, const double *weight, dense one) {
    dense sum = dense_zero((1 << e->cells) * e->levels);
    for (int i = 0; i < e->cells; i++) sum = dense_sum(sum, weight[i], on(e, i, one));
    return sum;
}

static dense number_of(const example *e, const double *weight) { /* sum of weight n_i */
    const dense minus = dense_sigma_minus();
    return weighted(e, weight, dense_product(dense_adjoint(minus), minus));
}

static double kernel(const example *e, int i, int k, bool shift) {
    const double x = 2 * acos(-1.0) * fabs(e->at[i] - e->at[k]), both = e->collective[i] * e->collective[k];
    if (i == k) return shift ? 0 : both;
    if (!e->placed) return shift ? 0 : both;
    return both * (shift ? brute_shift(x, 0) : brute_kernel(x, 0)); /* dipoles along z */
}

static dense energy_of(const example *e, double dw, double dg) {
    static const double ones[CELLS] = {1, 1, 1};
    const dense minus = dense_sigma_minus(),
                a = dense_kron(dense_identity(1 << e->cells), dense_annihilation(e->levels));
    const dense low = weighted(e, e->coupling, minus), turn = weighted(e, e->omega, minus);
    dense h = dense_sum(number_of(e, e->w), dw, number_of(e, ones));
    if (e->levels > 1) {
        const dense exchange = dense_product(dense_adjoint(low), a), counter = dense_product(low, a);
        h = dense_sum(h, e->wc, dense_product(dense_adjoint(a), a));
        h = dense_sum(h, e->g + dg, dense_sum(exchange, 1, dense_adjoint(exchange)));
        h = dense_sum(h, (e->g + dg) * e->r, dense_sum(counter, 1, dense_adjoint(counter)));
    }
    if (e->drive) h = dense_sum(h, 0.5 * e->drive_battery, dense_sum(turn, 1, dense_adjoint(turn)));
    for (int i = 0; i < e->cells; i++)
        for (int k = 0; k < e->cells; k++)
            if (i != k && e->placed)
                h = dense_sum(h, (e->down - e->up) * kernel(e, i, k, true),
                              dense_product(on(e, i, dense_adjoint(minus)), on(e, k, minus)));
    return h;
}

/* One noise state: -i [h, rho] and all channels. */
static dense image(const example *e, dense h, dense rho) {
    const dense minus = dense_sigma_minus(), plus = dense_adjoint(minus), z = dense_sigma_z();
    dense out = dense_scaled(-I, dense_sum(dense_product(h, rho), -1, dense_product(rho, h)));
    for (int i = 0; i < e->cells; i++) {
        out = dense_sum(out, e->emission * e->local[i], dense_dissipator(on(e, i, minus), rho));
        out = dense_sum(out, e->absorption * e->local[i], dense_dissipator(on(e, i, plus), rho));
        out = dense_sum(out, e->dephasing * e->local[i], dense_dissipator(on(e, i, z), rho));
        for (int k = 0; k < e->cells; k++)
            for (int up = 0; up < 2; up++) {
                const double rate = (up ? e->up : e->down) * kernel(e, i, k, false);
                const dense left = on(e, i, up ? plus : minus), right = dense_adjoint(on(e, k, up ? plus : minus));
                const dense both = dense_product(right, left);
                out = dense_sum(out, rate, dense_product(left, dense_product(rho, right)));
                out = dense_sum(out, -0.5 * rate, dense_sum(dense_product(both, rho), 1, dense_product(rho, both)));
            }
    }
    out = dense_sum(out, e->jz, dense_dissipator(dense_scaled(0.5, weighted(e, e->collective, z)), rho));
    if (e->levels > 1) {
        const dense a = dense_kron(dense_identity(1 << e->cells), dense_annihilation(e->levels));
        out = dense_sum(out, e->loss, dense_dissipator(a, rho));
        out = dense_sum(out, e->gain, dense_dissipator(dense_adjoint(a), rho));
    }
    return out;
}

/* The joint generator, element by element; release with free. Bit p of s: process p is up. */
static double complex *joint_matrix(const example *e, int *rows) {
    const int n = (1 << e->cells) * e->levels, states = 1 << e->processes, size = *rows = states * n * n;
    double complex *l = calloc((size_t)size * (size_t)size, sizeof *l);
    for (int s = 0; s < states; s++) {
        double shift[NOISE] = {0};
        for (int p = 0; p < e->processes; p++) shift[p] = s >> p & 1 ? e->amplitude[p] : -e->amplitude[p];
        for (int element = 0; element < n * n; element++) {
            const size_t column = (size_t)(s * n * n + element);
            dense unit = dense_zero(n);
            unit.at[element] = 1;
            const dense out = image(e, energy_of(e, shift[0], shift[1]), unit);
            for (int row = 0; row < n * n; row++) l[(size_t)(s * n * n + row) * size + column] += out.at[row];
            for (int p = 0; p < e->processes; p++) {
                const double rate = s >> p & 1 ? e->fall[p] : e->rise[p];
                l[column * size + column] -= rate;
                l[(size_t)((s ^ 1 << p) * n * n + element) * size + column] += rate;
            }
            dense_release_all();
        }
    }
    return l;
}

/* The state with L rho = 0, averaged over the noise. */
static dense stationary(const example *e) {
    int size;
    double complex *l = joint_matrix(e, &size);
    const dense rho = stationary_of(l, (1 << e->cells) * e->levels, 1 << e->processes);
    free(l);
    return rho;
}

/* ---- The same as a scenario ---------------------------------------------------------------------------------- */

static void add_list(char *text, const char *name, const double *x, int n) {
    sprintf(text + strlen(text), "%s: [", name);
    for (int i = 0; i < n; i++) sprintf(text + strlen(text), "%s%.17g", i ? ", " : "", x[i]);
    strcat(text, "]");
}

static char *text_of(const example *e) {
    char *text = calloc(1, 8192);
    const bool cavity = e->levels > 1;
    sprintf(text, "battery:\n  cells: %d\n", e->cells);
    if (e->unlike)
        add_list(text, "  frequencies", e->w, e->cells);
    else
        sprintf(text + strlen(text), "  frequency: %.17g", e->w[0]);
    if (e->placed) {
        strcat(text, "\n  dipole: {direction: [0, 0, 1]}\n  positions: [");
        for (int i = 0; i < e->cells; i++) sprintf(text + strlen(text), "%s[%.17g, 0, 0]", i ? ", " : "", e->at[i]);
        strcat(text, "]");
    }
    if (e->processes > 0)
        sprintf(text + strlen(text), "\n  telegraph: [{amplitude: %.17g, rate_up: %.17g, rate_down: %.17g}]",
                e->amplitude[0], e->rise[0], e->fall[0]);
    if (cavity) {
        sprintf(text + strlen(text),
                "\ncavity: {frequency: %.17g, levels: %d}\ncoupling:\n  model: {counter_rotating: %.17g}\n"
                "  strength: %.17g",
                e->wc, e->levels, e->r, e->g);
        if (e->unlike) add_list(text, "\n  weights", e->coupling, e->cells);
        if (e->processes > 1)
            sprintf(text + strlen(text), "\n  telegraph: [{amplitude: %.17g, rate_up: %.17g, rate_down: %.17g}]",
                    e->amplitude[1], e->rise[1], e->fall[1]);
    }
    sprintf(text + strlen(text), "\nnoise:\n  collective: {emission: %.17g, absorption: %.17g, dephasing: %.17g",
            e->down, e->up, e->jz);
    if (e->unlike) add_list(text, ", weights", e->collective, e->cells);
    sprintf(text + strlen(text), "}\n  local: {emission: %.17g, absorption: %.17g, dephasing: %.17g", e->emission,
            e->absorption, e->dephasing);
    if (e->unlike) add_list(text, ", weights", e->local, e->cells);
    strcat(text, "}\n");
    if (cavity) sprintf(text + strlen(text), "  cavity: {loss: %.17g, gain: %.17g}\n", e->loss, e->gain);
    if (e->drive) {
        sprintf(text + strlen(text), "drive: {battery: %.17g", e->drive_battery);
        if (e->unlike) add_list(text, ", weights", e->omega, e->cells);
        strcat(text, "}\n");
    }
    sprintf(text + strlen(text),
            "observe: [battery.energy, battery.jz, battery.purity, battery.bright_weight, battery.populations%s]\n"
            "numerics: {certify: false}\n",
            cavity ? ", cavity.photons, interaction.energy" : "");
    return text;
}

static void compare(const example *e, const char *what) {
    char *text = text_of(e);
    ley_run *run = steady_scenario(text, what);
    const ley_certificate *c = ley_run_certificate(run);
    static const double ones[CELLS] = {1, 1, 1};
    const dense rho = stationary(e), battery = dense_battery_of(1 << e->cells, e->levels, rho);
    const double excited = creal(dense_trace_product(rho, number_of(e, ones)));
    assert_close(run_value(run, "battery.energy", 0, 0), creal(dense_trace_product(rho, number_of(e, e->w))), 0,
                 1e-8);
    assert_close(run_value(run, "battery.jz", 0, 0), excited - 0.5 * e->cells, 0, 1e-8);
    assert_close(run_value(run, "battery.purity", 0, 0), creal(dense_trace_product(battery, battery)), 0, 1e-8);
    for (int two_j = e->cells; two_j >= 0; two_j -= 2) {
        ley_complex block[16];
        const dense expected = dense_block_of(e->cells, 1, battery, two_j);
        assert_int_equal(ley_run_battery_block(run, block, two_j, NULL), LEY_OK);
        for (int i = 0; i < expected.n * expected.n; i++)
            if (!(hypot(block[i].re - creal(expected.at[i]), block[i].im - cimag(expected.at[i])) < 1e-8))
                fail_msg("%s: block 2j = %d, element %d is %.12g%+.12gi, expected %.12g%+.12gi\n%s", what, two_j, i,
                         block[i].re, block[i].im, creal(expected.at[i]), cimag(expected.at[i]), text);
    }
    if (e->levels > 1) {
        const dense a = dense_kron(dense_identity(1 << e->cells), dense_annihilation(e->levels));
        assert_close(run_value(run, "cavity.photons", 0, 0),
                     creal(dense_trace_product(rho, dense_product(dense_adjoint(a), a))), 0, 1e-8);
    }
    assert_int_equal(c->stationary_states, 1);
    assert_true(c->residual < 1e-8);
    ley_run_destroy(run);
    free(text);
    dense_release_all();
}

static void test_null_space(void **state) {
    (void)state;
    static const char *const kinds[] = {"unlike",           "placed",       "driven",
                                        "cavity and noise", "alike, noise", "driven, noise"};
    for (int kind = 0; kind < 6; kind++)
        for (uint64_t seed = 1; seed <= 2; seed++) {
            const example e = random_example(100 * (uint64_t)kind + seed, kind);
            compare(&e, kinds[kind]);
        }
}

/* ---- The spectrum ----------------------------------------------------------------------------------------------
 */

enum { FAR = 50 }; /* eigenvalues of the others are as far from the axis, or more: no rate here comes near */

/* Cells that are alike, two of them: what changes its sign as they are exchanged decays far faster than the rest.
 */
static void keep_what_is_symmetric(const example *e, double complex *l, int size) {
    const int levels = e->levels, n = 4 * levels;
    for (int column = 0; column < size; column++) {
        int place[2] = {column / n % n, column % n};
        for (int i = 0; i < 2; i++) {
            const int cells = place[i] / levels, other = (cells >> 1) | (cells << 1 & 2);
            place[i] = other * levels + place[i] % levels;
        }
        const int exchanged = column / (n * n) * n * n + place[0] * n + place[1];
        l[(size_t)column * size + column] -= FAR;
        l[(size_t)exchanged * size + column] += FAR;
    }
}

static void compare_spectra(const example *e, ley_index wanted, const char *what) {
    int size;
    double complex *l = joint_matrix(e, &size);
    if (!e->unlike) keep_what_is_symmetric(e, l, size);
    const size_t square = (size_t)size * (size_t)size;
    ley_complex *values = calloc((size_t)size, sizeof *values), *vectors = calloc(square, sizeof *vectors),
                *inverse = calloc(square, sizeof *inverse);
    double condition, gap = INFINITY;
    assert_int_equal(ley_general_eigen(values, vectors, inverse, &condition, (ley_complex *)l, size, NULL), LEY_OK);
    for (int i = 0; i < size; i++)
        if (hypot(values[i].re, values[i].im) > 1e-9) gap = fmin(gap, -values[i].re);
    char *text = text_of(e);
    ley_scenario *scenario = NULL;
    ley_spectrum *spectrum = NULL;
    ley_error err = {0};
    if (ley_scenario_create_for(&scenario, LEY_SPECTRUM, text, NULL, 0, &err) != LEY_OK ||
        ley_spectrum_create(&spectrum, scenario, 0, wanted, NULL, NULL, &err) != LEY_OK)
        fail_msg("%s: %s\n%s", what, err.message, text);
    if (e->unlike) assert_int_equal(ley_spectrum_sectors(spectrum), 1);
    if (e->unlike) assert_int_equal(ley_spectrum_dimension(spectrum, 0), size);
    ley_index left = size;
    bool all = true;
    for (ley_index sector = 0; sector < ley_spectrum_sectors(spectrum); sector++) {
        ley_index n;
        const ley_eigenvalue *v = ley_spectrum_values(spectrum, sector, &n);
        const ley_index numbers = ley_spectrum_dimension(spectrum, sector);
        const bool charge = sector > 0 && strncmp(ley_spectrum_sector(spectrum, sector), "charge", 6) == 0;
        assert_int_equal(n, wanted < numbers ? wanted : numbers);
        all = all && n == numbers;
        for (ley_index i = 0; i < n; i++)
            for (int conjugate = 0; conjugate <= charge; conjugate++)
                if (!(take_nearest(values, &left, v[i].re, conjugate ? -v[i].im : v[i].im) < 1e-8))
                    fail_msg("%s, %s: %.12g%+.12gi is no eigenvalue", what, ley_spectrum_sector(spectrum, sector),
                             v[i].re, v[i].im);
    }
    for (ley_index i = 0; all && i < left; i++) assert_true(values[i].re < -FAR);
    assert_close(ley_spectrum_gap(spectrum), gap, 1e-8, 0);
    ley_spectrum_destroy(spectrum);
    ley_scenario_destroy(scenario);
    char *with_gap = calloc(1, strlen(text) + 64);
    sprintf(with_gap, "%smeasure: [gap]\n", text);
    ley_run *run = steady_scenario(with_gap, what);
    assert_close(run_measure(run, "gap"), gap, 1e-8, 0);
    ley_run_destroy(run);
    free(with_gap);
    free(text);
    free(l);
    free(values);
    free(vectors);
    free(inverse);
    dense_release_all();
}

static void test_spectra(void **state) {
    (void)state;
    static const char *const kinds[] = {"unlike",        "placed",       "driven",
                                        "with a cavity", "alike, noise", "driven, noise"};
    for (int kind = 0; kind < 6; kind++) {
        example e = random_example(500 + (uint64_t)kind, kind);
        compare_spectra(&e, kind >= 3 ? 5 : 1000, kinds[kind]); /* 576 numbers of kind 3: by iteration */
        if (kind != 4) continue;
        e.r = 0; /* charges in place of parities */
        compare_spectra(&e, 3, "charges, noise");
        e.levels = 1;
        e.processes = 1;
        compare_spectra(&e, 1000, "no cavity, noise");
        e.drive = true;
        compare_spectra(&e, 1000, "drive, noise");
    }
}

/* ---- Evolutions -----------------------------------------------------------------------------------------------
 */

static void agrees_with_evolution(const char *text, double until, const char *what) {
    char whole[2048];
    ley_run *steady = steady_scenario(text, what);
    snprintf(whole, sizeof whole, "%stime: {values: [%g]}\nnumerics: {tolerance: 1e-10, certify: false}\n", text,
             until);
    ley_run *run = run_scenario(whole, what);
    const char *name;
    for (ley_index i = 0; (name = ley_run_series_name(steady, i)); i++) {
        const double there = run_value(steady, name, 0, 0), late = run_value(run, name, 0, 0);
        if (!(fabs(there - late) < 2e-8)) fail_msg("%s: %s is %.12g, later %.12g", what, name, there, late);
    }
    ley_run_destroy(steady);
    ley_run_destroy(run);
}

#define OBSERVE "observe: [battery.energy, battery.ergotropy, battery.bright_weight, battery.purity]\n"

static void test_evolutions(void **state) {
    (void)state;
    agrees_with_evolution("battery: {cells: 4, frequency: 1, state: {random_unitary_of_gibbs: 0.3, seed: 3}}\n"
                          "noise: {collective: {rate: 1, n: 0.5}}\n" OBSERVE,
                          60, "a random start: every copy of a spin keeps its weight");
    agrees_with_evolution(
        "battery: {cells: 4, frequency: 0, energy_frequency: 1, state: {gibbs: 0.1, rotate_y: [1, 0, 0.5, 0]}}\n"
        "noise: {collective: {emission: 1}}\n" OBSERVE,
        60, "turned cells: coherences of dark states stay, and stand still in this frame");
    agrees_with_evolution(
        "battery: {cells: 3, frequency: 1, state: {gibbs: 0.4, swap: [[0.5, 0.5], [1.5, -0.5]]}}\n"
        "noise: {collective: {rate: 1, alpha: 0.9}}\n" OBSERVE,
        60, "an exchange of populations");
    agrees_with_evolution("battery: {cells: 4, frequencies: [1, 2.5, 0.3, 1], state: ground}\n"
                          "noise: {collective: {rate: 1, n: 0.5}}\n" OBSERVE,
                          300, "two cells of one frequency keep their singlet");
    agrees_with_evolution(
        "battery: {cells: 3, frequency: 1, telegraph: [{amplitude: 0.5, rate: 0.3}]}\n"
        "cavity: {frequency: 1, levels: 5}\ncoupling: {model: tavis-cummings, strength: 0.3}\n"
        "noise: {cavity: {loss: 0.3, gain: 0.1}, local: {absorption: 0.1}}\n"
        "observe: [battery.energy, battery.ergotropy, cavity.photons, total.energy, log_negativity]\n",
        200, "noise on the frequency, Tavis-Cummings");
    agrees_with_evolution(
        "battery: {cells: 4, frequency: 1, telegraph: [{amplitude: 0.5, rate_up: 1, rate_down: 3}]}\n"
        "noise: {local: {rate: 0.3, n: 1}, collective: {emission: 0.2}}\n"
        "observe: [battery.energy, battery.ergotropy, total.energy]\n",
        100, "noise without a cavity");
}

/* Two cells, one of them excited, collective emission: half of the weight is the dark singlet. */
static void test_several(void **state) {
    (void)state;
    static const char text[] = "battery: {cells: 2, frequency: 1, state: {gibbs: 0, rotate_y: [pi, 0]}}\n"
                               "noise: {collective: {emission: 1}}\n"
                               "observe: [battery.energy, battery.bright_weight, battery.ergotropy]\n";
    ley_run *run = steady_scenario(text, "the singlet");
    assert_close(run_value(run, "battery.energy", 0, 0), 0.5, 0, 1e-9);
    assert_close(run_value(run, "battery.bright_weight", 0, 0), 0.5, 0, 1e-9);
    assert_close(run_value(run, "battery.ergotropy", 0, 0), 0, 0, 1e-9);
    /* |gg>, |S> and, in the frame where w0 = 0, the coherences between them; at w0 = 1 those turn */
    assert_int_equal(ley_run_certificate(run)->stationary_states, 2);
    ley_run_destroy(run);
}

static void test_refused(void **state) {
    (void)state;
    static const char several[] =
        "battery: {cells: 3, frequency: 1}\n"
        "noise: {collective: {emission: 1, weights: [1, 1, 2]}}\nobserve: [battery.energy]\n";
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    ley_error err = {0};
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_STEADY_STATE, several, NULL, 0, &err), LEY_OK);
    assert_int_equal(ley_run_create(&run, scenario, 0, NULL, NULL, &err), LEY_ERR_SCENARIO);
    assert_non_null(strstr(err.message, "this noise leaves several stationary states ("));
    assert_non_null(strstr(err.message, "give battery.state, the start whose steady state is wanted"));
    ley_scenario_destroy(scenario);
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"battery: {cells: 2, frequencies: [1, 2]}\nobserve: [battery.energy]\n",
         "there is no noise: the state goes on for ever and nothing becomes steady; give a rate under noise"},
        {"battery: {cells: 2, frequencies: [1, 2]}\nnoise: {local: {emission: t}}\nobserve: [battery.energy]\n",
         "noise.local.emission depends on time; a steady state needs constant numbers (leyden run follows the "
         "evolution)"},
        {"battery: {cells: 2, frequency: 1, positions: [[0, 0, 0], [0, 0, 0]], dipole: {direction: isotropic}}\n"
         "noise: {collective: {rate: 1, n: 1}}\nobserve: [battery.energy]\n",
         "cells 1 and 2 are at the same position"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(ley_scenario_create_for(&scenario, LEY_STEADY_STATE, cases[i].text, NULL, 0, &err),
                         LEY_ERR_SCENARIO);
        assert_string_equal(err.message, cases[i].message);
    }
}

static int stop(void *user, double t, double until) {
    (void)t;
    (void)until;
    return ++*(int *)user > 3;
}

static void test_stopped(void **state) {
    (void)state;
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    ley_error err = {0};
    int calls = 0;
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_STEADY_STATE,
                                             "battery: {cells: 4, frequencies: [1, 2, 1, 1]}\n"
                                             "noise: {local: {emission: 1}}\ndrive: {battery: 1}\n"
                                             "observe: [battery.energy]\n",
                                             NULL, 0, &err),
                     LEY_OK);
    assert_int_equal(ley_run_create(&run, scenario, 0, stop, &calls, &err), LEY_ERR_STOPPED);
    assert_null(run);
    assert_int_equal(calls, 4);
    ley_scenario_destroy(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_null_space), cmocka_unit_test(test_spectra), cmocka_unit_test(test_evolutions),
        cmocka_unit_test(test_several),    cmocka_unit_test(test_refused), cmocka_unit_test(test_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
