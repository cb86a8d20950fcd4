#include "generator/pure.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/pure_kernel.h"
#include "generator/spins.h"
#include "generator/stencil.h"
#include "linalg/gram.h"

#include <math.h>
#include <string.h>

typedef struct generator_pure {
    ley_generator base;
    int32_t block, two_j, planes;
    bool turning; /* e + n is conserved and its phase taken out */
    double angle;
    ley_index levels, plane;
    double *root;          /* [levels + 1] sqrt(n) */
    double *plus, *minus;  /* [2j + 1] c+(m), c-(m) */
    double *scratch;       /* of ley_gram */
    double *moment_weight; /* [LEY_MOMENT_CAVITY][levels] */
} generator_pure;

/* ---- When it serves ---- */

bool ley_pure_closed(const ley_model *model) {
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if ((model->levels > 0 || channel > LEY_CAVITY_GAIN) && !ley_signal_is_zero(&model->rate[channel]))
            return false;
    return true;
}

bool ley_pure_starts(const ley_model *model) {
    if (model->battery_state.kind == LEY_BATTERY_GIBBS || model->battery_state.kind == LEY_BATTERY_BLOCKS)
        return false;
    return model->levels == 0 || model->cavity_state.kind != LEY_CAVITY_THERMAL;
}

static int32_t levels_of(const ley_model *model) {
    return model->levels > 0 ? model->levels : 1;
}

/* e + n is conserved and turns at one constant frequency. */
static bool is_turning(const ley_model *model) {
    bool counter = model->levels > 0 && model->counter_rotating != 0 && !ley_signal_is_zero(&model->coupling) &&
                   !ley_signal_is_zero(&model->coupling_switch);
    bool driven = !ley_signal_is_zero(&model->drive_battery) ||
                  (model->levels > 0 && !ley_signal_is_zero(&model->drive_cavity));
    return !counter && !driven && (model->levels == 0 || ley_signal_is_constant(&model->cavity_frequency));
}

static double frame(const ley_model *model) {
    return model->levels > 0 ? ley_signal_at(&model->cavity_frequency, 0) : 0;
}

static bool cavity_is_diagonal(const ley_model *model) {
    const ley_cavity_state *state = &model->cavity_state;
    return model->levels == 0 || state->kind == LEY_CAVITY_FOCK || (state->alpha.re == 0 && state->alpha.im == 0);
}

static int32_t planes_of(const ley_model *model) {
    if (!is_turning(model) || !ley_signal_is_constant(&model->battery_frequency)) return 2;
    if (ley_signal_at(&model->battery_frequency, 0) != frame(model)) return 2;
    return ley_battery_is_diagonal(model) || cavity_is_diagonal(model) ? 1 : 2;
}

static double side(const ley_model *model) {
    return ley_spin_two_j(model->cells, ley_spins_only_block(model)) + 1.0;
}

double ley_pure_length(const ley_model *model, int32_t i) {
    (void)i;
    return side(model) * levels_of(model) * planes_of(model);
}

double ley_pure_battery(const ley_model *model) {
    return side(model) * side(model);
}

/* ---- Creation ---- */

static void pure_destroy(ley_generator *self) {
    generator_pure *s = (generator_pure *)self;
    ley_blocks_clear(&s->base.blocks);
    ley_release(s->root);
    ley_release(s->plus);
    ley_release(s->minus);
    ley_release(s->scratch);
    ley_release(s->moment_weight);
    ley_release(s);
}

static const ley_generator_class pure_class;

