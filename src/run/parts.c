#include "run/parts.h"

#include "core/memory.h"
#include "core/status.h"
#include "model/schedule_memory.h"
#include "run/crew.h"
#include "run/levels.h"
#include "run/nodes.h"
#include "run/problem.h"
#include "run/team.h"
#include "run/window.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

enum { NODES = LEY_NODES }; /* of a panel */
/* A panel is this long in units of 1 / frequency: the error of interpolation, 2 J_24(6), is below 1e-12. */
static const double panel_phase = 12;
/* Of the tolerance: what interpolation may leave out of what decays. */
static const double panel_share = 0.05;
/* And this many of the steps that the schedule allows: a Gaussian over 4 sigma is resolved to 1e-13 as well. */
static const double panel_steps = 3;
/* Doubles of all states from which starting threads pays. */
static const double worth_threads = 8e3;

typedef struct panel {
    ley_segment segment; /* first member */
    const ley_parts *owner;
    ley_index first; /* node at begin */
} panel;

struct ley_parts {
    ley_generator whole; /* what observers see */
    ley_choice choice;
    const ley_task *task;
    bool rows_only;
    double level_limit; /* of the last level but `spare`, before more are kept; 0: all are kept */
    int32_t spare;
    ley_schedule schedule;
    ley_generator **part;
    double **compact; /* [parts] -> [n_nodes][n_compact] */
    double *nodes;    /* [n_nodes] times */
    double *mixed;    /* scratch: the largest compact */
    ley_index n_nodes, n_panels;
    panel *panels;
};

static const ley_generator_class whole_class = {.name = "parts"};

/* ---- Creation ---- */

/* Populations that fall from state to state, each left at up to the rate r, grow along complex times t by no more
 * than exp(r (|t| - Re t)). In a panel of length p / r interpolation then leaves out 2 exp(-p) I_24(p); that of a
 * single exponential would be as small with 2 p. */
static double left_out(double p) {
    double term = exp(NODES * log(0.5 * p) - lgamma(NODES + 1.0) - p), sum = 0;
    for (int k = 1; term > 1e-3 * sum; k++) {
        sum += term;
        term *= 0.25 * p * p / (k * (NODES + k));
    }
    return 2 * sum;
}

/* Length of a panel in units of 1 / decay. */
static double panel_decay(double tolerance) {
    double p = 24;
    while (p > 6 && left_out(p) > panel_share * tolerance) p *= 0.95;
    return p;
}

/* The most panels that anything in [begin, end] needs, for each unit of time. */
static double panels_each(const ley_parts *s, double begin, double end) {
    enum { LOOKS = 9 };
    const double fall = panel_decay(s->task->numerics.tolerance);
    double largest = 0;
    const bool constant = ley_model_is_constant(s->whole.model);
    for (int32_t i = 0; i < s->choice.parts; i++)
        for (int k = 0; k < (constant ? 1 : LOOKS); k++) {
            double frequency, decay;
            s->part[i]->class->bounds(s->part[i], begin + (end - begin) * k / LOOKS, &frequency, &decay);
            largest = fmax(largest, fmax(frequency / panel_phase, decay / fall));
        }
    return largest;
}

static ley_index panels_of(const ley_parts *s, ley_index interval) {
    const ley_schedule *schedule = &s->schedule;
    double begin = schedule->times[interval], end = schedule->times[interval + 1];
    double n = (end - begin) * panels_each(s, begin, end);
    if (schedule->max_step[interval] > 0) n = fmax(n, (end - begin) / (panel_steps * schedule->max_step[interval]));
    return (ley_index)ceil(fmax(1, n));
}

