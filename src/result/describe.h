/* result: the layout that a scenario asks for. */
#ifndef LEYDEN_RESULT_DESCRIBE_H
#define LEYDEN_RESULT_DESCRIBE_H

#include "result/layout.h"
#include "scenario/scenario.h"

/* Walks all points. representation and propagator are left "" for the caller, who has forecasts. */
ley_status ley_layout_create(ley_layout *layout, const ley_scenario *scenario, int32_t shard, int32_t shards,
                             ley_error *err);

/* The layout of an optimisation: an axis of evaluations; the variables, the objective and the conditions before the
 * measures. No series where the output times change with the variables. */
ley_status ley_layout_create_search(ley_layout *layout, const ley_scenario *scenario, ley_error *err);

#endif
