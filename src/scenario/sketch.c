#include "scenario/sketch.h"

#include "core/status.h"
#include "expression/expression.h"
#include "expression/nearest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    ley_tree *tree;
    ley_error *err;
} reader;

static ley_status out_of_memory(reader *r) {
    return ley_fail(r->err, LEY_ERR_MEMORY, "figure", "no memory left for the figure");
}

static ley_status check_map(reader *r, const ley_node *map, const char *const *keys, const char *what) {
    if (map->kind != LEY_NODE_MAP)
        return ley_node_fail(r->err, map, what, "%s, where a mapping is expected: %s", ley_node_kind_words(map),
                             what);
    for (const ley_node *child = map->first; child; child = child->next) {
        char hint[128], list[256] = "";
        ley_nearest nearest = {.word = child->key};
        size_t used = 0;
        bool found = false;
        for (const char *const *key = keys; *key; key++) {
            found = found || strcmp(*key, child->key) == 0;
            ley_nearest_offer(&nearest, *key);
            if (used < sizeof list)
                used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", *key);
        }
        if (!found)
            return ley_node_fail_key(r->err, child, child->key, "unknown key %.60s%s; keys here are: %s",
                                     child->key, ley_nearest_hint(&nearest, hint, sizeof hint), list);
    }
    return LEY_OK;
}

static ley_status read_text(reader *r, const char **text, const ley_node *map, const char *key) {
    const ley_node *node = ley_node_child(map, key);
    if (!node) return LEY_OK;
    if (node->kind != LEY_NODE_TEXT)
        return ley_node_fail(r->err, node, key, "%s, where a text is expected", ley_node_kind_words(node));
    *text = node->text;
    return LEY_OK;
}

static ley_status read_number(reader *r, double *value, const ley_node *node, const char *where) {
    ley_expression *expression = NULL;
    ley_error met = {0};
    if (node->kind != LEY_NODE_TEXT)
        return ley_node_fail(r->err, node, where, "%s, where a number is expected", ley_node_kind_words(node));
    if (ley_expression_create(&expression, node->text, NULL, &met) != LEY_OK)
        return ley_node_fail(r->err, node, where, "\"%.60s\" is not a number: %s", node->text, met.message);
    *value = ley_expression_at(expression, 0);
    ley_expression_destroy(expression);
    return LEY_OK;
}

/* One of the words, or fallback when the key is left out. */
static ley_status read_word(reader *r, int *which, const ley_node *map, const char *key, const char *const *words) {
    const ley_node *node = ley_node_child(map, key);
    if (!node) return LEY_OK;
    char list[160] = "", hint[128];
    ley_nearest nearest = {.word = node->kind == LEY_NODE_TEXT ? node->text : ""};
    size_t used = 0;
    for (int i = 0; words[i]; i++) {
        if (node->kind == LEY_NODE_TEXT && strcmp(words[i], node->text) == 0) {
            *which = i + 1;
            return LEY_OK;
        }
        ley_nearest_offer(&nearest, words[i]);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", words[i]);
    }
    return ley_node_fail(r->err, node, key, "one of %s is expected%s", list,
                         ley_nearest_hint(&nearest, hint, sizeof hint));
}

static ley_status read_axis(reader *r, ley_sketch_axis *axis, const ley_node *panel, const char *key) {
    static const char *const keys[] = {"label", "scale", "range", "unit", "origin", NULL};
    static const char *const scales[] = {"linear", "log", NULL};
    const ley_node *node = ley_node_child(panel, key);
    *axis = (ley_sketch_axis){.low = NAN, .high = NAN, .unit = 1};
    if (!node) return LEY_OK;
    int scale = 0;
    ley_status status = check_map(r, node, keys, "{label: ..., scale: log, range: [1, 10]}");
    if (status == LEY_OK) status = read_text(r, &axis->label, node, "label");
    if (status == LEY_OK) status = read_word(r, &scale, node, "scale", scales);
    if (status != LEY_OK) return status;
    axis->scale = (ley_sketch_scale)scale;
    const ley_node *unit = ley_node_child(node, "unit"), *range = ley_node_child(node, "range");
    const ley_node *origin = ley_node_child(node, "origin");
    if (origin && (status = read_number(r, &axis->origin, origin, "origin")) != LEY_OK) return status;
    if (unit) {
        status = read_number(r, &axis->unit, unit, "unit");
        if (status == LEY_OK && !(axis->unit > 0))
            status = ley_node_fail(r->err, unit, "unit", "a number larger than 0 is expected");
        if (status != LEY_OK) return status;
    }
    if (!range) return LEY_OK;
    if (range->kind != LEY_NODE_LIST || range->n != 2)
        return ley_node_fail(r->err, range, "range", "two numbers are expected: [1, 10]");
    status = read_number(r, &axis->low, range->first, "range");
    if (status == LEY_OK) status = read_number(r, &axis->high, range->last, "range");
    if (status != LEY_OK) return status;
    if (!(axis->low < axis->high))
        return ley_node_fail(r->err, range, "range", "the first number is the smaller one");
    if (axis->scale == LEY_SCALE_LOG && !(axis->low > 0))
        return ley_node_fail(r->err, range, "range", "a logarithmic axis has numbers larger than 0");
    return LEY_OK;
}

