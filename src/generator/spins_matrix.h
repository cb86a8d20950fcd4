/* generator: one charge of a battery without cavity written out as a sparse matrix. docs/theory/spectrum.md.
 * Callers: run. */
#ifndef LEYDEN_GENERATOR_SPINS_MATRIX_H
#define LEYDEN_GENERATOR_SPINS_MATRIX_H

#include "generator/generator.h"
#include "linalg/sparse.h"

typedef struct ley_spins_matrix {
    ley_sparse of;                   /* views of what follows */
    int32_t *first, *row, *diagonal; /* diagonal[n]: where (i, i) lies in value */
    double *value;
} ley_spins_matrix;

/* L of charge delta at t = 0, of a generator made by ley_generator_spins_create for that charge: undriven,
 * constant, in one plane of real numbers, every block kept. LEY_ERR_MEMORY */
ley_status ley_spins_matrix_create(ley_spins_matrix *matrix, ley_generator *line, int32_t delta, ley_error *err);
void ley_spins_matrix_clear(ley_spins_matrix *matrix);
double ley_spins_matrix_bytes(const ley_model *model); /* of the charge 0, and what making it takes */

#endif
