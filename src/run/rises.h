/* run: by how much a function of time rises in all, and when. In: its maxima and its minima (run/extremes.h). Out:
 * sums over the intervals in which it rises. Knows nothing of batteries. Callers: measures, divisibility. */
#ifndef LEYDEN_RUN_RISES_H
#define LEYDEN_RUN_RISES_H

#include "run/extremes.h"

typedef struct ley_rises {
    double sum;      /* of all rises */
    double duration; /* of the intervals of rise, from the lowest to the highest point of each */
    int32_t count;
    double begin, end; /* of the rise that was asked for; NaN: there are not so many */
} ley_rises;

/* up has followed the function, down its negative, both with `every` set, both to the end. A rise or a fall that
 * does not exceed `least` is not told from constancy. which: a rise, from 1. */
ley_rises ley_rises_between(const ley_extremes *up, const ley_extremes *down, double least, int32_t which);

#endif
