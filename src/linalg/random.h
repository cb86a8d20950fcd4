/* linalg: random numbers and random unitaries that are the same on every machine (xoshiro256**, its state drawn
 * from the seed by splitmix64). Callers: basis, tests. */
#ifndef LEYDEN_LINALG_RANDOM_H
#define LEYDEN_LINALG_RANDOM_H

#include "leyden.h"

typedef struct ley_random {
    uint64_t state[4];
} ley_random;

ley_random ley_random_of(uint64_t seed);
uint64_t ley_random_bits(ley_random *random);
double ley_random_unit(ley_random *random); /* in (0, 1) */
/* A complex Gaussian of unit variance, 1/2 in each part. */
ley_complex ley_random_gaussian(ley_random *random);
/* A unitary from the Haar measure: u[k * n ..] is its k-th column. The columns of a Gaussian matrix, orthogonalised
 * in order: the triangle that is left has a positive diagonal, which fixes the phases. */
void ley_random_unitary(ley_random *random, ley_complex *u, ley_index n);

#endif
