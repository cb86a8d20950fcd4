#include "observables/distance.h"

#include "linalg/hermitian.h"

#include <math.h>

/* Half the trace norm of self->matrix, side x side, added to *sum. */
static ley_status add_half_norm(ley_observer *self, double *sum, ley_index side, double *values, ley_error *err) {
    ley_status status = ley_hermitian_values(values, self->matrix, side, err);
    for (ley_index i = 0; i < side && status == LEY_OK; i++) *sum += 0.5 * fabs(values[i]);
    return status;
}

ley_status ley_trace_distance(ley_observer *self, double *distance, ley_error *err) {
    const ley_blocks *blocks = &self->generator->blocks;
    const ley_reduced second = ley_reduced_of_second(blocks, &self->reduced);
    *distance = 0;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        if (!ley_blocks_kept(blocks, b)) continue;
        const ley_index d = ley_spin_two_j(blocks->cells, b) + 1, n = blocks->offset[b + 1] - blocks->offset[b];
        const ley_complex *one = self->reduced.battery + blocks->offset[b],
                          *other = second.battery + blocks->offset[b];
        if (blocks->diagonal)
            for (ley_index i = 0; i < d; i++) *distance += 0.5 * fabs(one[i].re - other[i].re);
        if (blocks->diagonal) continue;
        for (ley_index i = 0; i < n; i++)
            self->matrix[i] = (ley_complex){one[i].re - other[i].re, one[i].im - other[i].im};
        self->known.battery = false; /* the room for its eigenvalues is taken */
        ley_status status = add_half_norm(self, distance, d, self->battery_values, err);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

ley_status ley_trace_distance_joint(ley_observer *self, double *distance, ley_error *err) {
    const ley_blocks *blocks = &self->generator->blocks;
    const double *x = self->x;
    const ley_generator *second = self->generator->class->second(self->generator, &x);
    *distance = 0;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const ley_index side = (ley_spin_two_j(blocks->cells, b) + 1) * (ley_index)blocks->levels;
        self->generator->class->joint_block(self->generator, self->matrix, self->x, b);
        second->class->joint_block(second, self->other, x, b);
        for (ley_index i = 0; i < side * side; i++) {
            self->matrix[i].re -= self->other[i].re;
            self->matrix[i].im -= self->other[i].im;
        }
        ley_status status = add_half_norm(self, distance, side, self->block_values, err);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}
