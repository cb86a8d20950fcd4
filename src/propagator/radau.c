/* exp(h L) ~ r(h L), r the stability function of Radau IIA with six stages, the (5, 6) Pade approximant, in partial
 * fractions: one solution of a linear system for each of three pairs of poles. A step is two half steps, held
 * against one whole step. docs/theory/radau.md */
#include "propagator/radau.h"

#include "core/memory.h"
#include "core/status.h"
#include "propagator/radau_coefficients.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum {
    SETS = 3,
    POLES = 3, /* of each conjugate pair one */
    ORDER = 1 + 4 * POLES,
    TERMS = ORDER + 1, /* of the dense output */
    SAMPLES = 20,      /* places in a step that show every feature */
    ALIKE = 12,        /* steps of one length, after which small errors are taken for rounding */
    WIDER_LIMIT = 64   /* margins grow so far */
};
static const double share_of_escape = 0.1, share_of_drop = 0.2; /* of the tolerance */
static const double rounding = 1e-16;

/* y_j = (p_j / tau - L)^-1 L x of the step as a whole and of its two halves: (1 - tau L / p_j)^-1 x = x + y_j. */
typedef struct step {
    ley_segment segment; /* first member */
    double duration;
    ley_index n; /* whole */
    int32_t here;
    int32_t *where;
    double *memory, *begin, *middle;
    ley_complex *whole[POLES], *first[POLES], *second[POLES];
} step;

typedef struct radau {
    const ley_moving *problem;
    ley_propagation *propagation;
    step steps[2];
    int which;
    int32_t n;                        /* numbers here */
    double *x, *end, *coarse, *slope; /* here: the state, after two half steps, after one step; L x */
    double *whole;                    /* a whole state */
    double half;                      /* half of a step */
    double tau[SETS];                 /* what the factors of each set of slots are for; 0: nothing */
    double wider, drop;
    double lost; /* so far, by moving and over edges */
} radau;

/* ---- Dense output ---------------------------------------------------------------------------------------------
 */

static void chebyshev_sums(double *weight, const double (*table)[ORDER], double u) {
    for (int j = 0; j < TERMS; j++) { /* Clenshaw */
        double b1 = 0, b2 = 0;
        for (int k = ORDER - 1; k > 0; k--) {
            const double b = 2 * u * b1 - b2 + table[j][k];
            b2 = b1;
            b1 = b;
        }
        weight[j] = u * b1 - b2 + table[j][0];
    }
}

static void step_state(const ley_segment *segment, double t, double *x) {
    const step *s = (const step *)segment;
    const double theta = fmin(1, fmax(0, (t - segment->begin) / s->duration));
    const bool early = theta < 0.5;
    double weight[TERMS];
    chebyshev_sums(weight, early ? first_half : second_half, 4 * theta - (early ? 1 : 3));
    memset(x, 0, (size_t)s->n * sizeof *x);
    for (int32_t i = 0; i < s->here; i++) {
        double sum = weight[0] * s->begin[i] + weight[1] * s->middle[i];
        for (int j = 0; j < POLES; j++) {
            const ley_complex y = s->whole[j][i], z = early ? s->first[j][i] : s->second[j][i];
            sum += weight[2 + 2 * j] * y.re + weight[3 + 2 * j] * y.im;
            sum += weight[2 + 2 * (POLES + j)] * z.re + weight[3 + 2 * (POLES + j)] * z.im;
        }
        x[s->where[i]] = sum;
    }
}

/* ---- Memory ---------------------------------------------------------------------------------------------------
 */

static void step_clear(step *s) {
    ley_release(s->memory);
    ley_release(s->where);
    s->memory = NULL;
    s->where = NULL;
    s->here = 0;
}

static bool step_prepare(step *s, const radau *r) {
    const size_t n = (size_t)r->n;
    int32_t here;
    const int32_t *where = r->problem->where(r->problem->self, &here);
    if (s->here != r->n || !s->memory) {
        step_clear(s);
        s->memory = ley_allocate((2 + 6 * POLES) * n, sizeof *s->memory);
        s->where = ley_allocate(n, sizeof *s->where);
        if (!s->memory || !s->where) return false;
    }
    s->here = here;
    s->n = r->problem->n;
    memcpy(s->where, where, n * sizeof *where);
    s->begin = s->memory;
    s->middle = s->memory + n;
    for (int j = 0; j < POLES; j++) {
        s->whole[j] = (ley_complex *)(s->memory + 2 * n) + (size_t)j * n;
        s->first[j] = s->whole[j] + POLES * n;
        s->second[j] = s->whole[j] + 2 * POLES * n;
    }
    return true;
}

