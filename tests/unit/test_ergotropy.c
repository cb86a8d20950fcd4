/* Passive energies in the four counts: against the 2^N spectrum written out, closed forms, and bounds. */
#include "observables/observables.h"
#include "support/assert_close.h"
#include "support/dense.h"

#include <stdlib.h>
#include <string.h>

static int descending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static int states(int cells) {
    return (cells + 2) * (cells + 2) / 4;
}

/* Copies of each spin by adding cells one at a time, and Pascal's triangle: exact integers. */
static long copies_of(int cells, int two_j) {
    long copies[32] = {1};
    for (int n = 1; n <= cells; n++) {
        long next[32] = {0};
        for (int k = 0; k <= n; k++) next[k] = (k > 0 ? copies[k - 1] : 0) + copies[k + 1];
        memcpy(copies, next, sizeof copies);
    }
    return copies[two_j];
}

static long choose(int n, int k) {
    long c = 1;
    for (int i = 1; i <= k; i++) c = c * (n - k + i) / i;
    return c;
}

/* Fills levels (level k has places[k]) with values, largest first. */
static double fill(double *values, long n, const long *places) {
    double energy = 0;
    long used = 0;
    int k = 0;
    qsort(values, (size_t)n, sizeof *values, descending);
    for (long i = 0; i < n; i++) {
        while (used == places[k]) k++, used = 0;
        energy += k * values[i];
        used++;
    }
    return energy;
}

/* The same numbers with every eigenvalue written out as often as it occurs. */
static double brute(int cells, const double *lambda, ley_count count) {
    double *values = malloc(((size_t)1 << cells) * sizeof *values), energy = 0;
    long n = 0, places[32], once[32];
    assert_non_null(values);
    for (int k = 0; k <= cells; k++) {
        places[k] = choose(cells, k);
        once[k] = (k < cells - k ? k : cells - k) + 1;
    }
    for (int b = 0; 2 * b <= cells; b++) {
        const int two_j = cells - 2 * b;
        if (count == LEY_COUNT_COLLECTIVE) {
            long block[32] = {0};
            for (int i = 0; i <= two_j; i++) block[b + i] = 1;
            memcpy(values, lambda, (size_t)(two_j + 1) * sizeof *values);
            energy += fill(values, two_j + 1, block);
        } else {
            long copies = count == LEY_COUNT_GLOBAL ? copies_of(cells, two_j) : 1;
            for (int i = 0; i <= two_j; i++)
                for (long c = 0; c < copies; c++) values[n++] = lambda[i] / (double)copies;
        }
        lambda += two_j + 1;
    }
    if (count == LEY_COUNT_DICKE) energy = fill(values, n, once);
    if (count == LEY_COUNT_GLOBAL || count == LEY_COUNT_HYBRID) energy = fill(values, n, places);
    free(values);
    return energy;
}

static double passive(int cells, const double *lambda, ley_count count) {
    double *scratch = malloc((size_t)ley_passive_scratch(cells) * sizeof *scratch);
    assert_non_null(scratch);
    double energy = ley_passive_energy(cells, lambda, count, scratch);
    free(scratch);
    return energy;
}

/* Random weights of several shapes: broad, concentrated, with ties and zeros. */
static void random_spectrum(int cells, double *lambda, int shape, uint64_t *seed) {
    double sum = 0;
    for (int i = 0; i < states(cells); i++) {
        double u = dense_uniform(seed);
        lambda[i] = shape == 0 ? u : shape == 1 ? pow(u, 8) : floor(4 * u);
        sum += lambda[i];
    }
    if (sum == 0) sum = lambda[0] = 1;
    for (int i = 0; i < states(cells); i++) lambda[i] /= sum;
}

static void every_count_agrees_with_the_written_out_spectrum(void **unused) {
    (void)unused;
    uint64_t seed = 21;
    double lambda[64];
    for (int cells = 1; cells <= 12; cells++)
        for (int trial = 0; trial < 12; trial++) {
            random_spectrum(cells, lambda, trial % 3, &seed);
            for (int count = 0; count < 4; count++)
                assert_close(passive(cells, lambda, (ley_count)count), brute(cells, lambda, (ley_count)count), 0,
                             2e-14 * cells);
        }
}

/* More freedom leaves less energy: HYBRID <= GLOBAL, DICKE <= COLLECTIVE; and all lie in their ranges. */
static void counts_are_ordered(void **unused) {
    (void)unused;
    uint64_t seed = 22;
    double lambda[1100];
    for (int trial = 0; trial < 200; trial++) {
        int cells = 1 + (int)(60 * dense_uniform(&seed));
        random_spectrum(cells, lambda, trial % 3, &seed);
        double global = passive(cells, lambda, LEY_COUNT_GLOBAL);
        double collective = passive(cells, lambda, LEY_COUNT_COLLECTIVE);
        double dicke = passive(cells, lambda, LEY_COUNT_DICKE), hybrid = passive(cells, lambda, LEY_COUNT_HYBRID);
        const double rounding = 1e-13 * cells, n = cells;
        assert_true(global <= collective + rounding && dicke <= collective + rounding);
        assert_true(hybrid <= global + rounding && hybrid <= dicke + rounding);
        assert_true(global <= n / 2 + rounding && collective <= n / 2 + rounding);
        double bound = cells % 2 == 0 ? 2 * n / (n + 2) : 2 * (n * n + 2 * n - 1) / ((n + 1) * (n + 3));
        assert_true(hybrid >= -rounding && hybrid <= bound + rounding);
    }
}

