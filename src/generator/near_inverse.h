/* generator: an inverse of L without jumps that is cheap and nearly right. docs/theory/steady.md. Callers: run.
 *
 * In the eigenbasis |a> of H, real because H is, rho -> A rho + rho A' with A = -i H_eff has off-diagonal elements
 * only through the losses. They are left out: element (a, b) is divided by -i (E_a - E_b) - (gamma_a + gamma_b)
 * / 2. A Hermitian matrix X travels as the real matrix Re X + Im X, whose symmetric and antisymmetric parts are the
 * two, so that two real products lead into the eigenbasis and two back, in single precision. */
#ifndef LEYDEN_GENERATOR_NEAR_INVERSE_H
#define LEYDEN_GENERATOR_NEAR_INVERSE_H

#include "generator/generator.h"

typedef struct ley_near_inverse ley_near_inverse;

/* Of a constant model in the Hermitian half (generator/half.h, even parity or both), which is borrowed. */
ley_status ley_near_inverse_create(ley_near_inverse **inverse, const ley_generator *half, ley_error *err);
void ley_near_inverse_destroy(ley_near_inverse *inverse);

/* How much is left out, 0 .. 1: the largest |gamma_ab| / (|E_a - E_b| + (gamma_a + gamma_b) / 2). Near 1 there are
 * states that the losses spare, and the inverse is of no use. */
double ley_near_inverse_neglected(const ley_near_inverse *inverse);

/* y = the inverse applied to x, piece by piece, 0 .. pieces - 1, in any order or at the same time; largest first.
 * Padding of y is left as it is. */
int32_t ley_near_inverse_pieces(const ley_near_inverse *inverse);
void ley_near_inverse_solve(ley_near_inverse *inverse, int32_t i, double *y, const float *x);

double ley_near_inverse_trace(const ley_near_inverse *inverse, const double *x); /* of a state */
/* x, all zero before: cells without any order and a photon or so, a state in which everything that jumps does. */
void ley_near_inverse_start(const ley_near_inverse *inverse, double *x);

double ley_near_inverse_bytes(const ley_model *model);
double ley_near_inverse_flops(const ley_model *model); /* of one solution */

#endif
