/* generator: two starts side by side, under the same equation. docs/theory/memory.md
 *
 * The part holds a part of the first run and the same part of the second; they do not mix, and may be laid out
 * differently. A packed state is the one and then the other, a compact state too, and so a reduced state
 * (ley_reduced_of_second). Whatever does not ask for the second sees the first. */
#ifndef LEYDEN_GENERATOR_PAIR_H
#define LEYDEN_GENERATOR_PAIR_H

#include "generator/generator.h"

typedef ley_status (*ley_pair_maker)(ley_generator **part, const ley_model *model, const void *user, int32_t i,
                                     ley_error *err);

/* Parts i that `make` makes of the model, and of the model that starts from model->second. Reduced states must keep
 * the same of both. */
ley_status ley_generator_pair_create(ley_generator **generator, const ley_model *model, ley_pair_maker make,
                                     const void *user, int32_t i, ley_error *err);

#endif
