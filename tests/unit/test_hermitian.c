/* Eigenvalues against closed forms and Jacobi rotations; refusals; every allocation made to fail. */
#include "core/memory.h"
#include "linalg/hermitian.h"
#include "support/assert_close.h"
#include "support/dense.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST = 40 };

static ley_status values_of(double *values, dense a, ley_error *err) {
    static ley_complex copy[LARGEST * LARGEST]; /* the routine destroys its argument */
    for (int i = 0; i < a.n * a.n; i++) copy[i] = (ley_complex){creal(a.at[i]), cimag(a.at[i])};
    return ley_hermitian_values(values, copy, a.n, err);
}

/* Hopping chain of n sites: 2 cos(pi k / (n + 1)); a phase on each bond changes nothing. */
static dense chain(int n, double phase) {
    dense a = dense_zero(n);
    for (int i = 0; i + 1 < n; i++) {
        a.at[i * n + i + 1] = cexp(I * phase * (i + 1));
        a.at[(i + 1) * n + i] = cexp(-I * phase * (i + 1));
    }
    return a;
}

static void check_chain(int n, double phase) {
    double values[LARGEST];
    ley_error err;
    assert_int_equal(values_of(values, chain(n, phase), &err), LEY_OK);
    for (int k = 0; k < n; k++) assert_close(values[k], 2 * cos(M_PI * (n - k) / (n + 1)), 0, 1e-14);
}

/* Rows and columns of zeros behind a chain, and one before it. */
static void zeros_beside(void **unused) {
    (void)unused;
    enum { N = 9, CHAIN = 5 };
    for (int first = 0; first < 2; first++)
        for (int complex_too = 0; complex_too < 2; complex_too++) {
            const dense inner = chain(CHAIN, 0.7 * complex_too);
            dense a = dense_zero(N);
            for (int i = 0; i < CHAIN; i++)
                for (int k = 0; k < CHAIN; k++) a.at[(i + first) * N + k + first] = inner.at[i * CHAIN + k];
            double values[N];
            assert_int_equal(values_of(values, a, NULL), LEY_OK);
            for (int k = 0; k < N; k++) { /* -sqrt 3, -1, five zeros, 1, sqrt 3 */
                const int other = N - 1 - k;
                const double size = k < 1 || other < 1 ? sqrt(3) : k < 2 || other < 2 ? 1 : 0;
                assert_close(values[k], k < other ? -size : size, 0, 1e-14);
            }
        }
    dense_release_all();
}

