/* observables: numbers from one state. In: a reduced state (basis/blocks.h), the model, the time. Out: a row of
 * numbers. Callers: run. One file for each family; table.c dispatches on the vocabulary. */
#ifndef LEYDEN_OBSERVABLES_H
#define LEYDEN_OBSERVABLES_H

#include "basis/blocks.h"
#include "generator/generator.h"
#include "model/derived.h"

/* Scratch and caches for one run (spectra are computed once a row and shared by the observables that need them). */
typedef struct ley_observer ley_observer;
/* generator is borrowed; list = what will be asked, so that only what is needed is allocated. */
ley_status ley_observer_create(ley_observer **observer, const ley_generator *generator, const ley_observable *list,
                               ley_index n, ley_error *err);
void ley_observer_destroy(ley_observer *observer);
/* From now on it knows derived observables, too, whose parts are in its list; they are borrowed. */
void ley_observer_derive(ley_observer *observer, const ley_derived *derived);
bool ley_observer_needs_state(const ley_observer *observer); /* some observable needs the joint state */
double ley_observer_bytes(const ley_model *model, const ley_observable *list, ley_index n);

/* Points the observer at a moment: reduced state, joint state x (NULL unless needed), heat given away since t = 0.
 * Forgets cached spectra. */
void ley_observer_look(ley_observer *observer, double t, double *reduced, const double *x, double heat);
/* Writes ley_observable_width numbers; of a derived observable NaN where its formula has no finite value.
 * LEY_ERR_ARGUMENT without the second run it needs; LEY_ERR_NUMERIC when an
 * eigenvalue routine fails or numbers are not finite.
 */
ley_status ley_observer_value(ley_observer *observer, double *value, ley_observable what, ley_error *err);
/* Smallest eigenvalue of the reduced battery state, and its distance from Hermitian; for the certificate. */
ley_status ley_observer_health(ley_observer *observer, double *min_eigenvalue, double *hermiticity, double *trace,
                               ley_error *err);

/* Rate of heat, -Tr(H(t) D_t[rho]), from a reduced state. docs/theory/heat.md */
double ley_heat_rate(const ley_model *model, const ley_blocks *blocks, double t, const ley_reduced *reduced);
/* Work done on the system, Tr(dH/dt rho) and what the jumps of telegraph noise do; NaN where a signal has no known
 * slope. d<H>/dt = work - heat between the jumps of H. */
double ley_work_rate(const ley_model *model, const ley_blocks *blocks, double t, const ley_reduced *reduced);
/* <H(t)> from a reduced state. */
double ley_total_energy(const ley_model *model, const ley_blocks *blocks, double t, const ley_reduced *reduced);

/* The same numbers from the populations of |j, m> alone (block after block, m = -j first), where the battery state
 * is diagonal and there is no cavity: nothing of the size of a block is formed. scratch: ley_passive_scratch
 * doubles. LEY_ERR_ARGUMENT: an observable of a cavity or of an evolution. */
ley_status ley_population_value(const ley_model *model, const double *p, double *value, ley_observable what,
                                double *scratch, ley_error *err);

/* Ergotropies of a spectrum. lambda[block b: offset_b + i], eigenvalues of rho_j^B, each block of length 2j+1. In
 * units of w0. docs/theory/ergotropy.md */
typedef enum ley_count { LEY_COUNT_GLOBAL, LEY_COUNT_COLLECTIVE, LEY_COUNT_DICKE, LEY_COUNT_HYBRID } ley_count;
/* Lowest energy a unitary of that count can reach. scratch: ley_passive_scratch(cells) doubles. */
double ley_passive_energy(int32_t cells, const double *lambda, ley_count count, double *scratch);
ley_index ley_passive_scratch(int32_t cells);

#endif
