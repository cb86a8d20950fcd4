/* A steady state straight from scenario text; fails the test with the text when it cannot be had. */
#ifndef TESTS_STEADY_H
#define TESTS_STEADY_H

#include "leyden.h"
#include "support/random_model.h"

ley_run *steady_scenario(const char *text, const char *what);

/* model_scenario for a steady state: without what belongs to an evolution. Release with free. */
char *steady_text(const brute_model *model, double tolerance);

#endif
