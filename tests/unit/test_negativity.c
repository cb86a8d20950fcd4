/* Log-negativity against the partial transpose of explicit states, and closed forms. */
#include "core/memory.h"
#include "observables/observables.h"
#include "support/assert_close.h"
#include "support/symmetric_state.h"

#include <stdlib.h>

static double observed(const ley_generator *generator, const symmetric_state *state) {
    const ley_observable list[1] = {LEY_LOG_NEGATIVITY};
    ley_observer *observer;
    assert_int_equal(ley_observer_create(&observer, generator, list, 1, NULL), LEY_OK);
    double *reduced = malloc((size_t)ley_reduced_length(&generator->blocks) * sizeof *reduced), value = NAN;
    assert_non_null(reduced);
    generator->class->reduce(generator, reduced, state->x);
    ley_observer_look(observer, 0, reduced, state->x, 0);
    assert_int_equal(ley_observer_value(observer, &value, LEY_LOG_NEGATIVITY, NULL), LEY_OK);
    free(reduced);
    ley_observer_destroy(observer);
    return value;
}

static ley_generator *generator_of(ley_model *model, int cells, int levels) {
    ley_generator *generator;
    ley_model_init(model);
    model->cells = cells;
    model->levels = levels;
    assert_int_equal(ley_generator_blocks_create(&generator, model, NULL), LEY_OK);
    return generator;
}

static void done_with(ley_generator *generator, symmetric_state *state) {
    ley_release(state->x);
    ley_generator_destroy(generator);
    dense_release_all();
}

/* A random pure state in each block mixed with a little noise is entangled; a thermal mixture is not. */
static void random_states(void **unused) {
    (void)unused;
    uint64_t seed = 51;
    int entangled = 0;
    for (int cells = 1; cells <= 3; cells++)
        for (int levels = 2; levels <= 3; levels++) {
            ley_model model;
            ley_generator *generator = generator_of(&model, cells, levels);
            symmetric_state state;
            for (int b = 0; 2 * b <= cells; b++) {
                const int side = (cells - 2 * b + 1) * levels;
                dense mixed = dense_random_positive(side, &seed), pure = dense_zero(side);
                dense column = dense_random_hermitian(side, &seed);
                double norm = 0;
                for (int i = 0; i < side; i++) norm += creal(column.at[i] * conj(column.at[i]));
                for (int i = 0; i < side * side; i++)
                    pure.at[i] = column.at[i / side] * conj(column.at[i % side]) / norm;
                double weight = cells == 1 ? 1 : (b == 0 ? 0.7 : 0.3);
                state.blocks[b] = dense_scaled(weight, dense_sum(dense_scaled(0.1, mixed), 0.9, pure));
            }
            symmetric_state_of_blocks(&state, generator);
            const int n = (1 << cells) * levels;
            double *values = malloc((size_t)n * sizeof *values), norm = 0;
            assert_non_null(values);
            dense_eigenvalues(values, dense_transposed_cavity(1 << cells, levels, state.rho));
            for (int i = 0; i < n; i++) norm += fabs(values[i]);
            free(values);
            entangled += norm > 1.01;
            assert_close(observed(generator, &state), log2(norm), 0, 1e-13);
            done_with(generator, &state);
            ley_model_clear(&model);
        }
    assert_int_equal(entangled, 6);
}

/* sqrt(p)|e, 0> + sqrt(1 - p)|g, 1>: trace norm 1 + 2 sqrt(p (1 - p)); one bit at p = 1/2. */
static void one_shared_excitation(void **unused) {
    (void)unused;
    for (double p = 0; p <= 1; p += 0.25) {
        ley_model model;
        ley_generator *generator = generator_of(&model, 1, 2);
        symmetric_state state = {.blocks = {dense_zero(4)}};
        const dense_number psi[4] = {0, sqrt(1 - p), sqrt(p), 0}; /* g0, g1, e0, e1 */
        for (int i = 0; i < 16; i++) state.blocks[0].at[i] = psi[i / 4] * conj(psi[i % 4]);
        symmetric_state_of_blocks(&state, generator);
        assert_close(observed(generator, &state), log2(1 + 2 * sqrt(p * (1 - p))), 0, 1e-14);
        done_with(generator, &state);
        ley_model_clear(&model);
    }
}

static void product_states_have_none(void **unused) {
    (void)unused;
    uint64_t seed = 52;
    ley_model model;
    ley_generator *generator = generator_of(&model, 3, 3);
    symmetric_state state;
    const dense cavity = dense_random_positive(3, &seed);
    state.blocks[0] = dense_scaled(0.6, dense_kron(dense_random_positive(4, &seed), cavity));
    state.blocks[1] = dense_scaled(0.4, dense_kron(dense_random_positive(2, &seed), cavity));
    symmetric_state_of_blocks(&state, generator);
    assert_close(observed(generator, &state), 0, 0, 1e-14);
    done_with(generator, &state);
    ley_model_clear(&model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_states),
        cmocka_unit_test(one_shared_excitation),
        cmocka_unit_test(product_states_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
