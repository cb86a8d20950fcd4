/* observables: what needs the state of the cells on all 2^N states, where they are not alike: spectra, the energies
 * of cells with frequencies of their own, distances. docs/theory/general.md. Caller: observables. */
#ifndef LEYDEN_OBSERVABLES_WHOLE_H
#define LEYDEN_OBSERVABLES_WHOLE_H

#include "observables/observables.h"

typedef struct ley_whole ley_whole;

/* joint: the state of battery and cavity together will be asked for. */
ley_status ley_whole_create(ley_whole **whole, const ley_generator *generator, bool joint, ley_error *err);
void ley_whole_destroy(ley_whole *whole);
void ley_whole_look(ley_whole *whole, double t, const ley_reduced *reduced, const double *x);
/* *known: whether this is one of them; otherwise nothing is done, and the blocks tell. */
ley_status ley_whole_value(ley_whole *whole, bool *known, double *value, ley_observable what, ley_error *err);
ley_status ley_whole_lowest(ley_whole *whole, double *eigenvalue, ley_error *err);

#endif
