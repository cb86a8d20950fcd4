/* Studies and their files under everything that can happen to them. The engine is replaced by one whose numbers are
 * known in closed form, whose speed and failures the test chooses: what is judged here is pool, study and file. */
#include "core/memory.h"
#include "core/status.h"
#include "result/result.h"
#include "run/engine.h"
#include "run/workers.h"
#include "scenario/scenario.h"
#include "support/assert_close.h"
#include "support/same_datasets.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- The engine of this test ------------------------------------------------------------------------------- */

static atomic_long row_microseconds; /* time spent on each row */
static atomic_int failing_cells;     /* points with so many cells fail halfway */
static atomic_int running, most_running;
static atomic_long bytes_a_run = 1000;

static double known_value(int32_t cells, double t, ley_index i_series, ley_index part) {
    return sin(cells + 0.1 * t) + 10.0 * (double)i_series + 100.0 * (double)part;
}

static double known_measure(int32_t cells, ley_index i_measure) {
    return 1.0 / (cells + 7.0 * (double)i_measure);
}

ley_status ley_engine_forecast(ley_forecast *forecast, const ley_task *task, ley_error *err) {
    (void)err;
    *forecast = (ley_forecast){.bytes = (double)atomic_load(&bytes_a_run),
                               .seconds = task->model.cells,
                               .representation = LEY_REPRESENTATION_BLOCKS,
                               .method = LEY_METHOD_DOP853};
    return LEY_OK;
}

static ley_status run_rows(ley_record *record, const ley_task *task, const ley_engine_hooks *hooks,
                           ley_error *err) {
    int32_t cells = task->model.cells;
    for (ley_index row = 0; row < task->n_times; row++) {
        if (hooks->watch && hooks->watch(hooks->user, (double)row / (double)task->n_times))
            return ley_fail(err, LEY_ERR_STOPPED, "", "stopped");
        if (cells == atomic_load(&failing_cells) && row == task->n_times / 2)
            return ley_fail(err, LEY_ERR_NUMERIC, "time", "the step became too small");
        if (atomic_load(&row_microseconds)) usleep((useconds_t)atomic_load(&row_microseconds));
        for (ley_index i = 0; i < record->n_series; i++)
            for (ley_index k = 0; k < record->width[i]; k++)
                record->series[i][row * record->width[i] + k] = known_value(cells, task->times[row], i, k);
        record->rows = row + 1;
        if (hooks->rows) hooks->rows(hooks->user, record, row, row + 1);
    }
    for (ley_index i = 0; i < record->n_measures; i++) record->measures[i] = known_measure(cells, i);
    ley_record_report(record, task);
    ley_index n = 0;
    for (int32_t two_j = cells; two_j >= 0; two_j -= 2) n += (ley_index)(two_j + 1) * (two_j + 1);
    record->battery = ley_allocate((size_t)n, sizeof *record->battery);
    for (ley_index i = 0; record->battery && i < n; i++)
        record->battery[i] = (ley_complex){(double)i, -0.5 * (double)i};
    record->certificate.trace_error = 1e-15 * cells;
    record->certificate.min_eigenvalue = -1e-16 * cells;
    record->certificate.steps = 10 * cells;
    record->certificate.wall_seconds = (double)clock(); /* differs from run to run: must not reach a dataset */
    if (cells == 3) ley_text_add(&record->warnings, "three cells\nare a crowd\n");
    return LEY_OK;
}

ley_status ley_engine_run(ley_record *record, const ley_task *task, const ley_engine_hooks *hooks, ley_error *err) {
    int here = atomic_fetch_add(&running, 1) + 1, seen = atomic_load(&most_running);
    while (here > seen && !atomic_compare_exchange_weak(&most_running, &seen, here)) {
    }
    snprintf(record->representation, sizeof record->representation, "blocks");
    snprintf(record->method, sizeof record->method, "dop853");
    ley_status status = run_rows(record, task, hooks, err);
    atomic_fetch_sub(&running, 1);
    return status;
}

