/* Panels of curves: families over an axis, laws that were fitted, formulas. */
#include "core/memory.h"
#include "core/status.h"
#include "expression/expression.h"
#include "plot/compose.h"
#include "result/place.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GUIDE_POINTS = 241, EACH_NAMED = 9 /* curves of a family that a legend can name */ };

static ley_status set_words(ley_panel_maker *p, const ley_layout_axis *axis) {
    ley_panel *panel = p->panel;
    if (panel->own_words) return LEY_OK;
    panel->n_x = axis->n;
    panel->own_words = ley_allocate((size_t)axis->n, sizeof *panel->own_words);
    panel->owned[0] = ley_allocate((size_t)axis->n, sizeof *panel->owned[0]);
    if (!panel->own_words || !panel->owned[0]) return ley_compose_out_of_memory(p->m->err);
    const ley_plot_axis words = ley_compose_axis(axis);
    for (ley_index i = 0; i < axis->n; i++) {
        panel->owned[0][i] = (double)i;
        panel->own_words[i] = ley_plot_axis_value(&words, i);
        if (!panel->own_words[i]) return ley_compose_out_of_memory(p->m->err);
    }
    panel->x = panel->owned[0];
    panel->words = (const char *const *)panel->own_words;
    return LEY_OK;
}

/* ---- Curves ------------------------------------------------------------------------------------------------- */

