/* run: the slow eigenvalues of one part of a generator. docs/theory/spectrum.md. Callers: spectrum. */
#ifndef LEYDEN_RUN_SPECTRUM_VALUES_H
#define LEYDEN_RUN_SPECTRUM_VALUES_H

#include "run/spectrum.h"
#include "run/spectrum_part.h"

/* All eigenvalues of a small part. The part is fit for nothing else afterwards. */
ley_status ley_spectrum_dense(ley_spectrum_part *part, ley_sector_spectrum *out, ley_error *err);
/* The slowest ones of a large part. `slowest`: the slowest rate of the scenario. LEY_ERR_NUMERIC when they do not
 * converge, LEY_ERR_ARGUMENT without any rate, LEY_ERR_STOPPED. */
ley_status ley_spectrum_iterated(ley_spectrum_part *part, ley_sector_spectrum *out, ley_index wanted,
                                 double slowest, ley_error *err);

#endif
