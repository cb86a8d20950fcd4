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
    assert_true(strlen(ley_run_representation(run)) > 0);
    assert_true(strlen(ley_run_propagator(run)) > 0);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
}

static void nothing_is_asked_of_nothing(void **state) {
    (void)state;
    assert_int_equal(ley_run_cells(NULL), 0);
    assert_null(ley_run_series_name(NULL, 0));
    assert_null(ley_run_measure_name(NULL, 0));
    assert_string_equal(ley_run_representation(NULL), "");
    assert_string_equal(ley_run_propagator(NULL), "");
    ley_run_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_come_in_the_order_of_the_scenario),
        cmocka_unit_test(nothing_is_asked_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
