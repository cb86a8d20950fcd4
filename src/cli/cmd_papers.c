#include "cli/cli.h"

#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAPERS = 256, FAST, REPORT };

static const cli_option options[] = {
    {'o', "output", "DIR", "where results and figures are; default: papers-results"},
    {FAST, "fast", NULL, "a smaller version of each figure, in files of its own (fig4-fast.h5)"},
    {CLI_JOBS, "jobs", "N", "runs at once; default: one for each processor core"},
    {CLI_FORCE, "force", NULL, "compute again what is there"},
    {PAPERS, "papers", "DIR", "the folder of the papers; default: the one that came with the program"},
    {REPORT, "report", "FILE", "of report: the file to write; default: REPORT.md in the folder of results"},
    {CLI_PROGRESS, "progress", "STYLE", "auto, bar, plain, json or none"},
    {CLI_QUIET, "quiet", NULL, "no line for each figure and no progress; errors only"},
    {0, NULL, NULL, NULL},
};

typedef struct request {
    const cli_command *command;
    const char *verb, *output, *papers, *report;
    cli_work work;
    bool fast;
    cli_progress *progress;
} request;

/* ---- Where the papers are ------------------------------------------------------------------------------------ */

/* papers beside the build folder, or share/leyden/papers beside bin. NULL: neither is there. */
static char *find_papers(void) {
    static const char *const places[] = {"../papers", "../share/leyden/papers"};
    char program[PATH_MAX];
    struct stat there;
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0) return NULL;
    program[n] = 0;
    char *slash = strrchr(program, '/');
    if (!slash) return NULL;
    *slash = 0;
    for (int i = 0; i < 2; i++) {
        char *path = cli_format("%s/%s", program, places[i]), *plain = realpath(path, NULL);
        free(path);
        if (plain && stat(plain, &there) == 0 && S_ISDIR(there.st_mode)) return plain;
        free(plain);
    }
    return NULL;
}

static ley_papers *open_papers(const request *r) {
    ley_papers *papers = NULL;
    ley_error err = {0};
    char *found = r->papers ? NULL : find_papers();
    const char *folder = r->papers ? r->papers : found;
    if (!folder)
        cli_error("no folder of papers beside the program; give one with --papers DIR");
    else if (ley_papers_create(&papers, folder, r->output, &err) != LEY_OK && err.line > 0)
        fprintf(stderr, "%s:%d:%d: %s\n", err.where, (int)err.line, (int)err.column, err.message);
    else if (!papers)
        cli_report(folder, &err);
    free(found);
    return papers;
}

/* ---- Doing --------------------------------------------------------------------------------------------------- */

static int watch(void *user, const ley_papers_progress *now) {
    const request *r = user;
    ley_progress all = now->study;
    all.fraction = now->fraction;
    all.seconds_left = now->seconds_left;
    cli_progress_about(r->progress, "figure %lld of %lld, %s", (long long)now->figure, (long long)now->figures,
                       now->id);
    cli_progress_show(r->progress, &all);
    return cli_stopped();
}

static void say(void *user, ley_papers_word what, const char *sentence) {
    const request *r = user;
    cli_progress_pause(r->progress);
    if (what == LEY_PAPERS_FAILED) {
        cli_error("%s", sentence);
    } else if (!r->work.quiet) {
        FILE *to = strcmp(r->verb, "run") == 0 ? stdout : stderr;
        fprintf(to, "%s\n", sentence);
        fflush(to);
    }
}

static int report_trouble(const request *r, ley_status status, const ley_error *err) {
    if (err->line > 0) {
        fprintf(stderr, "%s:%d:%d: %s%s%s\n", err->where, (int)err->line, (int)err->column,
                cli_tone_on(stderr, CLI_ALARM), err->message, cli_tone_off(stderr));
        return CLI_USAGE;
    }
    if (status == LEY_ERR_STOPPED)
        cli_error("stopped; the same command goes on with %s", r->output);
    else
        cli_report(err->where[0] ? err->where : "papers", err);
    return status == LEY_ERR_SCENARIO ? CLI_USAGE : CLI_FAILED;
}

/* Computes what is selected. */
static int compute(request *r, const ley_papers *papers, bool draw) {
    ley_papers_options work;
    ley_error err = {0};
    ley_papers_options_default(&work);
    work.jobs = (int32_t)r->work.jobs;
    work.fast = r->fast;
    work.force = r->work.force;
    work.draw = draw;
    work.watch = watch;
    work.say = say;
    work.user = r;
    r->progress = cli_progress_start(r->work.quiet ? CLI_NONE : r->work.style);
    cli_catch_signals();
    const ley_status status = ley_papers_run(papers, &work, &err);
    cli_progress_end(r->progress);
    return status == LEY_OK ? CLI_DONE : report_trouble(r, status, &err);
}

static int list(const request *r, const ley_papers *papers) {
    char *text = NULL;
    ley_error err = {0};
    const ley_status status = ley_papers_list(papers, &text, &err);
    if (status != LEY_OK) return report_trouble(r, status, &err);
    const int exit_status = cli_print(text);
    ley_string_destroy(text);
    return exit_status;
}

