#include "generator/half_state.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/decay.h"
#include "generator/populated.h"
#include "generator/sector_kernel.h"
#include "generator/spectrum.h"

#include <math.h>
#include <string.h>

/* ---- Creation ------------------------------------------------------------------------------------------------ */

static void half_destroy(ley_generator *self) {
    ley_half *s = (ley_half *)self;
    if (s->displacement.destroy) s->displacement.destroy(s->displacement.self);
    ley_blocks_clear(&s->base.blocks);
    ley_stencil_clear(&s->stencil);
    ley_release(s->place);
    ley_release(s->tiles);
    ley_release(s->memory);
    ley_release(s->fields);
    ley_release(s->square);
    ley_release(s->moment_weight);
    ley_release(s);
}

static const ley_generator_class half_class, displaced_class;

/* Doubles of one field, and of what the kernel needs of them. */
static ley_index field_length(const ley_half *s) {
    return s->panel + 2 * ley_half_margin(s->width);
}

static ley_index fields_length(const ley_half *s) {
    enum { LINE = 8 };
    return (LEY_HALF_FIELDS * field_length(s) + LINE - 1) / LINE * LINE + LINE;
}

static ley_status half_lend(ley_generator *self, const ley_hands *hands, ley_error *err) {
    ley_half *s = (ley_half *)self;
    double *fields = ley_allocate((size_t)(fields_length(s) * ley_hands_count(hands)), sizeof *fields);
    if (!fields) return ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the threads of the generator");
    ley_release(s->fields);
    s->fields = fields;
    self->hands = hands;
    return LEY_OK;
}

ley_status ley_generator_half_create(ley_generator **generator, const ley_model *model, int parity,
                                     const ley_displacement *displacement, ley_error *err) {
    ley_half *s = ley_allocate(1, sizeof *s);
    if (!s) {
        if (displacement) displacement->destroy(displacement->self);
        return ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the generator");
    }
    s->base.class = displacement ? &displaced_class : &half_class;
    s->base.model = model;
    if (displacement) s->displacement = *displacement;
    s->parity = parity;
    s->step = parity == LEY_PARITY_BOTH ? 1 : 2;
    s->levels = model->levels > 0 ? model->levels : 1;
    s->frame = ley_half_frame(model);
    s->pumped = !ley_signal_is_zero(&model->rate[LEY_CAVITY_GAIN]) ||
                !ley_signal_is_zero(&model->rate[LEY_LOCAL_ABSORPTION]) ||
                !ley_signal_is_zero(&model->rate[LEY_COLLECTIVE_ABSORPTION]);
    s->local = ley_has_local_channels(model);
    s->jumps = s->local || !ley_signal_is_zero(&model->rate[LEY_COLLECTIVE_EMISSION]);
    ley_half_shape(s);
    ley_half_blocks(model, &s->first_block, &s->end_block);
    ley_status status = ley_blocks_create(&s->base.blocks, model->cells, s->levels, err);
    if (status == LEY_OK) status = ley_stencil_create(&s->stencil, &s->base.blocks, err);
    if (status != LEY_OK) goto failed;
    if (model->excitations > 0) ley_blocks_keep_first(&s->base.blocks, s->end_block);
    s->place = ley_allocate((size_t)s->base.blocks.offset[s->base.blocks.n_blocks], sizeof *s->place);
    if (!s->place) goto no_memory;
    ley_half_place_panels(s);
    s->tiles = ley_allocate((size_t)(s->n_panels * s->step), sizeof *s->tiles);
    s->memory = ley_allocate((size_t)(s->step * s->step * s->length) * LEY_HALF_TABLES, sizeof(double));
    s->fields = ley_allocate((size_t)fields_length(s), sizeof(double));
    s->square = ley_allocate((size_t)s->n_panels, sizeof *s->square);
    s->moment_weight = ley_allocate((size_t)LEY_MOMENT_CAVITY * (size_t)s->levels, sizeof(double));
    if (!s->tiles || !s->memory || !s->fields || !s->square || !s->moment_weight) goto no_memory;
    ley_half_fill_tables(s);
    for (int op = 0; op < LEY_MOMENT_CAVITY; op++)
        for (int32_t n = 0; n < s->levels; n++)
            s->moment_weight[op * s->levels + n] = ley_moment_cavity_weight(op, s->levels, n);
    s->base.n_compact = ley_half_compact_length(s);
    *generator = &s->base;
    return LEY_OK;
no_memory:
    status = ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the tables of the generator");
failed:
    half_destroy(&s->base);
    return status;
}

/* ---- y = al L x + be x + ga y ----------------------------------------------------------------------------------
 */

/* A panel with e = e' holds Y so far; the whole is Y + Y'. */
static void add_adjoint(const ley_half *s, double *panel) {
    const int odd = ley_half_parity_of(s, 0, 0);
    const ley_index im = s->length;
    for (ley_index n = 0; n < s->levels; n++)
        for (ley_index np = n + (s->step == 2 ? odd : 0); np < s->levels; np += s->step) {
            double *a = panel + ley_half_within(s, odd, n, np), *b = panel + ley_half_within(s, odd, np, n);
            a[0] = b[0] = a[0] + b[0];
            a[im] -= b[im];
            b[im] = -a[im];
        }
}

