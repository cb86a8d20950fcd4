/* generator: battery and displaced cavity in real numbers. docs/theory/displaced.md
 *
 * Where excitations are conserved but for losses, cells and cavity are resonant and the charger alone is coherent,
 * the mean field keeps its phase phi, and rho(e, n; e', n') = (-i)^(e - e') exp(i phi (e + n - e' - n')) R with R
 * real and symmetric. Stored are the panels R_j(e, .; e', .) with e' >= e. */
#ifndef LEYDEN_GENERATOR_REAL_H
#define LEYDEN_GENERATOR_REAL_H

#include "generator/half.h"

bool ley_real_applies(const ley_model *model);
double ley_real_length(const ley_model *model); /* doubles in one state; nothing is allocated */
/* displacement is taken over, also on failure. */
ley_status ley_generator_real_create(ley_generator **generator, const ley_model *model,
                                     const ley_displacement *displacement, ley_error *err);

#endif
