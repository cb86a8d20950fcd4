/* Numbers of Ahmadi et al. recomputed by others (eight digits), that no scenario of papers/ahmadi2025 compares:
 * starts turned cell by cell and with populations exchanged, the interval in which nothing is activated, leakage of
 * a thermal ladder. Allowed: 1e-9, and the last digit given. */
#include "support/assert_close.h"
#include "support/run_scenario.h"
#include "support/steady.h"

#include "observables/currents.h"

#include <math.h>
#include <stdio.h>

enum { DIGITS = 8 };

static double allowed(double given) {
    const double size = given == 0 ? 0 : pow(10, floor(log10(fabs(given))));
    return 1e-9 + 0.51 * size * pow(10, 1 - DIGITS);
}

static void near(double value, double given, const char *what, const char *which) {
    if (!(fabs(value - given) <= allowed(given)))
        fail_msg("%s: %s is %.12g, given as %.9g", what, which, value, given);
}

static ley_run *reached(int cells, const char *start, double alpha) {
    char text[512];
    snprintf(text, sizeof text,
             "battery: {cells: %d, frequency: 1, state: %s}\nnoise: {collective: {rate: 1, alpha: %.17g}}\n"
             "observe: [battery.energy, battery.ergotropy]\nnumerics: {tolerance: 1e-10}\n",
             cells, start, alpha);
    return steady_scenario(text, start);
}

/* Turned cells (the further ones are not) and exchanges; the state reached has coherences between copies of a spin.
 */
static void test_starts(void **state) {
    (void)state;
    static const char *const turns[] = {"pi/2, 0, 0", "pi/3, pi/5, 0", "pi/4, pi/2, 3*pi/4"};
    static const struct {
        int cells, turn;
        double beta_c, beta_q, ergotropy, energy, cost;
    } rows[] = {{3, 0, 0.1, 0.5, 0, 1.4241904, 0.12245933},
                {3, 0, 0.1, 5, 0.29225063, 1.4090172, 0.49330715},
                {3, 0, 1, 0.5, 0, 0.88053029, 0.12245933},
                {3, 0, 1, 5, 0.10363342, 0.7645874, 0.49330715},
                {3, 1, 0.1, 0.5, 0, 1.4229722, 0.084617317},
                {3, 1, 0.1, 5, 0.49382037, 1.3892489, 0.34086686},
                {3, 1, 1, 0.5, 0, 0.87122163, 0.084617317},
                {3, 1, 1, 5, 0.09329578, 0.61353132, 0.34086686},
                {3, 2, 0.1, 0.5, 0, 1.4237776, 0.36737799},
                {3, 2, 0.1, 5, 0.33253715, 1.4023195, 1.4799214},
                {3, 2, 1, 0.5, 0, 0.87737644, 0.36737799},
                {3, 2, 1, 5, 0.070054416, 0.71340844, 1.4799214},
                {4, 0, 0.1, 0.5, 0.0048941982, 1.8973472, 0.12245933},
                {4, 0, 0.1, 5, 0.65658451, 1.851903, 0.49330715},
                {4, 0, 1, 0.5, 0, 1.2019648, 0.12245933},
                {4, 0, 1, 5, 0.19971125, 0.88603034, 0.49330715},
                {4, 1, 0.1, 0.5, 0.0088389047, 1.8958237, 0.084617317},
                {4, 1, 0.1, 5, 0.81896079, 1.827197, 0.34086686},
                {4, 1, 1, 0.5, 0, 1.1914079, 0.084617317},
                {4, 1, 1, 5, 0.15755769, 0.72345162, 0.34086686},
                {4, 2, 0.1, 0.5, 0.0044393252, 1.8989248, 0.36737799},
                {4, 2, 0.1, 5, 0.6428683, 1.8775022, 1.4799214},
                {4, 2, 1, 0.5, 0, 1.2129319, 0.36737799},
                {4, 2, 1, 5, 0.18914309, 1.063999, 1.4799214}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char start[128];
        snprintf(start, sizeof start, "{gibbs: %.17g, rotate_y: [%s%s]}", exp(-rows[i].beta_q), turns[rows[i].turn],
                 rows[i].cells == 4 ? ", 0" : "");
        ley_run *run = reached(rows[i].cells, start, exp(-rows[i].beta_c));
        near(run_value(run, "battery.ergotropy", 0, 0), rows[i].ergotropy, start, "ergotropy");
        near(run_value(run, "battery.energy", 0, 0), rows[i].energy, start, "energy");
        ley_run_destroy(run);
    }
    static const struct {
        int cells;
        const char *swap;
        double beta_c, beta_q, ergotropy;
    } swaps[] = {{3, "[[1/2, -1/2], [3/2, 1/2]]", 0.01, 0.5, 0.13999219},
                 {4, "[[1, -1], [2, 0]]", 0.01, 0.5, 0.15181747},
                 {4, "[[1, -1], [2, 0]]", 0.1, 1, 0.31377279},
                 {4, "[[1, -1], [2, 0]]", 0.01, 1, 0.40828952}};
    for (size_t i = 0; i < sizeof swaps / sizeof *swaps; i++) {
        char start[128];
        snprintf(start, sizeof start, "{gibbs: %.17g, swap: %s}", exp(-swaps[i].beta_q), swaps[i].swap);
        ley_run *run = reached(swaps[i].cells, start, exp(-swaps[i].beta_c));
        near(run_value(run, "battery.ergotropy", 0, 0), swaps[i].ergotropy, start, "ergotropy");
        ley_run_destroy(run);
    }
}

