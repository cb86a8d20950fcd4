/* What decays, against uniformisation, which has neither steps nor interpolation nor a limit of stability. */
#include "support/assert_close.h"
#include "support/run_scenario.h"

#include <stdbool.h>
#include <stdio.h>

enum { ROWS = 25, CELLS = 20 };

static ley_run *run_to(const char *f, bool warped, const char *numerics) {
    static const char *const battery = "battery: {cells: 4, frequency: 1, state: {spin_coherent: [1.2, 0]}}\n";
    char text[4096];
    size_t n =
        (size_t)snprintf(text, sizeof text,
                         "%snoise:\n"
                         "  collective: {emission: \"1.6*%s\", absorption: \"0.6*%s\", dephasing: \"0.1*%s\"}\n"
                         "  local: {emission: \"0.3*%s\", absorption: \"0.02*%s\"}\n"
                         "time: {values: [0",
                         battery, f, f, f, f, f);
    for (int i = 1; i < ROWS; i++) {
        const double t = 0.5 * i;
        n += (size_t)snprintf(text + n, sizeof text - n, ", %.17g", warped ? t + 0.5 * (1 - cos(t)) : t);
    }
    snprintf(text + n, sizeof text - n,
             "]}\nobserve: [battery.energy, battery.ergotropy, battery.coherence_l1, battery.purity]\n"
             "numerics: {%s}\n",
             numerics);
    return run_scenario(text, f);
}

/* What has decayed stays decayed, also where rates depend on time: every rate is f(t) times a constant, so that at
 * t the battery is where constant rates have it at the integral of f. */
static void test_rates_that_come_and_go(void **state) {
    (void)state;
    static const char *const observed[] = {"battery.energy", "battery.ergotropy", "battery.coherence_l1",
                                           "battery.purity"};
    ley_run *judge = run_to("1", true, "tolerance: 1e-12, propagator: uniformisation");
    for (double tolerance = 1e-6; tolerance > 5e-11; tolerance *= 1e-2) {
        char numerics[64];
        snprintf(numerics, sizeof numerics, "tolerance: %g, propagator: dop853", tolerance);
        ley_run *run = run_to("(1 + 0.5*sin(t))", false, numerics);
        for (int o = 0; o < 4; o++)
            for (ley_index row = 0; row < ROWS; row++)
                assert_close(run_value(run, observed[o], row, 0), run_value(judge, observed[o], row, 0), 0,
                             tolerance);
        ley_run_destroy(run);
    }
    ley_run_destroy(judge);
}

/* A burst: populations fall through twenty states, sums of exponentials a hundred times as large as they are. A
 * measure asks for the time between the rows; beside a cavity that does nothing, Chebyshev points give it. */
static ley_run *burst(const char *cavity, const char *numerics, const char *what) {
    char text[640];
    snprintf(text, sizeof text,
             "battery: {cells: %d, frequency: 1, state: excited}\n%s"
             "noise: {collective: {emission: 1}}\ntime: {until: 2, points: 33}\n"
             "observe: [battery.energy, battery.populations]\nmeasure: [\"max(battery.energy)\"]\n"
             "numerics: {%s}\n",
             CELLS, cavity, numerics);
    return run_scenario(text, what);
}

static void test_burst(void **state) {
    (void)state;
    static const char *const words[] = {"sectors", "half"};
    ley_run *judge = burst("", "tolerance: 1e-12, propagator: uniformisation", "judge");
    for (int w = 0; w < 2; w++)
        for (double tolerance = 1e-6; tolerance > 5e-11; tolerance *= 1e-2) {
            char numerics[96];
            snprintf(numerics, sizeof numerics, "tolerance: %g, certify: false, representation: %s", tolerance,
                     words[w]);
            ley_run *run = burst("cavity: {frequency: 1, levels: 2}\n"
                                 "coupling: {model: tavis-cummings, strength: 0}\n",
                                 numerics, words[w]);
            for (ley_index row = 0; row < 33; row++)
                for (int k = 0; k <= CELLS; k++)
                    assert_close(run_value(run, "battery.populations", row, k),
                                 run_value(judge, "battery.populations", row, k), 0, tolerance);
            ley_run_destroy(run);
        }
    ley_run_destroy(judge);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rates_that_come_and_go), cmocka_unit_test(test_burst)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
