/* Cells that are not all alike: lists with a number for each cell, positions, starts that tell cells from one
 * another. docs/theory/general.md */
#include "core/status.h"
#include "expression/nearest.h"
#include "scenario/binder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static ley_status refuse_many(ley_binder *b, const ley_node *node, const char *where, int32_t cells) {
    return ley_node_fail_key(b->err, node, where,
                             "%d cells that are not all alike; at most %d are evolved in the space of 2^N states",
                             (int)cells, LEY_GENERAL_CELLS);
}

static ley_status check_count(ley_binder *b, const ley_node *node, const char *where, const char *what,
                              int32_t cells) {
    if (node->kind != LEY_NODE_LIST)
        return ley_node_fail(b->err, node, where, "%s, where a list of %d %s is expected, one for each cell",
                             ley_node_kind_words(node), (int)cells, what);
    if (node->n != cells)
        return ley_node_fail(b->err, node, where, "%d %s for %d cells; give one for each cell", (int)node->n, what,
                             (int)cells);
    return cells > LEY_GENERAL_CELLS ? refuse_many(b, node, where, cells) : LEY_OK;
}

static ley_status read_list(ley_binder *b, double *x, const ley_node *node, const char *where, const char *what,
                            int32_t cells) {
    ley_status status = check_count(b, node, where, what, cells);
    if (status != LEY_OK) return status;
    for (const ley_node *item = node->first; item && status == LEY_OK; item = item->next)
        status = ley_read_number(b, x++, item, where);
    return status;
}

/* ---- Frequencies and weights ------------------------------------------------------------------------------------
 */

bool ley_bind_has_frequencies(const ley_binder *b) {
    return b->value[LEY_KEY_BATTERY_FREQUENCIES] != NULL;
}

ley_status ley_bind_frequencies(ley_binder *b, ley_model *model) {
    const ley_node *node = b->value[LEY_KEY_BATTERY_FREQUENCIES];
    const char *where = ley_key_name(LEY_KEY_BATTERY_FREQUENCIES);
    if (b->value[LEY_KEY_BATTERY_FREQUENCY])
        return ley_node_fail_key(b->err, node, where,
                                 "battery.frequency and battery.frequencies say the same thing; give one of them");
    ley_status status = read_list(b, model->unlike.offset, node, where, "frequencies", model->cells);
    if (status != LEY_OK) return status;
    double mean = 0;
    const ley_node *item = node->first;
    for (int32_t i = 0; i < model->cells; i++, item = item->next) {
        mean += model->unlike.offset[i] / model->cells;
        if (model->unlike.offset[i] < 0 && !b->value[LEY_KEY_BATTERY_ENERGY_FREQUENCY])
            return ley_node_fail(b->err, item, where,
                                 "frequency %g is negative; in a rotating frame, give battery.energy_frequency as "
                                 "well",
                                 model->unlike.offset[i]);
    }
    for (int32_t i = 0; i < model->cells; i++) model->unlike.offset[i] -= mean;
    model->battery_frequency = ley_signal_constant(mean);
    model->unlike.frequency = true;
    return LEY_OK;
}

static ley_status bind_weights(ley_binder *b, bool *given, double *weight, ley_key key, int32_t cells) {
    const ley_node *node = b->value[key];
    if (!node) return LEY_OK;
    *given = true;
    return read_list(b, weight, node, ley_key_name(key), "weights", cells);
}

static ley_status check_rates(ley_binder *b, const ley_model *model) {
    const ley_node *node = b->value[LEY_KEY_NOISE_LOCAL_WEIGHTS], *item = node ? node->first : NULL;
    for (int32_t i = 0; item; i++, item = item->next)
        if (model->unlike.local_weight[i] < 0)
            return ley_node_fail(b->err, item, ley_key_name(LEY_KEY_NOISE_LOCAL_WEIGHTS),
                                 "weight %g of a rate is negative; it is 0 or larger",
                                 model->unlike.local_weight[i]);
    return LEY_OK;
}

/* ---- Positions --------------------------------------------------------------------------------------------------
 */

static ley_status read_vector(ley_binder *b, double x[3], const ley_node *node, const char *where,
                              const char *words) {
    if (node->kind != LEY_NODE_LIST || node->n != 3)
        return ley_node_fail(b->err, node, where, "three numbers are expected: %s", words);
    ley_status status = LEY_OK;
    int i = 0;
    for (const ley_node *item = node->first; item && status == LEY_OK; item = item->next)
        status = ley_read_number(b, &x[i++], item, where);
    return status;
}

