#include "generator/jump_series.h"

#include "core/memory.h"
#include "core/status.h"
#include "core/vector.h"
#include "generator/effective.h"
#include "generator/half.h"

#include <math.h>
#include <string.h>

enum { PARTS = 32 };

static const float coefficient[LEY_JUMP_ROUNDS] = {1, 0.8F, 0.6F};
/* Of the energies of cells and cavity that are not coupled: coupled ones lie closer. */
static const double energy_share = 0.7;

/* One tile of a panel (generator/half_kernel.h): where it begins, where its neighbours do, and what they give. A
 * coefficient is 0 where there is no neighbour. */
typedef struct spot {
    ley_index here, up, down; /* distances to (n + 1, n' + 1) and (n - 1, n' - 1) */
    ley_index from[3 * LEY_SOURCES];
    float weight[3 * LEY_SOURCES];
    float loss, turning; /* of the battery */
    int table;           /* of the cavity: 2 sigma + s */
} spot;

enum { TABLE_LOSS, TABLE_TURNING, TABLE_UP, TABLE_DOWN, TABLES };

struct ley_jump_series {
    ley_index n, n_spots, length;
    spot *spots;
    float *tables;                  /* [4][TABLES][length] */
    float *sum, *waited, *waited_2; /* [n] */
};

/* What the losses and the energy of a state are: of the battery (e, 0) and of the cavity. */
typedef struct decays {
    ley_coefficients c;
    double smallest; /* rate; what does not decay at all decays a little */
} decays;

static double battery_loss(const decays *d, const ley_blocks *blocks, const ley_stencil *stencil, int32_t b,
                           int32_t i) {
    const ley_effective a = {.c = d->c,
                             .table = &stencil->block[b],
                             .cells = blocks->cells,
                             .two_j = ley_spin_two_j(blocks->cells, b),
                             .levels = 1};
    return -ley_effective_element(&a, i, i).re;
}

static double cavity_loss(const decays *d, int32_t levels, ley_index n) {
    const double above = n + 1 < levels ? (double)n + 1 : 0;
    return 0.5 * (d->c.rate[LEY_CAVITY_LOSS] * (double)n + d->c.rate[LEY_CAVITY_GAIN] * above);
}

static void fill_tables(ley_jump_series *self, const decays *d, const ley_half_layout *layout, int32_t levels) {
    const ley_index step = layout->step, rows = layout->length / layout->width;
    for (ley_index sigma = 0; sigma < step; sigma++)
        for (ley_index odd = 0; odd < step; odd++) {
            float *table = self->tables + (2 * sigma + odd) * TABLES * self->length;
            for (ley_index a = 0; a < rows; a++)
                for (ley_index q = 0; q < layout->width; q++) {
                    const ley_index n = step * a + sigma, np = step * q + odd;
                    float *at = table + a * layout->width + q;
                    at[TABLE_LOSS * self->length] = 1; /* padding is divided by it */
                    if (n >= levels || np >= levels) continue;
                    const double up =
                        n + 1 < levels && np + 1 < levels ? sqrt((double)(n + 1) * (double)(np + 1)) : 0;
                    at[TABLE_LOSS * self->length] = (float)(cavity_loss(d, levels, n) + cavity_loss(d, levels, np));
                    at[TABLE_TURNING * self->length] = (float)(energy_share * d->c.wc * (double)(n - np));
                    at[TABLE_UP * self->length] = (float)(d->c.rate[LEY_CAVITY_LOSS] * up);
                    at[TABLE_DOWN * self->length] =
                        (float)(d->c.rate[LEY_CAVITY_GAIN] * sqrt((double)n * (double)np));
                }
        }
}

/* One source of a panel. */
static void feed(spot *p, int slot, const ley_generator *half, double weight, int32_t b, int32_t i, int32_t k) {
    const ley_blocks *blocks = &half->blocks;
    ley_index found = -1;
    if (b >= 0 && b < blocks->n_blocks && i >= 0 && k >= i && k <= ley_spin_two_j(blocks->cells, b))
        found = ley_half_panel(half, b, i, k);
    p->from[slot] = found < 0 ? p->here : found;
    p->weight[slot] = found < 0 ? 0 : (float)weight;
}

