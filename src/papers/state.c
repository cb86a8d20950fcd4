#include "papers/papers.h"
#include "run/engine.h"
#include "run/workers.h"
#include "scenario/scenario.h"

#include <math.h>
#include <string.h>

ley_paper_state ley_paper_look(const char *result_path, const char *text, ley_purpose purpose) {
    ley_paper_state state = {.wall_seconds = NAN};
    ley_result *result = NULL;
    if (ley_result_kind(result_path) != LEY_FILE_LEYDEN) return state;
    if (ley_result_open(&result, result_path, NULL) != LEY_OK) return state;
    const ley_layout *layout = ley_result_layout(result);
    ley_index failed = 0;
    ley_result_count(result, &state.points, &state.done, &failed);
    state.wall_seconds = ley_result_wall_seconds(result);
    const bool same = strcmp(layout->scenario, text) == 0 && strcmp(layout->version, ley_version()) == 0 &&
                      layout->steady == (purpose == LEY_STEADY_STATE) && layout->shards == 1;
    state.reached = !same ? LEY_PAPER_OTHER : state.done == state.points ? LEY_PAPER_ALL : LEY_PAPER_PART;
    ley_result_close(result);
    return state;
}

double ley_paper_forecast(const ley_scenario *scenario, ley_index most) {
    const ley_index points = ley_scenario_points(scenario), step = points > most ? points / most : 1;
    double seconds = 0;
    ley_index looked_at = 0;
    /* from the middle of each stretch: costs rise along an axis of sizes */
    for (ley_index point = step / 2; point < points; point += step) {
        ley_task task = {0};
        ley_forecast forecast = {0};
        ley_status status = ley_scenario_task(scenario, &task, point, NULL);
        if (status == LEY_OK) status = ley_engine_forecast(&forecast, &task, NULL);
        ley_task_clear(&task);
        if (status != LEY_OK) continue;
        seconds += forecast.seconds;
        looked_at++;
    }
    if (looked_at == 0) return NAN;
    return seconds / (double)looked_at * (double)points / (double)ley_machine_cores();
}
