/* result: what writer and reader share of HDF5. Only for this folder. */
#ifndef LEYDEN_RESULT_HDF5_H
#define LEYDEN_RESULT_HDF5_H

#include "result/layout.h"

#define H5_USE_110_API /* later libraries offer it too */
#include <hdf5.h>
#include <stddef.h>

enum { LEY_RANK_MAX = H5S_MAX_RANK }; /* dimensions of a dataset */

/* HDF5 prints its errors unless told not to; a library must not. Between begin and end they are noted here instead;
 * what the caller's program had asked for comes back at the end. */
typedef struct ley_quiet {
    H5E_auto2_t report;
    void *data;
    int number;     /* errno of the first error that had one, 0: none */
    char text[200]; /* the innermost words of the first error */
} ley_quiet;
void ley_quiet_begin(ley_quiet *quiet);
void ley_quiet_end(ley_quiet *quiet);

/* LEY_ERR_IO with the reason of the operating system when there is one: "cannot write ...: No space left". */
ley_status ley_hdf5_fail(ley_error *err, const ley_quiet *quiet, const char *path, const char *what);

/* Access list: format of 1.10 (SWMR, readable by every later HDF5), no cache of raw data: a write that returned is
 * in the hands of the operating system. clear_flags: open even if a killed writer left its mark in the superblock
 * (what h5clear -s does). */
hid_t ley_hdf5_access(bool clear_flags);
hid_t ley_hdf5_complex(void); /* {r, i}, what h5py and Julia take for complex */
hid_t ley_hdf5_string(size_t length);

/* Attributes: makes one, or gives a number a new value. -1: it cannot. */
int ley_hdf5_put_text(hid_t object, const char *name, const char *text);
int ley_hdf5_put_number(hid_t object, const char *name, hid_t type, const void *value);
/* NULL or -1 when the file lacks what is looked for. */
char *ley_hdf5_get_text(hid_t object, const char *name);
int ley_hdf5_get_number(hid_t object, const char *name, hid_t type, void *value);
/* The whole of a dataset that must hold n numbers. */
int ley_hdf5_get_all(hid_t file, const char *name, hid_t type, ley_index n, void *values);

/* Fields of the certificate that are kept for each point. wall_seconds is not: it differs from run to run, and a
 * result must not. */
typedef enum ley_worst { LEY_WORST_LARGEST, LEY_WORST_SMALLEST, LEY_WORST_SUM } ley_worst;
typedef struct ley_certificate_field {
    const char *name;
    char kind; /* d: double, i: int32_t, l: int64_t */
    size_t offset;
    ley_worst worst;
} ley_certificate_field;
enum { LEY_CERTIFICATE_FIELDS = 16 };
extern const ley_certificate_field ley_certificate_fields[LEY_CERTIFICATE_FIELDS];
hid_t ley_certificate_type(const ley_certificate_field *field);
/* Merges one point's certificate into a summary that began with ley_certificate_none. */
ley_certificate ley_certificate_none(void);
void ley_certificate_merge(ley_certificate *worst, const ley_certificate *one);
/* Those of all points: all[n], zeroed. A field that an older file lacks was not measured: NaN, counts 0. */
int ley_certificates_read(hid_t file, ley_index n, ley_certificate *all);

enum { LEY_WARNINGS_LENGTH = 768, LEY_FAILURE_LENGTH = 512, LEY_METHOD_LENGTH = 32 };

#endif
