/* The program as people meet it: words typed, text and exit status returned. */
#include "cli/program.h"

#include "support/assert_close.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char good[] = "battery: {cells: 2, frequency: 1, state: excited}\n"
                           "noise: {local: {emission: 0.1}}\n"
                           "time: {until: 2, points: 5}\n"
                           "observe: [battery.energy]\n"
                           "measure: [\"final(battery.energy)\"]\n";
static const char sweep[] = "title: Decay\n"
                            "battery: {cells: 2, frequency: 1, state: excited}\n"
                            "noise: {local: {emission: 0.1}}\n"
                            "time: {until: 2, points: 5}\n"
                            "measure: [\"final(battery.energy)\"]\n"
                            "sweep: {N: [1, 2, 3], noise.local.emission: [0.1, 0.2]}\n";

static int begin(void **state) {
    (void)state;
    if (program_folder_make() != 0) return -1;
    program_write("good.yaml", good);
    program_write("sweep.yaml", sweep);
    program_write("bad.yaml", "battery: {cels: 2, frequency: 1}\ntime: {until: 1}\nobserve: [battery.energy]\n");
    program_write("notes.h5", "this is no result\n");
    return 0;
}

static int end(void **state) {
    (void)state;
    return program_folder_remove();
}

/* ---- One line each: words, status, what is said ---------------------------------------------------------------
 */

typedef struct line {
    const char *words[8];
    int exit_status;
    const char *out, *err; /* what is in there; NULL: nothing at all; "" : not looked at */
} line;

