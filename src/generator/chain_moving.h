/* generator: the chain on the states alone that hold populations while it evolves, and (z - R)^-1 there.
 * docs/theory/radau.md. Callers: run. */
#ifndef LEYDEN_GENERATOR_CHAIN_MOVING_H
#define LEYDEN_GENERATOR_CHAIN_MOVING_H

#include "generator/chain.h"

typedef struct ley_chain_moving ley_chain_moving;

/* The populations of a constant model without cavity and drive; `only`: the one block that is held, or -1. A whole
 * state is that of the generator (generator/spins.h). LEY_ERR_MEMORY. */
ley_status ley_chain_moving_create(ley_chain_moving **moving, const ley_model *model, int32_t only, int32_t slots,
                                   ley_error *err);
void ley_chain_moving_destroy(ley_chain_moving *moving); /* accepts NULL */

/* Holds from now on the states where the whole state x is larger than `drop`, and a margin around them: `wider`
 * times a fourth of their extent. Factors are lost. *lost: sum of |x| elsewhere. LEY_ERR_MEMORY. */
ley_status ley_chain_moving_place(void *moving, const double *x, double wider, double drop, double *lost,
                                  ley_error *err);
/* Of the states that are held, where each is in a whole state. */
const int32_t *ley_chain_moving_where(const void *moving, int32_t *n_here);
/* States that place() would hold; here: populations of those held. */
int32_t ley_chain_moving_needed(void *moving, const double *here, double wider, double drop);
/* What would be elsewhere by now, about, had it been let go during a stretch; the edge reflects. */
double ley_chain_moving_escape(const void *moving, const double *here, double duration);
double ley_chain_moving_fastest(const void *moving, const double *here, double drop); /* rate out of a state */

void ley_chain_moving_apply(void *moving, double *y, const double *x); /* y = R x here */
ley_status ley_chain_moving_factor(void *moving, int32_t slot, ley_complex z, ley_error *err);
void ley_chain_moving_solve(void *moving, int32_t slot, ley_complex *x);

/* States held at a time, and bytes of `slots` factors and `vectors` of such states; about. */
double ley_chain_moving_states(const ley_model *model);
double ley_chain_moving_bytes(const ley_model *model, double slots, double vectors);
double ley_chain_tail(const ley_model *model); /* states of a ladder that a collective bath populates */

#endif
