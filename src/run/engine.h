/* run: one run of one task, from model to record: picks cut-off, representation and propagator, propagates,
 * observes, refines maxima, certifies. Prints nothing, writes no file. Callers: study, leyden.h. */
#ifndef LEYDEN_RUN_ENGINE_H
#define LEYDEN_RUN_ENGINE_H

#include "result/record.h"
#include "scenario/task.h"

typedef struct ley_engine_hooks {              /* all may be NULL */
    int (*watch)(void *user, double fraction); /* of this run, 0 .. 1; nonzero stops */
    void (*rows)(void *user, const ley_record *record, ley_index first,
                 ley_index end); /* new rows of the final pass */
    void *user;
} ley_engine_hooks;

/* Fills a record created for the task. On LEY_ERR_STOPPED and LEY_ERR_NUMERIC the rows reached stay. */
ley_status ley_engine_run(ley_record *record, const ley_task *task, const ley_engine_hooks *hooks, ley_error *err);

typedef struct ley_forecast { /* what a run will take, before anything is allocated */
    int32_t levels;           /* first cut-off tried */
    bool levels_exact;        /* that cut-off loses nothing */
    double numbers;           /* stored real numbers, of all parts */
    int32_t parts;            /* that evolve independently */
    double bytes;             /* peak memory of the run */
    bool bytes_at_most;       /* a window may leave most of them alone */
    double applies;           /* expected applications of the generator */
    double seconds;           /* rough */
    ley_representation representation;
    ley_method method;
    const char *steady[2]; /* of a steady state: representation and method in words, in place of those; else NULL */
} ley_forecast;
ley_status ley_engine_forecast(ley_forecast *forecast, const ley_task *task, ley_error *err);

#endif
