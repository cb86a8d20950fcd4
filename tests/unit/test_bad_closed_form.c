/* closed_form where the formula does not hold: refused at its place, naming what does not fit. */
#include "support/assert_close.h"
#include "support/refused.h"

#include "leyden.h"

#include <string.h>

#define BATTERY     "battery: {cells: 3, frequency: 1}\n"
#define NOISE(text) "noise: {" text "}\n"
#define BATH        NOISE("collective: {rate: 1, alpha: 0.5}")
#define REST        "time: {until: 10}\nobserve: [battery.energy]\n"
#define CLOSED      "closed_form: collective_thermal\n" /* line 1, column 14 */

static const refused cases[] = {
    {"unknown word", "closed_form: thermal\n" BATTERY BATH REST, 1, 14, "closed_form",
     "unknown closed form \"thermal\"; there is collective_thermal"},
    {"misspelt", "closed_form: collective_thermall\n" BATTERY BATH REST, 1, 14, "closed_form",
     "unknown closed form \"collective_thermall\" (did you mean collective_thermal?); there is collective_thermal"},
    {"a list", "closed_form: [collective_thermal]\n" BATTERY BATH REST, 1, 14, "closed_form",
     "a list, where a word is expected: collective_thermal"},
    {"a cavity", CLOSED BATTERY "cavity: {frequency: 1, levels: 3}\n" BATH REST, 1, 14, "closed_form",
     "collective_thermal is of a battery of equal cells under one collective bath alone, and there is a cavity"},
    {"a drive", CLOSED BATTERY "drive: {battery: 0.1}\n" BATH REST, 1, 14, "closed_form",
     "collective_thermal is of a battery of equal cells under one collective bath alone, and there is "
     "drive.battery"},
    {"stages", CLOSED BATTERY BATH "stages: [{until: 5}, {noise.collective.dephasing: 1}]\n" REST, 1, 14,
     "closed_form",
     "collective_thermal is of a battery of equal cells under one collective bath alone, and there are stages"},
    {"local emission", CLOSED BATTERY NOISE("collective: {rate: 1, n: 1}, local: {emission: 0.1}") REST, 1, 14,
     "closed_form",
     "collective_thermal is of collective emission and absorption alone, and there is noise.local.emission"},
    {"local dephasing", CLOSED BATTERY NOISE("collective: {rate: 1, n: 1}, local: {dephasing: 0.1}") REST, 1, 14,
     "closed_form",
     "collective_thermal is of collective emission and absorption alone, and there is noise.local.dephasing"},
    {"mixed", CLOSED BATTERY NOISE("collective: {rate: 1, n: 1}, local: {rate: 1, n: 1}, mix: 0.9") REST, 1, 14,
     "closed_form",
     "collective_thermal is of collective emission and absorption alone, and there is noise.local.emission"},
    {"no bath", CLOSED BATTERY NOISE("collective: {dephasing: 1}") REST, 1, 14, "closed_form",
     "collective_thermal is of one collective bath, and noise.collective.emission is 0"},
    {"not thermal", CLOSED BATTERY NOISE("collective: {emission: 1, absorption: 2}") REST, 1, 14, "closed_form",
     "collective_thermal is of a thermal bath: absorption 2 is not smaller than emission 1"},
    {"a rate of time", CLOSED BATTERY NOISE("collective: {emission: 1+t}") REST, 1, 14, "closed_form",
     "collective_thermal needs rates that do not depend on time"},
    {"a frequency of time", CLOSED "battery: {cells: 3, frequency: 1+t}\n" BATH REST, 1, 14, "closed_form",
     "collective_thermal needs energies whose unit does not depend on time; give battery.energy_frequency"},
    {"unlike cells", CLOSED "battery: {cells: 2, frequencies: [1, 2]}\n" BATH REST, 1, 14, "closed_form",
     "collective_thermal is of a battery of equal cells under one collective bath alone, and the cells are not "
     "all alike"},
    {"a start of single cells",
     CLOSED "battery: {cells: 2, frequency: 1, state: {random_unitary_of_gibbs: 0.5, seed: 1}}\n" BATH REST, 1, 14,
     "closed_form", "collective_thermal is of starts that are the same for all cells; battery.state is not"},
    {"nothing to compare", CLOSED BATTERY BATH "time: {until: 1}\nobserve: [battery.populations, power]\n", 1, 14,
     "closed_form",
     "nothing that is reported has a closed form; observe battery.energy, battery.ergotropy, ... or measure "
     "final(X) of one of them"},
    {"not a final value", CLOSED BATTERY BATH "time: {until: 1}\nmeasure: [max(battery.energy)]\n", 1, 14,
     "closed_form",
     "nothing that is reported has a closed form; observe battery.energy, battery.ergotropy, ... or measure "
     "final(X) of one of them"},
};

static void test_cases(void **state) {
    (void)state;
    assert_refused(cases, sizeof cases / sizeof *cases);
}

/* What a scenario for the spectrum observes is not looked at, and closed forms are no quantities of its own. */
static void test_elsewhere(void **state) {
    (void)state;
    ley_scenario *scenario = NULL;
    ley_error err = {0};
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_SPECTRUM, CLOSED BATTERY BATH REST, NULL, 0, &err),
                     LEY_OK);
    ley_scenario_destroy(scenario);
    assert_int_equal(ley_scenario_create(&scenario,
                                         BATTERY BATH "time: {until: 1}\n"
                                                      "observe: [closed_form.battery.energy]\n",
                                         &err),
                     LEY_ERR_SCENARIO);
    assert_non_null(strstr(err.message, "unknown observable \"closed_form.battery.energy\""));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_elsewhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