/* where: or relative: */
static ley_status read_places(reader *r, ley_sketch_place **where, ley_index *n, const ley_node *map,
                              const char *key) {
    const ley_node *node = ley_node_child(map, key);
    if (!node) return LEY_OK;
    if (node->kind != LEY_NODE_MAP || node->n == 0)
        return ley_node_fail(r->err, node, key, "a mapping is expected: {N: 4, model: Dicke}");
    *where = ley_tree_allocate(r->tree, (size_t)(node->n + 1) * sizeof **where);
    if (!*where) return out_of_memory(r);
    for (const ley_node *child = node->first; child; child = child->next) {
        ley_sketch_place *place = &(*where)[(*n)++];
        const ley_node *item = child->kind == LEY_NODE_LIST ? child->first : child;
        place->axis = child->key;
        place->values = ley_tree_allocate(r->tree, (size_t)(child->kind == LEY_NODE_LIST ? child->n + 1 : 1) *
                                                       sizeof *place->values);
        if (!place->values) return out_of_memory(r);
        for (; item; item = child->kind == LEY_NODE_LIST ? item->next : NULL) {
            if (item->kind != LEY_NODE_TEXT)
                return ley_node_fail(r->err, item, key, "%s, where a value of the axis %s is expected",
                                     ley_node_kind_words(item), child->key);
            place->values[place->n++] = item->text;
        }
        if (place->n == 0) return ley_node_fail(r->err, child, key, "a value of the axis is expected");
    }
    return LEY_OK;
}

static ley_status check_formula(reader *r, const ley_node *node) {
    const ley_name names[] = {{"x", 1}};
    const ley_scope scope = {.names = names, .n_names = 1};
    ley_expression *expression = NULL;
    ley_error met = {0};
    ley_status status = ley_expression_create(&expression, node->text, &scope, &met);
    ley_expression_destroy(expression);
    if (status == LEY_ERR_MEMORY) return out_of_memory(r);
    /* what is not finite at x = 1 may be so elsewhere */
    if (status != LEY_OK && !strstr(met.message, "finite"))
        return ley_node_fail(r->err, node, "formula", "%s", met.message);
    return LEY_OK;
}

