#include "run/difference.h"

#include "run/sampler.h"

#include <math.h>
#include <stdio.h>

static bool is_time(ley_measure measure) {
    return ley_measure_is_numbered(measure) || measure == LEY_MEASURE_BACKFLOW ||
           measure == LEY_MEASURE_BACKFLOWS || measure == LEY_MEASURE_ARGMAX || measure == LEY_MEASURE_ARGMIN ||
           measure == LEY_MEASURE_FIRST_ARGMAX;
}

static void widen(ley_difference *largest, double a, double b, const char *where) {
    double d = fabs(a - b);
    if (!(d > largest->value)) return;
    largest->value = d;
    snprintf(largest->where, sizeof largest->where, "%s", where);
}

ley_difference ley_record_difference(const ley_record *a, const ley_record *b, const ley_task *task) {
    ley_difference largest = {0};
    for (ley_index i = 0; i < a->n_series; i++) {
        if (a->observables[i] == LEY_CAVITY_TOP_LEVEL || ley_observable_is_derived(a->observables[i])) continue;
        const char *name = ley_observable_name((ley_index)a->observables[i]);
        for (ley_index k = 0; k < a->n_times * a->width[i]; k++)
            widen(&largest, a->series[i][k], b->series[i][k], name);
    }
    double t_end = task->times[task->n_times - 1];
    for (ley_index i = 0; i < a->n_measures; i++) {
        const ley_measure_request *request = &a->requests[i];
        if (request->observable == LEY_CAVITY_TOP_LEVEL || ley_observable_is_derived(request->observable)) continue;
        bool other_peak = fabs(a->measures[i] - b->measures[i]) > 1e-3 * t_end;
        if (is_time(request->measure) && other_peak) continue;
        char name[64];
        snprintf(name, sizeof name, "%s(%s)", ley_measure_word(request->measure),
                 ley_observable_name((ley_index)request->observable));
        widen(&largest, a->measures[i], b->measures[i], name);
    }
    const ley_index n = a->battery && b->battery ? (ley_index)ley_final_numbers(a->cells) : 0;
    for (ley_index i = 0; i < n; i++) {
        widen(&largest, a->battery[i].re, b->battery[i].re, "the final state");
        widen(&largest, a->battery[i].im, b->battery[i].im, "the final state");
    }
    return largest;
}
