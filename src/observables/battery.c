#include "observables/battery.h"

#include <string.h>

double ley_block_weight(const ley_observer *self, int32_t b) {
    const ley_blocks *blocks = &self->generator->blocks;
    ley_index d = ley_spin_two_j(blocks->cells, b) + 1, stride = ley_blocks_stride(blocks, b);
    double sum = 0;
    if (!ley_blocks_kept(blocks, b)) return 0;
    for (ley_index i = 0; i < d; i++) sum += self->reduced.battery[blocks->offset[b] + i * stride].re;
    return sum;
}

/* Of |j, m>: (j + m) (j - m + 1). */
double ley_jplus_jminus(const ley_observer *self) {
    const ley_blocks *blocks = &self->generator->blocks;
    double sum = 0;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        if (!ley_blocks_kept(blocks, b)) continue;
        ley_index two_j = ley_spin_two_j(blocks->cells, b), stride = ley_blocks_stride(blocks, b);
        for (ley_index i = 1; i <= two_j; i++)
            sum += (double)(i * (two_j - i + 1)) * self->reduced.battery[blocks->offset[b] + i * stride].re;
    }
    return sum;
}

double ley_population_of(const void *observer, int32_t b, int32_t i_m) {
    const ley_observer *self = observer;
    const ley_blocks *blocks = &self->generator->blocks;
    if (!ley_blocks_kept(blocks, b)) return 0;
    return self->reduced.battery[blocks->offset[b] + i_m * ley_blocks_stride(blocks, b)].re;
}

void ley_level_populations(const ley_observer *self, double *value) {
    const ley_blocks *blocks = &self->generator->blocks;
    memset(value, 0, ((size_t)blocks->cells + 1) * sizeof *value);
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        if (!ley_blocks_kept(blocks, b)) continue;
        ley_index d = ley_spin_two_j(blocks->cells, b) + 1, stride = ley_blocks_stride(blocks, b);
        for (ley_index i = 0; i < d; i++) value[b + i] += self->reduced.battery[blocks->offset[b] + i * stride].re;
    }
}

/* Blocks that are not kept are zero. */
void ley_battery_elements(const ley_observer *self, double *value) {
    const ley_blocks *blocks = &self->generator->blocks;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const ley_index d = ley_spin_two_j(blocks->cells, b) + 1;
        const ley_complex *block = self->reduced.battery + blocks->offset[b];
        for (ley_index i = 0; i < d * d; i++, value += 2) {
            const bool there = ley_blocks_kept(blocks, b) && (!blocks->diagonal || i % (d + 1) == 0);
            const ley_complex z = there ? block[blocks->diagonal ? i / (d + 1) : i] : (ley_complex){0, 0};
            value[0] = z.re;
            value[1] = z.im;
        }
    }
}
