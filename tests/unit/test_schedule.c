/* Schedules: no feature wider than a thousandth of a run is stepped over, jumps are met exactly, and quiet signals
 * cost nothing. */
#include "support/assert_close.h"

#include "core/memory.h"
#include "model/model.h"
#include "model/schedule_memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static ley_signal signal_of(const char *text) {
    ley_signal signal = ley_signal_constant(0);
    ley_scope scope = {.time = true};
    ley_error err = {0};
    if (ley_expression_create(&signal.expression, text, &scope, &err) != LEY_OK)
        fail_msg("%s: %s", text, err.message);
    return signal;
}

/* What every schedule obeys. */
static void obeys_its_rules(const ley_schedule *schedule, double begin, double end) {
    assert_true(schedule->n >= 1);
    assert_true(schedule->times[0] == begin && schedule->times[schedule->n] == end);
    for (ley_index i = 0; i < schedule->n; i++) {
        assert_true(schedule->times[i] < schedule->times[i + 1]);
        assert_true(schedule->max_step[i] > 0);
        assert_true(schedule->max_step[i] <= schedule->times[i + 1] - schedule->times[i]);
    }
}

static ley_schedule schedule_of(const char *text, double begin, double end) {
    ley_schedule schedule;
    ley_error err = {0};
    ley_signal signal = signal_of(text);
    const ley_signal *list[] = {&signal};
    if (ley_schedule_create(&schedule, list, 1, begin, end, &err) != LEY_OK) fail_msg("%s: %s", text, err.message);
    ley_signal_clear(&signal);
    obeys_its_rules(&schedule, begin, end);
    return schedule;
}

static double step_at(const ley_schedule *schedule, double t) {
    ley_index i = 0;
    while (i + 1 < schedule->n && schedule->times[i + 1] <= t) i++;
    return schedule->max_step[i];
}

static bool has_time(const ley_schedule *schedule, double t) {
    for (ley_index i = 0; i <= schedule->n; i++)
        if (schedule->times[i] == t) return true;
    return false;
}

static double steps(const ley_schedule *schedule) {
    double sum = 0;
    for (ley_index i = 0; i < schedule->n; i++)
        sum += (schedule->times[i + 1] - schedule->times[i]) / schedule->max_step[i];
    return sum;
}

static void a_constant_run_is_one_interval(void **state) {
    (void)state;
    ley_signal constant = ley_signal_constant(3);
    const ley_signal *list[] = {&constant, &constant};
    ley_schedule schedule;
    assert_int_equal(ley_schedule_create(&schedule, list, 2, 0, 50, NULL), LEY_OK);
    assert_int_equal(schedule.n, 1);
    assert_close(schedule.max_step[0], 50, 0, 0);
    ley_schedule_clear(&schedule);
    assert_int_equal(ley_schedule_create(&schedule, NULL, 0, 0, 50, NULL), LEY_OK);
    assert_int_equal(schedule.n, 1);
    ley_schedule_clear(&schedule);
    assert_int_equal(ley_memory_live(), 0);
}

static void written_out_pulses_are_found(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double centre, width; /* a step over the pulse may not be longer than twice its sigma */
    } rows[] = {
        {"0.3*exp(-(t-50)^2/2)", 50, 1},
        {"0.3*exp(-(t-37.123)^2/(2*0.1^2))", 37.123, 0.1},
        {"1e-9*exp(-(t-3.3)^2/2)", 3.3, 1},
        {"7 + 0.01*exp(-(t-91.7)^2/(2*0.05^2))", 91.7, 0.05},
        {"1/cosh((t-20)/0.1)", 20, 0.1},
        {"sin(40*t)*exp(-(t-60)^2/2)", 60, 0.1},
        {"1 + ((t+7)*(100-t)/53.5^2)^100000", 46.5, 0.12},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ley_schedule schedule = schedule_of(rows[i].text, 0, 100);
        for (double x = -3; x <= 3; x += 0.5) {
            double step = step_at(&schedule, rows[i].centre + x * rows[i].width);
            /* the outermost samples may lie where the pulse is flat already */
            if (fabs(x) <= 2 && !(step <= 2 * rows[i].width))
                fail_msg("%s: step %g at %g sigma", rows[i].text, step, x);
        }
        assert_true(schedule.n < 40);
        assert_true(step_at(&schedule, 75) > 1); /* the quiet part stays cheap */
        ley_schedule_clear(&schedule);
    }
}

