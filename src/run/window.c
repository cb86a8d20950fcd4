#include "run/window.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/decay.h"
#include "generator/half.h"
#include "run/crew.h"

#include <math.h>
#include <string.h>

/* The last excitation kept, and all that is left out when fewer are kept, hold no more than the square of this
 * share of the tolerance: coherences with them are below that share. */
static const double edge_share = 0.1;
static const int32_t least_cells = 6, least_cells_constant = 20;
static const double span_phase = 100; /* of an expansion, after which the window is looked at again */

/* ---- When it serves ---- */

static bool keeps_sign(const ley_signal *rate) {
    return ley_signal_is_constant(rate) && ley_signal_at(rate, 0) >= 0;
}

static bool asks_for(const ley_task *task, ley_observable what) {
    for (ley_index i = 0; i < task->n_observables; i++)
        if (task->observables[i] == what) return true;
    for (ley_index i = 0; i < task->n_measures; i++)
        if (task->measures[i].observable == what || task->measures[i].by == what) return true;
    return false;
}

bool ley_window_serves(const ley_choice *choice, const ley_task *task, const ley_model *model, int32_t i) {
    if (choice->representation != LEY_REPRESENTATION_HALF || !choice->stored || i > 0) return false;
    if (model->cells < least_cells || model->excitations > 0 || model->second.given || model->complete)
        return false;
    if (choice->method == LEY_METHOD_CHEBYSHEV && model->cells < least_cells_constant) return false;
    if (ley_telegraph_given(&model->telegraph)) return false;
    if (model->battery_state.kind != LEY_BATTERY_GROUND && model->battery_state.kind != LEY_BATTERY_DICKE)
        return false;
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if (!keeps_sign(&model->rate[channel])) return false;
    return ley_signal_is_zero(&model->rate[LEY_LOCAL_ABSORPTION]) &&
           ley_signal_is_zero(&model->rate[LEY_COLLECTIVE_ABSORPTION]) && !asks_for(task, LEY_BATTERY_COHERENCE_L1);
}

/* ---- When a model settles ---- */

enum { LOOKS = 256 };

/* Integral of what still changes from t on, times what it can do to a state. */
static double rest(const ley_signal *signal, double t, double end, double size) {
    const double last = ley_signal_at(signal, end);
    double sum = 0;
    for (int i = 0; i <= LOOKS; i++) { /* it falls: the first look of a piece is the largest */
        const double fraction = (double)i / LOOKS, next = (i + 1.0) / LOOKS;
        sum += fabs(ley_signal_at(signal, t + (end - t) * fraction * fraction) - last) *
               (next * next - fraction * fraction);
    }
    return sum * size * (end - t);
}

double ley_window_settled(const ley_model *model, double end, double allowed) {
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    ley_model_signals(model, signals);
    const double any = 4 * (model->cells + 1.0) * (model->cells + 1.0 + model->levels);
    double settled = 0;
    /* In a frame that rotates a drive that stays turns. */
    const double drive =
        fabs(ley_signal_at(&model->drive_cavity, end)) + fabs(ley_signal_at(&model->drive_battery, end));
    if (ley_half_frame(model) != 0 && drive * any * end > allowed) return INFINITY;
    for (int i = 0; i < LEY_MODEL_SIGNALS; i++) {
        ley_feature *features = NULL;
        size_t n = 0, capacity = 0;
        if (ley_signal_is_constant(signals[i])) continue;
        if (!ley_signal_settles(signals[i]) ||
            ley_signal_features(signals[i], &features, &n, &capacity, NULL) != LEY_OK) {
            ley_release(features);
            return INFINITY;
        }
        const double size = signals[i] == &model->drive_cavity ? 4 * sqrt(model->levels) : any;
        double t = 0, step = 0;
        for (size_t k = 0; k < n; k++)
            if (features[k].end > t) t = features[k].end, step = 0.25 * features[k].step;
        if (t >= end) t = end; /* its tail may be over before */
        while (step > 0 && t - step > settled && rest(signals[i], t - step, end, size) <= allowed) t -= step;
        ley_release(features);
        settled = fmax(settled, t);
    }
    return settled < end ? settled : INFINITY;
}