ley_status ley_generator_pure_create(ley_generator **generator, const ley_model *model, int32_t part,
                                     ley_error *err) {
    (void)part;
    generator_pure *s = ley_allocate(1, sizeof *s);
    if (!s) return ley_fail(err, LEY_ERR_MEMORY, "pure", "no memory for the generator");
    s->base.class = &pure_class;
    s->base.model = model;
    s->block = ley_spins_only_block(model);
    s->two_j = ley_spin_two_j(model->cells, s->block);
    s->levels = levels_of(model);
    s->planes = planes_of(model);
    s->turning = is_turning(model);
    if (s->turning && !cavity_is_diagonal(model))
        s->angle = atan2(model->cavity_state.alpha.im, model->cavity_state.alpha.re);
    else if (s->turning && !ley_battery_is_diagonal(model))
        s->angle = acos(0.0) - model->battery_state.phi;
    const size_t d = (size_t)s->two_j + 1, levels = (size_t)s->levels, larger = d > levels ? d : levels;
    ley_status status = ley_blocks_create(&s->base.blocks, model->cells, levels_of(model), err);
    if (status != LEY_OK) goto failed;
    ley_blocks_restrict(&s->base.blocks, s->block, false);
    s->root = ley_allocate(levels + 1, sizeof *s->root);
    s->plus = ley_allocate(d, sizeof *s->plus);
    s->minus = ley_allocate(d, sizeof *s->minus);
    s->scratch = ley_allocate(2 * larger * larger, sizeof *s->scratch);
    s->moment_weight = ley_allocate(LEY_MOMENT_CAVITY * levels, sizeof *s->moment_weight);
    if (!s->root || !s->plus || !s->minus || !s->scratch || !s->moment_weight) {
        status = ley_fail(err, LEY_ERR_MEMORY, "pure", "no memory for the generator");
        goto failed;
    }
    for (size_t n = 0; n <= levels; n++) s->root[n] = sqrt((double)n);
    for (int op = 0; op < LEY_MOMENT_CAVITY; op++)
        for (int32_t n = 0; n < s->levels; n++)
            s->moment_weight[op * s->levels + n] = ley_moment_cavity_weight(op, (int32_t)s->levels, n);
    for (int32_t i = 0; i <= s->two_j; i++) {
        s->plus[i] = ley_ladder_plus(s->two_j, i);
        s->minus[i] = ley_ladder_minus(s->two_j, i);
    }
    s->plane = (ley_index)(d * levels);
    s->base.n = s->plane * s->planes;
    s->base.n_compact = ley_reduced_length(&s->base.blocks);
    *generator = &s->base;
    return LEY_OK;
failed:
    pure_destroy(&s->base);
    return status;
}

/* ---- y = al L x + be x + ga y ---- */

/* Energies of the diagonal: first + step n, measured from their middle, for a global phase means nothing. */
static void diagonal(const generator_pure *s, const ley_coefficients *c, int32_t i, double *first, double *step) {
    double w0 = c->w0, wc = c->wc;
    if (s->turning) {
        w0 -= frame(s->base.model);
        wc = 0;
    }
    *first = w0 * (i - 0.5 * s->two_j) - 0.5 * wc * (double)(s->levels - 1);
    *step = wc;
}

static void pure_fused(ley_generator *self, double t, double *y, const double *x, double al, double be, double ga) {
    const generator_pure *s = (const generator_pure *)self;
    const ley_coefficients c = ley_coefficients_at(self->model, t);
    const ley_pure_call call = {.y = y,
                                .x = x,
                                .al = al,
                                .be = be,
                                .ga = ga,
                                .w0 = s->turning ? c.w0 - frame(self->model) : c.w0,
                                .wc = s->turning ? 0 : c.wc,
                                .rotating = c.rotating,
                                .counter = c.counter,
                                .omega = c.omega,
                                .eta = c.eta,
                                .root = s->root,
                                .plus = s->plus,
                                .minus = s->minus,
                                .levels = s->levels,
                                .plane = s->plane,
                                .two_j = s->two_j,
                                .planes = s->planes};
    ley_pure_planes(&call);
}

static void pure_apply(ley_generator *self, double t, double *y, const double *x) {
    pure_fused(self, t, y, x, 1, 0, 0);
}

static double pure_norm(const ley_generator *self, const double *x) {
    return sqrt(ley_pure_square(x, self->n));
}

/* Sums of the moduli in a row of H bound its eigenvalues. With sqrt(n) growing along a row of the grid, the largest
 * element of a row of excitations counts twice. */
