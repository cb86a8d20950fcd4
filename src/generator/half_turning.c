/* The half in a frame that rotates with the cavity although counter-rotating terms act. docs/theory/half.md */
#include "generator/half_state.h"

#include <math.h>

/* Of what mixes states over the frequencies: beyond it the terms that turn cost as much as they save. */
static const double weak = 0.6;

bool ley_half_may_turn(const ley_model *model) {
    if (model->counter_rotating != 1 || model->complete || model->cavity_state.kind != LEY_CAVITY_COHERENT ||
        !ley_signal_is_constant(&model->cavity_frequency) || !ley_signal_is_constant(&model->battery_frequency) ||
        !ley_signal_is_constant(&model->coupling))
        return false;
    const double w =
        fmin(fabs(ley_signal_at(&model->cavity_frequency, 0)), fabs(ley_signal_at(&model->battery_frequency, 0)));
    const double field =
        fmax(sqrt(model->cells), hypot(model->cavity_state.alpha.re, model->cavity_state.alpha.im));
    return w > 0 && 2 * fabs(ley_signal_at(&model->coupling, 0)) * field <= weak * w;
}

void ley_half_turn(ley_generator *generator) {
    ley_half *s = (ley_half *)generator;
    s->frame = ley_signal_at(&generator->model->cavity_frequency, 0);
    s->turning = true;
}
