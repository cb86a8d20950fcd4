/* Searches whose answers are known: a resonant drive turns N cells by Omega T, so the energy after T is
 * N sin^2(Omega T / 2); a cell between emission and absorption is excited with up / (up + down). And what becomes
 * of a search that is stopped. */
#include "core/memory.h"
#include "leyden.h"
#include "support/assert_close.h"
#include "support/same_datasets.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Two cells in the frame of the drive, one unit of time: E = 2 sin^2(Omega / 2). */
#define DRIVEN                                                                                                     \
    "parameters: {omega: 1}\n"                                                                                     \
    "battery: {cells: 2, frequency: 0, energy_frequency: 1}\n"                                                     \
    "drive: {battery: omega}\n"                                                                                    \
    "time: {until: 1, points: 3}\n"                                                                                \
    "observe: [battery.energy]\n"

static const char path[] = "search.h5";

static ley_optimize_info search_with(const char *text, ley_purpose purpose, const ley_study_options *options,
                                     ley_status expected) {
    ley_scenario *scenario = NULL;
    ley_error err = {0};
    ley_optimize_info info = {.best = -2};
    if (ley_scenario_create_for(&scenario, purpose, text, NULL, 0, &err) != LEY_OK)
        fail_msg("%s: %d:%d: %s", text, err.line, err.column, err.message);
    ley_status status = ley_optimize_run(scenario, &info, path, options, &err);
    if (status != expected) fail_msg("%s: %s: %s", text, ley_status_text(status), err.message);
    ley_scenario_destroy(scenario);
    return info;
}

static ley_optimize_info search(const char *text) {
    ley_study_options options;
    ley_study_options_default(&options);
    options.overwrite = 1;
    options.jobs = 1;
    return search_with(text, LEY_EVOLUTION, &options, LEY_OK);
}

/* Value of a measure in the best row of the file, as another program reads it. */
static double best_of(const char *name) {
    char dataset[128];
    int64_t best = -1;
    double values[1000];
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t attribute = H5Aopen(file, "best", H5P_DEFAULT);
    assert_true(H5Aread(attribute, H5T_NATIVE_INT64, &best) >= 0);
    H5Aclose(attribute);
    snprintf(dataset, sizeof dataset, "/measures/%s", name);
    hid_t opened = H5Dopen2(file, dataset, H5P_DEFAULT);
    assert_true(opened >= 0);
    assert_true(H5Dread(opened, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(opened);
    H5Fclose(file);
    assert_in_range(best, 0, 999);
    return values[best];
}

static void the_turn_that_charges_is_found(void **state) {
    (void)state;
    static const char *const methods[] = {"auto", "local", "cobyla", "simplex"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 DRIVEN "optimize: {maximize: \"final(battery.energy)\", over: {omega: [0, 5]}, "
                        "evaluations: 120, method: %s}\n",
                 methods[i]);
        ley_optimize_info info = search(text);
        /* near its maximum the energy changes by (omega - pi)^2 / 2 */
        assert_close(info.objective, 2, 0, 1e-7);
        assert_close(best_of("omega"), acos(-1), 0, 5e-4);
    }
    search(DRIVEN
           "optimize: {minimize: \"(final(battery.energy) - 1)^2\", over: {omega: [0, 3]}, evaluations: 150}\n");
    assert_close(best_of("omega"), acos(-1) / 2, 0, 1e-3);
}

/* Two rates, a log scale: 1 / (1 + down/up) less a price for each. */
static void two_variables_of_a_steady_state(void **state) {
    (void)state;
    static const char text[] = "parameters: {up: 0.5, down: 0.5}\n"
                               "battery: {cells: 1, frequency: 1}\n"
                               "noise: {local: {emission: down, absorption: up}}\n"
                               "observe: [battery.energy]\n"
                               "optimize:\n"
                               "  minimize: \"up + down/4 - 4*final(battery.energy)\"\n"
                               "  over: {up: [0.1, 3], down: {from: 0.1, to: 10, scale: log}}\n"
                               "  evaluations: 200\n";
    ley_study_options options;
    ley_study_options_default(&options);
    options.overwrite = 1;
    search_with(text, LEY_STEADY_STATE, &options, LEY_OK);
    /* d/d(down): 1/4 + 4 up/(up+down)^2 > 0, so down = 0.1; d/d(up): 1 = 4 down/(up+down)^2: up = 2 sqrt(0.1) - 0.1
     */
    assert_close(best_of("down"), 0.1, 0, 1e-5);
    assert_close(best_of("up"), 2 * sqrt(0.1) - 0.1, 0, 1e-3);
}

static void conditions_hold(void **state) {
    (void)state;
    static const char *const methods[] = {"auto", "local", "direct"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 DRIVEN "optimize: {maximize: \"final(battery.energy)\", over: {omega: [0, 3]}, evaluations: 150, "
                        "subject_to: [\"omega^2 <= 4\"], method: %s}\n",
                 methods[i]);
        search(text);
        const double omega = best_of("omega");
        assert_true(omega * omega <= 4 + 1.1e-6);
        assert_close(omega, 2, 0, strcmp(methods[i], "direct") == 0 ? 0.05 : 1e-5);
    }
    /* of what is measured: no more than half of the energy */
    search(DRIVEN "optimize: {maximize: omega + 0*final(battery.energy), over: {omega: [0, 3]}, evaluations: 150, "
                  "subject_to: [\"1 >= final(battery.energy)\"]}\n");
    assert_close(best_of("omega"), acos(-1) / 2, 0, 1e-5);
    assert_close(best_of("constraint_1"), 0, 0, 2e-6);
}

