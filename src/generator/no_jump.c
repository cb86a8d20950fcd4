#include "generator/no_jump.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/effective.h"
#include "generator/eigen_pieces.h"

#include <math.h>
#include <string.h>

typedef ley_eigen_piece piece; /* its states: i_m * levels + n_photons */

typedef struct block {
    int32_t d;
    ley_eigen_pieces pieces;
} block;

/* The part of a Hermitian state between two pieces of one block, p before q or the same. */
typedef struct pair {
    const block *b;
    const piece *p, *q;
    ley_index full;        /* complex numbers of the packed state before the block */
    ley_index at;          /* numbers of the sector before this pair */
    ley_complex *in, *out; /* [p->n * q->n] scratch, so that pairs can be solved at the same time */
} pair;

struct ley_no_jump {
    const ley_generator *generator;
    ley_index levels;
    block *blocks;
    double shift; /* added to the decay */
    ley_index n_pairs, n;
    pair *pairs;
    ley_index *begin; /* [n_blocks + 1] numbers of the sector before each block */
    ley_complex *scratch;
    int charge; /* what a sector keeps: excitations, their parity, nothing */
};

enum { CHARGE_NONE, CHARGE_PARITY, CHARGE_NUMBER };

/* ---- A ----------------------------------------------------------------------------------------------------- */

static ley_complex element(const void *self, ley_index to, ley_index from) {
    return ley_effective_element(self, to, from);
}

/* The states that `from` leads to: at most eight, and only where A is not zero. */
static ley_index neighbours(const void *self, ley_index from, ley_index *to) {
    const ley_effective *b = self;
    const ley_index i = from / b->levels, n = from % b->levels;
    ley_index count = 0;
    for (ley_index k = i > 0 ? i - 1 : 0; k <= i + 1 && k <= b->two_j; k++)
        for (ley_index l = n > 0 ? n - 1 : 0; l <= n + 1 && l < b->levels; l++) {
            const ley_index other = k * b->levels + l;
            if (other != from && ley_effective_element(b, other, from).im != 0) to[count++] = other;
        }
    return count;
}

/* ---- Creation --------------------------------------------------------------------------------------------------
 */

static ley_status create_blocks(ley_no_jump *self, const ley_stencil *stencil, ley_error *err) {
    const ley_blocks *all = &self->generator->blocks;
    ley_effective b = {
        .c = ley_coefficients_at(self->generator->model, 0), .cells = all->cells, .levels = all->levels};
    double slowest = INFINITY, fastest = 0;
    for (int32_t i = 0; i < all->n_blocks; i++) {
        block *made = &self->blocks[i];
        b.two_j = ley_spin_two_j(all->cells, i);
        b.table = &stencil->block[i];
        made->d = b.two_j + 1;
        const ley_elements a = {&b, (ley_index)made->d * b.levels, element, neighbours};
        ley_status status = ley_eigen_pieces_create(&made->pieces, &a, err);
        if (status != LEY_OK) return status;
        for (ley_index k = 0; k < made->pieces.n; k++)
            for (ley_index l = 0; l < made->pieces.piece[k].n; l++) {
                const double decay = -2 * made->pieces.piece[k].w[l].re;
                slowest = fmin(slowest, decay);
                fastest = fmax(fastest, decay);
            }
    }
    /* Something without jumps does not decay at all, as the ground state under emission alone. */
    double smallest = fastest;
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if (b.c.rate[channel] > 0) smallest = fmin(smallest, b.c.rate[channel]);
    if (slowest < 1e-3 * smallest) self->shift = 1e-2 * smallest;
    return LEY_OK;
}

/* ---- The sector ------------------------------------------------------------------------------------------------
 */

static int charge_of_model(const ley_coefficients *c) {
    if (c->eta != 0 || c->omega != 0) return CHARGE_NONE;
    return c->counter != 0 ? CHARGE_PARITY : CHARGE_NUMBER;
}

/* Do coherences between the two pieces belong to the sector of the populations? */
static bool belongs(const ley_no_jump *self, const piece *p, const piece *q) {
    const ley_index a = p->state[0] / self->levels + p->state[0] % self->levels,
                    b = q->state[0] / self->levels + q->state[0] % self->levels;
    if (self->charge == CHARGE_NUMBER) return a == b;
    return self->charge == CHARGE_NONE || (a - b) % 2 == 0;
}

