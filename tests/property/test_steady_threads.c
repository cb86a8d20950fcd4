/* What a steady state gives does not depend on how many threads it has: bit for bit. */
#include "support/assert_close.h"
#include "support/on_threads.h"

/* Large enough to be shared (run/crew.c), compared with more levels; and the exact inverse with GMRES. */
static const char *const texts[] = {
    "battery: {cells: 8, frequency: 1}\n"
    "cavity: {frequency: 1, levels: 24}\n"
    "coupling: {model: dicke, strength: 0.3}\n"
    "noise: {cavity: {loss: 0.15}, local: {emission: 0.1, dephasing: 0.5}}\n"
    "observe: [battery.ergotropy, battery.energy]\n"
    "numerics: {tolerance: 1e-4}\n",
    "battery: {cells: 4, frequency: 1}\n"
    "cavity: {frequency: 1, levels: 8}\n"
    "coupling: {model: tavis-cummings, strength: 0.3}\n"
    "noise: {cavity: {loss: 0.15, gain: 0.05}, local: {emission: 0.1}}\n"
    "observe: [battery.ergotropy, battery.energy]\n"
    "numerics: {tolerance: 1e-4}\n",
};

static void test_same_numbers(void **state) {
    (void)state;
    assert_worth_sharing(texts[0], LEY_STEADY_STATE, 0);
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        ley_record one = {0}, three = {0};
        run_on_threads(&one, texts[k], LEY_STEADY_STATE, 1);
        run_on_threads(&three, texts[k], LEY_STEADY_STATE, 3);
        for (ley_index i = 0; i < one.n_series; i++)
            assert_memory_equal(one.series[i], three.series[i], (size_t)one.width[i] * sizeof(double));
        assert_true(one.certificate.residual == three.certificate.residual);
        assert_true(one.certificate.cutoff_effect == three.certificate.cutoff_effect);
        assert_int_equal(one.certificate.applies, three.certificate.applies);
        ley_record_clear(&one);
        ley_record_clear(&three);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
