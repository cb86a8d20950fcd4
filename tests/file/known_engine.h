/* An engine in place of the library's: its numbers are known in closed form, its speed and failures the test
 * chooses. Linked into a program, it is what ley_study_run computes with; what is judged then is pool, study and
 * file. */
#ifndef TESTS_KNOWN_ENGINE_H
#define TESTS_KNOWN_ENGINE_H

#include "leyden.h"

#include <stdatomic.h>

extern atomic_long row_microseconds; /* time spent on each row */
extern atomic_int failing_cells;     /* points with so many cells fail halfway */
extern atomic_int most_running;      /* runs at work at once, at most */
extern atomic_long bytes_a_run;      /* forecast */

void reset_known_engine(void);
double known_value(int32_t cells, double t, ley_index i_series, ley_index part);
double known_measure(int32_t cells, ley_index i_measure);

#endif