static ley_status create_nodes(ley_parts *s, ley_error *err) {
    const ley_task *task = s->task;
    if (s->rows_only) {
        s->n_nodes = task->n_times;
        if (!(s->nodes = ley_allocate((size_t)s->n_nodes, sizeof(double)))) goto no_memory;
        memcpy(s->nodes, task->times, (size_t)s->n_nodes * sizeof(double));
        return LEY_OK;
    }
    for (ley_index i = 0; i < s->schedule.n; i++) s->n_panels += panels_of(s, i);
    s->n_nodes = s->n_panels * (NODES - 1) + 1;
    s->nodes = ley_allocate((size_t)s->n_nodes, sizeof(double));
    s->panels = ley_allocate((size_t)s->n_panels, sizeof *s->panels);
    if (!s->nodes || !s->panels) goto no_memory;
    double *node = s->nodes;
    for (ley_index i = 0; i < s->schedule.n; i++) {
        const double first = s->schedule.times[i], last = s->schedule.times[i + 1];
        const ley_index n = panels_of(s, i);
        for (ley_index p = 0; p < n; p++) {
            double begin = first + (last - first) * (double)p / (double)n;
            double end = p + 1 == n ? last : first + (last - first) * (double)(p + 1) / (double)n;
            for (int k = 0; k < NODES - 1; k++) *node++ = ley_node_time(begin, end, k);
        }
    }
    *node = s->schedule.times[s->schedule.n];
    return LEY_OK;
no_memory:
    return ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for %lld times", (long long)s->n_nodes);
}

/* Only one part a thread holds what its evolution needs. */
static ley_status settled_part(ley_generator **part, const ley_choice *choice, const ley_task *task,
                               const ley_model *model, int32_t i, ley_error *err) {
    ley_status status = ley_choice_part(part, choice, model, i, err);
    if (status == LEY_OK) (*part)->cavity_diagonal = !ley_task_asks_for_cavity_matrix(task);
    if (status == LEY_OK && choice->parts > 1 && (*part)->class->settle) (*part)->class->settle(*part);
    return status;
}

ley_status ley_parts_create(ley_parts **parts, const ley_choice *choice, const ley_task *task,
                            const ley_model *model, bool rows_only, ley_error *err) {
    ley_parts *s = ley_allocate(1, sizeof *s);
    if (!s) return ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the parts of the state");
    s->whole.class = &whole_class;
    s->whole.model = model;
    s->choice = *choice;
    s->task = task;
    s->rows_only = rows_only;
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    ley_model_signals(model, signals);
    ley_status status =
        ley_blocks_create(&s->whole.blocks, model->cells, model->levels > 0 ? model->levels : 1, err);
    if (status == LEY_OK && ley_telegraph_given(&model->telegraph))
        s->whole.blocks.noise_states = ley_telegraph_states(&model->telegraph);
    if (status == LEY_OK) s->whole.blocks.second = model->second.given;
    if (status == LEY_OK)
        status = ley_schedule_recall(task->schedules, &s->schedule, signals, LEY_MODEL_SIGNALS, 0,
                                     task->times[task->n_times - 1], err);
    if (status != LEY_OK) goto failed;
    s->part = ley_allocate((size_t)choice->parts, sizeof *s->part);
    s->compact = ley_allocate((size_t)choice->parts, sizeof *s->compact);
    if (!s->part || !s->compact) goto no_memory;
    for (int32_t i = 0; i < choice->parts && status == LEY_OK; i++)
        status = settled_part(&s->part[i], choice, task, model, i, err);
    if (status == LEY_OK) { /* the whole keeps of the battery what its parts keep */
        const ley_blocks *kept = &s->part[0]->blocks;
        s->whole.blocks.diagonal = kept->diagonal;
        memcpy(s->whole.blocks.offset, kept->offset, ((size_t)kept->n_blocks + 1) * sizeof *kept->offset);
        status = create_nodes(s, err);
    }
    if (status != LEY_OK) goto failed;
    size_t longest = 1;
    for (int32_t i = 0; i < choice->parts; i++) {
        size_t length = (size_t)s->part[i]->n_compact;
        longest = length > longest ? length : longest;
        if (!(s->compact[i] = ley_allocate((size_t)s->n_nodes * length, sizeof(double)))) goto no_memory;
    }
    if (!(s->mixed = ley_allocate(longest, sizeof(double)))) goto no_memory;
    *parts = s;
    return LEY_OK;
no_memory:
    status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the reduced states of %d parts", choice->parts);
failed:
    ley_parts_destroy(s);
    return status;
}

