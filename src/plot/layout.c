#include "core/memory.h"
#include "core/status.h"
#include "plot/figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    SHORT = 6,          /* an axis of more values is drawn as x, as a map or as a colour gradient */
    CURVES_LABELLED = 8 /* curves of a vector observable that a legend can name */
};

/* A sweep axis was log-spaced if the ratios of neighbours are equal and it spans enough to matter. */
bool ley_plot_axis_is_logarithmic(const ley_plot_axis *axis) {
    if (axis->labels || axis->n < 3 || !(axis->values[0] > 0) || !(axis->values[1] > 0)) return false;
    const double step = log(axis->values[1] / axis->values[0]);
    for (ley_index i = 1; i < axis->n; i++) {
        if (!(axis->values[i] > 0)) return false;
        if (fabs(log(axis->values[i] / axis->values[i - 1]) - step) > 1e-6 * fabs(step)) return false;
    }
    return fabs(step) * (double)(axis->n - 1) > log(7.0);
}

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "plot", "not enough memory to lay out the figure");
}

static ley_status make_panels(ley_figure *figure, ley_index rows, ley_index columns, ley_error *err) {
    if (rows * columns > LEY_PLOT_PANELS)
        return ley_fail(err, LEY_ERR_ARGUMENT, "plot",
                        "%lld panels are more than a figure can show; choose what to draw with -y NAME",
                        (long long)(rows * columns));
    figure->rows = rows;
    figure->columns = columns;
    figure->panels = ley_allocate((size_t)(rows * columns), sizeof *figure->panels);
    return figure->panels ? LEY_OK : out_of_memory(err);
}

static ley_status make_curves(ley_panel *panel, ley_index n, ley_error *err) {
    panel->curves = ley_allocate((size_t)n, sizeof *panel->curves);
    if (!panel->curves) return out_of_memory(err);
    panel->n_curves = n;
    return LEY_OK;
}

/* Columns of a grid of n panels. Series are wide and stack well; sweeps and maps are nearly square. */
static ley_index grid_columns(ley_index n, bool wide) {
    if (wide) return n <= 3 ? 1 : n <= 8 ? 2 : 3;
    return n <= 1 ? 1 : n <= 4 ? 2 : 3;
}

static void along_time(ley_panel *panel, const ley_plot_source *source) {
    panel->used = true;
    panel->x_is_time = true;
    panel->n_x = source->n_times;
    panel->x = source->times;
    panel->x_label = ley_duplicate("Time (units of 1/frequency)");
}

static void along_axis(ley_panel *panel, const ley_plot_axis *axis) {
    panel->used = true;
    panel->n_x = axis->n;
    panel->x = axis->values;
    panel->words = (const char *const *)axis->labels;
    panel->log_x = ley_plot_axis_is_logarithmic(axis);
    panel->x_label = ley_plot_axis_label(axis->name);
}

static void along_map(ley_panel *panel, const ley_plot_axis *axis) {
    panel->n_y = axis->n;
    panel->y = axis->values;
    panel->y_stride = axis->stride;
    panel->log_map_y = ley_plot_axis_is_logarithmic(axis);
    panel->map_y_label = ley_plot_axis_label(axis->name);
}

/* ---- Quantities of one family share a panel: a single run, or measures over one axis ------------------------ */

static ley_status vector_panel(ley_panel *panel, const ley_plot_source *source, const ley_plot_quantity *quantity,
                               ley_error *err) {
    const char *label = NULL;
    const bool spins = strcmp(ley_plot_family(quantity->name, &label), "spins") == 0;
    along_time(panel, source);
    if (quantity->width > CURVES_LABELLED && !spins) {
        panel->counted = ley_allocate((size_t)quantity->width, sizeof *panel->counted);
        if (!panel->counted) return out_of_memory(err);
        for (ley_index i = 0; i < quantity->width; i++) panel->counted[i] = (double)i;
        panel->n_y = quantity->width;
        panel->y = panel->counted;
        panel->x_stride = quantity->width;
        panel->y_stride = 1;
        panel->z = quantity->values;
        panel->map_y_label =
            ley_duplicate(strcmp(ley_plot_family(quantity->name, &label), "element") == 0 ? "Element" : "Level");
        panel->z_label = ley_plot_quantity_label(quantity->name);
        return LEY_OK;
    }
    ley_status status = make_curves(panel, quantity->width, err);
    if (status != LEY_OK) return status;
    panel->colouring = quantity->width <= CURVES_LABELLED ? LEY_COLOUR_STEPS : LEY_COLOUR_GRADIENT;
    for (ley_index i = 0; i < quantity->width; i++) {
        char name[64];
        snprintf(name, sizeof name, spins ? "j = N/2 - %lld" : "level %lld", (long long)i);
        if (spins && i == 0) snprintf(name, sizeof name, "j = N/2");
        panel->curves[i] = (ley_curve){
            .label = ley_duplicate(name), .at = (double)i, .y = quantity->values + i, .stride = quantity->width};
        if (!panel->curves[i].label) return out_of_memory(err);
    }
    panel->y_label = ley_duplicate(label);
    return LEY_OK;
}

