#include "core/memory.h"
#include "core/status.h"
#include "generator/decay.h"
#include "generator/panel.h"
#include "generator/populated.h"
#include "generator/real.h"
#include "generator/real_kernel.h"
#include "generator/sector.h"
#include "generator/sector_kernel.h"
#include "generator/spectrum.h"
#include "generator/stencil.h"

#include <math.h>
#include <string.h>

typedef struct generator_real {
    ley_generator base;
    ley_stencil stencil;
    ley_displacement displacement;
    ley_complex phase; /* exp(i phi) */
    double frame;
    int32_t first_block, end_block;
    ley_index width, panel; /* of a row; doubles from a panel to the next */
    ley_index place[2];     /* of the first panel, and behind the last */
    ley_index *block_place; /* [n_blocks] of panel (b; 0, 0) */
    ley_index n_panels;
    ley_real_tile *tiles;           /* arguments of the kernel, refilled when rates change */
    double rate[LEY_CHANNEL_COUNT]; /* that the tiles were made for */
    bool filled;
    double *square;                      /* [n_panels] scratch of the norm */
    double *memory, *up, *down, *number; /* [width] each */
    double *moment_weight;               /* [LEY_MOMENT_CAVITY][levels] */
} generator_real;

/* ---- What is stored ------------------------------------------------------------------------------------------ */

bool ley_real_applies(const ley_model *model) {
    const ley_cavity_state *cavity = &model->cavity_state;
    const bool pumped = !ley_signal_is_zero(&model->rate[LEY_CAVITY_GAIN]) ||
                        !ley_signal_is_zero(&model->rate[LEY_LOCAL_ABSORPTION]) ||
                        !ley_signal_is_zero(&model->rate[LEY_COLLECTIVE_ABSORPTION]);
    return model->levels > 0 && model->counter_rotating == 0 && ley_sector_applies(model) &&
           ley_sector_is_real(model) && !pumped && model->excitations == 0 &&
           !ley_telegraph_given(&model->telegraph) && !model->second.given && cavity->kind == LEY_CAVITY_COHERENT &&
           (cavity->alpha.re != 0 || cavity->alpha.im != 0);
}

/* Zeros before and after a state: the edges of its first and last rows read a row and a number beyond. */
static ley_index margin(ley_index width) {
    return (width + LEY_PANEL_PIECE) / LEY_PANEL_PIECE * LEY_PANEL_PIECE;
}

static ley_index panel_length(int32_t levels) {
    return ley_panel_length(levels * ley_panel_row(levels));
}

static ley_index panels_of_block(int32_t cells, int32_t b) {
    const ley_index d = ley_spin_two_j(cells, b) + 1;
    return d * (d + 1) / 2;
}

double ley_real_length(const ley_model *model) {
    int32_t first, end;
    ley_populated_blocks(model, &first, &end);
    double panels = 0;
    for (int32_t b = first; b < end; b++) panels += (double)panels_of_block(model->cells, b);
    return 2.0 * (double)margin(ley_panel_row(model->levels)) + panels * (double)panel_length(model->levels);
}

/* Where panel (b; i, k) with k >= i begins; -1: there is none. */
static ley_index find(const generator_real *s, int32_t b, int32_t i, int32_t k) {
    if (b < s->first_block || b >= s->end_block) return -1;
    const ley_index d = ley_spin_two_j(s->base.blocks.cells, b) + 1;
    if (i < 0 || k < i || k >= d) return -1;
    return s->block_place[b] + (i * d - (ley_index)i * (i - 1) / 2 + k - i) * s->panel;
}

/* ---- Creation ------------------------------------------------------------------------------------------------ */

static void real_destroy(ley_generator *self) {
    generator_real *s = (generator_real *)self;
    if (s->displacement.destroy) s->displacement.destroy(s->displacement.self);
    ley_blocks_clear(&s->base.blocks);
    ley_stencil_clear(&s->stencil);
    ley_release(s->block_place);
    ley_release(s->tiles);
    ley_release(s->square);
    ley_release(s->memory);
    ley_release(s->moment_weight);
    ley_release(s);
}

static const ley_generator_class real_class;

