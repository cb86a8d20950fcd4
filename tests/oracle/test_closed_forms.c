/* Runs judged by formulas that fit on a line. Each test says its formula; tolerance 1e-10 is asked for, 1e-9
 * allowed (1e-8 where a logarithm of a vanishing eigenvalue stands in the way). */
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/run_scenario.h"

static const double pi = 3.14159265358979323846;

static ley_run *run_checked(const char *text, const char *what) {
    ley_run *run = run_scenario(text, what);
    check_run(run, what);
    return run;
}

static double entropy2(double p) { /* -p ln p - (1-p) ln (1-p) */
    return (p > 0 ? -p * log(p) : 0) + (p < 1 ? -(1 - p) * log1p(-p) : 0);
}

static double binomial(int n, int k) {
    return round(exp(lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)));
}

#define AT(name) run_value(run, name, i, 0)

/* One cell and one photon: p = sin^2(g t) excited; (|e0> - i |g1>)-like states have Schmidt numbers p, 1 - p. */
static void test_vacuum_rabi(void **state) {
    (void)state;
    ley_run *run =
        run_checked("parameters: {g: 0.35}\n"
                    "battery: {cells: 1, frequency: 1.3}\n"
                    "cavity: {frequency: 1.3, levels: 3, state: {fock: 1}}\n"
                    "coupling: {model: tavis-cummings, strength: g}\n"
                    "time: {until: 10, points: 41}\n"
                    "observe: [battery.energy, battery.ergotropy, battery.ergotropy_collective,\n"
                    "  battery.entropy, battery.purity, battery.jz, cavity.photons, cavity.entropy,\n"
                    "  cavity.amplitude_re, log_negativity, mutual_information, total.energy, heat,\n"
                    "  interaction.energy, total.purity]\n"
                    "measure: [max(battery.ergotropy), argmax(battery.ergotropy), first_max(battery.energy),\n"
                    "  first_argmax(battery.energy), min(battery.energy), mean(battery.energy)]\n"
                    "numerics: {tolerance: 1e-10}\n",
                    "vacuum Rabi");
    const double g = 0.35, w = 1.3;
    for (ley_index i = 0; i < ley_run_rows(run); i++) {
        double t = ley_run_times(run)[i], p = sin(g * t) * sin(g * t);
        assert_close(AT("battery.energy"), w * p, 0, 1e-9);
        assert_close(AT("battery.ergotropy"), w * fmax(0, 2 * p - 1), 0, 1e-9);
        assert_close(AT("battery.ergotropy_collective"), w * fmax(0, 2 * p - 1), 0, 1e-9);
        assert_close(AT("battery.entropy"), entropy2(p), 0, 1e-8);
        assert_close(AT("cavity.entropy"), entropy2(p), 0, 1e-8);
        assert_close(AT("mutual_information"), 2 * entropy2(p), 0, 2e-8);
        assert_close(AT("battery.purity"), p * p + (1 - p) * (1 - p), 0, 1e-9);
        assert_close(AT("battery.jz"), p - 0.5, 0, 1e-9);
        assert_close(AT("cavity.photons"), 1 - p, 0, 1e-9);
        assert_close(AT("cavity.amplitude_re"), 0, 0, 1e-12);
        assert_close(AT("log_negativity"), log2(1 + fabs(sin(2 * g * t))), 0, 1e-8);
        assert_close(AT("total.energy"), w, 0, 1e-9);
        assert_close(AT("interaction.energy"), 0, 0, 1e-9);
        assert_close(AT("total.purity"), 1, 0, 1e-9);
        assert_close(AT("heat"), 0, 0, 1e-9);
    }
    assert_close(run_measure(run, "max(battery.ergotropy)"), w, 0, 1e-9);
    assert_close(run_measure(run, "first_max(battery.energy)"), w, 0, 1e-9);
    /* the maximum is flat: 1e-10 in the value is 1e-5 in its place */
    assert_close(run_measure(run, "argmax(battery.ergotropy)"), pi / (2 * g), 0, 1e-4);
    assert_close(run_measure(run, "first_argmax(battery.energy)"), pi / (2 * g), 0, 1e-4);
    assert_close(run_measure(run, "min(battery.energy)"), 0, 0, 1e-9);
    assert_close(run_measure(run, "mean(battery.energy)"), w * (0.5 - sin(20 * g) / (40 * g)), 0, 1e-8);
    ley_run_destroy(run);
}

