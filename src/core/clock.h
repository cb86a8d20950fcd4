/* core: how long things take. */
#ifndef LEYDEN_CORE_CLOCK_H
#define LEYDEN_CORE_CLOCK_H

double ley_seconds(void); /* since some fixed moment; never goes back */

#endif
