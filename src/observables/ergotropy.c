/* Passive energies of a spectrum in the four counts. docs/theory/ergotropy.md */
#include "observables/observables.h"

#include "basis/spin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct group { /* equal eigenvalues */
    double key;        /* what they are sorted by, largest first */
    double weight;     /* block eigenvalue lambda */
    double log_count;  /* GLOBAL: ln d_j; otherwise the energy level a Dicke state sits on */
} group;

static int descending(const void *a, const void *b) {
    double x = ((const group *)a)->key, y = ((const group *)b)->key;
    return (x < y) - (x > y);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static ley_index states(int32_t cells) {
    return (ley_index)(cells + 2) * (cells + 2) / 4; /* of all |j, m> */
}

ley_index ley_passive_scratch(int32_t cells) {
    return states(cells) * (ley_index)(sizeof(group) / sizeof(double) + 1);
}

/* Level k of the 2^N states has C(N, k) places; a group with count d takes them in order. Counts live in
 * logarithms: with hundreds of cells they overflow. `slack` absorbs the rounding of logarithms of exact integers.
 */
static double fill_global(int32_t cells, const group *groups, ley_index n) {
    const double slack = 1e-11;
    int32_t k = 0;
    double room = 0, energy = 0; /* room = ln of the places left on level k */
    for (ley_index i = 0; i < n; i++) {
        double left = groups[i].log_count;
        while (left > -INFINITY) {
            if (left <= room + slack || k == cells) {
                energy += k * groups[i].weight * exp(left - groups[i].log_count);
                room = left < room - slack ? room + log1p(-exp(left - room)) : -INFINITY;
                left = -INFINITY;
            } else {
                energy += k * groups[i].weight * exp(room - groups[i].log_count);
                left += log1p(-exp(room - left));
                room = -INFINITY;
            }
            if (room == -INFINITY && k < cells) {
                k++;
                room = ley_log_binomial(cells, k);
            }
        }
    }
    return energy;
}

static double passive_collective(int32_t cells, const double *lambda, double *values) {
    double energy = 0;
    for (int32_t b = 0; b < ley_spin_blocks(cells); b++) {
        int32_t d = ley_spin_two_j(cells, b) + 1;
        for (int32_t i = 0; i < d; i++) values[i] = fmax(0, lambda[i]);
        qsort(values, (size_t)d, sizeof *values, ascending);
        for (int32_t i = 0; i < d; i++) energy += (b + d - 1 - i) * values[i]; /* the largest on level b */
        lambda += d;
    }
    return energy;
}

/* All |j, m> once each: level k occurs once for every block that has it. */
static double passive_dicke(int32_t cells, const group *groups, ley_index n) {
    double energy = 0;
    ley_index i = 0;
    for (int32_t k = 0; k <= cells && i < n; k++) {
        int32_t places = (k < cells - k ? k : cells - k) + 1;
        for (; places > 0 && i < n; places--) energy += k * groups[i++].weight;
    }
    return energy;
}

/* Eigenvalues once each, on levels with the places of the 2^N states. */
static double passive_hybrid(int32_t cells, const group *groups, ley_index n) {
    double energy = 0;
    ley_index i = 0;
    for (int32_t k = 0; k <= cells && i < n; k++) {
        double places =
            exp(ley_log_binomial(cells, k)) + 0.5; /* only compared: far beyond n its size is irrelevant */
        for (double used = 1; used <= places && i < n; used++) energy += k * groups[i++].weight;
    }
    return energy;
}

double ley_passive_energy(int32_t cells, const double *lambda, ley_count count, double *scratch) {
    if (count == LEY_COUNT_COLLECTIVE) return passive_collective(cells, lambda, scratch);
    group *groups = (group *)scratch;
    ley_index n = 0;
    for (int32_t b = 0; b < ley_spin_blocks(cells); b++) {
        int32_t two_j = ley_spin_two_j(cells, b);
        double log_count = count == LEY_COUNT_GLOBAL ? ley_log_multiplicity(cells, two_j) : 0;
        for (int32_t i = 0; i <= two_j; i++, lambda++)
            if (*lambda > 0) groups[n++] = (group){log(*lambda) - log_count, *lambda, log_count};
    }
    qsort(groups, (size_t)n, sizeof *groups, descending);
    if (count == LEY_COUNT_GLOBAL) return fill_global(cells, groups, n);
    if (count == LEY_COUNT_DICKE) return passive_dicke(cells, groups, n);
    return passive_hybrid(cells, groups, n);
}
