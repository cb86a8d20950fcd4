/* One run of one task. docs/theory/cutoff.md says how the Fock cut-off is chosen and certified,
 * docs/theory/integration.md how the tolerance asked for becomes a tolerance of the state. */
#include "run/engine.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/generator.h"
#include "observables/observables.h"
#include "propagator/propagator.h"
#include "run/cutoff.h"
#include "run/sampler.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* What a Frobenius-norm error of the state can do to a reported number: energies weigh it with the largest level,
 * and the sum over a spectrum gathers it from many eigenvalues. */
static double sensitivity(const ley_task *task, const ley_model *model) {
    double t_end = task->times[task->n_times - 1];
    double w0 = 0, wc = 0, g = 0;
    for (int i = 0; i <= 16; i++) { /* signals are looked at here and there: an estimate is enough */
        double t = t_end * i / 16;
        w0 = fmax(w0, fabs(ley_model_battery_energy_frequency(model, t)));
        if (model->levels > 0) {
            wc = fmax(wc, fabs(ley_model_cavity_energy_frequency(model, t)));
            g = fmax(g, fabs(ley_signal_at(&model->coupling, t) * ley_signal_at(&model->coupling_switch, t)));
        }
    }
    double n = model->cells, levels = model->levels;
    double energy = n * w0 + levels * wc + 2 * g * n * sqrt(levels);
    return 10 * fmax(1, energy);
}

typedef struct pass_options {
    double edge_limit;
    double fraction_begin, fraction_end;
    bool final;
} pass_options;

typedef enum pass_outcome { PASS_DONE, PASS_EDGE } pass_outcome;

static void no_segment_reduce(void *self, double *reduced, const double *x) {
    const ley_generator *generator = self;
    generator->class->reduce(generator, reduced, x);
}

static void generator_apply(void *self, double t, double *y, const double *x) {
    ley_generator *generator = self;
    generator->class->apply(generator, t, y, x);
}

static double generator_norm(void *self, const double *x) {
    const ley_generator *generator = self;
    return generator->class->norm(generator, x);
}

static ley_status start_state(const ley_generator *generator, double *x, ley_error *err) {
    const ley_blocks *blocks = &generator->blocks;
    ley_status status = LEY_OK;
    ley_complex *battery = ley_allocate((size_t)blocks->offset[blocks->n_blocks], sizeof *battery);
    ley_complex *cavity = ley_allocate((size_t)blocks->levels * (size_t)blocks->levels, sizeof *cavity);
    if (!battery || !cavity) {
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the initial state");
    } else {
        ley_start_battery(blocks, &generator->model->battery_state, battery);
        if (generator->model->levels > 0)
            ley_start_cavity(blocks->levels, &generator->model->cavity_state, cavity);
        else
            cavity[0].re = 1;
        generator->class->start(generator, x, battery, cavity);
    }
    ley_release(battery);
    ley_release(cavity);
    return status;
}

