/* run: steady states with a cavity or a drive in the Hermitian half, the fast way where it serves.
 * docs/theory/steady.md. Caller: steady. */
#ifndef LEYDEN_RUN_STEADY_HALF_H
#define LEYDEN_RUN_STEADY_HALF_H

#include "run/steady.h"

/* One stationary state, surely; blocks that mix; and no conserved charge, which has a smaller sector of its own. */
bool ley_steady_half_serves(const ley_model *model, bool has_cavity);

/* As ley_steady_pass. *solved: false where the preconditioner is of no use or the iteration does not arrive:
 * nothing has been filled in. */
ley_status ley_steady_half(bool *solved, bool *edge, ley_record *record, const ley_task *task,
                           const ley_model *model, const ley_steady_options *options, const ley_engine_hooks *hooks,
                           ley_error *err);

/* With the levels of the model, and those that they are compared with. */
void ley_steady_half_forecast(ley_forecast *forecast, const ley_task *task, const ley_model *model);

#endif
