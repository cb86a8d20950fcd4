/* result: the shape of a result file, in memory: axes, times, names, widths. In: a scenario, or a file. Out: what
 * the writer creates and the reader offers. docs/formats/result.md describes the same thing for people. */
#ifndef LEYDEN_RESULT_LAYOUT_H
#define LEYDEN_RESULT_LAYOUT_H

#include "leyden.h"
#include "scenario/fit.h"

#include <stdbool.h>
#include <stdint.h>

/* Readers refuse a larger number; a change that old readers survive keeps it. */
enum { LEY_RESULT_FORMAT = 1 };

typedef enum ley_point_status {
    LEY_POINT_PENDING,
    LEY_POINT_DONE,
    LEY_POINT_FAILED, /* the error text says why; rows reached stay */
    LEY_POINT_PARTIAL /* interrupted; rows reached stay */
} ley_point_status;

typedef struct ley_layout_axis {
    char *name;
    ley_index n;
    double *values; /* [n] */
    char **labels;  /* [n] words of the axis, NULL for an axis of numbers */
} ley_layout_axis;

typedef struct ley_layout_series {
    char *name, *unit;
    ley_index width; /* numbers a row: the largest over the points */
    char *dimension; /* name of the second dimension, NULL for a scalar: "spin_block", "energy_level" */
} ley_layout_series;

typedef struct ley_layout_measure {
    char *name, *unit;
} ley_layout_measure;

typedef struct ley_layout_fit {
    char *name;
    ley_fit_model model;
    ley_index axis, measure; /* x, y */
    double from, to;         /* of x; infinite: no bound */
    bool mad;                /* leave out outliers */
} ley_layout_fit;

/* Of an optimisation, whose one axis is `evaluation`: its first measures are the variables, `objective`, and how
 * far each condition is overshot; those of the runs follow. */
typedef struct ley_layout_search {
    char *goal;      /* "maximize", "minimize"; NULL: no optimisation */
    char *objective; /* the formula */
    ley_index n_variables, n_constraints;
    bool finished; /* no further evaluation is wanted; points are only those computed */
} ley_layout_search;
#define LEY_SEARCH_SLACK 1e-6 /* a condition may be overshot by so much */

typedef struct ley_layout {
    ley_index n_axes;
    ley_layout_axis *axes; /* the last runs fastest */
    ley_index n_points;    /* product of the axes; 1 without any */
    bool steady;           /* steady states: one row for each point, no /time */
    ley_index n_times;     /* the largest over the points; 1 of steady states */
    bool time_varies;      /* the points have different output times */
    double *times; /* [n_times], or [n_points][n_times] padded with NaN when they differ; infinity if steady */
    ley_index n_series;
    ley_layout_series *series;
    ley_index n_measures;
    ley_layout_measure *measures;
    ley_index n_fits;
    ley_layout_fit *fits;
    int32_t cells;         /* of a single run, whose final battery blocks are kept; 0: none are */
    int32_t shard, shards; /* from 1; 1, 1: everything */
    char *scenario;        /* the text as read, settings included */
    char *title;           /* "" when there is none */
    char *version;         /* of the leyden that began the file */
    char *representation;  /* numerics: of all points, joined by ", " where they differ */
    char *propagator;
    double tolerance; /* the smallest over the points */
    ley_layout_search search;
} ley_layout;

void ley_layout_clear(ley_layout *layout);
/* Is this point computed in this shard? */
static inline bool ley_layout_has_point(const ley_layout *layout, ley_index point) {
    return point % layout->shards == layout->shard - 1;
}
/* The index along each axis of a point. */
void ley_layout_place(const ley_layout *layout, ley_index point, ley_index *index);
/* Output times of a point: [n_times]; fewer than layout->n_times where the rest is NaN. */
const double *ley_layout_times(const ley_layout *layout, ley_index point, ley_index *n_times);

#endif
