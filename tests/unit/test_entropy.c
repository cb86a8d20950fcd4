/* Entropies, purities, coherences and the rest of the table against explicit states of 2^N levels. */
#include "core/memory.h"
#include "observables/observables.h"
#include "support/assert_close.h"
#include "support/symmetric_state.h"

#include <stdlib.h>

static double entropy_of(dense rho) {
    double *values = malloc((size_t)rho.n * sizeof *values), sum = 0;
    assert_non_null(values);
    dense_eigenvalues(values, rho);
    for (int i = 0; i < rho.n; i++)
        if (values[i] > 0) sum -= values[i] * log(values[i]);
    free(values);
    return sum;
}

static double purity_of(dense rho) {
    return creal(dense_trace_product(rho, rho));
}

/* rho in the angular momentum basis |j, m, copy>: real vectors. */
static dense in_spin_basis(int cells, dense rho) {
    const dense_spin_basis *basis = dense_spin_basis_of(cells);
    dense v = dense_zero(basis->n);
    for (int i = 0; i < basis->n * basis->n; i++) v.at[i] = basis->vector[i]; /* rows are the vectors */
    return dense_product(dense_product(v, rho), dense_adjoint(v));
}

typedef struct bench {
    ley_model model;
    ley_generator *generator;
    ley_observer *observer;
    symmetric_state state;
    double *reduced;
} bench;

static void bench_open(bench *self, int cells, int levels) {
    ley_observable everything[LEY_OBSERVABLE_COUNT];
    for (int i = 0; i < LEY_OBSERVABLE_COUNT; i++) everything[i] = (ley_observable)i;
    ley_model_init(&self->model);
    self->model.cells = cells;
    self->model.levels = levels;
    self->model.battery_frequency = ley_signal_constant(1.3);
    self->model.cavity_frequency = ley_signal_constant(0.7);
    self->model.coupling = ley_signal_constant(0.4);
    self->model.counter_rotating = 0.6;
    assert_int_equal(ley_generator_blocks_create(&self->generator, &self->model, NULL), LEY_OK);
    assert_int_equal(ley_observer_create(&self->observer, self->generator, everything, LEY_OBSERVABLE_COUNT, NULL),
                     LEY_OK);
    assert_true(ley_observer_needs_state(self->observer));
    self->reduced = malloc((size_t)ley_reduced_length(&self->generator->blocks) * sizeof(double));
    assert_non_null(self->reduced);
}

static void bench_look(bench *self, double t) {
    self->generator->class->reduce(self->generator, self->reduced, self->state.x);
    ley_observer_look(self->observer, t, self->reduced, self->state.x, 0.125);
}

static void bench_close(bench *self) {
    free(self->reduced);
    ley_release(self->state.x);
    ley_observer_destroy(self->observer);
    ley_generator_destroy(self->generator);
    ley_model_clear(&self->model);
    dense_release_all();
}

static double value_of(bench *self, ley_observable what) {
    double value = NAN;
    ley_error err;
    if (ley_observer_value(self->observer, &value, what, &err) != LEY_OK) fail_msg("%s", err.message);
    return value;
}

