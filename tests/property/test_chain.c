/* Stationary populations of many cells, solved where they are: against the product state, which detailed balance
 * makes exact, and against the whole rate matrix. */
#include "support/assert_close.h"

#include "core/memory.h"
#include "generator/chain_window.h"

#include <math.h>

static ley_model bath(int32_t cells, double down, double up, double local_down, double local_up, double phase) {
    ley_model model = {.cells = cells};
    model.rate[LEY_COLLECTIVE_EMISSION] = ley_signal_constant(down);
    model.rate[LEY_COLLECTIVE_ABSORPTION] = ley_signal_constant(up);
    model.rate[LEY_LOCAL_EMISSION] = ley_signal_constant(local_down);
    model.rate[LEY_LOCAL_ABSORPTION] = ley_signal_constant(local_up);
    model.rate[LEY_LOCAL_DEPHASING] = ley_signal_constant(phase);
    return model;
}

static const int32_t sizes[] = {3, 96, 97, 101, 128, 250, 401};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void test_product_states(void **state) {
    (void)state;
    const double ratio[] = {0.01, 0.3, 0.9, 1, 5};
    for (int i = 0; i < SIZES; i++)
        for (size_t k = 0; k < sizeof ratio / sizeof *ratio; k++) {
            const double q = ratio[k], slow = k % 2 ? 1e-3 : 0.2;
            const ley_model model = bath(sizes[i], 1, q, slow, slow * q, k == 2 ? 0.4 : 0);
            const ley_battery_state product = {.kind = LEY_BATTERY_GIBBS, .q = q};
            ley_chain chain;
            assert_int_equal(ley_chain_create(&chain, &model, NULL), LEY_OK);
            double *p = ley_allocate((size_t)chain.n, sizeof *p), *exact = ley_allocate((size_t)chain.n, sizeof *p);
            assert_int_equal(ley_chain_solve(&chain, p, NULL), LEY_OK);
            ley_chain_start(&chain, &product, exact);
            for (int32_t l = 0; l < chain.n; l++) assert_close(p[l], exact[l], 0, 1e-11);
            ley_release(p);
            ley_release(exact);
            ley_chain_clear(&chain);
        }
}

/* R p over all states, those left out too, in units of the slowest rate: that bounds the error. */
static void test_whole_residuals(void **state) {
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 40; i++) {
        double rate[5];
        for (int k = 0; k < 5; k++) { /* six decades; channels may be absent */
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            rate[k] = pow(10, 6 * ((double)(seed >> 40) / (1 << 24)) - 3);
            if ((seed >> 33) % 5 == 0 && k != 2) rate[k] = 0;
        }
        const ley_model model = bath(sizes[i % SIZES], rate[0], rate[1], rate[2], rate[3], rate[4]);
        ley_chain chain;
        assert_int_equal(ley_chain_create(&chain, &model, NULL), LEY_OK);
        double *p = ley_allocate((size_t)chain.n, sizeof *p), *rest = ley_allocate((size_t)chain.n, sizeof *p);
        assert_int_equal(ley_chain_solve(&chain, p, NULL), LEY_OK);
        ley_chain_apply(&chain, rest, p);
        double sum = 0, left = 0, fastest = 0;
        for (int32_t l = 0; l < chain.n; l++) {
            assert_true(p[l] >= 0);
            sum += p[l];
            left += fabs(rest[l]);
        }
        for (int k = 0; k < 5; k++) fastest = fmax(fastest, rate[k] * (k < 2 ? chain.cells : 1.0));
        assert_close(sum, 1, 0, 1e-12);
        assert_true(left < 1e-14 * fastest * chain.cells);
        ley_release(p);
        ley_release(rest);
        ley_chain_clear(&chain);
    }
}

/* Energies of a cell approach a limit like 1/N. */
static void test_larger_batteries_agree(void **state) {
    (void)state;
    double energy[2];
    for (int i = 0; i < 2; i++) {
        const int32_t cells = i == 0 ? 240 : 480;
        const ley_model model = bath(cells, 1.0 / cells, 0.3 / cells, 0.4, 0.6, 0.1);
        ley_chain chain;
        assert_int_equal(ley_chain_create(&chain, &model, NULL), LEY_OK);
        double *p = ley_allocate((size_t)chain.n, sizeof *p);
        assert_int_equal(ley_chain_solve(&chain, p, NULL), LEY_OK);
        energy[i] = 0;
        for (int32_t b = 0, l = 0; b < chain.n_blocks; b++)
            for (int32_t k = b; k <= cells - b; k++) energy[i] += k * p[l++];
        energy[i] /= cells;
        ley_release(p);
        ley_chain_clear(&chain);
    }
    assert_close(energy[0], energy[1], 0.02, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_product_states),
                                       cmocka_unit_test(test_whole_residuals),
                                       cmocka_unit_test(test_larger_batteries_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
