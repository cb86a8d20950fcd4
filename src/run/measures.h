/* run: the measures of a run (LEY_MEASURES in model/vocabulary.h), less those of the map of all battery states,
 * which run/divisibility finds. In: segments or rows in order, where the instant looks. Out: record->measures.
 * Caller: sampler. */
#ifndef LEYDEN_RUN_MEASURES_H
#define LEYDEN_RUN_MEASURES_H

#include "result/record.h"
#include "run/instant.h"

typedef struct ley_measures ley_measures;
ley_status ley_measures_create(ley_measures **measures, ley_record *record, const ley_task *task,
                               ley_instant *instant, ley_error *err);
void ley_measures_destroy(ley_measures *measures);
bool ley_measures_look_back(const ley_measures *measures); /* into the previous segment */

/* The observer looks at output time `row` already: what is taken at the output times alone. */
ley_status ley_measures_row(ley_measures *measures, ley_index row, ley_error *err);
/* The instant's segment: extremes, means, what a stage asks for. */
ley_status ley_measures_segment(ley_measures *measures, ley_error *err);
/* The last segment was given: its end point may be an extreme. */
ley_status ley_measures_close(ley_measures *measures, ley_error *err);
/* The observer looks at the final state already: final values. */
ley_status ley_measures_final(ley_measures *measures, ley_error *err);
/* A run without duration, whose only state the observer looks at. */
ley_status ley_measures_of_start(ley_measures *measures, ley_error *err);
/* After close: what was followed over all segments. */
void ley_measures_finish(ley_measures *measures);

#endif
