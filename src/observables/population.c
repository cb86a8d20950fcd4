/* Observables of a diagonal battery state. docs/theory/steady.md */
#include "core/status.h"
#include "observables/bounds.h"
#include "observables/currents.h"
#include "observables/entropy.h"

#include <math.h>
#include <string.h>

static double excitations(int32_t cells, const double *p) {
    double sum = 0;
    for (int32_t b = 0; b < ley_spin_blocks(cells); b++)
        for (int32_t i = 0; i <= ley_spin_two_j(cells, b); i++) sum += (b + i) * *p++;
    return sum;
}

static double purity(int32_t cells, const double *p) {
    double sum = 0;
    for (int32_t b = 0; b < ley_spin_blocks(cells); b++) {
        double square = 0;
        for (int32_t i = 0; i <= ley_spin_two_j(cells, b); i++, p++) square += *p * *p;
        sum += square * exp(-ley_log_multiplicity(cells, ley_spin_two_j(cells, b)));
    }
    return sum;
}

static double jplus_jminus(int32_t cells, const double *p) {
    double sum = 0;
    for (int32_t b = 0; b < ley_spin_blocks(cells); b++) {
        const int32_t two_j = ley_spin_two_j(cells, b);
        for (int32_t i = 0; i <= two_j; i++) sum += (double)i * (two_j - i + 1) * *p++;
    }
    return sum;
}

typedef struct chain_populations {
    int32_t cells;
    const double *p;
} chain_populations;

/* Of block b, behind the b blocks of N + 1, N - 1, .. states. */
static double population_of(const void *self, int32_t b, int32_t i_m) {
    const chain_populations *chain = self;
    return chain->p[(ley_index)b * (chain->cells + 2 - b) + i_m];
}

static double bright_weight(int32_t cells, const double *p) {
    double sum = 0;
    for (int32_t i = 0; i <= cells; i++) sum += p[i];
    return sum;
}

static void weights(int32_t cells, const double *p, double *value) {
    for (int32_t b = 0; b < ley_spin_blocks(cells); b++) {
        value[b] = 0;
        for (int32_t i = 0; i <= ley_spin_two_j(cells, b); i++) value[b] += *p++;
    }
}

static void levels(int32_t cells, const double *p, double *value) {
    memset(value, 0, ((size_t)cells + 1) * sizeof *value);
    for (int32_t b = 0; b < ley_spin_blocks(cells); b++)
        for (int32_t i = 0; i <= ley_spin_two_j(cells, b); i++) value[b + i] += *p++;
}

static void elements(int32_t cells, const double *p, double *value) {
    for (int32_t b = 0; b < ley_spin_blocks(cells); b++) {
        const ley_index d = ley_spin_two_j(cells, b) + 1;
        for (ley_index i = 0; i < d * d; i++, value += 2) {
            value[0] = i % (d + 1) == 0 ? *p++ : 0;
            value[1] = 0;
        }
    }
}

static double ergotropy(const ley_model *model, const double *p, ley_count count, double *scratch) {
    return ley_model_battery_energy_frequency(model, 0) *
           (excitations(model->cells, p) - ley_passive_energy(model->cells, p, count, scratch));
}

ley_status ley_population_value(const ley_model *model, const double *p, double *value, ley_observable what,
                                double *scratch, ley_error *err) {
    const int32_t cells = model->cells;
    const chain_populations chain = {cells, p};
    const double w0 = ley_model_battery_energy_frequency(model, 0); /* >= 0: scenarios refuse anything else */
    switch (what) {
    case LEY_BATTERY_ENERGY:
        *value = w0 * excitations(cells, p);
        break;
    case LEY_BATTERY_ERGOTROPY:
        *value = ergotropy(model, p, LEY_COUNT_GLOBAL, scratch);
        break;
    case LEY_BATTERY_ERGOTROPY_COLLECTIVE:
        *value = ergotropy(model, p, LEY_COUNT_COLLECTIVE, scratch);
        break;
    case LEY_BATTERY_ERGOTROPY_DICKE:
        *value = ergotropy(model, p, LEY_COUNT_DICKE, scratch);
        break;
    case LEY_BATTERY_ERGOTROPY_HYBRID:
        *value = ergotropy(model, p, LEY_COUNT_HYBRID, scratch);
        break;
    case LEY_BATTERY_PASSIVE_ENERGY:
    case LEY_BATTERY_LOCKED_ENERGY:
        *value = w0 * ley_passive_energy(cells, p, LEY_COUNT_GLOBAL, scratch);
        break;
    case LEY_BATTERY_ENTROPY:
        *value = ley_entropy_blocks(cells, p, 1);
        break;
    case LEY_BATTERY_ENTROPY_DICKE:
        *value = 0;
        for (int32_t b = 0; b < ley_spin_blocks(cells); b++) {
            *value += ley_entropy_terms(p, ley_spin_two_j(cells, b) + 1);
            p += ley_spin_two_j(cells, b) + 1;
        }
        break;
    case LEY_BATTERY_PURITY:
    case LEY_TOTAL_PURITY:
        *value = purity(cells, p);
        break;
    case LEY_BATTERY_JZ:
        *value = excitations(cells, p) - 0.5 * cells;
        break;
    case LEY_BATTERY_JPLUS_JMINUS:
        *value = jplus_jminus(cells, p);
        break;
    case LEY_BATTERY_COHERENCE_L1:
    case LEY_BATTERY_COHERENCE_RELATIVE:
        *value = 0;
        break;
    case LEY_BATTERY_BRIGHT_WEIGHT:
        *value = bright_weight(cells, p);
        break;
    case LEY_BATTERY_BRIGHT_LEAKAGE:
        *value = ley_bright_outflow(model, 0, population_of, &chain) -
                 ley_bright_return(model, 0, population_of, &chain);
        break;
    case LEY_BATTERY_BRIGHT_OUTFLOW:
        *value = ley_bright_outflow(model, 0, population_of, &chain);
        break;
    case LEY_BATTERY_SPIN_CURRENTS:
        ley_spin_currents(model, 0, population_of, &chain, value);
        break;
    case LEY_BATTERY_COHERENCE_DECAY_BOUND:
        *value = ley_coherence_decay_bound(model, 0);
        break;
    case LEY_BATTERY_SECTOR_DECAY_BOUNDS:
        for (int32_t k = 0; k <= cells; k++) value[k] = ley_charge_decay_bound(model, 0, k);
        break;
    case LEY_BATTERY_SPIN_WEIGHTS:
        weights(cells, p, value);
        break;
    case LEY_BATTERY_POPULATIONS:
        levels(cells, p, value);
        break;
    case LEY_BATTERY_STATE:
        elements(cells, p, value);
        break;
    case LEY_TOTAL_ENERGY:
        *value = ley_signal_at(&model->battery_frequency, 0) * excitations(cells, p);
        break;
    default:
        return ley_fail(err, LEY_ERR_ARGUMENT, ley_observable_name((ley_index)what),
                        "not a number of a battery by itself");
    }
    return LEY_OK;
}
