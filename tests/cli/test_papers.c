/* leyden papers with a folder of a made-up paper: cells that decay one by one, whose energy is N exp(-rate t). */
#include "cli/program.h"

#include "support/assert_close.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char paper[] = "title: Decay\n"
                            "published: \"Journal of Decay 1, 1 (2024)\"\n"
                            "figures:\n"
                            "  fig1:\n"
                            "    shows: energy left against N\n"
                            "    scenarios: [fig1.yaml]\n"
                            "    fast: [\"sweep.N=[1, 2]\"]\n"
                            "  fig2:\n"
                            "    shows: energy against time\n"
                            "    scenarios: [fig2.yaml, {steady: steady.yaml}]\n"
                            "  table1:\n"
                            "    shows: one number\n"
                            "    scenarios: [table1.yaml]\n"
                            "  fig3: {shows: the idea, without: a sketch}\n";
static const char beyond[] = "title: Decay of more cells\n"
                             "figures:\n"
                             "  fig1: {shows: energy left against N, scenarios: [fig1.yaml]}\n";
static const char fig1[] = "battery: {cells: 2, frequency: 1, state: excited}\n"
                           "noise: {local: {emission: 0.1}}\n"
                           "time: {until: 2, points: 3}\n"
                           "observe: [battery.energy]\n"
                           "measure: [\"final(battery.energy)\"]\n"
                           "sweep: {set: [{label: \"slow, weak\", noise.local.emission: 0.1}, {label: fast, "
                           "noise.local.emission: 0.2}], N: [1, 2, 3]}\n"
                           "fit: {law: {model: linear, x: N, y: final(battery.energy)}}\n";
static const char fig2[] = "battery: {cells: 2, frequency: 1, state: excited}\n"
                           "noise: {local: {emission: 0.1}}\n"
                           "time: {until: 2, points: 5}\n"
                           "observe: [battery.energy, battery.spin_weights]\n";
static const char steady[] = "battery: {cells: 2, frequency: 1}\n"
                             "noise: {local: {emission: 3, absorption: 1}}\n"
                             "observe: [battery.energy]\n";
/* exp(-0.2) = 0.81873075, exp(-0.4) = 0.67032005 */
static const char expected1[] =
    "id,scenario,where,quantity,published,published_tolerance,reference,tolerance,verdict,note\n"
    "# a comment\n"
    "a,fig1.yaml,N=1; set=fast,final(battery.energy),0.67,,0.670320046,1e-8,reproduced,\n"
    "b,,\"N=3; set=slow, weak\",final(battery.energy),2.5,0.1,,,reading,\"per cell, not in all\"\n"
    "c,fig1.yaml,\"N=2; set=slow, weak; t=1\",battery.energy,1.9,0.05,,,differs,the paper forgets the rate\n"
    "d,fig1.yaml,N=2; set=fast; t=0,battery.energy,2,,2,1e-9,reproduced,\n"
    "e,fig1.yaml,set=fast,fit.law.slope,0.67,0.01,0.67032005,1e-7,reproduced,\n"
    "r,fig1.yaml,N=2; set=fast relative to N=1,final(battery.energy),,,2,1e-7,reproduced,\n";
static const char expected2[] = "s,steady.yaml,,battery.energy,0.5,,0.5,1e-8,reproduced,\n"
                                "w,fig2.yaml,t=0,battery.spin_weights[0],1,,,,reproduced,\n";

static int begin(void **state) {
    (void)state;
    if (program_folder_make() != 0) return -1;
    if (program_shell("mkdir -p papers/decay2024/beyond papers/notes") != 0) return -1;
    program_write("papers/decay2024/paper.yaml", paper);
    program_write("papers/decay2024/beyond/paper.yaml", beyond);
    program_write("papers/decay2024/fig1.yaml", fig1);
    program_write("papers/decay2024/beyond/fig1.yaml", fig1);
    program_write("papers/decay2024/fig2.yaml", fig2);
    program_write("papers/decay2024/steady.yaml", steady);
    program_write("papers/decay2024/table1.yaml", "battery: {cells: 2, frequency: 1, state: excited}\n"
                                                  "noise: {local: {emission: 0.1}}\n"
                                                  "time: {until: 2, points: 3}\n"
                                                  "measure: [\"final(battery.energy)\"]\n");
    program_write("papers/decay2024/fig1.expected.csv", expected1);
    program_write("papers/decay2024/fig2.expected.csv", expected2);
    return 0;
}

