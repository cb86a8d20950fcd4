/* Scenarios that are accepted; the test fails with the message where one is not. */
#ifndef TESTS_ACCEPTED_H
#define TESTS_ACCEPTED_H

#include "scenario/scenario.h"

#define SMALL                                                                                                      \
    "battery: {cells: 4, frequency: 1}\n"                                                                          \
    "time: {until: 10}\n"                                                                                          \
    "observe: [battery.energy]\n"

extern const char manual_text[]; /* the scenario of the manual, with a sweep over N */

ley_scenario *accepted(const char *text, const char *const *settings, ley_index n);
ley_task task_of(const ley_scenario *scenario, ley_index point);

#endif
