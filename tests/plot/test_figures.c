/* Result files written by hand, drawn, and looked at: what the script holds is what was put in, the files are what
 * their endings say, and the script draws them again. */
#include "support/assert_close.h"

#include "result/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TIMES = 5, NAME_MAX_LENGTH = 256 };

static char folder[] = "/tmp/leyden-plot-XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    char command[NAME_MAX_LENGTH];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static const char *inside(const char *name) {
    static char paths[4][NAME_MAX_LENGTH];
    static int next;
    next = (next + 1) % 4;
    snprintf(paths[next], sizeof paths[next], "%s/%s", folder, name);
    return paths[next];
}

static char *contents(const char *name, long *length) {
    FILE *file = fopen(inside(name), "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *length = ftell(file);
    rewind(file);
    char *text = calloc(1, (size_t)*length + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)*length, file), *length);
    fclose(file);
    return text;
}

static int occurrences(const char *text, const char *word) {
    int n = 0;
    for (const char *at = text; (at = strstr(at, word)); at += strlen(word)) n++;
    return n;
}

/* ---- Result files ------------------------------------------------------------------------------------------- */

/* Numbers that a reader of the script can tell apart: point + time / 10 + series / 100. */
static double series_value(ley_index point, ley_index i_time, ley_index i_series) {
    return (double)point + (double)i_time / 10 + (double)i_series / 100;
}

static double measure_value(ley_index point, ley_index i_measure) {
    return 1 + (double)point / 8 + (double)i_measure * 1000;
}

static void write_result(const char *name, ley_layout *layout, ley_index failed) {
    static double times[TIMES] = {0, 0.5, 1, 1.5, 2};
    static char empty[] = "", one[] = "0.1.0", blocks[] = "blocks", dop[] = "dop853";
    layout->n_times = TIMES;
    layout->times = times;
    layout->shard = layout->shards = 1;
    layout->scenario = empty;
    if (!layout->title) layout->title = empty;
    layout->version = one;
    layout->representation = blocks;
    layout->propagator = dop;
    layout->tolerance = 1e-8;
    layout->n_points = 1;
    for (ley_index i = 0; i < layout->n_axes; i++) layout->n_points *= layout->axes[i].n;
    ley_writer *writer = NULL;
    ley_error err = {0};
    if (ley_writer_create(&writer, inside(name), layout, &err) != LEY_OK) fail_msg("%s", err.message);
    for (ley_index point = 0; point < layout->n_points; point++) {
        double *series[8];
        ley_index width[8];
        for (ley_index k = 0; k < layout->n_series; k++) {
            width[k] = layout->series[k].width;
            series[k] = calloc((size_t)(TIMES * width[k]), sizeof(double));
            for (ley_index i = 0; i < TIMES; i++)
                for (ley_index c = 0; c < width[k]; c++)
                    series[k][i * width[k] + c] = series_value(point, i, k) + (double)c;
        }
        double measures[8];
        for (ley_index k = 0; k < layout->n_measures; k++) measures[k] = measure_value(point, k);
        ley_certificate certificate = {0};
        ley_point what = {.status = point == failed ? LEY_POINT_FAILED : LEY_POINT_DONE,
                          .rows = point == failed ? 0 : TIMES,
                          .n_times = TIMES,
                          .series = (const double *const *)series,
                          .width = width,
                          .measures = measures,
                          .certificate = &certificate,
                          .representation = "blocks",
                          .propagator = "dop853",
                          .warnings = "",
                          .error = point == failed ? "made to fail" : ""};
        if (point == failed)
            for (ley_index k = 0; k < layout->n_measures; k++) measures[k] = NAN;
        if (ley_writer_put(writer, point, &what, &err) != LEY_OK) fail_msg("%s", err.message);
        for (ley_index k = 0; k < layout->n_series; k++) free(series[k]);
    }
    if (ley_writer_close(writer, 0, &err) != LEY_OK) fail_msg("%s", err.message);
}

static double cells[] = {1, 2, 3, 4, 5, 6};
static double two_words[] = {0, 1}, four_words[] = {0, 1, 2, 3};
static char *models[] = {(char *)"dicke", (char *)"tavis-cummings"};
static char *noises[] = {(char *)"none", (char *)"loss", (char *)"loss, dephasing", (char *)"it's all"};
static ley_layout_measure both_measures[] = {
    {(char *)"max(battery.ergotropy)", (char *)"energy"},
    {(char *)"at_max(battery.locked_energy, battery.ergotropy)", (char *)"energy"}};

