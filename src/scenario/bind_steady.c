#include "core/memory.h"
#include "core/status.h"
#include "scenario/binder.h"

#include <math.h>

static ley_status refuse_course(ley_binder *b, ley_observable observable, const ley_origin *from) {
    if (observable != LEY_HEAT && observable != LEY_POWER) return LEY_OK;
    return ley_node_fail(b->err, from->node, from->where, "%s belongs to an evolution; a steady state has none",
                         ley_observable_name(observable));
}

static ley_status check_steady_requests(ley_binder *b) {
    const ley_scenario *s = b->s;
    for (ley_index i = 0; i < s->n_observables; i++) {
        ley_status status = refuse_course(b, s->observables[i], &s->observable_from[i]);
        if (status != LEY_OK) return status;
    }
    for (ley_index i = 0; i < s->n_measures; i++) {
        const ley_measure_request *request = &s->measures[i];
        if (request->measure == LEY_MEASURE_GAP) continue;
        if (ley_measure_is_of_map(request->measure))
            return ley_node_fail(b->err, s->measure_from[i].node, s->measure_from[i].where,
                                 "%s belongs to an evolution, not to a steady state",
                                 ley_measure_word(request->measure));
        if (request->measure != LEY_MEASURE_FINAL)
            return ley_node_fail(b->err, s->measure_from[i].node, s->measure_from[i].where,
                                 "%s looks for something along an evolution; of a steady state there is "
                                 "\"final(%s)\"",
                                 ley_measure_word(request->measure), ley_scenario_label(s, request->observable));
        ley_status status = refuse_course(b, request->observable, &s->measure_from[i]);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

/* Requests that a steady state does not answer, and noise that leaves several without a start to choose. */
static ley_status refuse_ambiguity(ley_binder *b, const ley_task *task) {
    const ley_model *model = &task->model;
    ley_status status = check_steady_requests(b);
    if (status != LEY_OK) return status;
    ley_index states = ley_model_stationary_states(model, task->has_cavity);
    const char *where = ley_key_name(LEY_KEY_BATTERY_STATE);
    const ley_node *battery = ley_node_child(b->s->tree.root, "battery");
    if (states == LEY_STATIONARY_ALL)
        return ley_node_fail_key(b->err, battery, "noise",
                                 "there is no noise: the state goes on for ever and nothing becomes steady; give "
                                 "a rate under noise");
    if (states == LEY_STATIONARY_UNKNOWN && ley_model_is_symmetric(model) && ley_model_conserves_spin(model) &&
        model->cells > 1 && !b->value[LEY_KEY_BATTERY_STATE])
        return ley_node_fail_key(b->err, battery, where,
                                 "without local noise each spin j has stationary states of its own; give "
                                 "battery.state, the start whose steady state is wanted");
    if (states > 1 && !b->value[LEY_KEY_BATTERY_STATE])
        return ley_node_fail_key(b->err, battery, where,
                                 "this noise leaves %lld stationary states; give battery.state, the start whose "
                                 "steady state is wanted",
                                 (long long)states);
    return LEY_OK;
}

/* A steady state belongs to a constant generator with noise, and to a start where the noise leaves several. */
ley_status ley_bind_steady(ley_binder *b, ley_task *task) {
    const ley_model *model = &task->model;
    ley_signal_row rows[LEY_SIGNAL_ROWS];
    ley_signal_rows(model, rows);
    for (int i = 0; i < LEY_SIGNAL_ROWS; i++)
        if (!ley_signal_is_constant(rows[i].signal))
            return ley_node_fail(b->err, b->value[rows[i].key], ley_key_name(rows[i].key),
                                 "%s depends on time; a steady state needs constant numbers (leyden run follows "
                                 "the evolution)",
                                 ley_key_name(rows[i].key));
    task->start_given = b->value[LEY_KEY_BATTERY_STATE] != NULL;
    ley_status status = b->s->purpose == LEY_SPECTRUM ? LEY_OK : refuse_ambiguity(b, task);
    if (status != LEY_OK) return status;
    /* How the cavity starts does not matter; a cut-off need not hold it. */
    task->model.cavity_state = (ley_cavity_state){.kind = LEY_CAVITY_FOCK};
    if (b->effort != LEY_EFFORT_TASK) return LEY_OK;
    ley_release(task->times);
    task->times = ley_allocate(1, sizeof *task->times);
    if (!task->times) return ley_bind_out_of_memory(b->err);
    task->times[0] = INFINITY;
    task->n_times = 1;
    return LEY_OK;
}
