/* run: eigenvalues of one charge of a battery without cavity, by shift and invert; and a bound that needs none.
 * docs/theory/spectrum.md. Callers: spectrum. */
#ifndef LEYDEN_RUN_SPECTRUM_LINES_H
#define LEYDEN_RUN_SPECTRUM_LINES_H

#include "generator/spins_matrix.h"
#include "run/spectrum.h"

typedef struct ley_line_spectrum { /* what one charge leaves for the next */
    double *slowest;               /* [n] > 0: nearly the slowest eigenvector */
    int32_t cells, delta;
} ley_line_spectrum;

bool ley_line_spectrum_serves(const ley_model *model);
/* out->value[wanted], out->n, out->dimension; `slowest`: the slowest rate of the scenario. Keeps its slowest
 * vector. LEY_ERR_NUMERIC, LEY_ERR_MEMORY */
ley_status ley_line_eigenvalues(ley_line_spectrum *self, ley_sector_spectrum *out, const ley_spins_matrix *matrix,
                                int32_t cells, int32_t delta, ley_index wanted, double slowest, ley_error *err);
/* Whether every eigenvalue of charge delta has a real part of -rate or less. true is proved; false says nothing.
 * Wants a vector of the charge before, and keeps one of this. */
bool ley_line_decays(ley_line_spectrum *self, const ley_spins_matrix *matrix, int32_t delta, double rate);
void ley_line_spectrum_clear(ley_line_spectrum *self);
double ley_line_spectrum_bytes(const ley_model *model, ley_index wanted);
double
ley_line_spectrum_seconds(const ley_model *model); /* for the gap, about: most charges need the bound alone */

#endif
