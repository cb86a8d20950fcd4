#include "generator/chain.h"

#include "basis/spin.h"
#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* docs/theory/blocks.md, squares of the scatter form. */
ley_chain_rates ley_chain_rates_from(const ley_chain *chain, int32_t b, int32_t i) {
    const int32_t two_j = ley_spin_two_j(chain->cells, b);
    const double up = two_j - i, down = i; /* j - m, j + m */
    const double t = two_j, n = chain->cells;
    const double weight[3] = {(n - t) / (2 * (t + 2) * (t + 1)),                /* j + 1 */
                              two_j > 0 ? (n + 2) / (t * (t + 2)) : 0,          /* j */
                              two_j > 1 ? (n + t + 2) / (2 * t * (t + 1)) : 0}; /* j - 1 */
    const double square[3][3] = {
        {(up + 1) * (up + 2), down * (up + 1), down * (down - 1)}, /* sigma- */
        {4 * (down + 1) * (up + 1), 0, 4 * down * up},             /* sigma_z: m stays */
        {(down + 1) * (down + 2), up * (down + 1), up * (up - 1)}, /* sigma+ */
    };
    ley_chain_rates rates;
    for (int q = 0; q < 3; q++)
        for (int k = 0; k < 3; k++) {
            const int32_t target = b + k - 1, i_to = i + q - k; /* m' + j' = (m + q - 1) + (j + 1 - k) */
            const bool there = target >= 0 && target < chain->n_blocks && i_to >= 0 &&
                               i_to <= ley_spin_two_j(chain->cells, target);
            rates.to[q][k] = there ? chain->local[q] * weight[k] * square[q][k] : 0;
        }
    rates.to[0][1] += chain->down * down * (up + 1);
    rates.to[2][1] += chain->up * up * (down + 1);
    return rates;
}

/* Product state with weights 1 : q on g : e of each cell; q may be infinite. */
static void gibbs(const ley_chain *chain, double q, double *p) {
    const int32_t n = chain->cells;
    const double log_q = log(q);
    if (isinf(q)) {
        memset(p, 0, (size_t)chain->n * sizeof *p);
        p[n] = 1;
        return;
    }
    for (int32_t b = 0; b < chain->n_blocks; b++) {
        const int32_t two_j = ley_spin_two_j(n, b);
        const double log_weight = ley_log_multiplicity(n, two_j) - n * log1p(q);
        for (int32_t i = 0; i <= two_j; i++) {
            const int32_t k = i + b; /* excitations */
            p[chain->offset[b] + i] = exp(log_weight + (k > 0 ? k * log_q : 0));
        }
    }
}

ley_status ley_chain_create(ley_chain *chain, const ley_model *model, ley_error *err) {
    ley_chain made = {.cells = model->cells,
                      .n_blocks = ley_spin_blocks(model->cells),
                      .down = model->rate[LEY_COLLECTIVE_EMISSION].value,
                      .up = model->rate[LEY_COLLECTIVE_ABSORPTION].value,
                      .local = {model->rate[LEY_LOCAL_EMISSION].value, model->rate[LEY_LOCAL_DEPHASING].value,
                                model->rate[LEY_LOCAL_ABSORPTION].value}};
    if (made.cells > LEY_CHAIN_CELLS)
        return ley_fail(err, LEY_ERR_MEMORY, "battery.cells", "%d cells: the populations of at most %d are solved",
                        (int)made.cells, LEY_CHAIN_CELLS);
    made.offset = ley_allocate((size_t)made.n_blocks + 1, sizeof *made.offset);
    if (!made.offset)
        return ley_fail(err, LEY_ERR_MEMORY, "battery.cells", "no memory for the populations of %d cells",
                        (int)made.cells);
    for (int32_t b = 0; b < made.n_blocks; b++)
        made.offset[b + 1] = made.offset[b] + ley_spin_two_j(made.cells, b) + 1;
    made.n = made.offset[made.n_blocks];
    *chain = made;
    return LEY_OK;
}

void ley_chain_clear(ley_chain *chain) {
    ley_release(chain->offset);
    *chain = (ley_chain){0};
}

void ley_chain_apply(const ley_chain *chain, double *y, const double *x) {
    memset(y, 0, (size_t)chain->n * sizeof *y);
    for (int32_t b = 0; b < chain->n_blocks; b++)
        for (int32_t i = 0; i <= ley_spin_two_j(chain->cells, b); i++) {
            const int32_t from = chain->offset[b] + i;
            if (x[from] == 0) continue;
            const ley_chain_rates rates = ley_chain_rates_from(chain, b, i);
            for (int q = 0; q < 3; q++)
                for (int k = 0; k < 3; k++) {
                    if (!(rates.to[q][k] > 0)) continue;
                    y[chain->offset[b + k - 1] + i + q - k] += rates.to[q][k] * x[from];
                    y[from] -= rates.to[q][k] * x[from];
                }
        }
}

void ley_chain_start(const ley_chain *chain, const ley_battery_state *state, double *p) {
    const int32_t n = chain->cells;
    memset(p, 0, (size_t)chain->n * sizeof *p);
    switch (state->kind) {
    case LEY_BATTERY_GROUND:
        p[0] = 1;
        break;
    case LEY_BATTERY_EXCITED:
        p[n] = 1;
        break;
    case LEY_BATTERY_DICKE:
        p[chain->offset[(n - state->two_j) / 2] + (state->two_j + state->two_m) / 2] = 1;
        break;
    case LEY_BATTERY_SPIN_COHERENT: { /* binomial in j = N/2 */
        const double up = 2 * log(fabs(cos(0.5 * state->theta))), down = 2 * log(fabs(sin(0.5 * state->theta)));
        for (int32_t k = 0; k <= n; k++) {
            double weight = ley_log_binomial(n, k);
            if (k > 0) weight += k * up;
            if (k < n) weight += (n - k) * down;
            p[k] = exp(weight);
        }
        break;
    }
    case LEY_BATTERY_GIBBS:
        gibbs(chain, state->q, p);
        break;
    case LEY_BATTERY_BLOCKS: {
        const ley_complex *block = state->given;
        for (int32_t b = 0; b < chain->n_blocks; b++) {
            const ley_index d = ley_spin_two_j(n, b) + 1;
            for (ley_index i = 0; i < d; i++) p[chain->offset[b] + i] = block[i * (d + 1)].re;
            block += d * d;
        }
        break;
    }
    case LEY_BATTERY_RANDOM: /* never here: these tell cells from one another */
    case LEY_BATTERY_ROTATED:
    case LEY_BATTERY_SWAPPED:
        break;
    }
}
