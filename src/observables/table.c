/* From the vocabulary to numbers. Spectra are computed once a moment and shared. */
#include "observables/observables.h"

#include "core/memory.h"
#include "core/status.h"
#include "linalg/hermitian.h"
#include "observables/bounds.h"
#include "observables/currents.h"
#include "observables/energy.h"
#include "observables/entropy.h"
#include "observables/whole.h"

#include <math.h>
#include <string.h>

/* What has been computed for the moment looked at. */
typedef struct known {
    bool battery, cavity, joint, negativity;
} known;

struct ley_observer {
    const ley_generator *generator;
    const ley_derived *derived;
    double t, heat;
    ley_reduced reduced;
    const double *x;
    bool needs_state;
    known known;
    double *battery_values; /* [states |j, m>] block after block, ascending in each */
    double *cavity_values;  /* [levels] */
    double *joint_values;   /* [states * levels] */
    double log_negativity;
    double *block_values; /* [largest joint block] */
    double *scratch;      /* ley_passive_scratch */
    double *decay_bounds; /* [N + 1] of each charge, with decay_rate; NULL until asked for */
    double decay_rate[LEY_CHANNEL_COUNT], decay_factor; /* rates now, over those */
    ley_whole *whole;                                   /* NULL unless the cells are evolved one by one */
    ley_complex *matrix;                                /* largest matrix that is diagonalised */
    ley_complex *other; /* as large, NULL unless a joint state is compared with another */
};

static ley_index largest_side(const ley_model *model, bool joint) {
    ley_index d = model->cells + 1, levels = model->levels > 0 ? model->levels : 1;
    if (joint) return d * levels;
    return d > levels ? d : levels;
}

static ley_index battery_states(int32_t cells) {
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
    double side = (double)largest_side(model, joint), states = (double)battery_states(model->cells);
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
    const size_t states = (size_t)battery_states(generator->blocks.cells),
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
    observer->known = (known){0};
    if (observer->whole) ley_whole_look(observer->whole, t, &observer->reduced, x);
}

/* ---- Spectra --------------------------------------------------------------------------------------------------
 */

