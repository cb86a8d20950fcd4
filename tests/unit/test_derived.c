/* Derived quantities: against closed forms of decay and Rabi oscillation, whose extremes lie between the output
 * times. Cells that emit by themselves have E = N exp(-g t); one cell and one photon have E = sin^2(g t). Wrong
 * formulas are refused with place and sentence; the places were counted by hand. */
#include "support/assert_close.h"
#include "support/run_scenario.h"

#include "core/memory.h"
#include "leyden.h"

#include <math.h>
#include <string.h>

#define DECAY                                                                                                      \
    "battery: {cells: 3, frequency: 1, state: excited}\n"                                                          \
    "noise: {local: {emission: 0.1}}\n"
#define RABI                                                                                                       \
    "battery: {cells: 1, frequency: 1}\n"                                                                          \
    "cavity: {frequency: 1, levels: 2, state: {fock: 1}}\n"                                                        \
    "coupling: {model: tavis-cummings, strength: 0.2}\n"

static void observables_follow_their_formulas(void **state) {
    (void)state;
    ley_run *run =
        run_scenario("parameters: {c: 6}\n"
                     "derive:\n"
                     "  late: \"artefact + N*t\"\n" /* before what it is made of */
                     "  artefact: \"c*battery.energy - battery.jz^2\"\n" DECAY "time: {until: 10, points: 5}\n"
                     "observe: [late, battery.energy]\n"
                     "measure: [final(artefact), \"at_max(late, battery.energy)\"]\n",
                     "decay");
    assert_string_equal(ley_run_series_name(run, 0), "late");
    assert_string_equal(ley_run_series_name(run, 1), "battery.energy");
    assert_null(ley_run_series_name(run, 2)); /* what artefact is made of is not reported */
    const double *times = ley_run_times(run);
    double energy = 0, artefact = 0;
    for (ley_index row = 0; row < ley_run_rows(run); row++) {
        energy = 3 * exp(-0.1 * times[row]);
        artefact = 6 * energy - (energy - 1.5) * (energy - 1.5);
        assert_close(run_value(run, "late", row, 0), artefact + 3 * times[row], 0, 1e-7);
    }
    assert_close(run_measure(run, "final(artefact)"), artefact, 0, 1e-7);
    assert_close(run_measure(run, "at_max(late, battery.energy)"), 18 - 2.25, 0, 1e-7);
    ley_run_destroy(run);
}

static void extremes_and_means_lie_between_the_output_times(void **state) {
    (void)state;
    ley_run *run =
        run_scenario("derive: {hill: \"battery.energy*(2 - battery.energy)\", square: battery.energy^2}\n" DECAY
                     "time: {until: 20, points: 2}\n"
                     "measure: [max(hill), argmax(hill), mean(square), min(hill)]\n",
                     "hill");
    assert_close(run_measure(run, "max(hill)"), 1, 0, 1e-8); /* at E = 1 */
    assert_close(run_measure(run, "argmax(hill)"), 10 * log(3), 0, 1e-6);
    assert_close(run_measure(run, "mean(square)"), 9 * (1 - exp(-4)) / 4, 0, 1e-8);
    assert_close(run_measure(run, "min(hill)"), -3, 0, 1e-8); /* at the start */
    ley_run_destroy(run);
}

static void measures_are_arithmetic_of_measures(void **state) {
    (void)state;
    ley_run *run = run_scenario("derive:\n"
                                "  twice: \"2*charging_power + max(1, N) + min( battery.energy )\"\n"
                                "  charging_power: \"max(battery.energy)/argmax(battery.energy)\"\n"
                                "  unused: \"max(battery.entropy)\"\n" RABI "time: {until: 20}\n"
                                "measure: [twice, charging_power, \"max(battery.energy)\"]\n",
                                "charging power");
    const double power = 2 * 0.2 / acos(-1);
    assert_string_equal(ley_run_measure_name(run, 0), "twice");
    assert_string_equal(ley_run_measure_name(run, 2), "max(battery.energy)");
    assert_null(ley_run_measure_name(run, 3));
    assert_close(run_measure(run, "charging_power"), power, 0, 1e-7);
    assert_close(run_measure(run, "twice"), 2 * power + 1, 0, 1e-7);
    assert_true(isnan(ley_run_measure(run, "unused")));
    ley_run_destroy(run);
}

