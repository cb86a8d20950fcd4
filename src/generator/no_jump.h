/* generator: the part of the generator without jumps, rho -> A rho + rho A', A = -i H_eff, and its exact inverse on
 * states of the plain block representation. docs/theory/steady.md. Callers: run. */
#ifndef LEYDEN_GENERATOR_NO_JUMP_H
#define LEYDEN_GENERATOR_NO_JUMP_H

#include "generator/generator.h"

typedef struct ley_no_jump ley_no_jump;

/* Of a constant model; blocks as in ley_generator_blocks. A falls into pieces that are not connected (total
 * excitation number, parity), found by looking. Where the slowest decay is zero, the inverse is that of a slightly
 * larger decay. */
ley_status ley_no_jump_create(ley_no_jump **no_jump, const ley_generator *generator, ley_error *err);
/* y = the inverse applied to x, both packed states of the generator; y and x differ. */
void ley_no_jump_solve(ley_no_jump *no_jump, double *y, const double *x);
double ley_no_jump_bytes(const ley_model *model); /* at most */
double ley_no_jump_flops(const ley_model *model); /* of one solution, about */
void ley_no_jump_destroy(ley_no_jump *no_jump);

#endif
