/* How fast coherences decay at least, against the eigenvalues of generators written out in the 2^N space: every
 * Bohr sector of collective noise (Ahmadi et al., Eq. 84), and permutation-symmetric states under all channels. */
#include "support/assert_close.h"
#include "support/dense.h"
#include "support/refused.h"
#include "support/run_scenario.h"

#include "linalg/general.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 4, SIDE = 64 };

typedef struct rates { /* emission, absorption, dephasing */
    double collective[3], local[3];
} rates;

static rates random_rates(uint64_t *seed, bool local) {
    rates r = {0};
    for (int i = 0; i < 3; i++) {
        r.collective[i] = i < 2 || local ? dense_uniform(seed) : 0;
        if (local) r.local[i] = dense_uniform(seed) < 0.3 ? 0 : dense_uniform(seed);
    }
    return r;
}

static dense image(int cells, const rates *r, dense rho) {
    const dense one[3] = {dense_sigma_minus(), dense_adjoint(dense_sigma_minus()), dense_sigma_z()};
    dense sum = dense_zero(rho.n);
    for (int c = 0; c < 3; c++) {
        const dense all = dense_scaled(c == 2 ? 0.5 : 1, dense_total(cells, one[c])); /* Jz has the half */
        if (r->collective[c] > 0) sum = dense_sum(sum, r->collective[c], dense_dissipator(all, rho));
        for (int i = 0; i < cells && r->local[c] > 0; i++)
            sum = dense_sum(sum, r->local[c], dense_dissipator(dense_on_cell(cells, i, one[c]), rho));
    }
    return sum;
}

/* Smallest -Re of the eigenvalues of a (n x n). */
static double slowest(ley_complex *a, int n) {
    ley_complex values[SIDE], vectors[SIDE * SIDE], inverse[SIDE * SIDE];
    double condition, least = INFINITY;
    assert_int_equal(ley_general_eigen(values, vectors, inverse, &condition, a, n, NULL), LEY_OK);
    for (int i = 0; i < n; i++) least = fmin(least, -values[i].re);
    return least;
}

/* |j m><j' m'|, first copies */
static dense element(const dense_spin_basis *basis, int v, int w) {
    dense e = dense_zero(basis->n);
    for (int x = 0; x < basis->n; x++)
        for (int y = 0; y < basis->n; y++)
            e.at[x * basis->n + y] = basis->vector[v * basis->n + x] * basis->vector[w * basis->n + y];
    return e;
}

static int vector_of(const dense_spin_basis *basis, int two_j, int two_m) {
    for (int v = 0; v < basis->n; v++)
        if (basis->two_j[v] == two_j && basis->two_m[v] == two_m) return v;
    return -1;
}

static void test_sectors(void **state) {
    (void)state;
    uint64_t seed = 84;
    for (int cells = 2; cells <= CELLS; cells++) {
        const dense_spin_basis *basis = dense_spin_basis_of(cells);
        const rates r = random_rates(&seed, false);
        for (int two_j = cells; two_j >= 0; two_j -= 2)
            for (int other = cells; other >= 0; other -= 2)
                for (int delta = -cells; delta <= cells; delta++) {
                    int v[SIDE], w[SIDE], n = 0;
                    ley_complex a[SIDE * SIDE];
                    for (int two_m = -two_j; two_m <= two_j; two_m += 2) {
                        if (abs(two_m - 2 * delta) > other) continue;
                        v[n] = vector_of(basis, two_j, two_m);
                        w[n++] = vector_of(basis, other, two_m - 2 * delta);
                    }
                    const double bound =
                        ley_sector_decay_bound(two_j, other, delta, r.collective[0], r.collective[1]);
                    if (n == 0) {
                        assert_true(isnan(bound));
                        continue;
                    }
                    for (int column = 0; column < n; column++) {
                        const dense e = image(cells, &r, element(basis, v[column], w[column]));
                        for (int row = 0; row < n; row++)
                            a[row * n + column] = (ley_complex){
                                creal(dense_trace_product(dense_adjoint(element(basis, v[row], w[row])), e)), 0};
                    }
                    const double rate = slowest(a, n);
                    if (!(bound <= rate + 1e-12) || !(bound >= 0) || (two_j != other && !(bound > 0)))
                        fail_msg("N = %d, 2j = %d, 2j' = %d, delta = %d: bound %.6g, slowest %.6g", cells, two_j,
                                 other, delta, bound, rate);
                }
        dense_release_all();
    }
}

/* Permutation-symmetric elements rho_j[m, m'] with m - m' = delta, all spins together. */
static double symmetric_rate(int cells, const rates *r, int delta) {
    ley_complex a[SIDE * SIDE];
    int n = 0, two_j[SIDE], row[SIDE];
    for (int j = cells; j >= 0; j -= 2)
        for (int k = 0; k + delta <= j; k++) two_j[n] = j, row[n++] = k + delta;
    for (int column = 0; column < n; column++) {
        dense blocks[CELLS];
        for (int b = 0; b <= cells / 2; b++) blocks[b] = dense_zero(cells - 2 * b + 1);
        const int b = (cells - two_j[column]) / 2, d = two_j[column] + 1;
        blocks[b].at[row[column] * d + row[column] - delta] = 1;
        const dense out = image(cells, r, dense_from_blocks(cells, 1, blocks));
        for (int k = 0; k < n; k++)
            a[k * n + column] = (ley_complex){
                creal(dense_block_of(cells, 1, out, two_j[k]).at[row[k] * (two_j[k] + 1) + row[k] - delta]), 0};
    }
    return slowest(a, n);
}

