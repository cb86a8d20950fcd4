#include "run/march.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/chain_moving.h"
#include "generator/spins.h"
#include "propagator/radau.h"
#include "run/nodes.h"
#include "run/problem.h"

#include <math.h>
#include <string.h>

/* The first panel is this long in units of 1 / frequency; later ones follow what interpolation allows. */
static const double first_panel = 8;

typedef struct march march;

/* A stretch of time with the state at Chebyshev points. */
typedef struct panel {
    ley_segment segment; /* first member */
    march *owner;
    double times[LEY_NODES];
    double *x; /* [LEY_NODES][n] */
} panel;

/* A segment of another propagator, whose states are reduced here. */
typedef struct passing {
    ley_segment segment; /* first member */
    const ley_segment *inner;
    march *owner;
} passing;

struct march {
    ley_generator *generator;
    ley_sampler *sampler;
    const ley_march_options *options;
    ley_propagation *propagation;
    double *scratch; /* a state */
    double *compact;
    panel panels[2];
    passing passing[2];
    int which;
    double end;
    double *room;            /* of expansions to several output times, once for all */
    double frequency, decay; /* bounds of such an expansion */
};

/* ---- One stretch of a constant generator ----------------------------------------------------------------------
 */

static void no_reduce(void *self, double *reduced, const double *x) {
    (void)self;
    (void)reduced;
    (void)x;
}

static ley_problem problem_of(ley_generator *part) {
    ley_problem problem = ley_problem_of(part);
    problem.n_reduced = 0;
    problem.reduce = no_reduce;
    return problem;
}

static void add_up(ley_propagation *sum, const ley_propagation *own) {
    ley_propagation_count(sum, own);
    sum->error += own->error;
    sum->amplification = fmax(sum->amplification, own->amplification);
}

static ley_status advance(march *m, double *x, double t, double tau, ley_error *err) {
    ley_generator *part = m->generator;
    ley_propagation *sum = m->propagation;
    const double tolerance = sum->tolerance * tau / m->end;
    if (m->options->method == LEY_METHOD_UNIFORMISATION) {
        if (!part->class->advance(part, x, tau, tolerance, &sum->applies, &sum->error))
            return ley_fail(err, LEY_ERR_NUMERIC, "propagator", "not finite at t = %.6g", t);
        sum->steps++;
        return LEY_OK;
    }
    ley_problem problem = problem_of(part);
    part->class->bounds(part, t, &problem.frequency, &problem.decay);
    ley_propagation own = {.tolerance = tolerance, .room = m->room};
    double nothing;
    ley_status status = ley_chebyshev(&problem, x, &nothing, &tau, 1, &own, err);
    add_up(sum, &own);
    return status;
}

/* ---- Output times only ----------------------------------------------------------------------------------------
 */

/* States at several output times come out of one expansion where they lie close together and are small. */
enum { TOGETHER = 6 };
static const double together_phase = 24, together_numbers = 1 << 17;
/* Share of the tolerance at which an expansion ends: one term more, and what is constant stays so to rounding. */
static const double terms_left = 1e-3;

static void whole_state(void *self, double *reduced, const double *x) {
    const ley_generator *part = self;
    memcpy(reduced, x, (size_t)part->n * sizeof *x);
}

/* Output times from i on that share an expansion which begins at t. */
static ley_index together(march *m, ley_index i, double t) {
    const ley_task *task = m->options->task;
    const ley_generator *part = m->generator;
    if (m->options->method != LEY_METHOD_CHEBYSHEV || (double)part->n > together_numbers) return 1;
    part->class->bounds(part, t, &m->frequency, &m->decay);
    const double longest = together_phase / fmax(m->frequency, fmax(m->decay, 1e-300));
    ley_index n = 1;
    while (n < TOGETHER && i + n < task->n_times && task->times[i + n] - t <= longest) n++;
    return n;
}

