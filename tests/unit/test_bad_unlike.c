/* Bad lists for single cells, positions and starts: each is refused with the right place and a sentence that says
 * what would be right. The places were counted in the texts by hand. */
#include "support/assert_close.h"
#include "support/refused.h"

#include "leyden.h"

#include <stdio.h>
#include <string.h>

#define REST          "time: {until: 10}\nobserve: [battery.energy]\n"
#define NOISE         "noise: {collective: {emission: 1}}\n"
#define STATE(text)   "battery: {cells: 2, frequency: 1, state: " text "}\n" REST
#define PLACED(at, d) "battery: {cells: 2, frequency: 1, positions: " at ", dipole: " d "}\n" NOISE REST
#define WITH(rest)    "battery: {cells: 2, frequency: 1}\n" rest "\n"
#define UNLIKE        "battery: {cells: 2, frequencies: [1, 2]}\ntime: {until: 10}\n"
#define ELEVEN        "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1"

static const refused cases[] = {
    {"too few frequencies", "battery: {cells: 3, frequencies: [1, 2]}\n" REST, 1, 34, "battery.frequencies",
     "2 frequencies for 3 cells; give one for each cell"},
    {"one frequency", "battery: {cells: 3, frequencies: 1}\n" REST, 1, 34, "battery.frequencies",
     "a text, where a list of 3 frequencies is expected, one for each cell"},
    {"frequency twice", "battery: {cells: 2, frequency: 1, frequencies: [1, 2]}\n" REST, 1, 35,
     "battery.frequencies", "battery.frequency and battery.frequencies say the same thing; give one of them"},
    {"negative frequency", "battery: {cells: 2, frequencies: [1, -2]}\n" REST, 1, 38, "battery.frequencies",
     "frequency -2 is negative; in a rotating frame, give battery.energy_frequency as well"},
    {"too many cells", "battery: {cells: 11, frequencies: [" ELEVEN "]}\n" REST, 1, 22, "battery.frequencies",
     "11 cells that are not all alike; at most 10 are evolved in the space of 2^N states"},
    {"too many cells to draw",
     "battery: {cells: 11, frequency: 1, state: {random_unitary_of_gibbs: 1, seed: 1}}\n" REST, 1, 72,
     "battery.state", "11 cells that are not all alike; at most 10 are evolved in the space of 2^N states"},
    {"temperature of unlike cells",
     "battery: {cells: 2, frequencies: [1, 2]}\nnoise: {collective: {rate: 1, temperature: 1}}\n" REST, 2, 44,
     "noise.collective.temperature",
     "a temperature gives cells of different frequencies different numbers of quanta; give n or alpha"},
    {"weights without cavity", WITH("coupling: {weights: [1, 2]}\n" REST), 2, 12, "coupling.weights",
     "coupling.weights needs a cavity; add cavity: {frequency: ...} or leave it out"},
    {"too many weights", WITH("noise: {local: {emission: 1, weights: [1, 2, 3]}}\n" REST), 2, 39,
     "noise.local.weights", "3 weights for 2 cells; give one for each cell"},
    {"negative rate", WITH("noise: {local: {emission: 1, weights: [1, -2]}}\n" REST), 2, 43, "noise.local.weights",
     "weight -2 of a rate is negative; it is 0 or larger"},
    {"a weight that is no number", WITH("drive: {battery: 1, weights: [1, x]}\n" REST), 2, 34, "drive.weights",
     "unknown name x (did you mean N?); names are N, pi, the parameters and functions"},
    {"same position", PLACED("[[0, 0, 1], [0, 0, 1]]", "{direction: [0, 0, 1]}"), 1, 58, "battery.positions",
     "cells 1 and 2 are at the same position"},
    {"a plane", PLACED("[[0, 0], [1, 0]]", "{direction: [0, 0, 1]}"), 1, 47, "battery.positions",
     "three numbers are expected: [x, y, z] of a cell, in wave-lengths"},
    {"too few positions", PLACED("[[0, 0, 1]]", "{direction: [0, 0, 1]}"), 1, 46, "battery.positions",
     "1 positions for 2 cells; give one for each cell"},
    {"no direction", PLACED("[[0, 0, 1], [0, 0, 2]]", "{shifts: true}"), 1, 35, "battery.positions",
     "positions need battery.dipole: {direction: [x, y, z]}, or direction: isotropic"},
    {"zero direction", PLACED("[[0, 0, 1], [0, 0, 2]]", "{direction: [0, 0, 0]}"), 1, 90,
     "battery.dipole.direction", "a direction is not [0, 0, 0]"},
    {"unknown direction", PLACED("[[0, 0, 1], [0, 0, 2]]", "{direction: isotrop}"), 1, 90,
     "battery.dipole.direction",
     "unknown direction \"isotrop\" (did you mean isotropic?); it is [x, y, z] or isotropic"},
    {"unknown key", PLACED("[[0, 0, 1], [0, 0, 2]]", "{directon: isotropic}"), 1, 79, "battery.dipole.directon",
     "unknown key directon (did you mean direction?); keys of battery.dipole: direction, shifts"},
    {"dipole alone", "battery: {cells: 2, frequency: 1, dipole: {shifts: false}}\n" REST, 1, 44,
     "battery.dipole.shifts", "a dipole without battery.positions does nothing"},
    {"nothing radiates",
     "battery: {cells: 2, frequency: 1, positions: [[0, 0, 1], [0, 0, 2]], dipole: {direction: isotropic}}\n" REST,
     1, 35, "battery.positions",
     "positions shape collective emission and absorption; noise.collective has neither"},
    {"no seed", STATE("{random_unitary_of_gibbs: 0.5}"), 1, 43, "battery.state",
     "a random unitary needs its seed: {random_unitary_of_gibbs: q, seed: s}"},
    {"bad seed", STATE("{random_unitary_of_gibbs: 0.5, seed: 1.5}"), 1, 79, "battery.state.seed",
     "seed 1.5 is not an integer from 0 to 2^53"},
    {"negative seed", STATE("{random_unitary_of_gibbs: 0.5, seed: -1}"), 1, 79, "battery.state.seed",
     "seed -1 is not an integer from 0 to 2^53"},
    {"negative q", STATE("{random_unitary_of_gibbs: -0.5, seed: 1}"), 1, 68,
     "battery.state.random_unitary_of_gibbs", "q = -0.5 is negative; q = exp(-beta w0) is 0 or larger"},
    {"not a seed", STATE("{random_unitary_of_gibbs: 0.5, sed: 1}"), 1, 73, "battery.state",
     "a random start is {random_unitary_of_gibbs: q, seed: s}"},
    {"unknown turn", STATE("{gibbs: 0.5, rotate_z: [1, 2]}"), 1, 55, "battery.state",
     "beside gibbs stands one of rotate_y: [theta, ...], swap: [[j, m], [j', m']]"},
    {"too few angles", STATE("{gibbs: 0.5, rotate_y: [1]}"), 1, 65, "battery.state.rotate_y",
     "1 angles for 2 cells; give one for each cell"},
    {"no such spin", STATE("{gibbs: 0.5, swap: [[1, 0], [2, 0]]}"), 1, 71, "battery.state.swap",
     "j = 2 is not in 0 .. N/2 = 1"},
    {"with itself", STATE("{gibbs: 0.5, swap: [[1, 0], [1, 0]]}"), 1, 61, "battery.state.swap",
     "a state is exchanged with itself"},
    {"a coherence", UNLIKE "observe: [battery.energy, battery.coherence_l1]\n", 3, 27, "observe",
     "battery.coherence_l1 depends on how the copies of a spin are chosen unless the cells are all alike"},
    {"a Dicke count", UNLIKE "measure: [\"max(battery.ergotropy_dicke)\"]\n", 3, 11, "measure",
     "battery.ergotropy_dicke counts states of identical cells; these cells are not all alike"},
    {"collective ergotropy", UNLIKE "observe: [battery.ergotropy_collective]\n", 3, 11, "observe",
     "battery.ergotropy_collective needs one frequency for all cells: |j, m> are not levels of these cells"},
    {"weights of a stage", WITH("stages: [{until: 5}, {noise.local.weights: [1, 2]}]\n" REST), 2, 23, "stages",
     "noise.local.weights is the same in all stages; a stage sets frequencies, coupling.strength, coupling.switch, "
     "noise and drive"},
};

