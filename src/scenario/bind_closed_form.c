/* closed_form: does the formula hold for this battery? Says what does not fit. */
#include "expression/nearest.h"
#include "scenario/binder.h"

#include <string.h>

static const char word[] = "collective_thermal";

static ley_status check_word(ley_binder *b, const ley_node *node) {
    char hint[64];
    if (node->kind != LEY_NODE_TEXT)
        return ley_node_fail(b->err, node, "closed_form", "%s, where a word is expected: %s",
                             ley_node_kind_words(node), word);
    if (strcmp(node->text, word) == 0) return LEY_OK;
    ley_nearest nearest = {.word = node->text};
    ley_nearest_offer(&nearest, word);
    return ley_node_fail(b->err, node, "closed_form", "unknown closed form \"%.40s\"%s; there is %s", node->text,
                         ley_nearest_hint(&nearest, hint, sizeof hint), word);
}

static bool is_there(const ley_signal *signal) {
    return !ley_signal_is_zero(signal);
}

/* The first thing that the formula does not know; NULL: none. */
static const char *stranger(const ley_binder *b, const ley_task *task) {
    const ley_model *m = &task->model;
    if (task->has_cavity) return "there is a cavity";
    if (is_there(&m->drive_battery)) return "there is drive.battery";
    if (b->value[LEY_KEY_STAGES]) return "there are stages";
    for (int i = LEY_LOCAL_EMISSION; i <= LEY_LOCAL_DEPHASING; i++)
        if (is_there(&m->rate[i])) return ley_channel_key((ley_channel)i);
    if (ley_unlike_any(&m->unlike)) return "the cells are not all alike";
    return NULL;
}

static ley_status check_noise(ley_binder *b, const ley_node *node, const ley_model *m) {
    const ley_signal *down = &m->rate[LEY_COLLECTIVE_EMISSION], *up = &m->rate[LEY_COLLECTIVE_ABSORPTION];
    if (!ley_signal_is_constant(down) || !ley_signal_is_constant(up) ||
        !ley_signal_is_constant(&m->rate[LEY_COLLECTIVE_DEPHASING]))
        return ley_node_fail(b->err, node, "closed_form", "%s needs rates that do not depend on time", word);
    if (!(down->value > 0))
        return ley_node_fail(b->err, node, "closed_form",
                             "%s is of one collective bath, and noise.collective.emission is 0", word);
    if (!(up->value < down->value))
        return ley_node_fail(b->err, node, "closed_form",
                             "%s is of a thermal bath: absorption %g is not smaller than emission %g", word,
                             up->value, down->value);
    if (!ley_signal_is_constant(m->battery_energy_given ? &m->battery_energy_frequency : &m->battery_frequency))
        return ley_node_fail(b->err, node, "closed_form",
                             "%s needs energies whose unit does not depend on time; give battery.energy_frequency",
                             word);
    return LEY_OK;
}

static bool any_reported(const ley_scenario *s) {
    for (ley_index i = 0; i < s->n_derivations; i++) {
        const ley_derivation *one = &s->derivations[i];
        if (!one->is_closed && !one->is_difference) continue;
        for (ley_index k = 0; k < s->n_observables; k++)
            if ((int)s->observables[k] == one->id) return true;
        for (ley_index k = 0; k < s->n_measures; k++)
            if ((int)s->measures[k].observable == one->id) return true;
    }
    return false;
}

ley_status ley_bind_closed_form(ley_binder *b, const ley_task *task) {
    const ley_node *node = b->value[LEY_KEY_CLOSED_FORM];
    if (!node) return LEY_OK;
    ley_status status = check_word(b, node);
    if (status != LEY_OK || b->s->purpose == LEY_SPECTRUM) return status;
    const char *what = stranger(b, task);
    if (what)
        return ley_node_fail(b->err, node, "closed_form",
                             strncmp(what, "noise.", 6) == 0
                                 ? "%s is of collective emission and absorption alone, and there is %s"
                                 : "%s is of a battery of equal cells under one collective bath alone, and %s",
                             word, what);
    status = check_noise(b, node, &task->model);
    if (status != LEY_OK) return status;
    if (!ley_battery_state_is_symmetric(&task->model.battery_state))
        return ley_node_fail(b->err, node, "closed_form",
                             "%s is of starts that are the same for all cells; battery.state is not", word);
    if (!any_reported(b->s))
        return ley_node_fail(b->err, node, "closed_form",
                             "nothing that is reported has a closed form; observe battery.energy, "
                             "battery.ergotropy, ... or measure final(X) of one of them");
    return LEY_OK;
}
