/* One run of one task. docs/theory/cutoff.md says how the Fock cut-off is chosen and certified,
 * docs/theory/integration.md how the tolerance asked for becomes a tolerance of the state. */
#include "run/engine.h"

#include "core/clock.h"
#include "core/memory.h"
#include "core/status.h"
#include "generator/generator.h"
#include "observables/closed_form.h"
#include "observables/observables.h"
#include "propagator/propagator.h"
#include "run/crew.h"
#include "run/cutoff.h"
#include "run/divisibility.h"
#include "run/histories.h"
#include "run/march.h"
#include "run/parts.h"
#include "run/problem.h"
#include "run/sampler.h"
#include "run/steady.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct pass_options {
    double edge_limit;
    double coherences;  /* that each charge of the start may lose */
    double lax;         /* times the tolerance of the state: of a run that another will judge */
    double level_limit; /* of the last level but `spare`, before a displaced state gets more; 0: it has all */
    int32_t spare;
    double steady_lax; /* the same of a steady state that is only compared with */
    ley_steady_memory *memory;
    double fraction_begin, fraction_end;
    bool final;
} pass_options;

typedef enum pass_outcome { PASS_DONE, PASS_EDGE } pass_outcome;

/* Only steps are judged by an estimate that is too large; the terms of an expansion are what they are. */
static double lax(const pass_options *options, const ley_choice *choice) {
    return choice->method == LEY_METHOD_DOP853 && options->lax > 0 ? options->lax : 1;
}

static double sensitivity(const ley_choice *choice, const ley_task *task, const ley_model *model) {
    return (choice->method == LEY_METHOD_DOP853 ? ley_step_sensitivity : ley_sensitivity)(task, model);
}

static ley_sampler_options sampler_options(const ley_choice *choice, const pass_options *options,
                                           const ley_engine_hooks *hooks) {
    return (ley_sampler_options){.battery_known = choice->battery_known,
                                 .edge_limit = options->edge_limit,
                                 .hooks = hooks,
                                 .fraction_begin = options->fraction_begin,
                                 .fraction_end = options->fraction_end,
                                 .report_rows = options->final};
}

static void note_propagation(ley_record *record, const ley_propagation *propagation, double scale) {
    ley_certificate *c = &record->certificate;
    c->steps = propagation->steps;
    c->rejected = propagation->rejected;
    c->applies = propagation->applies;
    c->integration_error = propagation->error * scale;
}

/* What the sampler stopped for counts more than that the propagation was stopped. */
static ley_status settle(pass_outcome *outcome, ley_sampler *sampler, ley_status status, ley_error *err) {
    if (ley_sampler_edge_exceeded(sampler) && ley_sampler_status(sampler, NULL) == LEY_OK) {
        *outcome = PASS_EDGE;
        return LEY_OK;
    }
    if (ley_sampler_status(sampler, NULL) != LEY_OK) return ley_sampler_status(sampler, err);
    if (status == LEY_OK) ley_sampler_finish(sampler);
    return status;
}

/* A state in one part, observed while it evolves. */
static ley_status pass_streamed(pass_outcome *outcome, ley_record *record, const ley_task *task,
                                const ley_model *model, const ley_choice *choice, const pass_options *options,
                                const ley_engine_hooks *hooks, ley_error *err) {
    ley_generator *generator = NULL;
    ley_sampler *sampler = NULL;
    ley_crew *crew = NULL;
    ley_schedule schedule = {0};
    double *x = NULL;

    ley_status status = ley_choice_part(&generator, choice, model, 0, err);
    if (status != LEY_OK) goto done;
    if (!(x = ley_allocate((size_t)generator->n, sizeof *x))) {
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the state: %.0f bytes",
                          (double)generator->n * sizeof *x);
        goto done;
    }
    status = ley_generator_start(generator, x, err);
    if (status != LEY_OK) goto done;
    ley_sampler_options sampling = sampler_options(choice, options, hooks);
    status = ley_sampler_create(&sampler, record, task, model, generator, &sampling, err);
    if (status != LEY_OK) goto done;
    const double t_end = task->times[task->n_times - 1];
    if (!(t_end > 0)) {
        status = ley_sampler_initial_only(sampler, x, err);
        goto done;
    }
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    ley_model_signals(model, signals);
    status = ley_schedule_create(&schedule, signals, LEY_MODEL_SIGNALS, 0, t_end, err);
    if (status != LEY_OK) goto done;
    status = ley_crew_for(&crew, generator, task->threads, err);
    if (status != LEY_OK) goto done;
    const ley_problem problem = ley_problem_of(generator);
    double scale = sensitivity(choice, task, model);
    ley_propagation propagation = {.tolerance = lax(options, choice) * task->numerics.tolerance / scale,
                                   .keep_previous = ley_sampler_looks_back(sampler),
                                   .sink = ley_sampler_segment,
                                   .user = sampler};
    status = ley_dop853(&problem, x, &schedule, &propagation, err);
    note_propagation(record, &propagation, scale);
    status = settle(outcome, sampler, status, err);