/* x(t) becomes the states at n output times from i on. */
static ley_status advance_together(march *m, double *states, double *x, double t, ley_index i, ley_index n,
                                   ley_error *err) {
    ley_generator *part = m->generator;
    const double *times = m->options->task->times;
    double after[TOGETHER];
    for (ley_index k = 0; k < n; k++) after[k] = times[i + k] - t;
    ley_problem problem = problem_of(part);
    problem.n_reduced = part->n;
    problem.reduce = whole_state;
    problem.frequency = m->frequency, problem.decay = m->decay;
    ley_propagation own = {.tolerance = terms_left * m->propagation->tolerance * after[n - 1] / m->end,
                           .room = m->room,
                           .discard_final = true};
    ley_status status = ley_chebyshev(&problem, x, states, after, n, &own, err);
    add_up(m->propagation, &own);
    return status;
}

static ley_status march_rows(march *m, double *x, ley_error *err) {
    const ley_task *task = m->options->task;
    const ley_engine_hooks *hooks = m->options->hooks;
    const size_t size = (size_t)m->generator->n;
    ley_status status = LEY_OK;
    double t = 0, *reduced = ley_sampler_reduced(m->sampler);
    double *states = NULL; /* at output times first .. known - 1 */
    ley_index first = 0, known = 0;
    for (ley_index i = 0; i < task->n_times; i++) {
        const ley_index n = i < known || !(task->times[i] > t) ? 1 : together(m, i, t);
        if (n > 1) {
            if (!m->room)
                m->room =
                    ley_allocate((size_t)ley_chebyshev_room((ley_index)size, (ley_index)size), sizeof *m->room);
            if (!states) states = ley_allocate(TOGETHER * size, sizeof *states);
            if (!states || !m->room) {
                status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for %d states", TOGETHER);
                break;
            }
            status = advance_together(m, states, x, t, i, n, err);
            first = i, known = i + n;
        } else if (i >= known && task->times[i] > t) {
            status = advance(m, x, t, task->times[i] - t, err);
        }
        if (status != LEY_OK) break;
        if (i < known) memcpy(x, states + (size_t)(i - first) * size, size * sizeof *x);
        t = task->times[i];
        ley_generator_reduced(m->generator, t, reduced, m->compact, x);
        status = ley_sampler_row(m->sampler, i, err);
        if (status != LEY_OK || ley_sampler_edge_exceeded(m->sampler)) break;
        double share = m->options->fraction_end - m->options->fraction_begin;
        if (hooks && hooks->watch && hooks->watch(hooks->user, m->options->fraction_begin + share * t / m->end)) {
            status = ley_fail(err, LEY_ERR_STOPPED, "", "stopped at t = %.6g", t);
            break;
        }
    }
    ley_release(states);
    return status;
}

/* ---- Panels ---------------------------------------------------------------------------------------------------
 */

static void mix(const march *m, double *x, const panel *p, const double *weight) {
    const ley_index n = m->generator->n;
    memset(x, 0, (size_t)n * sizeof *x);
    for (int k = 0; k < LEY_NODES; k++) {
        const double w = weight[k], *from = p->x + k * n;
        if (w == 0) continue;
        for (ley_index i = 0; i < n; i++) x[i] += w * from[i];
    }
}

static void panel_state(const ley_segment *segment, double t, double *x) {
    const panel *p = (const panel *)segment;
    double weight[LEY_NODES];
    ley_node_weights(weight, p->times, t);
    mix(p->owner, x, p, weight);
}

static void panel_reduced(const ley_segment *segment, double t, double *reduced) {
    march *m = ((const panel *)segment)->owner;
    panel_state(segment, t, m->scratch);
    ley_generator_reduced(m->generator, t, reduced, m->compact, m->scratch);
}

/* What the interpolation leaves out, judged by the last coefficients that it has. */
static double unresolved(march *m, const panel *p) {
    double largest = 0;
    for (int i = LEY_NODES - 3; i < LEY_NODES; i++) {
        double weight[LEY_NODES];
        ley_node_coefficient(weight, i);
        mix(m, m->scratch, p, weight);
        largest = fmax(largest, m->generator->class->norm(m->generator, m->scratch));
    }
    return largest;
}

