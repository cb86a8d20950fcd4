#include "result/describe.h"

#include "core/memory.h"
#include "core/status.h"
#include "result/record.h"

#include <math.h>
#include <string.h>

static int copy_axis(ley_layout_axis *copy, const ley_axis *axis) {
    copy->n = axis->n;
    copy->name = ley_duplicate(axis->key);
    copy->values = ley_allocate((size_t)axis->n, sizeof *copy->values);
    if (!copy->name || !copy->values) return -1;
    memcpy(copy->values, axis->values, (size_t)axis->n * sizeof *copy->values);
    if (!axis->labels) return 0;
    copy->labels = ley_allocate((size_t)axis->n, sizeof *copy->labels);
    if (!copy->labels) return -1;
    for (ley_index i = 0; i < axis->n; i++) {
        copy->labels[i] = ley_duplicate(axis->labels[i]);
        if (!copy->labels[i]) return -1;
    }
    return 0;
}

/* Names and units are the same for every point: observe and measure are no numbers that a sweep could change. */
static int copy_names(ley_layout *layout, const ley_task *task) {
    layout->n_series = task->n_shown;
    layout->series = ley_allocate((size_t)task->n_shown, sizeof *layout->series);
    layout->n_measures = task->n_reported;
    layout->measures = ley_allocate((size_t)task->n_reported, sizeof *layout->measures);
    if (!layout->series || !layout->measures) return -1;
    for (ley_index i = 0; i < task->n_shown; i++) {
        ley_layout_series *series = &layout->series[i];
        const char *dimension = ley_observable_component((ley_index)task->observables[i]);
        series->name = ley_duplicate(ley_observable_label(&task->derived, task->observables[i]));
        series->unit = ley_duplicate(ley_observable_unit_of(&task->derived, task->observables[i]));
        series->dimension = dimension ? ley_duplicate(dimension) : NULL;
        if (!series->name || !series->unit || (dimension && !series->dimension)) return -1;
    }
    for (ley_index i = 0; i < task->n_reported; i++) {
        char name[LEY_MEASURE_NAME];
        ley_reported_name(name, task, i);
        layout->measures[i].name = ley_duplicate(name);
        layout->measures[i].unit = ley_duplicate(ley_reported_unit(task, i));
        if (!layout->measures[i].name || !layout->measures[i].unit) return -1;
    }
    return 0;
}

static int copy_fits(ley_layout *layout, const ley_scenario *scenario) {
    layout->n_fits = ley_scenario_fits(scenario);
    layout->fits = ley_allocate((size_t)layout->n_fits, sizeof *layout->fits);
    for (ley_index i = 0; layout->fits && i < layout->n_fits; i++) {
        const ley_fit_request *fit = ley_scenario_fit(scenario, i);
        layout->fits[i] = (ley_layout_fit){.name = ley_duplicate(fit->name),
                                           .model = fit->model,
                                           .axis = fit->axis,
                                           .measure = fit->measure,
                                           .from = fit->from,
                                           .to = fit->to,
                                           .mad = fit->mad};
        if (!layout->fits[i].name) return -1;
    }
    return layout->fits ? 0 : -1;
}

/* What can differ between points: widths, the number of output times, the times themselves. first: [n_first], the
 * times of point 0. */
static void widen(ley_layout *layout, const ley_task *task, const double *first, ley_index n_first) {
    for (ley_index i = 0; i < layout->n_series; i++) {
        ley_index width = ley_observable_width(task->observables[i], task->model.cells);
        if (width > layout->series[i].width) layout->series[i].width = width;
    }
    if (task->n_times > layout->n_times) layout->n_times = task->n_times;
    if (task->n_times != n_first || memcmp(task->times, first, (size_t)n_first * sizeof *first) != 0)
        layout->time_varies = true;
    if (task->numerics.tolerance < layout->tolerance) layout->tolerance = task->numerics.tolerance;
}

static ley_status own_times(ley_layout *layout, const ley_scenario *scenario, ley_error *err) {
    ley_index n = layout->n_points * layout->n_times;
    ley_release(layout->times);
    layout->times = ley_allocate((size_t)n, sizeof *layout->times);
    if (!layout->times)
        return ley_fail(err, LEY_ERR_MEMORY, "time", "no memory for the output times of %lld points",
                        (long long)layout->n_points);
    for (ley_index i = 0; i < n; i++) layout->times[i] = NAN;
    for (ley_index point = 0; point < layout->n_points; point++) {
        ley_task task = {0};
        ley_status status = ley_scenario_task(scenario, &task, point, err);
        if (status) return status;
        memcpy(layout->times + point * layout->n_times, task.times, (size_t)task.n_times * sizeof *task.times);
        ley_task_clear(&task);
    }
    return LEY_OK;
}

ley_status ley_layout_create(ley_layout *layout, const ley_scenario *scenario, int32_t shard, int32_t shards,
                             ley_error *err) {
    ley_layout made = {.shard = shard, .shards = shards, .tolerance = INFINITY};
    ley_status status = LEY_ERR_MEMORY;
    ley_task task = {0};
    made.n_axes = ley_scenario_axes(scenario);
    made.n_points = ley_scenario_points(scenario);
    made.axes = ley_allocate((size_t)made.n_axes, sizeof *made.axes);
    made.scenario = ley_duplicate(ley_scenario_text(scenario));
    made.title = ley_duplicate(ley_scenario_title(scenario));
    made.version = ley_duplicate(ley_version());
    made.representation = ley_duplicate("");
    made.propagator = ley_duplicate("");
    if (!made.axes || !made.scenario || !made.title || !made.version || !made.representation || !made.propagator)
        goto done;
    for (ley_index i = 0; i < made.n_axes; i++)
        if (copy_axis(&made.axes[i], ley_scenario_axis(scenario, i)) != 0) goto done;
    status = ley_scenario_task(scenario, &task, 0, err);
    if (status) goto done;
    status = LEY_ERR_MEMORY;
    made.steady = task.purpose == LEY_STEADY_STATE;
    made.cells = made.n_axes == 0 && ley_record_keeps_battery(&task) ? task.model.cells : 0;
    made.times = ley_allocate((size_t)task.n_times, sizeof *made.times);
    if (!made.times || copy_names(&made, &task) != 0 || copy_fits(&made, scenario) != 0) goto done;
    ley_index n_first = task.n_times;
    memcpy(made.times, task.times, (size_t)n_first * sizeof *made.times);
    for (ley_index point = 0; point < made.n_points; point++) {
        ley_task_clear(&task);
        memset(&task, 0, sizeof task);
        status = ley_scenario_task(scenario, &task, point, err);
        if (status) goto done;
        widen(&made, &task, made.times, n_first);
    }
    status = made.time_varies ? own_times(&made, scenario, err) : LEY_OK;
    if (status) goto done;
    *layout = made;
    memset(&made, 0, sizeof made);

done:
    if (status == LEY_ERR_MEMORY && err && err->status != LEY_ERR_MEMORY)
        ley_fail(err, status, "sweep", "no memory to describe %lld points", (long long)made.n_points);
    ley_task_clear(&task);
    ley_layout_clear(&made);
    return status;
}
