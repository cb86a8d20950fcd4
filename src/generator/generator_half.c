#include "generator/half.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/half_kernel.h"
#include "generator/populated.h"
#include "generator/spectrum.h"
#include "generator/stencil.h"

#include <math.h>
#include <string.h>

enum {
    VECTOR = 4, /* doubles: rows are padded to multiples */
    SUMS = 8    /* partial sums of a norm, so that it can be computed in vectors */
};

typedef struct generator_half {
    ley_generator base;
    ley_stencil stencil;
    ley_displacement displacement; /* at == NULL: the laboratory */
    int parity, step;
    int32_t levels, first_block, end_block;
    double frame;
    bool pumped, jumps, local;
    ley_index rows, width;   /* of a tile: n, and n' with its padding */
    ley_index length, panel; /* doubles of a plane of a tile, of all tiles of (e, e') */
    ley_index *place;        /* [battery elements]: where panel (b; e, e') begins, -1 if not stored */
    ley_index n_panels;
    ley_tile *tiles;               /* arguments of the kernel, refilled when rates change */
    ley_coefficients coefficients; /* that the tiles were made for */
    bool filled;
    double *memory;                       /* of the tables */
    double *fields;                       /* scratch of the kernel */
    double *moment_weight;                /* [LEY_MOMENT_CAVITY][levels] */
    double *table[2][2][LEY_HALF_TABLES]; /* [sigma][s] */
} generator_half;

/* ---- What symmetry leaves ------------------------------------------------------------------------------------ */

static bool is_driven(const ley_model *model) {
    return !ley_signal_is_zero(&model->drive_cavity) || !ley_signal_is_zero(&model->drive_battery);
}

bool ley_half_has_parity(const ley_model *model) {
    return !is_driven(model);
}

double ley_half_frame(const ley_model *model) {
    if (model->counter_rotating != 0 || !ley_signal_is_constant(&model->cavity_frequency)) return 0;
    if (is_driven(model) && model->complete) return 0; /* a drive would turn in the frame */
    return ley_signal_at(&model->cavity_frequency, 0);
}

static bool is_zero(const ley_model *model, ley_channel channel) {
    return ley_signal_is_zero(&model->rate[channel]);
}

static void kept_blocks(const ley_model *model, int32_t *first, int32_t *end) {
    ley_populated_blocks(model, first, end);
    if (model->excitations > 0 && *end > model->excitations + 1) *end = model->excitations + 1;
}

/* States |j, m> kept of block b, from m = -j on: |j, -j> holds b excitations. */
static int32_t states_of(const ley_model *model, int32_t b) {
    const int32_t d = ley_spin_two_j(model->cells, b) + 1, kept = model->excitations - b + 1;
    return model->excitations > 0 && kept < d ? kept : d;
}

/* Panels (i, k) kept of row i end before this k. */
static int32_t row_end(const ley_model *model, int32_t b, int32_t i) {
    const int32_t d = states_of(model, b), reach = model->coherences;
    return reach > 0 && i + reach + 1 < d ? i + reach + 1 : d;
}

/* Rows over n and padded columns over n' of a tile. */
static void shape(int32_t levels, int parity, ley_index *rows, ley_index *width) {
    *rows = parity == LEY_PARITY_BOTH ? levels : (levels + 1) / 2;
    *width = (*rows + VECTOR - 1) / VECTOR * VECTOR;
}

/* Zeros before and after a state: the edges of its first and last tiles read a row and a number beyond. */
static ley_index margin(ley_index width) {
    return width + VECTOR;
}

/* Doubles from a panel to the next: neighbours a multiple of 4 kB apart would compete for the same few places of
 * the nearest cache. */
static ley_index panel_length(ley_index rows, ley_index width, int step) {
    enum { NEAR = 24, PERIOD = 256, PIECE = 8 };
    ley_index n = (2 * rows * width * step + PIECE - 1) / PIECE * PIECE;
    while (n >= PERIOD - NEAR && (n % PERIOD < NEAR || n % PERIOD > PERIOD - NEAR)) n += PIECE;
    return n;
}

double ley_half_length(const ley_model *model, int parity) {
    int32_t first, end, levels = model->levels > 0 ? model->levels : 1;
    ley_index rows, width;
    kept_blocks(model, &first, &end);
    shape(levels, parity, &rows, &width);
    double panels = 0;
    for (int32_t b = first; b < end; b++) {
        for (int32_t i = 0; i < states_of(model, b); i++) panels += row_end(model, b, i) - i;
    }
    return 2.0 * (double)margin(width) +
           panels * (double)panel_length(rows, width, parity == LEY_PARITY_BOTH ? 1 : 2);
}

