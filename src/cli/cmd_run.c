#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SET = 256, SHARD, RESUME, CSV, STEADY };

static const cli_option options[] = {
    {'o', "output", "R.h5",
     "result file; default: the scenario's name, here, ending in .h5\n(.I-of-N.h5 for a shard)"},
    {SET, "set", "KEY=VALUE", "replace or add a key of the scenario (battery.cells=4, N=4); may be repeated"},
    {CLI_JOBS, "jobs", "N", "runs at once; default: one for each processor core"},
    {SHARD, "shard", "I/N", "do part I of N of a sweep, for job arrays; `leyden merge` puts the parts together"},
    {RESUME, "resume", NULL, "go on with the result file that is there"},
    {CLI_FORCE, "force", NULL, "replace even a result file that holds unfinished work"},
    {CSV, "csv", "FILE", "write the result as CSV too; - is standard output"},
    {CLI_PROGRESS, "progress", "STYLE", "auto, bar, plain, json or none"},
    {CLI_QUIET, "quiet", NULL, "no summary and no progress; warnings and errors only"},
    {0, NULL, NULL, NULL},
};

static const cli_option optimize_options[] = {
    {'o', "output", "R.h5", "result file; default: the scenario's name, here, ending in .h5"},
    {SET, "set", "KEY=VALUE", "replace or add a key of the scenario (optimize.evaluations=50); may be repeated"},
    {STEADY, "steady", NULL, "steady states in place of evolutions"},
    {CLI_JOBS, "jobs", "N", "threads of each run; default: one for each processor core"},
    {RESUME, "resume", NULL, "go on with the result file that is there"},
    {CLI_FORCE, "force", NULL, "replace even a result file that holds unfinished work"},
    {CSV, "csv", "FILE", "write the evaluations as CSV too; - is standard output"},
    {CLI_PROGRESS, "progress", "STYLE", "auto, bar, plain, json or none"},
    {CLI_QUIET, "quiet", NULL, "no summary and no progress; warnings and errors only"},
    {0, NULL, NULL, NULL},
};

static int watch(void *user, const ley_progress *progress) {
    cli_progress_show(user, progress);
    return cli_stopped();
}

/* ---- The words typed --------------------------------------------------------------------------------------- */

typedef struct request {
    const cli_command *command;
    const char *scenario, *csv;
    char *result;
    cli_settings settings;
    cli_work work;
    long shard, shards;
    bool resume, steady;
} request;

static bool read_shard(const char *text, long *shard, long *shards) {
    char first[24];
    const char *slash = strchr(text, '/');
    if (!slash || slash - text >= (long)sizeof first) return false;
    snprintf(first, sizeof first, "%.*s", (int)(slash - text), text);
    return cli_integer(slash + 1, 1, 1000000, shards) && cli_integer(first, 1, *shards, shard);
}

static char *default_result(const request *r) {
    const char *slash = strrchr(r->scenario, '/'), *base = slash ? slash + 1 : r->scenario;
    const char *dot = strrchr(base, '.');
    int length = (int)strlen(base);
    if (dot && dot != base && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0)) length = (int)(dot - base);
    if (r->shards) return cli_format("%.*s.%ld-of-%ld.h5", length, base, r->shard, r->shards);
    return cli_format("%.*s.h5", length, base);
}

/* CLI_DONE: go on; CLI_HELPED: everything is said; CLI_USAGE. */
static int read_request(request *r, const cli_command *command, int argc, char **argv) {
    const char *value = NULL;
    r->settings.texts = cli_allocate((size_t)argc * sizeof *r->settings.texts);
    for (int id; (id = cli_next(command, argc, argv, &value)) != CLI_END;) {
        switch (id) {
        case 'o':
            free(r->result);
            r->result = cli_format("%s", value);
            break;
        case SET:
            r->settings.texts[r->settings.n++] = value;
            break;
        case RESUME:
            r->resume = true;
            break;
        case STEADY:
            r->steady = true;
            break;
        case CSV:
            r->csv = value;
            break;
        case SHARD:
            if (!read_shard(value, &r->shard, &r->shards))
                return cli_wrong(command, "--shard=%s: part and number of parts are needed, as in 2/8", value);
            break;
        case CLI_HELPED:
            return CLI_HELPED;
        default:
            if (cli_work_option(&r->work, command, id, value) != CLI_DONE) return CLI_USAGE;
        }
    }
    if (optind >= argc) return cli_wrong(command, "no scenario given");
    if (optind + 1 < argc) return cli_wrong(command, "one scenario at a time; %s is too much", argv[optind + 1]);
    r->scenario = argv[optind];
    if (r->resume && r->work.force)
        return cli_wrong(command, "--resume keeps what --force throws away; give one of them");
    if (!r->result) {
        if (strcmp(r->scenario, "-") == 0)
            return cli_wrong(command,
                             "a scenario from standard input has no name; say where to write with -o R.h5");
        r->result = default_result(r);
    }
    return CLI_DONE;
}

