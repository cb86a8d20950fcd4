/* Random telegraph noise. Judges: closed forms of the average over the noise, averages over histories that are
 * drawn here and run without the noise, averages over the two halves of a frozen noise, and other representations.
 */
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

#include <complex.h>
#include <stdio.h>
#include <string.h>

/* Average of exp(-i k integral of amplitude chi) over a stationary process, from the two coupled equations
 * d a+/dt = (-i k A - down) a+ + up a-, d a-/dt = (i k A - up) a- + down a+, by the exponential of a 2 x 2 matrix.
 */
static double complex average(double k_amplitude, double up, double down, double t) {
    double complex a = -I * k_amplitude - down, d = I * k_amplitude - up, b = up, c = down;
    double complex half = 0.5 * (a + d), q = csqrt(0.25 * (a - d) * (a - d) + b * c);
    double complex cosine = ccosh(q * t), sine = cabs(q * t) < 1e-8 ? t : csinh(q * t) / q;
    double p_up = up + down > 0 ? up / (up + down) : 0.5, p_down = 1 - p_up;
    double complex plus = cosine * p_up + sine * ((a - half) * p_up + b * p_down);
    double complex minus = cosine * p_down + sine * (c * p_up + (d - half) * p_down);
    return cexp(half * t) * (plus + minus);
}

/* docs/theory/telegraph.md, for symmetric jumps: the same in real numbers. */
static double f_k(double k_amplitude, double rate, double t) {
    double square = rate * rate - k_amplitude * k_amplitude, x = sqrt(fabs(square));
    if (x * t < 1e-6) return exp(-rate * t) * (1 + rate * t);
    if (square > 0) return exp(-rate * t) * (cosh(x * t) + rate / x * sinh(x * t));
    return exp(-rate * t) * (cos(x * t) + rate / x * sin(x * t));
}

static double choose(int n, int k) {
    return k == 0 ? 1 : choose(n, k - 1) * (n - k + 1) / k;
}

/* Without other dynamics the coherence between m and m' is multiplied by the average for k = m - m'. */
static void dephasing(void **state) {
    (void)state;
    enum { N = 3, MOST = 4 };
    static const struct {
        int n;
        double amplitude[MOST], up[MOST], down[MOST];
    } cases[] = {
        {1, {0.8}, {0.1}, {0.1}},                                  /* oscillates */
        {1, {0.2}, {3.0}, {3.0}},                                  /* decays */
        {1, {0.5}, {0.5}, {0.5}},                                  /* the border, for k = 1 */
        {1, {0.7}, {0}, {0}},                                      /* frozen */
        {1, {-0.6}, {0.2}, {0.9}},                                 /* asymmetric: a mean phase as well */
        {2, {0.3, 0.5}, {0.4, 0.1}, {0.4, 0.6}},                   /* independent: averages multiply */
        {4, {0.1, 0.2, 0.3, 0.4}, {1, 0.5, 0, 2}, {1, 0.25, 0, 2}} /* as many as there may be */
    };
    const double w0 = 1.3, theta = 1.1, phi = 0.4, t = 4;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char list[512] = "", text[1024], what[32];
        for (int i = 0; i < cases[c].n; i++)
            snprintf(list + strlen(list), sizeof list - strlen(list),
                     "%s{amplitude: %.17g, rate_up: %.17g, rate_down: %.17g}", i ? ", " : "", cases[c].amplitude[i],
                     cases[c].up[i] > 0 ? cases[c].up[i] : 1e-300,
                     cases[c].down[i] > 0 ? cases[c].down[i] : 1e-300);
        snprintf(text, sizeof text,
                 "battery: {cells: 3, frequency: 1.3, state: {spin_coherent: [1.1, 0.4]}, telegraph: [%s]}\n"
                 "time: {until: 4, points: 2}\nobserve: [battery.purity]\nnumerics: {tolerance: 1e-10}\n",
                 list);
        snprintf(what, sizeof what, "case %zu", c);
        ley_run *run = run_scenario(text, what);
        ley_complex block[(N + 1) * (N + 1)];
        assert_int_equal(ley_run_battery_block(run, block, N, NULL), LEY_OK);
        for (int row = 0; row <= N; row++)
            for (int column = 0; column <= N; column++) {
                int k = row - column;
                double size = sqrt(choose(N, row) * choose(N, column)) * pow(cos(theta / 2), row + column) *
                              pow(sin(theta / 2), 2 * N - row - column);
                double complex expected = size * cexp(I * k * (-phi - w0 * t)); /* e^{i phi} is on |g> */
                for (int i = 0; i < cases[c].n; i++) {
                    double up = cases[c].up[i], down = cases[c].down[i], amplitude = cases[c].amplitude[i];
                    double complex factor = average(k * amplitude, up, down, t);
                    if (up == down) assert_close(creal(factor), f_k(k * amplitude, up, t), 0, 1e-12);
                    expected *= factor;
                }
                ley_complex got = block[row * (N + 1) + column];
                assert_close(got.re, creal(expected), 0, 1e-9);
                assert_close(got.im, cimag(expected), 0, 1e-9);
            }
        check_run(run, what);
        ley_run_destroy(run);
    }
}