static void test_observables(void **state) {
    (void)state;
    uint64_t seed = 5;
    for (int cells = 1; cells <= CELLS; cells++)
        for (int draw = 0; draw < 4; draw++) {
            const rates r = random_rates(&seed, draw > 0);
            char text[640];
            snprintf(text, sizeof text,
                     "battery: {cells: %d, frequency: 1}\n"
                     "noise:\n  collective: {emission: %.17g, absorption: %.17g, dephasing: %.17g}\n"
                     "  local: {emission: %.17g, absorption: %.17g, dephasing: %.17g}\ntime: {values: [0, 1]}\n"
                     "observe: [battery.sector_decay_bounds, battery.coherence_decay_bound]\n",
                     cells, r.collective[0], r.collective[1], r.collective[2], r.local[0], r.local[1], r.local[2]);
            ley_run *run = run_scenario(text, "bounds");
            double least = INFINITY;
            assert_close(run_value(run, "battery.sector_decay_bounds", 1, 0), 0, 0, 0);
            for (int delta = 1; delta <= cells; delta++) {
                const double bound = run_value(run, "battery.sector_decay_bounds", 1, delta),
                             rate = symmetric_rate(cells, &r, delta);
                if (!(bound <= rate + 1e-12) || !(bound > 0))
                    fail_msg("%s: delta %d: bound %.6g, slowest %.6g", text, delta, bound, rate);

                if (delta == cells) assert_close(bound, rate, 1e-12, 0); /* a sector of one number */
                least = fmin(least, bound);
                double sector = INFINITY; /* Eq. 84 alone */
                for (int j = cells; j >= delta; j -= 2)
                    sector = fmin(sector, ley_sector_decay_bound(j, j, delta, r.collective[0], r.collective[1]));
                if (draw == 0) assert_close(bound, sector, 1e-12, 0);
            }
            assert_close(run_value(run, "battery.coherence_decay_bound", 1, 0), least, 0, 0);
            ley_run_destroy(run);
            dense_release_all();
        }
}

static void test_steady(void **state) {
    (void)state;
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    assert_int_equal(
        ley_scenario_create_for(&scenario, LEY_STEADY_STATE,
                                "battery: {cells: 3, frequency: 1}\nnoise: {local: {rate: 1, n: 0.5}}\n"
                                "observe: [battery.sector_decay_bounds]\n"
                                "measure: [final(battery.coherence_decay_bound), gap]\n",
                                NULL, 0, NULL),
        LEY_OK);
    assert_int_equal(ley_run_create(&run, scenario, 0, NULL, NULL, NULL), LEY_OK);
    assert_true(run_measure(run, "final(battery.coherence_decay_bound)") <= run_measure(run, "gap") + 1e-9);
    assert_true(run_value(run, "battery.sector_decay_bounds", 0, 3) > 0);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
}

static double bound_at(const char *emission, const char *dephasing, const char *t, int row) {
    char text[512], down[64], phase[64];
    snprintf(down, sizeof down, emission, t);
    snprintf(phase, sizeof phase, dephasing, t);
    snprintf(text, sizeof text,
             "battery: {cells: 5, frequency: 1, state: excited}\n"
             "noise: {collective: {emission: \"%s\"}, local: {dephasing: \"%s\"}}\n"
             "time: {values: [0, 1, 2, 3]}\nobserve: [battery.coherence_decay_bound]\n",
             down, phase);
    ley_run *run = run_scenario(text, "rates that change");
    const double bound = run_value(run, "battery.coherence_decay_bound", row, 0);
    ley_run_destroy(run);
    return bound;
}

/* Where rates depend on time, in proportion to one another or not: what constant rates of that size give. */
static void test_rates_that_change(void **state) {
    (void)state;
    static const char *const emission[] = {"0.3*(1 + %s)", "0.3*(1 + %s)", "0.5*%s"}, *const dephasing[] = {
                                                                                          "0.1*(1 + %s)",
                                                                                          "0.1 + 0*%s", "0.2*%s"};
    for (int i = 0; i < 3; i++)
        for (int row = 0; row < 4; row++) {
            const char now[2] = {(char)('0' + row), 0};
            assert_close(bound_at(emission[i], dephasing[i], "t", row),
                         bound_at(emission[i], dephasing[i], now, row), 1e-14, 1e-15);
        }
}

static void test_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
        int32_t line, column;
    } cases[] = {
        {"battery: {cells: 2, frequency: 1}\ncavity: {frequency: 1}\ntime: {until: 1}\n"
         "observe: [battery.sector_decay_bounds]\n",
         "battery.sector_decay_bounds is of a battery of equal cells without cavity and drive, and there is a "
         "cavity",
         4, 11},
        {"battery: {cells: 2, frequency: 1}\ndrive: {battery: 1}\ntime: {until: 1}\n"
         "measure: [final(battery.coherence_decay_bound)]\n",
         "battery.coherence_decay_bound is of a battery of equal cells without cavity and drive, and there is "
         "drive.battery",
         4, 11},
        {"battery: {cells: 2, frequencies: [1, 2]}\ntime: {until: 1}\nobserve: [battery.sector_decay_bounds]\n",
         "battery.sector_decay_bounds is of a battery of equal cells without cavity and drive, and the cells are "
         "not all alike",
         3, 11},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused_words(cases[i].text, cases[i].line, cases[i].column, cases[i].message);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sectors), cmocka_unit_test(test_observables),
                                       cmocka_unit_test(test_steady), cmocka_unit_test(test_rates_that_change),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
