#include "run/divisibility.h"

#include "core/memory.h"
#include "core/random.h"
#include "core/status.h"
#include "generator/decay.h"
#include "generator/telegraph.h"
#include "linalg/hermitian.h"
#include "propagator/propagator.h"
#include "run/cutoff.h"
#include "run/gauss.h"
#include "run/rises.h"

#include <math.h>
#include <string.h>

enum {
    OPS = 35,   /* (N + 3 choose 3), N = 4: Hermitian operators of the blocks */
    DEPTH = 10, /* halvings where the rate of loss has a kink */
    STARTS = 24,
    TRIES = 240,
    REFINED = 1500
};
static const double singular = 1e-11; /* of the largest pivot */

typedef struct mapper {
    ley_generator *part;
    const ley_blocks *blocks;
    int32_t n;       /* operators carried */
    ley_index n_ops; /* of all blocks: sum of (2j + 1)^2 */
    double *compact; /* [part->n_compact] */
    double *x, *y;   /* [n][part->n] */
    double *map;     /* [n_ops][n_ops], row-major: output, input */
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

/* ---- Coordinates: an orthonormal basis of Hermitian matrices, block by block ----------------------------------
 */

static void coordinates_of(const ley_blocks *blocks, double *v, const ley_complex *battery) {
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const int32_t d = ley_spin_two_j(blocks->cells, b) + 1;
        const ley_complex *m = battery + blocks->offset[b];
        for (int32_t p = 0; p < d; p++) {
            *v++ = m[p * d + p].re;
            for (int32_t q = p + 1; q < d; q++) {
                *v++ = (m[p * d + q].re + m[q * d + p].re) / sqrt(2);
                *v++ = (m[p * d + q].im - m[q * d + p].im) / sqrt(2);
            }
        }
    }
}

static void matrix_of(const ley_blocks *blocks, ley_complex *battery, const double *v) {
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const int32_t d = ley_spin_two_j(blocks->cells, b) + 1;
        ley_complex *m = battery + blocks->offset[b];
        for (int32_t p = 0; p < d; p++) {
            m[p * d + p] = (ley_complex){*v++, 0};
            for (int32_t q = p + 1; q < d; q++, v += 2) {
                m[p * d + q] = (ley_complex){v[0] / sqrt(2), v[1] / sqrt(2)};
                m[q * d + p] = (ley_complex){v[0] / sqrt(2), -v[1] / sqrt(2)};
            }
        }
    }
}

/* Half the trace norm. */
static ley_status half_norm(const ley_blocks *blocks, double *norm, const double *v, ley_error *err) {
    ley_complex battery[OPS];
    double values[LEY_DIVISIBILITY_CELLS + 1], sum = 0;
    matrix_of(blocks, battery, v);
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const int32_t d = ley_spin_two_j(blocks->cells, b) + 1;
        ley_status status = ley_hermitian_values(values, battery + blocks->offset[b], d, err);
        if (status != LEY_OK) return status;
        for (int32_t i = 0; i < d; i++) sum += 0.5 * fabs(values[i]);
    }
    *norm = sum;
    return LEY_OK;
}

/* ---- The problem: every operator evolves by itself ------------------------------------------------------------
 */

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
        coordinates_of(m->blocks, reduced + k * m->n_ops, (const ley_complex *)m->compact);
    }
}

static void start(mapper *m, const ley_model *model, double *x) {
    ley_complex battery[OPS], *cavity = NULL, one = {1, 0};
    double v[OPS];
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
        matrix_of(m->blocks, battery, v);
        m->part->class->start(m->part, x + k * m->part->n, battery, cavity ? cavity : &one);
    }
    ley_release(cavity);
}

/* ---- RHP -------------------------------------------------------------------------------------------------------
 */

static void transposed(double *to, const double *from, ley_index n) {
    for (ley_index i = 0; i < n; i++)
        for (ley_index k = 0; k < n; k++) to[i * n + k] = from[k * n + i];
}

/* generator = change map^-1, by elimination on the columns; false: there is no inverse. */
static bool divide(double *generator, const double *change, const double *map, ley_index n) {
    double a[OPS * OPS], b[OPS * OPS], largest = 0; /* a' x' = b' */
    transposed(a, map, n);
    transposed(b, change, n);
    for (ley_index c = 0; c < n; c++) {
        ley_index pivot = c;
        for (ley_index r = c + 1; r < n; r++)
            if (fabs(a[r * n + c]) > fabs(a[pivot * n + c])) pivot = r;
        largest = fmax(largest, fabs(a[pivot * n + c]));
        if (!(fabs(a[pivot * n + c]) > singular * largest)) return false;
        for (ley_index k = 0; k < n && pivot != c; k++) {
            const double s = a[c * n + k], t = b[c * n + k];
            a[c * n + k] = a[pivot * n + k];
            a[pivot * n + k] = s;
            b[c * n + k] = b[pivot * n + k];
            b[pivot * n + k] = t;
        }
        for (ley_index r = 0; r < n; r++) {
            const double f = a[r * n + c] / a[c * n + c];
            if (r == c || f == 0) continue;
            for (ley_index k = c; k < n; k++) a[r * n + k] -= f * a[c * n + k];
            for (ley_index k = 0; k < n; k++) b[r * n + k] -= f * b[c * n + k];
        }
    }
    for (ley_index r = 0; r < n; r++)
        for (ley_index k = 0; k < n; k++) generator[k * n + r] = b[r * n + k] / a[r * n + r];
    return true;
}