ley_status ley_generator_real_create(ley_generator **generator, const ley_model *model,
                                     const ley_displacement *displacement, ley_error *err) {
    generator_real *s = ley_allocate(1, sizeof *s);
    if (!s) {
        displacement->destroy(displacement->self);
        return ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the generator");
    }
    const int32_t levels = model->levels;
    const ley_complex alpha = model->cavity_state.alpha;
    s->base.class = &real_class;
    s->base.model = model;
    s->displacement = *displacement;
    s->phase = (ley_complex){alpha.re / hypot(alpha.re, alpha.im), alpha.im / hypot(alpha.re, alpha.im)};
    s->frame = ley_half_frame(model);
    s->width = ley_panel_row(levels);
    s->panel = panel_length(levels);
    ley_populated_blocks(model, &s->first_block, &s->end_block);
    ley_status status = ley_blocks_create(&s->base.blocks, model->cells, levels, err);
    if (status == LEY_OK) status = ley_stencil_create(&s->stencil, &s->base.blocks, err);
    if (status != LEY_OK) goto failed;
    s->block_place = ley_allocate((size_t)s->base.blocks.n_blocks, sizeof *s->block_place);
    if (!s->block_place) goto no_memory;
    ley_index place = margin(s->width), length = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        s->block_place[b] = place;
        s->n_panels += panels_of_block(model->cells, b);
        place += panels_of_block(model->cells, b) * s->panel;
        length += panels_of_block(model->cells, b);
    }
    s->base.n = place + margin(s->width);
    s->base.n_compact = length + (ley_index)levels * (levels + 1) / 2 + LEY_MOMENTS;
    s->tiles = ley_allocate((size_t)s->n_panels, sizeof *s->tiles);
    s->square = ley_allocate((size_t)s->n_panels, sizeof *s->square);
    s->memory = ley_allocate((size_t)s->width * 3, sizeof(double));
    s->moment_weight = ley_allocate((size_t)LEY_MOMENT_CAVITY * (size_t)levels, sizeof(double));
    if (!s->tiles || !s->square || !s->memory || !s->moment_weight) goto no_memory;
    s->up = s->memory, s->down = s->up + s->width, s->number = s->down + s->width;
    for (int32_t n = 0; n < levels; n++) {
        s->up[n] = n + 1 < levels ? sqrt(n + 1.0) : 0;
        s->down[n] = sqrt(n);
        s->number[n] = n;
        for (int op = 0; op < LEY_MOMENT_CAVITY; op++)
            s->moment_weight[op * levels + n] = ley_moment_cavity_weight(op, levels, n);
    }
    *generator = &s->base;
    return LEY_OK;
no_memory:
    status = ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the tables of the generator");
failed:
    real_destroy(&s->base);
    return status;
}

/* ---- y = al L x + be x + ga y -------------------------------------------------------------------------------- */

/* A factor and the panel it multiplies; where there is none, 0 times the panel itself. */
static double neighbour(const generator_real *s, ley_index *place, ley_index here, double factor, int32_t b,
                        int32_t i, int32_t k) {
    const ley_index found = find(s, b, i, k);
    *place = found < 0 ? here : found;
    return found < 0 ? 0 : factor;
}

static void fill_tile(const generator_real *s, ley_real_tile *p, const double *rate, int32_t b, int32_t i,
                      int32_t k) {
    const ley_stencil_block *table = &s->stencil.block[b];
    const int32_t cells = s->base.blocks.cells;
    const double j = 0.5 * ley_spin_two_j(cells, b);
    p->here = find(s, b, i, k);
    p->share = i == k ? 0.5 : 1;
    p->decay = ley_stencil_loss(table, rate, cells, i, k, i - j, k - j);
    p->c_left_minus = neighbour(s, &p->left_minus, p->here, table->minus[i], b, i - 1, k);
    p->c_right_plus = neighbour(s, &p->right_plus, p->here, table->plus[k], b, i, k + 1);
    p->left_plus = p->right_minus = p->here; /* where e = e' these are the transposes of the other two */
    p->c_left_plus = p->c_right_minus = 0;
    if (i != k) {
        p->c_left_plus = neighbour(s, &p->left_plus, p->here, table->plus[i], b, i + 1, k);
        p->c_right_minus = neighbour(s, &p->right_minus, p->here, table->minus[k], b, i, k - 1);
    }
    for (int source = 0; source < LEY_SOURCES; source++) {
        const int32_t to = ley_source_block[source];
        const double *down = table->gather[0][source], *stay = table->gather[2][source];
        const double f = p->share * table->prefactor[source];
        double lowered = f * rate[LEY_LOCAL_EMISSION] * down[i] * down[k];
        if (source == 0)
            lowered += p->share * rate[LEY_COLLECTIVE_EMISSION] * table->plus[i] * table->plus[k];
        else
            p->c_stay[source - 1] =
                neighbour(s, &p->stay[source - 1], p->here, f * rate[LEY_LOCAL_DEPHASING] * stay[i] * stay[k],
                          b + to, i - to, k - to);
        p->c_lower[source] = neighbour(s, &p->lower[source], p->here, lowered, b + to, i - to + 1, k - to + 1);
    }
}