/* N cells and one photon: the symmetric state with one excitation, p = sin^2(g sqrt(N) t). */
static void test_collective_vacuum_rabi(void **state) {
    (void)state;
    ley_run *run =
        run_checked("battery: {cells: 9, frequency: 1}\n"
                    "cavity: {frequency: 1, levels: 2, state: {fock: 1}}\n"
                    "coupling: {model: tavis-cummings, strength: 0.2}\n"
                    "time: {until: 6, points: 31}\n"
                    "observe: [battery.energy, battery.ergotropy, battery.ergotropy_hybrid, battery.entropy,\n"
                    "  battery.coherence_l1, battery.bright_weight, log_negativity, battery.populations]\n"
                    "numerics: {tolerance: 1e-10}\n",
                    "collective Rabi");
    for (ley_index i = 0; i < ley_run_rows(run); i++) {
        double t = ley_run_times(run)[i], p = pow(sin(0.6 * t), 2);
        assert_close(AT("battery.energy"), p, 0, 1e-9);
        assert_close(AT("battery.ergotropy"), fmax(0, 2 * p - 1), 0, 1e-9);
        assert_close(AT("battery.ergotropy_hybrid"), fmax(0, 2 * p - 1), 0, 1e-9);
        assert_close(AT("battery.entropy"), entropy2(p), 0, 1e-8);
        assert_close(AT("battery.coherence_l1"), 0, 0, 1e-10);
        assert_close(AT("battery.bright_weight"), 1, 0, 1e-10);
        assert_close(AT("log_negativity"), log2(1 + fabs(sin(1.2 * t))), 0, 1e-8);
        assert_close(run_value(run, "battery.populations", i, 1), p, 0, 1e-9);
    }
    ley_run_destroy(run);
}

/* Omega Jx turns each cell: p = (Omega / R)^2 sin^2(R t / 2), R^2 = Omega^2 + w0^2; the product of pure states
 * stays pure, so that all of its energy is ergotropy. */
static void test_coherent_drive(void **state) {
    (void)state;
    static const double frequencies[] = {0, 0.4};
    for (int k = 0; k < 2; k++) {
        char text[1024];
        const double omega = 0.7, w0 = frequencies[k], rabi = hypot(omega, w0);
        snprintf(text, sizeof text,
                 "battery: {cells: 7, frequency: %g, energy_frequency: 1.5}\n"
                 "drive: {battery: %g}\n"
                 "time: {until: 9, points: 31}\n"
                 "observe: [battery.energy, battery.ergotropy, battery.passive_energy, battery.coherence_l1,\n"
                 "  battery.coherence_relative, battery.purity, battery.entropy, total.energy, "
                 "battery.populations, power]\n"
                 "numerics: {tolerance: 1e-10}\n",
                 w0, omega);
        ley_run *run = run_checked(text, "coherent drive");
        for (ley_index i = 0; i < ley_run_rows(run); i++) {
            double t = ley_run_times(run)[i], p = pow(omega / rabi * sin(rabi * t / 2), 2);
            double sum = 0, shannon = 0;
            for (int m = 0; m <= 7; m++) {
                double weight = binomial(7, m) * pow(p, m) * pow(1 - p, 7 - m);
                assert_close(run_value(run, "battery.populations", i, m), weight, 0, 1e-9);
                sum += sqrt(weight);
                if (weight > 0) shannon -= weight * log(weight);
            }
            assert_close(AT("battery.energy"), 1.5 * 7 * p, 0, 2e-9);
            assert_close(AT("battery.ergotropy"), 1.5 * 7 * p, 0, 2e-9);
            assert_close(AT("battery.passive_energy"), 0, 0, 2e-9);
            /* (sum |c|)^2 - 1: errors of the small amplitudes enter as they are, there are 56 of them */
            assert_close(AT("battery.coherence_l1"), sum * sum - 1, 0, 2e-8);
            assert_close(AT("battery.coherence_relative"), shannon, 0, 2e-8);
            assert_close(AT("battery.purity"), 1, 0, 1e-9);
            assert_close(AT("battery.entropy"), 0, 0, 2e-8);
            assert_close(AT("total.energy"), 0, 0, 1e-9); /* <H> of the start, kept */
            assert_close(AT("power"), t > 0 ? 1.5 * 7 * p / t : 0, 0, 1e-8);
        }
        ley_run_destroy(run);
    }
}

