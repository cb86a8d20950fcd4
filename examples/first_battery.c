/* Charges a small battery and prints its largest ergotropy, when it is reached, and the certificate.
 *
 *     cc first_battery.c $(pkg-config --cflags --libs leyden) -o first_battery
 */
#include <leyden.h>
#include <stdio.h>

static const char text[] = "battery: {cells: 4, frequency: 1, state: ground}\n"
                           "cavity: {frequency: 1, levels: auto, state: {fock: 4}}\n"
                           "coupling: {model: tavis-cummings, strength: \"0.5/sqrt(N)\"}\n"
                           "noise: {cavity: {loss: 0.1}, local: {dephasing: 0.05}}\n"
                           "time: {until: 10, points: 101}\n"
                           "observe: [battery.energy, battery.ergotropy]\n"
                           "measure: [\"max(battery.ergotropy)\", \"argmax(battery.ergotropy)\"]\n";

int main(void) {
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    ley_error err = {0};

    ley_status status = ley_scenario_create(&scenario, text, &err);
    if (status == LEY_OK) status = ley_run_create(&run, scenario, 0, NULL, NULL, &err);
    if (status == LEY_OK) {
        const ley_certificate *certificate = ley_run_certificate(run);
        printf("largest ergotropy  %.9f\n", ley_run_measure(run, "max(battery.ergotropy)"));
        printf("reached at         %.6f\n", ley_run_measure(run, "argmax(battery.ergotropy)"));
        printf("levels             %d\n", (int)certificate->levels);
        printf("trace error        %.1e\n", certificate->trace_error);
        printf("integration error  %.1e\n", certificate->integration_error);
        printf("%s", ley_run_warnings(run));
    } else {
        fprintf(stderr, "%s: %s\n", err.where, err.message);
    }
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
    return status == LEY_OK ? 0 : 1;
}
