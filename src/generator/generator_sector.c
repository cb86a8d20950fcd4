#include "generator/sector_state.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/populated.h"

#include <math.h>
#include <string.h>

static ley_index line_index(const ley_sector *s, int32_t b, int32_t e, int32_t ep) {
    ley_index d = ley_spin_two_j(s->base.blocks.cells, b) + 1;
    return s->base.blocks.offset[b] + (e - b) * d + (ep - b);
}

/* The row that holds (e, e'), or its partner (e', e) in the half that is stored; NULL if it is empty. */
const ley_sector_row *ley_sector_find_row(const ley_sector *s, int32_t b, int32_t e, int32_t ep,
                                          double *conjugate) {
    *conjugate = 1;
    if (b < 0 || b >= s->base.blocks.n_blocks) return NULL;
    int32_t last = s->base.blocks.cells - b;
    if (e < b || ep < b || e > last || ep > last) return NULL;
    if (s->delta == 0 && ep < e) {
        int32_t swap = e;
        e = ep;
        ep = swap;
        *conjugate = -1;
    }
    ley_index i = s->line[line_index(s, b, e, ep)];
    return i < 0 ? NULL : &s->rows[i];
}

static void place_rows(ley_sector *s, bool count_only, ley_index *n_rows) {
    /* A plane begins with a row of zeros: what absent neighbours read. */
    ley_index n = 0, place = ley_sector_zero_space(s->top);
    for (int32_t b = 0; b < s->base.blocks.n_blocks; b++) {
        if (!count_only) s->first_row[b] = n;
        for (int32_t e = b; e <= s->base.blocks.cells - b; e++)
            for (int32_t ep = b; ep <= s->base.blocks.cells - b; ep++) {
                int32_t first, end;
                ley_sector_row_range(s->levels, s->top, s->delta, e, ep, &first, &end);
                bool stored = b >= s->first_block && b < s->end_block && end > first && (s->delta != 0 || ep >= e);
                if (!count_only) s->line[line_index(s, b, e, ep)] = stored ? n : -1;
                if (!stored) continue;
                if (!count_only)
                    s->rows[n] = (ley_sector_row){e, ep, first, end, place - ley_sector_aligned(first)};
                n++;
                place += ley_sector_row_space(first, end);
            }
    }
    if (!count_only) s->first_row[s->base.blocks.n_blocks] = n;
    *n_rows = n;
    s->plane = place + LEY_SECTOR_VECTOR;
}

/* Rows of a sector with 20 or 40 more of its kind take more room than its state. */
static void sector_settle(ley_generator *self) {
    ley_sector *s = (ley_sector *)self;
    ley_release(s->first_row);
    ley_release(s->line);
    ley_release(s->rows);
    ley_release(s->args);
    ley_release(s->closed_args);
    ley_release(s->still);
    ley_release(s->reads);
    s->reads = NULL;
    s->first_row = s->line = NULL;
    s->rows = NULL;
    s->args = NULL;
    s->closed_args = NULL;
    s->still = NULL;
    s->filled = false;
}

static ley_status sector_prepare(ley_generator *self, ley_error *err) {
    ley_sector *s = (ley_sector *)self;
    ley_index n_rows = 0;
    if (s->rows) return LEY_OK;
    place_rows(s, true, &n_rows);
    s->first_row = ley_allocate((size_t)s->base.blocks.n_blocks + 1, sizeof *s->first_row);
    s->line = ley_allocate((size_t)s->base.blocks.offset[s->base.blocks.n_blocks], sizeof *s->line);
    s->rows = ley_allocate((size_t)n_rows, sizeof *s->rows);
    const size_t n_args = (size_t)n_rows * (s->real ? 1 : 2);
    if (s->closed)
        s->closed_args = ley_allocate(n_args, sizeof *s->closed_args);
    else
        s->args = ley_allocate(n_args, sizeof *s->args);
    s->still = ley_allocate((size_t)n_rows, sizeof *s->still);
    if (!s->first_row || !s->line || !s->rows || !(s->closed ? (void *)s->closed_args : (void *)s->args) ||
        !s->still) {
        sector_settle(self);
        return ley_fail(err, LEY_ERR_MEMORY, "sector", "no memory for the %lld rows of a sector",
                        (long long)n_rows);
    }
    place_rows(s, false, &n_rows);
    const ley_status status = ley_sector_find_reads(s, err);
    if (status != LEY_OK) sector_settle(self);
    return status;
}