/* The panel (b; i, k), i <= k: jumps lead along the diagonal of (m, m'). */
static void fill_spot(spot *p, const ley_generator *half, const ley_stencil *stencil, const decays *d, int32_t b,
                      int32_t i, int32_t k) {
    const ley_stencil_block *table = &stencil->block[b];
    const double *rate = d->c.rate, j = 0.5 * ley_spin_two_j(half->blocks.cells, b);
    const double loss =
        battery_loss(d, &half->blocks, stencil, b, i) + battery_loss(d, &half->blocks, stencil, b, k);
    p->here = ley_half_panel(half, b, i, k);
    p->loss = (float)fmax(loss, 1e-3 * d->smallest);
    p->turning = (float)(energy_share * d->c.w0 * (i - k));
    for (int source = 0; source < LEY_SOURCES; source++) {
        const int32_t to = ley_source_block[source];
        const double *lower = table->gather[0][source], *raise = table->gather[1][source],
                     *stay = table->gather[2][source], f = table->prefactor[source];
        double down = f * rate[LEY_LOCAL_EMISSION] * lower[i] * lower[k];
        double up = f * rate[LEY_LOCAL_ABSORPTION] * raise[i] * raise[k];
        double same = f * rate[LEY_LOCAL_DEPHASING] * stay[i] * stay[k];
        if (source == 0) {
            down += rate[LEY_COLLECTIVE_EMISSION] * table->plus[i] * table->plus[k];
            up += rate[LEY_COLLECTIVE_ABSORPTION] * table->minus[i] * table->minus[k];
            same += rate[LEY_COLLECTIVE_DEPHASING] * (i - j) * (k - j);
        }
        feed(p, 3 * source, half, down, b + to, i - to + 1, k - to + 1);
        feed(p, 3 * source + 1, half, up, b + to, i - to - 1, k - to - 1);
        feed(p, 3 * source + 2, half, same, b + to, i - to, k - to);
    }
}

/* Tile sigma of a panel; as in generator_half.c. */
static void place_tile(spot *p, const ley_half_layout *layout, int32_t i, int32_t k, int sigma) {
    p->up = layout->width + 1;
    p->down = -p->up;
    p->table = 0;
    if (layout->step != 2) return;
    const ley_index own = 2 * layout->length * sigma, across = 2 * layout->length * (1 - 2 * sigma);
    const int odd = (sigma + k - i) & 1;
    p->up = across + sigma * layout->width + odd;
    p->down = across + (sigma - 1) * layout->width + odd - 1;
    p->table = 2 * sigma + odd;
    p->here += own;
    for (int slot = 0; slot < 3 * LEY_SOURCES; slot++) p->from[slot] += own;
}

static void fill_spots(ley_jump_series *self, const ley_generator *half, const ley_stencil *stencil,
                       const decays *d, const ley_half_layout *layout) {
    spot *p = self->spots;
    for (int32_t b = 0; b < half->blocks.n_blocks; b++)
        for (int32_t i = 0; i <= ley_spin_two_j(half->blocks.cells, b); i++)
            for (int32_t k = i; k <= ley_spin_two_j(half->blocks.cells, b); k++) {
                spot panel = {0};
                fill_spot(&panel, half, stencil, d, b, i, k);
                for (int sigma = 0; sigma < layout->step; sigma++, p++) {
                    *p = panel;
                    place_tile(p, layout, i, k, sigma);
                }
            }
}

static ley_index count_panels(const ley_blocks *blocks) {
    ley_index n = 0;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const ley_index d = ley_spin_two_j(blocks->cells, b) + 1;
        n += d * (d + 1) / 2;
    }
    return n;
}

ley_status ley_jump_series_create(ley_jump_series **series, const ley_generator *half, ley_error *err) {
    const ley_half_layout layout = ley_half_layout_of(half);
    decays d = {.c = ley_coefficients_at(half->model, 0), .smallest = INFINITY};
    ley_stencil stencil = {0};
    ley_status status = LEY_OK;
    ley_jump_series *self = ley_allocate(1, sizeof *self);
    if (!self) goto no_memory;
    self->n = half->n;
    self->length = layout.length;
    self->n_spots = count_panels(&half->blocks) * layout.step;
    self->spots = ley_allocate((size_t)self->n_spots, sizeof *self->spots);
    self->tables = ley_allocate(4 * TABLES * (size_t)layout.length, sizeof *self->tables);
    self->sum = ley_allocate((size_t)self->n, sizeof *self->sum);
    self->waited = ley_allocate((size_t)self->n, sizeof *self->waited);
    self->waited_2 = ley_allocate((size_t)self->n, sizeof *self->waited_2);
    if (!self->spots || !self->tables || !self->sum || !self->waited || !self->waited_2) goto no_memory;
    status = ley_stencil_create(&stencil, &half->blocks, err);
    if (status != LEY_OK) goto failed;
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if (d.c.rate[channel] > 0) d.smallest = fmin(d.smallest, d.c.rate[channel]);
    fill_tables(self, &d, &layout, half->blocks.levels);
    fill_spots(self, half, &stencil, &d, &layout);
    ley_stencil_clear(&stencil);
    *series = self;
    return LEY_OK;
no_memory:
    status = ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for a state of %.3g numbers", (double)half->n);
failed:
    ley_jump_series_destroy(self);
    return status;
}

