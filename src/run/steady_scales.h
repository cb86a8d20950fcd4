/* run: what residuals of steady states and small eigenvalues are measured with. Callers: steady, steady_half,
 * steady_joint, spectrum. */
#ifndef LEYDEN_RUN_STEADY_SCALES_H
#define LEYDEN_RUN_STEADY_SCALES_H

#include "model/model.h"

/* The slowest channel or telegraph process, infinity where there is none; an upper bound of the energy in the
 * scenario's units: a residual divided by the first and times the second estimates the error of the numbers. */
double ley_steady_slowest_rate(const ley_model *model);
double ley_steady_largest_energy(const ley_model *model);

#endif
