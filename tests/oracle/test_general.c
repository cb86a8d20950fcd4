/* Cells that are not alike, and ordinary ones on all 2^N states: against the brute force, closed forms, and the
 * numbers of Ahmadi et al. recomputed by others (starts turned cell by cell, populations exchanged, random
 * unitaries).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leyden.h"
#include "model/unlike.h"
#include "support/against_brute.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

static void assert_near(double a, double b, double allowed, const char *what) {
    if (!(fabs(a - b) <= allowed))
        fail_msg("%s: %.12g, expected %.12g: off by %.3g, allowed %.3g", what, a, b, fabs(a - b), allowed);
}

static const char blind[] = /* what makes sense for any cells */
    "battery.energy, battery.ergotropy, battery.passive_energy, battery.locked_energy, battery.entropy, "
    "battery.purity, battery.jz, battery.jplus_jminus, battery.bright_weight, battery.spin_weights, "
    "battery.populations, total.energy, total.purity, heat, power";
static const char with_cavity[] =
    ", cavity.energy, cavity.photons, cavity.entropy, cavity.purity, cavity.amplitude_re, cavity.amplitude_im, "
    "cavity.top_level, interaction.energy, mutual_information, log_negativity, switching_cost";

/* Largest deviation of a run from the brute force. */
static double deviation(const brute_model *m, const char *observe, const char *numerics, const char *what) {
    scenario_options how = {
        .until = 2.5, .points = 4, .tolerance = 1e-10, .observe = observe, .numerics = numerics};
    char *text = model_scenario(m, &how);
    ley_run *run = run_scenario(text, what);
    assert_string_equal(ley_run_representation(run), "general");
    check_run(run, what);
    brute *judge = brute_create(m);
    const double largest = against_brute(run, judge, 2e-9, what, text);
    brute_destroy(judge);
    ley_run_destroy(run);
    free(text);
    return largest;
}

static void test_unlike_cells(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cells_max = 3;
    options.levels_max = 3;
    double largest = 0;
    for (uint64_t seed = 1; seed <= 16; seed++) {
        options.time_dependent = seed % 3 == 0;
        options.cavity = seed % 2;
        options.cells_max = seed % 2 ? 3 : 4;
        brute_model m = random_model(seed, &options);
        random_unlike(&m, seed);
        char what[64], observe[768];
        snprintf(what, sizeof what, "unlike, seed %llu", (unsigned long long)seed);
        snprintf(observe, sizeof observe, "%s%s", blind, m.levels > 1 ? with_cavity : "");
        largest = fmax(largest, deviation(&m, observe, NULL, what));
    }
    printf("largest deviation, unlike cells: %.1e\n", largest);
}

static void test_ordinary_cells(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.levels_max = 3;
    double largest = 0;
    for (uint64_t seed = 41; seed <= 52; seed++) {
        options.time_dependent = seed % 3 == 0;
        options.cells_max = seed % 2 ? 3 : 4;
        brute_model m = random_model(seed, &options);
        char what[64];
        snprintf(what, sizeof what, "ordinary, seed %llu", (unsigned long long)seed);
        largest = fmax(largest, deviation(&m, NULL, "representation: general", what));
    }
    printf("largest deviation, ordinary cells: %.1e\n", largest);
}

/* (1 + second derivative along the dipole) of sin(r)/r and cos(r)/r by differences of eighth order. */
static double radial(double x, double z, int which) {
    double r = sqrt(x * x + z * z);
    return (which == 0 ? sin(r) : cos(r)) / r;
}

static double by_differences(double r, double cosine, int which) {
    static const double c[] = {-205.0 / 72, 8.0 / 5, -1.0 / 5, 8.0 / 315, -1.0 / 560};
    double z = r * cosine, x = r * sqrt(1 - cosine * cosine), h = 0.03 * fmin(r, 2),
           sum = c[0] * radial(x, z, which);
    for (int k = 1; k <= 4; k++) sum += c[k] * (radial(x, z + k * h, which) + radial(x, z - k * h, which));
    return radial(x, z, which) + sum / (h * h);
}

