#include "generator/sector.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/populated.h"
#include "generator/sector_kernel.h"
#include "generator/spectrum.h"
#include "generator/stencil.h"

#include <math.h>
#include <string.h>

enum {
    VECTOR = 8, /* doubles: rows start at multiples and end in as many zeros */
    MARGIN = 16 /* zeros around the tables, more than any row is padded by */
};

typedef struct row_place { /* one stored row */
    int32_t e, ep;
    int32_t first, end; /* K of the numbers in it */
    ley_index base;     /* element K lies at x[base + K] */
} row_place;

typedef struct generator_sector {
    ley_generator base;
    ley_stencil stencil;
    int32_t delta, levels, top;
    int32_t first_block, end_block; /* of those that are populated */
    bool real, pumped, rotating_frame;
    ley_index plane;      /* doubles of one plane */
    ley_index *first_row; /* [n_blocks + 1] into rows */
    ley_index *line;      /* [n_blocks][d]: index of row (b; e = b + i, e' = b + k) in rows, -1: not stored */
    row_place *rows;
    ley_row *args;                 /* [rows] arguments of the kernel, refilled when coefficients change */
    double *up;                    /* up[n] = sqrt(n + 1) for 0 <= n <= levels - 2, zero elsewhere */
    double *decay;                 /* cavity loss of level n */
    ley_coefficients coefficients; /* that args were made for */
    bool filled;
    double *tables;        /* memory of up, decay */
    double *moment_weight; /* [LEY_MOMENT_CAVITY][levels] */
    double *still;         /* [rows] what the diagonal holds but for the loss of the cavity */
    ley_index table_length;
} generator_sector;

/* ---- What symmetry leaves ----------------------------------------------------------------------------------- */

bool ley_sector_applies(const ley_model *model) {
    return model->levels > 0 && (model->counter_rotating == 0 || !ley_model_is_coupled(model)) &&
           ley_signal_is_zero(&model->drive_cavity) && ley_signal_is_zero(&model->drive_battery);
}

static bool cavity_is_diagonal(const ley_cavity_state *state) {
    return state->kind != LEY_CAVITY_COHERENT || (state->alpha.re == 0 && state->alpha.im == 0);
}

/* In every state of telegraph noise, or in none: all copies are laid out alike. */
static bool resonant(const ley_model *model) {
    return !ley_telegraph_moves(&model->telegraph, LEY_TELEGRAPH_FREQUENCY) &&
           ley_signal_is_constant(&model->battery_frequency) && ley_signal_is_constant(&model->cavity_frequency) &&
           ley_signal_at(&model->battery_frequency, 0) == ley_signal_at(&model->cavity_frequency, 0);
}

bool ley_sector_is_real(const ley_model *model) {
    return !model->complete && resonant(model) && ley_battery_state_is_diagonal(&model->battery_state);
}

int32_t ley_sector_reach(const ley_model *model) {
    int32_t reach = 0;
    if (!ley_battery_state_is_diagonal(&model->battery_state)) reach += model->cells;
    if (!cavity_is_diagonal(&model->cavity_state)) reach += model->levels - 1;
    return reach;
}

static bool is_pumped(const ley_model *model) {
    return !ley_signal_is_zero(&model->rate[LEY_CAVITY_GAIN]) ||
           !ley_signal_is_zero(&model->rate[LEY_LOCAL_ABSORPTION]) ||
           !ley_signal_is_zero(&model->rate[LEY_COLLECTIVE_ABSORPTION]);
}

int32_t ley_sector_top(const ley_model *model) {
    int32_t battery = model->cells, cavity = model->levels - 1;
    if (is_pumped(model) || model->complete) return battery + cavity;
    if (model->battery_state.kind == LEY_BATTERY_GROUND) battery = 0;
    if (model->battery_state.kind == LEY_BATTERY_DICKE) battery = (model->cells + model->battery_state.two_m) / 2;
    if (model->cavity_state.kind == LEY_CAVITY_FOCK) cavity = model->cavity_state.photons;
    return battery + cavity;
}

