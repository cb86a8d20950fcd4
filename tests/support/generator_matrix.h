/* Judges that have a generator as a whole matrix: its stationary state, and its list of eigenvalues. */
#ifndef TESTS_GENERATOR_MATRIX_H
#define TESTS_GENERATOR_MATRIX_H

#include "leyden.h"
#include "support/dense.h"

/* The state of trace 1 with L rho = 0, by elimination; l is used up. Rows and columns: element [i][k] of rho (n x
 * n), once for each of `states` states of the noise, over which the result is summed. */
dense stationary_of(double _Complex *l, int n, int states);

/* Takes the value nearest to (re, im) out of the list; how far it was, INFINITY from an empty list. */
double take_nearest(ley_complex *list, ley_index *n, double re, double im);

#endif
