#include "plot/pick.h"

#include "core/memory.h"
#include "core/status.h"
#include "result/place.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "plot", "not enough memory for the numbers of the figure");
}

ley_status ley_pick_quantity(ley_quantity *quantity, const ley_result *result, const char *name,
                             const ley_node *node, ley_error *err) {
    const ley_layout *layout = ley_result_layout(result);
    char hint[192], fit[128];
    const char *dot = strrchr(name, '.');
    if (strncmp(name, "fit.", 4) == 0 && dot > name + 4) {
        snprintf(fit, sizeof fit, "%.*s", (int)(dot - name - 4), name + 4);
        ley_status status = ley_pick_fit(quantity, result, fit, node, err);
        snprintf(quantity->number, sizeof quantity->number, "%s", dot + 1);
        return status;
    }
    *quantity = (ley_quantity){.is_measure = true};
    quantity->i = ley_layout_find_measure(layout, name);
    if (quantity->i >= 0) return LEY_OK;
    *quantity = (ley_quantity){.over_time = !layout->steady};
    quantity->i = ley_layout_find_series(layout, name, &quantity->component);
    if (quantity->i < 0)
        return ley_node_fail(err, node, "figure", "the result has no %.80s%s", name,
                             ley_layout_hint(layout, name, hint, sizeof hint));
    if (quantity->component >= layout->series[quantity->i].width)
        return ley_node_fail(err, node, "figure", "%.60s has %lld numbers; the first is [0]", name,
                             (long long)layout->series[quantity->i].width);
    return LEY_OK;
}

ley_status ley_pick_fit(ley_quantity *quantity, const ley_result *result, const char *name, const ley_node *node,
                        ley_error *err) {
    const ley_layout *layout = ley_result_layout(result);
    *quantity = (ley_quantity){.is_fit = true};
    for (; quantity->i < layout->n_fits; quantity->i++) {
        if (strcmp(layout->fits[quantity->i].name, name) != 0) continue;
        quantity->fit_axis = layout->fits[quantity->i].axis;
        return LEY_OK;
    }
    return ley_node_fail(err, node, "figure", "the result has no fit %.60s", name);
}

ley_status ley_pick_fitted(double *value, const ley_slice *slice, const ley_quantity *quantity, const char *number,
                           ley_index along, ley_index k, const ley_node *node, ley_error *err) {
    const ley_layout *layout = ley_result_layout(slice->result);
    ley_index place[LEY_PICK_AXES] = {0};
    ley_error met = {0};
    for (ley_index i = 0; i < layout->n_axes; i++) place[i] = i == along ? k : slice->at[i] < 0 ? 0 : slice->at[i];
    ley_status status = ley_result_fit(slice->result, value, layout->fits[quantity->i].name, number, place, &met);
    return status == LEY_ERR_ARGUMENT ? ley_node_fail(err, node, "figure", "%s", met.message) : status;
}

ley_status ley_pick_slice(ley_slice *slice, const ley_result *result, const ley_sketch_place *where,
                          ley_index n_where, bool strict, const ley_node *node, ley_error *err) {
    const ley_layout *layout = ley_result_layout(result);
    *slice = (ley_slice){.result = result, .time = NAN};
    if (layout->n_axes > LEY_PICK_AXES) return ley_node_fail(err, node, "figure", "too many axes for a figure");
    for (ley_index i = 0; i < LEY_PICK_AXES; i++) slice->at[i] = -1;
    for (ley_index k = 0; k < n_where; k++) {
        const ley_index axis = ley_layout_find_axis(layout, where[k].axis);
        if (axis < 0 && (strcmp(where[k].axis, "t") == 0 || strcmp(where[k].axis, "time") == 0)) {
            if (where[k].n != 1 || !ley_word_number(&slice->time, where[k].values[0]))
                return ley_node_fail(err, node, "where", "t is a number: where: {t: 20}");
            continue;
        }
        ley_index at = -1;
        if (axis >= 0 && where[k].n > 1) continue;
        if (axis >= 0) at = ley_layout_find_value(&layout->axes[axis], where[k].values[0]);
        if (at >= 0) {
            slice->at[axis] = at;
            continue;
        }
        if (strict && axis < 0)
            return ley_node_fail(err, node, "where", "the sweep has no axis %.60s", where[k].axis);
        if (strict)
            return ley_node_fail(err, node, "where", "the axis %.60s has no value %.60s", where[k].axis,
                                 where[k].values[0]);
        slice->absent = true;
    }
    return LEY_OK;
}