/* The largest K of a charge: where nothing adds excitations, the coherences c_n c_(n - Delta) of a coherent start
 * beyond it sum to no more than may be lost. */
static int32_t top_of_charge(const ley_model *model, int32_t delta) {
    const int32_t top = ley_sector_top(model), battery = top - (model->levels - 1);
    const double mean = model->cavity_state.alpha.re * model->cavity_state.alpha.re +
                        model->cavity_state.alpha.im * model->cavity_state.alpha.im;
    if (!(model->coherences_lost > 0) || is_pumped(model) ||
        !ley_battery_state_is_diagonal(&model->battery_state) || cavity_is_diagonal(&model->cavity_state))
        return top;
    double lost = 0;
    int32_t n = model->levels - 1;
    for (; n > delta; n--) {
        const double left = n * log(mean) - lgamma(n + 1.0),
                     right = (n - delta) * log(mean) - lgamma(n - delta + 1.0);
        lost += exp(0.5 * (left + right) - mean);
        if (lost > model->coherences_lost) break;
    }
    return n + battery;
}

/* K of row (e, e') runs from max(e, e' + Delta) to where n or n' leaves the cavity or K leaves what is reachable.
 */
static void row_range(int32_t levels, int32_t top, int32_t delta, int32_t e, int32_t ep, int32_t *first,
                      int32_t *end) {
    int32_t right = ep + delta;
    *first = e > right ? e : right;
    *end = (e < right ? e : right) + levels;
    if (*end > top + 1) *end = top + 1;
}

static int32_t aligned(int32_t k) {
    return k / VECTOR * VECTOR;
}

/* From the aligned beginning to the aligned end: whole vectors. */
static int32_t row_length(const row_place *place) {
    return aligned(place->end + VECTOR - 1) - aligned(place->first);
}

/* Rows are aligned at multiples of 8 of K, and a whole vector of zeros follows. */
static ley_index row_space(int32_t first, int32_t end) {
    return (end - aligned(first) + 2 * VECTOR - 1) / VECTOR * VECTOR;
}

static ley_index zero_space(int32_t top) {
    return (top / VECTOR + 1) * VECTOR + 2 * MARGIN;
}

/* Doubles in a plane, and rows. */
static double measure(const ley_model *model, int32_t delta, double *rows) {
    int32_t top = top_of_charge(model, delta);
    double length = (double)zero_space(top) + VECTOR;
    int32_t first_block, end_block;
    *rows = 0;
    ley_populated_blocks(model, &first_block, &end_block);
    for (int32_t b = first_block; b < end_block; b++)
        for (int32_t e = b; e <= model->cells - b; e++)
            for (int32_t ep = delta == 0 ? e : b; ep <= model->cells - b; ep++) {
                int32_t first, end;
                row_range(model->levels, top, delta, e, ep, &first, &end);
                if (end <= first) continue;
                length += (double)row_space(first, end);
                (*rows)++;
            }
    return length;
}

double ley_sector_length(const ley_model *model, int32_t delta) {
    double rows;
    return measure(model, delta, &rows) * (ley_sector_is_real(model) ? 1 : 2);
}

double ley_sector_tables(const ley_model *model, int32_t delta) {
    const double n = model->cells;
    double rows;
    (void)measure(model, delta, &rows);
    return rows * (sizeof(row_place) + sizeof(double) + (ley_sector_is_real(model) ? 1 : 2) * sizeof(ley_row)) +
           (n + 3) * (n + 2) * (n + 1) / 6 * sizeof(ley_index);
}

double ley_sector_settled(const ley_model *model) {
    const double states = 0.25 * (model->cells + 2.0) * (model->cells + 2.0);
    return (states * (2 + LEY_LOCAL_CHANNELS * LEY_SOURCES) + 8 * (model->cells + 2.0 * model->levels)) *
           sizeof(double);
}

