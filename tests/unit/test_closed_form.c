/* The closed forms of Ahmadi et al. against stationary populations found by other means: sums over the chain. */
#include "support/assert_close.h"
#include "support/run_scenario.h"

#include "basis/spin.h"
#include "core/memory.h"
#include "generator/chain.h"
#include "observables/observables.h"

#include <stdio.h>
#include <string.h>

static const double alphas[] = {0, 0.1, 0.5, 0.9, 0.999, 1 - 1e-9};
enum { ALPHAS = sizeof alphas / sizeof *alphas };

static ley_model bath(int32_t cells, double alpha) {
    ley_model model;
    ley_model_init(&model);
    model.cells = cells;
    model.battery_frequency = ley_signal_constant(1);
    model.rate[LEY_COLLECTIVE_EMISSION] = ley_signal_constant(1);
    model.rate[LEY_COLLECTIVE_ABSORPTION] = ley_signal_constant(alpha);
    return model;
}

/* Fills p from the closed form and checks that the chain of the bath does not move it. */
static void populations(double *p, const ley_chain *chain, const double *weight, double alpha) {
    double *rest = ley_allocate((size_t)chain->n, sizeof *rest);
    for (int32_t b = 0; b < chain->n_blocks; b++) {
        const int32_t two_j = ley_spin_two_j(chain->cells, b);
        double sum = 0;
        for (int32_t i = 0; i <= two_j; i++) {
            const double share = ley_thermal_population(two_j, i, alpha);
            p[chain->offset[b] + i] = weight[b] * share;
            sum += share;
        }
        assert_close(sum, 1, 0, 1e-13);
    }
    ley_chain_apply(chain, rest, p);
    for (int32_t i = 0; i < chain->n; i++) assert_close(rest[i], 0, 0, 1e-13 * chain->cells * chain->cells);
    ley_release(rest);
}

static void test_from_ground(void **state) {
    (void)state;
    for (int32_t cells = 1; cells <= 30; cells += cells < 6 ? 1 : 8)
        for (int k = 0; k < ALPHAS; k++) {
            ley_model model = bath(cells, alphas[k]);
            ley_chain chain;
            assert_int_equal(ley_chain_create(&chain, &model, NULL), LEY_OK);
            double *p = ley_allocate((size_t)chain.n, sizeof *p),
                   *weight = ley_allocate((size_t)chain.n, sizeof *p),
                   *scratch = ley_allocate((size_t)ley_passive_scratch(cells), sizeof *scratch), energy = 0;
            weight[0] = 1;
            populations(p, &chain, weight, alphas[k]);
            for (int32_t i = 0; i <= cells; i++) energy += i * p[i];
            const double passive = ley_passive_energy(cells, p, LEY_COUNT_GLOBAL, scratch);
            assert_close(ley_thermal_energy_from_ground(cells, alphas[k]), energy, 0, 1e-12 * cells);
            assert_close(ley_thermal_ergotropy_from_ground(cells, alphas[k]), energy - passive, 0, 1e-12 * cells);
            ley_release(p);
            ley_release(weight);
            ley_release(scratch);
            ley_chain_clear(&chain);
        }
    /* Cold: energy alpha + alpha², ergotropy alpha² + alpha³, to the last digits */
    for (double alpha = 1e-6; alpha > 1e-150; alpha *= 1e-9) {
        assert_close(ley_thermal_energy_from_ground(6, alpha), alpha * (1 + alpha * (1 + alpha)), 1e-14, 0);
        assert_close(ley_thermal_ergotropy_from_ground(6, alpha), alpha * alpha * (1 + alpha), 1e-11, 0);
    }
    /* alpha -> 1: N/2 + 1/(N+1) - 1, and the energy of the fully mixed spin N/2 */
    assert_close(ley_thermal_ergotropy_from_ground(10, 1), 5 + 1.0 / 11 - 1, 0, 1e-13);
    assert_close(ley_thermal_energy_from_ground(10, 1), 5, 0, 1e-13);
}

/* Eigenvalues for one copy: the weight that the Gibbs state gives to j, over d_j, times the share. */
static void test_from_gibbs(void **state) {
    (void)state;
    static const double qs[] = {0, 0.2, 0.6, 0.95, 1};
    for (int32_t cells = 1; cells <= 9; cells++)
        for (int k = 0; k < ALPHAS; k++)
            for (int l = 0; l < 5; l++) {
                ley_model model = bath(cells, alphas[k]);
                const ley_battery_state gibbs = {.kind = LEY_BATTERY_GIBBS, .q = qs[l]};
                ley_chain chain;
                assert_int_equal(ley_chain_create(&chain, &model, NULL), LEY_OK);
                double *p = ley_allocate((size_t)chain.n, sizeof *p), residual;
                const char *method;
                ley_chain_start(&chain, &gibbs, p);
                assert_int_equal(ley_chain_stationary(&chain, &model, p, p, &method, &residual, NULL), LEY_OK);
                for (int32_t m = 0; m <= cells; m++)
                    assert_close(ley_thermal_eigenvalue_bright(cells, m, alphas[k], qs[l]), p[m], 1e-12, 1e-15);
                for (int32_t m = 0; 2 * m <= cells; m++) {
                    const double copies = exp(ley_log_multiplicity(cells, cells - 2 * m));
                    assert_close(ley_thermal_eigenvalue_lowest(cells, m, alphas[k], qs[l]),
                                 p[chain.offset[m]] / copies, 1e-12, 1e-15);
                }
                ley_release(p);
                ley_chain_clear(&chain);
            }
}