static ley_status march_panels(march *m, double *x, ley_error *err) {
    const ley_index n = m->generator->n;
    const size_t bytes = (size_t)n * sizeof *x;
    for (int i = 0; i < 2; i++) {
        m->panels[i].owner = m;
        m->panels[i].x = ley_allocate((size_t)n * LEY_NODES, sizeof *x);
        if (!m->panels[i].x)
            return ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for %d states of %.0f bytes", LEY_NODES,
                            (double)bytes);
    }
    double frequency, decay, t = 0;
    m->generator->class->bounds(m->generator, 0, &frequency, &decay);
    double h = fmin(m->end, first_panel / fmax(fmax(frequency, 0.5 * decay), 1e-300));
    while (t < m->end) {
        panel *p = &m->panels[m->which];
        const bool last = t + 1.01 * h >= m->end;
        const double end = last ? m->end : t + h;
        memcpy(p->x, x, bytes);
        p->times[0] = t;
        for (int k = 1; k < LEY_NODES; k++) {
            p->times[k] = ley_node_time(t, end, k);
            memcpy(p->x + k * n, p->x + (k - 1) * n, bytes);
            ley_status status = advance(m, p->x + k * n, p->times[k - 1], p->times[k] - p->times[k - 1], err);
            if (status != LEY_OK) return status;
        }
        const double allowed = fmax(m->propagation->tolerance, 1e-14), error = unresolved(m, p);
        const double factor = 0.9 * pow(allowed / fmax(error, 1e-300), 1.0 / (LEY_NODES - 2));
        if (!(error <= allowed) && end - t > 1e-9 * m->end) {
            m->propagation->rejected++;
            h = (end - t) * fmax(0.25, fmin(0.8, factor));
            continue;
        }
        const panel *before = &m->panels[1 - m->which];
        p->segment = (ley_segment){.begin = t,
                                   .end = end,
                                   .previous = before->segment.end > 0 ? &before->segment : NULL,
                                   .reduced = panel_reduced,
                                   .state = panel_state,
                                   .samples = LEY_NODES,
                                   .crowded = true};
        memcpy(x, p->x + (LEY_NODES - 1) * n, bytes);
        if (ley_sampler_segment(m->sampler, &p->segment))
            return ley_fail(err, LEY_ERR_STOPPED, "", "stopped at t = %.6g", end);
        h = (end - t) * fmin(2, fmax(0.5, factor));
        t = end;
        m->which = 1 - m->which;
    }
    return LEY_OK;
}

/* ---- A generator that depends on time --------------------------------------------------------------------------
 */

static void passing_state(const ley_segment *segment, double t, double *x) {
    const passing *p = (const passing *)segment;
    p->inner->state(p->inner, t, x);
}

static void passing_reduced(const ley_segment *segment, double t, double *reduced) {
    march *m = ((const passing *)segment)->owner;
    passing_state(segment, t, m->scratch);
    ley_generator_reduced(m->generator, t, reduced, m->compact, m->scratch);
}

static int pass_on(void *user, const ley_segment *inner) {
    march *m = user;
    passing *p = &m->passing[m->which], *before = &m->passing[1 - m->which];
    p->segment = *inner;
    p->segment.previous = inner->previous ? &before->segment : NULL;
    p->segment.reduced = passing_reduced;
    p->segment.state = passing_state;
    p->inner = inner;
    p->owner = m;
    m->which = 1 - m->which;
    return ley_sampler_segment(m->sampler, &p->segment);
}

static ley_status march_steps(march *m, double *x, ley_error *err) {
    const ley_task *task = m->options->task;
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    ley_schedule schedule = {0};
    ley_model_signals(m->generator->model, signals);
    ley_status status = ley_schedule_create(&schedule, signals, LEY_MODEL_SIGNALS, 0, m->end, err);
    if (status != LEY_OK) return status;
    ley_problem problem = problem_of(m->generator);
    m->propagation->keep_previous = task->n_measures > 0;
    m->propagation->sink = pass_on;
    m->propagation->user = m;
    status = ley_dop853(&problem, x, &schedule, m->propagation, err);
    ley_schedule_clear(&schedule);
    return status;
}

/* ---- A chain in implicit steps ---------------------------------------------------------------------------------
 */

/* Rows of a segment alone, where nothing else is asked for. */
typedef struct row_keeper {
    march *owner;
    ley_index next;
    ley_status status;
    ley_error *err;
} row_keeper;

