/* Explicit Runge-Kutta 8(5,3) of Dormand and Prince, error measured in the Frobenius norm and bounded per unit of
 * time, dense output of order 7. docs/theory/integration.md */
#include "propagator/dop853_coefficients.h"
#include "propagator/propagator.h"

#include "core/memory.h"
#include "core/status.h"
#include "core/vector.h"

#include <math.h>
#include <string.h>

enum {
    STAGES = 12,     /* of the step itself */
    AHEAD = 8,       /* stage at which sums of later ones begin */
    K_COUNT = 16,    /* with f at the new point and three stages of the dense output */
    DENSE_TERMS = 7, /* polynomials of the dense output, order 7 */
    READ = 12,       /* stages that it reads */
    PIECE = 8,       /* doubles of a line of the caches */
    BLOCK = 256      /* doubles of every vector that a sum handles at once: a dozen fit in the nearest cache */
};

/* Steps times decay stay below this. The method damps what decays up to 6; near there a part of the state that has
 * long decayed lives on at whatever size the error estimate does not see, which is some fifty tolerances. */
static const double stable = 4.5;

/* Vectors that the dense output reads; stages 1..4 have no weight in it, and their slots serve stages 13..15. */
typedef struct step_data {
    double *x;          /* state at the beginning */
    double *k[K_COUNT]; /* k[1], k[2], k[3] are reused: see dense_stage */
} step_data;

typedef struct dense {
    ley_segment segment; /* first member: the callbacks cast back */
    struct stepper *stepper;
    step_data *data;     /* NULL once overwritten by a later step */
    const double *x_end; /* state at the end, while current */
    double h, t_limit;
    bool prepared, reduced_ready;
    double *reduced_x;                 /* reduced state at the beginning */
    double *reduced_term[DENSE_TERMS]; /* reduced terms of the dense polynomial */
} dense;

typedef struct stepper {
    const ley_problem *problem;
    ley_propagation *propagation;
    step_data data[2];
    bool two_sets;
    double *memory; /* of all states */
    double *x_new, *scratch;
    dense dense[2];
    double *reduced_k, *reduced_new;
} stepper;

/* The terms of x + h sum weight_j k_j whose weight is not zero. */
typedef struct terms {
    const double *x; /* NULL: 0 */
    const double *vector[K_COUNT + 3];
    double factor[K_COUNT + 3];
    int n; /* a multiple of 4 */
} terms;

static terms collect(const double *x, double h, const double *weight, double *const *k, int n_k) {
    terms t = {.x = x};
    for (int j = 0; j < n_k; j++) {
        if (weight[j] == 0) continue;
        t.vector[t.n] = k[j];
        t.factor[t.n++] = h * weight[j];
    }
    for (; t.n == 0 || t.n % 4 != 0; t.n++) t.vector[t.n] = t.n > 0 ? t.vector[0] : k[0]; /* times 0 */
    return t;
}

/* Eight vectors in a pass while there are as many: enough not to wait for memory, few enough for the registers. */
LEY_CLONES static void sum_block(double *out, const terms *t, ley_index begin, ley_index length) {
    double *o = out + begin;
    for (int j = 0; j < t->n; j += 4) {
        const double *a = t->vector[j] + begin, *b = t->vector[j + 1] + begin, *c = t->vector[j + 2] + begin,
                     *d = t->vector[j + 3] + begin;
        const double fa = t->factor[j], fb = t->factor[j + 1], fc = t->factor[j + 2], fd = t->factor[j + 3];
        const double *from = j > 0 ? o : t->x ? t->x + begin : NULL;
        if (from && j + 8 <= t->n) {
            j += 4;
            const double *e = t->vector[j] + begin, *f = t->vector[j + 1] + begin, *g = t->vector[j + 2] + begin,
                         *h = t->vector[j + 3] + begin;
            const double fe = t->factor[j], ff = t->factor[j + 1], fg = t->factor[j + 2], fh = t->factor[j + 3];
            LEY_INDEPENDENT
            for (ley_index i = 0; i < length; i++)
                o[i] = (from[i] + ((fa * a[i] + fb * b[i]) + (fc * c[i] + fd * d[i]))) +
                       ((fe * e[i] + ff * f[i]) + (fg * g[i] + fh * h[i]));
        } else if (from) {
            LEY_INDEPENDENT
            for (ley_index i = 0; i < length; i++)
                o[i] = from[i] + ((fa * a[i] + fb * b[i]) + (fc * c[i] + fd * d[i]));
        } else {
            LEY_INDEPENDENT
            for (ley_index i = 0; i < length; i++) o[i] = (fa * a[i] + fb * b[i]) + (fc * c[i] + fd * d[i]);
        }
    }
}

