/* Every block rho_j whole, complex, by plain loops: the judge of all other representations.
 *
 * Layout: x[offset_b + ((i_m d + i_m') n_c + n) n_c + n'], complex, d = 2j+1, i_m = m + j. A fixed (b, i_m, i_m')
 * is a "panel", n_c x n_c. Each term of the master equation adds one neighbouring panel, shifted and scaled, to a
 * panel. Equations: docs/theory/model.md; local channels in gather form, docs/theory/blocks.md. */
#include "generator/generator.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/stencil.h"

#include <math.h>
#include <string.h>

typedef struct generator_blocks {
    ley_generator base;
    ley_index *offset; /* [n_blocks + 1] complex numbers before block b */
    ley_stencil stencil;
    double *root;  /* [levels + 1] sqrt(n) */
    double *decay; /* [levels] scratch of apply: cavity part of the diagonal loss */
} generator_blocks;

/* y += -i c x, rows of n complex numbers. */
static void add_minus_i(double *restrict y, const double *restrict x, double c, ley_index n) {
    for (ley_index i = 0; i < 2 * n; i += 2) {
        y[i] += c * x[i + 1];
        y[i + 1] -= c * x[i];
    }
}

static void add_real(double *restrict y, const double *restrict x, double c, ley_index n) {
    for (ley_index i = 0; i < 2 * n; i++) y[i] += c * x[i];
}

/* y -= -i c x(n' + shift) weight(n'): the right half -(-i) rho H, one row; root[k] = sqrt(k). */
static void add_right_up(double *restrict y, const double *restrict x, double c, const double *restrict root,
                         ley_index levels) { /* takes x[n' + 1] sqrt(n' + 1) */
    for (ley_index k = 0; k + 1 < levels; k++) {
        double f = c * root[k + 1];
        y[2 * k] -= f * x[2 * k + 3];
        y[2 * k + 1] += f * x[2 * k + 2];
    }
}

static void add_right_down(double *restrict y, const double *restrict x, double c, const double *restrict root,
                           ley_index levels) { /* takes x[n' - 1] sqrt(n') */
    for (ley_index k = 1; k < levels; k++) {
        double f = c * root[k];
        y[2 * k] -= f * x[2 * k - 1];
        y[2 * k + 1] += f * x[2 * k - 2];
    }
}

/* A neighbouring panel acts from the left with a operators: rows move, columns stay. */
static void add_left(double *y, const double *x, double up, double down, const double *root, ley_index levels) {
    ley_index row = 2 * levels;
    for (ley_index n = 0; n < levels; n++) {
        if (up != 0 && n + 1 < levels) add_minus_i(y + n * row, x + (n + 1) * row, up * root[n + 1], levels);
        if (down != 0 && n > 0) add_minus_i(y + n * row, x + (n - 1) * row, down * root[n], levels);
    }
}

static void add_right(double *y, const double *x, double up, double down, const double *root, ley_index levels) {
    ley_index row = 2 * levels;
    for (ley_index n = 0; n < levels; n++) {
        if (up != 0) add_right_up(y + n * row, x + n * row, up, root, levels);
        if (down != 0) add_right_down(y + n * row, x + n * row, down, root, levels);
    }
}

/* y = diagonal part of L: energies, losses, and what a dephasing channel gives back to the same element. */
static void set_diagonal(double *y, const double *x, double energy, double wc, double loss, const double *decay,
                         ley_index levels) {
    for (ley_index n = 0; n < levels; n++)
        for (ley_index k = 0; k < levels; k++) {
            ley_index i = 2 * (n * levels + k);
            double w = energy + wc * (double)(n - k), g = loss - 0.5 * (decay[n] + decay[k]);
            y[i] = g * x[i] + w * x[i + 1];
            y[i + 1] = g * x[i + 1] - w * x[i];
        }
}