/* *isotropic, or a unit vector. */
static ley_status bind_direction(ley_binder *b, bool *isotropic, double direction[3]) {
    const ley_node *node = b->value[LEY_KEY_BATTERY_DIPOLE_DIRECTION];
    const char *where = ley_key_name(LEY_KEY_BATTERY_DIPOLE_DIRECTION);
    if (!node)
        return ley_node_fail_key(b->err, b->value[LEY_KEY_BATTERY_POSITIONS],
                                 ley_key_name(LEY_KEY_BATTERY_POSITIONS),
                                 "positions need battery.dipole: {direction: [x, y, z]}, or direction: isotropic");
    *isotropic = node->kind == LEY_NODE_TEXT && strcmp(node->text, "isotropic") == 0;
    if (*isotropic) return LEY_OK;
    if (node->kind == LEY_NODE_TEXT) {
        ley_nearest nearest = {.word = node->text};
        char hint[64];
        ley_nearest_offer(&nearest, "isotropic");
        return ley_node_fail(b->err, node, where, "unknown direction \"%.60s\"%s; it is [x, y, z] or isotropic",
                             node->text, ley_nearest_hint(&nearest, hint, sizeof hint));
    }
    ley_status status = read_vector(b, direction, node, where, "direction: [x, y, z]");
    if (status != LEY_OK) return status;
    const double length =
        sqrt(direction[0] * direction[0] + direction[1] * direction[1] + direction[2] * direction[2]);
    if (!(length > 0) || !isfinite(length))
        return ley_node_fail(b->err, node, where, "a direction is not [0, 0, 0]");
    for (int k = 0; k < 3; k++) direction[k] /= length;
    return LEY_OK;
}

static ley_status bind_shifts(ley_binder *b, bool *shifts) {
    static const char *const truths[] = {"true", "false", NULL};
    const ley_node *node = b->value[LEY_KEY_BATTERY_DIPOLE_SHIFTS];
    int which = 0;
    ley_status status = LEY_OK;
    if (node)
        status = ley_read_one_of(b, &which, node, ley_key_name(LEY_KEY_BATTERY_DIPOLE_SHIFTS), "value", truths,
                                 "true, false");
    *shifts = which == 0;
    return status;
}

static ley_status fill_pair(ley_binder *b, ley_unlike *u, int32_t cells, int32_t i, int32_t k, const double *at,
                            const double *direction, bool shifts, const ley_node *item) {
    double square = 0, along = 0;
    for (int c = 0; c < 3; c++) {
        const double by = at[3 * i + c] - at[3 * k + c];
        square += by * by;
        if (direction) along += by * direction[c];
    }
    const char *where = ley_key_name(LEY_KEY_BATTERY_POSITIONS);
    if (!(square > 0))
        return ley_node_fail(b->err, item, where, "cells %d and %d are at the same position", (int)k + 1,
                             (int)i + 1);
    const double x = 2 * acos(-1.0) * sqrt(square), cosine_squared = direction ? along * along / square : 1.0 / 3;
    const double f = ley_dipole_kernel(x, cosine_squared), g = shifts ? ley_dipole_shift(x, cosine_squared) : 0;
    if (!isfinite(f) || !isfinite(g))
        return ley_node_fail(b->err, item, where, "cells %d and %d are %g wave-lengths apart: the numbers overflow",
                             (int)k + 1, (int)i + 1, sqrt(square));
    u->kernel[i * cells + k] = u->kernel[k * cells + i] = f;
    u->shift[i * cells + k] = u->shift[k * cells + i] = g;
    return LEY_OK;
}

