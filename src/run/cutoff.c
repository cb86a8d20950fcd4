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
    case LEY_BATTERY_BLOCKS: {
        const ley_complex *block = state->given;
        double weight = 0;
        for (int32_t b = 0; b < ley_spin_blocks(model->cells); b++) {
            const ley_index d = ley_spin_two_j(model->cells, b) + 1, i = k - b;
            if (i >= 0 && i < d) weight += block[i * (d + 1)].re;
            block += d * d;
        }
        return weight > 0 ? log(weight) : -INFINITY;
    }
    case LEY_BATTERY_RANDOM: /* at most */
    case LEY_BATTERY_ROTATED:
    case LEY_BATTERY_SWAPPED:
        return 0;
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

static bool adds_excitations(const ley_model *model, bool coupled) {
    if (!ley_signal_is_zero(&model->drive_cavity) || !ley_signal_is_zero(&model->rate[LEY_CAVITY_GAIN]))
        return true;
    return coupled && (model->counter_rotating != 0 || !ley_signal_is_zero(&model->drive_battery) ||
                       !ley_signal_is_zero(&model->rate[LEY_LOCAL_ABSORPTION]) ||
                       !ley_signal_is_zero(&model->rate[LEY_COLLECTIVE_ABSORPTION]));
}

/* Excitations that the battery can hand over, but for a weight of `tail`; *all: nothing is left out. */
static int32_t battery_excitations(const ley_model *model, double tail, bool *all) {
    *all = true;
    for (int32_t k = model->cells; k > 0; k--) {
        double weight = battery_log_weight(model, k);
        if (weight > log(tail) - log(model->cells + 1.0)) return k;
        if (weight > -INFINITY) *all = false;
    }
    return 0;
}

static ley_cutoff cutoff_of_one(const ley_task *task, const ley_model *model) {
    const double tolerance = task->numerics.tolerance;
    const bool coupled = ley_model_is_coupled(model);
    const bool added = adds_excitations(model, coupled), coherent = model->cavity_state.kind == LEY_CAVITY_COHERENT;
    ley_cutoff cutoff = {0};
    double tail = 1e-3 * tolerance;
    if (!added) {
        /* A start that loses the weight `tail` is off by 2 tail in trace norm, or by 2 sqrt(tail) where the lost
         * levels were coherent with the others. Everything afterwards can only shrink that distance. Half of what
         * is allowed goes into coherences that the sectors of a coherent start leave out, twice each. */
        ley_model guess = *model;
        guess.levels = cavity_levels(&model->cavity_state, tail) + model->cells;
        double distance = 0.5 * tolerance / ley_sensitivity(task, &guess);
        tail = coherent ? 0.0625 * distance * distance : 0.5 * distance;
        cutoff.effect = 0.5 * tolerance;
    }
    int32_t photons = cavity_levels(&model->cavity_state, tail), excitations = 0;
    bool all = true;
    if (coupled) excitations = battery_excitations(model, added ? tail : 0, &all);
    if (model->cavity_state.kind == LEY_CAVITY_FOCK || photons == 1) cutoff.effect = 0;
    cutoff.proved = !added && all;
    cutoff.levels = photons + excitations;
    if (cutoff.proved && coherent) cutoff.coherences = sqrt(tail) / cutoff.levels;
    if (added) cutoff.levels = (int32_t)(1.2 * cutoff.levels) + 6;
    if (cutoff.levels < 2) cutoff.levels = 2;
    if (cutoff.levels > LEVELS_MAX) cutoff.levels = LEVELS_MAX;
    return cutoff;
}

ley_cutoff ley_cutoff_of_start(const ley_task *task) {
    ley_cutoff cutoff = cutoff_of_one(task, &task->model);
    if (task->model.second.given) { /* both starts have to fit */
        const ley_model second = ley_model_of_second(&task->model);
        const ley_cutoff other = cutoff_of_one(task, &second);
        if (other.levels > cutoff.levels) cutoff.levels = other.levels;
        cutoff.proved = cutoff.proved && other.proved;
        cutoff.effect = fmax(cutoff.effect, other.effect);
        cutoff.coherences = 0;
    }
    return cutoff;
}

ley_cutoff ley_cutoff_of_fluctuations(const ley_task *task) {
    const double tolerance = task->numerics.tolerance;
    const ley_model *model = &task->model;
    /* About a third of a photon moves about the mean; weights fall by a factor five or so a level. Where nothing
     * but the exchange acts, cells and cavity stay in phase, and more of it moves the more cells there are. */
    const double tail = 1e-3 * tolerance;
    int32_t photons =
        model->cavity_state.kind == LEY_CAVITY_COHERENT ? 1 : cavity_levels(&model->cavity_state, tail);
    ley_cutoff cutoff = {.levels = photons + (int32_t)ceil(-log(tolerance) / log(5.0)) + 3};
    if (model->counter_rotating == 0 && model->cells > 8) cutoff.levels += model->cells > 24 ? 8 : 4;
    cutoff.levels = (cutoff.levels + 3) / 4 * 4; /* rows are stored in fours */
    return cutoff;
}

int32_t ley_cutoff_grow(int32_t levels) {
    return levels + (levels / 3 > 4 ? levels / 3 : 4);
}

int32_t ley_cutoff_check(int32_t levels) {
    return levels + (levels / 6 > 3 ? levels / 6 : 3);
}