done:
    ley_sampler_destroy(sampler);
    ley_schedule_clear(&schedule);
    ley_generator_destroy(generator);
    ley_crew_destroy(crew);
    ley_release(x);
    return status;
}

/* Parts are evolved before anything is observed: their progress is most of the pass. */
typedef struct part_watch {
    const ley_engine_hooks *hooks;
    double begin, size, t_end;
} part_watch;

static int watch_parts(void *user, double t) {
    const part_watch *w = user;
    if (!w->hooks || !w->hooks->watch) return 0;
    return w->hooks->watch(w->hooks->user, w->begin + w->size * t / w->t_end);
}

/* Nothing between the output times is asked for. */
static bool only_rows(const ley_task *task) {
    for (ley_index i = 0; i < task->n_observables; i++)
        if (task->observables[i] == LEY_HEAT) return false;
    for (ley_index i = 0; i < task->n_measures; i++)
        if (task->measures[i].observable == LEY_HEAT ||
            (task->measures[i].measure != LEY_MEASURE_FINAL && !ley_measure_is_sampled(task->measures[i].measure)))
            return false;
    return true;
}

/* Part after part, observed afterwards. */
static ley_status pass_stored(pass_outcome *outcome, ley_record *record, const ley_task *task,
                              const ley_model *model, const ley_choice *choice, const pass_options *options,
                              const ley_engine_hooks *hooks, ley_error *err) {
    ley_parts *parts = NULL;
    ley_sampler *sampler = NULL;
    double *reduced = NULL;
    const bool rows_only = only_rows(task);
    ley_status status = ley_parts_create(&parts, choice, task, model, rows_only, err);
    if (status != LEY_OK) goto done;
    ley_parts_begin_with_few(parts, options->level_limit, options->spare);
    const ley_generator *generator = ley_parts_generator(parts);
    const double t_end = task->times[task->n_times - 1], scale = sensitivity(choice, task, model);
    part_watch watch = {.hooks = hooks,
                        .begin = options->fraction_begin,
                        .size = 0.9 * (options->fraction_end - options->fraction_begin),
                        .t_end = t_end};
    ley_propagation propagation = {
        .tolerance = lax(options, choice) * task->numerics.tolerance / scale, .watch = watch_parts, .user = &watch};
    status = ley_parts_evolve(parts, &propagation, err);
    if (status != LEY_OK) goto done;
    pass_options rest = *options;
    rest.fraction_begin = watch.begin + watch.size;
    ley_sampler_options sampling = sampler_options(choice, &rest, hooks);
    status = ley_sampler_create(&sampler, record, task, model, generator, &sampling, err);
    if (status != LEY_OK) goto done;
    note_propagation(record, &propagation, scale);
    if (rows_only) {
        reduced = ley_allocate((size_t)ley_reduced_length(&generator->blocks), sizeof *reduced);
        if (!reduced) status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for a reduced state");
        for (ley_index i = 0; i < task->n_times && status == LEY_OK && !ley_sampler_edge_exceeded(sampler); i++) {
            ley_parts_row(parts, i, reduced);
            status = ley_sampler_row(sampler, i, reduced, err);
        }
        if (status == LEY_OK && options->final && hooks && hooks->rows)
            hooks->rows(hooks->user, record, 0, record->rows);
    } else {
        ley_parts_stream(parts, ley_sampler_segment, sampler);
    }
    if (status == LEY_OK) status = settle(outcome, sampler, LEY_OK, err);
done:
    ley_release(reduced);
    ley_sampler_destroy(sampler);
    ley_parts_destroy(parts);
    return status;
}