static void conditions_that_nothing_meets(void **state) {
    (void)state;
    ley_optimize_info info =
        search(DRIVEN "optimize: {maximize: \"final(battery.energy)\", over: {omega: [0, 3]}, evaluations: 30, "
                      "subject_to: [\"omega >= 4\"]}\n");
    assert_int_equal(info.best, -1);
    assert_true(isnan(info.objective));
    ley_result *result = NULL;
    char *table = NULL;
    assert_int_equal(ley_result_open(&result, path, NULL), LEY_OK);
    assert_int_equal(ley_result_table(result, &table, NULL), LEY_OK);
    assert_non_null(strstr(table, "no evaluation meets the conditions"));
    ley_string_destroy(table);
    ley_result_close(result);
}

typedef struct stopper {
    ley_index after;
} stopper;

static int stop(void *user, const ley_progress *progress) {
    const stopper *self = user;
    return progress->done >= self->after;
}

/* Stopped again and again, a search ends with the file of one that was not. */
static void a_stopped_search_goes_on(void **state) {
    (void)state;
    static const char *const methods[] = {"auto", "crs", "isres"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "parameters: {omega: 1, phase: 0.3}\n"
                 "battery: {cells: 2, frequency: phase, energy_frequency: 1}\n"
                 "drive: {battery: omega}\ntime: {until: 1, points: 3}\nobserve: [battery.energy]\n"
                 "optimize: {maximize: \"final(battery.energy)\", over: {omega: [0, 5], phase: [-1, 2]}, "
                 "evaluations: 60, method: %s}\n",
                 methods[i]);
        ley_optimize_info whole = search(text);
        assert_int_equal(rename(path, "search-whole.h5"), 0);
        ley_study_options options;
        ley_study_options_default(&options);
        options.jobs = 1;
        options.watch = stop;
        stopper when = {.after = 7};
        options.user = &when;
        ley_optimize_info part = search_with(text, LEY_EVOLUTION, &options, LEY_ERR_STOPPED);
        assert_int_equal(part.evaluations, 7);
        options.resume = 1;
        when.after = 41;
        part = search_with(text, LEY_EVOLUTION, &options, LEY_ERR_STOPPED);
        assert_int_equal(part.computed, 34);
        when.after = 1000;
        part = search_with(text, LEY_EVOLUTION, &options, LEY_OK);
        assert_int_equal(part.evaluations, whole.evaluations);
        assert_int_equal(part.best, whole.best);
        assert_same_datasets(path, "search-whole.h5");
        part = search_with(text, LEY_EVOLUTION, &options, LEY_OK); /* nothing is left to do */
        assert_int_equal(part.computed, 0);
        assert_int_equal(part.best, whole.best);
        /* another search does not go on with this file */
        search_with(DRIVEN "optimize: {maximize: \"final(battery.energy)\", over: {omega: [0, 4]}}\n",
                    LEY_EVOLUTION, &options, LEY_ERR_FORMAT);
        unlink("search-whole.h5");
        unlink(path);
    }
}

