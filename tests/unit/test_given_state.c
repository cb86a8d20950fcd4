/* States as matrices: out as battery.state, in as battery.state: {blocks: ...}. Judges: the same start by name in
 * every representation, the semigroup law exp(L (s + t)) = exp(L t) exp(L s), the final blocks, values by hand. */
#include "support/assert_close.h"
#include "support/refused.h"

#include "core/memory.h"
#include "leyden.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define near(a, b, absolute) assert_close(a, b, 0, absolute)

enum { TEXT = 40000 };

/* battery.state as {blocks: ...} */
static void write_blocks(char *text, const double *state, int cells) {
    int n = snprintf(text, TEXT, "{blocks: [");
    for (int two_j = cells; two_j >= 0; two_j -= 2) {
        n += snprintf(text + n, (size_t)(TEXT - n), "%s[", two_j < cells ? ", " : "");
        for (int i = 0; i <= two_j; i++) {
            n += snprintf(text + n, (size_t)(TEXT - n), "%s[", i ? ", " : "");
            for (int k = 0; k <= two_j; k++, state += 2)
                n += snprintf(text + n, (size_t)(TEXT - n), "%s[%.17g, %.17g]", k ? ", " : "", state[0], state[1]);
            n += snprintf(text + n, (size_t)(TEXT - n), "]");
        }
        n += snprintf(text + n, (size_t)(TEXT - n), "]");
    }
    snprintf(text + n, (size_t)(TEXT - n), "]}");
    assert_true(strlen(text) + 1 < TEXT);
}

__attribute__((format(printf, 2, 3))) static ley_run *start_run(ley_purpose purpose, const char *format, ...) {
    static char text[TEXT + 2000];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    ley_scenario *scenario;
    ley_run *run;
    ley_error err = {0};
    if (ley_scenario_create_for(&scenario, purpose, text, NULL, 0, &err) != LEY_OK)
        fail_msg("%d:%d [%s] %s\n%s", (int)err.line, (int)err.column, err.where, err.message, text);
    if (ley_run_create(&run, scenario, 0, NULL, NULL, &err) != LEY_OK)
        fail_msg("[%s] %s\n%s", err.where, err.message, text);
    ley_scenario_destroy(scenario);
    return run;
}

/* battery.state of the last row */
static const double *last(const ley_run *run, ley_index *width) {
    const double *series = ley_run_series(run, "battery.state", width);
    assert_non_null(series);
    return series + (ley_run_rows(run) - 1) * *width;
}

static void same_states(const ley_run *a, const ley_run *b, double allowed, const char *what) {
    ley_index width, other;
    const double *x = last(a, &width), *y = last(b, &other);
    assert_int_equal(width, other);
    for (ley_index i = 0; i < width; i++)
        if (!(fabs(x[i] - y[i]) <= allowed))
            fail_msg("%s: number %lld is %g, not %g", what, (long long)i, x[i], y[i]);
}

#define COLLECTIVE "noise: {collective: {emission: 0.3, absorption: 0.1, dephasing: 0.05}}\n"
#define LOCAL      "noise: {collective: {emission: 0.1}, local: {emission: 0.2, absorption: 0.05, dephasing: 0.1}}\n"
#define DRIVE      "drive: {battery: 0.7}\n"
#define NUMERICS   "numerics: {tolerance: 1e-10, representation: %s}\n"

/* A start with coherences of every phase: what a driven, noisy battery comes to. */
static void two_runs_are_one(void **state) {
    (void)state;
    static const struct {
        const char *noise, *representation;
    } rows[] = {{LOCAL DRIVE, "blocks"},  {LOCAL DRIVE, "half"},      {LOCAL, "blocks"},   {LOCAL, "auto"},
                {LOCAL DRIVE, "general"}, {COLLECTIVE DRIVE, "auto"}, {COLLECTIVE, "half"}};
    static char blocks[TEXT];
    const char *first = "battery: {cells: 3, frequency: 1.1, state: {spin_coherent: [1, 0.4]}}\n"
                        "time: {values: [%g, %g]}\nobserve: [battery.state]\n%s" NUMERICS;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ley_run *whole = start_run(LEY_EVOLUTION, first, 0.8, 2.0, rows[i].noise, "auto");
        ley_index width;
        const double *x = ley_run_series(whole, "battery.state", &width);
        assert_int_equal(width, 2 * (16 + 4));
        write_blocks(blocks, x, 3); /* at 0.8 */
        ley_run *second =
            start_run(LEY_EVOLUTION,
                      "battery: {cells: 3, frequency: 1.1, state: %s}\ntime: {until: 1.2, points: 2}\n"
                      "observe: [battery.state, battery.energy]\n%s" NUMERICS,
                      blocks, rows[i].noise, rows[i].representation);
        same_states(second, whole, 1e-9, rows[i].representation);
        ley_complex block[16];
        assert_int_equal(ley_run_battery_block(second, block, 3, NULL), LEY_OK);
        const double *end = last(second, &width);
        for (int k = 0; k < 16; k++) {
            assert_true(end[2 * k] == block[k].re && end[2 * k + 1] == block[k].im);
        }
        ley_run_destroy(second);
        ley_run_destroy(whole);
    }
    assert_int_equal(ley_memory_live(), 0);
}

