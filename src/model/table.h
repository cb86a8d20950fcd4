/* model: a function of time that is dear, looked at once and kept as Chebyshev polynomials on panels that are
 * halved until each meets it. Callers: bath. */
#ifndef LEYDEN_MODEL_TABLE_H
#define LEYDEN_MODEL_TABLE_H

#include "model/curve.h"

enum { LEY_TABLE_MOST = 2 }; /* functions tabulated together */

/* values[n] of n <= LEY_TABLE_MOST functions at time t */
typedef void (*ley_tabulated)(void *user, double t, double *values);

/* Each signal becomes a curve that meets its function on 0 .. end within `allowed`, or within rounding. quick: the
 * fastest rate at which the functions change near 0. */
ley_status ley_table_create(ley_signal *const *signals, int32_t n, ley_tabulated function, void *user, double end,
                            double quick, double allowed, ley_error *err);

#endif
