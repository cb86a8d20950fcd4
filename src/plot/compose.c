/* A figure as a `figure:` asks for it, from one or several result files. */
#include "core/memory.h"
#include "core/status.h"
#include "expression/expression.h"
#include "plot/figure.h"
#include "plot/pick.h"
#include "plot/script.h"
#include "result/place.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GUIDE_POINTS = 241, EACH_NAMED = 9 /* curves of a family that a legend can name */ };

typedef struct maker {
    const ley_plot_file *files;
    ley_index n_files;
    ley_result **open; /* [n_files] */
    bool strict;
    ley_error *err;
} maker;

typedef struct panel_maker {
    maker *m;
    const ley_sketch_panel *sketch;
    ley_panel *panel;
    size_t room;
    ley_index next_colour;
    const char *quantity; /* of the curves so far; NULL: none yet */
    bool one_quantity, one_family;
    bool x_fractions; /* an x value is no whole number */
} panel_maker;

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "plot", "not enough memory to compose the figure");
}

static ley_status open_result(maker *m, ley_result **result, const char *name, const ley_node *node) {
    ley_index i = 0;
    while (i < m->n_files && name[0] && strcmp(m->files[i].name, name) != 0) i++;
    if (i == m->n_files)
        return ley_node_fail(m->err, node, "scenario", "%.60s is not among the scenarios of this figure", name);
    if (!name[0] && m->n_files > 1)
        return ley_node_fail(m->err, node, "scenario", "which scenario? The figure has %lld",
                             (long long)m->n_files);
    ley_status status = m->open[i] ? LEY_OK : ley_result_open(&m->open[i], m->files[i].path, m->err);
    *result = m->open[i];
    return status;
}

/* ---- Axes --------------------------------------------------------------------------------------------------- */

static ley_plot_axis plot_axis(const ley_layout_axis *axis) {
    return (ley_plot_axis){.name = axis->name, .n = axis->n, .values = axis->values, .labels = axis->labels};
}

static ley_asked_range asked(const ley_sketch_axis *axis) {
    return (ley_asked_range){!isnan(axis->low), axis->low, axis->high};
}

static void set_label(char **label, const char *text) {
    if (!*label && text) *label = ley_duplicate(text);
}

static ley_status set_words(panel_maker *p, const ley_layout_axis *axis) {
    ley_panel *panel = p->panel;
    if (panel->own_words) return LEY_OK;
    panel->n_x = axis->n;
    panel->own_words = ley_allocate((size_t)axis->n, sizeof *panel->own_words);
    panel->owned[0] = ley_allocate((size_t)axis->n, sizeof *panel->owned[0]);
    if (!panel->own_words || !panel->owned[0]) return out_of_memory(p->m->err);
    const ley_plot_axis words = plot_axis(axis);
    for (ley_index i = 0; i < axis->n; i++) {
        panel->owned[0][i] = (double)i;
        panel->own_words[i] = ley_plot_axis_value(&words, i);
        if (!panel->own_words[i]) return out_of_memory(p->m->err);
    }
    panel->x = panel->owned[0];
    panel->words = (const char *const *)panel->own_words;
    return LEY_OK;
}

/* ---- Curves ------------------------------------------------------------------------------------------------- */

static ley_curve *add_curve(panel_maker *p) {
    ley_panel *panel = p->panel;
    if (ley_grow((void **)&panel->curves, &p->room, (size_t)panel->n_curves + 1, sizeof *panel->curves))
        return NULL;
    return &panel->curves[panel->n_curves++];
}

typedef struct pair {
    double x, y;
} pair;

static int by_x(const void *a, const void *b) {
    const pair *one = a, *two = b;
    return (one->x > two->x) - (one->x < two->x);
}

static ley_status sort_curve(ley_curve *curve, ley_error *err) {
    pair *pairs = ley_allocate((size_t)curve->n, sizeof *pairs);
    if (!pairs) return out_of_memory(err);
    for (ley_index i = 0; i < curve->n; i++) pairs[i] = (pair){curve->own[0][i], curve->own[1][i]};
    qsort(pairs, (size_t)curve->n, sizeof *pairs, by_x);
    for (ley_index i = 0; i < curve->n; i++) {
        curve->own[0][i] = pairs[i].x;
        curve->own[1][i] = pairs[i].y;
    }
    ley_release(pairs);
    return LEY_OK;
}

