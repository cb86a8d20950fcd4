/* What a run will take, before anything is allocated. Memory is counted array by array; time is an estimate. */
#include "generator/generator.h"
#include "generator/sector.h"
#include "observables/observables.h"
#include "propagator/propagator.h"
#include "run/cutoff.h"
#include "run/engine.h"
#include "run/sectors.h"

#include <math.h>

/* Seconds for each stored number and application of the generator, on a processor of today. */
static const double seconds_blocks = 20e-9, seconds_sectors = 1.2e-9;

typedef struct asked { /* by the observables and measures */
    bool joint, extremes;
    double rows; /* bytes of the output */
} asked;

static asked look(const ley_task *task) {
    asked a = {0};
    for (ley_index i = 0; i < task->n_observables; i++) {
        a.joint |= ley_observable_needs_joint(task->observables[i]);
        a.rows +=
            (double)task->n_times * ley_observable_width(task->observables[i], task->model.cells) * sizeof(double);
    }
    for (ley_index i = 0; i < task->n_measures; i++) {
        a.joint |= ley_observable_needs_joint(task->measures[i].observable);
        a.extremes |=
            task->measures[i].measure != LEY_MEASURE_FINAL && task->measures[i].measure != LEY_MEASURE_MEAN;
    }
    return a;
}

/* Differences of energies that a state can show: frequencies that the integrator has to follow. */
static double spread(const ley_model *model, bool rotating) {
    double n = model->cells, levels = model->levels, w = 0;
    if (!rotating) w = fabs(ley_signal_at(&model->battery_frequency, 0)) * n;
    if (model->levels == 0) return w + fabs(ley_signal_at(&model->drive_battery, 0)) * n;
    if (!rotating) w += fabs(ley_signal_at(&model->cavity_frequency, 0)) * levels;
    double less = fmin(n, levels), more = fmax(n, levels);
    return w + 2 * fabs(ley_signal_at(&model->coupling, 0)) * less * sqrt(more - 0.5 * less) * (rotating ? 1 : 2);
}

static void blocks_forecast(ley_forecast *forecast, const ley_task *task, const ley_model *model, const asked *a) {
    double state = ley_generator_blocks_bytes(model), levels = model->levels > 0 ? model->levels : 1;
    double reduced = state / (levels * levels) + levels * levels * sizeof(ley_complex);
    bool twice = a->joint && a->extremes;
    forecast->representation = "blocks";
    forecast->method = "dop853";
    forecast->elements = state / sizeof(ley_complex);
    forecast->bytes = state * (ley_dop853_vectors(twice) + 1 + (a->joint ? 1 : 0)) + 20 * reduced;
    double per_unit = 4 * pow(1e-8 / task->numerics.tolerance, 1.0 / 8);
    forecast->applies = fmax(30, per_unit * spread(model, false) * task->times[task->n_times - 1]);
    forecast->seconds = seconds_blocks * forecast->elements * forecast->applies;
}

static void sectors_forecast(ley_forecast *forecast, const ley_task *task, const ley_model *model) {
    ley_sectors_forecast sectors;
    ley_sectors_plan(&sectors, task, model);
    double n = model->cells, t_end = task->times[task->n_times - 1], cavity = (double)model->levels * model->levels;
    double reduced = (n + 3) * (n + 2) * (n + 1) / 6 * (sectors.count > 1 ? 0.5 : 1 / (n + 1)) + cavity;
    double frequency = spread(model, true);
    double nodes = fmax((double)task->n_times, 2 * frequency * t_end + 24);
    forecast->representation = sectors.real ? "sectors, real" : "sectors";
    forecast->method = "chebyshev";
    forecast->elements = sectors.elements;
    forecast->bytes = sectors.bytes + nodes * reduced * sizeof(double) * (sectors.real ? 1 : 2) +
                      4 * ((n + 3) * (n + 2) * (n + 1) / 6 + cavity) * sizeof(ley_complex);
    forecast->applies = 1.3 * frequency * t_end + 50;
    forecast->seconds = seconds_sectors * forecast->elements * forecast->applies;
}

static void of_model(ley_forecast *forecast, const ley_task *task, const ley_model *model, const asked *a) {
    if (ley_sectors_chosen(task, model))
        sectors_forecast(forecast, task, model);
    else
        blocks_forecast(forecast, task, model, a);
}

ley_status ley_engine_forecast(ley_forecast *forecast, const ley_task *task, ley_error *err) {
    (void)err; /* nothing can fail yet: nothing is allocated */
    ley_model model = task->model;
    ley_cutoff cutoff = {.levels = model.levels, .exact = !task->has_cavity};
    if (task->has_cavity) {
        ley_cutoff start = ley_cutoff_of_start(&task->model, task->numerics.tolerance);
        if (task->numerics.levels_auto)
            cutoff = start;
        else
            cutoff.exact = start.exact && model.levels >= start.levels;
    }
    const asked a = look(task);
    ley_forecast first;
    model.levels = cutoff.levels;
    of_model(&first, task, &model, &a);
    *forecast = first;
    double records = 1;
    /* An automatic cut-off that is not exact is checked against a larger one, which counts for time and memory. */
    if (task->has_cavity && task->numerics.levels_auto && !cutoff.exact) {
        model.levels = ley_cutoff_check(cutoff.levels);
        of_model(forecast, task, &model, &a);
        forecast->seconds += first.seconds;
        records = 2;
    }
    double levels = model.levels > 0 ? model.levels : 1;
    double side = a.joint ? (model.cells + 1.0) * levels : fmax(model.cells + 1.0, levels);
    forecast->bytes += records * a.rows + 4 * side * side * sizeof(ley_complex);
    forecast->levels = task->has_cavity ? cutoff.levels : 0;
    forecast->levels_exact = cutoff.exact;
    return LEY_OK;
}
