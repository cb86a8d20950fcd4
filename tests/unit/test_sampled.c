/* Measures of the output times alone, against cos^2(g t) of a cell that gives its quantum to an empty cavity. */
#include "support/assert_close.h"
#include "support/refused.h"
#include "support/run_scenario.h"

#include "core/memory.h"
#include "leyden.h"

#include <math.h>
#include <string.h>

#define CELL                                                                                                       \
    "battery: {cells: 1, frequency: 1, state: ground}\ncompare: {battery: {state: excited}}\n"                     \
    "cavity: {frequency: 1, levels: 3, state: {fock: 1}}\ncoupling: {model: tavis-cummings, strength: 0.7}\n"      \
    "numerics: {tolerance: 1e-9}\n"
enum { ROWS = 12 };

/* The cell begins in the ground state beside one photon: energy sin^2(0.7 t); begun excited, it holds two quanta
 * with the photon, and its energy is cos^2(0.7 sqrt(2) t). Both states are diagonal: their distance is
 * |difference|. */
static double energy(double t) {
    return pow(sin(0.7 * t), 2);
}

static double distance(double t) {
    return fabs(pow(cos(0.7 * sqrt(2) * t), 2) - energy(t));
}

static void they_look_at_output_times_alone(void **state) {
    (void)state;
    ley_run *run = run_scenario(
        CELL "time: {until: 11, points: 12}\nmeasure: [sampled_max(battery.energy), max(battery.energy),\n"
             "  sampled_argmax(battery.energy), sampled_blp(trace_distance), blp(trace_distance)]\n",
        "rows");
    double best = -1, at = NAN, rises = 0;
    for (int k = 0; k < ROWS; k++) {
        if (energy(k) > best) {
            best = energy(k);
            at = k;
        }
        if (k > 0) rises += fmax(0, distance(k) - distance(k - 1));
    }
    assert_close(run_measure(run, "sampled_max(battery.energy)"), best, 1e-8, 0);
    assert_close(run_measure(run, "sampled_argmax(battery.energy)"), at, 0, 0);
    assert_close(run_measure(run, "sampled_blp(trace_distance)"), rises, 1e-7, 0);
    assert_close(run_measure(run, "max(battery.energy)"), 1, 1e-8, 0);
    assert_true(run_measure(run, "blp(trace_distance)") > rises + 0.1);
    ley_run_destroy(run);
}

/* Nothing but output times is asked for, so that nothing between them is looked at; and a derived quantity without
 * value. */
static void rows_alone_and_gaps(void **state) {
    (void)state;
    ley_run *run =
        run_scenario(CELL "time: {values: [0, 0.5, 2, 2.5]}\nderive: {share: battery.energy/t}\n"
                          "measure: [sampled_max(share), sampled_argmax(share), sampled_blp(trace_distance)]\n",
                     "derived");
    const double times[] = {0.5, 2, 2.5};
    int best = 0;
    for (int k = 1; k < 3; k++)
        if (energy(times[k]) / times[k] > energy(times[best]) / times[best]) best = k;
    assert_close(run_measure(run, "sampled_max(share)"), energy(times[best]) / times[best], 1e-8, 0);
    assert_close(run_measure(run, "sampled_argmax(share)"), times[best], 0, 0);
    ley_run_destroy(run);
}

static void wrong_requests_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {{CELL "time: {until: 1}\nmeasure: [sampled_blp(battery.energy)]\n",
                  "sampled_blp takes trace_distance or trace_distance_joint"},
                 {CELL "time: {until: 1}\nmeasure: [\"sampled_max(battery.energy, heat)\"]\n",
                  "sampled_max takes one observable"},
                 {CELL "time: {until: 1}\nmeasure: [sampled_mx(battery.energy)]\n",
                  "unknown measure \"sampled_mx\" (did you mean sampled_max?)"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused_words(cases[i].text, 7, 11, cases[i].message);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_look_at_output_times_alone),
        cmocka_unit_test(rows_alone_and_gaps),
        cmocka_unit_test(wrong_requests_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
