#include "observables/purity.h"

#include <math.h>

double ley_battery_purity(const ley_observer *self) {
    const ley_blocks *blocks = &self->generator->blocks;
    double sum = 0;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        double square = 0;
        for (ley_index i = blocks->offset[b]; i < blocks->offset[b + 1]; i++) {
            ley_complex z = self->reduced.battery[i];
            square += z.re * z.re + z.im * z.im;
        }
        sum += square * exp(-ley_log_multiplicity(blocks->cells, ley_spin_two_j(blocks->cells, b)));
    }
    return sum;
}

double ley_total_purity(const ley_observer *self) {
    const ley_blocks *blocks = &self->generator->blocks;
    double sum = 0;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        ley_index side = (ley_spin_two_j(blocks->cells, b) + 1) * (ley_index)blocks->levels;
        self->generator->class->joint_block(self->generator, self->matrix, self->x, b);
        double square = 0;
        for (ley_index i = 0; i < side * side; i++)
            square += self->matrix[i].re * self->matrix[i].re + self->matrix[i].im * self->matrix[i].im;
        sum += square * exp(-ley_log_multiplicity(blocks->cells, ley_spin_two_j(blocks->cells, b)));
    }
    return sum;
}

double ley_cavity_purity(const ley_observer *self) {
    double sum = 0;
    ley_index levels = self->generator->blocks.levels;
    for (ley_index i = 0; i < levels * levels; i++) {
        ley_complex z = self->reduced.cavity[i];
        sum += z.re * z.re + z.im * z.im;
    }
    return sum;
}
