/* Which spin blocks a start reaches, and that representations keep no others. */
#include "core/status.h"
#include "generator/half.h"
#include "generator/populated.h"
#include "generator/sector.h"
#include "support/assert_close.h"

static ley_model made(int32_t cells, int32_t levels) {
    ley_model model;
    ley_model_init(&model);
    model.cells = cells;
    model.levels = levels;
    model.battery_frequency = model.cavity_frequency = ley_signal_constant(1);
    model.coupling = ley_signal_constant(0.1);
    model.rate[LEY_CAVITY_LOSS] = ley_signal_constant(0.2);
    return model;
}

static void assert_blocks(const ley_model *model, int32_t first, int32_t end) {
    int32_t f, e;
    ley_populated_blocks(model, &f, &e);
    assert_int_equal(f, first);
    assert_int_equal(e, end);
}

static void only_local_channels_change_j(void **state) {
    (void)state;
    ley_model model = made(6, 3);
    assert_blocks(&model, 0, 1);
    model.battery_state = (ley_battery_state){.kind = LEY_BATTERY_DICKE, .two_j = 2, .two_m = 0};
    assert_blocks(&model, 2, 3);
    model.battery_state = (ley_battery_state){.kind = LEY_BATTERY_GIBBS, .q = 0.3};
    assert_blocks(&model, 0, 4);
    model.battery_state.q = 0; /* the ground state */
    assert_blocks(&model, 0, 1);
    model.rate[LEY_LOCAL_DEPHASING] = ley_signal_constant(0.1);
    assert_blocks(&model, 0, 4);
    ley_model_clear(&model);
}

static void all_of_them_where_every_state_is_wanted(void **state) {
    (void)state;
    ley_model model = made(6, 3);
    model.complete = true;
    assert_blocks(&model, 0, 4);
    ley_model_clear(&model);
}

/* 200 levels for each of 101 x 102 / 2 pairs (e, e' >= e) of the block j = 50; all blocks together have 17 times
 * as many. A row has at most 15 numbers of padding. */
static void a_sector_keeps_the_blocks_that_are_reached(void **state) {
    (void)state;
    ley_model model = made(100, 200);
    model.cavity_state = (ley_cavity_state){.kind = LEY_CAVITY_THERMAL, .nbar = 20};
    assert_true(ley_sector_length(&model, 0) < 5151.0 * 220);
    assert_true(ley_sector_length(&model, 0) > 5151.0 * 90);
    ley_generator *part = NULL;
    ley_error err = {0};
    assert_int_equal(ley_generator_sector_create(&part, &model, 0, &err), LEY_OK);
    assert_true(fabs((double)part->n - ley_sector_length(&model, 0)) <= 8);
    ley_generator_destroy(part);
    model.rate[LEY_LOCAL_EMISSION] = ley_signal_constant(0.1);
    assert_true(ley_sector_length(&model, 0) > 10 * 5151.0 * 100);
    ley_model_clear(&model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_local_channels_change_j),
        cmocka_unit_test(all_of_them_where_every_state_is_wanted),
        cmocka_unit_test(a_sector_keeps_the_blocks_that_are_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
