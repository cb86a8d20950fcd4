/* A random permutation-symmetric state of N cells and a cavity, three ways: as blocks, as a packed state of the
 * plain generator, and as a matrix on the whole 2^N levels space. */
#ifndef TESTS_SYMMETRIC_STATE_H
#define TESTS_SYMMETRIC_STATE_H

#include "generator/generator.h"
#include "support/dense.h"

typedef struct symmetric_state {
    dense blocks[16]; /* rho_j, j = N/2 first, [(m, n)][(m', n')] */
    dense rho;        /* battery (x) cavity */
    double *x;        /* packed for ley_generator_blocks; release with ley_release */
} symmetric_state;

void symmetric_state_random(symmetric_state *state, const ley_generator *generator, uint64_t *seed);
/* The same from given blocks: fills rho and x. */
void symmetric_state_of_blocks(symmetric_state *state, const ley_generator *generator);

#endif
