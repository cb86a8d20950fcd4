#include "cli/cli.h"

#include <getopt.h>
#include <stdlib.h>

static const cli_option options[] = {
    {'o', "output", "OUT.h5", "result file to write"},
    {0, NULL, NULL, NULL},
};

static int main_merge(const cli_command *command, int argc, char **argv) {
    const char *value = NULL, *out = NULL;
    for (int id; (id = cli_next(command, argc, argv, &value)) != CLI_END;) {
        if (id == CLI_HELPED) return CLI_DONE;
        if (id != 'o') return CLI_USAGE;
        out = value;
    }
    if (!out) return cli_wrong(command, "say where to write with -o OUT.h5");
    if (optind >= argc) return cli_wrong(command, "no shards given");
    ley_error err = {0};
    const ley_index n = argc - optind;
    if (ley_result_merge(out, (const char *const *)(argv + optind), n, &err) != LEY_OK) {
        cli_report(out, &err);
        return CLI_USAGE;
    }
    printf("%s: %lld file%s merged\n", out, (long long)n, n == 1 ? "" : "s");
    return CLI_DONE;
}

const cli_command cli_merge = {
    "merge", "-o OUT.h5 SHARD...", "put the shards of one study together", NULL, options, main_merge,
};