/* ---- Creation ------------------------------------------------------------------------------------------------ */

static ley_index element(const generator_half *s, int32_t b, int32_t i, int32_t k) {
    ley_index d = ley_spin_two_j(s->base.blocks.cells, b) + 1;
    return s->base.blocks.offset[b] + i * d + k;
}

/* Where panel (b; i, k) begins, -1 if it is not stored. */
static ley_index find(const generator_half *s, int32_t b, int32_t i, int32_t k) {
    if (b < s->first_block || b >= s->end_block) return -1;
    if (i < 0 || k < i || i >= states_of(s->base.model, b) || k >= row_end(s->base.model, b, i)) return -1;
    return s->place[element(s, b, i, k)];
}

ley_half_layout ley_half_layout_of(const ley_generator *generator) {
    const generator_half *s = (const generator_half *)generator;
    return (ley_half_layout){.step = s->step, .width = s->width, .length = s->length};
}

ley_index ley_half_panel(const ley_generator *generator, int32_t b, int32_t i, int32_t k) {
    return find((const generator_half *)generator, b, i, k);
}

static void place_panels(generator_half *s) {
    ley_index place = margin(s->width);
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const int32_t d = ley_spin_two_j(s->base.blocks.cells, b) + 1, kept = states_of(s->base.model, b);
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = 0; k < d; k++) {
                const bool stored = i < kept && k >= i && k < row_end(s->base.model, b, i);
                s->place[element(s, b, i, k)] = stored ? place : -1;
                if (!stored) continue;
                place += s->panel;
                s->n_panels++;
            }
    }
    s->base.n = place + margin(s->width);
}

static void half_destroy(ley_generator *self) {
    generator_half *s = (generator_half *)self;
    if (s->displacement.destroy) s->displacement.destroy(s->displacement.self);
    ley_blocks_clear(&s->base.blocks);
    ley_stencil_clear(&s->stencil);
    ley_release(s->place);
    ley_release(s->tiles);
    ley_release(s->memory);
    ley_release(s->fields);
    ley_release(s->moment_weight);
    ley_release(s);
}

static void fill_tables(generator_half *s) {
    double *memory = s->memory;
    for (int sigma = 0; sigma < s->step; sigma++)
        for (int odd = 0; odd < s->step; odd++) {
            double **table = s->table[sigma][odd];
            for (int i = 0; i < LEY_HALF_TABLES; i++, memory += s->length) table[i] = memory;
            for (ley_index a = 0; a < s->rows; a++)
                for (ley_index q = 0; q < s->width; q++) {
                    const ley_index n = s->step * a + sigma, np = s->step * q + odd, i = a * s->width + q;
                    if (n >= s->levels || np >= s->levels) continue;
                    table[LEY_HALF_ROOTS_UP_LEFT][i] = n + 1 < s->levels ? sqrt((double)(n + 1)) : 0;
                    table[LEY_HALF_ROOTS_DOWN_LEFT][i] = sqrt((double)n);
                    table[LEY_HALF_ROOTS_UP][i] = np + 1 < s->levels ? sqrt((double)(np + 1)) : 0;
                    table[LEY_HALF_ROOTS_DOWN][i] = sqrt((double)np);
                    table[LEY_HALF_PHOTONS][i] = (double)(n - np);
                }
        }
}

static ley_index compact_length(const generator_half *s) {
    ley_index n = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const ley_index d = states_of(s->base.model, b);
        n += d * (d + 1) / 2;
    }
    return 2 * (n + (ley_index)s->levels * (s->levels + 1) / 2 + LEY_MOMENTS);
}

static const ley_generator_class half_class, displaced_class;

