/* generator: the inner loop of the Hermitian half, compiled for several processors. docs/theory/half.md
 *
 * A tile is rho_j(e, n; e', n') over n and n' at fixed (e, e'): all of them, or, where a parity is conserved, n = 2
 * a + sigma and n' = 2 q + s. It is two planes of `length` doubles, real and imaginary parts, rows over n' padded
 * by zeros. Every neighbour lies at one constant distance for the whole tile. The tables of square roots vanish at
 * the edges of the Fock space and in the padding, so that the loop needs no ends and zeros reproduce themselves.
 *
 * The 26 streams of one loop over everything would not fit in the registers of addresses, and every neighbour would
 * be read at two or three places. So there are two loops: the first forms H's sums of neighbours once (fields), the
 * second reads them one row or one number away. */
#ifndef LEYDEN_GENERATOR_HALF_KERNEL_H
#define LEYDEN_GENERATOR_HALF_KERNEL_H

#include "leyden.h"

#include <stdbool.h>

enum {
    LEY_HALF_ROOTS_UP_LEFT,
    LEY_HALF_ROOTS_DOWN_LEFT,
    LEY_HALF_ROOTS_UP,
    LEY_HALF_ROOTS_DOWN,
    LEY_HALF_PHOTONS,
    LEY_HALF_DECAY,
    LEY_HALF_TABLES
}; /* sqrt(n+1), sqrt(n), sqrt(n'+1), sqrt(n'), n - n', losses at n and n' */

typedef struct ley_tile {   /* places are offsets into x and y; a coefficient is 0 where there is no neighbour */
    ley_index here, inside; /* inside: of its panel, where both parities of n are tiles */
    ley_index left_minus, left_plus, right_minus, right_plus; /* (e-1, e'), (e+1, e'), (e, e'-1), (e, e'+1) */
    ley_index row_up, row_down, column_up, column_down;       /* distances to n + 1, n - 1, n' + 1, n' - 1 */
    ley_index lower[3], raise[3], stay[2]; /* jumps out of j, j+1, j-1; dephasing out of j+1, j-1 */
    double c_left_minus, c_left_plus, c_right_minus, c_right_plus; /* c-(m), c+(m), c-(m'), c+(m') */
    double c_lower[3], c_raise[3], c_stay[2];
    double decay;               /* losses of the battery */
    double difference;          /* e - e' */
    double share;               /* 1/2 where e = e': such a panel is finished by adding its adjoint */
    const double *const *table; /* [LEY_HALF_TABLES] */
} ley_tile;

enum { LEY_HALF_FIELDS = 4 };

/* y = al L x + be x + ga y. H = w0 (Jz + N/2) + wc a'a + rotating (J+ a + J- a') + counter (J+ a' + J- a) + (beta
 * J+ + xi a' + adjoints). Panels with e = e' still lack their adjoint. */
typedef struct ley_half_call {
    double *y;
    const double *x;
    double al, be, ga;
    double w0, wc, rotating, counter, loss, gain;
    ley_complex beta, xi;
    double beta_over_coupling; /* beta.re / rotating, 0 where nothing is coupled */
    /* In a turning frame J+, a' carry exp(i theta), J-, a the conjugate; counter = rotating, beta and xi real. */
    bool turning;
    double turn_cos, turn_sin;
    ley_index length;
    bool pumped, jumps, local;      /* local: jumps between blocks */
    double *field[LEY_HALF_FIELDS]; /* scratch, each laid out as a panel with its margins */
} ley_half_call;
void ley_half_tiles(const ley_half_call *call, const ley_tile *tiles, ley_index n_panels, int tiles_each);
/* The same where a panel is one tile and two fields are enough: half_rows.c. */
void ley_half_rows(const ley_half_call *call, const ley_tile *tiles, ley_index n_panels);

#endif