/* 0/0 at the start is no number there and does no harm elsewhere: cos^2/sin^2 falls from its pole to 0. */
static void formulas_without_a_value_leave_a_gap(void **state) {
    (void)state;
    ley_run *run = run_scenario("derive: {r: battery.energy/(battery.energy + 0*t), inverse: 1/final(r0), r0: "
                                "battery.energy*0}\n" RABI "time: {until: 5, points: 6}\n"
                                "observe: [r]\n"
                                "measure: [max(r), mean(r), inverse]\n",
                                "gap");
    assert_true(isnan(ley_run_series(run, "r", NULL)[0]));
    for (ley_index row = 1; row < 6; row++) assert_close(run_value(run, "r", row, 0), 1, 0, 1e-12);
    assert_close(run_measure(run, "max(r)"), 1, 0, 1e-12);
    assert_close(run_measure(run, "mean(r)"), 1, 0, 1e-12);
    assert_true(isnan(ley_run_measure(run, "inverse")));
    assert_non_null(strstr(ley_run_warnings(run), "r has no finite value at t = 0\n"));
    assert_non_null(strstr(ley_run_warnings(run), "inverse has no finite value\n"));
    ley_run_destroy(run);
}

/* The joint state, spectra and heat are computed for a derived quantity alone, too; and the cut-off is certified by
 * what it is made of. */
static void what_formulas_need_is_computed(void **state) {
    (void)state;
    ley_run *run = run_scenario("derive: {a: \"log_negativity + 0*battery.ergotropy\", b: heat + cavity.photons}\n"
                                "battery: {cells: 2, frequency: 1}\n"
                                "cavity: {frequency: 1, state: {fock: 1}}\n"
                                "coupling: {model: tavis-cummings, strength: 0.2}\n"
                                "noise: {cavity: {loss: 0.1}}\n"
                                "time: {until: 5, points: 3}\n"
                                "observe: [a, b, log_negativity]\n"
                                "measure: [max(b), final(a)]\n",
                                "needs");
    ley_run *plain = run_scenario("battery: {cells: 2, frequency: 1}\n"
                                  "cavity: {frequency: 1, state: {fock: 1}}\n"
                                  "coupling: {model: tavis-cummings, strength: 0.2}\n"
                                  "noise: {cavity: {loss: 0.1}}\n"
                                  "time: {until: 5, points: 3}\n"
                                  "observe: [log_negativity, heat, cavity.photons]\n",
                                  "parts");
    for (ley_index row = 0; row < 3; row++) {
        assert_close(run_value(run, "a", row, 0), run_value(plain, "log_negativity", row, 0), 0, 1e-7);
        assert_close(run_value(run, "b", row, 0),
                     run_value(plain, "heat", row, 0) + run_value(plain, "cavity.photons", row, 0), 0, 1e-7);
    }
    ley_run_destroy(plain);
    ley_run_destroy(run);
}

