/* One run kept in memory: the handle of leyden.h over engine and record. */
#include "core/memory.h"
#include "core/status.h"
#include "run/engine.h"
#include "run/workers.h"
#include "scenario/scenario.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct ley_run {
    ley_record record;
    char (*measure_names)[LEY_MEASURE_NAME]; /* [record.n_reported] */
    char (*series_names)[LEY_MEASURE_NAME];  /* [record.n_shown] */
    const char **measure_units, **series_units;
};

typedef struct watcher {
    ley_watch watch;
    void *user;
    double until;
} watcher;

static int pass_on(void *user, double fraction) {
    const watcher *self = user;
    return self->watch(self->user, fraction * self->until, self->until);
}

ley_status ley_run_create(ley_run **run, const ley_scenario *scenario, ley_index point, ley_watch watch, void *user,
                          ley_error *err) {
    if (!run) return ley_fail(err, LEY_ERR_ARGUMENT, "run", "no place for the handle (NULL)");
    *run = NULL;
    if (!scenario) return ley_fail(err, LEY_ERR_ARGUMENT, "scenario", "no scenario (NULL)");
    if (point < 0 || point >= ley_scenario_points(scenario))
        return ley_fail(err, LEY_ERR_ARGUMENT, "point", "point %lld; this scenario has points 0 to %lld",
                        (long long)point, (long long)ley_scenario_points(scenario) - 1);
    ley_task task = {0};
    ley_run *made = NULL;
    ley_status status = ley_scenario_task(scenario, &task, point, err);
    if (status) return status;
    task.threads = ley_machine_cores();
    int32_t line = 0, column = 0;
    ley_forecast forecast = {0};
    status = ley_engine_forecast(&forecast, &task, err);
    if (status) goto done;
    ley_scenario_place(scenario, "battery.cells", &line, &column);
    status = ley_machine_check(forecast.bytes, task.numerics.memory_limit, line, column, err);
    if (status) goto done;
    made = ley_allocate(1, sizeof *made);
    if (!made) {
        status = ley_fail(err, LEY_ERR_MEMORY, "run", "no memory for the run");
        goto done;
    }
    status = ley_record_create(&made->record, &task, err);
    if (status) goto done;
    made->measure_names = ley_allocate((size_t)made->record.n_reported, sizeof *made->measure_names);
    made->series_names = ley_allocate((size_t)made->record.n_shown, sizeof *made->series_names);
    made->measure_units = ley_allocate((size_t)made->record.n_reported, sizeof *made->measure_units);
    made->series_units = ley_allocate((size_t)made->record.n_shown, sizeof *made->series_units);
    if (!made->measure_names || !made->series_names || !made->measure_units || !made->series_units) {
        status = ley_fail(err, LEY_ERR_MEMORY, "measure", "no memory for the names of measures");
        goto done;
    }
    for (ley_index i = 0; i < made->record.n_reported; i++) {
        ley_reported_name(made->measure_names[i], &task, i);
        made->measure_units[i] = ley_reported_unit(&task, i);
    }
    for (ley_index i = 0; i < made->record.n_shown; i++) {
        snprintf(made->series_names[i], sizeof made->series_names[i], "%s",
                 ley_observable_label(&task.derived, task.observables[i]));
        made->series_units[i] = ley_observable_unit_of(&task.derived, task.observables[i]);
    }
    /* A steady state lies at infinity: there the watch sees the fraction done, of 1. */
    double until = task.n_times ? task.times[task.n_times - 1] : 0;
    watcher outer = {watch, user, isfinite(until) ? until : 1};
    ley_engine_hooks hooks = {.watch = watch ? pass_on : NULL, .user = &outer};
    status = ley_engine_run(&made->record, &task, &hooks, err);
    if (status) goto done;
    *run = made;
    made = NULL;

done:
    ley_run_destroy(made);
    ley_task_clear(&task);
    return status;
}

void ley_run_destroy(ley_run *run) {
    if (!run) return;
    ley_record_clear(&run->record);
    ley_release(run->measure_names);
    ley_release(run->series_names);
    ley_release(run->measure_units);
    ley_release(run->series_units);
    ley_release(run);
}

ley_index ley_run_rows(const ley_run *run) {
    return run ? run->record.n_times : 0;
}

const double *ley_run_times(const ley_run *run) {
    return run ? run->record.times : NULL;
}

const double *ley_run_series(const ley_run *run, const char *observable, ley_index *width) {
    if (!run || !observable) return NULL;
    for (ley_index i = 0; i < run->record.n_shown; i++) {
        if (strcmp(run->series_names[i], observable) != 0) continue;
        if (width) *width = run->record.width[i];
        return run->record.series[i];
    }
    return NULL;
}

const char *ley_run_series_name(const ley_run *run, ley_index i) {
    return run && i >= 0 && i < run->record.n_shown ? run->series_names[i] : NULL;
}

const char *ley_run_measure_name(const ley_run *run, ley_index i) {
    return run && i >= 0 && i < run->record.n_reported ? run->measure_names[i] : NULL;
}

double ley_run_measure(const ley_run *run, const char *measure) {
    if (!run || !measure) return NAN;
    for (ley_index i = 0; i < run->record.n_reported; i++)
        if (strcmp(run->measure_names[i], measure) == 0) return run->record.reported[i];
    return NAN;
}

const char *ley_run_unit(const ley_run *run, const char *name) {
    if (!run || !name) return NULL;
    for (ley_index i = 0; i < run->record.n_shown; i++)
        if (strcmp(run->series_names[i], name) == 0) return run->series_units[i];
    for (ley_index i = 0; i < run->record.n_reported; i++)
        if (strcmp(run->measure_names[i], name) == 0) return run->measure_units[i];
    return NULL;
}

const ley_certificate *ley_run_certificate(const ley_run *run) {
    return run ? &run->record.certificate : NULL;
}

const char *ley_run_warnings(const ley_run *run) {
    return run && run->record.warnings.data ? run->record.warnings.data : "";
}

int32_t ley_run_cells(const ley_run *run) {
    return run ? run->record.cells : 0;
}

const char *ley_run_representation(const ley_run *run) {
    return run ? run->record.representation : "";
}

const char *ley_run_propagator(const ley_run *run) {
    return run ? run->record.method : "";
}

ley_status ley_run_battery_block(const ley_run *run, ley_complex *block, int32_t two_j, ley_error *err) {
    if (!run || !block) return ley_fail(err, LEY_ERR_ARGUMENT, run ? "block" : "run", "NULL");
    int32_t cells = run->record.cells;
    if (two_j < 0 || two_j > cells || (cells - two_j) % 2 != 0)
        return ley_fail(err, LEY_ERR_ARGUMENT, "two_j", "two_j = %d; %d cells have two_j = %d, %d, ... down to %d",
                        two_j, cells, cells, cells - 2, cells % 2);
    if (!run->record.battery)
        return ley_fail(err, LEY_ERR_UNSUPPORTED, "two_j", "this run kept no final battery state");
    size_t offset = 0; /* blocks lie one after another, largest spin first (basis/blocks.h) */
    for (int32_t larger = cells; larger > two_j; larger -= 2) offset += (size_t)(larger + 1) * (size_t)(larger + 1);
    size_t n = (size_t)(two_j + 1) * (size_t)(two_j + 1);
    memcpy(block, run->record.battery + offset, n * sizeof *block);
    return LEY_OK;
}
