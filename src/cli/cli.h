/* cli: the program `leyden`. In: words of a command line. Out: text, files, an exit status. It sees nothing of the
 * library but leyden.h. One file for each command (cmd_*.c), a table of them in main.c; everything that prints
 * lives here, never in the library. */
#ifndef LEYDEN_CLI_H
#define LEYDEN_CLI_H

#include "leyden.h"

#include <stdbool.h>
#include <stdio.h>

enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 }; /* exit statuses; docs/man/leyden.1 */

/* ---- Commands and their options (options.c) ---- */

typedef struct cli_option {
    int id;            /* what cli_next returns; the letter for an option that has one */
    const char *name;  /* --name */
    const char *value; /* name of its value for people; NULL for a flag */
    const char *meaning;
} cli_option; /* a table ends with name = NULL */

typedef struct cli_command cli_command;
struct cli_command {
    const char *name;
    const char *arguments; /* as in the usage line */
    const char *summary;   /* one line */
    const char *details;   /* for --help, below the options; NULL: nothing */
    const cli_option *options;
    int (*run)(const cli_command *command, int argc, char **argv);
};

extern const cli_command cli_run, cli_plan, cli_show, cli_plot, cli_merge, cli_help, cli_steady, cli_papers,
    cli_spectrum, cli_optimize;
const cli_command *cli_commands(int i);                /* NULL behind the last */
const cli_command *cli_find_command(const char *name); /* NULL: unknown */

enum { CLI_END = -1, CLI_BAD = -2, CLI_HELPED = -3 };
/* The next option's id (its value in *value), CLI_END behind the last (the words left begin at optind), CLI_BAD
 * after saying what is wrong, CLI_HELPED after printing the help. */
int cli_next(const cli_command *command, int argc, char **argv, const char **value);
void cli_usage(const cli_command *command, FILE *to);
int cli_wrong(const cli_command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Options that every command with long work has. */
enum { CLI_JOBS = 512, CLI_FORCE, CLI_PROGRESS, CLI_QUIET = 'q' };
typedef enum cli_progress_style { CLI_AUTO, CLI_BAR, CLI_LINES, CLI_JSON, CLI_NONE } cli_progress_style;
typedef struct cli_work {
    long jobs; /* 0: one for each processor core */
    bool force, quiet;
    cli_progress_style style;
} cli_work;
/* CLI_DONE: taken; CLI_USAGE, after saying what is wrong; CLI_BAD: id is none of these. */
int cli_work_option(cli_work *work, const cli_command *command, int id, const char *value);

/* ---- Words (words.c) ---- */

/* The candidate nearest to what was typed, NULL when none is near. candidates ends with NULL. */
const char *cli_nearest(const char *typed, const char *const *candidates);
bool cli_integer(const char *text, long low, long high, long *value);
void *cli_allocate(size_t bytes); /* zeroed; says so and ends the program when memory is short */
char *cli_format(const char *format, ...) __attribute__((format(printf, 1, 2))); /* release with free */
char *cli_quoted(const char *word);                                              /* as a shell reads it back */

/* ---- Scenario files (scenario.c) ---- */

typedef struct cli_settings {
    const char **texts; /* [capacity] "KEY=VALUE" in the order typed */
    ley_index n;
} cli_settings;
/* Reads and checks a scenario; "-" is standard input. On failure says why and sets *exit_status. */
ley_scenario *cli_scenario(const char *path, ley_purpose purpose, const cli_settings *settings, int *exit_status);

/* ---- CSV (csv.c) ---- */

/* Is a place to write CSV to fit for it: it can be written and is none of what the program reads and writes besides
 * (result may be NULL)? Says why not; found out before the work, not after it. */
bool cli_csv_serves(const char *csv, const char *scenario, const char *result);

/* ---- Stopping (stopping.c) ---- */

void cli_catch_signals(void); /* Ctrl-C, SIGTERM and SIGHUP ask for a stop; a second one ends the program */
bool cli_stopped(void);

/* ---- What people see (terminal.c) ---- */

typedef enum cli_tone { CLI_PLAIN, CLI_BOLD, CLI_DIM, CLI_ALARM, CLI_CARE } cli_tone;
/* Escape sequences on a terminal, "" elsewhere and under NO_COLOR. */
const char *cli_tone_on(FILE *to, cli_tone tone);
const char *cli_tone_off(FILE *to);
int cli_width(FILE *to); /* columns; 80 when unknown */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* One line "leyden: about: sentence" for a library error. */
void cli_report(const char *about, const ley_error *err);
void cli_duration(char out[32], double seconds);
/* Both give CLI_FAILED, after saying why, when standard output could not be written. A reader that went away (a
 * closed pipe) asked for no more: that is no failure. */
int cli_print(const char *text); /* a long text, at once */
int cli_finish(int exit_status);

typedef struct cli_progress cli_progress;
cli_progress *cli_progress_start(cli_progress_style style);
void cli_progress_search(cli_progress *progress); /* it is one of leyden optimize */
void cli_progress_show(cli_progress *progress, const ley_progress *now);
bool cli_style(const char *word, cli_progress_style *style); /* auto, bar, plain, json, none */
/* What is in hand, shown with the numbers: a figure, of several. */
void cli_progress_about(cli_progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cli_progress_pause(cli_progress *progress); /* wipes the bar, so that a line can be printed */
void cli_progress_end(cli_progress *progress);   /* wipes the bar and releases */

#endif
