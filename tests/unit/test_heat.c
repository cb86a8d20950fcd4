/* Moments, energies and the flow of heat against explicit operators on 2^N levels. */
#include "core/memory.h"
#include "observables/observables.h"
#include "support/assert_close.h"
#include "support/symmetric_state.h"

#include <stdlib.h>

/* Operators of the whole space; the cavity is the last factor. */
typedef struct space {
    int cells, levels;
    dense one_battery, one_cavity, j_minus, j_z, excitations, a, edge;
} space;

static space space_of(int cells, int levels) {
    space s = {.cells = cells, .levels = levels};
    dense a = dense_annihilation(levels), top = dense_zero(levels);
    top.at[levels * levels - 1] = 1;
    s.one_battery = dense_identity(1 << cells);
    s.one_cavity = dense_identity(levels);
    s.j_minus = dense_total(cells, dense_sigma_minus());
    s.j_z = dense_scaled(0.5, dense_total(cells, dense_sigma_z()));
    s.excitations = dense_sum(s.j_z, 0.5 * cells, s.one_battery);
    s.a = a;
    s.edge = dense_product(a, top);
    return s;
}

static dense hamiltonian(const space *s, const ley_model *model) {
    const dense up = dense_adjoint(s->j_minus), a_dag = dense_adjoint(s->a);
    const double g = model->coupling.value * model->coupling_switch.value, r = model->counter_rotating;
    dense h = dense_scaled(model->battery_frequency.value, dense_kron(s->excitations, s->one_cavity));
    h = dense_sum(h, 0.5 * model->drive_battery.value, dense_kron(dense_sum(up, 1, s->j_minus), s->one_cavity));
    if (model->levels == 0) return h;
    h = dense_sum(h, model->cavity_frequency.value, dense_kron(s->one_battery, dense_product(a_dag, s->a)));
    h = dense_sum(h, g, dense_sum(dense_kron(up, s->a), 1, dense_kron(s->j_minus, a_dag)));
    h = dense_sum(h, g * r, dense_sum(dense_kron(up, a_dag), 1, dense_kron(s->j_minus, s->a)));
    return dense_sum(h, model->drive_cavity.value, dense_kron(s->one_battery, dense_sum(s->a, 1, a_dag)));
}

/* sum of rate D[L] rho */
static dense dissipation(const space *s, const ley_model *model, dense rho) {
    const dense up = dense_adjoint(s->j_minus), a_dag = dense_adjoint(s->a);
    const dense cavity[2] = {s->a, a_dag}, collective[3] = {s->j_minus, up, s->j_z};
    const dense local[3] = {dense_sigma_minus(), dense_adjoint(dense_sigma_minus()), dense_sigma_z()};
    dense sum = dense_zero(rho.n);
    for (int i = 0; i < 2; i++)
        sum = dense_sum(sum, model->rate[LEY_CAVITY_LOSS + i].value,
                        dense_dissipator(dense_kron(s->one_battery, cavity[i]), rho));
    for (int i = 0; i < 3; i++)
        sum = dense_sum(sum, model->rate[LEY_COLLECTIVE_EMISSION + i].value,
                        dense_dissipator(dense_kron(collective[i], s->one_cavity), rho));
    for (int i = 0; i < 3; i++)
        for (int cell = 0; cell < s->cells; cell++)
            sum = dense_sum(
                sum, model->rate[LEY_LOCAL_EMISSION + i].value,
                dense_dissipator(dense_kron(dense_on_cell(s->cells, cell, local[i]), s->one_cavity), rho));
    return sum;
}

static void random_model(ley_model *model, int cells, int levels, uint64_t *seed) {
    ley_model_init(model);
    model->cells = cells;
    model->levels = levels;
    ley_signal *const signals[] = {&model->battery_frequency, &model->cavity_frequency, &model->coupling,
                                   &model->coupling_switch,   &model->drive_cavity,     &model->drive_battery};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        *signals[i] = ley_signal_constant(0.2 + dense_uniform(seed));
    model->counter_rotating = dense_uniform(seed);
}

