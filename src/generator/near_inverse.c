#include "generator/near_inverse.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/effective.h"
#include "generator/half.h"
#include "linalg/single.h"
#include "linalg/symmetric.h"

#include <math.h>
#include <string.h>

enum { TILE = 16 }; /* transposed places are visited in squares of this side */

/* The states of one block that H connects: with a parity those of one parity, otherwise all of them. State (e, n)
 * is row begin[e] + n / step. */
typedef struct piece {
    int32_t b, d;
    int parity; /* of e + n, with step 2 */
    ley_index n;
    ley_index *begin;     /* [d + 1] */
    float *vectors;       /* [n][n], a row each */
    float *energy, *loss; /* [n] E_a and gamma_a / 2 */
    float *in, *out;      /* [n][n] scratch of its own, so that pieces can be solved at the same time */
    float *packed;        /* scratch of the products */
} piece;

struct ley_near_inverse {
    const ley_generator *half;
    ley_half_layout layout;
    int32_t levels, n_pieces;
    piece *pieces;
    double neglected;
};

/* ---- Creation ------------------------------------------------------------------------------------------------ */

static int32_t first_photon(const ley_near_inverse *self, const piece *p, int32_t e) {
    return self->layout.step == 2 ? (e + p->parity) & 1 : 0;
}

static ley_status place_states(const ley_near_inverse *self, piece *p, ley_error *err) {
    p->begin = ley_allocate((size_t)p->d + 1, sizeof *p->begin);
    if (!p->begin) return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for the states of a block");
    for (int32_t e = 0; e < p->d; e++) {
        const int32_t photons = self->levels - first_photon(self, p, e);
        p->begin[e + 1] = p->begin[e] + (photons + self->layout.step - 1) / self->layout.step;
    }
    p->n = p->begin[p->d];
    return LEY_OK;
}

/* H into h, gamma / 2 of each state into loss. */
static void fill(const ley_near_inverse *self, const piece *p, const ley_effective *a, double *h, double *loss) {
    const int step = self->layout.step;
    for (int32_t e = 0; e < p->d; e++)
        for (int32_t n = first_photon(self, p, e); n < self->levels; n += step) {
            const ley_index row = p->begin[e] + n / step, from = (ley_index)e * self->levels + n;
            for (int32_t k = e > 0 ? e - 1 : 0; k <= e + 1 && k < p->d; k++)
                for (int32_t l = n > 0 ? n - 1 : 0; l <= n + 1 && l < self->levels; l++) {
                    if (step == 2 && ((k + l + p->parity) & 1)) continue;
                    const ley_index to = (ley_index)k * self->levels + l;
                    const ley_complex z = ley_effective_element(a, to, from);
                    h[(p->begin[k] + l / step) * p->n + row] = -z.im;
                    if (to == from) loss[row] = -z.re;
                }
        }
}

/* Losses in the eigenbasis; what their off-diagonal elements amount to. */
static void average(piece *p, const double *vectors, const double *energy, const double *loss, double *in,
                    double *out, double *neglected) {
    const size_t n = (size_t)p->n;
    for (size_t a = 0; a < n; a++) {
        p->energy[a] = (float)energy[a];
        for (size_t k = 0; k < n; k++) {
            p->vectors[a * n + k] = (float)vectors[a * n + k];
            in[a * n + k] = vectors[a * n + k] * loss[k];
        }
    }
    ley_product_real(out, in, false, vectors, true, p->n);
    for (size_t a = 0; a < n; a++) p->loss[a] = (float)out[a * (n + 1)];
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < a; b++) {
            const double apart = fabs(energy[a] - energy[b]) + out[a * (n + 1)] + out[b * (n + 1)];
            if (apart > 0) *neglected = fmax(*neglected, 2 * fabs(out[a * n + b]) / apart);
        }
}

static ley_status diagonalise(const ley_near_inverse *self, piece *p, const ley_effective *a, double *neglected,
                              ley_error *err) {
    const size_t n = (size_t)p->n;
    ley_status status = LEY_OK;
    double *h = ley_allocate(3 * n * n, sizeof *h), *energy = ley_allocate(2 * n, sizeof *energy);
    p->vectors = ley_allocate(n * n, sizeof *p->vectors);
    p->energy = ley_allocate(2 * n, sizeof *p->energy);
    p->in = ley_allocate(2 * n * n, sizeof *p->in);
    p->packed = ley_allocate((size_t)ley_product_single_scratch(p->n), sizeof *p->packed);
    if (!h || !energy || !p->vectors || !p->energy || !p->in || !p->packed) {
        status = ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for %lld eigenvectors", (long long)p->n);
        goto done;
    }
    p->loss = p->energy + n;
    p->out = p->in + n * n;
    fill(self, p, a, h, energy + n);
    status = ley_symmetric_eigen(energy, h, p->n, err);
    if (status == LEY_OK) average(p, h, energy, energy + n, h + n * n, h + 2 * n * n, neglected);
done:
    ley_release(h);
    ley_release(energy);
    return status;
}