/* Two excited cells under D[J-]: P(1,1) = e^{-2 G t}, P(1,0) = 2 G t e^{-2 G t}. */
static void test_superradiance_of_two(void **state) {
    (void)state;
    ley_run *run =
        run_checked("battery: {cells: 2, frequency: 1.1, state: excited}\n"
                    "noise: {collective: {emission: 0.4}}\n"
                    "time: {until: 8, points: 33}\n"
                    "observe: [battery.energy, battery.ergotropy, battery.populations, battery.entropy, heat]\n"
                    "numerics: {tolerance: 1e-10}\n",
                    "superradiance");
    for (ley_index i = 0; i < ley_run_rows(run); i++) {
        double t = ley_run_times(run)[i], x = 2 * 0.4 * t, top = exp(-x), middle = x * exp(-x),
               low = 1 - top - middle;
        double p[3] = {top, middle, low}, energy = 1.1 * (2 * top + middle);
        for (int a = 0; a < 3; a++) /* three weights and the empty singlet on levels 0, 1, 1, 2 */
            for (int b = a + 1; b < 3; b++)
                if (p[b] > p[a]) {
                    double swap = p[a];
                    p[a] = p[b];
                    p[b] = swap;
                }
        assert_close(run_value(run, "battery.populations", i, 2), top, 0, 1e-9);
        assert_close(run_value(run, "battery.populations", i, 1), middle, 0, 1e-9);
        assert_close(AT("battery.energy"), energy, 0, 1e-9);
        assert_close(AT("battery.ergotropy"), energy - 1.1 * (p[1] + p[2]), 0, 1e-9);
        assert_close(AT("heat"), 2.2 - energy, 0, 1e-9);
        double entropy = 0;
        for (int k = 0; k < 3; k++) entropy -= p[k] > 1e-300 ? p[k] * log(p[k]) : 0;
        assert_close(AT("battery.entropy"), entropy, 0, 1e-8);
    }
    ley_run_destroy(run);
}

/* The other cells of a pair prepared without symmetry: |0,0> is dark. */
static void test_singlet_is_dark(void **state) {
    (void)state;
    ley_run *run = run_checked("battery: {cells: 2, frequency: 1, state: {dicke: [0, 0]}}\n"
                               "noise: {collective: {emission: 0.7, absorption: 0.3, dephasing: 0.2}}\n"
                               "drive: {battery: 0.5}\n"
                               "time: {until: 5, points: 6}\n"
                               "observe: [battery.energy, battery.spin_weights, battery.entropy]\n",
                               "singlet");
    for (ley_index i = 0; i < ley_run_rows(run); i++) {
        assert_close(AT("battery.energy"), 1, 0, 1e-12);
        assert_close(run_value(run, "battery.spin_weights", i, 1), 1, 0, 1e-12);
        assert_close(AT("battery.entropy"), 0, 0, 1e-12);
    }
    ley_run_destroy(run);
}

/* Damped oscillator: <a> = alpha e^{-(i w + k/2) t}; a coherent state stays coherent, hence pure. */
static void test_damped_coherent_state(void **state) {
    (void)state;
    ley_run *run =
        run_checked("battery: {cells: 1, frequency: 1}\n"
                    "cavity: {frequency: 0.9, levels: 26, state: {coherent: [0.8, -1.1]}}\n"
                    "coupling: {model: tavis-cummings, strength: 0}\n"
                    "noise: {cavity: {loss: 0.3}}\n"
                    "time: {until: 6, points: 13}\n"
                    "observe: [cavity.amplitude_re, cavity.amplitude_im, cavity.photons, cavity.energy,\n"
                    "  cavity.purity, cavity.entropy, battery.energy, heat]\n"
                    "numerics: {tolerance: 1e-10}\n",
                    "damped coherent state");
    double _Complex alpha = 0.8 - 1.1 * I;
    for (ley_index i = 0; i < ley_run_rows(run); i++) {
        double t = ley_run_times(run)[i], n = 1.85 * exp(-0.3 * t); /* Poisson tail beyond 26 levels: 1e-18 */
        double _Complex a = alpha * cexp(-(0.9 * I + 0.15) * t);
        assert_close(AT("cavity.amplitude_re"), creal(a), 0, 1e-9);
        assert_close(AT("cavity.amplitude_im"), cimag(a), 0, 1e-9);
        assert_close(AT("cavity.photons"), n, 0, 1e-9);
        assert_close(AT("cavity.energy"), 0.9 * n, 0, 1e-9);
        assert_close(AT("cavity.purity"), 1, 0, 1e-9);
        assert_close(AT("cavity.entropy"), 0, 0, 1e-8);
        assert_close(AT("battery.energy"), 0, 0, 1e-12);
        assert_close(AT("heat"), 0.9 * (1.85 - n), 0, 1e-9);
    }
    ley_run_destroy(run);
}

