/* What symmetry leaves of the state of a battery without cavity. docs/theory/spins.md */
#include "generator/spins_state.h"

#include <math.h>

bool ley_spins_driven(const ley_model *model) {
    return !ley_signal_is_zero(&model->drive_battery);
}

bool ley_battery_is_diagonal(const ley_model *model) {
    return ley_battery_state_is_diagonal(&model->battery_state);
}

int32_t ley_spins_parts(const ley_model *model) {
    return ley_spins_driven(model) || ley_battery_is_diagonal(model) ? 1 : model->cells + 1;
}

bool ley_spins_is_chain(const ley_model *model) {
    if (ley_spins_driven(model) || !ley_model_is_constant(model)) return false;
    for (int channel = LEY_COLLECTIVE_EMISSION; channel < LEY_CHANNEL_COUNT; channel++)
        if (ley_signal_at(&model->rate[channel], 0) < 0) return false;
    return true;
}

int32_t ley_spins_only_block(const ley_model *model) {
    if (model->complete) return -1;
    for (int channel = LEY_LOCAL_EMISSION; channel <= LEY_LOCAL_DEPHASING; channel++)
        if (!ley_signal_is_zero(&model->rate[channel])) return -1;
    switch (model->battery_state.kind) {
    case LEY_BATTERY_DICKE:
        return (model->cells - model->battery_state.two_j) / 2;
    case LEY_BATTERY_GIBBS:
        return -1;
    case LEY_BATTERY_BLOCKS:
        return model->battery_state.given_end == model->battery_state.given_first + 1
                   ? model->battery_state.given_first
                   : -1;
    default:
        return 0;
    }
}

int32_t ley_spins_planes(const ley_model *model, int32_t delta) {
    const ley_battery_state *start = &model->battery_state;
    if (!ley_spins_driven(model)) return delta == 0 || ley_signal_is_constant(&model->battery_frequency) ? 1 : 2;
    if (model->complete || !ley_signal_is_zero(&model->battery_frequency)) return 2;
    return ley_battery_is_diagonal(model) || fabs(cos(start->phi)) < 1e-15 ? 1 : 2;
}

static double length_of(const ley_model *model, int32_t delta) {
    int32_t only = ley_spins_only_block(model);
    double n = 0;
    for (int32_t b = 0; b < ley_spin_blocks(model->cells); b++)
        if (only < 0 || only == b) n += fmax(0, ley_spin_two_j(model->cells, b) + 1 - delta);
    return n;
}

double ley_spins_length(const ley_model *model, int32_t delta) {
    double n = length_of(model, delta);
    for (int32_t k = 1; k <= model->cells && ley_spins_driven(model); k++) n += length_of(model, k);
    return n * ley_spins_planes(model, delta);
}

double ley_spins_battery(const ley_model *model) {
    const int32_t only = ley_spins_only_block(model);
    if (!ley_spins_driven(model) && ley_battery_is_diagonal(model)) return length_of(model, 0);
    double n = 0;
    for (int32_t b = 0; b < ley_spin_blocks(model->cells); b++) {
        double d = ley_spin_two_j(model->cells, b) + 1;
        if (only < 0 || only == b) n += d * d;
    }
    return n;
}

double ley_spins_tables(const ley_model *model) {
    double lines = ley_spins_only_block(model) < 0 ? ley_spin_blocks(model->cells) : 1;
    if (ley_spins_driven(model)) lines *= 0.5 * (model->cells + 2.0);
    double states = 0.25 * (model->cells + 2.0) * (model->cells + 2.0);
    return lines * ley_spins_planes(model, 0) * sizeof(ley_spin_line) +
           states * (3 + LEY_LOCAL_CHANNELS * LEY_SOURCES) * sizeof(double);
}

double ley_spins_fastest(const ley_model *model) {
    const ley_coefficients c = ley_coefficients_at(model, 0);
    double fastest = 0;
    for (int32_t i = 0; i <= model->cells; i++) {
        double down = ley_ladder_minus(model->cells, i), up = ley_ladder_plus(model->cells, i);
        fastest = fmax(fastest, c.rate[LEY_COLLECTIVE_EMISSION] * down * down +
                                    c.rate[LEY_COLLECTIVE_ABSORPTION] * up * up + c.rate[LEY_LOCAL_EMISSION] * i +
                                    c.rate[LEY_LOCAL_ABSORPTION] * (model->cells - i) +
                                    c.rate[LEY_LOCAL_DEPHASING] * model->cells);
    }
    return fastest;
}
