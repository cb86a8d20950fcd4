/* generator: eigenvectors of A = -i H_eff, connected piece by connected piece, and with them the inverse of rho ->
 * A rho + rho A' between two pieces. docs/theory/steady.md. Callers: no_jump, left_inverse. */
#ifndef LEYDEN_GENERATOR_EIGEN_PIECES_H
#define LEYDEN_GENERATOR_EIGEN_PIECES_H

#include "leyden.h"

/* A matrix by its elements. */
typedef struct ley_elements {
    const void *self;
    ley_index side;
    ley_complex (*element)(const void *self, ley_index row, ley_index column);
    /* States connected with `state`, in either direction, into other[side]; returns how many. */
    ley_index (*neighbours)(const void *self, ley_index state, ley_index *other);
} ley_elements;

typedef struct ley_eigen_piece { /* states that A connects; A = V diag(w) V^-1 there */
    ley_index n;
    ley_index *state; /* [n], borrowed from order */
    ley_complex *w, *v, *inverse;
} ley_eigen_piece;

typedef struct ley_eigen_pieces {
    ley_index n;
    ley_index *order; /* [side] states, piece after piece */
    ley_eigen_piece *piece;
} ley_eigen_pieces;

/* LEY_ERR_NUMERIC, LEY_ERR_MEMORY: nothing is left to clear. */
ley_status ley_eigen_pieces_create(ley_eigen_pieces *pieces, const ley_elements *a, ley_error *err);
void ley_eigen_pieces_clear(ley_eigen_pieces *pieces);

/* x (p->n x q->n) becomes the y with A y + y A' - decay y = x; scratch is as large. */
void ley_eigen_pieces_solve(const ley_eigen_piece *p, const ley_eigen_piece *q, double decay, ley_complex *x,
                            ley_complex *scratch);

#endif