/* In a thermal bath a thermal state stays thermal: n = n_b + (n_0 - n_b) e^{-k t}, S = (n+1) ln(n+1) - n ln n. */
static void test_damped_thermal_state(void **state) {
    (void)state;
    ley_run *run = run_checked("parameters: {k: 0.5, nb: 0.25}\n"
                               "battery: {cells: 1, frequency: 1}\n"
                               "cavity: {frequency: 1, levels: 40, state: {thermal: 0.6}}\n"
                               "coupling: {model: tavis-cummings, strength: 0}\n"
                               "noise: {cavity: {loss: \"k*(nb + 1)\", gain: \"k*nb\"}}\n"
                               "time: {until: 8, points: 9}\n"
                               "observe: [cavity.photons, cavity.entropy, cavity.purity, cavity.amplitude_re]\n"
                               "numerics: {tolerance: 1e-10}\n",
                               "damped thermal state");
    for (ley_index i = 0; i < ley_run_rows(run); i++) { /* weight beyond 40 levels: 1e-17 */
        double n = 0.25 + 0.35 * exp(-0.5 * ley_run_times(run)[i]);
        assert_close(AT("cavity.photons"), n, 0, 1e-9);
        assert_close(AT("cavity.entropy"), (n + 1) * log(n + 1) - n * log(n), 0, 1e-8);
        assert_close(AT("cavity.purity"), 1 / (2 * n + 1), 0, 1e-9);
        assert_close(AT("cavity.amplitude_re"), 0, 0, 1e-12);
    }
    ley_run_destroy(run);
}

/* Driven and damped: a' = -(i w + k/2) a - i eta from the vacuum. */
static void test_driven_cavity(void **state) {
    (void)state;
    ley_run *run =
        run_checked("battery: {cells: 1, frequency: 1}\n"
                    "cavity: {frequency: 0.3, levels: 30, state: vacuum}\n"
                    "coupling: {model: dicke, strength: 0}\n"
                    "noise: {cavity: {loss: 0.4}}\n"
                    "drive: {cavity: 0.35}\n"
                    "time: {until: 12, points: 25}\n"
                    "observe: [cavity.amplitude_re, cavity.amplitude_im, cavity.photons, total.energy, heat]\n"
                    "numerics: {tolerance: 1e-10}\n",
                    "driven cavity");
    double _Complex pole = 0.3 * I + 0.2;
    for (ley_index i = 0; i < ley_run_rows(run); i++) {
        double t = ley_run_times(run)[i];
        double _Complex a = -I * 0.35 / pole * (1 - cexp(-pole * t));
        double energy = 0.3 * pow(cabs(a), 2) + 2 * 0.35 * creal(a);
        assert_close(AT("cavity.amplitude_re"), creal(a), 0, 1e-9);
        assert_close(AT("cavity.amplitude_im"), cimag(a), 0, 1e-9);
        assert_close(AT("cavity.photons"), pow(cabs(a), 2), 0, 1e-9);
        assert_close(AT("total.energy"), energy, 0, 1e-9);
        assert_close(AT("heat"), -energy, 0, 1e-9);
    }
    ley_run_destroy(run);
}

/* Lowest energy of N independent cells whose states have eigenvalues a >= b: k cells in b cost C(N,k) a^(N-k) b^k;
 * sorted by k already, laid on the levels by brute counting. */
static double passive_product(int cells, double a, double b) {
    double sum = 0;
    int level = 0;
    double room = 1;
    for (int k = 0; k <= cells; k++) {
        double left = binomial(cells, k), value = pow(a, cells - k) * pow(b, k);
        while (left > 0 && level <= cells) {
            double taken = fmin(left, room);
            sum += taken * value * level;
            left -= taken;
            room -= taken;
            if (room <= 0) room = binomial(cells, ++level);
        }
    }
    return sum;
}

