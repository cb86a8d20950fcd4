/* run: a part of the state as a problem for the propagators. Callers: engine, levels, march, parts. */
#ifndef LEYDEN_RUN_PROBLEM_H
#define LEYDEN_RUN_PROBLEM_H

#include "generator/generator.h"
#include "propagator/propagator.h"

/* With the hands lent to the part. Reduced states are the compact ones of the part. Bounds at a time, of
 * ley_chebyshev, are not filled in. */
ley_problem ley_problem_of(ley_generator *part);

#endif
