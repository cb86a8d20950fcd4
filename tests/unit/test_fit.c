/* Fits: against regressions computed by hand, tables of Student's distribution, and numbers made of exact laws. */
#include "support/assert_close.h"

#include "core/memory.h"
#include "leyden.h"
#include "linalg/regression.h"
#include "result/fit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* x = 1 .. 5, y = 2.1, 3.9, 6.2, 7.8, 10.0: means 3 and 6; Sxx = 10, Sxy = 19.7, Syy = 38.9; slope 1.97,
 * intercept 0.09, squared residuals 38.9 - 1.97 19.7 = 0.091. */
static void a_line_by_hand(void **state) {
    (void)state;
    const double x[] = {1, 2, 99, 3, 4, 5}, y[] = {2.1, 3.9, -7, 6.2, 7.8, 10.0};
    const bool used[] = {true, true, false, true, true, true};
    ley_line line = ley_line_through(x, y, used, 6);
    assert_int_equal(line.n, 5);
    assert_close(line.slope, 1.97, 1e-14, 0);
    assert_close(line.intercept, 0.09, 1e-12, 0);
    assert_close(line.r_squared, 1 - 0.091 / 38.9, 1e-13, 0);
    assert_close(line.slope_error, sqrt(0.091 / 3 / 10), 1e-11, 0);
    assert_close(line.intercept_error, sqrt(0.091 / 3 * (0.2 + 0.9)), 1e-11, 0);
}

static void lines_through_few_points(void **state) {
    (void)state;
    const double x[] = {1, 3, 3}, y[] = {2, 8, 8};
    const bool two[] = {true, true, false}, one[] = {true, false, false}, same[] = {false, true, true};
    ley_line line = ley_line_through(x, y, two, 3);
    assert_close(line.slope, 3, 1e-15, 0);
    assert_close(line.intercept, -1, 1e-15, 0);
    assert_true(isnan(line.slope_error));
    assert_true(isnan(ley_line_through(x, y, one, 3).slope));
    assert_true(isnan(ley_line_through(x, y, same, 3).slope));
}

static void quantiles_of_student(void **state) {
    (void)state;
    /* two-sided 95 % and 99 %: printed tables, more digits from the closed forms of 1 and 2 degrees */
    static const struct {
        ley_index degrees;
        double t95, t99, digits;
    } table[] = {{1, 12.706204736174705, 63.656741162871581, 1e-12},
                 {2, 4.302652729749463, 9.924843200918293, 1e-12},
                 {3, 3.182446, 5.840909, 1e-6},
                 {4, 2.776445, 4.604095, 1e-6},
                 {5, 2.570582, 4.032143, 1e-6},
                 {10, 2.228139, 3.169273, 1e-6},
                 {30, 2.042272, 2.749996, 1e-6},
                 {120, 1.979930, 2.617421, 1e-6}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_close(ley_student_t(0.95, table[i].degrees), table[i].t95, 0, table[i].digits * 20);
        assert_close(ley_student_t(0.99, table[i].degrees), table[i].t99, 0, table[i].digits * 60);
    }
    assert_close(ley_student_t(0.95, 1000000), 1.959964, 0, 1e-5); /* normal */
    assert_true(isnan(ley_student_t(0.95, 0)));
}

/* A sweep of 2 x 5 points, x the second or the first axis. */
enum { LINES = 2, POINTS = 5 };
static char name_a[] = "a", name_b[] = "b";
static double x_values[POINTS] = {1, 2, 3, 4, 5}, other_values[LINES] = {0, 1};

