/* run: independent pieces of one run on several threads. In: a function of an index. Out: done for every index, or
 * the first failure. What a piece computes must not depend on the others; then nothing depends on the number of
 * threads. Callers: parts, steady. */
#ifndef LEYDEN_RUN_TEAM_H
#define LEYDEN_RUN_TEAM_H

#include "leyden.h"

typedef ley_status (*ley_team_work)(void *user, int32_t i, ley_error *err);

/* work(user, i) for i = 0 .. n-1, begun in that order by at most `threads` threads, the caller being one of them.
 * After a failure no further piece is begun; of several failures that of the lowest index is returned. */
ley_status ley_team_run(int32_t threads, int32_t n, ley_team_work work, void *user, ley_error *err);

#endif
