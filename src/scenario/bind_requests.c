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
    case LEY_BATTERY_SWAPPED:
        return state->q > 0;
    case LEY_BATTERY_ROTATED: {
        bool turned = false;
        for (int32_t i = 0; i < cells; i++) turned |= fabs(sin(0.5 * state->angle[i])) > 1e-15;
        return turned || state->q > 0;
    }
    default:
        return true;
    }
}

static ley_status refuse_endless_power(ley_binder *b, const ley_task *task) {
    if (!starts_with_energy(&task->model.battery_state, task->model.cells)) return LEY_OK;
    for (ley_index i = 0; i < task->n_measures; i++) {
        const ley_measure_request *request = &task->measures[i];
        ley_observable searched = request->measure == LEY_MEASURE_AT_MAX ? request->by : request->observable;
        if (request->measure == LEY_MEASURE_FINAL ||
            !ley_observable_is_made_of(&task->derived, searched, LEY_POWER))
            continue;
        const ley_origin *from = &b->s->measure_from[i];
        return ley_node_fail(
            b->err, from->node, from->where,
            "power = energy / t has no %s when the battery holds energy at t = 0; start from ground",
            ley_measure_word(request->measure));
    }
    return LEY_OK;
}

/* The relaxation rate belongs to a constant generator, and is found where its steady state is. */
static ley_status refuse_gap(ley_binder *b) {
    const ley_scenario *s = b->s;
    for (ley_index i = 0; i < s->n_measures && s->purpose == LEY_EVOLUTION; i++)
        if (s->measures[i].measure == LEY_MEASURE_GAP)
            return ley_node_fail(b->err, s->measure_from[i].node, s->measure_from[i].where,
                                 "gap is a measure of leyden steady; an evolution does not find it");
    return LEY_OK;
}

/* The map of all states is for small batteries, and of an evolution. */
static ley_status refuse_map(ley_binder *b, const ley_task *task) {
    enum { CELLS = 4 };
    const ley_scenario *s = b->s;
    for (ley_index i = 0; i < s->n_measures; i++) {
        if (!ley_measure_is_of_map(s->measures[i].measure)) continue;
        const char *word = ley_measure_word(s->measures[i].measure);
        if (s->purpose == LEY_STEADY_STATE)
            return ley_node_fail(b->err, s->measure_from[i].node, s->measure_from[i].where,
                                 "%s belongs to an evolution, not to a steady state", word);
        if (task->model.cells > CELLS)
            return ley_node_fail(b->err, s->measure_from[i].node, s->measure_from[i].where,
                                 "%s follows every state of the battery, and is offered up to N = %d", word,
                                 (int)CELLS);
    }
    return LEY_OK;
}

/* Bounds from the channels of the battery hold where nothing else acts. */
static ley_status refuse_bounds(ley_binder *b, const ley_task *task) {
    static const ley_observable bounds[] = {LEY_BATTERY_COHERENCE_DECAY_BOUND, LEY_BATTERY_SECTOR_DECAY_BOUNDS};
    const ley_scenario *s = b->s;
    const ley_model *m = &task->model;
    const char *why = task->has_cavity                         ? "there is a cavity"
                      : !ley_signal_is_zero(&m->drive_battery) ? "there is drive.battery"
                      : !ley_model_is_symmetric(m)             ? "the cells are not all alike"
                                                               : NULL;
    for (ley_index i = 0; i < s->n_observables + s->n_measures && why; i++) {
        const ley_index k = i - s->n_observables;
        const ley_observable what = k < 0 ? s->observables[i] : s->measures[k].observable;
        const ley_origin *from = k < 0 ? &s->observable_from[i] : &s->measure_from[k];
        if (what == bounds[0] || what == bounds[1])
            return ley_node_fail(b->err, from->node, from->where,
                                 "%s is of a battery of equal cells without cavity and drive, and %s",
                                 ley_observable_name((ley_index)what), why);
    }
    return LEY_OK;
}

static ley_status bind_derived(ley_binder *b, ley_task *task) {
    const ley_scenario *s = b->s;
    ley_status status = ley_derived_create(&task->derived, s->n_derived, b->err);
    if (status == LEY_OK) status = ley_derived_create(&task->derived_measures, s->n_derived_measures, b->err);
    for (ley_index i = 0; i < s->n_derivations && status == LEY_OK; i++) {
        const ley_derivation *one = &s->derivations[i];
        ley_derived_quantity *out = one->is_measure ? &task->derived_measures.list[one->id]
                                                    : &task->derived.list[one->id - LEY_OBSERVABLE_COUNT];
        out->name = ley_duplicate(one->node->key);
        out->parts = ley_allocate(LEY_OBSERVABLE_IDS, sizeof *out->parts);
        if (!out->name || !out->parts) return ley_bind_out_of_memory(b->err);
        for (int part = 0; part < LEY_OBSERVABLE_IDS && !one->is_measure; part++)
            if (one->part[part]) out->parts[out->n_parts++] = (ley_observable)part;
        out->is_given = one->is_closed;
        out->has_unit = one->is_closed || one->is_difference;
        out->like = one->like;
        if (!one->is_closed && (!one->is_measure || one->used))
            status = ley_derive_compile(s, one, &out->formula, b->names, b->n_names, b->err);
    }
    return status;
}

static bool copy(void **to, const void *from, ley_index n, size_t size) {
    *to = ley_allocate((size_t)n, size);
    if (*to && n) memcpy(*to, from, (size_t)n * size);
    return *to;
}

ley_status ley_bind_requests(ley_binder *b, ley_task *task) {
    const ley_scenario *s = b->s;
    ley_status refused = refuse_gap(b);
    if (refused == LEY_OK) refused = refuse_map(b, task);
    if (refused == LEY_OK) refused = refuse_bounds(b, task);
    if (refused != LEY_OK) return refused;
    task->n_observables = s->n_observables;
    task->n_shown = s->n_shown;
    task->n_measures = s->n_measures;
    task->n_reported = s->n_reported;
    if (!copy((void **)&task->observables, s->observables, s->n_observables, sizeof *task->observables) ||
        !copy((void **)&task->measures, s->measures, s->n_measures, sizeof *task->measures) ||
        !copy((void **)&task->reported, s->reported, s->n_reported, sizeof *task->reported))
        return ley_bind_out_of_memory(b->err);
    for (ley_index i = 0; i < task->n_reported; i++)
        if (task->reported[i] < 0) task->reported[i] = (int)s->n_measures - 1 - task->reported[i];
    ley_status status = bind_derived(b, task);
    if (status == LEY_OK) status = ley_bind_closed_form(b, task);
    if (status == LEY_OK) status = ley_bind_second(b, task);
    if (status == LEY_OK) status = ley_check_unlike(b, task);
    return status == LEY_OK ? refuse_endless_power(b, task) : status;
}