static void sector_destroy(ley_generator *self) {
    ley_sector *s = (ley_sector *)self;
    sector_settle(self);
    ley_blocks_clear(&s->base.blocks);
    ley_stencil_clear(&s->stencil);
    ley_release(s->tables);
    ley_release(s->square);
    ley_release(s->moment_weight);
    ley_release(s);
}

/* ---- y = al L x + be x + ga y ----------------------------------------------------------------------------------
 */

/* A neighbour as the kernel reads it: where, and with what sign (the imaginary plane of a partner is turned round).
 */
typedef struct neighbour {
    ley_index place;
    double sign;
} neighbour;

static neighbour look(const ley_sector *s, bool imaginary, int32_t b, int32_t e, int32_t ep) {
    double conjugate;
    const ley_sector_row *place = ley_sector_find_row(s, b, e, ep, &conjugate);
    if (!place) return (neighbour){LEY_SECTOR_MARGIN, 0}; /* the zeros at the beginning of each plane */
    return (neighbour){place->base, imaginary ? conjugate : 1};
}

/* What depends on loss and gain of the cavity. */
static void fill_cavity(const ley_sector *s, ley_row *r, const double *rate, const ley_sector_row *place) {
    r->diagonal = s->still[place - s->rows];
    if (!s->pumped) { /* -kappa (n + n') / 2 with n + n' = 2K - e - e' - Delta */
        r->diagonal += 0.5 * rate[LEY_CAVITY_LOSS] * (place->e + place->ep + s->delta);
        r->slope = -rate[LEY_CAVITY_LOSS];
    }
    r->loss = rate[LEY_CAVITY_LOSS];
    r->gain = rate[LEY_CAVITY_GAIN];
}

static void fill_row(const ley_sector *s, ley_row *r, const ley_coefficients *c, int32_t b,
                     const ley_sector_row *place, bool imaginary) {
    const ley_stencil_block *table = &s->stencil.block[b];
    const int32_t cells = s->base.blocks.cells, e = place->e, ep = place->ep, i = e - b, k = ep - b;
    const double j = 0.5 * ley_spin_two_j(cells, b), m = i - j, mp = k - j;
    const double *rate = c->rate;
    memset(r, 0, sizeof *r);
    r->here = place->base;
    r->begin = ley_sector_aligned(place->first);
    r->end = r->begin + ley_sector_row_length(place);
    r->up1 = s->up - e;
    r->up2 = s->up - ep - s->delta;
    r->decay1 = s->decay - e;
    r->decay2 = s->decay - ep - s->delta;

    neighbour n = look(s, imaginary, b, e - 1, ep);
    r->left_minus = n.place, r->c_left_minus = c->rotating * table->minus[i] * n.sign;
    n = look(s, imaginary, b, e + 1, ep);
    r->left_plus = n.place, r->c_left_plus = c->rotating * table->plus[i] * n.sign;
    n = look(s, imaginary, b, e, ep - 1);
    r->right_minus = n.place, r->c_right_minus = c->rotating * table->minus[k] * n.sign;
    n = look(s, imaginary, b, e, ep + 1);
    r->right_plus = n.place, r->c_right_plus = c->rotating * table->plus[k] * n.sign;

    for (int source = 0; source < LEY_SOURCES; source++) {
        int32_t from = b + ley_source_block[source];
        const double *down = table->gather[0][source], *up = table->gather[1][source];
        double f = table->prefactor[source];
        n = look(s, imaginary, from, e + 1, ep + 1);
        r->lower[source] = n.place;
        r->c_lower[source] = n.sign * f * rate[LEY_LOCAL_EMISSION] * down[i] * down[k];
        n = look(s, imaginary, from, e - 1, ep - 1);
        r->raise[source] = n.place;
        r->c_raise[source] = n.sign * f * rate[LEY_LOCAL_ABSORPTION] * up[i] * up[k];
    }
    double lowered = rate[LEY_COLLECTIVE_EMISSION] * table->plus[i] * table->plus[k];
    double raised = rate[LEY_COLLECTIVE_ABSORPTION] * table->minus[i] * table->minus[k];
    r->c_lower[0] += look(s, imaginary, b, e + 1, ep + 1).sign * lowered;
    r->c_raise[0] += look(s, imaginary, b, e - 1, ep - 1).sign * raised;
    for (int source = 1; source < LEY_SOURCES; source++) {
        const double *stay = table->gather[2][source];
        n = look(s, imaginary, b + ley_source_block[source], e, ep);
        r->stay[source - 1] = n.place;
        r->c_stay[source - 1] = n.sign * table->prefactor[source] * rate[LEY_LOCAL_DEPHASING] * stay[i] * stay[k];
    }

    s->still[place - s->rows] = ley_stencil_loss(table, rate, cells, i, k, m, mp);
    fill_cavity(s, r, rate, place);
    /* dR/dt = -i w R: the real plane gains w Im, the imaginary one loses w Re. */
    double w = (c->w0 - c->wc) * (e - ep) + (s->rotating_frame ? 0 : c->wc * s->delta);
    r->c_other = imaginary ? -w : w;
}

