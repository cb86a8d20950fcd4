/* basis: where the numbers of a permutation-symmetric density operator lie, and its initial values. In: N, Fock
 * levels. Out: offsets, reduced states. Callers: generator, observables, run.
 *
 * rho = (+)_j (1/d_j) 1 (x) rho_j. A reduced battery state keeps the blocks rho_j^B, each d x d row-major over (m,
 * m'), d = 2j + 1, index i_m = m + j; block b begins at offset[b] complex numbers. */
#ifndef LEYDEN_BASIS_BLOCKS_H
#define LEYDEN_BASIS_BLOCKS_H

#include "basis/spin.h"
#include "model/model.h"

typedef struct ley_blocks {
    int32_t cells, levels; /* levels >= 1; 1 without cavity */
    int32_t n_blocks;
    int32_t noise_states; /* copies that a reduced state holds besides the whole: 0 without telegraph noise */
    bool second;          /* a reduced state holds that of a second run behind the first (model->second) */
    bool diagonal;        /* only the diagonals are kept, d numbers a block: the battery has no coherences */
    ley_index whole;      /* 2^N: a reduced state ends with what cells that are not alike need; 0: it does not */
    ley_index *offset;    /* [n_blocks + 1] complex numbers of the battery blocks; the last is C(N+3, 3) if all are
                             kept whole */
} ley_blocks;

ley_status ley_blocks_create(ley_blocks *blocks, int32_t cells, int32_t levels, ley_error *err);
void ley_blocks_clear(ley_blocks *blocks);
/* Keeps less: block `only` alone (-1: every block), and of each block the diagonal alone if `diagonal`. What is
 * left out is zero at all times. */
void ley_blocks_restrict(ley_blocks *blocks, int32_t only, bool diagonal);

/* Keeps the first n blocks whole, and the others not at all. */
void ley_blocks_keep_first(ley_blocks *blocks, int32_t n);

static inline bool ley_blocks_kept(const ley_blocks *blocks, int32_t b) {
    return blocks->offset[b + 1] > blocks->offset[b];
}
/* From one diagonal element of a block to the next, in complex numbers. */
static inline ley_index ley_blocks_stride(const ley_blocks *blocks, int32_t b) {
    return blocks->diagonal ? 1 : ley_spin_two_j(blocks->cells, b) + 2;
}
/* Battery blocks all whole again, from what is kept: [C(N+3, 3)]. */
void ley_blocks_whole(const ley_blocks *blocks, ley_complex *whole, const ley_complex *battery);

/* Moments <B (x) C>, B in {1, J-, Jz J-, J- Jz}, C in {1, a, a', a'a, e, e'} with e = a |truncation edge>: the part
 * of a that ends at the last level removed (docs/theory/heat.md). */
enum { LEY_MOMENT_B_ONE, LEY_MOMENT_B_JM, LEY_MOMENT_B_JZJM, LEY_MOMENT_B_JMJZ, LEY_MOMENT_BATTERY };
enum {
    LEY_MOMENT_C_ONE,
    LEY_MOMENT_C_A,
    LEY_MOMENT_C_ADAG,
    LEY_MOMENT_C_NUMBER,
    LEY_MOMENT_C_EDGE,
    LEY_MOMENT_C_EDGEDAG,
    LEY_MOMENT_CAVITY
};
/* <m + shift|B|m> for i_m = m + j, and <n + shift|C|n>; <B (x) C> sums weight rho[m, n; m + shift, n + shift'].
 * e = sqrt(n_c - 1)|n_c - 2><n_c - 1|. */
int32_t ley_moment_battery_shift(int op);
double ley_moment_battery_weight(int op, int32_t two_j, int32_t i_m);
int32_t ley_moment_cavity_shift(int op);
double ley_moment_cavity_weight(int op, int32_t levels, int32_t n);
enum { LEY_MOMENTS = LEY_MOMENT_BATTERY * LEY_MOMENT_CAVITY };

/* Terms of the Hamiltonian, each without the factor that may depend on time: sum of n_i; of (w_i - w0) n_i; of
 * G_ij s+_i s-_j; a'a; the coupling, counter-rotating part included; a + a'; sum of the cells' drives. */
enum {
    LEY_TERM_NUMBER,
    LEY_TERM_OFFSET,
    LEY_TERM_EXCHANGE,
    LEY_TERM_PHOTONS,
    LEY_TERM_COUPLING,
    LEY_TERM_DRIVE_CAVITY,
    LEY_TERM_DRIVE_BATTERY,
    LEY_TERMS
};

/* A reduced state: everything linear that the observables of battery and of cavity need, in one real vector so that
 * a propagator can interpolate it: battery blocks as far as they are kept, cavity matrix [n][n'], moments [B][C];
 * all complex numbers. With noise_states > 0 the reduced states of the copies rho_s of the noise follow that of
 * rho = sum over s of rho_s. */
typedef struct ley_reduced {
    ley_complex *battery; /* [offset[n_blocks]] */
    ley_complex *cavity;  /* [levels * levels] */
    ley_complex *moment;  /* [LEY_MOMENTS], index B * LEY_MOMENT_CAVITY + C */
    /* With blocks->whole, else NULL. The moments are then those of B = 1 alone. */
    ley_complex *term;  /* [LEY_TERMS] <A> of each term */
    ley_complex *flow;  /* [LEY_TERMS][LEY_CHANNEL_COUNT] Tr(A D[rho]) at rate 1 */
    ley_complex *cells; /* [whole * whole] the battery state on all 2^N states */
} ley_reduced;
ley_index ley_reduced_length(const ley_blocks *blocks); /* in doubles */
ley_reduced ley_reduced_view(const ley_blocks *blocks, double *vector);
ley_reduced ley_reduced_of_second(const ley_blocks *blocks, const ley_reduced *first);
ley_reduced ley_reduced_of_noise(const ley_blocks *blocks, const ley_reduced *whole, int32_t state);

/* The initial product state: battery blocks and cavity matrix [levels][levels]. */
void ley_start_battery(const ley_blocks *blocks, const ley_battery_state *state, ley_complex *battery);
void ley_start_cavity(int32_t levels, const ley_cavity_state *state, ley_complex *cavity);

#endif
