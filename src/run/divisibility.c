#include "run/divisibility.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/decay.h"
#include "generator/telegraph.h"
#include "propagator/propagator.h"
#include "run/cutoff.h"
#include "run/gauss.h"
#include "run/map_coordinates.h"
#include "run/map_loss.h"
#include "run/map_pairs.h"
#include "run/rises.h"

#include <math.h>

enum { DEPTH = 10 }; /* halvings where the rate of loss has a kink */

typedef struct mapper {
    ley_generator *part;
    const ley_blocks *blocks;
    int32_t n;       /* operators carried */
    ley_index n_ops; /* of all blocks: sum of (2j + 1)^2 */
    double *compact; /* [part->n_compact] */
    double *x, *y;   /* [n][part->n] */
    double *map;     /* [n_ops][n_ops], operator after operator: input, output */
    double *change;  /* its derivative */
    double *kept;    /* maps at many times, one after the other */
    size_t n_kept, capacity;
    double rhp;
    bool want_rhp, want_blp;
    const double *pair; /* carried alone: its coordinates */
    const ley_segment *segment;
    ley_extremes up, down;
    double sign[2];
    ley_status status;
    ley_error *err;
} mapper;

/* ---- The problem: every operator evolves by itself --------------------------------------------------------- */

static void map_apply(void *user, double t, double *y, const double *x) {
    mapper *m = user;
    for (int32_t k = 0; k < m->n; k++) m->part->class->apply(m->part, t, y + k * m->part->n, x + k * m->part->n);
}

static double map_norm(void *user, const double *x) {
    const mapper *m = user;
    double largest = 0;
    for (int32_t k = 0; k < m->n; k++) largest = fmax(largest, m->part->class->norm(m->part, x + k * m->part->n));
    return largest;
}

/* Coordinates of the battery, operator after operator. */
static void map_reduce(void *user, double *reduced, const double *x) {
    mapper *m = user;
    for (int32_t k = 0; k < m->n; k++) {
        m->part->class->reduce(m->part, m->compact, x + k * m->part->n);
        ley_coordinates_of(m->blocks, reduced + k * m->n_ops, (const ley_complex *)m->compact);
    }
}

static void start(mapper *m, const ley_model *model, double *x) {
    ley_complex battery[LEY_MAP_OPS], *cavity = NULL, one = {1, 0};
    double v[LEY_MAP_OPS];
    const int32_t levels = m->blocks->levels;
    if (model->levels > 0) {
        cavity = ley_allocate((size_t)levels * (size_t)levels, sizeof *cavity);
        if (!cavity) {
            m->status = ley_fail(m->err, LEY_ERR_MEMORY, "state", "no memory for the initial state");
            return;
        }
        ley_start_cavity(levels, &model->cavity_state, cavity);
    }
    for (int32_t k = 0; k < m->n; k++) {
        for (ley_index i = 0; i < m->n_ops; i++) v[i] = m->pair ? m->pair[i] : i == k;
        ley_coordinates_matrix(m->blocks, battery, v);
        m->part->class->start(m->part, x + k * m->part->n, battery, cavity ? cavity : &one);
    }
    ley_release(cavity);
}

/* ---- RHP --------------------------------------------------------------------------------------------------- */

static double loss_at(mapper *m, double t) {
    double rate = 0;
    if (m->status != LEY_OK || isinf(m->rhp)) return 0;
    m->segment->state(m->segment, t, m->x);
    map_apply(m, t, m->y, m->x);
    map_reduce(m, m->map, m->x);
    map_reduce(m, m->change, m->y);
    m->status = ley_map_loss(&rate, m->blocks, m->map, m->change, m->err);
    if (!isinf(rate)) return rate;
    m->rhp = INFINITY;
    return 0;
}

static double gauss(mapper *m, double a, double b) {
    double sum = 0;
    for (int i = 0; i < LEY_GAUSS; i++)
        sum += (b - a) * ley_gauss_weight[i] * loss_at(m, a + ley_gauss_node[i] * (b - a));
    return sum;
}