static double activated(int cells, double q, double alpha) {
    char start[64];
    snprintf(start, sizeof start, "{gibbs: %.17g}", q);
    ley_run *run = reached(cells, start, alpha);
    const double ergotropy = run_value(run, "battery.ergotropy", 0, 0);
    ley_run_destroy(run);
    return ergotropy;
}

/* Between lo and hi (to 1e-6) the state reached is passive. */
static void test_windows(void **state) {
    (void)state;
    static const struct {
        int cells;
        double q, low, high;
    } rows[] = {{2, 0.1, 0, 0.36803382},
                {2, 0.5, 0, 0.86332496},
                {2, 0.9, 0, 0.99631449},
                {3, 0.1, 0, 0.33149677},
                {3, 0.5, 0, 0.81649658},
                {3, 0.9, 0, 0.99449032},
                {4, 0.1, 0.0090825832, 0.22656216},
                {4, 0.5, 0.15218069, 0.71812292},
                {4, 0.9, 0.2708905, 0.98910552},
                {10, 0.1, 0.055560257, 0.14813131},
                {10, 0.5, 0.40211333, 0.57688909},
                {10, 0.9, 0.772542, 0.95613853},
                {26, 0.1, 0.074129441, 0.12696344},
                {26, 0.5, 0.46836648, 0.52853853},
                {26, 0.9, 0.88099955, 0.91564541}};
    const double step = 1e-6, none = 2e-10; /* what the others took for nothing */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const int n = rows[i].cells;
        const double q = rows[i].q, low = rows[i].low, high = rows[i].high;
        assert_true(activated(n, q, high + step) > 1e-13);
        assert_close(activated(n, q, high - step), 0, 0, none);
        assert_close(activated(n, q, 0.5 * (low + high)), 0, 0, none);
        assert_close(activated(n, q, low > 0 ? low + step : 0), 0, 0, none);
        if (low > 0) assert_true(activated(n, q, low - step) > 1e-13);
    }
}

static double ladder(const void *alpha, int32_t b, int32_t i_m) {
    const double *a = alpha; /* [alpha, two_j] */
    return b == 0 ? ley_thermal_population((int32_t)a[1], i_m, a[0]) : 0;
}

/* A thermal ladder in j = N/2, eta = 0.9, alpha_l = 0.2: nothing comes back yet. */
static void test_leakage(void **state) {
    (void)state;
    static const struct {
        int cells;
        double leakage;
    } rows[] = {{4, 0.092643997}, {10, 0.21899205}};
    for (int i = 0; i < 2; i++) {
        ley_model model;
        const double population[2] = {0.6, rows[i].cells};
        ley_model_init(&model);
        model.cells = rows[i].cells;
        model.rate[LEY_LOCAL_EMISSION] = ley_signal_constant(0.1 * 1.25); /* n = 1/4 */
        model.rate[LEY_LOCAL_ABSORPTION] = ley_signal_constant(0.1 * 0.25);
        near(ley_bright_outflow(&model, 0, ladder, population), rows[i].leakage, "ladder", "outflow");
        assert_close(ley_bright_return(&model, 0, ladder, population), 0, 0, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_starts), cmocka_unit_test(test_windows),
                                       cmocka_unit_test(test_leakage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