static ley_status read_curve(reader *r, ley_sketch_curve *curve, const ley_node *node) {
    static const char *const keys[] = {"scenario", "y",     "fit",   "formula", "x",        "each",
                                       "label",    "where", "style", "colour",  "relative", NULL};
    static const char *const styles[] = {"lines", "points", "linespoints", "dashed", "dotted", NULL};
    *curve = (ley_sketch_curve){.scenario = "", .node = node};
    int style = 0;
    ley_status status = check_map(r, node, keys, "{y: \"max(battery.energy)\"}");
    if (status == LEY_OK) status = read_text(r, &curve->scenario, node, "scenario");
    if (status == LEY_OK) status = read_text(r, &curve->y, node, "y");
    if (status == LEY_OK) status = read_text(r, &curve->fit, node, "fit");
    if (status == LEY_OK) status = read_text(r, &curve->formula, node, "formula");
    if (status == LEY_OK) status = read_text(r, &curve->x, node, "x");
    if (status == LEY_OK) status = read_text(r, &curve->each, node, "each");
    if (status == LEY_OK) status = read_text(r, &curve->label, node, "label");
    if (status == LEY_OK) status = read_places(r, &curve->where, &curve->n_where, node, "where");
    if (status == LEY_OK) status = read_places(r, &curve->relative, &curve->n_relative, node, "relative");
    if (status == LEY_OK) status = read_word(r, &style, node, "style", styles);
    if (status != LEY_OK) return status;
    curve->style = (ley_sketch_style)style;
    if ((curve->y != NULL) + (curve->formula != NULL) + (curve->fit != NULL) != 1)
        return ley_node_fail(r->err, node, "curves", "one of y, fit and formula is expected");
    for (ley_index i = 0; i < curve->n_where; i++)
        if (curve->where[i].n > 1 && !(curve->each && strcmp(curve->each, curve->where[i].axis) == 0))
            return ley_node_fail(r->err, ley_node_child(node, "where"), "where",
                                 "several values of %s want each: %s", curve->where[i].axis, curve->where[i].axis);
    for (ley_index i = 0; i < curve->n_relative; i++)
        if (curve->relative[i].n > 1 || !curve->y)
            return ley_node_fail(r->err, ley_node_child(node, "relative"), "relative",
                                 curve->y ? "one value of each axis is expected" : "only y can be relative");
    const ley_node *colour = ley_node_child(node, "colour");
    double number = 0;
    if (colour) status = read_number(r, &number, colour, "colour");
    if (status == LEY_OK && colour && (number != floor(number) || number < 1 || number > 8))
        status = ley_node_fail(r->err, colour, "colour", "a number from 1 to 8 is expected");
    curve->colour = (int32_t)number;
    if (status == LEY_OK && curve->formula) status = check_formula(r, ley_node_child(node, "formula"));
    return status;
}

static ley_status read_contours(reader *r, ley_sketch_map *map, const ley_node *node) {
    if (!node) return LEY_OK;
    if (node->kind == LEY_NODE_TEXT && (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0)) {
        map->contours_auto = node->text[0] == 't';
        return LEY_OK;
    }
    if (node->kind != LEY_NODE_LIST || node->n == 0)
        return ley_node_fail(r->err, node, "contours", "a list of levels is expected, or true");
    map->contours = ley_tree_allocate(r->tree, (size_t)node->n * sizeof *map->contours);
    if (!map->contours) return out_of_memory(r);
    for (const ley_node *item = node->first; item; item = item->next) {
        ley_status status = read_number(r, &map->contours[map->n_contours], item, "contours");
        if (status != LEY_OK) return status;
        map->n_contours++;
    }
    return LEY_OK;
}

static ley_status read_map(reader *r, ley_sketch_panel *panel, const ley_node *node) {
    static const char *const keys[] = {"scenario", "z", "x", "y", "where", "contours", NULL};
    ley_sketch_map *map = ley_tree_allocate(r->tree, sizeof *map);
    if (!map) return out_of_memory(r);
    *map = (ley_sketch_map){.scenario = "", .node = node};
    panel->map = map;
    ley_status status = check_map(r, node, keys, "{z: \"final(battery.energy)\", x: ..., y: ...}");
    if (status == LEY_OK) status = read_text(r, &map->scenario, node, "scenario");
    if (status == LEY_OK) status = read_text(r, &map->z, node, "z");
    if (status == LEY_OK) status = read_text(r, &map->x, node, "x");
    if (status == LEY_OK) status = read_text(r, &map->y, node, "y");
    if (status == LEY_OK) status = read_places(r, &map->where, &map->n_where, node, "where");
    if (status == LEY_OK) status = read_contours(r, map, ley_node_child(node, "contours"));
    if (status == LEY_OK && !map->z)
        status = ley_node_fail(r->err, node, "map", "z is expected: what the map shows");
    for (ley_index i = 0; status == LEY_OK && i < map->n_where; i++)
        if (map->where[i].n > 1)
            status =
                ley_node_fail(r->err, ley_node_child(node, "where"), "where", "one value of each axis is expected");
    return status;
}