static void add_cavity_jumps(double *y, const double *x, double loss, double gain, const double *root,
                             ley_index levels) {
    for (ley_index n = 0; n < levels; n++)
        for (ley_index k = 0; k < levels; k++) {
            double *out = y + 2 * (n * levels + k);
            if (n + 1 < levels && k + 1 < levels) {
                const double *in = x + 2 * ((n + 1) * levels + k + 1);
                double f = loss * root[n + 1] * root[k + 1];
                out[0] += f * in[0];
                out[1] += f * in[1];
            }
            if (n > 0 && k > 0) {
                const double *in = x + 2 * ((n - 1) * levels + k - 1);
                double f = gain * root[n] * root[k];
                out[0] += f * in[0];
                out[1] += f * in[1];
            }
        }
}

static const double *panel(const generator_blocks *self, const double *x, int32_t b, int32_t i, int32_t k) {
    int32_t d = ley_spin_two_j(self->base.blocks.cells, b) + 1;
    if (b < 0 || b >= self->base.blocks.n_blocks || i < 0 || k < 0 || i >= d || k >= d) return NULL;
    ley_index levels = self->base.blocks.levels;
    return x + 2 * (self->offset[b] + ((ley_index)i * d + k) * levels * levels);
}

static void panel_apply(const generator_blocks *self, const ley_coefficients *c, double *y, const double *x,
                        int32_t b, int32_t i, int32_t k) {
    const ley_index levels = self->base.blocks.levels, size = levels * levels;
    const int32_t cells = self->base.blocks.cells;
    const ley_stencil_block *table = &self->stencil.block[b];
    const double *root = self->root, *here = panel(self, x, b, i, k), *from;
    const double j = 0.5 * ley_spin_two_j(cells, b), m = i - j, mp = k - j;

    double loss = -0.5 * c->rate[LEY_COLLECTIVE_EMISSION] *
                  (table->minus[i] * table->minus[i] + table->minus[k] * table->minus[k]);
    loss -= 0.5 * c->rate[LEY_COLLECTIVE_ABSORPTION] *
            (table->plus[i] * table->plus[i] + table->plus[k] * table->plus[k]);
    loss -= 0.5 * c->rate[LEY_COLLECTIVE_DEPHASING] * (m - mp) * (m - mp);
    loss -= 0.5 * c->rate[LEY_LOCAL_EMISSION] * (cells + m + mp);
    loss -= 0.5 * c->rate[LEY_LOCAL_ABSORPTION] * (cells - m - mp);
    loss -= c->rate[LEY_LOCAL_DEPHASING] * cells;
    set_diagonal(y, here, c->w0 * (i - k), c->wc, loss, self->decay, levels);

    if (c->rate[LEY_CAVITY_LOSS] != 0 || c->rate[LEY_CAVITY_GAIN] != 0)
        add_cavity_jumps(y, here, c->rate[LEY_CAVITY_LOSS], c->rate[LEY_CAVITY_GAIN], root, levels);
    if (c->eta != 0) {
        add_left(y, here, c->eta, c->eta, root, levels);
        add_right(y, here, c->eta, c->eta, root, levels);
    }

    /* H from the left couples m-1 and m+1 at fixed m'; from the right the mirror image. */
    if (c->rotating != 0 || c->counter != 0) {
        if ((from = panel(self, x, b, i - 1, k)))
            add_left(y, from, c->rotating * table->minus[i], c->counter * table->minus[i], root, levels);
        if ((from = panel(self, x, b, i + 1, k)))
            add_left(y, from, c->counter * table->plus[i], c->rotating * table->plus[i], root, levels);
        if ((from = panel(self, x, b, i, k - 1)))
            add_right(y, from, c->rotating * table->minus[k], c->counter * table->minus[k], root, levels);
        if ((from = panel(self, x, b, i, k + 1)))
            add_right(y, from, c->counter * table->plus[k], c->rotating * table->plus[k], root, levels);
    }
    if (c->omega != 0) {
        double half = 0.5 * c->omega;
        if ((from = panel(self, x, b, i - 1, k))) add_minus_i(y, from, half * table->minus[i], size);
        if ((from = panel(self, x, b, i + 1, k))) add_minus_i(y, from, half * table->plus[i], size);
        if ((from = panel(self, x, b, i, k - 1))) add_minus_i(y, from, -half * table->minus[k], size);
        if ((from = panel(self, x, b, i, k + 1))) add_minus_i(y, from, -half * table->plus[k], size);
    }

    if (c->rate[LEY_COLLECTIVE_EMISSION] != 0 && (from = panel(self, x, b, i + 1, k + 1)))
        add_real(y, from, c->rate[LEY_COLLECTIVE_EMISSION] * table->plus[i] * table->plus[k], size);
    if (c->rate[LEY_COLLECTIVE_ABSORPTION] != 0 && (from = panel(self, x, b, i - 1, k - 1)))
        add_real(y, from, c->rate[LEY_COLLECTIVE_ABSORPTION] * table->minus[i] * table->minus[k], size);

    for (int local = 0; local < LEY_LOCAL_CHANNELS; local++) {
        double rate = c->rate[LEY_LOCAL_EMISSION + local];
        if (rate == 0) continue;
        for (int source = 0; source < LEY_SOURCES; source++) {
            if (table->prefactor[source] == 0) continue;
            /* m - q in block j' has index i - q + (j' - j). */
            int32_t to = ley_source_block[source], move = -to - ley_local_shift[local];
            if (!(from = panel(self, x, b + to, i + move, k + move))) continue;
            const double *gather = table->gather[local][source];
            double f = rate * table->prefactor[source] * gather[i] * gather[k];
            if (f != 0) add_real(y, from, f, size);
        }
    }
}

