/* What a caller of the installed library writes: the version, and one run. */
#include <leyden.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    const char *text = "battery: {cells: 2, frequency: 1, state: excited}\n"
                       "noise: {local: {emission: 1}}\n"
                       "time: {until: 1, points: 2}\n"
                       "observe: [battery.energy]\n";
    ley_scenario *scenario = NULL;
    ley_run *run = NULL;
    ley_error err = {0};
    ley_index width = 0;
    double energy = 0;
    int good = argc == 2 && strcmp(ley_version(), argv[1]) == 0;

    if (ley_scenario_create(&scenario, text, &err) == LEY_OK &&
        ley_run_create(&run, scenario, 0, NULL, NULL, &err) == LEY_OK) {
        energy = ley_run_series(run, "battery.energy", &width)[ley_run_rows(run) - 1];
    }
    /* two cells decay alone: 2 exp(-1) */
    good = good && energy > 0.7357588 && energy < 0.7357590;
    printf("leyden %s: energy %.9f %s\n", ley_version(), energy, err.message);
    ley_run_destroy(run);
    ley_scenario_destroy(scenario);
    return good ? 0 : 1;
}
