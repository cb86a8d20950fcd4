/* What `leyden plan` says: counts by hand, what each rate does, the choice, the reasons against the others and what
 * the others would take. */
#include "support/assert_close.h"

#include "leyden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATTERY "battery: {cells: 2, frequency: 1}\n"
#define CAVITY  "cavity: {frequency: 1, levels: 3, state: {fock: 2}}\n"
#define COUPLED "coupling: {model: tavis-cummings, strength: 0.1}\n"
#define DICKE   "coupling: {model: dicke, strength: 0.1}\n"
#define NOISE   "noise: {cavity: {loss: 0.2}, local: {emission: 0.1, dephasing: 0.1}}\n"
#define REST    "time: {until: 10}\nobserve: [battery.energy]\n"

static char *plan_of(const char *text) {
    ley_scenario *scenario = NULL;
    ley_error err = {0};
    char *plan = NULL;
    if (ley_scenario_create(&scenario, text, &err) != LEY_OK ||
        ley_scenario_plan(scenario, 1, &plan, &err) != LEY_OK)
        fail_msg("%s", err.message);
    ley_scenario_destroy(scenario);
    return plan;
}

/* What stands behind two words that begin a line ("also possible", "half"); the second may be empty. */
static char *line_of(const char *plan, const char *label, const char *word) {
    char start[64];
    const int length = snprintf(start, sizeof start, "  %-22s %s", label, word);
    for (const char *line = plan; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        if (strncmp(line, start, (size_t)length) != 0) continue;
        const char *rest = line + length + strspn(line + length, " :");
        return strndup(rest, strcspn(rest, "\n"));
    }
    return NULL;
}

static void assert_says(const char *plan, const char *label, const char *word, const char *wanted) {
    char *line = line_of(plan, label, word);
    if (!line) fail_msg("no line \"%s %s\" in:\n%s", label, word, plan);
    if (strncmp(line, wanted, strlen(wanted)) != 0) fail_msg("%s %s: %s, not %s", label, word, line, wanted);
    free(line);
}

/* Energies decay at 0.1, coherences at half of it and at twice the rate of dephasing: 0.05 + 0.2. */
static void test_rates_as_times(void **state) {
    (void)state;
    char *plan = plan_of(BATTERY CAVITY COUPLED NOISE REST);
    assert_says(plan, "T1 of a cell (local)", "", "10");
    assert_says(plan, "T2 of a cell (local)", "", "4");
    assert_says(plan, "photon lifetime", "", "5");
    ley_string_destroy(plan);
}

#define MANY(cells)                                                                                                \
    "battery: {cells: " cells ", frequency: 1}\n"                                                                  \
    "cavity: {frequency: 1, state: {coherent: \"sqrt(N)\"}}\n"                                                     \
    "coupling: {model: tavis-cummings, strength: \"0.5/sqrt(N)\"}\n"                                               \
    "noise: {local: {emission: 0.1}}\ntime: {until: 1}\n"

static void test_choice(void **state) {
    (void)state;
    static const struct {
        const char *text, *word;
    } cases[] = {
        {BATTERY CAVITY COUPLED NOISE REST, "sectors"},
        {BATTERY CAVITY DICKE NOISE REST, "half"},
        {BATTERY CAVITY COUPLED REST, "pure"},
        {BATTERY "noise: {local: {emission: 0.1}}\n" REST, "spins"},
        {"battery: {cells: 2, frequencies: [1, 2]}\nnoise: {local: {emission: 0.1}}\n" REST, "general"},
        {BATTERY "cavity: {frequency: 1, state: {coherent: 3}}\n" DICKE NOISE REST, "displaced"},
        {MANY("60") "observe: [battery.ergotropy]\n", "sectors"},
        {MANY("90") "observe: [battery.ergotropy]\n", "displaced"},
        {MANY("90") "observe: [battery.energy]\n", "sectors"}, /* one charge is enough */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *plan = plan_of(cases[i].text);
        assert_says(plan, "representation", cases[i].word, "");
        ley_string_destroy(plan);
    }
}

