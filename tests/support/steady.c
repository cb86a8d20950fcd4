#include "support/steady.h"

#include "support/assert_close.h"

#include <stdlib.h>
#include <string.h>

ley_run *steady_scenario(const char *text, const char *what) {
    ley_error err = {0};
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    if (ley_scenario_create_for(&scenario, LEY_STEADY_STATE, text, NULL, 0, &err) != LEY_OK)
        fail_msg("%s:%d:%d: %s (%s)\n%s", what, err.line, err.column, err.message, err.where, text);
    if (ley_run_create(&run, scenario, 0, NULL, NULL, &err) != LEY_OK)
        fail_msg("%s: %s (%s)\n%s", what, err.message, err.where, text);
    ley_scenario_destroy(scenario);
    return run;
}

char *steady_text(const brute_model *model, double tolerance) {
    static const char *const drop[] = {", heat", ", power"};
    const scenario_options how = {.until = 1, .points = 2, .tolerance = tolerance};
    char *text = model_scenario(model, &how), *to = text;
    for (const char *from = text; *from;) {
        size_t length = 0;
        for (int i = 0; i < 2 && length == 0; i++)
            if (strncmp(from, drop[i], strlen(drop[i])) == 0) length = strlen(drop[i]);
        if (length > 0)
            from += length;
        else
            *to++ = *from++;
    }
    *to = 0;
    return text;
}
