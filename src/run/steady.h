/* run: the steady state of one task, in place of a propagation. docs/theory/steady.md. Caller: engine. */
#ifndef LEYDEN_RUN_STEADY_H
#define LEYDEN_RUN_STEADY_H

#include "run/engine.h"

/* Fills a record created for a task whose purpose is LEY_STEADY_STATE. */
ley_status ley_steady_run(ley_record *record, const ley_task *task, const ley_engine_hooks *hooks, ley_error *err);
ley_status ley_steady_forecast(ley_forecast *forecast, const ley_task *task, ley_error *err);

#endif