ley_status ley_generator_half_create(ley_generator **generator, const ley_model *model, int parity,
                                     const ley_displacement *displacement, ley_error *err) {
    generator_half *s = ley_allocate(1, sizeof *s);
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
    s->pumped = !is_zero(model, LEY_CAVITY_GAIN) || !is_zero(model, LEY_LOCAL_ABSORPTION) ||
                !is_zero(model, LEY_COLLECTIVE_ABSORPTION);
    s->local = ley_has_local_channels(model);
    s->jumps = s->local || !is_zero(model, LEY_COLLECTIVE_EMISSION);
    shape(s->levels, parity, &s->rows, &s->width);
    s->length = s->rows * s->width;
    s->panel = panel_length(s->rows, s->width, s->step);
    kept_blocks(model, &s->first_block, &s->end_block);
    ley_status status = ley_blocks_create(&s->base.blocks, model->cells, s->levels, err);
    if (status == LEY_OK) status = ley_stencil_create(&s->stencil, &s->base.blocks, err);
    if (status != LEY_OK) goto failed;
    if (model->excitations > 0) ley_blocks_keep_first(&s->base.blocks, s->end_block);
    s->place = ley_allocate((size_t)s->base.blocks.offset[s->base.blocks.n_blocks], sizeof *s->place);
    if (!s->place) goto no_memory;
    place_panels(s);
    s->tiles = ley_allocate((size_t)(s->n_panels * s->step), sizeof *s->tiles);
    s->memory = ley_allocate((size_t)(s->step * s->step * s->length) * LEY_HALF_TABLES, sizeof(double));
    s->fields = ley_allocate((size_t)(s->panel + 2 * margin(s->width)) * LEY_HALF_FIELDS, sizeof(double));
    s->moment_weight = ley_allocate((size_t)LEY_MOMENT_CAVITY * (size_t)s->levels, sizeof(double));
    if (!s->tiles || !s->memory || !s->fields || !s->moment_weight) goto no_memory;
    fill_tables(s);
    for (int op = 0; op < LEY_MOMENT_CAVITY; op++)
        for (int32_t n = 0; n < s->levels; n++)
            s->moment_weight[op * s->levels + n] = ley_moment_cavity_weight(op, s->levels, n);
    s->base.n_compact = compact_length(s);
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

/* A factor and the panel it multiplies; where there is none, 0 times the panel itself. */
static double neighbour(const generator_half *s, ley_index *place, ley_index here, double factor, int32_t b,
                        int32_t i, int32_t k) {
    ley_index found = find(s, b, i, k);
    *place = found < 0 ? here : found;
    return found < 0 ? 0 : factor;
}

/* Tile sigma of panel (b; i, k). Neighbours by one in e or e' have the other parity of n + n', so that with a
 * parity those at the same n have the other s, and those at n +- 1 the other sigma. */
static void fill_tile(const generator_half *s, ley_tile *p, const ley_coefficients *c, int32_t b, int32_t i,
                      int32_t k, int sigma) {
    const ley_stencil_block *table = &s->stencil.block[b];
    const int32_t cells = s->base.blocks.cells;
    const double j = 0.5 * ley_spin_two_j(cells, b), m = i - j, mp = k - j, *rate = c->rate;
    const ley_index here = find(s, b, i, k);
    p->difference = i - k;
    p->share = i == k ? 0.5 : 1;
    p->c_left_minus = neighbour(s, &p->left_minus, here, table->minus[i], b, i - 1, k);
    p->c_right_plus = neighbour(s, &p->right_plus, here, table->plus[k], b, i, k + 1);
    p->left_plus = p->right_minus = here; /* where e = e' these are the adjoints of the other two */
    p->c_left_plus = p->c_right_minus = 0;
    if (i != k) {
        p->c_left_plus = neighbour(s, &p->left_plus, here, table->plus[i], b, i + 1, k);
        p->c_right_minus = neighbour(s, &p->right_minus, here, table->minus[k], b, i, k - 1);
    }
    for (int source = 0; source < LEY_SOURCES; source++) {
        const int32_t to = ley_source_block[source];
        const double *down = table->gather[0][source], *up = table->gather[1][source],
                     *stay = table->gather[2][source];
        double f = p->share * table->prefactor[source];
        double lowered = f * rate[LEY_LOCAL_EMISSION] * down[i] * down[k];
        double raised = f * rate[LEY_LOCAL_ABSORPTION] * up[i] * up[k];
        if (source == 0) {
            lowered += p->share * rate[LEY_COLLECTIVE_EMISSION] * table->plus[i] * table->plus[k];
            raised += p->share * rate[LEY_COLLECTIVE_ABSORPTION] * table->minus[i] * table->minus[k];
        } else {
            p->c_stay[source - 1] =
                neighbour(s, &p->stay[source - 1], here, f * rate[LEY_LOCAL_DEPHASING] * stay[i] * stay[k], b + to,
                          i - to, k - to);
        }
        p->c_lower[source] = neighbour(s, &p->lower[source], here, lowered, b + to, i - to + 1, k - to + 1);
        p->c_raise[source] = neighbour(s, &p->raise[source], here, raised, b + to, i - to - 1, k - to - 1);
    }
    double d = ley_stencil_loss(table, rate, cells, i, k, m, mp);
    p->decay = d;

    p->here = here;
    p->row_up = s->width, p->row_down = -s->width;
    p->column_up = 1, p->column_down = -1;
    int odd = 0;
    if (s->step == 2) {
        const ley_index own = 2 * s->length * sigma, across = 2 * s->length * (1 - 2 * sigma);
        odd = (sigma + k - i + (s->parity == LEY_PARITY_ODD)) & 1;
        p->row_up = across + sigma * s->width, p->row_down = across + (sigma - 1) * s->width;
        p->column_up = odd, p->column_down = odd - 1;
        p->inside = own;
        p->here += own, p->left_minus += own, p->left_plus += own, p->right_minus += own, p->right_plus += own;
        for (int source = 0; source < LEY_SOURCES; source++) p->lower[source] += own, p->raise[source] += own;
        for (int source = 1; source < LEY_SOURCES; source++) p->stay[source - 1] += own;
    }
    p->table = (const double *const *)s->table[sigma][odd];
}

/* a a' of the truncated matrices ends with 0: that keeps the trace. */
static double cavity_decay(const generator_half *s, const ley_coefficients *c, ley_index n) {
    double above = n + 1 < s->levels ? (double)n + 1 : 0;
    return -0.5 * (c->rate[LEY_CAVITY_LOSS] * (double)n + c->rate[LEY_CAVITY_GAIN] * above);
}

/* The arguments of the kernel, made anew when a rate has changed. */
static void fill(generator_half *s, const ley_coefficients *c) {
    if (s->filled && memcmp(c->rate, s->coefficients.rate, sizeof c->rate) == 0) return;
    s->coefficients = *c;
    s->filled = true;
    for (int sigma = 0; sigma < s->step; sigma++)
        for (int odd = 0; odd < s->step; odd++)
            for (ley_index n = sigma; n < s->levels; n += s->step)
                for (ley_index np = odd; np < s->levels; np += s->step)
                    s->table[sigma][odd][LEY_HALF_DECAY][n / s->step * s->width + np / s->step] =
                        cavity_decay(s, c, n) + cavity_decay(s, c, np);
    ley_tile *p = s->tiles;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const int32_t d = states_of(s->base.model, b);
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = i; k < row_end(s->base.model, b, i); k++)
                for (int sigma = 0; sigma < s->step; sigma++) fill_tile(s, p++, c, b, i, k, sigma);
    }
}