/* The command that goes on with this work, for a shell. */
static void print_resume(FILE *to, const request *r) {
    char *scenario = cli_quoted(r->scenario), *result = cli_quoted(r->result);
    fprintf(to, "leyden %s %s -o %s", r->command->name, scenario, result);
    for (ley_index i = 0; i < r->settings.n; i++) {
        char *setting = cli_quoted(r->settings.texts[i]);
        fprintf(to, " --set %s", setting);
        free(setting);
    }
    if (r->steady && r->command == &cli_optimize) fputs(" --steady", to);
    if (r->work.jobs) fprintf(to, " --jobs %ld", r->work.jobs);
    if (r->shards) fprintf(to, " --shard %ld/%ld", r->shard, r->shards);
    if (r->csv) {
        char *csv = cli_quoted(r->csv);
        fprintf(to, " --csv %s", csv);
        free(csv);
    }
    fputs(" --resume\n", to);
    free(scenario);
    free(result);
}

static const char *noun(const request *r) {
    return r->command == &cli_optimize ? "evaluation" : "point";
}

/* ---- After the work ---------------------------------------------------------------------------------------- */

/* Each warning once, with how often it came. */
static void print_warnings(const char *warnings) {
    if (!warnings || !*warnings) return;
    char *text = cli_format("%s", warnings);
    size_t n = 0, lines = 1;
    for (const char *c = text; *c; c++) lines += *c == '\n';
    char **line = cli_allocate(lines * sizeof *line);
    size_t *count = cli_allocate(lines * sizeof *count);
    for (char *rest = text, *one; (one = strsep(&rest, "\n"));) {
        if (!*one) continue;
        size_t i = 0;
        while (i < n && strcmp(line[i], one) != 0) i++;
        if (i == n) line[n++] = one;
        count[i]++;
    }
    enum { SHOWN = 16 };
    for (size_t i = 0; i < n && i < SHOWN; i++) {
        fprintf(stderr, "%swarning:%s %s", cli_tone_on(stderr, CLI_CARE), cli_tone_off(stderr), line[i]);
        if (count[i] > 1) fprintf(stderr, " (%zu times)", count[i]);
        fputc('\n', stderr);
    }
    if (n > SHOWN) fprintf(stderr, "... and %zu more warnings; they are in the result file\n", n - SHOWN);
    free(count);
    free(line);
    free(text);
}

static int write_csv(const request *r, const ley_result *result) {
    ley_error err = {0};
    char *text = NULL;
    if (ley_result_csv(result, &text, &err) != LEY_OK) {
        cli_report(r->result, &err);
        return CLI_FAILED;
    }
    int exit_status = CLI_DONE;
    if (strcmp(r->csv, "-") == 0) {
        exit_status = cli_print(text);
    } else {
        FILE *file = fopen(r->csv, "w");
        bool bad = !file || fputs(text, file) < 0;
        if (file) bad = fclose(file) != 0 || bad;
        if (bad) cli_error("cannot write %s: %s", r->csv, strerror(errno));
        if (bad) exit_status = CLI_FAILED;
    }
    ley_string_destroy(text);
    return exit_status;
}

static void print_summary(const request *r, const ley_study_info *info, const ley_result *result) {
    enum { LINES = 48 };
    char spent[32];
    cli_duration(spent, info->wall_seconds);
    printf("%s%s%s: %lld %s%s in %s\n", cli_tone_on(stdout, CLI_BOLD), r->result, cli_tone_off(stdout),
           (long long)info->done, noun(r), info->done == 1 ? "" : "s", spent);
    ley_error err = {0};
    char *text = NULL;
    if (ley_result_table(result, &text, &err) != LEY_OK) {
        cli_report(r->result, &err);
        return;
    }
    const char *c = text;
    for (int i = 0; i < LINES && *c; i++) {
        size_t length = strcspn(c, "\n");
        printf("%.*s\n", (int)length, c);
        c += length + (c[length] == '\n');
    }
    char *name = cli_quoted(r->result);
    if (*c) printf("... the rest: leyden show %s\n", name);
    ley_string_destroy(text);
    if (r->command == &cli_steady && info->points == 1)
        printf("next: leyden show %s\n", name);
    else if (r->shards > 1)
        printf("next, when every shard is done: leyden merge -o OUT.h5 SHARD...\n");
    else
        printf("next: leyden plot %s\n", name);
    free(name);
}

static int report_study(const request *r, ley_status status, const ley_study_info *info, const ley_error *err) {
    print_warnings(info->warnings);
    if (status == LEY_OK) return CLI_DONE;
    if (err->line > 0) { /* about the scenario: the run does not fit into memory */
        fprintf(stderr, "%s:%d:%d: %s\n", strcmp(r->scenario, "-") == 0 ? "<stdin>" : r->scenario, (int)err->line,
                (int)err->column, err->message);
        return CLI_USAGE;
    }
    if (status == LEY_ERR_STOPPED)
        fprintf(stderr, "leyden: stopped; %lld of %lld %ss are kept in %s\n", (long long)info->done,
                (long long)info->points, noun(r), r->result);
    else
        cli_report(status == LEY_ERR_MEMORY && info->done == 0 ? r->scenario : r->result, err);
    if (info->points == 0) return CLI_USAGE; /* refused before any work */
    if (status != LEY_ERR_NUMERIC) {
        fputs("go on with: ", stderr);
        print_resume(stderr, r);
    }
    return CLI_FAILED;
}