/* Along what a curve runs: an axis, or LEY_PICK_TIME; and the quantity along x, where it is one. */
static ley_status choose_x(panel_maker *p, const ley_sketch_curve *sketch, const ley_slice *slice,
                           const ley_quantity *y, ley_index each, ley_index *along, ley_quantity *x, bool *has_x) {
    const ley_layout *layout = ley_result_layout(slice->result);
    const bool time = y->over_time && isnan(slice->time);
    ley_index left[2] = {-1, -1}, n = 0;
    *has_x = false;
    *along = LEY_PICK_TIME;
    if (sketch->x && strcmp(sketch->x, "time") != 0 && strcmp(sketch->x, "t") != 0) {
        *along = ley_layout_find_axis(layout, sketch->x);
        if (*along < 0) {
            ley_status status = ley_pick_quantity(x, slice->result, sketch->x, sketch->node, p->m->err);
            if (status != LEY_OK) return status;
            if (x->over_time != y->over_time)
                return ley_node_fail(p->m->err, sketch->node, "x", "%.60s and %.60s are not of one kind", sketch->x,
                                     sketch->y);
            *has_x = true;
        }
    }
    if (*along < 0 && !time && (sketch->x == NULL || *has_x)) {
        n = ley_pick_free(slice, each, left);
        if (n == 0)
            return ley_node_fail(p->m->err, sketch->node, "curves",
                                 "%.60s is one number here; no axis is left to lie along x", sketch->y);
        *along = left[0];
    }
    if (*along < 0 && !time)
        return ley_node_fail(p->m->err, sketch->node, "x", "%.60s does not depend on time here", sketch->y);
    if (*along >= 0 && time)
        return ley_node_fail(p->m->err, sketch->node, "x", "%.60s depends on time: say at which, where: {t: 20}",
                             sketch->y);
    ley_slice held = *slice;
    if (*along >= 0) held.at[*along] = 0;
    n = ley_pick_free(&held, each, left);
    if (n > 0)
        return ley_node_fail(p->m->err, sketch->node, "where",
                             "which %.60s? The axis has %lld values; say where: or each:",
                             layout->axes[left[0]].name, (long long)layout->axes[left[0]].n);
    return LEY_OK;
}

/* Remembers what is drawn for the labels of the axes. */
static void note_axes(panel_maker *p, const ley_sketch_curve *sketch, const ley_layout *layout, ley_index along,
                      bool has_x) {
    ley_panel *panel = p->panel;
    const char *label;
    if (!p->quantity) panel->x_is_time = along == LEY_PICK_TIME && !has_x;
    if (!panel->x_label) {
        if (has_x)
            panel->x_label = ley_plot_quantity_label(sketch->x);
        else
            panel->x_label = along == LEY_PICK_TIME ? ley_duplicate("Time (units of 1/frequency)")
                                                    : ley_plot_axis_label(layout->axes[along].name);
    }
    if (!p->quantity) {
        p->quantity = sketch->y;
        p->one_quantity = p->one_family = true;
        return;
    }
    p->one_quantity = p->one_quantity && strcmp(p->quantity, sketch->y) == 0;
    const char *family = ley_plot_family(p->quantity, &label);
    p->one_family =
        p->one_family && strcmp(family, "other") != 0 && strcmp(family, ley_plot_family(sketch->y, &label)) == 0;
}

static void set_style(ley_curve *curve, const ley_sketch_curve *sketch, const ley_panel *panel, ley_index along) {
    static const ley_curve_style styles[] = {[LEY_STYLE_LINES] = LEY_CURVE_LINES,
                                             [LEY_STYLE_POINTS] = LEY_CURVE_POINTS,
                                             [LEY_STYLE_LINESPOINTS] = LEY_CURVE_LINESPOINTS,
                                             [LEY_STYLE_DASHED] = LEY_CURVE_DASHED,
                                             [LEY_STYLE_DOTTED] = LEY_CURVE_DOTTED};
    const bool few = along != LEY_PICK_TIME && curve->n <= POINTS_SHOWN;
    curve->style = few ? LEY_CURVE_LINESPOINTS : LEY_CURVE_LINES;
    if (panel->words) curve->style = LEY_CURVE_POINTS;
    if (sketch->style != LEY_STYLE_AUTO) curve->style = styles[sketch->style];
}

