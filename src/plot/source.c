#include "core/memory.h"
#include "core/status.h"
#include "plot/figure.h"
#include "result/place.h"
#include "result/result.h"

#include <math.h>
#include <string.h>

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "plot", "not enough memory to read what the figure shows");
}

static ley_status unknown_name(const ley_layout *layout, const char *name, ley_error *err) {
    char hint[120];
    ley_text known = {0};
    for (ley_index i = 0; i < layout->n_series; i++)
        ley_text_add(&known, "%s%s", i ? ", " : "", layout->series[i].name);
    for (ley_index i = 0; i < layout->n_measures; i++)
        ley_text_add(&known, "%s%s", i || layout->n_series ? ", " : "", layout->measures[i].name);
    ley_status status = ley_fail(err, LEY_ERR_ARGUMENT, name, "the result has no %s%s; it has %s", name,
                                 ley_layout_hint(layout, name, hint, sizeof hint),
                                 known.data ? known.data : "nothing that can be drawn");
    ley_text_clear(&known);
    return status;
}

static ley_status read_axes(ley_plot_source *source, const ley_layout *layout, ley_error *err) {
    ley_index stride = layout->n_points;
    source->points = layout->n_points;
    source->axes = ley_allocate(LEY_PLOT_AXES, sizeof *source->axes);
    if (!source->axes) return out_of_memory(err);
    for (ley_index i = 0; i < layout->n_axes; i++) {
        const ley_layout_axis *from = &layout->axes[i];
        stride /= from->n;
        if (from->n == 1) continue;
        if (source->n_axes == LEY_PLOT_AXES)
            return ley_fail(err, LEY_ERR_ARGUMENT, "plot",
                            "a figure shows up to %d sweep axes of more than one value; this result has more",
                            LEY_PLOT_AXES);
        ley_plot_axis *to = &source->axes[source->n_axes++];
        to->n = from->n;
        to->stride = stride;
        to->name = ley_duplicate(from->name);
        to->values = ley_allocate((size_t)from->n, sizeof *to->values);
        if (!to->name || !to->values) return out_of_memory(err);
        memcpy(to->values, from->values, (size_t)from->n * sizeof *to->values);
        if (!from->labels) continue;
        to->labels = ley_allocate((size_t)from->n, sizeof *to->labels);
        if (!to->labels) return out_of_memory(err);
        for (ley_index k = 0; k < from->n; k++) {
            to->labels[k] = ley_duplicate(from->labels[k]);
            if (!to->labels[k]) return out_of_memory(err);
            to->values[k] = (double)k;
        }
    }
    return LEY_OK;
}

static ley_status read_times(ley_plot_source *source, const ley_layout *layout, ley_error *err) {
    const size_t n = (size_t)(layout->n_times * (layout->time_varies ? layout->n_points : 1));
    source->n_times = layout->n_times;
    source->times_vary = layout->time_varies && layout->n_points > 1;
    source->times = ley_allocate(n, sizeof *source->times);
    if (!source->times) return out_of_memory(err);
    memcpy(source->times, layout->times, n * sizeof *source->times);
    return LEY_OK;
}