static void fill(generator_real *s, const double *rate) {
    if (s->filled && ley_rates_same(rate, s->rate)) return;
    memcpy(s->rate, rate, sizeof s->rate);
    s->filled = true;
    ley_real_tile *p = s->tiles;
    for (int32_t b = s->first_block; b < s->end_block; b++)
        for (int32_t i = 0; i <= ley_spin_two_j(s->base.blocks.cells, b); i++)
            for (int32_t k = i; k <= ley_spin_two_j(s->base.blocks.cells, b); k++) fill_tile(s, p++, rate, b, i, k);
}

/* Re(z conj(phase)) and Im(...) */
static ley_complex turned_back(const generator_real *s, ley_complex z) {
    return (ley_complex){z.re * s->phase.re + z.im * s->phase.im, z.im * s->phase.re - z.re * s->phase.im};
}

/* The linear terms beta (J+ + J-) + i xi (b' - b). */
static void linear_terms(const generator_real *s, double coupling, double t, double *beta, double *xi) {
    ley_complex alpha, spin;
    s->displacement.at(s->displacement.self, t, &alpha, &spin);
    *beta = coupling * turned_back(s, alpha).re;
    *xi = -coupling * s->base.blocks.cells * turned_back(s, spin).im;
}

typedef struct share_of_call {
    const generator_real *s;
    const ley_real_call *call;
} share_of_call;

static void apply_share(void *user, int32_t share, int32_t shares) {
    const share_of_call *of = user;
    const generator_real *s = of->s;
    const ley_index first = ley_share_first(s->n_panels, share, shares),
                    end = ley_share_first(s->n_panels, share + 1, shares);
    const int32_t levels = s->base.blocks.levels;
    ley_real_tiles(of->call, s->tiles + first, end - first);
    for (ley_index i = first; i < end; i++) {
        if (s->tiles[i].share == 1) continue;
        double *panel = of->call->y + s->tiles[i].here; /* e = e': it holds Y so far; Y + transpose */
        for (int32_t n = 0; n < levels; n++)
            for (int32_t np = n; np < levels; np++) {
                double *p = panel + n * s->width + np, *q = panel + np * s->width + n;
                *p = *q = *p + *q;
            }
    }
}

static ley_status real_lend(ley_generator *self, const ley_hands *hands, ley_error *err) {
    (void)err;
    self->hands = hands;
    return LEY_OK;
}

static void real_fused(ley_generator *self, double t, double *y, const double *x, double al, double be, double ga) {
    generator_real *s = (generator_real *)self;
    const ley_coefficients c = ley_coefficients_at(self->model, t);
    const int32_t levels = s->base.blocks.levels;
    fill(s, c.rate);
    ley_real_call call = {.y = y,
                          .x = x,
                          .al = al,
                          .be = be,
                          .ga = ga,
                          .g = c.rotating,
                          .loss = c.rate[LEY_CAVITY_LOSS],
                          .levels = levels,
                          .width = s->width,
                          .up = s->up,
                          .down = s->down,
                          .number = s->number,
                          .local = ley_has_local_channels(self->model)};
    linear_terms(s, c.rotating, t, &call.beta, &call.xi);
    ley_hands_work(self->hands, apply_share, &(share_of_call){.s = s, .call = &call});
}

static void real_apply(ley_generator *self, double t, double *y, const double *x) {
    real_fused(self, t, y, x, 1, 0, 0);
}

typedef struct share_of_norm {
    const generator_real *s;
    const double *x;
} share_of_norm;

static void norm_share(void *user, int32_t share, int32_t shares) {
    const share_of_norm *of = user;
    const generator_real *s = of->s;
    const ley_index end = ley_share_first(s->n_panels, share + 1, shares);
    for (ley_index i = ley_share_first(s->n_panels, share, shares); i < end; i++) {
        const double *panel = of->x + margin(s->width) + i * s->panel;
        s->square[i] = ley_row_square(panel, s->panel);
    }
}

static double real_norm(const ley_generator *self, const double *x) {
    const generator_real *s = (const generator_real *)self;
    ley_hands_work(self->hands, norm_share, &(share_of_norm){.s = s, .x = x});
    const double *square = s->square;
    double total = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const int32_t d = ley_spin_two_j(s->base.blocks.cells, b) + 1;
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = i; k < d; k++, square++)
                total += i == k ? *square : 2 * *square; /* the transpose is not stored */
    }
    return sqrt(total);
}