static void write_three_axes(const char *name) {
    ley_layout_axis axes[] = {{(char *)"model", 2, two_words, models},
                              {(char *)"noise", 4, four_words, noises},
                              {(char *)"N", 6, cells, NULL}};
    ley_layout layout = {.n_axes = 3, .axes = axes, .n_measures = 2, .measures = both_measures};
    layout.title = (char *)"Noise `touch pwned` $(touch pwned) {x}_y 'quoted' \"twice\" 100%s \\";
    write_result(name, &layout, -1);
}

static void write_single(const char *name) {
    ley_layout_series series[] = {{(char *)"battery.energy", (char *)"energy", 1, NULL},
                                  {(char *)"battery.ergotropy", (char *)"energy", 1, NULL},
                                  {(char *)"battery.entropy", (char *)"nats", 1, NULL}};
    ley_layout layout = {.n_series = 3, .series = series};
    layout.title = (char *)"One run";
    write_result(name, &layout, -1);
}

static void draw(const char *result, const char *figure, const ley_plot_options *options) {
    ley_error err = {0};
    char path[NAME_MAX_LENGTH];
    snprintf(path, sizeof path, "%s", inside(result));
    if (ley_plot(path, inside(figure), options, &err) != LEY_OK) fail_msg("%s: %s", figure, err.message);
}

static ley_error refused(const char *result, const char *figure, const ley_plot_options *options,
                         ley_status expected) {
    ley_error err = {0};
    char path[NAME_MAX_LENGTH];
    snprintf(path, sizeof path, "%s", inside(result));
    assert_int_equal(ley_plot(path, inside(figure), options, &err), expected);
    assert_int_equal(err.status, expected);
    return err;
}

/* ---- Files are what their endings say ------------------------------------------------------------------------ */

static void test_three_formats(void **state) {
    (void)state;
    long length;
    write_single("run.h5");
    draw("run.h5", "run.png", NULL);
    char *png = contents("run.png", &length);
    assert_memory_equal(png, "\211PNG\r\n\032\n", 8);
    const unsigned char *size = (const unsigned char *)png + 16; /* IHDR: width, height, big-endian */
    long width = size[2] << 8 | size[3], height = size[6] << 8 | size[7];
    assert_true(width > 800 && width < 8000 && height > 600 && height < 8000);
    assert_non_null(memmem(png, (size_t)length, "IEND", 4));
    free(png);

    draw("run.h5", "run.pdf", NULL);
    char *pdf = contents("run.pdf", &length);
    assert_memory_equal(pdf, "%PDF-", 5);
    assert_non_null(memmem(pdf + length - 16, 16, "%%EOF", 5));
    free(pdf);

    draw("run.h5", "run.SVG", NULL);
    char command[2 * NAME_MAX_LENGTH];
    snprintf(command, sizeof command,
             "/usr/bin/python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' %s", inside("run.SVG"));
    assert_int_equal(system(command), 0);
    char *svg = contents("run.SVG", &length);
    static const char *const words[] = {"One run",
                                        "Battery energy",
                                        "Ergotropy",
                                        "Energy",
                                        "units of frequency",
                                        "Battery entropy (nats)",
                                        "Time (units of 1/frequency)"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strstr(svg, words[i])) fail_msg("the figure does not say %s", words[i]);
    free(svg);
}

static void test_script_draws_again(void **state) {
    (void)state;
    write_single("again.h5");
    draw("again.h5", "again.svg", NULL);
    long before, after;
    char *first = contents("again.svg", &before);
    assert_int_equal(remove(inside("again.svg")), 0);
    assert_int_equal(remove(inside("again.h5")), 0); /* the numbers are in the script */
    char command[NAME_MAX_LENGTH];
    snprintf(command, sizeof command, "cd %s && gnuplot again.gp", folder);
    assert_int_equal(system(command), 0);
    char *second = contents("again.svg", &after);
    assert_int_equal(before, after);
    assert_memory_equal(first, second, (size_t)before);
    free(first);
    free(second);
}

/* ---- The numbers are the ones of the file ---------------------------------------------------------------------
 */

