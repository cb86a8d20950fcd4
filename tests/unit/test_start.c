/* Initial states against product states on 2^N, and at sizes where naive factorials overflow. */
#include "basis/blocks.h"
#include "core/memory.h"
#include "support/assert_close.h"
#include "support/dense.h"

#include <stdlib.h>
#include <string.h>

static ley_complex *battery_of(const ley_blocks *blocks, ley_battery_state state) {
    ley_complex *battery = malloc((size_t)blocks->offset[blocks->n_blocks] * sizeof *battery);
    assert_non_null(battery);
    memset(battery, 0xff, (size_t)blocks->offset[blocks->n_blocks] * sizeof *battery); /* NaN: all must be set */
    ley_start_battery(blocks, &state, battery);
    return battery;
}

/* Blocks against the blocks of an explicit state of 2^N. */
static void check_against(int cells, ley_battery_state state, dense rho) {
    ley_blocks blocks;
    assert_int_equal(ley_blocks_create(&blocks, cells, 1, NULL), LEY_OK);
    ley_complex *battery = battery_of(&blocks, state);
    for (int b = 0; b < blocks.n_blocks; b++) {
        dense block = dense_block_of(cells, 1, rho, cells - 2 * b);
        assert_int_equal(block.n * block.n, blocks.offset[b + 1] - blocks.offset[b]);
        for (int i = 0; i < block.n * block.n; i++) {
            assert_close(battery[blocks.offset[b] + i].re, creal(block.at[i]), 0, 1e-14);
            assert_close(battery[blocks.offset[b] + i].im, cimag(block.at[i]), 0, 1e-14);
        }
    }
    free(battery);
    ley_blocks_clear(&blocks);
}

static dense product_state(int cells, dense one) {
    dense rho = dense_identity(1);
    for (int i = 0; i < cells; i++) rho = dense_kron(rho, one);
    return rho;
}

static void battery_states_are_product_states(void **unused) {
    (void)unused;
    for (int cells = 1; cells <= 4; cells++) {
        dense ground = dense_zero(2), excited = dense_zero(2);
        ground.at[0] = excited.at[3] = 1;
        check_against(cells, (ley_battery_state){.kind = LEY_BATTERY_GROUND}, product_state(cells, ground));
        check_against(cells, (ley_battery_state){.kind = LEY_BATTERY_EXCITED}, product_state(cells, excited));

        const double angles[][2] = {{0.9, 0.4}, {2.5, -1.3}, {4.0, 2.0}, {-0.6, 0}, {0, 1}, {M_PI, 1}, {7.5, 3}};
        for (size_t i = 0; i < sizeof angles / sizeof *angles; i++) {
            double theta = angles[i][0], phi = angles[i][1];
            dense_number psi[2] = {cexp(I * phi) * sin(theta / 2), cos(theta / 2)}; /* g, e */
            dense one = dense_zero(2);
            for (int p = 0; p < 4; p++) one.at[p] = psi[p / 2] * conj(psi[p % 2]);
            check_against(cells, (ley_battery_state){.kind = LEY_BATTERY_SPIN_COHERENT, .theta = theta, .phi = phi},
                          product_state(cells, one));
        }
        const double ratios[] = {0, 0.3, 1, 4};
        for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++) {
            dense one = dense_zero(2);
            one.at[0] = 1 / (1 + ratios[i]);
            one.at[3] = ratios[i] / (1 + ratios[i]);
            check_against(cells, (ley_battery_state){.kind = LEY_BATTERY_GIBBS, .q = ratios[i]},
                          product_state(cells, one));
        }
        const dense_spin_basis *basis = dense_spin_basis_of(cells);
        for (int v = 0; v < basis->n; v++) { /* equal mixture over the copies */
            dense rho = dense_zero(basis->n);
            for (int w = 0; w < basis->n; w++)
                if (basis->two_j[w] == basis->two_j[v] && basis->two_m[w] == basis->two_m[v])
                    for (int i = 0; i < basis->n * basis->n; i++)
                        rho.at[i] += basis->vector[w * basis->n + i / basis->n] *
                                     basis->vector[w * basis->n + i % basis->n] / basis->copies[basis->two_j[v]];
            check_against(
                cells,
                (ley_battery_state){.kind = LEY_BATTERY_DICKE, .two_j = basis->two_j[v], .two_m = basis->two_m[v]},
                rho);
        }
        dense_release_all();
    }
}

