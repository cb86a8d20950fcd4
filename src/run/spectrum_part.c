#include "run/spectrum_part.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/general.h"
#include "generator/half.h"
#include "generator/sector.h"
#include "generator/spins.h"
#include "generator/telegraph.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Symmetries ---------------------------------------------------------------------------------------------- */

ley_symmetry ley_symmetry_of(const ley_model *model) {
    if (!ley_model_is_symmetric(model)) return LEY_SYMMETRY_UNLIKE;
    if (model->levels <= 0 && ley_telegraph_given(&model->telegraph))
        return LEY_SYMMETRY_NONE; /* lines turn by themselves */
    if (model->levels <= 0)
        return ley_spins_driven(model) ? LEY_SYMMETRY_ALL_OF_SPINS : LEY_SYMMETRY_CHARGES_OF_SPINS;
    if (ley_sector_applies(model)) return LEY_SYMMETRY_CHARGES;
    return ley_half_has_parity(model) ? LEY_SYMMETRY_PARITIES : LEY_SYMMETRY_NONE;
}

int32_t ley_symmetry_parts(ley_symmetry kind, const ley_model *model) {
    switch (kind) {
    case LEY_SYMMETRY_CHARGES_OF_SPINS:
        return model->cells + 1;
    case LEY_SYMMETRY_CHARGES:
        return model->cells + model->levels;
    case LEY_SYMMETRY_PARITIES:
        return 2;
    default:
        return 1;
    }
}

static ley_status parity_create(ley_generator **part, const ley_model *model, int32_t i, ley_error *err) {
    return ley_generator_half_create(part, model, i == 0 ? LEY_PARITY_EVEN : LEY_PARITY_ODD, NULL, err);
}

static ley_status everything_create(ley_generator **part, const ley_model *model, int32_t i, ley_error *err) {
    (void)i;
    return ley_generator_half_create(part, model, LEY_PARITY_BOTH, NULL, err);
}

static ley_part_maker maker_of(ley_symmetry kind) {
    switch (kind) {
    case LEY_SYMMETRY_CHARGES_OF_SPINS:
    case LEY_SYMMETRY_ALL_OF_SPINS:
        return ley_generator_spins_create;
    case LEY_SYMMETRY_CHARGES:
        return ley_generator_sector_create;
    case LEY_SYMMETRY_PARITIES:
        return parity_create;
    case LEY_SYMMETRY_UNLIKE:
        return ley_generator_general_create;
    default:
        return everything_create;
    }
}

void ley_symmetry_part_name(char name[48], ley_symmetry kind, int32_t i) {
    if (kind == LEY_SYMMETRY_CHARGES || kind == LEY_SYMMETRY_CHARGES_OF_SPINS)
        snprintf(name, 48, "charge %d", (int)i);
    else if (kind == LEY_SYMMETRY_PARITIES)
        snprintf(name, 48, "%s parity", i == 0 ? "even" : "odd");
    else
        snprintf(name, 48, "everything");
}

/* What a part has taken out of its eigenvalues: they turn at -i charge times this. */
double ley_symmetry_frame(ley_symmetry kind, const ley_model *model, int32_t i) {
    if (kind == LEY_SYMMETRY_CHARGES) return i * ley_signal_at(&model->cavity_frequency, 0);
    return kind == LEY_SYMMETRY_CHARGES_OF_SPINS ? i * ley_signal_at(&model->battery_frequency, 0) : 0;
}

double ley_symmetry_numbers(ley_symmetry kind, const ley_model *model) {
    double numbers;
    if (kind == LEY_SYMMETRY_UNLIKE)
        numbers = 2 * ley_general_length(model, 0);
    else if (kind == LEY_SYMMETRY_CHARGES_OF_SPINS || kind == LEY_SYMMETRY_ALL_OF_SPINS)
        numbers = ley_spins_length(model, 0);
    else
        numbers = kind == LEY_SYMMETRY_CHARGES
                      ? ley_sector_length(model, 0) * 2
                      : ley_half_length(model, kind == LEY_SYMMETRY_PARITIES ? LEY_PARITY_EVEN : LEY_PARITY_BOTH);
    return ley_telegraph_given(&model->telegraph) ? numbers * ley_telegraph_states(&model->telegraph) : numbers;
}

/* ---- A part as an operator ------------------------------------------------------------------------------------
 */

static void fused(void *user, double t, double *y, const double *x, double al, double be, double ga) {
    ley_generator *g = user;
    g->class->fused(g, t, y, x, al, be, ga);
}