/* One propagation with a given cut-off, into a record. */
static ley_status pass(pass_outcome *outcome, ley_record *record, const ley_task *task, int32_t levels,
                       const pass_options *options, const ley_engine_hooks *hooks, ley_error *err) {
    ley_model model = task->model; /* shares the expressions of the task */
    model.levels = levels;
    ley_generator *generator = NULL;
    ley_sampler *sampler = NULL;
    ley_schedule schedule = {0};
    double *x = NULL;

    ley_status status = ley_generator_blocks_create(&generator, &model, err);
    if (status != LEY_OK) goto done;
    if (!(x = ley_allocate((size_t)generator->n, sizeof *x))) {
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the state: %.0f bytes",
                          (double)generator->n * sizeof *x);
        goto done;
    }
    status = start_state(generator, x, err);
    if (status != LEY_OK) goto done;
    ley_sampler_options sampler_options = {.edge_limit = options->edge_limit,
                                           .hooks = hooks,
                                           .fraction_begin = options->fraction_begin,
                                           .fraction_end = options->fraction_end,
                                           .report_rows = options->final};
    status = ley_sampler_create(&sampler, record, task, &model, generator, &sampler_options, err);
    if (status != LEY_OK) goto done;

    snprintf(record->representation, sizeof record->representation, "%s", generator->class->name);
    snprintf(record->method, sizeof record->method, "dop853");
    const double t_end = task->times[task->n_times - 1];
    *outcome = PASS_DONE;
    if (!(t_end > 0)) {
        status = ley_sampler_initial_only(sampler, x, err);
        goto done;
    }
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    ley_model_signals(&model, signals);
    status = ley_schedule_create(&schedule, signals, LEY_MODEL_SIGNALS, 0, t_end, err);
    if (status != LEY_OK) goto done;
    ley_problem problem = {.self = generator,
                           .n = generator->n,
                           .n_reduced = ley_reduced_length(&generator->blocks),
                           .apply = generator_apply,
                           .norm = generator_norm,
                           .reduce = no_segment_reduce};
    double scale = sensitivity(task, &model);
    ley_propagation propagation = {.tolerance = task->numerics.tolerance / scale,
                                   .keep_previous = ley_sampler_looks_back(sampler),
                                   .sink = ley_sampler_segment,
                                   .user = sampler};
    status = ley_dop853(&problem, x, &schedule, &propagation, err);
    record->certificate.steps = propagation.steps;
    record->certificate.rejected = propagation.rejected;
    record->certificate.applies = propagation.applies;
    record->certificate.integration_error = propagation.error * scale;
    if (ley_sampler_edge_exceeded(sampler) && ley_sampler_status(sampler, NULL) == LEY_OK) {
        *outcome = PASS_EDGE;
        status = LEY_OK;
        goto done;
    }
    if (status == LEY_ERR_STOPPED && ley_sampler_status(sampler, NULL) != LEY_OK)
        status = ley_sampler_status(sampler, err);
    if (status == LEY_OK) ley_sampler_finish(sampler);
done:
    ley_sampler_destroy(sampler);
    ley_schedule_clear(&schedule);
    ley_generator_destroy(generator);
    ley_release(x);
    return status;
}

/* ---- Comparing two cut-offs ---------------------------------------------------------------------------------- */

static bool is_time(ley_measure measure) {
    return measure == LEY_MEASURE_ARGMAX || measure == LEY_MEASURE_ARGMIN || measure == LEY_MEASURE_FIRST_ARGMAX;
}

typedef struct difference {
    double value;
    char where[64];
} difference;

static void widen(difference *largest, double a, double b, const char *where) {
    double d = fabs(a - b);
    if (!(d > largest->value)) return;
    largest->value = d;
    snprintf(largest->where, sizeof largest->where, "%s", where);
}

/* The largest change of any reported number. Left out: the population of the last level, which is another level in
 * the other run, and times of maxima that moved to another peak of the same height. */
static difference compare(const ley_record *a, const ley_record *b, const ley_task *task) {
    difference largest = {0};
    for (ley_index i = 0; i < a->n_series; i++) {
        if (a->observables[i] == LEY_CAVITY_TOP_LEVEL) continue;
        const char *name = ley_observable_name((ley_index)a->observables[i]);
        for (ley_index k = 0; k < a->n_times * a->width[i]; k++)
            widen(&largest, a->series[i][k], b->series[i][k], name);
    }
    double t_end = task->times[task->n_times - 1];
    for (ley_index i = 0; i < a->n_measures; i++) {
        const ley_measure_request *request = &a->requests[i];
        if (request->observable == LEY_CAVITY_TOP_LEVEL) continue;
        bool other_peak = fabs(a->measures[i] - b->measures[i]) > 1e-3 * t_end;
        if (is_time(request->measure) && other_peak) continue;
        char name[64];
        snprintf(name, sizeof name, "%s(%s)", ley_measure_word(request->measure),
                 ley_observable_name((ley_index)request->observable));
        widen(&largest, a->measures[i], b->measures[i], name);
    }
    return largest;
}

static bool fits(const ley_task *task, int32_t levels) {
    ley_task trial = *task;
    trial.model.levels = levels;
    trial.numerics.levels_auto = false;
    ley_forecast forecast;
    return ley_engine_forecast(&forecast, &trial, NULL) == LEY_OK &&
           (task->numerics.memory_limit <= 0 || forecast.bytes <= task->numerics.memory_limit);
}

/* ---- The run ---------------------------------------------------------------------------------------------------
 */