static int keep_rows(void *user, const ley_segment *segment) {
    row_keeper *k = user;
    march *m = k->owner;
    const ley_task *task = m->options->task;
    const ley_engine_hooks *hooks = m->options->hooks;
    for (; k->next < task->n_times && task->times[k->next] <= segment->end; k->next++) {
        const double t = task->times[k->next];
        segment->state(segment, t, m->scratch);
        ley_generator_reduced(m->generator, t, ley_sampler_reduced(m->sampler), m->compact, m->scratch);
        k->status = ley_sampler_row(m->sampler, k->next, k->err);
        if (k->status != LEY_OK) return 1;
    }
    const double share = m->options->fraction_end - m->options->fraction_begin;
    if (hooks && hooks->watch &&
        hooks->watch(hooks->user, m->options->fraction_begin + share * segment->end / m->end))
        k->status = ley_fail(k->err, LEY_ERR_STOPPED, "", "stopped at t = %.6g", segment->end);
    return k->status != LEY_OK;
}

static ley_status march_radau(march *m, double *x, ley_error *err) {
    ley_chain_moving *chain = NULL;
    row_keeper keeper = {.owner = m, .err = err};
    ley_status status = ley_chain_moving_create(&chain, m->generator->model,
                                                ley_spins_only_block(m->generator->model), LEY_RADAU_SLOTS, err);
    if (status != LEY_OK) return status;
    const ley_moving problem = {.self = chain,
                                .n = m->generator->n,
                                .place = ley_chain_moving_place,
                                .where = ley_chain_moving_where,
                                .needed = ley_chain_moving_needed,
                                .escape = ley_chain_moving_escape,
                                .fastest = ley_chain_moving_fastest,
                                .apply = ley_chain_moving_apply,
                                .factor = ley_chain_moving_factor,
                                .solve = ley_chain_moving_solve};
    m->propagation->sink = pass_on;
    m->propagation->user = m;
    if (m->options->rows_only) {
        m->propagation->sink = keep_rows;
        m->propagation->user = &keeper;
    }
    status = ley_radau(&problem, x, m->end, m->propagation, err);
    if (keeper.status != LEY_OK) status = keeper.status;
    ley_chain_moving_destroy(chain);
    return status;
}

ley_status ley_march(ley_generator *generator, double *x, ley_sampler *sampler, const ley_march_options *options,
                     ley_propagation *propagation, ley_error *err) {
    march m = {.generator = generator, .sampler = sampler, .options = options, .propagation = propagation};
    m.end = options->task->times[options->task->n_times - 1];
    if (!(m.end > 0)) return ley_sampler_initial_only(sampler, x, err);
    m.scratch = ley_allocate((size_t)generator->n, sizeof *m.scratch);
    m.compact = ley_allocate((size_t)generator->n_compact, sizeof *m.compact);
    ley_status status = LEY_OK;
    if (!m.scratch || !m.compact)
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for a state");
    else if (options->method == LEY_METHOD_DOP853)
        status = march_steps(&m, x, err);
    else if (options->method == LEY_METHOD_RADAU)
        status = march_radau(&m, x, err);
    else if (options->rows_only)
        status = march_rows(&m, x, err);
    else
        status = march_panels(&m, x, err);
    ley_release(m.scratch);
    ley_release(m.compact);
    ley_release(m.room);
    for (int i = 0; i < 2; i++) ley_release(m.panels[i].x);
    return status;
}

double ley_march_bytes(ley_method method, bool rows_only, ley_index rows, double n) {
    double own = method == LEY_METHOD_DOP853      ? ley_dop853_vectors(!rows_only)
                 : method == LEY_METHOD_CHEBYSHEV ? LEY_CHEBYSHEV_VECTORS
                                                  : 3;
    if (method == LEY_METHOD_CHEBYSHEV && rows_only && rows > 2 && n <= together_numbers) own += TOGETHER + 3;
    return (own + 2 +
            (rows_only || method == LEY_METHOD_DOP853 || method == LEY_METHOD_RADAU ? 0 : 2 * LEY_NODES)) *
           n * sizeof(double);
}
