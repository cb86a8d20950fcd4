#include "observables/closed_form.h"

#include "basis/spin.h"
#include "core/memory.h"
#include "core/status.h"
#include "generator/chain.h"
#include "observables/observables.h"

/* Each spin is geometric in alpha and keeps the weight of the start (Eq. 23; of a Gibbs start that is Eqs. 87, 88).
 * *bright: everything is in j = N/2. */
static void populations(double *p, bool *bright, const ley_chain *chain, const ley_battery_state *start,
                        double alpha) {
    ley_chain_start(chain, start, p);
    *bright = true;
    for (int32_t b = 0; b < chain->n_blocks; b++) {
        const int32_t two_j = ley_spin_two_j(chain->cells, b);
        double *block = p + chain->offset[b], weight = 0;
        for (int32_t i = 0; i <= two_j; i++) weight += block[i];
        for (int32_t i = 0; i <= two_j; i++) block[i] = weight * ley_thermal_population(two_j, i, alpha);
        if (b > 0 && weight > 0) *bright = false;
    }
}

/* Of j = N/2 alone there are formulas for these; everything else is counted from the populations. */
static bool from_ground(double *value, const ley_model *model, double alpha, ley_observable what) {
    const double unit = ley_model_battery_energy_frequency(model, 0),
                 energy = unit * ley_thermal_energy_from_ground(model->cells, alpha),
                 ergotropy = unit * ley_thermal_ergotropy_from_ground(model->cells, alpha);
    if (what == LEY_BATTERY_ENERGY)
        *value = energy;
    else if (what == LEY_BATTERY_ERGOTROPY)
        *value = ergotropy;
    else if (what == LEY_BATTERY_PASSIVE_ENERGY || what == LEY_BATTERY_LOCKED_ENERGY)
        *value = energy - ergotropy;
    else
        return false;
    return true;
}

static bool any(const ley_derived *derived) {
    for (ley_index k = 0; k < derived->n; k++)
        if (derived->list[k].is_given) return true;
    return false;
}

ley_status ley_closed_form_fill(const ley_derived *derived, const ley_model *model, ley_error *err) {
    ley_chain chain = {0};
    double *p = NULL, *scratch = NULL;
    bool bright;
    if (!any(derived)) return LEY_OK;
    const double alpha = ley_signal_at(&model->rate[LEY_COLLECTIVE_ABSORPTION], 0) /
                         ley_signal_at(&model->rate[LEY_COLLECTIVE_EMISSION], 0);
    ley_status status = ley_chain_create(&chain, model, err);
    if (status != LEY_OK) return status;
    p = ley_allocate((size_t)chain.n, sizeof *p);
    scratch = ley_allocate((size_t)ley_passive_scratch(model->cells), sizeof *scratch);
    if (!p || !scratch) {
        status = ley_fail(err, LEY_ERR_MEMORY, "closed_form", "no memory for %d populations", (int)chain.n);
        goto done;
    }
    populations(p, &bright, &chain, &model->battery_state, alpha);
    for (ley_index k = 0; k < derived->n && status == LEY_OK; k++) {
        ley_derived_quantity *one = &derived->list[k];
        if (!one->is_given || (bright && from_ground(&one->value, model, alpha, one->like))) continue;
        status = ley_population_value(model, p, &one->value, one->like, scratch, err);
    }
done:
    ley_chain_clear(&chain);
    ley_release(p);
    ley_release(scratch);
    return status;
}