static ley_status one_curve(panel_maker *p, const ley_sketch_curve *sketch, const ley_slice *slice, ley_index each,
                            ley_index k) {
    const ley_layout *layout = ley_result_layout(slice->result);
    ley_error *err = p->m->err;
    ley_quantity y, x = {0};
    ley_index along = 0, n_x = 0, n_y = 0;
    bool has_x = false;
    ley_status status = ley_pick_quantity(&y, slice->result, sketch->y, sketch->node, err);
    if (status == LEY_OK) status = choose_x(p, sketch, slice, &y, each, &along, &x, &has_x);
    if (status != LEY_OK) return status;
    ley_curve *curve = add_curve(p);
    if (!curve) return out_of_memory(err);
    status = ley_pick_numbers(&curve->own[0], &n_x, slice, has_x ? &x : NULL, along, sketch->node, err);
    if (status == LEY_OK) status = ley_pick_numbers(&curve->own[1], &n_y, slice, &y, along, sketch->node, err);
    if (status != LEY_OK) return status;
    curve->n = n_x < n_y ? n_x : n_y;
    const bool words = along != LEY_PICK_TIME && layout->axes[along].labels && !has_x;
    if (words) status = set_words(p, &layout->axes[along]);
    if (status == LEY_OK && along != LEY_PICK_TIME && !has_x && !words) status = sort_curve(curve, err);
    if (status != LEY_OK) return status;
    note_axes(p, sketch, layout, along, has_x);
    for (ley_index i = 0; i < curve->n; i++) {
        if (!words) curve->own[0][i] /= p->sketch->x.unit;
        curve->own[1][i] /= p->sketch->y.unit;
        p->x_fractions = p->x_fractions || curve->own[0][i] != floor(curve->own[0][i]);
    }
    if (along != LEY_PICK_TIME && !has_x && p->sketch->x.scale == LEY_SCALE_AUTO) {
        const ley_plot_axis axis = plot_axis(&layout->axes[along]);
        p->panel->log_x = ley_plot_axis_is_logarithmic(&axis);
    }
    curve->x = curve->own[0];
    curve->y = curve->own[1];
    curve->stride = 1;
    set_style(curve, sketch, p->panel, along);
    if (each >= 0) {
        const ley_plot_axis axis = plot_axis(&layout->axes[each]);
        char *value = ley_plot_axis_value(&axis, k);
        curve->at = axis.labels ? (double)k : axis.values[k];
        curve->label = value && sketch->label ? ley_allocate(strlen(value) + strlen(sketch->label) + 3, 1) : value;
        if (value && sketch->label && curve->label)
            sprintf(curve->label, "%s%s%s", sketch->label, sketch->label[0] ? ", " : "", value);
        if (sketch->label) ley_release(value);
    } else {
        curve->label = sketch->label ? ley_duplicate(sketch->label) : ley_plot_quantity_words(sketch->y);
    }
    return curve->label ? LEY_OK : out_of_memory(err);
}

/* Colours and marks: a family takes a colour for each value, so that families over the same values match. */
static void set_colour(panel_maker *p, ley_curve *curve, const ley_sketch_curve *sketch,
                       const ley_layout_axis *each, ley_index place, ley_index members) {
    const bool steps = each && !each->labels && members > 2;
    ley_index kind = each ? place : p->next_colour;
    if (sketch->colour) kind = sketch->colour - 1;
    curve->mark = kind + (sketch == p->sketch->curves ? 0 : 4); /* another family has other marks */
    if (!each) curve->mark = kind;
    if (steps && !sketch->colour)
        ley_script_step(curve->colour, 0.86 * (double)place / (double)(members - 1));
    else
        snprintf(curve->colour, sizeof curve->colour, "%s", ley_script_kind(kind));
    if (!each) p->next_colour++;
}

static const ley_sketch_place *values_of_each(const ley_sketch_curve *sketch) {
    for (ley_index i = 0; i < sketch->n_where; i++)
        if (sketch->each && strcmp(sketch->where[i].axis, sketch->each) == 0) return &sketch->where[i];
    return NULL;
}

