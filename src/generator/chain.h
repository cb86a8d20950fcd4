/* generator: the populations of |j, m> without cavity and drive, a classical Markov chain. docs/theory/steady.md.
 * Populations lie block after block, largest spin first, m = -j first: index i_m + offset of the block.
 * Callers: run. */
#ifndef LEYDEN_GENERATOR_CHAIN_H
#define LEYDEN_GENERATOR_CHAIN_H

#include "linalg/sparse.h"
#include "model/model.h"

typedef struct ley_chain {
    int32_t cells, n_blocks, n; /* n = floor((N + 2)^2 / 4) populations */
    int32_t *offset;            /* [n_blocks + 1] populations before block b */
    int32_t *first, *row;       /* columns of the rate matrix: dp/dt = R p, R[row][column], columns sum to 0 */
    double *value;
    double fastest, slowest; /* largest and smallest rate of a transition */
} ley_chain;

/* The chain of a constant model, at most LEY_CHAIN_CELLS cells. LEY_ERR_MEMORY. */
enum { LEY_CHAIN_CELLS = 20000 };
ley_status ley_chain_create(ley_chain *chain, const ley_model *model, ley_error *err);
void ley_chain_clear(ley_chain *chain);
void ley_chain_apply(const ley_chain *chain, double *y, const double *x); /* y = R x */
double ley_chain_bytes(int32_t cells);                                    /* of the chain itself */

/* Populations of an initial battery state. */
void ley_chain_start(const ley_chain *chain, const ley_battery_state *state, double *p);

/* The stationary populations of the model that made the chain, reached from `start` where there are several
 * (start and p may be the same array). *method: how, static. *residual: Euclidean norm of R p. LEY_ERR_NUMERIC: no
 * noise at all, or relaxation too slow to be told from none. */
ley_status ley_chain_stationary(const ley_chain *chain, const ley_model *model, double *p, const double *start,
                                const char **method, double *residual, ley_error *err);

#endif