static ley_status battery_spectrum(ley_observer *self, ley_error *err) {
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

/* ---- Families ---------------------------------------------------------------------------------------------------
 */

static double purity_of_blocks(const ley_observer *self) {
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

static double purity_of_joint(const ley_observer *self) {
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

/* ---- The distance to a second run: docs/theory/memory.md ---- */

/* Half the trace norm of self->matrix, side x side, added to *sum. */
static ley_status add_half_norm(ley_observer *self, double *sum, ley_index side, double *values, ley_error *err) {
    ley_status status = ley_hermitian_values(values, self->matrix, side, err);
    for (ley_index i = 0; i < side && status == LEY_OK; i++) *sum += 0.5 * fabs(values[i]);
    return status;
}

static ley_status trace_distance(ley_observer *self, double *distance, ley_error *err) {
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

static ley_status trace_distance_joint(ley_observer *self, double *distance, ley_error *err) {
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

static double purity_of_cavity(const ley_observer *self) {
    double sum = 0;
    ley_index levels = self->generator->blocks.levels;
    for (ley_index i = 0; i < levels * levels; i++) {
        ley_complex z = self->reduced.cavity[i];
        sum += z.re * z.re + z.im * z.im;
    }
    return sum;
}

static double coherence_l1(const ley_observer *self) {
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
static double coherence_relative(const ley_observer *self) {
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
    return sum - ley_entropy_terms(self->battery_values, battery_states(blocks->cells));
}

static double block_weight(const ley_observer *self, int32_t b) {
    const ley_blocks *blocks = &self->generator->blocks;
    ley_index d = ley_spin_two_j(blocks->cells, b) + 1, stride = ley_blocks_stride(blocks, b);
    double sum = 0;
    if (!ley_blocks_kept(blocks, b)) return 0;
    for (ley_index i = 0; i < d; i++) sum += self->reduced.battery[blocks->offset[b] + i * stride].re;
    return sum;
}

/* Of |j, m>: (j + m) (j - m + 1). */
static double jplus_jminus(const ley_observer *self) {
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

static double population_of(const void *observer, int32_t b, int32_t i_m) {
    const ley_observer *self = observer;
    const ley_blocks *blocks = &self->generator->blocks;
    if (!ley_blocks_kept(blocks, b)) return 0;
    return self->reduced.battery[blocks->offset[b] + i_m * ley_blocks_stride(blocks, b)].re;
}

static void level_populations(const ley_observer *self, double *value) {
    const ley_blocks *blocks = &self->generator->blocks;
    memset(value, 0, ((size_t)blocks->cells + 1) * sizeof *value);
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        if (!ley_blocks_kept(blocks, b)) continue;
        ley_index d = ley_spin_two_j(blocks->cells, b) + 1, stride = ley_blocks_stride(blocks, b);
        for (ley_index i = 0; i < d; i++) value[b + i] += self->reduced.battery[blocks->offset[b] + i * stride].re;
    }
}

/* Blocks that are not kept are zero. */
static void elements(const ley_observer *self, double *value) {
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

static double passive(ley_observer *self, ley_count count) {
    double unit = ley_model_battery_energy_frequency(self->generator->model, self->t);
    int32_t cells = self->generator->blocks.cells;
    if (unit >= 0) return unit * ley_passive_energy(cells, self->battery_values, count, self->scratch);
    /* Levels upside down: w0 K = |w0| (N - K) - |w0| N, and every count is symmetric under K -> N - K. */
    return -unit * (ley_passive_energy(cells, self->battery_values, count, self->scratch) - cells);
}

static ley_status spectra_for(ley_observer *self, ley_observable what, ley_error *err) {
    const ley_eigenvalues wanted = ley_observable_eigenvalues(what);
    const bool all = wanted == LEY_EIGENVALUES_ALL;
    ley_status status = LEY_OK;
    if (all || wanted == LEY_EIGENVALUES_BATTERY) status = battery_spectrum(self, err);
    if (status == LEY_OK && (all || wanted == LEY_EIGENVALUES_CAVITY)) status = cavity_spectrum(self, err);
    if (status == LEY_OK && all) status = joint_spectrum(self, err);
    if (status == LEY_OK && wanted == LEY_EIGENVALUES_TRANSPOSED) status = negativity(self, err);
    return status;
}

/* Are all rates those of before, times one factor? */
static bool in_proportion(double *factor, const double *rate, const double *before) {
    int largest = 0;
    for (int c = 1; c < LEY_CHANNEL_COUNT; c++)
        if (fabs(before[c]) > fabs(before[largest])) largest = c;
    *factor = before[largest] != 0 ? rate[largest] / before[largest] : 1;
    for (int c = 0; c < LEY_CHANNEL_COUNT; c++)
        if (!(fabs(rate[c] - *factor * before[c]) <= 1e-15 * fabs(rate[c]))) return false;
    return *factor >= 0; /* a bound of negative rates is not the negative bound */
}

/* They take N^3 operations, and are computed once for all rates that stay in proportion. */
static ley_status decay_bounds_for(ley_observer *self, ley_observable what, ley_error *err) {
    const ley_model *model = self->generator->model;
    if (what != LEY_BATTERY_COHERENCE_DECAY_BOUND && what != LEY_BATTERY_SECTOR_DECAY_BOUNDS) return LEY_OK;
    double rate[LEY_CHANNEL_COUNT];
    for (int c = 0; c < LEY_CHANNEL_COUNT; c++) rate[c] = ley_signal_at(&model->rate[c], self->t);
    if (self->decay_bounds && in_proportion(&self->decay_factor, rate, self->decay_rate)) return LEY_OK;
    if (!self->decay_bounds) self->decay_bounds = ley_allocate((size_t)model->cells + 1, sizeof(double));
    if (!self->decay_bounds) return ley_fail(err, LEY_ERR_MEMORY, "observables", "no memory for bounds of decay");
    for (int32_t k = 0; k <= model->cells; k++) self->decay_bounds[k] = ley_charge_decay_bound(model, self->t, k);
    memcpy(self->decay_rate, rate, sizeof rate);
    self->decay_factor = 1;
    return LEY_OK;
}

static ley_status part_value(void *self, double *value, ley_observable part, ley_error *err) {
    return ley_observer_value(self, value, part, err);
}

ley_status ley_observer_value(ley_observer *self, double *value, ley_observable what, ley_error *err) {
    if (ley_observable_is_derived(what) && self->derived)
        return ley_derived_value(self->derived, value, what, self->t, part_value, self, err);
    const ley_model *model = self->generator->model;
    const ley_blocks *blocks = &self->generator->blocks;
    const ley_reduced *reduced = &self->reduced;
    const double t = self->t;
    if (ley_observable_needs_second(what) && !blocks->second)
        return ley_fail(err, LEY_ERR_ARGUMENT, ley_observable_name((ley_index)what), "there is no second run");
    ley_status status = LEY_OK;
    bool whole = false;
    if (self->whole) status = ley_whole_value(self->whole, &whole, value, what, err);
    if (status != LEY_OK || whole) return status;
    status = spectra_for(self, what, err);
    if (status == LEY_OK) status = decay_bounds_for(self, what, err);
    if (status != LEY_OK) return status;
    const double w0 = ley_model_battery_energy_frequency(model, t);
    const double energy = w0 * ley_excitations(blocks, reduced);
    const ley_complex amplitude = reduced->moment[LEY_MOMENT_B_ONE * LEY_MOMENT_CAVITY + LEY_MOMENT_C_A];
    double v = NAN; /* refused below unless a case sets it */
    switch (what) {
    case LEY_BATTERY_ENERGY:
        v = energy;
        break;
    case LEY_BATTERY_ERGOTROPY:
        v = energy - passive(self, LEY_COUNT_GLOBAL);
        break;
    case LEY_BATTERY_ERGOTROPY_COLLECTIVE:
        v = energy - passive(self, LEY_COUNT_COLLECTIVE);
        break;
    case LEY_BATTERY_ERGOTROPY_DICKE:
        v = energy - passive(self, LEY_COUNT_DICKE);
        break;
    case LEY_BATTERY_ERGOTROPY_HYBRID:
        v = energy - passive(self, LEY_COUNT_HYBRID);
        break;
    case LEY_BATTERY_PASSIVE_ENERGY:
    case LEY_BATTERY_LOCKED_ENERGY:
        v = passive(self, LEY_COUNT_GLOBAL);
        break;
    case LEY_BATTERY_ENTROPY:
        v = ley_entropy_blocks(blocks->cells, self->battery_values, 1);
        break;
    case LEY_BATTERY_ENTROPY_DICKE:
        v = ley_entropy_terms(self->battery_values, battery_states(blocks->cells));
        break;
    case LEY_BATTERY_PURITY:
        v = purity_of_blocks(self);
        break;
    case LEY_BATTERY_JZ:
        v = ley_excitations(blocks, reduced) - 0.5 * blocks->cells;
        break;
    case LEY_BATTERY_JPLUS_JMINUS:
        v = jplus_jminus(self);
        break;
    case LEY_BATTERY_COHERENCE_L1:
        v = coherence_l1(self);
        break;
    case LEY_BATTERY_COHERENCE_RELATIVE:
        v = coherence_relative(self);
        break;
    case LEY_BATTERY_BRIGHT_WEIGHT:
        v = block_weight(self, 0);
        break;
    case LEY_BATTERY_BRIGHT_LEAKAGE:
        v = ley_bright_outflow(model, t, population_of, self) - ley_bright_return(model, t, population_of, self);
        break;
    case LEY_BATTERY_BRIGHT_OUTFLOW:
        v = ley_bright_outflow(model, t, population_of, self);
        break;
    case LEY_BATTERY_SPIN_CURRENTS:
        if (!isfinite(ley_excitations(blocks, reduced))) break;
        ley_spin_currents(model, t, population_of, self, value);
        return LEY_OK;
    case LEY_BATTERY_COHERENCE_DECAY_BOUND:
        v = INFINITY;
        for (int32_t k = 1; k <= blocks->cells; k++) v = fmin(v, self->decay_factor * self->decay_bounds[k]);
        break;
    case LEY_BATTERY_SECTOR_DECAY_BOUNDS:
        for (int32_t k = 0; k <= blocks->cells; k++) value[k] = self->decay_factor * self->decay_bounds[k];
        return LEY_OK;
    case LEY_BATTERY_SPIN_WEIGHTS:
        if (!isfinite(ley_excitations(blocks, reduced))) break;
        for (int32_t b = 0; b < blocks->n_blocks; b++) value[b] = block_weight(self, b);
        return LEY_OK;
    case LEY_BATTERY_POPULATIONS:
        if (!isfinite(ley_excitations(blocks, reduced))) break;
        level_populations(self, value);
        return LEY_OK;
    case LEY_BATTERY_STATE:
        if (!isfinite(ley_excitations(blocks, reduced))) break;
        elements(self, value);
        return LEY_OK;
    case LEY_CAVITY_ENERGY:
        v = ley_model_cavity_energy_frequency(model, t) * ley_photons(reduced);
        break;
    case LEY_CAVITY_PHOTONS:
        v = ley_photons(reduced);
        break;
    case LEY_CAVITY_ENTROPY:
        v = ley_entropy_terms(self->cavity_values, blocks->levels);
        break;
    case LEY_CAVITY_PURITY:
        v = purity_of_cavity(self);
        break;
    case LEY_CAVITY_AMPLITUDE_RE:
        v = amplitude.re;
        break;
    case LEY_CAVITY_AMPLITUDE_IM:
        v = amplitude.im;
        break;
    case LEY_CAVITY_TOP_LEVEL:
        v = reduced->cavity[(ley_index)blocks->levels * blocks->levels - 1].re;
        break;
    case LEY_INTERACTION_ENERGY:
        v = ley_interaction_energy(model, blocks, t, reduced);
        break;
    case LEY_SWITCHING_COST:
        v = -ley_interaction_energy(model, blocks, t, reduced);
        break;
    case LEY_TOTAL_ENERGY:
        v = ley_total_energy(model, blocks, t, reduced);
        break;
    case LEY_TOTAL_PURITY:
        v = purity_of_joint(self);
        break;
    case LEY_MUTUAL_INFORMATION:
        v = ley_entropy_blocks(blocks->cells, self->battery_values, 1) +
            ley_entropy_terms(self->cavity_values, blocks->levels) -
            ley_entropy_blocks(blocks->cells, self->joint_values, blocks->levels);
        break;
    case LEY_LOG_NEGATIVITY:
        v = self->log_negativity;
        break;
    case LEY_TRACE_DISTANCE:
        status = trace_distance(self, &v, err);
        if (status != LEY_OK) return status;
        break;
    case LEY_TRACE_DISTANCE_JOINT:
        status = trace_distance_joint(self, &v, err);
        if (status != LEY_OK) return status;
        break;
    case LEY_HEAT:
        v = self->heat;
        break;
    case LEY_POWER:
        v = t > 0 ? energy / t : 0;
        break;
    case LEY_OBSERVABLE_COUNT:
        return ley_fail(err, LEY_ERR_ARGUMENT, "observable", "no such observable");
    }
    if (!isfinite(v))
        return ley_fail(err, LEY_ERR_NUMERIC, ley_observable_name((ley_index)what), "not finite at t = %.6g", t);
    *value = v;
    return LEY_OK;
}

ley_status ley_observer_health(ley_observer *self, double *min_eigenvalue, double *hermiticity, double *trace,
                               ley_error *err) {
    ley_status status = battery_spectrum(self, err);
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
        sum += block_weight(self, b);
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