static void blocks_apply(ley_generator *generator, double t, double *y, const double *x) {
    generator_blocks *self = (generator_blocks *)generator;
    const ley_index levels = self->base.blocks.levels;
    const ley_coefficients c = ley_coefficients_at(generator->model, t);
    for (ley_index n = 0; n < levels; n++) /* a a' of the truncated matrices ends with 0: that keeps the trace */
        self->decay[n] =
            c.rate[LEY_CAVITY_LOSS] * (double)n + c.rate[LEY_CAVITY_GAIN] * (n + 1 < levels ? (double)(n + 1) : 0);
    for (int32_t b = 0; b < self->base.blocks.n_blocks; b++) {
        int32_t d = ley_spin_two_j(self->base.blocks.cells, b) + 1;
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = 0; k < d; k++) {
                double *out = y + (panel(self, x, b, i, k) - x);
                panel_apply(self, &c, out, x, b, i, k);
            }
    }
}

static void blocks_start(const ley_generator *generator, double *x, const ley_complex *battery,
                         const ley_complex *cavity) {
    const generator_blocks *self = (const generator_blocks *)generator;
    const ley_index levels = self->base.blocks.levels,
                    n_battery = self->base.blocks.offset[self->base.blocks.n_blocks];
    for (ley_index i = 0; i < n_battery; i++)
        for (ley_index k = 0; k < levels * levels; k++) {
            ley_complex p = battery[i], q = cavity[k];
            x[2 * (i * levels * levels + k)] = p.re * q.re - p.im * q.im;
            x[2 * (i * levels * levels + k) + 1] = p.re * q.im + p.im * q.re;
        }
}

static double blocks_norm(const ley_generator *generator, const double *x) {
    double sum = 0;
    for (ley_index i = 0; i < generator->n; i++) sum += x[i] * x[i];
    return sqrt(sum);
}

static void blocks_reduce(const ley_generator *generator, double *reduced, const double *x) {
    const generator_blocks *self = (const generator_blocks *)generator;
    const ley_blocks *blocks = &generator->blocks;
    const ley_index levels = blocks->levels;
    memset(reduced, 0, (size_t)ley_reduced_length(blocks) * sizeof(double));
    ley_reduced out = ley_reduced_view(blocks, reduced);
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        int32_t two_j = ley_spin_two_j(blocks->cells, b), d = two_j + 1;
        for (int32_t i = 0; i < d; i++) {
            for (int32_t k = 0; k < d; k++) {
                const double *p = panel(self, x, b, i, k);
                ley_complex sum = {0, 0};
                for (ley_index n = 0; n < levels; n++) {
                    sum.re += p[2 * n * (levels + 1)];
                    sum.im += p[2 * n * (levels + 1) + 1];
                }
                out.battery[blocks->offset[b] + (ley_index)i * d + k] = sum;
            }
            const double *p = panel(self, x, b, i, i);
            for (ley_index n = 0; n < levels * levels; n++) {
                out.cavity[n].re += p[2 * n];
                out.cavity[n].im += p[2 * n + 1];
            }
        }
        /* <B (x) C> = sum <m'|B|m> <n'|C|n> rho[m, n; m', n'] */
        for (int op_b = 0; op_b < LEY_MOMENT_BATTERY; op_b++)
            for (int32_t i = 0; i < d; i++) {
                const double *p = panel(self, x, b, i, i + ley_moment_battery_shift(op_b));
                double weight_b = ley_moment_battery_weight(op_b, two_j, i);
                if (!p || weight_b == 0) continue;
                for (int op_c = 0; op_c < LEY_MOMENT_CAVITY; op_c++) {
                    ley_complex *moment = &out.moment[op_b * LEY_MOMENT_CAVITY + op_c];
                    for (int32_t n = 0; n < levels; n++) {
                        int32_t to = n + ley_moment_cavity_shift(op_c);
                        if (to < 0 || to >= levels) continue;
                        double weight = weight_b * ley_moment_cavity_weight(op_c, blocks->levels, n);
                        moment->re += weight * p[2 * (n * levels + to)];
                        moment->im += weight * p[2 * (n * levels + to) + 1];
                    }
                }
            }
    }
}