static ley_fit fit_of(ley_fit_model model, double (*law)(int line, double x), ley_index axis, bool mad, double from,
                      double to) {
    ley_layout_axis axes[2] = {{.name = name_a, .n = LINES, .values = other_values},
                               {.name = name_b, .n = POINTS, .values = x_values}};
    if (axis == 0) {
        ley_layout_axis swap = axes[0];
        axes[0] = axes[1];
        axes[1] = swap;
    }
    ley_layout layout = {.n_axes = 2, .axes = axes, .n_points = LINES * POINTS};
    ley_layout_fit what = {.model = model, .axis = axis, .from = from, .to = to, .mad = mad};
    double y[LINES * POINTS];
    uint8_t status[LINES * POINTS];
    memset(status, LEY_POINT_DONE, sizeof status);
    for (ley_index line = 0; line < LINES; line++)
        for (ley_index k = 0; k < POINTS; k++) {
            ley_index point = axis == 0 ? k * LINES + line : line * POINTS + k;
            assert_int_equal(ley_fit_point_of(&layout, &what, line, k), point);
            assert_int_equal(ley_fit_line_of(&layout, &what, point), line);
            y[point] = law((int)line, x_values[k]);
        }
    ley_fit fit;
    assert_int_equal(ley_fit_create(&fit, &layout, &what, y, status), 0);
    assert_int_equal(fit.n_lines, LINES);
    return fit;
}

static double power_law(int line, double x) {
    return line ? 3 * pow(x, -1.5) : 0.5 * x * x;
}

static void a_power_is_found_along_either_axis(void **state) {
    (void)state;
    for (ley_index axis = 0; axis < 2; axis++) {
        ley_fit fit = fit_of(LEY_FIT_POWER, power_law, axis, true, -INFINITY, INFINITY);
        assert_close(fit.value[0][0], 2, 0, 1e-13);
        assert_close(fit.value[0][3], 0.5, 0, 1e-13);
        assert_close(fit.value[1][0], -1.5, 0, 1e-13);
        assert_close(fit.value[1][3], 3, 0, 1e-13);
        assert_close(fit.value[1][LEY_FIT_R_SQUARED], 1, 0, 1e-13);
        for (int line = 0; line < LINES; line++) assert_true(fit.value[line][LEY_FIT_POINTS] == POINTS);
        ley_fit_clear(&fit);
    }
}

/* ln y of x = 1 .. 5 as in a_line_by_hand */
static double scattered(int line, double x) {
    static const double y[] = {2.1, 3.9, 6.2, 7.8, 10.0};
    return line ? y[(int)x - 1] : exp(y[(int)x - 1]);
}

static void confidence_by_hand(void **state) {
    (void)state;
    const double t = 3.182446305284263, slope = t * sqrt(0.091 / 30), constant = t * sqrt(0.091 / 3 * 1.1);
    ley_fit fit = fit_of(LEY_FIT_EXPONENTIAL, scattered, 1, false, -INFINITY, INFINITY);
    assert_close(fit.value[0][0], 1.97, 0, 1e-12);
    assert_close(fit.value[0][1], 1.97 - slope, 0, 1e-10);
    assert_close(fit.value[0][2], 1.97 + slope, 0, 1e-10);
    assert_close(fit.value[0][3], exp(0.09), 0, 1e-11);
    assert_close(fit.value[0][4], exp(0.09 - constant), 0, 1e-10);
    assert_close(fit.value[0][5], exp(0.09 + constant), 0, 1e-10);
    ley_fit_clear(&fit);
    fit = fit_of(LEY_FIT_LINEAR, scattered, 1, false, -INFINITY, INFINITY);
    assert_close(fit.value[1][3], 0.09, 0, 1e-12);
    assert_close(fit.value[1][4], 0.09 - constant, 0, 1e-10);
    ley_fit_clear(&fit);
    fit = fit_of(LEY_FIT_LINEAR, scattered, 1, false, 2, 4); /* 3.9, 6.2, 7.8: slope 1.95 */
    assert_close(fit.value[1][0], 1.95, 0, 1e-12);
    assert_true(fit.value[1][LEY_FIT_POINTS] == 3);
    assert_int_equal(fit.use[POINTS], LEY_FIT_OUTSIDE);
    ley_fit_clear(&fit);
}