/* Random states, so that no symmetry hides an error. */
static void random_states(void **unused) {
    (void)unused;
    uint64_t seed = 41;
    for (int cells = 1; cells <= 3; cells++)
        for (int levels = 1; levels <= 3; levels++) {
            bench self;
            bench_open(&self, cells, levels);
            symmetric_state_random(&self.state, self.generator, &seed);
            bench_look(&self, 2);
            const int n = 1 << cells;
            const dense rho = self.state.rho, battery = dense_battery_of(n, levels, rho),
                        cavity = dense_cavity_of(n, levels, rho);
            const double tolerance = 2e-13;
            assert_close(value_of(&self, LEY_BATTERY_ENTROPY), entropy_of(battery), 0, tolerance);
            assert_close(value_of(&self, LEY_CAVITY_ENTROPY), entropy_of(cavity), 0, tolerance);
            assert_close(value_of(&self, LEY_MUTUAL_INFORMATION),
                         entropy_of(battery) + entropy_of(cavity) - entropy_of(rho), 0, tolerance);
            assert_close(value_of(&self, LEY_BATTERY_PURITY), purity_of(battery), 0, tolerance);
            assert_close(value_of(&self, LEY_CAVITY_PURITY), purity_of(cavity), 0, tolerance);
            assert_close(value_of(&self, LEY_TOTAL_PURITY), purity_of(rho), 0, tolerance);

            const dense spins = in_spin_basis(cells, battery);
            double l1 = 0, diagonal = 0;
            for (int i = 0; i < n; i++)
                for (int k = 0; k < n; k++) {
                    double p = cabs(spins.at[i * n + k]);
                    if (i == k)
                        diagonal -= p * log(p);
                    else
                        l1 += p;
                }
            const dense lowering = dense_total(cells, dense_sigma_minus());
            assert_close(value_of(&self, LEY_BATTERY_JPLUS_JMINUS),
                         creal(dense_trace_product(dense_product(dense_adjoint(lowering), lowering), battery)), 0,
                         tolerance);
            double face_value = 0; /* blocks whose traces are the weights p_j, copies not counted */
            for (int b = 0; 2 * b <= cells; b++)
                face_value += entropy_of(dense_battery_of(cells - 2 * b + 1, levels, self.state.blocks[b]));
            assert_close(value_of(&self, LEY_BATTERY_ENTROPY_DICKE), face_value, 0, tolerance);
            assert_close(value_of(&self, LEY_BATTERY_COHERENCE_L1), l1, 0, tolerance);
            assert_close(value_of(&self, LEY_BATTERY_COHERENCE_RELATIVE), diagonal - entropy_of(battery), 0,
                         tolerance);

            const dense_spin_basis *basis = dense_spin_basis_of(cells);
            double weights[4] = {0}, expected_weights[4] = {0}, levels_found[4], expected_levels[4] = {0};
            for (int v = 0; v < n; v++) {
                expected_weights[(cells - basis->two_j[v]) / 2] += creal(spins.at[v * n + v]);
                expected_levels[(cells + basis->two_m[v]) / 2] += creal(spins.at[v * n + v]);
            }
            assert_int_equal(ley_observer_value(self.observer, weights, LEY_BATTERY_SPIN_WEIGHTS, NULL), LEY_OK);
            assert_int_equal(ley_observer_value(self.observer, levels_found, LEY_BATTERY_POPULATIONS, NULL),
                             LEY_OK);
            double jz = 0;
            for (int i = 0; 2 * i <= cells; i++) assert_close(weights[i], expected_weights[i], 0, tolerance);
            for (int i = 0; i <= cells; i++) {
                assert_close(levels_found[i], expected_levels[i], 0, tolerance);
                jz += (i - 0.5 * cells) * expected_levels[i];
            }
            assert_close(value_of(&self, LEY_BATTERY_BRIGHT_WEIGHT), expected_weights[0], 0, tolerance);
            assert_close(value_of(&self, LEY_BATTERY_JZ), jz, 0, tolerance);
            const double energy = 1.3 * (jz + 0.5 * cells);
            assert_close(value_of(&self, LEY_BATTERY_ENERGY), energy, 0, tolerance);
            assert_close(value_of(&self, LEY_POWER), energy / 2, 0, tolerance);

            double *values = malloc((size_t)n * sizeof *values), passive = 0;
            assert_non_null(values);
            dense_eigenvalues(values, battery); /* of all 2^N: the largest on the level with fewest ones */
            int i = n;
            for (int k = 0; k <= cells; k++)
                for (int state = 0; state < n; state++)
                    if (__builtin_popcount((unsigned)state) == k) passive += 1.3 * k * values[--i];
            free(values);
            assert_close(value_of(&self, LEY_BATTERY_PASSIVE_ENERGY), passive, 0, tolerance);
            assert_close(value_of(&self, LEY_BATTERY_LOCKED_ENERGY), passive, 0, tolerance);
            assert_close(value_of(&self, LEY_BATTERY_ERGOTROPY), energy - passive, 0, tolerance);

            double photons = 0;
            dense_number field = dense_trace_product(dense_annihilation(levels), cavity);
            for (int k = 0; k < levels; k++) photons += k * creal(cavity.at[k * (levels + 1)]);
            assert_close(value_of(&self, LEY_CAVITY_PHOTONS), photons, 0, tolerance);
            assert_close(value_of(&self, LEY_CAVITY_ENERGY), 0.7 * photons, 0, tolerance);
            assert_close(value_of(&self, LEY_CAVITY_TOP_LEVEL), creal(cavity.at[levels * levels - 1]), 0,
                         tolerance);
            assert_close(value_of(&self, LEY_CAVITY_AMPLITUDE_RE), creal(field), 0, tolerance);
            assert_close(value_of(&self, LEY_CAVITY_AMPLITUDE_IM), cimag(field), 0, tolerance);
            const dense lower = dense_total(cells, dense_sigma_minus()), a = dense_annihilation(levels);
            const double exchange =
                2 * creal(dense_trace_product(dense_kron(lower, dense_sum(dense_adjoint(a), 0.6, a)),
                                              rho)); /* and its adjoint */
            assert_close(value_of(&self, LEY_INTERACTION_ENERGY), 0.4 * exchange, 0, tolerance);
            assert_close(value_of(&self, LEY_SWITCHING_COST), -0.4 * exchange, 0, tolerance);
            assert_close(value_of(&self, LEY_TOTAL_ENERGY), energy + 0.7 * photons + 0.4 * exchange, 0, tolerance);
            assert_true(value_of(&self, LEY_HEAT) == 0.125);

            double lowest, hermiticity, trace;
            assert_int_equal(ley_observer_health(self.observer, &lowest, &hermiticity, &trace, NULL), LEY_OK);
            double expected = INFINITY;
            for (int b = 0; 2 * b <= cells; b++) {
                double block_values[4];
                const int d = cells - 2 * b + 1;
                dense_eigenvalues(block_values, dense_battery_of(d, levels, self.state.blocks[b]));
                expected = fmin(expected, block_values[0]);
            }
            assert_close(lowest, expected, 0, tolerance);
            assert_close(hermiticity, 0, 0, tolerance);
            assert_close(trace, 1, 0, tolerance);
            bench_close(&self);
        }
}

