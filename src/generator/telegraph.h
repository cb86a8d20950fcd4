/* generator: random telegraph noise around any representation. docs/theory/telegraph.md
 *
 * The part holds one copy of an inner part for each state of the noise, rho = sum over s of rho_s, each with the
 * frequency and the coupling of that state: d rho_s/dt = L_s rho_s + jumps between the copies. A packed state is
 * the copies one after the other; a compact state is the sum and then each copy (ley_reduced_of_noise). */
#ifndef LEYDEN_GENERATOR_TELEGRAPH_H
#define LEYDEN_GENERATOR_TELEGRAPH_H

#include "generator/generator.h"

typedef ley_status (*ley_part_maker)(ley_generator **part, const ley_model *model, int32_t i, ley_error *err);

/* Part i of the representation that `make` makes. Its layout may depend on the model, but must not depend on the
 * state of the noise: the copies are added element by element. */
ley_status ley_generator_telegraph_create(ley_generator **generator, const ley_model *model, ley_part_maker make,
                                          int32_t i, ley_error *err);

#endif
