/* run: the slow end of the spectrum of a constant generator, sector by sector. docs/theory/spectrum.md. Callers:
 * steady, leyden.h. */
#ifndef LEYDEN_RUN_SPECTRUM_H
#define LEYDEN_RUN_SPECTRUM_H

#include "run/engine.h"

typedef struct ley_sector_spectrum {
    char name[48];         /* "charge 2", "even parity", "everything" */
    ley_index n;           /* at most as many as asked for; all where the sector is smaller */
    ley_eigenvalue *value; /* [n] slowest first */
    ley_index dimension;   /* of the sector */
} ley_sector_spectrum;

struct ley_spectrum {
    ley_index n;
    ley_sector_spectrum *sector; /* [n] */
    double gap;                  /* slowest relaxation: NaN when nothing relaxes */
    int64_t stationary;          /* eigenvalues that are zero */
    int32_t levels;
};

/* `wanted` eigenvalues of every sector, those with the largest real parts. The model is constant, with its cut-off;
 * telegraph noise makes it the joint generator. LEY_ERR_NUMERIC when the iteration does not converge;
 * LEY_ERR_STOPPED. */
ley_status ley_spectrum_of(ley_spectrum *spectrum, const ley_model *model, ley_index wanted,
                           const ley_engine_hooks *hooks, ley_error *err);
/* The slowest relaxation rate alone, beside `stationary` eigenvalues that are zero; NaN when nothing relaxes. */
ley_status ley_slowest_relaxation(double *gap, const ley_model *model, int64_t stationary,
                                  const ley_engine_hooks *hooks, ley_error *err);
void ley_spectrum_clear(ley_spectrum *spectrum);
double ley_slowest_relaxation_seconds(const ley_model *model);       /* 0 where nobody knows */
double ley_spectrum_bytes(const ley_model *model, ley_index wanted); /* about, at the peak */

#endif