static ley_status run_fixed(ley_record *record, const ley_task *task, const ley_engine_hooks *hooks,
                            ley_error *err) {
    int32_t levels = task->model.levels;
    double tolerance = task->numerics.tolerance;
    pass_outcome outcome = PASS_DONE;
    pass_options options = {.edge_limit = INFINITY, .fraction_end = 1, .final = true};
    ley_status status = pass(&outcome, record, task, levels, &options, hooks, err);
    if (status != LEY_OK || !task->has_cavity) {
        if (status == LEY_OK) record->certificate.cutoff_effect = 0;
        return status;
    }
    ley_certificate *c = &record->certificate;
    ley_cutoff cutoff = ley_cutoff_of_start(&task->model, tolerance);
    if (cutoff.exact && levels >= cutoff.levels) {
        c->cutoff_effect = 0;
        return LEY_OK;
    }
    if (c->edge_population <= 1e-3 * tolerance && cutoff.levels <= levels) return LEY_OK;
    if (!task->numerics.certify) {
        ley_text_add(&record->warnings, "cavity.levels = %d truncates: the last level holds up to %.2g\n", levels,
                     c->edge_population);
        return LEY_OK;
    }
    int32_t larger = ley_cutoff_check(levels);
    if (!fits(task, larger)) {
        ley_text_add(
            &record->warnings,
            "cavity.levels = %d: the last level holds up to %.2g; a comparison with %d levels does not fit "
            "in memory\n",
            levels, c->edge_population, larger);
        return LEY_OK;
    }
    ley_record other = {0};
    status = ley_record_create(&other, task, err);
    options = (pass_options){.edge_limit = INFINITY, .fraction_begin = 1, .fraction_end = 1};
    if (status == LEY_OK) status = pass(&outcome, &other, task, larger, &options, hooks, err);
    if (status == LEY_OK) {
        difference d = compare(record, &other, task);
        c->cutoff_effect = d.value;
        c->levels_checked = larger;
        if (d.value > tolerance)
            ley_text_add(&record->warnings,
                         "cavity.levels = %d truncates: with %d levels %s changes by %.2g (tolerance %.2g)\n",
                         levels, larger, d.where, d.value, tolerance);
    }
    ley_record_clear(&other);
    return status;
}

