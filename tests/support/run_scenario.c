#include "support/run_scenario.h"

#include "support/assert_close.h"

ley_run *run_scenario_point(const char *text, ley_index point, const char *what) {
    ley_error err = {0};
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    if (ley_scenario_create(&scenario, text, &err) != LEY_OK)
        fail_msg("%s:%d:%d: %s (%s)\n%s", what, err.line, err.column, err.message, err.where, text);
    if (ley_run_create(&run, scenario, point, NULL, NULL, &err) != LEY_OK)
        fail_msg("%s: %s (%s)\n%s", what, err.message, err.where, text);
    ley_scenario_destroy(scenario);
    return run;
}

ley_run *run_scenario(const char *text, const char *what) {
    return run_scenario_point(text, 0, what);
}

double run_value(const ley_run *run, const char *observable, ley_index row, ley_index part) {
    ley_index width = 0;
    const double *series = ley_run_series(run, observable, &width);
    if (!series || row < 0 || row >= ley_run_rows(run) || part < 0 || part >= width)
        fail_msg("no number %s[%d] in row %d", observable, (int)part, (int)row);
    return series[row * width + part];
}

double run_measure(const ley_run *run, const char *measure) {
    double value = ley_run_measure(run, measure);
    if (!isfinite(value)) fail_msg("%s is not a number", measure);
    return value;
}
