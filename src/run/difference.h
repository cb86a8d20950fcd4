/* run: by how much two runs of one task differ. In: two records. Out: the largest change of a reported number, and
 * where. Caller: engine. */
#ifndef LEYDEN_RUN_DIFFERENCE_H
#define LEYDEN_RUN_DIFFERENCE_H

#include "result/record.h"

typedef struct ley_difference {
    double value;
    char where[64];
} ley_difference;

/* The largest change of any reported number, and of the final state of the battery, which is kept. Left out: the
 * population of the last level, which is another level in the other run; times of maxima that moved to another peak
 * of the same height; and derived quantities, of which the observables that they are made of are compared, reported
 * or not. */
ley_difference ley_record_difference(const ley_record *a, const ley_record *b, const ley_task *task);

#endif