/* Quantities drawn together with quantity i: of the same family. Only the first of a family has members. */
static ley_index family_members(const ley_plot_source *source, ley_index i, ley_index *members) {
    const char *label, *family = ley_plot_family(source->quantities[i].name, &label);
    ley_index n = 0;
    for (ley_index k = 0; k < source->n_quantities; k++) {
        const ley_plot_quantity *other = &source->quantities[k];
        const bool same =
            k == i || (strcmp(family, "other") != 0 && strcmp(family, ley_plot_family(other->name, &label)) == 0 &&
                       other->width == 1 && source->quantities[i].width == 1);
        if (!same) continue;
        if (k < i) return 0;
        members[n++] = k;
    }
    return n;
}

static ley_status layout_families(ley_figure *figure, const ley_plot_source *source, const ley_plot_axis *axis,
                                  ley_error *err) {
    ley_index *members = ley_allocate((size_t)source->n_quantities, sizeof *members);
    if (!members) return out_of_memory(err);
    ley_status status = LEY_OK;
    ley_index n_panels = 0;
    for (ley_index i = 0; i < source->n_quantities; i++) n_panels += family_members(source, i, members) > 0;
    ley_index columns = grid_columns(n_panels, !axis || source->search);
    status = make_panels(figure, (n_panels + columns - 1) / columns, columns, err);
    if (status != LEY_OK) goto done;
    figure->shared_columns = !source->search;
    ley_panel *panel = figure->panels;
    for (ley_index i = 0; i < source->n_quantities; i++) {
        const ley_index n = family_members(source, i, members);
        if (n == 0) continue;
        const ley_plot_quantity *first = &source->quantities[i];
        if (first->width > 1) {
            status = vector_panel(panel++, source, first, err);
            if (status != LEY_OK) goto done;
            continue;
        }
        const ley_plot_axis *along = source->search && !first->is_measure ? NULL : axis;
        if (along)
            along_axis(panel, along);
        else
            along_time(panel, source);
        status = make_curves(panel, n, err);
        if (status != LEY_OK) goto done;
        for (ley_index k = 0; k < n; k++) {
            const ley_plot_quantity *member = &source->quantities[members[k]];
            panel->curves[k] = (ley_curve){.label = ley_plot_quantity_words(member->name),
                                           .at = (double)k,
                                           .y = member->values,
                                           .stride = along ? along->stride : 1};
            if (!panel->curves[k].label) {
                status = out_of_memory(err);
                goto done;
            }
        }
        const char *label;
        ley_plot_family(first->name, &label);
        panel->y_label = n > 1 ? ley_duplicate(label) : ley_plot_quantity_label(first->name);
        panel->log_y = ley_plot_family_is_logarithmic(first->name);
        panel++;
    }
done:
    ley_release(members);
    return status;
}

/* ---- Families of curves over an axis, with one column of panels for each value of another -------------------- */

typedef struct roles {
    const ley_plot_axis *x, *map, *curves, *columns; /* x: NULL for time */
} roles;

