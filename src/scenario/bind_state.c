#include "core/status.h"
#include "scenario/binder.h"

#include <stdio.h>
#include <string.h>

ley_status ley_bind_battery_state(ley_binder *b, ley_battery_state *state, ley_key key, int32_t cells) {
    static const char *const words[] = {"ground", "excited", ":dicke", ":spin_coherent", ":gibbs", ":blocks", NULL};
    const ley_node *node = b->value[key];
    const char *where = ley_key_name(key);
    char inside[64]; /* battery.state.gibbs */
    double x[2] = {0};
    int which = 0;
    bool done = false;
    if (!node) return LEY_OK;
    ley_status status = ley_bind_unlike_state(b, &done, state, node, where, cells);
    if (status != LEY_OK || done) return status;
    status = ley_bind_blocks(b, &done, state, node, where, cells);
    if (status != LEY_OK || done) return status;
    status =
        ley_read_one_of(b, &which, node, where, "battery state", words,
                        "ground, excited, {dicke: [j, m]}, {spin_coherent: [theta, phi]}, {gibbs: q}, {blocks: "
                        "[rho_j, ...]}");
    if (status != LEY_OK) return status;
    state->kind = (ley_battery_kind)which;
    snprintf(inside, sizeof inside, "%s.%s", where, words[which] + (words[which][0] == ':'));
    switch (state->kind) {
    case LEY_BATTERY_DICKE:
        return ley_read_spin(b, &state->two_j, &state->two_m, node->first, inside, "dicke: [j, m]", cells);
    case LEY_BATTERY_SPIN_COHERENT:
        status = ley_read_pair(b, x, node->first, inside, "spin_coherent: [theta, phi]");
        if (status != LEY_OK) return status;
        state->theta = x[0];
        state->phi = x[1];
        return LEY_OK;
    case LEY_BATTERY_GIBBS:
        status = ley_read_number(b, &state->q, node->first, inside);
        if (status == LEY_OK && state->q < 0)
            return ley_node_fail(b->err, node->first, inside,
                                 "q = %g is negative; q = exp(-beta w0) is 0 or larger", state->q);
        return status;
    default:
        return LEY_OK;
    }
}

ley_status ley_bind_cavity_state(ley_binder *b, ley_cavity_state *state, ley_key key, int32_t levels) {
    static const char *const words[] = {"vacuum", ":fock", ":coherent", ":thermal", NULL};
    const ley_node *node = b->value[key];
    char inside[64]; /* cavity.state.fock */
    double x[2] = {0};
    int which = 0;
    if (!node) return LEY_OK;
    ley_status status =
        ley_read_one_of(b, &which, node, ley_key_name(key), "cavity state", words,
                        "vacuum, {fock: n}, {coherent: alpha}, {coherent: [re, im]}, {thermal: nbar}");
    if (status != LEY_OK) return status;
    *state = (ley_cavity_state){0};
    if (which == 0) return LEY_OK;
    snprintf(inside, sizeof inside, "%s.%s", ley_key_name(key), words[which] + 1);
    node = node->first;
    if (which == 1) {
        state->kind = LEY_CAVITY_FOCK;
        status = ley_read_integer(b, &state->photons, node, inside, "fock", 0, LEY_LEVELS_MAX - 1);
        if (status == LEY_OK && levels > 0 && state->photons >= levels)
            return ley_node_fail(b->err, node, inside, "fock %d is above the cut-off; levels: %d keeps 0 .. %d",
                                 (int)state->photons, (int)levels, (int)levels - 1);
        return status;
    }
    if (which == 2) {
        state->kind = LEY_CAVITY_COHERENT;
        status = node->kind == LEY_NODE_TEXT
                     ? ley_read_number(b, &x[0], node, inside)
                     : ley_read_pair(b, x, node, inside, "coherent: alpha, or coherent: [re, im]");
        state->alpha = (ley_complex){x[0], x[1]};
        return status;
    }
    state->kind = LEY_CAVITY_THERMAL;
    status = ley_read_number(b, &state->nbar, node, inside);
    if (status == LEY_OK && state->nbar < 0)
        return ley_node_fail(b->err, node, inside, "nbar = %g is negative; it is 0 or larger", state->nbar);
    return status;
}

/* What asks for the run that compare starts; NULL: nothing does. */
static const ley_origin *asks_for_second(const ley_scenario *s) {
    for (ley_index i = 0; i < s->n_observables; i++)
        if (ley_observable_needs_second(s->observables[i])) return &s->observable_from[i];
    for (ley_index i = 0; i < s->n_measures; i++)
        if (ley_observable_needs_second(s->measures[i].observable) ||
            ley_observable_needs_second(s->measures[i].by))
            return &s->measure_from[i];
    return NULL;
}

/* compare: a start of its own for the battery, the cavity, or both; what is left out begins as in the first run. */
ley_status ley_bind_second(ley_binder *b, ley_task *task) {
    ley_model *model = &task->model;
    ley_second_start *second = &model->second;
    const ley_node *battery = b->value[LEY_KEY_COMPARE_BATTERY_STATE],
                   *cavity = b->value[LEY_KEY_COMPARE_CAVITY_STATE];
    const ley_origin *asks = asks_for_second(b->s);
    second->given = battery || cavity;
    if (b->s->purpose == LEY_SPECTRUM) return LEY_OK;
    if (asks && b->s->purpose == LEY_STEADY_STATE)
        return ley_node_fail(b->err, asks->node, asks->where,
                             "a steady state has no trace distance to a second run");
    if (asks && !second->given)
        return ley_node_fail(b->err, asks->node, asks->where,
                             "a trace distance needs a second start; add compare: {battery: {state: ...}}");
    if (!second->given) return LEY_OK;
    if (!asks) {
        const ley_key key = battery ? LEY_KEY_COMPARE_BATTERY_STATE : LEY_KEY_COMPARE_CAVITY_STATE;
        return ley_node_fail_key(
            b->err, b->value[key], ley_key_name(key),
            "nothing compares with a second start; observe trace_distance or leave compare out");
    }
    second->battery = model->battery_state;
    second->cavity = model->cavity_state;
    ley_status status = ley_bind_battery_state(b, &second->battery, LEY_KEY_COMPARE_BATTERY_STATE, model->cells);
    if (status != LEY_OK) return status;
    return ley_bind_cavity_state(b, &second->cavity, LEY_KEY_COMPARE_CAVITY_STATE, model->levels);
}
