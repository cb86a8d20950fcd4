/* Pulses late in a quiet run. Omega(t) Jx alone turns every cell by the area of the pulse, p = sin^2(area / 2);
 * eta(t) on a free cavity displaces it by the area, n = area^2. An integrator that steps over the pulse gives
 * exactly zero. */
#include <math.h>
#include <stdio.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/run_scenario.h"

static const double pi = 3.14159265358979323846;

static void charge_battery(const char *pulse, double until, double area) {
    char text[1024];
    snprintf(text, sizeof text,
             "battery: {cells: 2, frequency: 0, energy_frequency: 1}\n"
             "drive: {battery: \"%s\"}\n"
             "time: {until: %g, points: 3}\n"
             "observe: [battery.energy, battery.ergotropy]\n"
             "measure: [max(battery.energy), final(battery.energy)]\n"
             "numerics: {tolerance: 1e-9}\n",
             pulse, until);
    ley_run *run = run_scenario(text, pulse);
    check_run(run, pulse);
    double expected = 2 * pow(sin(area / 2), 2);
    assert_close(run_value(run, "battery.energy", 2, 0), expected, 0, 2e-9);
    assert_close(run_value(run, "battery.ergotropy", 2, 0), expected, 0, 2e-9);
    assert_close(run_measure(run, "final(battery.energy)"), expected, 0, 2e-9);
    if (area < pi) assert_close(run_measure(run, "max(battery.energy)"), expected, 0, 2e-9);
    ley_run_destroy(run);
}

static void test_gaussian(void **state) {
    (void)state;
    double area = 0.3 * sqrt(2 * pi);
    charge_battery("0.3*gauss(t, 50, 1)", 100, area);
    charge_battery("0.3*gauss(t, 50, 1)", 60, area);
    charge_battery("0.3*gauss(t, 50, 1) + 0.2*gauss(t, 300, 0.05)", 1000, area + 0.01 * sqrt(2 * pi));
}

static void test_gaussian_written_out(void **state) {
    (void)state;
    charge_battery("0.3*exp(-(t-50)^2/2)", 100, 0.3 * sqrt(2 * pi));
    charge_battery("0.3*exp(-(t-50)^2/(2*2^2))", 400, 0.6 * sqrt(2 * pi));
}

static void test_boxes(void **state) {
    (void)state;
    charge_battery("box(t, 70.3, 71)", 100, 0.7);
    charge_battery("100*box(t, 70, 70.01)", 1000, 1);
    charge_battery("0.01*step(t, 30)", 100, 0.7);
    charge_battery("0.2*(ramp(t, 40, 44) - ramp(t, 46, 50))", 100, 0.2 * 6);
}

static void test_pulse_on_the_cavity(void **state) {
    (void)state;
    static const char *const pulses[] = {"0.3*gauss(t, 50, 1)", "0.3*exp(-(t-50)^2/2)"};
    for (int i = 0; i < 2; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "battery: {cells: 2, frequency: 1}\n"
                 "cavity: {frequency: 0, energy_frequency: 1, levels: auto, state: vacuum}\n"
                 "coupling: {model: tavis-cummings, strength: 0}\n"
                 "drive: {cavity: \"%s\"}\n"
                 "time: {until: 60, points: 2}\n"
                 "observe: [cavity.photons, cavity.amplitude_im, cavity.energy]\n"
                 "numerics: {tolerance: 1e-8}\n",
                 pulses[i]);
        ley_run *run = run_scenario(text, pulses[i]);
        check_run(run, pulses[i]);
        double area = 0.3 * sqrt(2 * pi);
        assert_close(run_value(run, "cavity.photons", 1, 0), area * area, 0, 2e-8);
        assert_close(run_value(run, "cavity.amplitude_im", 1, 0), -area, 0, 2e-8);
        assert_string_equal(ley_run_warnings(run), "");
        ley_run_destroy(run);
    }
}

/* The same on a lossy coupled battery: it charges, and written out or declared is the same. */
static void test_pulse_charges_through_the_cavity(void **state) {
    (void)state;
    static const char *const pulses[] = {"0.3*gauss(t, 50, 1)", "0.3*exp(-(t-50)^2/2)"};
    double energy[2];
    for (int i = 0; i < 2; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "battery: {cells: 2, frequency: 1, state: ground}\n"
                 "cavity: {frequency: 1, levels: auto, state: vacuum}\n"
                 "coupling: {model: tavis-cummings, strength: 0.5}\n"
                 "noise: {cavity: {loss: 0.05}}\n"
                 "drive: {cavity: \"%s*cos(t)\"}\n"
                 "time: {until: 56, points: 2}\n"
                 "observe: [battery.energy]\n"
                 "measure: [max(battery.energy)]\n"
                 "numerics: {tolerance: 1e-8}\n",
                 pulses[i]);
        ley_run *run = run_scenario(text, pulses[i]);
        energy[i] = run_measure(run, "max(battery.energy)");
        ley_run_destroy(run);
    }
    assert_true(energy[0] > 0.05);
    assert_close(energy[1], energy[0], 0, 2e-8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gaussian),
        cmocka_unit_test(test_gaussian_written_out),
        cmocka_unit_test(test_boxes),
        cmocka_unit_test(test_pulse_on_the_cavity),
        cmocka_unit_test(test_pulse_charges_through_the_cavity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