static void test_panels_of_a_sweep(void **state) {
    (void)state;
    long length;
    write_three_axes("panels.h5");
    draw("panels.h5", "panels.svg", NULL);
    char *script = contents("panels.gp", &length);
    assert_int_equal(occurrences(script, "\n# ---- panel "), 4); /* 2 measures x 2 models */
    assert_int_equal(occurrences(script, " title '"), 6);        /* 4 curves named once, 2 columns */
    assert_non_null(strstr(script, "set title 'Dicke'"));
    assert_non_null(strstr(script, "set title 'Tavis-Cummings'"));
    assert_non_null(strstr(script, "title 'it''s all'"));
    /* panel 2: model 1, measure 0; row N = 3 holds the four noises */
    char row[256];
    const ley_index n_noise = 4, n_cells = 6;
    int used = snprintf(row, sizeof row, "\n %.12g", cells[2]);
    for (ley_index noise = 0; noise < n_noise; noise++)
        used += snprintf(row + used, sizeof row - (size_t)used, " %.12g",
                         measure_value((1 * n_noise + noise) * n_cells + 2, 0));
    const char *second = strstr(script, "$panel2 << EOD");
    assert_non_null(second);
    const char *at = strstr(second, row), *end = strstr(second, "\nEOD");
    assert_true(at && at < end);
    free(script);
    assert_int_not_equal(access(inside("pwned"), F_OK), 0); /* a title is text, never a command */
    char *svg = contents("panels.svg", &length);
    assert_non_null(strstr(svg, "{x}_y"));
    free(svg);
}

static void test_series_of_a_run(void **state) {
    (void)state;
    long length;
    write_single("series.h5");
    draw("series.h5", "series.svg", NULL);
    char *script = contents("series.gp", &length), row[128];
    assert_int_equal(occurrences(script, "\n# ---- panel "), 2); /* energies together, entropy alone */
    snprintf(row, sizeof row, "\n 1.5 %.12g %.12g\n", series_value(0, 3, 0), series_value(0, 3, 1));
    assert_non_null(strstr(script, row));
    snprintf(row, sizeof row, "\n 1.5 %.12g\n", series_value(0, 3, 2));
    assert_non_null(strstr(script, row));
    free(script);
}

static void test_failed_point_is_a_gap(void **state) {
    (void)state;
    long length;
    ley_layout_axis axis = {(char *)"N", 6, cells, NULL};
    ley_layout layout = {.n_axes = 1, .axes = &axis, .n_measures = 1, .measures = both_measures};
    write_result("gap.h5", &layout, 2);
    draw("gap.h5", "gap.svg", NULL);
    char *script = contents("gap.gp", &length);
    assert_int_equal(occurrences(script, " NaN"), 1);
    assert_non_null(strstr(script, "\n 3 NaN\n"));
    free(script);
}

static void test_map_and_its_axes(void **state) {
    (void)state;
    long length;
    enum { WIDE = 9, HIGH = 8 };
    double x[WIDE], y[HIGH];
    for (int i = 0; i < WIDE; i++) x[i] = 0.25 * i;
    for (int i = 0; i < HIGH; i++) y[i] = pow(10, -3 + i / 2.0);
    ley_layout_axis axes[] = {{(char *)"noise.local.dephasing", WIDE, x, NULL},
                              {(char *)"noise.cavity.loss", HIGH, y, NULL}};
    ley_layout layout = {.n_axes = 2, .axes = axes, .n_measures = 1, .measures = both_measures};
    write_result("map.h5", &layout, -1);
    const ley_plot_options contours = {.contours = 1};
    draw("map.h5", "map.png", &contours);
    char *script = contents("map.gp", &length), row[128];
    assert_non_null(strstr(script, "with image"));
    assert_non_null(strstr(script, "set contour base"));
    assert_non_null(strstr(script, "'0.01' -2")); /* a tick of the logarithmic axis */
    snprintf(row, sizeof row, "\n %.12g %.12g %.12g\n", x[3], log10(y[5]), measure_value(3 * HIGH + 5, 0));
    assert_non_null(strstr(script, row));
    free(script);
}

static void test_logarithmic_axis(void **state) {
    (void)state;
    long length;
    double rates[] = {1e-3, 1e-2, 1e-1, 1};
    ley_layout_axis axis = {(char *)"noise.cavity.loss", 4, rates, NULL};
    ley_layout layout = {.n_axes = 1, .axes = &axis, .n_measures = 1, .measures = both_measures};
    write_result("log.h5", &layout, -1);
    draw("log.h5", "log.svg", NULL);
    char *script = contents("log.gp", &length);
    assert_int_equal(occurrences(script, "set logscale x"), 1);
    free(script);
    axis = (ley_layout_axis){(char *)"N", 6, cells, NULL};
    write_result("linear.h5", &layout, -1);
    draw("linear.h5", "linear.svg", NULL);
    script = contents("linear.gp", &length);
    assert_int_equal(occurrences(script, "set logscale x"), 0);
    free(script);
}

