/* closed_form: derived quantities that a scenario does not write down: for every observable X of the list below
 * closed_form.X, and difference.X = X - closed_form.X. docs/theory/closed_forms.md */
#include "core/status.h"
#include "scenario/document.h"

#include <stdio.h>
#include <string.h>

/* What the populations of |j, m> give as one number. */
static const ley_observable offered[] = {
    LEY_BATTERY_ENERGY,
    LEY_BATTERY_ERGOTROPY,
    LEY_BATTERY_ERGOTROPY_COLLECTIVE,
    LEY_BATTERY_PASSIVE_ENERGY,
    LEY_BATTERY_LOCKED_ENERGY,
    LEY_BATTERY_ENTROPY,
    LEY_BATTERY_PURITY,
    LEY_BATTERY_JZ,
    LEY_BATTERY_JPLUS_JMINUS,
    LEY_BATTERY_BRIGHT_WEIGHT,
};
enum { OFFERED = sizeof offered / sizeof *offered, NAME = 64 };

ley_index ley_closed_form_count(const ley_scenario *s) {
    return s->value[LEY_KEY_CLOSED_FORM] ? 2 * OFFERED : 0;
}

/* A node as if derive held it, at the place of closed_form. */
static ley_status add(ley_scenario *s, ley_observable like, bool difference, ley_error *err) {
    char key[NAME], text[3 * NAME];
    const char *of = ley_observable_name((ley_index)like);
    snprintf(key, sizeof key, "%s.%s", difference ? "difference" : "closed_form", of);
    snprintf(text, sizeof text, "%s - closed_form.%s", of, of);
    ley_node *node = ley_tree_node(&s->tree, LEY_NODE_TEXT);
    if (node) {
        const ley_node *at = s->value[LEY_KEY_CLOSED_FORM];
        node->line = node->key_line = at->line;
        node->column = node->key_column = at->column;
        node->setting = at->setting;
        node->key = ley_tree_text(&s->tree, key, strlen(key));
        node->text = ley_tree_text(&s->tree, text, strlen(text));
    }
    if (!node || !node->key || !node->text)
        return ley_fail(err, LEY_ERR_MEMORY, "closed_form", "no memory left for the closed form");
    s->derivations[s->n_derivations++] =
        (ley_derivation){.node = node, .is_closed = !difference, .is_difference = difference, .like = like};
    return LEY_OK;
}

ley_status ley_closed_form_derive(ley_scenario *s, ley_error *err) {
    ley_status status = LEY_OK;
    for (int i = 0; i < OFFERED && status == LEY_OK; i++) {
        status = add(s, offered[i], false, err);
        if (status == LEY_OK) status = add(s, offered[i], true, err);
    }
    return status;
}

const ley_derivation *ley_closed_form_of(const ley_scenario *s, ley_observable like, bool difference) {
    for (ley_index i = 0; i < s->n_derivations; i++) {
        const ley_derivation *one = &s->derivations[i];
        if ((difference ? one->is_difference : one->is_closed) && one->like == like) return one;
    }
    return NULL;
}