/* y = 1, 2, 3, 4, 13: the line 2.6 x - 3.2 leaves 1.6, 0, -1.6, -3.2, 3.2; median 0, MAD 1.6: |r| 0.6745/1.6
 * is 1.35 at most, none is an outlier. With 2, 2.1, 1.9, 2, 9 the line 1.39 x - 0.77 leaves 1.38, 0.09, -1.5,
 * -2.79, 2.82: median 0.09, |r - 0.09| = 1.29, 0, 1.59, 2.88, 2.73, MAD 1.59: none either: few points hide an
 * outlier. */
static double hidden(int line, double x) {
    static const double y[2][POINTS] = {{1, 2, 3, 4, 13}, {2, 2.1, 1.9, 2, 9}};
    return y[line][(int)x - 1];
}

/* Residuals of 1.1, 1.9, 9, 4.1, 4.9 about the line 0.98 x + 1.26: -1.14, -1.32, 4.8, -1.08, -1.26; median -1.14,
 * distances 0, 0.18, 5.94, 0.06, 0.12, MAD 0.12: 0.6745 5.94/0.12 = 33 leaves the third out; 0.18 gives 1.01. What
 * is left, 1.1, 1.9, 4.1, 4.9 at 1, 2, 4, 5, has the slope 0.98 again, and the intercept 3 - 0.98 3. The second
 * line is exact. */
static double one_off(int line, double x) {
    static const double y[] = {1.1, 1.9, 9, 4.1, 4.9};
    return line ? 2 * x : y[(int)x - 1];
}

static void outliers_by_hand(void **state) {
    (void)state;
    ley_fit fit = fit_of(LEY_FIT_LINEAR, one_off, 1, true, -INFINITY, INFINITY);
    assert_close(fit.value[0][0], 0.98, 0, 1e-13);
    assert_close(fit.value[0][3], 0.06, 0, 1e-13);
    assert_true(fit.value[0][LEY_FIT_POINTS] == 4);
    for (int k = 0; k < POINTS; k++) assert_int_equal(fit.use[k], k == 2 ? LEY_FIT_OUTLIER : LEY_FIT_USED);
    assert_true(fit.value[1][LEY_FIT_POINTS] == POINTS); /* rounding is no outlier */
    ley_fit_clear(&fit);
    fit = fit_of(LEY_FIT_LINEAR, one_off, 1, false, -INFINITY, INFINITY);
    assert_close(fit.value[0][3], 1.26, 0, 1e-13);
    ley_fit_clear(&fit);
    fit = fit_of(LEY_FIT_LINEAR, hidden, 1, true, -INFINITY, INFINITY);
    for (int line = 0; line < LINES; line++) assert_true(fit.value[line][LEY_FIT_POINTS] == POINTS);
    ley_fit_clear(&fit);
}

/* A parabola is found exactly; what still rises at the end of the axis has its largest value there. */
static double hill(int line, double x) {
    return line ? x * x : 3 - 2 * (x - 3.25) * (x - 3.25);
}

static void a_peak_between_points(void **state) {
    (void)state;
    ley_fit fit = fit_of(LEY_FIT_PEAK, hill, 1, false, -INFINITY, INFINITY);
    assert_close(fit.value[0][0], 3.25, 1e-13, 0);
    assert_close(fit.value[0][3], 3, 1e-13, 0);
    assert_true(fit.value[0][LEY_FIT_POINTS] == 3);
    assert_close(fit.value[1][0], 5, 0, 0);
    assert_close(fit.value[1][3], 25, 0, 0);
    assert_true(fit.value[1][LEY_FIT_POINTS] == 1);
    assert_true(isnan(fit.value[0][1]) && isnan(fit.value[0][LEY_FIT_R_SQUARED]));
    ley_fit_clear(&fit);
    fit = fit_of(LEY_FIT_PEAK, hill, 1, false, 1, 2.5); /* the largest left is the last of the range */
    assert_close(fit.value[0][0], 2, 0, 0);
    ley_fit_clear(&fit);
}