/* Named starts, written out as they are at t = 0. */
static void a_matrix_is_the_state_it_holds(void **state) {
    (void)state;
    static const char *const starts[] = {"ground", "{dicke: [0.5, 0.5]}", "{gibbs: 0.4}",
                                         "{spin_coherent: [1.1, 0.6]}"};
    static const char *const systems[] = {
        "cavity: {frequency: 1, levels: 4, state: {coherent: 0.6}}\n"
        "coupling: {model: tavis-cummings, strength: 0.3}\nnoise: {cavity: {loss: 0.1}, local: {emission: 0.1}}\n",
        "cavity: {frequency: 0.9, levels: 4, state: {fock: 1}}\n"
        "coupling: {model: dicke, strength: 0.3}\nnoise: {cavity: {loss: 0.1}, collective: {dephasing: 0.1}}\n",
        "cavity: {frequency: 1, levels: 4}\ndrive: {cavity: 0.3}\n"
        "coupling: {model: tavis-cummings, strength: 0.3}\nnoise: {cavity: {loss: 0.5}, local: {dephasing: 0.1}}\n",
        LOCAL,
        COLLECTIVE,
        "cavity: {frequency: 1, levels: 4}\ncoupling: {model: dicke, strength: 0.3}\n"};
    static const char *const words[] = {"auto",      "blocks",  "sectors", "half",
                                        "displaced", "general", "spins",   "pure"};
    static char blocks[TEXT], text[TEXT + 2000];
    const char *form = "battery: {cells: 3, frequency: 1, state: %s}\n%stime: {values: [0, 0.7]}\n"
                       "observe: [battery.state]\n" NUMERICS;
    int compared = 0;
    for (size_t s = 0; s < sizeof systems / sizeof *systems; s++)
        for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
            ley_run *named = start_run(LEY_EVOLUTION, form, starts[i], systems[s], "auto");
            ley_index width;
            write_blocks(blocks, ley_run_series(named, "battery.state", &width), 3);
            ley_run_destroy(named);
            for (size_t r = 0; r < sizeof words / sizeof *words; r++) {
                ley_scenario *scenario;
                ley_run *given = NULL;
                ley_error err = {0};
                snprintf(text, sizeof text, form, blocks, systems[s], words[r]);
                if (ley_scenario_create(&scenario, text, &err) != LEY_OK) fail_msg("%s", err.message);
                ley_status status = ley_run_create(&given, scenario, 0, NULL, NULL, &err);
                ley_scenario_destroy(scenario);
                if (status != LEY_OK) { /* one that does not serve here, and says why */
                    assert_true(r > 1);
                    assert_int_equal(status, LEY_ERR_SCENARIO);
                    continue;
                }
                named = start_run(LEY_EVOLUTION, form, starts[i], systems[s], words[r]);
                same_states(given, named, 2e-9, words[r]);
                compared++;
                ley_run_destroy(given);
                ley_run_destroy(named);
            }
        }
    assert_true(compared > 80);
    assert_int_equal(ley_memory_live(), 0);
}

/* The state of a Bell pair and of its mixture with the singlet: E = 1, purity by hand. */
static void by_hand(void **state) {
    (void)state;
    ley_run *run = start_run(LEY_EVOLUTION,
                             "battery: {cells: 2, frequency: 1, state: {blocks: [[[0.3, 0, [0, -0.3]], [0, 0, 0], "
                             "[[0, 0.3], 0, 0.3]], [[0.4]]]}}\n"
                             "noise: {collective: {dephasing: 0.5}}\ntime: {until: 1, points: 2}\n"
                             "observe: [battery.energy, battery.purity, battery.state, battery.spin_weights]\n");
    near(ley_run_series(run, "battery.energy", NULL)[0], 1, 1e-12);
    near(ley_run_series(run, "battery.purity", NULL)[0], 4 * 0.09 + 0.16, 1e-12);
    near(ley_run_series(run, "battery.spin_weights", NULL)[1], 0.4, 1e-12);
    ley_index width;
    const double *x = last(run, &width);
    assert_int_equal(width, 20);
    /* <-1|rho|1> = -0.3 i turns with exp(2 i t) and falls with (m - m')^2 / 2 times the rate. */
    near(x[4], 0.3 * exp(-1) * sin(2.0), 1e-8);
    near(x[5], -0.3 * exp(-1) * cos(2.0), 1e-8);
    near(x[18], 0.4, 1e-10);
    ley_run_destroy(run);
    assert_int_equal(ley_memory_live(), 0);
}

static void steady_states_of_a_given_start(void **state) {
    (void)state;
    ley_run *run = start_run(
        LEY_STEADY_STATE, "battery: {cells: 2, frequency: 1, state: {blocks: [[[0.5, 0.25, 0], [0.25, 0.2, 0], "
                          "[0, 0, 0]], [[0.3]]]}}\n"
                          "noise: {collective: {emission: 1}}\nobserve: [battery.spin_weights, battery.state]\n");
    near(ley_run_series(run, "battery.spin_weights", NULL)[0], 0.7, 1e-12);
    ley_index width;
    const double *x = last(run, &width);
    near(x[0], 0.7, 1e-12);
    near(x[18], 0.3, 1e-12);
    ley_run_destroy(run);
}

