/* numerics.trajectories: the mean of drawn histories against the exact average of the same scenario and against
 * closed forms, within the standard errors that it reports; and the random numbers themselves. */
#include "support/assert_close.h"
#include "support/run_scenario.h"

#include "core/random.h"

#include <stdio.h>
#include <string.h>

/* Known answers of the authors of Philox 4x32-10. */
static void test_philox(void **state) {
    (void)state;
    static const uint32_t zero[4] = {0}, ones[4] = {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff};
    static const uint32_t of_zero[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    static const uint32_t of_ones[4] = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    uint32_t out[4];
    ley_philox(out, zero, zero);
    assert_memory_equal(out, of_zero, sizeof out);
    ley_philox(out, ones, ones);
    assert_memory_equal(out, of_ones, sizeof out);
    ley_random random = {.seed = 3};
    double sum = 0, squares = 0, waits = 0;
    enum { DRAWS = 20000 };
    for (int i = 0; i < DRAWS; i++) {
        const double x = ley_random_normal(&random);
        sum += x;
        squares += x * x;
        waits += ley_random_exponential(&random);
    }
    assert_close(sum / DRAWS, 0, 0, 5 / sqrt(DRAWS));
    assert_close(squares / DRAWS, 1, 0, 5 * sqrt(2.0 / DRAWS));
    assert_close(waits / DRAWS, 1, 0, 5 / sqrt(DRAWS));
}

static ley_run *run_with(const char *base, const char *numerics) {
    char text[1024];
    snprintf(text, sizeof text, "%snumerics: {tolerance: 1e-8%s}\n", base, numerics);
    return run_scenario(text, numerics);
}

/* Every number within 5 standard errors of the exact average, and the errors no larger than they should be. */
static void check(const char *base, const char *const *observables, int n, int rows, double largest) {
    ley_run *exact = run_with(base, ""), *drawn = run_with(base, ", trajectories: 320, seed: 7");
    const double error = ley_run_certificate(drawn)->sampling_error;
    if (!(error > 0 && error < largest)) fail_msg("standard error %g", error);
    assert_non_null(strstr(ley_run_warnings(drawn), "mean of 320 histories; standard errors at most battery"));
    for (ley_index row = 0; row < rows; row++)
        for (int i = 0; i < n; i++)
            assert_close(run_value(drawn, observables[i], row, 0), run_value(exact, observables[i], row, 0), 0,
                         5 * error);
    ley_run_destroy(exact);
    ley_run_destroy(drawn);
}

static void test_without_cavity(void **state) {
    (void)state;
    static const char *const observables[] = {"battery.energy", "battery.coherence_l1"};
    check("battery: {cells: 2, frequency: 1, state: {spin_coherent: [pi/2, 0]}, disorder: {sigma: 0.1},\n"
          "  telegraph: [{amplitude: 0.5, rate: 0.3}, {amplitude: 0.2, rate_up: 0.1, rate_down: 0.5}]}\n"
          "noise: {local: {emission: 0.05}}\ndrive: {battery: \"0.2*gauss(t, 3, 0.5)\"}\n"
          "time: {until: 6, points: 7}\nobserve: [battery.energy, battery.coherence_l1]\n",
          observables, 2, 7, 0.15);
}

static void test_with_cavity(void **state) {
    (void)state;
    static const char *const observables[] = {"battery.energy", "battery.ergotropy", "cavity.photons"};
    check("battery: {cells: 2, frequency: 1, telegraph: [{amplitude: 0.3, rate: 0.4}]}\n"
          "cavity: {frequency: 1, levels: 3, state: {fock: 2}}\n"
          "coupling: {model: tavis-cummings, strength: 0.3, telegraph: [{amplitude: 0.1, rate: 1}]}\n"
          "noise: {cavity: {loss: 0.1}}\ntime: {until: 8, points: 9}\n"
          "observe: [battery.energy, battery.ergotropy, cavity.photons]\n",
          observables, 3, 9, 0.15);
}

/* The closed form of one cell; the same seed draws the same, another one something else; errors fall as 1/sqrt(n).
 */
static void test_closed_form(void **state) {
    (void)state;
    static const char base[] = "battery: {cells: 1, frequency: 1, state: {spin_coherent: [pi/2, 0]},\n"
                               "  telegraph: [{amplitude: 0.5, rate: 0.2}]}\n"
                               "time: {values: [4]}\nmeasure: [final(battery.coherence_l1)]\n";
    ley_run *few = run_with(base, ", trajectories: 200"), *again = run_with(base, ", trajectories: 200, seed: 1");
    ley_run *other = run_with(base, ", trajectories: 200, seed: 2"), *many = run_with(base, ", trajectories: 3200");
    const char *name = "final(battery.coherence_l1)";
    const double y = sqrt(0.25 - 0.04), f = exp(-0.8) * (cos(4 * y) + 0.2 / y * sin(4 * y));
    assert_close(run_measure(few, name), run_measure(again, name), 0, 0);
    assert_true(run_measure(few, name) != run_measure(other, name));
    const double error = ley_run_certificate(many)->sampling_error;
    assert_close(run_measure(many, name), fabs(f), 0, 5 * error);
    assert_close(ley_run_certificate(few)->sampling_error / error, 4, 0, 2);
    ley_run_destroy(few);
    ley_run_destroy(again);
    ley_run_destroy(other);
    ley_run_destroy(many);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_philox), cmocka_unit_test(test_without_cavity),
                                       cmocka_unit_test(test_with_cavity), cmocka_unit_test(test_closed_form)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
