/* Opening a result file, and saying why it cannot be opened. */
#include "core/memory.h"
#include "core/status.h"
#include "result/opened.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A file at rest; one that is being written or whose writer was killed under SWMR; one whose writer was killed
 * while it wrote the summary (looked at as a copy in memory, the only way HDF5 offers without touching the file).
 */
static hid_t open_any(const char *path) {
    hid_t access = ley_hdf5_access(false);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    if (file < 0) {
        /* A writer may be in the middle of something: look again, the waits double. The default of 100 times never
         * ends on a damaged file. */
        H5Pset_metadata_read_attempts(access, 22);
        file = H5Fopen(path, H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, access);
    }
    H5Pclose(access);
    if (file >= 0) return file;
    access = ley_hdf5_access(true);
    H5Pset_fapl_core(access, 1 << 20, 0);
    file = H5Fopen(path, H5F_ACC_RDWR, access);
    H5Pclose(access);
    return file;
}

static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

/* From the first bytes alone: DAMAGED stands for any HDF5 file, *why is an errno or 0. */
static ley_file_kind first_look(const char *path, int *why) {
    unsigned char start[sizeof signature] = {0};
    FILE *file = fopen(path, "rb");
    *why = file ? 0 : errno;
    if (!file) return *why == ENOENT ? LEY_FILE_ABSENT : LEY_FILE_FOREIGN;
    errno = 0;
    size_t n = fread(start, 1, sizeof start, file);
    *why = ferror(file) ? errno : 0;
    fclose(file);
    if (n == 0 && *why == 0) return LEY_FILE_EMPTY;
    return n < sizeof start || memcmp(start, signature, sizeof start) != 0 ? LEY_FILE_FOREIGN : LEY_FILE_DAMAGED;
}

ley_file_kind ley_result_kind(const char *path) {
    int why = 0;
    ley_file_kind kind = first_look(path, &why);
    if (kind != LEY_FILE_DAMAGED) return kind;
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    hid_t opened = open_any(path);
    if (opened >= 0) {
        char *program = ley_hdf5_get_text(opened, "program");
        kind = program && strcmp(program, "leyden") == 0 ? LEY_FILE_LEYDEN : LEY_FILE_FOREIGN;
        ley_release(program);
        H5Fclose(opened);
    }
    ley_quiet_end(&quiet);
    return kind;
}

/* Why a file could not be opened, in words that say what to do. */
static ley_status explain(const char *path, ley_file_kind kind, int why, ley_error *err) {
    if (why) return ley_fail(err, LEY_ERR_IO, path, "cannot read the result: %s", strerror(why));
    switch (kind) {
    case LEY_FILE_EMPTY:
        return ley_fail(err, LEY_ERR_FORMAT, path, "this file is empty; give a result file that leyden run wrote");
    case LEY_FILE_FOREIGN:
        return ley_fail(err, LEY_ERR_FORMAT, path,
                        "this is not an HDF5 file; give a result file that leyden run wrote");
    default:
        return ley_fail(err, LEY_ERR_FORMAT, path,
                        "this HDF5 file is truncated or damaged; copy it again, or compute it again with --force");
    }
}

ley_status ley_result_open(ley_result **result, const char *path, ley_error *err) {
    if (!result || !path) return ley_fail(err, LEY_ERR_ARGUMENT, result ? "path" : "result", "NULL");
    *result = NULL;
    ley_result *made = ley_allocate(1, sizeof *made);
    if (!made) return ley_fail(err, LEY_ERR_MEMORY, path, "no memory to read the result");
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    ley_status status = LEY_OK;
    char *program = NULL;
    int32_t format = 0;
    made->path = ley_duplicate(path);
    int why = 0;
    ley_file_kind kind = first_look(path, &why);
    made->file = kind == LEY_FILE_DAMAGED ? open_any(path) : -1;
    if (made->file < 0) {
        status = explain(path, kind, why, err);
        goto done;
    }
    program = ley_hdf5_get_text(made->file, "program");
    if (!program || strcmp(program, "leyden") != 0 ||
        ley_hdf5_get_number(made->file, "format_version", H5T_NATIVE_INT32, &format) != 0) {
        status = ley_fail(err, LEY_ERR_FORMAT, path,
                          "this HDF5 file was not written by leyden; give a result file that leyden run wrote");
        goto done;
    }
    if (format > LEY_RESULT_FORMAT || format < 1) {
        status = ley_fail(err, LEY_ERR_FORMAT, path,
                          "this result has format version %d, this leyden (%s) reads up to %d; use a newer leyden",
                          format, ley_version(), LEY_RESULT_FORMAT);
        goto done;
    }
    if (ley_result_read(made) != 0) {
        const char *version = made->layout.version;
        if (version && strcmp(version, ley_version()) != 0)
            status =
                ley_fail(err, LEY_ERR_FORMAT, path,
                         "this result was made by leyden %s, and leyden %s cannot read it; compute it again with "
                         "--force",
                         version, ley_version());
        else
            status = ley_fail(
                err, LEY_ERR_FORMAT, path,
                "this result file is damaged: parts of it are missing or do not fit together; copy it again, "
                "or compute it again with --force");
        goto done;
    }
    *result = made;
    made = NULL;

done:
    ley_release(program);
    ley_quiet_end(&quiet);
    ley_result_close(made);
    return status;
}

void ley_result_close(ley_result *result) {
    if (!result) return;
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    if (result->file > 0) H5Fclose(result->file);
    ley_quiet_end(&quiet);
    for (ley_index i = 0; result->measures && i < result->layout.n_measures; i++) ley_release(result->measures[i]);
    ley_release(result->measures);
    for (ley_index i = 0; result->fits && i < result->layout.n_fits; i++) ley_fit_clear(&result->fits[i]);
    ley_release(result->fits);
    ley_layout_clear(&result->layout);
    ley_release(result->path);
    ley_release(result->status);
    ley_release(result->rows);
    ley_release(result->certificate);
    ley_release(result->warnings);
    ley_release(result->failure);
    ley_release(result->representation);
    ley_release(result->propagator);
    ley_release(result->battery);
    ley_release(result);
}