static void unfinished_work_is_not_overwritten(void **state) {
    (void)state;
    static const char text[] =
        DRIVEN "optimize: {maximize: \"final(battery.energy)\", over: {omega: [0, 5]}, evaluations: 50}\n";
    ley_study_options options;
    ley_study_options_default(&options);
    stopper when = {.after = 3};
    options.watch = stop;
    options.user = &when;
    unlink(path);
    search_with(text, LEY_EVOLUTION, &options, LEY_ERR_STOPPED);
    ley_error err = {0};
    ley_scenario *scenario = NULL;
    assert_int_equal(ley_scenario_create(&scenario, text, &err), LEY_OK);
    assert_int_equal(ley_optimize_run(scenario, NULL, path, &options, &err), LEY_ERR_IO);
    assert_string_equal(err.message,
                        "this file holds an unfinished search (3 of 50 runs); --resume goes on, --force "
                        "starts again");
    ley_scenario_destroy(scenario);
    when.after = 1000;
    options.overwrite = 1;
    search_with(text, LEY_EVOLUTION, &options, LEY_OK);
}

/* The same text makes a study and a search: neither goes on with the file of the other. */
static void a_study_is_no_search(void **state) {
    (void)state;
    static const char text[] =
        DRIVEN "optimize: {maximize: \"final(battery.energy)\", over: {omega: [0, 5]}, evaluations: 20}\n";
    static const char words[] = "cannot go on: the shape of this file does not fit its scenario";
    ley_study_options options;
    ley_study_options_default(&options);
    options.jobs = 1;
    ley_scenario *scenario = NULL;
    ley_error err = {0};
    unlink(path);
    assert_int_equal(ley_scenario_create(&scenario, text, &err), LEY_OK);
    assert_int_equal(ley_study_run(scenario, NULL, path, &options, &err), LEY_OK);
    options.resume = 1;
    assert_int_equal(ley_optimize_run(scenario, NULL, path, &options, &err), LEY_ERR_FORMAT);
    assert_non_null(strstr(err.message, words));
    search(text);
    assert_int_equal(ley_study_run(scenario, NULL, path, &options, &err), LEY_ERR_FORMAT);
    assert_non_null(strstr(err.message, words));
    ley_scenario_destroy(scenario);
    unlink(path);
}

/* Output times that move with a variable leave no common series; measures stay. */
static void the_length_of_a_run_is_a_variable(void **state) {
    (void)state;
    search(DRIVEN
           "optimize: {maximize: \"final(battery.energy)\", over: {time.until: [0.5, 5]}, evaluations: 60}\n");
    assert_close(best_of("time.until"), acos(-1), 0, 1e-3);
}

static void a_scenario_without_optimize(void **state) {
    (void)state;
    ley_study_options options;
    ley_study_options_default(&options);
    search_with(DRIVEN, LEY_EVOLUTION, &options, LEY_ERR_SCENARIO);
    assert_int_equal(ley_optimize_run(NULL, NULL, path, NULL, NULL), LEY_ERR_ARGUMENT);
}

#define OPTIMIZE(rest) DRIVEN "optimize: {maximize: \"final(battery.energy)\", " rest "}\n"