static ley_status read_panel(reader *r, ley_sketch_panel *panel, const ley_node *node) {
    static const char *const keys[] = {"title", "x", "y", "z", "curves", "map", NULL};
    *panel = (ley_sketch_panel){.title = ""};
    ley_status status = check_map(r, node, keys, "{title: ..., curves: [...]}");
    if (status == LEY_OK) status = read_text(r, &panel->title, node, "title");
    if (status == LEY_OK) status = read_axis(r, &panel->x, node, "x");
    if (status == LEY_OK) status = read_axis(r, &panel->y, node, "y");
    if (status == LEY_OK) status = read_axis(r, &panel->z, node, "z");
    if (status != LEY_OK) return status;
    const ley_node *curves = ley_node_child(node, "curves"), *map = ley_node_child(node, "map");
    if (!curves && !map) return ley_node_fail(r->err, node, "panels", "curves or a map is expected");
    if (map) status = read_map(r, panel, map);
    if (status != LEY_OK || !curves) return status;
    if (!map && ley_node_child(node, "z"))
        return ley_node_fail_key(r->err, ley_node_child(node, "z"), "z",
                                 "curves have no z; their axes are x and y");
    if (curves->kind != LEY_NODE_LIST || curves->n == 0)
        return ley_node_fail(r->err, curves, "curves",
                             "a list of curves is expected: [{y: \"max(battery.energy)\"}]");
    panel->curves = ley_tree_allocate(r->tree, (size_t)curves->n * sizeof *panel->curves);
    if (!panel->curves) return out_of_memory(r);
    for (const ley_node *item = curves->first; item && status == LEY_OK; item = item->next)
        status = read_curve(r, &panel->curves[panel->n_curves++], item);
    return status;
}

static ley_status read_colours(reader *r, ley_sketch *sketch, const ley_node *node) {
    if (!node) return LEY_OK;
    if (node->kind != LEY_NODE_LIST || node->n == 0 || node->n > LEY_SKETCH_COLOURS)
        return ley_node_fail(r->err, node, "colours", "up to %d numbers from 1 to 8 are expected: [3, 1]",
                             LEY_SKETCH_COLOURS);
    for (const ley_node *item = node->first; item; item = item->next) {
        double number = 0;
        ley_status status = read_number(r, &number, item, "colours");
        if (status == LEY_OK && (number != floor(number) || number < 1 || number > 8))
            status = ley_node_fail(r->err, item, "colours", "a number from 1 to 8 is expected");
        if (status != LEY_OK) return status;
        sketch->colours[sketch->n_colours++] = (int32_t)number;
    }
    return LEY_OK;
}

static ley_status read_look(reader *r, ley_sketch *sketch, const ley_node *node) {
    static const char *const palettes[] = {"viridis", "inferno", "plasma", "cividis", "grey", NULL};
    static const char *const shares[] = {"row", "none", NULL};
    int palette = 1, share = 0;
    ley_status status = read_word(r, &palette, node, "palette", palettes);
    if (status == LEY_OK) status = read_word(r, &share, node, "normalise", shares);
    if (status == LEY_OK) status = read_colours(r, sketch, ley_node_child(node, "colours"));
    sketch->palette = (ley_sketch_palette)(palette - 1);
    sketch->row_shares = share == 1;
    return status;
}

ley_status ley_sketch_read(ley_sketch *sketch, ley_tree *tree, const ley_node *node, ley_error *err) {
    static const char *const keys[] = {"columns", "title", "panels", "palette", "colours", "normalise", NULL};
    reader r = {tree, err};
    *sketch = (ley_sketch){0};
    ley_status status = check_map(&r, node, keys, "{panels: [...]}");
    if (status == LEY_OK) status = read_text(&r, &sketch->title, node, "title");
    if (status == LEY_OK) status = read_look(&r, sketch, node);
    if (status != LEY_OK) return status;
    const ley_node *columns = ley_node_child(node, "columns"), *panels = ley_node_child(node, "panels");
    double number = 0;
    if (columns) status = read_number(&r, &number, columns, "columns");
    if (status == LEY_OK && columns && (number != floor(number) || number < 1 || number > 6))
        status = ley_node_fail(err, columns, "columns", "a number from 1 to 6 is expected");
    if (status != LEY_OK) return status;
    sketch->columns = (int32_t)number;
    if (!panels || panels->kind != LEY_NODE_LIST || panels->n == 0)
        return ley_node_fail(err, panels ? panels : node, "panels",
                             "a list of panels is expected: [{curves: [...]}]");
    if (panels->n > LEY_SKETCH_PANELS)
        return ley_node_fail(err, panels, "panels", "at most %d panels can be read", LEY_SKETCH_PANELS);
    sketch->panels = ley_tree_allocate(tree, (size_t)panels->n * sizeof *sketch->panels);
    if (!sketch->panels) return out_of_memory(&r);
    for (const ley_node *item = panels->first; item && status == LEY_OK; item = item->next)
        status = read_panel(&r, &sketch->panels[sketch->n_panels++], item);
    return status;
}