static void check(const ley_model *model, uint64_t *seed) {
    const int cells = model->cells, levels = model->levels > 0 ? model->levels : 1;
    const space s = space_of(cells, levels);
    ley_generator *generator;
    assert_int_equal(ley_generator_blocks_create(&generator, model, NULL), LEY_OK);
    symmetric_state state;
    symmetric_state_random(&state, generator, seed);
    double *vector = malloc((size_t)ley_reduced_length(&generator->blocks) * sizeof *vector);
    assert_non_null(vector);
    generator->class->reduce(generator, vector, state.x);
    ley_reduced reduced = ley_reduced_view(&generator->blocks, vector);

    const dense jz_jm = dense_product(s.j_z, s.j_minus), jm_jz = dense_product(s.j_minus, s.j_z);
    const dense battery[LEY_MOMENT_BATTERY] = {s.one_battery, s.j_minus, jz_jm, jm_jz};
    const dense a_dag = dense_adjoint(s.a);
    const dense cavity[LEY_MOMENT_CAVITY] = {s.one_cavity,         s.a, a_dag, dense_product(a_dag, s.a), s.edge,
                                             dense_adjoint(s.edge)};
    for (int b = 0; b < LEY_MOMENT_BATTERY; b++)
        for (int c = 0; c < LEY_MOMENT_CAVITY; c++) {
            dense_number expected = dense_trace_product(dense_kron(battery[b], cavity[c]), state.rho);
            ley_complex moment = reduced.moment[b * LEY_MOMENT_CAVITY + c];
            assert_close(moment.re, creal(expected), 0, 1e-13);
            assert_close(moment.im, cimag(expected), 0, 1e-13);
        }

    const dense h = hamiltonian(&s, model);
    assert_close(ley_total_energy(model, &generator->blocks, 0, &reduced), creal(dense_trace_product(h, state.rho)),
                 0, 1e-13);
    assert_close(ley_heat_rate(model, &generator->blocks, 0, &reduced),
                 -creal(dense_trace_product(h, dissipation(&s, model, state.rho))), 0, 1e-12);
    free(vector);
    ley_release(state.x);
    ley_generator_destroy(generator);
    dense_release_all();
}

/* One channel at a time, so that no error hides behind another; then all, one of them negative. */
static void heat_of_every_channel(void **unused) {
    (void)unused;
    uint64_t seed = 31;
    for (int cells = 1; cells <= 3; cells++)
        for (int channel = 0; channel <= LEY_CHANNEL_COUNT; channel++) {
            ley_model model;
            random_model(&model, cells, 4, &seed);
            for (int i = 0; i < LEY_CHANNEL_COUNT; i++)
                if (channel == i || channel == LEY_CHANNEL_COUNT)
                    model.rate[i] = ley_signal_constant(dense_uniform(&seed) + 0.5);
            if (channel == LEY_CHANNEL_COUNT) model.rate[LEY_COLLECTIVE_EMISSION].value = -0.4;
            check(&model, &seed);
            ley_model_clear(&model);
        }
}

/* levels 0: no cavity, whatever its numbers say; 1 and 2: the edge is the whole cavity. */
static void heat_with_few_levels(void **unused) {
    (void)unused;
    uint64_t seed = 32;
    for (int cells = 1; cells <= 4; cells++)
        for (int levels = 0; levels <= 2; levels++) {
            ley_model model;
            random_model(&model, cells, levels, &seed);
            for (int i = 0; i < LEY_CHANNEL_COUNT; i++)
                model.rate[i] = ley_signal_constant(dense_uniform(&seed) + 0.5);
            if (levels == 0) model.rate[LEY_CAVITY_LOSS] = model.rate[LEY_CAVITY_GAIN] = ley_signal_constant(0);
            check(&model, &seed);
            ley_model_clear(&model);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heat_of_every_channel),
        cmocka_unit_test(heat_with_few_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