static double pure_decay(const ley_generator *self, double t) {
    (void)self;
    (void)t;
    return 0;
}

static void pure_bounds(const ley_generator *self, double t, double *frequency, double *decay) {
    const generator_pure *s = (const generator_pure *)self;
    const ley_coefficients c = ley_coefficients_at(self->model, t);
    double largest = 0;
    for (int32_t i = 0; i <= s->two_j; i++) {
        double first, step;
        diagonal(s, &c, i, &first, &step);
        for (ley_index n = 0; n < s->levels; n++) {
            double up = n + 1 < s->levels ? s->root[n + 1] : 0, down = s->root[n];
            double row = fabs(first + step * (double)n) + fabs(c.eta) * (up + down) +
                         fabs(c.rotating) * (s->minus[i] * up + s->plus[i] * down) +
                         fabs(c.counter) * (s->minus[i] * down + s->plus[i] * up) +
                         0.5 * fabs(c.omega) * (s->minus[i] + s->plus[i]);
            largest = row > largest ? row : largest;
        }
    }
    *frequency = largest;
    *decay = pure_decay(self, t);
}

/* ---- Start and reduction ---- */

static ley_complex times(ley_complex a, ley_complex b) {
    return (ley_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/* (-i)^k e^{i angle} */
static ley_complex gauge(int32_t k, double angle) {
    static const ley_complex power[4] = {{1, 0}, {0, -1}, {-1, 0}, {0, 1}};
    return times(power[((k % 4) + 4) % 4], (ley_complex){cos(angle), sin(angle)});
}

/* Amplitudes of a pure state from its density matrix (d x d): the column of the largest population. */
static ley_index largest_population(const ley_complex *matrix, ley_index d) {
    ley_index largest = 0;
    for (ley_index i = 0; i < d; i++)
        if (matrix[i * (d + 1)].re > matrix[largest * (d + 1)].re) largest = i;
    return largest;
}

static void pure_start(const ley_generator *self, double *x, const ley_complex *battery,
                       const ley_complex *cavity) {
    const generator_pure *s = (const generator_pure *)self;
    const ley_index d = s->two_j + 1, levels = s->levels;
    const ley_complex *block = battery + self->blocks.offset[s->block];
    const ley_index column_b = largest_population(block, d), column_c = largest_population(cavity, levels);
    const double scale = 1 / sqrt(block[column_b * (d + 1)].re * cavity[column_c * (levels + 1)].re);
    /* The column chosen is real there; in the gauge it is the whole that has to be. */
    const ley_complex origin = gauge((int32_t)column_b, s->angle * (double)(column_b + column_c));
    for (ley_index i = 0; i < d; i++)
        for (ley_index n = 0; n < levels; n++) {
            ley_complex z = times(block[i * d + column_b], cavity[n * levels + column_c]);
            ley_complex g = gauge((int32_t)i, s->angle * (double)(i + n));
            z = times(times(z, (ley_complex){g.re, -g.im}), origin);
            x[i * levels + n] = scale * z.re;
            if (s->planes == 2) x[s->plane + i * levels + n] = scale * z.im;
        }
}

/* sum <n'|C|n> psi(i, n) conj psi(k, n') of each C. */
static void cavity_moments(const generator_pure *s, ley_complex *sum, const double *x, const double *im,
                           ley_index i, ley_index k) {
    const ley_index levels = s->levels;
    for (int op = 0; op < LEY_MOMENT_CAVITY; op++) {
        const double *weight = s->moment_weight + op * levels;
        const ley_index shift = ley_moment_cavity_shift(op), first = shift < 0 ? 1 : 0, end = levels - (shift > 0);
        const double *w = weight + first, *a = x + i * levels + first, *b = x + k * levels + shift + first;
        double re = ley_pure_sum(w, a, b, end - first), imaginary = 0;
        if (im) {
            const double *c = im + i * levels + first, *e = im + k * levels + shift + first;
            re += ley_pure_sum(w, c, e, end - first);
            imaginary = ley_pure_sum(w, c, b, end - first) - ley_pure_sum(w, a, e, end - first);
        }
        sum[op] = (ley_complex){re, imaginary};
    }
}

static void cavity_populations(ley_complex *out, const double *x, ley_index rows, ley_index levels) {
    for (ley_index n = 0; n < levels; n++) out[n * (levels + 1)].re = 0;
    for (ley_index i = 0; i < rows; i++, x += levels)
        for (ley_index n = 0; n < levels; n++) out[n * (levels + 1)].re += x[n] * x[n];
}

static void pure_reduce(const ley_generator *self, double *compact, const double *x) {
    const generator_pure *s = (const generator_pure *)self;
    const ley_index d = s->two_j + 1, levels = s->levels;
    const double *im = s->planes == 2 ? x + s->plane : NULL;
    ley_reduced out = ley_reduced_view(&self->blocks, compact);
    ley_gram(out.battery, s->scratch, x, im, d, levels, 0);
    if (self->cavity_diagonal)
        cavity_populations(out.cavity, x, s->planes * d, levels);
    else
        ley_gram(out.cavity, s->scratch, x, im, d, levels, 1);
    memset(out.moment, 0, LEY_MOMENTS * sizeof *out.moment);
    for (int32_t i = 0; i < d; i++)
        for (int32_t shift = 0; shift >= -1 && i + shift >= 0; shift--) { /* of m; all that occur */
            ley_complex sum[LEY_MOMENT_CAVITY];
            cavity_moments(s, sum, x, im, i, i + shift);
            for (int b = 0; b < LEY_MOMENT_BATTERY; b++) {
                if (ley_moment_battery_shift(b) != shift) continue;
                const double weight = ley_moment_battery_weight(b, s->two_j, i);
                for (int c = 0; c < LEY_MOMENT_CAVITY; c++) {
                    out.moment[b * LEY_MOMENT_CAVITY + c].re += weight * sum[c].re;
                    out.moment[b * LEY_MOMENT_CAVITY + c].im += weight * sum[c].im;
                }
            }
        }
}

static void pure_expand(const ley_generator *self, double t, double *reduced, const double *compact) {
    const generator_pure *s = (const generator_pure *)self;
    const ley_index d = s->two_j + 1, levels = s->levels;
    const double angle = s->angle - (s->turning ? frame(self->model) * t : 0);
    ley_reduced out = ley_reduced_view(&self->blocks, reduced);
    ley_reduced in = ley_reduced_view(&self->blocks, (double *)compact);
    for (ley_index k = 1 - d; k < d; k++) {
        const ley_complex g = gauge((int32_t)k, angle * (double)k);
        for (ley_index i = k > 0 ? k : 0; i < d && i - k < d; i++)
            out.battery[i * d + i - k] = times(g, in.battery[i * d + i - k]);
    }
    const ley_index reach = self->cavity_diagonal ? 1 : levels;
    for (ley_index k = 1 - reach; k < reach; k++) {
        const ley_complex g = gauge(0, angle * (double)k);
        for (ley_index n = k > 0 ? k : 0; n < levels && n - k < levels; n++)
            out.cavity[n * levels + n - k] = times(g, in.cavity[n * levels + n - k]);
    }
    for (int b = 0; b < LEY_MOMENT_BATTERY; b++)
        for (int c = 0; c < LEY_MOMENT_CAVITY; c++) {
            const int32_t k = -ley_moment_battery_shift(b), l = -ley_moment_cavity_shift(c);
            out.moment[b * LEY_MOMENT_CAVITY + c] =
                times(gauge(k, angle * (k + l)), in.moment[b * LEY_MOMENT_CAVITY + c]);
        }
}

static const ley_generator_class pure_class = {
    .name = "pure",
    .apply = pure_apply,
    .fused = pure_fused,
    .start = pure_start,
    .reduce = pure_reduce,
    .quadratic = true,
    .expand = pure_expand,
    .overwrites = true,
    .norm = pure_norm,
    .bounds = pure_bounds,
    .decay = pure_decay,
    .destroy = pure_destroy,
};
