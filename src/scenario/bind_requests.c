#include "core/memory.h"
#include "core/status.h"
#include "scenario/binder.h"

#include <math.h>
#include <string.h>

/* E / t grows without bound towards t = 0 when the battery holds energy at the start. */
static bool starts_with_energy(const ley_battery_state *state, int32_t cells) {
    switch (state->kind) {
    case LEY_BATTERY_GROUND:
        return false;
    case LEY_BATTERY_DICKE:
        return state->two_m > -cells;
    case LEY_BATTERY_SPIN_COHERENT:
        return fabs(cos(0.5 * state->theta)) > 1e-15;
    case LEY_BATTERY_GIBBS:
        return state->q > 0;
    default:
        return true;
    }
}

static ley_status refuse_endless_power(ley_binder *b, const ley_task *task) {
    if (!starts_with_energy(&task->model.battery_state, task->model.cells)) return LEY_OK;
    for (ley_index i = 0; i < task->n_measures; i++) {
        const ley_measure_request *request = &task->measures[i];
        ley_observable searched = request->measure == LEY_MEASURE_AT_MAX ? request->by : request->observable;
        if (searched != LEY_POWER || request->measure == LEY_MEASURE_FINAL) continue;
        const ley_node *node = b->value[LEY_KEY_MEASURE]->first;
        while (i-- > 0) node = node->next;
        return ley_node_fail(
            b->err, node, ley_key_name(LEY_KEY_MEASURE),
            "power = energy / t has no %s when the battery holds energy at t = 0; start from ground",
            ley_measure_word(request->measure));
    }
    return LEY_OK;
}

ley_status ley_bind_requests(ley_binder *b, ley_task *task) {
    const ley_scenario *s = b->s;
    task->n_observables = s->n_observables;
    task->n_measures = s->n_measures;
    task->observables = ley_allocate((size_t)s->n_observables, sizeof *task->observables);
    task->measures = ley_allocate((size_t)s->n_measures, sizeof *task->measures);
    if (!task->observables || !task->measures) return ley_bind_out_of_memory(b->err);
    if (s->n_observables)
        memcpy(task->observables, s->observables, (size_t)s->n_observables * sizeof *task->observables);
    if (s->n_measures) memcpy(task->measures, s->measures, (size_t)s->n_measures * sizeof *task->measures);
    ley_status status = ley_bind_second(b, task);
    return status == LEY_OK ? refuse_endless_power(b, task) : status;
}
