#include "generator/populated.h"

#include "basis/blocks.h"

static bool is_zero(const ley_model *model, ley_channel channel) {
    return ley_signal_is_zero(&model->rate[channel]);
}

bool ley_has_local_channels(const ley_model *model) {
    return !is_zero(model, LEY_LOCAL_EMISSION) || !is_zero(model, LEY_LOCAL_ABSORPTION) ||
           !is_zero(model, LEY_LOCAL_DEPHASING);
}

void ley_populated_blocks(const ley_model *model, int32_t *first, int32_t *end) {
    const ley_battery_state *state = &model->battery_state;
    const bool fixed = !ley_has_local_channels(model) && !model->complete;
    *first = 0;
    *end = 1;
    if (!fixed || (state->kind == LEY_BATTERY_GIBBS && state->q != 0)) *end = ley_spin_blocks(model->cells);
    if (fixed && state->kind == LEY_BATTERY_DICKE) {
        *first = (model->cells - state->two_j) / 2;
        *end = *first + 1;
    }
    if (fixed && state->kind == LEY_BATTERY_BLOCKS) {
        *first = state->given_first;
        *end = state->given_end;
    }
}