static void declared_shapes_of_any_width_are_found(void **state) {
    (void)state;
    ley_schedule schedule = schedule_of("gauss(t, 50, 1e-5)", 0, 100);
    assert_true(step_at(&schedule, 50) <= 1e-5);
    assert_true(step_at(&schedule, 50 + 8e-5) <= 1e-5);
    assert_true(schedule.n < 60);
    ley_schedule_clear(&schedule);
    schedule = schedule_of("2*box(t, 50, 50.00001) + step(t, 70)", 0, 100);
    assert_true(has_time(&schedule, 50) && has_time(&schedule, 50.00001) && has_time(&schedule, 70));
    assert_int_equal(schedule.n, 4);
    ley_schedule_clear(&schedule);
    schedule = schedule_of("ramp(t, 10, 30)", 0, 100);
    assert_true(has_time(&schedule, 10) && has_time(&schedule, 30));
    ley_schedule_clear(&schedule);
    schedule = schedule_of("gauss(t, -50, 1) + box(t, 200, 300)", 0, 100); /* outside the run */
    assert_int_equal(schedule.n, 1);
    ley_schedule_clear(&schedule);
    schedule = schedule_of("gauss(t, 0, 0.5)", 0, 100); /* cut by the beginning */
    assert_true(step_at(&schedule, 0) <= 0.5 && step_at(&schedule, 4) <= 0.5);
    ley_schedule_clear(&schedule);
}

static void written_out_jumps_are_met_exactly(void **state) {
    (void)state;
    ley_schedule schedule = schedule_of("floor(t/10)", 0, 100);
    for (int k = 1; k < 10; k++) assert_true(has_time(&schedule, 10 * k));
    assert_int_equal(schedule.n, 10);
    ley_schedule_clear(&schedule);
    schedule = schedule_of("mod(t, 7)", 0, 100);
    for (int k = 1; k <= 14; k++) assert_true(has_time(&schedule, 7 * k));
    assert_int_equal(schedule.n, 15);
    ley_schedule_clear(&schedule);
    schedule = schedule_of("box(mod(t, 10), 2, 3)", 0, 40);
    for (int k = 0; k < 4; k++) assert_true(has_time(&schedule, 10 * k + 2) && has_time(&schedule, 10 * k + 3));
    ley_schedule_clear(&schedule);
    schedule = schedule_of("sin(t)*floor(t/99.99)", 0, 100); /* hard by the end */
    assert_true(has_time(&schedule, 99.99));
    ley_schedule_clear(&schedule);
    schedule = schedule_of("box(3*t, 10.1, 20.1)", 0, 100); /* 10.1/3 is rounded: one break each, not two */
    assert_int_equal(schedule.n, 3);
    ley_schedule_clear(&schedule);
}

static void smooth_slow_signals_force_no_small_steps(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double most; /* steps over a run of 100 */
    } rows[] = {{"0.1*t", 1},    {"1 + 1e-16*sin(t)", 1}, {"t^3 - 50*t^2", 1},      {"sin(0.1*t)", 16},
                {"sin(t)", 130}, {"exp(-0.01*t)", 4},     {"exp(-t)", 40},          {"abs(t - 33.3)", 30},
                {"sqrt(t)", 60}, {"1e6 + 0*t", 1},        {"tanh((t - 50)/5)", 60}, {"1/(1 + t)", 60}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ley_schedule schedule = schedule_of(rows[i].text, 0, 100);
        if (!(steps(&schedule) <= rows[i].most)) fail_msg("%s: %g steps", rows[i].text, steps(&schedule));
        assert_true(schedule.n <= 12);
        ley_schedule_clear(&schedule);
    }
}

static void the_strictest_of_several_signals_rules(void **state) {
    (void)state;
    ley_signal a = signal_of("gauss(t, 20, 0.5)"), b = signal_of("box(t, 20.25, 60)"), c = ley_signal_constant(1);
    const ley_signal *list[] = {&a, &c, &b};
    ley_schedule schedule;
    assert_int_equal(ley_schedule_create(&schedule, list, 3, 0, 100, NULL), LEY_OK);
    assert_true(has_time(&schedule, 20.25) && has_time(&schedule, 60));
    for (double t = 16; t < 24; t += 0.25) assert_true(step_at(&schedule, t) <= 0.5);
    assert_true(step_at(&schedule, 40) > 1);
    ley_schedule_clear(&schedule);
    ley_signal_clear(&a);
    ley_signal_clear(&b);
    assert_int_equal(ley_memory_live(), 0);
}

static double pulse_of_c(void *user, double t) {
    double z = (t - *(double *)user) / 0.2;
    return exp(-0.5 * z * z);
}

static void functions_are_looked_at_too(void **state) {
    (void)state;
    double centre = 77;
    ley_signal signal = {.function = pulse_of_c, .user = &centre};
    const ley_signal *list[] = {&signal};
    ley_schedule schedule;
    assert_int_equal(ley_schedule_create(&schedule, list, 1, 0, 100, NULL), LEY_OK);
    assert_true(step_at(&schedule, 77) <= 0.4);
    assert_false(ley_signal_is_constant(&signal));
    ley_schedule_clear(&schedule);
}

