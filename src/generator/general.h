/* generator: the whole space of 2^N states of the cells (x) Fock levels, for cells that are not all alike. In: a
 * model of at most LEY_GENERAL_CELLS cells. Out: a part of the state, the whole. docs/theory/general.md.
 *
 * Layout: rho[r][s], r = x n_c + n, complex, row-major; bit i of x is 1 where cell i is excited. rho is taken to be
 * Hermitian: L rho = Z + Z', Z = -i (H - i/2 sum L'L) rho + 1/2 sum L rho L'; the first acts on rows alone. */
#ifndef LEYDEN_GENERATOR_GENERAL_H
#define LEYDEN_GENERATOR_GENERAL_H

#include "basis/orbits.h"
#include "generator/decay.h"
#include "generator/generator.h"
#include "generator/stencil.h"

ley_status ley_generator_general_create(ley_generator **generator, const ley_model *model, int32_t part,
                                        ley_error *err);
double ley_general_length(const ley_model *model, int32_t part); /* doubles in a state; nothing is allocated */
double ley_general_reduced(const ley_model *model); /* complex numbers of a reduced state beside the blocks */

/* What the files of this representation share. */
typedef struct ley_general {
    ley_generator base;
    ley_orbits orbits;
    int32_t cells;
    ley_index states, levels, side;     /* 2^N, n_c, 2^N n_c */
    double weight[LEY_GENERAL_CELLS];   /* of the coupling */
    double drive[LEY_GENERAL_CELLS];    /* of the drive */
    double radiates[LEY_GENERAL_CELLS]; /* of the collective channels */
    double local[LEY_GENERAL_CELLS];    /* of the rates of the local channels */
    double kernel[LEY_GENERAL_CELLS]
                 [LEY_GENERAL_CELLS]; /* of collective emission and absorption, weights included */
    double shift[LEY_GENERAL_CELLS][LEY_GENERAL_CELLS];
    double *offset; /* [2^N] sum of (w_i - w0) n_i */
    double *moment; /* [2^N] sum of c_i (n_i - 1/2), c the weights of the collective channels */
    double *root;   /* [levels + 1] */
    ley_decay_reach reach;
    double *row; /* [2 side] scratch: a row of L rho */
    double *z;   /* [2 side side] scratch */
} ley_general;

/* A = -i H_eff of a constant model, [side * side] row-major. */
void ley_general_left(ley_generator *generator, ley_complex *a);

/* <A> of every term, and Tr(A D[rho]) of every term and channel that the model has. */
void ley_general_flows(const ley_general *self, ley_complex *term, ley_complex *flow, const double *x);

#endif
