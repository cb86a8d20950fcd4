/* Result files of steady states: shape, numbers, shards, going on, table, CSV, figure. */
#include "support/assert_close.h"

#include "leyden.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char text[] = "parameters: {a: 0.1}\n"
                           "battery: {cells: 3, frequency: 1}\n"
                           "noise: {collective: {rate: 1, alpha: a}, local: {rate: 0.2, n: 0.3}}\n"
                           "observe: [battery.energy, battery.spin_weights]\n"
                           "measure: [\"final(battery.ergotropy)\"]\n";
static const char sweep[] = "sweep: {a: [0, 0.2, 0.4, 0.6, 0.8], N: [1, 2, 3, 4]}\n";
static char folder[] = "/tmp/leyden-steady-XXXXXX";

static char *path_of(const char *name) {
    static char path[4][128];
    static int next;
    char *path_now = path[next++ % 4];
    snprintf(path_now, sizeof path[0], "%s/%s", folder, name);
    return path_now;
}

static ley_scenario *scenario_of(ley_purpose purpose, bool swept, const char *more) {
    char all[1024];
    ley_error err = {0};
    ley_scenario *scenario = NULL;
    snprintf(all, sizeof all, "%s%s%s", text, swept ? sweep : "", more);
    if (ley_scenario_create_for(&scenario, purpose, all, NULL, 0, &err) != LEY_OK)
        fail_msg("%d:%d: %s", (int)err.line, (int)err.column, err.message);
    return scenario;
}

static void study(const ley_scenario *scenario, const char *path, int32_t shard, int32_t shards) {
    ley_study_options options;
    ley_study_options_default(&options);
    options.shard = shard;
    options.shards = shards;
    ley_error err = {0};
    if (ley_study_run(scenario, NULL, path, &options, &err) != LEY_OK) fail_msg("%s", err.message);
}

static char *csv_of(const char *path) {
    ley_result *result = NULL;
    char *csv = NULL;
    ley_error err = {0};
    if (ley_result_open(&result, path, &err) != LEY_OK) fail_msg("%s", err.message);
    assert_int_equal(ley_result_csv(result, &csv, &err), LEY_OK);
    ley_result_close(result);
    return csv;
}

static int rank_of(hid_t file, const char *name, hsize_t *size) {
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_dims(space, size, NULL);
    H5Sclose(space);
    H5Dclose(dataset);
    return rank;
}

