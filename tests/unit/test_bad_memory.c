/* Bad stages, baths and disorder: each is refused with the right place and a sentence that says what would be
 * right. The places were counted in the texts by hand. */
#include "support/assert_close.h"
#include "support/refused.h"

#include "leyden.h"

#include <stdio.h>
#include <string.h>

#define BATTERY      "battery: {cells: 4, frequency: 1}\n"
#define REST         "time: {until: 10}\nobserve: [battery.energy]\n"
#define BATH(map)    BATTERY "noise: {collective: {bath: " map "}}\n" REST
#define STAGES(list) BATTERY "stages: " list "\n" REST

static const refused cases[] = {
    {"stages not a list", STAGES("{until: 3}"), 2, 9, "stages",
     "a list of stages is expected: [{name: charge, until: 5, coupling.switch: 1}, ...]"},
    {"no until", STAGES("[{name: a}, {name: b}]"), 2, 10, "stages",
     "this stage has no until, the time at which it ends; only the last one may leave it out"},
    {"until goes back", STAGES("[{until: 3}, {until: 2}, {}]"), 2, 30, "stages",
     "until 2 does not come after 3, where this stage begins"},
    {"stages too short", STAGES("[{until: 3}, {until: 5}]"), 2, 30, "stages",
     "the stages end at t = 5, before the run does (10); add one, or leave until out of the last"},
    {"stage behind the end", STAGES("[{until: 30}, {name: b}]"), 2, 18, "stages",
     "the next stage begins at t = 30, where the run is over (10)"},
    {"two names", STAGES("[{name: a, until: 3}, {name: a}]"), 2, 38, "stages", "two stages are named a"},
    {"a bad name", STAGES("[{name: \"3 a\"}]"), 2, 17, "stages",
     "a stage is named by a word of at most 23 letters, digits, - and _"},
    {"unknown key of a stage", STAGES("[{nose.local.emission: 1}]"), 2, 11, "stages",
     "unknown key nose.local.emission (did you mean noise.local.emission?); a stage has name, until, and keys of "
     "the scenario that it sets"},
    {"key of the whole run", STAGES("[{battery.state: excited}]"), 2, 11, "stages",
     "battery.state is the same in all stages; a stage sets frequencies, coupling.strength, coupling.switch, noise "
     "and drive"},
    {"a negative rate", STAGES("[{noise: {local: {emission: -1}}}]"), 2, 37, "noise.local.emission",
     "rate -1 is negative; a constant rate is 0 or larger"},
    {"not finite in its stage", STAGES("[{until: 5}, {drive.battery: \"1/(t - 7.5)\"}]"), 2, 22, "stages",
     "a value of this stage is not finite at t = 7.5; values are finite all along it"},
    {"a cavity key without cavity", STAGES("[{drive.cavity: 1}]"), 2, 11, "stages",
     "drive.cavity needs a cavity; the scenario has none"},
    {"coupling without model",
     "battery: {cells: 4, frequency: 1}\ncavity: {frequency: 1}\nstages: [{coupling.switch: 1}]\n" REST, 1, 1,
     "coupling.model",
     "coupling.model is missing: tavis-cummings | dicke | {counter_rotating: r}; r = 0 is tavis-cummings, r = 1 "
     "dicke"},
    {"no such stage",
     BATTERY "stages: [{until: 3}, {name: b}]\ntime: {until: 10}\nmeasure: [\"jump(total.energy, "
             "c)\"]\n",
     4, 11, "measure", "no stage is called c"},
    {"no stages", BATTERY "time: {until: 10}\nmeasure: [\"at_end(total.energy, 1)\"]\n", 3, 11, "measure",
     "there are no stages"},
    {"the first does not jump",
     BATTERY "stages: [{until: 3}, {}]\ntime: {until: 10}\nmeasure: [\"jump(total.energy, 1)\"]\n", 4, 11,
     "measure", "a run begins in stage 1; nothing jumps there"},
    {"jump of one thing",
     BATTERY "stages: [{until: 3}, {}]\ntime: {until: 10}\nmeasure: [\"jump(total.energy)\"]\n", 4, 11, "measure",
     "jump takes an observable and a stage: jump(total.energy, storage)"},
    {"a bath without density", BATH("{coupling: 1}"), 2, 29, "noise.collective.bath",
     "a bath needs its spectral_density: ohmic, lorentzian, drude or {expression: J}"},
    {"an unknown density", BATH("{spectral_density: omic}"), 2, 47, "noise.collective.bath.spectral_density",
     "unknown spectral density \"omic\" (did you mean ohmic?); it is one of ohmic, lorentzian, drude, {expression: "
     "J}"},
    {"no coupling", BATH("{spectral_density: ohmic}"), 2, 29, "noise.collective.bath",
     "a bath that is ohmic needs coupling"},
    {"no cutoff", BATH("{spectral_density: drude, coupling: 1}"), 2, 29, "noise.collective.bath",
     "a bath that is drude needs cutoff"},
    {"a warm lorentzian", BATH("{spectral_density: lorentzian, coupling: 1, width: 1, temperature: 1}"), 2, 82,
     "noise.collective.bath.temperature",
     "a lorentzian reaches to frequencies of 0 and below, where a temperature means infinitely many quanta; give "
     "n, "
     "the same at all frequencies"},
    {"a wide ohmic", BATH("{spectral_density: ohmic, coupling: 1, cutoff: 1, width: 2}"), 2, 78,
     "noise.collective.bath.width", "a bath that is ohmic has no width"},
    {"a cutoff of 0", BATH("{spectral_density: ohmic, coupling: 1, cutoff: 0}"), 2, 75,
     "noise.collective.bath.cutoff", "cutoff 0 is not larger than 0"},
    {"a formula of t", BATH("{spectral_density: {expression: t}, cutoff: 1}"), 2, 60, "noise.collective.bath",
     "unknown name t (did you mean N?); names are N, pi, omega, the parameters and functions"},
    {"a negative density", BATH("{spectral_density: {expression: \"omega - 1\"}, cutoff: 3}"), 2, 60,
     "noise.collective.bath", "J is -1 at the frequency 3e-09; it is finite and not negative"},
    {"many quanta", BATH("{spectral_density: {expression: \"cos(omega)\"}, cutoff: 1, temperature: 1}"), 2, 60,
     "noise.collective.bath",
     "J does not vanish at the frequency 0, where a temperature means infinitely many quanta"},
    {"a bath and a rate", BATTERY "noise: {local: {emission: 1, bath: {spectral_density: ohmic}}}\n" REST, 2, 17,
     "noise.local.emission",
     "noise.local.bath has a bath with a spectral density and emission; give one of the two"},
    {"a bath in a stage", STAGES("[{noise.local.bath.coupling: 1}]"), 2, 11, "stages",
     "noise.local.bath.coupling is the same in all stages; a stage sets frequencies, coupling.strength, "
     "coupling.switch, noise and drive"},
    {"no such interval", BATTERY "time: {until: 10}\nmeasure: [\"backflow_begin(trace_distance, 0)\"]\n", 3, 11,
     "measure", "backflow_begin takes the number of an interval, from 1, not \"0\""},
    {"an interval without number", BATTERY "time: {until: 10}\nmeasure: [\"backflow_end(trace_distance)\"]\n", 3,
     11, "measure", "backflow_end takes a trace distance and a number: backflow_end(trace_distance, 1)"},
    {"nothing to draw", BATTERY REST "numerics: {trajectories: 10}\n", 4, 26, "numerics.trajectories",
     "there is nothing to draw: the scenario has no telegraph noise and no disorder"},
    {"one history", BATTERY REST "numerics: {trajectories: 1}\n", 4, 26, "numerics.trajectories",
     "1 history has no standard error; draw 2 or more"},
    {"heat of histories",
     "battery: {cells: 4, frequency: 1, disorder: {sigma: 1}}\ntime: {until: 1}\nobserve: [heat]\n"
     "numerics: {trajectories: 10}\n",
     4, 26, "numerics.trajectories",
     "heat needs the noise beside the state, which the mean of histories does not hold"},
    {"maximum of histories",
     "battery: {cells: 4, frequency: 1, disorder: {sigma: 1}}\ntime: {until: 1}\nmeasure: "
     "[max(battery.energy)]\nnumerics: {trajectories: 10}\n",
     4, 26, "numerics.trajectories",
     "histories are looked at at output times alone: of measures, final(X) is offered, and no energies of the "
     "interaction"},
    {"the map of many cells", "battery: {cells: 5, frequency: 1}\ntime: {until: 1}\nmeasure: [rhp]\n", 3, 11,
     "measure", "rhp follows every state of the battery, and is offered up to N = 4"},
    {"negative disorder", "battery: {cells: 4, frequency: 1, disorder: {sigma: -1}}\n" REST, 1, 53,
     "battery.disorder.sigma", "sigma -1 is negative; it is 0 or larger"},
    {"too much disorder", "battery: {cells: 400, frequency: 1, disorder: {sigma: 10}}\n" REST, 1, 55,
     "battery.disorder.sigma", "an average to the tolerance takes more than 4096 runs with sigma N t = 4e+04"},
    {"disorder is a mapping", "battery: {cells: 4, frequency: 1, disorder: 1}\n" REST, 1, 45, "battery.disorder",
     "a text, where a mapping of keys is expected"},
};

static void test_cases(void **state) {
    (void)state;
    assert_refused(cases, sizeof cases / sizeof *cases);
}

static void test_steady(void **state) {
    (void)state;
    const struct {
        ley_purpose purpose;
        const char *message;
    } ways[] = {
        {LEY_STEADY_STATE, "a steady state has no stages; leyden run follows an evolution"},
        {LEY_SPECTRUM, "a spectrum has no stages; leyden run follows an evolution"},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        ley_error err = {0};
        ley_scenario *scenario = NULL;
        assert_int_equal(ley_scenario_create_for(&scenario, ways[i].purpose,
                                                 STAGES("[{noise: {local: {emission: 1}}}]"), NULL, 0, &err),
                         LEY_ERR_SCENARIO);
        assert_string_equal(err.message, ways[i].message);
        assert_int_equal(err.line, 2);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_steady)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
