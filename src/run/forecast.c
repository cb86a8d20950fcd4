/* What a run will take, before anything is allocated. Memory is counted array by array; time is an estimate. */
#include "generator/chain_moving.h"
#include "generator/decay.h"
#include "generator/sector.h"
#include "generator/stencil.h"
#include "propagator/propagator.h"
#include "propagator/radau.h"
#include "run/choice.h"
#include "run/cutoff.h"
#include "run/engine.h"
#include "run/march.h"
#include "run/steady.h"
#include "run/window.h"

#include <math.h>

/* Seconds for each stored number and application of the generator, on a processor of today. */
static const double seconds_plain = 10e-9, seconds_kernel = 1.5e-9;

typedef struct asked { /* by the observables and measures */
    bool joint, extremes;
    bool between; /* looks between the output times */
    double rows;  /* bytes of the output */
} asked;

static asked look(const ley_task *task) {
    asked a = {0};
    for (ley_index i = 0; i < task->n_observables; i++) {
        a.between |= task->observables[i] == LEY_HEAT;
        a.joint |= ley_observable_needs_joint(task->observables[i]);
        a.rows +=
            (double)task->n_times * ley_observable_width(task->observables[i], task->model.cells) * sizeof(double);
    }
    for (ley_index i = 0; i < task->n_measures; i++) {
        a.joint |= ley_observable_needs_joint(task->measures[i].observable);
        const ley_measure measure = task->measures[i].measure;
        const bool rows = measure == LEY_MEASURE_FINAL || ley_measure_is_sampled(measure);
        a.between |= !rows || task->measures[i].observable == LEY_HEAT;
        a.extremes |= !rows && measure != LEY_MEASURE_MEAN;
    }
    return a;
}

/* Few excitations of many cells, in the representation that cuts them. */
static bool is_cut(const ley_model *model, const ley_choice *choice) {
    return model->excitations > 0 && (choice->representation == LEY_REPRESENTATION_HALF ||
                                      choice->representation == LEY_REPRESENTATION_DISPLACED);
}

/* Complex numbers of a compact reduced state, and of the battery blocks of a whole one. */
static double cut_panels(const ley_model *model) {
    const double kept = model->excitations;
    return (kept + 3) * (kept + 2) * (kept + 1) / 6;
}

static double cut_blocks(const ley_model *model) {
    double numbers = 0;
    for (double b = 0, d = model->cells + 1.0; b <= model->excitations && d > 0; b++, d -= 2) numbers += d * d;
    return numbers;
}

/* Differences of energies that a state can show: frequencies that the integrator has to follow. */
static double spread(const ley_model *model, bool rotating, bool cut) {
    double n = model->cells, levels = model->levels, w = 0;
    if (!rotating) w = fabs(ley_signal_at(&model->battery_frequency, 0)) * (cut ? model->excitations : n);
    w += ley_telegraph_reach(&model->telegraph, LEY_TELEGRAPH_FREQUENCY) * n;
    if (model->levels == 0) return w + fabs(ley_signal_at(&model->drive_battery, 0)) * n;
    if (!rotating) w += fabs(ley_signal_at(&model->cavity_frequency, 0)) * levels;
    double less = fmin(n, levels), more = fmax(n, levels);
    double g =
        fabs(ley_signal_at(&model->coupling, 0)) + ley_telegraph_reach(&model->telegraph, LEY_TELEGRAPH_COUPLING);
    return w + 2 * g * less * sqrt(more - 0.5 * less) * (rotating ? 1 : 2);
}

/* Does one expansion reach the end: the state there is not made then. */
static bool one_span(const ley_model *model, double frequency, double t_end) {
    const ley_coefficients c = ley_coefficients_at(model, 0);
    const ley_decay_reach reach = ley_decay_reach_of(model, fmax(0, model->levels - 1));
    return ley_chebyshev_span(frequency, ley_decay_bound(c.rate, &reach), t_end) == t_end;
}

