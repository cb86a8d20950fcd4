#include "observables/spectra.h"

#include "linalg/hermitian.h"
#include "observables/entropy.h"

#include <math.h>
#include <string.h>

ley_status ley_battery_spectrum(ley_observer *self, ley_error *err) {
    if (self->known.battery) return LEY_OK;
    const ley_blocks *blocks = &self->generator->blocks;
    double *values = self->battery_values;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        ley_index d = ley_spin_two_j(blocks->cells, b) + 1;
        const ley_complex *block = self->reduced.battery + blocks->offset[b];
        ley_status status = LEY_OK;
        if (!ley_blocks_kept(blocks, b)) {
            memset(values, 0, (size_t)d * sizeof *values);
        } else if (blocks->diagonal) {
            status = ley_diagonal_values(values, block, d, err);
        } else {
            memcpy(self->matrix, block, (size_t)(d * d) * sizeof *self->matrix);
            status = ley_hermitian_values(values, self->matrix, d, err);
        }
        if (status != LEY_OK) return status;
        values += d;
    }
    self->known.battery = true;
    return LEY_OK;
}

static ley_status cavity_spectrum(ley_observer *self, ley_error *err) {
    if (self->known.cavity) return LEY_OK;
    ley_index levels = self->generator->blocks.levels;
    memcpy(self->matrix, self->reduced.cavity, (size_t)(levels * levels) * sizeof *self->matrix);
    ley_status status = ley_hermitian_values(self->cavity_values, self->matrix, levels, err);
    self->known.cavity = status == LEY_OK;
    return status;
}

static ley_status joint_spectrum(ley_observer *self, ley_error *err) {
    if (self->known.joint) return LEY_OK;
    const ley_blocks *blocks = &self->generator->blocks;
    double *values = self->joint_values;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        ley_index side = (ley_spin_two_j(blocks->cells, b) + 1) * (ley_index)blocks->levels;
        self->generator->class->joint_block(self->generator, self->matrix, self->x, b);
        ley_status status = ley_hermitian_values(values, self->matrix, side, err);
        if (status != LEY_OK) return status;
        values += side;
    }
    self->known.joint = true;
    return LEY_OK;
}

static ley_status negativity(ley_observer *self, ley_error *err) {
    if (self->known.negativity) return LEY_OK;
    const ley_blocks *blocks = &self->generator->blocks;
    double norm = 0;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        ley_index d = ley_spin_two_j(blocks->cells, b) + 1, side = d * blocks->levels;
        self->generator->class->joint_block(self->generator, self->matrix, self->x, b);
        ley_transpose_cavity(self->matrix, d, blocks->levels);
        ley_status status = ley_hermitian_values(self->block_values, self->matrix, side, err);
        if (status != LEY_OK) return status;
        for (ley_index i = 0; i < side; i++) norm += fabs(self->block_values[i]);
    }
    self->log_negativity = log2(norm);
    self->known.negativity = true;
    return LEY_OK;
}

ley_status ley_spectra_for(ley_observer *self, ley_observable what, ley_error *err) {
    const ley_eigenvalues wanted = ley_observable_eigenvalues(what);
    const bool all = wanted == LEY_EIGENVALUES_ALL;
    ley_status status = LEY_OK;
    if (all || wanted == LEY_EIGENVALUES_BATTERY) status = ley_battery_spectrum(self, err);
    if (status == LEY_OK && (all || wanted == LEY_EIGENVALUES_CAVITY)) status = cavity_spectrum(self, err);
    if (status == LEY_OK && all) status = joint_spectrum(self, err);
    if (status == LEY_OK && wanted == LEY_EIGENVALUES_TRANSPOSED) status = negativity(self, err);
    return status;
}
