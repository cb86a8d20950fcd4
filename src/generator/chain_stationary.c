/* Stationary populations: in closed form where detailed balance or a conserved quantity gives one, otherwise
 * solved for (chain_window.h). docs/theory/steady.md */
#include "generator/chain.h"
#include "generator/chain_window.h"

#include "basis/spin.h"
#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* ---- Closed forms ------------------------------------------------------------------------------------------ */

/* Each j by itself keeps its weight: geometric in m with ratio up / down. */
static void thermal_blocks(const ley_chain *chain, double *p, const double *start, double down, double up) {
    for (int32_t b = 0; b < chain->n_blocks; b++) {
        double weight = 0, sum = 0;
        const int32_t d = ley_spin_two_j(chain->cells, b) + 1;
        double *block = p + chain->offset[b];
        for (int32_t i = 0; i < d; i++) weight += start[chain->offset[b] + i];
        const bool falls = up <= down; /* counted from the fuller end, so that nothing overflows */
        const double ratio = falls ? up / down : down / up;
        double term = 1;
        for (int32_t i = 0; i < d; i++, term *= ratio) {
            block[falls ? i : d - 1 - i] = term;
            sum += term;
        }
        for (int32_t i = 0; i < d; i++) block[i] *= weight / sum;
    }
}

/* Local dephasing alone keeps the populations of the levels and spreads them evenly over the product states. */
static ley_status even_levels(const ley_chain *chain, double *p, const double *start, ley_error *err) {
    const int32_t n = chain->cells;
    double *level = ley_allocate((size_t)n + 1, sizeof *level);
    if (!level) return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for the levels");
    for (int32_t b = 0; b < chain->n_blocks; b++)
        for (int32_t i = 0; i <= ley_spin_two_j(n, b); i++) level[b + i] += start[chain->offset[b] + i];
    for (int32_t b = 0; b < chain->n_blocks; b++) {
        const int32_t two_j = ley_spin_two_j(n, b);
        for (int32_t i = 0; i <= two_j; i++)
            p[chain->offset[b] + i] =
                level[b + i] * exp(ley_log_multiplicity(n, two_j) - ley_log_binomial(n, b + i));
    }
    ley_release(level);
    return LEY_OK;
}

/* The product state, for as long as it has the multiplicities of its blocks. */
static void product(const ley_chain *chain, double *p, double q) {
    const ley_battery_state state = {.kind = isinf(q) ? LEY_BATTERY_EXCITED : LEY_BATTERY_GIBBS, .q = q};
    ley_chain_start(chain, &state, p);
}

static double norm_of_rest(const ley_chain *chain, double *scratch, const double *p) {
    double sum = 0;
    ley_chain_apply(chain, scratch, p);
    for (int32_t i = 0; i < chain->n; i++) sum += scratch[i] * scratch[i];
    return sqrt(sum);
}

/* ---- The choice ------------------------------------------------------------------------------------------------
 */

/* Ratio of upward to downward rates; false where there is neither. */
static bool ratio_of(double *ratio, double down, double up) {
    *ratio = up / down;
    return down > 0 || up > 0;
}

ley_status ley_chain_stationary(const ley_chain *chain, const ley_model *model, double *p, const double *start,
                                const char **method, double *residual, ley_error *err) {
    const double down = model->rate[LEY_COLLECTIVE_EMISSION].value,
                 up = model->rate[LEY_COLLECTIVE_ABSORPTION].value, phase = model->rate[LEY_LOCAL_DEPHASING].value,
                 local_down = model->rate[LEY_LOCAL_EMISSION].value,
                 local_up = model->rate[LEY_LOCAL_ABSORPTION].value;
    double collective = 0, local = 0;
    const bool has_collective = ratio_of(&collective, down, up), has_local = ratio_of(&local, local_down, local_up);
    double *rest = NULL;
    ley_status status = LEY_OK;
    *method = "closed form";
    if (!has_collective && !has_local && phase > 0) {
        status = even_levels(chain, p, start, err);
    } else if (!has_collective && !has_local) {
        if (!(model->rate[LEY_COLLECTIVE_DEPHASING].value > 0))
            return ley_fail(err, LEY_ERR_NUMERIC, "noise", "there is no noise: nothing becomes steady");
        if (p != start) memcpy(p, start, (size_t)chain->n * sizeof *p);
    } else if (!has_local && !(phase > 0)) {
        thermal_blocks(chain, p, start, down, up);
    } else if (!has_collective || (has_local ? collective == local : true)) {
        product(chain, p, has_local ? local : collective); /* detailed balance: all baths have one temperature */
    } else {
        *method = "sparse LU";
        status = ley_chain_solve(chain, p, err);
    }
    if (status != LEY_OK) return status;
    rest = ley_allocate((size_t)chain->n, sizeof *rest);
    if (!rest) return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for %d populations", (int)chain->n);
    *residual = norm_of_rest(chain, rest, p);
    ley_release(rest);
    return LEY_OK;
}