/* Equal weights: the 2^N state is maximally mixed when lambda is proportional to d_j, with N/2 locked; equal lambda
 * reach the HYBRID bound. */
static void extreme_spectra(void **unused) {
    (void)unused;
    double lambda[400];
    for (int cells = 1; cells <= 20; cells++) {
        int i = 0;
        for (int b = 0; 2 * b <= cells; b++)
            for (int k = 0; k <= cells - 2 * b; k++)
                lambda[i++] = (double)copies_of(cells, cells - 2 * b) / (double)(1L << cells);
        assert_close(passive(cells, lambda, LEY_COUNT_GLOBAL), 0.5 * cells, 1e-13, 0);
        for (i = 0; i < states(cells); i++) lambda[i] = 1.0 / states(cells);
        double n = cells, bound = cells % 2 == 0 ? 2 * n / (n + 2) : 2 * (n * n + 2 * n - 1) / ((n + 1) * (n + 3));
        if (cells > 2) /* for N <= 2 there are no more places than states */
            assert_close(passive(cells, lambda, LEY_COUNT_HYBRID), bound, 1e-13, 0);
        memset(lambda, 0, sizeof lambda); /* a pure symmetric state keeps nothing */
        lambda[cells / 2] = 1;
        for (int count = 0; count < 4; count++) assert_true(passive(cells, lambda, (ley_count)count) == 0);
    }
}

/* Cells in a common bath, from the ground state: diag(alpha^k) in j = N/2. Energy N + 1/(1-a) + (N+1)/(a^{N+1}-1),
 * work N + a/(1-a) + (N+a)/(a^{N+1}-1) (Ahmadi et al., closed forms for the collective bath). */
static void collective_bath_from_the_ground_state(void **unused) {
    (void)unused;
    const double ratios[] = {0.1, 0.5, 0.8, 0.95};
    for (int cells = 1; cells <= 40; cells++)
        for (int r = 0; r < 4; r++) {
            double a = ratios[r], lambda[500] = {0}, norm = 0, energy = 0;
            for (int k = 0; k <= cells; k++) norm += lambda[k] = pow(a, k);
            for (int k = 0; k <= cells; k++) energy += k * (lambda[k] /= norm);
            double top = pow(a, cells + 1) - 1;
            assert_close(energy, cells + 1 / (1 - a) + (cells + 1) / top, 1e-12, 1e-12);
            double work = energy - passive(cells, lambda, LEY_COUNT_GLOBAL);
            assert_close(work, cells + a / (1 - a) + (cells + a) / top, 0, 1e-11);
            /* diagonal and falling with energy: nothing for a collective unitary */
            assert_close(passive(cells, lambda, LEY_COUNT_COLLECTIVE), energy, 0, 1e-12);
        }
}

/* A Gibbs state of N = 1000 cells is passive in GLOBAL: its passive energy is its energy N q / (1 + q). */
static void a_large_gibbs_state_is_passive(void **unused) {
    (void)unused;
    const int sizes[] = {60, 999, 1000};
    const double ratios[] = {0.05, 0.4, 0.9};
    for (int s = 0; s < 3; s++)
        for (int r = 0; r < 3; r++) {
            const int cells = sizes[s];
            const double q = ratios[r];
            double *lambda = malloc((size_t)states(cells) * sizeof *lambda), energy = 0;
            assert_non_null(lambda);
            int i = 0;
            for (int b = 0; 2 * b <= cells; b++)
                for (int k = b; k <= cells - b; k++, i++) {
                    lambda[i] = exp(ley_log_multiplicity(cells, cells - 2 * b) + k * log(q) - cells * log1p(q));
                    energy += k * lambda[i];
                }
            assert_close(energy, cells * q / (1 + q), 1e-12, 0);
            assert_close(passive(cells, lambda, LEY_COUNT_GLOBAL), energy, 0, 2e-13 * cells);
            free(lambda);
        }
}

/* Eigenvalues a little below zero count as zero. */
static void rounding_below_zero(void **unused) {
    (void)unused;
    const double lambda[] = {0.6, -1e-17, 0.4, -1e-16}, clean[] = {0.6, 0, 0.4, 0}; /* N = 2: j = 1, then j = 0 */
    for (int count = 0; count < 4; count++)
        assert_true(passive(2, lambda, (ley_count)count) == passive(2, clean, (ley_count)count));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_count_agrees_with_the_written_out_spectrum),
        cmocka_unit_test(counts_are_ordered),
        cmocka_unit_test(extreme_spectra),
        cmocka_unit_test(collective_bath_from_the_ground_state),
        cmocka_unit_test(a_large_gibbs_state_is_passive),
        cmocka_unit_test(rounding_below_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
