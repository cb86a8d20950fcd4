/* generator: stationary populations by a sparse factorisation, of the states alone that hold any.
 * docs/theory/steady.md. Caller: chain_stationary. */
#ifndef LEYDEN_GENERATOR_CHAIN_WINDOW_H
#define LEYDEN_GENERATOR_CHAIN_WINDOW_H

#include "generator/chain.h"

/* p of a chain with one stationary state. LEY_ERR_NUMERIC: relaxation too slow to be told from none. */
ley_status ley_chain_solve(const ley_chain *chain, double *p, ley_error *err);
/* What it takes: states that are solved for, bytes; about. */
double ley_chain_states(int32_t cells);
double ley_chain_bytes(int32_t cells);

#endif
