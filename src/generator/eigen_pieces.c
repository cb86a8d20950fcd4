#include "generator/eigen_pieces.h"

#include "core/memory.h"
#include "core/status.h"
#include "linalg/general.h"

#include <math.h>

static ley_status no_memory(ley_index side, ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for the eigenvectors of %lld states",
                    (long long)side);
}

/* Sorts the states into connected pieces. */
static ley_status find_pieces(ley_eigen_pieces *made, const ley_elements *a, ley_error *err) {
    const size_t side = (size_t)a->side;
    unsigned char *seen = ley_allocate(side, 1);
    ley_index *other = ley_allocate(side, sizeof *other);
    made->order = ley_allocate(side, sizeof *made->order);
    made->piece = ley_allocate(side, sizeof *made->piece);
    ley_status status = LEY_OK;
    if (!seen || !other || !made->order || !made->piece) {
        status = no_memory(a->side, err);
        goto done;
    }
    ley_index end = 0;
    for (ley_index start = 0; start < a->side; start++) {
        if (seen[start]) continue;
        ley_eigen_piece *p = &made->piece[made->n++];
        p->state = made->order + end;
        seen[start] = 1;
        made->order[end++] = start;
        for (ley_index next = end - 1; next < end; next++) {
            const ley_index count = a->neighbours(a->self, made->order[next], other);
            for (ley_index k = 0; k < count; k++) {
                if (seen[other[k]]) continue;
                seen[other[k]] = 1;
                made->order[end++] = other[k];
            }
        }
        p->n = made->order + end - p->state;
    }
done:
    ley_release(seen);
    ley_release(other);
    return status;
}

/* The piece, its diagonal lower by different amounts between spread and 2 spread. */
static void fill(ley_complex *matrix, const ley_eigen_piece *p, const ley_elements *a, double spread) {
    static const double golden = 0.6180339887498949; /* multiples of it never come close to one another, mod 1 */
    for (ley_index i = 0; i < p->n; i++) {
        for (ley_index k = 0; k < p->n; k++) matrix[i * p->n + k] = a->element(a->self, p->state[i], p->state[k]);
        matrix[i * (p->n + 1)].re -= spread * (1 + fmod(golden * (double)(i + 1), 1));
    }
}

/* An eigenvector missing (an exceptional point) comes back with diagonals that differ a little: an inverse that is
 * used to find a solution faster need not be exact. */
static ley_status diagonalise(ley_eigen_piece *p, const ley_elements *a, ley_complex *matrix, ley_error *err) {
    enum { ATTEMPTS = 5 };                                  /* spread 0, 1e-6, ... 1e-3 of the diagonal */
    static const double usable = 1e10, first_spread = 1e-6; /* condition that leaves six digits */
    const size_t n = (size_t)p->n;
    p->w = ley_allocate(n, sizeof *p->w);
    p->v = ley_allocate(n * n, sizeof *p->v);
    p->inverse = ley_allocate(n * n, sizeof *p->inverse);
    if (!p->w || !p->v || !p->inverse) return no_memory(a->side, err);
    double spread = 0, size = 0;
    for (ley_index i = 0; i < p->n; i++) {
        const ley_complex z = a->element(a->self, p->state[i], p->state[i]);
        size = fmax(size, hypot(z.re, z.im));
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        double condition;
        fill(matrix, p, a, spread);
        ley_status status = ley_general_eigen(p->w, p->v, p->inverse, &condition, matrix, p->n, err);
        if (status != LEY_OK) return status;
        if (condition < usable) return LEY_OK;
        spread = spread > 0 ? 10 * spread : first_spread * fmax(size, 1e-300);
    }
    return ley_fail(err, LEY_ERR_NUMERIC, "steady", "the part without jumps has no basis of eigenvectors");
}

ley_status ley_eigen_pieces_create(ley_eigen_pieces *pieces, const ley_elements *a, ley_error *err) {
    ley_eigen_pieces made = {0};
    ley_complex *matrix = NULL;
    ley_status status = find_pieces(&made, a, err);
    if (status != LEY_OK) goto done;
    ley_index largest = 0;
    for (ley_index i = 0; i < made.n; i++)
        if (made.piece[i].n > largest) largest = made.piece[i].n;
    matrix = ley_allocate((size_t)(largest * largest), sizeof *matrix);
    if (!matrix) status = no_memory(a->side, err);
    for (ley_index i = 0; i < made.n && status == LEY_OK; i++) status = diagonalise(&made.piece[i], a, matrix, err);
done:
    ley_release(matrix);
    if (status == LEY_OK)
        *pieces = made;
    else
        ley_eigen_pieces_clear(&made);
    return status;
}

void ley_eigen_pieces_clear(ley_eigen_pieces *pieces) {
    for (ley_index i = 0; i < pieces->n; i++) {
        ley_release(pieces->piece[i].w);
        ley_release(pieces->piece[i].v);
        ley_release(pieces->piece[i].inverse);
    }
    ley_release(pieces->piece);
    ley_release(pieces->order);
    *pieces = (ley_eigen_pieces){0};
}

void ley_eigen_pieces_solve(const ley_eigen_piece *p, const ley_eigen_piece *q, double decay, ley_complex *x,
                            ley_complex *scratch) {
    ley_product(scratch, p->inverse, x, p->n, q->n, p->n);
    ley_product_adjoint(x, scratch, q->inverse, p->n, q->n, q->n);
    for (ley_index k = 0; k < p->n; k++)
        for (ley_index l = 0; l < q->n; l++) {
            ley_complex *z = &x[k * q->n + l];
            const double re = p->w[k].re + q->w[l].re - decay, im = p->w[k].im - q->w[l].im;
            const double size = re * re + im * im;
            *z = (ley_complex){(z->re * re + z->im * im) / size, (z->im * re - z->re * im) / size};
        }
    ley_product(scratch, p->v, x, p->n, q->n, p->n);
    ley_product_adjoint(x, scratch, q->v, p->n, q->n, q->n);
}
