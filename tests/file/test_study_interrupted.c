/* Studies that are killed, stopped, that fail at a point, that somebody else is writing. */
#include "file/study.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Begins a study in a process of its own. */
static pid_t begin_elsewhere(const char *text, const char *path, long microseconds_a_row) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        ley_scenario *scenario = NULL;
        ley_study_options options = {.jobs = 2};
        atomic_store(&row_microseconds, microseconds_a_row);
        if (ley_scenario_create(&scenario, text, NULL)) _exit(1);
        _exit(ley_study_run(scenario, NULL, path, &options, NULL) ? 1 : 0);
    }
    return child;
}

/* Looks at a file that is being written, until `n` of its points have this status. */
static void wait_for(const char *path, ley_point_status status, int n) {
    for (int tries = 0; tries < 1000; tries++) {
        ley_result *result = NULL;
        int there = -1;
        if (ley_result_open(&result, path, NULL) == LEY_OK) {
            there = 0;
            for (ley_index point = 0; point < ley_result_layout(result)->n_points; point++)
                there += ley_result_status(result, point) == status;
            ley_result_close(result);
        }
        if (there >= n) return;
        usleep(10000);
    }
    fail_msg("%s never had %d points of status %d", path, n, (int)status);
}

static void kill_now(pid_t child) {
    int status = 0;
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status)); /* it was still at work */
}

static void a_killed_sweep_is_readable_and_goes_on(void **state) {
    (void)state;
    const char *path = at("killed.h5");
    pid_t child = begin_elsewhere(sweep_text, path, 20000); /* 0.4 s a point */
    wait_for(path, LEY_POINT_DONE, 1);
    kill_now(child);
    ley_result *result = opened(path);
    ley_index points, done, failed;
    ley_result_count(result, &points, &done, &failed);
    assert_int_equal(points, POINTS);
    assert_true(done >= 1 && done < POINTS);
    for (ley_index point = 0; point < POINTS; point++) {
        double energy[ROWS];
        assert_int_equal(ley_result_series(result, energy, 0, point, NULL), LEY_OK);
        for (ley_index row = 0; row < ley_result_rows(result, point); row++)
            assert_true(energy[row] == known_value((int32_t)point + 1, 0.5 * (double)row, 0, 0));
    }
    char *text = NULL;
    assert_int_equal(ley_result_table(result, &text, NULL), LEY_OK);
    assert_non_null(strstr(text, "--resume"));
    ley_string_destroy(text);
    ley_result_close(result);

    ley_error err = {0};
    assert_int_equal(study(sweep_text, path, NULL, NULL, &err), LEY_ERR_IO);
    char expected[128];
    snprintf(expected, sizeof expected,
             "this file holds an unfinished study (%d of 6 points); --resume goes on, --force starts again",
             (int)done);
    assert_string_equal(err.message, expected);

    ley_study_options options = {.resume = 1};
    ley_study_info info = {0};
    assert_int_equal(study(sweep_text, path, &options, &info, &err), LEY_OK);
    assert_int_equal(info.done, POINTS);
    ley_string_destroy(info.warnings);
    assert_runs(sweep_text, at("whole.h5"), NULL);
    assert_same_datasets(path, at("whole.h5"));
}

static void a_killed_run_keeps_its_rows(void **state) {
    (void)state;
    const char *path = at("killed-run.h5");
    pid_t child = begin_elsewhere(single_text, path, 10000); /* 4 s; rows go to the file every second */
    wait_for(path, LEY_POINT_PARTIAL, 1);
    kill_now(child);
    ley_result *result = opened(path);
    assert_int_equal(ley_result_status(result, 0), LEY_POINT_PARTIAL);
    ley_index rows = ley_result_rows(result, 0);
    assert_true(rows >= 1 && rows < 400);
    double energy[400];
    assert_int_equal(ley_result_series(result, energy, 0, 0, NULL), LEY_OK);
    const double *times = ley_result_layout(result)->times;
    for (ley_index row = 0; row < 400; row++)
        assert_true(row < rows ? energy[row] == known_value(3, times[row], 0, 0) : isnan(energy[row]));
    ley_result_close(result);
    ley_study_options options = {.resume = 1};
    assert_runs(single_text, path, &options);
    assert_runs(single_text, at("whole-run.h5"), NULL);
    assert_same_datasets(path, at("whole-run.h5"));
}