/* What is left of a row where the roots of photon numbers are in the numbers. */
static void close_row(const ley_sector *s, ley_closed_row *out, const ley_row *r, const ley_sector_row *place) {
    const double q = sqrt(ley_sector_photon_scale(s->base.model));
    const double c[LEY_CLOSED_TERMS] = {r->c_left_minus / q,  r->c_right_minus / q, -r->c_left_plus * q,
                                        -r->c_right_plus * q, r->c_lower[0],        r->c_lower[1],
                                        r->c_lower[2],        r->c_stay[0],         r->c_stay[1]};
    const ley_index places[LEY_CLOSED_TERMS] = {r->left_minus, r->right_minus, r->left_plus,
                                                r->right_plus, r->lower[0],    r->lower[1],
                                                r->lower[2],   r->stay[0],     r->stay[1]};
    for (int i = 0; i < LEY_CLOSED_TERMS; i++) {
        out->c[i] = c[i];
        out->place[i] = (int32_t)places[i];
    }
    out->still = s->still[place - s->rows];
    out->c_other = r->c_other;
    out->here = (int32_t)r->here;
    out->begin = (int32_t)r->begin;
    out->end = (int32_t)r->end;
    out->e = place->e;
    out->right = place->ep + s->delta;
}

static ley_coefficients coefficients_at(const ley_sector *s, double t) {
    const ley_model *model = s->base.model;
    if (!s->filled || !s->cavity_moves) return ley_coefficients_at(model, t);
    ley_coefficients c = s->coefficients;
    c.rate[LEY_CAVITY_LOSS] = ley_signal_at(&model->rate[LEY_CAVITY_LOSS], t);
    c.rate[LEY_CAVITY_GAIN] = ley_signal_at(&model->rate[LEY_CAVITY_GAIN], t);
    return c;
}

/* Does nothing but loss and gain of the cavity depend on time? */
static bool only_cavity_moves(const ley_model *model) {
    ley_model other = *model; /* shares everything */
    other.rate[LEY_CAVITY_LOSS] = other.rate[LEY_CAVITY_GAIN] = ley_signal_constant(0);
    return ley_model_is_constant(&other);
}

/* The arguments of the kernel, made anew when the coefficients have changed. */
static void fill(ley_sector *s, double t) {
    if (s->filled && t == s->filled_at) return; /* stages of a step share times */
    s->filled_at = t;
    const ley_coefficients before = s->coefficients, c = coefficients_at(s, t);
    if (s->filled && ley_coefficients_same(&c, &before)) return;
    ley_coefficients other = c; /* but for the cavity's rates */
    other.rate[LEY_CAVITY_LOSS] = before.rate[LEY_CAVITY_LOSS];
    other.rate[LEY_CAVITY_GAIN] = before.rate[LEY_CAVITY_GAIN];
    const bool cavity_only = s->filled && ley_coefficients_same(&other, &before);
    s->coefficients = c;
    s->filled = true;
    s->jumps = c.rate[LEY_LOCAL_EMISSION] != 0 || c.rate[LEY_LOCAL_ABSORPTION] != 0 ||
               c.rate[LEY_LOCAL_DEPHASING] != 0 || c.rate[LEY_COLLECTIVE_EMISSION] != 0 ||
               c.rate[LEY_COLLECTIVE_ABSORPTION] != 0;
    if (s->pumped)
        for (int32_t n = 0; n < s->levels;
             n++) /* a a' of the truncated matrices ends with 0: that keeps the trace */
            s->decay[n] =
                -0.5 * (c.rate[LEY_CAVITY_LOSS] * n + c.rate[LEY_CAVITY_GAIN] * (n + 1 < s->levels ? n + 1.0 : 0));
    if (s->closed && cavity_only) return; /* the cavity's rates go with the call */
    ley_index row = 0;
    for (int plane = 0; plane < (s->real ? 1 : 2); plane++)
        for (int32_t b = 0; b < s->base.blocks.n_blocks; b++)
            for (ley_index i = s->first_row[b]; i < s->first_row[b + 1]; i++, row++) {
                ley_row once;
                if (s->closed) {
                    fill_row(s, &once, &c, b, &s->rows[i], plane == 1);
                    close_row(s, &s->closed_args[row], &once, &s->rows[i]);
                } else if (cavity_only) {
                    fill_cavity(s, &s->args[row], c.rate, &s->rows[i]);
                } else {
                    fill_row(s, &s->args[row], &c, b, &s->rows[i], plane == 1);
                }
            }
}