static double integrate(mapper *m, double a, double b, double whole, double allowed, int depth) {
    const double middle = 0.5 * (a + b), left = gauss(m, a, middle), right = gauss(m, middle, b);
    if (depth == 0 || fabs(left + right - whole) <= allowed || isinf(m->rhp) || m->status != LEY_OK)
        return left + right;
    return integrate(m, a, middle, left, 0.5 * allowed, depth - 1) +
           integrate(m, middle, b, right, 0.5 * allowed, depth - 1);
}

/* The map at a time, for BLP over all pairs. */
static ley_status keep(mapper *m, double t) {
    const size_t size = (size_t)(m->n_ops * m->n_ops);
    if (ley_grow((void **)&m->kept, &m->capacity, (m->n_kept + 1) * size, sizeof *m->kept) != 0)
        return ley_fail(m->err, LEY_ERR_MEMORY, "", "no memory left for the maps of a run");
    m->segment->reduced(m->segment, t, m->kept + m->n_kept * size);
    m->n_kept++;
    return LEY_OK;
}

/* ---- Two propagations -------------------------------------------------------------------------------------- */

static int map_segment(void *user, const ley_segment *segment) {
    mapper *m = user;
    m->segment = segment;
    if (m->want_rhp) {
        const double whole = gauss(m, segment->begin, segment->end);
        m->rhp += integrate(m, segment->begin, segment->end, whole, 1e-9, DEPTH);
    }
    for (int k = m->n_kept > 0 ? 1 : 0; k <= segment->samples && m->want_blp && m->status == LEY_OK; k++)
        m->status = keep(m, k == segment->samples
                                ? segment->end
                                : segment->begin + (segment->end - segment->begin) * k / segment->samples);
    return m->status != LEY_OK;
}

typedef struct follower {
    mapper *m;
    double sign;
} follower;

static ley_status distance(void *user, double t, double *value, double *beside, ley_error *err) {
    const follower *f = user;
    const ley_segment *segment = f->m->segment;
    double v[LEY_MAP_OPS];
    (void)beside;
    if (t < segment->begin && segment->previous) segment = segment->previous;
    segment->reduced(segment, t, v);
    ley_status status = ley_coordinates_half_norm(f->m->blocks, value, v, err);
    *value *= f->sign;
    return status;
}

static int pair_segment(void *user, const ley_segment *segment) {
    mapper *m = user;
    m->segment = segment;
    for (int k = m->up.n_samples > 0 ? 1 : 0; k <= segment->samples && m->status == LEY_OK; k++) {
        const double t = k == segment->samples
                             ? segment->end
                             : segment->begin + (segment->end - segment->begin) * k / segment->samples;
        double value = 0;
        m->status = distance(m->up.user, t, &value, NULL, m->err);
        if (m->status == LEY_OK) m->status = ley_extremes_sample(&m->up, t, value, m->err);
        if (m->status == LEY_OK) m->status = ley_extremes_sample(&m->down, t, -value, m->err);
    }
    return m->status != LEY_OK;
}

static double map_decay(void *self, double t) {
    return ley_generator_decay(((const mapper *)self)->part, t);
}

static ley_status evolve(mapper *m, const ley_task *task, const ley_model *model, const ley_schedule *schedule,
                         ley_sink sink) {
    const size_t length = (size_t)m->n * (size_t)m->part->n;
    double *x = ley_allocate(length, sizeof *x);
    ley_status status = LEY_ERR_MEMORY;
    m->x = ley_allocate(length, sizeof *m->x);
    m->y = ley_allocate(length, sizeof *m->y);
    if (!x || !m->x || !m->y) {
        status = ley_fail(m->err, LEY_ERR_MEMORY, "state", "no memory for %d operators", (int)m->n);
        goto done;
    }
    start(m, model, x);
    if ((status = m->status) != LEY_OK) goto done;
    const ley_problem problem = {.self = m,
                                 .n = (ley_index)length,
                                 .n_reduced = m->n * m->n_ops,
                                 .apply = map_apply,
                                 .norm = map_norm,
                                 .decay_at = map_decay,
                                 .reduce = map_reduce};
    ley_propagation propagation = {
        .tolerance = task->numerics.tolerance / ley_sensitivity(task, model), .sink = sink, .user = m};
    status = ley_dop853(&problem, x, schedule, &propagation, m->err);
    if (m->status != LEY_OK) status = m->status;
done:
    ley_release(x);
    ley_release(m->x);
    ley_release(m->y);
    m->x = m->y = NULL;
    return status;
}

