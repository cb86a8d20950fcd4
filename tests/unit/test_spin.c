/* Multiplicities and ladder factors against exact integers and the sum rules. */
#include "basis/spin.h"
#include "support/assert_close.h"
#include "support/dense.h"

/* Number of copies of spin j among N cells by adding one cell at a time: spin 1/2 (x) j = (j - 1/2) + (j + 1/2). */
static void multiplicities_are_exact_integers(void **unused) {
    (void)unused;
    uint64_t copies[64] = {1}, next[64];
    for (int cells = 1; cells <= 60; cells++) {
        for (int two_j = 0; two_j <= cells; two_j++)
            next[two_j] = (two_j > 0 ? copies[two_j - 1] : 0) + (two_j + 1 < 64 ? copies[two_j + 1] : 0);
        for (int two_j = 0; two_j < 64; two_j++) copies[two_j] = two_j <= cells ? next[two_j] : 0;
        for (int two_j = cells; two_j >= 0; two_j -= 2)
            /* the absolute error of a logarithm is the relative error of the count */
            assert_close(ley_log_multiplicity(cells, two_j), (double)logl((long double)copies[two_j]), 4e-16,
                         4e-15);
    }
}

static void binomials_are_exact_integers(void **unused) {
    (void)unused;
    uint64_t row[62] = {1};
    for (int n = 1; n <= 60; n++) {
        for (int k = n; k > 0; k--) row[k] += row[k - 1];
        for (int k = 0; k <= n; k++)
            assert_close(ley_log_binomial(n, k), (double)logl((long double)row[k]), 4e-16, 4e-15);
    }
    assert_true(ley_log_binomial(5, -1) == -INFINITY);
    assert_true(ley_log_binomial(5, 6) == -INFINITY);
}

/* sum_j (2j + 1) d_j = 2^N, where 2^N is far beyond a double for some. */
static void multiplicities_add_up(void **unused) {
    (void)unused;
    const int sizes[] = {1, 2, 7, 64, 999, 1000, 1001, 2000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double sum = 0;
        for (int b = 0; b < ley_spin_blocks(sizes[i]); b++) {
            int two_j = ley_spin_two_j(sizes[i], b);
            sum += (two_j + 1) * exp(ley_log_multiplicity(sizes[i], two_j) - sizes[i] * log(2));
        }
        assert_close(sum, 1, 0, 1e-12);
    }
}

static void blocks_count_the_spins(void **unused) {
    (void)unused;
    assert_int_equal(ley_spin_blocks(1), 1);
    assert_int_equal(ley_spin_two_j(1, 0), 1);
    assert_int_equal(ley_spin_blocks(5), 3);
    assert_int_equal(ley_spin_two_j(5, 2), 1);
    assert_int_equal(ley_spin_blocks(6), 4);
    assert_int_equal(ley_spin_two_j(6, 3), 0);
}

/* Elements of J- in a basis that was made by lowering, without the formula of the ladder. */
static void ladder_factors_are_elements_of_j_minus(void **unused) {
    (void)unused;
    const int cells = 5, n = 1 << cells;
    const dense_spin_basis *basis = dense_spin_basis_of(cells);
    assert_int_equal(basis->n, n);
    dense lower = dense_total(cells, dense_sigma_minus());
    for (int v = 0; v < n; v++) {
        double square_down = 0, square_up = 0;
        for (int i = 0; i < n; i++) {
            double down = 0, up = 0;
            for (int l = 0; l < n; l++) {
                down += creal(lower.at[i * n + l]) * basis->vector[v * n + l];
                up += creal(lower.at[l * n + i]) * basis->vector[v * n + l];
            }
            square_down += down * down;
            square_up += up * up;
        }
        int i_m = (basis->two_j[v] + basis->two_m[v]) / 2;
        assert_close(ley_ladder_minus(basis->two_j[v], i_m), sqrt(square_down), 0, 1e-13);
        assert_close(ley_ladder_plus(basis->two_j[v], i_m), sqrt(square_up), 0, 1e-13);
    }
    dense_release_all();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiplicities_are_exact_integers),
        cmocka_unit_test(binomials_are_exact_integers),
        cmocka_unit_test(multiplicities_add_up),
        cmocka_unit_test(blocks_count_the_spins),
        cmocka_unit_test(ladder_factors_are_elements_of_j_minus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