static const struct {
    const char *name, *text;
    int32_t column; /* in line 6 */
    const char *message;
} cases[] = {
    {"nothing to look for", DRIVEN "optimize: {over: {omega: [0, 1]}}\n", 1, "give maximize or minimize"},
    {"both", OPTIMIZE("minimize: \"final(power)\", over: {omega: [0, 1]}"), 47, "give one of them"},
    {"nothing changes", DRIVEN "optimize: {maximize: \"final(power)\"}\n", 1, "nothing may change"},
    {"unknown variable", OPTIMIZE("over: {omeg: [0, 1]}"), 54, "unknown parameter omeg (did you mean omega?)"},
    {"reversed", OPTIMIZE("over: {omega: [2, 1]}"), 61, "the bounds 2 and 1 leave no room"},
    {"start outside", OPTIMIZE("over: {omega: [2, 3]}"), 61,
     "omega = 1, where the search begins, is not in its bounds"},
    {"log from 0", OPTIMIZE("over: {omega: {from: 0, to: 1, scale: log}}"), 61, "bounds above 0"},
    {"whole numbers", OPTIMIZE("over: {N: [1, 4]}"), 54, "N is no number that could change continuously; sweep it"},
    {"words", OPTIMIZE("over: {coupling.model: [0, 1]}"), 54, "sweep it"},
    {"three bounds", OPTIMIZE("over: {omega: [0, 1, 2]}"), 61, "two numbers are expected"},
    {"a vector", DRIVEN "optimize: {maximize: \"final(battery.populations)\", over: {omega: [0, 2]}}\n", 22,
     "battery.populations has several values"},
    {"an unknown observable", DRIVEN "optimize: {maximize: \"final(battery.enery)\", over: {omega: [0, 2]}}\n", 22,
     "unknown observable \"battery.enery\""},
    {"an unknown name", DRIVEN "optimize: {maximize: \"final(battery.energy) - x\", over: {omega: [0, 2]}}\n", 22,
     "unknown name x"},
    {"nothing measured", DRIVEN "optimize: {maximize: omega, over: {omega: [0, 2]}}\n", 22, "measures nothing"},
    {"no condition", OPTIMIZE("over: {omega: [0, 2]}, subject_to: [omega]"), 83, "is no condition"},
    {"a strict condition", OPTIMIZE("over: {omega: [0, 2]}, subject_to: [\"omega < 1\"]"), 83, "is no condition"},
    {"unknown method", OPTIMIZE("over: {omega: [0, 2]}, method: newton"), 78, "unknown method \"newton\""},
    {"a method without conditions", OPTIMIZE("over: {omega: [0, 2]}, method: crs, subject_to: [\"omega <= 1\"]"),
     78, "crs knows no conditions"},
    {"bobyqa alone", OPTIMIZE("over: {omega: [0, 2]}, method: bobyqa"), 78, "two variables or more"},
    {"no evaluations", OPTIMIZE("over: {omega: [0, 2]}, evaluations: 0"), 83, "is not in 1 .. 1000000"},
    {"tolerance", OPTIMIZE("over: {omega: [0, 2]}, tolerance: 1"), 81, "tolerance 1 is not in 1e-12 .. 0.1"},
    {"a negative rate at a bound", OPTIMIZE("over: {noise.local.emission: [-1, 2]}"), 76,
     "(at noise.local.emission = -1)"},
    {"a name of the result", OPTIMIZE("over: {objective: [0, 2]}"), 54, "a name that the result needs"},
    {"a sweep as well", OPTIMIZE("over: {omega: [0, 2]}") "sweep: {N: [1, 2]}\n", 1, "optimize or sweep, not both"},
};

static void bad_searches_are_refused(void **state) {
    (void)state;
    int bad = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ley_scenario *scenario = NULL;
        ley_error err = {0};
        ley_status status = ley_scenario_create(&scenario, cases[i].text, &err);
        ley_scenario_destroy(scenario);
        if (status != LEY_ERR_SCENARIO) fail_msg("%s: accepted", cases[i].name);
        if (!strstr(err.message, cases[i].message) || err.line != 6 || err.column != cases[i].column)
            print_error("%s: %d:%d: %s\n", cases[i].name, err.line, err.column, err.message), bad++;
    }
    assert_int_equal(bad, 0);
}

static void nothing_is_left_behind(void **state) {
    (void)state;
    const long before = ley_memory_live();
    search(DRIVEN "optimize: {maximize: \"final(battery.energy)\", over: {omega: [0, 3]}, evaluations: 20, "
                  "subject_to: [\"omega^2 <= 4\"]}\n");
    assert_int_equal(ley_memory_live(), before);
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_turn_that_charges_is_found),
        cmocka_unit_test(two_variables_of_a_steady_state),
        cmocka_unit_test(conditions_hold),
        cmocka_unit_test(conditions_that_nothing_meets),
        cmocka_unit_test(a_stopped_search_goes_on),
        cmocka_unit_test(unfinished_work_is_not_overwritten),
        cmocka_unit_test(a_study_is_no_search),
        cmocka_unit_test(the_length_of_a_run_is_a_variable),
        cmocka_unit_test(a_scenario_without_optimize),
        cmocka_unit_test(bad_searches_are_refused),
        cmocka_unit_test(nothing_is_left_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
