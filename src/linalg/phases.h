/* linalg: Hermitian matrices that phases make real. Caller: hermitian. */
#ifndef LEYDEN_LINALG_PHASES_H
#define LEYDEN_LINALG_PHASES_H

#include "leyden.h"

#include <stdbool.h>

/* a Hermitian, n x n, not empty. True: a = D R D' but for rounding, with phases D on the diagonal, and a is now R,
 * which is real and has the same eigenvalues; an eighth of the work. False: it is not so, or memory is short; then
 * a is as before. */
bool ley_phases_remove(ley_complex *a, ley_index n);

#endif
