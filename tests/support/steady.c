#include "support/steady.h"

#include "support/assert_close.h"

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
