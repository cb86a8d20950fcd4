/* run: threads that stay for the length of a run and share its loops. In: a number of threads. Out: hands for
 * generator and propagator. Between two loops helpers look for the next one for some microseconds, then they sleep.
 * Callers: parts, engine. For pieces of many milliseconds: run/team.h. */
#ifndef LEYDEN_RUN_CREW_H
#define LEYDEN_RUN_CREW_H

#include "core/hands.h"
#include "generator/generator.h"
#include "leyden.h"

typedef struct ley_crew ley_crew;

/* NULL where there is nothing to share: fewer than two threads, or none to be had. */
ley_crew *ley_crew_create(int32_t threads);
/* The same for a generator that can share its loops and is large enough that it pays; it is lent the hands. */
ley_status ley_crew_for(ley_crew **crew, ley_generator *generator, int32_t threads, ley_error *err);
const ley_hands *ley_crew_hands(const ley_crew *crew); /* NULL for NULL */
void ley_crew_destroy(ley_crew *crew);                 /* accepts NULL */

#endif
