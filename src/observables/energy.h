/* observables: sums over a reduced state that energies are made of. Callers: observables. */
#ifndef LEYDEN_OBSERVABLES_ENERGY_H
#define LEYDEN_OBSERVABLES_ENERGY_H

#include "observables/observables.h"

double ley_excitations(const ley_blocks *blocks, const ley_reduced *reduced); /* <Jz> + N/2 */
double ley_photons(const ley_reduced *reduced);
double ley_interaction_energy(const ley_model *model, const ley_blocks *blocks, double t,
                              const ley_reduced *reduced);

#endif