/* One cell and one photon at resonance: the cell is excited with (1 - Re e^{2i G t} average)/2, the average over
 * 2 integral of the noise on g. */
static void coupling(void **state) {
    (void)state;
    const char *text =
        "battery: {cells: 1, frequency: 1}\n"
        "cavity: {frequency: 1, levels: 2, state: {fock: 1}}\n"
        "coupling: {model: tavis-cummings, strength: 0.3, telegraph: [{amplitude: 0.2, rate_up: 0.5, "
        "rate_down: 0.1}]}\n"
        "time: {until: 20, points: 41}\n"
        "observe: [battery.energy, cavity.photons, total.energy, interaction.energy]\n"
        "numerics: {tolerance: 1e-10}\n";
    ley_run *run = run_scenario(text, "coupling");
    assert_string_equal(ley_run_representation(run), "sectors");
    for (ley_index row = 0; row < ley_run_rows(run); row++) {
        double t = ley_run_times(run)[row];
        double complex phase = cexp(-2 * I * 0.3 * t) * average(2 * 0.2, 0.5, 0.1, t);
        assert_close(run_value(run, "battery.energy", row, 0), 0.5 * (1 - creal(phase)), 0, 1e-9);
        assert_close(run_value(run, "cavity.photons", row, 0), 0.5 * (1 + creal(phase)), 0, 1e-9);
        assert_close(run_value(run, "total.energy", row, 0), 1 + run_value(run, "interaction.energy", row, 0), 0,
                     1e-9);
    }
    check_run(run, "coupling");
    ley_run_destroy(run);
}

/* Noise alone couples: the mean of g is 0, and the cut-off is found all the same. */
static void coupling_by_noise_alone(void **state) {
    (void)state;
    const char *text = "battery: {cells: 1, frequency: 1, state: excited}\n"
                       "cavity: {frequency: 1, levels: auto}\n"
                       "coupling: {model: tavis-cummings, strength: 0, telegraph: [{amplitude: 0.2, rate: 0.3}]}\n"
                       "time: {until: 10, points: 11}\nobserve: [battery.energy]\nnumerics: {tolerance: 1e-10}\n";
    ley_run *run = run_scenario(text, "noise alone");
    for (ley_index row = 0; row < ley_run_rows(run); row++)
        assert_close(run_value(run, "battery.energy", row, 0),
                     0.5 * (1 + f_k(2 * 0.2, 0.3, ley_run_times(run)[row])), 0, 1e-9);
    assert_int_equal(ley_run_certificate(run)->levels, 2);
    ley_run_destroy(run);
}