/* One application: what its threads share. */
typedef struct application {
    const ley_sector *s;
    double *y;
    const double *x;
    double al, be, ga;
} application;

/* The first row of a share: rows are as long as they are, so that shares are told by places. */
static ley_index first_of_share(const ley_sector *s, int32_t share, int32_t shares) {
    const ley_index n_rows = s->first_row[s->base.blocks.n_blocks],
                    place = ley_share_first(s->plane, share, shares);
    ley_index low = 0, high = n_rows;
    if (share == shares) return n_rows;
    while (low < high) { /* the first that lies at `place` or behind it */
        const ley_index middle = low + (high - low) / 2;
        if (s->rows[middle].base + s->rows[middle].first < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void apply_share(void *user, int32_t share, int32_t shares) {
    const application *of = user;
    const ley_sector *s = of->s;
    const ley_index n_rows = s->first_row[s->base.blocks.n_blocks], first = first_of_share(s, share, shares),
                    n = first_of_share(s, share + 1, shares) - first;
    for (int plane = 0; plane < (s->real ? 1 : 2); plane++) {
        double *y = of->y + plane * s->plane;
        const double *x = of->x + plane * s->plane, *other = s->real ? of->x : of->x + (1 - plane) * s->plane;
        if (s->closed) {
            const double loss = s->coefficients.rate[LEY_CAVITY_LOSS];
            const ley_closed_call call = {.y = y,
                                          .x = x,
                                          .other = other,
                                          .al = of->al,
                                          .be = of->be,
                                          .ga = of->ga,
                                          .loss = loss,
                                          .loss_scaled = loss / ley_sector_photon_scale(s->base.model),
                                          .mixed = !s->real,
                                          .jumps = s->jumps};
            ley_closed_rows(&call, s->closed_args + plane * n_rows + first, n);
            continue;
        }
        const ley_row_call call = {.y = y,
                                   .x = x,
                                   .other = other,
                                   .al = of->al,
                                   .be = of->be,
                                   .ga = of->ga,
                                   .pumped = s->pumped,
                                   .mixed = !s->real,
                                   .jumps = s->jumps};
        ley_sector_rows(&call, s->args + plane * n_rows + first, n);
    }
}

static void sector_fused(ley_generator *self, double t, double *y, const double *x, double al, double be,
                         double ga) {
    ley_sector *s = (ley_sector *)self;
    fill(s, t);
    ley_hands_work(self->hands, apply_share, &(application){.s = s, .y = y, .x = x, .al = al, .be = be, .ga = ga});
}

static void sector_apply(ley_generator *self, double t, double *y, const double *x) {
    sector_fused(self, t, y, x, 1, 0, 0);
}

typedef struct squares {
    const ley_sector *s;
    const double *x;
    double *sum; /* [n_blocks]: added up in one order, whoever made them */
} squares;

static void square_share(void *user, int32_t share, int32_t shares) {
    const squares *of = user;
    const ley_sector *s = of->s;
    for (int32_t b = share; b < s->base.blocks.n_blocks; b += shares) {
        double sum = 0;
        for (int plane = 0; plane < (s->real ? 1 : 2); plane++)
            for (ley_index i = s->first_row[b]; i < s->first_row[b + 1]; i++) {
                const ley_sector_row *place = &s->rows[i];
                const double *row = of->x + plane * s->plane + place->base + ley_sector_aligned(place->first);
                const int32_t n = ley_sector_row_length(place), k = ley_sector_aligned(place->first);
                double square = s->closed ? ley_row_square_weighted(row, s->weight + k - place->e,
                                                                    s->weight + k - place->ep - s->delta, n)
                                          : ley_row_square(row, n); /* padding is zero */
                /* Partners that are not stored count as well. */
                sum += s->delta != 0 || place->e != place->ep ? 2 * square : square;
            }
        of->sum[b] = sum;
    }
}

static double sector_norm(const ley_generator *self, const double *x) {
    const ley_sector *s = (const ley_sector *)self;
    double sum = 0;
    ley_hands_work(self->hands, square_share, &(squares){.s = s, .x = x, .sum = s->square});
    for (int32_t b = 0; b < self->blocks.n_blocks; b++) sum += s->square[b];
    return sqrt(sum);
}

static ley_status sector_lend(ley_generator *self, const ley_hands *hands, ley_error *err) {
    (void)err;
    self->hands = hands;
    return LEY_OK;
}

static const ley_generator_class sector_class = {
    .name = "sectors",
    .apply = sector_apply,
    .fused = sector_fused,
    .start = ley_sector_start,
    .reduce = ley_sector_reduce,
    .expand = ley_sector_expand,
    .norm = sector_norm,
    .lend = sector_lend,
    .bounds = ley_sector_bounds,
    .settle = sector_settle,
    .prepare = sector_prepare,
    .destroy = sector_destroy,
};

/* s(n)^-2, with s(n)^2 = q^(2n) / n! times what keeps it near 1. */
static void weigh(ley_sector *s) {
    const double scale = ley_sector_photon_scale(s->base.model);
    s->weight = s->tables + 2 * s->table_length + s->table_length / 2;
    for (int32_t n = 0; n < s->levels; n++) s->weight[n] = exp(lgamma(n + 1.0) - n * log(scale) + 0.5 * scale);
}

ley_status ley_generator_sector_create(ley_generator **generator, const ley_model *model, int32_t delta,
                                       ley_error *err) {
    ley_sector *s = ley_allocate(1, sizeof *s);
    if (!s) return ley_fail(err, LEY_ERR_MEMORY, "sector", "no memory for a sector");
    s->base.class = &sector_class;
    s->base.model = model;
    s->delta = delta;
    s->levels = model->levels;
    s->top = ley_sector_top_of_charge(model, delta);
    ley_populated_blocks(model, &s->first_block, &s->end_block);
    s->real = ley_sector_is_real(model);
    s->pumped = ley_sector_is_pumped(model);
    s->closed = ley_sector_is_closed(model);
    s->cavity_moves = only_cavity_moves(model);
    s->rotating_frame = ley_signal_is_constant(&model->cavity_frequency);
    ley_status status = ley_blocks_create(&s->base.blocks, model->cells, model->levels, err);
    if (status == LEY_OK) status = ley_stencil_create(&s->stencil, &s->base.blocks, err);
    if (status == LEY_OK) status = sector_prepare(&s->base, err);
    if (status != LEY_OK) goto failed;
    s->table_length = 2 * (s->top + delta + model->cells + s->levels + 4 * LEY_SECTOR_MARGIN);
    s->tables = ley_allocate((size_t)s->table_length * 3, sizeof(double));
    s->moment_weight = ley_allocate((size_t)LEY_MOMENT_CAVITY * (size_t)s->levels, sizeof(double));
    s->square = ley_allocate((size_t)s->base.blocks.n_blocks, sizeof *s->square);
    if (!s->tables || !s->moment_weight || !s->square) {
        status = ley_fail(err, LEY_ERR_MEMORY, "sector", "no memory for the tables of a sector");
        goto failed;
    }
    s->up = s->tables + s->table_length / 2;
    s->decay = s->tables + s->table_length + s->table_length / 2;
    for (int32_t n = 0; n + 1 < s->levels; n++) s->up[n] = sqrt(n + 1.0);
    if (s->closed) weigh(s);
    for (int op = 0; op < LEY_MOMENT_CAVITY; op++)
        for (int32_t n = 0; n < s->levels; n++) {
            const int32_t right = n + ley_moment_cavity_shift(op); /* n' where the battery makes up for Delta */
            double weight = ley_moment_cavity_weight(op, s->levels, n);
            if (s->closed) weight *= right < 0 || right >= s->levels ? 0 : sqrt(s->weight[n] * s->weight[right]);
            s->moment_weight[op * s->levels + n] = weight;
        }
    s->base.n = s->plane * (s->real ? 1 : 2);
    ley_sector_place_moments(s);
    s->base.n_compact = ley_sector_compact_length(s);
    *generator = &s->base;
    return LEY_OK;
failed:
    sector_destroy(&s->base);
    return status;
}
