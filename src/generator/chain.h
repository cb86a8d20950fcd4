/* generator: the populations of |j, m> without cavity and drive, a classical Markov chain. docs/theory/steady.md.
 * Populations lie block after block, largest spin first, m = -j first: index i_m + offset of the block.
 * Callers: run. */
#ifndef LEYDEN_GENERATOR_CHAIN_H
#define LEYDEN_GENERATOR_CHAIN_H

#include "model/model.h"

typedef struct ley_chain {
    int32_t cells, n_blocks, n; /* n = floor((N + 2)^2 / 4) populations */
    int32_t *offset;            /* [n_blocks + 1] populations before block b */
    double down, up;            /* collective rates */
    double local[3];            /* emission, dephasing, absorption of each cell */
} ley_chain;

/* The chain of a constant model, at most LEY_CHAIN_CELLS cells. LEY_ERR_MEMORY. */
enum { LEY_CHAIN_CELLS = 20000 };
ley_status ley_chain_create(ley_chain *chain, const ley_model *model, ley_error *err);
void ley_chain_clear(ley_chain *chain);
void ley_chain_apply(const ley_chain *chain, double *y, const double *x); /* y = R x, dp/dt = R p */

/* Rates out of state i of block b: to[q][k] leads to m + q - 1 in block b + k - 1 (j + 1 - k), which is state i + q
 * - k there; 0 where there is none. */
typedef struct ley_chain_rates {
    double to[3][3];
} ley_chain_rates;
ley_chain_rates ley_chain_rates_from(const ley_chain *chain, int32_t b, int32_t i);

/* Populations of an initial battery state. */
void ley_chain_start(const ley_chain *chain, const ley_battery_state *state, double *p);

/* The stationary populations of the model that made the chain, reached from `start` where there are several
 * (start and p may be the same array). *method: how, static. *residual: Euclidean norm of R p. LEY_ERR_NUMERIC: no
 * noise at all, or relaxation too slow to be told from none. */
ley_status ley_chain_stationary(const ley_chain *chain, const ley_model *model, double *p, const double *start,
                                const char **method, double *residual, ley_error *err);

#endif
