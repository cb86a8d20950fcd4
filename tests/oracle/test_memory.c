/* Two runs compared: trace distances, and by how much they rise. Judges: two separate runs and a spectrum by Jacobi
 * rotations, closed forms for telegraph noise, and the theorem that no Lindblad equation with positive rates lets a
 * trace distance rise. */
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/dense.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One cell that begins in +x or -x: half the trace norm is the size of its coherence, |f(t)|,
 * f = e^(-nu t) (cos x t + (nu/x) sin x t), f' = -(a^2/x) e^(-nu t) sin x t. |f| falls to 0 where tan x t = -x/nu
 * and rises from there to t = n pi/x, where it is e^(-nu t). */
static void telegraph(void **state) {
    (void)state;
    const double a = 0.8, nu = 0.1, until = 15, pi = acos(-1.0);
    const char *text =
        "battery: {cells: 1, frequency: 1.3, state: {spin_coherent: [pi/2, 0]}, telegraph: [{amplitude: "
        "0.8, rate: 0.1}]}\n"
        "compare: {battery: {state: {spin_coherent: [pi/2, pi]}}}\n"
        "time: {until: 15, points: 31}\nobserve: [trace_distance, trace_distance_joint]\n"
        "measure: [blp(trace_distance), backflow(trace_distance), backflows(trace_distance), "
        "blp(trace_distance_joint)]\n"
        "numerics: {tolerance: 1e-10}\n";
    const double x = sqrt(a * a - nu * nu);
    double sum = 0, duration = 0;
    int count = 0;
    for (int n = 1;; n++) {
        double zero = (n * pi - atan(x / nu)) / x, peak = n * pi / x;
        if (zero >= until) break;
        double end = fmin(peak, until);
        sum += exp(-nu * end) * fabs(cos(x * end) + nu / x * sin(x * end));
        duration += end - zero;
        count++;
    }
    ley_run *run = run_scenario(text, "telegraph");
    for (ley_index row = 0; row < ley_run_rows(run); row++) {
        double t = ley_run_times(run)[row], f = exp(-nu * t) * (cos(x * t) + nu / x * sin(x * t));
        assert_close(run_value(run, "trace_distance", row, 0), fabs(f), 0, 1e-9);
        assert_close(run_value(run, "trace_distance_joint", row, 0), fabs(f), 0, 1e-9);
    }
    assert_true(count == 4);
    assert_close(run_measure(run, "backflows(trace_distance)"), count, 0, 0);
    assert_close(run_measure(run, "blp(trace_distance)"), sum, 0, 1e-8);
    assert_close(run_measure(run, "blp(trace_distance_joint)"), sum, 0, 1e-8);
    assert_close(run_measure(run, "backflow(trace_distance)"), duration, 0, 1e-6);
    ley_run_destroy(run);
}

/* Half the trace norm of the difference of two final battery states. */
static double distance(const ley_run *a, const ley_run *b) {
    double sum = 0;
    for (int two_j = ley_run_cells(a); two_j >= 0; two_j -= 2) {
        const int d = two_j + 1;
        ley_complex one[64], other[64];
        double values[8];
        assert_int_equal(ley_run_battery_block(a, one, two_j, NULL), LEY_OK);
        assert_int_equal(ley_run_battery_block(b, other, two_j, NULL), LEY_OK);
        dense difference = dense_zero(d);
        for (int i = 0; i < d * d; i++)
            difference.at[i] = one[i].re - other[i].re + _Complex_I * (one[i].im - other[i].im);
        dense_eigenvalues(values, difference);
        for (int i = 0; i < d; i++) sum += 0.5 * fabs(values[i]);
    }
    dense_release_all();
    return sum;
}

static const char *const batteries[] = {"ground", "excited", "{dicke: [0.5, -0.5]}", "{spin_coherent: [1.1, 0.4]}",
                                        "{gibbs: 0.3}"};
static const char *const cavities[] = {"vacuum", "{fock: 2}", "{coherent: [0.3, 0.5]}", "{thermal: 0.2}"};

/* Every pair of starts against two runs; sectors where they serve, which may be real for one run and complex for
 * the other and reach further for one of them; with drives, with noise. */
