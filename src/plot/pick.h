/* plot: numbers of a result along one axis, chosen by words. Callers: compose.c. */
#ifndef LEYDEN_PLOT_PICK_H
#define LEYDEN_PLOT_PICK_H

#include "result/result.h"
#include "scenario/sketch.h"

enum { LEY_PICK_AXES = 32, LEY_PICK_TIME = -1 };

typedef struct ley_quantity {
    bool is_measure, over_time;
    ley_index i, component;
    bool is_fit; /* then i is the fit, and the two below */
    ley_index fit_axis;
    char number[32]; /* exponent */
} ley_quantity;

typedef struct ley_slice {
    const ley_result *result;
    ley_index at[LEY_PICK_AXES]; /* along each axis; -1: free */
    double time;                 /* NaN: free */
    bool absent;                 /* a value that the sweep does not have */
} ley_slice;

ley_status ley_pick_quantity(ley_quantity *quantity, const ley_result *result, const char *name,
                             const ley_node *node, ley_error *err);
/* A fit of the result by its name. */
ley_status ley_pick_fit(ley_quantity *quantity, const ley_result *result, const char *name, const ley_node *node,
                        ley_error *err);
/* One number of a fit at a place. */
ley_status ley_pick_fitted(double *value, const ley_slice *slice, const ley_quantity *quantity, const char *number,
                           ley_index along, ley_index k, const ley_node *node, ley_error *err);
/* Holds the axes named; an axis with several values, and `each`, stay free. strict: an absent value is an error. */
ley_status ley_pick_slice(ley_slice *slice, const ley_result *result, const ley_sketch_place *where,
                          ley_index n_where, bool strict, const ley_node *node, ley_error *err);
/* Axes of more than one value that are still free, but for `except`; the first two into first. */
ley_index ley_pick_free(const ley_slice *slice, ley_index except, ley_index first[2]);
/* Numbers along an axis of n values, or along LEY_PICK_TIME: then *n is the rows reached. values: [n], made here;
 * release with ley_release. quantity NULL: the axis or the times themselves. */
ley_status ley_pick_numbers(double **values, ley_index *n, const ley_slice *slice, const ley_quantity *quantity,
                            ley_index along, const ley_node *node, ley_error *err);

#endif
