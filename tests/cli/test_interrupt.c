/* Long work: progress as it is shown, a stop in the middle, and going on to the same bits. */
#include "cli/program.h"

#include "support/assert_close.h"

#include <sys/resource.h>

/* Two dozen points; `until` is stretched until they take long enough to be interrupted. */
static const char slow[] = "battery: {cells: 3, frequency: 1, state: ground}\n"
                           "cavity: {frequency: 1, levels: 12, state: {coherent: 0.3}}\n"
                           "coupling: {model: dicke, strength: g}\n"
                           "parameters: {g: 0.1}\n"
                           "noise: {cavity: {loss: 0.5}, local: {emission: 0.1, dephasing: 0.05}}\n"
                           "time: {until: %d, points: 25}\n"
                           "observe: [battery.energy]\n"
                           "measure: [\"final(battery.energy)\"]\n"
                           "numerics: {tolerance: 1e-6}\n"
                           "sweep: {g: {from: 0.01, to: 0.05, points: 24}}\n";
static const char quick[] = "battery: {cells: 2, frequency: 1, state: excited}\n"
                            "noise: {local: {emission: 0.1}}\n"
                            "time: {until: 2, points: 5}\n"
                            "observe: [battery.energy]\n";

static double seconds; /* that two idle cores take for it: half of its processor time */
static char *whole;    /* CSV of a run that nothing disturbed */

/* Of the programs that were run and have ended. */
static double processor_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static int begin(void **state) {
    (void)state;
    if (program_folder_make() != 0) return -1;
    program_write("quick.yaml", quick);
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    for (int until = 4; seconds<1; until = seconds> 0.3 ? 4 * until : 10 * until) {
        char text[1024];
        snprintf(text, sizeof text, slow, until);
        program_write("slow.yaml", text);
        const char *words[] = {"run", "slow.yaml", "-o", "whole.h5", "--csv", "-", NULL};
        const double began = processor_seconds();
        program_result r = program_run(words, NULL);
        seconds = 0.5 * (processor_seconds() - began);
        if (r.exit_status || until > 10000000) {
            fprintf(stderr, "until %d: %s", until, r.err);
            return -1;
        }
        free(whole);
        whole = strdup(r.out);
        program_clear(&r);
    }
    return 0;
}

static int end(void **state) {
    (void)state;
    free(whole);
    return program_folder_remove();
}

static void finish_and_compare(const char *result) {
    program_result r =
        program_run((const char *[]){"run", "slow.yaml", "-o", result, "--resume", "--csv", "-", NULL}, NULL);
    if (r.exit_status) fail_msg("%s", r.err);
    assert_string_equal(r.out, whole); /* 17 digits: the same bits */
    program_clear(&r);
}

static void stop_with(int signal, const char *result) {
    const char *words[] = {"run", "slow.yaml", "-o", result, "--progress=json", "--jobs=2", NULL};
    const program_options options = {.signal = signal, .signal_after = 0.4 * seconds};
    program_result r = program_run_with(words, &options);
    if (signal == SIGKILL) {
        assert_int_equal(r.exit_status, 128 + SIGKILL);
    } else {
        assert_int_equal(r.exit_status, 1);
        assert_non_null(strstr(r.err, "leyden: stopped; "));
        char command[160];
        snprintf(command, sizeof command, "\ngo on with: leyden run slow.yaml -o %s --jobs 2 --resume\n", result);
        assert_non_null(strstr(r.err, command));
    }
    program_clear(&r);

    /* what is there can be read at once */
    r = program_run((const char *[]){"show", result, NULL}, NULL);
    if (r.exit_status) fail_msg("%s", r.err);
    program_clear(&r);

    /* and is not lost by carelessness */
    r = program_run((const char *[]){"run", "slow.yaml", "-o", result, NULL}, NULL);
    assert_int_equal(r.exit_status, 2);
    assert_non_null(strstr(r.err, "--resume"));
    program_clear(&r);
    finish_and_compare(result);
}

static void test_interrupt(void **state) {
    (void)state;
    stop_with(SIGINT, "int.h5");
}

static void test_terminate(void **state) {
    (void)state;
    stop_with(SIGTERM, "term.h5");
}

static void test_kill(void **state) {
    (void)state;
    stop_with(SIGKILL, "kill.h5");
}

static void test_resume_of_finished_work(void **state) {
    (void)state;
    finish_and_compare("whole.h5");
}

