/* Every number of a run against the brute-force solver of oracle/brute.h. */
#ifndef TESTS_AGAINST_BRUTE_H
#define TESTS_AGAINST_BRUTE_H

#include "leyden.h"
#include "oracle/brute.h"

/* The largest deviation; beyond `allowed` the test fails. The judge ends at the last row: more can be asked of it,
 * and it is destroyed by the caller. text: shown when it fails; NULL: nothing. */
double against_brute(const ley_run *run, brute *judge, double allowed, const char *what, const char *text);

#endif