static ley_status family(panel_maker *p, const ley_sketch_curve *sketch) {
    maker *m = p->m;
    ley_result *result = NULL;
    ley_slice slice;
    ley_status status = open_result(m, &result, sketch->scenario, sketch->node);
    if (status == LEY_OK)
        status = ley_pick_slice(&slice, result, sketch->where, sketch->n_where, m->strict, sketch->node, m->err);
    if (status != LEY_OK || slice.absent) return status;
    const ley_layout *layout = ley_result_layout(result);
    const ley_index each = sketch->each ? ley_layout_find_axis(layout, sketch->each) : -1;
    if (sketch->each && each < 0 && m->strict)
        return ley_node_fail(m->err, sketch->node, "each", "the sweep has no axis %.60s", sketch->each);
    if (each < 0) {
        status = one_curve(p, sketch, &slice, -1, 0);
        if (status == LEY_OK) set_colour(p, &p->panel->curves[p->panel->n_curves - 1], sketch, NULL, 0, 1);
        return status;
    }
    const ley_layout_axis *axis = &layout->axes[each];
    const ley_sketch_place *chosen = values_of_each(sketch);
    const ley_index n = chosen ? chosen->n : axis->n;
    for (ley_index i = 0; i < n && status == LEY_OK; i++) {
        const ley_index k = chosen ? ley_layout_find_value(axis, chosen->values[i]) : i;
        if (k < 0 && m->strict)
            return ley_node_fail(m->err, sketch->node, "where", "the axis %.60s has no value %.60s", sketch->each,
                                 chosen->values[i]);
        if (k < 0) continue;
        slice.at[each] = k;
        status = one_curve(p, sketch, &slice, each, k);
        if (status == LEY_OK) set_colour(p, &p->panel->curves[p->panel->n_curves - 1], sketch, axis, i, n);
    }
    return status;
}

static ley_status guide(panel_maker *p, const ley_sketch_curve *sketch, ley_range x) {
    ley_curve *curve = add_curve(p);
    if (!curve) return out_of_memory(p->m->err);
    curve->label = ley_duplicate(sketch->label ? sketch->label : sketch->formula);
    curve->own[0] = ley_allocate(GUIDE_POINTS, sizeof **curve->own);
    curve->own[1] = ley_allocate(GUIDE_POINTS, sizeof **curve->own);
    if (!curve->label || !curve->own[0] || !curve->own[1]) return out_of_memory(p->m->err);
    curve->x = curve->own[0];
    curve->y = curve->own[1];
    curve->stride = 1;
    curve->is_guide = p->quantity != NULL;
    for (ley_index i = 0; i < GUIDE_POINTS; i++) {
        const double part = (double)i / (GUIDE_POINTS - 1);
        const double at = p->panel->log_x ? x.low * pow(x.high / x.low, part) : x.low + (x.high - x.low) * part;
        const ley_name names[] = {{"x", at}};
        const ley_scope scope = {.names = names, .n_names = 1};
        ley_expression *formula = NULL;
        curve->own[0][i] = at;
        curve->own[1][i] = NAN; /* where the formula is not finite */
        if (ley_expression_create(&formula, sketch->formula, &scope, NULL) == LEY_OK)
            curve->own[1][i] = ley_expression_at(formula, 0);
        ley_expression_destroy(formula);
    }
    curve->n = GUIDE_POINTS;
    curve->style = LEY_CURVE_DOTTED;
    set_style(curve, sketch, p->panel, LEY_PICK_TIME);
    if (sketch->style == LEY_STYLE_AUTO) curve->style = LEY_CURVE_DOTTED;
    snprintf(curve->colour, sizeof curve->colour, "%s",
             sketch->colour ? ley_script_kind(sketch->colour - 1) : "#444444");
    return LEY_OK;
}

