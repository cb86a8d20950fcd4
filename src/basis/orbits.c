#include "basis/orbits.h"

#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <string.h>

static ley_index place(const ley_orbits *o, int32_t b, int32_t k, int32_t l, int32_t common) {
    return (((ley_index)b * o->side + k) * o->side + l) * o->side + common;
}

double ley_orbits_factor(const ley_orbits *orbits, int32_t b, int32_t k, int32_t l, int32_t common) {
    return orbits->factor[place(orbits, b, k, l, common)];
}

/* Functions of the overlap o alone, for given numbers of excited cells. y = J+ f and y = J- f, acting from the
 * left: f has K of them on the left, y has K + 1 or K - 1, l on the right. */
static void raise_left(int32_t k_of_y, double *y, const double *f) {
    for (int32_t o = 0; o <= k_of_y; o++)
        y[o] = (o > 0 ? o * f[o - 1] : 0) + (o < k_of_y ? (k_of_y - o) * f[o] : 0);
}

static void lower_left(int32_t cells, int32_t k_of_y, int32_t l, double *y, const double *f) {
    for (int32_t o = 0; o <= k_of_y && o <= l; o++) {
        const int32_t neither = cells - k_of_y - l + o; /* cells down on both sides */
        y[o] = (o < l ? (l - o) * f[o + 1] : 0) + (neither > 0 ? neither * f[o] : 0);
    }
}

/* The projector on spin j among states with k excited cells: prod over other spins of (J^2 - j'(j'+1)) over the
 * same with j. */
static void projector(int32_t cells, int32_t two_j, int32_t k, double *f) {
    double raised[LEY_GENERAL_CELLS + 2] = {0}, squared[LEY_GENERAL_CELLS + 2] = {0};
    const double m = k - 0.5 * cells, j = 0.5 * two_j;
    memset(f, 0, ((size_t)cells + 1) * sizeof *f);
    f[k] = 1;
    for (int32_t two_i = cells; two_i >= 0; two_i -= 2) {
        const double i = 0.5 * two_i;
        if (two_i == two_j || i < fabs(m) - 0.25) continue;
        /* J^2 = J- J+ + m (m + 1) */
        memset(squared, 0, sizeof squared);
        if (k < cells) {
            memset(raised, 0, sizeof raised);
            raise_left(k + 1, raised, f);
            lower_left(cells, k, k, squared, raised);
        }
        for (int32_t o = 0; o <= k; o++)
            f[o] = (squared[o] + (m * (m + 1) - i * (i + 1)) * f[o]) / (j * (j + 1) - i * (i + 1));
    }
}

static void fill(ley_orbits *orbits) {
    const int32_t n = orbits->cells;
    for (int32_t b = 0; b <= n / 2; b++) {
        const int32_t two_j = ley_spin_two_j(n, b);
        for (int32_t l = b; l <= n - b; l++) { /* the right side; then the left one is lowered from it */
            double f[LEY_GENERAL_CELLS + 2] = {0}, next[LEY_GENERAL_CELLS + 2];
            projector(n, two_j, l, f);
            for (int32_t k = l; k >= b; k--) {
                for (int32_t o = 0; o <= k; o++) {
                    orbits->factor[place(orbits, b, k, l, o)] = f[o];
                    orbits->factor[place(orbits, b, l, k, o)] = f[o];
                }
                if (k == b) break;
                memset(next, 0, sizeof next);
                lower_left(n, k - 1, l, next, f);
                const double ladder = ley_ladder_minus(two_j, k - b);
                for (int32_t o = 0; o <= k; o++) f[o] = next[o] / ladder;
            }
        }
    }
}

ley_status ley_orbits_create(ley_orbits *orbits, int32_t cells, ley_error *err) {
    *orbits = (ley_orbits){.cells = cells, .side = cells + 1};
    if (cells > LEY_GENERAL_CELLS)
        return ley_fail(err, LEY_ERR_ARGUMENT, "battery.cells", "%d cells; at most %d", cells, LEY_GENERAL_CELLS);
    const size_t side = (size_t)orbits->side, n_blocks = (size_t)ley_spin_blocks(cells);
    if (!(orbits->factor = ley_allocate(n_blocks * side * side * side, sizeof *orbits->factor)))
        return ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the tables of the generator");
    fill(orbits);
    return LEY_OK;
}

void ley_orbits_clear(ley_orbits *orbits) {
    ley_release(orbits->factor);
    *orbits = (ley_orbits){0};
}

void ley_orbits_blocks(const ley_orbits *orbits, const ley_blocks *blocks, ley_complex *battery,
                       const ley_complex *cells) {
    enum { SIDE = LEY_GENERAL_CELLS + 1 };
    const int32_t n = orbits->cells;
    const ley_index states = (ley_index)1 << n;
    ley_complex sum[SIDE][SIDE][SIDE] = {0}; /* over the pairs of an orbit */
    for (ley_index x = 0; x < states; x++) {
        const int32_t k = ley_excited(x);
        for (ley_index y = 0; y < states; y++) {
            ley_complex *to = &sum[k][ley_excited(y)][ley_excited(x & y)], from = cells[x * states + y];
            to->re += from.re;
            to->im += from.im;
        }
    }
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const int32_t d = ley_spin_two_j(n, b) + 1;
        for (int32_t i = 0; i < d; i++)
            for (int32_t c = 0; c < d; c++) {
                const int32_t k = i + b, l = c + b;
                ley_complex element = {0, 0};
                for (int32_t o = 0; o <= k && o <= l; o++) {
                    const double f = ley_orbits_factor(orbits, b, k, l, o);
                    element.re += f * sum[k][l][o].re;
                    element.im += f * sum[k][l][o].im;
                }
                battery[blocks->offset[b] + (ley_index)i * d + c] = element;
            }
    }
}

void ley_orbits_cells(const ley_orbits *orbits, const ley_blocks *blocks, ley_complex *cells,
                      const ley_complex *battery) {
    const int32_t n = orbits->cells;
    const ley_index states = (ley_index)1 << n;
    memset(cells, 0, (size_t)(states * states) * sizeof *cells);
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const int32_t d = ley_spin_two_j(n, b) + 1;
        const double copies = exp(ley_log_multiplicity(n, d - 1));
        for (ley_index x = 0; x < states; x++)
            for (ley_index y = 0; y < states; y++) {
                const int32_t k = ley_excited(x), l = ley_excited(y);
                if (k < b || l < b || k > n - b || l > n - b) continue;
                const double f = ley_orbits_factor(orbits, b, k, l, ley_excited(x & y)) / copies;
                const ley_complex element = battery[blocks->offset[b] + (ley_index)(k - b) * d + l - b];
                cells[x * states + y].re += f * element.re;
                cells[x * states + y].im += f * element.im;
            }
    }
}
