/* linalg: the straight line through points, and how well it is known. Callers: result. */
#ifndef LEYDEN_LINALG_REGRESSION_H
#define LEYDEN_LINALG_REGRESSION_H

#include "leyden.h"

#include <stdbool.h>

typedef struct ley_line { /* y = intercept + slope x; NaN where the points do not say */
    ley_index n;          /* points used */
    double slope, intercept;
    double slope_error, intercept_error; /* standard errors, from the scatter of the points */
    double r_squared;                    /* 1 - sum of squared residuals / sum of squares about the mean */
} ley_line;

/* Least squares over the points i with used[i]. */
ley_line ley_line_through(const double *x, const double *y, const bool *used, ley_index n);

/* t such that a value of Student's distribution lies within -t .. t with probability p; degrees >= 1, else NaN. */
double ley_student_t(double p, ley_index degrees);

#endif