static void test_family_over_an_axis(void **state) {
    (void)state;
    long length;
    double many[12];
    for (int i = 0; i < 12; i++) many[i] = i;
    ley_layout_series series[] = {{(char *)"battery.energy", (char *)"energy", 1, NULL}};
    ley_layout_axis axis = {(char *)"detuning", 12, many, NULL};
    ley_layout layout = {.n_axes = 1, .axes = &axis, .n_series = 1, .series = series};
    write_result("family.h5", &layout, -1);
    draw("family.h5", "family.svg", NULL);
    char *script = contents("family.gp", &length);
    assert_int_equal(occurrences(script, "linecolor palette"), 12);
    assert_non_null(strstr(script, "set cblabel 'detuning'"));
    assert_non_null(strstr(script, "set cbrange [0:11]"));
    free(script);
    axis.n = 4;
    write_result("few.h5", &layout, -1);
    draw("few.h5", "few.svg", NULL);
    script = contents("few.gp", &length);
    assert_int_equal(occurrences(script, "linecolor palette"), 0);
    assert_non_null(strstr(script, "title 'detuning = 3'"));
    free(script);
}

static void test_names_chosen(void **state) {
    (void)state;
    long length;
    write_three_axes("chosen.h5");
    const char *one[] = {"at_max(battery.locked_energy, battery.ergotropy)"};
    const ley_plot_options options = {.names = one, .n_names = 1};
    draw("chosen.h5", "chosen.svg", &options);
    char *script = contents("chosen.gp", &length);
    assert_int_equal(occurrences(script, "\n# ---- panel "), 2);
    assert_null(strstr(script, "'Maximal ergotropy"));
    assert_non_null(strstr(script, "Locked energy at maximal"));
    free(script);
}

/* ---- Refusals --------------------------------------------------------------------------------------------------
 */

static void test_refusals(void **state) {
    (void)state;
    write_three_axes("refuse.h5");
    ley_error err = refused("refuse.h5", "refuse.gif", NULL, LEY_ERR_ARGUMENT);
    assert_non_null(strstr(err.message, ".svg, .pdf or .png"));
    assert_int_not_equal(access(inside("refuse.gp"), F_OK), 0);

    const char *unknown[] = {"battery.enrgy"};
    const ley_plot_options options = {.names = unknown, .n_names = 1};
    err = refused("refuse.h5", "refuse.svg", &options, LEY_ERR_ARGUMENT);
    assert_non_null(strstr(err.message, "battery.enrgy"));
    assert_non_null(strstr(err.message, "max(battery.ergotropy)"));

    write_single("alone.h5");
    refused("absent.h5", "absent.svg", NULL, LEY_ERR_IO);
    refused("alone.h5", "no/such/folder.svg", NULL, LEY_ERR_IO);
}

static void test_gnuplot_missing(void **state) {
    (void)state;
    write_single("missing.h5");
    char *path = strdup(getenv("PATH"));
    setenv("PATH", folder, 1);
    ley_error err = refused("missing.h5", "missing.svg", NULL, LEY_ERR_UNSUPPORTED);
    setenv("PATH", path, 1);
    free(path);
    assert_non_null(strstr(err.message, "gnuplot-nox"));
    assert_int_equal(access(inside("missing.gp"), F_OK), 0); /* the script is there to be drawn elsewhere */
}

static void test_gnuplot_fails(void **state) {
    (void)state;
    write_single("broken.h5");
    assert_int_equal(mkdir(inside("broken.svg"), 0777), 0); /* nothing can be written there */
    ley_error err = refused("broken.h5", "broken.svg", NULL, LEY_ERR_IO);
    assert_non_null(strstr(err.message, "gnuplot"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_formats),         cmocka_unit_test(test_script_draws_again),
        cmocka_unit_test(test_panels_of_a_sweep),     cmocka_unit_test(test_series_of_a_run),
        cmocka_unit_test(test_failed_point_is_a_gap), cmocka_unit_test(test_map_and_its_axes),
        cmocka_unit_test(test_logarithmic_axis),      cmocka_unit_test(test_family_over_an_axis),
        cmocka_unit_test(test_names_chosen),          cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_gnuplot_missing),       cmocka_unit_test(test_gnuplot_fails),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
