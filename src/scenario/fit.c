/* fit: laws that the scenario asks to be fitted to a measure along an axis of the sweep. */
#include "scenario/fit.h"

#include "core/status.h"
#include "expression/nearest.h"
#include "scenario/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *word, *first, *second, *formula;
} models[LEY_FIT_MODEL_COUNT] = {
#define X(id, word_, first_, second_, formula_) [LEY_FIT_##id] = {word_, first_, second_, formula_},
    LEY_FIT_MODELS(X)
#undef X
};

const char *ley_fit_word(ley_fit_model model) {
    return models[model].word;
}

const char *ley_fit_parameter(ley_fit_model model, int second) {
    return second ? models[model].second : models[model].first;
}

const char *ley_fit_formula(ley_fit_model model) {
    return models[model].formula;
}

int ley_fit_find(const char *word) {
    for (int i = 0; i < LEY_FIT_MODEL_COUNT; i++)
        if (strcmp(models[i].word, word) == 0) return i;
    return -1;
}

ley_index ley_scenario_fits(const ley_scenario *scenario) {
    return scenario->n_fits;
}

const ley_fit_request *ley_scenario_fit(const ley_scenario *scenario, ley_index i) {
    return &scenario->fits[i];
}

/* ---- reading ------------------------------------------------------------------------------------------------ */

typedef struct reader {
    ley_scenario *s;
    ley_error *err;
    char where[128];
    const char *name;
} reader;

static const char *at(reader *r, const char *key) {
    snprintf(r->where, sizeof r->where, "fit.%.40s%s%s", r->name, key ? "." : "", key ? key : "");
    return r->where;
}

static ley_status need_word(reader *r, const ley_node **node, const ley_node *fit, const char *key,
                            const char *meaning) {
    *node = ley_node_child(fit, key);
    if (!*node) return ley_node_fail_key(r->err, fit, at(r, key), "%s is missing: %s", key, meaning);
    if ((*node)->kind != LEY_NODE_TEXT || (*node)->text[0] == 0)
        return ley_node_fail(r->err, *node, at(r, key), "%s is a text: %s", key, meaning);
    return LEY_OK;
}

static ley_status check_keys(reader *r, const ley_node *fit) {
    static const char *const keys[] = {"model", "x", "y", "range", "outliers"};
    for (const ley_node *child = fit->first; child; child = child->next) {
        ley_nearest nearest = {.word = child->key};
        char hint[64];
        bool known = false;
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            known |= strcmp(child->key, keys[i]) == 0;
            ley_nearest_offer(&nearest, keys[i]);
        }
        if (!known)
            return ley_node_fail_key(r->err, child, at(r, child->key),
                                     "unknown key %.40s%s; a fit has model, x, y, range, outliers", child->key,
                                     ley_nearest_hint(&nearest, hint, sizeof hint));
    }
    return LEY_OK;
}

/* *axis = -1: a setting gave x one value, and there is nothing to fit. */
static ley_status read_x(reader *r, ley_index *axis, const ley_node *node) {
    const ley_scenario *s = r->s;
    const ley_target target = ley_target_find(s, node->text);
    for (*axis = 0; *axis < s->n_axes; ++*axis) {
        const ley_axis *shown = &s->axes[*axis].shown;
        if (strcmp(shown->key, node->text) != 0 && (target < 0 || ley_target_find(s, shown->key) != target))
            continue;
        if (!shown->labels) return LEY_OK;
        return ley_node_fail(r->err, node, at(r, "x"), "the axis %s has words; a fit needs numbers along x",
                             shown->key);
    }
    *axis = -1;
    const ley_node *fixed = target < 0               ? NULL
                            : target < LEY_KEY_COUNT ? s->value[target]
                                                     : s->parameter[target - LEY_KEY_COUNT];
    if (fixed && fixed->setting) return LEY_OK;
    ley_nearest nearest = {.word = node->text};
    char hint[128];
    for (ley_index i = 0; i < s->n_axes; i++) ley_nearest_offer(&nearest, s->axes[i].shown.key);
    return ley_node_fail(r->err, node, at(r, "x"), "%.60s is no axis of the sweep%s", node->text,
                         ley_nearest_hint(&nearest, hint, sizeof hint));
}

static ley_status read_range(reader *r, ley_fit_request *fit, const ley_node *node) {
    fit->from = -INFINITY;
    fit->to = INFINITY;
    if (!node) return LEY_OK;
    const ley_node *first = node->first;
    if (node->kind != LEY_NODE_LIST || node->n != 2 || !first->has_number || !first->next->has_number)
        return ley_node_fail(r->err, node, at(r, "range"), "range is [from, to], two numbers along x");
    fit->from = first->number;
    fit->to = first->next->number;
    if (!(fit->from < fit->to))
        return ley_node_fail(r->err, node, at(r, "range"), "range begins at %g and ends at %g", fit->from, fit->to);
    return LEY_OK;
}