static double norm(void *user, const double *x) {
    const ley_generator *g = user;
    double sum = 0;
    for (ley_index i = 0; i < g->n; i++) sum += x[i] * x[i];
    return sqrt(sum);
}

static void reduce(void *user, double *reduced, const double *x) {
    (void)user;
    (void)x;
    *reduced = 0;
}

/* One packed real state through a real-linear map. */
typedef ley_status (*packed_map)(ley_spectrum_part *self, ley_error *err); /* x to y */

static ley_status map_generator(ley_spectrum_part *self, ley_error *err) {
    (void)err;
    self->generator->class->apply(self->generator, 0, self->y, self->x);
    return LEY_OK;
}

static ley_status map_exponential(ley_spectrum_part *self, ley_error *err) {
    double nothing;
    ley_propagation propagation = {.tolerance = 1e-14};
    /* How many it will take nobody knows: the share done rises, and never reaches the end. */
    const double share = 1 - exp(-0.01 * (double)self->applied++);
    if (self->hooks && self->hooks->watch &&
        self->hooks->watch(self->hooks->user, self->begin + self->size * share))
        return ley_fail(err, LEY_ERR_STOPPED, "", "stopped while eigenvalues were looked for");
    memcpy(self->y, self->x, (size_t)self->generator->n * sizeof *self->y);
    if (norm(self->generator, self->x) == 0) return LEY_OK;
    ley_status status = ley_chebyshev(&self->problem, self->y, &nothing, &self->time, 1, &propagation, err);
    if (status == LEY_OK && self->generator->class->symmetrise)
        self->generator->class->symmetrise(self->generator, self->y);
    return status;
}

static ley_status through(ley_spectrum_part *self, ley_complex *y, const ley_complex *x, packed_map map,
                          ley_error *err) {
    const size_t bytes = (size_t)self->generator->n * sizeof(double);
    memset(self->x, 0, bytes);
    if (self->planes) {
        for (ley_index i = 0; i < self->n; i++) {
            self->x[self->place[i]] = x[i].re;
            self->x[self->length + self->place[i]] = x[i].im;
        }
        ley_status status = map(self, err);
        for (ley_index i = 0; i < self->n; i++)
            y[i] = (ley_complex){self->y[self->place[i]], self->y[self->length + self->place[i]]};
        return status;
    }
    for (ley_index i = 0; i < self->n; i++) self->x[self->place[i]] = x[i].re;
    ley_status status = map(self, err);
    memset(self->x, 0, bytes);
    for (ley_index i = 0; i < self->n; i++) {
        y[i].re = self->y[self->place[i]];
        self->x[self->place[i]] = x[i].im;
    }
    if (status == LEY_OK) status = map(self, err);
    for (ley_index i = 0; i < self->n; i++) y[i].im = self->y[self->place[i]];
    return status;
}

static ley_status map_symmetric(ley_spectrum_part *self, ley_error *err) {
    if (self->generator->class->symmetrise) self->generator->class->symmetrise(self->generator, self->x);
    return map_generator(self, err);
}

ley_status ley_spectrum_part_apply(ley_spectrum_part *self, ley_complex *y, const ley_complex *x, ley_error *err) {
    return through(self, y, x, map_generator, err);
}

ley_status ley_spectrum_part_exponential(void *user, ley_complex *y, const ley_complex *x, ley_error *err) {
    return through(user, y, x, map_exponential, err);
}

ley_status ley_spectrum_part_column(ley_spectrum_part *self, ley_complex *y, const ley_complex *x, ley_error *err) {
    return through(self, y, x, map_symmetric, err);
}

static double spread(uint64_t *state) { /* -1 .. 1, never 0 */
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)((int64_t)(*state >> 12) - (int64_t)(1ull << 51) + (*state >> 63)) * 0x1p-51;
}

