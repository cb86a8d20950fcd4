/* The handle of one run: what it says of itself, through leyden.h alone. */
#include "leyden.h"
#include "support/assert_close.h"

#include <math.h>
#include <string.h>

static const char *const text = "battery: {cells: 3, frequency: 1, state: excited}\n"
                                "noise: {local: {emission: 0.1}}\n"
                                "time: {until: 1, points: 3}\n"
                                "observe: [battery.populations, battery.energy]\n"
                                "measure: ['final(battery.energy)', 'at_max(battery.energy,battery.ergotropy)']\n";

static void names_come_in_the_order_of_the_scenario(void **state) {
    (void)state;
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    assert_int_equal(ley_scenario_create(&scenario, text, NULL), LEY_OK);
    assert_int_equal(ley_run_create(&run, scenario, 0, NULL, NULL, NULL), LEY_OK);
    assert_int_equal(ley_run_cells(run), 3);
    assert_string_equal(ley_run_series_name(run, 0), "battery.populations");
    assert_string_equal(ley_run_series_name(run, 1), "battery.energy");
    assert_null(ley_run_series_name(run, 2));
    assert_null(ley_run_series_name(run, -1));
    ley_index width = 0;
    const double *populations = ley_run_series(run, ley_run_series_name(run, 0), &width);
    assert_int_equal(width, 4);
    assert_close(populations[3], 1, 0, 1e-12);
    assert_string_equal(ley_run_measure_name(run, 0), "final(battery.energy)");
    assert_string_equal(ley_run_measure_name(run, 1), "at_max(battery.energy, battery.ergotropy)");
    assert_null(ley_run_measure_name(run, 2));
    assert_null(ley_run_measure_name(run, -1));
    /* 3 cells decay by themselves: E = 3 exp(-0.1 t); the largest ergotropy is at t = 0 */
    assert_close(ley_run_measure(run, ley_run_measure_name(run, 0)), 3 * exp(-0.1), 0, 1e-7);
    assert_close(ley_run_measure(run, ley_run_measure_name(run, 1)), 3, 0, 1e-7);
    assert_true(isnan(ley_run_measure(run, "max(battery.energy)")));
    assert_string_equal(ley_run_unit(run, "battery.populations"), "1");
    assert_string_equal(ley_run_unit(run, "battery.energy"), "energy");
    assert_string_equal(ley_run_unit(run, "final(battery.energy)"), "energy");
    assert_null(ley_run_unit(run, "battery.entropy"));
    assert_null(ley_run_unit(run, NULL));
    assert_true(strlen(ley_run_representation(run)) > 0);
    assert_true(strlen(ley_run_propagator(run)) > 0);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
}

/* Times for the places of extremes, a number for counts, the unit of X for values of X, none for formulas. */
static void units_of_what_is_asked(void **state) {
    (void)state;
    const char *asked =
        "battery: {cells: 2, frequency: 1, state: excited}\nnoise: {local: {emission: 0.1}}\n"
        "compare: {battery: {state: ground}}\ntime: {until: 1, points: 3}\n"
        "derive: {twice: 2*battery.energy, odd: battery.energy*battery.entropy, share: final(twice)/2}\n"
        "observe: [twice, odd, battery.sector_decay_bounds]\n"
        "measure: [sampled_argmax(battery.energy), backflows(trace_distance), backflow(trace_distance),\n"
        "          'backflow_begin(trace_distance, 1)', max(battery.entropy), share]\n";
    static const char *const units[][2] = {
        {"twice", ""},
        {"odd", ""},
        {"battery.sector_decay_bounds", "1/time"},
        {"sampled_argmax(battery.energy)", "time"},
        {"backflows(trace_distance)", "1"},
        {"backflow(trace_distance)", "time"},
        {"backflow_begin(trace_distance, 1)", "time"},
        {"max(battery.entropy)", "nats"},
        {"share", ""},
    };
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    ley_error err = {0};
    if (ley_scenario_create(&scenario, asked, &err)) fail_msg("%s", err.message);
    assert_int_equal(ley_run_create(&run, scenario, 0, NULL, NULL, NULL), LEY_OK);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        assert_string_equal(ley_run_unit(run, units[i][0]), units[i][1]);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
}

static void nothing_is_asked_of_nothing(void **state) {
    (void)state;
    assert_int_equal(ley_run_cells(NULL), 0);
    assert_null(ley_run_series_name(NULL, 0));
    assert_null(ley_run_measure_name(NULL, 0));
    assert_null(ley_run_unit(NULL, "battery.energy"));
    assert_string_equal(ley_run_representation(NULL), "");
    assert_string_equal(ley_run_propagator(NULL), "");
    ley_run_destroy(NULL);
}

typedef struct stopwatch {
    double from, seen; /* stops when so much of the run is reached; the last time reported */
    int calls, calls_after;
} stopwatch;

static int stop(void *user, double t, double until) {
    stopwatch *w = user;
    w->calls++;
    if (w->seen / until > w->from) w->calls_after++;
    w->seen = t;
    return t / until > w->from;
}

/* One expansion takes the whole run: stopped between its terms, and at once. */
static void a_stop_is_heard_within_an_expansion(void **state) {
    (void)state;
    static const char *const one_span[] = {
        "battery: {cells: 8, frequency: 1}\ncavity: {frequency: 1, state: {fock: 8}}\n"
        "coupling: {model: tavis-cummings, strength: 0.3}\nnoise: {cavity: {loss: 0.01}}\n"
        "time: {until: 100, points: 3}\nobserve: [battery.energy]\n",
        "battery: {cells: 8, frequency: 1}\ncavity: {frequency: 1, levels: 9, state: {fock: 2}}\n"
        "coupling: {model: dicke, strength: 0.3}\nnoise: {cavity: {loss: 0.01}}\n"
        "time: {until: 40, points: 3}\nobserve: [battery.energy]\n",
    };
    for (int i = 0; i < 2; i++) {
        ley_scenario *scenario = NULL;
        ley_run *run = NULL;
        ley_error err = {0};
        if (ley_scenario_create(&scenario, one_span[i], &err) != LEY_OK) fail_msg("%s", err.message);
        stopwatch w = {.from = 0.1};
        assert_int_equal(ley_run_create(&run, scenario, 0, stop, &w, &err), LEY_ERR_STOPPED);
        assert_null(run);
        assert_true(w.calls > 1);
        assert_int_equal(w.calls_after, 0);
        assert_true(w.seen < 40);
        ley_scenario_destroy(scenario);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_come_in_the_order_of_the_scenario),
        cmocka_unit_test(units_of_what_is_asked),
        cmocka_unit_test(nothing_is_asked_of_nothing),
        cmocka_unit_test(a_stop_is_heard_within_an_expansion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