static void radau_clear(radau *r) {
    for (int i = 0; i < 2; i++) step_clear(&r->steps[i]);
    ley_release(r->x);
    ley_release(r->end);
    ley_release(r->coarse);
    ley_release(r->slope);
    ley_release(r->whole);
}

static ley_status short_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "propagator", "no memory for the vectors of a step");
}

/* ---- Places ---------------------------------------------------------------------------------------------------
 */

/* From a whole state. */
static ley_status settle(radau *r, ley_error *err) {
    const ley_moving *p = r->problem;
    double lost = 0;
    int32_t n;
    ley_status status = p->place(p->self, r->whole, r->wider, r->drop, &lost, err);
    if (status != LEY_OK) return status;
    r->lost += lost;
    memset(r->tau, 0, sizeof r->tau);
    const int32_t *where = p->where(p->self, &n);
    r->n = n;
    ley_release(r->x);
    ley_release(r->end);
    ley_release(r->coarse);
    ley_release(r->slope);
    r->slope = ley_allocate((size_t)n, sizeof *r->slope);
    r->x = ley_allocate((size_t)n, sizeof *r->x);
    r->end = ley_allocate((size_t)n, sizeof *r->end);
    r->coarse = ley_allocate((size_t)n, sizeof *r->coarse);
    if (!r->x || !r->end || !r->coarse || !r->slope) return short_of_memory(err);
    for (int32_t i = 0; i < n; i++) r->x[i] = r->whole[where[i]];
    return LEY_OK;
}

/* As settle, of the state here. */
static ley_status move(radau *r, ley_error *err) {
    int32_t n;
    const int32_t *where = r->problem->where(r->problem->self, &n);
    memset(r->whole, 0, (size_t)r->problem->n * sizeof *r->whole);
    for (int32_t i = 0; i < n; i++) r->whole[where[i]] = r->x[i];
    return settle(r, err);
}

/* ---- Steps ----------------------------------------------------------------------------------------------------
 */

/* The set of slots with the factors for tau, made if there is none in place of what is furthest from the step. */
static ley_status set_for(radau *r, int *set, double tau, ley_error *err) {
    for (*set = 0; *set < SETS; ++*set)
        if (r->tau[*set] == tau) return LEY_OK;
    double furthest = -1;
    for (int i = 0; i < SETS; i++) {
        const double far = r->tau[i] > 0 ? fabs(log(r->tau[i] / (1.4 * r->half))) : INFINITY;
        if (far > furthest) {
            furthest = far;
            *set = i;
        }
    }
    r->tau[*set] = 0;
    for (int j = 0; j < POLES; j++) {
        const ley_complex z = {pole[j][0] / tau, pole[j][1] / tau};
        ley_status status = r->problem->factor(r->problem->self, *set * POLES + j, z, err);
        if (status != LEY_OK) return status;
    }
    r->tau[*set] = tau;
    return LEY_OK;
}

/* to = r(tau L) from, leaving the y_j. Returns the largest term over the size of the state. */
static double advance(radau *r, int set, double *to, const double *from, ley_complex *const *y) {
    double size = 0, largest = 0;
    for (int32_t i = 0; i < r->n; i++) size += fabs(from[i]);
    memcpy(to, from, (size_t)r->n * sizeof *to);
    r->problem->apply(r->problem->self, r->slope, from);
    for (int j = 0; j < POLES; j++) {
        double sum = 0;
        for (int32_t i = 0; i < r->n; i++) y[j][i] = (ley_complex){r->slope[i], 0};
        r->problem->solve(r->problem->self, set * POLES + j, y[j]);
        r->propagation->applies++;
        for (int32_t i = 0; i < r->n; i++) {
            const double term = 2 * (share[j][0] * y[j][i].re - share[j][1] * y[j][i].im);
            to[i] += term;
            sum += fabs(term);
        }
        largest = fmax(largest, sum);
    }
    return size > 0 ? largest / size : 0;
}

/* One step from r->x to r->end. *error: of the whole step, against two halves. */
static ley_status attempt(radau *r, step *s, double *error, double *escape, double *amplification, ley_error *err) {
    int fine, coarse;
    const double tau = r->half;
    ley_status status = set_for(r, &fine, tau, err);
    if (status == LEY_OK) status = set_for(r, &coarse, 2 * tau, err);
    if (status != LEY_OK) return status;
    if (!step_prepare(s, r)) return short_of_memory(err);
    memcpy(s->begin, r->x, (size_t)r->n * sizeof *r->x);
    *amplification = advance(r, coarse, r->coarse, r->x, s->whole);
    *amplification = fmax(*amplification, advance(r, fine, s->middle, r->x, s->first));
    *amplification = fmax(*amplification, advance(r, fine, r->end, s->middle, s->second));
    *error = 0;
    for (int32_t i = 0; i < r->n; i++) *error += fabs(r->end[i] - r->coarse[i]);
    const ley_moving *p = r->problem;
    *escape = fmax(p->escape(p->self, s->begin, 2 * tau),
                   fmax(p->escape(p->self, s->middle, 2 * tau), p->escape(p->self, r->end, 2 * tau)));
    return LEY_OK;
}

