/* result: a result file, opened for reading. In: a path, even of a file that is being written or whose writer was
 * killed. Out: layout, numbers, status of each point. Callers: plot, run (to go on), leyden.h. */
#ifndef LEYDEN_RESULT_H
#define LEYDEN_RESULT_H

#include "core/text.h"
#include "result/fit.h"
#include "result/layout.h"

/* All views are owned by the result and live until ley_result_close. */
const ley_layout *ley_result_layout(const ley_result *result);
ley_point_status ley_result_status(const ley_result *result, ley_index point);
ley_index ley_result_rows(const ley_result *result, ley_index point); /* output times reached */
double ley_result_measure(const ley_result *result, ley_index i_measure, ley_index point); /* NaN until done */
const ley_certificate *ley_result_certificate(const ley_result *result, ley_index point);  /* wall_seconds is 0 */
ley_certificate ley_result_worst(const ley_result *result); /* over the points computed; levels: the largest */
const char *ley_result_warnings(const ley_result *result, ley_index point); /* one a line; "" */
const char *ley_result_failure(const ley_result *result, ley_index point);  /* ""; of a failed point: why */
const char *ley_result_representation(const ley_result *result, ley_index point);
const char *ley_result_propagator(const ley_result *result, ley_index point);
/* Points of this file's shard, and how many of them are done, failed; the others wait. */
void ley_result_count(const ley_result *result, ley_index *points, ley_index *done, ley_index *failed);

/* Of an optimisation: the best evaluation that meets all conditions, -1: none yet. */
ley_index ley_result_best(const ley_result *result);
/* Is an evaluation done, and does it meet all conditions? */
bool ley_result_is_feasible(const ley_result *result, ley_index point);

/* "N = 3, w = 1: ", nothing without axes. */
void ley_result_add_place(ley_text *text, const ley_layout *layout, ley_index point);
/* The warnings, or failures, of all points, one a line behind `indent`; those that differ in their numbers alone
 * once, with the number of points. At most `shown` lines; returns how many are left. */
ley_index ley_result_add_remarks(ley_text *text, const ley_result *result,
                                 const char *(*remark)(const ley_result *, ley_index), const char *indent,
                                 ley_index shown);

/* What lies at a path. FOREIGN: leyden did not write it; DAMAGED: HDF5, but cannot be opened. */
typedef enum ley_file_kind {
    LEY_FILE_ABSENT,
    LEY_FILE_EMPTY,
    LEY_FILE_FOREIGN,
    LEY_FILE_DAMAGED,
    LEY_FILE_LEYDEN
} ley_file_kind;
ley_file_kind ley_result_kind(const char *path);

double ley_result_wall_seconds(const ley_result *result); /* of all calls that worked on it; NaN unknown */

/* Reads one series of one point.
 *  Out: values  [layout.n_times][series.width], NaN where there is nothing. */
ley_status ley_result_series(const ley_result *result, double *values, ley_index i_series, ley_index point,
                             ley_error *err);
/* Final battery blocks of a single run, basis/blocks.h; NULL when the file keeps none. */
const ley_complex *ley_result_battery(const ley_result *result);

/* Fit i of the layout, of the points that are there. */
const ley_fit *ley_result_fit_of(const ley_result *result, ley_index i);

#endif