void ley_parts_destroy(ley_parts *s) {
    if (!s) return;
    for (int32_t i = 0; i < s->choice.parts; i++) {
        if (s->part) ley_generator_destroy(s->part[i]);
        if (s->compact) ley_release(s->compact[i]);
    }
    ley_release(s->part);
    ley_release(s->compact);
    ley_release(s->mixed);
    ley_release(s->nodes);
    ley_release(s->panels);
    ley_schedule_clear(&s->schedule);
    ley_blocks_clear(&s->whole.blocks);
    ley_release(s);
}

void ley_parts_begin_with_few(ley_parts *parts, double limit, int32_t spare) {
    parts->level_limit = limit;
    parts->spare = spare;
}

const ley_generator *ley_parts_generator(const ley_parts *parts) {
    return &parts->whole;
}

/* ---- Evolution ---- */

/* One evolution of all parts: what its threads share. */
typedef struct evolution {
    ley_parts *parts;
    const ley_complex *battery, *cavity; /* initial state */
    const ley_propagation *whole;
    ley_propagation *own; /* [parts] */
    double *size;         /* [parts] share of the work */
    double end;           /* duration of the run */
    int32_t inside;       /* threads of each part */
    pthread_mutex_t lock; /* of done and stopped */
    pthread_t caller;     /* the only thread that calls the watch: what it does need not be thread-safe */
    double done;          /* share of the work that is done */
    bool stopped;
} evolution;

/* Progress of one part: times of it count as its share of the work. */
typedef struct portion {
    evolution *evolution;
    double size, reached; /* reached: time already counted */
} portion;

static int watch_portion(void *user, double t) {
    portion *p = user;
    evolution *e = p->evolution;
    pthread_mutex_lock(&e->lock);
    e->done += p->size * (t - p->reached) / e->end;
    p->reached = t;
    if (!e->stopped && e->whole->watch && pthread_equal(pthread_self(), e->caller) &&
        e->whole->watch(e->whole->user, e->end * e->done))
        e->stopped = true;
    int stopped = e->stopped;
    pthread_mutex_unlock(&e->lock);
    return stopped;
}

/* A sink that keeps the compact state at the nodes. */
typedef struct node_keeper {
    const ley_parts *parts;
    double *compact;
    ley_index n_compact, next;
    portion *portion;
} node_keeper;

static int keep_nodes(void *user, const ley_segment *segment) {
    node_keeper *k = user;
    for (; k->next < k->parts->n_nodes && k->parts->nodes[k->next] <= segment->end; k->next++)
        segment->reduced(segment, k->parts->nodes[k->next], k->compact + k->next * k->n_compact);
    return watch_portion(k->portion, segment->end);
}

static ley_status evolve_by_steps(ley_parts *s, int32_t i, ley_problem *problem, double *x, ley_propagation *own,
                                  ley_error *err) {
    node_keeper keeper = {
        .parts = s, .compact = s->compact[i], .n_compact = problem->n_reduced, .portion = own->user};
    own->sink = keep_nodes;
    own->user = &keeper;
    return ley_dop853(problem, x, &s->schedule, own, err);
}

static ley_status evolve_by_expansion(ley_parts *s, int32_t i, ley_problem *problem, double *x,
                                      ley_propagation *own, ley_error *err) {
    own->watch = watch_portion;
    own->discard_final = true;
    ley_index first = s->nodes[0] > 0 ? 0 : 1;
    if (first == 1) problem->reduce(problem->self, s->compact[i], x);
    if (s->n_nodes == first) return LEY_OK;
    s->part[i]->class->bounds(s->part[i], 0, &problem->frequency, &problem->decay);
    return ley_chebyshev(problem, x, s->compact[i] + first * problem->n_reduced, s->nodes + first,
                         s->n_nodes - first, own, err);
}

static ley_status evolve_by_itself(ley_parts *s, int32_t i, ley_problem *problem, double *x, ley_propagation *own,
                                   ley_error *err) {
    ley_generator *part = s->part[i];
    const double end = s->nodes[s->n_nodes - 1];
    double t = 0;
    for (ley_index k = 0; k < s->n_nodes; k++) {
        const double tau = s->nodes[k] - t;
        if (tau > 0) {
            if (!part->class->advance(part, x, tau, own->tolerance * tau / end, &own->applies, &own->error))
                return ley_fail(err, LEY_ERR_NUMERIC, "propagator", "not finite at t = %.6g", t);
            own->steps++;
            t = s->nodes[k];
            if (watch_portion(own->user, t)) return ley_fail(err, LEY_ERR_STOPPED, "", "stopped at t = %.6g", t);
        }
        problem->reduce(problem->self, s->compact[i] + k * problem->n_reduced, x);
    }
    return LEY_OK;
}

