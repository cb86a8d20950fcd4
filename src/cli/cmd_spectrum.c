#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SET = 256, COUNT, CSV };

static const cli_option options[] = {
    {SET, "set", "KEY=VALUE", "replace or add a key of the scenario; may be repeated"},
    {COUNT, "count", "K", "eigenvalues of each sector, 1 to 1000; default: 4"},
    {CSV, "csv", "FILE", "write them as CSV, in full precision; - is standard output, instead of the table"},
    {CLI_PROGRESS, "progress", "STYLE", "auto, bar, plain, json or none"},
    {CLI_QUIET, "quiet", NULL, "no progress; the table, warnings and errors only"},
    {0, NULL, NULL, NULL},
};

typedef struct request {
    cli_settings settings;
    cli_work work;
    const char *path, *csv;
    long count;
} request;

static int show_progress(void *user, double done, double of) {
    const ley_progress now = {.points = 1, .fraction = done / of, .seconds_left = NAN};
    cli_progress_show(user, &now);
    return cli_stopped();
}

/* "N = 4, noise.cavity.loss = 0.1" of a point; the last axis runs fastest. */
static void print_point(const ley_scenario *scenario, ley_index point) {
    ley_index stride = ley_scenario_points(scenario);
    for (ley_index i = 0; i < ley_scenario_axes(scenario); i++) {
        const ley_axis *axis = ley_scenario_axis(scenario, i);
        stride /= axis->n;
        const ley_index k = point / stride % axis->n;
        printf("%s%s = ", i ? ", " : "", axis->key);
        if (axis->labels)
            printf("%s", axis->labels[k]);
        else
            printf("%g", axis->values[k]);
    }
    printf("\n");
}

static void print_table(const ley_spectrum *spectrum) {
    const char *bold = cli_tone_on(stdout, CLI_BOLD), *off = cli_tone_off(stdout);
    if (isnan(ley_spectrum_gap(spectrum)))
        printf("%snothing relaxes%s", bold, off);
    else
        printf("%sslowest relaxation rate %.10g%s", bold, ley_spectrum_gap(spectrum), off);
    if (ley_spectrum_levels(spectrum)) printf("   (%d Fock levels)", (int)ley_spectrum_levels(spectrum));
    printf("\n\n%-14s %12s  %18s %18s %10s\n", "sector", "numbers", "Re", "Im", "residual");
    for (ley_index i = 0; i < ley_spectrum_sectors(spectrum); i++) {
        ley_index n;
        const ley_eigenvalue *v = ley_spectrum_values(spectrum, i, &n);
        for (ley_index k = 0; k < n; k++) {
            if (k == 0)
                printf("%-14s %12lld", ley_spectrum_sector(spectrum, i),
                       (long long)ley_spectrum_dimension(spectrum, i));
            else
                printf("%-14s %12s", "", "");
            printf("  %18.10g %18.10g %10.1e\n", v[k].re, v[k].im, v[k].residual);
        }
    }
}

static void write_header(FILE *to, const ley_scenario *scenario) {
    for (ley_index i = 0; i < ley_scenario_axes(scenario); i++)
        fprintf(to, "%s,", ley_scenario_axis(scenario, i)->key);
    fprintf(to, "sector,number,re,im,residual\n");
}

static void write_rows(FILE *to, const ley_scenario *scenario, ley_index point, const ley_spectrum *spectrum) {
    for (ley_index i = 0; i < ley_spectrum_sectors(spectrum); i++) {
        ley_index n;
        const ley_eigenvalue *v = ley_spectrum_values(spectrum, i, &n);
        for (ley_index k = 0; k < n; k++) {
            ley_index stride = ley_scenario_points(scenario);
            for (ley_index a = 0; a < ley_scenario_axes(scenario); a++) {
                const ley_axis *axis = ley_scenario_axis(scenario, a);
                stride /= axis->n;
                const ley_index at = point / stride % axis->n;
                if (axis->labels)
                    fprintf(to, "\"%s\",", axis->labels[at]);
                else
                    fprintf(to, "%.17g,", axis->values[at]);
            }
            fprintf(to, "%s,%lld,%.17g,%.17g,%.3g\n", ley_spectrum_sector(spectrum, i), (long long)k, v[k].re,
                    v[k].im, v[k].residual);
        }
    }
}