/* Populations of the cavity are looked at in any run, its coherences by these alone. */
static bool asks_for_cavity_matrix(const ley_task *task) {
    for (ley_index i = 0; i < task->n_observables + task->n_measures; i++) {
        const bool of_rows = i < task->n_observables;
        const ley_measure_request *request = of_rows ? NULL : &task->measures[i - task->n_observables];
        const ley_observable what[] = {of_rows ? task->observables[i] : request->observable,
                                       of_rows ? task->observables[i] : request->by};
        for (int k = 0; k < 2; k++)
            if (what[k] == LEY_CAVITY_ENTROPY || what[k] == LEY_CAVITY_PURITY || what[k] == LEY_MUTUAL_INFORMATION)
                return true;
    }
    return false;
}

/* What the sampler takes for the generator of a marched part: reduced states come whole. */
typedef struct marched {
    ley_generator base; /* first member */
    const ley_generator *part;
    double *compact;
} marched;

static void marched_reduce(const ley_generator *self, double *reduced, const double *x) {
    const marched *m = (const marched *)self;
    ley_generator_reduced(m->part, 0, reduced, m->compact, x);
}

static const ley_generator_class marched_class = {.name = "marched", .reduce = marched_reduce};

/* One part that reduces itself, observed while it evolves. */
static ley_status pass_marched(pass_outcome *outcome, ley_record *record, const ley_task *task,
                               const ley_model *model, const ley_choice *choice, const pass_options *options,
                               const ley_engine_hooks *hooks, ley_error *err) {
    ley_generator *part = NULL;
    ley_sampler *sampler = NULL;
    double *x = NULL;
    marched whole = {.base = {.class = &marched_class, .model = model}};
    ley_status status = ley_choice_part(&part, choice, model, 0, err);
    if (status != LEY_OK) goto done;
    part->cavity_diagonal = !asks_for_cavity_matrix(task);
    whole.base.blocks = part->blocks;
    whole.part = part;
    whole.compact = ley_allocate((size_t)part->n_compact, sizeof *whole.compact);
    x = ley_allocate((size_t)part->n, sizeof *x);
    if (!x || !whole.compact) {
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the state: %.0f bytes",
                          (double)part->n * sizeof *x);
        goto done;
    }
    status = ley_generator_start(part, x, err);
    if (status != LEY_OK) goto done;
    ley_sampler_options sampling = sampler_options(choice, options, hooks);
    status = ley_sampler_create(&sampler, record, task, model, &whole.base, &sampling, err);
    if (status != LEY_OK) goto done;
    double scale = sensitivity(choice, task, model);
    ley_propagation propagation = {.tolerance = lax(options, choice) * task->numerics.tolerance / scale};
    const ley_march_options march = {.task = task,
                                     .method = choice->method,
                                     .rows_only = only_rows(task),
                                     .hooks = hooks,
                                     .fraction_begin = options->fraction_begin,
                                     .fraction_end = options->fraction_end};
    status = ley_march(part, x, sampler, &march, &propagation, err);
    note_propagation(record, &propagation, scale);
    if (status == LEY_OK && options->final && march.rows_only && march.method != LEY_METHOD_DOP853 && hooks &&
        hooks->rows)
        hooks->rows(hooks->user, record, 0, record->rows);
    status = settle(outcome, sampler, status, err);
done:
    ley_sampler_destroy(sampler);
    ley_generator_destroy(part);
    ley_release(whole.compact);
    ley_release(x);
    return status;
}

