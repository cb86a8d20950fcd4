#include "core/status.h"
#include "core/text.h"
#include "expression/nearest.h"
#include "scenario/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { POINTS_MAX = 10000000 };

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "sweep", "no memory left for the sweep");
}

/* ---- what one axis says ------------------------------------------------------------------------------------ */

typedef struct sweeper {
    ley_scenario *s;
    ley_error *err;
    bool *swept;     /* [targets]: some axis sets it */
    ley_name *names; /* parameters that no axis touches */
    ley_index n_names;
    char where[128];
} sweeper;

static ley_status find_target(sweeper *w, ley_target *target, const ley_node *node) {
    const ley_scenario *s = w->s;
    *target = ley_target_find(s, node->key);
    if (*target >= 0 && (*target >= LEY_KEY_COUNT || ley_key_can_be_swept((ley_key)*target))) return LEY_OK;
    if (*target >= 0)
        return ley_node_fail_key(w->err, node, w->where, "%s cannot be swept; it is the same for every run",
                                 node->key);
    if (ley_key_is_group(node->key))
        return ley_node_fail_key(w->err, node, w->where, "%s is a group of keys; sweep one of them", node->key);
    ley_nearest nearest = {.word = node->key};
    char hint[128];
    for (ley_index i = 0; i < s->n_parameters; i++) ley_nearest_offer(&nearest, s->parameter[i]->key);
    for (int i = 0; i < LEY_KEY_COUNT; i++)
        if (ley_key_can_be_swept((ley_key)i)) ley_nearest_offer(&nearest, ley_key_name((ley_key)i));
    if (!nearest.best) nearest.best = ley_key_meant_by(node->key);
    return ley_node_fail_key(
        w->err, node, w->where,
        "unknown sweep axis %s%s; an axis is N, a parameter, a dotted key, or a name with a list "
        "of mappings",
        node->key, ley_nearest_hint(&nearest, hint, sizeof hint));
}

static ley_status claim(sweeper *w, ley_target target, const ley_node *node) {
    if (w->swept[target])
        return ley_node_fail_key(w->err, node, w->where, "%s is set by two sweep axes",
                                 ley_target_name(w->s, target));
    w->swept[target] = true;
    return LEY_OK;
}

static ley_scope scope_of(const sweeper *w) {
    return (ley_scope){
        .names = w->names, .n_names = w->n_names, .functions = w->s->functions, .n_functions = w->s->n_functions};
}

/* A constant of a range; ranges may use what no axis changes. */
static ley_status range_number(sweeper *w, double *value, const ley_node *range, const char *key) {
    ley_node *node = ley_node_child(range, key);
    if (!node)
        return ley_node_fail(w->err, range, w->where, "%s is missing; a range is {from, to, points, scale}", key);
    if (node->kind != LEY_NODE_TEXT)
        return ley_node_fail(w->err, node, w->where, "%s, where a number is expected", ley_node_kind_words(node));
    ley_expression *expression;
    ley_error inner = {0};
    const ley_scope scope = scope_of(w);
    ley_status status = ley_expression_create(&expression, node->text, &scope, &inner);
    if (status == LEY_ERR_MEMORY) return out_of_memory(w->err);
    if (status != LEY_OK) return ley_node_fail(w->err, node, w->where, "%s", inner.message);
    *value = ley_expression_at(expression, 0);
    ley_expression_destroy(expression);
    return LEY_OK;
}

/* Turns {from, to, points, scale} into a list of numbers. */
static ley_status expand_range(sweeper *w, ley_node **list, const ley_node *range) {
    for (const ley_node *child = range->first; child; child = child->next)
        if (strcmp(child->key, "from") != 0 && strcmp(child->key, "to") != 0 && strcmp(child->key, "points") != 0 &&
            strcmp(child->key, "scale") != 0)
            return ley_node_fail_key(w->err, child, w->where,
                                     "unknown key %s; a range is {from, to, points, scale: linear or log}",
                                     child->key);
    double from, to, points;
    ley_status status = range_number(w, &from, range, "from");
    if (status == LEY_OK) status = range_number(w, &to, range, "to");
    if (status == LEY_OK) status = range_number(w, &points, range, "points");
    if (status != LEY_OK) return status;
    if (!(points >= 2 && points <= POINTS_MAX) || points != floor(points))
        return ley_node_fail(w->err, ley_node_child(range, "points"), w->where,
                             "points %g is not an integer in 2 .. %d", points, POINTS_MAX);
    const ley_node *scale = ley_node_child(range, "scale");
    bool logarithmic = scale && scale->kind == LEY_NODE_TEXT && strcmp(scale->text, "log") == 0;
    if (scale && !logarithmic && (scale->kind != LEY_NODE_TEXT || strcmp(scale->text, "linear") != 0))
        return ley_node_fail(w->err, scale, w->where, "scale is linear or log");
    if (logarithmic && !(from > 0 && to > 0))
        return ley_node_fail(w->err, range, w->where, "a log range needs from > 0 and to > 0, not %g and %g", from,
                             to);
    *list = ley_tree_node(&w->s->tree, LEY_NODE_LIST);
    if (!*list) return out_of_memory(w->err);
    ley_index n = (ley_index)points;
    for (ley_index i = 0; i < n; i++) {
        char text[32];
        double x = (double)i / (double)(n - 1);
        double value = logarithmic ? from * pow(to / from, x) : from + (to - from) * x;
        if (i == 0) value = from;
        if (i == n - 1) value = to; /* exactly */
        int length = snprintf(text, sizeof text, "%.17g", value);
        ley_node *node = ley_tree_node(&w->s->tree, LEY_NODE_TEXT);
        if (!node || !(node->text = ley_tree_text(&w->s->tree, text, (size_t)length))) return out_of_memory(w->err);
        node->plain = node->has_number = true;
        node->number = value;
        node->line = range->line;
        node->column = range->column;
        node->setting = range->setting;
        ley_node_append(*list, node);
    }
    return LEY_OK;
}

