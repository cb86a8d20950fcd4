/* model: schedules of signals met before. Points of a sweep share most of their signals: what took some hundred
 * evaluations is found again by what the formulas say. Not shared by threads. Callers: run. */
#ifndef LEYDEN_MODEL_SCHEDULE_MEMORY_H
#define LEYDEN_MODEL_SCHEDULE_MEMORY_H

#include "model/signal.h"

typedef struct ley_schedule_memory ley_schedule_memory;

ley_schedule_memory *ley_schedule_memory_create(void);         /* NULL: no memory; all goes on without it */
void ley_schedule_memory_destroy(ley_schedule_memory *memory); /* accepts NULL */

/* As ley_schedule_create, from memory where it is there; memory may be NULL. */
ley_status ley_schedule_recall(ley_schedule_memory *memory, ley_schedule *schedule,
                               const ley_signal *const *signals, ley_index n_signals, double begin, double end,
                               ley_error *err);

#endif
