/* Room on disk and in memory: what is asked for first, and what happens where there is none. */
#include "core/memory.h"
#include "file/study.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_full_disk_stops_cleanly, reset),
        cmocka_unit_test_setup(a_shard_takes_its_room_first, reset),
        cmocka_unit_test_setup(memory_limits_the_jobs, reset),
        cmocka_unit_test_setup(failing_allocations_are_survived, reset),
    };
    return cmocka_run_group_tests(tests, make_study_folder, remove_study_folder);
}