/* 2.1, 3.9, 6.2, 7.8, 10.0: mean 6, squares 38.9 */
static void a_mean_by_hand(void **state) {
    (void)state;
    ley_fit fit = fit_of(LEY_FIT_MEAN, scattered, 1, false, -INFINITY, INFINITY);
    const double deviation = sqrt(38.9 / 4), half = 2.776445 * deviation / sqrt(5);
    assert_close(fit.value[1][0], 6, 1e-14, 0);
    assert_close(fit.value[1][3], deviation, 1e-13, 0);
    assert_close(fit.value[1][1], 6 - half, 1e-5, 0);
    assert_close(fit.value[1][2], 6 + half, 1e-5, 0);
    assert_true(fit.value[1][LEY_FIT_POINTS] == 5);
    ley_fit_clear(&fit);
}

static double partly_negative(int line, double x) {
    return line ? NAN : x < 3 ? -1 : x * x;
}

static void numbers_without_a_logarithm_are_left_out(void **state) {
    (void)state;
    ley_fit fit = fit_of(LEY_FIT_POWER, partly_negative, 1, false, -INFINITY, INFINITY);
    assert_close(fit.value[0][0], 2, 0, 1e-13);
    assert_true(fit.value[0][LEY_FIT_POINTS] == 3);
    assert_int_equal(fit.use[0], LEY_FIT_NO_VALUE);
    assert_true(isnan(fit.value[1][0]));
    assert_true(fit.value[1][LEY_FIT_POINTS] == 0);
    ley_fit_clear(&fit);
}

/* ---- What a scenario may ask for ----------------------------------------------------------------------------- */

#define HEAD                                                                                                       \
    "battery: {cells: 3, frequency: 1, state: excited}\n"                                                          \
    "noise: {local: {emission: 0.1}}\ntime: {until: 1}\n"
#define SWEEP "sweep: {N: [1, 2, 3], noise.local.emission: [0, 0.1], battery.state: [ground, excited]}\n"
static const struct {
    const char *fit;
    int32_t column;
    const char *message;
} refused[] = {
    {"fit: [power]\n", 6, "a list, where a mapping of fits is expected"},
    {"fit: {a: power}\n", 10, "a text, where a fit is expected"},
    {"fit: {a-b: {model: power, x: N, y: mean(battery.energy)}}\n", 7, "\"a-b\" cannot name a fit"},
    {"fit: {a: {model: power, x: N}}\n", 7, "y is missing: a measure"},
    {"fit: {a: {model: power, y: mean(battery.energy)}}\n", 7, "x is missing: an axis of the sweep"},
    {"fit: {a: {x: N, y: mean(battery.energy)}}\n", 7, "model is missing"},
    {"fit: {a: {model: cubic, x: N, y: mean(battery.energy)}}\n", 18,
     "unknown model cubic; it is power, linear, exponential, peak or mean"},
    {"fit: {a: {model: power, x: N, y: mean(battery.energy), rnge: [1, 2]}}\n", 56,
     "unknown key rnge (did you mean range?)"},
    {"fit: {a: {model: power, x: M, y: mean(battery.energy)}}\n", 28, "M is no axis of the sweep"},
    {"fit: {a: {model: power, x: time.until, y: mean(battery.energy)}}\n", 28,
     "time.until is no axis of the sweep"},
    {"fit: {a: {model: linear, x: battery.state, y: mean(battery.energy)}}\n", 29,
     "the axis battery.state has words"},
    {"fit: {a: {model: power, x: noise.local.emission, y: mean(battery.energy)}}\n", 28,
     "a power of x needs x > 0, and noise.local.emission has the value 0"},
    {"fit: {a: {model: power, x: N, y: battery.energy}}\n", 34, "\"battery.energy\" is not a measure"},
    {"fit: {a: {model: power, x: N, y: mean(battery.enrgy)}}\n", 34, "unknown observable \"battery.enrgy\""},
    {"fit: {a: {model: power, x: N, y: mean(cavity.photons)}}\n", 34, "cavity.photons needs a cavity"},
    {"fit: {a: {model: power, x: N, y: mean(battery.energy), range: 3}}\n", 63, "range is [from, to]"},
    {"fit: {a: {model: power, x: N, y: mean(battery.energy), range: [3, 2]}}\n", 63, "range begins at 3"},
    {"fit: {a: {model: power, x: N, y: mean(battery.energy), outliers: all}}\n", 66, "outliers is none or mad"},
    {"fit: {a: {model: peak, x: N, y: mean(battery.energy), outliers: mad}}\n", 65,
     "a peak leaves nothing out; outliers belong to power, linear and exponential"},
};