/* The parts of H that are linear: beta J+ + xi a' + adjoints. */
static void linear_terms(const generator_half *s, const ley_coefficients *c, double t, ley_complex *beta,
                         ley_complex *xi) {
    const ley_complex phase = {cos(s->frame * t), sin(s->frame * t)};
    *beta = (ley_complex){0.5 * c->omega * phase.re, 0.5 * c->omega * phase.im};
    *xi = (ley_complex){c->eta * phase.re, c->eta * phase.im};
    if (!s->displacement.at) return;
    ley_complex alpha, spin;
    s->displacement.at(s->displacement.self, t, &alpha, &spin);
    const double n = s->base.blocks.cells;
    beta->re += (c->rotating + c->counter) * alpha.re;
    beta->im += (c->rotating - c->counter) * alpha.im;
    /* The drive moves alpha; of the cells' field it left out the fluctuations only. */
    xi->re = -n * (c->rotating + c->counter) * spin.re;
    xi->im = -n * (c->rotating - c->counter) * spin.im;
}

/* Where number (n, n') of a panel lies; -1 if it has the other parity. odd: of n + n' in this panel. */
static ley_index within(const generator_half *s, int odd, ley_index n, ley_index np) {
    if (s->step == 1) return n * s->width + np;
    if ((n + np + odd) & 1) return -1;
    return (n & 1) * 2 * s->length + n / 2 * s->width + np / 2;
}

static int parity_of(const generator_half *s, int32_t i, int32_t k) {
    return (i + k + (s->parity == LEY_PARITY_ODD)) & 1;
}

/* A panel with e = e' holds Y so far; the whole is Y + Y'. */
static void add_adjoint(const generator_half *s, double *panel) {
    const int odd = parity_of(s, 0, 0);
    const ley_index im = s->length;
    for (ley_index n = 0; n < s->levels; n++)
        for (ley_index np = n + (s->step == 2 ? odd : 0); np < s->levels; np += s->step) {
            double *a = panel + within(s, odd, n, np), *b = panel + within(s, odd, np, n);
            a[0] = b[0] = a[0] + b[0];
            a[im] -= b[im];
            b[im] = -a[im];
        }
}