/* A battery that starts in its ground state and gains excitations from a cavity alone keeps those that hold any. */
static void test_memory_of_a_window(void **state) {
    (void)state;
    for (int hot = 0; hot < 2; hot++) {
        char *plan = plan_of(hot ? "battery: {cells: 20, frequency: 1}\n" CAVITY DICKE
                                   "noise: {collective: {emission: 0.2, absorption: 0.1}}\n" REST
                                 : "battery: {cells: 20, frequency: 1}\n" CAVITY DICKE
                                   "noise: {collective: {emission: 0.2}}\n" REST);
        char *line = line_of(plan, "memory at the peak", "");
        assert_non_null(line);
        assert_true((strstr(line, "at most") == NULL) == (hot == 1));
        free(line);
        ley_string_destroy(plan);
    }
}

static void test_reasons(void **state) {
    (void)state;
    char *plan = plan_of(BATTERY CAVITY DICKE NOISE REST);
    assert_says(plan, "ruled out", "sectors", "counter-rotating terms change the number of excitations");
    assert_says(plan, "ruled out", "spins", "there is a cavity");
    assert_says(plan, "ruled out", "pure", "a channel dissipates");
    ley_string_destroy(plan);
}

/* Blocks j = 1 and 0 with three Fock levels: 9^2 + 3^2 complex numbers; all 2^2 states: 12^2. */
static void test_alternatives_by_hand(void **state) {
    (void)state;
    char *plan = plan_of(BATTERY CAVITY COUPLED NOISE REST);
    assert_says(plan, "also possible", "blocks", "180 real numbers");
    assert_says(plan, "also possible", "general", "288 real numbers");
    assert_null(line_of(plan, "also possible", "sectors")); /* chosen */
    assert_null(line_of(plan, "also possible", "pure"));    /* ruled out */
    ley_string_destroy(plan);
}

/* Forced, an alternative has the same numbers. */
static void test_alternatives_forced(void **state) {
    (void)state;
    static const char *const words[] = {"half", "displaced", "blocks"};
#define LARGE                                                                                                      \
    "battery: {cells: 12, frequency: 1}\ncavity: {frequency: 1, state: {coherent: 3}}\n" COUPLED NOISE REST
    char *plan = plan_of(LARGE);
    assert_says(plan, "representation", "sectors", "");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char text[1024];
        snprintf(text, sizeof text, LARGE "numerics: {representation: %s}\n", words[i]);
        char *forced = plan_of(text), *numbers = line_of(forced, "stored numbers", "");
        assert_non_null(numbers);
        char wanted[80];
        snprintf(wanted, sizeof wanted, "%s numbers", numbers ? numbers : "");
        assert_says(plan, "also possible", words[i], wanted);
        free(numbers);
        ley_string_destroy(forced);
    }
    ley_string_destroy(plan);
}

static void test_sweep(void **state) {
    (void)state;
    char *plan =
        plan_of(BATTERY CAVITY COUPLED NOISE REST "sweep: {N: [1, 2, 3], noise.cavity.loss: [0.1, 0.2]}\n");
    assert_says(plan, "N", "", "3 values");
    assert_says(plan, "points", "", "6, ");
    assert_says(plan, "cells", "", "3");
    ley_string_destroy(plan);
}

static double stored_numbers(int cells, const char *state) {
    char text[512];
    snprintf(
        text, sizeof text,
        "battery: {cells: %d, frequency: 1, state: %s}\ncavity: {frequency: 1, state: {fock: 1}}\n" COUPLED NOISE
            REST "numerics: {representation: sectors}\n",
        cells, state);
    char *plan = plan_of(text), *numbers = line_of(plan, "stored numbers", "");
    assert_non_null(numbers);
    const double n = numbers ? strtod(numbers, NULL) : 0;
    free(numbers);
    ley_string_destroy(plan);
    return n;
}

/* Beyond 400 excitations rows are counted by sample, and a plan for thousands of cells comes at once: N^4 numbers
 * in a charge. One excitation is as many numbers whatever N is. */
static void test_more_cells_than_fit(void **state) {
    (void)state;
    assert_close(stored_numbers(401, "excited"), stored_numbers(399, "excited") * pow(401 / 399.0, 4), 0.1, 0);
    assert_close(stored_numbers(4000, "excited"), stored_numbers(399, "excited") * pow(4000 / 399.0, 4), 0.1, 0);
    assert_close(stored_numbers(4000, "ground"), stored_numbers(40, "ground"), 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rates_as_times),
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_memory_of_a_window),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_alternatives_by_hand),
        cmocka_unit_test(test_alternatives_forced),
        cmocka_unit_test(test_sweep),
        cmocka_unit_test(test_more_cells_than_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
