/* result: what one run leaves behind, in memory. Filled by run, written by result, handed out by leyden.h. */
#ifndef LEYDEN_RESULT_RECORD_H
#define LEYDEN_RESULT_RECORD_H

#include "core/text.h"
#include "leyden.h"
#include "scenario/task.h"

typedef struct ley_record {
    int32_t cells;
    ley_index n_times, rows;     /* rows: output times reached */
    double *times;               /* [n_times] */
    ley_index n_series, n_shown; /* the first n_shown are reported */
    ley_observable *observables; /* [n_series] */
    ley_index *width;            /* [n_series] */
    double **series;             /* [n_series] -> [n_times][width], NaN where not reached */
    ley_index n_measures;
    ley_measure_request *requests; /* [n_measures] */
    double *measures;              /* [n_measures] and behind them the derived ones, NaN until the end */
    ley_index n_reported;
    double *reported; /* [n_reported] those that the scenario asks for, in its order */
    ley_certificate certificate;
    char representation[32], method[32];
    ley_text warnings;
    ley_complex *battery; /* final battery blocks, basis/blocks.h; NULL until the end */
} ley_record;

/* Are the final battery blocks of this task kept? Those of a steady state of very many cells are not: nothing needs
 * them to be formed. */
bool ley_record_keeps_battery(const ley_task *task);
ley_status ley_record_create(ley_record *record, const ley_task *task, ley_error *err);
void ley_record_clear(ley_record *record);

/* When all measures are found: the derived ones, and which are reported. */
void ley_record_report(ley_record *record, const ley_task *task);

/* What a measure is called: "max(battery.energy)", "at_max(battery.energy, battery.ergotropy)". */
enum { LEY_MEASURE_NAME = 160 };
void ley_measure_name(char name[LEY_MEASURE_NAME], const ley_task *task, const ley_measure_request *request);
/* Name and unit of the reported measure i. */
void ley_reported_name(char name[LEY_MEASURE_NAME], const ley_task *task, ley_index i);
const char *ley_reported_unit(const ley_task *task, ley_index i); /* "time" for argmax and its kin; "" if derived */

#endif
