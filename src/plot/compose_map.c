/* Panels with a map. */
#include "core/memory.h"
#include "core/status.h"
#include "plot/compose.h"
#include "result/place.h"

#include <math.h>
#include <string.h>

static bool is_time(const char *word) {
    return word && (strcmp(word, "time") == 0 || strcmp(word, "t") == 0);
}

static ley_status map_axes(ley_panel_maker *p, const ley_slice *slice, bool time, ley_index axis[2]) {
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
    const ley_plot_axis plot = ley_compose_axis(&layout->axes[axis]);
    return ley_plot_axis_is_logarithmic(&plot);
}

static ley_status map_numbers(ley_panel_maker *p, ley_slice *slice, const ley_quantity *z,
                              const ley_index axis[2]) {
    const ley_sketch_map *map = p->sketch->map;
    ley_panel *panel = p->panel;
    ley_error *err = p->m->err;
    ley_status status = ley_pick_numbers(&panel->owned[0], &panel->n_x, slice, NULL, axis[0], map->node, err);
    if (status == LEY_OK)
        status = ley_pick_numbers(&panel->owned[1], &panel->n_y, slice, NULL, axis[1], map->node, err);
    if (status != LEY_OK) return status;
    panel->owned[2] = ley_allocate((size_t)panel->n_x, (size_t)panel->n_y * sizeof *panel->owned[2]);
    if (!panel->owned[2]) return ley_compose_out_of_memory(err);
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
                i < n ? (line[i] - p->sketch->z.origin) / p->sketch->z.unit : NAN;
        ley_release(line);
    }
    for (ley_index i = 0; i < panel->n_x; i++)
        panel->owned[0][i] = (panel->owned[0][i] - p->sketch->x.origin) / p->sketch->x.unit;
    for (ley_index i = 0; i < panel->n_y; i++)
        panel->owned[1][i] = (panel->owned[1][i] - p->sketch->y.origin) / p->sketch->y.unit;
    return status;
}

ley_status ley_compose_map(ley_panel_maker *p) {
    const ley_sketch_map *map = p->sketch->map;
    ley_panel *panel = p->panel;
    ley_error *err = p->m->err;
    ley_result *result = NULL;
    ley_slice slice;
    ley_quantity z;
    ley_index axis[2] = {-1, -1};
    ley_status status = ley_compose_open(p->m, &result, map->scenario, map->node);
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
    panel->z_label = p->sketch->z.label         ? ley_duplicate(p->sketch->z.label)
                     : p->m->sketch->row_shares ? ley_plot_ratio_label(map->z, "share of the largest")
                                                : ley_plot_quantity_label(map->z);
    panel->contours = map->contours_auto || map->n_contours > 0;
    if (map->n_contours > 0) {
        panel->levels = ley_allocate((size_t)map->n_contours, sizeof *panel->levels);
        if (!panel->levels) return ley_compose_out_of_memory(err);
        memcpy(panel->levels, map->contours, (size_t)map->n_contours * sizeof *panel->levels);
        panel->n_levels = map->n_contours;
    }
    return panel->x_label && panel->map_y_label && panel->z_label ? LEY_OK : ley_compose_out_of_memory(err);
}