/* Looking at another state forgets the spectra of the last; power is 0 at t = 0. */
static void a_new_look_forgets(void **unused) {
    (void)unused;
    uint64_t seed = 42;
    bench self;
    bench_open(&self, 2, 2);
    symmetric_state_random(&self.state, self.generator, &seed);
    bench_look(&self, 1);
    for (int what = 0; what < LEY_OBSERVABLE_COUNT; what++) {
        double value[20];                                               /* battery.state of two cells */
        bool alone = ley_observable_needs_second((ley_observable)what); /* there is no second run here */
        assert_int_equal(ley_observer_value(self.observer, value, (ley_observable)what, NULL),
                         alone ? LEY_ERR_ARGUMENT : LEY_OK);
    }
    ley_release(self.state.x);
    symmetric_state_random(&self.state, self.generator, &seed);
    bench_look(&self, 0);
    const dense battery = dense_battery_of(4, 2, self.state.rho), cavity = dense_cavity_of(4, 2, self.state.rho);
    assert_close(value_of(&self, LEY_BATTERY_ENTROPY), entropy_of(battery), 0, 1e-13);
    assert_close(value_of(&self, LEY_MUTUAL_INFORMATION),
                 entropy_of(battery) + entropy_of(cavity) - entropy_of(self.state.rho), 0, 1e-13);
    assert_true(value_of(&self, LEY_POWER) == 0);
    bench_close(&self);
}

