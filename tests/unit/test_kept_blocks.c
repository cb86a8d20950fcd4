/* Reduced states that keep less: one block, diagonals. Whole states that hold zeros there are the judge. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "basis/blocks.h"
#include "core/memory.h"
#include "observables/observables.h"
#include "support/assert_close.h"

static const ley_generator_class no_class = {.name = "none"};

/* Every observable of the battery from the whole state and from what is kept of it. */
static void compare(int32_t cells, int32_t only, bool diagonal) {
    ley_model model;
    ley_model_init(&model);
    model.cells = cells;
    model.battery_frequency = ley_signal_constant(1.3);
    ley_error err = {0};
    ley_generator whole = {.class = &no_class, .model = &model}, kept = whole;
    assert_int_equal(ley_blocks_create(&whole.blocks, cells, 1, &err), LEY_OK);
    assert_int_equal(ley_blocks_create(&kept.blocks, cells, 1, &err), LEY_OK);
    ley_blocks_restrict(&kept.blocks, only, diagonal);
    double *a = ley_allocate((size_t)ley_reduced_length(&whole.blocks), sizeof *a);
    double *b = ley_allocate((size_t)ley_reduced_length(&kept.blocks), sizeof *b);
    assert_true(a && b);
    ley_reduced view = ley_reduced_view(&kept.blocks, b);
    double sum = 0;
    for (int32_t k = 0; k < kept.blocks.n_blocks; k++) {
        if (!ley_blocks_kept(&kept.blocks, k)) continue;
        ley_index d = ley_spin_two_j(cells, k) + 1;
        for (ley_index i = 0; i < d; i++) {
            double p = 0.3 + fabs(sin(1.7 * (double)i + k));
            sum += p;
            view.battery[kept.blocks.offset[k] + i * ley_blocks_stride(&kept.blocks, k)].re = p;
            for (ley_index l = 0; l < i && !diagonal; l++) { /* small enough for a positive matrix */
                ley_complex z = {0.05 * cos((double)(i + 2 * l)) / (double)d,
                                 0.04 * sin((double)(3 * i - l)) / (double)d};
                view.battery[kept.blocks.offset[k] + i * d + l] = z;
                view.battery[kept.blocks.offset[k] + l * d + i] = (ley_complex){z.re, -z.im};
            }
        }
    }
    for (ley_index i = 0; i < kept.blocks.offset[kept.blocks.n_blocks]; i++) {
        view.battery[i].re /= sum;
        view.battery[i].im /= sum;
    }
    ley_blocks_whole(&kept.blocks, ley_reduced_view(&whole.blocks, a).battery, view.battery);

    static const ley_observable list[] = {
        LEY_BATTERY_ENERGY,          LEY_BATTERY_ERGOTROPY,     LEY_BATTERY_ERGOTROPY_COLLECTIVE,
        LEY_BATTERY_ERGOTROPY_DICKE, LEY_BATTERY_ENTROPY,       LEY_BATTERY_PURITY,
        LEY_BATTERY_COHERENCE_L1,    LEY_BATTERY_BRIGHT_WEIGHT, LEY_BATTERY_COHERENCE_RELATIVE,
        LEY_BATTERY_SPIN_WEIGHTS,    LEY_BATTERY_POPULATIONS,
    };
    enum { LIST = sizeof list / sizeof *list };
    ley_observer *left = NULL, *right = NULL;
    assert_int_equal(ley_observer_create(&left, &whole, list, LIST, &err), LEY_OK);
    assert_int_equal(ley_observer_create(&right, &kept, list, LIST, &err), LEY_OK);
    ley_observer_look(left, 0, a, NULL, 0);
    ley_observer_look(right, 0, b, NULL, 0);
    for (int i = 0; i < LIST; i++) {
        double p[32] = {0}, q[32] = {0};
        assert_int_equal(ley_observer_value(left, p, list[i], &err), LEY_OK);
        assert_int_equal(ley_observer_value(right, q, list[i], &err), LEY_OK);
        for (int32_t k = 0; k < ley_observable_width(list[i], cells); k++) assert_close(q[k], p[k], 0, 1e-13);
    }
    double lowest[2], hermiticity[2], trace[2];
    assert_int_equal(ley_observer_health(left, &lowest[0], &hermiticity[0], &trace[0], &err), LEY_OK);
    assert_int_equal(ley_observer_health(right, &lowest[1], &hermiticity[1], &trace[1], &err), LEY_OK);
    assert_close(lowest[1], lowest[0], 0, 1e-14);
    assert_close(trace[1], 1, 0, 1e-14);
    assert_close(hermiticity[1], 0, 0, 1e-15);
    ley_observer_destroy(left);
    ley_observer_destroy(right);
    ley_blocks_clear(&whole.blocks);
    ley_blocks_clear(&kept.blocks);
    ley_release(a);
    ley_release(b);
    ley_model_clear(&model);
}

static void same_observables(void **state) {
    (void)state;
    for (int32_t cells = 1; cells <= 9; cells++)
        for (int32_t only = -1; only < ley_spin_blocks(cells); only++)
            for (int diagonal = 0; diagonal < 2; diagonal++) compare(cells, only, diagonal);
}

static void same_start(ley_blocks *whole, const ley_blocks *kept, const ley_battery_state *start) {
    const ley_index n = whole->offset[whole->n_blocks];
    ley_complex *a = ley_allocate((size_t)n, sizeof *a), *b = ley_allocate((size_t)n, sizeof *b);
    ley_complex *back = ley_allocate((size_t)n, sizeof *back);
    assert_true(a && b && back);
    ley_start_battery(whole, start, a);
    ley_start_battery(kept, start, b);
    ley_blocks_whole(kept, back, b);
    for (int32_t k = 0; k < whole->n_blocks; k++) {
        const ley_index d = ley_spin_two_j(whole->cells, k) + 1;
        for (ley_index i = 0; i < d; i++)
            for (ley_index l = 0; l < d; l++) {
                if (kept->diagonal && i != l) continue;
                assert_close(back[whole->offset[k] + i * d + l].re, a[whole->offset[k] + i * d + l].re, 0, 1e-15);
                assert_close(back[whole->offset[k] + i * d + l].im, a[whole->offset[k] + i * d + l].im, 0, 1e-15);
            }
    }
    ley_release(a);
    ley_release(b);
    ley_release(back);
}

static void starts_in_what_is_kept(void **state) {
    (void)state;
    ley_error err = {0};
    ley_blocks whole, kept;
    assert_int_equal(ley_blocks_create(&whole, 7, 1, &err), LEY_OK);
    assert_int_equal(ley_blocks_create(&kept, 7, 1, &err), LEY_OK);
    const ley_battery_state starts[] = {{.kind = LEY_BATTERY_GROUND},
                                        {.kind = LEY_BATTERY_EXCITED},
                                        {.kind = LEY_BATTERY_DICKE, .two_j = 3, .two_m = -1},
                                        {.kind = LEY_BATTERY_SPIN_COHERENT, .theta = 1.1, .phi = 0.4},
                                        {.kind = LEY_BATTERY_GIBBS, .q = 0.6}};
    for (int i = 0; i < 5; i++) {
        const int32_t only[] = {0, 0, 2, 0, -1};
        ley_blocks_restrict(&kept, -1, true);
        same_start(&whole, &kept, &starts[i]);
        ley_blocks_restrict(&kept, only[i], false);
        same_start(&whole, &kept, &starts[i]);
    }
    ley_blocks_clear(&whole);
    ley_blocks_clear(&kept);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_observables),
                                       cmocka_unit_test(starts_in_what_is_kept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