static ley_status read_outliers(reader *r, ley_fit_request *fit, const ley_node *node) {
    if (!node) return LEY_OK;
    fit->mad = node->kind == LEY_NODE_TEXT && strcmp(node->text, "mad") == 0;
    if (!fit->mad && (node->kind != LEY_NODE_TEXT || strcmp(node->text, "none") != 0))
        return ley_node_fail(r->err, node, at(r, "outliers"), "outliers is none or mad");
    return LEY_OK;
}

static ley_status check_positive(reader *r, const ley_fit_request *fit, const ley_node *node) {
    const ley_axis *axis = &r->s->axes[fit->axis].shown;
    for (ley_index i = 0; i < axis->n && fit->model == LEY_FIT_POWER; i++)
        if (axis->values[i] <= 0 && axis->values[i] >= fit->from && axis->values[i] <= fit->to)
            return ley_node_fail(r->err, node, at(r, "x"),
                                 "a power of x needs x > 0, and %s has the value %g; leave it out with range",
                                 axis->key, axis->values[i]);
    return LEY_OK;
}

static ley_status read_fit(reader *r, const ley_node *node) {
    static const char form[] = "{model: power, x: N, y: \"max(battery.energy)\"}";
    ley_scenario *s = r->s;
    r->name = node->key;
    if (!ley_is_name(node->key))
        return ley_node_fail_key(r->err, node, at(r, NULL),
                                 "\"%.60s\" cannot name a fit; use at most 40 letters, digits and _", node->key);
    if (node->kind != LEY_NODE_MAP)
        return ley_node_fail(r->err, node, at(r, NULL), "%s, where a fit is expected: %s",
                             ley_node_kind_words(node), form);
    ley_fit_request fit = {.name = node->key};
    const ley_node *model, *x, *y;
    ley_status status = check_keys(r, node);
    if (status == LEY_OK) status = need_word(r, &model, node, "model", "power, linear, exponential, peak or mean");
    if (status == LEY_OK) status = need_word(r, &x, node, "x", "an axis of the sweep");
    if (status == LEY_OK) status = need_word(r, &y, node, "y", "a measure, as \"max(battery.energy)\"");
    if (status != LEY_OK) return status;
    const int found = ley_fit_find(model->text);
    if (found < 0)
        return ley_node_fail(r->err, model, at(r, "model"),
                             "unknown model %.40s; it is power, linear, exponential, peak or mean", model->text);
    fit.model = (ley_fit_model)found;
    status = read_x(r, &fit.axis, x);
    if (status == LEY_OK) status = read_range(r, &fit, ley_node_child(node, "range"));
    if (status == LEY_OK) status = read_outliers(r, &fit, ley_node_child(node, "outliers"));
    if (status == LEY_OK && fit.mad && !ley_fit_is_line(fit.model))
        status = ley_node_fail(r->err, ley_node_child(node, "outliers"), at(r, "outliers"),
                               "a %s leaves nothing out; outliers belong to power, linear and exponential",
                               ley_fit_word(fit.model));
    if (status != LEY_OK || fit.axis < 0) return status;
    status = check_positive(r, &fit, x);
    if (status == LEY_OK) {
        const char *where = ley_tree_text(&s->tree, at(r, "y"), strlen(at(r, "y")));
        status = where ? ley_request_add(s, y, where, &fit.measure, r->err)
                       : ley_fail(r->err, LEY_ERR_MEMORY, "fit", "no memory left for the fits");
    }
    if (status == LEY_OK) s->fits[s->n_fits++] = fit;
    return status;
}

ley_status ley_fits_bind(ley_scenario *s, ley_error *err) {
    const ley_node *map = s->value[LEY_KEY_FIT];
    if (!map) return LEY_OK;
    if (map->kind != LEY_NODE_MAP)
        return ley_node_fail(err, map, "fit",
                             "%s, where a mapping of fits is expected: {NAME: {model: power, ...}}",
                             ley_node_kind_words(map));
    s->fits = ley_tree_allocate(&s->tree, (size_t)(map->n + 1) * sizeof *s->fits);
    if (!s->fits) return ley_fail(err, LEY_ERR_MEMORY, "fit", "no memory left for the fits");
    reader r = {.s = s, .err = err};
    for (const ley_node *child = map->first; child; child = child->next) {
        ley_status status = read_fit(&r, child);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}