static ley_status fill_panel(ley_panel *panel, const ley_plot_source *source, const ley_plot_quantity *quantity,
                             const roles *r, ley_index column, ley_error *err) {
    const ley_index step = r->x ? 1 : source->n_times; /* numbers of one point */
    const ley_index first = r->columns ? column * r->columns->stride : 0;
    if (r->x)
        along_axis(panel, r->x);
    else
        along_time(panel, source);
    if (r->map) {
        along_map(panel, r->map);
        panel->z = quantity->values + first;
        panel->x_stride = r->x->stride;
        panel->z_label = ley_plot_quantity_label(quantity->name);
        return LEY_OK;
    }
    const ley_plot_axis *axis = r->curves;
    panel->colouring = !axis || axis->labels ? LEY_COLOUR_KINDS
                       : axis->n <= SHORT    ? LEY_COLOUR_STEPS
                                             : LEY_COLOUR_GRADIENT;
    panel->own_x = !r->x && source->times_vary;
    panel->y_label = ley_plot_quantity_label(quantity->name);
    panel->log_y = ley_plot_family_is_logarithmic(quantity->name);
    ley_status status = make_curves(panel, axis ? axis->n : 1, err);
    if (status != LEY_OK) return status;
    for (ley_index i = 0; i < panel->n_curves; i++) {
        ley_curve *curve = &panel->curves[i];
        const ley_index point = first + (axis ? i * axis->stride : 0);
        curve->label = axis ? ley_plot_axis_value(axis, i) : ley_plot_quantity_words(quantity->name);
        curve->at = axis ? axis->values[i] : 0;
        curve->y = quantity->values + point * step;
        curve->stride = r->x ? r->x->stride : 1;
        curve->x = source->times_vary ? source->times + point * source->n_times : NULL;
        if (!curve->label) return out_of_memory(err);
    }
    return LEY_OK;
}

static bool precedes(const ley_plot_axis *a, const ley_plot_axis *b) { /* a makes the better columns */
    if ((a->labels != NULL) != (b->labels != NULL)) return a->labels != NULL;
    return a->labels ? false : a->n < b->n;
}

/* Which axis does what. Measures spend one axis as x, series have time there. */
static ley_status choose_roles(roles *r, const ley_plot_source *source, bool measures, ley_error *err) {
    const ley_plot_axis *left[LEY_PLOT_AXES];
    ley_index n = 0, longest = -1;
    for (ley_index i = 0; i < source->n_axes; i++) left[n++] = &source->axes[i];
    *r = (roles){0};
    if (measures) {
        for (ley_index i = 0; i < n; i++) {
            if (left[i]->labels) continue;
            if (longest < 0 || left[i]->n > left[longest]->n) longest = i;
        }
        if (longest < 0) longest = n - 1;
        r->x = left[longest];
        for (ley_index i = longest; i + 1 < n; i++) left[i] = left[i + 1];
        n--;
        /* Two long axes of numbers: a map, with the axis written first along x. */
        for (ley_index i = 0; i < n && !r->map; i++) {
            if (left[i]->labels || left[i]->n <= SHORT || r->x->n <= SHORT || r->x->labels) continue;
            r->map = left[i];
            if (r->map < r->x) {
                r->map = r->x;
                r->x = left[i];
            }
            for (ley_index k = i; k + 1 < n; k++) left[k] = left[k + 1];
            n--;
        }
    }
    if (n == 2) {
        const bool swap = precedes(left[1], left[0]);
        r->columns = left[swap ? 1 : 0];
        r->curves = left[swap ? 0 : 1];
    } else if (n == 1) {
        if (r->map)
            r->columns = left[0];
        else
            r->curves = left[0];
    }
    if (n > 2 || (n == 2 && r->map))
        return ley_fail(
            err, LEY_ERR_ARGUMENT, "plot",
            "series over time cannot be drawn over %lld sweep axes; draw measures with -y, or take fewer axes",
            (long long)source->n_axes);
    if (r->columns && r->columns->n > SHORT)
        return ley_fail(err, LEY_ERR_ARGUMENT, "plot",
                        "a column of panels for each of the %lld values of %s is too much; sweep fewer of them",
                        (long long)r->columns->n, r->columns->name);
    return LEY_OK;
}

