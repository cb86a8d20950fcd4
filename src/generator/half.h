/* generator: battery and cavity together, the Hermitian half of every spin block. docs/theory/half.md
 *
 * Stored are the panels rho_j(e, .; e', .) with e' >= e, complex. Where counter-rotating terms act but nothing
 * drives, the parity of (m + n) - (m' + n') is conserved and each parity is a part of its own. Tavis-Cummings
 * batteries with a constant cavity frequency are held in the frame that rotates with it. */
#ifndef LEYDEN_GENERATOR_HALF_H
#define LEYDEN_GENERATOR_HALF_H

#include "generator/generator.h"

/* A shift of the cavity, a = alpha(t) + b, and the mean <sigma_-> that it was made with. The state is that of b;
 * any alpha is exact. docs/theory/displaced.md */
typedef struct ley_displacement {
    void (*at)(const void *self, double t, ley_complex *alpha, ley_complex *spin);
    void (*destroy)(void *self);
    void *self;
} ley_displacement;

/* a = alpha + b in the moments of a reduced state; the edge of the Fock space belongs to b and has no meaning for
 * a. */
void ley_shift_moments(ley_complex *moment, ley_complex alpha);

enum { LEY_PARITY_EVEN, LEY_PARITY_ODD, LEY_PARITY_BOTH };

bool ley_half_has_parity(const ley_model *model);
/* Frequency of the frame, 0 where there is none: states are those of exp(i w (Jz + a'a) t) rho exp(-i ...). */
double ley_half_frame(const ley_model *model);
/* A half whose counter-rotating terms are as strong as the exchange may be held in the frame of its cavity too,
 * where these terms turn at twice the frequency: steps are longer if the coupling is weak. Not for expansions. The
 * displacement is that of the laboratory. */
bool ley_half_may_turn(const ley_model *model);
void ley_half_turn(ley_generator *generator); /* before its start */
/* Doubles in one state; nothing is allocated. */
double ley_half_length(const ley_model *model, int parity);
/* displacement may be NULL; it is taken over, also on failure. */
ley_status ley_generator_half_create(ley_generator **generator, const ley_model *model, int parity,
                                     const ley_displacement *displacement, ley_error *err);

/* Where the numbers of a state lie: element (n, n') of panel (e, e'), e' >= e, of block b has its real part at
 * ley_half_panel + (n % step) 2 length + n / step width + n' / step, its imaginary part `length` behind. With step
 * 2 those with odd (e + n) - (e' + n') are not stored (LEY_PARITY_EVEN). -1: a panel that is not kept. */
typedef struct ley_half_layout {
    int step;
    ley_index width, length;
} ley_half_layout;
ley_half_layout ley_half_layout_of(const ley_generator *generator);
ley_index ley_half_panel(const ley_generator *generator, int32_t b, int32_t i, int32_t k);

/* Two halves of one model and parity that keep different excitations and coherences: moves a state, and a compact
 * reduced state. What `to` does not keep is left out, what `from` does not keep is 0. */
void ley_half_move(const ley_generator *to, double *y, const ley_generator *from, const double *x);
void ley_half_move_compact(const ley_generator *to, double *y, const ley_generator *from, const double *x);
/* square[0 .. cells]: squared norm of what lies at |m - m'| = k. */
void ley_half_coherences(const ley_generator *self, double *square, const double *x);
/* population[0 .. cells] of the excitations of the battery, from a compact reduced state. */
void ley_half_populations(const ley_generator *self, double *population, const double *compact);

#endif
