/* generator: one U(1) sector of a Tavis-Cummings battery. docs/theory/sectors.md
 *
 * Without counter-rotating terms and without drives the charge Delta = (m + n) - (m' + n') is conserved by the
 * whole master equation. A sector holds R in rho(e, n; e', n') = (-i)^(e - e') exp(-i Phi) R(b; e, e'; K), with e =
 * m + N/2 the excitations of the battery, K = e + n, and Phi = Delta wc t taken out when wc is constant. The
 * generator of R is real when w0 = wc: then one plane of real numbers is enough. Delta = 0 keeps e' >= e only:
 * R(e', e) = conj R(e, e').    */
#ifndef LEYDEN_GENERATOR_SECTOR_H
#define LEYDEN_GENERATOR_SECTOR_H

#include "generator/generator.h"

bool ley_sector_applies(const ley_model *model); /* no drives, r = 0, a cavity */
/* Is one real plane enough: resonance, and a start that is real in this gauge up to one phase a sector. */
bool ley_sector_is_real(const ley_model *model);
/* Do all rows end at the same K: nothing adds excitations, and the cavity holds them all. */
bool ley_sector_is_closed(const ley_model *model);
/* Largest |Delta| that the start populates: 0 for diagonal starts. */
int32_t ley_sector_reach(const ley_model *model);
/* The largest K that can ever be populated. */
int32_t ley_sector_top(const ley_model *model);
/* Doubles in one state of the sector; nothing is allocated. */
double ley_sector_length(const ley_model *model, int32_t delta);
/* Bytes beside the states: while a part is evolved, and before and after that. */
double ley_sector_tables(const ley_model *model, int32_t delta);
double ley_sector_settled(const ley_model *model);

#endif