/* ---- Scenarios and small things ---------------------------------------------------------------------------- */

static const char sweep_text[] = "title: known numbers\n"
                                 "battery: {cells: 4, frequency: 1}\n"
                                 "drive: {battery: 1}\n"
                                 "time: {until: 10, points: 21}\n"
                                 "observe: [battery.energy, battery.spin_weights]\n"
                                 "measure: [\"max(battery.energy)\", \"argmax(battery.energy)\"]\n"
                                 "sweep: {N: [1, 2, 3, 4, 5, 6]}\n";
enum { POINTS = 6, ROWS = 21 };
static const char single_text[] = "battery: {cells: 3, frequency: 1}\n"
                                  "drive: {battery: 1}\n"
                                  "time: {until: 10, points: 400}\n"
                                  "observe: [battery.energy]\n";

static char folder[] = "/tmp/leyden-study-XXXXXX";

/* A name in the folder of this test; a few live at a time. */
static const char *at(const char *name) {
    static char paths[16][128];
    static int next;
    char *path = paths[next = (next + 1) % 16];
    snprintf(path, 128, "%s/%s", folder, name);
    return path;
}

static ley_scenario *scenario_of(const char *text) {
    ley_scenario *scenario = NULL;
    ley_error err = {0};
    if (ley_scenario_create(&scenario, text, &err)) fail_msg("%d:%d: %s", err.line, err.column, err.message);
    return scenario;
}

static ley_status study(const char *text, const char *path, const ley_study_options *options, ley_study_info *info,
                        ley_error *err) {
    ley_scenario *scenario = scenario_of(text);
    ley_status status = ley_study_run(scenario, info, path, options, err);
    ley_scenario_destroy(scenario);
    return status;
}

static void assert_runs(const char *text, const char *path, const ley_study_options *options) {
    ley_error err = {0};
    if (study(text, path, options, NULL, &err)) fail_msg("%s: %s", err.where, err.message);
}

static void assert_says(const ley_error *err, const char *words) {
    if (!strstr(err->message, words)) fail_msg("message \"%s\" lacks \"%s\"", err->message, words);
}

static ley_result *opened(const char *path) {
    ley_result *result = NULL;
    ley_error err = {0};
    if (ley_result_open(&result, path, &err)) fail_msg("%s: %s", err.where, err.message);
    return result;
}