static ley_status curves_panel(panel_maker *p) {
    const ley_sketch_panel *sketch = p->sketch;
    ley_panel *panel = p->panel;
    ley_status status = LEY_OK;
    const char *label = "";
    panel->log_x = sketch->x.scale == LEY_SCALE_LOG;
    panel->log_y = sketch->y.scale == LEY_SCALE_LOG;
    for (ley_index i = 0; i < sketch->n_curves && status == LEY_OK; i++)
        if (sketch->curves[i].y) status = family(p, &sketch->curves[i]);
    if (status != LEY_OK) return status;
    ley_range x = ley_range_of_x(panel);
    if (panel->x_asked.given) x = (ley_range){panel->x_asked.low, panel->x_asked.high};
    if (x.low > x.high) x = (ley_range){panel->log_x ? 0.1 : 0, 1};
    for (ley_index i = 0; i < sketch->n_curves && status == LEY_OK; i++)
        if (sketch->curves[i].formula) status = guide(p, &sketch->curves[i], x);
    if (status != LEY_OK) return status;
    /* One family of many values has a colour bar in place of a legend. */
    if (sketch->n_curves == 1 && sketch->curves[0].each && panel->n_curves > EACH_NAMED)
        panel->colouring = LEY_COLOUR_GRADIENT;
    if (p->quantity) ley_plot_family(p->quantity, &label);
    if (p->quantity && p->one_quantity)
        panel->y_label = panel->y_label ? panel->y_label : ley_plot_quantity_label(p->quantity);
    set_label(&panel->y_label, p->one_family ? label : "");
    set_label(&panel->x_label, "");
    panel->x_whole = !p->x_fractions && !panel->words;
    return panel->y_label && panel->x_label ? LEY_OK : out_of_memory(p->m->err);
}

/* ---- Maps --------------------------------------------------------------------------------------------------- */

static bool is_time(const char *word) {
    return word && (strcmp(word, "time") == 0 || strcmp(word, "t") == 0);
}

static ley_status map_axes(panel_maker *p, const ley_slice *slice, bool time, ley_index axis[2]) {
    const ley_sketch_map *map = p->sketch->map;
    const char *const words[2] = {map->x, map->y};
    const ley_layout *layout = ley_result_layout(slice->result);
    ley_slice held = *slice;
    ley_index left[2] = {-1, -1};
    bool known[2] = {false, false};
    for (int i = 0; i < 2; i++) {
        if (!words[i]) continue;
        axis[i] = is_time(words[i]) ? LEY_PICK_TIME : ley_layout_find_axis(layout, words[i]);
        known[i] = true;
        if (axis[i] < 0 && !is_time(words[i]))
            return ley_node_fail(p->m->err, map->node, "map", "the sweep has no axis %.60s", words[i]);
        if (axis[i] >= 0) held.at[axis[i]] = 0;
    }
    if (time && !known[0] && !(known[1] && axis[1] == LEY_PICK_TIME)) {
        axis[0] = LEY_PICK_TIME;
        known[0] = true;
    }
    for (int i = 0; i < 2; i++) {
        if (known[i]) continue;
        if (ley_pick_free(&held, -1, left) < 1)
            return ley_node_fail(p->m->err, map->node, "map", "two axes are needed for a map");
        axis[i] = left[0];
        held.at[left[0]] = 0;
    }
    if (ley_pick_free(&held, -1, left) > 0)
        return ley_node_fail(p->m->err, map->node, "where",
                             "which %.60s? The axis has %lld values; say where:", layout->axes[left[0]].name,
                             (long long)layout->axes[left[0]].n);
    if (axis[0] == axis[1] || (axis[0] == LEY_PICK_TIME || axis[1] == LEY_PICK_TIME) != time)
        return ley_node_fail(p->m->err, map->node, "map", "x and y of this map do not fit %.60s", map->z);
    for (int i = 0; i < 2; i++)
        if (axis[i] >= 0 && (layout->axes[axis[i]].labels || layout->axes[axis[i]].n < 2))
            return ley_node_fail(p->m->err, map->node, "map", "%.60s: a map wants axes of two or more numbers",
                                 layout->axes[axis[i]].name);
    return LEY_OK;
}

static char *axis_label(const ley_layout *layout, ley_index axis) {
    return axis == LEY_PICK_TIME ? ley_duplicate("Time (units of 1/frequency)")
                                 : ley_plot_axis_label(layout->axes[axis].name);
}

