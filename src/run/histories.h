/* run: telegraph noise by drawn histories in the place of the augmented equation: each is evolved by itself, and
 * what is reported is what their mean state says. docs/theory/telegraph.md. Caller: engine. */
#ifndef LEYDEN_RUN_HISTORIES_H
#define LEYDEN_RUN_HISTORIES_H

#include "run/sampler.h"

/* task->numerics.trajectories histories, at output times alone. propagation: results, of all together. Standard
 * errors go to the certificate and the warnings. LEY_ERR_STOPPED also when the edge is exceeded: ask *edge. */
ley_status ley_histories_pass(bool *edge, ley_record *record, const ley_task *task, const ley_model *model,
                              const ley_sampler_options *options, ley_error *err);

#endif
