/* run: where a function of time that is only sampled is largest, refined between the samples. In: samples in order
 * and a way to evaluate between them. Out: values and times of maxima. Knows nothing of batteries. Callers:
 * measures, divisibility.
 */
#ifndef LEYDEN_RUN_EXTREMES_H
#define LEYDEN_RUN_EXTREMES_H

#include "leyden.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct ley_extreme {
    double t, value;
    double *beside; /* [n_beside] other quantities at that time */
} ley_extreme;

/* The function, valid between the last sample but two and the last one. beside may be NULL. */
typedef ley_status (*ley_extreme_function)(void *user, double t, double *value, double *beside, ley_error *err);

/* Follows one function; to find minima give it -f. */
typedef struct ley_extremes {
    double tolerance; /* two values closer than this count as equal: the earlier one wins */
    ley_extreme_function function;
    void *user;
    size_t n_beside;
    bool every; /* keep all maxima and end points, not only those that may be the largest; set after init */
    double t[3], value[3]; /* the last samples, newest at n_samples - 1 */
    int n_samples;
    double lowest;      /* since the last confirmed maximum; for `first` */
    ley_extreme *found; /* maxima that may still be the largest, in order of time */
    size_t n_found, capacity;
    ley_extreme first; /* first local maximum, higher than its surroundings by more than the tolerance */
    bool first_pending, first_done;
} ley_extremes;

void ley_extremes_init(ley_extremes *extremes, double tolerance, size_t n_beside, ley_extreme_function function,
                       void *user);
void ley_extremes_clear(ley_extremes *extremes);
/* The next sample; t ascends. A maximum that the last three samples enclose is refined at once. */
ley_status ley_extremes_sample(ley_extremes *extremes, double t, double value, ley_error *err);
/* The function jumps here, or ends: the last sample is an end point, the next one a new beginning. */
ley_status ley_extremes_break(ley_extremes *extremes, ley_error *err);
/* After the last break. The largest value, the earliest of equals. NULL without samples. */
const ley_extreme *ley_extremes_largest(const ley_extremes *extremes);
/* The first local maximum inside the run; if there is none, the largest value. */
const ley_extreme *ley_extremes_first(const ley_extremes *extremes);

#endif