static ley_status run(radau *r, double *x, double end, ley_error *err) {
    ley_propagation *sum = r->propagation;
    const double tolerance = sum->tolerance;
    double t = 0, barrier = INFINITY;
    int alike = 0; /* steps since the length last changed */
    const double fastest = r->problem->fastest(r->problem->self, r->x, r->drop);
    r->half = fmin(end, 0.5 / fmax(fastest, 1e-300));
    while (t < end) {
        step *s = &r->steps[r->which], *before = &r->steps[1 - r->which];
        double error = NAN, escape = 0, amplification = 0;
        ley_status status = attempt(r, s, &error, &escape, &amplification, err);
        if (status != LEY_OK) return status;
        if (!isfinite(error)) return ley_fail(err, LEY_ERR_NUMERIC, "propagator", "not finite at t = %.6g", t);
        const double step_time = 2 * r->half;
        /* A share of what is left, or in proportion to time: the sum cannot exceed the tolerance. */
        const double floor = rounding * (5 + 5 * amplification), left = fmax(0, tolerance - sum->error);
        const double allotted = fmin(0.5 * left, fmax(0.5 * tolerance * step_time / end, left / 64)),
                     allowed = fmax(allotted, floor);
        if (escape > share_of_escape * allotted && r->wider < WIDER_LIMIT) {
            sum->rejected++;
            r->wider = fmin(WIDER_LIMIT, 2 * r->wider);
            status = move(r, err);
            if (status != LEY_OK) return status;
            continue;
        }
        if (error > allowed) {
            sum->rejected++;
            if (r->half < 1e-13 * end)
                return ley_fail(err, LEY_ERR_NUMERIC, "propagator", "steps become too short at t = %.6g", t);
            r->half *= 0.5;
            alike = 0;
            barrier = amplification * pow(0.5 * allowed / error, 1.0 / 12);
            continue;
        }
        sum->steps++;
        sum->error += error;
        r->lost += escape;
        sum->amplification = fmax(sum->amplification, amplification);
        s->duration = step_time;
        s->segment = (ley_segment){.begin = t,
                                   .end = t + step_time >= end ? end : t + step_time,
                                   .previous = before->segment.end > 0 ? &before->segment : NULL,
                                   .state = step_state,
                                   .samples = SAMPLES};
        r->which = 1 - r->which;
        t += step_time;
        memcpy(r->x, r->end, (size_t)r->n * sizeof *r->x);
        if (sum->sink && sum->sink(sum->user, &s->segment))
            return ley_fail(err, LEY_ERR_STOPPED, "", "stopped at t = %.6g", s->segment.end);
        if (t >= end) {
            step_state(&s->segment, end, x);
            break;
        }
        /* Errors grow with the twelfth power of tau L x, and so of the amplification; rounding may hide them. */
        barrier = fmax(1.015 * barrier, amplification);
        alike++;
        const bool small = error < fmax(allowed / 2000, 2 * floor) || (alike >= ALIKE && error < allowed / 20);
        if (small && 2 * amplification < barrier) {
            r->half *= 2;
            alike = 0;
        }
        if (escape < 1e-6 * share_of_escape * allotted) r->wider = fmax(1, 0.8 * r->wider);
        const int32_t needed = r->problem->needed(r->problem->self, r->x, r->wider, r->drop);
        if (escape > 0.1 * share_of_escape * allotted || needed < 0.6 * r->n) {
            status = move(r, err);
            if (status != LEY_OK) return status;
        }
    }
    return LEY_OK;
}

ley_status ley_radau(const ley_moving *problem, double *x, double end, ley_propagation *propagation,
                     ley_error *err) {
    radau r = {.problem = problem, .propagation = propagation, .wider = 1};
    r.drop = share_of_drop * propagation->tolerance / fmax(64, sqrt((double)problem->n)) / 64;
    r.whole = ley_allocate((size_t)problem->n, sizeof *r.whole);
    ley_status status = r.whole ? LEY_OK : short_of_memory(err);
    if (status == LEY_OK) {
        memcpy(r.whole, x, (size_t)problem->n * sizeof *x);
        status = settle(&r, err);
    }
    if (status == LEY_OK) status = run(&r, x, end, err);
    propagation->error += r.lost;
    radau_clear(&r);
    return status;
}