/* A number that no axis changes gets its value now; anything else stays a formula or a word. */
static ley_status fix_number(sweeper *w, ley_node *node) {
    if (node->has_number || node->kind != LEY_NODE_TEXT) return LEY_OK;
    const ley_scope scope = scope_of(w);
    ley_expression *expression;
    ley_status status = ley_expression_create(&expression, node->text, &scope, NULL);
    if (status == LEY_ERR_MEMORY) return out_of_memory(w->err);
    if (status != LEY_OK) return LEY_OK;
    node->has_number = true;
    node->number = ley_expression_at(expression, 0);
    ley_expression_destroy(expression);
    return LEY_OK;
}

static void render(ley_text *out, const ley_node *node) {
    if (node->kind == LEY_NODE_TEXT) {
        ley_text_add(out, "%s", node->text);
        return;
    }
    ley_text_add(out, node->kind == LEY_NODE_LIST ? "[" : "{");
    for (const ley_node *child = node->first; child; child = child->next) {
        if (child != node->first) ley_text_add(out, ", ");
        if (node->kind == LEY_NODE_MAP) ley_text_add(out, "%s: ", child->key);
        render(out, child);
    }
    ley_text_add(out, node->kind == LEY_NODE_LIST ? "]" : "}");
}

static ley_status label_of(sweeper *w, const char **label, const ley_node *item, bool compound) {
    const ley_node *given = compound ? ley_node_child(item, "label") : NULL;
    if (given && given->kind != LEY_NODE_TEXT)
        return ley_node_fail(w->err, given, w->where, "%s, where a label is expected", ley_node_kind_words(given));
    ley_text text = {0};
    if (given) {
        render(&text, given);
    } else if (compound) {
        for (const ley_node *child = item->first; child; child = child->next) {
            ley_text_add(&text, "%s%s = ", child == item->first ? "" : ", ", child->key);
            render(&text, child);
        }
    } else {
        render(&text, item);
    }
    *label = text.failed || !text.data ? NULL : ley_tree_text(&w->s->tree, text.data, text.length);
    if (!text.failed && !text.data) *label = "";
    ley_text_clear(&text);
    return *label ? LEY_OK : out_of_memory(w->err);
}

/* ---- axes -------------------------------------------------------------------------------------------------- */

static bool is_compound(const ley_scenario *s, const ley_node *node) {
    if (ley_target_find(s, node->key) >= 0 || node->kind != LEY_NODE_LIST || node->n == 0) return false;
    for (const ley_node *item = node->first; item; item = item->next)
        if (item->kind != LEY_NODE_MAP) return false;
    return true;
}

/* First look: which targets does each axis set? */
static ley_status claim_axis(sweeper *w, ley_node *node) {
    snprintf(w->where, sizeof w->where, "sweep.%s", node->key);
    ley_target target;
    ley_status status;
    if (!is_compound(w->s, node)) {
        status = find_target(w, &target, node);
        return status == LEY_OK ? claim(w, target, node) : status;
    }
    ley_index n_targets = LEY_KEY_COUNT + w->s->n_parameters;
    bool *mine = ley_tree_allocate(&w->s->tree, (size_t)n_targets);
    if (!mine) return out_of_memory(w->err);
    for (const ley_node *item = node->first; item; item = item->next) {
        bool *here = ley_tree_allocate(&w->s->tree, (size_t)n_targets);
        if (!here) return out_of_memory(w->err);
        for (const ley_node *child = item->first; child; child = child->next) {
            if (strcmp(child->key, "label") == 0) continue;
            status = find_target(w, &target, child);
            if (status != LEY_OK) return status;
            if (here[target])
                return ley_node_fail_key(w->err, child, w->where, "%s is set twice here",
                                         ley_target_name(w->s, target));
            here[target] = true;
            if (!mine[target]) status = claim(w, target, child);
            if (status != LEY_OK) return status;
            mine[target] = true;
        }
    }
    return LEY_OK;
}

