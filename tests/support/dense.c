#include "support/dense.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void **pool;
static size_t pooled, pool_room;
static dense_spin_basis *bases[16];

static void *take(size_t count, size_t size) {
    if (pooled == pool_room) {
        pool_room = pool_room ? 2 * pool_room : 64;
        pool = realloc(pool, pool_room * sizeof *pool);
    }
    void *memory = pool ? calloc(count ? count : 1, size) : NULL;
    if (!memory) {
        fprintf(stderr, "dense: no memory\n");
        abort();
    }
    return pool[pooled++] = memory;
}

void dense_release_all(void) {
    for (size_t i = 0; i < pooled; i++) free(pool[i]);
    free(pool);
    pool = NULL;
    pooled = pool_room = 0;
    memset(bases, 0, sizeof bases);
}

dense dense_zero(int n) {
    return (dense){n, take((size_t)n * (size_t)n, sizeof(dense_number))};
}

dense dense_identity(int n) {
    dense c = dense_zero(n);
    for (int i = 0; i < n; i++) c.at[i * n + i] = 1;
    return c;
}

dense dense_sum(dense a, dense_number factor, dense b) {
    dense c = dense_zero(a.n);
    for (int i = 0; i < a.n * a.n; i++) c.at[i] = a.at[i] + factor * b.at[i];
    return c;
}

dense dense_scaled(dense_number factor, dense a) {
    return dense_sum(dense_zero(a.n), factor, a);
}

dense dense_copy(dense a) {
    return dense_scaled(1, a);
}

dense dense_adjoint(dense a) {
    dense c = dense_zero(a.n);
    for (int i = 0; i < a.n; i++)
        for (int k = 0; k < a.n; k++) c.at[k * a.n + i] = conj(a.at[i * a.n + k]);
    return c;
}

dense dense_product(dense a, dense b) {
    dense c = dense_zero(a.n);
    const int n = a.n;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) {
            dense_number f = a.at[i * n + k];
            if (f == 0) continue;
            for (int l = 0; l < n; l++) c.at[i * n + l] += f * b.at[k * n + l];
        }
    return c;
}

dense dense_kron(dense a, dense b) {
    dense c = dense_zero(a.n * b.n);
    for (int i = 0; i < a.n; i++)
        for (int k = 0; k < a.n; k++)
            for (int p = 0; p < b.n; p++)
                for (int q = 0; q < b.n; q++)
                    c.at[(i * b.n + p) * c.n + k * b.n + q] = a.at[i * a.n + k] * b.at[p * b.n + q];
    return c;
}

dense_number dense_trace(dense a) {
    dense_number sum = 0;
    for (int i = 0; i < a.n; i++) sum += a.at[i * a.n + i];
    return sum;
}

dense_number dense_trace_product(dense a, dense b) {
    dense_number sum = 0;
    for (int i = 0; i < a.n; i++)
        for (int k = 0; k < a.n; k++) sum += a.at[i * a.n + k] * b.at[k * a.n + i];
    return sum;
}

double dense_distance(dense a, dense b) {
    double largest = a.n == b.n ? 0 : INFINITY;
    for (int i = 0; a.n == b.n && i < a.n * a.n; i++) largest = fmax(largest, cabs(a.at[i] - b.at[i]));
    return largest;
}

