/* A scenario on a given number of threads, without a file: what it gives is compared bit by bit. */
#ifndef TESTS_ON_THREADS_H
#define TESTS_ON_THREADS_H

#include "leyden.h"
#include "result/record.h"

/* record: cleared by the caller with ley_record_clear. */
void run_on_threads(ley_record *record, const char *text, ley_purpose purpose, int32_t threads);

/* Fails where the generator of the scenario is too small for threads to be lent to it (run/crew.c): two runs that
 * agree would prove nothing. excitations: that a window keeps of it, 0 for all. */
void assert_worth_sharing(const char *text, ley_purpose purpose, int32_t excitations);

#endif