/* What one pass with the cut-off of the model takes. */
static ley_status of_model(ley_forecast *forecast, const ley_task *task, const ley_model *model, const asked *a,
                           ley_error *err) {
    if (task->purpose == LEY_STEADY_STATE) return ley_steady_forecast(forecast, task, model);
    ley_choice choice;
    ley_status status = ley_choose(&choice, task, model, err);
    if (status != LEY_OK) return status;
    const ley_choice_size size = ley_choice_measure(&choice, model);
    const double n = model->cells, levels = model->levels > 0 ? model->levels : 1;
    const double t_end = task->times[task->n_times - 1];
    const bool cut = is_cut(model, &choice);
    const double battery = cut ? cut_blocks(model) : ley_choice_battery(&choice, model);
    double copies = ley_telegraph_given(&model->telegraph) ? 1.0 + ley_telegraph_states(&model->telegraph) : 1;
    if (model->second.given) copies *= 2;
    const double reduced = 2 * (battery + levels * levels) * sizeof(double) * copies;
    const double frequency = spread(model, choice.representation == LEY_REPRESENTATION_SECTORS, cut);
    const bool expansion = choice.method == LEY_METHOD_CHEBYSHEV;
    forecast->representation = choice.representation;
    forecast->method = choice.method;
    forecast->parts = choice.parts;
    forecast->numbers = size.numbers;
    /* Rows alone are reduced where they are looked at. */
    const double kept_reduced = (expansion && !a->between ? 3 : 4) * reduced;
    double vectors = expansion ? LEY_CHEBYSHEV_VECTORS : ley_dop853_vectors(a->joint && a->extremes);
    if (choice.marched) {
        forecast->bytes =
            ley_march_bytes(choice.method, !a->between, task->n_times, size.largest / sizeof(double)) +
            ley_choice_tables(&choice, model) + kept_reduced +
            ley_final_numbers(model->cells) * sizeof(ley_complex);
    } else if (choice.stored) {
        /* Between output times only where something is asked for there. */
        double nodes = a->between ? fmax((double)task->n_times, 2 * frequency * t_end + 24) : (double)task->n_times;
        double kept = choice.parts > 1 ? 0.5 * reduced : reduced;
        if (cut) kept = 2 * (cut_panels(model) + levels * levels) * sizeof(double) * copies;
        const double threads = fmax(1, fmin(task->threads, choice.parts)); /* each has a part in hand */
        double tables = 0;
        if (choice.representation == LEY_REPRESENTATION_SECTORS) {
            const double planes = ley_sector_is_real(model) ? 1 : 2;
            kept = choice.parts == 1 ? 8 * planes * (n * n / 4 + n + levels) * copies : 0.5 * planes * kept;
            for (int32_t i = 0; i < choice.parts && i < 2; i++) /* charge 0 keeps half, the first is the largest */
                tables = fmax(tables, threads * ley_sector_tables(model, i) * copies);
            tables += choice.parts * ley_sector_settled(model) * copies;
        }
        /* A window that grows leaves room behind that is too small for the next one, often but not always. */
        forecast->bytes_at_most = ley_window_serves(&choice, task, model, 0);
        const double grown = forecast->bytes_at_most ? 1.28 : 1;
        if (expansion && one_span(model, frequency, t_end)) vectors--;
        forecast->bytes = grown * size.largest * threads * vectors + nodes * kept + tables + kept_reduced;
    } else {
        forecast->bytes =
            size.largest * (vectors + 1 + (a->joint ? 1 : 0)) + 20 * reduced + ley_choice_tables(&choice, model);
    }
    double per_unit = 4 * pow(1e-8 / task->numerics.tolerance, 1.0 / 8);
    forecast->applies = expansion ? 1.3 * frequency * t_end + 50 : fmax(30, per_unit * frequency * t_end);
    if (choice.representation == LEY_REPRESENTATION_SECTORS && expansion && ley_sector_is_closed(model))
        forecast->applies = frequency * t_end + 50;                    /* one span */
    if (choice.representation == LEY_REPRESENTATION_PURE && expansion) /* one commutator less; anew for each row */
        forecast->applies = 0.8 * frequency * t_end + 35 * (double)task->n_times;
    if (choice.method == LEY_METHOD_UNIFORMISATION) forecast->applies = ley_choice_jumps(&choice, task, model);
    forecast->seconds = (choice.representation == LEY_REPRESENTATION_BLOCKS ? seconds_plain : seconds_kernel) *
                        forecast->numbers * forecast->applies;
    if (choice.method == LEY_METHOD_UNIFORMISATION)
        forecast->seconds = ley_choice_jump_seconds(&choice, task, model);
    if (choice.method == LEY_METHOD_RADAU) {
        forecast->applies = 9 * LEY_CHOICE_RADAU_STEPS;
        forecast->seconds = ley_choice_radau_seconds(model);
        forecast->bytes += ley_chain_moving_bytes(model, LEY_RADAU_SLOTS, LEY_RADAU_VECTORS);
    }
    return LEY_OK;
}

ley_status ley_engine_forecast(ley_forecast *forecast, const ley_task *task, ley_error *err) {
    ley_model model = task->model;
    ley_cutoff cutoff = {.levels = model.levels, .proved = !task->has_cavity};
    if (task->has_cavity) {
        ley_cutoff start = ley_choice_cutoff(task);
        if (task->numerics.levels_auto)
            cutoff = start;
        else
            cutoff.proved = start.proved && model.levels >= start.levels;
    }
    const asked a = look(task);
    ley_forecast first = {0};
    model.levels = cutoff.levels;
    model.coherences_lost = task->numerics.levels_auto ? cutoff.coherences : 0;
    ley_status status = of_model(&first, task, &model, &a, err);
    if (status != LEY_OK) return status;
    *forecast = first;
    double records = 1;
    /* An automatic cut-off that is not exact is checked against a larger one, which counts for time and memory. */
    if (task->has_cavity && task->numerics.levels_auto && !cutoff.proved) {
        model.levels = ley_cutoff_check(cutoff.levels);
        model.coherences_lost = 0;
        status = of_model(forecast, task, &model, &a, err);
        if (status != LEY_OK) return status;
        forecast->seconds += first.seconds;
        records = 2;
    }
    double levels = model.levels > 0 ? model.levels : 1;
    double side = a.joint ? (model.cells + 1.0) * levels : fmax(model.cells + 1.0, levels);
    forecast->bytes += records * a.rows;
    const bool populations = forecast->steady[0] && forecast->applies == 0; /* no block is ever formed */
    const int matrices = forecast->method == LEY_METHOD_UNIFORMISATION || forecast->method == LEY_METHOD_RADAU
                             ? 1
                             : 4; /* of the observer; with a spectrum */
    if (!populations) forecast->bytes += matrices * side * side * sizeof(ley_complex);
    forecast->levels = task->has_cavity ? cutoff.levels : 0;
    forecast->levels_exact = cutoff.proved;
    return LEY_OK;
}
