#include "core/memory.h"
#include "core/status.h"
#include "scenario/binder.h"

#include <math.h>

enum { TIMES_MAX = 10000000 };

/* Room for n output times, if the task is wanted. */
static ley_status allocate_times(ley_binder *b, ley_task *task, ley_index n) {
    if (b->effort != LEY_EFFORT_TASK) return LEY_OK;
    task->times = ley_allocate((size_t)n, sizeof *task->times);
    if (!task->times) return ley_bind_out_of_memory(b->err);
    task->n_times = n;
    return LEY_OK;
}

static ley_status bind_time_values(ley_binder *b, ley_task *task, const ley_node *node, double *end) {
    static const char where[] = "time.values";
    if (node->kind != LEY_NODE_LIST || node->n == 0)
        return ley_node_fail(b->err, node, where, "a list of times is expected: [0, 1, 2]");
    ley_status status = allocate_times(b, task, node->n);
    if (status != LEY_OK) return status;
    double before = -1, now = 0;
    ley_index i = 0;
    for (const ley_node *item = node->first; item; item = item->next, before = now) {
        status = ley_read_number(b, &now, item, where);
        if (status != LEY_OK) return status;
        if (now < 0) return ley_node_fail(b->err, item, where, "time %g is negative; a run begins at 0", now);
        if (!(now > before))
            return ley_node_fail(b->err, item, where, "time %g does not come after %g; times ascend", now, before);
        if (task->times) task->times[i++] = now;
    }
    *end = now;
    if (!(*end > 0)) return ley_node_fail(b->err, node, where, "the last time is larger than 0");
    return LEY_OK;
}

ley_status ley_bind_time(ley_binder *b, ley_task *task, double *end) {
    const ley_node *until = b->value[LEY_KEY_TIME_UNTIL], *points = b->value[LEY_KEY_TIME_POINTS];
    const ley_node *values = b->value[LEY_KEY_TIME_VALUES];
    if (values && (until || points))
        return ley_node_fail_key(b->err, values, "time.values", "time has either until and points, or values");
    if (values) return bind_time_values(b, task, values, end);
    if (!until && !points && b->s->purpose != LEY_EVOLUTION) return LEY_OK; /* nobody looks at the clock */
    if (!until) return ley_bind_missing(b, LEY_KEY_TIME_UNTIL);
    ley_status status = ley_read_number(b, end, until, "time.until");
    if (status != LEY_OK) return status;
    if (!(*end > 0)) return ley_node_fail(b->err, until, "time.until", "until %g is not larger than 0", *end);
    int32_t n = 401;
    if (points) status = ley_read_integer(b, &n, points, "time.points", "points", 2, TIMES_MAX);
    if (status != LEY_OK) return status;
    status = allocate_times(b, task, n);
    for (int32_t i = 0; i < task->n_times; i++) task->times[i] = i == n - 1 ? *end : *end * i / (n - 1);
    return status;
}
