/* model: a number that may depend on time: a constant, an expression of t, a curve (model/curve.h), or (from C) a
 * function. */
#ifndef LEYDEN_MODEL_SIGNAL_H
#define LEYDEN_MODEL_SIGNAL_H

#include "expression/expression.h"

#include <stdbool.h>

typedef double (*ley_function)(void *user, double t);

typedef struct ley_curve ley_curve;

typedef struct ley_signal {
    double value;               /* when all pointers are NULL */
    ley_expression *expression; /* owned by the model */
    ley_curve *curve;           /* owned by the model */
    ley_function function;      /* borrowed, with its user */
    void *user;
} ley_signal;

static inline ley_signal ley_signal_constant(double value) {
    return (ley_signal){.value = value};
}
bool ley_signal_is_constant(const ley_signal *signal);
bool ley_signal_is_zero(const ley_signal *signal); /* constant and zero */
double ley_signal_at(const ley_signal *signal, double t);
/* After the features that it tells of, the signal keeps its value; false also where that is not known. */
bool ley_signal_settles(const ley_signal *signal);
/* ley_expression_turns; INFINITY of curves and functions */
double ley_signal_turns(const ley_signal *signal, double duration);
/* ley_expression_signature; 0 of curves and functions */
size_t ley_signal_signature(const ley_signal *signal, double *numbers, size_t room);
double ley_signal_slope(const ley_signal *signal, double t); /* derivative; NaN of a function */
/* Appends what is known of where the signal lives, as ley_expression_features. */
ley_status ley_signal_features(const ley_signal *signal, ley_feature **features, size_t *n_features,
                               size_t *capacity, ley_error *err);
void ley_signal_clear(ley_signal *signal);

/* A schedule: the times at which a step must end, ascending, first = begin, last = end of the run, and the largest
 * step allowed in each interval. Built from the declared shapes and, for other time dependence, from an adaptive
 * look at the signal on [begin, end] that finds every feature wider than about a thousandth of the run. */
typedef struct ley_schedule {
    double *times;    /* [n + 1] */
    double *max_step; /* [n] */
    ley_index n;
} ley_schedule;
ley_status ley_schedule_create(ley_schedule *schedule, const ley_signal *const *signals, ley_index n_signals,
                               double begin, double end, ley_error *err);
/* The part of it between two times, n = 0 where there is none; cleared by the caller also on failure. */
ley_status ley_schedule_between(ley_schedule *part, const ley_schedule *all, double from, double until,
                                ley_error *err);
void ley_schedule_clear(ley_schedule *schedule);

#endif