/* Numbers (n, n') and (n', n) of a panel with e = e' are conjugates. */
static void half_symmetrise(const ley_generator *self, double *x) {
    const generator_half *s = (const generator_half *)self;
    const int odd = parity_of(s, 0, 0);
    const ley_index im = s->length;
    for (int32_t b = s->first_block; b < s->end_block; b++)
        for (int32_t i = 0; i <= ley_spin_two_j(s->base.blocks.cells, b); i++) {
            double *panel = x + find(s, b, i, i);
            for (ley_index n = 0; n < s->levels; n++)
                for (ley_index np = n + (s->step == 2 ? odd : 0); np < s->levels; np += s->step) {
                    double *a = panel + within(s, odd, n, np), *z = panel + within(s, odd, np, n);
                    a[0] = z[0] = 0.5 * (a[0] + z[0]);
                    a[im] = 0.5 * (a[im] - z[im]);
                    z[im] = -a[im];
                }
        }
}

static void half_fused(ley_generator *self, double t, double *y, const double *x, double al, double be, double ga) {
    generator_half *s = (generator_half *)self;
    const ley_coefficients c = ley_coefficients_at(self->model, t);
    fill(s, &c);
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
                          .local = s->local};
    linear_terms(s, &c, t, &call.beta, &call.xi);
    if (c.rotating != 0) call.beta_over_coupling = call.beta.re / c.rotating;
    for (int i = 0; i < LEY_HALF_FIELDS; i++)
        call.field[i] = s->fields + i * (s->panel + 2 * margin(s->width)) + margin(s->width);
    ley_half_tiles(&call, s->tiles, s->n_panels, s->step);
    for (int32_t b = s->first_block; b < s->end_block; b++)
        for (int32_t i = 0; i < states_of(self->model, b); i++) add_adjoint(s, y + find(s, b, i, i));
}

static void half_apply(ley_generator *self, double t, double *y, const double *x) {
    half_fused(self, t, y, x, 1, 0, 0);
}

static double half_norm(const ley_generator *self, const double *x) {
    const generator_half *s = (const generator_half *)self;
    double total = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const int32_t d = states_of(s->base.model, b);
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = i; k < row_end(s->base.model, b, i); k++) {
                const double *panel = x + find(s, b, i, k);
                double sum[SUMS] = {0};
                for (ley_index n = 0; n < s->panel; n += SUMS)
                    for (int lane = 0; lane < SUMS; lane++) sum[lane] += panel[n + lane] * panel[n + lane];
                double square = 0;
                for (int lane = 0; lane < SUMS; lane++) square += sum[lane];
                total += i == k ? square : 2 * square; /* the adjoint is not stored */
            }
    }
    return sqrt(total);
}

/* ---- Start and reduction ----------------------------------------------------------------------------------------
 */

static ley_complex number(const generator_half *s, const double *x, int32_t b, int32_t i, int32_t k, int32_t n,
                          int32_t np) {
    const bool adjoint = k < i;
    const ley_index place = adjoint ? find(s, b, k, i) : find(s, b, i, k),
                    inside = adjoint ? within(s, parity_of(s, k, i), np, n) : within(s, parity_of(s, i, k), n, np);
    if (place < 0 || inside < 0) return (ley_complex){0, 0};
    const double *z = x + place + inside;
    return (ley_complex){z[0], adjoint ? -z[s->length] : z[s->length]};
}

static void half_start(const ley_generator *self, double *x, const ley_complex *battery,
                       const ley_complex *cavity) {
    const generator_half *s = (const generator_half *)self;
    /* What was a coherent charger is the vacuum of the shifted mode. */
    const bool vacuum = s->displacement.at && self->model->cavity_state.kind == LEY_CAVITY_COHERENT;
    memset(x, 0, (size_t)self->n * sizeof *x);
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const int32_t d = states_of(s->base.model, b);
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = i; k < row_end(s->base.model, b, i); k++) {
                const ley_complex p = battery[element(s, b, i, k)];
                double *panel = x + find(s, b, i, k);
                for (int32_t n = 0; n < s->levels; n++)
                    for (int32_t np = 0; np < s->levels; np++) {
                        const ley_index inside = within(s, parity_of(s, i, k), n, np);
                        if (inside < 0) continue;
                        ley_complex z = cavity[(ley_index)n * s->levels + np];
                        if (vacuum) z = (ley_complex){n == 0 && np == 0, 0};
                        panel[inside] = p.re * z.re - p.im * z.im;
                        panel[inside + s->length] = p.re * z.im + p.im * z.re;
                    }
            }
    }
}

