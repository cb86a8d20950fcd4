/* expression: a function of one variable known by its values: on each piece of an interval a Chebyshev series, of
 * which a straight line is the shortest. Callers: expression (evaluates), scenario (reads). */
#ifndef LEYDEN_EXPRESSION_SAMPLES_H
#define LEYDEN_EXPRESSION_SAMPLES_H

#include "leyden.h"

enum { LEY_SAMPLES_TERMS = 64 }; /* of a series, at most */

/* Piece i is begin[i] <= x < begin[i + 1], sum over k of coefficient[i * terms + k] T_k(u), u from -1 to 1 on it.
 * The last piece holds its end as well. */
typedef struct ley_samples {
    const char *name;
    ley_index n;               /* pieces, 1 or more */
    int32_t terms;             /* of each series; shorter ones end with zeros */
    const double *begin;       /* [n + 1], ascending */
    const double *coefficient; /* [n][terms] */
} ley_samples;

/* NaN outside begin[0] .. begin[n], but for what rounding does to the ends. */
double ley_samples_at(const ley_samples *samples, double x);
double ley_samples_slope(const ley_samples *samples, double x);

#endif
