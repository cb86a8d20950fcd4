/* run: a pool of threads over the points of a scenario, and what the machine offers them. In: points, in the order
 * in which to begin them. Out: finished records, in the order in which they end. What a point gives does not depend
 * on how many threads there are: each is one run of the engine. Callers: study. Files are not touched here. */
#ifndef LEYDEN_RUN_WORKERS_H
#define LEYDEN_RUN_WORKERS_H

#include "result/record.h"
#include "scenario/scenario.h"

typedef struct ley_pool ley_pool;

/* More jobs than points: the rest helps inside the runs. */
static inline int32_t ley_threads_inside(int32_t jobs, ley_index points) {
    return points > 0 && jobs > points ? jobs / (int32_t)points : 1;
}

typedef struct ley_finished {
    ley_index point;
    ley_status status; /* of ley_engine_run */
    ley_error error;
    ley_record record; /* the taker clears it; empty when there was no memory for it */
} ley_finished;

/* Starts at most `threads` threads on points[0 .. n-1], each run with threads_inside of its own. The scenario
 * outlives the pool, points are copied. */
ley_status ley_pool_create(ley_pool **pool, const ley_scenario *scenario, const ley_index *points, ley_index n,
                           int32_t threads, int32_t threads_inside, ley_error *err);
/* Waits up to `seconds` for a finished point and, once there is one, up to `gather` for more. Returns how many of
 * them, at most `most`, are in finished[]. */
ley_index ley_pool_take(ley_pool *pool, ley_finished *finished, ley_index most, double seconds, double gather);
bool ley_pool_busy(ley_pool *pool); /* a point is running, waiting to run, or waiting to be taken */
/* Points not begun stay so; running ones end with LEY_ERR_STOPPED as soon as their engine looks up. */
void ley_pool_stop(ley_pool *pool);
/* Shows each running point: rows 0 .. rows-1 of the record are final and may be read during the call. */
typedef void (*ley_pool_look)(void *user, ley_index point, const ley_record *record, ley_index rows,
                              double fraction);
void ley_pool_look_at(ley_pool *pool, ley_pool_look look, void *user);
/* Stops, waits for the threads, releases what was not taken. */
void ley_pool_destroy(ley_pool *pool);

int32_t ley_machine_cores(void); /* that this process may use, at least 1 */
double ley_machine_memory(void); /* bytes that a new computation can have now; infinity when unknown */
double ley_machine_room(void);   /* nine tenths of it: the rest is left to others */

/* LEY_ERR_MEMORY unless one run of `bytes` fits into `limit` (numerics.memory; 0: none) and into that room; line
 * and column are those of battery.cells. */
ley_status ley_machine_check(double bytes, double limit, int32_t line, int32_t column, ley_error *err);

#endif
