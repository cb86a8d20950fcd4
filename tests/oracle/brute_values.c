#include "oracle/brute_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static number *reduced_cells(const brute *b) {
    int states = b->cell_states, levels = b->model.levels;
    number *rho = matrix_zero(states);
    for (int i = 0; i < states; i++)
        for (int j = 0; j < states; j++)
            for (int n = 0; n < levels; n++) rho[i * states + j] += b->y[(i * levels + n) * b->n + j * levels + n];
    return rho;
}

static number *reduced_cavity(const brute *b) {
    int states = b->cell_states, levels = b->model.levels;
    number *rho = matrix_zero(levels);
    for (int n = 0; n < levels; n++)
        for (int m = 0; m < levels; m++)
            for (int i = 0; i < states; i++) rho[n * levels + m] += b->y[(i * levels + n) * b->n + i * levels + m];
    return rho;
}

static double entropy(const number *rho, int n) {
    double *p = matrix_eigenvalues(rho, n), sum = 0;
    for (int i = 0; i < n; i++)
        if (p[i] > 0) sum -= p[i] * log(p[i]);
    free(p);
    return sum;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Lowest energy when the n_values numbers of `values` sit on the lowest of the levels. */
static double passive(double *values, int n_values, double *levels, int n_levels) {
    qsort(values, (size_t)n_values, sizeof *values, ascending);
    qsort(levels, (size_t)n_levels, sizeof *levels, ascending);
    double sum = 0;
    for (int i = 0; i < n_values; i++) sum += values[n_values - 1 - i] * levels[i];
    return sum;
}

number brute_block_element(const brute *b, int two_j, int row, int column) {
    /* rho_j[m, m'] = sum over copies <m|rho|m'> = Tr(rho sum |m'><m|), and (J-)^(m - m') P(j, m) = c sum |m'><m|
     * with c found from the trace of its square. */
    if (row < column) return conj(brute_block_element(b, two_j, column, row));
    int n = b->cell_states;
    number *lowered = matrix_zero(n), *rho = reduced_cells(b);
    matrix_add(lowered, 1, b->ladder[two_j][row], n);
    for (int k = column; k < row; k++) {
        number *next = matrix_product(b->lower, lowered, n);
        free(lowered);
        lowered = next;
    }
    number *other = matrix_adjoint(lowered, n);
    double c = sqrt(creal(matrix_trace_product(other, lowered, n)) / creal(matrix_trace(b->ladder[two_j][row], n)));
    number value = matrix_trace_product(rho, lowered, n) / c;
    free(other);
    free(rho);
    free(lowered);
    return value;
}

/* Blocks of all spins: eigenvalues and diagonals, j = N/2 first; levels[i] = m + N/2 of each. */
typedef struct spectrum {
    int n; /* of all blocks together */
    double values[64], diagonal[64], levels[64];
    int begin[CELLS_MAX + 2], blocks;
    double l1;
} spectrum;

static spectrum block_spectrum(const brute *b) {
    spectrum s = {0};
    for (int two_j = b->model.cells; two_j >= 0; two_j -= 2) {
        int d = two_j + 1;
        number *block = matrix_zero(d);
        for (int i = 0; i < d; i++)
            for (int k = 0; k < d; k++) {
                block[i * d + k] = brute_block_element(b, two_j, i, k);
                if (i != k) s.l1 += cabs(block[i * d + k]);
            }
        double *values = matrix_eigenvalues(block, d);
        s.begin[s.blocks++] = s.n;
        for (int i = 0; i < d; i++) {
            s.values[s.n] = values[i];
            s.diagonal[s.n] = creal(block[i * d + i]);
            s.levels[s.n++] = i - two_j / 2.0 + b->model.cells / 2.0;
        }
        s.begin[s.blocks] = s.n;
        free(values);
        free(block);
    }
    return s;
}

static void level_list(const brute *b, double *levels) {
    for (int i = 0; i < b->cell_states; i++) levels[i] = __builtin_popcount((unsigned)i);
}

/* Cells with frequencies of their own are measured with them unless all are measured alike. */
static bool measures_offsets(const brute *b) {
    const brute_model *m = &b->model;
    return m->unlike.given && m->w0.shape == m->energy_w0.shape && m->w0.base == m->energy_w0.base;
}

/* Energies left, in units of the frequency: every unitary; alike on every copy; Dicke matrix; hybrid count. */
typedef enum count { GLOBAL, COLLECTIVE, DICKE, HYBRID } count;

static double passive_energy(const brute *b, count which) {
    double levels[1 << CELLS_MAX], sum = 0, w = brute_wave_at(&b->model.energy_w0, b->t);
    level_list(b, levels);
    for (int x = 0; which == GLOBAL && x < b->cell_states && measures_offsets(b); x++)
        for (int i = 0; i < b->model.cells; i++)
            if (x >> i & 1) levels[x] += b->model.unlike.offset[i] / w;
    if (which == GLOBAL) {
        number *rho = reduced_cells(b);
        double *values = matrix_eigenvalues(rho, b->cell_states);
        sum = passive(values, b->cell_states, levels, b->cell_states);
        free(values);
        free(rho);
        return sum;
    }
    spectrum s = block_spectrum(b);
    if (which == HYBRID) return passive(s.values, s.n, levels, b->cell_states);
    if (which == DICKE) return passive(s.values, s.n, s.levels, s.n);
    for (int i = 0; i < s.blocks; i++) {
        int size = s.begin[i + 1] - s.begin[i];
        sum += passive(s.values + s.begin[i], size, s.levels + s.begin[i], size);
    }
    return sum;
}

static double coherence_relative(const brute *b) {
    spectrum s = block_spectrum(b);
    double sum = 0;
    for (int i = 0; i < s.n; i++) {
        if (s.diagonal[i] > 0) sum -= s.diagonal[i] * log(s.diagonal[i]);
        if (s.values[i] > 0) sum += s.values[i] * log(s.values[i]);
    }
    return sum;
}

/* Of the matrix in the Dicke basis at face value, copies not counted. */
static double dicke_entropy(const brute *b) {
    spectrum s = block_spectrum(b);
    double sum = 0;
    for (int i = 0; i < s.n; i++)
        if (s.values[i] > 0) sum -= s.values[i] * log(s.values[i]);
    return sum;
}

static double log_negativity(const brute *b) {
    int levels = b->model.levels, n = b->n;
    number *turned = matrix_zero(n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            turned[(i / levels * levels + j % levels) * n + j / levels * levels + i % levels] = b->y[i * n + j];
    double *values = matrix_eigenvalues(turned, n), sum = 0;
    for (int i = 0; i < n; i++) sum += fabs(values[i]);
    free(values);
    free(turned);
    return log2(sum);
}

static double expectation(const brute *b, const number *operator_) {
    return creal(matrix_trace_product(operator_, b->y, b->n));
}

/* <J+ J-> */
static double radiation(const brute *b) {
    const int n = b->cell_states;
    number *raise = matrix_adjoint(b->lower, n), *square = matrix_product(raise, b->lower, n),
           *rho = reduced_cells(b);
    const double sum = creal(matrix_trace_product(square, rho, n));
    free(raise);
    free(square);
    free(rho);
    return sum;
}

static double interaction(const brute *b) {
    double factor[H_TERMS];
    brute_term_factors(b, b->t, factor);
    return factor[H_COUPLING] * expectation(b, b->term[H_COUPLING]) +
           factor[H_COUNTER] * expectation(b, b->term[H_COUNTER]);
}

static double total_energy(const brute *b) {
    double factor[H_TERMS], sum = 0;
    brute_term_factors(b, b->t, factor);
    for (int k = 0; k < H_TERMS; k++) sum += factor[k] * expectation(b, b->term[k]);
    return sum;
}

static double cells_entropy(const brute *b) {
    number *rho = reduced_cells(b);
    double value = entropy(rho, b->cell_states);
    free(rho);
    return value;
}

static double cavity_entropy(const brute *b) {
    number *rho = reduced_cavity(b);
    double value = entropy(rho, b->model.levels);
    free(rho);
    return value;
}

static double purity(number *rho, int n) { /* takes rho */
    double value = creal(matrix_trace_product(rho, rho, n));
    free(rho);
    return value;
}

static double population(const brute *b, int excited) {
    double sum = 0;
    for (int i = 0; i < b->n; i++)
        if (__builtin_popcount((unsigned)(i / b->model.levels)) == excited) sum += creal(b->y[i * b->n + i]);
    return sum;
}

static double spin_weight(const brute *b, int block) {
    double sum = 0;
    int two_j = b->model.cells - 2 * block;
    for (int i = 0; i <= two_j; i++) sum += creal(brute_block_element(b, two_j, i, i));
    return sum;
}

/* ---- What channels do to the spins ----------------------------------------------------------------------------
 */

/* Tr over the cavity of the projector on spin j, weighed with the energy of the state if wanted, and y. */
static double on_spin(const brute *b, int two_j, bool energy, const number *y) {
    double sum = 0;
    for (int k = 0; k <= two_j; k++) {
        const number *projector = b->ladder[two_j][k];
        double weight = energy ? k + (b->model.cells - two_j) / 2 : 1;
        for (int x = 0; x < b->cell_states; x++)
            for (int z = 0; z < b->cell_states; z++)
                for (int n = 0; n < b->model.levels; n++)
                    sum += weight * creal(projector[x * b->cell_states + z] *
                                          y[(z * b->model.levels + n) * b->n + x * b->model.levels + n]);
    }
    return sum;
}

/* d/dt of that by the channels first .. last alone; of the part of the state with j = N/2 if `bright`. */
static double by_channels(brute *b, int first, int last, bool bright, int two_j, bool energy) {
    const brute_model kept = b->model;
    const brute_wave none = {.shape = BRUTE_CONSTANT};
    size_t size = (size_t)b->n * (size_t)b->n + 1;
    number *dy = matrix_claim(size, sizeof *dy), *y = matrix_claim(size, sizeof *y);
    memcpy(y, b->y, size * sizeof *y);
    if (bright) {
        number *projector = matrix_zero(b->cell_states), *dark = matrix_identity(b->model.levels);
        for (int k = 0; k <= b->model.cells; k++)
            matrix_add(projector, 1, b->ladder[b->model.cells][k], b->cell_states);
        number *p = matrix_kronecker(projector, b->cell_states, dark, b->model.levels),
               *half = matrix_product(p, y, b->n), *whole = matrix_product(half, p, b->n);
        memcpy(y, whole, (size - 1) * sizeof *y);
        free(projector);
        free(dark);
        free(p);
        free(half);
        free(whole);
    }
    b->model.w0 = b->model.wc = b->model.g = b->model.eta = b->model.omega = none;
    for (int c = 0; c < BRUTE_CHANNELS; c++)
        if (c < first || c > last) b->model.rate[c] = none;
    brute_slope(b, b->t, dy, y);
    b->model = kept;
    double value = on_spin(b, two_j, energy, dy);
    free(dy);
    free(y);
    return value;
}

static double state_element(const brute *b, int i) {
    int two_j = b->model.cells, k = i / 2;
    for (; k >= (two_j + 1) * (two_j + 1); two_j -= 2) k -= (two_j + 1) * (two_j + 1);
    number z = brute_block_element(b, two_j, k / (two_j + 1), k % (two_j + 1));
    return i % 2 ? cimag(z) : creal(z);
}

double brute_value(brute *b, const char *observable, int i) {
    double w = brute_wave_at(&b->model.energy_w0, b->t), wc = brute_wave_at(&b->model.energy_wc, b->t);
    double energy = w * expectation(b, b->excitations);
    if (measures_offsets(b)) energy += expectation(b, b->term[H_OFFSET]);
    int levels = b->model.levels, n = b->n;
#define IS(name) (strcmp(observable, name) == 0)
    if (IS("battery.energy")) return energy;
    if (IS("battery.ergotropy")) return energy - w * passive_energy(b, GLOBAL);
    if (IS("battery.ergotropy_collective")) return energy - w * passive_energy(b, COLLECTIVE);
    if (IS("battery.ergotropy_dicke")) return energy - w * passive_energy(b, DICKE);
    if (IS("battery.ergotropy_hybrid")) return energy - w * passive_energy(b, HYBRID);
    if (IS("battery.passive_energy") || IS("battery.locked_energy")) return w * passive_energy(b, GLOBAL);
    if (IS("battery.entropy")) return cells_entropy(b);
    if (IS("battery.purity")) return purity(reduced_cells(b), b->cell_states);
    if (IS("battery.jz")) return expectation(b, b->jz);
    if (IS("battery.entropy_dicke")) return dicke_entropy(b);
    if (IS("battery.jplus_jminus")) return radiation(b);
    if (IS("battery.coherence_l1")) return block_spectrum(b).l1;
    if (IS("battery.coherence_relative")) return coherence_relative(b);
    if (IS("battery.bright_weight")) return spin_weight(b, 0);
    if (IS("battery.bright_leakage")) return -by_channels(b, 0, BRUTE_CHANNELS - 1, false, b->model.cells, false);
    if (IS("battery.bright_outflow")) return -by_channels(b, 0, BRUTE_CHANNELS - 1, true, b->model.cells, false);
    if (IS("battery.spin_currents"))
        return w * by_channels(b, BRUTE_COLLECTIVE_EMISSION, BRUTE_COLLECTIVE_ABSORPTION, false,
                               b->model.cells - 2 * i, true);
    if (IS("battery.spin_weights")) return spin_weight(b, i);
    if (IS("battery.populations")) return population(b, i);
    if (IS("battery.state")) return state_element(b, i);
    if (IS("cavity.energy")) return wc * expectation(b, b->photons);
    if (IS("cavity.photons")) return expectation(b, b->photons);
    if (IS("cavity.entropy")) return cavity_entropy(b);
    if (IS("cavity.purity")) return purity(reduced_cavity(b), levels);
    if (IS("cavity.amplitude_re")) return creal(matrix_trace_product(b->a, b->y, n));
    if (IS("cavity.amplitude_im")) return cimag(matrix_trace_product(b->a, b->y, n));
    if (IS("cavity.top_level")) {
        double sum = 0;
        for (int k = levels - 1; k < n; k += levels) sum += creal(b->y[k * n + k]);
        return sum;
    }
    if (IS("interaction.energy")) return interaction(b);
    if (IS("switching_cost")) return -interaction(b);
    if (IS("total.energy")) return total_energy(b);
    if (IS("total.purity")) return creal(matrix_trace_product(b->y, b->y, n));
    if (IS("mutual_information")) return cells_entropy(b) + cavity_entropy(b) - entropy(b->y, n);
    if (IS("log_negativity")) return log_negativity(b);
    if (IS("heat")) return creal(b->y[(size_t)n * (size_t)n]);
    if (IS("power")) return b->t > 0 ? energy / b->t : 0;
#undef IS
    return NAN;
}
