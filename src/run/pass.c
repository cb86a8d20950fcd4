#include "run/pass.h"

#include "core/memory.h"
#include "core/status.h"
#include "model/schedule_memory.h"
#include "run/crew.h"
#include "run/cutoff.h"
#include "run/divisibility.h"
#include "run/histories.h"
#include "run/march.h"
#include "run/parts.h"
#include "run/problem.h"
#include "run/sampler.h"

#include <math.h>
#include <stdio.h>

/* What all ways of a pass are told. */
typedef struct pass {
    ley_record *record;
    const ley_task *task;
    const ley_model *model; /* the task's, but for its levels */
    const ley_choice *choice;
    const ley_pass_options *options;
    const ley_engine_hooks *hooks;
} pass;

/* By how much numbers that are reported may change with an error of the state. */
static double sensitivity(const pass *p) {
    return (p->choice->method == LEY_METHOD_DOP853 ? ley_step_sensitivity : ley_sensitivity)(p->task, p->model);
}

/* Only steps are judged by an estimate that is too large; the terms of an expansion are what they are. */
static double tolerance_of(const pass *p, double scale) {
    const double lax = p->choice->method == LEY_METHOD_DOP853 && p->options->lax > 0 ? p->options->lax : 1;
    return lax * p->task->numerics.tolerance / scale;
}

static ley_sampler_options sampler_options(const pass *p, double fraction_begin) {
    return (ley_sampler_options){.battery_known = p->choice->battery_known,
                                 .edge_limit = p->options->edge_limit,
                                 .hooks = p->hooks,
                                 .fraction_begin = fraction_begin,
                                 .fraction_end = p->options->fraction_end,
                                 .report_rows = p->options->final};
}

static void note_propagation(const pass *p, const ley_propagation *propagation, double scale) {
    ley_certificate *c = &p->record->certificate;
    c->steps = propagation->steps;
    c->rejected = propagation->rejected;
    c->applies = propagation->applies;
    c->integration_error = propagation->error * scale;
}

/* All rows at once, where none was reported on the way. */
static void report_rows(const pass *p) {
    if (p->options->final && p->hooks && p->hooks->rows)
        p->hooks->rows(p->hooks->user, p->record, 0, p->record->rows);
}

/* What the sampler stopped for counts more than that the propagation was stopped. */
static ley_status settle(ley_pass_outcome *outcome, ley_sampler *sampler, ley_status status, ley_error *err) {
    if (ley_sampler_edge_exceeded(sampler) && ley_sampler_status(sampler, NULL) == LEY_OK) {
        *outcome = LEY_PASS_EDGE;
        return LEY_OK;
    }
    if (ley_sampler_status(sampler, NULL) != LEY_OK) return ley_sampler_status(sampler, err);
    if (status == LEY_OK) ley_sampler_finish(sampler);
    return status;
}