static ley_status evolve_in_window(evolution *e, int32_t i, ley_error *err) {
    ley_parts *s = e->parts;
    portion share = {.evolution = e, .size = e->size[i]};
    const ley_window window = {.choice = &s->choice,
                               .task = s->task,
                               .model = s->whole.model,
                               .part = i,
                               .whole = s->part[i],
                               .schedule = &s->schedule,
                               .nodes = s->nodes,
                               .n_nodes = s->n_nodes,
                               .compact = s->compact[i],
                               .battery = e->battery,
                               .cavity = e->cavity,
                               .threads = e->inside,
                               .watch = watch_portion,
                               .user = &share};
    e->own[i] = (ley_propagation){.tolerance = e->whole->tolerance / sqrt(s->choice.parts)};
    return ley_window_evolve(&window, &e->own[i], err);
}

static ley_status evolve_with_levels(evolution *e, ley_error *err) {
    ley_parts *s = e->parts;
    portion share = {.evolution = e, .size = e->size[0]};
    const ley_levels levels = {.choice = &s->choice,
                               .model = s->whole.model,
                               .whole = s->part[0],
                               .schedule = &s->schedule,
                               .nodes = s->nodes,
                               .n_nodes = s->n_nodes,
                               .compact = s->compact[0],
                               .battery = e->battery,
                               .limit = s->level_limit,
                               .spare = s->spare,
                               .threads = e->inside,
                               .watch = watch_portion,
                               .user = &share};
    e->own[0] = (ley_propagation){.tolerance = e->whole->tolerance};
    return ley_levels_evolve(&levels, &e->own[0], err);
}

static ley_status evolve(void *user, int32_t i, ley_error *err) {
    evolution *e = user;
    ley_parts *s = e->parts;
    ley_generator *part = s->part[i];
    ley_crew *crew = NULL;
    ley_status status = LEY_OK;
    if (ley_window_serves(&s->choice, s->task, s->whole.model, i) && s->schedule.n > 0)
        return evolve_in_window(e, i, err);
    if (s->level_limit > 0 && s->schedule.n > 0 && ley_levels_serve(&s->choice, s->whole.model, part))
        return evolve_with_levels(e, err);
    if (part->class->prepare) status = part->class->prepare(part, err);
    if (status != LEY_OK) return status;
    double *x = ley_allocate((size_t)part->n, sizeof *x);
    if (!x)
        return ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for a state of %.0f bytes",
                        (double)part->n * sizeof *x);
    part->class->start(part, x, e->battery, e->cavity);
    status = ley_generator_start_second(part, x, err);
    portion share = {.evolution = e, .size = e->size[i]};
    if (status == LEY_OK) status = ley_crew_for(&crew, part, e->inside, err);
    if (status == LEY_OK && part->class->norm(part, x) > 0) { /* what is empty at the start stays empty */
        ley_problem problem = ley_problem_of(part);
        /* parts are orthogonal: their errors add in squares */
        e->own[i] = (ley_propagation){.tolerance = e->whole->tolerance / sqrt(s->choice.parts), .user = &share};
        status =
            (s->choice.method == LEY_METHOD_CHEBYSHEV        ? evolve_by_expansion
             : s->choice.method == LEY_METHOD_UNIFORMISATION ? evolve_by_itself
                                                             : evolve_by_steps)(s, i, &problem, x, &e->own[i], err);
    }
    part->hands = NULL;
    ley_crew_destroy(crew);
    if (s->choice.parts > 1 && part->class->settle) part->class->settle(part);
    ley_release(x);
    return status;
}

/* In the order of the parts, so that the sum does not depend on which thread was first. */
static void add_up(ley_propagation *whole, const ley_propagation *own, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        ley_propagation_count(whole, &own[i]);
        whole->error = hypot(whole->error, own[i].error);
        whole->amplification = fmax(whole->amplification, own[i].amplification);
    }
}

