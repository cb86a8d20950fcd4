#include "model/signal.h"

bool ley_signal_is_constant(const ley_signal *signal) {
    if (signal->function) return false;
    return !signal->expression || ley_expression_is_constant(signal->expression);
}

bool ley_signal_is_zero(const ley_signal *signal) {
    return ley_signal_is_constant(signal) && ley_signal_at(signal, 0) == 0;
}

double ley_signal_at(const ley_signal *signal, double t) {
    if (signal->function) return signal->function(signal->user, t);
    return signal->expression ? ley_expression_at(signal->expression, t) : signal->value;
}

void ley_signal_clear(ley_signal *signal) {
    ley_expression_destroy(signal->expression);
    *signal = ley_signal_constant(0);
}
