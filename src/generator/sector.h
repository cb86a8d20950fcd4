/* generator: one U(1) sector of a Tavis-Cummings battery. docs/theory/sectors.md
 *
 * Without counter-rotating terms and without drives the charge Delta = (m + n) - (m' + n') is conserved by the
 * whole master equation. A sector holds R in rho(e, n; e', n') = (-i)^(e - e') exp(-i Phi) R(b; e, e'; K), with e =
 * m + N/2 the excitations of the battery, K = e + n, and Phi = Delta wc t taken out when wc is constant. The
 * generator of R is real when w0 = wc: then one plane of real numbers is enough. Delta = 0 keeps e' >= e only:
 * R(e', e) = conj R(e, e').    */
#ifndef LEYDEN_GENERATOR_SECTOR_H
#define LEYDEN_GENERATOR_SECTOR_H

#include "basis/blocks.h"
#include "generator/stencil.h"
#include "model/model.h"

typedef struct ley_sector ley_sector;

bool ley_sector_applies(const ley_model *model); /* no drives, r = 0, a cavity */
/* Is one real plane enough: resonance, and a start that is real in this gauge up to one phase a sector. */
bool ley_sector_is_real(const ley_model *model);
/* Largest |Delta| that the start populates: 0 for diagonal starts. */
int32_t ley_sector_reach(const ley_model *model);
/* The largest K that can ever be populated. */
int32_t ley_sector_top(const ley_model *model);
/* Doubles in one state of the sector; nothing is allocated. */
double ley_sector_length(const ley_model *model, int32_t delta);

ley_status ley_sector_create(ley_sector **sector, const ley_model *model, int32_t delta, ley_error *err);
void ley_sector_destroy(ley_sector *sector);
ley_index ley_sector_n(const ley_sector *sector);        /* doubles in a state, padding included */
ley_index ley_sector_elements(const ley_sector *sector); /* numbers without padding */
void ley_sector_start(const ley_sector *sector, double *x, const ley_complex *battery, const ley_complex *cavity);

/* y = al L(t) x + be x + ga y. Padding of x must be zero and stays so in y. */
void ley_sector_fused(ley_sector *sector, double t, double *y, const double *x, double al, double be, double ga);
double ley_sector_norm(const ley_sector *sector, const double *x);

/* What the sector contributes to a reduced state, without phases: [battery band][cavity band][moments], each number
 * (re) or (re, im). */
ley_index ley_sector_reduced_length(const ley_sector *sector); /* in doubles */
void ley_sector_reduce(const ley_sector *sector, double *compact, const double *x);
/* Adds the contribution at time t, phases and Hermitian partners included, to a reduced state (basis/blocks.h). */
void ley_sector_expand(const ley_sector *sector, double t, double *reduced, const double *compact);

/* Bounds for a Chebyshev expansion: L lies within [-decay, 0] x i [-frequency, frequency]. Constant models only. */
void ley_sector_bounds(const ley_sector *sector, double *frequency, double *decay);

#endif