/* ---- The window ---- */

typedef struct runner {
    const ley_window *w;
    ley_propagation *sum;
    ley_model model[2]; /* of the part now, and of the next one: with the excitations that are kept */
    ley_generator *part;
    ley_crew *crew;
    double *x, *spare, *compact; /* states of the part, and a reduced one */
    double *population, *square; /* of the excitations; of coherences at |m - m'| */
    bool look;                   /* the next state reduced is the one to look at */
    int32_t reach;               /* of the coherences kept; N: all */
    int32_t kept;                /* excitations; N: all */
    ley_index next;              /* node */
    double t, step, end;
    double limit;                 /* of what the last excitation may hold */
    double signals_at;            /* time at which an expansion takes them */
    bool turn;                    /* the steps were stopped for another window */
    int32_t wanted, wanted_reach; /* in it */
} runner;

static void part_apply(void *self, double t, double *y, const double *x) {
    ley_generator *part = ((runner *)self)->part;
    part->class->apply(part, t, y, x);
}

static void part_fused(void *self, double t, double *y, const double *x, double al, double be, double ga) {
    (void)t;
    const runner *r = self;
    r->part->class->fused(r->part, r->signals_at, y, x, al, be, ga);
}

static void part_reduce(void *self, double *compact, const double *x) {
    runner *r = self;
    r->part->class->reduce(r->part, compact, x);
    if (r->look) ley_half_coherences(r->part, r->square, x);
}

static double part_norm(void *self, const double *x) {
    const ley_generator *part = ((runner *)self)->part;
    return part->class->norm(part, x);
}

static double part_decay(void *self, double t) {
    return ley_generator_decay(((runner *)self)->part, t);
}

static ley_problem problem_of(runner *r) {
    return (ley_problem){.self = r,
                         .n = r->part->n,
                         .n_reduced = r->part->n_compact,
                         .apply = part_apply,
                         .norm = part_norm,
                         .reduce = part_reduce,
                         .fused = part_fused,
                         .decay_at = part_decay,
                         .hands = r->part->hands};
}

static void release(runner *r) {
    ley_crew_destroy(r->crew);
    if (r->part) ley_generator_destroy(r->part);
    ley_release(r->x);
    ley_release(r->spare);
    ley_release(r->compact);
}

/* Other excitations and coherences; the state moves along. */
static ley_status keep(runner *r, int32_t kept, int32_t reach, ley_error *err) {
    const ley_window *w = r->w;
    const int32_t cells = w->model->cells;
    runner before = *r;
    if (kept > cells) kept = cells;
    if (reach >= kept) reach = cells;
    r->part = NULL;
    r->crew = NULL;
    r->x = r->spare = r->compact = NULL;
    r->kept = kept;
    r->reach = reach;
    ley_model *model = before.part && before.part->model == &r->model[0] ? &r->model[1] : &r->model[0];
    *model = *w->model;
    model->excitations = kept < cells ? kept : 0;
    model->coherences = reach < cells ? reach : 0;
    ley_status status = ley_choice_part(&r->part, w->choice, model, w->part, err);
    if (status == LEY_OK) status = ley_crew_for(&r->crew, r->part, w->threads, err);
    if (status != LEY_OK) goto done;
    r->x = ley_allocate((size_t)r->part->n, sizeof *r->x);
    r->spare = ley_allocate((size_t)r->part->n, sizeof *r->spare);
    r->compact = ley_allocate((size_t)r->part->n_compact, sizeof *r->compact);
    if (!r->x || !r->spare || !r->compact) {
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for a state of %.0f bytes",
                          (double)r->part->n * sizeof *r->x);
        goto done;
    }
    if (before.part)
        ley_half_move(r->part, r->x, before.part, before.x);
    else
        r->part->class->start(r->part, r->x, w->battery, w->cavity);
done:
    release(&before);
    return status;
}

static bool overflows(runner *r, const double *compact) {
    if (r->kept == r->w->model->cells) return false;
    ley_half_populations(r->part, r->population, compact);
    return !(r->population[r->kept] <= r->limit);
}

