/* run: steady states of cells that are not all alike, and of telegraph noise: the part of the start that lies in
 * the null space of the generator, by inverse iteration. docs/theory/steady.md. Caller: steady. */
#ifndef LEYDEN_RUN_STEADY_JOINT_H
#define LEYDEN_RUN_STEADY_JOINT_H

#include "run/engine.h"

bool ley_steady_joint_serves(const ley_task *task, const ley_model *model);
/* As ley_steady_pass, but for the gap. */
ley_status ley_steady_joint(bool *edge, ley_record *record, const ley_task *task, const ley_model *model,
                            double edge_limit, const ley_engine_hooks *hooks, ley_error *err);
ley_status ley_steady_joint_forecast(ley_forecast *forecast, const ley_task *task, const ley_model *model);

#endif
