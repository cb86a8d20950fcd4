/* run: interpolation in time through Chebyshev points of a stretch, both ends included. Callers: parts, march. */
#ifndef LEYDEN_RUN_NODES_H
#define LEYDEN_RUN_NODES_H

enum { LEY_NODES = 24 };

double ley_node_time(double begin, double end, int k); /* begin for k = 0, end for k = LEY_NODES - 1 */
/* weight[LEY_NODES]: the interpolating polynomial at t is the sum of weight[k] times the value at nodes[k]. */
void ley_node_weights(double *weight, const double *nodes, double t);
/* Coefficient of the Chebyshev polynomial T_i in the interpolating polynomial, in the same way. */
void ley_node_coefficient(double *weight, int i);

#endif
