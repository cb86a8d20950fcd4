/* What --set changes in a scenario, and how its text says so. */
#include "core/memory.h"
#include "support/accepted.h"
#include "support/assert_close.h"

#include <string.h>

static void settings_replace_and_add(void **state) {
    (void)state;
    const char *six[] = {"N=6"};
    ley_scenario *scenario = accepted(manual_text, six, 1);
    assert_int_equal(ley_scenario_points(scenario), 1); /* N replaces the axis */
    assert_int_equal(ley_scenario_axes(scenario), 0);
    ley_task task = task_of(scenario, 0);
    assert_int_equal(task.model.cells, 6);
    ley_task_clear(&task);
    assert_int_equal(strncmp(ley_scenario_text(scenario), manual_text, strlen(manual_text)), 0);
    assert_string_equal(ley_scenario_text(scenario) + strlen(manual_text), "# --set N=6\n");
    ley_scenario_destroy(scenario);

    const char *many[] = {"sweep.battery.cells=[3, 4]",
                          "w=2",
                          "noise.cavity.loss = 0.5*w",
                          "cavity.state={fock: 2}",
                          "cavity.levels=8",
                          "time={values: [1, 2, 3]}",
                          "observe=[cavity.photons]",
                          "numerics.memory=1 GiB",
                          "sweep.w={from: 1, to: 2, points: 2}",
                          "title=another",
                          "parameters.extra=3*w",
                          "drive.battery=extra"};
    scenario = accepted(manual_text, many, sizeof many / sizeof *many);
    assert_int_equal(ley_scenario_points(scenario), 4);
    assert_string_equal(ley_scenario_title(scenario), "another");
    task = task_of(scenario, 3);
    assert_int_equal(task.model.cells, 4);
    assert_close(task.model.rate[LEY_CAVITY_LOSS].value, 1, 0, 0);
    assert_int_equal(task.model.cavity_state.kind, LEY_CAVITY_FOCK);
    assert_int_equal(task.model.levels, 8);
    assert_int_equal(task.n_times, 3);
    assert_int_equal(task.observables[0], LEY_CAVITY_PHOTONS);
    assert_int_equal(task.n_measures, 2); /* the others stay as they were */
    assert_close(task.numerics.memory_limit, 1073741824.0, 0, 0);
    assert_close(task.model.drive_battery.value, 6, 0, 0);
    ley_task_clear(&task);
    int32_t line, column;
    ley_scenario_place(scenario, "cavity.levels", &line, &column);
    assert_int_equal(line, 0); /* not in the text */
    ley_scenario_destroy(scenario);

    const char *later[] = {"N=2", "N=3", "noise.local={absorption: 1}"};
    scenario = accepted(SMALL, later, 3);
    task = task_of(scenario, 0);
    assert_int_equal(task.model.cells, 3); /* the last one counts */
    assert_close(task.model.rate[LEY_LOCAL_ABSORPTION].value, 1, 0, 0);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);

    const char *kappa[] = {"sweep.N=[1, 2]"};
    scenario = accepted(SMALL, kappa, 1); /* a sweep where there was none */
    assert_int_equal(ley_scenario_points(scenario), 2);
    ley_scenario_destroy(scenario);
    assert_int_equal(ley_memory_live(), 0);
}

static void a_setting_of_several_lines_stays_a_comment(void **state) {
    (void)state;
    const char *settings[] = {"title=\"a\n  b\""};
    ley_scenario *scenario =
        accepted("battery: {cells: 4, frequency: 1}\ntime: {until: 10}\nobserve: [power]", settings, 1);
    assert_string_equal(ley_scenario_title(scenario), "a b");
    assert_string_equal(ley_scenario_text(scenario), "battery: {cells: 4, frequency: 1}\ntime: {until: 10}\n"
                                                     "observe: [power]\n# --set title=\"a   b\"\n");
    ley_scenario_destroy(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_replace_and_add),
        cmocka_unit_test(a_setting_of_several_lines_stays_a_comment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