#define LOSSY                                                                                                      \
    "noise: {cavity: {loss: 0.2, gain: 0.1}, collective: {emission: 0.1, absorption: 0.05, dephasing: 0.1}, "      \
    "local: {emission: 0.1, absorption: 0.05, dephasing: 0.05}}\n"                                                 \
    "time: {until: 3, points: 7}\nnumerics: {tolerance: 1e-10%s}\n"                                                \
    "observe: [battery.energy, cavity.photons, total.energy, interaction.energy, switching_cost, heat, "           \
    "cavity.amplitude_re, battery.purity]\n"

static const char *const linear[] = {"battery.energy", "cavity.photons", "total.energy",       "interaction.energy",
                                     "switching_cost", "heat",           "cavity.amplitude_re"};
enum { LINEAR = sizeof linear / sizeof *linear };

/* Noise that never jumps: half of the runs have +, half have -, heat and energies included. */
static void frozen(void **state) {
    (void)state;
    static const char form[] =
        "battery: {cells: 2, frequency: %s, energy_frequency: 1.1, state: {spin_coherent: [1, 0.3]}%s}\n"
        "cavity: {frequency: 0.9, levels: 4, state: {coherent: [0.3, 0.2]}}\n"
        "coupling: {model: {counter_rotating: %s}, strength: %s%s, switch: \"1 + 0.2*sin(t)\"}\n"
        "drive: {cavity: %s, battery: %s}\n" LOSSY;
    for (int which = 0; which < 4; which++) {
        const bool sectors = which >= 2, frequency = which % 2 == 0;
        const char *r = sectors ? "0" : "0.5", *drive = sectors ? "0" : "0.2", *none = "";
        const char *process = ", telegraph: [{amplitude: 0.25, rate: 0}]";
        char text[2048];
        snprintf(text, sizeof text, form, "\"1.1 + 0.1*cos(t)\"", frequency ? process : none, r, "0.3",
                 frequency ? none : process, drive, drive, none);
        ley_run *noisy = run_scenario(text, "frozen"), *half[2];
        assert_string_equal(ley_run_representation(noisy), sectors ? "sectors" : "half");
        for (int s = 0; s < 2; s++) {
            const char *w0 = !frequency ? "\"1.1 + 0.1*cos(t)\""
                             : s        ? "\"1.35 + 0.1*cos(t)\""
                                        : "\"0.85 + 0.1*cos(t)\"";
            const char *g = frequency ? "0.3" : s ? "0.55" : "0.05";
            snprintf(text, sizeof text, form, w0, none, r, g, none, drive, drive, none);
            half[s] = run_scenario(text, "half");
        }
        for (int i = 0; i < LINEAR; i++)
            for (ley_index row = 0; row < ley_run_rows(noisy); row++) {
                double a = run_value(half[0], linear[i], row, 0), b = run_value(half[1], linear[i], row, 0);
                if (row == 6 && i < 6) assert_true(fabs(a - b) > 1e-3); /* the noise matters */
                assert_close(run_value(noisy, linear[i], row, 0), 0.5 * (a + b), 0, 2e-9);
            }
        check_run(noisy, "frozen");
        ley_run_destroy(noisy);
        ley_run_destroy(half[0]);
        ley_run_destroy(half[1]);
    }
}

/* The same noise in every representation and with every propagator that serves, with one state of the noise exactly
 * at resonance: copies at and off resonance must fit together. */
