#include "generator/no_jump.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/effective.h"
#include "linalg/general.h"

#include <math.h>
#include <string.h>

/* States (m, n) of one block that A connects, with its eigenvectors there: A = V diag(w) V^-1. */
typedef struct piece {
    ley_index n;
    ley_index *state; /* [n] i_m * levels + n_photons; borrowed from the block */
    ley_complex *w, *v, *inverse;
} piece;

typedef struct block {
    int32_t d;
    ley_index n_pieces;
    ley_index *order; /* [d levels] states, piece after piece */
    piece *pieces;
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

typedef ley_effective builder;

/* The states that `from` leads to: at most eight, and only where A is not zero. */
static int neighbours(const builder *b, ley_index from, ley_index *to) {
    const ley_index i = from / b->levels, n = from % b->levels;
    int count = 0;
    for (ley_index k = i > 0 ? i - 1 : 0; k <= i + 1 && k <= b->two_j; k++)
        for (ley_index l = n > 0 ? n - 1 : 0; l <= n + 1 && l < b->levels; l++) {
            const ley_index other = k * b->levels + l;
            if (other != from && ley_effective_element(b, other, from).im != 0) to[count++] = other;
        }
    return count;
}

/* Sorts the states of a block into connected pieces. */
static ley_status find_pieces(block *made, const builder *b, ley_error *err) {
    const ley_index side = (ley_index)made->d * b->levels;
    unsigned char *seen = ley_allocate((size_t)side, 1);
    made->order = ley_allocate((size_t)side, sizeof *made->order);
    made->pieces = ley_allocate((size_t)side, sizeof *made->pieces);
    ley_status status = LEY_OK;
    if (!seen || !made->order || !made->pieces) {
        status = ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for the states of a block");
        goto done;
    }
    ley_index end = 0;
    for (ley_index start = 0; start < side; start++) {
        if (seen[start]) continue;
        piece *p = &made->pieces[made->n_pieces++];
        p->state = made->order + end;
        seen[start] = 1;
        made->order[end++] = start;
        for (ley_index next = end - 1; next < end; next++) {
            ley_index to[8];
            const int count = neighbours(b, made->order[next], to);
            for (int k = 0; k < count; k++) {
                if (seen[to[k]]) continue;
                seen[to[k]] = 1;
                made->order[end++] = to[k];
            }
        }
        p->n = made->order + end - p->state;
    }
done:
    ley_release(seen);
    return status;
}

static void fill(ley_complex *a, const piece *p, const builder *b, double spread) {
    for (ley_index i = 0; i < p->n; i++)
        for (ley_index k = 0; k < p->n; k++) a[i * p->n + k] = ley_effective_element(b, p->state[i], p->state[k]);
    /* An eigenvector missing (an exceptional point) comes back with diagonals that differ a little. */
    for (ley_index i = 0; i < p->n && spread > 0; i++)
        a[i * p->n + i].re -= spread * (1 + fmod(0.6180339887498949 * (double)(i + 1), 1));
}

static ley_status diagonalise(piece *p, const builder *b, ley_complex *scratch, ley_error *err) {
    static const double usable = 1e10;
    const size_t n = (size_t)p->n;
    p->w = ley_allocate(n, sizeof *p->w);
    p->v = ley_allocate(n * n, sizeof *p->v);
    p->inverse = ley_allocate(n * n, sizeof *p->inverse);
    if (!p->w || !p->v || !p->inverse)
        return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for %lld eigenvectors", (long long)p->n);
    double spread = 0, condition = INFINITY, size = 0;
    for (ley_index i = 0; i < p->n; i++) {
        const ley_complex z = ley_effective_element(b, p->state[i], p->state[i]);
        size = fmax(size, hypot(z.re, z.im));
    }
    for (int attempt = 0; attempt < 4; attempt++) {
        fill(scratch, p, b, spread);
        ley_status status = ley_general_eigen(p->w, p->v, p->inverse, &condition, scratch, p->n, err);
        if (status != LEY_OK) return status;
        if (condition < usable) return LEY_OK;
        spread = spread > 0 ? 10 * spread : 1e-6 * fmax(size, 1e-300);
    }
    return ley_fail(err, LEY_ERR_NUMERIC, "steady", "the part without jumps has no basis of eigenvectors");
}

/* ---- Creation --------------------------------------------------------------------------------------------------
 */

static ley_status create_blocks(ley_no_jump *self, const ley_stencil *stencil, ley_error *err) {
    const ley_blocks *all = &self->generator->blocks;
    ley_index largest = 0;
    ley_status status = LEY_OK;
    builder b = {.c = ley_coefficients_at(self->generator->model, 0), .cells = all->cells, .levels = all->levels};
    for (int32_t i = 0; i < all->n_blocks && status == LEY_OK; i++) {
        b.two_j = ley_spin_two_j(all->cells, i);
        b.table = &stencil->block[i];
        self->blocks[i].d = b.two_j + 1;
        status = find_pieces(&self->blocks[i], &b, err);
        for (ley_index k = 0; k < self->blocks[i].n_pieces && status == LEY_OK; k++)
            if (self->blocks[i].pieces[k].n > largest) largest = self->blocks[i].pieces[k].n;
    }
    if (status != LEY_OK) return status;
    ley_complex *matrix = ley_allocate((size_t)(largest * largest), sizeof *matrix);
    if (!matrix) return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for a matrix");
    double slowest = INFINITY, fastest = 0;
    for (int32_t i = 0; i < all->n_blocks && status == LEY_OK; i++) {
        b.two_j = ley_spin_two_j(all->cells, i);
        b.table = &stencil->block[i];
        for (ley_index k = 0; k < self->blocks[i].n_pieces && status == LEY_OK; k++) {
            piece *p = &self->blocks[i].pieces[k];
            status = diagonalise(p, &b, matrix, err);
            for (ley_index l = 0; l < p->n && status == LEY_OK; l++) {
                slowest = fmin(slowest, -2 * p->w[l].re);
                fastest = fmax(fastest, -2 * p->w[l].re);
            }
        }
    }
    ley_release(matrix);
    /* Something without jumps does not decay at all, as the ground state under emission alone. */
    double smallest = fastest;
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if (b.c.rate[channel] > 0) smallest = fmin(smallest, b.c.rate[channel]);
    if (slowest < 1e-3 * smallest) self->shift = 1e-2 * smallest;
    return status;
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
        for (ley_index k = 0; k < b->n_pieces; k++)
            for (ley_index l = k; l < b->n_pieces; l++) {
                const piece *p = &b->pieces[k], *q = &b->pieces[l];
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
    for (int32_t i = 0; self->blocks && i < self->generator->blocks.n_blocks; i++) {
        block *b = &self->blocks[i];
        for (ley_index k = 0; b->pieces && k < b->n_pieces; k++) {
            ley_release(b->pieces[k].w);
            ley_release(b->pieces[k].v);
            ley_release(b->pieces[k].inverse);
        }
        ley_release(b->pieces);
        ley_release(b->order);
    }
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
    const piece *p = r->p, *q = r->q;
    gather(r, x + r->at);
    ley_product(r->out, p->inverse, r->in, p->n, q->n, p->n);
    ley_product_adjoint(r->in, r->out, q->inverse, p->n, q->n, q->n);
    for (ley_index k = 0; k < p->n; k++)
        for (ley_index l = 0; l < q->n; l++) {
            ley_complex *z = &r->in[k * q->n + l];
            const double re = p->w[k].re + q->w[l].re - self->shift, im = p->w[k].im - q->w[l].im;
            const double size = re * re + im * im;
            *z = (ley_complex){(z->re * re + z->im * im) / size, (z->im * re - z->re * im) / size};
        }
    ley_product(r->out, p->v, r->in, p->n, q->n, p->n);
    ley_product_adjoint(r->in, r->out, q->v, p->n, q->n, q->n);
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