/* Local dephasing of a spin coherent state: each cell's coherence falls as e^{-2 g t}, independently. */
static void test_dephasing_of_spin_coherent_state(void **state) {
    (void)state;
    ley_run *run =
        run_checked("battery: {cells: 6, frequency: 1, state: {spin_coherent: [1.1, 0.4]}}\n"
                    "noise: {local: {dephasing: 0.15}}\n"
                    "time: {until: 5, points: 11}\n"
                    "observe: [battery.energy, battery.ergotropy, battery.entropy, battery.purity, heat]\n"
                    "numerics: {tolerance: 1e-10}\n",
                    "dephasing");
    const double c = cos(0.55), s = sin(0.55);
    for (ley_index i = 0; i < ley_run_rows(run); i++) {
        double t = ley_run_times(run)[i], x = c * s * exp(-2 * 0.15 * t), bias = c * c - s * s;
        double length = sqrt(bias * bias + 4 * x * x), a = (1 + length) / 2, b = (1 - length) / 2;
        assert_close(AT("battery.energy"), 6 * c * c, 0, 1e-9);
        /* N identical product states: the sorted spectrum meets the sorted levels one to one */
        assert_close(AT("battery.ergotropy"), 6 * c * c - passive_product(6, a, b), 0, 2e-9);
        assert_close(AT("battery.entropy"), 6 * entropy2(b), 0, 2e-8);
        assert_close(AT("battery.purity"), pow(a * a + b * b, 6), 0, 1e-9);
        assert_close(AT("heat"), 0, 0, 1e-9);
    }
    ley_run_destroy(run);
}

/* Collective dephasing: rho[m, m'] falls as e^{-G (m - m')^2 t / 2} and turns as e^{-i w (m - m') t}. */
static void test_collective_dephasing(void **state) {
    (void)state;
    ley_run *run = run_checked("battery: {cells: 4, frequency: 0.8, state: {spin_coherent: [1.2, 0.5]}}\n"
                               "noise: {collective: {dephasing: 0.3}}\n"
                               "time: {until: 2, points: 3}\n"
                               "observe: [battery.energy]\n"
                               "numerics: {tolerance: 1e-10}\n",
                               "collective dephasing");
    ley_complex block[25];
    ley_error err = {0};
    assert_int_equal(ley_run_battery_block(run, block, 4, &err), LEY_OK);
    double _Complex c[5];
    for (int k = 0; k <= 4; k++)
        c[k] = sqrt(binomial(4, k)) * pow(cos(0.6), k) * cpow(cexp(0.5 * I) * sin(0.6), 4 - k);
    for (int k = 0; k <= 4; k++)
        for (int l = 0; l <= 4; l++) {
            double _Complex x = c[k] * conj(c[l]) * cexp(-0.3 * (k - l) * (k - l) - I * 0.8 * 2 * (k - l));
            assert_close(block[5 * k + l].re, creal(x), 0, 1e-9);
            assert_close(block[5 * k + l].im, cimag(x), 0, 1e-9);
        }
    ley_run_destroy(run);
}

/* Independent cells: excited with p = p_inf + (1 - p_inf) e^{-(d + u) t}, p_inf = u / (d + u). */
static void test_local_decay(void **state) {
    (void)state;
    static const double up[] = {0, 0.05};
    for (int k = 0; k < 2; k++) {
        char text[1024];
        snprintf(
            text, sizeof text,
            "battery: {cells: 30, frequency: 1, state: excited}\n"
            "noise: {local: {emission: 0.2, absorption: %g}}\n"
            "time: {until: 12, points: 13}\n"
            "observe: [battery.energy, battery.ergotropy, battery.entropy, battery.purity, battery.populations,\n"
            "  battery.coherence_l1, heat]\n"
            "numerics: {tolerance: 1e-9}\n",
            up[k]);
        ley_run *run = run_checked(text, "local decay");
        double total = 0.2 + up[k], end = up[k] / total;
        for (ley_index i = 0; i < ley_run_rows(run); i++) {
            double t = ley_run_times(run)[i], p = end + (1 - end) * exp(-total * t);
            assert_close(AT("battery.energy"), 30 * p, 0, 2e-8);
            assert_close(AT("battery.ergotropy"), 30 * fmax(0, 2 * p - 1), 0, 2e-8);
            assert_close(AT("battery.entropy"), 30 * entropy2(p), 0, 1e-6);
            assert_close(AT("battery.purity"), pow(p * p + (1 - p) * (1 - p), 30), 0, 1e-8);
            assert_close(AT("battery.coherence_l1"), 0, 0, 1e-10);
            assert_close(AT("heat"), 30 * (1 - p), 0, 5e-8);
            for (int m = 0; m <= 30; m++)
                assert_close(run_value(run, "battery.populations", i, m),
                             binomial(30, m) * pow(p, m) * pow(1 - p, 30 - m), 0, 1e-8);
        }
        ley_run_destroy(run);
    }
}

