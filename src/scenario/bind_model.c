#include "core/status.h"
#include "expression/nearest.h"
#include "scenario/binder.h"

#include <string.h>

static bool has_cavity(const ley_binder *b) {
    return ley_node_child(b->s->tree.root, "cavity") || b->value[LEY_KEY_CAVITY_FREQUENCY] ||
           b->value[LEY_KEY_CAVITY_ENERGY_FREQUENCY] || b->value[LEY_KEY_CAVITY_LEVELS] ||
           b->value[LEY_KEY_CAVITY_STATE];
}

static ley_status refuse_cavity_keys(ley_binder *b) {
    static const ley_key keys[] = {
        LEY_KEY_COUPLING_MODEL,    LEY_KEY_COUPLING_STRENGTH,  LEY_KEY_COUPLING_WEIGHTS,
        LEY_KEY_COUPLING_SWITCH,   LEY_KEY_COUPLING_TELEGRAPH, LEY_KEY_NOISE_CAVITY_LOSS,
        LEY_KEY_NOISE_CAVITY_GAIN, LEY_KEY_DRIVE_CAVITY,       LEY_KEY_COMPARE_CAVITY_STATE};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (b->value[keys[i]])
            return ley_node_fail_key(b->err, b->value[keys[i]], ley_key_name(keys[i]),
                                     "%s needs a cavity; add cavity: {frequency: ...} or leave it out",
                                     ley_key_name(keys[i]));
    for (ley_index i = 0; i < b->s->n_observables + b->s->n_measures; i++) {
        bool series = i < b->s->n_observables;
        ley_index k = series ? i : i - b->s->n_observables;
        ley_observable observable = series ? b->s->observables[k] : b->s->measures[k].observable;
        if (!series && !ley_observable_needs_cavity(observable)) observable = b->s->measures[k].by;
        if (!ley_observable_needs_cavity(observable)) continue;
        const ley_origin *from = series ? &b->s->observable_from[k] : &b->s->measure_from[k];
        return ley_node_fail(b->err, from->node, from->where, "%s needs a cavity; the scenario has none",
                             ley_observable_name(observable));
    }
    return LEY_OK;
}

ley_status ley_bind_cavity(ley_binder *b, ley_task *task) {
    ley_model *model = &task->model;
    task->has_cavity = has_cavity(b);
    if (!task->has_cavity) return refuse_cavity_keys(b);
    if (!b->value[LEY_KEY_CAVITY_FREQUENCY]) return ley_bind_missing(b, LEY_KEY_CAVITY_FREQUENCY);
    ley_status status = ley_bind_signal(b, &model->cavity_frequency, LEY_KEY_CAVITY_FREQUENCY, 0);
    if (status != LEY_OK) return status;
    status = ley_bind_signal(b, &model->cavity_energy_frequency, LEY_KEY_CAVITY_ENERGY_FREQUENCY, 0);
    if (status != LEY_OK) return status;
    model->cavity_energy_given = b->value[LEY_KEY_CAVITY_ENERGY_FREQUENCY] != NULL;
    const ley_node *levels = b->value[LEY_KEY_CAVITY_LEVELS];
    task->numerics.levels_auto = !levels || (levels->kind == LEY_NODE_TEXT && strcmp(levels->text, "auto") == 0);
    if (!task->numerics.levels_auto) {
        ley_nearest nearest = {.word = levels->kind == LEY_NODE_TEXT ? levels->text : ""};
        ley_nearest_offer(&nearest, "auto");
        if (nearest.best)
            return ley_node_fail(b->err, levels, ley_key_name(LEY_KEY_CAVITY_LEVELS),
                                 "unknown word \"%.60s\" (did you mean auto?); levels is an integer or auto",
                                 levels->text);
        status = ley_read_integer(b, &model->levels, levels, ley_key_name(LEY_KEY_CAVITY_LEVELS), "levels", 1,
                                  LEY_LEVELS_MAX);
        if (status != LEY_OK) return status;
    }
    return ley_bind_cavity_state(b, &model->cavity_state, LEY_KEY_CAVITY_STATE, model->levels);
}

/* {amplitude: a, rate: nu}, or {amplitude: a, rate_up: u, rate_down: d} */
static ley_status bind_process(ley_binder *b, ley_telegraph_process *process, const ley_node *node,
                               const char *where) {
    static const char *const words[] = {"amplitude", "rate", "rate_up", "rate_down"};
    static const char form[] = "{amplitude: a, rate: nu} or {amplitude: a, rate_up: u, rate_down: d}";
    enum { AMPLITUDE, RATE, RATE_UP, RATE_DOWN, WORDS };
    double value[WORDS] = {0};
    bool given[WORDS] = {false};
    if (node->kind != LEY_NODE_MAP)
        return ley_node_fail(b->err, node, where, "%s, where a process is expected: %s", ley_node_kind_words(node),
                             form);
    for (const ley_node *item = node->first; item; item = item->next) {
        int which = 0;
        while (which < WORDS && strcmp(words[which], item->key) != 0) which++;
        if (which == WORDS)
            return ley_node_fail_key(b->err, item, where, "unknown key %.60s; a process is %s", item->key, form);
        ley_status status = ley_read_number(b, &value[which], item, where);
        if (status != LEY_OK) return status;
        given[which] = true;
        if (which != AMPLITUDE && value[which] < 0)
            return ley_node_fail(b->err, item, where, "%s %g is negative; a rate is 0 or larger", words[which],
                                 value[which]);
    }
    const bool both = given[RATE_UP] && given[RATE_DOWN], any = given[RATE_UP] || given[RATE_DOWN];
    if (!given[AMPLITUDE] || (given[RATE] ? any : !both))
        return ley_node_fail(b->err, node, where, "a process is %s", form);
    if (both && value[RATE_UP] + value[RATE_DOWN] == 0)
        return ley_node_fail(b->err, node, where,
                             "rate_up and rate_down are both 0: such a process has no stationary start; rate: 0 is "
                             "up or down with 1/2 each");
    process->amplitude = value[AMPLITUDE];
    process->rate_up = given[RATE] ? value[RATE] : value[RATE_UP];
    process->rate_down = given[RATE] ? value[RATE] : value[RATE_DOWN];
    return LEY_OK;
}

