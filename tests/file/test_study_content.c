/* What the file of a study holds, and what tables, CSV and Python make of it. */
#include "file/study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void a_sweep_comes_back(void **state) {
    (void)state;
    const char *path = at("sweep.h5");
    ley_study_info info = {0};
    ley_error err = {0};
    assert_int_equal(study(sweep_text, path, NULL, &info, &err), LEY_OK);
    assert_int_equal(info.points, POINTS);
    assert_int_equal(info.done, POINTS);
    assert_int_equal(info.failed, 0);
    assert_int_equal(info.first_failed, -1);
    assert_string_equal(info.warnings, "N = 3: three cells\nN = 3: are a crowd\n");
    ley_string_destroy(info.warnings);

    ley_result *result = opened(path);
    const ley_layout *layout = ley_result_layout(result);
    assert_string_equal(layout->title, "known numbers");
    assert_int_equal(layout->n_axes, 1);
    assert_string_equal(layout->axes[0].name, "N");
    assert_int_equal(layout->n_times, ROWS);
    assert_int_equal(layout->n_series, 2);
    assert_string_equal(layout->series[0].name, "battery.energy");
    assert_string_equal(layout->series[0].unit, "energy");
    assert_string_equal(layout->series[1].name, "battery.spin_weights");
    assert_int_equal(layout->series[1].width, 4); /* N = 6 has j = 3, 2, 1, 0 */
    assert_string_equal(layout->measures[1].name, "argmax(battery.energy)");
    assert_string_equal(layout->measures[1].unit, "time");
    for (ley_index point = 0; point < POINTS; point++) {
        int32_t cells = (int32_t)point + 1;
        double energy[ROWS], weights[ROWS][4];
        assert_int_equal(ley_result_status(result, point), LEY_POINT_DONE);
        assert_int_equal(ley_result_rows(result, point), ROWS);
        assert_int_equal(ley_result_series(result, energy, 0, point, NULL), LEY_OK);
        assert_int_equal(ley_result_series(result, weights[0], 1, point, NULL), LEY_OK);
        for (ley_index row = 0; row < ROWS; row++) {
            double t = layout->times[row];
            assert_close(t, 0.5 * (double)row, 1e-15, 0);
            assert_true(energy[row] == known_value(cells, t, 0, 0));
            for (ley_index k = 0; k < 4; k++)
                assert_true(k <= cells / 2 ? weights[row][k] == known_value(cells, t, 1, k)
                                           : isnan(weights[row][k]));
        }
        for (ley_index i = 0; i < 2; i++)
            assert_true(ley_result_measure(result, i, point) == known_measure(cells, i));
        assert_string_equal(ley_result_warnings(result, point), cells == 3 ? "three cells\nare a crowd\n" : "");
        assert_true(ley_result_certificate(result, point)->trace_error == 1e-15 * cells);
    }
    ley_certificate worst = ley_result_worst(result);
    assert_true(worst.trace_error == 1e-15 * 6 && worst.min_eigenvalue == -1e-16 * 6);
    assert_int_equal(worst.steps, 10 * (1 + 2 + 3 + 4 + 5 + 6));
    assert_true(isnan(worst.cutoff_effect)); /* nowhere measured */
    ley_result_close(result);
}

static void a_single_run_keeps_its_final_battery(void **state) {
    (void)state;
    const char *path = at("single.h5");
    assert_runs(single_text, path, NULL);
    ley_result *result = opened(path);
    assert_int_equal(ley_result_layout(result)->n_axes, 0);
    assert_int_equal(ley_result_layout(result)->n_points, 1);
    const ley_complex *battery = ley_result_battery(result);
    assert_non_null(battery);
    for (int i = 0; i < 4 * 4 + 2 * 2; i++) assert_true(battery[i].re == i && battery[i].im == -0.5 * i);
    ley_result_close(result);
}

/* More final numbers than a file of one curve should carry: the file has none and can be read all the same. */
static void a_large_battery_leaves_no_final_state(void **state) {
    (void)state;
    static const char text[] = "battery: {cells: 101, frequency: 1}\n"
                               "time: {until: 1, points: 3}\n"
                               "observe: [battery.energy]\n";
    const char *path = at("large.h5");
    assert_runs(text, path, NULL);
    ley_result *result = opened(path);
    assert_null(ley_result_battery(result));
    assert_int_equal(ley_result_layout(result)->n_points, 1);
    ley_result_close(result);
}