/* Of an optimisation, a series is that of the best run, beside measures of all. */
static ley_status read_series(ley_plot_source *source, const ley_result *result, ley_index i_series,
                              ley_error *err) {
    const ley_layout_series *series = &ley_result_layout(result)->series[i_series];
    ley_plot_quantity *to = &source->quantities[source->n_quantities++];
    const ley_index one = source->n_times * series->width; /* numbers of a point */
    to->width = series->width;
    to->is_measure = ley_result_layout(result)->steady && !series->dimension; /* one number a point */
    to->name = ley_duplicate(series->name);
    const ley_index best = source->search ? ley_result_best(result) : -1;
    to->values = ley_allocate((size_t)source->points, (size_t)one * sizeof *to->values);
    if (!to->name || !to->values) return out_of_memory(err);
    if (source->search && best < 0)
        return ley_fail(err, LEY_ERR_ARGUMENT, to->name,
                        "there is no best run yet: no evaluation meets the conditions");
    if (source->search) return ley_result_series(result, to->values, i_series, best, err);
    for (ley_index point = 0; point < source->points; point++) {
        ley_status status = ley_result_series(result, to->values + point * one, i_series, point, err);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

static ley_status read_measure(ley_plot_source *source, const ley_result *result, ley_index i_measure,
                               ley_error *err) {
    ley_plot_quantity *to = &source->quantities[source->n_quantities++];
    to->is_measure = true;
    to->width = 1;
    to->name = ley_duplicate(ley_result_layout(result)->measures[i_measure].name);
    to->values = ley_allocate((size_t)source->points, sizeof *to->values);
    if (!to->name || !to->values) return out_of_memory(err);
    for (ley_index point = 0; point < source->points; point++)
        to->values[point] = ley_result_measure(result, i_measure, point);
    return LEY_OK;
}

/* The objective of the evaluations that meet the conditions, and the best of them so far. */
static ley_status read_convergence(ley_plot_source *source, const ley_result *result, ley_error *err) {
    const ley_layout_search *search = &ley_result_layout(result)->search;
    const double sign = strcmp(search->goal, "maximize") == 0 ? 1 : -1;
    ley_plot_quantity *all = &source->quantities[source->n_quantities], *best = all + 1;
    ley_status status = read_measure(source, result, search->n_variables, err);
    if (status == LEY_OK) status = read_measure(source, result, search->n_variables, err);
    if (status != LEY_OK) return status;
    ley_release(best->name);
    best->name = ley_duplicate("best so far");
    if (!best->name) return out_of_memory(err);
    for (ley_index point = 0; point < source->points; point++) {
        if (!ley_result_is_feasible(result, point)) all->values[point] = best->values[point] = NAN;
        const double before = point ? best->values[point - 1] : NAN;
        if (!(sign * best->values[point] > sign * before) && !isnan(before)) best->values[point] = before;
    }
    return LEY_OK;
}

/* Names chosen, in the order given. */
static ley_status read_named(ley_plot_source *source, const ley_result *result, const char *const *names,
                             ley_index n, ley_error *err) {
    const ley_layout *layout = ley_result_layout(result);
    for (ley_index k = 0; k < n; k++) {
        ley_index series = 0, measure = 0;
        while (series < layout->n_series && strcmp(layout->series[series].name, names[k]) != 0) series++;
        while (measure < layout->n_measures && strcmp(layout->measures[measure].name, names[k]) != 0) measure++;
        ley_status status = series < layout->n_series      ? read_series(source, result, series, err)
                            : measure < layout->n_measures ? read_measure(source, result, measure, err)
                                                           : unknown_name(layout, names[k], err);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

static ley_status read_default(ley_plot_source *source, const ley_result *result, ley_error *err) {
    const ley_layout *layout = ley_result_layout(result);
    const bool sweep = source->n_axes > 0 && !source->search;
    if (source->search) {
        ley_status status = read_convergence(source, result, err);
        if (status != LEY_OK || ley_result_best(result) < 0) return status;
    }
    if (sweep && layout->n_measures > 0) {
        for (ley_index i = 0; i < layout->n_measures; i++) {
            ley_status status = read_measure(source, result, i, err);
            if (status != LEY_OK) return status;
        }
        return LEY_OK;
    }
    for (ley_index i = 0; i < layout->n_series; i++) {
        if (sweep && layout->series[i].width > 1) continue;
        const char *dimension =
            layout->series[i].dimension; /* states are for programs, unless there is nothing else */
        if (dimension && strcmp(dimension, "element") == 0 && layout->n_series > 1) continue;
        ley_status status = read_series(source, result, i, err);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

ley_status ley_plot_source_read(ley_plot_source *source, const char *path, const char *const *names, ley_index n,
                                ley_error *err) {
    *source = (ley_plot_source){0};
    ley_result *result = NULL;
    ley_status status = ley_result_open(&result, path, err);
    if (status != LEY_OK) return status;
    const ley_layout *layout = ley_result_layout(result);
    source->title = ley_duplicate(layout->title);
    source->quantities =
        ley_allocate((size_t)(n + layout->n_series + layout->n_measures + 2), sizeof *source->quantities);
    if (!source->title || !source->quantities) {
        status = out_of_memory(err);
        goto done;
    }
    status = read_axes(source, layout, err);
    source->search = layout->search.goal && source->n_axes == 1; /* with one evaluation it is a run */
    if (status == LEY_OK && layout->steady && source->n_axes == 0)
        status = ley_fail(err, LEY_ERR_ARGUMENT, "plot",
                          "one steady state is a few numbers, which leyden show prints; a figure needs a sweep");
    if (status == LEY_OK) status = read_times(source, layout, err);
    if (status == LEY_OK)
        status = n > 0 ? read_named(source, result, names, n, err) : read_default(source, result, err);
done:
    ley_result_close(result);
    if (status != LEY_OK) ley_plot_source_clear(source);
    return status;
}

void ley_plot_source_clear(ley_plot_source *source) {
    for (ley_index i = 0; i < source->n_axes; i++) {
        ley_plot_axis *axis = &source->axes[i];
        for (ley_index k = 0; axis->labels && k < axis->n; k++) ley_release(axis->labels[k]);
        ley_release(axis->labels);
        ley_release(axis->values);
        ley_release(axis->name);
    }
    for (ley_index i = 0; i < source->n_quantities; i++) {
        ley_release(source->quantities[i].values);
        ley_release(source->quantities[i].name);
    }
    ley_release(source->axes);
    ley_release(source->quantities);
    ley_release(source->times);
    ley_release(source->title);
    *source = (ley_plot_source){0};
}