/* Runs with growing cut-offs until two of them agree; the larger one is the answer. */
static ley_status run_auto(ley_record *record, const ley_task *task, const ley_engine_hooks *hooks,
                           ley_error *err) {
    const double tolerance = task->numerics.tolerance;
    ley_cutoff cutoff = ley_cutoff_of_start(&task->model, tolerance);
    ley_record before = {0};
    ley_status status = LEY_OK;
    int32_t levels = cutoff.levels;
    bool have_before = false;
    double done = 0; /* fraction of the work, as told to the watch */
    for (;;) {
        if (!fits(task, levels)) {
            status = ley_fail(err, LEY_ERR_MEMORY, "cavity.levels",
                              "no certified cut-off fits in memory: %d levels are too few, %d need too much",
                              cutoff.levels, levels);
            break;
        }
        /* The edge may hold little enough that the comparison has a chance; the comparison decides. */
        pass_options options = {.edge_limit = cutoff.exact ? INFINITY : tolerance,
                                .fraction_begin = done,
                                .fraction_end = cutoff.exact ? 1 : done + 0.5 * (1 - done),
                                .final = cutoff.exact};
        pass_outcome outcome = PASS_DONE;
        status = pass(&outcome, record, task, levels, &options, hooks, err);
        if (status != LEY_OK || cutoff.exact) {
            if (status == LEY_OK) record->certificate.cutoff_effect = 0;
            break;
        }
        done = options.fraction_end;
        if (outcome == PASS_EDGE) {
            levels = ley_cutoff_grow(levels);
            have_before = false;
            continue;
        }
        if (have_before) {
            difference d = compare(&before, record, task);
            record->certificate.cutoff_effect = d.value;
            record->certificate.levels_checked = before.certificate.levels;
            if (d.value <= tolerance) break;
        }
        ley_record_clear(&before);
        status = ley_record_create(&before, task, err);
        if (status != LEY_OK) break;
        ley_record swap = before;
        before = *record;
        *record = swap;
        have_before = true;
        levels = ley_cutoff_check(levels);
    }
    ley_record_clear(&before);
    if (status == LEY_OK && hooks && hooks->rows) hooks->rows(hooks->user, record, 0, record->rows);
    return status;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

ley_status ley_engine_run(ley_record *record, const ley_task *task, const ley_engine_hooks *hooks, ley_error *err) {
    double begin = now();
    bool automatic = task->has_cavity && task->numerics.levels_auto;
    ley_status status = automatic ? run_auto(record, task, hooks, err) : run_fixed(record, task, hooks, err);
    record->certificate.wall_seconds = now() - begin;
    if (status == LEY_OK && record->certificate.min_eigenvalue < -fmax(1e-9, 10 * task->numerics.tolerance))
        ley_text_add(&record->warnings, "the battery state is not positive: smallest eigenvalue %.2g%s\n",
                     record->certificate.min_eigenvalue,
                     ley_model_is_constant(&task->model) ? "" : " (a negative rate can do that)");
    return status;
}

/* ---- Forecast
 * ---------------------------------------------------------------------------------------------------- */

ley_status ley_engine_forecast(ley_forecast *forecast, const ley_task *task, ley_error *err) {
    (void)err;
    ley_model model = task->model;
    ley_cutoff cutoff = {.levels = model.levels, .exact = !task->has_cavity};
    if (task->has_cavity) {
        ley_cutoff start = ley_cutoff_of_start(&task->model, task->numerics.tolerance);
        if (task->numerics.levels_auto)
            cutoff = start;
        else
            cutoff.exact = start.exact && model.levels >= start.levels;
    }
    /* An automatic cut-off that is not exact is checked against a larger one, which counts for time and memory. */
    bool twice = task->has_cavity && task->numerics.levels_auto && !cutoff.exact;
    model.levels = twice ? ley_cutoff_check(cutoff.levels) : cutoff.levels;

    double state = ley_generator_blocks_bytes(&model), levels = model.levels > 0 ? model.levels : 1;
    double reduced = state / (levels * levels) + levels * levels * sizeof(ley_complex);
    bool joint = false, extremes = false;
    for (ley_index i = 0; i < task->n_observables; i++) joint |= ley_observable_needs_joint(task->observables[i]);
    for (ley_index i = 0; i < task->n_measures; i++) {
        joint |= ley_observable_needs_joint(task->measures[i].observable);
        extremes |= task->measures[i].measure != LEY_MEASURE_FINAL && task->measures[i].measure != LEY_MEASURE_MEAN;
    }
    double largest_block = joint ? (model.cells + 1.0) * (model.cells + 1.0) * levels * levels * 16 : 0;
    double rows = 0;
    for (ley_index i = 0; i < task->n_observables; i++)
        rows += (double)task->n_times * ley_observable_width(task->observables[i], model.cells) * sizeof(double);
    forecast->levels = task->has_cavity ? cutoff.levels : 0;
    forecast->levels_exact = cutoff.exact;
    forecast->elements = state / sizeof(ley_complex);
    forecast->bytes = state * (ley_dop853_vectors(joint && extremes) + 1 + (joint ? 1 : 0)) + 20 * reduced +
                      4 * largest_block + (twice ? 3 : 2) * rows;
    forecast->representation = "blocks";
    forecast->method = "dop853";

    /* Fast frequencies that the state can show, times the duration: the steps an explicit method needs. */
    double t_end = task->times[task->n_times - 1], n = model.cells;
    double spread = fabs(ley_signal_at(&model.battery_frequency, 0)) * n;
    if (model.levels > 0) {
        spread += fabs(ley_signal_at(&model.cavity_frequency, 0)) * levels;
        spread += 2 * fabs(ley_signal_at(&model.coupling, 0)) * n * sqrt(levels);
    }
    double per_unit = 4 * pow(1e-8 / task->numerics.tolerance, 1.0 / 8);
    forecast->applies = fmax(30, per_unit * spread * t_end);
    double elements = forecast->elements * forecast->applies;
    if (twice) {
        model.levels = cutoff.levels;
        elements += ley_generator_blocks_bytes(&model) / sizeof(ley_complex) * forecast->applies;
    }
    forecast->seconds = 25e-9 * elements;
    return LEY_OK;
}