/* Trace, and mean and variance of the excitations about those of independent cells. */
static void check_binomial(const ley_blocks *blocks, const ley_complex *battery, double excited) {
    double trace = 0, mean = 0, square = 0;
    for (int b = 0; b < blocks->n_blocks; b++) {
        ley_index d = blocks->cells - 2 * b + 1;
        for (ley_index i = 0; i < d; i++) {
            double p = battery[blocks->offset[b] + i * (d + 1)].re, k = (double)(b + i) - excited * blocks->cells;
            trace += p;
            mean += k * p;
            square += k * k * p;
        }
    }
    assert_close(trace, 1, 0, 1e-12);
    assert_close(mean, 0, 0, 1e-10);
    assert_close(square, blocks->cells * excited * (1 - excited), 1e-11, 0);
}

/* C(1000, 500) and its inverse are still doubles, 0.3^1000 and C(2000, 1000) are not. */
static void many_cells(void **unused) {
    (void)unused;
    /* A coherent state has j = N/2 alone: blocks that end there are enough. */
    const int cells = 2000;
    ley_index offset[2] = {0, (ley_index)(cells + 1) * (cells + 1)};
    ley_blocks bright = {.cells = cells, .levels = 1, .n_blocks = 1, .offset = offset};
    const ley_battery_state coherent = {
        .kind = LEY_BATTERY_SPIN_COHERENT, .theta = 2 * acos(sqrt(0.3)), .phi = 0.3};
    ley_complex *battery = battery_of(&bright, coherent);
    check_binomial(&bright, battery, 0.3);
    double purity = 0;
    for (ley_index i = 0; i < offset[1]; i++)
        purity += battery[i].re * battery[i].re + battery[i].im * battery[i].im;
    assert_close(purity, 1, 0, 1e-12);
    free(battery);

    ley_blocks blocks;
    assert_int_equal(ley_blocks_create(&blocks, 250, 1, NULL), LEY_OK);
    assert_int_equal(blocks.offset[blocks.n_blocks], 253L * 252 * 251 / 6);
    battery = battery_of(&blocks, (ley_battery_state){.kind = LEY_BATTERY_GIBBS, .q = 0.3 / 0.7});
    check_binomial(&blocks, battery, 0.3);
    free(battery);
    ley_blocks_clear(&blocks);
}

static void cavity_states(void **unused) {
    (void)unused;
    enum { LEVELS = 24 };
    ley_complex cavity[LEVELS * LEVELS];
    /* coherent: a power series without logarithms, cut and normalised */
    const dense_number alpha = 1.1 - 0.7 * I;
    dense_number amplitude[LEVELS] = {1};
    double norm = 1;
    for (int n = 1; n < LEVELS; n++) {
        amplitude[n] = amplitude[n - 1] * alpha / sqrt(n);
        norm += creal(amplitude[n] * conj(amplitude[n]));
    }
    ley_cavity_state state = {.kind = LEY_CAVITY_COHERENT, .alpha = {1.1, -0.7}};
    ley_start_cavity(LEVELS, &state, cavity);
    for (int i = 0; i < LEVELS * LEVELS; i++) {
        dense_number expected = amplitude[i / LEVELS] * conj(amplitude[i % LEVELS]) / norm;
        assert_close(cavity[i].re, creal(expected), 0, 1e-14);
        assert_close(cavity[i].im, cimag(expected), 0, 1e-14);
    }
    state.alpha = (ley_complex){0, 0}; /* vacuum */
    ley_start_cavity(LEVELS, &state, cavity);
    for (int i = 0; i < LEVELS * LEVELS; i++) assert_true(cavity[i].re == (i == 0) && cavity[i].im == 0);

    state = (ley_cavity_state){.kind = LEY_CAVITY_FOCK, .photons = 5};
    ley_start_cavity(LEVELS, &state, cavity);
    for (int i = 0; i < LEVELS * LEVELS; i++)
        assert_true(cavity[i].re == (i == 5 * LEVELS + 5) && cavity[i].im == 0);

    state = (ley_cavity_state){.kind = LEY_CAVITY_THERMAL, .nbar = 0.8};
    ley_start_cavity(LEVELS, &state, cavity);
    const double ratio = 0.8 / 1.8; /* geometric series */
    for (int n = 0; n < LEVELS; n++)
        assert_close(cavity[n * (LEVELS + 1)].re, pow(ratio, n) * (1 - ratio) / (1 - pow(ratio, LEVELS)), 1e-13, 0);
    state.nbar = 0;
    ley_start_cavity(LEVELS, &state, cavity);
    assert_true(cavity[0].re == 1);
}