static ley_status bind_positions(ley_binder *b, ley_model *model) {
    const ley_node *node = b->value[LEY_KEY_BATTERY_POSITIONS];
    const char *where = ley_key_name(LEY_KEY_BATTERY_POSITIONS);
    const int32_t cells = model->cells;
    const ley_key dipole[] = {LEY_KEY_BATTERY_DIPOLE_DIRECTION, LEY_KEY_BATTERY_DIPOLE_SHIFTS};
    for (int i = 0; i < 2 && !node; i++)
        if (b->value[dipole[i]])
            return ley_node_fail_key(b->err, b->value[dipole[i]], ley_key_name(dipole[i]),
                                     "a dipole without battery.positions does nothing");
    if (!node) return LEY_OK;
    double at[3 * LEY_GENERAL_CELLS] = {0}, direction[3] = {0};
    bool isotropic = false, shifts = true;
    ley_status status = check_count(b, node, where, "positions", cells);
    if (status == LEY_OK) status = bind_direction(b, &isotropic, direction);
    if (status == LEY_OK) status = bind_shifts(b, &shifts);
    if (status != LEY_OK) return status;
    if (!b->value[LEY_KEY_NOISE_COLLECTIVE_EMISSION] && !b->value[LEY_KEY_NOISE_COLLECTIVE_ABSORPTION] &&
        !b->value[LEY_KEY_NOISE_COLLECTIVE_RATE] && !b->value[LEY_KEY_COLLECTIVE_BATH_DENSITY])
        return ley_node_fail_key(
            b->err, node, where,
            "positions shape collective emission and absorption; noise.collective has neither");
    int32_t i = 0;
    for (const ley_node *item = node->first; item; item = item->next, i++) {
        status = read_vector(b, &at[3 * i], item, where, "[x, y, z] of a cell, in wave-lengths");
        model->unlike.kernel[i * cells + i] = 1;
        for (int32_t k = 0; k < i && status == LEY_OK; k++)
            status = fill_pair(b, &model->unlike, cells, i, k, at, isotropic ? NULL : direction, shifts, item);
        if (status != LEY_OK) return status;
    }
    model->unlike.placed = true;
    return LEY_OK;
}

ley_status ley_bind_unlike(ley_binder *b, ley_model *model) {
    ley_unlike *u = &model->unlike;
    const int32_t n = model->cells;
    ley_status status = bind_weights(b, &u->coupling, u->coupling_weight, LEY_KEY_COUPLING_WEIGHTS, n);
    if (status == LEY_OK) status = bind_weights(b, &u->drive, u->drive_weight, LEY_KEY_DRIVE_WEIGHTS, n);
    if (status == LEY_OK)
        status = bind_weights(b, &u->collective, u->collective_weight, LEY_KEY_NOISE_COLLECTIVE_WEIGHTS, n);
    if (status == LEY_OK) status = bind_weights(b, &u->local, u->local_weight, LEY_KEY_NOISE_LOCAL_WEIGHTS, n);
    if (status == LEY_OK) status = check_rates(b, model);
    if (status == LEY_OK) status = bind_positions(b, model);
    if (status != LEY_OK) return status;
    return LEY_OK;
}

/* ---- Starts -----------------------------------------------------------------------------------------------------
 */

static ley_status read_q(ley_binder *b, double *q, const ley_node *node, const char *where) {
    ley_status status = ley_read_number(b, q, node, where);
    if (status == LEY_OK && *q < 0)
        return ley_node_fail(b->err, node, where, "q = %g is negative; q = exp(-beta w0) is 0 or larger", *q);
    return status;
}

static ley_status read_seed(ley_binder *b, uint64_t *seed, const ley_node *node, const char *where) {
    double x;
    ley_status status = ley_read_number(b, &x, node, where);
    if (status != LEY_OK) return status;
    if (!(x >= 0 && x <= 0x1p53) || x != floor(x))
        return ley_node_fail(b->err, node, where, "seed %g is not an integer from 0 to 2^53", x);
    *seed = (uint64_t)x;
    return LEY_OK;
}

static ley_status read_swap(ley_binder *b, ley_battery_state *state, const ley_node *node, const char *where,
                            int32_t cells) {
    if (node->kind != LEY_NODE_LIST || node->n != 2)
        return ley_node_fail(b->err, node, where, "two states are expected: swap: [[j, m], [j', m']]");
    ley_status status = ley_read_spin(b, &state->two_j, &state->two_m, node->first, where, "[j, m]", cells);
    if (status == LEY_OK)
        status =
            ley_read_spin(b, &state->other_two_j, &state->other_two_m, node->first->next, where, "[j', m']", cells);
    if (status == LEY_OK && state->two_j == state->other_two_j && state->two_m == state->other_two_m)
        return ley_node_fail(b->err, node, where, "a state is exchanged with itself");
    return status;
}

/* The one child that is not q. */
static const ley_node *beside(const ley_node *node, const ley_node *q) {
    return node->first == q ? q->next : node->first;
}