/* Measures of the map of all battery states, which has a propagation of its own. */
static ley_status measure_map(ley_record *record, const ley_task *task, const ley_model *model, ley_error *err) {
    double rhp = NAN, blp = NAN;
    if (!ley_divisibility_asked(task)) return LEY_OK;
    ley_status status = ley_divisibility(&rhp, &blp, task, model, err);
    for (ley_index i = 0; i < record->n_measures; i++) {
        if (record->requests[i].measure == LEY_MEASURE_RHP) record->measures[i] = rhp;
        if (record->requests[i].measure == LEY_MEASURE_BLP_OPTIMISED) record->measures[i] = blp;
    }
    return status;
}

/* One propagation with a given cut-off, into a record. */
static ley_status pass(pass_outcome *outcome, ley_record *record, const ley_task *task, int32_t levels,
                       const pass_options *options, const ley_engine_hooks *hooks, ley_error *err) {
    ley_model model = task->model; /* shares the expressions of the task */
    model.levels = levels;
    model.coherences_lost = options->coherences;
    *outcome = PASS_DONE;
    if (task->purpose == LEY_STEADY_STATE) {
        bool edge;
        ley_task laxer = *task; /* borrows everything */
        if (options->steady_lax > 1) laxer.numerics.tolerance *= options->steady_lax;
        const ley_steady_options steady_options = {
            .edge_limit = options->edge_limit, .compared = options->steady_lax > 0, .memory = options->memory};
        ley_status steady = ley_steady_pass(&edge, record, &laxer, &model, &steady_options, hooks, err);
        if (edge) *outcome = PASS_EDGE;
        if (steady == LEY_OK && !edge) ley_record_report(record, task);
        return steady;
    }
    if (task->numerics.trajectories > 0) {
        bool edge;
        const ley_sampler_options sampling = {.edge_limit = options->edge_limit,
                                              .hooks = hooks,
                                              .fraction_begin = options->fraction_begin,
                                              .fraction_end = options->fraction_end,
                                              .report_rows = options->final};
        ley_status drawn = ley_histories_pass(&edge, record, task, &model, &sampling, err);
        if (drawn == LEY_OK && edge) *outcome = PASS_EDGE;
        if (drawn == LEY_OK && !edge) ley_record_report(record, task);
        return drawn;
    }
    ley_choice choice;
    ley_status status = ley_choose(&choice, task, &model, err);
    if (status != LEY_OK) return status;
    snprintf(record->representation, sizeof record->representation, "%s",
             ley_representation_word(choice.representation));
    snprintf(record->method, sizeof record->method, "%s", ley_method_word(choice.method));
    status = (choice.stored    ? pass_stored
              : choice.marched ? pass_marched
                               : pass_streamed)(outcome, record, task, &model, &choice, options, hooks, err);
    if (status == LEY_OK && *outcome == PASS_DONE) status = measure_map(record, task, &model, err);
    if (status == LEY_OK && *outcome == PASS_DONE) ley_record_report(record, task);
    return status;
}

/* ---- Comparing two cut-offs ---------------------------------------------------------------------------------- */