typedef struct sums {
    double *const *out;
    const terms *sum;
    int n_sums;
    ley_index n;
} sums;

static void sum_share(void *user, int32_t share, int32_t shares) {
    const sums *of = user;
    const ley_index blocks = (of->n + BLOCK - 1) / BLOCK, end = ley_share_first(blocks, share + 1, shares);
    for (ley_index i = ley_share_first(blocks, share, shares); i < end; i++) {
        const ley_index begin = i * BLOCK, length = of->n - begin < BLOCK ? of->n - begin : BLOCK;
        for (int s = 0; s < of->n_sums; s++) sum_block(of->out[s], &of->sum[s], begin, length);
    }
}

/* out[s] = sum s, several sums of mostly the same vectors at once, in blocks that stay in cache. */
static void combine_all(const ley_problem *problem, double *const *out, const terms *sum, int n_sums) {
    ley_hands_work(problem->hands, sum_share, &(sums){.out = out, .sum = sum, .n_sums = n_sums, .n = problem->n});
}

static void combine(const ley_problem *problem, double *out, const double *x, double h, const double *weight,
                    double *const *k, int n_k) {
    const terms sum = collect(x, h, weight, k, n_k);
    combine_all(problem, &out, &sum, 1);
}

/* The state of stage `of`, from those before it. At stage `ahead` what the stages so far give to `of` .. `last` - 1
 * is added up in one go, while it is near, and waits in their places k; each of them then reads but what came
 * since. */
static void stage_state(const ley_problem *problem, double *out, const double *x, double h, double *const *k,
                        int of, int ahead, int last) {
    if (of > ahead) {
        double since[K_COUNT] = {0};
        for (int j = ahead; j < of; j++) since[j] = stage_weight[of][j];
        combine(problem, out, k[of], h, since, k, of);
        return;
    }
    double *to[STAGES - AHEAD] = {out};
    terms sum[STAGES - AHEAD] = {collect(x, h, stage_weight[of], k, of)};
    int n = 1;
    for (int later = of + 1; of == ahead && later < last; later++, n++) {
        to[n] = k[later];
        sum[n] = collect(x, h, stage_weight[later], k, ahead);
    }
    combine_all(problem, to, sum, n);
}

/* Just inside the interval: at its very end a switch may already show the value after the jump. */
static double inside(double t, double t_limit) {
    return t < t_limit ? t : nextafter(t_limit, -INFINITY);
}

static void apply(stepper *s, double t, double t_limit, double *y, const double *x) {
    s->problem->apply(s->problem->self, inside(t, t_limit), y, x);
    s->propagation->applies++;
}

/* The largest decay between t and until, a stretch of time that steps of that length resolve. */
static double largest_decay(const stepper *s, double t, double until, double longest, double limit) {
    enum { LOOKS = 4 }; /* in a step: a schedule leaves nothing unseen */
    const ley_problem *problem = s->problem;
    const ley_index n = (ley_index)ceil(LOOKS * fmax(1, (until - t) / longest));
    double decay = 0;
    for (ley_index i = 0; i <= n && problem->decay_at; i++) {
        const double share = (double)i / (double)n;
        decay = fmax(decay, problem->decay_at(problem->self, inside(t + (until - t) * share, limit)));
    }
    return decay;
}

/* Slots of the 16 stages in k[]: 13, 14, 15 take the places of 1, 2, 3, which the dense output does not read. */
static int slot(int stage) {
    return stage >= 13 ? stage - 12 : stage;
}

static void dense_stages(dense *d) {
    if (d->prepared) return;
    stepper *s = d->stepper;
    step_data *data = d->data;
    double *k[K_COUNT];
    for (int j = 0; j < K_COUNT; j++) k[j] = data->k[slot(j)];
    for (int stage = 13; stage < 16; stage++) {
        stage_state(s->problem, s->scratch, data->x, d->h, k, stage, 13, 16);
        apply(s, d->segment.begin + stage_time[stage] * d->h, d->t_limit, data->k[slot(stage)], s->scratch);
    }
    d->prepared = true;
}

/* Polynomials in theta that multiply the terms of the dense output: theta, theta(1-theta), theta^2(1-theta), ... */
static void dense_polynomials(double *p, double theta) {
    double product = 1;
    for (int i = 0; i < DENSE_TERMS; i++) {
        product *= i % 2 == 0 ? theta : 1 - theta;
        p[i] = product;
    }
}

