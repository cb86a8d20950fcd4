/* result: the inside of the writer. In: a layout. Out: a file with every dataset in place, its lock and its room.
 * Callers: write, make, possession. */
#ifndef LEYDEN_RESULT_WRITER_H
#define LEYDEN_RESULT_WRITER_H

#include "result/hdf5.h"
#include "result/write.h"

#include <limits.h>

enum { LEY_WRITER_RUN = 64 };

struct ley_writer {
    ley_layout layout; /* borrowed pointers: the caller's layout outlives the writer */
    char path[PATH_MAX];
    hid_t file, status, rows, warnings, failure, representation, propagator;
    hid_t *series, *measures;
    hid_t certificate[LEY_CERTIFICATE_FIELDS];
    hid_t *battery; /* [spin blocks of a single run] */
    int n_battery;
    ley_index run_max;     /* points written at once, at most LEY_WRITER_RUN */
    double *buffer;        /* so many points of the widest series */
    char *text;            /* so many texts */
    bool fresh;            /* no point has been written by an earlier writer */
    ley_certificate worst; /* of the points written by this one and done */
    bool broken;           /* a write failed: the file is left as it is, without a summary */
    int lock;              /* descriptor that holds the lock, -1: none */
    int64_t best;          /* of an optimisation */
    bool finished;
};

/* ---- make.c ---- */

/* Every group, dataset, scale and attribute of writer->layout, in the empty writer->file. 0, or -1: HDF5 says why.
 */
int ley_writer_make(ley_writer *writer);
void ley_writer_block_name(char name[64], int32_t two_j); /* /final/battery/two_j=3 */

/* ---- possession.c ---- */

/* LEY_ERR_IO when another process is writing this file. */
ley_status ley_writer_check_lock(const char *path, ley_error *err);
/* Asks the disk for all that this layout will need. A file that was there is as before when this fails. */
ley_status ley_writer_take_room(const char *path, const ley_layout *layout, ley_error *err);
/* Takes the lock, and for a shard, whose file grows point by point, the room that it will grow into. A file system
 * that has no locks or takes no orders is no reason not to compute. */
void ley_writer_possess(ley_writer *writer);
/* Gives back the lock and room that was taken and not needed. */
void ley_writer_give_up(ley_writer *writer);

#endif