/* The search, with its end in the words of a study. */
static ley_status optimise(const ley_scenario *scenario, ley_study_info *info, const request *r,
                           const ley_study_options *study, ley_error *err) {
    ley_optimize_info found = {0};
    ley_status status = ley_optimize_run(scenario, &found, r->result, study, err);
    *info = (ley_study_info){.points = found.evaluations + (status != LEY_OK && found.evaluations > 0),
                             .done = found.evaluations,
                             .first_failed = -1,
                             .wall_seconds = found.wall_seconds};
    if (status == LEY_OK && found.best < 0)
        fprintf(stderr, "%swarning:%s no evaluation meets the conditions of subject_to\n",
                cli_tone_on(stderr, CLI_CARE), cli_tone_off(stderr));
    return status;
}

static int main_run(const cli_command *command, int argc, char **argv) {
    request r = {.command = command};
    ley_scenario *scenario = NULL;
    ley_study_info info = {0};
    int exit_status = read_request(&r, command, argc, argv);
    if (exit_status != CLI_DONE) {
        exit_status = exit_status == CLI_HELPED ? CLI_DONE : CLI_USAGE;
        goto done;
    }
    ley_purpose purpose = command == &cli_steady || r.steady ? LEY_STEADY_STATE : LEY_EVOLUTION;
    scenario = cli_scenario(r.scenario, purpose, &r.settings, &exit_status);
    if (!scenario) goto done;
    if (r.csv && !cli_csv_serves(r.csv, r.scenario, r.result)) {
        exit_status = CLI_USAGE;
        goto done;
    }

    cli_progress *progress = cli_progress_start(r.work.quiet ? CLI_NONE : r.work.style);
    if (command == &cli_optimize) cli_progress_search(progress);
    ley_study_options study;
    ley_study_options_default(&study);
    study.jobs = (int32_t)r.work.jobs;
    study.shard = (int32_t)r.shard;
    study.shards = (int32_t)r.shards;
    study.resume = r.resume;
    study.overwrite = r.work.force;
    study.watch = watch;
    study.user = progress;
    cli_catch_signals();
    ley_error err = {0};
    ley_status status = command == &cli_optimize ? optimise(scenario, &info, &r, &study, &err)
                                                 : ley_study_run(scenario, &info, r.result, &study, &err);
    cli_progress_end(progress);
    exit_status = report_study(&r, status, &info, &err);

    const bool said_enough = r.work.quiet || (r.csv && strcmp(r.csv, "-") == 0);
    if ((status == LEY_OK || status == LEY_ERR_NUMERIC) && info.done > 0 && (r.csv || !said_enough)) {
        ley_result *result = NULL;
        if (ley_result_open(&result, r.result, &err) != LEY_OK) {
            cli_report(r.result, &err);
            exit_status = CLI_FAILED;
            goto done;
        }
        if (!said_enough) print_summary(&r, &info, result);
        if (r.csv && write_csv(&r, result) != CLI_DONE) exit_status = CLI_FAILED;
        ley_result_close(result);
    }

done:
    ley_string_destroy(info.warnings);
    ley_scenario_destroy(scenario);
    free(r.result);
    free(r.settings.texts);
    return exit_status;
}

const cli_command cli_run = {
    "run",
    "S.yaml [-o R.h5] [--set KEY=VALUE]... [--jobs N] [--shard I/N] [--resume] [--force] [--csv FILE]",
    "run a scenario, with `sweep:` the whole sweep, into a result file",
    "S.yaml is a scenario (`leyden help scenario`); - is standard input, and then -o is needed.\n"
    "Ctrl-C or SIGTERM stops cleanly: what is finished is in the result file, and --resume goes on.\n",
    options,
    main_run,
};

const cli_command cli_steady = {
    "steady",
    "S.yaml [-o R.h5] [--set KEY=VALUE]... [--jobs N] [--shard I/N] [--resume] [--force] [--csv FILE]",
    "the steady state of a scenario instead of an evolution, with `sweep:` of every point",
    "S.yaml is a scenario (`leyden help scenario`) whose numbers do not depend on time; `time:` may be left out.\n"
    "Where the noise leaves several steady states, it is the one that battery.state reaches.\n"
    "The result says how large L rho is and how many stationary states there are.\n",
    options,
    main_run,
};

const cli_command cli_optimize = {
    "optimize",
    "S.yaml [-o R.h5] [--set KEY=VALUE]... [--steady] [--jobs N] [--resume] [--force] [--csv FILE]",
    "search for the parameters that make a measure largest or smallest",
    "S.yaml is a scenario with `optimize:` (`leyden help scenario`):\n"
    "  optimize: {maximize: \"final(battery.ergotropy)\", over: {delta: [0, 2]}}\n"
    "Every evaluation is kept in the result file. Ctrl-C or SIGTERM stops cleanly, and --resume goes on.\n",
    optimize_options,
    main_run,
};