static ley_status bind_telegraph(ley_binder *b, ley_telegraph *telegraph, ley_key key,
                                 ley_telegraph_target target) {
    const ley_node *node = b->value[key];
    const char *where = ley_key_name(key);
    if (!node) return LEY_OK;
    if (node->kind != LEY_NODE_LIST)
        return ley_node_fail(b->err, node, where,
                             "%s, where a list of processes is expected: [{amplitude: a, rate: nu}]",
                             ley_node_kind_words(node));
    for (const ley_node *item = node->first; item; item = item->next) {
        if (telegraph->n == LEY_TELEGRAPH_MAX)
            return ley_node_fail(b->err, item, where, "more than %d telegraph processes; each doubles the state",
                                 (int)LEY_TELEGRAPH_MAX);
        ley_telegraph_process *process = &telegraph->process[telegraph->n];
        ley_status status = bind_process(b, process, item, where);
        if (status != LEY_OK) return status;
        process->target = target;
        telegraph->n++;
    }
    return LEY_OK;
}

ley_status ley_bind_coupling(ley_binder *b, ley_model *model) {
    static const char *const words[] = {"tavis-cummings", "dicke", ":counter_rotating", NULL};
    const ley_node *kind = b->value[LEY_KEY_COUPLING_MODEL];
    int which;
    if (!kind && !b->value[LEY_KEY_COUPLING_STRENGTH] && !b->value[LEY_KEY_COUPLING_SWITCH] &&
        !b->value[LEY_KEY_COUPLING_TELEGRAPH] && !b->value[LEY_KEY_COUPLING_WEIGHTS] &&
        !ley_node_child(b->s->tree.root, "coupling"))
        return LEY_OK;
    if (!kind) return ley_bind_missing(b, LEY_KEY_COUPLING_MODEL);
    if (!b->value[LEY_KEY_COUPLING_STRENGTH]) return ley_bind_missing(b, LEY_KEY_COUPLING_STRENGTH);
    ley_status status = ley_read_one_of(b, &which, kind, ley_key_name(LEY_KEY_COUPLING_MODEL), "coupling model",
                                        words, "tavis-cummings, dicke, {counter_rotating: r}");
    if (status != LEY_OK) return status;
    model->counter_rotating = which == 1 ? 1 : 0;
    if (which == 2) {
        status = ley_read_number(b, &model->counter_rotating, kind->first, "coupling.model.counter_rotating");
        if (status != LEY_OK) return status;
    }
    status = ley_bind_signal(b, &model->coupling, LEY_KEY_COUPLING_STRENGTH, 0);
    if (status == LEY_OK) status = ley_bind_signal(b, &model->coupling_switch, LEY_KEY_COUPLING_SWITCH, 1);
    if (status != LEY_OK) return status;
    return bind_telegraph(b, &model->telegraph, LEY_KEY_COUPLING_TELEGRAPH, LEY_TELEGRAPH_COUPLING);
}

ley_status ley_bind_battery_frequency(ley_binder *b, ley_model *model) {
    const bool list = ley_bind_has_frequencies(b);
    if (!list && !b->value[LEY_KEY_BATTERY_FREQUENCY]) return ley_bind_missing(b, LEY_KEY_BATTERY_FREQUENCY);
    ley_status status = list ? ley_bind_frequencies(b, model)
                             : ley_bind_signal(b, &model->battery_frequency, LEY_KEY_BATTERY_FREQUENCY, 0);
    if (status != LEY_OK) return status;
    status = ley_bind_signal(b, &model->battery_energy_frequency, LEY_KEY_BATTERY_ENERGY_FREQUENCY, 0);
    if (status != LEY_OK) return status;
    model->battery_energy_given = b->value[LEY_KEY_BATTERY_ENERGY_FREQUENCY] != NULL;
    /* the ladder of levels has its ground state at the bottom: passive energies rely on it */
    ley_key key = model->battery_energy_given ? LEY_KEY_BATTERY_ENERGY_FREQUENCY
                  : list                      ? LEY_KEY_BATTERY_FREQUENCIES
                                              : LEY_KEY_BATTERY_FREQUENCY;
    const ley_signal *energy =
        model->battery_energy_given ? &model->battery_energy_frequency : &model->battery_frequency;
    if (ley_signal_is_constant(energy) && energy->value < 0)
        return ley_node_fail(
            b->err, b->value[key], ley_key_name(key), "frequency %g is negative; %s", energy->value,
            model->battery_energy_given ? "energies are measured with 0 or larger"
                                        : "in a rotating frame, give battery.energy_frequency as well");
    return LEY_OK;
}

ley_status ley_bind_battery(ley_binder *b, ley_model *model) {
    ley_status status = ley_bind_battery_frequency(b, model);
    if (status != LEY_OK) return status;
    status = bind_telegraph(b, &model->telegraph, LEY_KEY_BATTERY_TELEGRAPH, LEY_TELEGRAPH_FREQUENCY);
    if (status != LEY_OK) return status;
    return ley_bind_battery_state(b, &model->battery_state, LEY_KEY_BATTERY_STATE, model->cells);
}