static const line lines[] = {
    {{"--version"}, 0, "leyden 0.", NULL},
    {{"--help"}, 0, "leyden run", NULL},
    {{"help"}, 0, "leyden merge", NULL},
    {{"help", "run"}, 0, "--resume", NULL},
    {{"help", "scenario"}, 0, "battery.cells", NULL},
    {{"help", "observables"}, 0, "battery.ergotropy_hybrid", NULL},
    {{"help", "scenarioo"}, 2, NULL, "did you mean `leyden help scenario`?"},
    {{"help", "quaternions"}, 2, NULL, "no help about quaternions"},
    {{"run", "--help"}, 0, "usage: leyden run S.yaml", NULL},
    {{"plan", "--help"}, 0, "usage: leyden plan", NULL},
    {{"show", "--help"}, 0, "usage: leyden show", NULL},
    {{"plot", "--help"}, 0, "--contours", NULL},
    {{"merge", "-h"}, 0, "usage: leyden merge", NULL},
    {{"steady", "--help"}, 0, "usage: leyden steady S.yaml", NULL},
    {{"spectrum", "--help"}, 0, "usage: leyden spectrum S.yaml", NULL},
    {{"spectrum"}, 2, NULL, "leyden: no scenario given\n"},
    {{"spectrum", "good.yaml", "--count=0"}, 2, NULL, "--count=0: a whole number from 1 to 1000"},
    {{"spectrum", "good.yaml", "--csv", "no/such/folder/s.csv"}, 2, NULL, "cannot write no/such/folder/s.csv"},
    {{"spectrum", "good.yaml", "--csv", "./good.yaml"}, 2, NULL, "--csv ./good.yaml: this is the scenario itself"},
    {{"spectrum", "good.yaml", "--csv", "-"}, 0, "sector,number,re,im,residual\n", NULL},
    {{"spectrum", "good.yaml", "--set", "battery.frequency=1+t"}, 2, NULL, "depends on time"},
    {{"plan", "good.yaml", "--steady"}, 0, "steady state", NULL},
    {{"papers", "--help"}, 0, "usage: leyden papers [list", NULL},
    {{NULL}, 2, NULL, "leyden: no command given; `leyden help` lists them\n"},
    {{"rnu"}, 2, NULL, "leyden: unknown command rnu; did you mean `leyden run`?\n"},
    {{"wibble"}, 2, NULL, "leyden: unknown command wibble; `leyden help` lists them\n"},
    {{"good.yaml"}, 2, NULL, "did you mean `leyden run good.yaml`?"},
    {{"--verison"}, 2, NULL, "did you mean `leyden --version`?"},
    {{"steady"}, 2, NULL, "leyden: no scenario given\n"},
    {{"papers", "lst"}, 2, NULL, "did you mean list?"},
    {{"papers", "run"}, 2, NULL, "run what?"},
    {{"run"}, 2, NULL, "leyden: no scenario given\n"},
    {{"run", "good.yaml", "sweep.yaml"}, 2, NULL, "one scenario at a time; sweep.yaml is too much"},
    {{"run", "good.yaml", "--jbs", "2"}, 2, NULL, "unknown option --jbs; did you mean --jobs?"},
    {{"run", "good.yaml", "--frobnicate=2"}, 2, NULL, "unknown option --frobnicate\n"},
    {{"run", "good.yaml", "-Z"}, 2, NULL, "unknown option -Z\n"},
    {{"run", "good.yaml", "--jobs"}, 2, NULL, "--jobs needs a value"},
    {{"run", "good.yaml", "-o"}, 2, NULL, "-o needs a value"},
    {{"run", "good.yaml", "--resume=yes"}, 2, NULL, "--resume takes no value"},
    {{"run", "good.yaml", "--jobs=0"}, 2, NULL, "--jobs=0: a whole number from 1"},
    {{"run", "good.yaml", "--jobs=2x"}, 2, NULL, "--jobs=2x: a whole number from 1"},
    {{"run", "good.yaml", "--jobs=-1"}, 2, NULL, "--jobs=-1: a whole number from 1"},
    {{"run", "good.yaml", "--shard=3/2"}, 2, NULL, "--shard=3/2: part and number of parts"},
    {{"run", "good.yaml", "--shard=0/2"}, 2, NULL, "--shard=0/2: part and number of parts"},
    {{"run", "good.yaml", "--shard=1"}, 2, NULL, "--shard=1: part and number of parts"},
    {{"run", "good.yaml", "--progress=loud"}, 2, NULL, "one of auto, bar, plain, json, none"},
    {{"run", "good.yaml", "--resume", "--force"}, 2, NULL, "--resume keeps what --force throws away"},
    {{"run", "absent.yaml"}, 2, NULL, "leyden: cannot read absent.yaml: No such file or directory\n"},
    {{"run", "."}, 2, NULL, "leyden: cannot read .: Is a directory\n"},
    {{"run", "bad.yaml"}, 2, NULL, "bad.yaml:1:11: "},
    {{"run", "bad.yaml"}, 2, NULL, "cells"},
    {{"plan", "bad.yaml"}, 2, NULL, "bad.yaml:1:11: "},
    {{"run", "good.yaml", "--set", "battery.cells=-3"}, 2, NULL, "--set battery.cells=-3: "},
    {{"run", "good.yaml", "-o", "no/such/folder/r.h5"}, 2, NULL, "no/such/folder"},
    {{"run", "good.yaml", "-o", "."}, 2, NULL, "leyden: "},
    {{"run", "good.yaml", "-o", "notes.h5"}, 2, NULL, "no leyden result"},
    {{"run", "good.yaml", "--csv", "good.yaml"}, 2, NULL, "--csv good.yaml: this is the scenario itself"},
    {{"run", "good.yaml", "-o", "r.h5", "--csv", "./r.h5"}, 2, NULL, "--csv ./r.h5: this is the result itself"},
    {{"run", "good.yaml", "--csv", "no/such/folder/r.csv"}, 2, NULL, "cannot write no/such/folder/r.csv"},
    {{"run", "good.yaml", "--set", "N=20000", "-o", "large.h5"}, 2, NULL, "bytes"},
    {{"plan"}, 2, NULL, "no scenario given"},
    {{"plan", "good.yaml"}, 0, "", NULL},
    {{"plan", "good.yaml", "--set", "N=4"}, 0, "4", NULL},
    {{"show"}, 2, NULL, "no result file given"},
    {{"show", "absent.h5"}, 2, NULL, "absent.h5"},
    {{"show", "notes.h5"}, 2, NULL, "notes.h5"},
    {{"plot", "absent.h5"}, 2, NULL, "absent.h5"},
    {{"plot", "notes.h5"}, 2, NULL, "notes.h5"},
    {{"plot", "notes.h5", "-o", "f.gif"}, 2, NULL, ".svg, .pdf or .png"},
    {{"merge", "absent.h5"}, 2, NULL, "say where to write with -o"},
    {{"merge", "-o", "all.h5"}, 2, NULL, "no shards given"},
    {{"merge", "-o", "all.h5", "absent.h5"}, 2, NULL, "absent.h5"},
};

