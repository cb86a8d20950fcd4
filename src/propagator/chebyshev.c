/* exp(t L) = e^{-ct} sum_k (2 - d_k0) J_k(f t) phi_k, with X = (L + c) / f and phi_{k+1} = 2 X phi_k + phi_{k-1},
 * all real. One span gives reduced states at any times inside it: reduce(phi_k) times numbers.
 * docs/theory/integration.md */
#include "propagator/bessel.h"
#include "propagator/propagator.h"

#include "core/memory.h"
#include "core/status.h"
#include "core/vector.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* The longest span in units of 1 / decay, where decay is slow beside the frequency (c < slow f) and elsewhere:
 * beyond, terms grow before they fall. */
static const double slow = 0.4, span_decay_slow = 200, span_decay = 100;
static const double span_frequency = 2e4;    /* and of 1 / frequency: the table of Bessel functions stays small */
static const double span_amplification = 30; /* at the end; at times before it may be more */
/* A weight this small times what phi_k can have grown to leaves no trace. */
static const double traceless = 1e-22;

enum {
    PENDING = 4, /* reduced phi_k that are added to the output times together; an even number */
    BLOCK = 512  /* doubles of each of them at once */
};

typedef struct expansion {
    const ley_problem *problem;
    ley_propagation *propagation;
    double *own, *own_sum; /* room that is given back; NULL: the caller's is used */
    double *a, *b, *sum;   /* phi_{k-1}, phi_k, the state at the end of the span, once one is wanted */
    double *reduced;       /* of the last phi_k: [PENDING][n_reduced] */
    double *bessel;        /* [times + 1][degree + 1] */
    ley_index bessel_size;
    double begun; /* the time at which this span begins */
    bool stopped;
    double duration; /* of the whole run: each span may add its share of the error */
} expansion;

/* Of spans that end at tau, with the shift c: where the terms of the slowest decay are largest, and a tail. */
static int degree_bound(double f, double c, double tau) {
    const double peak = hypot(f, c) * tau;
    return (int)(peak + (14 * cbrt(peak) + 60) * (1 + c / f));
}

/* Terms lie `apart` doubles from each other. */
LEY_CLONES static void add_terms(double *restrict out, const double *restrict terms, size_t apart,
                                 const double *weight, size_t n) {
    const double *a = terms, *b = a + apart, *c = b + apart, *d = c + apart;
    const double wa = weight[0], wb = weight[1], wc = weight[2], wd = weight[3];
    for (size_t i = 0; i < n; i++) out[i] += (wa * a[i] + wb * b[i]) + (wc * c[i] + wd * d[i]);
}

/* Two terms in a pass through the sum, while both are at hand. */
LEY_CLONES static void add_pair(double *restrict sum, const double *x, double a, const double *y, double b,
                                size_t n) {
    for (size_t i = 0; i < n; i++) sum[i] += a * x[i] + b * y[i];
}

typedef struct pair {
    double *sum;
    const double *x, *y;
    double a, b;
    size_t n;
} pair;

static void pair_share(void *user, int32_t share, int32_t shares) {
    const pair *of = user;
    const size_t first = (size_t)ley_share_first((int64_t)of->n, share, shares),
                 end = (size_t)ley_share_first((int64_t)of->n, share + 1, shares);
    add_pair(of->sum + first, of->x + first, of->a, of->y + first, of->b, end - first);
}

/* Reduced states of two terms, which threads make at the same time. */
typedef struct two_terms {
    const ley_problem *problem;
    const double *phi[2];
    double *reduced; /* [2][n_reduced] */
} two_terms;

static void reduce_share(void *user, int32_t share, int32_t shares) {
    const two_terms *of = user;
    for (int32_t i = share; i < 2; i += shares)
        of->problem->reduce(of->problem->self, of->reduced + i * of->problem->n_reduced, of->phi[i]);
}

/* Adds the terms from k - pending + 1 to k to the reduced states; weights that leave no trace are zero. */
static void add_pending(const expansion *e, double *reduced, ley_index n_times, int stride, int k, int pending) {
    const size_t n = (size_t)e->problem->n_reduced;
    memset(e->reduced + (size_t)pending * n, 0, (size_t)(PENDING - pending) * n * sizeof(double));
    for (size_t begin = 0; begin < n; begin += BLOCK) /* the terms stay at hand for all times */
        for (ley_index i = 0; i < n_times; i++) {
            double weight[PENDING] = {0};
            bool any = false;
            for (int p = 0; p < pending; p++) {
                weight[p] = e->bessel[i * stride + k - pending + 1 + p];
                any = any || weight[p] != 0;
            }
            if (!any) continue; /* early times need fewer terms */
            add_terms(reduced + (size_t)i * n + begin, e->reduced + begin, n, weight,
                      n - begin < BLOCK ? n - begin : BLOCK);
        }
}