/* alpha^n overflows a double at 1600 photons: the Poisson mean and variance are alpha^2. */
static void a_large_coherent_state(void **unused) {
    (void)unused;
    const int levels = 2400;
    ley_complex *cavity = malloc((size_t)levels * (size_t)levels * sizeof *cavity);
    if (!cavity) skip();
    const ley_cavity_state state = {.kind = LEY_CAVITY_COHERENT, .alpha = {0, 40}};
    ley_start_cavity(levels, &state, cavity);
    double trace = 0, mean = 0, square = 0;
    dense_number field = 0;
    for (int n = 0; n < levels; n++) {
        double p = cavity[(size_t)n * ((size_t)levels + 1)].re, k = n - 1600.0;
        trace += p;
        mean += k * p;
        square += k * k * p;
        if (n + 1 < levels) { /* <a> = sum sqrt(n + 1) rho[n + 1][n] */
            ley_complex z = cavity[(size_t)(n + 1) * (size_t)levels + (size_t)n];
            field += sqrt(n + 1.0) * (z.re + I * z.im);
        }
    }
    assert_close(trace, 1, 0, 1e-12);
    assert_close(mean, 0, 0, 1e-8);
    assert_close(square, 1600, 1e-10, 0);
    assert_close(creal(field), 0, 0, 1e-9);
    assert_close(cimag(field), 40, 1e-12, 0);
    free(cavity);
}

static void sizes_are_counted(void **unused) {
    (void)unused;
    ley_blocks blocks = {0};
    ley_error err;
    assert_int_equal(ley_blocks_create(&blocks, 3, 4, NULL), LEY_OK);
    assert_int_equal(blocks.n_blocks, 2);
    assert_int_equal(blocks.offset[1], 16); /* j = 3/2 */
    assert_int_equal(blocks.offset[2], 20); /* and j = 1/2: C(6, 3) */
    assert_int_equal(ley_reduced_length(&blocks), 2 * (20 + 16 + LEY_MOMENTS));
    double vector[2 * (20 + 16 + LEY_MOMENTS)];
    ley_reduced view = ley_reduced_view(&blocks, vector);
    assert_ptr_equal((double *)view.battery, vector);
    assert_ptr_equal((double *)view.cavity, vector + 40);
    assert_ptr_equal((double *)view.moment, vector + 72);
    ley_blocks_clear(&blocks);
    assert_null(blocks.offset);
    assert_int_equal(ley_blocks_create(&blocks, INT32_MAX, INT32_MAX, &err), LEY_ERR_MEMORY);
    assert_null(blocks.offset);
    ley_memory_fail_after(0);
    ley_status status = ley_blocks_create(&blocks, 3, 4, &err);
    ley_memory_fail_after(-1);
    assert_int_equal(status, LEY_ERR_MEMORY);
    assert_null(blocks.offset);
    assert_int_equal(ley_memory_live(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(battery_states_are_product_states),
        cmocka_unit_test(many_cells),
        cmocka_unit_test(cavity_states),
        cmocka_unit_test(a_large_coherent_state),
        cmocka_unit_test(sizes_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
