#include "observables/whole.h"

#include "basis/orbits.h"
#include "core/memory.h"
#include "core/status.h"
#include "linalg/hermitian.h"
#include "observables/energy.h"
#include "observables/entropy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct ley_whole {
    const ley_generator *generator;
    ley_reduced reduced;
    const double *x;
    double t;
    bool known;                  /* values are those of the moment looked at */
    double *values;              /* [2^N] of the battery, ascending */
    double *levels;              /* [2^N] of H_B, ascending */
    double *joint_values;        /* [side] */
    ley_complex *matrix, *other; /* [2^N * 2^N], or with the cavity */
};

ley_status ley_whole_create(ley_whole **whole, const ley_generator *generator, bool joint, ley_error *err) {
    const size_t states = (size_t)generator->blocks.whole, levels = (size_t)generator->blocks.levels;
    const size_t side = joint || levels > states ? states * levels : states;
    ley_whole *self = ley_allocate(1, sizeof *self);
    if (!self) return ley_fail(err, LEY_ERR_MEMORY, "observables", "no memory");
    self->generator = generator;
    self->values = ley_allocate(states, sizeof *self->values);
    self->levels = ley_allocate(states, sizeof *self->levels);
    self->joint_values = ley_allocate(side, sizeof *self->joint_values);
    self->matrix = ley_allocate(side * side, sizeof *self->matrix);
    if (joint) self->other = ley_allocate(side * side, sizeof *self->other);
    if (!self->values || !self->levels || !self->joint_values || !self->matrix || (joint && !self->other)) {
        ley_whole_destroy(self);
        return ley_fail(err, LEY_ERR_MEMORY, "observables", "no memory for a matrix of %zu rows", side);
    }
    *whole = self;
    return LEY_OK;
}

void ley_whole_destroy(ley_whole *whole) {
    if (!whole) return;
    ley_release(whole->values);
    ley_release(whole->levels);
    ley_release(whole->joint_values);
    ley_release(whole->matrix);
    ley_release(whole->other);
    ley_release(whole);
}