static void what_is_not_finite_is_refused(void **state) {
    (void)state;
    ley_error err = {0};
    ley_schedule schedule;
    ley_signal signal = signal_of("sqrt(1 - t/50)");
    const ley_signal *list[] = {&signal};
    assert_int_equal(ley_schedule_create(&schedule, list, 1, 0, 100, &err), LEY_ERR_NUMERIC);
    assert_int_equal(strncmp(err.message, "a time-dependent value is not a number at t = 50.", 49), 0);
    assert_null(schedule.times);
    assert_int_equal(ley_schedule_create(&schedule, list, 1, 0, 0, &err), LEY_ERR_ARGUMENT);
    ley_signal_clear(&signal);
    assert_int_equal(ley_memory_live(), 0);
}

static void rapid_signals_end(void **state) {
    (void)state;
    ley_schedule schedule = schedule_of("mod(t, 0.01)", 0, 100); /* ten thousand jumps */
    assert_true(schedule.n > 1000);
    ley_schedule_clear(&schedule);
    schedule = schedule_of("sin(1e6*t)", 0, 100);
    ley_schedule_clear(&schedule);
}

static void allocation_failures(void **state) {
    (void)state;
    ley_signal a = signal_of("gauss(t, 20, 0.001) + box(t, 3, 4)"), b = signal_of("floor(t) + exp(-(t - 50)^2)");
    const ley_signal *list[] = {&a, &b};
    long before = ley_memory_live();
    int failures = 0;
    for (long k = 0;; k++) {
        ley_schedule schedule;
        ley_error err = {0};
        ley_memory_fail_after(k);
        ley_status status = ley_schedule_create(&schedule, list, 2, 0, 100, &err);
        ley_memory_fail_after(-1);
        ley_schedule_clear(&schedule);
        assert_int_equal(ley_memory_live(), before);
        if (status == LEY_OK) break;
        failures++;
        assert_int_equal(status, LEY_ERR_MEMORY);
    }
    assert_true(failures > 10);
    ley_signal_clear(&a);
    ley_signal_clear(&b);
}

static ley_schedule between(const ley_schedule *all, double from, double until) {
    ley_schedule part;
    ley_error err = {0};
    if (ley_schedule_between(&part, all, from, until, &err) != LEY_OK) fail_msg("%s", err.message);
    return part;
}

static void a_part_of_a_schedule(void **state) {
    (void)state;
    double times[] = {0, 2, 3, 10}, max_step[] = {1, 0.25, 7};
    const ley_schedule all = {.times = times, .max_step = max_step, .n = 3};
    const struct {
        double from, until;
        ley_index n;
        double times[4], max_step[3];
    } cases[] = {
        {0, 10, 3, {0, 2, 3, 10}, {1, 0.25, 7}},
        {-1, 11, 3, {0, 2, 3, 10}, {1, 0.25, 7}},    /* no more than there is */
        {1.5, 4, 3, {1.5, 2, 3, 4}, {0.5, 0.25, 1}}, /* cut on both sides: no step is longer than its interval */
        {2, 3, 1, {2, 3}, {0.25}},                   /* along its own times */
        {2.5, 2.75, 1, {2.5, 2.75}, {0.25}},         /* inside of one interval */
        {4, 10, 1, {4, 10}, {6}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ley_schedule part = between(&all, cases[i].from, cases[i].until);
        assert_int_equal(part.n, cases[i].n);
        obeys_its_rules(&part, fmax(cases[i].from, 0), fmin(cases[i].until, 10));
        for (ley_index k = 0; k <= part.n; k++) assert_close(part.times[k], cases[i].times[k], 0, 0);
        for (ley_index k = 0; k < part.n; k++) assert_close(part.max_step[k], cases[i].max_step[k], 0, 0);
        ley_schedule_clear(&part);
    }
    const double empty[][2] = {{3, 3}, {4, 3}, {10, 10}, {11, 12}, {-2, 0}};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        ley_schedule part = between(&all, empty[i][0], empty[i][1]);
        assert_int_equal(part.n, 0);
        assert_close(part.times[0], empty[i][0], 0, 0); /* begins and ends there */
        ley_schedule_clear(&part);
    }
    for (long fail = 0; fail < 2; fail++) {
        ley_schedule part;
        ley_error err = {0};
        ley_memory_fail_after(fail);
        assert_int_equal(ley_schedule_between(&part, &all, 0, 10, &err), LEY_ERR_MEMORY);
        ley_memory_fail_after(-1);
        ley_schedule_clear(&part);
    }
    assert_int_equal(ley_memory_live(), 0);
}