static void test_resume_of_another_scenario(void **state) {
    (void)state;
    const char *words[] = {"run", "slow.yaml", "-o", "whole.h5", "--resume", "--set", "battery.cells=9", NULL};
    program_result r = program_run(words, NULL);
    assert_int_equal(r.exit_status, 2);
    assert_non_null(strstr(r.err, "another scenario"));
    program_clear(&r);
}

/* ---- Progress ------------------------------------------------------------------------------------------------ */

static int letters(const char *text, const char *end) { /* visible ones, of UTF-8 with escape sequences */
    int n = 0;
    while (text < end) {
        if (*text == '\033') {
            while (text < end && *text != 'K' && *text != 'm') text++;
        } else if (((unsigned char)*text & 0xC0) != 0x80) {
            n++;
        }
        text++;
    }
    return n;
}

static void test_bar(void **state) {
    (void)state;
    static const int columns[] = {100, 60, 30};
    for (int i = 0; i < 3; i++) {
        const double began = program_clock();
        const char *words[] = {"run", "slow.yaml", "-o", "bar.h5", "--force", NULL};
        const program_options options = {.terminal_columns = columns[i]};
        program_result r = program_run_with(words, &options);
        const double took = program_clock() - began;
        assert_int_equal(r.exit_status, 0);
        int drawn = 0;
        for (const char *at = r.err; (at = strchr(at, '\r')); drawn++) {
            const char *next = strchr(++at, '\r');
            const int wide = letters(at, next ? next : at + strlen(at));
            if (wide >= columns[i]) fail_msg("a bar of %d letters on %d columns", wide, columns[i]);
        }
        if (drawn < 2 || drawn > 3 + 10 * took) fail_msg("%d bars in %.2f s", drawn, took);
        assert_non_null(strchr(r.err, '%'));
        if (columns[i] == 100) assert_non_null(strstr(r.err, "/24 points"));
        const size_t length = strlen(r.err);
        assert_true(length > 4);
        assert_string_equal(r.err + length - 4, "\r\033[K"); /* nothing of it stays */
        program_clear(&r);
    }
}

static void test_no_bar_for_quick_work(void **state) {
    (void)state;
    const char *words[] = {"run", "quick.yaml", NULL};
    const program_options options = {.terminal_columns = 80};
    program_result r = program_run_with(words, &options);
    assert_int_equal(r.exit_status, 0);
    assert_string_equal(r.err, "");
    program_clear(&r);
}

static void test_colours(void **state) {
    (void)state;
    const char *words[] = {"run", "absent.yaml", NULL};
    const program_options options = {.terminal_columns = 80};
    program_result r = program_run_with(words, &options);
    assert_non_null(strstr(r.err, "\033[1;31mleyden:\033[0m "));
    program_clear(&r);
    setenv("NO_COLOR", "1", 1);
    r = program_run_with(words, &options);
    unsetenv("NO_COLOR");
    assert_null(strchr(r.err, '\033'));
    program_clear(&r);
}

static void test_json(void **state) {
    (void)state;
    const char *words[] = {"run", "slow.yaml", "-o", "json.h5", "--progress=json", NULL};
    program_result r = program_run(words, NULL);
    assert_int_equal(r.exit_status, 0);
    int lines = 0;
    double before = -1, fraction = 0;
    long long points = 0, done = 0, failed = -1;
    for (char *rest = r.err, *line; (line = strsep(&rest, "\n"));) {
        if (!*line) continue;
        assert_int_equal(sscanf(line, "{\"points\": %lld, \"done\": %lld, \"failed\": %lld, \"fraction\": %lf,",
                                &points, &done, &failed, &fraction),
                         4);
        assert_int_equal(line[strlen(line) - 1], '}');
        assert_int_equal(points, 24);
        assert_true(fraction >= before - 0.05); /* a forecast may be corrected, not thrown over */
        before = fraction;
        lines++;
    }
    assert_true(lines >= 2);
    assert_int_equal(done, 24);
    assert_int_equal(failed, 0);
    assert_close(fraction, 1, 0, 0);
    program_clear(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interrupt),
        cmocka_unit_test(test_terminate),
        cmocka_unit_test(test_kill),
        cmocka_unit_test(test_resume_of_finished_work),
        cmocka_unit_test(test_resume_of_another_scenario),
        cmocka_unit_test(test_bar),
        cmocka_unit_test(test_no_bar_for_quick_work),
        cmocka_unit_test(test_colours),
        cmocka_unit_test(test_json),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