/* ---- What it leaves in a reduced state ------------------------------------------------------------------------
 */

/* Moments of charge Delta >= 0; those of charge -1 are conjugates. */
typedef struct moment {
    int battery, cavity;
} moment;

static int sector_moments(int32_t delta, moment *list) {
    int n = 0;
    for (int b = 0; b < LEY_MOMENT_BATTERY; b++)
        for (int c = 0; c < LEY_MOMENT_CAVITY; c++)
            if (-ley_moment_battery_shift(b) - ley_moment_cavity_shift(c) == delta) list[n++] = (moment){b, c};
    return n;
}

static ley_index band(const generator_sector *s) {
    ley_index n = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        int32_t d = ley_spin_two_j(s->base.blocks.cells, b) + 1;
        if (d > s->delta) n += d - s->delta;
    }
    return n;
}

static ley_index compact_length(const generator_sector *s) {
    moment list[LEY_MOMENTS];
    ley_index cavity = s->levels > s->delta ? s->levels - s->delta : 0;
    return (band(s) + cavity + sector_moments(s->delta, list)) * (s->real ? 1 : 2);
}

/* ---- Creation ------------------------------------------------------------------------------------------------ */

static ley_index line_index(const generator_sector *s, int32_t b, int32_t e, int32_t ep) {
    ley_index d = ley_spin_two_j(s->base.blocks.cells, b) + 1;
    return s->base.blocks.offset[b] + (e - b) * d + (ep - b);
}

