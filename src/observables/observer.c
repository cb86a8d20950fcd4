/* The observer: its room, and the moment it looks at. */
#include "observables/observer.h"

#include "core/memory.h"
#include "core/status.h"
#include "observables/battery.h"
#include "observables/spectra.h"

#include <math.h>

static ley_index largest_side(const ley_model *model, bool joint) {
    ley_index d = model->cells + 1, levels = model->levels > 0 ? model->levels : 1;
    if (joint) return d * levels;
    return d > levels ? d : levels;
}

ley_index ley_battery_states(int32_t cells) {
    ley_index n = 0;
    for (int32_t b = 0; b < ley_spin_blocks(cells); b++) n += ley_spin_two_j(cells, b) + 1;
    return n;
}

double ley_observer_bytes(const ley_model *model, const ley_observable *list, ley_index n) {
    bool joint = false;
    bool compares = false;
    for (ley_index i = 0; i < n; i++) {
        joint |= ley_observable_needs_joint(list[i]);
        compares |= list[i] == LEY_TRACE_DISTANCE_JOINT;
    }
    double side = (double)largest_side(model, joint), states = (double)ley_battery_states(model->cells);
    double levels = model->levels > 0 ? model->levels : 1;
    double values = states + levels + (joint ? states * levels + side : 0);
    return side * side * sizeof(ley_complex) * (compares ? 2 : 1) +
           (values + (double)ley_passive_scratch(model->cells)) * sizeof(double);
}

ley_status ley_observer_create(ley_observer **observer, const ley_generator *generator, const ley_observable *list,
                               ley_index n, ley_error *err) {
    ley_observer *self = ley_allocate(1, sizeof *self);
    if (!self) return ley_fail(err, LEY_ERR_MEMORY, "observables", "no memory");
    self->generator = generator;
    for (ley_index i = 0; i < n; i++) self->needs_state |= ley_observable_needs_joint(list[i]);
    const size_t states = (size_t)ley_battery_states(generator->blocks.cells),
                 levels = (size_t)generator->blocks.levels;
    const bool unlike = generator->blocks.whole > 0; /* a joint state has no blocks then */
    const size_t side = (size_t)largest_side(generator->model, self->needs_state && !unlike);
    self->battery_values = ley_allocate(states, sizeof(double));
    self->cavity_values = ley_allocate(levels, sizeof(double));
    self->scratch = ley_allocate((size_t)ley_passive_scratch(generator->blocks.cells), sizeof(double));
    self->matrix = ley_allocate(side * side, sizeof *self->matrix);
    bool compares = false;
    for (ley_index i = 0; i < n; i++) compares |= list[i] == LEY_TRACE_DISTANCE_JOINT;
    if (compares) self->other = ley_allocate(side * side, sizeof *self->other);
    if (self->needs_state) {
        self->joint_values = ley_allocate(states * levels, sizeof(double));
        self->block_values = ley_allocate(side, sizeof(double));
    }
    if (!self->battery_values || !self->cavity_values || !self->scratch || !self->matrix ||
        (compares && !self->other) || (self->needs_state && (!self->joint_values || !self->block_values))) {
        ley_observer_destroy(self);
        return ley_fail(err, LEY_ERR_MEMORY, "observables", "no memory for a matrix of %lld rows", (long long)side);
    }
    ley_status status = unlike ? ley_whole_create(&self->whole, generator, self->needs_state, err) : LEY_OK;
    if (status != LEY_OK) {
        ley_observer_destroy(self);
        return status;
    }
    *observer = self;
    return LEY_OK;
}

void ley_observer_destroy(ley_observer *observer) {
    if (!observer) return;
    ley_release(observer->battery_values);
    ley_release(observer->cavity_values);
    ley_release(observer->joint_values);
    ley_release(observer->block_values);
    ley_release(observer->scratch);
    ley_release(observer->decay_bounds);
    ley_release(observer->matrix);
    ley_release(observer->other);
    ley_whole_destroy(observer->whole);
    ley_release(observer);
}

void ley_observer_derive(ley_observer *self, const ley_derived *derived) {
    self->derived = derived;
}

bool ley_observer_needs_state(const ley_observer *observer) {
    return observer->needs_state;
}

void ley_observer_look(ley_observer *observer, double t, double *reduced, const double *x, double heat) {
    observer->t = t;
    observer->heat = heat;
    observer->reduced = ley_reduced_view(&observer->generator->blocks, reduced);
    observer->x = x;
    observer->known = (ley_observer_known){0};
    if (observer->whole) ley_whole_look(observer->whole, t, &observer->reduced, x);
}

ley_status ley_observer_health(ley_observer *self, double *min_eigenvalue, double *hermiticity, double *trace,
                               ley_error *err) {
    ley_status status = ley_battery_spectrum(self, err);
    if (status != LEY_OK) return status;
    const ley_blocks *blocks = &self->generator->blocks;
    double lowest = INFINITY, square = 0, sum = 0;
    if (self->whole) status = ley_whole_lowest(self->whole, &lowest, err);
    if (status != LEY_OK) return status;
    const double *values = self->battery_values;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        ley_index d = ley_spin_two_j(blocks->cells, b) + 1;
        const ley_complex *block = self->reduced.battery + blocks->offset[b];
        lowest = fmin(lowest, values[0]);
        values += d;
        sum += ley_block_weight(self, b);
        if (!ley_blocks_kept(blocks, b)) continue;
        if (blocks->diagonal)
            for (ley_index i = 0; i < d; i++) square += 4 * block[i].im * block[i].im;
        for (ley_index i = 0; i < d && !blocks->diagonal; i++)
            for (ley_index k = 0; k < d; k++) {
                double re = block[i * d + k].re - block[k * d + i].re,
                       im = block[i * d + k].im + block[k * d + i].im;
                square += re * re + im * im;
            }
    }
    *min_eigenvalue = lowest;
    *hermiticity = sqrt(square);
    *trace = sum;
    return LEY_OK;
}