static void hopping_chain(void **unused) {
    (void)unused;
    for (int n = 1; n <= LARGEST; n += 13) {
        check_chain(n, 0); /* real */
        check_chain(n, 0.7);
    }
    dense_release_all();
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A ring of n sites, every bond with a phase of its own, that encloses a flux: 2 cos((2 pi k + flux) / n). Phases
 * of the sites remove what the bonds have, not the flux, however small it is. */
static void ring_with_a_flux(void **unused) {
    (void)unused;
    enum { N = 14 };
    static const double fluxes[] = {0, 1e-12, 1e-7, 0.4, M_PI};
    for (size_t f = 0; f < sizeof fluxes / sizeof *fluxes; f++) {
        dense a = dense_zero(N);
        double values[N], expected[N], sum = 0;
        for (int i = 0; i < N; i++) {
            const int next = (i + 1) % N;
            const double phase = next ? 0.9 * i * i : fluxes[f] - sum;
            sum += phase;
            a.at[i * N + next] = cexp(I * phase);
            a.at[next * N + i] = cexp(-I * phase);
            expected[i] = 2 * cos((2 * M_PI * i + fluxes[f]) / N);
        }
        qsort(expected, N, sizeof *expected, ascending);
        assert_int_equal(values_of(values, a, NULL), LEY_OK);
        for (int k = 0; k < N; k++) assert_close(values[k], expected[k], 0, 2e-14);
        dense_release_all();
    }
}

/* D R D' with elements from 1 to 1e-18, some rows linked by nothing: as R by Jacobi rotations. */
static void phases_of_rows_change_nothing(void **unused) {
    (void)unused;
    uint64_t seed = 17;
    for (int n = 2; n <= 32; n += 6) {
        double values[LARGEST], expected[LARGEST];
        dense r = dense_random_hermitian(n, &seed), a = dense_zero(n);
        for (int i = 0; i < n; i++)
            for (int k = 0; k < n; k++) {
                const double fade = pow(10, -18.0 * (i + k) / (2 * n));
                r.at[i * n + k] = (i + k) % 3 == 2 ? 0 : fade * creal(r.at[i * n + k]);
                a.at[i * n + k] = r.at[i * n + k] * cexp(I * (2.1 * i * i - 2.1 * k * k));
            }
        dense_eigenvalues(expected, r);
        assert_int_equal(values_of(values, a, NULL), LEY_OK);
        for (int k = 0; k < n; k++) assert_close(values[k], expected[k], 0, 1e-14);
    }
    dense_release_all();
}

static void random_matrices_agree_with_jacobi(void **unused) {
    (void)unused;
    uint64_t seed = 11;
    for (int n = 2; n <= 30; n += 7) {
        double values[LARGEST], expected[LARGEST];
        dense a = dense_random_hermitian(n, &seed);
        dense_eigenvalues(expected, a);
        assert_int_equal(values_of(values, a, NULL), LEY_OK);
        for (int k = 0; k < n; k++) assert_close(values[k], expected[k], 0, 1e-13);
    }
    dense_release_all();
}

/* sum of value[k] f_k f_k' with Fourier vectors f_k, which are orthonormal; beside: added between rows 0 and 1. */
static void of_low_rank(ley_complex *a, int n, const double *value, int rank, double beside) {
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) {
            double complex sum = 0;
            for (int l = 0; l < rank; l++) sum += value[l] * cexp(2 * M_PI * I * l * (i - k) / n) / n;
            a[i * n + k] = (ley_complex){creal(sum), cimag(sum)};
        }
    a[1].re += beside;
    a[n].re += beside;
}

/* Few eigenvalues that are not 0: positive, as of a state; one of them negative; one that its diagonal does not
 * show. */
static void low_rank(void **unused) {
    (void)unused;
    enum { N = 90, RANK = 12 };
    static ley_complex a[N * N];
    double value[RANK], values[N];
    for (int negative = 0; negative < 2; negative++) {
        for (int k = 0; k < RANK; k++) value[k] = pow(0.3, RANK - 1 - k);
        if (negative) value[0] = -1e-3;
        of_low_rank(a, N, value, RANK, 0);
        assert_int_equal(ley_hermitian_values(values, a, N, NULL), LEY_OK);
        if (negative) assert_close(values[0], -1e-3, 0, 1e-14);
        for (int k = negative; k < N; k++) {
            const int place = k - (N - RANK);
            assert_close(values[k], place < negative ? 0 : value[place], 0, 1e-14);
        }
    }
    value[0] = 1; /* all diagonal elements alike: 1 / N; two rows of the rest carry -1e-9 and 1e-9 */
    of_low_rank(a, N, value, 1, 1e-9);
    assert_int_equal(ley_hermitian_values(values, a, N, NULL), LEY_OK);
    assert_close(values[0], -1e-9, 0, 1e-14);
}

/* Above the size from which a low rank is looked for. */
static void full_rank_and_large(void **unused) {
    (void)unused;
    enum { N = 60 };
    static ley_complex a[N * N];
    double values[N];
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++) a[i * N + k] = (ley_complex){i == k ? 3 : abs(i - k) == 1, 0};
    assert_int_equal(ley_hermitian_values(values, a, N, NULL), LEY_OK);
    for (int k = 0; k < N; k++) assert_close(values[k], 3 + 2 * cos(M_PI * (N - k) / (N + 1)), 0, 1e-13);
}