static ley_curve *add_curve(ley_panel_maker *p) {
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
    if (!pairs) return ley_compose_out_of_memory(err);
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
static ley_status choose_x(ley_panel_maker *p, const ley_sketch_curve *sketch, const ley_slice *slice,
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
static void note_axes(ley_panel_maker *p, const ley_sketch_curve *sketch, const ley_layout *layout, ley_index along,
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

static ley_status set_name(ley_curve *curve, const ley_sketch_curve *sketch, const ley_layout *layout,
                           ley_index each, ley_index k, ley_error *err) {
    if (each < 0) {
        curve->label = sketch->label ? ley_duplicate(sketch->label)
                       : sketch->fit ? ley_duplicate("")
                                     : ley_plot_quantity_words(sketch->y);
        return curve->label ? LEY_OK : ley_compose_out_of_memory(err);
    }
    const ley_plot_axis axis = ley_compose_axis(&layout->axes[each]);
    char *value = ley_plot_axis_value(&axis, k);
    curve->at = axis.labels ? (double)k : axis.values[k];
    if (value && sketch->label) {
        curve->label = ley_allocate(strlen(value) + strlen(sketch->label) + 3, 1);
        if (curve->label) sprintf(curve->label, "%s%s%s", sketch->label, sketch->label[0] ? ", " : "", value);
        ley_release(value);
    } else {
        curve->label = value;
        if (value && sketch->fit) value[0] = 0; /* the points of the same colour have the name */
    }
    return curve->label ? LEY_OK : ley_compose_out_of_memory(err);
}

/* The law that was fitted, over the range of its points. */
static ley_status one_law(ley_panel_maker *p, const ley_sketch_curve *sketch, const ley_slice *slice,
                          ley_index each, ley_index k) {
    const ley_layout *layout = ley_result_layout(slice->result);
    ley_error *err = p->m->err;
    ley_quantity fit;
    ley_index left[2] = {-1, -1};
    double a = 0, b = 0;
    ley_status status = ley_pick_fit(&fit, slice->result, sketch->fit, sketch->node, err);
    if (status != LEY_OK) return status;
    const ley_layout_fit *what = &layout->fits[fit.i];
    ley_slice held = *slice;
    held.at[fit.fit_axis] = 0;
    if (ley_pick_free(&held, each, left) > 0)
        return ley_node_fail(err, sketch->node, "where",
                             "which %.60s? The axis has %lld values; say where: or each:",
                             layout->axes[left[0]].name, (long long)layout->axes[left[0]].n);
    status = ley_pick_fitted(&a, &held, &fit, ley_fit_parameter(what->model, 0), -1, 0, sketch->node, err);
    if (status == LEY_OK)
        status = ley_pick_fitted(&b, &held, &fit, ley_fit_parameter(what->model, 1), -1, 0, sketch->node, err);
    if (status != LEY_OK) return status;
    ley_range x = {INFINITY, -INFINITY};
    const ley_layout_axis *axis = &layout->axes[fit.fit_axis];
    for (ley_index i = 0; i < axis->n; i++)
        if (axis->values[i] >= what->from && axis->values[i] <= what->to) ley_range_include(&x, axis->values[i]);
    ley_curve *curve = add_curve(p);
    if (!curve) return ley_compose_out_of_memory(err);
    curve->own[0] = ley_allocate(GUIDE_POINTS, sizeof **curve->own);
    curve->own[1] = ley_allocate(GUIDE_POINTS, sizeof **curve->own);
    if (!curve->own[0] || !curve->own[1]) return ley_compose_out_of_memory(err);
    curve->x = curve->own[0];
    curve->y = curve->own[1];
    curve->stride = 1;
    curve->n = GUIDE_POINTS;
    for (ley_index i = 0; i < GUIDE_POINTS; i++) {
        const double part = (double)i / (GUIDE_POINTS - 1);
        const double at = x.low > 0 ? x.low * pow(x.high / x.low, part) : x.low + (x.high - x.low) * part;
        const double y = what->model == LEY_FIT_POWER    ? b * pow(at, a)
                         : what->model == LEY_FIT_LINEAR ? b + a * at
                         : what->model == LEY_FIT_PEAK   ? b
                         : what->model == LEY_FIT_MEAN   ? a
                                                         : b * exp(a * at);
        curve->own[0][i] = ((what->model == LEY_FIT_PEAK ? a : at) - p->sketch->x.origin) / p->sketch->x.unit;
        curve->own[1][i] = (y - p->sketch->y.origin) / p->sketch->y.unit;
    }
    set_style(curve, sketch, p->panel, LEY_PICK_TIME);
    if (sketch->style == LEY_STYLE_AUTO)
        curve->style = what->model == LEY_FIT_PEAK ? LEY_CURVE_POINTS : LEY_CURVE_DASHED;
    if (what->model == LEY_FIT_PEAK) curve->n = 1;
    return set_name(curve, sketch, layout, each, k, err);
}

/* Divides the numbers of a curve by those of the same curve at other places. */
static ley_status take_relative(ley_panel_maker *p, ley_curve *curve, const ley_sketch_curve *sketch,
                                const ley_slice *slice, const ley_quantity *y, ley_index along) {
    const ley_layout *layout = ley_result_layout(slice->result);
    ley_slice other = *slice;
    double *values = NULL;
    ley_index n = 0, fixed = -1;
    for (ley_index i = 0; i < sketch->n_relative; i++) {
        const char *axis = sketch->relative[i].axis, *value = sketch->relative[i].values[0];
        const ley_index k = ley_layout_find_axis(layout, axis);
        if (k < 0) return ley_node_fail(p->m->err, sketch->node, "relative", "the sweep has no axis %.60s", axis);
        const ley_index place = ley_layout_find_value(&layout->axes[k], value);
        if (k == along) /* all of the curve by one of its values */
            fixed = place;
        else
            other.at[k] = place;
        if (place < 0 && p->m->strict)
            return ley_node_fail(p->m->err, sketch->node, "relative", "the axis %.60s has no value %.60s", axis,
                                 value);
        if (place < 0) other.absent = true;
    }
    ley_status status =
        other.absent ? LEY_OK : ley_pick_numbers(&values, &n, &other, y, along, sketch->node, p->m->err);
    for (ley_index i = 0; i < curve->n && status == LEY_OK; i++) {
        const double by = other.absent || i >= n ? NAN : values[fixed >= 0 ? fixed : i];
        curve->own[1][i] = by != 0 ? curve->own[1][i] / by : NAN;
    }
    ley_release(values);
    return status;
}

static ley_status one_curve(ley_panel_maker *p, const ley_sketch_curve *sketch, const ley_slice *whole,
                            ley_index each, ley_index k) {
    if (sketch->fit) return one_law(p, sketch, whole, each, k);
    const ley_layout *layout = ley_result_layout(whole->result);
    ley_slice held = *whole;
    const ley_slice *slice = &held;
    ley_error *err = p->m->err;
    ley_quantity y, x = {0};
    ley_index along = 0, n_x = 0, n_y = 0;
    bool has_x = false;
    ley_status status = ley_pick_quantity(&y, slice->result, sketch->y, sketch->node, err);
    if (status == LEY_OK && y.is_fit) held.at[y.fit_axis] = 0;
    if (status == LEY_OK) status = choose_x(p, sketch, slice, &y, each, &along, &x, &has_x);
    if (status != LEY_OK) return status;
    ley_curve *curve = add_curve(p);
    if (!curve) return ley_compose_out_of_memory(err);
    status = ley_pick_numbers(&curve->own[0], &n_x, slice, has_x ? &x : NULL, along, sketch->node, err);
    if (status == LEY_OK) status = ley_pick_numbers(&curve->own[1], &n_y, slice, &y, along, sketch->node, err);
    if (status != LEY_OK) return status;
    curve->n = n_x < n_y ? n_x : n_y;
    if (sketch->n_relative > 0) status = take_relative(p, curve, sketch, slice, &y, along);
    if (status != LEY_OK) return status;
    const bool words = along != LEY_PICK_TIME && layout->axes[along].labels && !has_x;
    if (words) status = set_words(p, &layout->axes[along]);
    if (status == LEY_OK && along != LEY_PICK_TIME && !has_x && !words) status = sort_curve(curve, err);
    if (status != LEY_OK) return status;
    note_axes(p, sketch, layout, along, has_x);
    for (ley_index i = 0; i < curve->n; i++) {
        if (!words) curve->own[0][i] = (curve->own[0][i] - p->sketch->x.origin) / p->sketch->x.unit;
        curve->own[1][i] = (curve->own[1][i] - p->sketch->y.origin) / p->sketch->y.unit;
        p->x_fractions = p->x_fractions || curve->own[0][i] != floor(curve->own[0][i]);
    }
    if (along != LEY_PICK_TIME && !has_x && p->sketch->x.scale == LEY_SCALE_AUTO) {
        const ley_plot_axis axis = ley_compose_axis(&layout->axes[along]);
        p->panel->log_x = ley_plot_axis_is_logarithmic(&axis);
    }
    curve->x = curve->own[0];
    curve->y = curve->own[1];
    curve->stride = 1;
    set_style(curve, sketch, p->panel, along);
    return set_name(curve, sketch, layout, each, k, err);
}

/* Colours and marks: a family takes a colour for each value, so that families over the same values match. */
static void set_colour(ley_panel_maker *p, ley_curve *curve, const ley_sketch_curve *sketch,
                       const ley_layout_axis *each, ley_index place, ley_index members) {
    const bool steps = each && !each->labels && members > 2;
    const ley_sketch *figure = p->m->sketch;
    ley_index kind = each ? place : p->next_colour;
    const ley_index marked = sketch->colour ? sketch->colour - 1 : kind;
    curve->mark = marked + (sketch == p->sketch->curves ? 0 : 4); /* another family has other marks */
    if (!each) curve->mark = marked;
    if (steps && !sketch->colour && !figure->n_colours)
        ley_script_shade(curve->colour, figure->palette, 0.86 * (double)place / (double)(members - 1));
    else
        snprintf(curve->colour, sizeof curve->colour, "%s",
                 ley_script_kind(sketch->colour      ? sketch->colour - 1
                                 : figure->n_colours ? figure->colours[kind % figure->n_colours] - 1
                                                     : kind));
    if (!each) p->next_colour++;
}

static const ley_sketch_place *values_of_each(const ley_sketch_curve *sketch) {
    for (ley_index i = 0; i < sketch->n_where; i++)
        if (sketch->each && strcmp(sketch->where[i].axis, sketch->each) == 0) return &sketch->where[i];
    return NULL;
}

static ley_status family(ley_panel_maker *p, const ley_sketch_curve *sketch) {
    ley_maker *m = p->m;
    ley_result *result = NULL;
    ley_slice slice;
    ley_status status = ley_compose_open(m, &result, sketch->scenario, sketch->node);
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

static ley_status guide(ley_panel_maker *p, const ley_sketch_curve *sketch, ley_range x) {
    ley_curve *curve = add_curve(p);
    if (!curve) return ley_compose_out_of_memory(p->m->err);
    curve->label = ley_duplicate(sketch->label ? sketch->label : sketch->formula);
    curve->own[0] = ley_allocate(GUIDE_POINTS, sizeof **curve->own);
    curve->own[1] = ley_allocate(GUIDE_POINTS, sizeof **curve->own);
    if (!curve->label || !curve->own[0] || !curve->own[1]) return ley_compose_out_of_memory(p->m->err);
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

ley_status ley_compose_curves(ley_panel_maker *p) {
    const ley_sketch_panel *sketch = p->sketch;
    ley_panel *panel = p->panel;
    ley_status status = LEY_OK;
    const char *label = "";
    panel->log_x = sketch->x.scale == LEY_SCALE_LOG;
    panel->log_y = sketch->y.scale == LEY_SCALE_LOG;
    for (ley_index i = 0; i < sketch->n_curves && status == LEY_OK; i++)
        if (!sketch->curves[i].formula) status = family(p, &sketch->curves[i]);
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
    bool relative = false; /* a ratio has no unit */
    for (ley_index i = 0; i < sketch->n_curves; i++) relative = relative || sketch->curves[i].n_relative > 0;
    if (p->quantity && !relative) ley_plot_family(p->quantity, &label);
    if (p->quantity && p->one_quantity && !panel->y_label)
        panel->y_label =
            relative ? ley_plot_ratio_label(p->quantity, "relative") : ley_plot_quantity_label(p->quantity);
    ley_compose_label(&panel->y_label, p->one_family ? label : "");
    ley_compose_label(&panel->x_label, "");
    panel->x_whole = !p->x_fractions && !panel->words;
    return panel->y_label && panel->x_label ? LEY_OK : ley_compose_out_of_memory(p->m->err);
}

ley_status ley_compose_over_map(ley_panel_maker *p) {
    const ley_sketch_panel *sketch = p->sketch;
    ley_panel *panel = p->panel;
    const bool log_x = panel->log_x;
    ley_range x = {INFINITY, -INFINITY};
    ley_status status = LEY_OK;
    for (ley_index i = 0; i < panel->n_x; i++) ley_range_include(&x, panel->x[i]);
    if (panel->x_asked.given) x = (ley_range){panel->x_asked.low, panel->x_asked.high};
    for (ley_index i = 0; i < sketch->n_curves && status == LEY_OK; i++) {
        const ley_index first = panel->n_curves;
        const ley_sketch_curve *curve = &sketch->curves[i];
        status = curve->formula ? guide(p, curve, x) : family(p, curve);
        for (ley_index k = first; k < panel->n_curves && !curve->colour; k++)
            snprintf(panel->curves[k].colour, sizeof panel->curves[k].colour, "#FFFFFF");
        for (ley_index k = first; k < panel->n_curves && curve->style == LEY_STYLE_AUTO; k++)
            if (panel->curves[k].style != LEY_CURVE_POINTS) panel->curves[k].style = LEY_CURVE_DASHED;
        panel->log_x = log_x; /* the map has chosen its axes */
        if (panel->words)
            return ley_node_fail(p->m->err, curve->node, "x", "a map has numbers along x, and this axis words");
    }
    return status;
}
