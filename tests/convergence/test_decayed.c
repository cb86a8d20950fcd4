/* What has decayed stays decayed, also where rates depend on time: every rate is f(t) times a constant, so that at
 * t the battery is where constant rates have it at the integral of f. Judge: the same with constant rates, by
 * uniformisation, which has neither steps nor a limit of stability. */
#include "support/assert_close.h"
#include "support/run_scenario.h"

#include <stdbool.h>
#include <stdio.h>

enum { ROWS = 25 };

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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rates_that_come_and_go)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
