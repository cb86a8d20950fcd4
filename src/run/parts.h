/* run: a propagation part by part. Each part of the state is evolved by itself and leaves only its share of the
 * reduced state behind, at times chosen beforehand; afterwards the run is known as if it had been evolved whole.
 * Caller: engine. */
#ifndef LEYDEN_RUN_PARTS_H
#define LEYDEN_RUN_PARTS_H

#include "propagator/propagator.h"
#include "run/choice.h"

typedef struct ley_parts ley_parts;

/* task and model are borrowed. rows_only: only the output times will be asked for. */
ley_status ley_parts_create(ley_parts **parts, const ley_choice *choice, const ley_task *task,
                            const ley_model *model, bool rows_only, ley_error *err);
void ley_parts_destroy(ley_parts *parts);
/* What observers and samplers take for the generator: model and blocks, no whole states. */
const ley_generator *ley_parts_generator(const ley_parts *parts);

/* A displaced state may begin with few levels: more are kept when the last one but `spare` holds more than `limit`.
 */
void ley_parts_begin_with_few(ley_parts *parts, double limit, int32_t spare);
/* Evolves every part. propagation: tolerance, watch (its time runs once through all parts, 0 .. end), results. */
ley_status ley_parts_evolve(ley_parts *parts, ley_propagation *propagation, ley_error *err);

/* Afterwards: hands the run to a sink as segments, ... */
int ley_parts_stream(ley_parts *parts, ley_sink sink, void *user);
/* ... or, with rows_only, gives the reduced state at output time i. */
void ley_parts_row(const ley_parts *parts, ley_index i, double *reduced);

#endif
