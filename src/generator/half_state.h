/* generator: the Hermitian half from inside, what its files share. Callers: half_*.c and generator_half.c. */
#ifndef LEYDEN_GENERATOR_HALF_STATE_H
#define LEYDEN_GENERATOR_HALF_STATE_H

#include "generator/half.h"
#include "generator/half_kernel.h"
#include "generator/stencil.h"

typedef struct ley_half {
    ley_generator base;
    ley_stencil stencil;
    ley_displacement displacement; /* at == NULL: the laboratory */
    int parity, step;
    int32_t levels, first_block, end_block;
    double frame;
    bool turning; /* the frame is that of ley_half_turn */
    bool pumped, jumps, local;
    ley_index rows, width;   /* of a tile: n, and n' with its padding */
    ley_index length, panel; /* doubles of a plane of a tile, of all tiles of (e, e') */
    ley_index *place;        /* [battery elements]: where panel (b; e, e') begins, -1 if not stored */
    ley_index n_panels;
    ley_tile *tiles;               /* arguments of the kernel, refilled when rates change */
    ley_coefficients coefficients; /* that the tiles were made for */
    bool filled;
    double *memory;                       /* of the tables */
    double *fields;                       /* scratch of the kernel, for each thread */
    double *square;                       /* [n_panels] scratch of the norm */
    double *moment_weight;                /* [LEY_MOMENT_CAVITY][levels] */
    double *table[2][2][LEY_HALF_TABLES]; /* [sigma][s] */
} ley_half;

/* ---- Which panels there are: half_layout.c ---- */

/* Blocks that are kept. */
void ley_half_blocks(const ley_model *model, int32_t *first, int32_t *end);
/* States |j, m> kept of block b, from m = -j on: |j, -j> holds b excitations. */
int32_t ley_half_states(const ley_model *model, int32_t b);
/* Panels (i, k) kept of row i end before this k. */
int32_t ley_half_row_end(const ley_model *model, int32_t b, int32_t i);
/* Zeros before and after a state: the edges of its first and last tiles read a row and a number beyond. */
ley_index ley_half_margin(ley_index width);
void ley_half_shape(ley_half *s);        /* rows, width, length and panel */
void ley_half_place_panels(ley_half *s); /* place, n_panels and n */

static inline ley_index ley_half_element(const ley_half *s, int32_t b, int32_t i, int32_t k) {
    ley_index d = ley_spin_two_j(s->base.blocks.cells, b) + 1;
    return s->base.blocks.offset[b] + i * d + k;
}

/* Where panel (b; i, k) begins, -1 if it is not stored. */
ley_index ley_half_find(const ley_half *s, int32_t b, int32_t i, int32_t k);

/* Where number (n, n') of a panel lies; -1 if it has the other parity. odd: of n + n' in this panel. */
static inline ley_index ley_half_within(const ley_half *s, int odd, ley_index n, ley_index np) {
    if (s->step == 1) return n * s->width + np;
    if ((n + np + odd) & 1) return -1;
    return (n & 1) * 2 * s->length + n / 2 * s->width + np / 2;
}

static inline int ley_half_parity_of(const ley_half *s, int32_t i, int32_t k) {
    return (i + k + (s->parity == LEY_PARITY_ODD)) & 1;
}

/* ---- The arguments of the kernel: half_tiles.c ---- */

/* Makes the tables of the cavity. */
void ley_half_fill_tables(ley_half *s);
/* The tiles, made anew when a rate has changed. */
void ley_half_fill(ley_half *s, const ley_coefficients *c);
/* The parts of H that are linear: beta J+ + xi a' + adjoints. */
void ley_half_linear_terms(const ley_half *s, const ley_coefficients *c, double t, ley_complex *beta,
                           ley_complex *xi);

/* ---- Into a state and out of it: half_reduce.c; functions of ley_generator_class ---- */

void ley_half_start(const ley_generator *self, double *x, const ley_complex *battery, const ley_complex *cavity);
ley_index ley_half_compact_length(const ley_half *s);
void ley_half_reduce(const ley_generator *self, double *compact, const double *x);
void ley_half_expand(const ley_generator *self, double t, double *reduced, const double *compact);
void ley_half_more_levels(const ley_generator *to, double *y, const ley_generator *from, const double *x);
void ley_half_more_levels_compact(const ley_generator *to, double *y, const ley_generator *from, const double *x);
double ley_half_level(const ley_generator *self, const double *compact, int32_t n);
void ley_half_joint_block(const ley_generator *self, ley_complex *block, const double *x, int32_t b);

#endif