static int check(request *r, const ley_papers *papers) {
    int exit_status = compute(r, papers, false);
    if (exit_status != CLI_DONE) return exit_status;
    char *text = NULL;
    ley_error err = {0};
    ley_index numbers = 0, wrong = 0;
    const ley_status status = ley_papers_compare(papers, &text, &numbers, &wrong, r->fast, &err);
    if (status != LEY_OK) return report_trouble(r, status, &err);
    exit_status = cli_print(text);
    ley_string_destroy(text);
    return wrong ? CLI_FAILED : exit_status;
}

static int report(const request *r, const ley_papers *papers) {
    ley_error err = {0};
    char *path = r->report ? cli_format("%s", r->report) : cli_format("%s/REPORT.md", r->output);
    const ley_status status = ley_papers_report(papers, path, &err);
    if (status == LEY_OK && !r->work.quiet) printf("%s\n", path);
    free(path);
    return status == LEY_OK ? CLI_DONE : report_trouble(r, status, &err);
}

/* ---- The words typed ------------------------------------------------------------------------------------------
 */

/* CLI_DONE: go on; CLI_HELPED: everything is said; CLI_USAGE. */
static int read_request(request *r, const cli_command *command, int argc, char **argv) {
    const char *value = NULL;
    *r = (request){.command = command, .output = "papers-results"};
    for (int id; (id = cli_next(command, argc, argv, &value)) != CLI_END;) {
        switch (id) {
        case 'o':
            r->output = value;
            break;
        case PAPERS:
            r->papers = value;
            break;
        case REPORT:
            r->report = value;
            break;
        case FAST:
            r->fast = true;
            break;
        case CLI_HELPED:
            return CLI_HELPED;
        default:
            if (cli_work_option(&r->work, command, id, value) != CLI_DONE) return CLI_USAGE;
        }
    }
    r->verb = optind < argc ? argv[optind++] : "list";
    static const char *const verbs[] = {"list", "run", "check", "report", NULL};
    for (int i = 0; verbs[i]; i++)
        if (strcmp(verbs[i], r->verb) == 0) return CLI_DONE;
    const char *near = cli_nearest(r->verb, verbs);
    if (near) return cli_wrong(command, "papers does not %s; did you mean %s?", r->verb, near);
    return cli_wrong(command, "papers does not %s; it can list, run, check and report", r->verb);
}

static int main_papers(const cli_command *command, int argc, char **argv) {
    request r;
    int exit_status = read_request(&r, command, argc, argv);
    if (exit_status != CLI_DONE) return exit_status == CLI_HELPED ? CLI_DONE : CLI_USAGE;
    const bool lists = strcmp(r.verb, "list") == 0, reports = strcmp(r.verb, "report") == 0;
    bool everything = false;
    if (!lists && !reports && optind >= argc)
        return cli_wrong(command, "%s what? Give figures, as canzio2024/fig4, or canzio2024, or all", r.verb);
    ley_papers *papers = open_papers(&r);
    if (!papers) return CLI_USAGE;
    exit_status = CLI_DONE;
    for (; optind < argc && exit_status == CLI_DONE; optind++) {
        ley_error err = {0};
        everything = everything || strcmp(argv[optind], "all") == 0;
        if (ley_papers_select(papers, argv[optind], &err) == LEY_OK) continue;
        cli_error("%s", err.message);
        exit_status = CLI_USAGE;
    }
    if (exit_status == CLI_DONE) {
        exit_status = lists                        ? list(&r, papers)
                      : reports                    ? report(&r, papers)
                      : strcmp(r.verb, "run") == 0 ? compute(&r, papers, true)
                                                   : check(&r, papers);
        /* What all of it says is worth a report. */
        if (everything && !lists && !reports && !r.fast && exit_status != CLI_USAGE && !cli_stopped()) {
            const int written = report(&r, papers);
            if (exit_status == CLI_DONE) exit_status = written;
        }
    }
    ley_papers_destroy(papers);
    return exit_status;
}

const cli_command cli_papers = {
    "papers",
    "[list | run ID... | check ID... | report [ID...]] [-o DIR] [--fast] [--jobs N] [--force] [--papers DIR]",
    "figures and tables of five papers: compute, draw, compare with the published numbers",
    "list   every figure and table: what it shows, the time it takes here, what has been reached\n"
    "run    compute and draw: DIR/canzio2024/fig4.h5, .svg, .png; what is there and complete is kept,\n"
    "       what was interrupted is gone on with\n"
    "check  compute what is missing and compare with the expected numbers; exit status 1 when one does not\n"
    "       agree with what is said of it\n"
    "report write REPORT.md: notes, figures and comparisons; run all and check all end with it\n\n"
    "ID is a figure (canzio2024/fig4), a paper (canzio2024), its figures at larger sizes (canzio2024/beyond),\n"
    "all (every paper) or beyond (everything at larger sizes).\n",
    options,
    main_papers,
};
