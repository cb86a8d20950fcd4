#include "cli/cli.h"

#include <getopt.h>
#include <stdlib.h>

enum { SET = 256, STEADY };

static const cli_option options[] = {
    {SET, "set", "KEY=VALUE", "replace or add a key of the scenario; may be repeated"},
    {STEADY, "steady", NULL, "of `leyden steady` instead of `leyden run`"},
    {CLI_JOBS, "jobs", "N", "of a run with so many threads; default: one for each processor core"},
    {0, NULL, NULL, NULL},
};

static int main_plan(const cli_command *command, int argc, char **argv) {
    int exit_status = CLI_USAGE;
    ley_purpose purpose = LEY_EVOLUTION;
    const char *value = NULL;
    cli_work work = {0};
    cli_settings settings = {cli_allocate((size_t)argc * sizeof *settings.texts), 0};
    ley_scenario *scenario = NULL;
    char *text = NULL;
    for (int id; (id = cli_next(command, argc, argv, &value)) != CLI_END;) {
        if (id == SET) {
            settings.texts[settings.n++] = value;
            continue;
        }
        if (id == STEADY) {
            purpose = LEY_STEADY_STATE;
            continue;
        }
        if (id == CLI_JOBS && cli_work_option(&work, command, id, value) == CLI_DONE) continue;
        if (id == CLI_HELPED) exit_status = CLI_DONE;
        goto done;
    }
    if (optind + 1 != argc) {
        exit_status = cli_wrong(command, optind >= argc ? "no scenario given" : "one scenario at a time");
        goto done;
    }
    scenario = cli_scenario(argv[optind], purpose, &settings, &exit_status);
    if (!scenario) goto done;
    ley_error err = {0};
    if (ley_scenario_plan(scenario, (int32_t)work.jobs, &text, &err) != LEY_OK) {
        cli_report(argv[optind], &err);
        exit_status = CLI_FAILED;
        goto done;
    }
    exit_status = cli_print(text);
done:
    ley_string_destroy(text);
    ley_scenario_destroy(scenario);
    free(settings.texts);
    return exit_status;
}

const cli_command cli_plan = {
    "plan",
    "S.yaml [--steady] [--set KEY=VALUE]... [--jobs N]",
    "what a run would do and cost, without doing it",
    "Says representation and symmetry, stored numbers, memory, expected cost, and each rate as what it does\n"
    "(energy decay, coherence decay, T1, T2).\n",
    options,
    main_plan,
};
