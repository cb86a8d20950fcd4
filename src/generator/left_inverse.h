/* generator: the part without jumps of cells that are not all alike, S rho = A rho + rho A', A = -i H_eff on all
 * 2^N states (and levels), and the exact inverse of S - decay. docs/theory/steady.md. Callers: run.
 *
 * Matrices are those of generator/general.h: Hermitian, [r][s] complex, row-major. */
#ifndef LEYDEN_GENERATOR_LEFT_INVERSE_H
#define LEYDEN_GENERATOR_LEFT_INVERSE_H

#include "generator/generator.h"

typedef struct ley_left_inverse ley_left_inverse;

/* Of a constant model; the generator is that of ley_generator_general and is not kept. A falls into pieces that are
 * not connected, found by looking. LEY_ERR_NUMERIC, LEY_ERR_MEMORY. */
ley_status ley_left_inverse_create(ley_left_inverse **left, ley_generator *generator, ley_error *err);
void ley_left_inverse_destroy(ley_left_inverse *left);

/* y = (S - decay)^-1 x, decay > 0: pair by pair of pieces, 0 .. pairs - 1, in any order or at the same time. */
ley_index ley_left_inverse_pairs(const ley_left_inverse *left);
void ley_left_inverse_solve(ley_left_inverse *left, ley_index i, double decay, double *y, const double *x);

double ley_left_inverse_bytes(const ley_model *model); /* at most */
double ley_left_inverse_flops(const ley_model *model); /* of one solution, at most */

#endif
