#include "run/steady_scales.h"

#include <math.h>

double ley_steady_slowest_rate(const ley_model *model) {
    double slowest = INFINITY;
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if (model->rate[channel].value > 0) slowest = fmin(slowest, model->rate[channel].value);
    const ley_telegraph *noise = &model->telegraph;
    for (int32_t i = 0; i < noise->n; i++) {
        const double jumps = noise->process[i].rate_up + noise->process[i].rate_down;
        if (jumps > 0) slowest = fmin(slowest, jumps);
    }
    return slowest;
}

double ley_steady_largest_energy(const ley_model *model) {
    double energy = fabs(ley_model_battery_energy_frequency(model, 0)) * model->cells;
    if (model->levels > 0) energy += fabs(ley_model_cavity_energy_frequency(model, 0)) * model->levels;
    return fmax(1, energy);
}
