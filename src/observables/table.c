/* From the vocabulary to numbers. */
#include "core/memory.h"
#include "core/status.h"
#include "observables/battery.h"
#include "observables/bounds.h"
#include "observables/coherence.h"
#include "observables/currents.h"
#include "observables/distance.h"
#include "observables/energy.h"
#include "observables/entropy.h"
#include "observables/purity.h"
#include "observables/spectra.h"

#include <math.h>
#include <string.h>

static double passive(ley_observer *self, ley_count count) {
    double unit = ley_model_battery_energy_frequency(self->generator->model, self->t);
    int32_t cells = self->generator->blocks.cells;
    if (unit >= 0) return unit * ley_passive_energy(cells, self->battery_values, count, self->scratch);
    /* Levels upside down: w0 K = |w0| (N - K) - |w0| N, and every count is symmetric under K -> N - K. */
    return -unit * (ley_passive_energy(cells, self->battery_values, count, self->scratch) - cells);
}

/* Are all rates those of before, times one factor? */
static bool in_proportion(double *factor, const double *rate, const double *before) {
    int largest = 0;
    for (int c = 1; c < LEY_CHANNEL_COUNT; c++)
        if (fabs(before[c]) > fabs(before[largest])) largest = c;
    *factor = before[largest] != 0 ? rate[largest] / before[largest] : 1;
    for (int c = 0; c < LEY_CHANNEL_COUNT; c++)
        if (!(fabs(rate[c] - *factor * before[c]) <= 1e-15 * fabs(rate[c]))) return false;
    return *factor >= 0; /* a bound of negative rates is not the negative bound */
}

/* They take N^3 operations, and are computed once for all rates that stay in proportion. */
static ley_status decay_bounds_for(ley_observer *self, ley_observable what, ley_error *err) {
    const ley_model *model = self->generator->model;
    if (what != LEY_BATTERY_COHERENCE_DECAY_BOUND && what != LEY_BATTERY_SECTOR_DECAY_BOUNDS) return LEY_OK;
    double rate[LEY_CHANNEL_COUNT];
    for (int c = 0; c < LEY_CHANNEL_COUNT; c++) rate[c] = ley_signal_at(&model->rate[c], self->t);
    if (self->decay_bounds && in_proportion(&self->decay_factor, rate, self->decay_rate)) return LEY_OK;
    if (!self->decay_bounds) self->decay_bounds = ley_allocate((size_t)model->cells + 1, sizeof(double));
    if (!self->decay_bounds) return ley_fail(err, LEY_ERR_MEMORY, "observables", "no memory for bounds of decay");
    for (int32_t k = 0; k <= model->cells; k++) self->decay_bounds[k] = ley_charge_decay_bound(model, self->t, k);
    memcpy(self->decay_rate, rate, sizeof rate);
    self->decay_factor = 1;
    return LEY_OK;
}

static ley_status part_value(void *self, double *value, ley_observable part, ley_error *err) {
    return ley_observer_value(self, value, part, err);
}

