/* Batteries without cavity, of sizes where a charge is no longer diagonalised whole: its slowest eigenvalues
 * against all of them by LAPACK, the gap against the slowest of all charges, and closed forms of independent cells
 * at any size. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "generator/generator.h"
#include "generator/spins_matrix.h"
#include "linalg/general.h"
#include "run/spectrum.h"
#include "run/spectrum_lines.h"
#include "support/assert_close.h"

enum { CELLS = 28, WANTED = 6 }; /* 225 numbers of charge 0 */

static const double rates[][LEY_CHANNEL_COUNT] = {
    {0, 0, 0.03, 0.01, 0.2, 0.1, 0.05, 0.07},
    {0, 0, 1, 0.6, 0, 0.01, 0.004, 0},
    {0, 0, 0, 0, 0, 0.1, 0.05, 0},
    {0, 0, 1, 0, 0, 0, 0.3, 0},
    {0, 0, 1, 0.3, 0, 0, 0, 0}, /* every j by itself */
    {0, 0, 0.5, 0.45, 3, 1e-3, 1e-3, 0.2},
    {0, 0, 0, 0.7, 0, 2, 0, 0.01},
};
enum { RATES = sizeof rates / sizeof *rates };

static ley_model model_of(int32_t cells, const double *rate) {
    ley_model model;
    ley_model_init(&model);
    model.cells = cells;
    model.complete = true;
    model.battery_frequency = ley_signal_constant(1);
    for (int i = 0; i < LEY_CHANNEL_COUNT; i++) model.rate[i] = ley_signal_constant(rate[i]);
    return model;
}

/* Column by column, row-major: [n][n] */
static ley_complex *matrix_of(ley_generator *g) {
    const ley_index n = g->n;
    ley_complex *a = calloc((size_t)(n * n), sizeof *a);
    double *x = calloc((size_t)n, sizeof *x), *y = calloc((size_t)n, sizeof *y);
    for (ley_index column = 0; column < n; column++) {
        x[column] = 1;
        g->class->apply(g, 0, y, x);
        x[column] = 0;
        for (ley_index row = 0; row < n; row++) a[row * n + column].re = y[row];
    }
    free(x);
    free(y);
    return a;
}

static int falling(const void *left, const void *right) {
    const double a = ((const ley_complex *)left)->re, b = ((const ley_complex *)right)->re;
    return (a < b) - (a > b);
}

/* All eigenvalues of a charge, slowest first, without the rotation that the line has taken out. */
static ley_complex *all_of(const ley_model *model, int32_t delta, ley_index *n) {
    ley_generator *line;
    assert_int_equal(ley_generator_spins_create(&line, model, delta, NULL), LEY_OK);
    *n = line->n;
    ley_complex *a = matrix_of(line);
    const size_t square = (size_t)(*n * *n);
    ley_complex *values = calloc((size_t)*n, sizeof *values), *vectors = calloc(square, sizeof *vectors),
                *inverse = calloc(square, sizeof *inverse);
    double condition;
    assert_int_equal(ley_general_eigen(values, vectors, inverse, &condition, a, *n, NULL), LEY_OK);
    qsort(values, (size_t)*n, sizeof *values, falling);
    ley_generator_destroy(line);
    free(a);
    free(vectors);
    free(inverse);
    return values;
}

/* Nine applications show the same matrix as one for each column. */
static void test_matrix(void **state) {
    (void)state;
    for (int32_t cells = 1; cells <= 9; cells += 4)
        for (int32_t delta = 0; delta <= cells; delta++) {
            const ley_model model = model_of(cells, rates[0]);
            ley_generator *line;
            ley_spins_matrix sparse;
            assert_int_equal(ley_generator_spins_create(&line, &model, delta, NULL), LEY_OK);
            assert_int_equal(ley_spins_matrix_create(&sparse, line, delta, NULL), LEY_OK);
            ley_complex *a = matrix_of(line);
            const ley_index n = line->n;
            assert_int_equal(sparse.of.n, n);
            for (int32_t column = 0; column < n; column++)
                for (int32_t k = sparse.first[column]; k < sparse.first[column + 1]; k++) {
                    ley_complex *element = &a[sparse.row[k] * n + column];
                    assert_true(sparse.value[k] == element->re);
                    if (sparse.row[k] == column) assert_int_equal(sparse.diagonal[column], k);
                    element->re = 0;
                }
            for (ley_index i = 0; i < n * n; i++) assert_true(a[i].re == 0); /* nothing is left out */
            free(a);
            ley_spins_matrix_clear(&sparse);
            ley_generator_destroy(line);
        }
}