/* Weights of k_0 .. k_15 in x(begin + theta h) - x(begin), in units of h. */
static void dense_state_weights(double *weight, double theta) {
    double p[DENSE_TERMS];
    dense_polynomials(p, theta);
    for (int j = 0; j < K_COUNT; j++) {
        double b = j < STAGES ? stage_weight[12][j] : 0; /* x_new - x = h sum b_j k_j */
        weight[j] = b * (p[0] - p[1] + 2 * p[2]);
        for (int i = 0; i < 4; i++) weight[j] += p[3 + i] * dense_weight[i][j];
    }
    weight[0] += p[1] - p[2];
    weight[12] -= p[2];
}

static void dense_state(const ley_segment *segment, double t, double *x) {
    dense *d = (dense *)segment;
    double weight[K_COUNT], *k[K_COUNT];
    if (t == segment->begin || t == segment->end) { /* no need of the extra stages */
        memcpy(x, t == segment->end ? d->x_end : d->data->x, (size_t)d->stepper->problem->n * sizeof *x);
        return;
    }
    dense_stages(d);
    dense_state_weights(weight, (t - segment->begin) / d->h);
    for (int j = 0; j < K_COUNT; j++) k[j] = d->data->k[slot(j)];
    combine(d->stepper->problem, x, d->data->x, d->h, weight, k, K_COUNT);
}

/* One of the stages that the dense output reads, 0 .. READ - 1: 0, 5, 6, ... */
static int stage_read(int i) {
    return i == 0 ? 0 : i + 4;
}

typedef struct reductions {
    const ley_problem *problem;
    const step_data *data;
    double *reduced; /* [count][n_reduced] */
    int first, count;
} reductions;

static void reduce_share(void *user, int32_t share, int32_t shares) {
    const reductions *of = user;
    const ley_problem *problem = of->problem;
    const int end = (int)ley_share_first(of->count, share + 1, shares);
    for (int i = (int)ley_share_first(of->count, share, shares); i < end; i++)
        problem->reduce(problem->self, of->reduced + i * problem->n_reduced,
                        of->data->k[slot(stage_read(of->first + i))]);
}

static void add_stage(dense *d, int stage, const double *reduced) {
    const ley_index m = d->stepper->problem->n_reduced;
    double w[DENSE_TERMS] = {0}, b = stage < STAGES ? stage_weight[12][stage] : 0;
    w[0] = b;
    w[1] = (stage == 0) - b;
    w[2] = 2 * b - (stage == 12) - (stage == 0);
    for (int i = 0; i < 4; i++) w[3 + i] = dense_weight[i][stage];
    for (int i = 0; i < DENSE_TERMS; i++) {
        if (w[i] == 0) continue;
        double factor = d->h * w[i], *term = d->reduced_term[i];
        for (ley_index r = 0; r < m; r++) term[r] += factor * reduced[r];
    }
}

/* Stages reduced at once: all of them where threads share the work. */
static int reduced_at_once(const ley_problem *problem) {
    return problem->hands ? READ : 1;
}

/* Reduces every stage once a step, when first asked; afterwards any time costs a few short vectors. */
static void reduce_terms(dense *d) {
    stepper *s = d->stepper;
    const ley_problem *problem = s->problem;
    const ley_index m = problem->n_reduced;
    if (d->reduced_ready) return;
    dense_stages(d);
    d->reduced_ready = true;
    problem->reduce(problem->self, d->reduced_x, d->data->x);
    for (int i = 0; i < DENSE_TERMS; i++) memset(d->reduced_term[i], 0, (size_t)m * sizeof(double));
    const int count = reduced_at_once(problem);
    for (int first = 0; first < READ; first += count) {
        reductions of = {
            .problem = problem, .data = d->data, .reduced = s->reduced_k, .first = first, .count = count};
        ley_hands_work(problem->hands, reduce_share, &of);
        for (int i = 0; i < count; i++) add_stage(d, stage_read(first + i), s->reduced_k + i * m);
    }
}