static void test_kernels(void **state) {
    (void)state;
    for (double x = 0.4; x < 20; x *= 1.3)
        for (double cosine = 0; cosine <= 1; cosine += 0.25) {
            double f = ley_dipole_kernel(x, cosine * cosine), g = ley_dipole_shift(x, cosine * cosine);
            assert_near(f, 1.5 * by_differences(x, cosine, 0), 1e-9, "kernel");
            assert_near(g, -0.75 * by_differences(x, cosine, 1), 1e-7 * fmax(1, fabs(g)), "shift");
            assert_near(f, brute_kernel(x, cosine), 1e-13, "kernel of the judge");
            assert_near(g, brute_shift(x, cosine), 1e-12 * fmax(1, fabs(g)), "shift of the judge");
        }
    /* Close together: 1 - x^2 (2 - cos^2) / 10; averaged over directions: sin x / x, -cos x / 2x */
    assert_near(ley_dipole_kernel(1e-3, 1), 1 - 1e-7, 1e-12, "along");
    assert_near(ley_dipole_kernel(1e-3, 0), 1 - 2e-7, 1e-12, "across");
    assert_near(ley_dipole_kernel(1.7, 1.0 / 3), sin(1.7) / 1.7, 1e-14, "averaged");
    assert_near(ley_dipole_shift(1.7, 1.0 / 3), -cos(1.7) / 3.4, 1e-14, "averaged");
    assert_near(ley_dipole_kernel(0, 0.5), 1, 0, "at one place");
}

/* Two cells: |1, 0> decays with 1 + F, |0, 0> with 1 - F, and exchange moves their energies by +G and -G, so that
 * an excitation on one cell beats at 2 G. */
static void test_two_cells(void **state) {
    (void)state;
    static const struct {
        double distance;
        const char *direction;
        double cosine;
    } cases[] = {{0.08, "[0, 0, 2]", 0}, {0.3, "[1, 0, 0]", 1}, {0.5, "[1, 1, 0]", 0.70710678118654752}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[768];
        const double x = 2 * acos(-1.0) * cases[i].distance, t = 1.3;
        const double f = brute_kernel(x, cases[i].cosine), g = brute_shift(x, cases[i].cosine);
        for (int spin = 1; spin >= 0; spin--) {
            snprintf(
                text, sizeof text,
                "battery: {cells: 2, frequency: 1, state: {dicke: [%d, 0]}, positions: [[0, 0, 0], [%g, 0, 0]],\n"
                "  dipole: {direction: %s}}\nnoise: {collective: {emission: 1}}\n"
                "time: {values: [0, %g]}\nobserve: [battery.energy, total.energy, battery.spin_weights]\n"
                "numerics: {tolerance: 1e-11}\n",
                spin, cases[i].distance, cases[i].direction, t);
            ley_run *run = run_scenario(text, "two cells");
            const double rate = spin ? 1 + f : 1 - f, shift = spin ? g : -g;
            assert_near(run_value(run, "battery.energy", 1, 0), exp(-rate * t), 1e-10, "decay");
            assert_near(run_value(run, "total.energy", 1, 0), (1 + shift) * exp(-rate * t), 1e-9 * fmax(1, fabs(g)),
                        "shift");
            ley_run_destroy(run);
        }
        /* |e g> is an equal superposition of the two; bath and exchange do not couple them. */
        snprintf(text, sizeof text,
                 "battery: {cells: 2, frequencies: [1, 1], state: {gibbs: 0, rotate_y: [pi, 0]},\n"
                 "  positions: [[0, 0, 0], [%g, 0, 0]], dipole: {direction: %s}}\n"
                 "noise: {collective: {emission: 1}, local: {weights: [1, 0], dephasing: 0}}\n"
                 "time: {values: [0, %g]}\nobserve: [battery.energy, battery.bright_weight, battery.purity]\n"
                 "numerics: {tolerance: 1e-11}\n",
                 cases[i].distance, cases[i].direction, t);
        ley_run *run = run_scenario(text, "one of two cells");
        const double fast = exp(-(1 + f) * t), slow = exp(-(1 - f) * t);
        assert_near(run_value(run, "battery.energy", 0, 0), 1, 1e-14, "start");
        assert_near(run_value(run, "battery.energy", 1, 0), 0.5 * (fast + slow), 1e-10, "one of two");
        assert_near(run_value(run, "battery.bright_weight", 1, 0), 1 - 0.5 * slow, 1e-10, "bright");
        const double excited = 0.5 * (fast + slow);
        assert_near(run_value(run, "battery.purity", 1, 0), excited * excited + (1 - excited) * (1 - excited),
                    1e-10, "a pure part with one excitation, and the ground state");
        ley_run_destroy(run);
    }
}