static void steady_states_know_them(void **state) {
    (void)state;
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    /* one cell of emission 2, absorption 1: E = 1/3 */
    const char *text = "derive: {a: 3*battery.energy, b: \"final(a) + final(battery.energy)\"}\n"
                       "battery: {cells: 1, frequency: 1}\n"
                       "noise: {local: {emission: 2, absorption: 1}}\n"
                       "observe: [a]\nmeasure: [b]\n";
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_STEADY_STATE, text, NULL, 0, NULL), LEY_OK);
    assert_int_equal(ley_run_create(&run, scenario, 0, NULL, NULL, NULL), LEY_OK);
    assert_close(run_value(run, "a", 0, 0), 1, 0, 1e-10);
    assert_close(run_measure(run, "b"), 4.0 / 3, 0, 1e-10);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
    /* and the gap, which belongs to no observable: coherences decay at half the rate of the populations */
    text = "derive: {a: 2*gap + gap}\n"
           "battery: {cells: 1, frequency: 1}\n"
           "noise: {local: {emission: 2, absorption: 1}}\n"
           "measure: [a]\n";
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_STEADY_STATE, text, NULL, 0, NULL), LEY_OK);
    assert_int_equal(ley_run_create(&run, scenario, 0, NULL, NULL, NULL), LEY_OK);
    assert_close(run_measure(run, "a"), 4.5, 0, 1e-9);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
}

#define TIME "time: {until: 5}\n"
static const struct {
    const char *text;
    int32_t line, column;
    const char *message;
} refused[] = {
    {DECAY TIME "derive: {a: battery.enrgy}\nobserve: [a]\n", 4, 13, "unknown name battery.enrgy (did you mean "},
    {DECAY TIME "derive: {a: \"b + 1\", b: \"2*a\"}\nobserve: [a]\n", 4, 13, "a refers to itself"},
    {DECAY TIME "derive: {a: \"a\"}\nobserve: [a]\n", 4, 13, "a refers to itself"},
    {DECAY TIME "derive: {a: \"battery.energy + max(battery.energy)\"}\nobserve: [a]\n", 4, 31,
     "max(battery.energy) is a measure, the formula has an observable before it"},
    {DECAY TIME "derive: {a: \"b + battery.energy\", b: \"max(battery.energy)\"}\nmeasure: [a]\n", 4, 18,
     "battery.energy is an observable, the formula has a measure before it"},
    {DECAY TIME "derive: {heat: battery.energy}\nobserve: [heat]\n", 4, 10, "heat is an observable already"},
    {DECAY TIME "derive: {max: battery.energy}\nobserve: [max]\n", 4, 10, "max is a measure already"},
    {DECAY TIME "derive: {time: battery.energy}\nobserve: [time]\n", 4, 10, "time is a word with a meaning"},
    {DECAY TIME "derive: {w: battery.energy}\nparameters: {w: 1}\nobserve: [w]\n", 4, 10,
     "w is a parameter already"},
    {DECAY TIME "derive: {w: battery.energy}\nobserve: [w]\nsweep: {w: [{N: 1}, {N: 2}]}\n", 4, 10,
     "w is an axis of the sweep already"},
    {DECAY TIME "derive: {a: heat}\nparameters: {heat: 1}\nobserve: [a]\n", 4, 13,
     "heat is an observable and a parameter; rename the parameter"},
    {DECAY TIME "derive: {a.b: battery.energy}\nobserve: [a.b]\n", 4, 10, "\"a.b\" cannot name a quantity"},
    {DECAY TIME "derive: {a: \"3*pi*N\"}\nobserve: [a]\n", 4, 13, "a is made of no observable and no measure"},
    {DECAY TIME "derive: {a: \"2*battery.populations\"}\nobserve: [a]\n", 4, 16,
     "battery.populations has several values"},
    {DECAY TIME "derive: {a: \"2*trace_distance\"}\nobserve: [a]\n", 4, 13,
     "a trace distance needs a second start"},
    {DECAY TIME "derive: {a: \"2*cavity.photons\"}\nmeasure: [final(a)]\n", 4, 13, "cavity.photons needs a cavity"},
    {DECAY TIME "derive: {a: \"2*power\"}\nmeasure: [max(a)]\n", 5, 11, "power = energy / t has no max"},
    {DECAY TIME "derive: {a: \"2*max(power)\"}\nmeasure: [a]\n", 4, 13, "power = energy / t has no max"},
    {DECAY TIME "derive: {a: \"2*max(battery.energy)\"}\nmeasure: [max(a)]\n", 5, 11,
     "a is a measure, where an observable is expected"},
    {DECAY TIME "derive: {a: \"2*max(battery.energy)\"}\nobserve: [a]\n", 5, 11,
     "a is a measure, where an observable is expected"},
    {DECAY TIME "derive: {a: \"2*battery.energy\"}\nmeasure: [a]\n", 5, 11, "a is an observable; write final(a)"},
    {DECAY TIME "derive: {a: \"t*max(battery.energy)\"}\nmeasure: [a]\n", 4, 14, "t is not allowed here"},
    {DECAY TIME "derive: {a: \"2*max(battery.energi)\"}\nmeasure: [a]\n", 4, 16,
     "unknown observable \"battery.energi\" (did you mean battery.energy?)"},
    {DECAY TIME "derive: {a: \"2*final(2*battery.energy)\"}\nmeasure: [a]\n", 4, 16,
     "final takes the name of an observable"},
    {DECAY TIME "derive: {a: \"blp(battery.energy)\"}\nmeasure: [a]\n", 4, 14, "blp takes trace_distance"},
    {DECAY TIME "derive: {a: \"battery.energy/(N - 3)\"}\nobserve: [a]\n", 4, 28, "division by zero"},
    {DECAY TIME "derive: {artefact: battery.energy}\nobserve: [artefakt]\n", 5, 11,
     "unknown observable \"artefakt\" (did you mean artefact?)"},
    {DECAY TIME "derive: {powers: max(battery.energy)}\nmeasure: [power]\n", 5, 11,
     "\"power\" is not a measure (did you mean powers?)"},
    {DECAY TIME "derive: {a: \"battery.energy(3)\"}\nobserve: [a]\n", 4, 28, "an operator is missing here"},
    {DECAY TIME "derive: {a: [1]}\nobserve: [battery.energy]\n", 4, 13, "a list, where a formula is expected"},
    {DECAY TIME "derive: 3\nobserve: [battery.energy]\n", 4, 9, "a text, where a mapping is expected"},
    {DECAY TIME "derive: {a: battery.energy}\nobserve: [a, a]\n", 5, 14, "a is listed twice"},
};