static int all_points(const request *r, const ley_scenario *scenario, FILE *csv) {
    const bool table = csv != stdout;
    if (csv) write_header(csv, scenario);
    for (ley_index point = 0; point < ley_scenario_points(scenario); point++) {
        ley_spectrum *spectrum;
        ley_error err = {0};
        cli_progress *progress = cli_progress_start(r->work.quiet ? CLI_NONE : r->work.style);
        ley_status status =
            ley_spectrum_create(&spectrum, scenario, point, r->count, show_progress, progress, &err);
        cli_progress_end(progress);
        if (status != LEY_OK && err.line > 0) {
            fprintf(stderr, "%s:%d:%d: %s\n", r->path, (int)err.line, (int)err.column, err.message);
            return CLI_USAGE;
        }
        if (status != LEY_OK) {
            cli_report(r->path, &err);
            return CLI_FAILED;
        }
        if (table && point > 0) printf("\n");
        if (table && ley_scenario_axes(scenario) > 0) print_point(scenario, point);
        if (table) print_table(spectrum);
        if (csv) write_rows(csv, scenario, point, spectrum);
        ley_spectrum_destroy(spectrum);
    }
    if (csv && csv != stdout && (fflush(csv) != 0 || ferror(csv))) {
        cli_error("cannot write %s: %s", r->csv, strerror(errno));
        return CLI_FAILED;
    }
    return CLI_DONE;
}

static int main_spectrum(const cli_command *command, int argc, char **argv) {
    int exit_status = CLI_USAGE;
    const char *value = NULL;
    request r = {.settings = {cli_allocate((size_t)argc * sizeof *r.settings.texts), 0}, .count = 4};
    ley_scenario *scenario = NULL;
    FILE *csv = NULL;
    for (int id; (id = cli_next(command, argc, argv, &value)) != CLI_END;) {
        switch (id) {
        case SET:
            r.settings.texts[r.settings.n++] = value;
            continue;
        case CSV:
            r.csv = value;
            continue;
        case COUNT:
            if (cli_integer(value, 1, 1000, &r.count)) continue;
            exit_status = cli_wrong(command, "--count=%s: a whole number from 1 to 1000 is needed", value);
            goto done;
        case CLI_HELPED:
            exit_status = CLI_DONE;
            goto done;
        default:
            if (cli_work_option(&r.work, command, id, value) == CLI_DONE) continue;
            goto done;
        }
    }
    if (optind + 1 != argc) {
        exit_status = cli_wrong(command, optind >= argc ? "no scenario given" : "one scenario at a time");
        goto done;
    }
    r.path = argv[optind];
    scenario = cli_scenario(r.path, LEY_SPECTRUM, &r.settings, &exit_status);
    if (!scenario) goto done;
    if (r.csv && !cli_csv_serves(r.csv, r.path, NULL)) goto done;
    if (r.csv) csv = strcmp(r.csv, "-") == 0 ? stdout : fopen(r.csv, "w");
    if (r.csv && !csv) {
        cli_error("cannot write %s: %s", r.csv, strerror(errno));
        goto done;
    }
    cli_catch_signals();
    exit_status = all_points(&r, scenario, csv);
done:
    if (csv && csv != stdout) fclose(csv);
    ley_scenario_destroy(scenario);
    free(r.settings.texts);
    return exit_status;
}

const cli_command cli_spectrum = {
    "spectrum",
    "S.yaml [--set KEY=VALUE]... [--count K] [--csv FILE]",
    "how fast everything relaxes: the slowest eigenvalues of the generator, sector by sector",
    "S.yaml is a scenario (`leyden help scenario`) whose numbers do not depend on time; what it observes, for how\n"
    "long, and how it starts is not looked at. A mode goes like exp((Re + i Im) t). Of a charge m - m' (with a\n"
    "cavity, (m + n) - (m' + n')) and its opposite, whose eigenvalues are conjugates, the first is shown.\n",
    options,
    main_spectrum,
};