static void dense_reduced(const ley_segment *segment, double t, double *reduced) {
    dense *d = (dense *)segment;
    double p[DENSE_TERMS];
    if (!d->reduced_ready && (t == segment->begin || t == segment->end)) { /* no need of the extra stages */
        const ley_problem *problem = d->stepper->problem;
        problem->reduce(problem->self, reduced, t == segment->end ? d->x_end : d->data->x);
        return;
    }
    reduce_terms(d);
    dense_polynomials(p, (t - segment->begin) / d->h);
    ley_index m = d->stepper->problem->n_reduced;
    memcpy(reduced, d->reduced_x, (size_t)m * sizeof(double));
    for (int i = 0; i < DENSE_TERMS; i++) {
        const double *term = d->reduced_term[i];
        for (ley_index r = 0; r < m; r++) reduced[r] += p[i] * term[r];
    }
}

double ley_dop853_vectors(bool keep_previous) {
    return (keep_previous ? 2 : 1) * 14.0 + 2;
}

/* Doubles from a state to the next: not at equal places of the pages of the nearest cache. */
static ley_index apart(ley_index n) {
    const ley_index stride = (n + PIECE - 1) / PIECE * PIECE;
    return stride + (stride / PIECE % 2 == 0 ? PIECE : 0);
}

ley_index ley_dop853_room(ley_index n, bool keep_previous) {
    return apart(n) * ((keep_previous ? 2 : 1) * 14 + 2);
}

static ley_status allocate(stepper *s, ley_error *err) {
    size_t n = (size_t)s->problem->n, m = (size_t)s->problem->n_reduced;
    bool failed = false;
    int sets = s->two_sets ? 2 : 1;
    /* In one piece, so that large pages serve. */
    const ley_index stride = apart(s->problem->n);
    const size_t room = (size_t)ley_dop853_room(s->problem->n, s->two_sets);
    if (s->propagation->room)
        s->memory = memset(s->propagation->room, 0, room * sizeof(double));
    else
        failed |= !(s->memory = ley_allocate(room, sizeof(double)));
    double *next = s->memory;
    for (int i = 0; i < sets && !failed; i++) {
        s->data[i].x = next, next += stride;
        for (int j = 0; j < 13; j++, next += stride) s->data[i].k[j] = next;
    }
    if (!failed) s->x_new = next, s->scratch = next + stride;
    failed |= !(s->reduced_k = ley_allocate(m * (size_t)reduced_at_once(s->problem), sizeof(double)));
    for (int i = 0; i < 2; i++) {
        dense *d = &s->dense[i];
        d->stepper = s;
        d->segment.reduced = dense_reduced;
        d->segment.state = dense_state;
        d->segment.samples = 4;
        failed |= !(d->reduced_x = ley_allocate(m, sizeof(double)));
        for (int j = 0; j < DENSE_TERMS; j++) failed |= !(d->reduced_term[j] = ley_allocate(m, sizeof(double)));
    }
    if (failed)
        return ley_fail(err, LEY_ERR_MEMORY, "propagator", "no memory for %d state vectors of %.0f bytes",
                        sets * 14 + 2, (double)n * sizeof(double));
    return LEY_OK;
}

static void release(stepper *s) {
    for (int i = 0; i < 2; i++) {
        ley_release(s->dense[i].reduced_x);
        for (int j = 0; j < DENSE_TERMS; j++) ley_release(s->dense[i].reduced_term[j]);
    }
    if (!s->propagation->room) ley_release(s->memory);
    ley_release(s->reduced_k);
}

/* Takes the step into x_new and returns its error estimate; k[0] holds f at the beginning, k[12] receives f at the
 * end. */
static double attempt(stepper *s, step_data *data, double t, double h, double t_limit) {
    for (int stage = 1; stage < STAGES; stage++) {
        stage_state(s->problem, s->scratch, data->x, h, data->k, stage, AHEAD, STAGES);
        apply(s, t + stage_time[stage] * h, t_limit, data->k[stage], s->scratch);
    }
    /* The new state and both error estimates read the same stages; the last slot is free until f is known there. */
    double *out[] = {s->x_new, s->scratch, data->k[12]};
    const terms sum[] = {collect(data->x, h, stage_weight[12], data->k, STAGES),
                         collect(NULL, h, error_weight[1], data->k, STAGES),
                         collect(NULL, h, error_weight[0], data->k, STAGES)};
    combine_all(s->problem, out, sum, 3);
    double fifth = s->problem->norm(s->problem->self, s->scratch);
    double third = s->problem->norm(s->problem->self, data->k[12]);
    double denominator = sqrt(fifth * fifth + 0.01 * third * third);
    return denominator > 0 ? fifth * fifth / denominator : fifth;
}