static void test_shape(void **state) {
    (void)state;
    hsize_t size[8];
    ley_scenario *swept = scenario_of(LEY_STEADY_STATE, true, ""),
                 *single = scenario_of(LEY_STEADY_STATE, false, "");
    study(swept, path_of("swept.h5"), 0, 0);
    study(single, path_of("single.h5"), 0, 0);
    hid_t file = H5Fopen(path_of("swept.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_int_equal(H5Lexists(file, "/time", H5P_DEFAULT), 0);
    assert_int_equal(rank_of(file, "/observables/battery.energy", size), 2);
    assert_true(size[0] == 5 && size[1] == 4);
    assert_int_equal(rank_of(file, "/observables/battery.spin_weights", size), 3);
    assert_true(size[0] == 5 && size[1] == 4 && size[2] == 3);
    assert_int_equal(rank_of(file, "/certificate/residual", size), 2);
    assert_int_equal(rank_of(file, "/certificate/stationary_states", size), 2);
    H5Fclose(file);
    file = H5Fopen(path_of("single.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_int_equal(rank_of(file, "/observables/battery.energy", size), 0);
    assert_int_equal(rank_of(file, "/observables/battery.spin_weights", size), 1);
    assert_true(size[0] == 2);
    assert_int_equal(rank_of(file, "/final/battery/two_j=3", size), 2);
    H5Fclose(file);
    ley_scenario_destroy(swept);
    ley_scenario_destroy(single);
}

/* Each line of the CSV against a run of that point alone. */
static void test_numbers(void **state) {
    (void)state;
    ley_scenario *scenario = scenario_of(LEY_STEADY_STATE, true, "");
    char *csv = csv_of(path_of("swept.h5")), *lines = NULL, *line = strtok_r(csv, "\n", &lines);
    assert_string_equal(line, "a,N,battery.energy,battery.spin_weights[0],battery.spin_weights[1],"
                              "battery.spin_weights[2],final(battery.ergotropy)");
    ley_index point = 0;
    for (; (line = strtok_r(NULL, "\n", &lines)); point++) {
        ley_run *run = NULL;
        double a, n, energy, weight, last;
        assert_int_equal(ley_run_create(&run, scenario, point, NULL, NULL, NULL), LEY_OK);
        assert_int_equal(sscanf(line, "%lf,%lf,%lf,%lf", &a, &n, &energy, &weight), 4);
        last = strtod(strrchr(line, ',') + 1, NULL);
        assert_close(energy, *ley_run_series(run, "battery.energy", NULL), 0, 0);
        assert_close(weight, *ley_run_series(run, "battery.spin_weights", NULL), 0, 0);
        assert_close(last, ley_run_measure(run, "final(battery.ergotropy)"), 0, 0);
        assert_close(n, 1 + (double)(point % 4), 0, 0);
        ley_run_destroy(run);
    }
    assert_int_equal(point, 20);
    ley_string_destroy(csv);
    ley_scenario_destroy(scenario);
}

static void test_shards(void **state) {
    (void)state;
    ley_scenario *scenario = scenario_of(LEY_STEADY_STATE, true, "");
    char first[128], second[128];
    snprintf(first, sizeof first, "%s", path_of("1.h5"));
    snprintf(second, sizeof second, "%s", path_of("2.h5"));
    study(scenario, first, 1, 2);
    study(scenario, second, 2, 2);
    const char *shards[] = {first, second};
    ley_error err = {0};
    assert_int_equal(ley_result_merge(path_of("merged.h5"), shards, 2, &err), LEY_OK);
    char *whole = csv_of(path_of("swept.h5")), *merged = csv_of(path_of("merged.h5"));
    assert_string_equal(whole, merged);
    ley_string_destroy(whole);
    ley_string_destroy(merged);
    ley_scenario_destroy(scenario);
}

/* The same text asks for two different things: a file of one is not gone on with by the other. */
static void test_going_on(void **state) {
    (void)state;
    static const char time[] = "time: {until: 1, points: 3}\n";
    ley_scenario *steady = scenario_of(LEY_STEADY_STATE, false, time),
                 *evolution = scenario_of(LEY_EVOLUTION, false, time);
    ley_study_options options;
    ley_study_options_default(&options);
    ley_error err = {0};
    study(steady, path_of("kind.h5"), 0, 0);
    options.resume = 1;
    assert_int_equal(ley_study_run(steady, NULL, path_of("kind.h5"), &options, &err), LEY_OK);
    assert_int_equal(ley_study_run(evolution, NULL, path_of("kind.h5"), &options, &err), LEY_ERR_FORMAT);
    ley_scenario_destroy(steady);
    ley_scenario_destroy(evolution);
}

static void test_table_and_figure(void **state) {
    (void)state;
    ley_result *result = NULL;
    ley_error err = {0};
    char *table = NULL;
    assert_int_equal(ley_result_open(&result, path_of("single.h5"), &err), LEY_OK);
    assert_int_equal(ley_result_table(result, &table, &err), LEY_OK);
    assert_non_null(strstr(table, "kind         steady state\n"));
    assert_non_null(strstr(table, "residual, Frobenius norm of L rho"));
    assert_non_null(strstr(table, "stationary states                            1\n"));
    assert_null(strstr(table, "time"));
    ley_string_destroy(table);
    ley_result_close(result);
    const ley_plot_options options = {0};
    assert_int_equal(ley_plot(path_of("single.h5"), path_of("single.svg"), &options, &err), LEY_ERR_ARGUMENT);
    assert_non_null(strstr(err.message, "leyden show"));
    const char *names[] = {"battery.energy"};
    const ley_plot_options named = {.names = names, .n_names = 1};
    ley_status status = ley_plot(path_of("swept.h5"), path_of("swept.svg"), &named, &err);
    if (status != LEY_OK && status != LEY_ERR_UNSUPPORTED) fail_msg("%s", err.message); /* without gnuplot */
    assert_int_equal(access(path_of("swept.gp"), R_OK), 0);
}

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    static const char *const names[] = {"swept.h5",  "single.h5", "1.h5",      "2.h5",
                                        "merged.h5", "kind.h5",   "swept.svg", "swept.gp"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlink(path_of(names[i]));
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shape),    cmocka_unit_test(test_numbers),          cmocka_unit_test(test_shards),
        cmocka_unit_test(test_going_on), cmocka_unit_test(test_table_and_figure),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
