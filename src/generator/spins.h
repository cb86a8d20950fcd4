/* generator: batteries without cavity. docs/theory/spins.md
 *
 * Without drive the charge Delta = m - m' is conserved by every channel: each Delta >= 0 is a system by itself,
 * real once the phase exp(-i Delta int w0 dt) is taken out. A diagonal start has Delta = 0 alone: populations of
 * |j, m> that form a classical Markov chain. A drive Omega Jx couples neighbouring Delta; with rho = (-i)^Delta R
 * it is real where w0 = 0. */
#ifndef LEYDEN_GENERATOR_SPINS_H
#define LEYDEN_GENERATOR_SPINS_H

#include "generator/generator.h"

bool ley_spins_driven(const ley_model *model);
int32_t ley_spins_parts(const ley_model *model); /* 1 for diagonal starts and for driven ones */
/* Constant rates >= 0 and no drive: the class has advance(), by uniformisation. */
bool ley_spins_is_chain(const ley_model *model);
/* The only block that is ever populated, or -1: no local channel and a start in one block. */
int32_t ley_spins_only_block(const ley_model *model);
bool ley_battery_is_diagonal(const ley_model *model); /* at the start */
/* Doubles in one state of part delta; nothing is allocated. */
double ley_spins_length(const ley_model *model, int32_t delta);
double ley_spins_battery(const ley_model *model); /* complex numbers in its reduced battery state */
double ley_spins_tables(const ley_model *model);  /* bytes of one part beside its states */
double ley_spins_fastest(const ley_model *model); /* no state is left at a higher rate, at t = 0 */

#endif