/* A first step that changes the state by about a hundredth of itself. */
static double first_step(stepper *s, const step_data *data, double longest) {
    double size = s->problem->norm(s->problem->self, data->x);
    double slope = s->problem->norm(s->problem->self, data->k[0]);
    double h = slope > 0 ? 0.01 * size / slope : longest;
    return h < longest ? h : longest;
}

ley_status ley_dop853(const ley_problem *problem, double *x, const ley_schedule *schedule,
                      ley_propagation *propagation, ley_error *err) {
    stepper s = {.problem = problem, .propagation = propagation, .two_sets = propagation->keep_previous};
    ley_status status = allocate(&s, err);
    if (status != LEY_OK) goto done;

    const double t_end = schedule->times[schedule->n], duration = t_end - schedule->times[0];
    const size_t bytes = (size_t)problem->n * sizeof(double);
    step_data *data = &s.data[0];
    double h = propagation->first_step;
    int which = 0; /* the dense segment in use */
    memcpy(data->x, x, bytes);

    for (ley_index i = 0; i < schedule->n; i++) {
        double t = schedule->times[i], limit = schedule->times[i + 1], longest = schedule->max_step[i];
        if (!(longest > 0) || longest > limit - t) longest = limit - t;
        const double decay = largest_decay(&s, t, limit, longest, limit);
        /* Each sum is rounded by that much: no estimate falls below it, however short the step. */
        const double rounding = 2.2e-16 * problem->norm(problem->self, data->x);
        apply(&s, t, limit, data->k[0], data->x);
        if (!isfinite(problem->norm(problem->self, data->k[0]))) {
            status = ley_fail(err, LEY_ERR_NUMERIC, "propagator", "the generator is not finite at t = %.6g", t);
            goto done;
        }
        double guess = first_step(&s, data, longest);
        h = h > 0 && h < longest ? h : guess;
        bool rejected_before = false;
        while (t < limit) {
            if (h * decay > stable) h = fmin(h, stable / largest_decay(&s, t, t + h, h, limit));
            bool last = t + 1.01 * h >= limit;
            double step = last ? limit - t : h;
            double allowed = fmax(propagation->tolerance * step / duration, rounding);
            double error = attempt(&s, data, t, step, limit);
            double factor = error > 0 ? 0.9 * pow(allowed / error, 1.0 / 8) : 6;
            if (!(error <= allowed)) { /* also when the error is NaN */
                propagation->rejected++;
                if (!isfinite(error)) factor = 0.1;
                h = step * fmax(0.1, fmin(factor, 0.9));
                rejected_before = true;
                if (h < 16 * 2.2e-16 * fmax(fabs(t), duration)) {
                    status =
                        ley_fail(err, LEY_ERR_NUMERIC, "propagator",
                                 "the step fell below rounding at t = %.6g: the tolerance cannot be reached", t);
                    goto done;
                }
                continue;
            }
            double t_new = last ? limit : t + step;
            apply(&s, t_new, limit, data->k[12], s.x_new);
            propagation->steps++;
            propagation->error += error;

            dense *d = &s.dense[which], *before = &s.dense[1 - which];
            d->segment.begin = t;
            d->segment.end = t_new;
            d->segment.previous = before->segment.end > before->segment.begin ? &before->segment : NULL;
            d->h = step;
            d->t_limit = limit;
            d->data = data;
            d->x_end = s.x_new;
            d->prepared = d->reduced_ready = false;
            if (propagation->sink && propagation->sink(propagation->user, &d->segment)) {
                status = ley_fail(err, LEY_ERR_STOPPED, "", "stopped at t = %.6g", t_new);
                goto done;
            }

            /* The next step begins where this one ended. With two sets the old one stays for the sink to look back.
             */
            step_data *next = s.two_sets ? &s.data[data == &s.data[0]] : data;
            double *swap = next->x;
            next->x = s.x_new;
            s.x_new = swap;
            if (next == data) {
                swap = data->k[0];
                data->k[0] = data->k[12];
                data->k[12] = swap;
                d->data = NULL;
            } else {
                memcpy(next->k[0], data->k[12], bytes);
            }
            data = next;
            which = 1 - which;
            t = t_new;
            factor = fmin(factor, rejected_before ? 1.0 : 6.0);
            rejected_before = false;
            if (!last || factor < 1)
                h = step * fmax(factor, 0.2);
            else
                h = fmax(h, step * factor);
            if (h > longest) h = longest;
        }
    }
    memcpy(x, data->x, bytes);
done:
    release(&s);
    return status;
}
