#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SCENARIO_MAX = 16 << 20 }; /* bytes; a scenario is a page of text, this is somebody's data file */

static char *read_all(const char *name, const char *path) {
    const bool standard_input = strcmp(path, "-") == 0;
    FILE *file = standard_input ? stdin : fopen(path, "rb");
    if (!file) {
        cli_error("cannot read %s: %s", name, strerror(errno));
        return NULL;
    }
    size_t room = 1 << 14, length = 0;
    char *text = cli_allocate(room);
    for (;;) {
        length += fread(text + length, 1, room - 1 - length, file);
        if (length < room - 1) break;
        if (room >= SCENARIO_MAX) break;
        char *larger = cli_allocate(2 * room);
        memcpy(larger, text, length);
        free(text);
        text = larger;
        room *= 2;
    }
    const char *wrong = NULL;
    if (ferror(file))
        wrong = strerror(errno);
    else if (length >= SCENARIO_MAX - 1)
        wrong = "larger than 16 MiB: this is no scenario";
    else if (memchr(text, 0, length))
        wrong = "it holds bytes of value 0: this is no text";
    if (!standard_input) fclose(file);
    if (wrong) {
        cli_error("cannot read %s: %s", name, wrong);
        free(text);
        return NULL;
    }
    text[length] = 0;
    return text;
}

ley_scenario *cli_scenario(const char *path, ley_purpose purpose, const cli_settings *settings, int *exit_status) {
    const char *name = strcmp(path, "-") == 0 ? "<stdin>" : path;
    char *text = read_all(name, path);
    if (!text) {
        *exit_status = CLI_USAGE;
        return NULL;
    }
    ley_scenario *scenario = NULL;
    ley_error err = {0};
    if (ley_scenario_create_for(&scenario, purpose, text, settings->texts, settings->n, &err) != LEY_OK) {
        const char *alarm = cli_tone_on(stderr, CLI_ALARM), *off = cli_tone_off(stderr);
        *exit_status = err.status == LEY_ERR_MEMORY ? CLI_FAILED : CLI_USAGE;
        if (err.line > 0) {
            fprintf(stderr, "%s:%d:%d: %s%s%s\n", name, (int)err.line, (int)err.column, alarm, err.message, off);
        } else {
            const char *setting = NULL;
            for (ley_index i = 0; i < settings->n && !setting; i++)
                if (strcmp(settings->texts[i], err.where) == 0) setting = settings->texts[i];
            if (setting)
                fprintf(stderr, "--set %s: %s%s%s\n", setting, alarm, err.message, off);
            else
                cli_report(name, &err);
        }
    }
    free(text);
    return scenario;
}