static void two_given_starts_are_compared(void **state) {
    (void)state;
    ley_run *run = start_run(LEY_EVOLUTION,
                             "battery: {cells: 1, frequency: 0, energy_frequency: 1, state: {blocks: [[[1, 0], [0, "
                             "0]]]}}\n"
                             "compare: {battery: {state: {blocks: [[[0.5, 0.5], [0.5, 0.5]]]}}}\n"
                             "time: {until: 1, points: 2}\nobserve: [trace_distance]\n");
    near(ley_run_series(run, "trace_distance", NULL)[1], sqrt(0.5), 1e-9);
    ley_run_destroy(run);
    assert_int_equal(ley_memory_live(), 0);
}

/* Few excitations kept, where a start holds no more: the same numbers. */
static void few_excitations(void **state) {
    (void)state;
    double energy[2];
    for (int i = 0; i < 2; i++) {
        ley_run *run = start_run(
            LEY_EVOLUTION,
            "battery: {cells: 4, frequency: 1, excitations: %d, state: {blocks: [[[0.6, [0, 0.1], 0, 0, 0], "
            "[[0, -0.1], 0.1, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]], "
            "[[0.3, 0, 0], [0, 0, 0], [0, 0, 0]]]}}\n"
            "noise: {local: {emission: 0.5}}\ntime: {until: 2}\nobserve: [battery.energy]\n"
            "measure: [final(battery.energy)]\nnumerics: {representation: half}\n",
            i == 0 ? 1 : 4);
        energy[i] = ley_run_measure(run, "final(battery.energy)");
        ley_run_destroy(run);
    }
    near(energy[0], 0.4 * exp(-1), 1e-8);
    near(energy[1], 0.4 * exp(-1), 1e-8);
    assert_int_equal(ley_memory_live(), 0);
}

#define GIVEN(blocks)                                                                                              \
    "battery: {cells: 2, frequency: 1, state: {blocks: " blocks "}}\ntime: {until: 1}\nobserve: [power]\n"
static const struct {
    const char *text;
    int32_t column;
    const char *message;
} bad[] = {
    {GIVEN("1"), 51, "a state of 2 cells has 1 to 2 blocks"},
    {GIVEN("[]"), 51, "a state of 2 cells has 1 to 2 blocks"},
    {GIVEN("[1, 2, 3]"), 51, "a state of 2 cells has 1 to 2 blocks"},
    {GIVEN("[1]"), 52, "a block of j = 1 is a list of 3 rows"},
    {GIVEN("[[[1]]]"), 52, "a block of j = 1 is a list of 3 rows"},
    {GIVEN("[[[1, 0, 0], [0, 0], [0, 0, 0]]]"), 64, "a row of the block of j = 1 has 3 elements"},
    {GIVEN("[[[1, 0, 0], [0, 0, x], [0, 0, 0]]]"), 71, "unknown name x"},
    {GIVEN("[[[1, 0, 0], [0, 0, [1, 2, 3]], [0, 0, 0]]]"), 71, "two numbers are expected: [re, im]"},
    {GIVEN("[[[1, 1, 0], [0, 0, 0], [0, 0, 0]]]"), 52, "the block of j = 1 is not Hermitian: elements differ by 1"},
    {GIVEN("[[[[1, 1], 0, 0], [0, 0, 0], [0, 0, 0]]]"), 52, "not Hermitian"},
    {GIVEN("[[[2, 0, 0], [0, -1, 0], [0, 0, 0]]]"), 52, "the block of j = 1 has the negative eigenvalue -1"},
    {GIVEN("[[[0.5, 0, 0], [0, 0.2, 0], [0, 0, 0.1]], [[0.1]]]"), 51,
     "the traces of the blocks add up to 0.9; they"},
    {"battery: {cells: 2, frequency: 1, excitations: 1, state: {blocks: [[[0, 0, 0], [0, 0, 0], [0, 0, 1]]]}}\n"
     "time: {until: 1}\nobserve: [power]\n",
     48, "1 excitations are kept, and the start holds 2"},
    {"battery: {cells: 5000, frequency: 1, state: {blocks: [[[1]]]}}\ntime: {until: 1}\nobserve: [power]\n", 54,
     "the blocks of 5000 cells hold 2.1e+10 numbers; the most is 1e+09"},
    {GIVEN("[[[1, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 0]]]"), 88, "a row of the block of j = 0 has 1 elements"},
};

static void bad_states_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_refused_words(bad[i].text, 1, bad[i].column, bad[i].message);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_runs_are_one),
        cmocka_unit_test(a_matrix_is_the_state_it_holds),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(steady_states_of_a_given_start),
        cmocka_unit_test(two_given_starts_are_compared),
        cmocka_unit_test(few_excitations),
        cmocka_unit_test(bad_states_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
