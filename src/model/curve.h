/* model: signals that are more than one expression: pieces in turn, or a table. Callers: scenario makes them,
 * signal.c evaluates them. */
#ifndef LEYDEN_MODEL_CURVE_H
#define LEYDEN_MODEL_CURVE_H

#include "model/signal.h"

typedef struct ley_curve_class {
    double (*at)(const ley_curve *curve, double t);
    double (*slope)(const ley_curve *curve, double t);
    ley_status (*features)(const ley_curve *curve, ley_feature **features, size_t *n_features, size_t *capacity,
                           ley_error *err);
    void (*destroy)(ley_curve *curve);
} ley_curve_class;

struct ley_curve { /* first member of every curve */
    const ley_curve_class *class;
};

/* Piece i from begin[i] on, until begin[i + 1]; begin[0] counts from the start of the run. The pieces are taken
 * over, and zeroed, on success. */
ley_status ley_curve_pieces(ley_signal *signal, const double *begin, ley_signal *pieces, int32_t n, ley_error *err);

/* signal + shift[i] from begin[i] on; begin[0] counts from the start of the run. signal is borrowed. */
ley_status ley_curve_moved(ley_signal *moved, const ley_signal *signal, const double *begin, const double *shift,
                           int32_t n, ley_error *err);

#endif
