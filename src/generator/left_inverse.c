#include "generator/left_inverse.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/eigen_pieces.h"
#include "generator/general.h"

#include <math.h>

typedef ley_eigen_piece piece;

typedef struct pair { /* p before q, or the same */
    const piece *p, *q;
    ley_complex *in, *out; /* [p->n * q->n] scratch */
} pair;

struct ley_left_inverse {
    ley_index side;
    ley_eigen_pieces pieces;
    ley_index n_pairs;
    pair *pairs;
    ley_complex *scratch;
};

static ley_status no_memory(ley_index side, ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for matrices of side %lld", (long long)side);
}

typedef struct dense { /* [side][side] */
    const ley_complex *a;
    ley_index side;
} dense;

static ley_complex element(const void *self, ley_index row, ley_index column) {
    const dense *m = self;
    return m->a[row * m->side + column];
}

static ley_index neighbours(const void *self, ley_index state, ley_index *other) {
    const dense *m = self;
    ley_index count = 0;
    for (ley_index k = 0; k < m->side; k++) {
        const ley_complex there = m->a[k * m->side + state], back = m->a[state * m->side + k];
        if (there.re != 0 || there.im != 0 || back.re != 0 || back.im != 0) other[count++] = k;
    }
    return count;
}

static ley_status make_pairs(ley_left_inverse *self, ley_error *err) {
    const ley_index n = self->pieces.n;
    self->pairs = ley_allocate((size_t)(n * (n + 1) / 2), sizeof *self->pairs);
    self->scratch = ley_allocate(2 * (size_t)(self->side * self->side), sizeof *self->scratch);
    if (!self->pairs || !self->scratch) return no_memory(self->side, err);
    ley_complex *scratch = self->scratch;
    for (ley_index k = 0; k < n; k++)
        for (ley_index l = k; l < n; l++) {
            const piece *p = &self->pieces.piece[k], *q = &self->pieces.piece[l];
            self->pairs[self->n_pairs++] = (pair){p, q, scratch, scratch + p->n * q->n};
            scratch += 2 * p->n * q->n;
        }
    return LEY_OK;
}

ley_status ley_left_inverse_create(ley_left_inverse **left, ley_generator *generator, ley_error *err) {
    ley_left_inverse *self = ley_allocate(1, sizeof *self);
    *left = NULL;
    if (!self) return no_memory(0, err);
    const ley_index side = self->side = ((ley_general *)generator)->side;
    ley_complex *a = ley_allocate((size_t)(side * side), sizeof *a);
    ley_status status = LEY_OK;
    if (!a) {
        status = no_memory(side, err);
        goto done;
    }
    ley_general_left(generator, a);
    const dense matrix = {a, side};
    const ley_elements elements = {&matrix, side, element, neighbours};
    status = ley_eigen_pieces_create(&self->pieces, &elements, err);
    if (status == LEY_OK) status = make_pairs(self, err);
done:
    ley_release(a);
    if (status == LEY_OK)
        *left = self;
    else
        ley_left_inverse_destroy(self);
    return status;
}

void ley_left_inverse_destroy(ley_left_inverse *self) {
    if (!self) return;
    ley_eigen_pieces_clear(&self->pieces);
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
    ley_eigen_pieces_solve(p, q, decay, r->in, r->out);
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
