#include "observables/entropy.h"

#include "basis/spin.h"

#include <math.h>

double ley_entropy_terms(const double *lambda, ley_index n) {
    double sum = 0;
    for (ley_index i = 0; i < n; i++)
        if (lambda[i] > 0) sum -= lambda[i] * log(lambda[i]);
    return sum;
}

double ley_entropy_blocks(int32_t cells, const double *lambda, ley_index factor) {
    double sum = 0;
    for (int32_t b = 0; b < ley_spin_blocks(cells); b++) {
        int32_t two_j = ley_spin_two_j(cells, b);
        ley_index n = (two_j + 1) * factor;
        double weight = 0;
        for (ley_index i = 0; i < n; i++) weight += fmax(0, lambda[i]);
        sum += ley_entropy_terms(lambda, n) + weight * ley_log_multiplicity(cells, two_j);
        lambda += n;
    }
    return sum;
}

void ley_transpose_cavity(ley_complex *block, ley_index d, ley_index levels) {
    const ley_index row = d * levels;
    for (ley_index i = 0; i < d; i++)
        for (ley_index k = 0; k < d; k++)
            for (ley_index n = 0; n < levels; n++)
                for (ley_index l = n + 1; l < levels; l++) {
                    ley_complex *p = &block[(i * levels + n) * row + k * levels + l];
                    ley_complex *q = &block[(i * levels + l) * row + k * levels + n];
                    ley_complex swap = *p;
                    *p = *q;
                    *q = swap;
                }
}
