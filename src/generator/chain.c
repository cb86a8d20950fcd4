#include "generator/chain.h"

#include "basis/spin.h"
#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { PER_COLUMN = 9 }; /* a state, its neighbours m - 1, m, m + 1 in j - 1, j, j + 1 */

/* Rates out of |j, m>: to[q + 1][k], m' = m + q, block b + k - 1 (j' = j + 1 - k). docs/theory/blocks.md, squares
 * of the scatter form. */
static void rates_from(double to[3][3], const ley_model *model, int32_t cells, int32_t two_j, int32_t i) {
    const double up = two_j - i, down = i; /* j - m, j + m */
    const double t = two_j, n = cells;
    const double weight[3] = {(n - t) / (2 * (t + 2) * (t + 1)),                /* j + 1 */
                              two_j > 0 ? (n + 2) / (t * (t + 2)) : 0,          /* j */
                              two_j > 1 ? (n + t + 2) / (2 * t * (t + 1)) : 0}; /* j - 1 */
    const double square[3][3] = {
        {(up + 1) * (up + 2), down * (up + 1), down * (down - 1)}, /* sigma- */
        {4 * (down + 1) * (up + 1), 0, 4 * down * up},             /* sigma_z: m stays */
        {(down + 1) * (down + 2), up * (down + 1), up * (up - 1)}, /* sigma+ */
    };
    const double rate[3] = {model->rate[LEY_LOCAL_EMISSION].value, model->rate[LEY_LOCAL_DEPHASING].value,
                            model->rate[LEY_LOCAL_ABSORPTION].value};
    for (int q = 0; q < 3; q++)
        for (int k = 0; k < 3; k++) to[q][k] = rate[q] * weight[k] * square[q][k];
    to[0][1] += model->rate[LEY_COLLECTIVE_EMISSION].value * down * (up + 1);
    to[2][1] += model->rate[LEY_COLLECTIVE_ABSORPTION].value * up * (down + 1);
}

static void fill(ley_chain *chain, const ley_model *model) {
    int32_t at = 0, column = 0;
    chain->fastest = 0;
    chain->slowest = INFINITY;
    for (int32_t b = 0; b < chain->n_blocks; b++) {
        const int32_t two_j = ley_spin_two_j(chain->cells, b);
        for (int32_t i = 0; i <= two_j; i++, column++) {
            double to[3][3], out = 0;
            int32_t diagonal = -1;
            rates_from(to, model, chain->cells, two_j, i);
            chain->first[column] = at;
            for (int k = 0; k < 3; k++) { /* rows ascend: larger spins come first, then m */
                const int32_t target = b + k - 1;
                if (target < 0 || target >= chain->n_blocks) continue;
                const int32_t two_j_to = ley_spin_two_j(chain->cells, target);
                for (int q = 0; q < 3; q++) {
                    const int32_t i_to = i + q - k; /* m' + j' = (m + q - 1) + (j + 1 - k) */
                    if (k == 1 && q == 1) {
                        diagonal = at;
                        chain->row[at++] = column;
                        continue;
                    }
                    if (i_to < 0 || i_to > two_j_to || !(to[q][k] > 0)) continue;
                    chain->row[at] = chain->offset[target] + i_to;
                    chain->value[at++] = to[q][k];
                    out += to[q][k];
                    chain->fastest = fmax(chain->fastest, to[q][k]);
                    chain->slowest = fmin(chain->slowest, to[q][k]);
                }
            }
            chain->value[diagonal] = -out;
        }
    }
    chain->first[column] = at;
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

double ley_chain_bytes(int32_t cells) {
    double n = floor((cells + 2.0) * (cells + 2.0) / 4);
    return n * (PER_COLUMN * (sizeof(double) + sizeof(int32_t)) + sizeof(int32_t));
}

ley_status ley_chain_create(ley_chain *chain, const ley_model *model, ley_error *err) {
    ley_chain made = {.cells = model->cells, .n_blocks = ley_spin_blocks(model->cells)};
    if (made.cells > LEY_CHAIN_CELLS)
        return ley_fail(err, LEY_ERR_MEMORY, "battery.cells", "%d cells: the populations of at most %d are solved",
                        (int)made.cells, LEY_CHAIN_CELLS);
    made.offset = ley_allocate((size_t)made.n_blocks + 1, sizeof *made.offset);
    if (made.offset) {
        for (int32_t b = 0; b < made.n_blocks; b++)
            made.offset[b + 1] = made.offset[b] + ley_spin_two_j(made.cells, b) + 1;
        made.n = made.offset[made.n_blocks];
        made.first = ley_allocate((size_t)made.n + 1, sizeof *made.first);
        made.row = ley_allocate((size_t)made.n * PER_COLUMN, sizeof *made.row);
        made.value = ley_allocate((size_t)made.n * PER_COLUMN, sizeof *made.value);
    }
    if (!made.offset || !made.first || !made.row || !made.value) {
        ley_chain_clear(&made);
        return ley_fail(err, LEY_ERR_MEMORY, "battery.cells", "no memory for the populations of %d cells",
                        (int)made.cells);
    }
    fill(&made, model);
    *chain = made;
    return LEY_OK;
}

void ley_chain_clear(ley_chain *chain) {
    ley_release(chain->offset);
    ley_release(chain->first);
    ley_release(chain->row);
    ley_release(chain->value);
    *chain = (ley_chain){0};
}

void ley_chain_apply(const ley_chain *chain, double *y, const double *x) {
    memset(y, 0, (size_t)chain->n * sizeof *y);
    for (int32_t column = 0; column < chain->n; column++)
        for (int32_t at = chain->first[column]; at < chain->first[column + 1]; at++)
            y[chain->row[at]] += chain->value[at] * x[column];
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
