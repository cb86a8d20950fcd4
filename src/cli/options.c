#include "cli/cli.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 24, OPTION_HELP = 'h' };

int cli_wrong(const cli_command *command, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *sentence = NULL;
    if (vasprintf(&sentence, format, arguments) < 0) sentence = NULL;
    va_end(arguments);
    cli_error("%s", sentence ? sentence : "not enough memory");
    free(sentence);
    fprintf(stderr, "`leyden %s --help` says more.\n", command->name);
    return CLI_USAGE;
}

void cli_usage(const cli_command *command, FILE *to) {
    const char *bold = cli_tone_on(to, CLI_BOLD), *off = cli_tone_off(to);
    fprintf(to, "%sleyden %s%s: %s\n\n%susage:%s leyden %s %s\n\n", bold, command->name, off, command->summary,
            bold, off, command->name, command->arguments);
    for (const cli_option *option = command->options;; option++) {
        static const cli_option help = {OPTION_HELP, "help", NULL, "this text"};
        const cli_option *o = option->name ? option : &help;
        char left[64];
        snprintf(left, sizeof left, "%c%c%s--%s%s%s", o->id < 128 ? '-' : ' ', o->id < 128 ? o->id : ' ',
                 o->id < 128 ? ", " : "  ", o->name, o->value ? "=" : "", o->value ? o->value : "");
        fprintf(to, "  %-28s ", left);
        for (const char *c = o->meaning; *c; c++) { /* further lines of a meaning begin below the first */
            fputc(*c, to);
            if (*c == '\n') fprintf(to, "%31s", "");
        }
        fputc('\n', to);
        if (!option->name) break;
    }
    if (command->details) fprintf(to, "\n%s", command->details);
}

/* getopt_long did not know it: names the nearest that it knows. */
static int unknown(const cli_command *command, const char *word) {
    const char *names[OPTIONS_MAX + 2];
    size_t n = 0;
    for (const cli_option *o = command->options; o->name; o++) names[n++] = o->name;
    names[n++] = "help";
    names[n] = NULL;
    if (word[0] == '-' && word[1] == '-') {
        char *name = cli_format("%.*s", (int)strcspn(word + 2, "="), word + 2);
        const char *near = cli_nearest(name, names);
        if (near)
            cli_wrong(command, "unknown option --%s; did you mean --%s?", name, near);
        else
            cli_wrong(command, "unknown option --%s", name);
        free(name);
    } else {
        cli_wrong(command, "unknown option -%c", optopt);
    }
    return CLI_BAD;
}

int cli_next(const cli_command *command, int argc, char **argv, const char **value) {
    struct option longs[OPTIONS_MAX + 2];
    char shorts[3 * OPTIONS_MAX];
    int n = 0, s = 0;
    memset(longs, 0, sizeof longs);
    shorts[s++] = ':'; /* getopt tells a missing value from an unknown option, and prints nothing */
    shorts[s++] = 'h';
    for (const cli_option *o = command->options; o->name && n < OPTIONS_MAX; o++, n++) {
        longs[n] = (struct option){o->name, o->value ? required_argument : no_argument, NULL, o->id};
        if (o->id < 128) {
            shorts[s++] = (char)o->id;
            if (o->value) shorts[s++] = ':';
        }
    }
    longs[n] = (struct option){"help", no_argument, NULL, OPTION_HELP};
    shorts[s] = 0;
    opterr = 0;
    const int before = optind;
    int id = getopt_long(argc, argv, shorts, longs, NULL);
    *value = optarg;
    if (id == -1) return CLI_END;
    if (id == OPTION_HELP) {
        cli_usage(command, stdout);
        return CLI_HELPED;
    }
    if (id != '?' && id != ':') return id;
    /* A word behind operands was moved by getopt; the one just read ends at optind either way. */
    const char *word = argv[optind > before ? optind - 1 : before];
    if (id == ':') {
        cli_wrong(command, "%s needs a value", word);
        return CLI_BAD;
    }
    if (optopt > 0) { /* a known option with a value it does not take, or an unknown letter */
        for (const cli_option *o = command->options; o->name; o++) {
            if (o->id == optopt && !o->value && word[0] == '-' && word[1] == '-') {
                cli_wrong(command, "--%s takes no value", o->name);
                return CLI_BAD;
            }
        }
    }
    return unknown(command, word);
}

int cli_work_option(cli_work *work, const cli_command *command, int id, const char *value) {
    switch (id) {
    case CLI_QUIET:
        work->quiet = true;
        return CLI_DONE;
    case CLI_FORCE:
        work->force = true;
        return CLI_DONE;
    case CLI_JOBS:
        if (cli_integer(value, 1, 65536, &work->jobs)) return CLI_DONE;
        return cli_wrong(command, "--jobs=%s: a whole number from 1 to 65536 is needed", value);
    case CLI_PROGRESS:
        if (cli_style(value, &work->style)) return CLI_DONE;
        return cli_wrong(command, "--progress=%s: one of auto, bar, plain, json, none is needed", value);
    default:
        return CLI_BAD;
    }
}
