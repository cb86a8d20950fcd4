/* The layout of an optimisation, and its part of the table. */
#include "scenario/search.h"
#include "core/memory.h"
#include "core/status.h"
#include "result/describe.h"

#include <stdio.h>
#include <string.h>

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "optimize", "no memory to describe the search");
}

static int name_measure(ley_layout_measure *measure, const char *name, const char *unit) {
    measure->name = ley_duplicate(name);
    measure->unit = ley_duplicate(unit);
    return measure->name && measure->unit ? 0 : -1;
}

/* Do the output times change with a variable? */
static ley_status times_change(bool *change, const ley_layout *layout, const ley_scenario *scenario,
                               ley_error *err) {
    const ley_search *search = ley_scenario_search(scenario);
    ley_status status = LEY_OK;
    double *x = ley_allocate((size_t)search->n, sizeof *x);
    if (!x) return out_of_memory(err);
    for (ley_index i = 0; i < search->n; i++) x[i] = search->variables[i].start;
    *change = false;
    for (ley_index i = 0; i < 2 * search->n && !status; i++) {
        const ley_search_variable *v = &search->variables[i / 2];
        x[i / 2] = i % 2 ? v->upper : v->lower;
        ley_task task = {0};
        status = ley_search_task(scenario, &task, x, err);
        if (!status)
            *change = *change || task.n_times != layout->n_times ||
                      memcmp(task.times, layout->times, (size_t)task.n_times * sizeof *task.times) != 0;
        ley_task_clear(&task);
        x[i / 2] = v->start;
    }
    ley_release(x);
    return status;
}

static void drop_series(ley_layout *layout) {
    for (ley_index i = 0; i < layout->n_series; i++) {
        ley_release(layout->series[i].name);
        ley_release(layout->series[i].unit);
        ley_release(layout->series[i].dimension);
    }
    layout->n_series = 0;
}

ley_status ley_layout_create_search(ley_layout *layout, const ley_scenario *scenario, ley_error *err) {
    const ley_search *search = ley_scenario_search(scenario);
    ley_layout made = {0};
    ley_layout_measure *measures = NULL;
    ley_index n = search->n + 1 + search->n_constraints, k = 0;
    bool change = false;
    ley_status status = ley_layout_create(&made, scenario, 1, 1, err);
    if (!status) status = times_change(&change, &made, scenario, err);
    if (status) goto done;
    if (change) drop_series(&made);
    status = LEY_ERR_MEMORY;
    made.cells = 0; /* final states are not kept */
    made.search.goal = ley_duplicate(search->maximize ? "maximize" : "minimize");
    made.search.objective = ley_duplicate(search->objective.shown);
    made.search.n_variables = search->n;
    made.search.n_constraints = search->n_constraints;
    ley_release(made.axes);
    made.axes = ley_allocate(1, sizeof *made.axes);
    if (!made.search.goal || !made.search.objective || !made.axes) goto done;
    made.n_axes = 1;
    made.n_points = made.axes[0].n = search->evaluations;
    made.axes[0].name = ley_duplicate("evaluation");
    made.axes[0].values = ley_allocate((size_t)search->evaluations, sizeof(double));
    measures = ley_allocate((size_t)(n + made.n_measures), sizeof *measures);
    if (!made.axes[0].name || !made.axes[0].values || !measures) goto done;
    for (ley_index i = 0; i < search->evaluations; i++) made.axes[0].values[i] = (double)(i + 1);
    memcpy(measures + n, made.measures, (size_t)made.n_measures * sizeof *measures);
    ley_release(made.measures);
    made.measures = measures;
    made.n_measures += n;
    measures = NULL;
    int bad = 0;
    for (ley_index i = 0; i < search->n; i++)
        bad |= name_measure(&made.measures[k++], search->variables[i].name, "1");
    bad |= name_measure(&made.measures[k++], "objective", "1");
    for (ley_index i = 0; i < search->n_constraints; i++) {
        char name[40];
        snprintf(name, sizeof name, "constraint_%lld", (long long)i + 1);
        bad |= name_measure(&made.measures[k++], name, "1");
    }
    if (bad) goto done;
    status = LEY_OK;
    *layout = made;
    memset(&made, 0, sizeof made);
done:
    if (status == LEY_ERR_MEMORY && err && err->status != LEY_ERR_MEMORY) out_of_memory(err);
    ley_release(measures);
    ley_layout_clear(&made);
    return status;
}
