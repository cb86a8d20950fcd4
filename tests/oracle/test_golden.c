/* Every reference evolution in tests/data/golden through the public interface, each number compared at 1e-9.
 *
 * Judge: the full 2^N n_c density matrix, evolved by two independent programs that agree to 5e-11 (tools/golden).
 * The scenarios ask for 1e-10, so 1e-8 leaves room for nothing but rounding in entropies of nearly pure states. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/file_text.h"

enum { CASES_MAX = 64, COLUMNS_MAX = 64, SERIES_MAX = 64, NAME_MAX_ = 128 };
static const double allowed = 1e-9;

/* Largest deviation met in each series over all cases, printed at the end. */
static struct {
    char name[NAME_MAX_];
    double largest;
} series_seen[SERIES_MAX];

static void note(const char *name, double deviation) {
    for (int i = 0; i < SERIES_MAX; i++) {
        if (!series_seen[i].name[0]) snprintf(series_seen[i].name, NAME_MAX_, "%s", name);
        if (strcmp(series_seen[i].name, name) != 0) continue;
        if (!(deviation <= series_seen[i].largest)) series_seen[i].largest = deviation;
        return;
    }
}

static char *golden(const char *name, const char *ending) {
    char path[1024];
    snprintf(path, sizeof path, "%s/golden/%s%s", TEST_DATA, name, ending);
    return file_text(path);
}

static void compare_series(const ley_run *run, const char *name) {
    char *text = golden(name, ".csv"), *line_state = NULL, *cell_state = NULL;
    char column[COLUMNS_MAX][NAME_MAX_];
    int part[COLUMNS_MAX], columns = 0;
    char *line = strtok_r(text, "\n", &line_state);
    for (char *cell = strtok_r(line, ",", &cell_state); cell; cell = strtok_r(NULL, ",", &cell_state)) {
        assert_true(columns < COLUMNS_MAX);
        snprintf(column[columns], NAME_MAX_, "%s", cell);
        char *bracket = strchr(column[columns], '[');
        part[columns] = bracket ? atoi(bracket + 1) : 0;
        if (bracket) *bracket = 0;
        columns++;
    }
    ley_index row = 0;
    while ((line = strtok_r(NULL, "\n", &line_state)) != NULL) {
        assert_true(row < ley_run_rows(run));
        int i = 0;
        for (char *cell = strtok_r(line, ",", &cell_state); cell; cell = strtok_r(NULL, ",", &cell_state), i++) {
            double expected = strtod(cell, NULL), value;
            if (i == 0) {
                assert_close(ley_run_times(run)[row], expected, 0, 0);
                continue;
            }
            ley_index width = 0;
            const double *series = ley_run_series(run, column[i], &width);
            if (!series || part[i] >= width) fail_msg("%s: no series %s[%d]", name, column[i], part[i]);
            value = series[row * width + part[i]];
            note(column[i], fabs(value - expected));
            if (!(fabs(value - expected) <= allowed))
                fail_msg("%s: %s[%d] at t = %g is %.15g, expected %.15g: off by %.3g", name, column[i], part[i],
                         ley_run_times(run)[row], value, expected, fabs(value - expected));
        }
        assert_int_equal(i, columns);
        row++;
    }
    assert_int_equal(row, ley_run_rows(run));
    free(text);
}

static void compare_blocks(const ley_run *run, const char *name) {
    char *text = golden(name, ".blocks"), *state = NULL;
    ley_complex *block = NULL;
    int held = -1;
    for (char *line = strtok_r(text, "\n", &state); line; line = strtok_r(NULL, "\n", &state)) {
        int two_j, row, column;
        double re, im;
        assert_int_equal(sscanf(line, "%d %d %d %lf %lf", &two_j, &row, &column, &re, &im), 5);
        if (two_j != held) {
            free(block);
            block = calloc((size_t)(two_j + 1) * (size_t)(two_j + 1), sizeof *block);
            ley_error err = {0};
            if (ley_run_battery_block(run, block, two_j, &err) != LEY_OK) fail_msg("%s: %s", name, err.message);
            held = two_j;
        }
        ley_complex got = block[row * (two_j + 1) + column];
        double off = hypot(got.re - re, got.im - im);
        note("final battery blocks", off);
        if (!(off <= allowed))
            fail_msg("%s: final block 2j = %d [%d][%d] is %.15g%+.15gi, expected %.15g%+.15gi", name, two_j, row,
                     column, got.re, got.im, re, im);
    }
    free(block);
    free(text);
}

static void run_case(void **state) {
    const char *name = *state;
    char *text = golden(name, ".yaml");
    ley_error err = {0};
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    if (ley_scenario_create(&scenario, text, &err) != LEY_OK)
        fail_msg("%s:%d:%d: %s", name, err.line, err.column, err.message);
    if (ley_run_create(&run, scenario, 0, NULL, NULL, &err) != LEY_OK) fail_msg("%s: %s", name, err.message);
    compare_series(run, name);
    compare_blocks(run, name);
    check_run(run, name);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
    free(text);
}

static int by_name(const void *a, const void *b) {
    return strcmp((*(const struct CMUnitTest *)a).name, (*(const struct CMUnitTest *)b).name);
}

int main(void) {
    static char names[CASES_MAX][NAME_MAX_];
    struct CMUnitTest tests[CASES_MAX] = {{0}};
    size_t n = 0;
    DIR *folder = opendir(TEST_DATA "/golden");
    if (!folder) return 1;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL && n < CASES_MAX;) {
        size_t length = strlen(entry->d_name);
        if (length < 6 || length >= NAME_MAX_ || strcmp(entry->d_name + length - 5, ".yaml") != 0) continue;
        snprintf(names[n], NAME_MAX_, "%.*s", (int)(length - 5), entry->d_name);
        tests[n] = (struct CMUnitTest){.name = names[n], .test_func = run_case, .initial_state = names[n]};
        n++;
    }
    closedir(folder);
    qsort(tests, n, sizeof tests[0], by_name);
    if (n < 30) { /* the number of cases committed: an empty folder must not pass */
        fprintf(stderr, "only %zu reference cases in %s\n", n, TEST_DATA "/golden");
        return 1;
    }
    int failed = _cmocka_run_group_tests("golden", tests, n, NULL, NULL);
    for (int i = 0; i < SERIES_MAX && series_seen[i].name[0]; i++)
        printf("largest deviation  %-32s %.2e\n", series_seen[i].name, series_seen[i].largest);
    return failed;
}