static void reduce_battery(const generator_half *s, ley_complex **out, const double *x, int32_t b) {
    const int32_t d = states_of(s->base.model, b);
    const ley_index row = s->step == 1 ? s->width + 1 : 0;
    const double *panel = x + find(s, b, 0, 0); /* panels of a block follow each other */
    for (int32_t i = 0; i < d; i++) {
        const int32_t end = row_end(s->base.model, b, i);
        for (int32_t k = i; k < end; k++, (*out)++, panel += s->panel) {
            if (within(s, parity_of(s, i, k), 0, 0) < 0) continue;
            ley_complex sum = {0, 0};
            for (int32_t n = 0; n < s->levels; n++) {
                const double *z = panel + (row ? n * row : within(s, 0, n, n));
                sum.re += z[0];
                sum.im += z[s->length];
            }
            **out = sum;
        }
        *out += d - end;
    }
}

static void reduce_cavity(const generator_half *s, ley_complex *out, const double *x, int32_t b) {
    const int32_t d = states_of(s->base.model, b);
    const int odd = parity_of(s, 0, 0);
    for (int32_t i = 0; i < d; i++) {
        ley_complex *next = out;
        const double *panel = x + find(s, b, i, i);
        for (int32_t n = 0; n < s->levels; next += s->levels - n, n++)
            for (int32_t np = n + (s->step == 2 ? odd : 0); np < s->levels; np += s->step) {
                const double *z = panel + within(s, odd, n, np);
                next[np - n].re += z[0];
                next[np - n].im += z[s->length];
            }
    }
}

/* sum <n'|C|n> rho[e, n; e', n'] of each C; the panel is stored, or its adjoint. */
static void cavity_moments(const generator_half *s, ley_complex *sum, const double *panel, int odd, bool adjoint) {
    memset(sum, 0, LEY_MOMENT_CAVITY * sizeof *sum);
    for (int op = 0; op < LEY_MOMENT_CAVITY; op++) {
        const int32_t shift = ley_moment_cavity_shift(op);
        const double *weight = s->moment_weight + op * s->levels;
        if (s->step == 2 && (shift + odd) & 1) continue; /* of the other parity */
        for (int32_t n = shift < 0 ? 1 : 0; n < s->levels - (shift > 0); n++) {
            const double *z = panel + (adjoint ? within(s, odd, n + shift, n) : within(s, odd, n, n + shift));
            sum[op].re += weight[n] * z[0];
            sum[op].im += weight[n] * z[s->length];
        }
        if (adjoint) sum[op].im = -sum[op].im;
    }
}

/* <B (x) C> = sum <m'|B|m> <n'|C|n> rho[m, n; m', n'] */
static void reduce_moments(const generator_half *s, ley_complex *out, const double *x, int32_t b) {
    const int32_t two_j = ley_spin_two_j(s->base.blocks.cells, b), kept = states_of(s->base.model, b);
    for (int32_t i = 0; i < kept; i++)
        for (int32_t shift = 0; shift >= -1 && i + shift >= 0; shift--) { /* of m; all that occur */
            ley_complex sum[LEY_MOMENT_CAVITY];
            cavity_moments(s, sum, x + find(s, b, i + shift, i), parity_of(s, i + shift, i), shift != 0);
            for (int op = 0; op < LEY_MOMENT_BATTERY; op++) {
                if (ley_moment_battery_shift(op) != shift) continue;
                const double weight = ley_moment_battery_weight(op, two_j, i);
                for (int c = 0; c < LEY_MOMENT_CAVITY; c++) {
                    out[op * LEY_MOMENT_CAVITY + c].re += weight * sum[c].re;
                    out[op * LEY_MOMENT_CAVITY + c].im += weight * sum[c].im;
                }
            }
        }
}

static void half_reduce(const ley_generator *self, double *compact, const double *x) {
    const generator_half *s = (const generator_half *)self;
    memset(compact, 0, (size_t)self->n_compact * sizeof *compact);
    ley_complex *out = (ley_complex *)compact, *moments = (ley_complex *)(compact + self->n_compact) - LEY_MOMENTS;
    ley_complex *cavity = moments - (ley_index)s->levels * (s->levels + 1) / 2;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        reduce_battery(s, &out, x, b);
        reduce_cavity(s, cavity, x, b);
        reduce_moments(s, moments, x, b);
    }
}