static void test_cases(void **state) {
    (void)state;
    assert_refused(cases, sizeof cases / sizeof *cases);
}

/* Found when the run is prepared, and by the plan of it: a steady state, a representation that cannot serve. */
static void test_refused_before_work(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } late[] = {
        {UNLIKE "observe: [battery.energy]\nnumerics: {representation: spins}\n",
         "spins does not serve here: the cells are not all alike"},
        {"battery: {cells: 11, frequency: 1}\n" REST "numerics: {representation: general}\n",
         "general does not serve here: there are more than 10 cells"},
        {"battery: {cells: 3, frequency: 1, state: {spin_coherent: [1, 0]}}\n" REST
         "noise: {local: {emission: 0.1}}\nnumerics: {propagator: radau}\n",
         "radau needs a battery without cavity, drive, coherences and telegraph noise, with constant rates >= 0"},
        {"battery: {cells: 3, frequency: 1}\n" REST "drive: {battery: 0.1}\nnumerics: {propagator: radau}\n",
         "radau needs a battery without cavity, drive, coherences and telegraph noise, with constant rates >= 0"},
    };
    for (size_t i = 0; i < sizeof late / sizeof *late; i++) {
        ley_scenario *scenario = NULL;
        ley_error err = {0};
        char *text = NULL;
        assert_int_equal(ley_scenario_create(&scenario, late[i].text, &err), LEY_OK);
        assert_int_equal(ley_scenario_plan(scenario, 1, &text, &err), LEY_ERR_SCENARIO);
        assert_string_equal(err.message, late[i].message);
        ley_scenario_destroy(scenario);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_refused_before_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