static void two_by_two(void **unused) {
    (void)unused;
    /* (1, 2 + i; 2 - i, -3): -1 -+ 3 */
    ley_complex a[4] = {{1, 0}, {2, 1}, {2, -1}, {-3, 0}};
    double values[2];
    assert_int_equal(ley_hermitian_values(values, a, 2, NULL), LEY_OK);
    assert_close(values[0], -4, 0, 1e-14);
    assert_close(values[1], 2, 0, 1e-14);
}

static void only_the_hermitian_part_counts(void **unused) {
    (void)unused;
    uint64_t seed = 12;
    dense a = dense_random_hermitian(6, &seed), b = dense_random_hermitian(6, &seed);
    double values[6], expected[6];
    assert_int_equal(values_of(values, dense_sum(a, I, b), NULL), LEY_OK); /* i b is antihermitian */
    assert_int_equal(values_of(expected, a, NULL), LEY_OK);
    for (int k = 0; k < 6; k++) assert_close(values[k], expected[k], 0, 1e-14);
    dense_release_all();
}

static void diagonal_and_small(void **unused) {
    (void)unused;
    ley_complex a[9] = {{3, 0}, {0, 0}, {0, 0}, {0, 0}, {-1, 0}, {0, 0}, {0, 0}, {0, 0}, {2, 0}};
    double values[3] = {7, 7, 7};
    assert_int_equal(ley_hermitian_values(values, a, 0, NULL), LEY_OK);
    assert_true(values[0] == 7);
    assert_int_equal(ley_hermitian_values(values, a, 1, NULL), LEY_OK);
    assert_true(values[0] == 3 && values[1] == 7);
    assert_int_equal(ley_hermitian_values(values, a, 3, NULL), LEY_OK);
    assert_true(values[0] == -1 && values[1] == 2 && values[2] == 3);
}

static void not_a_number_is_refused(void **unused) {
    (void)unused;
    const double bad[] = {NAN, INFINITY, -INFINITY};
    for (int place = 0; place < 4; place++)
        for (int i = 0; i < 3; i++) {
            ley_complex a[4] = {{1, 0}, {2, 1}, {2, -1}, {-3, 0}};
            double values[2] = {5, 5};
            ley_error err;
            a[place].im = bad[i];
            assert_int_equal(ley_hermitian_values(values, a, 2, &err), LEY_ERR_NUMERIC);
            assert_int_equal(err.status, LEY_ERR_NUMERIC);
            assert_true(values[0] == 5 && values[1] == 5);
        }
}

static void failing_memory(void **unused) {
    (void)unused;
    uint64_t seed = 13;
    double values[8];
    for (int real = 0; real < 2; real++) {
        dense a = real ? chain(8, 0) : dense_random_hermitian(8, &seed);
        long live = ley_memory_live(), count = 0;
        ley_status status;
        do {
            ley_memory_fail_after(count);
            status = values_of(values, a, NULL);
            ley_memory_fail_after(-1);
            assert_true(status == LEY_OK || status == LEY_ERR_MEMORY);
            assert_int_equal(ley_memory_live(), live);
            count++;
        } while (status != LEY_OK);
        assert_true(count > 2); /* some allocation did fail */
    }
    dense_release_all();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hopping_chain),
        cmocka_unit_test(zeros_beside),
        cmocka_unit_test(ring_with_a_flux),
        cmocka_unit_test(phases_of_rows_change_nothing),
        cmocka_unit_test(random_matrices_agree_with_jacobi),
        cmocka_unit_test(low_rank),
        cmocka_unit_test(full_rank_and_large),
        cmocka_unit_test(two_by_two),
        cmocka_unit_test(only_the_hermitian_part_counts),
        cmocka_unit_test(diagonal_and_small),
        cmocka_unit_test(not_a_number_is_refused),
        cmocka_unit_test(failing_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
