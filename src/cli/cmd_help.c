#include "cli/cli.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const cli_option no_options[] = {{0, NULL, NULL, NULL}};

static void overview(FILE *to) {
    const char *bold = cli_tone_on(to, CLI_BOLD), *off = cli_tone_off(to);
    fprintf(to, "%sleyden %s%s: open collective quantum batteries, from a scenario file to certified numbers\n\n",
            bold, ley_version(), off);
    for (int i = 0; cli_commands(i); i++)
        fprintf(to, "  %sleyden %-7s%s %s\n", bold, cli_commands(i)->name, off, cli_commands(i)->summary);
    fprintf(to, "\nEach command has --help. Topics for `leyden help`:");
    for (const char *const *topic = ley_help_topics(); *topic; topic++) fprintf(to, " %s", *topic);
    fprintf(to, "\nFirst steps: leyden run S.yaml, then leyden plot S.h5.\n");
}

static int main_help(const cli_command *command, int argc, char **argv) {
    const char *value = NULL;
    for (int id; (id = cli_next(command, argc, argv, &value)) != CLI_END;)
        return id == CLI_HELPED ? CLI_DONE : CLI_USAGE;
    if (optind >= argc) {
        overview(stdout);
        return CLI_DONE;
    }
    if (optind + 1 < argc) return cli_wrong(command, "one topic at a time");
    const char *topic = argv[optind];
    const cli_command *about = cli_find_command(topic);
    if (about) {
        cli_usage(about, stdout);
        return CLI_DONE;
    }
    char *text = NULL;
    ley_error err = {0};
    if (ley_help(&text, topic, &err) == LEY_OK) {
        const int exit_status = cli_print(text);
        ley_string_destroy(text);
        return exit_status;
    }
    const char *words[64];
    int n = 0;
    for (const char *const *known = ley_help_topics(); *known && n < 40; known++) words[n++] = *known;
    for (int i = 0; cli_commands(i) && n < 63; i++) words[n++] = cli_commands(i)->name;
    words[n] = NULL;
    const char *near = cli_nearest(topic, words);
    if (near)
        cli_error("no help about %s; did you mean `leyden help %s`?", topic, near);
    else
        cli_error("no help about %s; `leyden help` lists the topics", topic);
    return CLI_USAGE;
}

const cli_command cli_help = {
    "help", "[TOPIC]", "the commands, or one topic", NULL, no_options, main_help,
};