/* A Hermitian state without any zero: what stays zero in its packed form is padding. */
static ley_status fill(const ley_generator *generator, double *x, ley_error *err) {
    const ley_blocks *blocks = &generator->blocks;
    const ley_index levels = blocks->levels, n = blocks->offset[blocks->n_blocks];
    ley_complex *battery = ley_allocate((size_t)n, sizeof *battery),
                *cavity = ley_allocate((size_t)(levels * levels), sizeof *cavity);
    ley_status status = LEY_OK;
    if (!battery || !cavity) {
        status = ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for a state");
        goto done;
    }
    uint64_t seed = 1;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const ley_index d = ley_spin_two_j(blocks->cells, b) + 1;
        ley_complex *block = battery + blocks->offset[b];
        if (blocks->offset[b + 1] == blocks->offset[b]) continue;
        for (ley_index i = 0; i < d; i++)
            for (ley_index k = i; k < d; k++) {
                block[i * d + k] = (ley_complex){spread(&seed), i == k ? 0 : spread(&seed)};
                block[k * d + i] = (ley_complex){block[i * d + k].re, -block[i * d + k].im};
            }
    }
    for (ley_index i = 0; i < levels; i++)
        for (ley_index k = i; k < levels; k++) {
            cavity[i * levels + k] = (ley_complex){spread(&seed), i == k ? 0 : spread(&seed)};
            cavity[k * levels + i] = (ley_complex){cavity[i * levels + k].re, -cavity[i * levels + k].im};
        }
    generator->class->start(generator, x, battery, cavity);
done:
    ley_release(battery);
    ley_release(cavity);
    return status;
}

ley_status ley_spectrum_part_start(ley_spectrum_part *self, ley_complex *start, ley_error *err) {
    ley_status status = fill(self->generator, self->x, err);
    for (ley_index i = 0; i < self->n && status == LEY_OK; i++)
        start[i] =
            (ley_complex){self->x[self->place[i]], self->planes ? self->x[self->length + self->place[i]] : 0};
    return status;
}

/* Every number that is no padding is not 0 in x, of one copy. */
static ley_status mark(ley_symmetry kind, const ley_generator *g, double *x, ley_error *err) {
    if (kind != LEY_SYMMETRY_UNLIKE) return fill(g, x, err);
    for (ley_index k = 0; k < g->n; k++) x[k] = 1;
    return LEY_OK;
}

ley_status ley_spectrum_part_create(ley_spectrum_part *self, ley_symmetry kind, const ley_model *model, int32_t i,
                                    ley_error *err) {
    const ley_part_maker make = maker_of(kind);
    const bool noise = ley_telegraph_given(&model->telegraph);
    const ley_index copies = noise ? ley_telegraph_states(&model->telegraph) : 1;
    ley_generator *copy = NULL; /* all copies are laid out alike */
    ley_status status = make(&copy, model, i, err);
    if (status != LEY_OK) return status;
    const ley_index n = copy->n;
    self->planes = kind == LEY_SYMMETRY_CHARGES && i > 0;
    self->length = self->planes ? n / 2 : n;
    self->x = ley_allocate((size_t)(n * copies), sizeof *self->x);
    self->y = ley_allocate((size_t)(n * copies), sizeof *self->y);
    self->place = ley_allocate((size_t)(self->length * copies), sizeof *self->place);
    if (!self->x || !self->y || !self->place)
        status = ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for a state of %.3g numbers",
                          (double)(n * copies));
    if (status == LEY_OK) status = mark(kind, copy, self->x, err);
    for (ley_index s = 0; s < copies && status == LEY_OK; s++)
        for (ley_index k = 0; k < self->length; k++)
            if (self->x[k] != 0 || (self->planes && self->x[self->length + k] != 0))
                self->place[self->n++] = s * n + k;
    if (!noise) self->generator = copy;
    if (noise) ley_generator_destroy(copy);
    if (noise && status == LEY_OK) status = ley_generator_telegraph_create(&self->generator, model, make, i, err);
    if (status != LEY_OK) return status;
    ley_generator *g = self->generator;
    self->problem =
        (ley_problem){.self = g, .n = g->n, .n_reduced = 1, .norm = norm, .reduce = reduce, .fused = fused};
    g->class->bounds(g, 0, &self->problem.frequency, &self->problem.decay);
    return LEY_OK;
}

void ley_spectrum_part_clear(ley_spectrum_part *self) {
    ley_generator_destroy(self->generator);
    ley_release(self->x);
    ley_release(self->y);
    ley_release(self->place);
}

void ley_spectrum_part_make_independent(ley_spectrum_part *self, double *share) {
    const ley_generator *g = self->generator;
    ley_index kept = 0;
    for (ley_index i = 0; i < self->n; i++) {
        double left = 1;
        bool partner = false;
        if (g->class->symmetrise) {
            memset(self->x, 0, (size_t)g->n * sizeof *self->x);
            self->x[self->place[i]] = 1;
            g->class->symmetrise(g, self->x);
            left = self->x[self->place[i]];
            for (ley_index k = 0; k < kept && !partner; k++) partner = self->x[self->place[k]] != 0;
        }
        if (left == 0 || partner) continue;
        share[kept] = left;
        self->place[kept++] = self->place[i];
    }
    self->n = kept;
}