/* Numbers (n, n') and (n', n) of a panel with e = e' are conjugates. */
static void half_symmetrise(const ley_generator *self, double *x) {
    const ley_half *s = (const ley_half *)self;
    const int odd = ley_half_parity_of(s, 0, 0);
    const ley_index im = s->length;
    for (int32_t b = s->first_block; b < s->end_block; b++)
        for (int32_t i = 0; i <= ley_spin_two_j(s->base.blocks.cells, b); i++) {
            double *panel = x + ley_half_find(s, b, i, i);
            for (ley_index n = 0; n < s->levels; n++)
                for (ley_index np = n + (s->step == 2 ? odd : 0); np < s->levels; np += s->step) {
                    double *a = panel + ley_half_within(s, odd, n, np), *z = panel + ley_half_within(s, odd, np, n);
                    a[0] = z[0] = 0.5 * (a[0] + z[0]);
                    a[im] = 0.5 * (a[im] - z[im]);
                    z[im] = -a[im];
                }
        }
}

typedef struct share_of_call {
    ley_half *s;
    const ley_half_call *call;
} share_of_call;

static void apply_share(void *user, int32_t share, int32_t shares) {
    const share_of_call *of = user;
    ley_half *s = of->s;
    ley_half_call call = *of->call;
    const ley_index first = ley_share_first(s->n_panels, share, shares),
                    end = ley_share_first(s->n_panels, share + 1, shares);
    for (int i = 0; i < LEY_HALF_FIELDS; i++)
        call.field[i] = s->fields + share * fields_length(s) + i * field_length(s) + ley_half_margin(s->width);
    ley_half_tiles(&call, s->tiles + first * s->step, end - first, s->step);
    for (ley_index i = first; i < end; i++) {
        const ley_tile *p = &s->tiles[i * s->step];
        if (p->difference == 0) add_adjoint(s, call.y + p->here - p->inside);
    }
}

static void half_fused(ley_generator *self, double t, double *y, const double *x, double al, double be, double ga) {
    ley_half *s = (ley_half *)self;
    const ley_coefficients c = ley_coefficients_at(self->model, t);
    ley_half_fill(s, &c);
    ley_half_call call = {.y = y,
                          .x = x,
                          .al = al,
                          .be = be,
                          .ga = ga,
                          .w0 = c.w0 - s->frame,
                          .wc = c.wc - s->frame,
                          .rotating = c.rotating,
                          .counter = c.counter,
                          .loss = c.rate[LEY_CAVITY_LOSS],
                          .gain = c.rate[LEY_CAVITY_GAIN],
                          .length = s->length,
                          .pumped = s->pumped,
                          .jumps = s->jumps,
                          .local = s->local,
                          .turning = s->turning,
                          .turn_cos = cos(s->frame * t),
                          .turn_sin = sin(s->frame * t)};
    ley_half_linear_terms(s, &c, t, &call.beta, &call.xi);
    if (c.rotating != 0) call.beta_over_coupling = call.beta.re / c.rotating;
    ley_hands_work(self->hands, apply_share, &(share_of_call){.s = s, .call = &call});
}

static void half_apply(ley_generator *self, double t, double *y, const double *x) {
    half_fused(self, t, y, x, 1, 0, 0);
}

typedef struct share_of_norm {
    const ley_half *s;
    const double *x;
} share_of_norm;

static void norm_share(void *user, int32_t share, int32_t shares) {
    const share_of_norm *of = user;
    const ley_half *s = of->s;
    const ley_index end = ley_share_first(s->n_panels, share + 1, shares);
    for (ley_index i = ley_share_first(s->n_panels, share, shares); i < end; i++) {
        const double *panel = of->x + ley_half_margin(s->width) + i * s->panel;
        s->square[i] = ley_row_square(panel, s->panel);
    }
}

static double half_norm(const ley_generator *self, const double *x) {
    const ley_half *s = (const ley_half *)self;
    ley_hands_work(self->hands, norm_share, &(share_of_norm){.s = s, .x = x});
    const double *square = s->square;
    double total = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++)
        for (int32_t i = 0; i < ley_half_states(s->base.model, b); i++)
            for (int32_t k = i; k < ley_half_row_end(s->base.model, b, i); k++, square++)
                total += i == k ? *square : 2 * *square; /* the adjoint is not stored */
    return sqrt(total);
}

/* ---- Bounds of the spectrum -------------------------------------------------------------------------------------
 */

static void half_bounds(const ley_generator *self, double t, double *frequency, double *decay) {
    const ley_half *s = (const ley_half *)self;
    const ley_coefficients c = ley_coefficients_at(self->model, t);
    const double frame = s->turning ? 0 : s->frame; /* what turns is as fast as the laboratory */
    ley_block_energy energy = {
        .levels = s->levels, .w0 = c.w0 - frame, .wc = c.wc - frame, .rotating = c.rotating, .counter = c.counter};
    ley_half_linear_terms(s, &c, t, &energy.beta, &energy.xi);
    *frequency = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        energy.block = &s->stencil.block[b];
        energy.two_j = ley_spin_two_j(self->blocks.cells, b);
        energy.states = ley_half_states(self->model, b);
        *frequency = fmax(*frequency, ley_energy_spread(&energy));
    }
    *decay = ley_generator_decay(self, t);
}

static const ley_generator_class half_class = {
    .name = "half",
    .apply = half_apply,
    .fused = half_fused,
    .start = ley_half_start,
    .reduce = ley_half_reduce,
    .expand = ley_half_expand,
    .symmetrise = half_symmetrise,
    .norm = half_norm,
    .bounds = half_bounds,
    .lend = half_lend,
    .joint_block = ley_half_joint_block,
    .destroy = half_destroy,
};

static const ley_generator_class displaced_class = {
    .name = "displaced",
    .apply = half_apply,
    .fused = half_fused,
    .start = ley_half_start,
    .reduce = ley_half_reduce,
    .expand = ley_half_expand,
    .norm = half_norm,
    .bounds = half_bounds,
    .lend = half_lend,
    .joint_block = ley_half_joint_block,
    .more_levels = ley_half_more_levels,
    .more_levels_compact = ley_half_more_levels_compact,
    .level = ley_half_level,
    .destroy = half_destroy,
};
