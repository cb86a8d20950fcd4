/* generator: what jumps do to a state before they wait again, to second order. docs/theory/steady.md. Callers: run.
 *
 * With L = S + J, S the part without jumps, S^-1 alone takes as many steps as there are jumps in a relaxation time.
 * Where the cells and the cavity are not coupled, S is a number for each element, S_0, and T = -J S_0^-1 costs next
 * to nothing: p(T) = 1 + c1 T + c2 T^2 in front of S^-1 halves the steps. Single precision: it belongs to a
 * preconditioner. */
#ifndef LEYDEN_GENERATOR_JUMP_SERIES_H
#define LEYDEN_GENERATOR_JUMP_SERIES_H

#include "generator/generator.h"

typedef struct ley_jump_series ley_jump_series;

/* Of a constant model in the Hermitian half (generator/half.h, in no frame that turns), which is borrowed. */
ley_status ley_jump_series_create(ley_jump_series **series, const ley_generator *half, ley_error *err);
void ley_jump_series_destroy(ley_jump_series *series);

/* p(T) x in rounds, each of them parts that can be done in any order or at the same time: round 0 of all parts,
 * then round 1, and so on. */
enum { LEY_JUMP_ROUNDS = 3 };
int32_t ley_jump_series_parts(const ley_jump_series *series);
void ley_jump_series_do(ley_jump_series *series, int round, int32_t part, const double *x);
/* p(T) x, laid out as a state, until the next round 0. */
const float *ley_jump_series_result(const ley_jump_series *series);

double ley_jump_series_bytes(double numbers_of_state);

#endif
