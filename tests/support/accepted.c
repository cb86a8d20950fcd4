#include "support/accepted.h"

#include "support/assert_close.h"

const char manual_text[] = "title: A noisy Tavis-Cummings battery\n"
                           "parameters: {w: 1.0}                 # names of the user's own\n"
                           "battery:\n"
                           "  cells: 6                           # N\n"
                           "  frequency: w\n"
                           "  state: ground\n"
                           "cavity:                              # left out: no cavity\n"
                           "  frequency: w\n"
                           "  levels: auto\n"
                           "  state: {coherent: \"sqrt(N)\"}\n"
                           "coupling:\n"
                           "  model: tavis-cummings\n"
                           "  strength: \"0.5*w/sqrt(N)\"\n"
                           "  switch: 1                          # lambda(t)\n"
                           "noise:\n"
                           "  cavity:     {loss: 0.15, gain: 0}\n"
                           "  collective: {emission: 0, absorption: 0, dephasing: 0}\n"
                           "  local:      {emission: 0.1, absorption: 0, dephasing: 0.1}\n"
                           "drive: {cavity: \"0.3*exp(-(t-5)^2/8)\", battery: 0}\n"
                           "time: {until: 20, points: 401}\n"
                           "observe: [battery.energy, battery.ergotropy]\n"
                           "measure: [\"max(battery.ergotropy)\", \"argmax(battery.ergotropy)\"]\n"
                           "numerics: {tolerance: 1e-8}\n"
                           "sweep: {N: [1, 2, 3, 4, 5, 6]}\n";

ley_scenario *accepted(const char *text, const char *const *settings, ley_index n) {
    ley_scenario *scenario;
    ley_error err = {0};
    if (ley_scenario_create_with(&scenario, text, settings, n, &err) != LEY_OK)
        fail_msg("%d:%d [%s] %s", (int)err.line, (int)err.column, err.where, err.message);
    return scenario;
}

ley_task task_of(const ley_scenario *scenario, ley_index point) {
    ley_task task;
    ley_error err = {0};
    if (ley_scenario_task(scenario, &task, point, &err) != LEY_OK)
        fail_msg("point %d: %d:%d [%s] %s", (int)point, (int)err.line, (int)err.column, err.where, err.message);
    return task;
}
