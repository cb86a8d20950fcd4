/* generator: the part of the generator without jumps, rho -> A rho + rho A', A = -i H_eff, and its exact inverse.
 * docs/theory/steady.md. Callers: run.
 *
 * It works on a sector: the numbers of a Hermitian state that the symmetry of the model couples to the populations
 * (equal excitation number with Tavis-Cummings, equal parity with Dicke, all with a drive), each of them once,
 * scaled so that the Euclidean norm is the Frobenius norm of the state. */
#ifndef LEYDEN_GENERATOR_NO_JUMP_H
#define LEYDEN_GENERATOR_NO_JUMP_H

#include "generator/generator.h"

typedef struct ley_no_jump ley_no_jump;

/* Of a constant model; the generator is that of ley_generator_blocks and is borrowed. A falls into pieces that are
 * not connected, found by looking. Where the slowest decay is zero, the inverse is that of a slightly larger decay.
 */
ley_status ley_no_jump_create(ley_no_jump **no_jump, const ley_generator *generator, ley_error *err);
ley_status ley_no_jump_widen(ley_no_jump *no_jump, ley_error *err); /* from now on the sector is everything */
/* From now on the inverse is that of S - decay, decay > 0. */
void ley_no_jump_damp(ley_no_jump *no_jump, double decay);
void ley_no_jump_destroy(ley_no_jump *no_jump);

ley_index ley_no_jump_length(const ley_no_jump *no_jump);        /* numbers of the sector */
const ley_index *ley_no_jump_blocks(const ley_no_jump *no_jump); /* [n_blocks + 1] numbers before each block */
/* Between a state of the generator and the sector. */
void ley_no_jump_pack(const ley_no_jump *no_jump, double *sector, const double *state);
void ley_no_jump_unpack(const ley_no_jump *no_jump, double *state, const double *sector);
void ley_no_jump_traces(const ley_no_jump *no_jump, double *traces, const double *sector); /* [n_blocks] */

/* y = the inverse applied to x, both of the sector: pair by pair, 0 .. pairs - 1, in any order or at the same time.
 */
ley_index ley_no_jump_pairs(const ley_no_jump *no_jump);
void ley_no_jump_solve(ley_no_jump *no_jump, ley_index i, double *y, const double *x);

double ley_no_jump_elements(const ley_model *model); /* numbers of the sector, about */
double ley_no_jump_bytes(const ley_model *model);    /* of eigenvectors and scratch, about */
double ley_no_jump_flops(const ley_model *model);    /* of one solution, about */

#endif