static void blocks_joint_block(const ley_generator *generator, ley_complex *block, const double *x, int32_t b) {
    const generator_blocks *self = (const generator_blocks *)generator;
    const ley_index levels = generator->blocks.levels;
    const int32_t d = ley_spin_two_j(generator->blocks.cells, b) + 1;
    for (int32_t i = 0; i < d; i++)
        for (int32_t k = 0; k < d; k++) {
            const double *p = panel(self, x, b, i, k);
            for (ley_index n = 0; n < levels; n++)
                memcpy(&block[(i * levels + n) * d * levels + k * levels], p + 2 * n * levels,
                       (size_t)levels * sizeof(ley_complex));
        }
}

static void blocks_destroy(ley_generator *generator) {
    generator_blocks *self = (generator_blocks *)generator;
    ley_blocks_clear(&self->base.blocks);
    ley_release(self->offset);
    ley_stencil_clear(&self->stencil);
    ley_release(self->root);
    ley_release(self->decay);
    ley_release(self);
}

static const ley_generator_class blocks_class = {
    .name = "blocks",
    .apply = blocks_apply,
    .start = blocks_start,
    .reduce = blocks_reduce,
    .norm = blocks_norm,
    .joint_block = blocks_joint_block,
    .destroy = blocks_destroy,
};

double ley_generator_blocks_bytes(const ley_model *model) {
    double n = model->cells, levels = model->levels > 0 ? model->levels : 1;
    return (n + 3) * (n + 2) * (n + 1) / 6 * levels * levels * sizeof(ley_complex);
}

ley_status ley_generator_blocks_create(ley_generator **generator, const ley_model *model, ley_error *err) {
    generator_blocks *self = ley_allocate(1, sizeof *self);
    if (!self) return ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the generator");
    self->base.class = &blocks_class;
    self->base.model = model;
    const int32_t levels = model->levels > 0 ? model->levels : 1;
    ley_status status = ley_blocks_create(&self->base.blocks, model->cells, levels, err);
    if (status != LEY_OK) goto failed;
    const ley_blocks *blocks = &self->base.blocks;

    status = ley_stencil_create(&self->stencil, blocks, err);
    if (status != LEY_OK) goto failed;
    self->offset = ley_allocate((size_t)blocks->n_blocks + 1, sizeof *self->offset);
    self->root = ley_allocate((size_t)levels + 1, sizeof(double));
    self->decay = ley_allocate((size_t)levels, sizeof(double));
    if (!self->offset || !self->root || !self->decay) {
        status = ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the tables of the generator");
        goto failed;
    }
    for (int32_t b = 0; b <= blocks->n_blocks; b++)
        self->offset[b] = blocks->offset[b] * (ley_index)levels * levels;
    for (int32_t n = 0; n <= levels; n++) self->root[n] = sqrt(n);
    self->base.n = 2 * self->offset[blocks->n_blocks];
    self->base.n_compact = ley_reduced_length(blocks);
    *generator = &self->base;
    return LEY_OK;
failed:
    blocks_destroy(&self->base);
    return status;
}