double dense_difference_from_hermitian(dense a) {
    return dense_distance(a, dense_adjoint(a));
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void dense_eigenvalues(double *values, dense given) {
    dense a = dense_copy(given);
    const int n = a.n;
    for (int sweep = 0; sweep < 60; sweep++) {
        double off = 0, size = 0;
        for (int i = 0; i < n; i++)
            for (int k = 0; k < n; k++) {
                double square = creal(a.at[i * n + k] * conj(a.at[i * n + k]));
                size += square;
                if (i != k) off += square;
            }
        if (off <= 1e-34 * size) break;
        for (int p = 0; p < n; p++)
            for (int q = p + 1; q < n; q++) {
                double r = cabs(a.at[p * n + q]);
                if (r == 0) continue;
                /* Take the phase of a_pq out, then rotate by the angle with tan 2x = 2 |a_pq| / (a_pp - a_qq). */
                dense_number phase = a.at[p * n + q] / r;
                double angle = 0.5 * atan2(2 * r, creal(a.at[p * n + p]) - creal(a.at[q * n + q]));
                double c = cos(angle), s = sin(angle);
                for (int i = 0; i < n; i++) { /* columns: a U */
                    dense_number x = a.at[i * n + p], y = a.at[i * n + q];
                    a.at[i * n + p] = c * x + s * conj(phase) * y;
                    a.at[i * n + q] = -s * phase * x + c * y;
                }
                for (int i = 0; i < n; i++) { /* rows: U' a */
                    dense_number x = a.at[p * n + i], y = a.at[q * n + i];
                    a.at[p * n + i] = c * x + s * phase * y;
                    a.at[q * n + i] = -s * conj(phase) * x + c * y;
                }
            }
    }
    for (int i = 0; i < n; i++) values[i] = creal(a.at[i * n + i]);
    qsort(values, (size_t)n, sizeof *values, ascending);
}

/* ---- Operators --------------------------------------------------------------------------------------------- */

dense dense_sigma_minus(void) {
    dense c = dense_zero(2);
    c.at[0 * 2 + 1] = 1; /* |g><e| */
    return c;
}

dense dense_sigma_z(void) {
    dense c = dense_zero(2);
    c.at[0] = -1;
    c.at[3] = 1;
    return c;
}

dense dense_on_cell(int cells, int i, dense one) {
    dense c = dense_identity(1);
    for (int k = 0; k < cells; k++) c = dense_kron(c, k == i ? one : dense_identity(2));
    return c;
}

dense dense_total(int cells, dense one) {
    dense c = dense_zero(1 << cells);
    for (int i = 0; i < cells; i++) c = dense_sum(c, 1, dense_on_cell(cells, i, one));
    return c;
}

dense dense_annihilation(int levels) {
    dense c = dense_zero(levels);
    for (int n = 1; n < levels; n++) c.at[(n - 1) * levels + n] = sqrt(n);
    return c;
}

dense dense_dissipator(dense l, dense rho) {
    dense up = dense_adjoint(l), square = dense_product(up, l);
    dense c = dense_product(dense_product(l, rho), up);
    c = dense_sum(c, -0.5, dense_product(square, rho));
    return dense_sum(c, -0.5, dense_product(rho, square));
}

/* ---- Angular momentum -------------------------------------------------------------------------------------- */

static int ones(int state) {
    return __builtin_popcount((unsigned)state);
}

/* From the top level down: lower every vector found, then complete the level by orthogonalising its product
 * states: what is orthogonal to everything lowered is the top of a new spin. */
const dense_spin_basis *dense_spin_basis_of(int cells) {
    if (bases[cells]) return bases[cells];
    const int n = 1 << cells;
    dense_spin_basis *basis = take(1, sizeof *basis);
    *basis =
        (dense_spin_basis){.cells = cells,
                           .two_j = take((size_t)n, sizeof(int)),
                           .two_m = take((size_t)n, sizeof(int)),
                           .copy = take((size_t)n, sizeof(int)),
                           .vector = take((size_t)n * (size_t)(n + 1), sizeof(double)) /* one row of scratch */,
                           .copies = take((size_t)cells + 1, sizeof(int))};
    dense lower = dense_total(cells, dense_sigma_minus());
    for (int k = cells; k >= 0; k--) {
        const int known = basis->n;
        for (int v = 0; v < known; v++) {
            if (basis->two_m[v] != 2 * (k + 1) - cells) continue;
            double *to = &basis->vector[(size_t)basis->n * (size_t)n], norm = 0;
            for (int i = 0; i < n; i++) {
                to[i] = 0;
                for (int l = 0; l < n; l++) to[i] += creal(lower.at[i * n + l]) * basis->vector[v * n + l];
                norm += to[i] * to[i];
            }
            if (norm < 1e-12) continue;
            for (int i = 0; i < n; i++) to[i] /= sqrt(norm);
            basis->two_j[basis->n] = basis->two_j[v];
            basis->copy[basis->n] = basis->copy[v];
            basis->two_m[basis->n++] = 2 * k - cells;
        }
        for (int state = 0; state < n && basis->n < n; state++) {
            if (ones(state) != k) continue;
            double *to = &basis->vector[(size_t)basis->n * (size_t)n], norm = 0;
            memset(to, 0, (size_t)n * sizeof *to);
            to[state] = 1;
            for (int twice = 0; twice < 2; twice++)
                for (int v = known; v < basis->n; v++) {
                    double overlap = 0;
                    for (int i = 0; i < n; i++) overlap += basis->vector[v * n + i] * to[i];
                    for (int i = 0; i < n; i++) to[i] -= overlap * basis->vector[v * n + i];
                }
            for (int i = 0; i < n; i++) norm += to[i] * to[i];
            if (norm < 1e-8) continue;
            for (int i = 0; i < n; i++) to[i] /= sqrt(norm);
            basis->two_j[basis->n] = basis->two_m[basis->n] = 2 * k - cells;
            basis->copy[basis->n++] = basis->copies[2 * k - cells]++;
        }
    }
    return bases[cells] = basis;
}

static int find(const dense_spin_basis *basis, int two_j, int two_m, int copy) {
    for (int v = 0; v < basis->n; v++)
        if (basis->two_j[v] == two_j && basis->two_m[v] == two_m && basis->copy[v] == copy) return v;
    return -1;
}

dense dense_from_blocks(int cells, int levels, const dense *blocks) {
    const dense_spin_basis *basis = dense_spin_basis_of(cells);
    const int n = 1 << cells;
    dense rho = dense_zero(n * levels);
    for (int two_j = cells, b = 0; two_j >= 0; two_j -= 2, b++)
        for (int copy = 0; copy < basis->copies[two_j]; copy++)
            for (int i = 0; i <= two_j; i++)
                for (int k = 0; k <= two_j; k++) {
                    const double *v = &basis->vector[find(basis, two_j, 2 * i - two_j, copy) * n];
                    const double *w = &basis->vector[find(basis, two_j, 2 * k - two_j, copy) * n];
                    for (int p = 0; p < n; p++)
                        for (int q = 0; v[p] != 0 && q < n; q++)
                            for (int x = 0; w[q] != 0 && x < levels; x++)
                                for (int y = 0; y < levels; y++)
                                    rho.at[(p * levels + x) * rho.n + q * levels + y] +=
                                        v[p] * w[q] / basis->copies[two_j] *
                                        blocks[b].at[(i * levels + x) * blocks[b].n + k * levels + y];
                }
    return rho;
}

dense dense_block_of(int cells, int levels, dense rho, int two_j) {
    const dense_spin_basis *basis = dense_spin_basis_of(cells);
    const int n = 1 << cells;
    dense block = dense_zero((two_j + 1) * levels);
    for (int copy = 0; copy < basis->copies[two_j]; copy++)
        for (int i = 0; i <= two_j; i++)
            for (int k = 0; k <= two_j; k++) {
                const double *v = &basis->vector[find(basis, two_j, 2 * i - two_j, copy) * n];
                const double *w = &basis->vector[find(basis, two_j, 2 * k - two_j, copy) * n];
                for (int p = 0; p < n; p++)
                    for (int q = 0; q < n; q++)
                        for (int x = 0; x < levels; x++)
                            for (int y = 0; y < levels; y++)
                                block.at[(i * levels + x) * block.n + k * levels + y] +=
                                    v[p] * w[q] * rho.at[(p * levels + x) * rho.n + q * levels + y];
            }
    return block;
}

dense dense_battery_of(int battery, int levels, dense rho) {
    dense c = dense_zero(battery);
    for (int p = 0; p < battery; p++)
        for (int q = 0; q < battery; q++)
            for (int x = 0; x < levels; x++)
                c.at[p * battery + q] += rho.at[(p * levels + x) * rho.n + q * levels + x];
    return c;
}

dense dense_cavity_of(int battery, int levels, dense rho) {
    dense c = dense_zero(levels);
    for (int p = 0; p < battery; p++)
        for (int x = 0; x < levels; x++)
            for (int y = 0; y < levels; y++)
                c.at[x * levels + y] += rho.at[(p * levels + x) * rho.n + p * levels + y];
    return c;
}

dense dense_transposed_cavity(int battery, int levels, dense rho) {
    dense c = dense_zero(rho.n);
    for (int p = 0; p < battery; p++)
        for (int q = 0; q < battery; q++)
            for (int x = 0; x < levels; x++)
                for (int y = 0; y < levels; y++)
                    c.at[(p * levels + x) * rho.n + q * levels + y] =
                        rho.at[(p * levels + y) * rho.n + q * levels + x];
    return c;
}

/* ---- Random numbers ---------------------------------------------------------------------------------------- */

double dense_uniform(uint64_t *seed) {
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static dense random_square(int n, uint64_t *seed) {
    dense c = dense_zero(n);
    for (int i = 0; i < n * n; i++) {
        double re = dense_uniform(seed) - 0.5, im = dense_uniform(seed) - 0.5;
        c.at[i] = re + I * im;
    }
    return c;
}

dense dense_random_hermitian(int n, uint64_t *seed) {
    dense a = random_square(n, seed);
    return dense_sum(a, 1, dense_adjoint(a));
}

dense dense_random_positive(int n, uint64_t *seed) {
    dense a = random_square(n, seed), c = dense_product(a, dense_adjoint(a));
    return dense_scaled(1 / creal(dense_trace(c)), c);
}
