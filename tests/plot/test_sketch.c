/* A `figure:` in a scenario: what the script draws is what the figure asks for. The scenarios have closed forms:
 * cells that decay one by one hold N exp(-rate t). */
#include "support/assert_close.h"

#include "leyden.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH = 256 };
static char folder[] = "/tmp/leyden-sketch-XXXXXX";

static const char base[] = "title: Decay\n"
                           "battery: {cells: 1, frequency: 1, state: excited}\n"
                           "noise: {local: {emission: 0.1}}\n"
                           "time: {until: 4, points: 5}\n"
                           "observe: [battery.energy, battery.jz]\n"
                           "measure: [\"final(battery.energy)\"]\n"
                           "sweep: {noise.local.emission: [0.1, 0.2, 0.4], N: [1, 2]}\n";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    char command[PATH];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static void path_of(char path[PATH], const char *name) {
    snprintf(path, PATH, "%s/%s", folder, name);
}

static char *text_of(const char *name) {
    char path[PATH];
    path_of(path, name);
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("%s is not there", path);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static ley_status compute(const char *figure, const char *setting, ley_error *err) {
    char text[4096], path[PATH];
    snprintf(text, sizeof text, "%s%s", base, figure);
    path_of(path, "r.h5");
    ley_scenario *scenario = NULL;
    ley_study_options options;
    ley_study_options_default(&options);
    options.overwrite = 1;
    options.jobs = 1;
    ley_status status = ley_scenario_create_with(&scenario, text, &setting, setting ? 1 : 0, err);
    if (status == LEY_OK) status = ley_study_run(scenario, NULL, path, &options, err);
    ley_scenario_destroy(scenario);
    return status;
}

/* The script that draws the figure; release with free. */
static char *script_of(const char *figure, const char *setting) {
    char result[PATH], drawn[PATH];
    ley_error err = {0};
    if (compute(figure, setting, &err) != LEY_OK)
        fail_msg("%d:%d: %s", (int)err.line, (int)err.column, err.message);
    path_of(result, "r.h5");
    path_of(drawn, "f.svg");
    if (ley_plot(result, drawn, NULL, &err) != LEY_OK) fail_msg("%s", err.message);
    return text_of("f.gp");
}

static void has(const char *script, const char *words) {
    if (!strstr(script, words)) fail_msg("the script lacks \"%s\":\n%s", words, script);
}

/* Numbers of block $panelI_K: x and y, in order. */
static int block(const char *script, const char *name, double x[64], double y[64]) {
    const char *at = strstr(script, name);
    if (!at) fail_msg("no block %s", name);
    at = strchr(strchr(at, '\n') + 1, '\n') + 1;
    int n = 0;
    while (n < 64 && sscanf(at, "%lf %lf", &x[n], &y[n]) == 2) {
        n++;
        at = strchr(at, '\n') + 1;
    }
    return n;
}

static void test_curves(void **state) {
    (void)state;
    char *script =
        script_of("figure:\n"
                  "  title: Everything\n"
                  "  columns: 2\n"
                  "  panels:\n"
                  "    - title: \"(a) against the rate\"\n"
                  "      x: {label: rate, scale: log, range: [0.05, 1]}\n"
                  "      y: {label: E / 2, scale: log, range: [0.1, 2], unit: 2}\n"
                  "      curves:\n"
                  "        - {y: final(battery.energy), each: N, x: noise.local.emission}\n"
                  "        - {formula: exp(-4*x), label: one cell}\n"
                  "    - curves:\n"
                  "        - {y: battery.energy, where: {N: 2, noise.local.emission: 0.2}, style: points}\n"
                  "        - {y: battery.energy, where: {N: 2, t: 3}, style: dashed, label: \"t = 3\"}\n"
                  "        - {y: battery.jz, x: battery.energy, where: {N: 2, noise.local.emission: 0.4}}\n",
                  NULL);
    double x[64], y[64];
    assert_int_equal(block(script, "$panel1_2 <<", x, y), 3); /* N = 2 */
    static const double rates[] = {0.1, 0.2, 0.4};
    for (int i = 0; i < 3; i++) {
        assert_close(x[i], rates[i], 0, 1e-12);
        assert_close(y[i], exp(-4 * rates[i]), 0, 1e-7);
    }
    const int n = block(script, "$panel1_3 <<", x, y); /* the formula, over the range asked for */
    assert_int_equal(n, 64);
    assert_close(x[0], 0.05, 0, 1e-12);
    assert_close(y[10], exp(-4 * x[10]), 0, 1e-11);
    assert_int_equal(block(script, "$panel2_1 <<", x, y), 5);
    for (int i = 0; i < 5; i++) {
        assert_close(x[i], i, 0, 1e-12);
        assert_close(y[i], 2 * exp(-0.2 * i), 0, 1e-7);
    }
    assert_int_equal(block(script, "$panel2_2 <<", x, y), 3);
    assert_close(y[2], 2 * exp(-0.4 * 3), 0, 1e-7);
    assert_int_equal(block(script, "$panel2_3 <<", x, y), 5); /* Jz = E - N/2 */
    for (int i = 0; i < 5; i++) assert_close(y[i], x[i] - 1, 0, 1e-7);
    has(script, "'Everything'");
    has(script, "'(a) against the rate'");
    has(script, "'rate'");
    has(script, "'E / 2'");
    has(script, "set logscale x\nset xrange [0.05:1]");
    has(script, "set yrange [0.1:2]");
    has(script, "title 'N = 2'");
    has(script, "title 't = 3'");
    has(script, "dashtype 2");
    has(script, "with points");
    free(script);
}

/* At a fixed time the energy is proportional to N, with the factor exp(-4 rate). */
static void test_fits(void **state) {
    (void)state;
    char *script = script_of("fit: {growth: {model: power, x: N, y: final(battery.energy)}}\n"
                             "figure:\n"
                             "  panels:\n"
                             "    - curves:\n"
                             "        - {y: final(battery.energy), x: N, each: noise.local.emission}\n"
                             "        - {fit: growth, each: noise.local.emission}\n"
                             "    - curves:\n"
                             "        - {y: fit.growth.exponent, label: exponent}\n"
                             "        - {y: fit.growth.prefactor, label: prefactor}\n",
                             NULL);
    static const double rates[] = {0.1, 0.2, 0.4};
    double x[64], y[64];
    for (int k = 0; k < 3; k++) {
        char name[32];
        snprintf(name, sizeof name, "$panel1_%d <<", 4 + k);
        assert_int_equal(block(script, name, x, y), 64);
        for (int i = 0; i < 64; i++) assert_close(y[i], x[i] * exp(-4 * rates[k]), 0, 1e-7);
    }
    assert_int_equal(block(script, "$panel2_1 <<", x, y), 3);
    for (int k = 0; k < 3; k++) assert_close(y[k], 1, 0, 1e-6);
    assert_int_equal(block(script, "$panel2_2 <<", x, y), 3);
    for (int k = 0; k < 3; k++) {
        assert_close(x[k], rates[k], 0, 1e-12);
        assert_close(y[k], exp(-4 * rates[k]), 0, 1e-7);
    }
    assert_int_equal(strstr(script, "title 'emission = 0.4'") != NULL, 1);
    free(script);
}

static void test_map(void **state) {
    (void)state;
    char *script =
        script_of("figure:\n"
                  "  panels:\n"
                  "    - title: (m)\n"
                  "      map: {z: battery.energy, x: time, y: noise.local.emission, where: {N: 2}, contours: "
                  "[0.5, 1]}\n"
                  "      y: {scale: linear}\n"
                  "      z: {label: energy, range: [0, 2]}\n",
                  NULL);
    double rows[64][3];
    const char *at = strchr(strchr(strstr(script, "$panel1 <<"), '\n') + 1, '\n') + 1;
    int n = 0;
    for (; n < 15; n++) {
        while (*at == '\n') at++;
        assert_int_equal(sscanf(at, "%lf %lf %lf", &rows[n][0], &rows[n][1], &rows[n][2]), 3);
        assert_close(rows[n][2], 2 * exp(-rows[n][0] * rows[n][1]), 0, 1e-7);
        at = strchr(at, '\n') + 1;
    }
    has(script, "cntrparam levels discrete 0.5,1");
    has(script, "set cbrange [0:2]");
    has(script, "set title '(m)'");
    has(script, "set cblabel 'energy'");
    free(script);
}

/* Curves relative to another point, counted from an origin, on a map; maps as shares of a row; colours. */
static void test_relative_and_shared(void **state) {
    (void)state;
    char *script = script_of(
        "figure:\n"
        "  columns: 2\n"
        "  palette: inferno\n"
        "  colours: [3, 5]\n"
        "  normalise: row\n"
        "  panels:\n"
        "    - map: {z: battery.energy, x: time, y: noise.local.emission, where: {N: 1}}\n"
        "      y: {scale: linear}\n"
        "      curves: [{formula: \"0.1 + 0.05*x\"}]\n"
        "    - map: {z: battery.energy, x: time, y: noise.local.emission, where: {N: 2}}\n"
        "      y: {scale: linear}\n"
        "    - x: {origin: 1, unit: 2}\n"
        "      curves:\n"
        "        - {y: battery.energy, where: {N: 2, noise.local.emission: 0.4},\n"
        "           relative: {N: 1, noise.local.emission: 0.1}}\n"
        "        - {y: battery.energy, where: {N: 2, noise.local.emission: 0.1}}\n"
        "        - {y: final(battery.energy), where: {N: 2}, x: noise.local.emission,\n"
        "           relative: {noise.local.emission: 0.2}}\n"
        "    - curves: [{y: final(battery.energy), each: N, x: noise.local.emission, relative: {N: 1}}]\n",
        NULL);
    double x[64], y[64];
    const char *at = strchr(strchr(strstr(script, "$panel1 <<"), '\n') + 1, '\n') + 1;
    double row[3];
    assert_int_equal(sscanf(at, "%lf %lf %lf", &row[0], &row[1], &row[2]), 3);
    assert_close(row[2], 0.5, 0, 1e-9); /* one cell, of two at most */
    assert_int_equal(block(script, "$panel1_1 <<", x, y), 64);
    assert_close(y[9], 0.1 + 0.05 * x[9], 0, 1e-11);
    has(script, "(share of the largest)"); /* ratios have no unit */
    has(script, "(relative)");
    has(script, "$panel1_1 using 1:2 with lines linewidth 2 linecolor rgb '#FFFFFF' dashtype 2 notitle");
    assert_int_equal(block(script, "$panel3_1 <<", x, y), 5);
    for (int i = 0; i < 5; i++) {
        assert_close(x[i], 0.5 * (i - 1), 0, 1e-12);
        assert_close(y[i], 2 * exp(-0.3 * i), 0, 1e-6);
    }
    assert_int_equal(block(script, "$panel3_3 <<", x, y), 3); /* by its own value at 0.2 */
    assert_close(y[0], exp(0.4), 0, 1e-6);
    assert_close(y[1], 1, 0, 1e-12);
    assert_int_equal(block(script, "$panel4_2 <<", x, y), 3);
    for (int i = 0; i < 3; i++) assert_close(y[i], 2, 0, 1e-6);
    has(script, "'#fcffa4'");
    has(script, "'(Time - 1) / 2 (units of 1/frequency)'");
    has(script, "$panel3_1 using 1:2 with lines linewidth 2.5 linecolor rgb '#009E73'");
    has(script, "$panel3_2 using 1:2 with lines linewidth 2.5 linecolor rgb '#E69F00'");
    free(script);
}

/* Curves along numbers: the palette of the figure from its dark end on, or the order of colours where it has one.
 */
static void test_colours_along_numbers(void **state) {
    (void)state;
    static const char *const how[] = {"palette: grey", "colours: [3, 5, 1]"};
    static const char *const expected[][3] = {{"#000000", "#6E6E6E", "#DCDCDC"}, {"#009E73", "#E69F00", "#0072B2"}};
    for (int i = 0; i < 2; i++) {
        char figure[512], line[128];
        snprintf(figure, sizeof figure,
                 "figure:\n  %s\n  panels:\n"
                 "    - y: {origin: -0.5, label: mine}\n"
                 "      curves: [{y: battery.energy, each: noise.local.emission, where: {N: 1}}]\n"
                 "    - y: {unit: 4}\n"
                 "      curves: [{y: battery.energy, where: {N: 1, noise.local.emission: 0.1}}]\n",
                 how[i]);
        char *script = script_of(figure, NULL);
        for (int k = 0; k < 3; k++) {
            snprintf(line, sizeof line, "$panel1_%d using 1:2 with lines linewidth 2.5 linecolor rgb '%s'", k + 1,
                     expected[i][k]);
            has(script, line);
        }
        has(script, "'mine'");
        has(script, "'Battery energy / 4'");
        free(script);
    }
}

/* A setting that takes values away leaves curves out; without one, a value that is not there is a mistake. */
static void test_values_that_are_not_there(void **state) {
    (void)state;
    static const char figure[] = "figure: {panels: [{curves: [\n"
                                 "  {y: final(battery.energy), where: {N: 1}, label: one},\n"
                                 "  {y: final(battery.energy), where: {N: 2}, label: two}]}]}\n";
    char *script = script_of(figure, "sweep.N=[2, 3]");
    has(script, "# x, two");
    assert_null(strstr(script, "# x, one"));
    free(script);
    static const char *const wrong[][2] = {
        {"figure: {panels: [{curves: [{y: final(battery.energy), where: {N: 5}}]}]}\n",
         "the axis N has no value 5"},
        {"figure: {panels: [{curves: [{y: final(battery.energy), where: {M: 5}}]}]}\n", "the sweep has no axis M"},
        {"figure: {panels: [{curves: [{y: final(battery.energy)}]}]}\n", "which N?"},
        {"figure: {panels: [{curves: [{y: max(battery.energy), each: N}]}]}\n",
         "the result has no max(battery.energy)"},
        {"figure: {panels: [{curves: [{y: battery.energy, x: N, where: {noise.local.emission: 0.1}}]}]}\n",
         "depends on time"},
        {"figure: {panels: [{map: {z: final(battery.energy), where: {N: 2}}}]}\n", "two axes are needed"},
        {"figure: {panels: [{curves: [{y: final(battery.energy), each: N, relative: {M: 1}}]}]}\n", "no axis M"},
        {"figure: {panels: [{curves: [{y: final(battery.energy), each: N, relative: {N: 3}}]}]}\n", "no value 3"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char result[PATH], drawn[PATH];
        ley_error err = {0};
        assert_int_equal(compute(wrong[i][0], NULL, &err), LEY_OK);
        path_of(result, "r.h5");
        path_of(drawn, "f.svg");
        assert_int_equal(ley_plot(result, drawn, NULL, &err), LEY_ERR_SCENARIO);
        if (!strstr(err.message, wrong[i][1])) fail_msg("\"%s\" lacks \"%s\"", err.message, wrong[i][1]);
        assert_int_equal(err.line, 8);
    }
}

/* The shape of a figure is checked before any work. */
static void test_refused_with_the_scenario(void **state) {
    (void)state;
    static const struct {
        const char *figure, *message;
        int column;
    } wrong[] = {
        {"figure: [1]\n", "a mapping is expected", 9},
        {"figure: {panel: []}\n", "unknown key panel (did you mean panels?)", 10},
        {"figure: {panels: []}\n", "a list of panels", 18},
        {"figure: {columns: 0, panels: [{curves: [{y: a}]}]}\n", "a number from 1 to 6", 19},
        {"figure: {panels: [{title: x}]}\n", "curves or a map is expected", 19},
        {"figure: {palette: jet, panels: [{curves: [{y: a}]}]}\n", "one of viridis, inferno", 19},
        {"figure: {colours: [9], panels: [{curves: [{y: a}]}]}\n", "a number from 1 to 8", 20},
        {"figure: {colours: 3, panels: [{curves: [{y: a}]}]}\n", "up to 8 numbers", 19},
        {"figure: {normalise: all, panels: [{curves: [{y: a}]}]}\n", "one of row, none", 21},
        {"figure: {panels: [{curves: [{y: a, relative: 3}]}]}\n", "a mapping is expected", 46},
        {"figure: {panels: [{curves: [{y: a, relative: {N: [1, 2]}}]}]}\n", "one value of each axis", 46},
        {"figure: {panels: [{curves: [{formula: x, relative: {N: 1}}]}]}\n", "only y can be relative", 52},
        {"figure: {panels: [{x: {origin: a}, curves: [{y: a}]}]}\n", "is not a number", 32},
        {"figure: {panels: [{curves: [{x: N}]}]}\n", "one of y, fit and formula", 29},
        {"figure: {panels: [{curves: [{formula: \"2*z\"}]}]}\n", "z", 39},
        {"figure: {panels: [{curves: [{y: a, style: dots}]}]}\n", "lines, points, linespoints, dashed, dotted", 43},
        {"figure: {panels: [{curves: [{y: a, where: {N: [1, 2]}}]}]}\n", "want each: N", 43},
        {"figure: {panels: [{x: {range: [2, 1]}, curves: [{y: a}]}]}\n", "the first number is the smaller", 31},
        {"figure: {panels: [{x: {scale: log, range: [0, 1]}, curves: [{y: a}]}]}\n", "larger than 0", 43},
        {"figure: {panels: [{map: {x: N}}]}\n", "z is expected", 25},
        {"figure: {panels: [{map: {z: a, contours: 3}}]}\n", "a list of levels", 42},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[4096];
        snprintf(text, sizeof text, "%s%s", base, wrong[i].figure);
        ley_scenario *scenario = NULL;
        ley_error err = {0};
        assert_int_equal(ley_scenario_create(&scenario, text, &err), LEY_ERR_SCENARIO);
        if (!strstr(err.message, wrong[i].message) || err.line != 8 || err.column != wrong[i].column)
            fail_msg("%s: %d:%d: %s", wrong[i].figure, (int)err.line, (int)err.column, err.message);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_curves),
        cmocka_unit_test(test_fits),
        cmocka_unit_test(test_map),
        cmocka_unit_test(test_relative_and_shared),
        cmocka_unit_test(test_colours_along_numbers),
        cmocka_unit_test(test_values_that_are_not_there),
        cmocka_unit_test(test_refused_with_the_scenario),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