ley_status ley_observer_value(ley_observer *self, double *value, ley_observable what, ley_error *err) {
    if (ley_observable_is_derived(what) && self->derived)
        return ley_derived_value(self->derived, value, what, self->t, part_value, self, err);
    const ley_model *model = self->generator->model;
    const ley_blocks *blocks = &self->generator->blocks;
    const ley_reduced *reduced = &self->reduced;
    const double t = self->t;
    if (ley_observable_needs_second(what) && !blocks->second)
        return ley_fail(err, LEY_ERR_ARGUMENT, ley_observable_name((ley_index)what), "there is no second run");
    ley_status status = LEY_OK;
    bool whole = false;
    if (self->whole) status = ley_whole_value(self->whole, &whole, value, what, err);
    if (status != LEY_OK || whole) return status;
    status = ley_spectra_for(self, what, err);
    if (status == LEY_OK) status = decay_bounds_for(self, what, err);
    if (status != LEY_OK) return status;
    const double w0 = ley_model_battery_energy_frequency(model, t);
    const double energy = w0 * ley_excitations(blocks, reduced);
    const ley_complex amplitude = reduced->moment[LEY_MOMENT_B_ONE * LEY_MOMENT_CAVITY + LEY_MOMENT_C_A];
    double v = NAN; /* refused below unless a case sets it */
    switch (what) {
    case LEY_BATTERY_ENERGY:
        v = energy;
        break;
    case LEY_BATTERY_ERGOTROPY:
        v = energy - passive(self, LEY_COUNT_GLOBAL);
        break;
    case LEY_BATTERY_ERGOTROPY_COLLECTIVE:
        v = energy - passive(self, LEY_COUNT_COLLECTIVE);
        break;
    case LEY_BATTERY_ERGOTROPY_DICKE:
        v = energy - passive(self, LEY_COUNT_DICKE);
        break;
    case LEY_BATTERY_ERGOTROPY_HYBRID:
        v = energy - passive(self, LEY_COUNT_HYBRID);
        break;
    case LEY_BATTERY_PASSIVE_ENERGY:
    case LEY_BATTERY_LOCKED_ENERGY:
        v = passive(self, LEY_COUNT_GLOBAL);
        break;
    case LEY_BATTERY_ENTROPY:
        v = ley_entropy_blocks(blocks->cells, self->battery_values, 1);
        break;
    case LEY_BATTERY_ENTROPY_DICKE:
        v = ley_entropy_terms(self->battery_values, ley_battery_states(blocks->cells));
        break;
    case LEY_BATTERY_PURITY:
        v = ley_battery_purity(self);
        break;
    case LEY_BATTERY_JZ:
        v = ley_excitations(blocks, reduced) - 0.5 * blocks->cells;
        break;
    case LEY_BATTERY_JPLUS_JMINUS:
        v = ley_jplus_jminus(self);
        break;
    case LEY_BATTERY_COHERENCE_L1:
        v = ley_coherence_l1(self);
        break;
    case LEY_BATTERY_COHERENCE_RELATIVE:
        v = ley_coherence_relative(self);
        break;
    case LEY_BATTERY_BRIGHT_WEIGHT:
        v = ley_block_weight(self, 0);
        break;
    case LEY_BATTERY_BRIGHT_LEAKAGE:
        v = ley_bright_outflow(model, t, ley_population_of, self) -
            ley_bright_return(model, t, ley_population_of, self);
        break;
    case LEY_BATTERY_BRIGHT_OUTFLOW:
        v = ley_bright_outflow(model, t, ley_population_of, self);
        break;
    case LEY_BATTERY_SPIN_CURRENTS:
        if (!isfinite(ley_excitations(blocks, reduced))) break;
        ley_spin_currents(model, t, ley_population_of, self, value);
        return LEY_OK;
    case LEY_BATTERY_COHERENCE_DECAY_BOUND:
        v = INFINITY;
        for (int32_t k = 1; k <= blocks->cells; k++) v = fmin(v, self->decay_factor * self->decay_bounds[k]);
        break;
    case LEY_BATTERY_SECTOR_DECAY_BOUNDS:
        for (int32_t k = 0; k <= blocks->cells; k++) value[k] = self->decay_factor * self->decay_bounds[k];
        return LEY_OK;
    case LEY_BATTERY_SPIN_WEIGHTS:
        if (!isfinite(ley_excitations(blocks, reduced))) break;
        for (int32_t b = 0; b < blocks->n_blocks; b++) value[b] = ley_block_weight(self, b);
        return LEY_OK;
    case LEY_BATTERY_POPULATIONS:
        if (!isfinite(ley_excitations(blocks, reduced))) break;
        ley_level_populations(self, value);
        return LEY_OK;
    case LEY_BATTERY_STATE:
        if (!isfinite(ley_excitations(blocks, reduced))) break;
        ley_battery_elements(self, value);
        return LEY_OK;
    case LEY_CAVITY_ENERGY:
        v = ley_model_cavity_energy_frequency(model, t) * ley_photons(reduced);
        break;
    case LEY_CAVITY_PHOTONS:
        v = ley_photons(reduced);
        break;
    case LEY_CAVITY_ENTROPY:
        v = ley_entropy_terms(self->cavity_values, blocks->levels);
        break;
    case LEY_CAVITY_PURITY:
        v = ley_cavity_purity(self);
        break;
    case LEY_CAVITY_AMPLITUDE_RE:
        v = amplitude.re;
        break;
    case LEY_CAVITY_AMPLITUDE_IM:
        v = amplitude.im;
        break;
    case LEY_CAVITY_TOP_LEVEL:
        v = reduced->cavity[(ley_index)blocks->levels * blocks->levels - 1].re;
        break;
    case LEY_INTERACTION_ENERGY:
        v = ley_interaction_energy(model, blocks, t, reduced);
        break;
    case LEY_SWITCHING_COST:
        v = -ley_interaction_energy(model, blocks, t, reduced);
        break;
    case LEY_TOTAL_ENERGY:
        v = ley_total_energy(model, blocks, t, reduced);
        break;
    case LEY_TOTAL_PURITY:
        v = ley_total_purity(self);
        break;
    case LEY_MUTUAL_INFORMATION:
        v = ley_entropy_blocks(blocks->cells, self->battery_values, 1) +
            ley_entropy_terms(self->cavity_values, blocks->levels) -
            ley_entropy_blocks(blocks->cells, self->joint_values, blocks->levels);
        break;
    case LEY_LOG_NEGATIVITY:
        v = self->log_negativity;
        break;
    case LEY_TRACE_DISTANCE:
        status = ley_trace_distance(self, &v, err);
        if (status != LEY_OK) return status;
        break;
    case LEY_TRACE_DISTANCE_JOINT:
        status = ley_trace_distance_joint(self, &v, err);
        if (status != LEY_OK) return status;
        break;
    case LEY_HEAT:
        v = self->heat;
        break;
    case LEY_POWER:
        v = t > 0 ? energy / t : 0;
        break;
    case LEY_OBSERVABLE_COUNT:
        return ley_fail(err, LEY_ERR_ARGUMENT, "observable", "no such observable");
    }
    if (!isfinite(v))
        return ley_fail(err, LEY_ERR_NUMERIC, ley_observable_name((ley_index)what), "not finite at t = %.6g", t);
    *value = v;
    return LEY_OK;
}