static bool among(double re, const ley_complex *all, ley_index n) {
    for (ley_index k = 0; k < n; k++)
        if (fabs(re - all[k].re) < 1e-9 * (1 + fabs(re))) return true;
    return false;
}

/* Each is one of all, and none is skipped; of those that coincide an iteration may see one. */
static void assert_same_end(const ley_sector_spectrum *sector, const ley_complex *all, ley_index n) {
    ley_complex found[WANTED] = {{0, 0}};
    for (ley_index k = 0; k < sector->n; k++) {
        found[k].re = sector->value[k].re;
        if (!among(found[k].re, all, n)) fail_msg("%s: %.12g is no eigenvalue", sector->name, found[k].re);
    }
    const double last = found[sector->n - 1].re;
    for (ley_index k = 0; k < n; k++)
        if (all[k].re > last + 1e-9 * (1 + fabs(last)) && !among(all[k].re, found, sector->n))
            fail_msg("%s: %.12g was not found", sector->name, all[k].re);
}

static void test_slowest_of_a_charge(void **state) {
    (void)state;
    for (int i = 0; i < RATES; i++) {
        const ley_model model = model_of(CELLS, rates[i]);
        assert_true(ley_line_spectrum_serves(&model));
        ley_spectrum spectrum;
        ley_error err = {0};
        if (ley_spectrum_of(&spectrum, &model, WANTED, NULL, &err) != LEY_OK) fail_msg("%d: %s", i, err.message);
        assert_int_equal(spectrum.n, CELLS + 1);
        double gap = INFINITY;
        for (int32_t delta = 0; delta <= CELLS; delta++) {
            ley_index n;
            ley_complex *all = all_of(&model, delta, &n);
            const ley_sector_spectrum *sector = &spectrum.sector[delta];
            assert_int_equal(sector->n, n < WANTED ? n : WANTED);
            /* Several stationary states are left to the other method: test_spectrum.c */
            if (ley_model_stationary_states(&model, false) == 1) assert_same_end(sector, all, n);
            for (ley_index k = 0; k < n; k++)
                if (delta > 0 || -all[k].re > 1e-9) gap = fmin(gap, -all[k].re);
            free(all);
        }
        ley_spectrum_clear(&spectrum);
        double slowest;
        if (ley_slowest_relaxation(&slowest, &model, 1, NULL, &err) != LEY_OK) fail_msg("%d: %s", i, err.message);
        if (!(fabs(slowest - gap) < 1e-9 * (1 + gap)))
            fail_msg("rates %d: gap %.12g, LAPACK %.12g", i, slowest, gap);
    }
}

