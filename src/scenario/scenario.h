/* scenario: YAML text to checked tasks. In: text and settings. Out: the sweep axes, and a task for each point. The
 * only caller of libyaml. Callers: result, run, cli through leyden.h. */
#ifndef LEYDEN_SCENARIO_H
#define LEYDEN_SCENARIO_H

#include "leyden.h"
#include "scenario/task.h"

typedef struct ley_axis {
    const char *key; /* as written under sweep: N, w, noise.local.emission */
    ley_index n;
    const double *values;      /* [n] numbers of the axis; for an axis of words (coupling.model) 0, 1, 2 ... */
    const char *const *labels; /* [n] the values as written; NULL for a purely numerical axis */
} ley_axis;

/* Axes in the order written; the last runs fastest. */
ley_index ley_scenario_axes(const ley_scenario *scenario);
const ley_axis *ley_scenario_axis(const ley_scenario *scenario, ley_index i);
/* The text as read, settings included as trailing comment lines "# --set KEY=VALUE": what a result file keeps. */
const char *ley_scenario_text(const ley_scenario *scenario);
const char *ley_scenario_title(const ley_scenario *scenario); /* "" when there is none */
/* The task of one point; clear it with ley_task_clear. Cannot fail for reasons of the scenario once it is created.
 */
ley_status ley_scenario_task(const ley_scenario *scenario, ley_task *task, ley_index point, ley_error *err);
/* Where the value of a key (battery.cells, N, a parameter) is written; 0, 0 when it is not in the text. */
void ley_scenario_place(const ley_scenario *scenario, const char *key, int32_t *line, int32_t *column);

#endif
