/* propagator: dx/dt = L(t) x in steps with an error estimate. In: a problem (function pointers only, nothing of
 * batteries) and a schedule. Out: a stream of segments on which the solution can be evaluated anywhere. Callers:
 * run. */
#ifndef LEYDEN_PROPAGATOR_H
#define LEYDEN_PROPAGATOR_H

#include "core/hands.h"
#include "leyden.h"
#include "model/signal.h"

typedef struct ley_problem {
    void *self;
    ley_index n;         /* length of a state in doubles */
    ley_index n_reduced; /* length of a reduced state in doubles */
    void (*apply)(void *self, double t, double *y, const double *x);
    double (*norm)(void *self, const double *x);
    void (*reduce)(void *self, double *reduced, const double *x); /* linear */
    /* y = al L x + be x + ga y; may be NULL where only ley_dop853 is used */
    void (*fused)(void *self, double t, double *y, const double *x, double al, double be, double ga);
    const ley_hands *hands;  /* that share the sums of states and reduce several at once; NULL: the caller alone */
    double frequency, decay; /* L lies within [-decay, 0] x i [-frequency, frequency]: for ley_chebyshev */
    double (*decay_at)(void *self, double t); /* the decay within L(t), for ley_dop853; NULL: not known */
} ley_problem;

/* A stretch of time on which the solution is known. Two are alive at a time: a sink may look back into `previous`,
 * for reduced states provided that it asked that segment for one while it was current. */
typedef struct ley_segment ley_segment;
struct ley_segment {
    double begin, end;
    const ley_segment *previous;                                         /* the one before it, NULL at the start */
    void (*reduced)(const ley_segment *self, double t, double *reduced); /* at begin <= t <= end */
    void (*state)(const ley_segment *self, double t, double *x);         /* NULL: only reduced states are known */
    int32_t samples;                                                     /* places that show every feature inside */
    bool crowded; /* places at Chebyshev points: features are narrower near both ends */
};

/* Takes each segment in order; nonzero stops the propagation. */
typedef int (*ley_sink)(void *user, const ley_segment *segment);

typedef struct ley_propagation {
    double tolerance;   /* of the state: Frobenius norm, over the whole run */
    bool discard_final; /* ley_chebyshev need not put the state at the last time into x */
    double *room; /* ley_dop853_room or ley_chebyshev_room doubles, with anything in them; NULL: it takes its own */
    double first_step;  /* of ley_dop853, where one is known; 0: none is */
    bool keep_previous; /* state() of the previous segment must work too (costs memory) */
    ley_sink sink;
    int (*watch)(void *user, double t); /* of ley_chebyshev, now and then; nonzero stops; may be NULL */
    void *user;
    /* results */
    int64_t steps, rejected, applies;
    double error;         /* sum of the local error estimates */
    double amplification; /* largest term of an expansion over the size of the state: digits lost */
} ley_propagation;

/* What a piece of a propagation took. Its error is for the caller to add: of pieces of time, of parts and of
 * histories it adds up in different ways. */
static inline void ley_propagation_count(ley_propagation *whole, const ley_propagation *piece) {
    whole->steps += piece->steps;
    whole->rejected += piece->rejected;
    whole->applies += piece->applies;
}

/* Explicit Runge-Kutta 8(5,3) of Dormand and Prince with dense output of order 7. x holds the initial state and
 * receives the final one, unless it is stopped. LEY_ERR_NUMERIC: step too small, not finite; LEY_ERR_STOPPED;
 * LEY_ERR_MEMORY. */
ley_status ley_dop853(const ley_problem *problem, double *x, const ley_schedule *schedule,
                      ley_propagation *propagation, ley_error *err);
/* Chebyshev expansion of exp(t L) for a constant generator, shifted by half the decay. Writes the reduced state at
 * each of the times, ascending and > 0 (rows of n_reduced numbers); x holds the state at 0 and receives that at the
 * last time. In propagation: tolerance, relative, of the state; sink and keep_previous are not used. */
ley_status ley_chebyshev(const ley_problem *problem, double *x, double *reduced, const double *times,
                         ley_index n_times, ley_propagation *propagation, ley_error *err);
enum { LEY_CHEBYSHEV_VECTORS = 4 }; /* one less where one span is all and the final state is discarded */
double ley_chebyshev_span(double frequency, double decay, double end); /* the longest, end at most */
ley_index ley_chebyshev_room(ley_index n, ley_index n_reduced);
ley_index ley_dop853_room(ley_index n, bool keep_previous); /* for states of n doubles */
double ley_dop853_vectors(bool keep_previous);              /* states held at once, for memory plans */

#endif
