/* model: cells that are not all alike: frequencies, weights of their couplings and rates, positions. Every number
 * is relative to that of the model, so that a model whose flags are all false has identical cells.
 * docs/theory/general.md */
#ifndef LEYDEN_MODEL_UNLIKE_H
#define LEYDEN_MODEL_UNLIKE_H

#include <stdbool.h>
#include <stdint.h>

enum { LEY_GENERAL_CELLS = 10 }; /* more are not evolved in the space of 2^N states */

typedef struct ley_unlike {
    bool frequency, coupling, drive, collective, local, placed; /* what is given */
    double offset[LEY_GENERAL_CELLS];                           /* frequency of a cell minus battery_frequency */
    double coupling_weight[LEY_GENERAL_CELLS], drive_weight[LEY_GENERAL_CELLS];
    double collective_weight[LEY_GENERAL_CELLS], local_weight[LEY_GENERAL_CELLS];
    /* Of cells at positions, [i * cells + k]: F_ij multiplies collective emission and absorption, G_ij the exchange
     * of excitations; F_ii = 1, G_ii = 0 */
    double kernel[LEY_GENERAL_CELLS * LEY_GENERAL_CELLS], shift[LEY_GENERAL_CELLS * LEY_GENERAL_CELLS];
} ley_unlike;

bool ley_unlike_any(const ley_unlike *unlike);

/* Free space: kernels of two dipoles of the same direction at distance r = x / k0 > 0; cosine: of the angle between
 * dipole and distance. F: Ahmadi et al. Eq. 40 over gamma_0; G: the energy of exchange over gamma_0. */
double ley_dipole_kernel(double x, double cosine_squared);
double ley_dipole_shift(double x, double cosine_squared);

#endif
