#include "generator/left_inverse.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/general.h"
#include "linalg/general.h"

#include <math.h>
#include <string.h>

typedef struct piece { /* states that A connects; A = V diag(w) V^-1 there */
    ley_index n;
    ley_index *state; /* borrowed from order */
    ley_complex *w, *v, *inverse;
} piece;

typedef struct pair { /* p before q, or the same */
    const piece *p, *q;
    ley_complex *in, *out; /* [p->n * q->n] scratch */
} pair;

struct ley_left_inverse {
    ley_index side;
    ley_index *order; /* [side] states, piece after piece */
    ley_index n_pieces, n_pairs;
    piece *pieces;
    pair *pairs;
    ley_complex *scratch;
};

static ley_status no_memory(ley_index side, ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for matrices of side %lld", (long long)side);
}

/* Sorts the states into connected pieces. */
static ley_status find_pieces(ley_left_inverse *self, const ley_complex *a, ley_error *err) {
    const ley_index side = self->side;
    unsigned char *seen = ley_allocate((size_t)side, 1);
    self->order = ley_allocate((size_t)side, sizeof *self->order);
    self->pieces = ley_allocate((size_t)side, sizeof *self->pieces);
    if (!seen || !self->order || !self->pieces) {
        ley_release(seen);
        return no_memory(side, err);
    }
    ley_index end = 0;
    for (ley_index start = 0; start < side; start++) {
        if (seen[start]) continue;
        piece *p = &self->pieces[self->n_pieces++];
        p->state = self->order + end;
        seen[start] = 1;
        self->order[end++] = start;
        for (ley_index next = end - 1; next < end; next++)
            for (ley_index to = 0, from = self->order[next]; to < side; to++) {
                const ley_complex there = a[to * side + from], back = a[from * side + to];
                if (seen[to] || (there.re == 0 && there.im == 0 && back.re == 0 && back.im == 0)) continue;
                seen[to] = 1;
                self->order[end++] = to;
            }
        p->n = self->order + end - p->state;
    }
    ley_release(seen);
    return LEY_OK;
}

/* An eigenvector missing (an exceptional point) comes back with diagonals that differ a little: an inverse that is
 * used to find a solution faster need not be exact. */
static ley_status diagonalise(piece *p, const ley_complex *a, ley_index side, ley_complex *matrix, ley_error *err) {
    static const double usable = 1e10;
    const size_t n = (size_t)p->n;
    p->w = ley_allocate(n, sizeof *p->w);
    p->v = ley_allocate(n * n, sizeof *p->v);
    p->inverse = ley_allocate(n * n, sizeof *p->inverse);
    if (!p->w || !p->v || !p->inverse) return no_memory(side, err);
    double spread = 0, condition = INFINITY, size = 0;
    for (ley_index i = 0; i < p->n; i++) {
        const ley_complex z = a[p->state[i] * (side + 1)];
        size = fmax(size, hypot(z.re, z.im));
    }
    for (int attempt = 0; attempt < 5; attempt++) {
        for (ley_index i = 0; i < p->n; i++) {
            for (ley_index k = 0; k < p->n; k++) matrix[i * p->n + k] = a[p->state[i] * side + p->state[k]];
            matrix[i * (p->n + 1)].re -= spread * (1 + fmod(0.6180339887498949 * (double)(i + 1), 1));
        }
        ley_status status = ley_general_eigen(p->w, p->v, p->inverse, &condition, matrix, p->n, err);
        if (status != LEY_OK) return status;
        if (condition < usable) return LEY_OK;
        spread = spread > 0 ? 10 * spread : 1e-6 * fmax(size, 1e-300);
    }
    return ley_fail(err, LEY_ERR_NUMERIC, "steady", "the part without jumps has no basis of eigenvectors");
}

