/* battery.disorder against closed forms: dephasing without other dynamics, and Rabi oscillations averaged over the
 * detuning by Simpson's rule. */
#include "support/assert_close.h"
#include "support/run_scenario.h"

#include <stdio.h>

/* Elements m != m' of |N/2, .> in a spin-coherent state on the equator: products of binomial amplitudes. */
static double coherence(int n, double sigma_t) {
    double sum = 0;
    for (int a = 0; a <= n; a++)
        for (int b = 0; b <= n; b++) {
            const double c = exp(0.5 * (2 * lgamma(n + 1.0) - lgamma(a + 1.0) - lgamma(n - a + 1.0) -
                                        lgamma(b + 1.0) - lgamma(n - b + 1.0))) *
                             pow(0.5, n);
            if (a != b) sum += c * exp(-0.5 * (a - b) * (a - b) * sigma_t * sigma_t);
        }
    return sum;
}

static void test_dephasing(void **state) {
    (void)state;
    static const struct {
        int cells;
        double sigma, until;
    } cases[] = {{1, 0.3, 10}, {3, 0.1, 8}, {3, 2, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "battery: {cells: %d, frequency: 1, state: {spin_coherent: [pi/2, 0.2]}, disorder: {sigma: %g}}\n"
                 "time: {until: %g, points: 9}\nobserve: [battery.coherence_l1, battery.energy]\n"
                 "numerics: {tolerance: 1e-9}\n",
                 cases[i].cells, cases[i].sigma, cases[i].until);
        ley_run *run = run_scenario(text, "dephasing");
        for (ley_index row = 0; row < 9; row++) {
            const double t = cases[i].until * (double)row / 8;
            assert_close(run_value(run, "battery.coherence_l1", row, 0),
                         coherence(cases[i].cells, cases[i].sigma * t), 0, 1e-8);
            assert_close(run_value(run, "battery.energy", row, 0), 0.5 * cases[i].cells, 0, 1e-8);
        }
        ley_run_destroy(run);
    }
}

/* Both noises only turn phases, and are independent. */
static void test_with_telegraph(void **state) {
    (void)state;
    ley_run *run = run_scenario("battery: {cells: 1, frequency: 1, state: {spin_coherent: [pi/2, 0]},\n"
                                "  disorder: {sigma: 0.2}, telegraph: [{amplitude: 0.5, rate: 0.2}]}\n"
                                "time: {until: 6, points: 7}\nobserve: [battery.coherence_l1]\n"
                                "numerics: {tolerance: 1e-9}\n",
                                "with telegraph noise");
    const double nu = 0.2, y = sqrt(0.25 - nu * nu); /* x = i y */
    for (ley_index row = 0; row < 7; row++) {
        const double t = (double)row;
        const double f = exp(-nu * t) * (cos(y * t) + nu / y * sin(y * t));
        assert_close(run_value(run, "battery.coherence_l1", row, 0), fabs(f) * exp(-0.5 * 0.04 * t * t), 0, 1e-8);
    }
    ley_run_destroy(run);
}

static void test_rabi(void **state) {
    (void)state;
    ley_run *run = run_scenario("battery: {cells: 1, frequency: 1.2, state: excited, disorder: {sigma: 0.4}}\n"
                                "cavity: {frequency: 1, levels: 2}\n"
                                "coupling: {model: tavis-cummings, strength: 0.3}\n"
                                "time: {until: 30, points: 16}\nobserve: [battery.energy, total.energy]\n"
                                "measure: [\"max(cavity.photons)\"]\n"
                                "numerics: {tolerance: 1e-9}\n",
                                "Rabi");
    enum { INTERVALS = 4000 };
    for (ley_index row = 0; row < 16; row++) {
        const double t = 2.0 * (double)row, reach = 9, h = 2 * reach / INTERVALS;
        double mean = 0;
        for (int k = 0; k <= INTERVALS; k++) {
            const double z = -reach + h * k, delta = 0.2 + 0.4 * z, omega2 = delta * delta + 4 * 0.09;
            const double s = sin(0.5 * sqrt(omega2) * t), p = 1 - 4 * 0.09 / omega2 * s * s;
            const double simpson = h / 3 * (k == 0 || k == INTERVALS ? 1 : k % 2 ? 4 : 2);
            mean += simpson * exp(-0.5 * z * z) / sqrt(2 * acos(-1.0)) * p;
        }
        assert_close(run_value(run, "battery.energy", row, 0), 1.2 * mean, 0, 1e-8);
    }
    assert_true(ley_run_certificate(run)->energy_error < 1e-8);
    ley_run_destroy(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dephasing),
        cmocka_unit_test(test_with_telegraph),
        cmocka_unit_test(test_rabi),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