/* Health reports what is wrong, unrepaired: an eigenvalue of -1/4, a missing trace, an antihermitian part. */
static void health_hides_nothing(void **unused) {
    (void)unused;
    bench self;
    bench_open(&self, 2, 1);
    self.state.blocks[0] = dense_zero(3);
    self.state.blocks[1] = dense_zero(1);
    self.state.blocks[0].at[0] = 0.75;
    self.state.blocks[0].at[8] = -0.25;
    self.state.blocks[1].at[0] = 0.25;
    self.state.blocks[0].at[1] = 0.3; /* [m = -1][0] without its mirror: Hermitian part 0.15, distance 0.3 sqrt 2 */
    symmetric_state_of_blocks(&self.state, self.generator);
    bench_look(&self, 0);
    double lowest, hermiticity, trace;
    assert_int_equal(ley_observer_health(self.observer, &lowest, &hermiticity, &trace, NULL), LEY_OK);
    assert_close(lowest, -0.25, 0, 1e-14);
    assert_close(trace, 0.75, 0, 1e-14);
    assert_close(hermiticity, 0.3 * sqrt(2), 1e-14, 0);
    self.reduced[0] = NAN; /* [m = -1][-1] of j = 1 */
    ley_observer_look(self.observer, 0, self.reduced, self.state.x, 0);
    ley_error err;
    double value = 3;
    assert_int_equal(ley_observer_health(self.observer, &lowest, &hermiticity, &trace, &err), LEY_ERR_NUMERIC);
    assert_int_equal(ley_observer_value(self.observer, &value, LEY_BATTERY_ERGOTROPY, &err), LEY_ERR_NUMERIC);
    assert_int_equal(ley_observer_value(self.observer, &value, LEY_BATTERY_PURITY, &err), LEY_ERR_NUMERIC);
    double vector[3] = {3, 3, 3};
    assert_int_equal(ley_observer_value(self.observer, vector, LEY_BATTERY_SPIN_WEIGHTS, &err), LEY_ERR_NUMERIC);
    assert_int_equal(ley_observer_value(self.observer, vector, LEY_BATTERY_POPULATIONS, &err), LEY_ERR_NUMERIC);
    assert_true(value == 3 && vector[0] == 3);
    bench_close(&self);
}

/* Energies measured upside down: work is drawn towards the other end of the ladder. */
static void a_negative_energy_frequency(void **unused) {
    (void)unused;
    bench self;
    bench_open(&self, 2, 1);
    self.model.battery_energy_given = true;
    self.model.battery_energy_frequency = ley_signal_constant(-2);
    self.state.blocks[0] = dense_zero(3); /* ground state: the highest energy now */
    self.state.blocks[1] = dense_zero(1);
    self.state.blocks[0].at[0] = 1;
    symmetric_state_of_blocks(&self.state, self.generator);
    bench_look(&self, 0);
    assert_close(value_of(&self, LEY_BATTERY_ENERGY), 0, 0, 1e-14);
    for (int what = LEY_BATTERY_ERGOTROPY; what <= LEY_BATTERY_ERGOTROPY_HYBRID; what++)
        assert_close(value_of(&self, (ley_observable)what), 4, 0, 1e-14);
    assert_close(value_of(&self, LEY_BATTERY_PASSIVE_ENERGY), -4, 0, 1e-14);
    bench_close(&self);
}

static void failing_memory(void **unused) {
    (void)unused;
    ley_model model;
    ley_generator *generator;
    ley_model_init(&model);
    model.cells = 3;
    model.levels = 2;
    assert_int_equal(ley_generator_blocks_create(&generator, &model, NULL), LEY_OK);
    const ley_observable lists[2][1] = {{LEY_BATTERY_ENERGY}, {LEY_LOG_NEGATIVITY}};
    for (int i = 0; i < 2; i++) {
        long live = ley_memory_live(), count = 0;
        ley_status status;
        ley_observer *observer = NULL;
        do {
            ley_memory_fail_after(count++);
            status = ley_observer_create(&observer, generator, lists[i], 1, NULL);
            ley_memory_fail_after(-1);
            if (status != LEY_OK) {
                assert_int_equal(status, LEY_ERR_MEMORY);
                assert_null(observer);
                assert_int_equal(ley_memory_live(), live);
            }
        } while (status != LEY_OK);
        assert_true(count > 2);
        assert_int_equal(ley_observer_needs_state(observer), i == 1);
        ley_observer_destroy(observer);
        assert_int_equal(ley_memory_live(), live);
    }
    ley_observer_destroy(NULL);
    ley_generator_destroy(generator);
    ley_model_clear(&model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_states),        cmocka_unit_test(a_new_look_forgets),
        cmocka_unit_test(health_hides_nothing), cmocka_unit_test(a_negative_energy_frequency),
        cmocka_unit_test(failing_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
