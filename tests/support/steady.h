/* A steady state straight from scenario text; fails the test with the text when it cannot be had. */
#ifndef TESTS_STEADY_H
#define TESTS_STEADY_H

#include "leyden.h"

ley_run *steady_scenario(const char *text, const char *what);

#endif
