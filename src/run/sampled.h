/* run: measures of the values at the output times alone. Caller: measures. */
#ifndef LEYDEN_RUN_SAMPLED_H
#define LEYDEN_RUN_SAMPLED_H

#include "model/vocabulary.h"

#include <stdbool.h>

typedef struct ley_sampled { /* zeroed: no value seen */
    bool begun;
    double best, at, last, rises;
} ley_sampled;

/* The next value; NaN, where a derived quantity has none, is passed over. Gives the measure so far. */
double ley_sampled_add(ley_sampled *sampled, ley_measure measure, double t, double value);

#endif
