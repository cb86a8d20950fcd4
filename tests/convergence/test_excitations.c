/* battery.excitations: what is left out is not missed, and what is missed is told. */
#include <stdio.h>
#include <string.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/run_scenario.h"

static const double tolerance = 1e-7;

static ley_run *run_with(const char *coupling, const char *drive, const char *kept, const char *representation) {
    char text[1500];
    snprintf(text, sizeof text,
             "battery: {cells: 9, frequency: 1%s}\n"
             "cavity: {frequency: 1.1, levels: 4, state: {fock: 1}}\n"
             "coupling: {model: %s, strength: 0.04}\n"
             "noise: {cavity: {loss: 0.02}, local: {emission: 0.03, dephasing: 0.05},\n"
             "  collective: {emission: 0.01, dephasing: 0.02}}\n"
             "%s"
             "time: {values: [0, 1, 3, 6]}\n"
             "observe: [battery.energy, battery.ergotropy, battery.entropy, battery.jplus_jminus,\n"
             "  battery.spin_weights, battery.populations, cavity.photons, cavity.entropy, log_negativity]\n"
             "measure: [max(battery.energy), final(battery.entropy_dicke)]\n"
             "numerics: {tolerance: %g, certify: false, representation: %s}\n",
             kept, coupling, drive, tolerance, representation);
    return run_scenario(text, kept);
}

static void same(const ley_run *one, const ley_run *other, double difference) {
    for (ley_index k = 0; k < ley_observable_count(); k++) {
        ley_index width = 0;
        const double *x = ley_run_series(one, ley_observable_name(k), &width),
                     *y = ley_run_series(other, ley_observable_name(k), &width);
        for (ley_index i = 0; x && i < ley_run_rows(one) * width; i++) assert_close(x[i], y[i], 0, difference);
    }
    assert_close(run_measure(one, "max(battery.energy)"), run_measure(other, "max(battery.energy)"), 0, difference);
}

/* Enough of them, against every excitation in another representation. */
static void enough(void **unused) {
    (void)unused;
    static const char *const drives[] = {"", "drive: {cavity: \"0.1*gauss(t, 2, 1)\", battery: 0.02}\n"};
    for (int i = 0; i < 2; i++) {
        ley_run *cut = run_with("dicke", drives[i], ", excitations: 7", "half"),
                *whole = run_with("dicke", drives[i], "", "blocks");
        same(cut, whole, 3 * tolerance);
        assert_null(strstr(ley_run_warnings(cut), "excitations"));
        assert_true(ley_run_certificate(cut)->excitation_edge > 0);
        assert_true(ley_run_certificate(cut)->trace_error < 1e-9);
        assert_true(ley_run_certificate(whole)->excitation_edge == 0);
        ley_run_destroy(whole);
        ley_run_destroy(cut);
    }
}

/* One quantum in all, nothing counter-rotating: one excitation is everything. */
static void one_quantum(void **unused) {
    (void)unused;
    ley_run *cut = run_with("tavis-cummings", "", ", excitations: 1", "half"),
            *whole = run_with("tavis-cummings", "", "", "blocks");
    same(cut, whole, 2 * tolerance);
    ley_run_destroy(whole);
    ley_run_destroy(cut);
}

static void too_few_warn(void **unused) {
    (void)unused;
    ley_run *cut = run_with("dicke", "", ", excitations: 1", "half");
    assert_non_null(strstr(ley_run_warnings(cut), "battery.excitations = 1 truncates"));
    assert_true(ley_run_certificate(cut)->excitation_edge > 0.01);
    assert_true(ley_run_certificate(cut)->trace_error < 1e-9);
    ley_run_destroy(cut);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(enough), cmocka_unit_test(one_quantum),
                                       cmocka_unit_test(too_few_warn)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