static ley_complex multiply(ley_complex a, ley_complex b) {
    return (ley_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static void add(ley_complex *sum, ley_complex z) {
    sum->re += z.re;
    sum->im += z.im;
}

void ley_shift_moments(ley_complex *moment, ley_complex alpha) {
    const ley_complex conjugate = {alpha.re, -alpha.im};
    for (int b = 0; b < LEY_MOMENT_BATTERY; b++) {
        ley_complex *m = moment + b * LEY_MOMENT_CAVITY;
        const ley_complex one = m[LEY_MOMENT_C_ONE];
        add(&m[LEY_MOMENT_C_NUMBER], multiply(conjugate, m[LEY_MOMENT_C_A]));
        add(&m[LEY_MOMENT_C_NUMBER], multiply(alpha, m[LEY_MOMENT_C_ADAG]));
        add(&m[LEY_MOMENT_C_NUMBER], multiply(multiply(alpha, conjugate), one));
        add(&m[LEY_MOMENT_C_A], multiply(alpha, one));
        add(&m[LEY_MOMENT_C_ADAG], multiply(conjugate, one));
        m[LEY_MOMENT_C_EDGE] = m[LEY_MOMENT_C_EDGEDAG] = (ley_complex){0, 0};
    }
}

static void half_expand(const ley_generator *self, double t, double *reduced, const double *compact) {
    const generator_half *s = (const generator_half *)self;
    const ley_blocks *blocks = &self->blocks;
    const ley_complex *in = (const ley_complex *)compact;
    ley_reduced out = ley_reduced_view(blocks, reduced);
#define PHASE(charge) ((ley_complex){cos(s->frame * (charge)*t), -sin(s->frame * (charge)*t)})
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const int32_t d = states_of(self->model, b);
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = i; k < d; k++, in++) {
                ley_complex z = multiply(*in, PHASE(i - k));
                add(&out.battery[element(s, b, i, k)], z);
                if (k > i) add(&out.battery[element(s, b, k, i)], (ley_complex){z.re, -z.im});
            }
    }
    for (int32_t n = 0; n < s->levels; n++)
        for (int32_t np = n; np < s->levels; np++, in++) {
            ley_complex z = multiply(*in, PHASE(n - np));
            add(&out.cavity[(ley_index)n * s->levels + np], z);
            if (np > n) add(&out.cavity[(ley_index)np * s->levels + n], (ley_complex){z.re, -z.im});
        }
    ley_complex moment[LEY_MOMENTS];
    memcpy(moment, in, sizeof moment);
    if (s->displacement.at) {
        ley_complex alpha, spin;
        s->displacement.at(s->displacement.self, t, &alpha, &spin);
        ley_shift_moments(moment, alpha);
    }
    for (int b = 0; b < LEY_MOMENT_BATTERY; b++)
        for (int c = 0; c < LEY_MOMENT_CAVITY; c++) {
            int32_t charge = -ley_moment_battery_shift(b) - ley_moment_cavity_shift(c);
            int i = b * LEY_MOMENT_CAVITY + c;
            add(&out.moment[i], multiply(moment[i], PHASE(charge)));
        }
#undef PHASE
}

static void half_joint_block(const ley_generator *self, ley_complex *block, const double *x, int32_t b) {
    const generator_half *s = (const generator_half *)self;
    const int32_t d = ley_spin_two_j(self->blocks.cells, b) + 1;
    for (int32_t i = 0; i < d; i++)
        for (int32_t n = 0; n < s->levels; n++)
            for (int32_t k = 0; k < d; k++)
                for (int32_t np = 0; np < s->levels; np++) *block++ = number(s, x, b, i, k, n, np);
}

/* ---- Other cuts of the excitations ------------------------------------------------------------------------------
 */

void ley_half_move(const ley_generator *to, double *y, const ley_generator *from, const double *x) {
    const generator_half *a = (const generator_half *)from, *b = (const generator_half *)to;
    memset(y, 0, (size_t)to->n * sizeof *y);
    for (int32_t block = b->first_block; block < b->end_block; block++) {
        const int32_t d = states_of(to->model, block);
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = i; k < d; k++) {
                const ley_index place = find(a, block, i, k);
                const ley_index here = find(b, block, i, k);
                if (place >= 0 && here >= 0) memcpy(y + here, x + place, (size_t)b->panel * sizeof *y);
            }
    }
}

