/* Eigenvalues against closed forms and Jacobi rotations; refusals; every allocation made to fail. */
#include "core/memory.h"
#include "linalg/hermitian.h"
#include "support/assert_close.h"
#include "support/dense.h"

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
        cmocka_unit_test(random_matrices_agree_with_jacobi),
        cmocka_unit_test(two_by_two),
        cmocka_unit_test(only_the_hermitian_part_counts),
        cmocka_unit_test(diagonal_and_small),
        cmocka_unit_test(not_a_number_is_refused),
        cmocka_unit_test(failing_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
