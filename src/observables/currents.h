/* observables: what the channels do to the weight and the energy of each spin j, from the populations of |j, m>.
 * docs/theory/currents.md. Callers: observables. */
#ifndef LEYDEN_OBSERVABLES_CURRENTS_H
#define LEYDEN_OBSERVABLES_CURRENTS_H

#include "basis/spin.h"
#include "model/model.h"

/* Population of |j, m>, all copies together: block b, i_m = m + j. */
typedef double (*ley_population)(const void *self, int32_t b, int32_t i_m);

/* Rate at which local channels take weight out of j = N/2, and at which they bring it back from j = N/2 - 1. */
double ley_bright_outflow(const ley_model *model, double t, ley_population population, const void *self);
double ley_bright_return(const ley_model *model, double t, ley_population population, const void *self);
/* Energy that collective emission and absorption give to each j in a unit of time. [N/2 + 1] */
void ley_spin_currents(const ley_model *model, double t, ley_population population, const void *self,
                       double *value);

#endif