static ley_status make_pairs(ley_left_inverse *self, ley_error *err) {
    const ley_index n = self->n_pieces;
    self->pairs = ley_allocate((size_t)(n * (n + 1) / 2), sizeof *self->pairs);
    self->scratch = ley_allocate(2 * (size_t)(self->side * self->side), sizeof *self->scratch);
    if (!self->pairs || !self->scratch) return no_memory(self->side, err);
    ley_complex *scratch = self->scratch;
    for (ley_index k = 0; k < n; k++)
        for (ley_index l = k; l < n; l++) {
            const piece *p = &self->pieces[k], *q = &self->pieces[l];
            self->pairs[self->n_pairs++] = (pair){p, q, scratch, scratch + p->n * q->n};
            scratch += 2 * p->n * q->n;
        }
    return LEY_OK;
}

ley_status ley_left_inverse_create(ley_left_inverse **left, ley_generator *generator, ley_error *err) {
    ley_left_inverse *self = ley_allocate(1, sizeof *self);
    ley_complex *a = NULL, *matrix = NULL;
    ley_status status = LEY_OK;
    *left = NULL;
    if (!self) return no_memory(0, err);
    const ley_index side = self->side = ((ley_general *)generator)->side;
    a = ley_allocate((size_t)(side * side), sizeof *a);
    matrix = ley_allocate((size_t)(side * side), sizeof *matrix);
    if (!a || !matrix) {
        status = no_memory(side, err);
        goto done;
    }
    ley_general_left(generator, a);
    status = find_pieces(self, a, err);
    for (ley_index k = 0; k < self->n_pieces && status == LEY_OK; k++)
        status = diagonalise(&self->pieces[k], a, side, matrix, err);
    if (status == LEY_OK) status = make_pairs(self, err);
done:
    ley_release(a);
    ley_release(matrix);
    if (status == LEY_OK)
        *left = self;
    else
        ley_left_inverse_destroy(self);
    return status;
}

void ley_left_inverse_destroy(ley_left_inverse *self) {
    if (!self) return;
    for (ley_index k = 0; self->pieces && k < self->n_pieces; k++) {
        ley_release(self->pieces[k].w);
        ley_release(self->pieces[k].v);
        ley_release(self->pieces[k].inverse);
    }
    ley_release(self->pieces);
    ley_release(self->order);
    ley_release(self->pairs);
    ley_release(self->scratch);
    ley_release(self);
}

ley_index ley_left_inverse_pairs(const ley_left_inverse *self) {
    return self->n_pairs;
}

void ley_left_inverse_solve(ley_left_inverse *self, ley_index i, double decay, double *y, const double *x) {
    const pair *r = &self->pairs[i];
    const piece *p = r->p, *q = r->q;
    const ley_index side = self->side;
    const ley_complex *from = (const ley_complex *)x;
    ley_complex *to = (ley_complex *)y;
    for (ley_index k = 0; k < p->n; k++)
        for (ley_index l = 0; l < q->n; l++) r->in[k * q->n + l] = from[p->state[k] * side + q->state[l]];
    ley_product(r->out, p->inverse, r->in, p->n, q->n, p->n);
    ley_product_adjoint(r->in, r->out, q->inverse, p->n, q->n, q->n);
    for (ley_index k = 0; k < p->n; k++)
        for (ley_index l = 0; l < q->n; l++) {
            ley_complex *z = &r->in[k * q->n + l];
            const double re = decay - p->w[k].re - q->w[l].re, im = q->w[l].im - p->w[k].im;
            const double size = re * re + im * im;
            *z = (ley_complex){(z->re * re + z->im * im) / size, (z->im * re - z->re * im) / size};
        }
    ley_product(r->out, p->v, r->in, p->n, q->n, p->n);
    ley_product_adjoint(r->in, r->out, q->v, p->n, q->n, q->n);
    for (ley_index k = 0; k < p->n; k++)
        for (ley_index l = p == q ? k : 0; l < q->n; l++) {
            ley_complex z = r->in[k * q->n + l];
            if (p == q && k == l) z.im = 0;
            to[p->state[k] * side + q->state[l]] = z;
            to[q->state[l] * side + p->state[k]] = (ley_complex){z.re, -z.im};
        }
}

double ley_left_inverse_bytes(const ley_model *model) { /* as if A were one piece */
    return 6 * ley_general_length(model, 0) * sizeof(double);
}

double ley_left_inverse_flops(const ley_model *model) {
    const double side = sqrt(0.5 * ley_general_length(model, 0));
    return 32 * side * side * side;
}