static void test_lines(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const line *l = &lines[i];
        program_result r = program_run(l->words, NULL);
        char words[512] = "leyden";
        for (int k = 0; k < 8 && l->words[k]; k++) snprintf(words + strlen(words), 64, " %s", l->words[k]);
        if (r.exit_status != l->exit_status)
            fail_msg("%s: exit status %d, expected %d\n%s%s", words, r.exit_status, l->exit_status, r.out, r.err);
        if (l->out ? !strstr(r.out, l->out) : *r.out != 0)
            fail_msg("%s: standard output is \"%s\", expected \"%s\"", words, r.out, l->out ? l->out : "nothing");
        if (l->err ? !strstr(r.err, l->err) : *r.err != 0)
            fail_msg("%s: standard error is \"%s\", expected \"%s\"", words, r.err, l->err ? l->err : "nothing");
        program_clear(&r);
    }
}

/* ---- Working --------------------------------------------------------------------------------------------------
 */

static double csv_number(const char *text, int row, int column) {
    for (; row > 0; row--) text = strchr(text, '\n') + 1;
    for (; column > 0; column--) text = strchr(text, ',') + 1;
    return strtod(text, NULL);
}

static void test_run_writes_what_was_asked(void **state) {
    (void)state;
    program_result r = program_run((const char *[]){"run", "good.yaml", NULL}, NULL);
    if (r.exit_status) fail_msg("%s", r.err);
    assert_string_equal(r.err, "");
    assert_non_null(strstr(r.out, "good.h5: 1 point in "));
    assert_non_null(strstr(r.out, "next: leyden plot good.h5\n"));
    assert_null(strchr(r.out, '\033')); /* no colours in a pipe */
    program_clear(&r);

    /* two cells, each decaying at 0.1: energy 2 exp(-0.1 t), t = 2 in the last row */
    r = program_run((const char *[]){"show", "good.h5", "--csv", NULL}, NULL);
    assert_int_equal(r.exit_status, 0);
    assert_non_null(strstr(r.out, "battery.energy"));
    assert_close(csv_number(r.out, 5, 0), 2, 0, 0);
    assert_close(csv_number(r.out, 5, 1), 2 * exp(-0.2), 0, 1e-8);
    program_clear(&r);

    r = program_run((const char *[]){"show", "good.h5", NULL}, NULL);
    assert_int_equal(r.exit_status, 0);
    assert_non_null(strstr(r.out, "battery.energy"));
    program_clear(&r);
}

static void test_settings_and_standard_input(void **state) {
    (void)state;
    const char *words[] = {"run", "-", "-o", "set.h5", "--set", "N=4", "--csv", "-", NULL};
    program_result r = program_run(words, good);
    if (r.exit_status) fail_msg("%s", r.err);
    assert_close(csv_number(r.out, 5, 1), 4 * exp(-0.2), 0, 1e-8);
    assert_null(strstr(r.out, "next:")); /* CSV and nothing else */
    program_clear(&r);
    r = program_run((const char *[]){"run", "-", NULL}, good);
    assert_int_equal(r.exit_status, 2);
    assert_non_null(strstr(r.err, "-o R.h5"));
    program_clear(&r);
    r = program_run((const char *[]){"run", "-", "-o", "x.h5", NULL}, "battery: {cels: 1}\n");
    assert_int_equal(r.exit_status, 2);
    assert_int_equal(strncmp(r.err, "<stdin>:1:", 10), 0);
    program_clear(&r);
}

