/* Shards of a study and the file they are merged into. */
#include "file/study.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(shards_together_are_the_whole, reset),
        cmocka_unit_test_setup(an_unfinished_shard_is_not_merged, reset),
    };
    return cmocka_run_group_tests(tests, make_study_folder, remove_study_folder);
}
