#include "run/nodes.h"

#include <math.h>
#include <string.h>

double ley_node_time(double begin, double end, int k) {
    if (k == LEY_NODES - 1) return end;
    double x = sin(0.5 * acos(-1.0) * k / (LEY_NODES - 1)); /* (1 - cos) / 2 without cancellation */
    return begin + (end - begin) * x * x;
}

/* Barycentric: w_k = (-1)^k, halved at both ends. */
void ley_node_weights(double *weight, const double *nodes, double t) {
    double sum = 0;
    for (int k = 0; k < LEY_NODES; k++) {
        if (t == nodes[k]) {
            memset(weight, 0, LEY_NODES * sizeof *weight);
            weight[k] = 1;
            return;
        }
        weight[k] = (k % 2 == 0 ? 1.0 : -1.0) * (k == 0 || k == LEY_NODES - 1 ? 0.5 : 1.0) / (t - nodes[k]);
        sum += weight[k];
    }
    for (int k = 0; k < LEY_NODES; k++) weight[k] /= sum;
}

void ley_node_coefficient(double *weight, int i) {
    const int last = LEY_NODES - 1;
    for (int k = 0; k <= last; k++) {
        double half = (k == 0 || k == last ? 0.5 : 1) * (i == 0 || i == last ? 0.5 : 1);
        weight[k] = 2.0 / last * half * cos(acos(-1.0) * i * (last - k) / last);
    }
}