static void test_quiet(void **state) {
    (void)state;
    program_result r = program_run((const char *[]){"run", "good.yaml", "-o", "quiet.h5", "-q", NULL}, NULL);
    assert_int_equal(r.exit_status, 0);
    assert_string_equal(r.out, "");
    assert_string_equal(r.err, "");
    program_clear(&r);
}

static void test_shards_merge_to_the_whole(void **state) {
    (void)state;
    program_result whole = program_run((const char *[]){"run", "sweep.yaml", "--csv", "-", NULL}, NULL);
    if (whole.exit_status) fail_msg("%s", whole.err);
    for (int i = 1; i <= 2; i++) {
        const char *shard = i == 1 ? "1/2" : "2/2";
        program_result r = program_run((const char *[]){"run", "sweep.yaml", "--shard", shard, NULL}, NULL);
        if (r.exit_status) fail_msg("%s", r.err);
        assert_non_null(strstr(r.out, i == 1 ? "sweep.1-of-2.h5: 3 points" : "sweep.2-of-2.h5: 3 points"));
        assert_non_null(strstr(r.out, "leyden merge"));
        program_clear(&r);
    }
    const char *words[] = {"merge", "-o", "both.h5", "sweep.2-of-2.h5", "sweep.1-of-2.h5", NULL};
    program_result r = program_run(words, NULL);
    if (r.exit_status) fail_msg("%s", r.err);
    assert_string_equal(r.out, "both.h5: 2 files merged\n");
    program_clear(&r);
    r = program_run((const char *[]){"show", "both.h5", "--csv", NULL}, NULL);
    assert_string_equal(r.out, whole.out);
    program_clear(&r);
    program_clear(&whole);
}

static void test_plot_says_what_it_wrote(void **state) {
    (void)state;
    program_result r = program_run((const char *[]){"run", "sweep.yaml", "-o", "drawn.h5", "-q", NULL}, NULL);
    assert_int_equal(r.exit_status, 0);
    program_clear(&r);
    r = program_run((const char *[]){"plot", "drawn.h5", NULL}, NULL);
    if (r.exit_status) fail_msg("%s", r.err);
    assert_string_equal(r.out, "drawn.svg, drawn by drawn.gp\n");
    program_clear(&r);
    r = program_run((const char *[]){"plot", "drawn.h5", "-y", "max(power)", NULL}, NULL);
    assert_int_equal(r.exit_status, 2);
    assert_non_null(strstr(r.err, "final(battery.energy)")); /* what there is */
    program_clear(&r);
}

/* ---- Output that cannot be written ----------------------------------------------------------------------------
 */

static void test_full_standard_output(void **state) {
    (void)state;
    program_options full = {.standard_output = "/dev/full"};
    program_result r = program_run_with((const char *[]){"help", "scenario", NULL}, &full);
    assert_int_equal(r.exit_status, 1);
    assert_non_null(strstr(r.err, "cannot write standard output: No space left on device"));
    program_clear(&r);
}

static void test_closed_pipe(void **state) {
    (void)state;
    /* the reader is gone before the first word: neither a message nor a failure */
    char command[512];
    snprintf(command, sizeof command,
             "{ sleep 0.2; '%s' help scenario 2>closed.err; echo $? >closed.status; } | true; sleep 0.6; "
             "test ! -s closed.err && grep -qx 0 closed.status",
             LEYDEN_PROGRAM);
    assert_int_equal(program_shell(command), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_run_writes_what_was_asked),
        cmocka_unit_test(test_settings_and_standard_input),
        cmocka_unit_test(test_quiet),
        cmocka_unit_test(test_shards_merge_to_the_whole),
        cmocka_unit_test(test_plot_says_what_it_wrote),
        cmocka_unit_test(test_full_standard_output),
        cmocka_unit_test(test_closed_pipe),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