static bool log_axis(const ley_layout *layout, ley_index axis, ley_sketch_scale scale) {
    if (scale != LEY_SCALE_AUTO || axis == LEY_PICK_TIME) return scale == LEY_SCALE_LOG;
    const ley_plot_axis plot = plot_axis(&layout->axes[axis]);
    return ley_plot_axis_is_logarithmic(&plot);
}

static ley_status map_numbers(panel_maker *p, ley_slice *slice, const ley_quantity *z, const ley_index axis[2]) {
    const ley_sketch_map *map = p->sketch->map;
    ley_panel *panel = p->panel;
    ley_error *err = p->m->err;
    ley_status status = ley_pick_numbers(&panel->owned[0], &panel->n_x, slice, NULL, axis[0], map->node, err);
    if (status == LEY_OK)
        status = ley_pick_numbers(&panel->owned[1], &panel->n_y, slice, NULL, axis[1], map->node, err);
    if (status != LEY_OK) return status;
    panel->owned[2] = ley_allocate((size_t)panel->n_x, (size_t)panel->n_y * sizeof *panel->owned[2]);
    if (!panel->owned[2]) return out_of_memory(err);
    /* Row after row along x, or, where time lies along y, column after column. */
    const int inner = axis[1] == LEY_PICK_TIME ? 1 : 0, outer = 1 - inner;
    const ley_index n_outer = outer ? panel->n_y : panel->n_x, n_inner = outer ? panel->n_x : panel->n_y;
    for (ley_index j = 0; j < n_outer && status == LEY_OK; j++) {
        double *line = NULL;
        ley_index n = 0;
        slice->at[axis[outer]] = j;
        status = ley_pick_numbers(&line, &n, slice, z, axis[inner], map->node, err);
        for (ley_index i = 0; i < n_inner && status == LEY_OK; i++)
            panel->owned[2][outer ? i * panel->n_y + j : j * panel->n_y + i] =
                i < n ? line[i] / p->sketch->z.unit : NAN;
        ley_release(line);
    }
    for (ley_index i = 0; i < panel->n_x; i++) panel->owned[0][i] /= p->sketch->x.unit;
    for (ley_index i = 0; i < panel->n_y; i++) panel->owned[1][i] /= p->sketch->y.unit;
    return status;
}

static ley_status map_panel(panel_maker *p) {
    const ley_sketch_map *map = p->sketch->map;
    ley_panel *panel = p->panel;
    ley_error *err = p->m->err;
    ley_result *result = NULL;
    ley_slice slice;
    ley_quantity z;
    ley_index axis[2] = {-1, -1};
    ley_status status = open_result(p->m, &result, map->scenario, map->node);
    if (status == LEY_OK)
        status = ley_pick_slice(&slice, result, map->where, map->n_where, p->m->strict, map->node, err);
    if (status != LEY_OK) return status;
    if (slice.absent) {
        panel->used = false;
        return LEY_OK;
    }
    status = ley_pick_quantity(&z, result, map->z, map->node, err);
    if (status == LEY_OK) status = map_axes(p, &slice, z.over_time && isnan(slice.time), axis);
    if (status == LEY_OK) status = map_numbers(p, &slice, &z, axis);
    if (status != LEY_OK) return status;
    const ley_layout *layout = ley_result_layout(result);
    panel->x = panel->owned[0];
    panel->y = panel->owned[1];
    panel->z = panel->owned[2];
    panel->x_stride = panel->n_y;
    panel->y_stride = 1;
    panel->log_x = log_axis(layout, axis[0], p->sketch->x.scale);
    panel->log_map_y = log_axis(layout, axis[1], p->sketch->y.scale);
    panel->log_z = p->sketch->z.scale == LEY_SCALE_LOG;
    if (!panel->x_label) panel->x_label = axis_label(layout, axis[0]);
    panel->map_y_label = panel->y_label ? panel->y_label : axis_label(layout, axis[1]);
    panel->y_label = NULL;
    panel->z_label = p->sketch->z.label ? ley_duplicate(p->sketch->z.label) : ley_plot_quantity_label(map->z);
    panel->contours = map->contours_auto || map->n_contours > 0;
    if (map->n_contours > 0) {
        panel->levels = ley_allocate((size_t)map->n_contours, sizeof *panel->levels);
        if (!panel->levels) return out_of_memory(err);
        memcpy(panel->levels, map->contours, (size_t)map->n_contours * sizeof *panel->levels);
        panel->n_levels = map->n_contours;
    }
    return panel->x_label && panel->map_y_label && panel->z_label ? LEY_OK : out_of_memory(err);
}