/* ---- Start and reduction ------------------------------------------------------------------------------------- */

static void real_start(const ley_generator *self, double *x, const ley_complex *battery,
                       const ley_complex *cavity) {
    const generator_real *s = (const generator_real *)self;
    (void)cavity; /* what was a coherent charger is the vacuum of the shifted mode */
    memset(x, 0, (size_t)self->n * sizeof *x);
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const ley_index d = ley_spin_two_j(self->blocks.cells, b) + 1;
        for (int32_t i = 0; i < d; i++) x[find(s, b, i, i)] = battery[self->blocks.offset[b] + i * d + i].re;
    }
}

static void real_reduce(const ley_generator *self, double *compact, const double *x) {
    const generator_real *s = (const generator_real *)self;
    const int32_t levels = self->blocks.levels;
    memset(compact, 0, (size_t)self->n_compact * sizeof *compact);
    double *out = compact, *moments = compact + self->n_compact - LEY_MOMENTS;
    double *cavity = moments - (ley_index)levels * (levels + 1) / 2;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const int32_t two_j = ley_spin_two_j(self->blocks.cells, b);
        const double *panel = x + s->block_place[b];
        for (int32_t i = 0; i <= two_j; i++)
            for (int32_t k = i; k <= two_j; k++, panel += s->panel) {
                double trace = 0;
                for (int32_t n = 0; n < levels; n++) trace += panel[n * (s->width + 1)];
                *out++ = trace;
                double *next = cavity;
                for (int32_t n = 0; n < levels && i == k; next += levels - n, n++)
                    for (int32_t np = n; np < levels; np++) next[np - n] += panel[n * s->width + np];
                if (k > i + 1) continue;
                /* R(e, n; e + shift, n + shift'): of e = k and shift = i - k, the transpose of what is stored */
                for (int op_c = 0; op_c < LEY_MOMENT_CAVITY; op_c++) {
                    const int32_t shift = ley_moment_cavity_shift(op_c);
                    const double *weight = s->moment_weight + op_c * levels;
                    double sum = 0;
                    for (int32_t n = shift < 0 ? 1 : 0; n < levels - (shift > 0); n++)
                        sum += weight[n] * panel[(n + shift) * s->width + n];
                    for (int op_b = 0; op_b < LEY_MOMENT_BATTERY; op_b++)
                        if (ley_moment_battery_shift(op_b) == i - k)
                            moments[op_b * LEY_MOMENT_CAVITY + op_c] +=
                                ley_moment_battery_weight(op_b, two_j, k) * sum;
                }
            }
    }
}

