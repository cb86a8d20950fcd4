#include "observables/coherence.h"

#include "observables/entropy.h"

#include <math.h>

double ley_coherence_l1(const ley_observer *self) {
    const ley_blocks *blocks = &self->generator->blocks;
    double sum = 0;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        if (blocks->diagonal || !ley_blocks_kept(blocks, b)) continue;
        ley_index d = ley_spin_two_j(blocks->cells, b) + 1;
        const ley_complex *block = self->reduced.battery + blocks->offset[b];
        for (ley_index i = 0; i < d; i++)
            for (ley_index k = 0; k < d; k++)
                if (i != k) sum += hypot(block[i * d + k].re, block[i * d + k].im);
    }
    return sum;
}

/* S(diagonal) - S: multiplicities cancel. */
double ley_coherence_relative(const ley_observer *self) {
    const ley_blocks *blocks = &self->generator->blocks;
    double sum = 0;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        if (!ley_blocks_kept(blocks, b)) continue;
        ley_index d = ley_spin_two_j(blocks->cells, b) + 1, stride = ley_blocks_stride(blocks, b);
        const ley_complex *block = self->reduced.battery + blocks->offset[b];
        for (ley_index i = 0; i < d; i++) {
            double p = block[i * stride].re;
            sum += ley_entropy_terms(&p, 1);
        }
    }
    return sum - ley_entropy_terms(self->battery_values, ley_battery_states(blocks->cells));
}