static void different_times_and_words_are_kept(void **state) {
    (void)state;
    static const char text[] = "battery: {cells: 2, frequency: 1}\n"
                               "cavity: {frequency: 1, levels: 3}\n"
                               "coupling: {strength: 0.1}\n"
                               "time: {until: \"10*N\", points: 5}\n"
                               "observe: [battery.energy]\n"
                               "sweep: {N: [1, 2], coupling.model: [tavis-cummings, dicke]}\n";
    const char *path = at("words.h5");
    assert_runs(text, path, NULL);
    ley_result *result = opened(path);
    const ley_layout *layout = ley_result_layout(result);
    assert_int_equal(layout->n_axes, 2);
    assert_true(layout->time_varies);
    assert_string_equal(layout->axes[1].name, "coupling.model");
    assert_string_equal(layout->axes[1].labels[1], "dicke");
    ley_index n = 0;
    assert_close(ley_layout_times(layout, 1, &n)[4], 10, 1e-15, 0);
    assert_close(ley_layout_times(layout, 2, &n)[4], 20, 1e-15, 0);
    assert_int_equal(n, 5);
    char *csv = NULL;
    assert_int_equal(ley_result_csv(result, &csv, NULL), LEY_OK);
    assert_non_null(strstr(csv, "N,coupling.model,time,battery.energy\n1,tavis-cummings,0,"));
    assert_non_null(strstr(csv, "\n2,dicke,20,"));
    ley_string_destroy(csv);
    ley_result_close(result);
}

static void tables_and_csv_say_what_the_file_holds(void **state) {
    (void)state;
    const char *path = at("table.h5");
    atomic_store(&failing_cells, 5);
    assert_int_equal(study(sweep_text, path, NULL, NULL, NULL), LEY_ERR_NUMERIC);
    ley_result *result = opened(path);
    char *text = NULL;
    assert_int_equal(ley_result_table(result, &text, NULL), LEY_OK);
    const char *parts[] = {"known numbers\n",
                           "5 of 6 done, 1 failed",
                           "max(battery.energy)",
                           "three cells",
                           "N = 5: time: the step became too small",
                           "largest error of the trace"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(text, parts[i])) fail_msg("the table lacks \"%s\":\n%s", parts[i], text);
    ley_string_destroy(text);
    assert_int_equal(ley_result_csv(result, &text, NULL), LEY_OK);
    static const char header[] = "N,time,battery.energy,battery.spin_weights[0],battery.spin_weights[1],"
                                 "battery.spin_weights[2],battery.spin_weights[3],max(battery.energy),"
                                 "argmax(battery.energy)\n";
    assert_memory_equal(text, header, sizeof header - 1);
    double n, t, energy;
    assert_int_equal(sscanf(text + sizeof header - 1, "%lf,%lf,%lf,", &n, &t, &energy), 3);
    assert_true(n == 1 && t == 0 && energy == known_value(1, 0, 0, 0));
    int lines = 0;
    for (const char *c = text; *c; c++) lines += *c == '\n';
    assert_int_equal(lines, 1 + 5 * ROWS + ROWS / 2); /* the failed point keeps the rows it reached */
    ley_string_destroy(text);
    ley_result_close(result);
}

static void the_number_of_jobs_changes_nothing(void **state) {
    (void)state;
    ley_study_options options = {.jobs = 1};
    assert_runs(sweep_text, at("one.h5"), &options);
    assert_int_equal(atomic_load(&most_running), 1);
    options.jobs = 5;
    atomic_store(&row_microseconds, 4000);
    assert_runs(sweep_text, at("five.h5"), &options);
    assert_true(atomic_load(&most_running) > 1);
    assert_same_datasets(at("one.h5"), at("five.h5"));
}

/* h5py and xarray, where this machine has them. */
static void python_reads_it(void **state) {
    (void)state;
    const char *path = at("python.h5"), *table = at("python.csv");
    assert_runs(sweep_text, path, NULL);
    ley_result *result = opened(path);
    char *csv = NULL;
    assert_int_equal(ley_result_csv(result, &csv, NULL), LEY_OK);
    ley_result_close(result);
    write_file(table, csv, strlen(csv));
    ley_string_destroy(csv);
    char command[1024];
    snprintf(command, sizeof command, "/usr/bin/python3 '%s/../file/read_result.py' '%s' '%s'", TEST_DATA, path,
             table);
    int status = system(command);
    if (WIFEXITED(status) && (WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 127)) skip();
    assert_int_equal(status, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_sweep_comes_back, reset),
        cmocka_unit_test_setup(a_single_run_keeps_its_final_battery, reset),
        cmocka_unit_test_setup(a_large_battery_leaves_no_final_state, reset),
        cmocka_unit_test_setup(different_times_and_words_are_kept, reset),
        cmocka_unit_test_setup(tables_and_csv_say_what_the_file_holds, reset),
        cmocka_unit_test_setup(the_number_of_jobs_changes_nothing, reset),
        cmocka_unit_test_setup(python_reads_it, reset),
    };
    return cmocka_run_group_tests(tests, make_study_folder, remove_study_folder);
}
