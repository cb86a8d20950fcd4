#include "model/signal.h"

#include "model/curve.h"

#include <math.h>

bool ley_signal_is_constant(const ley_signal *signal) {
    if (signal->function || signal->curve) return false;
    return !signal->expression || ley_expression_is_constant(signal->expression);
}

bool ley_signal_is_zero(const ley_signal *signal) {
    return ley_signal_is_constant(signal) && ley_signal_at(signal, 0) == 0;
}

double ley_signal_at(const ley_signal *signal, double t) {
    if (signal->function) return signal->function(signal->user, t);
    if (signal->curve) return signal->curve->class->at(signal->curve, t);
    return signal->expression ? ley_expression_at(signal->expression, t) : signal->value;
}

size_t ley_signal_signature(const ley_signal *signal, double *numbers, size_t room) {
    if (signal->function || signal->curve || !signal->expression) return 0;
    return ley_expression_signature(signal->expression, numbers, room);
}

double ley_signal_slope(const ley_signal *signal, double t) {
    if (signal->function) return NAN;
    if (signal->curve) return signal->curve->class->slope(signal->curve, t);
    return signal->expression ? ley_expression_slope(signal->expression, t) : 0;
}

bool ley_signal_settles(const ley_signal *signal) {
    if (signal->function || signal->curve) return false;
    return !signal->expression || ley_expression_settles(signal->expression);
}

double ley_signal_turns(const ley_signal *signal, double duration) {
    if (signal->function || signal->curve) return INFINITY;
    return signal->expression ? ley_expression_turns(signal->expression, duration) : 0;
}

ley_status ley_signal_features(const ley_signal *signal, ley_feature **features, size_t *n_features,
                               size_t *capacity, ley_error *err) {
    if (signal->function) return LEY_OK;
    if (signal->curve) return signal->curve->class->features(signal->curve, features, n_features, capacity, err);
    return signal->expression ? ley_expression_features(signal->expression, features, n_features, capacity, err)
                              : LEY_OK;
}

void ley_signal_clear(ley_signal *signal) {
    ley_expression_destroy(signal->expression);
    if (signal->curve) signal->curve->class->destroy(signal->curve);
    *signal = ley_signal_constant(0);
}