/* Energies of single cells: levels are sums of frequencies, and ergotropy moves the most probable state down. */
static void test_levels(void **state) {
    (void)state;
    ley_run *run =
        run_scenario("battery: {cells: 3, frequencies: [1, 2, 4], state: {gibbs: 0, rotate_y: [0, pi, pi]}}\n"
                     "noise: {local: {emission: 0.5, weights: [1, 0, 2]}}\n"
                     "time: {values: [0, 2]}\nobserve: [battery.energy, battery.ergotropy]\n"
                     "numerics: {tolerance: 1e-11}\n",
                     "levels");
    assert_near(run_value(run, "battery.energy", 0, 0), 6, 1e-13, "energy");
    assert_near(run_value(run, "battery.ergotropy", 0, 0), 6, 1e-13, "ergotropy");
    const double p = exp(-2.0); /* the third cell is still up; passive: p and 1 - p on the levels 0 and 1 */
    assert_near(run_value(run, "battery.energy", 1, 0), 2 + 4 * p, 1e-10, "energy");
    assert_near(run_value(run, "battery.ergotropy", 1, 0), 2 + 4 * p - p, 1e-10, "ergotropy");
    ley_run_destroy(run);
}

static ley_run *charged(const char *start, int cells, double beta_c, const char *what) {
    char text[768];
    const double alpha = exp(-beta_c), n = alpha / (1 - alpha);
    snprintf(text, sizeof text,
             "battery: {cells: %d, frequency: 1, state: %s}\n"
             "noise: {collective: {rate: 1, alpha: %.17g}}\ntime: {values: [0, %.17g]}\n"
             "observe: [battery.energy, battery.ergotropy, battery.entropy]\nnumerics: {tolerance: 1e-9}\n",
             cells, start, alpha, 30 / fmin(1, n) / (1 + n));
    return run_scenario(text, what);
}

static void test_turned_and_exchanged(void **state) {
    (void)state;
#define Q3 ", rotate_y: [pi/4, pi/2, 3*pi/4]}"
#define Q4 ", rotate_y: [pi/4, pi/2, 3*pi/4, 0]}"
    static const struct {
        int cells;
        const char *more;
        double beta_c, beta_q, ergotropy, energy, cost;
    } cases[] = {/* expected-002-003-004.json: 004.det */
                 {3, ", rotate_y: [pi/2, 0, 0]}", 1, 5, 0.10363342, 0.7645874, 0.49330715},
                 {3, ", rotate_y: [pi/3, pi/5, 0]}", 0.1, 5, 0.49382037, 1.3892489, 0.34086686},
                 {3, ", rotate_y: [pi/3, pi/5, 0]}", 1, 5, 0.09329578, 0.61353132, 0.34086686},
                 {3, Q3, 1, 0.5, 0, 0.87737644, 0.36737799},
                 {3, Q3, 1, 5, 0.070054416, 0.71340844, 1.4799214},
                 {4, ", rotate_y: [pi/2, 0, 0, 0]}", 1, 5, 0.19971125, 0.88603034, 0.49330715},
                 {4, ", rotate_y: [pi/3, pi/5, 0, 0]}", 1, 5, 0.15755769, 0.72345162, 0.34086686},
                 {4, ", rotate_y: [pi/3, pi/5, 0, 0]}", 0.1, 0.5, 0.0088389047, 1.8958237, 0.084617317},
                 {4, Q4, 0.1, 0.5, 0.0044393252, 1.8989248, 0.36737799},
                 {4, Q4, 1, 5, 0.18914309, 1.063999, 1.4799214},
                 /* 004.counter; energies are not given */
                 {3, ", swap: [[1/2, -1/2], [3/2, 1/2]]}", 0.01, 0.5, 0.13999219, NAN, 0.057556795},
                 {4, ", swap: [[1, -1], [2, 0]]}", 0.01, 0.5, 0.15181747, NAN, 0.035826764},
                 {4, ", swap: [[2, 0], [1, -1]]}", 0.1, 1, 0.31377279, NAN, 0.066422336}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char start[128], what[192];
        const double q = exp(-cases[i].beta_q);
        snprintf(start, sizeof start, "{gibbs: %.17g%s", q, cases[i].more);
        snprintf(what, sizeof what, "%s, N = %d, beta_c = %g", start, cases[i].cells, cases[i].beta_c);
        ley_run *run = charged(start, cases[i].cells, cases[i].beta_c, what);
        const double cost = run_value(run, "battery.energy", 0, 0) - cases[i].cells * q / (1 + q);
        assert_near(cost, cases[i].cost, 1e-7, what);
        assert_near(run_value(run, "battery.ergotropy", 0, 0), cost, 1e-12, what);
        assert_near(run_value(run, "battery.ergotropy", 1, 0), cases[i].ergotropy, 2e-8, what);
        if (!isnan(cases[i].energy))
            assert_near(run_value(run, "battery.energy", 1, 0), cases[i].energy, 6e-8, what);
        ley_run_destroy(run);
    }
}

