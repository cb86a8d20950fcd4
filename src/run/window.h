/* run: a Hermitian half that grows and shrinks with the excitations of the battery that are populated, and is
 * expanded once nothing depends on time any more. docs/theory/half.md. Caller: parts. */
#ifndef LEYDEN_RUN_WINDOW_H
#define LEYDEN_RUN_WINDOW_H

#include "propagator/propagator.h"
#include "run/choice.h"

/* May part i of this run be kept in a window? The word of the certificate is the same either way. */
bool ley_window_serves(const ley_choice *choice, const ley_task *task, const ley_model *model, int32_t i);

typedef struct ley_window {
    const ley_choice *choice;
    const ley_task *task;
    const ley_model *model;
    int32_t part;               /* which one it is */
    const ley_generator *whole; /* the part with all excitations: its compact form is what is written */
    const ley_schedule *schedule;
    const double *nodes; /* [n_nodes] ascending times in 0 .. end */
    ley_index n_nodes;
    double *compact;                     /* [n_nodes][whole->n_compact] */
    const ley_complex *battery, *cavity; /* initial state */
    int32_t threads;                     /* that share its loops */
    int (*watch)(void *user, double t);  /* nonzero stops */
    void *user;
} ley_window;

/* propagation: tolerance of the state, results. LEY_ERR_STOPPED when the watch says so. */
ley_status ley_window_evolve(const ley_window *window, ley_propagation *propagation, ley_error *err);

/* When the model has become constant but for changes that move a state by less than `allowed`; INFINITY: never, as
 * far as is known. */
double ley_window_settled(const ley_model *model, double end, double allowed);

#endif
