#include "cli/cli.h"

#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const cli_command *const commands[] = {&cli_run,  &cli_plan,   &cli_show,     &cli_plot,   &cli_merge,
                                              &cli_help, &cli_steady, &cli_optimize, &cli_papers, &cli_spectrum};
enum { COMMANDS = sizeof commands / sizeof *commands };

const cli_command *cli_commands(int i) {
    return i >= 0 && i < COMMANDS ? commands[i] : NULL;
}

const cli_command *cli_find_command(const char *name) {
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    return NULL;
}

static int unknown_command(const char *word) {
    const char *names[COMMANDS + 3];
    for (int i = 0; i < COMMANDS; i++) names[i] = commands[i]->name;
    names[COMMANDS] = "--version";
    names[COMMANDS + 1] = "--help";
    names[COMMANDS + 2] = NULL;
    const size_t length = strlen(word);
    const char *near = cli_nearest(word, names);
    if (near)
        cli_error("unknown command %s; did you mean `leyden %s`?", word, near);
    else if (length > 5 && (strcmp(word + length - 5, ".yaml") == 0 || strcmp(word + length - 4, ".yml") == 0))
        cli_error("%s is no command; did you mean `leyden run %s`?", word, word);
    else
        cli_error("unknown command %s; `leyden help` lists them", word);
    return CLI_USAGE;
}

static int dispatch(int argc, char **argv) {
    if (argc < 2) {
        cli_error("no command given; `leyden help` lists them");
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("leyden %s\n", ley_version());
        return CLI_DONE;
    }
    const bool asks = strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0;
    const cli_command *command = asks ? &cli_help : cli_find_command(argv[1]);
    if (!command) return unknown_command(argv[1]);
    optind = 1; /* the command's name stands where getopt expects the program's */
    return command->run(command, argc - 1, argv + 1);
}

int main(int argc, char **argv) {
    setlocale(LC_CTYPE, "");  /* letters of the progress bar; numbers stay as in C */
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away must not end hours of work; cli_finish sees it */
    setvbuf(stdout, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, 1 << 16);
    return cli_finish(dispatch(argc, argv));
}
