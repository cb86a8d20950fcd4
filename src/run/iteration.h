/* run: equations of a steady state, solved step by step. In: a linear map with its preconditioner, where to begin.
 * Out: the solution, and what people are told meanwhile. Callers: steady, steady_joint, steady_half. */
#ifndef LEYDEN_RUN_ITERATION_H
#define LEYDEN_RUN_ITERATION_H

#include "propagator/krylov.h"
#include "run/engine.h"

enum { LEY_ITERATION_RESTART = 120, LEY_ITERATION_LIMIT = 4000 };

/* GMRES, which never goes astray, as long as its vectors fit; BiCGStab with its few beyond. */
typedef struct ley_iteration {
    bool few_vectors;
    double vectors; /* that it keeps, x and right apart */
    const char *name;
} ley_iteration;
ley_iteration ley_iteration_for(double bytes_of_vector);
ley_status ley_iterate(const ley_linear *linear, double *x, const double *right, ley_krylov *krylov,
                       ley_error *err);

/* What the hooks are told of a falling residual: from begin to begin + share of the whole. */
typedef struct ley_residual_watch {
    const ley_engine_hooks *hooks;
    double begin, share;
    double aim;   /* residual at which it ends */
    double first; /* 0: none yet */
} ley_residual_watch;
int ley_residual_watch_step(void *user, double residual); /* for ley_krylov.watch */

int32_t ley_iteration_threads(double flops_of_step, const ley_task *task);
double ley_euclidean_norm(const double *x, ley_index n);

#endif
