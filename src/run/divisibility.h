/* run: the map that takes each initial state of the battery to its state at time t, and what it says about memory:
 * is it divisible (RHP), and how far can two states come back (BLP over all pairs). docs/theory/memory.md. Caller:
 * engine. */
#ifndef LEYDEN_RUN_DIVISIBILITY_H
#define LEYDEN_RUN_DIVISIBILITY_H

#include "scenario/task.h"

enum { LEY_DIVISIBILITY_CELLS = 4 };

bool ley_divisibility_asked(const ley_task *task);
/* rhp and blp (where asked for; otherwise untouched) for a model with its levels. rhp is infinite where the map has
 * no inverse. */
ley_status ley_divisibility(double *rhp, double *blp, const ley_task *task, const ley_model *model, ley_error *err);

#endif