void ley_jump_series_destroy(ley_jump_series *self) {
    if (!self) return;
    ley_release(self->spots);
    ley_release(self->tables);
    ley_release(self->sum);
    ley_release(self->waited);
    ley_release(self->waited_2);
    ley_release(self);
}

/* ---- Rounds -------------------------------------------------------------------------------------------------- */

/* y = -S_0^-1 z, z split into real and imaginary parts. */
#define WAIT(y, i, k, u, v)                                                                                        \
    do {                                                                                                           \
        const float g_ = loss[i] + p->loss, w_ = turning[i] + p->turning, size_ = 1 / (g_ * g_ + w_ * w_);         \
        (y)[i] = size_ * (g_ * (u) + w_ * (v));                                                                    \
        (y)[k] = size_ * (g_ * (v)-w_ * (u));                                                                      \
    } while (0)

static LEY_CLONES void begin(const ley_jump_series *self, const spot *p, const double *x) {
    const ley_index length = self->length;
    const float *table = self->tables + p->table * TABLES * length;
    const float *loss = table + TABLE_LOSS * length, *turning = table + TABLE_TURNING * length;
    float *sum = self->sum + p->here, *y = self->waited + p->here;
    x += p->here;
    LEY_INDEPENDENT
    for (ley_index i = 0; i < length; i++) {
        const ley_index k = i + length;
        const float u = (float)x[i], v = (float)x[k];
        sum[i] = u;
        sum[k] = v;
        WAIT(y, i, k, u, v);
    }
}

/* sum += c J z, and y = -S_0^-1 J z unless it is the last. */
LEY_INLINE void jump_of(const ley_jump_series *self, const spot *p, float c, const float *z, float *y,
                        const bool last) {
    const ley_index length = self->length;
    const float *table = self->tables + p->table * TABLES * length;
    const float *loss = table + TABLE_LOSS * length, *turning = table + TABLE_TURNING * length;
    const float *up = table + TABLE_UP * length, *down = table + TABLE_DOWN * length;
    const float *z_up = z + p->here + p->up, *z_down = z + p->here + p->down;
    const float *z0 = z + p->from[0], *z1 = z + p->from[1], *z2 = z + p->from[2], *z3 = z + p->from[3],
                *z4 = z + p->from[4], *z5 = z + p->from[5], *z6 = z + p->from[6], *z7 = z + p->from[7],
                *z8 = z + p->from[8];
    const float *w = p->weight;
    const float w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4], w5 = w[5], w6 = w[6], w7 = w[7], w8 = w[8];
    float *sum = self->sum + p->here;
    y += p->here;
    LEY_INDEPENDENT
    for (ley_index i = 0; i < length; i++) {
        const ley_index k = i + length;
        float u = up[i] * z_up[i] + down[i] * z_down[i], v = up[i] * z_up[k] + down[i] * z_down[k];
        u += w0 * z0[i] + w1 * z1[i] + w2 * z2[i] + w3 * z3[i] + w4 * z4[i] + w5 * z5[i] + w6 * z6[i] + w7 * z7[i] +
             w8 * z8[i];
        v += w0 * z0[k] + w1 * z1[k] + w2 * z2[k] + w3 * z3[k] + w4 * z4[k] + w5 * z5[k] + w6 * z6[k] + w7 * z7[k] +
             w8 * z8[k];
        sum[i] += c * u;
        sum[k] += c * v;
        if (!last) WAIT(y, i, k, u, v);
    }
}

static LEY_CLONES void jump(const ley_jump_series *self, const spot *p, int round) {
    if (round + 1 < LEY_JUMP_ROUNDS)
        jump_of(self, p, coefficient[round], self->waited, self->waited_2, false);
    else
        jump_of(self, p, coefficient[round], self->waited_2, self->waited, true);
}

int32_t ley_jump_series_parts(const ley_jump_series *self) {
    return self->n_spots < PARTS ? (int32_t)self->n_spots : PARTS;
}

void ley_jump_series_do(ley_jump_series *self, int round, int32_t part, const double *x) {
    const ley_index parts = ley_jump_series_parts(self);
    for (ley_index i = part * self->n_spots / parts; i < (part + 1) * self->n_spots / parts; i++) {
        if (round == 0)
            begin(self, &self->spots[i], x);
        else
            jump(self, &self->spots[i], round);
    }
}

const float *ley_jump_series_result(const ley_jump_series *self) {
    return self->sum;
}

double ley_jump_series_bytes(double numbers_of_state) {
    return 3 * sizeof(float) * numbers_of_state;
}