void ley_whole_look(ley_whole *whole, double t, const ley_reduced *reduced, const double *x) {
    whole->t = t;
    whole->reduced = *reduced;
    whole->x = x;
    whole->known = false;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int32_t cells_of(const ley_whole *self) {
    return self->generator->blocks.cells;
}

/* ---- Spectra ----------------------------------------------------------------------------------------------------
 */

/* No coherence between different numbers of excited cells: exact zeros stay where nothing makes one. */
static bool is_graded(const ley_complex *rho, ley_index states) {
    for (ley_index x = 0; x < states; x++)
        for (ley_index y = 0; y < x; y++) {
            const ley_complex z = rho[x * states + y];
            if ((z.re != 0 || z.im != 0) && ley_excited(x) != ley_excited(y)) return false;
        }
    return true;
}

static ley_status spectrum(ley_whole *self, ley_error *err) {
    if (self->known) return LEY_OK;
    const ley_index states = self->generator->blocks.whole;
    const ley_complex *rho = self->reduced.cells;
    ley_status status = LEY_OK;
    if (is_graded(rho, states)) {
        ley_index n = 0;
        for (int32_t k = 0; k <= cells_of(self) && status == LEY_OK; k++) {
            ley_index row = 0;
            for (ley_index x = 0; x < states; x++) row += ley_excited(x) == k;
            const ley_index side = row;
            row = 0;
            for (ley_index x = 0; x < states; x++) {
                if (ley_excited(x) != k) continue;
                ley_index column = 0;
                for (ley_index y = 0; y < states; y++)
                    if (ley_excited(y) == k) self->matrix[row * side + column++] = rho[x * states + y];
                row++;
            }
            status = ley_hermitian_values(self->values + n, self->matrix, side, err);
            n += side;
        }
        qsort(self->values, (size_t)states, sizeof *self->values, ascending);
    } else {
        memcpy(self->matrix, rho, (size_t)(states * states) * sizeof *rho);
        status = ley_hermitian_values(self->values, self->matrix, states, err);
    }
    self->known = status == LEY_OK;
    return status;
}

ley_status ley_whole_lowest(ley_whole *whole, double *eigenvalue, ley_error *err) {
    ley_status status = spectrum(whole, err);
    if (status == LEY_OK) *eigenvalue = whole->values[0];
    return status;
}

static ley_index joint_side(const ley_whole *self) {
    return self->generator->blocks.whole * self->generator->blocks.levels;
}

static void joint_state(const ley_whole *self, ley_complex *matrix) {
    self->generator->class->joint_block(self->generator, matrix, self->x, 0);
}

/* ---- Energies ---------------------------------------------------------------------------------------------------
 */

/* Of a cell beyond the common one. In a rotating frame all are measured alike. */
static bool has_offsets(const ley_model *model) {
    return model->unlike.frequency && !model->battery_energy_given;
}

static double battery_energy(const ley_whole *self) {
    const ley_model *model = self->generator->model;
    double energy = ley_model_battery_energy_frequency(model, self->t) *
                    ley_excitations(&self->generator->blocks, &self->reduced);
    if (has_offsets(model)) energy += self->reduced.term[LEY_TERM_OFFSET].re;
    return energy;
}

/* Largest probability on the lowest level of H_B. */
static double passive_energy(ley_whole *self) {
    const ley_model *model = self->generator->model;
    const double w0 = ley_model_battery_energy_frequency(model, self->t);
    const ley_index states = self->generator->blocks.whole;
    for (ley_index x = 0; x < states; x++) {
        self->levels[x] = w0 * ley_excited(x);
        for (int32_t i = 0; i < cells_of(self) && has_offsets(model); i++)
            if (x >> i & 1) self->levels[x] += model->unlike.offset[i];
    }
    qsort(self->levels, (size_t)states, sizeof *self->levels, ascending);
    double sum = 0;
    for (ley_index i = 0; i < states; i++) sum += self->levels[i] * self->values[states - 1 - i];
    return sum;
}

/* ---- Values -----------------------------------------------------------------------------------------------------
 */

static double square_norm(const ley_complex *z, ley_index n) {
    double sum = 0;
    for (ley_index i = 0; i < n; i++) sum += z[i].re * z[i].re + z[i].im * z[i].im;
    return sum;
}

static ley_status trace_distance(ley_whole *self, double *v, const ley_complex *a, const ley_complex *b,
                                 ley_index side, ley_error *err) {
    for (ley_index i = 0; i < side * side; i++)
        self->matrix[i] = (ley_complex){a[i].re - b[i].re, a[i].im - b[i].im};
    ley_status status = ley_hermitian_values(self->joint_values, self->matrix, side, err);
    *v = 0;
    for (ley_index i = 0; i < side && status == LEY_OK; i++) *v += 0.5 * fabs(self->joint_values[i]);
    return status;
}

static ley_status trace_distance_joint(ley_whole *self, double *v, ley_error *err) {
    const double *x = self->x;
    const ley_generator *second = self->generator->class->second(self->generator, &x);
    joint_state(self, self->matrix);
    second->class->joint_block(second, self->other, x, 0);
    return trace_distance(self, v, self->matrix, self->other, joint_side(self), err);
}

static ley_status mutual_information(ley_whole *self, double *v, ley_error *err) {
    const ley_index side = joint_side(self), levels = self->generator->blocks.levels;
    ley_status status = spectrum(self, err);
    if (status != LEY_OK) return status;
    *v = ley_entropy_terms(self->values, self->generator->blocks.whole);
    memcpy(self->matrix, self->reduced.cavity, (size_t)(levels * levels) * sizeof *self->matrix);
    status = ley_hermitian_values(self->joint_values, self->matrix, levels, err);
    if (status != LEY_OK) return status;
    *v += ley_entropy_terms(self->joint_values, levels);
    joint_state(self, self->matrix);
    status = ley_hermitian_values(self->joint_values, self->matrix, side, err);
    *v -= ley_entropy_terms(self->joint_values, side);
    return status;
}

static ley_status log_negativity(ley_whole *self, double *v, ley_error *err) {
    const ley_index side = joint_side(self);
    joint_state(self, self->matrix);
    ley_transpose_cavity(self->matrix, self->generator->blocks.whole, self->generator->blocks.levels);
    ley_status status = ley_hermitian_values(self->joint_values, self->matrix, side, err);
    double norm = 0;
    for (ley_index i = 0; i < side && status == LEY_OK; i++) norm += fabs(self->joint_values[i]);
    *v = log2(norm);
    return status;
}

ley_status ley_whole_value(ley_whole *self, bool *known, double *value, ley_observable what, ley_error *err) {
    const ley_index states = self->generator->blocks.whole;
    ley_status status = LEY_OK;
    double v = NAN;
    *known = true;
    switch (what) {
    case LEY_BATTERY_ENERGY:
        v = battery_energy(self);
        break;
    case LEY_POWER:
        v = self->t > 0 ? battery_energy(self) / self->t : 0;
        break;
    case LEY_BATTERY_ERGOTROPY:
    case LEY_BATTERY_PASSIVE_ENERGY:
    case LEY_BATTERY_LOCKED_ENERGY:
        status = spectrum(self, err);
        if (status != LEY_OK) break;
        v = passive_energy(self);
        if (what == LEY_BATTERY_ERGOTROPY) v = battery_energy(self) - v;
        break;
    case LEY_BATTERY_ENTROPY:
        status = spectrum(self, err);
        if (status == LEY_OK) v = ley_entropy_terms(self->values, states);
        break;
    case LEY_BATTERY_PURITY:
        v = square_norm(self->reduced.cells, states * states);
        break;
    case LEY_TRACE_DISTANCE: {
        const ley_reduced second = ley_reduced_of_second(&self->generator->blocks, &self->reduced);
        status = trace_distance(self, &v, self->reduced.cells, second.cells, states, err);
        break;
    }
    case LEY_TRACE_DISTANCE_JOINT:
        status = trace_distance_joint(self, &v, err);
        break;
    case LEY_TOTAL_PURITY:
        joint_state(self, self->matrix);
        v = square_norm(self->matrix, joint_side(self) * joint_side(self));
        break;
    case LEY_MUTUAL_INFORMATION:
        status = mutual_information(self, &v, err);
        break;
    case LEY_LOG_NEGATIVITY:
        status = log_negativity(self, &v, err);
        break;
    default:
        *known = false;
        return LEY_OK;
    }
    if (status != LEY_OK) return status;
    if (!isfinite(v))
        return ley_fail(err, LEY_ERR_NUMERIC, ley_observable_name((ley_index)what), "not finite at t = %.6g",
                        self->t);
    *value = v;
    return LEY_OK;
}