static void wrong_formulas_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        ley_scenario *scenario = NULL;
        ley_error err = {0};
        ley_status status = ley_scenario_create(&scenario, refused[i].text, &err);
        if (status != LEY_ERR_SCENARIO || strstr(err.message, refused[i].message) != err.message ||
            err.line != refused[i].line || err.column != refused[i].column)
            fail_msg("%s: %d:%d: %s", refused[i].text, (int)err.line, (int)err.column, err.message);
        assert_int_equal(ley_memory_live(), 0);
    }
}

static void a_steady_state_has_no_time(void **state) {
    (void)state;
    ley_scenario *scenario = NULL;
    ley_error err = {0};
    const char *text = DECAY "derive: {a: \"battery.energy*t\"}\nobserve: [a]\n";
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_STEADY_STATE, text, NULL, 0, &err), LEY_ERR_SCENARIO);
    assert_int_equal(err.column, 29);
    text = DECAY "derive: {a: \"2*max(battery.energy)\"}\nmeasure: [a]\n";
    assert_int_equal(ley_scenario_create_for(&scenario, LEY_STEADY_STATE, text, NULL, 0, &err), LEY_ERR_SCENARIO);
    assert_non_null(strstr(err.message, "max looks for something along an evolution"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(observables_follow_their_formulas),
        cmocka_unit_test(extremes_and_means_lie_between_the_output_times),
        cmocka_unit_test(measures_are_arithmetic_of_measures),
        cmocka_unit_test(formulas_without_a_value_leave_a_gap),
        cmocka_unit_test(what_formulas_need_is_computed),
        cmocka_unit_test(steady_states_know_them),
        cmocka_unit_test(wrong_formulas_are_refused),
        cmocka_unit_test(a_steady_state_has_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
