/* Files that are not ours, not whole, not writable, of another scenario; arguments that make no sense. */
#include "file/study.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
    assert_refused(study_folder(), LEY_ERR_IO, "directory");

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
                 {study_folder(), "this is a folder"},
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
    char changed[512];
    assert_runs(sweep_text, path, NULL);
    snprintf(changed, sizeof changed, "%s", sweep_text);
    memcpy(strstr(changed, "until: 10"), "until: 11", 9);
    ley_study_options options = {.resume = 1};
    ley_error err = {0};
    assert_int_equal(study(changed, path, &options, NULL, &err), LEY_ERR_FORMAT);
    assert_says(&err, "line 4 is \"time: {until: 11, points: 21}\" now, was \"time: {until: 10, points: 21}\"");
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(foreign_and_damaged_files_are_explained, reset),
        cmocka_unit_test_setup(other_files_are_not_overwritten, reset),
        cmocka_unit_test_setup(unwritable_places_are_found_first, reset),
        cmocka_unit_test_setup(another_scenario_cannot_go_on, reset),
        cmocka_unit_test_setup(wrong_arguments_are_refused, reset),
    };
    return cmocka_run_group_tests(tests, make_study_folder, remove_study_folder);
}
