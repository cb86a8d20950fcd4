/* Jumps in front of the inverse without jumps. Where nothing is coupled and nothing has an energy the inverse is
 * exact, and T x = x - L S^-1 x. */
#include "support/assert_close.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "generator/half.h"
#include "generator/jump_series.h"
#include "generator/near_inverse.h"
#include "support/random_model.h"

static void random_ley_model(ley_model *model, random_source *r) {
    ley_model_init(model);
    model->cells = random_integer(r, 1, 5);
    model->levels = random_integer(r, 1, 7);
    model->battery_frequency = model->cavity_frequency = model->coupling = ley_signal_constant(0);
    model->counter_rotating = 1;
    model->complete = true;
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        model->rate[channel] = ley_signal_constant(random_between(r, 0.1, 0.5));
    model->battery_state.kind = LEY_BATTERY_GIBBS; /* every block */
    model->battery_state.q = 0.5;
}

static void random_hermitian(ley_complex *z, ley_index d, random_source *r) {
    for (ley_index i = 0; i < d; i++)
        for (ley_index k = i; k < d; k++) {
            const ley_complex x = {random_between(r, -1, 1), i == k ? 0 : random_between(r, -1, 1)};
            z[i * d + k] = x;
            z[k * d + i] = (ley_complex){x.re, -x.im};
        }
}

static void start(const ley_generator *half, double *x, random_source *r) {
    const ley_blocks *blocks = &half->blocks;
    ley_complex *battery = calloc((size_t)blocks->offset[blocks->n_blocks], sizeof *battery);
    ley_complex *cavity = calloc((size_t)blocks->levels * (size_t)blocks->levels, sizeof *cavity);
    for (int32_t b = 0; b < blocks->n_blocks; b++)
        random_hermitian(battery + blocks->offset[b], ley_spin_two_j(blocks->cells, b) + 1, r);
    random_hermitian(cavity, blocks->levels, r);
    half->class->start(half, x, battery, cavity);
    free(battery);
    free(cavity);
}

/* y = T x = x - L S^-1 x */
static void jump(double *y, ley_generator *half, ley_near_inverse *inverse, const double *x) {
    float *single = ley_allocate((size_t)half->n, sizeof *single);
    double *z = ley_allocate((size_t)half->n, sizeof *z);
    for (ley_index i = 0; i < half->n; i++) single[i] = (float)x[i];
    for (int32_t i = 0; i < ley_near_inverse_pieces(inverse); i++) ley_near_inverse_solve(inverse, i, z, single);
    half->class->apply(half, 0, y, z);
    for (ley_index i = 0; i < half->n; i++) y[i] = x[i] - y[i];
    ley_release(single);
    ley_release(z);
}

static void test_series(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        random_source r = {.state = seed};
        ley_model model;
        random_ley_model(&model, &r);
        ley_generator *half;
        ley_near_inverse *inverse;
        ley_jump_series *series;
        const int parity = seed % 2 == 0 ? LEY_PARITY_EVEN : LEY_PARITY_BOTH;
        assert_int_equal(ley_generator_half_create(&half, &model, parity, NULL, NULL), LEY_OK);
        assert_int_equal(ley_near_inverse_create(&inverse, half, NULL), LEY_OK);
        assert_int_equal(ley_jump_series_create(&series, half, NULL), LEY_OK);
        double *x[3];
        for (int i = 0; i < 3; i++) x[i] = ley_allocate((size_t)half->n, sizeof **x);
        start(half, x[0], &r);
        jump(x[1], half, inverse, x[0]);
        jump(x[2], half, inverse, x[1]);
        for (int round = 0; round < LEY_JUMP_ROUNDS; round++)
            for (int32_t i = 0; i < ley_jump_series_parts(series); i++) ley_jump_series_do(series, round, i, x[0]);
        const float *sum = ley_jump_series_result(series);
        double largest = 0;
        for (ley_index i = 0; i < half->n; i++) largest = fmax(largest, fabs(x[0][i]));
        for (ley_index i = 0; i < half->n; i++)
            assert_close((double)sum[i], x[0][i] + 0.8 * x[1][i] + 0.6 * x[2][i], 0, 1e-4 * largest);
        for (int i = 0; i < 3; i++) ley_release(x[i]);
        ley_jump_series_destroy(series);
        ley_near_inverse_destroy(inverse);
        ley_generator_destroy(half);
        ley_model_clear(&model);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_series)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
