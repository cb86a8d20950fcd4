/* run: the steady state of one task, in place of a propagation. docs/theory/steady.md. Caller: engine. */
#ifndef LEYDEN_RUN_STEADY_H
#define LEYDEN_RUN_STEADY_H

#include "generator/generator.h"
#include "run/engine.h"

/* A state in the Hermitian half that a solution with more levels may begin from; {0}: none. */
typedef struct ley_steady_memory {
    ley_model model; /* that the generator borrows */
    ley_generator *half;
    double *x;
} ley_steady_memory;
void ley_steady_memory_clear(ley_steady_memory *memory);

typedef struct ley_steady_options {
    double edge_limit;
    bool compared;             /* its difference from the state in memory is all that is wanted */
    ley_steady_memory *memory; /* where to begin, and where to leave the state; NULL: neither */
} ley_steady_options;

/* Fills a record created for a task whose purpose is LEY_STEADY_STATE, with the cut-off of `model` (the task's, but
 * for its levels). *edge: the last Fock level holds more than edge_limit; the record is filled all the same. */
ley_status ley_steady_pass(bool *edge, ley_record *record, const ley_task *task, const ley_model *model,
                           const ley_steady_options *options, const ley_engine_hooks *hooks, ley_error *err);

/* With the levels of the model; nothing is allocated. */
ley_status ley_steady_forecast(ley_forecast *forecast, const ley_task *task, const ley_model *model);

#endif