/* Coherences, after ley_half_coherences. */
static bool overreaches(const runner *r) {
    return r->reach < r->kept && !(r->square[r->reach] <= r->limit);
}

/* As many excitations as hold all but the limit, and some more. */
static int32_t enough(runner *r, const double *compact) {
    ley_half_populations(r->part, r->population, compact);
    double above = 0;
    int32_t kept = r->kept;
    while (kept > 1 && above + fabs(r->population[kept]) <= r->limit) above += fabs(r->population[kept--]);
    return kept + 3;
}

/* And coherences. */
static int32_t enough_reach(const runner *r) {
    double above = 0;
    int32_t reach = r->reach < r->kept ? r->reach : r->kept;
    while (reach > 1 && above + r->square[reach] <= r->limit) above += r->square[reach--];
    return reach + 3;
}

static int32_t more(int32_t now) {
    return now + (now < 12 ? 3 : now / 4);
}

static bool worth_less(int32_t wanted, int32_t now) {
    return wanted + 2 + now / 8 < now;
}

static void store(const runner *r, ley_index node, const double *compact) {
    const ley_generator *whole = r->w->whole;
    ley_half_move_compact(whole, r->w->compact + node * whole->n_compact, r->part, compact);
}

/* ---- While something depends on time: steps ---- */

/* What is to be kept next, in wanted and wanted_reach; true: worth the change. */
static bool shrinks(runner *r, const double *compact) {
    const int32_t kept = enough(r, compact), reach = enough_reach(r);
    const int32_t reach_now = r->reach < r->kept ? r->reach : r->kept;
    const bool fewer = worth_less(kept, r->kept), nearer = worth_less(reach, reach_now);
    r->wanted = fewer ? kept : r->kept;
    r->wanted_reach = nearer ? reach : r->reach;
    return fewer || nearer;
}

static int after_step(void *user, const ley_segment *segment) {
    runner *r = user;
    const ley_window *w = r->w;
    r->look = true;
    segment->reduced(segment, segment->end, r->compact);
    r->look = false;
    const bool full = overflows(r, r->compact), wide = overreaches(r);
    if (full || wide) {
        segment->state(segment, segment->begin, r->spare);
        r->t = segment->begin;
        r->turn = true;
        r->wanted = full ? more(r->kept) : r->kept;
        r->wanted_reach = wide ? more(r->reach) : r->reach;
        return 1;
    }
    const bool less = shrinks(r, r->compact);
    for (; r->next < w->n_nodes && w->nodes[r->next] <= segment->end; r->next++) {
        segment->reduced(segment, w->nodes[r->next], r->compact);
        store(r, r->next, r->compact);
    }
    r->t = segment->end;
    r->step = segment->end - segment->begin;
    if (w->watch && w->watch(w->user, r->t)) return 1;
    if (!less) return 0;
    segment->state(segment, segment->end, r->spare);
    r->turn = true;
    return 1;
}

static void swap_states(runner *r) {
    double *swap = r->x;
    r->x = r->spare;
    r->spare = swap;
}

