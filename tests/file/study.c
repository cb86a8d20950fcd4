#include "file/study.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char sweep_text[] = "title: known numbers\n"
                          "battery: {cells: 4, frequency: 1}\n"
                          "drive: {battery: 1}\n"
                          "time: {until: 10, points: 21}\n"
                          "observe: [battery.energy, battery.spin_weights]\n"
                          "measure: [\"max(battery.energy)\", \"argmax(battery.energy)\"]\n"
                          "sweep: {N: [1, 2, 3, 4, 5, 6]}\n";
const char single_text[] = "battery: {cells: 3, frequency: 1}\n"
                           "drive: {battery: 1}\n"
                           "time: {until: 10, points: 400}\n"
                           "observe: [battery.energy]\n";

static char folder[] = "/tmp/leyden-study-XXXXXX";

int make_study_folder(void **state) {
    (void)state;
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return mkdtemp(folder) ? 0 : -1;
}

int remove_study_folder(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

int reset(void **state) {
    (void)state;
    reset_known_engine();
    return 0;
}

const char *study_folder(void) {
    return folder;
}

const char *at(const char *name) {
    static char paths[16][128];
    static int next;
    char *path = paths[next = (next + 1) % 16];
    snprintf(path, 128, "%s/%s", folder, name);
    return path;
}

ley_scenario *scenario_of(const char *text) {
    ley_scenario *scenario = NULL;
    ley_error err = {0};
    if (ley_scenario_create(&scenario, text, &err)) fail_msg("%d:%d: %s", err.line, err.column, err.message);
    return scenario;
}

ley_status study(const char *text, const char *path, const ley_study_options *options, ley_study_info *info,
                 ley_error *err) {
    ley_scenario *scenario = scenario_of(text);
    ley_status status = ley_study_run(scenario, info, path, options, err);
    ley_scenario_destroy(scenario);
    return status;
}

void assert_runs(const char *text, const char *path, const ley_study_options *options) {
    ley_error err = {0};
    if (study(text, path, options, NULL, &err)) fail_msg("%s: %s", err.where, err.message);
}

void assert_says(const ley_error *err, const char *words) {
    if (!strstr(err->message, words)) fail_msg("message \"%s\" lacks \"%s\"", err->message, words);
}

ley_result *opened(const char *path) {
    ley_result *result = NULL;
    ley_error err = {0};
    if (ley_result_open(&result, path, &err)) fail_msg("%s: %s", err.where, err.message);
    return result;
}

void write_file(const char *path, const void *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

int stop_when(void *user, const ley_progress *progress) {
    stop_after *self = user;
    self->calls++;
    assert_true(progress->fraction >= self->last - 1e-12 && progress->fraction <= 1);
    self->last = progress->fraction;
    return progress->done >= self->done;
}