/* One span of length tau from x, with reduced states at times[0 .. n - 1] after its start. Returns 0 when the terms
 * grew so much that digits were lost. The state at the end goes to sum if it is wanted. */
static int span(expansion *e, const double *x, double tau, const double *times, ley_index n, double *reduced,
                bool wanted) {
    const ley_problem *p = e->problem;
    const double f = p->frequency, c = 0.5 * p->decay;
    /* The terms that follow the last add up to several times it, and a row adds up many elements. */
    const double tolerance = 0.1 * e->propagation->tolerance * tau / e->duration;
    const size_t n_state = (size_t)p->n, n_reduced = (size_t)p->n_reduced;
    const int degree = degree_bound(f, c, tau), stride = degree + 1;
    for (ley_index i = 0; i < n; i++) { /* weights at each time: (2 - d_k0) e^{-ct} J_k(ft) */
        double *weight = e->bessel + i * stride;
        ley_bessel(weight, f * times[i], degree);
        const double fading = exp(-c * times[i]);
        for (int k = 0; k <= degree; k++) weight[k] *= (k == 0 ? 1 : 2) * fading;
    }
    double *end = e->bessel + n * stride;
    ley_bessel(end, f * tau, degree);
    const double scale = exp(-c * tau), size = p->norm(p->self, x);
    /* |phi_k| grows by at most this factor a step, for eigenvalues on the edge of the rectangle. */
    const double growth = c / f + sqrt(1 + c * c / (f * f));
    const double peak = hypot(f, c) * tau;
    double largest = 1, negligible = traceless, before = 0; /* before: the weight of phi_{k-1} */
    double norm = size;                                     /* of the last phi_k that was measured */
    int small = 0, pending = 0, last = 0;

    memcpy(e->a, x, n_state * sizeof(double));
    if (wanted) memset(e->sum, 0, n_state * sizeof(double));
    memset(reduced, 0, (size_t)n * n_reduced * sizeof(double));
    for (int k = 0; k <= degree; k++, negligible /= growth) {
        last = k;
        const double *phi = k == 0 ? e->a : e->b;
        const double factor = k == 0 ? 1 : 2;
        if (k == 1) {
            p->fused(p->self, 0, e->b, e->a, 1 / f, c / f, 0);
            e->propagation->applies++;
        } else if (k > 1) { /* a <- 2 X b + a, then b is the newest again */
            p->fused(p->self, 0, e->a, e->b, 2 / f, 2 * c / f, 1);
            e->propagation->applies++;
            double *swap = e->a;
            e->a = e->b;
            e->b = swap;
            phi = e->b;
        }
        for (ley_index i = 0; i < n; i++)
            if (fabs(e->bessel[i * stride + k]) < negligible) e->bessel[i * stride + k] = 0;
        if (n > 0 && k % 2 == 1) { /* of the last two: both are there */
            ley_hands_work(p->hands, reduce_share,
                           &(two_terms){.problem = p,
                                        .phi = {e->a, phi},
                                        .reduced = e->reduced + (size_t)pending * n_reduced});
            pending += 2;
        }
        if (pending == PENDING) {
            add_pending(e, reduced, n, stride, k, pending);
            pending = 0;
        }
        const double weight = fabs(factor * end[k] * scale) > negligible ? factor * end[k] * scale : 0;
        if (wanted && k % 2 == 1 && (weight != 0 || before != 0))
            ley_hands_work(p->hands, pair_share,
                           &(pair){.sum = e->sum, .x = e->a, .y = phi, .a = before, .b = weight, .n = n_state});
        before = weight;
        /* A norm is a third of an application: looked at now and then, and where it may end the sum. */
        const double size_k = fabs(factor * end[k]) * scale / size;
        if (k % 16 == 0 || (k > peak && k % 2 == 0 && size_k * norm < 4 * tolerance)) {
            norm = p->norm(p->self, phi);
            const double term = size_k * norm;
            if (!isfinite(term)) return 0;
            /* A span may be the whole run. */
            const double reached = e->begun + tau * fmin(1, k / peak);
            e->stopped = e->propagation->watch && e->propagation->watch(e->propagation->user, reached);
            if (e->stopped) return 0;
            largest = fmax(largest, term);
            if (largest > span_amplification) return 0;
            small = k > peak && term < tolerance ? small + 1 : 0;
            if (small >= 2) { /* of three terms in a row the first and the last */
                e->propagation->error += term * size;
                break;
            }
        }
    }
    if (small < 2) return 0;
    if (n > 0 && last % 2 == 0)
        p->reduce(p->self, e->reduced + (size_t)pending++ * n_reduced, last == 0 ? e->a : e->b);
    if (pending > 0) add_pending(e, reduced, n, stride, last, pending);
    if (wanted && last % 2 == 0) add_pair(e->sum, e->a, 0, last == 0 ? e->a : e->b, before, n_state);
    e->propagation->amplification = fmax(e->propagation->amplification, largest);
    return 1;
}

