/* run: one propagation of a task with a given cut-off. In: the task, the number of Fock levels. Out: a record;
 * whether the last level held too much. Caller: engine. */
#ifndef LEYDEN_RUN_PASS_H
#define LEYDEN_RUN_PASS_H

#include "run/engine.h"
#include "run/steady.h"

typedef struct ley_pass_options {
    double edge_limit;
    double coherences;  /* that each charge of the start may lose */
    double lax;         /* times the tolerance of the state: of a run that another will judge */
    double level_limit; /* of the last level but `spare`, before a displaced state gets more; 0: it has all */
    int32_t spare;
    double steady_lax; /* the same of a steady state that is only compared with */
    ley_steady_memory *memory;
    double fraction_begin, fraction_end;
    bool final;
} ley_pass_options;

typedef enum ley_pass_outcome { LEY_PASS_DONE, LEY_PASS_EDGE } ley_pass_outcome;

/* On LEY_PASS_EDGE the record is not complete. */
ley_status ley_pass(ley_pass_outcome *outcome, ley_record *record, const ley_task *task, int32_t levels,
                    const ley_pass_options *options, const ley_engine_hooks *hooks, ley_error *err);

#endif