/* The row that holds (e, e'), or its partner (e', e) in the half that is stored; NULL if it is empty. */
static const row_place *find_row(const generator_sector *s, int32_t b, int32_t e, int32_t ep, double *conjugate) {
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

static void place_rows(generator_sector *s, bool count_only, ley_index *n_rows) {
    /* A plane begins with a row of zeros: what absent neighbours read. */
    ley_index n = 0, place = zero_space(s->top);
    for (int32_t b = 0; b < s->base.blocks.n_blocks; b++) {
        if (!count_only) s->first_row[b] = n;
        for (int32_t e = b; e <= s->base.blocks.cells - b; e++)
            for (int32_t ep = b; ep <= s->base.blocks.cells - b; ep++) {
                int32_t first, end;
                row_range(s->levels, s->top, s->delta, e, ep, &first, &end);
                bool stored = b >= s->first_block && b < s->end_block && end > first && (s->delta != 0 || ep >= e);
                if (!count_only) s->line[line_index(s, b, e, ep)] = stored ? n : -1;
                if (!stored) continue;
                if (!count_only) s->rows[n] = (row_place){e, ep, first, end, place - aligned(first)};
                n++;
                place += row_space(first, end);
            }
    }
    if (!count_only) s->first_row[s->base.blocks.n_blocks] = n;
    *n_rows = n;
    s->plane = place + VECTOR;
}

/* Rows of a sector with 20 or 40 more of its kind take more room than its state. */
static void sector_settle(ley_generator *self) {
    generator_sector *s = (generator_sector *)self;
    ley_release(s->first_row);
    ley_release(s->line);
    ley_release(s->rows);
    ley_release(s->args);
    ley_release(s->still);
    s->first_row = s->line = NULL;
    s->rows = NULL;
    s->args = NULL;
    s->still = NULL;
    s->filled = false;
}

static ley_status sector_prepare(ley_generator *self, ley_error *err) {
    generator_sector *s = (generator_sector *)self;
    ley_index n_rows = 0;
    if (s->rows) return LEY_OK;
    place_rows(s, true, &n_rows);
    s->first_row = ley_allocate((size_t)s->base.blocks.n_blocks + 1, sizeof *s->first_row);
    s->line = ley_allocate((size_t)s->base.blocks.offset[s->base.blocks.n_blocks], sizeof *s->line);
    s->rows = ley_allocate((size_t)n_rows, sizeof *s->rows);
    s->args = ley_allocate((size_t)n_rows * (s->real ? 1 : 2), sizeof *s->args);
    s->still = ley_allocate((size_t)n_rows, sizeof *s->still);
    if (!s->first_row || !s->line || !s->rows || !s->args || !s->still) {
        sector_settle(self);
        return ley_fail(err, LEY_ERR_MEMORY, "sector", "no memory for the %lld rows of a sector",
                        (long long)n_rows);
    }
    place_rows(s, false, &n_rows);
    return LEY_OK;
}

static void sector_destroy(ley_generator *self) {
    generator_sector *s = (generator_sector *)self;
    sector_settle(self);
    ley_blocks_clear(&s->base.blocks);
    ley_stencil_clear(&s->stencil);
    ley_release(s->tables);
    ley_release(s->moment_weight);
    ley_release(s);
}

static const ley_generator_class sector_class;

ley_status ley_generator_sector_create(ley_generator **generator, const ley_model *model, int32_t delta,
                                       ley_error *err) {
    generator_sector *s = ley_allocate(1, sizeof *s);
    if (!s) return ley_fail(err, LEY_ERR_MEMORY, "sector", "no memory for a sector");
    s->base.class = &sector_class;
    s->base.model = model;
    s->delta = delta;
    s->levels = model->levels;
    s->top = top_of_charge(model, delta);
    ley_populated_blocks(model, &s->first_block, &s->end_block);
    s->real = ley_sector_is_real(model);
    s->pumped = is_pumped(model);
    s->rotating_frame = ley_signal_is_constant(&model->cavity_frequency);
    ley_status status = ley_blocks_create(&s->base.blocks, model->cells, model->levels, err);
    if (status == LEY_OK) status = ley_stencil_create(&s->stencil, &s->base.blocks, err);
    if (status == LEY_OK) status = sector_prepare(&s->base, err);
    if (status != LEY_OK) goto failed;
    s->table_length = 2 * (s->top + delta + model->cells + s->levels + 4 * MARGIN);
    s->tables = ley_allocate((size_t)s->table_length * 2, sizeof(double));
    s->moment_weight = ley_allocate((size_t)LEY_MOMENT_CAVITY * (size_t)s->levels, sizeof(double));
    if (!s->tables || !s->moment_weight) {
        status = ley_fail(err, LEY_ERR_MEMORY, "sector", "no memory for the tables of a sector");
        goto failed;
    }
    s->up = s->tables + s->table_length / 2;
    s->decay = s->tables + s->table_length + s->table_length / 2;
    for (int32_t n = 0; n + 1 < s->levels; n++) s->up[n] = sqrt(n + 1.0);
    for (int op = 0; op < LEY_MOMENT_CAVITY; op++)
        for (int32_t n = 0; n < s->levels; n++)
            s->moment_weight[op * s->levels + n] = ley_moment_cavity_weight(op, s->levels, n);
    s->base.n = s->plane * (s->real ? 1 : 2);
    s->base.n_compact = compact_length(s);
    *generator = &s->base;
    return LEY_OK;
failed:
    sector_destroy(&s->base);
    return status;
}

/* ---- y = al L x + be x + ga y ----------------------------------------------------------------------------------
 */

/* A neighbour as the kernel reads it: where, and with what sign (the imaginary plane of a partner is turned round).
 */
typedef struct neighbour {
    ley_index place;
    double sign;
} neighbour;

static neighbour look(const generator_sector *s, bool imaginary, int32_t b, int32_t e, int32_t ep) {
    double conjugate;
    const row_place *place = find_row(s, b, e, ep, &conjugate);
    if (!place) return (neighbour){MARGIN, 0}; /* the zeros at the beginning of each plane */
    return (neighbour){place->base, imaginary ? conjugate : 1};
}

/* What depends on loss and gain of the cavity. */
static void fill_cavity(const generator_sector *s, ley_row *r, const double *rate, const row_place *place) {
    r->diagonal = s->still[place - s->rows];
    if (!s->pumped) { /* -kappa (n + n') / 2 with n + n' = 2K - e - e' - Delta */
        r->diagonal += 0.5 * rate[LEY_CAVITY_LOSS] * (place->e + place->ep + s->delta);
        r->slope = -rate[LEY_CAVITY_LOSS];
    }
    r->loss = rate[LEY_CAVITY_LOSS];
    r->gain = rate[LEY_CAVITY_GAIN];
}

static void fill_row(const generator_sector *s, ley_row *r, const ley_coefficients *c, int32_t b,
                     const row_place *place, bool imaginary) {
    const ley_stencil_block *table = &s->stencil.block[b];
    const int32_t cells = s->base.blocks.cells, e = place->e, ep = place->ep, i = e - b, k = ep - b;
    const double j = 0.5 * ley_spin_two_j(cells, b), m = i - j, mp = k - j;
    const double *rate = c->rate;
    memset(r, 0, sizeof *r);
    r->here = place->base;
    r->begin = aligned(place->first);
    r->end = r->begin + row_length(place);
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

/* The arguments of the kernel, made anew when the coefficients have changed. */
static void fill(generator_sector *s, double t) {
    ley_coefficients c = ley_coefficients_at(s->base.model, t);
    if (s->filled && memcmp(&c, &s->coefficients, sizeof c) == 0) return;
    ley_coefficients other = c; /* but for the cavity's rates */
    other.rate[LEY_CAVITY_LOSS] = s->coefficients.rate[LEY_CAVITY_LOSS];
    other.rate[LEY_CAVITY_GAIN] = s->coefficients.rate[LEY_CAVITY_GAIN];
    const bool cavity_only = s->filled && memcmp(&other, &s->coefficients, sizeof other) == 0;
    s->coefficients = c;
    s->filled = true;
    if (s->pumped)
        for (int32_t n = 0; n < s->levels;
             n++) /* a a' of the truncated matrices ends with 0: that keeps the trace */
            s->decay[n] =
                -0.5 * (c.rate[LEY_CAVITY_LOSS] * n + c.rate[LEY_CAVITY_GAIN] * (n + 1 < s->levels ? n + 1.0 : 0));
    ley_row *row = s->args;
    for (int plane = 0; plane < (s->real ? 1 : 2); plane++)
        for (int32_t b = 0; b < s->base.blocks.n_blocks; b++)
            for (ley_index i = s->first_row[b]; i < s->first_row[b + 1]; i++, row++) {
                if (cavity_only)
                    fill_cavity(s, row, c.rate, &s->rows[i]);
                else
                    fill_row(s, row, &c, b, &s->rows[i], plane == 1);
            }
}

static void sector_fused(ley_generator *self, double t, double *y, const double *x, double al, double be,
                         double ga) {
    generator_sector *s = (generator_sector *)self;
    fill(s, t);
    const ley_index n_rows = s->first_row[s->base.blocks.n_blocks];
    for (int plane = 0; plane < (s->real ? 1 : 2); plane++) {
        const ley_row_call call = {.y = y + plane * s->plane,
                                   .x = x + plane * s->plane,
                                   .other = s->real ? x : x + (1 - plane) * s->plane,
                                   .al = al,
                                   .be = be,
                                   .ga = ga,
                                   .pumped = s->pumped,
                                   .mixed = !s->real};
        ley_sector_rows(&call, s->args + plane * n_rows, n_rows);
    }
}

static void sector_apply(ley_generator *self, double t, double *y, const double *x) {
    sector_fused(self, t, y, x, 1, 0, 0);
}

static double sector_norm(const ley_generator *self, const double *x) {
    const generator_sector *s = (const generator_sector *)self;
    double sum = 0;
    for (int plane = 0; plane < (s->real ? 1 : 2); plane++)
        for (int32_t b = 0; b < s->base.blocks.n_blocks; b++)
            for (ley_index i = s->first_row[b]; i < s->first_row[b + 1]; i++) {
                const row_place *place = &s->rows[i];
                const double *row = x + plane * s->plane + place->base + aligned(place->first);
                double square = ley_row_square(row, row_length(place)); /* padding is zero */
                /* Partners that are not stored count as well. */
                sum += s->delta != 0 || place->e != place->ep ? 2 * square : square;
            }
    return sqrt(sum);
}

/* ---- Start and reduction ----------------------------------------------------------------------------------------
 */

/* (-i)^k */
static ley_complex minus_i_power(int32_t k) {
    static const ley_complex power[4] = {{1, 0}, {0, -1}, {-1, 0}, {0, 1}};
    return power[((k % 4) + 4) % 4];
}

static ley_complex multiply(ley_complex a, ley_complex b) {
    return (ley_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static ley_complex conjugate(ley_complex a) {
    return (ley_complex){a.re, -a.im};
}

/* One phase a sector makes a real start real: that of a coherent charger, e^{i Delta arg(alpha)} with the gauge
 * i^Delta. */
static ley_complex start_phase(const generator_sector *s) {
    if (!s->real || cavity_is_diagonal(&s->base.model->cavity_state)) return (ley_complex){1, 0};
    double angle = s->delta * atan2(s->base.model->cavity_state.alpha.im, s->base.model->cavity_state.alpha.re);
    return (ley_complex){cos(angle), sin(angle)};
}

static void sector_start(const ley_generator *self, double *x, const ley_complex *battery,
                         const ley_complex *cavity) {
    const generator_sector *s = (const generator_sector *)self;
    memset(x, 0, (size_t)self->n * sizeof *x);
    ley_complex phase = conjugate(start_phase(s));
    for (int32_t b = 0; b < s->base.blocks.n_blocks; b++) {
        ley_index d = ley_spin_two_j(s->base.blocks.cells, b) + 1;
        for (ley_index i = s->first_row[b]; i < s->first_row[b + 1]; i++) {
            const row_place *place = &s->rows[i];
            ley_complex spin = battery[s->base.blocks.offset[b] + (place->e - b) * d + (place->ep - b)];
            spin = multiply(multiply(spin, phase), conjugate(minus_i_power(place->e - place->ep)));
            if (spin.re == 0 && spin.im == 0) continue;
            for (int32_t k = place->first; k < place->end; k++) {
                int32_t n = k - place->e, np = k - s->delta - place->ep;
                ley_complex value = multiply(spin, cavity[(ley_index)n * s->levels + np]);
                x[place->base + k] = value.re;
                if (!s->real) x[s->plane + place->base + k] = value.im;
            }
        }
    }
}

static double sum_row(const generator_sector *s, const double *x, int plane, int32_t b, int32_t e, int32_t ep) {
    double sign;
    const row_place *place = find_row(s, b, e, ep, &sign);
    if (!place) return 0;
    double sum = ley_row_sum(x + plane * s->plane + place->base + aligned(place->first), row_length(place));
    return plane == 0 ? sum : sign * sum;
}

/* Sums over n that several moments share are formed once. */
static void reduce_moments(const generator_sector *s, double *out, const double *x, int plane) {
    const int planes = s->real ? 1 : 2;
    const int32_t cells = s->base.blocks.cells;
    moment list[LEY_MOMENTS];
    const int n_moments = sector_moments(s->delta, list);
    int32_t shift[LEY_MOMENTS];
    for (int i = 0; i < n_moments; i++) shift[i] = ley_moment_battery_shift(list[i].battery);
    for (int i = 0; i < n_moments; i++) {
        bool done = false;
        for (int k = 0; k < i; k++) done = done || (list[k].cavity == list[i].cavity && shift[k] == shift[i]);
        if (done) continue;
        const double *weight = s->moment_weight + (ley_index)list[i].cavity * s->levels;
        const bool edge = list[i].cavity == LEY_MOMENT_C_EDGE || list[i].cavity == LEY_MOMENT_C_EDGEDAG;
        const int32_t lowest = edge ? s->levels - 2 : 0; /* n with a weight */
        for (int32_t b = s->first_block; b < s->end_block; b++)
            for (int32_t e = b - shift[i]; e <= cells - b; e++) {
                double sign;
                const row_place *place = find_row(s, b, e, e + shift[i], &sign);
                if (!place) continue;
                const int32_t first = place->first - e > lowest ? place->first : lowest + e;
                if (first >= place->end) continue;
                const double *row = x + plane * s->plane + place->base;
                double sum = ley_row_dot(row + first, weight + first - e, place->end - first);
                if (plane == 1) sum *= sign;
                for (int k = i; k < n_moments; k++)
                    if (list[k].cavity == list[i].cavity && shift[k] == shift[i])
                        out[k * planes] +=
                            sum * ley_moment_battery_weight(list[k].battery, ley_spin_two_j(cells, b), e - b);
            }
    }
}

static void sector_reduce(const ley_generator *self, double *compact, const double *x) {
    const generator_sector *s = (const generator_sector *)self;
    const int planes = s->real ? 1 : 2;
    const int32_t cells = s->base.blocks.cells, delta = s->delta;
    memset(compact, 0, (size_t)self->n_compact * sizeof *compact);
    for (int plane = 0; plane < planes; plane++) {
        double *out = compact + plane;
        for (int32_t b = s->first_block; b < s->end_block; b++) /* <e| rho_B |e - Delta> */
            for (int32_t e = b + delta; e <= cells - b; e++, out += planes)
                *out = sum_row(s, x, plane, b, e, e - delta);
        for (int32_t b = s->first_block; b < s->end_block; b++) /* <n| rho_C |n - Delta> */
            for (int32_t e = b; e <= cells - b; e++) {
                double sign;
                const row_place *place = find_row(s, b, e, e, &sign);
                if (!place) continue;
                const double *row = x + plane * s->plane + place->base;
                if (planes == 1)
                    ley_row_add(out + place->first - e - delta, row + place->first, place->end - place->first);
                for (int32_t k = place->first; planes == 2 && k < place->end; k++)
                    out[planes * (k - e - delta)] += row[k];
            }
        if (s->levels > delta) out += planes * (s->levels - delta);
        reduce_moments(s, out, x, plane);
    }
}

static void sector_expand(const ley_generator *self, double t, double *reduced, const double *compact) {
    const generator_sector *s = (const generator_sector *)self;
    const int planes = s->real ? 1 : 2;
    const int32_t cells = s->base.blocks.cells, delta = s->delta;
    ley_reduced out = ley_reduced_view(&s->base.blocks, reduced);
    double angle = s->rotating_frame ? delta * ley_signal_at(&s->base.model->cavity_frequency, 0) * t : 0;
    ley_complex phase = multiply(start_phase(s), (ley_complex){cos(angle), -sin(angle)});
    const double *in = compact;
#define NEXT() ((ley_complex){in[0], planes == 2 ? in[1] : 0})
    ley_complex battery_phase = multiply(phase, minus_i_power(delta)); /* here e - e' = Delta */
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        int32_t d = ley_spin_two_j(cells, b) + 1;
        ley_complex *block = out.battery + s->base.blocks.offset[b];
        for (int32_t i = delta; i < d; i++, in += planes) {
            ley_complex value = multiply(battery_phase, NEXT());
            block[(ley_index)i * d + i - delta] = value;
            if (delta != 0) block[(ley_index)(i - delta) * d + i] = conjugate(value);
        }
    }
    for (int32_t n = delta; n < s->levels; n++, in += planes) { /* e = e': no gauge */
        ley_complex value = multiply(phase, NEXT());
        out.cavity[(ley_index)n * s->levels + n - delta] = value;
        if (delta != 0) out.cavity[(ley_index)(n - delta) * s->levels + n] = conjugate(value);
    }
    moment list[LEY_MOMENTS];
    int n_moments = sector_moments(delta, list);
    for (int i = 0; i < n_moments; i++, in += planes) {
        ley_complex gauge = multiply(phase, minus_i_power(-ley_moment_battery_shift(list[i].battery)));
        ley_complex value = multiply(gauge, NEXT());
        out.moment[list[i].battery * LEY_MOMENT_CAVITY + list[i].cavity] = value;
        if (delta == 1 && list[i].battery == LEY_MOMENT_B_ONE) {
            int dagger = list[i].cavity == LEY_MOMENT_C_A ? LEY_MOMENT_C_ADAG : LEY_MOMENT_C_EDGEDAG;
            out.moment[LEY_MOMENT_B_ONE * LEY_MOMENT_CAVITY + dagger] = conjugate(value);
        }
    }
#undef NEXT
}

/* ---- Bounds of the spectrum -----------------------------------------------------------------------------------
 */

/* Extreme energies of H in the subspace of K excitations of the block j = N/2, which contains those of the others.
 */
static void energies(const generator_sector *s, const ley_coefficients *c, int32_t k, double *lowest,
                     double *highest, double *a, double *b) {
    int32_t first = k - s->levels + 1 > 0 ? k - s->levels + 1 : 0,
            last = k < s->base.blocks.cells ? k : s->base.blocks.cells;
    int32_t n = last - first + 1;
    *lowest = *highest = 0;
    if (n <= 0) return;
    for (int32_t e = first; e <= last; e++) {
        a[e - first] = (c->w0 - c->wc) * e;
        b[e - first] = c->rotating * s->stencil.block[0].plus[e] * sqrt(k - e);
    }
    *highest = ley_tridiagonal_largest(a, b, n);
    for (int32_t i = 0; i < n; i++) a[i] = -a[i];
    *lowest = -ley_tridiagonal_largest(a, b, n);
}

static void sector_bounds(const ley_generator *self, double t, double *frequency, double *decay) {
    const generator_sector *s = (const generator_sector *)self;
    const ley_coefficients c = ley_coefficients_at(self->model, t);
    double *a = ley_allocate((size_t)s->base.blocks.cells + 1, sizeof *a),
           *b = ley_allocate((size_t)s->base.blocks.cells + 1, sizeof *b);
    double *low = ley_allocate((size_t)s->top + 1, sizeof *low),
           *high = ley_allocate((size_t)s->top + 1, sizeof *high);
    double f = INFINITY;
    if (a && b && low && high) {
        f = 0;
        for (int32_t k = 0; k <= s->top; k++) energies(s, &c, k, &low[k], &high[k], a, b);
        for (int32_t k = s->delta; k <= s->top; k++)
            f = fmax(f, fmax(high[k] - low[k - s->delta], high[k - s->delta] - low[k]));
    }
    ley_release(a);
    ley_release(b);
    ley_release(low);
    ley_release(high);
    double n_max = s->levels - 1;
    if (!s->pumped && s->top < n_max) n_max = s->top;
    *frequency = 1.005 * f; /* bisection stops at 1e-6 */
    *decay = ley_decay_bound(c.rate, s->base.blocks.cells, n_max);
}

static const ley_generator_class sector_class = {
    .name = "sectors",
    .apply = sector_apply,
    .fused = sector_fused,
    .start = sector_start,
    .reduce = sector_reduce,
    .expand = sector_expand,
    .norm = sector_norm,
    .bounds = sector_bounds,
    .settle = sector_settle,
    .prepare = sector_prepare,
    .destroy = sector_destroy,
};
