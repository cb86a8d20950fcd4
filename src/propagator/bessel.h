/* propagator: Bessel functions for Chebyshev expansions. */
#ifndef LEYDEN_PROPAGATOR_BESSEL_H
#define LEYDEN_PROPAGATOR_BESSEL_H

/* J_0(x) .. J_n(x) for x >= 0 by Miller's downward recurrence, absolute error about 1e-16. */
void ley_bessel(double *j, double x, int n);

#endif
