/* A run straight from scenario text; fails the test with the text when it cannot be read or run. `what` names the
 * case. Release with ley_run_destroy. */
#ifndef TESTS_RUN_SCENARIO_H
#define TESTS_RUN_SCENARIO_H

#include "leyden.h"

ley_run *run_scenario(const char *text, const char *what);
ley_run *run_scenario_point(const char *text, ley_index point, const char *what);
/* The number in row `row` and component `part` of a series; fails when there is none. */
double run_value(const ley_run *run, const char *observable, ley_index row, ley_index part);
double run_measure(const ley_run *run, const char *measure);

#endif