ley_index ley_chebyshev_room(ley_index n, ley_index n_reduced) {
    return 3 * n + PENDING * n_reduced;
}

static ley_status no_vectors(size_t n, ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "propagator", "no memory for %d state vectors of %.0f bytes",
                    LEY_CHEBYSHEV_VECTORS, (double)n * sizeof(double));
}

static ley_status prepare(expansion *e, double longest, ley_index n_times, ley_error *err) {
    const ley_problem *p = e->problem;
    size_t n = (size_t)p->n, stride = (size_t)degree_bound(p->frequency, 0.5 * p->decay, longest) + 1;
    const size_t reduced = PENDING * (size_t)p->n_reduced;
    e->a = e->propagation->room;
    if (!e->a) e->a = e->own = ley_allocate(2 * n + reduced, sizeof(double));
    e->bessel = ley_allocate(stride * (size_t)(n_times + 1), sizeof(double));
    if (!e->a || !e->bessel) return no_vectors(n, err);
    e->b = e->a + n;
    e->reduced = e->b + n;
    if (e->own) return LEY_OK;
    e->sum = e->reduced + reduced;
    memset(e->b, 0, n * sizeof(double)); /* added with weight 0 before it is written */
    return LEY_OK;
}

/* The least frequency that is taken: also where nothing oscillates phi_k must not overflow. */
static double bounded_frequency(double frequency, double decay) {
    return fmax(frequency, fmax(0.2 * decay, 1e-12));
}

double ley_chebyshev_span(double frequency, double decay, double end) {
    const double f = bounded_frequency(frequency, decay), longest = fmin(end, span_frequency / f);
    if (!(decay > 0)) return longest;
    return fmin(longest, (0.5 * decay < slow * f ? span_decay_slow : span_decay) / decay);
}

ley_status ley_chebyshev(const ley_problem *problem, double *x, double *reduced, const double *times,
                         ley_index n_times, ley_propagation *propagation, ley_error *err) {
    ley_problem bounded = *problem;
    bounded.frequency = bounded_frequency(problem->frequency, problem->decay);
    expansion e = {.problem = &bounded, .propagation = propagation};
    double *shifted = ley_allocate((size_t)n_times, sizeof(double));
    const double end = times[n_times - 1];
    e.duration = end;
    const double longest = ley_chebyshev_span(problem->frequency, problem->decay, end);
    ley_status status = prepare(&e, longest, n_times, err);
    if (status != LEY_OK || !shifted) {
        if (status == LEY_OK) status = ley_fail(err, LEY_ERR_MEMORY, "propagator", "no memory for the times");
        goto done;
    }
    double t = 0, tau = end / ceil(end / longest * (1 - 1e-12));
    ley_index i = 0;
    while (t < end) {
        bool last = t + 1.001 * tau >= end;
        double length = last ? end - t : tau;
        ley_index n = 0; /* times in this span */
        while (i + n < n_times && (last || times[i + n] <= t + length)) {
            shifted[n] = times[i + n] - t;
            n++;
        }
        e.begun = t;
        const bool wanted = !last || !propagation->discard_final;
        if (wanted && !e.sum) e.sum = e.own_sum = ley_allocate((size_t)problem->n, sizeof(double));
        if (wanted && !e.sum) {
            status = no_vectors((size_t)problem->n, err);
            goto done;
        }
        if (!span(&e, x, length, shifted, n, reduced + i * problem->n_reduced, wanted)) {
            if (e.stopped) {
                status = ley_fail(err, LEY_ERR_STOPPED, "", "stopped at t = %.6g", t);
                goto done;
            }
            propagation->rejected++;
            tau = 0.5 * length;
            if (tau < 1e-9 * end) {
                status =
                    ley_fail(err, LEY_ERR_NUMERIC, "propagator", "the Chebyshev expansion diverges at t = %.6g", t);
                goto done;
            }
            continue;
        }
        if (wanted) memcpy(x, e.sum, (size_t)problem->n * sizeof *x);
        propagation->steps++;
        t = last ? end : t + length;
        i += n;
        if (propagation->watch && propagation->watch(propagation->user, t)) {
            status = ley_fail(err, LEY_ERR_STOPPED, "", "stopped at t = %.6g", t);
            goto done;
        }
    }
done:
    ley_release(e.own);
    ley_release(e.own_sum);
    ley_release(e.bessel);
    ley_release(shifted);
    return status;
}
