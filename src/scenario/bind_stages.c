/* stages: spans of time, each with values of its own for frequencies, coupling, noise and drives. Every stage is
 * bound as if its values stood in the scenario itself; the signals of the model then have one piece for each. */
#include "core/memory.h"
#include "core/status.h"
#include "expression/nearest.h"
#include "model/curve.h"
#include "scenario/binder.h"
#include "scenario/stages.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The signals of the generator; the two behind them only measure, and are the same in all stages. */
enum { SIGNALS = LEY_MODEL_SIGNALS - 2, SAMPLES = 256 };

/* What a stage may set: how the battery evolves, not how it starts or what is counted. */
static bool may_change(ley_key key) {
    switch (key) {
    case LEY_KEY_BATTERY_FREQUENCY:
    case LEY_KEY_CAVITY_FREQUENCY:
    case LEY_KEY_COUPLING_STRENGTH:
    case LEY_KEY_COUPLING_SWITCH:
    case LEY_KEY_DRIVE_CAVITY:
    case LEY_KEY_DRIVE_BATTERY:
        return true;
    case LEY_KEY_NOISE_COLLECTIVE_WEIGHTS:
    case LEY_KEY_NOISE_LOCAL_WEIGHTS:
        return false;
    default:
        return strncmp(ley_key_name(key), "noise.", 6) == 0 && !strstr(ley_key_name(key), ".bath.");
    }
}

static bool below(const char *name, const char *group) {
    const size_t length = strlen(group);
    return strncmp(name, group, length) == 0 && name[length] == '.';
}

static bool is_group_here(const char *name) {
    for (int i = 0; i < LEY_KEY_COUNT; i++)
        if (may_change((ley_key)i) && below(ley_key_name((ley_key)i), name)) return true;
    return false;
}

static ley_status refuse_key(ley_binder *b, const ley_node *node, const char *name) {
    char hint[128];
    const int key = ley_key_find(name);
    if (key >= 0)
        return ley_node_fail_key(b->err, node, "stages",
                                 "%s is the same in all stages; a stage sets frequencies, coupling.strength, "
                                 "coupling.switch, noise and drive",
                                 name);
    ley_nearest nearest = {.word = name};
    ley_nearest_offer(&nearest, "name");
    ley_nearest_offer(&nearest, "until");
    for (int i = 0; i < LEY_KEY_COUNT; i++)
        if (may_change((ley_key)i)) ley_nearest_offer(&nearest, ley_key_name((ley_key)i));
    return ley_node_fail_key(b->err, node, "stages",
                             "unknown key %.60s%s; a stage has name, until, and keys of the scenario that it sets",
                             name, ley_nearest_hint(&nearest, hint, sizeof hint));
}

