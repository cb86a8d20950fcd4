/* generator: the loops of a wave function psi(e, n), rows over n. Caller: generator_pure. */
#ifndef LEYDEN_GENERATOR_PURE_KERNEL_H
#define LEYDEN_GENERATOR_PURE_KERNEL_H

#include "leyden.h"

typedef struct ley_pure_call { /* y = al L x + be x + ga y */
    double *y;
    const double *x;
    double al, be, ga;
    double w0, wc, rotating, counter, omega, eta; /* of H; w0 and wc as they turn in the frame */
    const double *root;                           /* [levels + 1] sqrt(n) */
    const double *plus, *minus;                   /* [two_j + 1] of the ladder */
    ley_index levels, plane;                      /* plane: doubles from the real to the imaginary part */
    int32_t two_j, planes;
} ley_pure_call;

void ley_pure_planes(const ley_pure_call *call);
double ley_pure_square(const double *x, ley_index n);                                     /* sum of squares */
double ley_pure_sum(const double *weight, const double *x, const double *y, ley_index n); /* of w x y */

#endif