static void two_runs(void **state) {
    (void)state;
    static const char form[] = "battery: {cells: 3, frequency: 1, state: %s%s}\n"
                               "cavity: {frequency: 1, levels: 5, state: %s}\n%s"
                               "coupling: {model: tavis-cummings, strength: 0.3}\n"
                               "noise: {cavity: {loss: 0.1}, local: {dephasing: 0.05, emission: 0.1}}\n"
                               "drive: {battery: %s}\n"
                               "time: {until: 5, points: 3}\nobserve: [%sbattery.purity, battery.energy]\n"
                               "numerics: {tolerance: 1e-10, certify: false%s}\n";
    static const struct {
        const char *noise, *drive, *numerics;
    } ways[] = {{"", "0", ", representation: sectors, propagator: chebyshev"},
                {"", "0", ", representation: sectors, propagator: dop853"},
                {"", "0.2", ""},
                {", telegraph: [{amplitude: 0.3, rate: 0.2}]", "0", ", representation: sectors"}};
    random_source source = {.state = 7};
    char text[2048], compare[256], what[128];
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++)
        for (int draw = 0; draw < 6; draw++) {
            const char *battery = batteries[random_integer(&source, 0, 4)],
                       *cavity = cavities[random_integer(&source, 0, 3)];
            const char *other = batteries[random_integer(&source, 0, 4)],
                       *field = cavities[random_integer(&source, 0, 3)];
            snprintf(what, sizeof what, "%s %s, %s %s, way %zu", battery, cavity, other, field, way);
            snprintf(compare, sizeof compare, "compare: {battery: {state: %s}, cavity: {state: %s}}\n", other,
                     field);
            snprintf(text, sizeof text, form, battery, ways[way].noise, cavity, compare, ways[way].drive,
                     "trace_distance, ", ways[way].numerics);
            ley_run *both = run_scenario(text, what);
            snprintf(text, sizeof text, form, battery, ways[way].noise, cavity, "", ways[way].drive, "",
                     ways[way].numerics);
            ley_run *first = run_scenario(text, what);
            snprintf(text, sizeof text, form, other, ways[way].noise, field, "", ways[way].drive, "",
                     ways[way].numerics);
            ley_run *second = run_scenario(text, what);
            assert_close(run_value(both, "trace_distance", 2, 0), distance(first, second), 0, 2e-9);
            assert_close(run_value(both, "battery.energy", 2, 0), run_value(first, "battery.energy", 2, 0), 0,
                         2e-9);
            check_run(both, what);
            ley_run_destroy(both);
            ley_run_destroy(first);
            ley_run_destroy(second);
        }
}

/* No positive rates, whatever H does, let a trace distance rise; the battery's alone may rise when a cavity gives
 * back what it took. */
static void divisible(void **state) {
    (void)state;
    random_source source = {.state = 11};
    for (int draw = 0; draw < 12; draw++) {
        char text[2048], rates[512];
        double r[8];
        for (int i = 0; i < 8; i++) r[i] = random_between(&source, 0, 0.3);
        const char *battery = batteries[random_integer(&source, 0, 4)],
                   *other = batteries[random_integer(&source, 0, 4)];
        snprintf(
            rates, sizeof rates,
            "collective: {emission: %.3f, absorption: %.3f, dephasing: %.3f}, local: {emission: %.3f, absorption: "
            "%.3f, dephasing: %.3f}",
            r[0], r[1], r[2], r[3], r[4], r[5]);
        bool cavity = draw % 2;
        snprintf(
            text, sizeof text,
            "battery: {cells: 3, frequency: 1, state: %s}\ncompare: {battery: {state: %s}}\n%s"
            "noise: {%s%s}\ndrive: {battery: \"0.4*cos(2*t)\"}\n"
            "time: {until: 12}\nmeasure: [blp(trace_distance%s), backflow(trace_distance%s)]\n"
            "numerics: {certify: false}\n",
            battery, strcmp(battery, other) == 0 ? "{gibbs: 0.7}" : other,
            cavity ? "cavity: {frequency: 1.1, levels: 2, state: vacuum}\ncoupling: {model: dicke, strength: 0.4}\n"
                   : "",
            rates, cavity ? ", cavity: {loss: 0.2, gain: 0.1}" : "", cavity ? "_joint" : "",
            cavity ? "_joint" : "");
        ley_run *run = run_scenario(text, "divisible");
        assert_close(run_measure(run, cavity ? "blp(trace_distance_joint)" : "blp(trace_distance)"), 0, 0, 1e-8);
        assert_close(run_measure(run, cavity ? "backflow(trace_distance_joint)" : "backflow(trace_distance)"), 0, 0,
                     0);
        ley_run_destroy(run);
    }
    ley_run *run = run_scenario("battery: {cells: 1, frequency: 1, state: excited}\n"
                                "compare: {battery: {state: ground}}\n"
                                "cavity: {frequency: 1, levels: 2}\n"
                                "coupling: {model: tavis-cummings, strength: 0.5}\n"
                                "time: {until: 7}\nmeasure: [blp(trace_distance)]\n",
                                "lossless cavity");
    /* |cos^2 gt|: 0 at pi, 1 at 2 pi, falling after that */
    assert_close(run_measure(run, "blp(trace_distance)"), 1, 0, 1e-8);
    ley_run_destroy(run);
}

/* The cut-off fits both starts. */
static void levels(void **state) {
    (void)state;
    ley_run *run = run_scenario("battery: {cells: 2, frequency: 1, state: ground}\n"
                                "cavity: {frequency: 1, levels: auto}\n"
                                "compare: {battery: {state: excited}, cavity: {state: {fock: 3}}}\n"
                                "coupling: {model: tavis-cummings, strength: 0.5}\n"
                                "time: {until: 3}\nobserve: [trace_distance]\n",
                                "levels");
    assert_int_equal(ley_run_certificate(run)->levels, 6); /* 3 photons, 2 excitations, and the vacuum */
    assert_close(run_value(run, "trace_distance", 0, 0), 1, 0, 1e-12);
    ley_run_destroy(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(telegraph), cmocka_unit_test(two_runs),
                                       cmocka_unit_test(divisible), cmocka_unit_test(levels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