ley_status ley_bind_unlike_state(ley_binder *b, bool *done, ley_battery_state *state, const ley_node *node,
                                 const char *where, int32_t cells) {
    *done = false;
    if (node->kind != LEY_NODE_MAP) return LEY_OK;
    const ley_node *drawn = ley_node_child(node, "random_unitary_of_gibbs"), *gibbs = ley_node_child(node, "gibbs");
    if (!drawn && !(gibbs && node->n > 1)) return LEY_OK;
    for (const ley_node *item = node->first; item && !drawn; item = item->next)
        if (strcmp(item->key, "dicke") == 0 || strcmp(item->key, "spin_coherent") == 0)
            return LEY_OK; /* two states */
    *done = true;
    const ley_node *other = beside(node, drawn ? drawn : gibbs);
    char inside[64];
    if (node->n == 1)
        return ley_node_fail_key(b->err, drawn, where,
                                 "a random unitary needs its seed: {random_unitary_of_gibbs: q, seed: s}");
    if (node->n > 2 || (drawn && strcmp(other->key, "seed") != 0) ||
        (!drawn && strcmp(other->key, "rotate_y") != 0 && strcmp(other->key, "swap") != 0))
        return ley_node_fail_key(
            b->err, node->n > 2 ? node->first->next->next : other, where, "%s",
            drawn ? "a random start is {random_unitary_of_gibbs: q, seed: s}"
                  : "beside gibbs stands one of rotate_y: [theta, ...], swap: [[j, m], [j', m']]");
    if (cells > LEY_GENERAL_CELLS) return refuse_many(b, other, where, cells);
    snprintf(inside, sizeof inside, "%s.%s", where, drawn ? drawn->key : gibbs->key);
    ley_status status = read_q(b, &state->q, drawn ? drawn : gibbs, inside);
    if (status != LEY_OK) return status;
    snprintf(inside, sizeof inside, "%s.%s", where, other->key);
    if (drawn) {
        state->kind = LEY_BATTERY_RANDOM;
        return read_seed(b, &state->seed, other, inside);
    }
    if (strcmp(other->key, "swap") == 0) {
        state->kind = LEY_BATTERY_SWAPPED;
        return read_swap(b, state, other, inside, cells);
    }
    state->kind = LEY_BATTERY_ROTATED;
    return read_list(b, state->angle, other, inside, "angles", cells);
}

/* ---- What is asked for
 * ------------------------------------------------------------------------------------------- */

static const char *refused(ley_observable what, const ley_model *model) {
    switch (what) {
    case LEY_BATTERY_COHERENCE_L1:
    case LEY_BATTERY_COHERENCE_RELATIVE:
        return "depends on how the copies of a spin are chosen unless the cells are all alike";
    case LEY_BATTERY_ERGOTROPY_DICKE:
    case LEY_BATTERY_ERGOTROPY_HYBRID:
    case LEY_BATTERY_ENTROPY_DICKE:
        return "counts states of identical cells; these cells are not all alike";
    case LEY_BATTERY_BRIGHT_LEAKAGE:
    case LEY_BATTERY_BRIGHT_OUTFLOW:
    case LEY_BATTERY_SPIN_CURRENTS:
        return ley_unlike_any(&model->unlike) ? "needs cells with the same frequency, coupling and rates" : NULL;
    case LEY_BATTERY_ERGOTROPY_COLLECTIVE:
        return model->unlike.frequency && !model->battery_energy_given
                   ? "needs one frequency for all cells: |j, m> are not levels of these cells"
                   : NULL;
    default:
        return NULL;
    }
}

static ley_status check_one(ley_binder *b, const ley_model *model, ley_observable what, const ley_origin *from) {
    const char *why = refused(what, model);
    return why ? ley_node_fail(b->err, from->node, from->where, "%s %s", ley_observable_name((ley_index)what), why)
               : LEY_OK;
}

ley_status ley_check_unlike(ley_binder *b, const ley_task *task) {
    const ley_model *model = &task->model;
    if (ley_model_is_symmetric(model)) return LEY_OK;
    ley_status status = LEY_OK;
    const ley_scenario *asked = b->s;
    for (ley_index i = 0; i < asked->n_observables && status == LEY_OK; i++)
        status = check_one(b, model, asked->observables[i], &asked->observable_from[i]);
    for (ley_index i = 0; i < asked->n_measures && status == LEY_OK; i++) {
        status = check_one(b, model, asked->measures[i].observable, &asked->measure_from[i]);
        if (status == LEY_OK) status = check_one(b, model, asked->measures[i].by, &asked->measure_from[i]);
    }
    return status;
}
