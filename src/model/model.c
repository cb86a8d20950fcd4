#include "model/model.h"

#include "core/memory.h"

#include <math.h>
#include <string.h>

static const char *const channel_keys[LEY_CHANNEL_COUNT] = {
    [LEY_CAVITY_LOSS] = "noise.cavity.loss",
    [LEY_CAVITY_GAIN] = "noise.cavity.gain",
    [LEY_COLLECTIVE_EMISSION] = "noise.collective.emission",
    [LEY_COLLECTIVE_ABSORPTION] = "noise.collective.absorption",
    [LEY_COLLECTIVE_DEPHASING] = "noise.collective.dephasing",
    [LEY_LOCAL_EMISSION] = "noise.local.emission",
    [LEY_LOCAL_ABSORPTION] = "noise.local.absorption",
    [LEY_LOCAL_DEPHASING] = "noise.local.dephasing",
};

const char *ley_channel_key(ley_channel channel) {
    return (int)channel >= 0 && channel < LEY_CHANNEL_COUNT ? channel_keys[channel] : NULL;
}

void ley_model_init(ley_model *model) {
    memset(model, 0, sizeof *model);
    model->cells = 1;
    model->coupling_switch = ley_signal_constant(1);
}

/* The signals of the generator first, then the two that only measure. */
void ley_model_signals(const ley_model *model, const ley_signal *signals[LEY_MODEL_SIGNALS]) {
    int n = 0;
    signals[n++] = &model->battery_frequency;
    signals[n++] = &model->cavity_frequency;
    signals[n++] = &model->coupling;
    signals[n++] = &model->coupling_switch;
    signals[n++] = &model->drive_cavity;
    signals[n++] = &model->drive_battery;
    for (int i = 0; i < LEY_CHANNEL_COUNT; i++) signals[n++] = &model->rate[i];
    signals[n++] = &model->battery_energy_frequency;
    signals[n++] = &model->cavity_energy_frequency;
}

void ley_model_clear(ley_model *model) {
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    ley_model_signals(model, signals);
    for (int i = 0; i < LEY_MODEL_SIGNALS; i++) ley_signal_clear((ley_signal *)signals[i]);
    if (model->second.battery.given != model->battery_state.given) ley_release(model->second.battery.given);
    ley_release(model->battery_state.given);
    ley_model_init(model);
}

bool ley_model_is_constant(const ley_model *model) {
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    ley_model_signals(model, signals);
    for (int i = 0; i < LEY_MODEL_SIGNALS - 2; i++)
        if (!ley_signal_is_constant(signals[i])) return false;
    return true;
}

ley_model ley_model_of_second(const ley_model *model) {
    ley_model second = *model;
    second.battery_state = model->second.battery;
    second.cavity_state = model->second.cavity;
    second.second.given = false;
    return second;
}

bool ley_model_is_coupled(const ley_model *model) {
    return !ley_signal_is_zero(&model->coupling_switch) &&
           (!ley_signal_is_zero(&model->coupling) ||
            ley_telegraph_moves(&model->telegraph, LEY_TELEGRAPH_COUPLING));
}

bool ley_battery_state_is_diagonal(const ley_battery_state *state) {
    if (state->kind == LEY_BATTERY_BLOCKS) return state->given_diagonal;
    return state->kind != LEY_BATTERY_SPIN_COHERENT || sin(state->theta) == 0;
}

bool ley_battery_state_is_symmetric(const ley_battery_state *state) {
    return state->kind != LEY_BATTERY_RANDOM && state->kind != LEY_BATTERY_ROTATED &&
           state->kind != LEY_BATTERY_SWAPPED;
}

bool ley_model_is_symmetric(const ley_model *model) {
    return !ley_unlike_any(&model->unlike) && ley_battery_state_is_symmetric(&model->battery_state) &&
           (!model->second.given || ley_battery_state_is_symmetric(&model->second.battery));
}

bool ley_model_energy_is_constant(const ley_model *model) {
    if (model->unlike.placed && !(ley_signal_is_constant(&model->rate[LEY_COLLECTIVE_EMISSION]) &&
                                  ley_signal_is_constant(&model->rate[LEY_COLLECTIVE_ABSORPTION])))
        return false; /* the exchange of excitations follows the rates */
    return !ley_telegraph_given(&model->telegraph) && ley_signal_is_constant(&model->battery_frequency) &&
           ley_signal_is_constant(&model->cavity_frequency) && ley_signal_is_constant(&model->coupling) &&
           ley_signal_is_constant(&model->coupling_switch) && ley_signal_is_constant(&model->drive_cavity) &&
           ley_signal_is_constant(&model->drive_battery);
}

bool ley_model_energy_has_slope(const ley_model *model) {
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    ley_model_signals(model, signals);
    for (int i = 0; i < 6; i++) /* frequencies, coupling and switch, drives */
        if (signals[i]->function) return false;
    return !model->unlike.placed ||
           (!model->rate[LEY_COLLECTIVE_EMISSION].function && !model->rate[LEY_COLLECTIVE_ABSORPTION].function);
}

double ley_model_battery_energy_frequency(const ley_model *model, double t) {
    return ley_signal_at(model->battery_energy_given ? &model->battery_energy_frequency : &model->battery_frequency,
                         t);
}

double ley_model_cavity_energy_frequency(const ley_model *model, double t) {
    return ley_signal_at(model->cavity_energy_given ? &model->cavity_energy_frequency : &model->cavity_frequency,
                         t);
}