/* Lists the pairs of the sector, or counts them when there is no room yet. */
static void list_pairs(ley_no_jump *self) {
    const ley_blocks *all = &self->generator->blocks;
    ley_complex *scratch = self->scratch;
    ley_index full = 0;
    self->n = self->n_pairs = 0;
    for (int32_t i = 0; i < all->n_blocks; i++) {
        const block *b = &self->blocks[i];
        if (self->begin) self->begin[i] = self->n;
        for (ley_index k = 0; k < b->pieces.n; k++)
            for (ley_index l = k; l < b->pieces.n; l++) {
                const piece *p = &b->pieces.piece[k], *q = &b->pieces.piece[l];
                const ley_index size = p->n * q->n;
                if (!belongs(self, p, q)) continue;
                if (self->pairs) {
                    self->pairs[self->n_pairs] = (pair){b, p, q, full, self->n, scratch, scratch + size};
                    scratch += 2 * size;
                }
                self->n_pairs++;
                self->n += k == l ? size : 2 * size;
            }
        full += (ley_index)b->d * b->d * self->levels * self->levels;
    }
    if (self->begin) self->begin[all->n_blocks] = self->n;
}

static ley_status make_pairs(ley_no_jump *self, ley_error *err) {
    ley_release(self->pairs);
    ley_release(self->begin);
    ley_release(self->scratch);
    self->pairs = NULL;
    self->begin = NULL;
    self->scratch = NULL;
    list_pairs(self);
    self->scratch =
        ley_allocate(2 * (size_t)self->n, sizeof *self->scratch); /* n >= complex numbers of the pairs */
    self->begin = ley_allocate((size_t)self->generator->blocks.n_blocks + 1, sizeof *self->begin);
    self->pairs = ley_allocate((size_t)self->n_pairs, sizeof *self->pairs);
    if (!self->pairs || !self->begin || !self->scratch)
        return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for a sector of %.3g numbers", (double)self->n);
    list_pairs(self);
    return LEY_OK;
}

ley_status ley_no_jump_create(ley_no_jump **no_jump, const ley_generator *generator, ley_error *err) {
    ley_stencil stencil = {0};
    *no_jump = NULL;
    ley_no_jump *self = ley_allocate(1, sizeof *self);
    if (self) {
        self->generator = generator;
        self->levels = generator->blocks.levels;
        self->blocks = ley_allocate((size_t)generator->blocks.n_blocks, sizeof *self->blocks);
    }
    ley_status status = self && self->blocks ? ley_stencil_create(&stencil, &generator->blocks, err)
                                             : ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for the blocks");
    if (status == LEY_OK) status = create_blocks(self, &stencil, err);
    ley_stencil_clear(&stencil);
    if (status == LEY_OK) {
        const ley_coefficients c = ley_coefficients_at(generator->model, 0);
        self->charge = charge_of_model(&c);
        status = make_pairs(self, err);
    }
    if (status != LEY_OK) {
        ley_no_jump_destroy(self);
        return status;
    }
    *no_jump = self;
    return LEY_OK;
}

ley_status ley_no_jump_widen(ley_no_jump *self, ley_error *err) {
    self->charge = CHARGE_NONE;
    return make_pairs(self, err);
}

void ley_no_jump_damp(ley_no_jump *self, double decay) {
    self->shift = decay;
}

void ley_no_jump_destroy(ley_no_jump *self) {
    if (!self) return;
    for (int32_t i = 0; self->blocks && i < self->generator->blocks.n_blocks; i++)
        ley_eigen_pieces_clear(&self->blocks[i].pieces);
    ley_release(self->blocks);
    ley_release(self->pairs);
    ley_release(self->begin);
    ley_release(self->scratch);
    ley_release(self);
}

ley_index ley_no_jump_length(const ley_no_jump *self) {
    return self->n;
}

const ley_index *ley_no_jump_blocks(const ley_no_jump *self) {
    return self->begin;
}

/* ---- In and out ------------------------------------------------------------------------------------------------
 */

static const double root_2 = 1.4142135623730951;

/* Place of element (row state, column state) in the packed block, complex numbers. */
static ley_index place(const ley_no_jump *self, const block *b, ley_index row, ley_index column) {
    const ley_index levels = self->levels, i = row / levels, n = row % levels, k = column / levels,
                    l = column % levels;
    return ((i * b->d + k) * levels + n) * levels + l;
}

void ley_no_jump_pack(const ley_no_jump *self, double *y, const double *x) {
    for (ley_index i = 0; i < self->n_pairs; i++) {
        const pair *r = &self->pairs[i];
        const ley_complex *from = (const ley_complex *)x + r->full;
        double *to = y + r->at;
        for (ley_index k = 0; k < r->p->n; k++)
            for (ley_index l = r->p == r->q ? k : 0; l < r->q->n; l++) {
                const ley_complex z = from[place(self, r->b, r->p->state[k], r->q->state[l])];
                const bool diagonal = r->p == r->q && k == l;
                *to++ = diagonal ? z.re : root_2 * z.re;
                if (!diagonal) *to++ = root_2 * z.im;
            }
    }
}

