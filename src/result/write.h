/* result: writing the HDF5 file. In: a layout, then points as they come. Out: a file that holds, at any moment and
 * after any crash, everything that was put in. Callers: study. Everything is called from one thread.
 *
 * Every dataset is created, at its full size, before the first point: the disk is asked for all it will have to
 * give before any work is done, and later writes touch no metadata. The file is in SWMR mode from then on. */
#ifndef LEYDEN_RESULT_WRITE_H
#define LEYDEN_RESULT_WRITE_H

#include "result/layout.h"
#include "result/record.h"

typedef struct ley_writer ley_writer;

/* What one point leaves in the file. Series are [n_times][width], with the point's own numbers of rows and widths.
 */
typedef struct ley_point {
    ley_point_status status;
    ley_index rows, n_times;
    const double *const *series; /* [n_series] */
    const ley_index *width;      /* [n_series] */
    const double *measures;      /* [n_measures] */
    const ley_certificate *certificate;
    const char *representation, *propagator, *warnings, *error;
    const ley_complex *battery; /* final blocks (basis/blocks.h), or NULL */
} ley_point;

/* Makes the file, whatever was there. LEY_ERR_IO: the path cannot be written, the disk lacks the room. */
ley_status ley_writer_create(ley_writer **writer, const char *path, const ley_layout *layout, ley_error *err);
/* Goes on with a file that ley_writer_create made for an equal layout, even one whose writer was killed. */
ley_status ley_writer_open(ley_writer **writer, const char *path, const ley_layout *layout, ley_error *err);
/* Of an optimisation, before it is closed: the best evaluation (-1: none), and whether it has come to its end. */
void ley_writer_conclude(ley_writer *writer, ley_index best, bool finished);
/* The whole of one point; on return the file has it. */
ley_status ley_writer_put(ley_writer *writer, ley_index point, const ley_point *what, ley_error *err);
/* The same for points `point` .. point + n - 1, at once; n is at most ley_writer_run(point), which is at least 1.
 */
ley_index ley_writer_run(const ley_writer *writer, ley_index point);
ley_status ley_writer_put_run(ley_writer *writer, ley_index point, ley_index n, const ley_point *what,
                              ley_error *err);
/* Rows first .. end-1 of a point that is still being computed; marks it partial. */
ley_status ley_writer_rows(ley_writer *writer, ley_index point, const ley_record *record, ley_index first,
                           ley_index end, ley_error *err);
/* A point of which there is no record: marks it failed, with the reason. */
ley_status ley_writer_fail(ley_writer *writer, ley_index point, const char *why, ley_error *err);
/* Ends SWMR, writes the summary of the certificate into the root attributes, closes the file, releases the writer
 * in any case. wall_seconds is added to what the file has. After a write that failed the file is closed as it is:
 * HDF5 does not survive a second failure. */
ley_status ley_writer_close(ley_writer *writer, double wall_seconds, ley_error *err);

/* Refuses, before any work, a path that cannot be written: missing folder, no permission, a folder itself. */
ley_status ley_writer_check_path(const char *path, ley_error *err);

#endif
