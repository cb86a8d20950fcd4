#include "basis/cells.h"

#include "linalg/random.h"

#include <math.h>
#include <string.h>

/* Probability of one state of the cells with k of them excited, of a Gibbs state. */
static double gibbs_weight(int32_t cells, double q, int32_t k) {
    return pow(q, k) / pow(1 + q, cells);
}

static void start_gibbs(int32_t n, double q, ley_complex *cells) {
    const ley_index states = (ley_index)1 << n;
    for (ley_index x = 0; x < states; x++) cells[x * (states + 1)].re = gibbs_weight(n, q, ley_excited(x));
}

static void start_random(int32_t n, const ley_battery_state *state, ley_complex *cells, ley_complex *u) {
    const ley_index states = (ley_index)1 << n;
    ley_random random = ley_random_of(state->seed);
    ley_random_unitary(&random, u, states);
    for (ley_index k = 0; k < states; k++) {
        const double p = gibbs_weight(n, state->q, ley_excited(k));
        const ley_complex *v = u + k * states;
        for (ley_index x = 0; x < states && p > 0; x++)
            for (ley_index y = 0; y <= x; y++) {
                cells[x * states + y].re += p * (v[x].re * v[y].re + v[x].im * v[y].im);
                cells[x * states + y].im += p * (v[x].im * v[y].re - v[x].re * v[y].im);
            }
    }
    for (ley_index x = 0; x < states; x++)
        for (ley_index y = x; y < states; y++)
            cells[x * states + y] = (ley_complex){cells[y * states + x].re, y == x ? 0 : -cells[y * states + x].im};
}

/* Each cell exp(-i theta sigma_y / 2) turns |g> to cos |g> + sin |e>, |e> to cos |e> - sin |g>. */
static void start_rotated(int32_t n, const ley_battery_state *state, ley_complex *cells) {
    const ley_index states = (ley_index)1 << n;
    double single[LEY_GENERAL_CELLS][2][2];
    for (int32_t i = 0; i < n; i++) {
        const double c = cos(0.5 * state->angle[i]), s = sin(0.5 * state->angle[i]);
        const double down = 1 / (1 + state->q), up = state->q / (1 + state->q);
        single[i][0][0] = c * c * down + s * s * up;
        single[i][1][1] = s * s * down + c * c * up;
        single[i][0][1] = single[i][1][0] = c * s * (down - up);
    }
    for (ley_index x = 0; x < states; x++)
        for (ley_index y = 0; y < states; y++) {
            double value = 1;
            for (int32_t i = 0; i < n; i++) value *= single[i][x >> i & 1][y >> i & 1];
            cells[x * states + y].re = value;
        }
}

void ley_spin_copy(int32_t cells, int32_t two_j, int32_t two_m, double *vector) {
    const int32_t pairs = (cells - two_j) / 2, up = (two_j + two_m) / 2;
    const double amplitude = exp(-0.5 * ley_log_binomial(two_j, up)) * pow(0.5, 0.5 * pairs);
    for (ley_index x = 0; x < (ley_index)1 << cells; x++) {
        double value = ley_excited(x >> (2 * pairs)) == up ? amplitude : 0;
        for (int32_t i = 0; i < pairs; i++) {
            const ley_index pair = x >> (2 * i) & 3;
            value *= pair == 1 ? 1 : pair == 2 ? -1 : 0;
        }
        vector[x] = value;
    }
}

static void start_swapped(int32_t n, const ley_battery_state *state, ley_complex *cells, double *vector) {
    const ley_index states = (ley_index)1 << n;
    double *one = vector, *other = vector + states;
    start_gibbs(n, state->q, cells);
    ley_spin_copy(n, state->two_j, state->two_m, one);
    ley_spin_copy(n, state->other_two_j, state->other_two_m, other);
    const double more =
        gibbs_weight(n, state->q, (n + state->other_two_m) / 2) - gibbs_weight(n, state->q, (n + state->two_m) / 2);
    for (ley_index x = 0; x < states; x++)
        for (ley_index y = 0; y < states; y++)
            cells[x * states + y].re += more * (one[x] * one[y] - other[x] * other[y]);
}

void ley_start_cells(const ley_orbits *orbits, const ley_blocks *blocks, const ley_battery_state *state,
                     ley_complex *cells, const ley_complex *battery, ley_complex *scratch) {
    const ley_index states = (ley_index)1 << orbits->cells;
    memset(cells, 0, (size_t)(states * states) * sizeof *cells);
    switch (state->kind) {
    case LEY_BATTERY_RANDOM:
        start_random(orbits->cells, state, cells, scratch);
        break;
    case LEY_BATTERY_ROTATED:
        start_rotated(orbits->cells, state, cells);
        break;
    case LEY_BATTERY_SWAPPED:
        start_swapped(orbits->cells, state, cells, (double *)scratch);
        break;
    default:
        ley_orbits_cells(orbits, blocks, cells, battery);
    }
}