/* A random unitary leaves the spectrum; seeds mean something; averages are those of 1000 draws of others. */
static void test_random_unitaries(void **state) {
    (void)state;
    enum { DRAWS = 120 };
    const double q = exp(-0.5), beta_c = 10;
    double sum = 0, square = 0, reached = 0, first = 0;
    for (int seed = 0; seed < DRAWS; seed++) {
        char start[128];
        snprintf(start, sizeof start, "{random_unitary_of_gibbs: %.17g, seed: %d}", q, seed);

        char text[512];
        snprintf(text, sizeof text,
                 "battery: {cells: 4, frequency: 1, state: %s}\nnoise: {collective: {rate: 1, alpha: %.17g}}\n"
                 "time: {values: [0, 12]}\nobserve: [battery.energy, battery.ergotropy, battery.entropy]\n"
                 "numerics: {tolerance: 1e-6}\n",
                 start, exp(-beta_c));
        ley_run *run = run_scenario(text, start);
        const double entropy = 4 * (log1p(q) - q * log(q) / (1 + q));
        assert_near(run_value(run, "battery.entropy", 0, 0), entropy, 1e-9, "entropy of the start");
        const double energy = run_value(run, "battery.energy", 0, 0), cost = energy - 4 * q / (1 + q);
        assert_near(run_value(run, "battery.ergotropy", 0, 0), cost, 1e-9, "ergotropy of the start");
        const double gained = run_value(run, "battery.ergotropy", 1, 0) - cost;
        sum += gained;
        square += gained * gained;
        reached += cost;
        if (seed == 0) first = energy;
        if (seed == 1) assert_true(fabs(energy - first) > 1e-6);
        assert_true(gained < 0);
        ley_run_destroy(run);
    }
    const double mean = sum / DRAWS, deviation_ = sqrt(square / DRAWS - mean * mean);
    printf("random unitaries: dW = %.4f, standard deviation %.4f (expected -0.4175, 0.0312)\n", mean, deviation_);
    assert_near(mean, -0.41753174, 4 * 0.0312 / sqrt(DRAWS), "mean of dW");
    assert_near(deviation_, 0.031184846, 0.3 * 0.0312, "spread of dW");
    assert_near(reached / DRAWS, 2 - 4 * q / (1 + q), 4 * 0.05 / sqrt(DRAWS), "mean cost");
}

/* Trace distances, telegraph noise and two starts: against spin blocks. */
static void test_beside_blocks(void **state) {
    (void)state;
    static const char text[] =
        "battery: {cells: 3, frequency: 1, state: {spin_coherent: [1, 0.3]}, telegraph: [{amplitude: 0.4, rate: "
        "0.2}]}\n"
        "compare: {battery: {state: {gibbs: 0.3}}}\ncavity: {frequency: 1.1, levels: 3, state: {fock: 1}}\n"
        "coupling: {model: dicke, strength: 0.2}\nnoise: {cavity: {loss: 0.1}, local: {emission: 0.1}}\n"
        "time: {until: 3, points: 4}\nobserve: [trace_distance, trace_distance_joint, heat, battery.ergotropy]\n"
        "numerics: {tolerance: 1e-10, certify: false, representation: %s}\n";
    ley_run *run[2];
    for (int i = 0; i < 2; i++) {
        char whole[1024];
        snprintf(whole, sizeof whole, text, i ? "general" : "blocks");
        run[i] = run_scenario(whole, "two starts");
    }
    static const char *const names[] = {"trace_distance", "trace_distance_joint", "heat", "battery.ergotropy"};
    for (int i = 0; i < 4; i++)
        for (ley_index row = 0; row < 4; row++)
            assert_near(run_value(run[0], names[i], row, 0), run_value(run[1], names[i], row, 0), 1e-10, names[i]);
    ley_run_destroy(run[0]);
    ley_run_destroy(run[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kernels),
        cmocka_unit_test(test_two_cells),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_unlike_cells),
        cmocka_unit_test(test_ordinary_cells),
        cmocka_unit_test(test_beside_blocks),
        cmocka_unit_test(test_turned_and_exchanged),
        cmocka_unit_test(test_random_unitaries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
