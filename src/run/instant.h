/* run: a run at an instant, as the observables see it. In: its segments in order, a time inside the current one or
 * the one before. Out: the observer looks at the reduced state there; heat and work until the current segment.
 * Callers: sampler, measures. */
#ifndef LEYDEN_RUN_INSTANT_H
#define LEYDEN_RUN_INSTANT_H

#include "generator/generator.h"
#include "observables/observables.h"
#include "propagator/propagator.h"
#include "scenario/task.h"

typedef struct ley_instant {
    const ley_model *model;
    const ley_generator *generator;
    const ley_segment *segment; /* the current one */
    ley_observer *observer;
    double *reduced;          /* the state that was looked at last */
    double *x;                /* the joint one; NULL unless some observable needs it */
    double heat, heat_before; /* given away until the beginning of the segment, and of the previous one */
    double work;              /* done on the system until the beginning of the segment, jumps of H included */
    bool heat_flows, heat_wanted, work_flows;
    double *compact; /* NULL unless the representation has a form of its own */
    double *scratch; /* another reduced state */
} ley_instant;

/* In a zeroed instant, for the observables of the task; all is borrowed. To be cleared also after an error. */
ley_status ley_instant_create(ley_instant *instant, const ley_task *task, const ley_model *model,
                              const ley_generator *generator, ley_error *err);
void ley_instant_clear(ley_instant *instant);

/* The reduced state at a time of the segment, for instant->reduced. */
void ley_instant_reduce(ley_instant *instant, double t);
/* Points the observer at a time of the current or the previous segment. from_inside: at the end of the segment
 * signals show their value before a jump there. */
void ley_instant_look(ley_instant *instant, double t, bool from_inside);
/* The same of a state at time 0, in the generator's own form. */
void ley_instant_look_at_start(ley_instant *instant, const double *x);
/* The segment is over: its heat and its work are added, the state at its end is reduced. */
void ley_instant_leave(ley_instant *instant);

#endif
