#include "run/iteration.h"

#include <math.h>

ley_iteration ley_iteration_for(double bytes_of_vector) {
    static const double most_bytes = 2e9;
    const bool few = bytes_of_vector * (LEY_ITERATION_RESTART + 3) > most_bytes;
    return (ley_iteration){.few_vectors = few,
                           .vectors = few ? LEY_BICGSTAB_VECTORS : LEY_GMRES_VECTORS + LEY_ITERATION_RESTART + 1,
                           .name = few ? "bicgstab" : "gmres"};
}

ley_status ley_iterate(const ley_linear *linear, double *x, const double *right, ley_krylov *krylov,
                       ley_error *err) {
    const bool few_vectors = ley_iteration_for((double)linear->n * sizeof *x).few_vectors;
    return few_vectors ? ley_bicgstab(linear, x, right, krylov, err) : ley_gmres(linear, x, right, krylov, err);
}

int ley_residual_watch_step(void *user, double residual) {
    ley_residual_watch *w = user;
    if (!w->hooks || !w->hooks->watch) return 0;
    if (!(w->first > 0)) w->first = residual;
    const double done = log(w->first / fmax(residual, w->aim)) / log(fmax(2, w->first / w->aim));
    return w->hooks->watch(w->hooks->user, w->begin + w->share * fmin(0.99, fmax(0, done)));
}

int32_t ley_iteration_threads(double flops_of_step, const ley_task *task) {
    static const double flops_of_thread = 2e7; /* less is not worth starting one */
    return flops_of_step > flops_of_thread ? task->threads : 1;
}

double ley_euclidean_norm(const double *x, ley_index n) {
    double sum = 0;
    for (ley_index i = 0; i < n; i++) sum += x[i] * x[i];
    return sqrt(sum);
}
