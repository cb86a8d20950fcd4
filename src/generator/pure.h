/* generator: closed batteries as wave functions. docs/theory/pure.md
 *
 * psi(e, n) in the one spin block that the start lies in; e counts the excitations of the block from below. psi =
 * (-i)^e exp(i Theta (e + n)) (re + i im): the part of H that moves excitations is then real. Theta = angle - wc t
 * where e + n is conserved, which on resonance leaves one real plane for most starts; Theta = 0 otherwise. */
#ifndef LEYDEN_GENERATOR_PURE_H
#define LEYDEN_GENERATOR_PURE_H

#include "generator/generator.h"

bool ley_pure_closed(const ley_model *model);              /* no channel at all */
bool ley_pure_starts(const ley_model *model);              /* one wave function, apart from copies of the block */
double ley_pure_length(const ley_model *model, int32_t i); /* doubles in a state */
double ley_pure_battery(const ley_model *model);           /* complex numbers in its reduced battery state */

#endif