/* Place of S_ab in the coordinates of a block (A_ab is the next one). */
static ley_index place_of(int32_t d, int32_t p, int32_t q) {
    ley_index place = 0;
    for (int32_t i = 0; i < p; i++) place += 1 + 2 * (d - 1 - i);
    return place + (p == q ? 0 : 1 + 2 * (q - p - 1));
}

/* What the generator makes of |p><q| of block b, as complex blocks. */
static void image_of(const mapper *m, const double *generator, int32_t b, int32_t p, int32_t q,
                     ley_complex *image) {
    const ley_index n = m->n_ops;
    const int32_t d = ley_spin_two_j(m->blocks->cells, b) + 1;
    const ley_index at = m->blocks->offset[b] + (p <= q ? place_of(d, p, q) : place_of(d, q, p));
    double v[OPS], w[OPS];
    ley_complex first[OPS], second[OPS];
    for (ley_index i = 0; i < n; i++) {
        v[i] = generator[i * n + at];
        w[i] = p == q ? 0 : generator[i * n + at + 1];
    }
    matrix_of(m->blocks, first, v);
    matrix_of(m->blocks, second, w);
    for (ley_index i = 0; i < n; i++) { /* |p><q| = (S -+ i A)/sqrt 2 */
        const double s = p == q ? 1 : 1 / sqrt(2), turn = p < q ? -1 / sqrt(2) : 1 / sqrt(2);
        image[i].re = s * first[i].re - (p == q ? 0 : turn * second[i].im);
        image[i].im = s * first[i].im + (p == q ? 0 : turn * second[i].re);
    }
}

/* By how much the trace norm of (1 + dt L) (x) 1 on maximally entangled blocks exceeds 1, over dt. */
static ley_status loss_rate(mapper *m, const double *generator, double *rate) {
    enum { SIDE = LEY_DIVISIBILITY_CELLS + 1 };
    ley_complex image[OPS], choi[SIDE * SIDE * SIDE * SIDE];
    double values[SIDE * SIDE], total = 0;
    int32_t all = 0;
    for (int32_t b = 0; b < m->blocks->n_blocks; b++) all += ley_spin_two_j(m->blocks->cells, b) + 1;
    for (int32_t b = 0; b < m->blocks->n_blocks; b++)
        for (int32_t o = 0; o < m->blocks->n_blocks; o++) {
            const int32_t d = ley_spin_two_j(m->blocks->cells, b) + 1, e = ley_spin_two_j(m->blocks->cells, o) + 1;
            const int32_t side = d * e;
            for (int32_t p = 0; p < d; p++)
                for (int32_t q = 0; q < d; q++) {
                    image_of(m, generator, b, p, q, image);
                    for (int32_t r = 0; r < e; r++)
                        for (int32_t s = 0; s < e; s++)
                            choi[(r * d + p) * side + s * d + q] = image[m->blocks->offset[o] + r * e + s];
                }
            if (o == b) { /* off the entangled state, which the map may only lose from */
                ley_complex row[SIDE * SIDE], both = {0, 0};
                for (int32_t i = 0; i < side; i++) {
                    row[i] = (ley_complex){0, 0};
                    for (int32_t k = 0; k < d; k++) {
                        row[i].re += choi[(k * d + k) * side + i].re / d;
                        row[i].im += choi[(k * d + k) * side + i].im / d;
                    }
                }
                for (int32_t k = 0; k < d; k++) {
                    both.re += row[k * d + k].re / d;
                    both.im += row[k * d + k].im / d;
                }
                for (int32_t i = 0; i < side; i++)
                    for (int32_t k = 0; k < side; k++) {
                        ley_complex *c = &choi[i * side + k];
                        const bool in_i = i / d == i % d, in_k = k / d == k % d;
                        if (in_i) c->re -= row[k].re, c->im -= row[k].im;
                        if (in_k) c->re -= row[i].re, c->im += row[i].im;
                        if (in_i && in_k) c->re += both.re, c->im += both.im;
                    }
            }
            ley_status status = ley_hermitian_values(values, choi, side, m->err);
            if (status != LEY_OK) return status;
            for (int32_t i = 0; i < side; i++) total += values[i] < 0 ? -2 * values[i] / all : 0;
        }
    *rate = total;
    return LEY_OK;
}