/* Puts the keys of a stage, nested or dotted, in the place of those of the scenario. */
static ley_status override(ley_binder *b, const ley_node *map, const char *prefix, int depth) {
    char name[128];
    for (const ley_node *child = map->first; child; child = child->next) {
        if (!prefix[0] && (strcmp(child->key, "name") == 0 || strcmp(child->key, "until") == 0)) continue;
        snprintf(name, sizeof name, "%.60s%s%.60s", prefix, prefix[0] ? "." : "", child->key);
        const int key = ley_key_find(name);
        if (key >= 0 && may_change((ley_key)key)) {
            b->value[key] = child;
            continue;
        }
        if (key >= 0 || !is_group_here(name) || depth > 4) return refuse_key(b, child, name);
        if (child->kind != LEY_NODE_MAP)
            return ley_node_fail(b->err, child, "stages", "%s, where a mapping of keys is expected",
                                 ley_node_kind_words(child));
        ley_status status = override(b, child, name, depth + 1);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

/* The end of stage i; the last one reaches to the end of the run. */
static ley_status bind_until(ley_binder *b, double *until, const ley_node *stage, double begin, double end,
                             bool last) {
    const ley_node *node = ley_node_child(stage, "until");
    *until = end;
    if (!node && last) return LEY_OK;
    if (!node)
        return ley_node_fail(b->err, stage, "stages",
                             "this stage has no until, the time at which it ends; only the last one may leave it "
                             "out");
    ley_status status = ley_read_number(b, until, node, "stages");
    if (status != LEY_OK) return status;
    if (!(*until > begin))
        return ley_node_fail(b->err, node, "stages", "until %g does not come after %g, where this stage begins",
                             *until, begin);
    if (last && *until < end)
        return ley_node_fail(b->err, node, "stages",
                             "the stages end at t = %g, before the run does (%g); add one, or leave until out of "
                             "the last",
                             *until, end);
    if (!last && *until >= end)
        return ley_node_fail(b->err, node, "stages", "the next stage begins at t = %g, where the run is over (%g)",
                             *until, end);
    return LEY_OK;
}

static ley_status check_finite(ley_binder *b, const ley_signal *signal, const ley_node *stage, double begin,
                               double end) {
    if (ley_signal_is_constant(signal)) return LEY_OK;
    const int n = b->effort == LEY_EFFORT_GLANCE ? 8 : SAMPLES;
    for (int i = 0; i <= n; i++) {
        const double t = i == n ? nextafter(end, begin) : begin + (end - begin) * i / n;
        if (!isfinite(ley_signal_at(signal, t)))
            return ley_node_fail(b->err, stage, "stages",
                                 "a value of this stage is not finite at t = %g; values are finite all along it",
                                 t);
    }
    return LEY_OK;
}

/* Frequencies, coupling, noise and drive as they are in one stage. */
static ley_status bind_stage(ley_binder *b, ley_model *stage, const ley_task *task, double end) {
    const ley_model *base = &task->model;
    ley_model_init(stage);
    stage->cells = base->cells;
    if (!task->has_cavity) {
        static const ley_key keys[] = {LEY_KEY_CAVITY_FREQUENCY,  LEY_KEY_COUPLING_STRENGTH,
                                       LEY_KEY_COUPLING_SWITCH,   LEY_KEY_NOISE_CAVITY_LOSS,
                                       LEY_KEY_NOISE_CAVITY_GAIN, LEY_KEY_DRIVE_CAVITY};
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            if (b->value[keys[i]])
                return ley_node_fail_key(b->err, b->value[keys[i]], "stages",
                                         "%s needs a cavity; the scenario has none", ley_key_name(keys[i]));
    }
    const bool couples = b->value[LEY_KEY_COUPLING_STRENGTH] || b->value[LEY_KEY_COUPLING_SWITCH];
    if (couples && !b->value[LEY_KEY_COUPLING_MODEL]) return ley_bind_missing(b, LEY_KEY_COUPLING_MODEL);
    ley_status status = ley_bind_battery_frequency(b, stage);
    if (status == LEY_OK) status = ley_bind_signal(b, &stage->cavity_frequency, LEY_KEY_CAVITY_FREQUENCY, 0);
    if (status == LEY_OK) status = ley_bind_signal(b, &stage->coupling, LEY_KEY_COUPLING_STRENGTH, 0);
    if (status == LEY_OK) status = ley_bind_signal(b, &stage->coupling_switch, LEY_KEY_COUPLING_SWITCH, 1);
    if (status == LEY_OK) status = ley_bind_noise_and_drive(b, stage);
    /* the memory of a bath begins with the run */
    return status == LEY_OK ? ley_bind_spectral_baths(b, stage, end, task->numerics.tolerance) : status;
}

/* One signal in as many pieces as it needs. */
static ley_status join(ley_model *model, ley_model *stages, const double *begin, int32_t n, int which,
                       ley_error *err) {
    const ley_signal *list[LEY_MODEL_SIGNALS];
    ley_signal pieces[LEY_STAGES_MAX];
    bool same = true;
    ley_model_signals(model, list);
    ley_signal *whole = (ley_signal *)list[which];
    for (int32_t i = 0; i < n; i++) {
        const ley_signal *own[LEY_MODEL_SIGNALS];
        ley_model_signals(&stages[i], own);
        pieces[i] = *own[which];
        same = same && ley_signal_is_constant(&pieces[i]) &&
               ley_signal_at(&pieces[i], 0) == ley_signal_at(&pieces[0], 0);
    }
    ley_signal joined = pieces[0];
    if (!same) {
        ley_status status = ley_curve_pieces(&joined, begin, pieces, n, err);
        if (status != LEY_OK) return status;
        for (int32_t i = 0; i < n; i++) { /* they belong to the curve now */
            const ley_signal *own[LEY_MODEL_SIGNALS];
            ley_model_signals(&stages[i], own);
            *(ley_signal *)own[which] = ley_signal_constant(0);
        }
    } else {
        joined = ley_signal_constant(ley_signal_at(&pieces[0], 0));
    }
    ley_signal_clear(whole);
    *whole = joined;
    return LEY_OK;
}

ley_status ley_bind_stages(ley_binder *b, ley_task *task, double end) {
    const ley_node *list = b->value[LEY_KEY_STAGES];
    if (!list) return LEY_OK;
    if (b->s->purpose != LEY_EVOLUTION)
        return ley_node_fail_key(b->err, list, "stages", "a %s has no stages; leyden run follows an evolution",
                                 b->s->purpose == LEY_SPECTRUM ? "spectrum" : "steady state");
    const ley_node *values[LEY_KEY_COUNT];
    memcpy(values, b->value, sizeof values);
    double begin[LEY_STAGES_MAX + 1] = {0};
    int32_t n = 0;
    ley_status status = LEY_OK;
    ley_model *stages = ley_allocate((size_t)list->n, sizeof *stages);
    if (!stages) return ley_bind_out_of_memory(b->err);
    for (const ley_node *node = list->first; node && status == LEY_OK; node = node->next) {
        status = override(b, node, "", 0);
        if (status == LEY_OK) status = bind_until(b, &begin[n + 1], node, begin[n], end, !node->next);
        if (status == LEY_OK) status = bind_stage(b, &stages[n], task, end);
        const ley_signal *signals[LEY_MODEL_SIGNALS];
        ley_model_signals(&stages[n], signals);
        for (int i = 0; i < SIGNALS && status == LEY_OK; i++)
            status = check_finite(b, signals[i], node, begin[n], fmin(begin[n + 1], end));
        task->stage_end[n] = begin[n + 1];
        memcpy(b->value, values, sizeof values);
        n++;
    }
    for (int i = 0; i < SIGNALS && status == LEY_OK; i++) status = join(&task->model, stages, begin, n, i, b->err);
    if (status == LEY_OK) task->n_stages = n;
    for (int32_t i = 0; i < n; i++) ley_model_clear(&stages[i]);
    ley_release(stages);
    return status;
}
