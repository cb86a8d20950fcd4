/* scenario: YAML text to checked tasks. In: text and settings. Out: the sweep axes, and a task for each point. The
 * only caller of libyaml. Callers: result, run, cli through leyden.h. */
#ifndef LEYDEN_SCENARIO_H
#define LEYDEN_SCENARIO_H

#include "leyden.h"
#include "scenario/task.h"

/* The task of one point; clear it with ley_task_clear. Cannot fail for reasons of the scenario once it is created.
 */
ley_status ley_scenario_task(const ley_scenario *scenario, ley_task *task, ley_index point, ley_error *err);
/* Where the value of a key (battery.cells, N, a parameter) is written; 0, 0 when it is not in the text. */
void ley_scenario_place(const ley_scenario *scenario, const char *key, int32_t *line, int32_t *column);

#endif
