#include "run/cutoff.h"

#include "basis/spin.h"

#include <math.h>

enum { LEVELS_MAX = 1000000 };

/* ln of the weight of K excitations in the battery, of n photons in the cavity, at the start. */
static double battery_log_weight(const ley_model *model, int32_t k) {
    const ley_battery_state *state = &model->battery_state;
    double n = model->cells;
    switch (state->kind) {
    case LEY_BATTERY_GROUND:
        return k == 0 ? 0 : -INFINITY;
    case LEY_BATTERY_EXCITED:
        return k == model->cells ? 0 : -INFINITY;
    case LEY_BATTERY_DICKE:
        return 2 * k == model->cells + state->two_m ? 0 : -INFINITY;
    case LEY_BATTERY_SPIN_COHERENT: {
        double up = fabs(cos(0.5 * state->theta)), down = fabs(sin(0.5 * state->theta));
        double weight = ley_log_binomial(model->cells, k);
        if (k > 0) weight += 2 * k * log(up);
        if (k < model->cells) weight += 2 * (n - k) * log(down);
        return weight;
    }
    case LEY_BATTERY_GIBBS:
        return ley_log_binomial(model->cells, k) + (k > 0 ? k * log(state->q) : 0) - n * log1p(state->q);
    }
    return -INFINITY;
}

/* Mean of the photon number at the start, and the smallest count whose tail weighs less than `tail`. */
static int32_t cavity_levels(const ley_cavity_state *state, double tail) {
    switch (state->kind) {
    case LEY_CAVITY_FOCK:
        return state->photons + 1;
    case LEY_CAVITY_COHERENT: {
        double mean = state->alpha.re * state->alpha.re + state->alpha.im * state->alpha.im;
        if (mean == 0) return 1;
        /* Weights beyond n >= mean fall faster than geometrically with ratio mean / (n + 1). */
        for (int32_t n = (int32_t)mean + 1;; n++) {
            double weight = exp(n * log(mean) - mean - lgamma(n + 1.0)), ratio = mean / (n + 1);
            if ((ratio < 1 && weight / (1 - ratio) < tail) || n >= LEVELS_MAX) return n;
        }
    }
    case LEY_CAVITY_THERMAL:
        if (state->nbar == 0) return 1;
        return (int32_t)fmin(LEVELS_MAX, ceil(log(tail) / log(state->nbar / (1 + state->nbar))));
    }
    return 1;
}

ley_cutoff ley_cutoff_of_start(const ley_model *model, double tolerance) {
    const double tail = 1e-3 * tolerance;
    int32_t photons = cavity_levels(&model->cavity_state, tail);
    bool bounded = model->cavity_state.kind == LEY_CAVITY_FOCK ||
                   (model->cavity_state.kind == LEY_CAVITY_COHERENT && photons == 1) ||
                   (model->cavity_state.kind == LEY_CAVITY_THERMAL && photons == 1);
    bool coupled = !ley_signal_is_zero(&model->coupling) && !ley_signal_is_zero(&model->coupling_switch);
    bool added = !ley_signal_is_zero(&model->drive_cavity) || !ley_signal_is_zero(&model->rate[LEY_CAVITY_GAIN]) ||
                 (coupled && (model->counter_rotating != 0 || !ley_signal_is_zero(&model->drive_battery) ||
                              !ley_signal_is_zero(&model->rate[LEY_LOCAL_ABSORPTION]) ||
                              !ley_signal_is_zero(&model->rate[LEY_COLLECTIVE_ABSORPTION])));
    int32_t excitations = 0; /* that the battery can hand over */
    if (coupled) {
        bool fully = false;
        excitations = model->cells;
        while (excitations > 0 && !fully) {
            double weight = battery_log_weight(model, excitations);
            fully = weight > log(tail) - log(model->cells + 1.0);
            if (!fully) {
                if (weight > -INFINITY) bounded = false;
                excitations--;
            }
        }
    }
    ley_cutoff cutoff = {.levels = photons + excitations, .exact = bounded && !added};
    if (added) cutoff.levels = (int32_t)(1.2 * cutoff.levels) + 6;
    if (cutoff.levels < 2) cutoff.levels = 2;
    if (cutoff.levels > LEVELS_MAX) cutoff.levels = LEVELS_MAX;
    return cutoff;
}

int32_t ley_cutoff_grow(int32_t levels) {
    return levels + (levels / 3 > 4 ? levels / 3 : 4);
}

int32_t ley_cutoff_check(int32_t levels) {
    return levels + (levels / 6 > 3 ? levels / 6 : 3);
}
