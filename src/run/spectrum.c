/* docs/theory/spectrum.md */
#include "run/spectrum.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/general.h"
#include "generator/half.h"
#include "generator/sector.h"
#include "generator/spins.h"
#include "generator/telegraph.h"
#include "linalg/arnoldi.h"
#include "linalg/general.h"
#include "propagator/propagator.h"
#include "run/spectrum_lines.h"
#include "run/steady_scales.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DENSE = 160, DENSE_UNLIKE = 520, RESTARTS = 60, ATTEMPTS = 6, FEW = 3 };

static const double stationary_share = 1e-8; /* of the slowest rate: below, an eigenvalue counts as zero */

/* ---- Parts ------------------------------------------------------------------------------------------------------
 */

typedef enum symmetry { CHARGES_OF_SPINS, ALL_OF_SPINS, CHARGES, PARITIES, EVERYTHING, UNLIKE } symmetry;

static symmetry symmetry_of(const ley_model *model) {
    if (!ley_model_is_symmetric(model)) return UNLIKE;
    if (model->levels <= 0 && ley_telegraph_given(&model->telegraph))
        return EVERYTHING; /* lines turn by themselves */
    if (model->levels <= 0) return ley_spins_driven(model) ? ALL_OF_SPINS : CHARGES_OF_SPINS;
    if (ley_sector_applies(model)) return CHARGES;
    return ley_half_has_parity(model) ? PARITIES : EVERYTHING;
}