/* Cells by themselves: charge k decays at k times the coherence of one, populations at the sum of the rates. */
static void test_independent_cells(void **state) {
    (void)state;
    static const struct {
        int32_t cells;
        double down, up, dephasing;
    } cases[] = {{40, 0.1, 0.05, 0}, {40, 0.1, 0.05, 0.5}, {120, 0.2, 0.1, 0.01}, {120, 0.01, 0.3, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double down = cases[i].down, up = cases[i].up, coherence = 0.5 * (down + up) + 2 * cases[i].dephasing;
        double rate[LEY_CHANNEL_COUNT] = {0};
        rate[LEY_LOCAL_EMISSION] = down;
        rate[LEY_LOCAL_ABSORPTION] = up;
        rate[LEY_LOCAL_DEPHASING] = cases[i].dephasing;
        const ley_model model = model_of(cases[i].cells, rate);
        ley_error err = {0};
        double gap;
        if (ley_slowest_relaxation(&gap, &model, 1, NULL, &err) != LEY_OK) fail_msg("%s", err.message);
        assert_close(gap, fmin(coherence, down + up), 1e-8, 0);
        if (cases[i].cells > 40) continue;
        ley_spectrum spectrum;
        if (ley_spectrum_of(&spectrum, &model, 2, NULL, &err) != LEY_OK) fail_msg("%s", err.message);
        assert_int_equal(spectrum.stationary, 1);
        assert_close(spectrum.sector[0].value[1].re, -(down + up), 1e-8, 0);
        for (int32_t k = 1; k <= cases[i].cells; k++)
            assert_close(spectrum.sector[k].value[0].re, -k * coherence, 1e-7, 0);
        ley_spectrum_clear(&spectrum);
    }
}

/* Collective emission: coherences of the smallest spin that radiates are slowest, j = 1 at half of 2, j = 1/2 at
 * half of 1; one dark state for every j is stationary. */
static void test_every_spin_by_itself(void **state) {
    (void)state;
    for (int32_t cells = 60; cells <= 121; cells += 61) {
        double rate[LEY_CHANNEL_COUNT] = {0};
        rate[LEY_COLLECTIVE_EMISSION] = 0.3;
        const ley_model model = model_of(cells, rate);
        ley_error err = {0};
        double gap;
        if (ley_slowest_relaxation(&gap, &model, cells / 2 + 1, NULL, &err) != LEY_OK) fail_msg("%s", err.message);
        assert_close(gap, cells % 2 == 0 ? 0.3 : 0.15, 1e-8, 0);
    }
}

/* Coherences of charge 1 decay by 2 * 0.05 + 0.3 / 2, pairs of cells of charge 0 by 4 * 0.05 whatever acts
 * collectively: the slowest of charge 0 lie behind as many stationary populations as there are numbers of
 * excitations. */
static void test_pairs_of_cells(void **state) {
    (void)state;
    double rate[LEY_CHANNEL_COUNT] = {0};
    rate[LEY_COLLECTIVE_DEPHASING] = 0.3;
    rate[LEY_LOCAL_DEPHASING] = 0.05;
    const int32_t cells[] = {26, 44, 63};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        const ley_model model = model_of(cells[i], rate);
        ley_error err = {0};
        double gap;
        if (ley_slowest_relaxation(&gap, &model, cells[i] + 1, NULL, &err) != LEY_OK) fail_msg("%s", err.message);
        assert_close(gap, 0.2, 1e-8, 0);
    }
}

/* Collective dephasing alone leaves charge 0 as it is; without noise nothing relaxes. */
static void test_nothing_happens_to_populations(void **state) {
    (void)state;
    double rate[LEY_CHANNEL_COUNT] = {0};
    rate[LEY_COLLECTIVE_DEPHASING] = 0.3;
    ley_model model = model_of(44, rate);
    ley_error err = {0};
    double gap;
    if (ley_slowest_relaxation(&gap, &model, 529, NULL, &err) != LEY_OK) fail_msg("%s", err.message);
    assert_close(gap, 0.15, 1e-8, 0);
    rate[LEY_COLLECTIVE_DEPHASING] = 0;
    model = model_of(44, rate);
    if (ley_slowest_relaxation(&gap, &model, 529, NULL, &err) != LEY_OK) fail_msg("%s", err.message);
    assert_true(isnan(gap));
}

/* The bound holds for rates a little above the eigenvalue never, and reaches half of it. */
static void test_bound(void **state) {
    (void)state;
    for (int i = 0; i < RATES; i++) {
        const ley_model model = model_of(CELLS, rates[i]);
        ley_line_spectrum before = {0};
        for (int32_t delta = 1; delta <= 4; delta++) {
            ley_generator *line;
            ley_spins_matrix matrix;
            ley_sector_spectrum sector = {0};
            assert_int_equal(ley_generator_spins_create(&line, &model, delta, NULL), LEY_OK);
            assert_int_equal(ley_spins_matrix_create(&matrix, line, delta, NULL), LEY_OK);
            ley_index n;
            ley_complex *all = all_of(&model, delta, &n);
            const double slowest = -all[0].re;
            if (delta > 1) {
                assert_false(ley_line_decays(&before, &matrix, delta, 1.001 * slowest + 1e-9));
                assert_true(ley_line_decays(&before, &matrix, delta, 0.5 * slowest));
            }
            assert_int_equal(ley_line_eigenvalues(&before, &sector, &matrix, CELLS, delta, 1, 0.1, NULL), LEY_OK);
            assert_close(sector.value[0].re, -slowest, 1e-9, 1e-9);
            free(sector.value);
            free(all);
            ley_spins_matrix_clear(&matrix);
            ley_generator_destroy(line);
        }
        ley_line_spectrum_clear(&before);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matrix),
        cmocka_unit_test(test_slowest_of_a_charge),
        cmocka_unit_test(test_independent_cells),
        cmocka_unit_test(test_every_spin_by_itself),
        cmocka_unit_test(test_pairs_of_cells),
        cmocka_unit_test(test_nothing_happens_to_populations),
        cmocka_unit_test(test_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