static ley_status layout_sweep(ley_figure *figure, const ley_plot_source *source, ley_error *err) {
    roles chosen = {0};
    bool any_series = false, any_measures = false;
    if (source->search) return layout_families(figure, source, &source->axes[0], err);
    for (ley_index i = 0; i < source->n_quantities; i++) {
        const ley_plot_quantity *quantity = &source->quantities[i];
        if (quantity->width > 1)
            return ley_fail(err, LEY_ERR_ARGUMENT, quantity->name,
                            "%s has several numbers at each time; only a run without sweep can be drawn with it",
                            quantity->name);
        any_measures = any_measures || quantity->is_measure;
        any_series = any_series || !quantity->is_measure;
    }
    if (any_series && any_measures)
        return ley_fail(err, LEY_ERR_ARGUMENT, "plot",
                        "series over time and measures over the sweep do not fit into one figure; draw them apart");
    if (any_measures && source->n_axes == 1) return layout_families(figure, source, &source->axes[0], err);
    const roles *r = &chosen;
    ley_status status = choose_roles(&chosen, source, any_measures, err);
    if (status != LEY_OK) return status;

    const ley_index columns = r->columns ? r->columns->n : grid_columns(source->n_quantities, any_series);
    const ley_index rows = r->columns ? source->n_quantities : (source->n_quantities + columns - 1) / columns;
    status = make_panels(figure, rows, columns, err);
    if (status != LEY_OK) return status;
    figure->shared_rows = r->columns != NULL;
    figure->shared_columns = true;
    figure->shared_legend = !r->map;
    if (r->curves) {
        figure->log_colour = ley_plot_axis_is_logarithmic(r->curves);
        figure->legend_title = ley_plot_axis_label(r->curves->name);
        if (!figure->legend_title) return out_of_memory(err);
    }
    for (ley_index i = 0; i < source->n_quantities; i++) {
        for (ley_index column = 0; column < (r->columns ? columns : 1); column++) {
            ley_panel *panel = &figure->panels[r->columns ? i * columns + column : i];
            status = fill_panel(panel, source, &source->quantities[i], r, column, err);
            if (status != LEY_OK) return status;
        }
    }
    if (r->columns) {
        figure->column_titles = ley_allocate((size_t)columns, sizeof *figure->column_titles);
        if (!figure->column_titles) return out_of_memory(err);
        for (ley_index column = 0; column < columns; column++) {
            figure->column_titles[column] = ley_plot_axis_value(r->columns, column);
            if (!figure->column_titles[column]) return out_of_memory(err);
        }
    }
    return LEY_OK;
}

ley_status ley_figure_layout(ley_figure *figure, const ley_plot_source *source, bool contours, ley_error *err) {
    *figure = (ley_figure){0};
    ley_status status = LEY_OK;
    if (source->n_quantities == 0)
        return ley_fail(err, LEY_ERR_ARGUMENT, "plot", "the result holds nothing that can be drawn");
    if (source->n_axes == 0) {
        for (ley_index i = 0; i < source->n_quantities; i++) {
            if (source->quantities[i].is_measure)
                return ley_fail(err, LEY_ERR_ARGUMENT, source->quantities[i].name,
                                "%s is one number here; a figure of it needs a sweep", source->quantities[i].name);
        }
        status = layout_families(figure, source, NULL, err);
    } else {
        status = layout_sweep(figure, source, err);
    }
    figure->title = ley_duplicate(source->title);
    figure->contours = contours;
    if (status == LEY_OK && !figure->title) status = out_of_memory(err);
    if (status != LEY_OK) ley_figure_clear(figure);
    return status;
}

void ley_figure_clear(ley_figure *figure) {
    for (ley_index i = 0; figure->panels && i < figure->rows * figure->columns; i++) {
        ley_panel *panel = &figure->panels[i];
        for (ley_index k = 0; k < panel->n_curves; k++) {
            ley_release(panel->curves[k].label);
            for (int j = 0; j < 2; j++) ley_release(panel->curves[k].own[j]);
        }
        for (int j = 0; j < 3; j++) ley_release(panel->owned[j]);
        for (ley_index k = 0; panel->own_words && k < panel->n_x; k++) ley_release(panel->own_words[k]);
        ley_release(panel->own_words);
        ley_release(panel->levels);
        ley_release(panel->title);
        ley_release(panel->curves);
        ley_release(panel->counted);
        ley_release(panel->x_label);
        ley_release(panel->y_label);
        ley_release(panel->map_y_label);
        ley_release(panel->z_label);
    }
    for (ley_index i = 0; figure->column_titles && i < figure->columns; i++) ley_release(figure->column_titles[i]);
    ley_release(figure->column_titles);
    ley_release(figure->panels);
    ley_release(figure->legend_title);
    ley_release(figure->title);
    *figure = (ley_figure){0};
}