static int32_t parts_of(symmetry kind, const ley_model *model) {
    switch (kind) {
    case CHARGES_OF_SPINS:
        return model->cells + 1;
    case CHARGES:
        return model->cells + model->levels;
    case PARITIES:
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

static ley_part_maker maker_of(symmetry kind) {
    switch (kind) {
    case CHARGES_OF_SPINS:
    case ALL_OF_SPINS:
        return ley_generator_spins_create;
    case CHARGES:
        return ley_generator_sector_create;
    case PARITIES:
        return parity_create;
    case UNLIKE:
        return ley_generator_general_create;
    default:
        return everything_create;
    }
}

static void part_name(char name[48], symmetry kind, int32_t i) {
    if (kind == CHARGES || kind == CHARGES_OF_SPINS)
        snprintf(name, 48, "charge %d", (int)i);
    else if (kind == PARITIES)
        snprintf(name, 48, "%s parity", i == 0 ? "even" : "odd");
    else
        snprintf(name, 48, "everything");
}

/* What a part has taken out of its eigenvalues: they turn at -i charge times this. */
static double frame_of(symmetry kind, const ley_model *model, int32_t i) {
    if (kind == CHARGES) return i * ley_signal_at(&model->cavity_frequency, 0);
    return kind == CHARGES_OF_SPINS ? i * ley_signal_at(&model->battery_frequency, 0) : 0;
}

/* ---- A part as a complex operator on the numbers that it really has ----------------------------------------- */

typedef struct part_operator {
    ley_generator *generator;
    bool planes;      /* packed numbers are the real and the imaginary plane of a complex state; otherwise reals */
    ley_index length; /* complex numbers of a packed state, of one copy where there is noise */
    ley_index *place; /* [n] where the numbers of the operator lie; padding is left out */
    ley_index n;
    double *x, *y; /* packed */
    ley_problem problem;
    double time; /* exp(time L) is what the iteration sees */
    const ley_engine_hooks *hooks;
    double begin, size; /* of the whole work: before this part, and its share */
    int64_t applied;    /* exponentials */
} part_operator;

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
typedef ley_status (*packed_map)(part_operator *self, ley_error *err); /* x to y */

static ley_status map_generator(part_operator *self, ley_error *err) {
    (void)err;
    self->generator->class->apply(self->generator, 0, self->y, self->x);
    return LEY_OK;
}

static ley_status map_exponential(part_operator *self, ley_error *err) {
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

static ley_status through(part_operator *self, ley_complex *y, const ley_complex *x, packed_map map,
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

static ley_status apply_generator(part_operator *self, ley_complex *y, const ley_complex *x, ley_error *err) {
    return through(self, y, x, map_generator, err);
}

static ley_status apply_exponential(void *user, ley_complex *y, const ley_complex *x, ley_error *err) {
    return through(user, y, x, map_exponential, err);
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

/* Every number that is no padding is not 0 in x, of one copy. */
static ley_status mark(symmetry kind, const ley_generator *g, double *x, ley_error *err) {
    if (kind != UNLIKE) return fill(g, x, err);
    for (ley_index k = 0; k < g->n; k++) x[k] = 1;
    return LEY_OK;
}

static ley_status operator_create(part_operator *self, symmetry kind, const ley_model *model, int32_t i,
                                  ley_error *err) {
    const ley_part_maker make = maker_of(kind);
    const bool noise = ley_telegraph_given(&model->telegraph);
    const ley_index copies = noise ? ley_telegraph_states(&model->telegraph) : 1;
    ley_generator *copy = NULL; /* all copies are laid out alike */
    ley_status status = make(&copy, model, i, err);
    if (status != LEY_OK) return status;
    const ley_index n = copy->n;
    self->planes = kind == CHARGES && i > 0;
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

static void operator_clear(part_operator *self) {
    ley_generator_destroy(self->generator);
    ley_release(self->x);
    ley_release(self->y);
    ley_release(self->place);
}

/* ---- Eigenvalues of a part ---------------------------------------------------------------------------------- */

/* Rayleigh quotient and residual of a vector. */
static ley_status judge(part_operator *self, ley_eigenvalue *value, const ley_complex *v, ley_complex *image,
                        ley_error *err) {
    ley_status status = apply_generator(self, image, v, err);
    if (status == LEY_OK) *value = ley_rayleigh(v, image, self->n);
    return status;
}

/* Leaves one place for each number of the state: where several stand for one, the first. share[i]: how much of a
 * number stays at its place when it is spread over them. */
static void make_independent(part_operator *self, double *share) {
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

static ley_status map_symmetric(part_operator *self, ley_error *err) {
    if (self->generator->class->symmetrise) self->generator->class->symmetrise(self->generator, self->x);
    return map_generator(self, err);
}

/* All eigenvalues of a small part. */
static ley_status dense(part_operator *self, ley_sector_spectrum *out, ley_error *err) {
    double *share = ley_allocate((size_t)self->n, sizeof *share);
    if (!share) return ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for a matrix");
    make_independent(self, share);
    ley_status status = LEY_OK;
    const ley_index n = self->n;
    const size_t square = (size_t)(n * n);
    ley_complex *a = ley_allocate(square, sizeof *a), *kept = ley_allocate(square, sizeof *kept),
                *vectors = ley_allocate(square, sizeof *vectors), *inverse = ley_allocate(square, sizeof *inverse),
                *values = ley_allocate((size_t)n, sizeof *values), *unit = ley_allocate((size_t)n, sizeof *unit),
                *image = ley_allocate((size_t)n, sizeof *image);
    out->value = ley_allocate((size_t)n, sizeof *out->value);
    double condition;
    if (!a || !kept || !vectors || !inverse || !values || !unit || !image || !out->value) {
        status = ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for a matrix of %d rows", (int)n);
        goto done;
    }
    for (ley_index column = 0; column < n; column++) {
        memset(unit, 0, (size_t)n * sizeof *unit);
        unit[column].re = 1;
        status = through(self, image, unit, map_symmetric, err);
        if (status != LEY_OK) goto done;
        for (ley_index row = 0; row < n; row++)
            kept[row * n + column] = (ley_complex){image[row].re / share[row], image[row].im / share[row]};
    }
    memcpy(a, kept, square * sizeof *a);
    status = ley_general_eigen(values, vectors, inverse, &condition, a, n, err);
    if (status != LEY_OK) goto done;
    for (ley_index i = 0; i < n; i++) {
        double residual = 0, size = 0;
        for (ley_index row = 0; row < n; row++) {
            ley_complex sum = {0, 0};
            for (ley_index k = 0; k < n; k++) {
                const ley_complex m = kept[row * n + k], v = vectors[k * n + i];
                sum.re += m.re * v.re - m.im * v.im;
                sum.im += m.re * v.im + m.im * v.re;
            }
            const ley_complex v = vectors[row * n + i];
            sum.re -= values[i].re * v.re - values[i].im * v.im;
            sum.im -= values[i].re * v.im + values[i].im * v.re;
            residual += sum.re * sum.re + sum.im * sum.im;
            size += v.re * v.re + v.im * v.im;
        }
        out->value[i] = (ley_eigenvalue){values[i].re, values[i].im, sqrt(residual / size)};
    }
    out->n = out->dimension = n;
done:
    ley_release(share);
    ley_release(a);
    ley_release(kept);
    ley_release(vectors);
    ley_release(inverse);
    ley_release(values);
    ley_release(unit);
    ley_release(image);
    return status;
}

/* The slowest eigenvalues of a large part: the largest ones of exp(time L). Too short a time separates them badly,
 * too long a time leaves nothing of them. */
static ley_status iterate(part_operator *self, ley_sector_spectrum *out, ley_index wanted, double slowest,
                          ley_error *err) {
    const ley_index n = self->n;
    const double reach = fmax(self->problem.frequency, self->problem.decay);
    ley_complex *values = ley_allocate((size_t)wanted, sizeof *values),
                *vectors = ley_allocate((size_t)(wanted * n), sizeof *vectors),
                *start = ley_allocate((size_t)n, sizeof *start), *image = ley_allocate((size_t)n, sizeof *image);
    ley_status status = LEY_OK;
    out->value = ley_allocate((size_t)wanted, sizeof *out->value);
    if (!values || !vectors || !start || !image || !out->value) {
        status = ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for %d vectors of %.3g numbers", (int)wanted,
                          (double)n);
        goto done;
    }
    double worst = INFINITY;
    if (reach == 0) {    /* L = 0 */
        out->n = wanted; /* all 0, as allocated */
        goto done;
    }
    if (isinf(slowest)) {
        status = ley_fail(err, LEY_ERR_ARGUMENT, "noise",
                          "nothing relaxes without noise, and %s, of %lld numbers, is too large to be diagonalised "
                          "whole; give a rate",
                          out->name, (long long)n);
        goto done;
    }
    self->time = fmin(fmax(1 / slowest, 20 / reach), 2000 / reach);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        status = fill(self->generator, self->x, err);
        if (status != LEY_OK) goto done;
        for (ley_index i = 0; i < n; i++)
            start[i] =
                (ley_complex){self->x[self->place[i]], self->planes ? self->x[self->length + self->place[i]] : 0};
        const ley_operator exponential = {.self = self, .n = n, .apply = apply_exponential};
        ley_index found;
        status = ley_arnoldi(values, vectors, &found, &exponential, start, wanted, 1e-11, RESTARTS, err);
        if (status != LEY_OK) goto done;
        worst = 0;
        for (ley_index i = 0; i < found; i++) {
            status = judge(self, &out->value[i], vectors + i * n, image, err);
            if (status != LEY_OK) goto done;
            worst = fmax(worst, out->value[i].residual);
        }
        out->n = found;
        if (found == wanted && worst < 1e-9 * reach) goto done;
        self->time *= found == wanted ? 0.25 : 4;
    }
    status = ley_fail(err, LEY_ERR_NUMERIC, "spectrum",
                      "%s: the eigenvalues did not converge (%d of %d found, residual %.2g); ask for fewer",
                      out->name, (int)out->n, (int)wanted, worst);
done:
    ley_release(values);
    ley_release(vectors);
    ley_release(start);
    ley_release(image);
    return status;
}

static int slower(const void *left, const void *right) {
    const ley_eigenvalue *a = left, *b = right;
    if (fabs(a->re - b->re) > 1e-9 * (fabs(a->re) + fabs(b->re))) return a->re > b->re ? -1 : 1;
    if (fabs(a->im) != fabs(b->im)) return fabs(a->im) < fabs(b->im) ? -1 : 1;
    return (a->im < b->im) - (a->im > b->im);
}

/* ---- All parts ------------------------------------------------------------------------------------------------
 */

static bool is_stationary(const ley_eigenvalue *v, double slowest) {
    return hypot(v->re, v->im) <= stationary_share * slowest;
}

static void take_gap(ley_spectrum *spectrum, const ley_sector_spectrum *sector, double slowest) {
    for (ley_index i = 0; i < sector->n; i++) {
        const ley_eigenvalue *v = &sector->value[i];
        if (is_stationary(v, slowest))
            spectrum->stationary++;
        else if (!(-v->re > spectrum->gap))
            spectrum->gap = fmax(0, -v->re);
    }
}

/* One sector, by the method that fits. */
static ley_status find_sector(ley_spectrum *spectrum, symmetry kind, const ley_model *model, int32_t i,
                              ley_index wanted, double slowest, part_operator *operator, ley_error * err) {
    ley_sector_spectrum *sector = &spectrum->sector[spectrum->n++];
    part_name(sector->name, kind, i);
    ley_status status = operator_create(operator, kind, model, i, err);
    sector->dimension = kind == UNLIKE ? operator->n / 2 : operator->n; /* stored twice there */
    if (status != LEY_OK || operator->n == 0) return status;
    if (operator->n <=(kind == UNLIKE ? DENSE_UNLIKE : DENSE) || wanted > operator->n - 2)
        return dense(operator, sector, err);
    return iterate(operator, sector, wanted, slowest, err);
}

static bool something_relaxes(const ley_sector_spectrum *sector, double slowest) {
    for (ley_index k = 0; k < sector->n; k++)
        if (!is_stationary(&sector->value[k], slowest)) return true;
    return false;
}

/* The same for a line of a battery alone: `wanted` eigenvalues. With `gap_only`, charges that the bound shows to be
 * faster are left out, and of others as few are looked for as show what relaxes. */
static ley_status find_line(ley_spectrum *spectrum, ley_line_spectrum *line, const ley_model *model, int32_t i,
                            ley_index wanted, bool gap_only, double slowest, ley_error *err) {
    ley_generator *generator = NULL;
    ley_spins_matrix matrix = {0};
    ley_status status = ley_generator_spins_create(&generator, model, i, err);
    if (status == LEY_OK) status = ley_spins_matrix_create(&matrix, generator, i, err);
    if (status == LEY_OK && !(gap_only && i > 0 && ley_line_decays(line, &matrix, i, spectrum->gap))) {
        ley_sector_spectrum *sector = &spectrum->sector[spectrum->n++];
        part_name(sector->name, CHARGES_OF_SPINS, i);
        /* Stationary populations coincide, and of those an iteration sees one, or by rounding a few. */
        ley_index these = !gap_only || wanted < FEW ? wanted : i == 0 ? FEW : 1;
        for (;; these = 2 * these < wanted ? 2 * these : wanted) {
            status = ley_line_eigenvalues(line, sector, &matrix, model->cells, i, these, slowest, err);
            if (status != LEY_OK || i > 0 || these == wanted || something_relaxes(sector, slowest)) break;
            ley_release(sector->value);
            sector->value = NULL;
        }
    }
    ley_spins_matrix_clear(&matrix);
    ley_generator_destroy(generator);
    return status;
}

static ley_status find_all(ley_spectrum *spectrum, const ley_model *of, ley_index wanted, bool gap_only,
                           const ley_engine_hooks *hooks, ley_error *err) {
    ley_model model = *of; /* shares the expressions; the start plays no part */
    model.complete = true;
    const symmetry kind = symmetry_of(&model); /* a start that tells cells apart asks for all 2^N states */
    model.battery_state = (ley_battery_state){.kind = LEY_BATTERY_GIBBS, .q = 0.5};
    model.cavity_state = (ley_cavity_state){.kind = LEY_CAVITY_THERMAL, .nbar = 0.5};
    const int32_t parts = parts_of(kind, &model);
    const double slowest = ley_steady_slowest_rate(&model);
    /* An iteration by the inverse sees eigenvalues that coincide once: enough for the gap. */
    const bool lines = kind == CHARGES_OF_SPINS && ley_line_spectrum_serves(&model) &&
                       (gap_only || ley_model_stationary_states(&model, false) == 1);
    ley_line_spectrum line = {0};
    *spectrum = (ley_spectrum){.gap = INFINITY, .levels = model.levels};
    spectrum->sector = ley_allocate((size_t)parts, sizeof *spectrum->sector);
    if (!spectrum->sector) return ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for %d sectors", (int)parts);
    ley_status status = LEY_OK;
    for (int32_t i = 0; i < parts && status == LEY_OK; i++) {
        part_operator operator= {.hooks = hooks, .begin = (double)i / parts, .size = 1.0 / parts};
        const ley_index before = spectrum->n;
        status = lines && ley_spins_length(&model, i) > fmax(DENSE, (double)wanted + 2)
                     ? find_line(spectrum, &line, &model, i, wanted, gap_only, slowest, err)
                     : find_sector(spectrum, kind, &model, i, wanted, slowest, &operator, err);
        if (status == LEY_OK && spectrum->n > before) {
            ley_sector_spectrum *sector = &spectrum->sector[before];
            const double frame = frame_of(kind, &model, i);
            for (ley_index k = 0; k < sector->n; k++) sector->value[k].im -= frame;
            qsort(sector->value, (size_t)sector->n, sizeof *sector->value, slower);
            if (sector->n > wanted) sector->n = wanted;
            take_gap(spectrum, sector, slowest);
        }
        operator_clear(&operator);
        if (status == LEY_OK && hooks && hooks->watch && hooks->watch(hooks->user, (i + 1.0) / parts))
            status = ley_fail(err, LEY_ERR_STOPPED, "", "stopped while eigenvalues were looked for");
    }
    ley_line_spectrum_clear(&line);
    if (isinf(spectrum->gap)) spectrum->gap = NAN;
    if (status != LEY_OK) ley_spectrum_clear(spectrum);
    return status;
}

ley_status ley_spectrum_of(ley_spectrum *spectrum, const ley_model *model, ley_index wanted,
                           const ley_engine_hooks *hooks, ley_error *err) {
    return find_all(spectrum, model, wanted, false, hooks, err);
}

ley_status ley_slowest_relaxation(double *gap, const ley_model *model, int64_t stationary,
                                  const ley_engine_hooks *hooks, ley_error *err) {
    ley_spectrum spectrum;
    /* Whatever is stationary comes first in its sector. */
    ley_status status = find_all(&spectrum, model, stationary + 2, true, hooks, err);
    if (status != LEY_OK) return status;
    *gap = spectrum.gap;
    ley_spectrum_clear(&spectrum);
    return LEY_OK;
}

void ley_spectrum_clear(ley_spectrum *spectrum) {
    for (ley_index i = 0; i < spectrum->n; i++) ley_release(spectrum->sector[i].value);
    ley_release(spectrum->sector);
    *spectrum = (ley_spectrum){0};
}

double ley_slowest_relaxation_seconds(const ley_model *model) {
    return symmetry_of(model) == CHARGES_OF_SPINS && ley_line_spectrum_serves(model)
               ? ley_line_spectrum_seconds(model)
               : 0;
}

double ley_spectrum_bytes(const ley_model *model, ley_index wanted) {
    const symmetry kind = symmetry_of(model);
    double numbers;
    if (kind == CHARGES_OF_SPINS && ley_line_spectrum_serves(model) && ley_spins_length(model, 0) > DENSE)
        return ley_line_spectrum_bytes(model, wanted);
    if (kind == UNLIKE)
        numbers = 2 * ley_general_length(model, 0);
    else if (kind == CHARGES_OF_SPINS || kind == ALL_OF_SPINS)
        numbers = ley_spins_length(model, 0);
    else
        numbers = kind == CHARGES ? ley_sector_length(model, 0) * 2
                                  : ley_half_length(model, kind == PARITIES ? LEY_PARITY_EVEN : LEY_PARITY_BOTH);
    if (ley_telegraph_given(&model->telegraph)) numbers *= ley_telegraph_states(&model->telegraph);
    return numbers * 16 * (3 * (double)wanted + 30);
}