/* ---- The whole ---------------------------------------------------------------------------------------------- */

static bool in_legend(const ley_panel *panel, const ley_curve *curve) {
    for (ley_index k = 0; k < panel->n_curves; k++) {
        const ley_curve *other = &panel->curves[k];
        if (strcmp(curve->label, other->label) == 0 && strcmp(curve->colour, other->colour) == 0 &&
            curve->style == other->style && curve->mark == other->mark)
            return true;
    }
    return curve->label[0] == 0;
}

/* Panels share one legend where the largest of them says what all others say. */
static void share_legend(ley_figure *figure) {
    ley_index largest = 0;
    for (ley_index i = 0; i < figure->rows * figure->columns; i++) {
        const ley_panel *panel = &figure->panels[i];
        if (panel->used && panel->n_curves > figure->panels[largest].n_curves) largest = i;
    }
    const ley_panel *whole = &figure->panels[largest];
    for (ley_index i = 0; i < figure->rows * figure->columns; i++) {
        const ley_panel *panel = &figure->panels[i];
        if (!panel->used) continue;
        if (panel->n_y > 0 || panel->n_curves < 2 || panel->colouring != whole->colouring) return;
        for (ley_index k = 0; k < panel->n_curves; k++)
            if (!in_legend(whole, &panel->curves[k])) return;
    }
    figure->shared_legend = true;
    figure->legend_from = whole->colouring == LEY_COLOUR_GRADIENT ? 0 : largest;
}

static ley_status compose_panel(maker *m, ley_panel *panel, const ley_sketch_panel *sketch) {
    panel_maker p = {.m = m, .sketch = sketch, .panel = panel};
    panel->used = panel->free = true;
    panel->title = ley_duplicate(sketch->title);
    if (!panel->title) return out_of_memory(m->err);
    panel->x_asked = asked(&sketch->x);
    panel->y_asked = asked(&sketch->y);
    panel->z_asked = asked(&sketch->z);
    set_label(&panel->x_label, sketch->x.label);
    set_label(&panel->y_label, sketch->y.label);
    return sketch->map ? map_panel(&p) : curves_panel(&p);
}

ley_status ley_figure_compose(ley_figure *figure, const ley_sketch *sketch, const ley_plot_file *files,
                              ley_index n_files, const char *title, bool strict, ley_error *err) {
    *figure = (ley_figure){0};
    maker m = {.files = files, .n_files = n_files, .strict = strict, .err = err};
    m.open = ley_allocate((size_t)n_files, sizeof(ley_result *));
    const ley_index n = sketch->n_panels;
    figure->columns = sketch->columns ? sketch->columns : n <= 1 ? 1 : n <= 4 ? 2 : 3;
    if (figure->columns > n) figure->columns = n;
    figure->rows = (n + figure->columns - 1) / figure->columns;
    figure->panels = ley_allocate((size_t)(figure->rows * figure->columns), sizeof *figure->panels);
    figure->title = ley_duplicate(sketch->title ? sketch->title : title);
    ley_status status = m.open && figure->panels && figure->title ? LEY_OK : out_of_memory(err);
    bool any = false;
    for (ley_index i = 0; i < n && status == LEY_OK; i++) {
        status = compose_panel(&m, &figure->panels[i], &sketch->panels[i]);
        any = any || figure->panels[i].n_curves > 0 || figure->panels[i].n_y > 0;
    }
    if (status == LEY_OK && !any)
        status = ley_fail(err, LEY_ERR_ARGUMENT, "figure", "nothing of the figure is in the result");
    if (status == LEY_OK && n > 1) share_legend(figure);
    if (status == LEY_OK && figure->panels[0].colouring == LEY_COLOUR_GRADIENT)
        figure->legend_title = ley_plot_axis_label(sketch->panels[0].curves[0].each);
    for (ley_index i = 0; m.open && i < n_files; i++) ley_result_close(m.open[i]);
    ley_release(m.open);
    if (status != LEY_OK) ley_figure_clear(figure);
    return status;
}