static int end(void **state) {
    (void)state;
    return program_folder_remove();
}

static void say(int exit_status, const char *out, const char *err, const char *const *words) {
    const char *all[30] = {"papers", "--papers", "papers"};
    for (int i = 0; i < 20 && words[i]; i++) all[i + 3] = words[i];
    program_result r = program_run(all, NULL);
    if (r.exit_status != exit_status || (out && !strstr(r.out, out)) || (err && !strstr(r.err, err)))
        fail_msg("papers %s %s: exit status %d, expected %d, \"%s\", \"%s\"\n%s%s", words[0], words[1],
                 r.exit_status, exit_status, out ? out : "", err ? err : "", r.out, r.err);
    program_clear(&r);
}
#define SAY(exit_status, out, err, ...) say(exit_status, out, err, (const char *[]){__VA_ARGS__, NULL, NULL})

static struct timespec changed(const char *name) {
    char path[256];
    struct stat there;
    snprintf(path, sizeof path, "%s/%s", program_folder, name);
    if (stat(path, &there) != 0) fail_msg("%s is not there", path);
    return there.st_mtim;
}

static bool same(struct timespec a, struct timespec b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* ------------------------------------------------------------------------------------------------------------- */

static void test_words(void **state) {
    (void)state;
    SAY(2, NULL, "did you mean decay2024/fig1?", "run", "decay2024/fg1");
    SAY(2, NULL, "did you mean check?", "chek", "all");
    SAY(2, NULL, "check what?", "check");
    SAY(0, "decay2024/beyond/fig1", NULL, "list");
    SAY(0, "no scenario  the idea: a sketch", NULL, "list", "decay2024");
    SAY(0, "not run", NULL, "list", "decay2024");
    SAY(0, "energy left against N", NULL, "list", "decay2024/");
    const char *nowhere[] = {"papers", "list", "--papers", "nowhere", NULL};
    program_result r = program_run(nowhere, NULL);
    assert_int_equal(r.exit_status, 2);
    assert_non_null(strstr(r.err, "nowhere"));
    program_clear(&r);
}

static void test_run_keeps_what_is_there(void **state) {
    (void)state;
    SAY(0, "decay2024/fig1", NULL, "run", "decay2024/fig1", "-o", "kept");
    const struct timespec first = changed("kept/decay2024/fig1.h5");
    changed("kept/decay2024/fig1.svg");
    changed("kept/decay2024/fig1.png");
    SAY(0, "is there", NULL, "run", "decay2024/fig1", "-o", "kept");
    assert_true(same(first, changed("kept/decay2024/fig1.h5")));
    SAY(0, "checked: 6 of 6 agree", NULL, "list", "decay2024/fig1", "-o", "kept");
    /* another text: computed again */
    program_write("papers/decay2024/fig1.yaml", fig1);
    assert_int_equal(program_shell("sed -i 's/until: 2/until: 2.0/' papers/decay2024/fig1.yaml"), 0);
    SAY(0, "scenario changed since", NULL, "list", "decay2024/fig1", "-o", "kept");
    SAY(0, "decay2024/fig1", NULL, "run", "decay2024/fig1", "-o", "kept");
    assert_false(same(first, changed("kept/decay2024/fig1.h5")));
    program_write("papers/decay2024/fig1.yaml", fig1);
}

static void test_interrupted_work_goes_on(void **state) {
    (void)state;
    assert_int_equal(program_shell("mkdir -p part/decay2024 && cp papers/decay2024/fig1.yaml ."), 0);
    const char *shard[] = {"run", "fig1.yaml", "-o", "whole.h5", NULL};
    program_result r = program_run(shard, NULL);
    assert_int_equal(r.exit_status, 0);
    program_clear(&r);
    /* The same file with a point that waits: what a kill leaves. */
    assert_int_equal(program_shell("cp whole.h5 part/decay2024/fig1.h5 && /usr/bin/python3 -c \"import h5py\n"
                                   "with h5py.File('part/decay2024/fig1.h5', 'r+') as f:\n"
                                   "    f['status'][1, 2] = 0\n"
                                   "    f['measures/final(battery.energy)'][1, 2] = float('nan')\n"
                                   "    f['measures/final(battery.energy)'][0, 0] = 7\n\""),
                     0);
    SAY(0, "5 of 6 points", NULL, "list", "decay2024/fig1", "-o", "part");
    SAY(0, NULL, NULL, "run", "decay2024/fig1", "-o", "part");
    /* what was done is kept, were it wrong; what was missing is there */
    assert_int_equal(program_shell("/usr/bin/python3 -c \"import h5py, math\n"
                                   "f = h5py.File('part/decay2024/fig1.h5')\n"
                                   "m = f['measures/final(battery.energy)'][:]\n"
                                   "assert m[0, 0] == 7 and abs(m[1, 2] - 3*math.exp(-0.4)) < 1e-7, m\n\""),
                     0);
}

static void test_check(void **state) {
    (void)state;
    SAY(0, "reproduced under the reading given: per cell, not in all", NULL, "check", "decay2024/fig1");
    SAY(0, "differs: the paper forgets the rate", NULL, "check", "decay2024/fig1");
    SAY(0, "8 numbers compared, 0 do not agree; 1 figure without expected numbers", NULL, "check", "decay2024");
    SAY(0, "checked: 6 of 6 agree", NULL, "list", "decay2024/fig1");
    SAY(0, "left out by --fast", NULL, "check", "decay2024/fig1", "--fast");
    /* a number that is wrong */
    assert_int_equal(program_shell("cp papers/decay2024/fig1.expected.csv right.csv"), 0);
    static const char *const changes[][2] = {
        {"s/0.670320046/0.670321/", "from the reference"},
        {"s/0.67,,/0.68,,/", "from what is published, allowed are 0.005"},
        {"s/2.5,0.1/2.5,0.01/", "from what is published"},
        {"s/1.9,0.05/1.8,0.05/", "said to differ, but agrees"},
    };
    for (int i = 0; i < 4; i++) {
        char command[256];
        snprintf(command, sizeof command, "sed '%s' right.csv > papers/decay2024/fig1.expected.csv", changes[i][0]);
        assert_int_equal(program_shell(command), 0);
        SAY(1, changes[i][1], NULL, "check", "decay2024/fig1");
        SAY(1, "1 does not agree", NULL, "check", "all");
        SAY(0, "checked: 5 of 6 agree", NULL, "list", "decay2024/fig1");
    }
    assert_int_equal(program_shell("cp right.csv papers/decay2024/fig1.expected.csv"), 0);
}

/* What a file in the folder of the test holds; release with free. */
static char *text_of(const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", program_folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("%s is not there", path);
    char *text = calloc(1, 1 << 16);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
    fclose(file);
    return text;
}

static void test_report(void **state) {
    (void)state;
    program_write("papers/decay2024/beyond/notes.md", "# Forty cells\n\nThe rate stays.\n");
    program_write("papers/decay2024/notes.md", "# What holds\n\nThe rate | is half.\n\n```\n# code\n```\n");
    SAY(0, "reported/REPORT.md", NULL, "run", "all", "-o", "reported");
    char *report = text_of("reported/REPORT.md");
    static const char *const words[] = {
        "| decay2024 | 3 of 3 | 8 | 6 | 1 | 1 | 0 | 0 |",
        "## decay2024: Decay\n\nJournal of Decay 1, 1 (2024)\n\n### What holds\n\nThe rate | is half.\n",
        "\n# code\n",
        "### What larger sizes change\n\n### Forty cells\n\nThe rate stays.\n\n### fig",
        "### fig1: energy left against N\n\n[fig1.yaml](../papers/decay2024/fig1.yaml).",
        "![decay2024/fig1](decay2024/fig1.svg)",
        "| differs: the paper forgets the rate |",
        "[steady.yaml](../papers/decay2024/steady.yaml) (steady states)",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strstr(report, words[i])) fail_msg("the report lacks \"%s\":\n%s", words[i], report);
    assert_null(strstr(report, "beyond"));
    free(report);
    /* elsewhere: the pictures come along */
    SAY(0, NULL, NULL, "report", "-o", "reported", "--report", "far/away/REPORT.md");
    report = text_of("far/away/REPORT.md");
    assert_non_null(strstr(report, "![decay2024/fig1](figures/decay2024/fig1.svg)"));
    assert_non_null(strstr(report, "Not computed yet")); /* beyond */
    free(report);
    changed("far/away/figures/decay2024/fig1.svg");
}

/* Figures of several scenarios, by a figure: of the paper. */
static void test_figure_of_a_paper(void **state) {
    (void)state;
    char text[4096];
    snprintf(text, sizeof text,
             "figures:\n  fig2:\n    shows: energy against time\n    scenarios: [fig2.yaml, fig1.yaml]\n"
             "    figure:\n      panels:\n        - curves:\n"
             "            - {scenario: fig2.yaml, y: battery.energy, label: decay}\n"
             "            - {scenario: fig1.yaml, y: battery.energy, where: {N: 2}, each: set}\n");
    program_write("papers/decay2024/paper.yaml", text);
    SAY(0, "fig2.svg", NULL, "run", "decay2024/fig2", "-o", "drawn");
    char *script = text_of("drawn/decay2024/fig2.gp");
    assert_non_null(strstr(script, "title 'decay'"));
    assert_non_null(strstr(script, "title 'slow, weak'"));
    assert_non_null(strstr(script, "'Energy against time'"));
    free(script);
    program_write("papers/decay2024/paper.yaml",
                  "figures: {fig2: {shows: x, scenarios: [fig2.yaml], figure: {panels: [{curves: [{y: a}]}]}}}\n");
    SAY(1, NULL, "paper.yaml:1:80: the result has no a", "run", "decay2024/fig2", "-o", "drawn");
    program_write("papers/decay2024/paper.yaml", paper);
}

static void test_bad_files(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"a,fig1.yaml,N=1,final(battery.energy),0.67", "fig1.expected.csv:1:1: 5 fields"},
        {"a,fig9.yaml,N=1,final(battery.energy),1,,,,reproduced,", "fig9.yaml is not among the scenarios"},
        {"a,,N=1,final(battery.energy),1,,,,probably,", "one of reproduced, reading, differs, refuted"},
        {"a,,N=1,final(battery.energy),about 1,,,,reproduced,", "published: \"about 1\" is not a number"},
        {"a,,N=1,final(battery.energy),,,,,reproduced,", "nothing to compare with"},
        {"a,,N=1,final(battery.energy),1,,,,differs,", "a note is expected"},
        {"a,,N=1,final(battery.energy),1,,,,reproduced,", "which set?"},
        {"a,,N=7; set=fast,final(battery.energy),1,,,,reproduced,", "the axis N has no value 7"},
        {"a,,M=1; set=fast,final(battery.energy),1,,,,reproduced,", "there is no axis M"},
        {"a,,N=1; set=fast,final(battery.ergotropy),1,,,,reproduced,",
         "the result has no final(battery.ergotropy)"},
        {"a,,N=1; set=fast,battery.energy,1,,,,reproduced,", "say at which"},
        {"a,,set=fast,fit.lav.slope,1,,,,reproduced,", "the result has no fit lav"},
        {"a,,set=fast,fit.law.exponent,1,,,,reproduced,", "the fit law has no exponent"},
        {"a,,N=1; set=fast; t=0.3,battery.energy,1,,,,reproduced,", "t = 0.3 is not an output time"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        program_write("papers/decay2024/fig1.expected.csv", rows[i][0]);
        SAY(2, NULL, rows[i][1], "check", "decay2024/fig1");
    }
    program_write("papers/decay2024/fig1.expected.csv", expected1);
    static const char *const papers[][2] = {
        {"figures: {fig1: {shows: x, scenario: [fig1.yaml]}}\n",
         "paper.yaml:1:28: unknown key scenario (did you mean"},
        {"figures: {fig1: {shows: x, scenarios: fig1.yaml}}\n", "paper.yaml:1:39: a list of scenarios"},
        {"figures: {fig1: {shows: x, scenarios: [../a.yaml]}}\n", "the name of a scenario in this folder"},
        {"figures: {fig1: {shows: x, scenarios: [a.yaml], fast: [N]}}\n", "a setting KEY=VALUE"},
        {"title: x\n", "a mapping of figures is expected"},
        {"figures: {fig1: {shows: x, without: y, scenarios: [fig1.yaml]}}\n",
         "paper.yaml:1:37: a figure that has no scenario"},
    };
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++) {
        program_write("papers/decay2024/paper.yaml", papers[i][0]);
        SAY(2, NULL, papers[i][1], "list");
    }
    program_write("papers/decay2024/paper.yaml", paper);
    program_write("papers/decay2024/table1.yaml", "battery: {cels: 2}\n");
    SAY(2, NULL, "papers/decay2024/table1.yaml:1:11: ", "run", "decay2024/table1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_run_keeps_what_is_there),
        cmocka_unit_test(test_interrupted_work_goes_on),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_report),
        cmocka_unit_test(test_figure_of_a_paper),
        cmocka_unit_test(test_bad_files),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