/* Ground state in a collective bath (G-, G+) = (n + 1, n): the long-time state is a Gibbs state of j = N/2 alone,
 * with x = n / (n + 1): energy N + 1/(1-x) + (N+1)/(x^(N+1) - 1), ergotropy N + x/(1-x) + (N+x)/(x^(N+1) - 1)
 * (Ahmadi et al., closed forms for the ground state). */
static void test_collective_thermal_charging(void **state) {
    (void)state;
    static const double x_values[] = {0.5, 0.8};
    for (int k = 0; k < 2; k++) {
        double x = x_values[k], n = x / (1 - x);
        char text[1024];
        snprintf(text, sizeof text,
                 "parameters: {n: %.17g}\n"
                 "battery: {cells: 6, frequency: 1}\n"
                 "noise: {collective: {emission: \"n + 1\", absorption: n}}\n"
                 "time: {until: 60, points: 3}\n"
                 "observe: [battery.energy, battery.ergotropy, battery.bright_weight]\n"
                 "numerics: {tolerance: 1e-9}\n",
                 n);
        ley_run *run = run_checked(text, "collective thermal charging");
        ley_index i = ley_run_rows(run) - 1;
        double power = pow(x, 7) - 1;
        assert_close(AT("battery.energy"), 6 + 1 / (1 - x) + 7 / power, 0, 1e-8);
        assert_close(AT("battery.ergotropy"), 6 + x / (1 - x) + (6 + x) / power, 0, 1e-8);
        assert_close(AT("battery.bright_weight"), 1, 0, 1e-9);
        ley_run_destroy(run);
    }
}

/* Gibbs product states of many cells: multiplicities up to C(100, 50). Excited/ground = q. */
static void test_gibbs_state_of_many(void **state) {
    (void)state;
    static const double q_values[] = {0.7, 1.6};
    for (int k = 0; k < 2; k++) {
        double q = q_values[k], p = q / (1 + q);
        char text[512];
        snprintf(
            text, sizeof text,
            "battery: {cells: 100, frequency: 1, state: {gibbs: %g}}\n"
            "time: {until: 1, points: 2}\n"
            "observe: [battery.energy, battery.ergotropy, battery.entropy, battery.purity, battery.spin_weights]\n",
            q);
        ley_run *run = run_checked(text, "Gibbs state");
        for (ley_index i = 0; i < 2; i++) {
            assert_close(AT("battery.energy"), 100 * p, 0, 1e-8);
            assert_close(AT("battery.ergotropy"), q > 1 ? 100 * (2 * p - 1) : 0, 0, 1e-8);
            assert_close(AT("battery.entropy"), 100 * entropy2(p), 0, 1e-7);
            assert_close(AT("battery.purity"), pow(p * p + (1 - p) * (1 - p), 100), 1e-6, 0);
        }
        ley_run_destroy(run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vacuum_rabi),
        cmocka_unit_test(test_collective_vacuum_rabi),
        cmocka_unit_test(test_coherent_drive),
        cmocka_unit_test(test_superradiance_of_two),
        cmocka_unit_test(test_singlet_is_dark),
        cmocka_unit_test(test_damped_coherent_state),
        cmocka_unit_test(test_damped_thermal_state),
        cmocka_unit_test(test_driven_cavity),
        cmocka_unit_test(test_dephasing_of_spin_coherent_state),
        cmocka_unit_test(test_collective_dephasing),
        cmocka_unit_test(test_local_decay),
        cmocka_unit_test(test_collective_thermal_charging),
        cmocka_unit_test(test_gibbs_state_of_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
