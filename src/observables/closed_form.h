/* observables: closed forms of batteries charged by one collective thermal bath, alpha = n / (n + 1) = exp(-w0 /
 * T), 0 <= alpha <= 1; energies in units of w0. Source: Ahmadi et al., equations as numbered there;
 * docs/theory/steady.md. Callers: tests, and whoever wants a number without a run. */
#ifndef LEYDEN_OBSERVABLES_CLOSED_FORM_H
#define LEYDEN_OBSERVABLES_CLOSED_FORM_H

#include <stdint.h>

/* Share of |j, m> in the weight of its block, i_m = m + j: alpha^i_m / sum_k alpha^k (Eq. 23). */
double ley_thermal_population(int32_t two_j, int32_t i_m, double alpha);
/* Energy (Eq. 108) and ergotropy (Eqs. 31, 107; all unitaries on the cells) reached from the ground state. */
double ley_thermal_energy_from_ground(int32_t cells, double alpha);
double ley_thermal_ergotropy_from_ground(int32_t cells, double alpha);
/* Eigenvalues reached from cells in a Gibbs state with weights 1 : q, 0 <= q <= 1, for one copy of its block: of
 * |N/2, -N/2 + m> (Eq. 87), 0 <= m <= N; and of the lowest state of j = N/2 - m (Eq. 88), 0 <= m <= N/2. */
double ley_thermal_eigenvalue_bright(int32_t cells, int32_t m, double alpha, double q);
double ley_thermal_eigenvalue_lowest(int32_t cells, int32_t m, double alpha, double q);

#endif