static bool is_time(ley_measure measure) {
    return ley_measure_is_numbered(measure) || measure == LEY_MEASURE_BACKFLOW ||
           measure == LEY_MEASURE_BACKFLOWS || measure == LEY_MEASURE_ARGMAX || measure == LEY_MEASURE_ARGMIN ||
           measure == LEY_MEASURE_FIRST_ARGMAX;
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

/* The largest change of any reported number, and of the final state of the battery, which is kept. Left out: the
 * population of the last level, which is another level in the other run; times of maxima that moved to another peak
 * of the same height; and derived quantities, of which the observables that they are made of are compared, reported
 * or not. */
static difference compare(const ley_record *a, const ley_record *b, const ley_task *task) {
    difference largest = {0};
    for (ley_index i = 0; i < a->n_series; i++) {
        if (a->observables[i] == LEY_CAVITY_TOP_LEVEL || ley_observable_is_derived(a->observables[i])) continue;
        const char *name = ley_observable_name((ley_index)a->observables[i]);
        for (ley_index k = 0; k < a->n_times * a->width[i]; k++)
            widen(&largest, a->series[i][k], b->series[i][k], name);
    }
    double t_end = task->times[task->n_times - 1];
    for (ley_index i = 0; i < a->n_measures; i++) {
        const ley_measure_request *request = &a->requests[i];
        if (request->observable == LEY_CAVITY_TOP_LEVEL || ley_observable_is_derived(request->observable)) continue;
        bool other_peak = fabs(a->measures[i] - b->measures[i]) > 1e-3 * t_end;
        if (is_time(request->measure) && other_peak) continue;
        char name[64];
        snprintf(name, sizeof name, "%s(%s)", ley_measure_word(request->measure),
                 ley_observable_name((ley_index)request->observable));
        widen(&largest, a->measures[i], b->measures[i], name);
    }
    const ley_index n = a->battery && b->battery ? (ley_index)ley_final_numbers(a->cells) : 0;
    for (ley_index i = 0; i < n; i++) {
        widen(&largest, a->battery[i].re, b->battery[i].re, "the final state");
        widen(&largest, a->battery[i].im, b->battery[i].im, "the final state");
    }
    return largest;
}

static bool fits(const ley_task *task, int32_t levels) {
    ley_task trial = *task;
    trial.numerics.representation = ley_choice_representation(task);
    trial.model.levels = levels;
    trial.numerics.levels_auto = false;
    ley_forecast forecast;
    return ley_engine_forecast(&forecast, &trial, NULL) == LEY_OK &&
           (task->numerics.memory_limit <= 0 || forecast.bytes <= task->numerics.memory_limit);
}

/* ---- The run ---------------------------------------------------------------------------------------------------
 */

static ley_status run_fixed(ley_record *record, const ley_task *task, ley_steady_memory *memory,
                            const ley_engine_hooks *hooks, ley_error *err) {
    int32_t levels = task->model.levels;
    double tolerance = task->numerics.tolerance;
    pass_outcome outcome = PASS_DONE;
    pass_options options = {
        .edge_limit = INFINITY, .fraction_end = 1, .final = true, .memory = task->numerics.certify ? memory : NULL};
    ley_status status = pass(&outcome, record, task, levels, &options, hooks, err);
    if (status != LEY_OK || !task->has_cavity) {
        if (status == LEY_OK) record->certificate.cutoff_effect = 0;
        return status;
    }
    ley_certificate *c = &record->certificate;
    ley_cutoff cutoff = ley_choice_cutoff(task);
    if (cutoff.proved && levels >= cutoff.levels) {
        c->cutoff_effect = cutoff.effect;
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
    options = (pass_options){.edge_limit = INFINITY, .fraction_begin = 1, .fraction_end = 1, .memory = memory};
    /* What the cut-off does to a steady state is of the size of the last level's population, or larger. */
    if (task->purpose == LEY_STEADY_STATE) options.steady_lax = fmin(1e6, c->edge_population / tolerance);
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

/* The first two runs of a comparison may be this much coarser in time: it shows the error of the first, and that of
 * the second is smaller by their ratio. */
static const double first_lax = 60, second_lax = 10;
/* In these runs a displaced state gets more levels when the last one holds this much of the tolerance. The second
 * has two more at all times: a fifth of the amplitudes that the first one lacks. */
static const double level_share = 0.003;
static const int32_t level_spare = 2;

/* Runs with growing cut-offs until two of them agree; the larger one is the answer. */
static ley_status run_auto(ley_record *record, const ley_task *task, ley_steady_memory *memory,
                           const ley_engine_hooks *hooks, ley_error *err) {
    const double tolerance = task->numerics.tolerance;
    ley_cutoff cutoff = ley_choice_cutoff(task);
    ley_record before = {0};
    ley_status status = LEY_OK;
    int32_t levels = cutoff.levels;
    bool have_before = false;
    int runs = 0;    /* that reached the end */
    double done = 0; /* fraction of the work, as told to the watch */
    for (;;) {
        if (!fits(task, levels)) {
            status = ley_fail(err, LEY_ERR_MEMORY, "cavity.levels",
                              "no certified cut-off fits in memory: %d levels are too few, %d need too much",
                              cutoff.levels, levels);
            break;
        }
        /* The edge may hold little enough that the comparison has a chance; the comparison decides. */
        pass_options options = {.edge_limit = cutoff.proved ? INFINITY : tolerance,
                                .coherences = cutoff.coherences,
                                .lax = cutoff.proved || runs > 1 ? 1
                                       : have_before             ? second_lax
                                                                 : first_lax,
                                .level_limit = runs > 1 ? 0 : level_share * tolerance,
                                .spare = have_before ? level_spare : 0,
                                .fraction_begin = done,
                                .fraction_end = cutoff.proved ? 1 : done + 0.5 * (1 - done),
                                .final = cutoff.proved,
                                .memory = memory};
        pass_outcome outcome = PASS_DONE;
        status = pass(&outcome, record, task, levels, &options, hooks, err);
        if (status != LEY_OK || cutoff.proved) {
            if (status == LEY_OK) record->certificate.cutoff_effect = cutoff.effect;
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
            if (d.value <= tolerance) {
                record->certificate.integration_error = fmin(record->certificate.integration_error, d.value);
                break;
            }
        }
        ley_record_clear(&before);
        status = ley_record_create(&before, task, err);
        if (status != LEY_OK) break;
        ley_record swap = before;
        before = *record;
        *record = swap;
        have_before = true;
        runs++;
        levels = ley_cutoff_check(levels);
    }
    ley_record_clear(&before);
    if (status == LEY_OK && hooks && hooks->rows) hooks->rows(hooks->user, record, 0, record->rows);
    return status;
}

/* A formula that has no value at some output time leaves NaN there, and says so. */
static void warn_of_gaps(ley_record *record, const ley_task *task) {
    for (ley_index i = 0; i < record->n_shown; i++) {
        if (!ley_observable_is_derived(record->observables[i])) continue;
        ley_index gaps = 0, first = 0;
        for (ley_index row = 0; row < record->rows; row++)
            if (isnan(record->series[i][row]) && gaps++ == 0) first = row;
        const char *name = ley_observable_label(&task->derived, record->observables[i]);
        if (gaps == 1)
            ley_text_add(&record->warnings, "%s has no finite value at t = %.6g\n", name, record->times[first]);
        else if (gaps > 1)
            ley_text_add(&record->warnings, "%s has no finite value at %lld output times, the first t = %.6g\n",
                         name, (long long)gaps, record->times[first]);
    }
    for (ley_index i = 0; i < record->n_reported; i++) {
        const ley_index place = task->reported[i];
        const bool derived =
            place >= task->n_measures || ley_observable_is_derived(task->measures[place].observable);
        if (!derived || !isnan(record->reported[i])) continue;
        char name[LEY_MEASURE_NAME];
        ley_reported_name(name, task, i);
        ley_text_add(&record->warnings, "%s has no finite value\n", name);
    }
}

ley_status ley_engine_run(ley_record *record, const ley_task *task, const ley_engine_hooks *hooks, ley_error *err) {
    double begin = ley_seconds();
    ley_steady_memory memory = {0};
    bool automatic = task->has_cavity && task->numerics.levels_auto;
    ley_status status = ley_closed_form_fill(&task->derived, &task->model, err);
    if (status == LEY_OK) status = (automatic ? run_auto : run_fixed)(record, task, &memory, hooks, err);
    ley_steady_memory_clear(&memory);
    record->certificate.wall_seconds = ley_seconds() - begin;
    if (status == LEY_OK && record->certificate.excitation_edge > task->numerics.tolerance)
        ley_text_add(&record->warnings,
                     "battery.excitations = %d truncates: the last excitation holds up to %.2g\n",
                     task->model.excitations, record->certificate.excitation_edge);
    if (status == LEY_OK) warn_of_gaps(record, task);
    if (status == LEY_OK && record->certificate.min_eigenvalue < -fmax(1e-9, 10 * task->numerics.tolerance))
        ley_text_add(&record->warnings, "the battery state is not positive: smallest eigenvalue %.2g%s\n",
                     record->certificate.min_eigenvalue,
                     ley_model_is_constant(&task->model) ? "" : " (a negative rate can do that)");
    return status;
}