static ley_status read_axis(sweeper *w, ley_sweep_axis *axis, ley_node *node) {
    ley_tree *tree = &w->s->tree;
    ley_error *err = w->err;
    snprintf(w->where, sizeof w->where, "sweep.%s", node->key);
    bool compound = is_compound(w->s, node);
    ley_node *list = node;
    ley_status status = LEY_OK;
    if (node->kind == LEY_NODE_MAP) status = expand_range(w, &list, node);
    if (status != LEY_OK) return status;
    if (list->kind != LEY_NODE_LIST)
        return ley_node_fail(err, node, w->where, "an axis is a list [a, b, c] or a range {from, to, points}");
    if (list->n == 0) return ley_node_fail(err, node, w->where, "the axis has no values");
    size_t n = (size_t)list->n, n_set = n;
    if (compound)
        for (const ley_node *item = (n_set = 0, list->first); item; item = item->next)
            n_set += (size_t)(item->n - (ley_node_child(item, "label") ? 1 : 0));
    double *values = ley_tree_allocate(tree, n * sizeof *values);
    const char **labels = ley_tree_allocate(tree, n * sizeof *labels);
    axis->node = node;
    axis->first = ley_tree_allocate(tree, (n + 1) * sizeof *axis->first);
    axis->assignment = ley_tree_allocate(tree, (n_set + 1) * sizeof *axis->assignment);
    if (!values || !labels || !axis->first || !axis->assignment) return out_of_memory(err);
    ley_target target = compound ? -1 : ley_target_find(w->s, node->key);
    bool numerical = !compound;
    ley_index i = 0, k = 0;
    for (ley_node *item = list->first; item; item = item->next, i++) {
        axis->first[i] = k;
        if (!compound) {
            status = fix_number(w, item);
            if (status != LEY_OK) return status;
            numerical = numerical && item->has_number;
            axis->assignment[k++] = (ley_assignment){.target = target, .node = item};
            continue;
        }
        for (ley_node *child = item->first; child; child = child->next) {
            if (strcmp(child->key, "label") == 0) continue;
            status = fix_number(w, child);
            if (status != LEY_OK) return status;
            axis->assignment[k++] = (ley_assignment){.target = ley_target_find(w->s, child->key), .node = child};
        }
    }
    axis->first[i] = k;
    i = 0;
    for (const ley_node *item = list->first; item; item = item->next, i++) {
        values[i] = numerical ? item->number : (double)i;
        if (!numerical) status = label_of(w, &labels[i], item, compound);
        if (status != LEY_OK) return status;
    }
    axis->shown = (ley_axis){.key = node->key, .n = list->n, .values = values, .labels = numerical ? NULL : labels};
    return LEY_OK;
}

ley_status ley_sweep_create(ley_scenario *scenario, ley_node *sweep, ley_error *err) {
    scenario->points = 1;
    if (!sweep) return LEY_OK;
    if (sweep->kind != LEY_NODE_MAP || sweep->n == 0)
        return ley_node_fail(err, sweep, "sweep",
                             "sweep names its axes, {N: [1, 2, 3]}; without a sweep leave it out");
    sweeper w = {.s = scenario, .err = err};
    size_t n_parameters = (size_t)scenario->n_parameters;
    w.swept = ley_tree_allocate(&scenario->tree, LEY_KEY_COUNT + n_parameters);
    w.names = ley_tree_allocate(&scenario->tree, (n_parameters + 1) * sizeof *w.names);
    scenario->axes = ley_tree_allocate(&scenario->tree, (size_t)sweep->n * sizeof *scenario->axes);
    if (!w.swept || !w.names || !scenario->axes) return out_of_memory(err);
    for (ley_node *child = sweep->first; child; child = child->next) {
        ley_status status = claim_axis(&w, child);
        if (status != LEY_OK) return status;
    }
    ley_status status = ley_bind_fixed(scenario, w.swept, w.names, &w.n_names, err);
    if (status != LEY_OK) return status;
    for (ley_node *child = sweep->first; child; child = child->next) {
        ley_sweep_axis *axis = &scenario->axes[scenario->n_axes];
        status = read_axis(&w, axis, child);
        if (status != LEY_OK) return status;
        if (axis->shown.n > POINTS_MAX / scenario->points)
            return ley_node_fail_key(err, child, w.where, "the sweep has more than %d points", POINTS_MAX);
        scenario->points *= axis->shown.n;
        scenario->n_axes++;
    }
    return LEY_OK;
}

void ley_sweep_describe(const ley_scenario *scenario, ley_index point, char *text, size_t size) {
    size_t length = 0;
    if (size > 0) text[0] = 0;
    ley_index stride = scenario->points;
    for (ley_index i = 0; i < scenario->n_axes && length < size; i++) {
        const ley_axis *axis = &scenario->axes[i].shown;
        stride /= axis->n;
        ley_index k = point / stride % axis->n;
        int more =
            axis->labels
                ? snprintf(text + length, size - length, "%s%s = %s", i ? ", " : "", axis->key, axis->labels[k])
                : snprintf(text + length, size - length, "%s%s = %g", i ? ", " : "", axis->key, axis->values[k]);
        length += more > 0 ? (size_t)more : 0;
    }
}