/* Where something does not decay at all without jumps, everything decays a little more. */
static void spare_nothing(ley_near_inverse *self, const ley_coefficients *c) {
    double smallest = INFINITY, slowest = INFINITY;
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if (c->rate[channel] > 0) smallest = fmin(smallest, c->rate[channel]);
    for (int32_t i = 0; i < self->n_pieces; i++)
        for (ley_index a = 0; a < self->pieces[i].n; a++)
            slowest = fmin(slowest, 2 * (double)self->pieces[i].loss[a]);
    if (!(slowest < 1e-3 * smallest)) return;
    for (int32_t i = 0; i < self->n_pieces; i++)
        for (ley_index a = 0; a < self->pieces[i].n; a++) self->pieces[i].loss[a] += (float)(5e-3 * smallest);
}

ley_status ley_near_inverse_create(ley_near_inverse **inverse, const ley_generator *half, ley_error *err) {
    const ley_blocks *blocks = &half->blocks;
    ley_stencil stencil = {0};
    *inverse = NULL;
    ley_near_inverse *self = ley_allocate(1, sizeof *self);
    if (!self) return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for the blocks");
    self->half = half;
    self->layout = ley_half_layout_of(half);
    self->levels = blocks->levels;
    const int step = self->layout.step == 2 ? 2 : 1;
    self->n_pieces = blocks->n_blocks * step;
    self->pieces = ley_allocate((size_t)self->n_pieces, sizeof *self->pieces);
    ley_status status = self->pieces
                            ? ley_stencil_create(&stencil, blocks, err)
                            : ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for %d blocks", blocks->n_blocks);
    ley_effective a = {.c = ley_coefficients_at(half->model, 0), .cells = blocks->cells, .levels = blocks->levels};
    for (int32_t i = 0; i < self->n_pieces && status == LEY_OK; i++) {
        piece *p = &self->pieces[i];
        p->b = i / step;
        p->parity = i % step;
        a.two_j = ley_spin_two_j(blocks->cells, p->b);
        a.table = &stencil.block[p->b];
        p->d = a.two_j + 1;
        status = place_states(self, p, err);
        if (status == LEY_OK) status = diagonalise(self, p, &a, &self->neglected, err);
    }
    ley_stencil_clear(&stencil);
    if (status != LEY_OK) {
        ley_near_inverse_destroy(self);
        return status;
    }
    spare_nothing(self, &a.c);
    *inverse = self;
    return LEY_OK;
}

void ley_near_inverse_destroy(ley_near_inverse *self) {
    if (!self) return;
    for (int32_t i = 0; i < self->n_pieces && self->pieces; i++) {
        ley_release(self->pieces[i].begin);
        ley_release(self->pieces[i].vectors);
        ley_release(self->pieces[i].energy);
        ley_release(self->pieces[i].in);
        ley_release(self->pieces[i].packed);
    }
    ley_release(self->pieces);
    ley_release(self);
}

double ley_near_inverse_neglected(const ley_near_inverse *self) {
    return self->neglected;
}

int32_t ley_near_inverse_pieces(const ley_near_inverse *self) {
    return self->n_pieces;
}

/* ---- Solving ------------------------------------------------------------------------------------------------- */

/* Where the numbers between (e, .) and (e', .) of a piece begin. */
static ley_index tile_of(const ley_near_inverse *self, const piece *p, int32_t e, int32_t k) {
    return ley_half_panel(self->half, p->b, e, k) + first_photon(self, p, e) * 2 * self->layout.length;
}

static ley_index smaller(ley_index a, ley_index b) {
    return a < b ? a : b;
}

/* Re X + Im X from the panels on and above the diagonal. */
static void gather(const ley_near_inverse *self, const piece *p, const float *x) {
    const ley_index n = p->n, width = self->layout.width, length = self->layout.length;
    for (int32_t e = 0; e < p->d; e++)
        for (int32_t k = e; k < p->d; k++) {
            const float *from = x + tile_of(self, p, e, k);
            const ley_index rows = p->begin[e + 1] - p->begin[e], columns = p->begin[k + 1] - p->begin[k];
            float *to = p->in + p->begin[e] * n + p->begin[k], *mirror = p->in + p->begin[k] * n + p->begin[e];
            for (ley_index a = 0; a < rows; a++)
                for (ley_index q = 0; q < columns; q++)
                    to[a * n + q] = from[a * width + q] + from[a * width + q + length];
            for (ley_index q0 = 0; q0 < columns && k > e; q0 += TILE)
                for (ley_index a = 0; a < rows; a++)
                    for (ley_index q = q0; q < smaller(q0 + TILE, columns); q++)
                        mirror[q * n + a] = from[a * width + q] - from[a * width + q + length];
        }
}