static double loss_at(mapper *m, double t) {
    double generator[OPS * OPS], rate = 0;
    if (m->status != LEY_OK || isinf(m->rhp)) return 0;
    m->segment->state(m->segment, t, m->x);
    map_apply(m, t, m->y, m->x);
    map_reduce(m, m->map, m->x); /* operator after operator: the transposed map */
    map_reduce(m, m->change, m->y);
    double map[OPS * OPS], change[OPS * OPS];
    transposed(map, m->map, m->n_ops);
    transposed(change, m->change, m->n_ops);
    if (!divide(generator, change, map, m->n_ops)) {
        m->rhp = INFINITY;
        return 0;
    }
    m->status = loss_rate(m, generator, &rate);
    return rate < 1e-9 ? 0 : rate; /* rounding of the inverse */
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

/* ---- BLP over all pairs
 * ------------------------------------------------------------------------------------------ */

static ley_status keep(mapper *m, double t) {
    const size_t size = (size_t)(m->n_ops * m->n_ops);
    if (ley_grow((void **)&m->kept, &m->capacity, (m->n_kept + 1) * size, sizeof *m->kept) != 0)
        return ley_fail(m->err, LEY_ERR_MEMORY, "", "no memory left for the maps of a run");
    m->segment->reduced(m->segment, t, m->kept + m->n_kept * size);
    m->n_kept++;
    return LEY_OK;
}

/* Traceless, with trace norm 2: the difference of two states. */
static ley_status to_pair(const mapper *m, double *v) {
    double trace = 0, norm = 0;
    int32_t all = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int32_t b = 0; b < m->blocks->n_blocks; b++) {
            const int32_t d = ley_spin_two_j(m->blocks->cells, b) + 1;
            for (int32_t p = 0; p < d; p++) {
                double *x = &v[m->blocks->offset[b] + place_of(d, p, p)];
                if (pass == 0)
                    trace += *x, all++;
                else
                    *x -= trace / all;
            }
        }
    ley_status status = half_norm(m->blocks, &norm, v, m->err);
    for (ley_index i = 0; i < m->n_ops && norm > 0; i++) v[i] /= norm;
    return status;
}

static ley_status rises_on_grid(const mapper *m, double *sum, const double *v) {
    double before = 0, now, image[OPS];
    *sum = 0;
    for (size_t k = 0; k < m->n_kept; k++) {
        const double *map = m->kept + k * (size_t)(m->n_ops * m->n_ops);
        for (ley_index i = 0; i < m->n_ops; i++) image[i] = 0;
        for (ley_index c = 0; c < m->n_ops; c++)
            for (ley_index i = 0; i < m->n_ops; i++) image[i] += v[c] * map[c * m->n_ops + i];
        ley_status status = half_norm(m->blocks, &now, image, m->err);
        if (status != LEY_OK) return status;
        if (k > 0 && now > before) *sum += now - before;
        before = now;
    }
    return LEY_OK;
}

/* Climbs in random directions, with longer steps after a success and shorter ones after a failure. */
static ley_status climb(const mapper *m, ley_random *random, double *v, double *best, int tries) {
    double step = 0.5, trial[OPS], value;
    ley_status status = rises_on_grid(m, best, v);
    for (int i = 0; i < tries && step > 1e-7 && status == LEY_OK; i++) {
        for (ley_index k = 0; k < m->n_ops; k++)
            trial[k] = v[k] + step * ley_random_normal(random) / sqrt((double)m->n_ops);
        status = to_pair(m, trial);
        if (status == LEY_OK) status = rises_on_grid(m, &value, trial);
        if (status == LEY_OK && value > *best) {
            *best = value;
            memcpy(v, trial, (size_t)m->n_ops * sizeof *v);
            step = fmin(1, 2 * step);
        } else {
            step *= 0.88;
        }
    }
    return status;
}

static ley_status search(const mapper *m, double *best_pair) {
    double best = -1;
    for (int s = 0; s < STARTS; s++) {
        ley_random random = {.seed = 1, .stream = (uint64_t)s};
        double v[OPS], value;
        for (ley_index k = 0; k < m->n_ops; k++) v[k] = ley_random_normal(&random);
        ley_status status = to_pair(m, v);
        if (status == LEY_OK) status = climb(m, &random, v, &value, TRIES);
        if (status != LEY_OK) return status;
        if (value > best) {
            best = value;
            memcpy(best_pair, v, (size_t)m->n_ops * sizeof *v);
        }
    }
    ley_random random = {.seed = 1, .stream = STARTS};
    return climb(m, &random, best_pair, &best, REFINED);
}

/* ---- Two propagations ---------------------------------------------------------------------------------------- */

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
    double v[OPS];
    (void)beside;
    if (t < segment->begin && segment->previous) segment = segment->previous;
    segment->reduced(segment, t, v);
    ley_status status = half_norm(f->m->blocks, value, v, err);
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
    double pair[OPS];
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
    status = search(&m, pair);
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