static void write_file(const char *path, const void *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static int reset(void **state) {
    (void)state;
    atomic_store(&row_microseconds, 0);
    atomic_store(&failing_cells, 0);
    atomic_store(&most_running, 0);
    atomic_store(&bytes_a_run, 1000);
    return 0;
}

/* ---- What is in the file ----------------------------------------------------------------------------------- */

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

/* ---- Interrupted ------------------------------------------------------------------------------------------- */

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

typedef struct stop_after {
    ley_index done;
    int calls;
    double last;
} stop_after;

static int stop_when(void *user, const ley_progress *progress) {
    stop_after *self = user;
    self->calls++;
    assert_true(progress->fraction >= self->last - 1e-12 && progress->fraction <= 1);
    self->last = progress->fraction;
    return progress->done >= self->done;
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

/* ---- Shards ------------------------------------------------------------------------------------------------ */

static void shards_together_are_the_whole(void **state) {
    (void)state;
    const char *shards[] = {at("s3.h5"), at("s1.h5"), at("s2.h5")};
    ley_study_info info = {0};
    for (int i = 0; i < 3; i++) {
        ley_study_options options = {.shard = i == 0 ? 3 : i, .shards = 3};
        ley_error err = {0};
        if (study(sweep_text, shards[i], &options, &info, &err)) fail_msg("%s", err.message);
        assert_int_equal(info.points, 2);
        ley_string_destroy(info.warnings);
    }
    const char *merged = at("merged.h5"), *whole = at("whole.h5");
    ley_error err = {0};
    if (ley_result_merge(merged, shards, 3, &err)) fail_msg("%s: %s", err.where, err.message);
    assert_runs(sweep_text, whole, NULL);
    assert_same_datasets(merged, whole);

    assert_int_equal(ley_result_merge(merged, shards, 2, &err), LEY_ERR_ARGUMENT);
    assert_string_equal(err.message, "shard 2 of 3 is missing");
    const char *twice[] = {shards[0], shards[1], shards[1]};
    assert_int_equal(ley_result_merge(merged, twice, 3, &err), LEY_ERR_FORMAT);
    assert_says(&err, "shard 1 of 3 is there twice");
    assert_int_equal(ley_result_merge(shards[0], shards, 3, &err), LEY_ERR_ARGUMENT);
    assert_says(&err, "is one of the shards");
    assert_same_datasets(merged, whole); /* refusals left it alone */

    ley_study_options other = {.resume = 1, .shard = 2, .shards = 3};
    assert_int_equal(study(sweep_text, shards[0], &other, NULL, &err), LEY_ERR_FORMAT);
    assert_string_equal(err.message, "cannot go on: this file holds shard 3/3, asked for is 2/3");
}

static void an_unfinished_shard_is_not_merged(void **state) {
    (void)state;
    const char *shards[] = {at("u1.h5"), at("u2.h5")};
    atomic_store(&row_microseconds, 5000);
    stop_after stop = {.done = 1};
    ley_study_options options = {.jobs = 1, .shard = 1, .shards = 2, .watch = stop_when, .user = &stop};
    assert_int_equal(study(sweep_text, shards[0], &options, NULL, NULL), LEY_ERR_STOPPED);
    atomic_store(&row_microseconds, 0);
    options = (ley_study_options){.shard = 2, .shards = 2};
    assert_runs(sweep_text, shards[1], &options);
    ley_error err = {0};
    assert_int_equal(ley_result_merge(at("u.h5"), shards, 2, &err), LEY_ERR_FORMAT);
    /* One point or two: a second may have ended while the stop was on its way. */
    assert_says(&err, "this shard is unfinished (");
    assert_says(&err, " of 3 points); leyden run --shard 1/2 --resume goes on");
}

/* ---- Files that are not ours, not whole, not writable ------------------------------------------------------- */

static void assert_refused(const char *path, ley_status status, const char *words) {
    ley_result *result = (ley_result *)&result;
    ley_error err = {0};
    assert_int_equal(ley_result_open(&result, path, &err), status);
    assert_null(result);
    assert_string_equal(err.where, path);
    assert_says(&err, words);
}

static void foreign_and_damaged_files_are_explained(void **state) {
    (void)state;
    assert_refused(at("nothing.h5"), LEY_ERR_IO, "No such file");
    write_file(at("empty.h5"), "", 0);
    assert_refused(at("empty.h5"), LEY_ERR_FORMAT, "this file is empty");
    write_file(at("text.h5"), "t,energy\n0,1\n", 13);
    assert_refused(at("text.h5"), LEY_ERR_FORMAT, "not an HDF5 file");
    assert_refused(folder, LEY_ERR_IO, "directory");

    hid_t file = H5Fcreate(at("foreign.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0 && H5Fclose(file) >= 0);
    assert_refused(at("foreign.h5"), LEY_ERR_FORMAT, "not written by leyden");

    assert_runs(sweep_text, at("newer.h5"), NULL);
    int32_t format = 2;
    file = H5Fopen(at("newer.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t attribute = H5Aopen(file, "format_version", H5P_DEFAULT);
    assert_true(H5Awrite(attribute, H5T_NATIVE_INT32, &format) >= 0);
    assert_true(H5Aclose(attribute) >= 0 && H5Fclose(file) >= 0);
    assert_refused(at("newer.h5"), LEY_ERR_FORMAT, "format version 2");

    assert_runs(sweep_text, at("short.h5"), NULL);
    struct stat whole;
    assert_int_equal(stat(at("short.h5"), &whole), 0);
    for (off_t cut = 1; cut <= 16; cut++) {
        assert_int_equal(truncate(at("short.h5"), whole.st_size * (16 - cut) / 16 + 20), 0);
        assert_refused(at("short.h5"), LEY_ERR_FORMAT, "truncated or damaged");
    }

    assert_runs(sweep_text, at("holes.h5"), NULL);
    file = H5Fopen(at("holes.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(H5Ldelete(file, "/status", H5P_DEFAULT) >= 0 && H5Fclose(file) >= 0);
    assert_refused(at("holes.h5"), LEY_ERR_FORMAT, "damaged");
}

static void other_files_are_not_overwritten(void **state) {
    (void)state;
    ley_error err = {0};
    ley_study_options force = {.overwrite = 1};
    write_file(at("thesis.txt"), "do not lose me", 14);
    assert_int_equal(study(sweep_text, at("thesis.txt"), &force, NULL, &err), LEY_ERR_IO);
    assert_says(&err, "is no leyden result");
    char kept[15] = "";
    FILE *file = fopen(at("thesis.txt"), "rb");
    assert_int_equal(fread(kept, 1, 14, file), 14);
    fclose(file);
    assert_string_equal(kept, "do not lose me");
    hid_t foreign = H5Fcreate(at("data.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Fclose(foreign) >= 0);
    assert_int_equal(study(sweep_text, at("data.h5"), &force, NULL, &err), LEY_ERR_IO);
    assert_says(&err, "is no leyden result");

    assert_runs(sweep_text, at("done.h5"), NULL); /* a complete result may be replaced */
    assert_runs(single_text, at("done.h5"), NULL);
    assert_runs(single_text, at("single-again.h5"), NULL);
    assert_same_datasets(at("done.h5"), at("single-again.h5"));
}

static void unwritable_places_are_found_first(void **state) {
    (void)state;
    struct {
        const char *path, *words;
    } cases[] = {{at("no/such/folder.h5"), "there is no folder"},
                 {folder, "this is a folder"},
                 {"/dev/null", "not a regular file"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ley_error err = {0};
        atomic_store(&most_running, 0);
        assert_int_equal(study(sweep_text, cases[i].path, NULL, NULL, &err), LEY_ERR_IO);
        assert_says(&err, cases[i].words);
        assert_int_equal(atomic_load(&most_running), 0); /* nothing was computed */
    }
}

static void another_scenario_cannot_go_on(void **state) {
    (void)state;
    const char *path = at("other.h5");
    char changed[sizeof sweep_text];
    assert_runs(sweep_text, path, NULL);
    snprintf(changed, sizeof changed, "%s", sweep_text);
    memcpy(strstr(changed, "until: 10"), "until: 11", 9);
    ley_study_options options = {.resume = 1};
    ley_error err = {0};
    assert_int_equal(study(changed, path, &options, NULL, &err), LEY_ERR_FORMAT);
    assert_says(&err, "line 4 is \"time: {until: 11, points: 21}\" now, was \"time: {until: 10, points: 21}\"");
}

/* ---- Room on disk and in memory ---------------------------------------------------------------------------- */

static struct rlimit file_size;

static int make_disk_full(void *user, const ley_progress *progress) {
    const char *path = user;
    struct stat now;
    if (progress->done >= 2 && stat(path, &now) == 0) {
        /* Writes to the last part of the file fail from here on, like those on a full disk. */
        struct rlimit small = {.rlim_cur = (rlim_t)now.st_size / 2, .rlim_max = file_size.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
    }
    return 0;
}

static void a_full_disk_stops_cleanly(void **state) {
    (void)state;
    const char *path = at("full.h5");
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &file_size), 0);

    /* Known before any work: the room for the whole result is asked for. */
    struct rlimit small = {.rlim_cur = 8192, .rlim_max = file_size.rlim_max};
    ley_error err = {0};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    ley_status refused = study(sweep_text, path, NULL, NULL, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &file_size), 0);
    assert_int_equal(refused, LEY_ERR_IO);
    assert_says(&err, "File too large");
    assert_int_equal(atomic_load(&most_running), 0);
    assert_int_equal(access(path, F_OK), -1);

    /* In the middle: the rest of the room is refused. */
    atomic_store(&row_microseconds, 5000);
    ley_study_options options = {
        .jobs = 1, .shard = 1, .shards = 1, .watch = make_disk_full, .user = (void *)(uintptr_t)path};
    ley_study_info info = {0};
    ley_status full = study(sweep_text, path, &options, &info, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &file_size), 0);
    assert_int_equal(full, LEY_ERR_IO);
    assert_says(&err, "File too large");
    assert_says(&err, "--resume");
    ley_string_destroy(info.warnings);
    ley_result *result = opened(path);
    ley_index points, done, failed;
    ley_result_count(result, &points, &done, &failed);
    assert_true(done >= 2 && done < POINTS);
    ley_result_close(result);
    atomic_store(&row_microseconds, 0);
    options = (ley_study_options){.resume = 1};
    assert_runs(sweep_text, path, &options);
    assert_runs(sweep_text, at("whole.h5"), NULL);
    assert_same_datasets(path, at("whole.h5"));
    signal(SIGXFSZ, before);
}

static int look_at_room(void *user, const ley_progress *progress) {
    struct stat now;
    off_t *room = user;
    (void)progress;
    if (*room == 0 && stat(at("room.h5"), &now) == 0) *room = now.st_blocks * 512;
    return 0;
}

/* The file of a shard grows, but into room that it took at the beginning: a disk that others fill does not hurt. */
static void a_shard_takes_its_room_first(void **state) {
    (void)state;
    int probe = open(at("probe"), O_WRONLY | O_CREAT, 0600);
    bool can = probe >= 0 && fallocate(probe, FALLOC_FL_KEEP_SIZE, 0, 1 << 20) == 0;
    close(probe);
    if (!can) skip();
    static const char text[] = "battery: {cells: 2, frequency: 1}\ntime: {until: 10, points: 20001}\n"
                               "observe: [battery.energy]\nsweep: {N: [1, 2, 3, 4, 5, 6]}\n";
    off_t room = 0;
    ley_study_options options = {.jobs = 1, .shard = 1, .shards = 2, .watch = look_at_room, .user = &room};
    assert_runs(text, at("room.h5"), &options);
    struct stat end;
    assert_int_equal(stat(at("room.h5"), &end), 0);
    assert_true(end.st_size > 3 * 20001 * 8 && end.st_size < 5 * 20001 * 8); /* its own three points, and times */
    assert_true(room >= end.st_size);
    assert_true(end.st_blocks * 512 < end.st_size + 65536); /* what was not needed went back */
}

static void memory_limits_the_jobs(void **state) {
    (void)state;
    char text[512];
    snprintf(text, sizeof text, "%snumerics: {memory: 25000}\n", sweep_text);
    atomic_store(&bytes_a_run, 10000); /* two fit */
    atomic_store(&row_microseconds, 4000);
    ley_study_options options = {.jobs = 6};
    assert_runs(text, at("memory.h5"), &options);
    assert_int_equal(atomic_load(&most_running), 2);

    atomic_store(&bytes_a_run, 26000); /* none fits */
    atomic_store(&most_running, 0);
    ley_error err = {0};
    assert_int_equal(study(text, at("memory2.h5"), &options, NULL, &err), LEY_ERR_MEMORY);
    assert_string_equal(err.where, "battery.cells");
    assert_int_equal(err.line, 2);
    assert_true(err.column > 0);
    assert_says(&err, "one run needs 26000 bytes");
    assert_says(&err, "numerics.memory allows 25000 bytes");
    assert_int_equal(atomic_load(&most_running), 0);
    assert_int_equal(access(at("memory2.h5"), F_OK), -1);
}

static void failing_allocations_are_survived(void **state) {
    (void)state;
    const char *path = at("memory3.h5");
    ley_scenario *scenario = scenario_of(sweep_text);
    ley_study_options options = {.jobs = 1, .overwrite = 1};
    long live = ley_memory_live();
    int failures = 0;
    for (long count = 0;; count += 3) {
        ley_memory_fail_after(count);
        ley_status status = ley_study_run(scenario, NULL, path, &options, NULL);
        ley_memory_fail_after(-1);
        assert_int_equal(ley_memory_live(), live);
        if (status == LEY_OK) break;
        failures++;
    }
    assert_true(failures > 10);
    for (long count = 0;; count++) {
        ley_result *result = NULL;
        char *text = NULL, *csv = NULL;
        ley_memory_fail_after(count);
        bool worked = ley_result_open(&result, path, NULL) == LEY_OK;
        worked = worked && ley_result_table(result, &text, NULL) == LEY_OK;
        worked = worked && ley_result_csv(result, &csv, NULL) == LEY_OK;
        ley_memory_fail_after(-1);
        ley_string_destroy(text);
        ley_string_destroy(csv);
        ley_result_close(result);
        assert_int_equal(ley_memory_live(), live);
        if (worked) break;
    }
    ley_scenario_destroy(scenario);
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    ley_scenario *scenario = scenario_of(sweep_text);
    ley_study_options options = {.shard = 3, .shards = 2};
    assert_int_equal(ley_study_run(NULL, NULL, "x.h5", NULL, NULL), LEY_ERR_ARGUMENT);
    assert_int_equal(ley_study_run(scenario, NULL, NULL, NULL, NULL), LEY_ERR_ARGUMENT);
    assert_int_equal(ley_study_run(scenario, NULL, at("x.h5"), &options, NULL), LEY_ERR_ARGUMENT);
    options = (ley_study_options){.jobs = -1};
    assert_int_equal(ley_study_run(scenario, NULL, at("x.h5"), &options, NULL), LEY_ERR_ARGUMENT);
    assert_int_equal(ley_result_open(NULL, "x.h5", NULL), LEY_ERR_ARGUMENT);
    assert_int_equal(ley_result_merge(at("x.h5"), NULL, 0, NULL), LEY_ERR_ARGUMENT);
    assert_int_equal(access(at("x.h5"), F_OK), -1);
    ley_scenario_destroy(scenario);
}

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

int main(void) {
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_sweep_comes_back, reset),
        cmocka_unit_test_setup(a_single_run_keeps_its_final_battery, reset),
        cmocka_unit_test_setup(a_large_battery_leaves_no_final_state, reset),
        cmocka_unit_test_setup(different_times_and_words_are_kept, reset),
        cmocka_unit_test_setup(tables_and_csv_say_what_the_file_holds, reset),
        cmocka_unit_test_setup(the_number_of_jobs_changes_nothing, reset),
        cmocka_unit_test_setup(python_reads_it, reset),
        cmocka_unit_test_setup(a_killed_sweep_is_readable_and_goes_on, reset),
        cmocka_unit_test_setup(a_killed_run_keeps_its_rows, reset),
        cmocka_unit_test_setup(a_stopped_sweep_goes_on, reset),
        cmocka_unit_test_setup(progress_is_told_often, reset),
        cmocka_unit_test_setup(a_failed_point_is_named_and_tried_again, reset),
        cmocka_unit_test_setup(two_writers_do_not_meet, reset),
        cmocka_unit_test_setup(shards_together_are_the_whole, reset),
        cmocka_unit_test_setup(an_unfinished_shard_is_not_merged, reset),
        cmocka_unit_test_setup(foreign_and_damaged_files_are_explained, reset),
        cmocka_unit_test_setup(other_files_are_not_overwritten, reset),
        cmocka_unit_test_setup(unwritable_places_are_found_first, reset),
        cmocka_unit_test_setup(another_scenario_cannot_go_on, reset),
        cmocka_unit_test_setup(a_full_disk_stops_cleanly, reset),
        cmocka_unit_test_setup(a_shard_takes_its_room_first, reset),
        cmocka_unit_test_setup(memory_limits_the_jobs, reset),
        cmocka_unit_test_setup(failing_allocations_are_survived, reset),
        cmocka_unit_test_setup(wrong_arguments_are_refused, reset),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