/* Figures 7 and 9 of the paper, to the digits that can be read from its formulas by hand. */
static void test_values(void **state) {
    (void)state;
    assert_close(ley_thermal_energy_from_ground(1, 0.5), 1.0 / 3, 0, 1e-15);
    assert_close(ley_thermal_ergotropy_from_ground(1, 0.5), 0, 0, 1e-15);
    assert_close(ley_thermal_energy_from_ground(2, 0.5), 4.0 / 7, 0, 1e-15);
    assert_close(ley_thermal_ergotropy_from_ground(2, 0.5), 1.0 / 7, 0, 1e-15);
    assert_close(ley_thermal_population(4, 1, 0.5), 8.0 / 31, 0, 1e-15);
    assert_close(ley_thermal_eigenvalue_bright(2, 1, 0.5, 0.5), 2.0 / 9, 0, 1e-15);
    assert_close(ley_thermal_eigenvalue_lowest(2, 1, 0.5, 0.5), 2.0 / 9, 0, 1e-15);
    assert_close(ley_sector_decay_bound(2, 2, 2, 1, 0), 1, 0, 1e-15);  /* |1, 1><1, -1|: (sqrt 2 - 0)^2 / 2 */
    assert_close(ley_sector_decay_bound(2, 0, -1, 1, 0), 0, 0, 1e-15); /* |1, -1><0, 0| is dark at n = 0 */
    assert_close(ley_sector_decay_bound(2, 0, -1, 2, 1), 1, 0, 1e-15);
}

static void test_domain(void **state) {
    (void)state;
    const double outside[] = {ley_thermal_population(2, 3, 0.5),
                              ley_thermal_population(2, -1, 0.5),
                              ley_thermal_population(2, 1, 1.5),
                              ley_thermal_energy_from_ground(0, 0.5),
                              ley_thermal_energy_from_ground(2, -0.1),
                              ley_thermal_ergotropy_from_ground(3, 1.01),
                              ley_thermal_eigenvalue_bright(3, 4, 0.5, 0.5),
                              ley_thermal_eigenvalue_bright(3, 1, 0.5, 1.5),
                              ley_thermal_eigenvalue_lowest(3, 2, 0.5, 0.5),
                              ley_sector_decay_bound(2, 1, 0, 1, 1),
                              ley_sector_decay_bound(2, 2, 3, 1, 1),
                              ley_sector_decay_bound(2, 2, INT32_MIN, 1, 1),
                              ley_sector_decay_bound(2, 2, INT32_MAX, 1, 1),
                              ley_sector_decay_bound(2, 2, 1, -1, 1)};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) assert_true(isnan(outside[i]));
}

/* An evolution that has arrived, from starts in one spin and in several: everything that has a closed form. */
static void test_scenario(void **state) {
    (void)state;
    static const char *const starts[] = {"ground", "excited", "{dicke: [1, 0]}", "{spin_coherent: [1.1, 0.4]}",
                                         "{gibbs: 0.4}"};
    static const char *const names[] = {
        "battery.energy",        "battery.ergotropy",     "battery.entropy", "battery.ergotropy_collective",
        "battery.purity",        "battery.locked_energy", "battery.jz",      "battery.passive_energy",
        "battery.bright_weight", "battery.jplus_jminus"};
    enum { NAMES = sizeof names / sizeof *names };
    char text[1024], list[512] = "";
    for (int k = 0; k < NAMES; k++) snprintf(list + strlen(list), sizeof list - strlen(list), "%s, ", names[k]);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        snprintf(text, sizeof text,
                 "battery: {cells: 4, frequency: 1.5, state: %s}\n"
                 "noise: {collective: {rate: 0.5, alpha: 0.7, dephasing: 0.1}}\ntime: {values: [0, 60]}\n"
                 "observe: [%s]\nmeasure: [final(battery.energy)]\nclosed_form: collective_thermal\n"
                 "numerics: {tolerance: 1e-10}\n",
                 starts[i], list);
        ley_run *run = run_scenario(text, starts[i]);
        for (int k = 0; k < NAMES; k++) {
            char closed[64], difference[64];
            snprintf(closed, sizeof closed, "closed_form.%s", names[k]);
            snprintf(difference, sizeof difference, "difference.%s", names[k]);
            const double value = run_value(run, names[k], 1, 0);
            assert_close(run_value(run, closed, 1, 0), value, 0, 1e-8);
            assert_close(run_value(run, closed, 0, 0), run_value(run, closed, 1, 0), 0, 0);
            assert_close(run_value(run, difference, 1, 0), value - run_value(run, closed, 1, 0), 0, 1e-14);
        }
        assert_close(ley_run_measure(run, "final(closed_form.battery.energy)"),
                     run_value(run, "closed_form.battery.energy", 1, 0), 0, 0);
        ley_run_destroy(run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_from_ground), cmocka_unit_test(test_from_gibbs),
                                       cmocka_unit_test(test_values), cmocka_unit_test(test_domain),
                                       cmocka_unit_test(test_scenario)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
