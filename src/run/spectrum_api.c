/* The spectrum of one point of a scenario: the handle of leyden.h. */
#include "core/memory.h"
#include "core/status.h"
#include "run/spectrum.h"
#include "run/workers.h"
#include "scenario/scenario.h"

#include <math.h>

typedef struct watcher {
    ley_watch watch;
    void *user;
} watcher;

static int pass_on(void *user, double fraction) {
    const watcher *self = user;
    return self->watch(self->user, fraction, 1);
}

/* Where the cut-off is automatic it is the one that the steady state needs. */
static ley_status find_levels(ley_model *model, ley_task *task, const ley_engine_hooks *hooks, ley_error *err) {
    if (ley_model_stationary_states(model, true) == LEY_STATIONARY_ALL)
        return ley_fail(err, LEY_ERR_SCENARIO, "cavity.levels",
                        "without noise there is no steady state that could choose the cut-off; give cavity.levels");
    ley_record record;
    task->purpose = LEY_STEADY_STATE;
    task->observables = ley_allocate(1, sizeof *task->observables);
    if (!task->observables) return ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for the cut-off");
    task->observables[0] = LEY_BATTERY_ENERGY;
    task->n_observables = 1;
    ley_status status = ley_record_create(&record, task, err);
    if (status != LEY_OK) return status;
    status = ley_engine_run(&record, task, hooks, err);
    model->levels = record.certificate.levels;
    ley_record_clear(&record);
    return status;
}

static ley_status find(ley_spectrum *spectrum, ley_task *task, ley_index wanted, const ley_engine_hooks *hooks,
                       int32_t line, int32_t column, ley_error *err) {
    ley_status status = LEY_OK;
    ley_model model = task->model; /* a view */
    task->threads = ley_machine_cores();
    if (task->has_cavity && task->numerics.levels_auto) status = find_levels(&model, task, hooks, err);
    if (status == LEY_OK)
        status =
            ley_machine_check(ley_spectrum_bytes(&model, wanted), task->numerics.memory_limit, line, column, err);
    return status == LEY_OK ? ley_spectrum_of(spectrum, &model, wanted, hooks, err) : status;
}

ley_status ley_spectrum_create(ley_spectrum **spectrum, const ley_scenario *scenario, ley_index point,
                               ley_index wanted, ley_watch watch, void *user, ley_error *err) {
    if (!spectrum) return ley_fail(err, LEY_ERR_ARGUMENT, "spectrum", "no place for the handle (NULL)");
    *spectrum = NULL;
    if (!scenario) return ley_fail(err, LEY_ERR_ARGUMENT, "scenario", "no scenario (NULL)");
    if (point < 0 || point >= ley_scenario_points(scenario))
        return ley_fail(err, LEY_ERR_ARGUMENT, "point", "point %lld; this scenario has points 0 to %lld",
                        (long long)point, (long long)ley_scenario_points(scenario) - 1);
    if (wanted < 1 || wanted > 1000)
        return ley_fail(err, LEY_ERR_ARGUMENT, "wanted", "%lld eigenvalues of a sector; 1 .. 1000 can be had",
                        (long long)wanted);
    ley_task task = {0};
    ley_status status = ley_scenario_task(scenario, &task, point, err);
    if (status != LEY_OK) return status;
    if (task.purpose != LEY_SPECTRUM) {
        ley_task_clear(&task);
        return ley_fail(err, LEY_ERR_ARGUMENT, "scenario", "a spectrum needs a scenario made for LEY_SPECTRUM");
    }
    int32_t line = 0, column = 0;
    ley_scenario_place(scenario, "battery.cells", &line, &column);
    watcher w = {watch, user};
    const ley_engine_hooks hooks = {.watch = watch ? pass_on : NULL, .user = &w};
    ley_spectrum *made = ley_allocate(1, sizeof *made);
    status = made ? find(made, &task, wanted, &hooks, line, column, err)
                  : ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for the handle");
    ley_task_clear(&task);
    if (status == LEY_OK)
        *spectrum = made;
    else
        ley_release(made);
    return status;
}

ley_index ley_spectrum_sectors(const ley_spectrum *spectrum) {
    return spectrum ? spectrum->n : 0;
}

static const ley_sector_spectrum *sector_of(const ley_spectrum *spectrum, ley_index i) {
    return spectrum && i >= 0 && i < spectrum->n ? &spectrum->sector[i] : NULL;
}

const char *ley_spectrum_sector(const ley_spectrum *spectrum, ley_index i) {
    const ley_sector_spectrum *sector = sector_of(spectrum, i);
    return sector ? sector->name : NULL;
}

const ley_eigenvalue *ley_spectrum_values(const ley_spectrum *spectrum, ley_index i, ley_index *n) {
    const ley_sector_spectrum *sector = sector_of(spectrum, i);
    if (n) *n = sector ? sector->n : 0;
    return sector ? sector->value : NULL;
}

ley_index ley_spectrum_dimension(const ley_spectrum *spectrum, ley_index i) {
    const ley_sector_spectrum *sector = sector_of(spectrum, i);
    return sector ? sector->dimension : 0;
}

double ley_spectrum_gap(const ley_spectrum *spectrum) {
    return spectrum ? spectrum->gap : NAN;
}

int32_t ley_spectrum_levels(const ley_spectrum *spectrum) {
    return spectrum ? spectrum->levels : 0;
}

void ley_spectrum_destroy(ley_spectrum *spectrum) {
    if (!spectrum) return;
    ley_spectrum_clear(spectrum);
    ley_release(spectrum);
}
