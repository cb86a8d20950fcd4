#include "run/sampled.h"

#include <math.h>

double ley_sampled_add(ley_sampled *s, ley_measure measure, double t, double value) {
    if (!isnan(value)) {
        if (!s->begun || value > s->best) {
            s->best = value;
            s->at = t;
        }
        if (s->begun && value > s->last) s->rises += value - s->last;
        s->last = value;
        s->begun = true;
    }
    if (!s->begun) return NAN;
    return measure == LEY_MEASURE_SAMPLED_MAX ? s->best : measure == LEY_MEASURE_SAMPLED_ARGMAX ? s->at : s->rises;
}
