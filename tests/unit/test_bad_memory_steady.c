/* Every allocation of steady states, spectra and closed forms fails once: an error each time, and nothing is lost.
 */
#include "support/assert_close.h"

#include "core/memory.h"
#include "leyden.h"

static const struct {
    const char *name, *text;
    ley_purpose purpose;
} cases[] = {
    {"unlike cells, counted",
     "battery: {cells: 2, frequencies: [1, 2], state: ground}\n"
     "noise: {collective: {emission: 1, absorption: 0.3}}\nobserve: [battery.energy, battery.ergotropy]\n",
     LEY_STEADY_STATE},
    {"telegraph noise",
     "battery: {cells: 2, frequency: 1, telegraph: [{amplitude: 0.3, rate: 1}]}\ncavity: {frequency: 1, levels: "
     "3}\n"
     "coupling: {model: dicke, strength: 0.2}\nnoise: {cavity: {loss: 0.2}, local: {emission: 0.1}}\n"
     "observe: [battery.energy]\nmeasure: gap\nnumerics: {certify: false}\n",
     LEY_STEADY_STATE},
    {"dicke",
     "battery: {cells: 2, frequency: 1}\ncavity: {frequency: 1, levels: 5}\n"
     "coupling: {model: dicke, strength: 0.2}\n"
     "noise: {cavity: {loss: 0.2}, local: {emission: 0.1, dephasing: 0.1}}\nobserve: [battery.energy]\n",
     LEY_STEADY_STATE},
    {"closed form",
     "battery: {cells: 3, frequency: 1, state: {gibbs: 0.2}}\nnoise: {collective: {rate: 1, alpha: 0.5}}\n"
     "observe: [battery.energy, battery.ergotropy]\nmeasure: final(battery.energy)\n"
     "closed_form: collective_thermal\n",
     LEY_STEADY_STATE},
    {"spectrum of unlike cells",
     "battery: {cells: 2, frequencies: [1, 2]}\nnoise: {local: {emission: 1}}\nobserve: [battery.energy]\n",
     LEY_SPECTRUM},
};

/* Reads the scenario, and computes. */
static ley_status all(const char *text, ley_purpose purpose) {
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    ley_spectrum *spectrum = NULL;
    ley_status status = ley_scenario_create_for(&scenario, purpose, text, NULL, 0, NULL);
    if (status == LEY_OK && purpose == LEY_SPECTRUM)
        status = ley_spectrum_create(&spectrum, scenario, 0, 3, NULL, NULL, NULL);
    else if (status == LEY_OK)
        status = ley_run_create(&run, scenario, 0, NULL, NULL, NULL);
    ley_spectrum_destroy(spectrum);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
    return status;
}

static void test_failures(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const long live = ley_memory_live();
        ley_status status = LEY_ERR_MEMORY;
        int failures = 0;
        while (status != LEY_OK) {
            ley_memory_fail_after(failures++);
            status = all(cases[i].text, cases[i].purpose);
            ley_memory_fail_after(-1);
            if (status != LEY_OK && status != LEY_ERR_MEMORY)
                fail_msg("%s, allocation %d: status %d", cases[i].name, failures, (int)status);
            if (ley_memory_live() != live)
                fail_msg("%s, allocation %d: %ld are not released", cases[i].name, failures,
                         ley_memory_live() - live);
            assert_true(failures < 2000);
        }
        assert_true(failures > 20);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_failures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