static ley_status step_until(runner *r, double until, ley_error *err) {
    while (r->t < until) {
        ley_schedule rest;
        ley_status status = ley_schedule_between(&rest, r->w->schedule, r->t, until, err);
        ley_problem problem = problem_of(r);
        /* An expansion that follows takes a tenth of the tolerance for its share of time. */
        const double duration = until < r->end ? until / 0.9 : r->end;
        ley_propagation own = {.tolerance = r->sum->tolerance * (until - r->t) / duration,
                               .first_step = r->step,
                               .sink = after_step,
                               .user = r};
        r->turn = false;
        if (status == LEY_OK) status = ley_dop853(&problem, r->x, &rest, &own, err);
        ley_schedule_clear(&rest);
        ley_propagation_count(r->sum, &own);
        r->sum->error += own.error;
        if (!r->turn) {
            if (status != LEY_OK) return status;
            r->t = until;
            continue;
        }
        if (status != LEY_ERR_STOPPED) return status;
        swap_states(r);
        status = keep(r, r->wanted, r->wanted_reach, err);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

/* ---- Afterwards: an expansion ---- */

/* Nodes of one expansion: as far as the phase goes, and at least one. */
static ley_index nodes_of_span(const runner *r, double frequency) {
    const ley_window *w = r->w;
    const double until = r->t + span_phase / fmax(frequency, 1e-12);
    ley_index n = 1;
    while (r->next + n < w->n_nodes && w->nodes[r->next + n] <= until) n++;
    return n;
}

static ley_status expand_from(runner *r, ley_error *err) {
    const ley_window *w = r->w;
    ley_status status = LEY_OK;
    double *rows = NULL, *times = ley_allocate((size_t)w->n_nodes, sizeof *times);
    if (!times) return ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the times");
    r->signals_at = r->end;
    while (r->next < w->n_nodes && status == LEY_OK) {
        ley_problem problem = problem_of(r);
        r->part->class->bounds(r->part, r->signals_at, &problem.frequency, &problem.decay);
        const ley_index n = nodes_of_span(r, problem.frequency), m = r->part->n_compact;
        for (ley_index i = 0; i < n; i++) times[i] = w->nodes[r->next + i] - r->t;
        ley_release(rows);
        if (!(rows = ley_allocate((size_t)(n * m), sizeof *rows))) {
            status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for %lld rows", (long long)n);
            break;
        }
        memcpy(r->spare, r->x, (size_t)r->part->n * sizeof *r->x);
        ley_propagation own = {.tolerance = 0.1 * r->sum->tolerance * times[n - 1] / r->end};
        status = ley_chebyshev(&problem, r->spare, rows, times, n, &own, err);
        ley_propagation_count(r->sum, &own);
        if (status != LEY_OK) break;
        bool full = false;
        for (ley_index i = 0; i < n; i++) full = full || overflows(r, rows + i * m);
        ley_half_coherences(r->part, r->square, r->spare);
        const bool wide = overreaches(r);
        if (full || wide) {
            status = keep(r, full ? more(r->kept) : r->kept, wide ? more(r->reach) : r->reach, err);
            continue;
        }
        r->sum->error += own.error;
        r->sum->amplification = fmax(r->sum->amplification, own.amplification);
        for (ley_index i = 0; i < n; i++) store(r, r->next + i, rows + i * m);
        r->next += n;
        r->t = w->nodes[r->next - 1];
        swap_states(r);
        if (w->watch && w->watch(w->user, r->t)) {
            status = ley_fail(err, LEY_ERR_STOPPED, "", "stopped at t = %.6g", r->t);
            break;
        }
        if (shrinks(r, rows + (n - 1) * m)) status = keep(r, r->wanted, r->wanted_reach, err);
    }
    ley_release(rows);
    ley_release(times);
    return status;
}

static int32_t largest_at_start(const ley_model *model) {
    return model->battery_state.kind == LEY_BATTERY_DICKE ? (model->cells + model->battery_state.two_m) / 2 : 0;
}

ley_status ley_window_evolve(const ley_window *w, ley_propagation *propagation, ley_error *err) {
    runner r = {.w = w, .sum = propagation, .end = w->schedule->times[w->schedule->n]};
    const double tolerance = w->task->numerics.tolerance;
    r.limit = edge_share * tolerance * edge_share * tolerance;
    r.population = ley_allocate((size_t)w->model->cells + 1, sizeof *r.population);
    r.square = ley_allocate((size_t)w->model->cells + 1, sizeof *r.square);
    ley_status status = LEY_OK;
    if (!r.population || !r.square) status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for populations");
    if (status == LEY_OK) status = keep(&r, largest_at_start(w->model) + 3, w->model->cells, err);
    if (status == LEY_OK && w->nodes[0] <= 0) {
        r.part->class->reduce(r.part, r.compact, r.x);
        store(&r, r.next++, r.compact);
    }
    const bool steps_only = w->task->numerics.method == LEY_METHOD_DOP853;
    const double settled =
        steps_only ? INFINITY : ley_window_settled(w->model, r.end, 0.01 * propagation->tolerance);
    if (status == LEY_OK) status = step_until(&r, fmin(settled, r.end), err);
    if (status == LEY_OK && r.t < r.end) status = expand_from(&r, err);
    release(&r);
    ley_release(r.population);
    ley_release(r.square);
    return status;
}