static void scatter(const ley_near_inverse *self, const piece *p, double *y) {
    const ley_index n = p->n, width = self->layout.width, length = self->layout.length;
    for (int32_t e = 0; e < p->d; e++)
        for (int32_t k = e; k < p->d; k++) {
            double *to = y + tile_of(self, p, e, k);
            const ley_index rows = p->begin[e + 1] - p->begin[e], columns = p->begin[k + 1] - p->begin[k];
            const float *from = p->in + p->begin[e] * n + p->begin[k],
                        *mirror = p->in + p->begin[k] * n + p->begin[e];
            for (ley_index q0 = 0; q0 < columns; q0 += TILE)
                for (ley_index a = 0; a < rows; a++)
                    for (ley_index q = q0; q < smaller(q0 + TILE, columns); q++) {
                        const float u = from[a * n + q], v = mirror[q * n + a];
                        to[a * width + q] = (double)(0.5F * (u + v));
                        to[a * width + q + length] = (double)(0.5F * (u - v));
                    }
        }
}

/* Elements (a, b) and (b, a) together: z = u + i v, divided by -(g + i w). */
static void divide(const piece *p) {
    const ley_index n = p->n;
    float *z = p->in;
    for (ley_index b0 = 0; b0 < n; b0 += TILE)
        for (ley_index a = 0; a < n; a++) {
            const float energy = p->energy[a], loss = p->loss[a];
            for (ley_index b = b0 > a ? b0 : a; b < smaller(b0 + TILE, n); b++) {
                const float up = z[a * n + b], low = z[b * n + a];
                const float w = energy - p->energy[b], g = loss + p->loss[b];
                const float scale = -0.5F / (g * g + w * w), u = scale * (up + low), v = scale * (up - low);
                const float re = g * u + w * v, im = g * v - w * u;
                z[a * n + b] = re + im;
                z[b * n + a] = re - im;
            }
        }
}

void ley_near_inverse_solve(ley_near_inverse *self, int32_t i, double *y, const float *x) {
    const piece *p = &self->pieces[i];
    gather(self, p, x);
    ley_product_single(p->out, p->vectors, false, p->in, false, p->n, p->packed);
    ley_product_single(p->in, p->out, false, p->vectors, true, p->n, p->packed);
    divide(p);
    ley_product_single(p->out, p->vectors, true, p->in, false, p->n, p->packed);
    ley_product_single(p->in, p->out, false, p->vectors, false, p->n, p->packed);
    scatter(self, p, y);
}

double ley_near_inverse_trace(const ley_near_inverse *self, const double *x) {
    const ley_index width = self->layout.width;
    double sum = 0;
    for (int32_t i = 0; i < self->n_pieces; i++) {
        const piece *p = &self->pieces[i];
        for (int32_t e = 0; e < p->d; e++) {
            const double *tile = x + tile_of(self, p, e, e);
            for (ley_index a = 0; a < p->begin[e + 1] - p->begin[e]; a++) sum += tile[a * (width + 1)];
        }
    }
    return sum;
}

void ley_near_inverse_start(const ley_near_inverse *self, double *x) {
    const ley_index width = self->layout.width;
    double sum = 0;
    for (int32_t i = 0; i < self->n_pieces; i++) {
        const piece *p = &self->pieces[i];
        const int32_t cells = self->half->blocks.cells;
        const double each = exp(ley_log_multiplicity(cells, ley_spin_two_j(cells, p->b)) - cells * log(2));
        for (int32_t e = 0; e < p->d; e++) {
            double *tile = x + tile_of(self, p, e, e);
            for (ley_index a = 0; a < p->begin[e + 1] - p->begin[e]; a++)
                sum += tile[a * (width + 1)] =
                    each * exp2(-(double)(self->layout.step * a + first_photon(self, p, e)));
        }
    }
    for (ley_index i = 0; i < self->half->n; i++) x[i] /= sum;
}

/* ---- What it takes ------------------------------------------------------------------------------------------- */

/* Sum of side^power over the pieces, and the largest side. */
static double pieces_of(const ley_model *model, double power, double *largest) {
    const double levels = model->levels > 0 ? model->levels : 1, halves = ley_half_has_parity(model) ? 2 : 1;
    double sum = 0;
    *largest = (model->cells + 1.0) * levels / halves;
    for (int32_t b = 0; b < ley_spin_blocks(model->cells); b++)
        sum += halves * pow((ley_spin_two_j(model->cells, b) + 1.0) * levels / halves, power);
    return sum;
}

double ley_near_inverse_bytes(const ley_model *model) {
    double largest;
    const double kept = 3 * sizeof(float) * pieces_of(model, 2, &largest);
    return kept + 6 * sizeof(double) * largest * largest; /* the largest matrix while it is diagonalised */
}

double ley_near_inverse_flops(const ley_model *model) {
    double largest;
    return 8 * pieces_of(model, 3, &largest);
}
