#include "cli/cli.h"

#include <getopt.h>

enum { CSV = 256 };

static const cli_option options[] = {
    {CSV, "csv", NULL, "as CSV: a header line of names, axes first, numbers in full precision"},
    {0, NULL, NULL, NULL},
};

static int main_show(const cli_command *command, int argc, char **argv) {
    bool csv = false;
    const char *value = NULL;
    for (int id; (id = cli_next(command, argc, argv, &value)) != CLI_END;) {
        if (id == CLI_HELPED) return CLI_DONE;
        if (id != CSV) return CLI_USAGE;
        csv = true;
    }
    if (optind >= argc) return cli_wrong(command, "no result file given");
    if (optind + 1 < argc) return cli_wrong(command, "one result file at a time");
    const char *path = argv[optind];
    ley_error err = {0};
    ley_result *result = NULL;
    char *text = NULL;
    int exit_status = CLI_USAGE;
    if (ley_result_open(&result, path, &err) != LEY_OK) {
        cli_report(path, &err);
        goto done;
    }
    if ((csv ? ley_result_csv : ley_result_table)(result, &text, &err) != LEY_OK) {
        cli_report(path, &err);
        exit_status = CLI_FAILED;
        goto done;
    }
    exit_status = cli_print(text);
done:
    ley_string_destroy(text);
    ley_result_close(result);
    return exit_status;
}

const cli_command cli_show = {
    "show", "R.h5 [--csv]", "what a result file holds, as a table", NULL, options, main_show,
};
