/* result: fits along an axis of a sweep. In: what is fitted, the numbers of all points. Out: parameters with 95 %
 * confidence intervals, one set for every combination of the other axes, and which points were left out.
 * docs/formats/scenario.md says how. Callers: this folder, papers. */
#ifndef LEYDEN_RESULT_FIT_H
#define LEYDEN_RESULT_FIT_H

#include "core/text.h"
#include "result/layout.h"

/* Numbers of a fit, by place: the parameter of x, its bounds, the other parameter, its bounds, R^2, points used. */
enum { LEY_FIT_QUANTITIES = 8, LEY_FIT_QUANTITY_NAME = 32, LEY_FIT_R_SQUARED = 6, LEY_FIT_POINTS = 7 };
void ley_fit_quantity(char name[LEY_FIT_QUANTITY_NAME], ley_fit_model model, int i); /* "exponent_low" */

typedef enum ley_fit_use { /* of a point */
                           LEY_FIT_USED,
                           LEY_FIT_OUTSIDE,  /* the range of x */
                           LEY_FIT_OUTLIER,  /* by the rule for outliers */
                           LEY_FIT_NO_VALUE, /* no number, or not positive where its logarithm is taken */
                           LEY_FIT_WAITS     /* not computed, or failed: nothing is fitted */
} ley_fit_use;

typedef struct ley_fit {
    double (*value)[LEY_FIT_QUANTITIES]; /* [lines] of every combination of the other axes, the last fastest */
    uint8_t *use;                        /* [n_points] ley_fit_use */
    ley_index n_lines;
} ley_fit;

/* y and status: [n_points], one number a point, and its ley_point_status. -1: no memory. */
int ley_fit_create(ley_fit *fit, const ley_layout *layout, const ley_layout_fit *what, const double *y,
                   const uint8_t *status);
void ley_fit_clear(ley_fit *fit);
/* The line that a point lies on, and the point k along a line. */
ley_index ley_fit_line_of(const ley_layout *layout, const ley_layout_fit *what, ley_index point);
ley_index ley_fit_point_of(const ley_layout *layout, const ley_layout_fit *what, ley_index line, ley_index k);

/* "N = 3 outlier, N = 4 outside the range" */
void ley_fit_left_out(ley_text *text, const ley_layout *layout, const ley_layout_fit *what, const ley_fit *fit,
                      ley_index line);

#endif