ley_index ley_pick_free(const ley_slice *slice, ley_index except, ley_index first[2]) {
    const ley_layout *layout = ley_result_layout(slice->result);
    ley_index n = 0;
    for (ley_index i = 0; i < layout->n_axes; i++) {
        if (i == except || slice->at[i] >= 0 || layout->axes[i].n == 1) continue;
        if (n < 2) first[n] = i;
        n++;
    }
    return n;
}

static ley_index point_of(const ley_slice *slice, ley_index along, ley_index k) {
    const ley_layout *layout = ley_result_layout(slice->result);
    ley_index point = 0;
    for (ley_index i = 0; i < layout->n_axes; i++)
        point = point * layout->axes[i].n + (i == along ? k : slice->at[i] < 0 ? 0 : slice->at[i]);
    return point;
}

/* The row of an output time; -1: there is none. */
static ley_index row_of(const ley_layout *layout, ley_index point, double time) {
    ley_index n_times = 0;
    const double *times = ley_layout_times(layout, point, &n_times);
    for (ley_index row = 0; row < n_times; row++)
        if (ley_nearly_equal(times[row], time)) return row;
    return -1;
}

static ley_status along_time(double *values, ley_index *n, const ley_slice *slice, const ley_quantity *quantity,
                             double *scratch, ley_error *err) {
    const ley_layout *layout = ley_result_layout(slice->result);
    const ley_index point = point_of(slice, LEY_PICK_TIME, 0);
    const double *times = ley_layout_times(layout, point, n);
    if (ley_result_rows(slice->result, point) < *n) *n = ley_result_rows(slice->result, point);
    if (!quantity) {
        memcpy(values, times, (size_t)*n * sizeof *values);
        return LEY_OK;
    }
    const ley_index width = layout->series[quantity->i].width;
    ley_status status = ley_result_series(slice->result, scratch, quantity->i, point, err);
    for (ley_index row = 0; status == LEY_OK && row < *n; row++)
        values[row] = scratch[row * width + quantity->component];
    return status;
}

static ley_status one_number(double *value, const ley_slice *slice, const ley_quantity *quantity, ley_index along,
                             ley_index k, double *scratch, const ley_node *node, ley_error *err) {
    const ley_layout *layout = ley_result_layout(slice->result);
    const ley_index point = point_of(slice, along, k);
    if (quantity->is_fit) return ley_pick_fitted(value, slice, quantity, quantity->number, along, k, node, err);
    if (quantity->is_measure) {
        *value = ley_result_measure(slice->result, quantity->i, point);
        return LEY_OK;
    }
    const ley_index row = quantity->over_time ? row_of(layout, point, slice->time) : 0;
    if (row < 0) return ley_node_fail(err, node, "where", "t = %g is not an output time", slice->time);
    ley_status status = ley_result_series(slice->result, scratch, quantity->i, point, err);
    if (status == LEY_OK) *value = scratch[row * layout->series[quantity->i].width + quantity->component];
    return status;
}

ley_status ley_pick_numbers(double **values, ley_index *n, const ley_slice *slice, const ley_quantity *quantity,
                            ley_index along, const ley_node *node, ley_error *err) {
    const ley_layout *layout = ley_result_layout(slice->result);
    const bool series = quantity && !quantity->is_measure && !quantity->is_fit;
    const ley_index width = series ? layout->series[quantity->i].width : 1;
    *n = along == LEY_PICK_TIME ? layout->n_times : layout->axes[along].n;
    *values = ley_allocate((size_t)*n, sizeof **values);
    double *scratch = ley_allocate(series ? (size_t)(layout->n_times * width) : 1, sizeof *scratch);
    ley_status status = *values && scratch ? LEY_OK : out_of_memory(err);
    if (status == LEY_OK && along == LEY_PICK_TIME) status = along_time(*values, n, slice, quantity, scratch, err);
    for (ley_index k = 0; status == LEY_OK && along != LEY_PICK_TIME && k < *n; k++) {
        if (quantity)
            status = one_number(&(*values)[k], slice, quantity, along, k, scratch, node, err);
        else
            (*values)[k] = layout->axes[along].labels ? (double)k : layout->axes[along].values[k];
    }
    ley_release(scratch);
    if (status != LEY_OK) {
        ley_release(*values);
        *values = NULL;
    }
    return status;
}