static void a_model_knows_its_signals(void **state) {
    (void)state;
    ley_model model;
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    ley_model_init(&model);
    ley_model_signals(&model, signals);
    for (int i = 0; i < LEY_MODEL_SIGNALS; i++)
        for (int k = 0; k < i; k++) assert_ptr_not_equal(signals[i], signals[k]);
    assert_true(ley_model_is_constant(&model));
    assert_close(ley_signal_at(&model.coupling_switch, 3), 1, 0, 0);
    model.rate[LEY_LOCAL_DEPHASING] = signal_of("sin(t)");
    assert_false(ley_model_is_constant(&model));
    ley_model_clear(&model);
    assert_true(ley_model_is_constant(&model));
    model.battery_frequency = ley_signal_constant(2);
    assert_close(ley_model_battery_energy_frequency(&model, 0), 2, 0, 0);
    model.battery_energy_given = true;
    model.battery_energy_frequency = signal_of("5*t");
    assert_close(ley_model_battery_energy_frequency(&model, 3), 15, 0, 0);
    assert_true(ley_model_is_constant(&model)); /* it only measures */
    model.cavity_frequency = ley_signal_constant(3);
    assert_close(ley_model_cavity_energy_frequency(&model, 0), 3, 0, 0);
    ley_model_clear(&model);
    for (int i = 0; i < LEY_CHANNEL_COUNT; i++) assert_non_null(ley_channel_key((ley_channel)i));
    assert_string_equal(ley_channel_key(LEY_CAVITY_LOSS), "noise.cavity.loss");
    assert_null(ley_channel_key(LEY_CHANNEL_COUNT));
    assert_int_equal(ley_memory_live(), 0);
}

static bool same_schedule(const ley_schedule *a, const ley_schedule *b) {
    return a->n == b->n && memcmp(a->times, b->times, (size_t)(a->n + 1) * sizeof *a->times) == 0 &&
           memcmp(a->max_step, b->max_step, (size_t)a->n * sizeof *a->max_step) == 0;
}

/* More signals than are kept, each asked for several times, beside others and over other runs. */
static void what_is_recalled_is_what_would_be_made(void **state) {
    (void)state;
    static const char *const shapes[] = {"%g",          "%g*exp(-t)",          "%g*sin(t)^2", "gauss(t, %g, 0.1)",
                                         "step(t, %g)", "exp(-(t - %g)^2*400)"};
    enum { SHAPES = sizeof shapes / sizeof *shapes, VALUES = 20 };
    ley_schedule_memory *memory = ley_schedule_memory_create();
    assert_non_null(memory);
    ley_signal slow = signal_of("cos(0.3*t)");
    for (int round = 0; round < 3; round++)
        for (int value = 1; value <= VALUES; value++)
            for (int shape = 0; shape < SHAPES; shape++) {
                char text[64];
                ley_error err = {0};
                ley_schedule made, recalled, kept;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
                snprintf(text, sizeof text, shapes[shape], 0.37 * value);
#pragma GCC diagnostic pop
                ley_signal signal = signal_of(text);
                const ley_signal *list[] = {&signal, &slow};
                const ley_index n = 1 + value % 2;
                const double end = round == 2 ? 9 : 10;
                assert_int_equal(ley_schedule_create(&made, list, n, 0, end, &err), LEY_OK);
                assert_int_equal(ley_schedule_recall(memory, &recalled, list, n, 0, end, &err), LEY_OK);
                assert_int_equal(ley_schedule_recall(memory, &kept, list, n, 0, end, &err), LEY_OK);
                assert_true(same_schedule(&made, &recalled) && same_schedule(&made, &kept));
                ley_schedule_clear(&made);
                ley_schedule_clear(&recalled);
                ley_schedule_clear(&kept);
                ley_signal_clear(&signal);
            }
    ley_signal_clear(&slow);
    ley_schedule_memory_destroy(memory);
    assert_int_equal(ley_memory_live(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_constant_run_is_one_interval),
        cmocka_unit_test(written_out_pulses_are_found),
        cmocka_unit_test(declared_shapes_of_any_width_are_found),
        cmocka_unit_test(written_out_jumps_are_met_exactly),
        cmocka_unit_test(smooth_slow_signals_force_no_small_steps),
        cmocka_unit_test(the_strictest_of_several_signals_rules),
        cmocka_unit_test(functions_are_looked_at_too),
        cmocka_unit_test(what_is_not_finite_is_refused),
        cmocka_unit_test(rapid_signals_end),
        cmocka_unit_test(allocation_failures),
        cmocka_unit_test(a_part_of_a_schedule),
        cmocka_unit_test(a_model_knows_its_signals),
        cmocka_unit_test(what_is_recalled_is_what_would_be_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