static ley_complex multiply(ley_complex a, ley_complex b) {
    return (ley_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static ley_complex conjugate(ley_complex a) {
    return (ley_complex){a.re, -a.im};
}

static void add(ley_complex *sum, ley_complex z) {
    sum->re += z.re;
    sum->im += z.im;
}

/* exp(i phi charge), and (-i)^turns besides */
static ley_complex gauge(const generator_real *s, int32_t charge, int32_t turns) {
    static const ley_complex power[4] = {{1, 0}, {0, -1}, {-1, 0}, {0, 1}};
    const double angle = charge * atan2(s->phase.im, s->phase.re);
    return multiply((ley_complex){cos(angle), sin(angle)}, power[((turns % 4) + 4) % 4]);
}

static void real_expand(const ley_generator *self, double t, double *reduced, const double *compact) {
    const generator_real *s = (const generator_real *)self;
    const ley_blocks *blocks = &self->blocks;
    const double *in = compact;
    ley_reduced out = ley_reduced_view(blocks, reduced);
#define FRAME(charge) ((ley_complex){cos(s->frame * (charge)*t), -sin(s->frame * (charge)*t)})
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const int32_t d = ley_spin_two_j(blocks->cells, b) + 1;
        ley_complex *block = out.battery + blocks->offset[b];
        for (int32_t charge = 0; charge < d; charge++) { /* e' - e */
            const ley_complex factor = multiply(gauge(s, -charge, -charge), FRAME(-charge));
            for (int32_t i = 0; i + charge < d; i++) {
                const double value = in[(ley_index)i * d - (ley_index)i * (i - 1) / 2 + charge];
                const ley_complex z = {factor.re * value, factor.im * value};
                add(&block[(ley_index)i * d + i + charge], z);
                if (charge > 0) add(&block[(ley_index)(i + charge) * d + i], conjugate(z));
            }
        }
        in += (ley_index)d * (d + 1) / 2;
    }
    for (int32_t n = 0; n < blocks->levels; n++)
        for (int32_t np = n; np < blocks->levels; np++, in++) {
            const ley_complex factor = multiply(gauge(s, n - np, 0), FRAME(n - np));
            const ley_complex z = {factor.re * *in, factor.im * *in};
            add(&out.cavity[(ley_index)n * blocks->levels + np], z);
            if (np > n) add(&out.cavity[(ley_index)np * blocks->levels + n], conjugate(z));
        }
    ley_complex moment[LEY_MOMENTS], alpha, spin;
    for (int i = 0; i < LEY_MOMENTS; i++) {
        const int32_t b = ley_moment_battery_shift(i / LEY_MOMENT_CAVITY),
                      c = ley_moment_cavity_shift(i % LEY_MOMENT_CAVITY);
        const ley_complex factor = gauge(s, -b - c, -b);
        moment[i] = (ley_complex){factor.re * in[i], factor.im * in[i]};
    }
    s->displacement.at(s->displacement.self, t, &alpha, &spin);
    ley_shift_moments(moment, alpha);
    for (int i = 0; i < LEY_MOMENTS; i++)
        add(&out.moment[i], multiply(moment[i], FRAME(-ley_moment_battery_shift(i / LEY_MOMENT_CAVITY) -
                                                      ley_moment_cavity_shift(i % LEY_MOMENT_CAVITY))));
#undef FRAME
}

/* ---- More levels --------------------------------------------------------------------------------------------- */

static void real_more_levels(const ley_generator *to, double *y, const ley_generator *from, const double *x) {
    const generator_real *a = (const generator_real *)from, *b = (const generator_real *)to;
    const int32_t levels = from->blocks.levels;
    memset(y, 0, (size_t)to->n * sizeof *y);
    for (ley_index i = 0; i < b->n_panels; i++)
        for (int32_t n = 0; n < levels; n++)
            memcpy(y + margin(b->width) + i * b->panel + n * b->width,
                   x + margin(a->width) + i * a->panel + n * a->width, (size_t)levels * sizeof *y);
}

/* The battery does not know of levels; then come the cavity's upper triangle and the moments. */
static void real_more_levels_compact(const ley_generator *to, double *y, const ley_generator *from,
                                     const double *x) {
    const int32_t levels = from->blocks.levels, more = to->blocks.levels;
    const ley_index battery = from->n_compact - LEY_MOMENTS - (ley_index)levels * (levels + 1) / 2;
    memset(y, 0, (size_t)to->n_compact * sizeof *y);
    memcpy(y, x, (size_t)battery * sizeof *y);
    memcpy(y + to->n_compact - LEY_MOMENTS, x + from->n_compact - LEY_MOMENTS, LEY_MOMENTS * sizeof *y);
    x += battery, y += battery;
    for (int32_t n = 0; n < levels; x += levels - n, y += more - n, n++)
        memcpy(y, x, (size_t)(levels - n) * sizeof *y);
}

static double real_level(const ley_generator *self, const double *compact, int32_t n) {
    const ley_index left = self->blocks.levels - n; /* rows of the triangle from n on */
    return compact[self->n_compact - LEY_MOMENTS - left * (left + 1) / 2];
}

/* ---- Bounds of the spectrum ---------------------------------------------------------------------------------- */

static void real_bounds(const ley_generator *self, double t, double *frequency, double *decay) {
    const generator_real *s = (const generator_real *)self;
    const ley_coefficients c = ley_coefficients_at(self->model, t);
    ley_block_energy energy = {.levels = s->base.blocks.levels, .rotating = c.rotating};
    linear_terms(s, c.rotating, t, &energy.beta.re, &energy.xi.im);
    *frequency = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        energy.block = &s->stencil.block[b];
        energy.two_j = ley_spin_two_j(self->blocks.cells, b);
        *frequency = fmax(*frequency, ley_energy_spread(&energy));
    }
    *decay = ley_generator_decay(self, t);
}

static const ley_generator_class real_class = {
    .name = "displaced",
    .apply = real_apply,
    .fused = real_fused,
    .start = real_start,
    .reduce = real_reduce,
    .expand = real_expand,
    .norm = real_norm,
    .bounds = real_bounds,
    .lend = real_lend,
    .more_levels = real_more_levels,
    .more_levels_compact = real_more_levels_compact,
    .level = real_level,
    .destroy = real_destroy,
};
