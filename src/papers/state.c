#include "core/memory.h"
#include "papers/papers.h"
#include "run/engine.h"
#include "run/workers.h"
#include "scenario/scenario.h"

#include <math.h>
#include <string.h>

enum { FORECAST_POINTS = 12 };

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

ley_status ley_paper_stand(ley_paper_standing *s, const ley_papers *papers, const ley_paper_figure *figure,
                           ley_error *err) {
    ley_status status = LEY_OK;
    *s = (ley_paper_standing){.reached = LEY_PAPER_ALL};
    for (ley_index i = 0; i < figure->n_scenarios && status == LEY_OK; i++) {
        const ley_paper_scenario *one = &figure->scenarios[i];
        char *text = NULL, *source = ley_papers_path("%s/%s/%s", papers->folder, figure->paper->key, one->file);
        char *path = ley_paper_result_path(papers, figure, i, false);
        ley_scenario *scenario = NULL;
        status = source && path ? ley_papers_read(&text, source, NULL, err) : ley_papers_out_of_memory(err);
        if (status != LEY_OK) goto next;
        const ley_paper_state state = ley_paper_look(path, text, one->purpose);
        if (state.reached < s->reached) s->reached = state.reached;
        s->points += state.points;
        s->done += state.done;
        if (state.reached == LEY_PAPER_ALL) {
            s->seconds += state.wall_seconds;
        } else {
            status = ley_paper_scenario_create(&scenario, papers, figure, i, false, err);
            if (status == LEY_OK) s->seconds += ley_paper_forecast(scenario, FORECAST_POINTS);
            s->forecast = true;
        }
    next:
        ley_scenario_destroy(scenario);
        ley_release(text);
        ley_release(source);
        ley_release(path);
    }
    return status;
}