static ley_status blocks_part(ley_generator **part, const ley_model *model, int32_t i, ley_error *err) {
    (void)i;
    return ley_generator_blocks_create(part, model, err);
}

bool ley_divisibility_asked(const ley_task *task) {
    for (ley_index i = 0; i < task->n_measures; i++)
        if (ley_measure_is_of_map(task->measures[i].measure)) return true;
    return false;
}

static bool asked(const ley_task *task, ley_measure measure) {
    for (ley_index i = 0; i < task->n_measures; i++)
        if (task->measures[i].measure == measure) return true;
    return false;
}

ley_status ley_divisibility(double *rhp, double *blp, const ley_task *task, const ley_model *model,
                            ley_error *err) {
    mapper m = {
        .want_rhp = asked(task, LEY_MEASURE_RHP), .want_blp = asked(task, LEY_MEASURE_BLP_OPTIMISED), .err = err};
    ley_schedule schedule = {0};
    double pair[LEY_MAP_OPS];
    ley_model own = *model;
    own.second.given = false;
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    ley_model_signals(&own, signals);
    ley_status status =
        ley_schedule_create(&schedule, signals, LEY_MODEL_SIGNALS, 0, task->times[task->n_times - 1], err);
    if (status == LEY_OK)
        status = ley_telegraph_given(&own.telegraph)
                     ? ley_generator_telegraph_create(&m.part, &own, blocks_part, 0, err)
                     : ley_generator_blocks_create(&m.part, &own, err);
    if (status != LEY_OK) goto done;
    m.blocks = &m.part->blocks;
    m.n_ops = m.blocks->offset[m.blocks->n_blocks];
    m.n = (int32_t)m.n_ops;
    m.compact = ley_allocate((size_t)m.part->n_compact, sizeof *m.compact);
    m.map = ley_allocate((size_t)(m.n_ops * m.n_ops), sizeof *m.map);
    m.change = ley_allocate((size_t)(m.n_ops * m.n_ops), sizeof *m.change);
    if (!m.compact || !m.map || !m.change) {
        status = ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for the map of a run");
        goto done;
    }
    status = evolve(&m, task, &own, &schedule, map_segment);
    if (status == LEY_OK && m.want_rhp) *rhp = m.rhp;
    if (status != LEY_OK || !m.want_blp) goto done;
    status = ley_map_best_pair(pair, &(ley_map_history){m.blocks, m.kept, m.n_kept}, err);
    if (status != LEY_OK) goto done;
    follower above = {&m, 1}, below = {&m, -1};
    ley_extremes_init(&m.up, task->numerics.tolerance, 0, distance, &above);
    ley_extremes_init(&m.down, task->numerics.tolerance, 0, distance, &below);
    m.up.every = m.down.every = true;
    m.pair = pair;
    m.n = 1;
    status = evolve(&m, task, &own, &schedule, pair_segment);
    if (status == LEY_OK) status = ley_extremes_break(&m.up, err);
    if (status == LEY_OK) status = ley_extremes_break(&m.down, err);
    if (status == LEY_OK) *blp = ley_rises_between(&m.up, &m.down, task->numerics.tolerance, 0).sum;
    ley_extremes_clear(&m.up);
    ley_extremes_clear(&m.down);
done:
    ley_schedule_clear(&schedule);
    ley_generator_destroy(m.part);
    ley_release(m.compact);
    ley_release(m.map);
    ley_release(m.change);
    ley_release(m.kept);
    return status;
}