ley_status ley_parts_evolve(ley_parts *s, ley_propagation *propagation, ley_error *err) {
    const ley_blocks *blocks = &s->whole.blocks;
    const int32_t n = s->choice.parts;
    ley_status status = LEY_OK;
    ley_complex *battery = ley_allocate((size_t)blocks->offset[blocks->n_blocks], sizeof *battery);
    ley_complex *cavity = ley_allocate((size_t)blocks->levels * (size_t)blocks->levels, sizeof *cavity);
    evolution e = {.parts = s,
                   .battery = battery,
                   .cavity = cavity,
                   .whole = propagation,
                   .caller = pthread_self(),
                   .own = ley_allocate((size_t)n, sizeof *e.own),
                   .size = ley_allocate((size_t)n, sizeof *e.size),
                   .end = s->task->times[s->task->n_times - 1]};
    pthread_mutex_init(&e.lock, NULL);
    if (!battery || !cavity || !e.own || !e.size) {
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the initial state");
        goto done;
    }
    ley_start_battery(blocks, &s->whole.model->battery_state, battery);
    if (s->whole.model->levels > 0)
        ley_start_cavity(blocks->levels, &s->whole.model->cavity_state, cavity);
    else
        cavity[0].re = 1;
    double total = 0;
    for (int32_t i = 0; i < n; i++) total += (double)s->part[i]->n;
    for (int32_t i = 0; i < n; i++) e.size[i] = (double)s->part[i]->n / total;
    const int32_t threads = total >= worth_threads ? s->task->threads : 1;
    e.inside = threads / n; /* what the parts leave over */
    status = ley_team_run(threads, n, evolve, &e, err);
    add_up(propagation, e.own, n);
done:
    pthread_mutex_destroy(&e.lock);
    ley_release(e.own);
    ley_release(e.size);
    ley_release(battery);
    ley_release(cavity);
    return status;
}

/* ---- Afterwards ---- */

static void expand(const ley_generator *part, double t, double *reduced, const double *compact) {
    if (part->class->expand) {
        part->class->expand(part, t, reduced, compact);
        return;
    }
    for (ley_index i = 0; i < part->n_compact; i++) reduced[i] += compact[i];
}

void ley_parts_row(const ley_parts *s, ley_index i, double *reduced) {
    memset(reduced, 0, (size_t)ley_reduced_length(&s->whole.blocks) * sizeof *reduced);
    for (int32_t k = 0; k < s->choice.parts; k++)
        expand(s->part[k], s->nodes[i], reduced, s->compact[k] + i * s->part[k]->n_compact);
}

static void panel_reduced(const ley_segment *segment, double t, double *reduced) {
    const panel *p = (const panel *)segment;
    const ley_parts *s = p->owner;
    double weight[NODES];
    ley_node_weights(weight, s->nodes + p->first, t);
    memset(reduced, 0, (size_t)ley_reduced_length(&s->whole.blocks) * sizeof *reduced);
    for (int32_t i = 0; i < s->choice.parts; i++) {
        const ley_index length = s->part[i]->n_compact;
        const double *rows = s->compact[i] + p->first * length;
        memset(s->mixed, 0, (size_t)length * sizeof *s->mixed);
        for (int k = 0; k < NODES; k++) {
            if (weight[k] == 0) continue;
            for (ley_index r = 0; r < length; r++) s->mixed[r] += weight[k] * rows[k * length + r];
        }
        expand(s->part[i], t, reduced, s->mixed);
    }
}

int ley_parts_stream(ley_parts *s, ley_sink sink, void *user) {
    for (ley_index i = 0; i < s->n_panels; i++) {
        panel *p = &s->panels[i];
        p->owner = s;
        p->first = i * (NODES - 1);
        p->segment = (ley_segment){.begin = s->nodes[p->first],
                                   .end = s->nodes[p->first + NODES - 1],
                                   .previous = i > 0 ? &s->panels[i - 1].segment : NULL,
                                   .reduced = panel_reduced,
                                   .samples = NODES,
                                   .crowded = true};
        if (sink(user, &p->segment)) return 1;
    }
    return 0;
}