/* A state in one part, observed while it evolves. */
static ley_status pass_streamed(ley_pass_outcome *outcome, const pass *p, ley_error *err) {
    ley_generator *generator = NULL;
    ley_sampler *sampler = NULL;
    ley_crew *crew = NULL;
    ley_schedule schedule = {0};
    double *x = NULL;

    ley_status status = ley_choice_part(&generator, p->choice, p->model, 0, err);
    if (status != LEY_OK) goto done;
    if (!(x = ley_allocate((size_t)generator->n, sizeof *x))) {
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the state: %.0f bytes",
                          (double)generator->n * sizeof *x);
        goto done;
    }
    status = ley_generator_start(generator, x, err);
    if (status != LEY_OK) goto done;
    ley_sampler_options sampling = sampler_options(p, p->options->fraction_begin);
    status = ley_sampler_create(&sampler, p->record, p->task, p->model, generator, &sampling, err);
    if (status != LEY_OK) goto done;
    const double t_end = p->task->times[p->task->n_times - 1];
    if (!(t_end > 0)) {
        status = ley_sampler_initial_only(sampler, x, err);
        goto done;
    }
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    ley_model_signals(p->model, signals);
    status = ley_schedule_recall(p->task->schedules, &schedule, signals, LEY_MODEL_SIGNALS, 0, t_end, err);
    if (status != LEY_OK) goto done;
    status = ley_crew_for(&crew, generator, p->task->threads, err);
    if (status != LEY_OK) goto done;
    const ley_problem problem = ley_problem_of(generator);
    double scale = sensitivity(p);
    ley_propagation propagation = {.tolerance = tolerance_of(p, scale),
                                   .keep_previous = ley_sampler_looks_back(sampler),
                                   .sink = ley_sampler_segment,
                                   .user = sampler};
    status = ley_dop853(&problem, x, &schedule, &propagation, err);
    note_propagation(p, &propagation, scale);
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
static ley_status pass_stored(ley_pass_outcome *outcome, const pass *p, ley_error *err) {
    ley_parts *parts = NULL;
    ley_sampler *sampler = NULL;
    const bool rows_only = only_rows(p->task);
    ley_status status = ley_parts_create(&parts, p->choice, p->task, p->model, rows_only, err);
    if (status != LEY_OK) goto done;
    ley_parts_begin_with_few(parts, p->options->level_limit, p->options->spare);
    const ley_generator *generator = ley_parts_generator(parts);
    const double t_end = p->task->times[p->task->n_times - 1], scale = sensitivity(p);
    part_watch watch = {.hooks = p->hooks,
                        .begin = p->options->fraction_begin,
                        .size = 0.9 * (p->options->fraction_end - p->options->fraction_begin),
                        .t_end = t_end};
    ley_propagation propagation = {.tolerance = tolerance_of(p, scale), .watch = watch_parts, .user = &watch};
    status = ley_parts_evolve(parts, &propagation, err);
    if (status != LEY_OK) goto done;
    ley_sampler_options sampling = sampler_options(p, watch.begin + watch.size);
    status = ley_sampler_create(&sampler, p->record, p->task, p->model, generator, &sampling, err);
    if (status != LEY_OK) goto done;
    note_propagation(p, &propagation, scale);
    if (rows_only) {
        for (ley_index i = 0; i < p->task->n_times && status == LEY_OK && !ley_sampler_edge_exceeded(sampler);
             i++) {
            ley_parts_row(parts, i, ley_sampler_reduced(sampler));
            status = ley_sampler_row(sampler, i, err);
        }
        if (status == LEY_OK) report_rows(p);
    } else {
        ley_parts_stream(parts, ley_sampler_segment, sampler);
    }
    if (status == LEY_OK) status = settle(outcome, sampler, LEY_OK, err);
done:
    ley_sampler_destroy(sampler);
    ley_parts_destroy(parts);
    return status;
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
static ley_status pass_marched(ley_pass_outcome *outcome, const pass *p, ley_error *err) {
    ley_generator *part = NULL;
    ley_sampler *sampler = NULL;
    double *x = NULL;
    marched whole = {.base = {.class = &marched_class, .model = p->model}};
    ley_status status = ley_choice_part(&part, p->choice, p->model, 0, err);
    if (status != LEY_OK) goto done;
    part->cavity_diagonal = !ley_task_asks_for_cavity_matrix(p->task);
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
    ley_sampler_options sampling = sampler_options(p, p->options->fraction_begin);
    status = ley_sampler_create(&sampler, p->record, p->task, p->model, &whole.base, &sampling, err);
    if (status != LEY_OK) goto done;
    double scale = sensitivity(p);
    ley_propagation propagation = {.tolerance = tolerance_of(p, scale)};
    const ley_march_options march = {.task = p->task,
                                     .method = p->choice->method,
                                     .rows_only = only_rows(p->task),
                                     .hooks = p->hooks,
                                     .fraction_begin = p->options->fraction_begin,
                                     .fraction_end = p->options->fraction_end};
    status = ley_march(part, x, sampler, &march, &propagation, err);
    note_propagation(p, &propagation, scale);
    if (march.method == LEY_METHOD_RADAU && p->options->final && propagation.error > propagation.tolerance)
        ley_text_add(&p->record->warnings,
                     "rounding: the tolerance is missed by a factor %.2g; uniformisation has less\n",
                     propagation.error / propagation.tolerance);
    if (status == LEY_OK && march.rows_only && march.method != LEY_METHOD_DOP853) report_rows(p);
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

ley_status ley_pass(ley_pass_outcome *outcome, ley_record *record, const ley_task *task, int32_t levels,
                    const ley_pass_options *options, const ley_engine_hooks *hooks, ley_error *err) {
    ley_model model = task->model; /* shares the expressions of the task */
    model.levels = levels;
    model.coherences_lost = options->coherences;
    ley_choice choice = {0}; /* made below, for states that evolve */
    const pass p = {
        .record = record, .task = task, .model = &model, .choice = &choice, .options = options, .hooks = hooks};
    *outcome = LEY_PASS_DONE;
    if (task->purpose == LEY_STEADY_STATE) {
        bool edge;
        ley_task laxer = *task; /* borrows everything */
        if (options->steady_lax > 1) laxer.numerics.tolerance *= options->steady_lax;
        const ley_steady_options steady_options = {
            .edge_limit = options->edge_limit, .compared = options->steady_lax > 0, .memory = options->memory};
        ley_status steady = ley_steady_pass(&edge, record, &laxer, &model, &steady_options, hooks, err);
        if (edge) *outcome = LEY_PASS_EDGE;
        if (steady == LEY_OK && !edge) ley_record_report(record, task);
        return steady;
    }
    if (task->numerics.trajectories > 0) {
        bool edge;
        const ley_sampler_options sampling = sampler_options(&p, options->fraction_begin);
        ley_status drawn = ley_histories_pass(&edge, record, task, &model, &sampling, err);
        if (drawn == LEY_OK && edge) *outcome = LEY_PASS_EDGE;
        if (drawn == LEY_OK && !edge) ley_record_report(record, task);
        return drawn;
    }
    ley_status status = ley_choose(&choice, task, &model, err);
    if (status != LEY_OK) return status;
    snprintf(record->representation, sizeof record->representation, "%s",
             ley_representation_word(choice.representation));
    snprintf(record->method, sizeof record->method, "%s", ley_method_word(choice.method));
    status = (choice.stored ? pass_stored : choice.marched ? pass_marched : pass_streamed)(outcome, &p, err);
    if (status == LEY_OK && *outcome == LEY_PASS_DONE) status = measure_map(record, task, &model, err);
    if (status == LEY_OK && *outcome == LEY_PASS_DONE) ley_record_report(record, task);
    return status;
}
