/* generator: which spin blocks of a model are ever populated. Only local channels change j. */
#ifndef LEYDEN_GENERATOR_POPULATED_H
#define LEYDEN_GENERATOR_POPULATED_H

#include "model/model.h"

#include <stdbool.h>
#include <stdint.h>

bool ley_has_local_channels(const ley_model *model);
/* Blocks first .. end - 1 hold all that the start ever reaches; all of them where the model wants every state. */
void ley_populated_blocks(const ley_model *model, int32_t *first, int32_t *end);

#endif