static void wrong_fits_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char text[512];
        ley_scenario *scenario = NULL;
        ley_error err = {0};
        snprintf(text, sizeof text, "%s%s%s", HEAD, SWEEP, refused[i].fit);
        ley_status status = ley_scenario_create(&scenario, text, &err);
        if (status != LEY_ERR_SCENARIO || strstr(err.message, refused[i].message) != err.message || err.line != 5 ||
            err.column != refused[i].column)
            fail_msg("%s: %d:%d: %s", refused[i].fit, (int)err.line, (int)err.column, err.message);
        assert_int_equal(ley_memory_live(), 0);
    }
}

/* --set N=3 leaves nothing to fit along N; the other fit stays. */
static void a_setting_may_take_an_axis_away(void **state) {
    (void)state;
    const char *settings[] = {"N=3"};
    ley_scenario *scenario = NULL;
    ley_error err = {0};
    ley_status status = ley_scenario_create_with(
        &scenario,
        HEAD SWEEP "fit: {a: {model: power, x: N, y: mean(battery.energy)},\n"
                   "  b: {model: linear, x: noise.local.emission, y: final(battery.energy)}}\n",
        settings, 1, &err);
    if (status != LEY_OK) fail_msg("%s", err.message);
    assert_int_equal(ley_scenario_fits(scenario), 1);
    assert_string_equal(ley_scenario_fit(scenario, 0)->name, "b");
    ley_scenario_destroy(scenario);
}

/* As many as a run has names; a fit adds its y to what measure asks for. */
static void measures_are_counted(void **state) {
    (void)state;
    const char *text = "battery: {cells: 1, frequency: 1, state: excited}\ntime: {until: 1, points: 2}\n"
                       "sweep: {N: [1, 2, 3]}\nderive: {half: max(battery.energy)/2}\n"
                       "measure: [half, max(battery.energy)]\n"
                       "fit: {new: {model: power, x: N, y: final(battery.jz)},\n"
                       "      old: {model: power, x: N, y: half}}\n";
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    assert_int_equal(ley_scenario_create(&scenario, text, NULL), LEY_OK);
    assert_int_equal(ley_scenario_measures(scenario), 3);
    assert_int_equal(ley_run_create(&run, scenario, 0, NULL, NULL, NULL), LEY_OK);
    assert_string_equal(ley_run_measure_name(run, 2), "final(battery.jz)");
    assert_null(ley_run_measure_name(run, 3));
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
}

