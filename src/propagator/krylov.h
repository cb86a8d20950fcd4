/* propagator: A x = b by Krylov methods, A known by its action alone, preconditioned from the right. In: function
 * pointers, nothing of batteries. Out: x. Callers: run. */
#ifndef LEYDEN_PROPAGATOR_KRYLOV_H
#define LEYDEN_PROPAGATOR_KRYLOV_H

#include "core/hands.h"
#include "leyden.h"

typedef struct ley_linear {
    void *self;
    ley_index n;                                                  /* length of a vector */
    void (*apply)(void *self, double *y, const double *x);        /* y = A x; y and x differ */
    void (*precondition)(void *self, double *y, const double *x); /* y is close to A^-1 x; y and x differ */
    const ley_hands *hands; /* that share the work on vectors; NULL: the caller alone */
} ley_linear;

typedef struct ley_krylov {
    double tolerance;                          /* of the residual's Euclidean norm, absolute */
    int32_t restart;                           /* vectors kept by ley_gmres */
    int64_t limit;                             /* applications allowed */
    int (*watch)(void *user, double residual); /* after each step; nonzero stops; may be NULL */
    void *user;
    /* results */
    int64_t applies;
    double residual; /* recomputed from x, not the recurrence */
} ley_krylov;

/* x holds a first guess and receives the solution. LEY_OK also when the limit or rounding ended it before the
 * tolerance: residual tells. LEY_ERR_MEMORY; LEY_ERR_STOPPED. */
ley_status ley_gmres(const ley_linear *linear, double *x, const double *b, ley_krylov *krylov, ley_error *err);
ley_status ley_bicgstab(const ley_linear *linear, double *x, const double *b, ley_krylov *krylov, ley_error *err);
enum { LEY_BICGSTAB_VECTORS = 7, LEY_GMRES_VECTORS = 3 }; /* besides x and b; ley_gmres keeps `restart` + 1 more */

#endif