void ley_half_move_compact(const ley_generator *to, double *y, const ley_generator *from, const double *x) {
    const generator_half *a = (const generator_half *)from, *b = (const generator_half *)to;
    const ley_complex *in = (const ley_complex *)x;
    ley_complex *out = (ley_complex *)y;
    memset(y, 0, (size_t)to->n_compact * sizeof *y);
    for (int32_t block = b->first_block; block < b->end_block; block++) {
        const int32_t d = states_of(to->model, block),
                      d_from = block < a->end_block ? states_of(from->model, block) : 0;
        for (int32_t i = 0; i < d; i++) {
            const int32_t row = d - i, given = d_from > i ? d_from - i : 0;
            memcpy(out, in, (size_t)(given < row ? given : row) * sizeof *out);
            out += row;
            in += given;
        }
        for (int32_t i = d; i < d_from; i++) in += d_from - i;
    }
    for (int32_t block = b->end_block; block < a->end_block; block++) {
        const int32_t d = states_of(from->model, block);
        in += d * (d + 1) / 2;
    }
    memcpy(out, in, (size_t)(y + to->n_compact - (double *)out) * sizeof *y); /* cavity and moments */
}

void ley_half_coherences(const ley_generator *self, double *square, const double *x) {
    const generator_half *s = (const generator_half *)self;
    for (int32_t k = 0; k <= self->blocks.cells; k++) square[k] = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++)
        for (int32_t i = 0; i < states_of(self->model, b); i++)
            for (int32_t k = i; k < row_end(self->model, b, i); k++) {
                const double *panel = x + find(s, b, i, k);
                double sum[SUMS] = {0}, total = 0;
                for (ley_index n = 0; n < s->panel; n += SUMS)
                    for (int lane = 0; lane < SUMS; lane++) sum[lane] += panel[n + lane] * panel[n + lane];
                for (int lane = 0; lane < SUMS; lane++) total += sum[lane];
                square[k - i] += k > i ? 2 * total : total;
            }
}

void ley_half_populations(const ley_generator *self, double *population, const double *compact) {
    const generator_half *s = (const generator_half *)self;
    const ley_complex *in = (const ley_complex *)compact;
    for (int32_t k = 0; k <= self->blocks.cells; k++) population[k] = 0;
    for (int32_t block = s->first_block; block < s->end_block; block++) {
        const int32_t d = states_of(self->model, block);
        for (int32_t i = 0; i < d; in += d - i, i++) population[block + i] += in->re;
    }
}

/* ---- Bounds of the spectrum -------------------------------------------------------------------------------------
 */

static void half_bounds(const ley_generator *self, double t, double *frequency, double *decay) {
    const generator_half *s = (const generator_half *)self;
    const ley_coefficients c = ley_coefficients_at(self->model, t);
    ley_block_energy energy = {.levels = s->levels,
                               .w0 = c.w0 - s->frame,
                               .wc = c.wc - s->frame,
                               .rotating = c.rotating,
                               .counter = c.counter};
    linear_terms(s, &c, t, &energy.beta, &energy.xi);
    *frequency = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        energy.block = &s->stencil.block[b];
        energy.two_j = ley_spin_two_j(self->blocks.cells, b);
        energy.states = states_of(self->model, b);
        *frequency = fmax(*frequency, ley_energy_spread(&energy));
    }
    /* Two sets of at most M excited cells differ in 2 M; on the ladder M excitations reach e <= M. */
    const int32_t cells = self->blocks.cells, kept = self->model->excitations, reach = self->model->coherences;
    const int32_t differ = kept > 0 && 2 * kept < cells ? 2 * kept : cells, top = kept > 0 ? kept : cells;
    double rate[LEY_CHANNEL_COUNT];
    memcpy(rate, c.rate, sizeof rate);
    rate[LEY_COLLECTIVE_EMISSION] = rate[LEY_COLLECTIVE_DEPHASING] = 0;
    const double e = top < (cells + 1) / 2 ? top : (cells + 1) / 2, apart = reach > 0 && reach < top ? reach : top;
    const double collective = fabs(c.rate[LEY_COLLECTIVE_EMISSION]) * e * (cells - e + 1) +
                              0.5 * fabs(c.rate[LEY_COLLECTIVE_DEPHASING]) * apart * apart;
    *decay = ley_decay_bound(rate, differ, s->levels - 1) + collective;
}

static const ley_generator_class half_class = {
    .name = "half",
    .apply = half_apply,
    .fused = half_fused,
    .start = half_start,
    .reduce = half_reduce,
    .expand = half_expand,
    .symmetrise = half_symmetrise,
    .norm = half_norm,
    .bounds = half_bounds,
    .joint_block = half_joint_block,
    .destroy = half_destroy,
};

static const ley_generator_class displaced_class = {
    .name = "displaced",
    .apply = half_apply,
    .fused = half_fused,
    .start = half_start,
    .reduce = half_reduce,
    .expand = half_expand,
    .norm = half_norm,
    .bounds = half_bounds,
    .joint_block = half_joint_block,
    .destroy = half_destroy,
};