/* Two laws, y = 3 x^2 along N and y = 5 exp(-2 x) along a rate, from numbers in memory. */
static void fits_in_memory(void **state) {
    (void)state;
    const char *text =
        "battery: {cells: 1, frequency: 1, state: excited}\ntime: {until: 1}\n"
        "measure: [\"final(battery.energy)\", \"final(battery.jz)\"]\n"
        "sweep: {N: [1, 2, 4], noise.local.emission: [0.1, 0.2, 0.3, 0.5]}\n"
        "fit:\n"
        "  size: {model: power, x: N, y: \"final(battery.jz)\"}\n"
        "  decay: {model: exponential, x: noise.local.emission, y: \"final(battery.energy)\", range: [0.15, 1]}\n";
    const double N[] = {1, 2, 4}, rate[] = {0.1, 0.2, 0.3, 0.5};
    double measures[2][12];
    unsigned char done[12];
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 4; k++) {
            measures[0][4 * i + k] = 5 * exp(-2 * rate[k]);
            measures[1][4 * i + k] = 3 * N[i] * N[i];
            done[4 * i + k] = i != 2 || k != 3; /* the last point failed */
        }
    ley_scenario *scenario = NULL;
    ley_fits *fits = NULL;
    ley_error err = {0};
    assert_int_equal(ley_scenario_create(&scenario, text, &err), LEY_OK);
    assert_int_equal(ley_scenario_measures(scenario), 2);
    assert_int_equal(ley_fits_create(&fits, scenario, measures[0], done, &err), LEY_OK);
    const ley_fit_about *size = ley_fits_about(fits, 0), *decay = ley_fits_about(fits, 1);
    assert_string_equal(size->name, "size");
    assert_string_equal(size->model, "power");
    assert_string_equal(size->x, "N");
    assert_int_equal(size->lines, 4);
    assert_int_equal(decay->lines, 3);
    assert_null(ley_fits_about(fits, 2));
    assert_null(ley_fits_about(fits, -1));
    const char *quantity = NULL;
    const double *value = ley_fits_values(fits, 0, 0, &quantity);
    assert_string_equal(quantity, "exponent");
    for (int k = 0; k < 3; k++) assert_close(value[k], 2, 1e-12, 0);
    assert_true(isnan(value[3])); /* waits for its last point */
    value = ley_fits_values(fits, 1, 0, &quantity);
    assert_string_equal(quantity, "rate");
    assert_close(value[0], -2, 1e-12, 0);
    assert_int_equal(ley_fits_left_out(fits, 1)[0], 1); /* outside the range */
    assert_int_equal(ley_fits_left_out(fits, 1)[1], 0);
    assert_int_equal(ley_fits_left_out(fits, 0)[11], 4);
    assert_null(ley_fits_values(fits, 0, LEY_FIT_QUANTITIES, NULL));
    assert_null(ley_fits_values(fits, 5, 0, NULL));
    ley_fits_destroy(fits);
    ley_fits_destroy(NULL);
    assert_int_equal(ley_fits_create(&fits, scenario, NULL, done, &err), LEY_ERR_ARGUMENT);
    assert_null(fits);
    for (long n = 0;; n++) {
        ley_memory_fail_after(n);
        const ley_status status = ley_fits_create(&fits, scenario, measures[0], done, NULL);
        ley_memory_fail_after(-1);
        if (status == LEY_OK) break;
        assert_int_equal(status, LEY_ERR_MEMORY);
        assert_null(fits);
    }
    ley_fits_destroy(fits);
    ley_scenario_destroy(scenario);
    assert_int_equal(ley_memory_live(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_by_hand),
        cmocka_unit_test(lines_through_few_points),
        cmocka_unit_test(quantiles_of_student),
        cmocka_unit_test(a_power_is_found_along_either_axis),
        cmocka_unit_test(confidence_by_hand),
        cmocka_unit_test(outliers_by_hand),
        cmocka_unit_test(a_peak_between_points),
        cmocka_unit_test(a_mean_by_hand),
        cmocka_unit_test(numbers_without_a_logarithm_are_left_out),
        cmocka_unit_test(wrong_fits_are_refused),
        cmocka_unit_test(a_setting_may_take_an_axis_away),
        cmocka_unit_test(measures_are_counted),
        cmocka_unit_test(fits_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