static void a_stopped_sweep_goes_on(void **state) {
    (void)state;
    const char *path = at("stopped.h5");
    atomic_store(&row_microseconds, 5000);
    stop_after stop = {.done = 2};
    ley_study_options options = {.jobs = 2, .watch = stop_when, .user = &stop};
    ley_study_info info = {0};
    ley_error err = {0};
    assert_int_equal(study(sweep_text, path, &options, &info, &err), LEY_ERR_STOPPED);
    assert_says(&err, "--resume goes on");
    assert_true(info.done >= 2 && info.done < POINTS);
    ley_string_destroy(info.warnings);
    atomic_store(&row_microseconds, 0);
    stop = (stop_after){.done = POINTS + 1};
    options.resume = 1;
    assert_int_equal(study(sweep_text, path, &options, NULL, &err), LEY_OK);
    assert_true(stop.last == 1);
    assert_runs(sweep_text, at("whole.h5"), NULL);
    assert_same_datasets(path, at("whole.h5"));
    /* Going on with what is complete does nothing. */
    assert_int_equal(study(sweep_text, path, &options, NULL, &err), LEY_OK);
    assert_same_datasets(path, at("whole.h5"));
}

static void progress_is_told_often(void **state) {
    (void)state;
    atomic_store(&row_microseconds, 50000); /* 1.05 s a point, nothing finishes in between */
    stop_after stop = {.done = POINTS + 1};
    ley_study_options options = {.jobs = 6, .watch = stop_when, .user = &stop};
    assert_runs(sweep_text, at("progress.h5"), &options);
    assert_true(stop.calls >= 5);
}

static void a_failed_point_is_named_and_tried_again(void **state) {
    (void)state;
    const char *path = at("failed.h5");
    atomic_store(&failing_cells, 2);
    ley_study_info info = {0};
    ley_error err = {0};
    assert_int_equal(study(sweep_text, path, NULL, &info, &err), LEY_ERR_NUMERIC);
    assert_string_equal(err.message, "1 of 6 points failed; the first, N = 2: the step became too small");
    assert_int_equal(info.failed, 1);
    assert_int_equal(info.done, 5);
    assert_int_equal(info.first_failed, 1);
    assert_string_equal(info.first_failure.message, "the step became too small");
    ley_string_destroy(info.warnings);
    ley_result *result = opened(path);
    assert_int_equal(ley_result_status(result, 1), LEY_POINT_FAILED);
    assert_int_equal(ley_result_rows(result, 1), ROWS / 2);
    assert_true(isnan(ley_result_measure(result, 0, 1)));
    assert_string_equal(ley_result_failure(result, 1), "time: the step became too small");
    ley_result_close(result);
    atomic_store(&failing_cells, 0);
    ley_study_options options = {.resume = 1};
    assert_runs(sweep_text, path, &options);
    assert_runs(sweep_text, at("whole.h5"), NULL);
    assert_same_datasets(path, at("whole.h5"));
}

static void two_writers_do_not_meet(void **state) {
    (void)state;
    const char *path = at("busy.h5");
    pid_t child = begin_elsewhere(sweep_text, path, 50000);
    wait_for(path, LEY_POINT_PENDING, POINTS);
    usleep(100000); /* the file is there a moment before its lock */
    ley_study_options options = {.resume = 1};
    ley_error err = {0};
    ley_status resumed = study(sweep_text, path, &options, NULL, &err);
    options = (ley_study_options){.overwrite = 1};
    ley_error err_again = {0};
    ley_status replaced = study(sweep_text, path, &options, NULL, &err_again);
    ley_result *result = NULL;
    ley_status watched = ley_result_open(&result, path, NULL); /* looking is free */
    ley_result_close(result);
    kill_now(child);
    assert_int_equal(watched, LEY_OK);
    assert_int_equal(resumed, LEY_ERR_IO);
    assert_says(&err, "another process is writing this result");
    assert_int_equal(replaced, LEY_ERR_IO);
    assert_says(&err_again, "another process is writing this result");
    options = (ley_study_options){.resume = 1};
    assert_runs(sweep_text, path, &options);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_killed_sweep_is_readable_and_goes_on, reset),
        cmocka_unit_test_setup(a_killed_run_keeps_its_rows, reset),
        cmocka_unit_test_setup(a_stopped_sweep_goes_on, reset),
        cmocka_unit_test_setup(progress_is_told_often, reset),
        cmocka_unit_test_setup(a_failed_point_is_named_and_tried_again, reset),
        cmocka_unit_test_setup(two_writers_do_not_meet, reset),
    };
    return cmocka_run_group_tests(tests, make_study_folder, remove_study_folder);
}
