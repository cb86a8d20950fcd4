/* core: random numbers that depend on their place alone, not on an order or on threads: Philox 4x32-10 of Salmon,
 * Moraes, Dror and Shaw (2011). In: a seed, a stream, a place in it. Callers: run. */
#ifndef LEYDEN_CORE_RANDOM_H
#define LEYDEN_CORE_RANDOM_H

#include <stdint.h>

typedef struct ley_random {
    uint64_t seed, stream, place; /* place: of the next number */
} ley_random;

void ley_philox(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2]);
double ley_random_uniform(ley_random *random);     /* in (0, 1) */
double ley_random_exponential(ley_random *random); /* mean 1 */
double ley_random_normal(ley_random *random);      /* mean 0, deviation 1; takes two places */

#endif