static void representations(void **state) {
    (void)state;
    static const char form[] = "battery: {cells: 3, frequency: 1, state: {spin_coherent: [2, 0.3]}, telegraph: "
                               "[{amplitude: 0.5, rate: 0.3}]}\n"
                               "cavity: {frequency: 1.5, levels: 4, state: {fock: 1}}\n"
                               "coupling: {model: tavis-cummings, strength: 0.3, telegraph: [{amplitude: 0.1, "
                               "rate_up: 0.4, rate_down: 1}]}\n" LOSSY;
    char text[2048];
    snprintf(text, sizeof text, form, ", representation: blocks");
    ley_run *blocks = run_scenario(text, "blocks");
    static const char *const others[] = {", representation: sectors, propagator: dop853",
                                         ", representation: sectors, propagator: chebyshev"};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        snprintf(text, sizeof text, form, others[k]);
        ley_run *other = run_scenario(text, others[k]);
        for (int i = 0; i < LINEAR; i++)
            for (ley_index row = 0; row < ley_run_rows(other); row++)
                assert_close(run_value(other, linear[i], row, 0), run_value(blocks, linear[i], row, 0), 0, 2e-9);
        check_run(other, others[k]);
        ley_run_destroy(other);
    }
    ley_run_destroy(blocks);
}

/* Jumps drawn here, each history run with a frequency that jumps: the mean over histories meets the exact average
 * within its statistical error. */
static void histories(void **state) {
    (void)state;
    enum { HISTORIES = 300, ROWS = 5, SERIES = 2, PIECES = 64 };
    const double rate = 0.4, amplitude = 0.5, until = 8;
    static const char *const names[SERIES] = {"battery.energy", "heat"};
    static const char form[] = "battery: {cells: 2, frequency: %s, energy_frequency: 1, state: excited%s}\n"
                               "cavity: {frequency: 1, levels: 3}\n"
                               "coupling: {model: tavis-cummings, strength: 0.3}\n"
                               "noise: {cavity: {loss: 0.1}}\n"
                               "time: {until: 8, points: 5}\nobserve: [battery.energy, heat]\n"
                               "numerics: {tolerance: 1e-6, certify: false}\n";
    random_source source = {.state = 20240611};
    double sum[SERIES][ROWS] = {{0}}, square[SERIES][ROWS] = {{0}};
    char text[8192], frequency[6144];
    for (int h = 0; h < HISTORIES; h++) {
        double sign = random_unit(&source) < 0.5 ? 1 : -1, t = 0;
        int length = snprintf(frequency, sizeof frequency, "\"1");
        while (t < until) {
            double next = fmin(until + 1, t - log(1 - random_unit(&source)) / rate);
            length += snprintf(frequency + length, sizeof frequency - (size_t)length, "%+.17g*box(t, %.17g, %.17g)",
                               sign * amplitude, t, next);
            sign = -sign;
            t = next;
        }
        snprintf(frequency + length, sizeof frequency - (size_t)length, "\"");
        snprintf(text, sizeof text, form, frequency, "");
        ley_run *run = run_scenario(text, "history");
        for (int i = 0; i < SERIES; i++)
            for (int row = 0; row < ROWS; row++) {
                double x = run_value(run, names[i], row, 0);
                sum[i][row] += x;
                square[i][row] += x * x;
            }
        ley_run_destroy(run);
    }
    snprintf(text, sizeof text, form, "1", ", telegraph: [{amplitude: 0.5, rate: 0.4}]");
    ley_run *exact = run_scenario(text, "average");
    snprintf(text, sizeof text, form, "1", "");
    ley_run *quiet = run_scenario(text, "no noise");
    double effect = 0;
    for (int i = 0; i < SERIES; i++)
        for (int row = 1; row < ROWS; row++) {
            double mean = sum[i][row] / HISTORIES;
            double error = sqrt((square[i][row] / HISTORIES - mean * mean) / (HISTORIES - 1));
            double x = run_value(exact, names[i], row, 0);
            assert_close(mean, x, 0, 4 * error);
            effect = fmax(effect, fabs(x - run_value(quiet, names[i], row, 0)) / error);
        }
    assert_true(effect > 20); /* the histories would tell noise from none */
    ley_run_destroy(exact);
    ley_run_destroy(quiet);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dephasing), cmocka_unit_test(coupling),        cmocka_unit_test(coupling_by_noise_alone),
        cmocka_unit_test(frozen),    cmocka_unit_test(representations), cmocka_unit_test(histories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
