/* run: a state in one part, observed while it evolves, where only the part itself can tell its reduced states: wave
 * functions, and states too large to keep at many times. Caller: engine. */
#ifndef LEYDEN_RUN_MARCH_H
#define LEYDEN_RUN_MARCH_H

#include "propagator/propagator.h"
#include "run/engine.h"
#include "run/sampler.h"

typedef struct ley_march_options {
    const ley_task *task;
    ley_method method;
    bool rows_only; /* only output times are asked for; with a constant generator nothing else is computed */
    const ley_engine_hooks *hooks;
    double fraction_begin, fraction_end;
} ley_march_options;

/* Evolves x from 0 to the last output time into the sampler. propagation: tolerance, results. LEY_ERR_STOPPED also
 * when the sampler has seen enough. */
ley_status ley_march(ley_generator *generator, double *x, ley_sampler *sampler, const ley_march_options *options,
                     ley_propagation *propagation, ley_error *err);
/* Bytes that ley_march allocates for states of n numbers, observed at so many rows. */
double ley_march_bytes(ley_method method, bool rows_only, ley_index rows, double n);

#endif