void ley_no_jump_unpack(const ley_no_jump *self, double *y, const double *x) {
    memset(y, 0, (size_t)self->generator->n * sizeof *y);
    for (ley_index i = 0; i < self->n_pairs; i++) {
        const pair *r = &self->pairs[i];
        ley_complex *to = (ley_complex *)y + r->full;
        const double *from = x + r->at;
        for (ley_index k = 0; k < r->p->n; k++)
            for (ley_index l = r->p == r->q ? k : 0; l < r->q->n; l++) {
                const ley_index row = r->p->state[k], column = r->q->state[l];
                if (r->p == r->q && k == l) {
                    to[place(self, r->b, row, row)].re = *from++;
                    continue;
                }
                const ley_complex z = {from[0] / root_2, from[1] / root_2};
                from += 2;
                to[place(self, r->b, row, column)] = z;
                to[place(self, r->b, column, row)] = (ley_complex){z.re, -z.im};
            }
    }
}

void ley_no_jump_traces(const ley_no_jump *self, double *traces, const double *x) {
    for (int32_t b = 0; b < self->generator->blocks.n_blocks; b++) traces[b] = 0;
    for (ley_index i = 0; i < self->n_pairs; i++) {
        const pair *r = &self->pairs[i];
        if (r->p != r->q) continue;
        const double *from = x + r->at;
        double sum = 0;
        for (ley_index k = 0; k < r->p->n; k++) {
            sum += *from;
            from += 1 + 2 * (r->p->n - 1 - k);
        }
        traces[r->b - self->blocks] += sum;
    }
}

/* ---- Solving
 * ----------------------------------------------------------------------------------------------------- */

static void gather(const pair *r, const double *from) {
    const ley_index n = r->q->n;
    for (ley_index k = 0; k < r->p->n; k++)
        for (ley_index l = r->p == r->q ? k : 0; l < n; l++) {
            if (r->p == r->q && k == l) {
                r->in[k * n + k] = (ley_complex){*from++, 0};
                continue;
            }
            const ley_complex z = {from[0], from[1]};
            from += 2;
            r->in[k * n + l] = z;
            if (r->p == r->q) r->in[l * n + k] = (ley_complex){z.re, -z.im};
        }
    /* Off-diagonal numbers carry a root of two everywhere, here as well: the diagonal follows. */
    for (ley_index k = 0; k < r->p->n && r->p == r->q; k++) r->in[k * (n + 1)].re *= root_2;
}

static void scatter(const pair *r, double *to) {
    const ley_index n = r->q->n;
    for (ley_index k = 0; k < r->p->n; k++)
        for (ley_index l = r->p == r->q ? k : 0; l < n; l++) {
            const ley_complex z = r->in[k * n + l];
            const bool diagonal = r->p == r->q && k == l;
            *to++ = diagonal ? z.re / root_2 : z.re;
            if (!diagonal) *to++ = z.im;
        }
}

ley_index ley_no_jump_pairs(const ley_no_jump *self) {
    return self->n_pairs;
}

void ley_no_jump_solve(ley_no_jump *self, ley_index i, double *y, const double *x) {
    const pair *r = &self->pairs[i];
    gather(r, x + r->at);
    ley_eigen_pieces_solve(r->p, r->q, self->shift, r->in, r->out);
    scatter(r, y + r->at);
}

/* ---- What it takes ---------------------------------------------------------------------------------------------
 */

/* Largest piece of a block of side d levels: about the whole, half of it with parity, min(d, levels) with charge.
 */
static double piece_side(const ley_model *model, double d, double levels) {
    const bool drives = !ley_signal_is_zero(&model->drive_battery) || !ley_signal_is_zero(&model->drive_cavity);
    if (drives) return d * levels;
    return model->counter_rotating == 0 ? fmin(d, levels) : 0.5 * d * levels;
}

double ley_no_jump_bytes(const ley_model *model) {
    const double levels = model->levels > 0 ? model->levels : 1;
    double sum = 0;
    for (int32_t b = 0; b < ley_spin_blocks(model->cells); b++) {
        const double d = ley_spin_two_j(model->cells, b) + 1.0;
        sum += 2 * d * levels * piece_side(model, d, levels);
    }
    const double side = piece_side(model, model->cells + 1.0, levels);
    return (sum + 3 * side * side + 2 * ley_no_jump_elements(model)) * sizeof(ley_complex);
}

double ley_no_jump_flops(const ley_model *model) {
    const double levels = model->levels > 0 ? model->levels : 1;
    double sum = 0;
    for (int32_t b = 0; b < ley_spin_blocks(model->cells); b++) {
        const double d = ley_spin_two_j(model->cells, b) + 1.0, side = piece_side(model, d, levels);
        sum += 32 * d * levels * side * side;
    }
    return sum;
}

double ley_no_jump_elements(const ley_model *model) {
    const double levels = model->levels > 0 ? model->levels : 1;
    double sum = 0;
    for (int32_t b = 0; b < ley_spin_blocks(model->cells); b++) {
        const double d = ley_spin_two_j(model->cells, b) + 1.0;
        sum += d * levels * piece_side(model, d, levels);
    }
    return sum;
}
