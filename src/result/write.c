#include "result/write.h"

#include "core/memory.h"
#include "core/status.h"
#include "result/fit_file.h"
#include "result/hdf5.h"
#include "result/writer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- Opening and closing ----------------------------------------------------------------------------------- */

static void release(ley_writer *writer) {
    if (!writer) return;
    hid_t single[] = {writer->status,  writer->rows,           writer->warnings,
                      writer->failure, writer->representation, writer->propagator};
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (single[i] > 0) H5Dclose(single[i]);
    for (ley_index i = 0; writer->series && i < writer->layout.n_series; i++)
        if (writer->series[i] > 0) H5Dclose(writer->series[i]);
    for (ley_index i = 0; writer->measures && i < writer->layout.n_measures; i++)
        if (writer->measures[i] > 0) H5Dclose(writer->measures[i]);
    for (size_t i = 0; i < LEY_CERTIFICATE_FIELDS; i++)
        if (writer->certificate[i] > 0) H5Dclose(writer->certificate[i]);
    for (int b = 0; writer->battery && b < writer->n_battery; b++)
        if (writer->battery[b] > 0) H5Dclose(writer->battery[b]);
    if (writer->file > 0) H5Fclose(writer->file);
    ley_writer_give_up(writer);
    ley_release(writer->series);
    ley_release(writer->measures);
    ley_release(writer->battery);
    ley_release(writer->buffer);
    ley_release(writer);
}

static ley_writer *prepare(const char *path, const ley_layout *layout) {
    ley_writer *writer = ley_allocate(1, sizeof *writer);
    if (!writer) return NULL;
    writer->layout = *layout;
    writer->lock = -1;
    snprintf(writer->path, sizeof writer->path, "%s", path);
    /* A large N has more final numbers than a file of one curve should carry. */
    writer->n_battery = layout->cells > 0 && layout->cells <= 100 ? layout->cells / 2 + 1 : 0;
    ley_index widest = 1;
    for (ley_index i = 0; i < layout->n_series; i++)
        if (layout->series[i].width > widest) widest = layout->series[i].width;
    writer->series = ley_allocate((size_t)layout->n_series, sizeof *writer->series);
    writer->measures = ley_allocate((size_t)layout->n_measures, sizeof *writer->measures);
    writer->battery = ley_allocate((size_t)writer->n_battery, sizeof *writer->battery);
    writer->buffer = ley_allocate((size_t)(widest * layout->n_times), sizeof *writer->buffer);
    if (!writer->series || !writer->measures || !writer->battery || !writer->buffer) {
        release(writer);
        return NULL;
    }
    return writer;
}

ley_status ley_writer_create(ley_writer **writer, const char *path, const ley_layout *layout, ley_error *err) {
    if (layout->n_axes > LEY_RESULT_RANK_MAX - 2)
        return ley_fail(err, LEY_ERR_UNSUPPORTED, "sweep", "%lld axes; a result file holds at most %d",
                        (long long)layout->n_axes, LEY_RESULT_RANK_MAX - 2);
    ley_status status = ley_writer_check_path(path, err);
    if (status) return status;
    status = ley_writer_check_lock(path, err);
    if (status) return status;
    status = ley_writer_take_room(path, layout, err);
    if (status) return status;
    ley_writer *made = prepare(path, layout);
    if (!made) return ley_fail(err, LEY_ERR_MEMORY, path, "no memory to write the result");
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    hid_t access = ley_hdf5_access(false);
    made->file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    if (made->file < 0 || ley_writer_make(made) != 0 || H5Fflush(made->file, H5F_SCOPE_GLOBAL) < 0 ||
        H5Fstart_swmr_write(made->file) < 0)
        status = ley_hdf5_fail(err, &quiet, path, "cannot make the result file");
    H5Pclose(access);
    if (status) {
        release(made);
        unlink(path);
        made = NULL;
    } else {
        ley_writer_possess(made);
    }
    *writer = made;
    ley_quiet_end(&quiet);
    return status;
}

static int open_everything(ley_writer *writer) {
    const ley_layout *layout = &writer->layout;
    char name[512];
    int bad = 0;
    struct {
        hid_t *dataset;
        const char *name;
    } fixed[] = {{&writer->status, "/status"},
                 {&writer->rows, "/rows"},
                 {&writer->warnings, "/warnings"},
                 {&writer->failure, "/errors"},
                 {&writer->representation, "/certificate/representation"},
                 {&writer->propagator, "/certificate/propagator"}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        bad |= (*fixed[i].dataset = H5Dopen2(writer->file, fixed[i].name, H5P_DEFAULT)) < 0;
    for (ley_index i = 0; i < layout->n_series; i++) {
        snprintf(name, sizeof name, "/observables/%s", layout->series[i].name);
        bad |= (writer->series[i] = H5Dopen2(writer->file, name, H5P_DEFAULT)) < 0;
    }
    for (ley_index i = 0; i < layout->n_measures; i++) {
        snprintf(name, sizeof name, "/measures/%s", layout->measures[i].name);
        bad |= (writer->measures[i] = H5Dopen2(writer->file, name, H5P_DEFAULT)) < 0;
    }
    for (size_t i = 0; i < LEY_CERTIFICATE_FIELDS; i++) {
        snprintf(name, sizeof name, "/certificate/%s", ley_certificate_fields[i].name);
        bad |= (writer->certificate[i] = H5Dopen2(writer->file, name, H5P_DEFAULT)) < 0;
    }
    for (int b = 0; b < writer->n_battery; b++) {
        ley_writer_block_name(name, layout->cells - 2 * b);
        bad |= (writer->battery[b] = H5Dopen2(writer->file, name, H5P_DEFAULT)) < 0;
    }
    return bad ? -1 : 0;
}

/* Does the file lack something that an older leyden did not write? */
static bool is_older(hid_t file) {
    for (size_t i = 0; i < LEY_CERTIFICATE_FIELDS; i++) {
        char name[128];
        snprintf(name, sizeof name, "/certificate/%s", ley_certificate_fields[i].name);
        if (H5Lexists(file, name, H5P_DEFAULT) == 0) return true;
    }
    return false;
}

ley_status ley_writer_open(ley_writer **writer, const char *path, const ley_layout *layout, ley_error *err) {
    ley_status status = ley_writer_check_path(path, err);
    if (!status) status = ley_writer_check_lock(path, err);
    if (status) return status;
    ley_writer *made = prepare(path, layout);
    if (!made) return ley_fail(err, LEY_ERR_MEMORY, path, "no memory to write the result");
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    hid_t access = ley_hdf5_access(true);
    made->file = H5Fopen(path, H5F_ACC_RDWR, access);
    if (made->file >= 0 && is_older(made->file))
        status = ley_fail(err, LEY_ERR_FORMAT, path,
                          "cannot go on: this file was begun by an older leyden; start again with --force");
    else if (made->file < 0 || open_everything(made) != 0 || H5Fstart_swmr_write(made->file) < 0)
        status = ley_hdf5_fail(err, &quiet, path, "cannot go on with the result file");
    H5Pclose(access);
    if (status) {
        release(made);
        made = NULL;
    } else {
        ley_writer_possess(made);
    }
    *writer = made;
    ley_quiet_end(&quiet);
    return status;
}

/* ---- Points ------------------------------------------------------------------------------------------------ */

/* Writes the part of a dataset that belongs to one point: rows first .. end-1 of its rows (end 0: it has none),
 * all of width (0: it has none). */
static int put_part(const ley_writer *writer, hid_t dataset, ley_index point, ley_index first, ley_index end,
                    ley_index width, hid_t type, const void *data) {
    ley_index place[LEY_RESULT_RANK_MAX];
    hsize_t start[LEY_RESULT_RANK_MAX + 2] = {0}, count[LEY_RESULT_RANK_MAX + 2];
    const ley_layout *layout = &writer->layout;
    int rank = 0;
    ley_layout_place(layout, point, place);
    for (ley_index i = 0; i < layout->n_axes; i++) {
        start[rank] = (hsize_t)place[i];
        count[rank++] = 1;
    }
    if (end) {
        start[rank] = (hsize_t)first;
        count[rank++] = (hsize_t)(end - first);
    }
    if (width) {
        start[rank] = 0;
        count[rank++] = (hsize_t)width;
    }
    if (rank == 0) return H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0 ? -1 : 0;
    hid_t there = H5Dget_space(dataset), here = H5Screate_simple(rank, count, NULL);
    int bad = there < 0 || here < 0 || H5Sselect_hyperslab(there, H5S_SELECT_SET, start, NULL, count, NULL) < 0 ||
              H5Dwrite(dataset, type, here, there, H5P_DEFAULT, data) < 0;
    if (here >= 0) H5Sclose(here);
    if (there >= 0) H5Sclose(there);
    return bad ? -1 : 0;
}

static int put_string(const ley_writer *writer, hid_t dataset, ley_index point, size_t length, const char *text) {
    char padded[LEY_WARNINGS_LENGTH + LEY_FAILURE_LENGTH] = {0};
    if (text) {
        size_t n = strlen(text);
        if (n > length) { /* cut between characters of UTF-8, and say so */
            n = length - strlen(" ...");
            while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) n--;
            memcpy(padded + n, " ...", strlen(" ..."));
        }
        memcpy(padded, text, n);
    }
    hid_t type = ley_hdf5_string(length);
    int bad = put_part(writer, dataset, point, 0, 0, 0, type, padded);
    H5Tclose(type);
    return bad;
}

/* Rows of one series, padded with NaN to the width of the file. */
static int put_series(ley_writer *writer, ley_index i, ley_index point, const double *values, ley_index width,
                      ley_index available, ley_index first, ley_index end) {
    const ley_layout_series *series = &writer->layout.series[i];
    for (ley_index row = first; row < end; row++)
        for (ley_index k = 0; k < series->width; k++)
            writer->buffer[(row - first) * series->width + k] =
                row < available && k < width ? values[row * width + k] : NAN;
    return put_part(writer, writer->series[i], point, first, writer->layout.steady ? 0 : end,
                    series->dimension ? series->width : 0, H5T_NATIVE_DOUBLE, writer->buffer);
}

static int put_status(ley_writer *writer, ley_index point, ley_point_status status, ley_index rows) {
    uint8_t mark = (uint8_t)status;
    int64_t reached = rows;
    if (put_part(writer, writer->rows, point, 0, 0, 0, H5T_NATIVE_INT64, &reached) != 0) return -1;
    if (H5Fflush(writer->file, H5F_SCOPE_LOCAL) < 0) return -1;
    /* Last: a point that says "done" has all its numbers in the file. */
    if (put_part(writer, writer->status, point, 0, 0, 0, H5T_NATIVE_UINT8, &mark) != 0) return -1;
    return H5Fflush(writer->file, H5F_SCOPE_LOCAL) < 0 ? -1 : 0;
}

static int put_battery(ley_writer *writer, const ley_complex *battery) {
    hid_t type = ley_hdf5_complex();
    int bad = 0;
    for (int b = 0; !bad && b < writer->n_battery; b++) {
        ley_index d = writer->layout.cells - 2 * b + 1;
        bad = H5Dwrite(writer->battery[b], type, H5S_ALL, H5S_ALL, H5P_DEFAULT, battery) < 0;
        battery += d * d;
    }
    H5Tclose(type);
    return bad ? -1 : 0;
}

static int put_all(ley_writer *writer, ley_index point, const ley_point *what) {
    const ley_layout *layout = &writer->layout;
    for (ley_index i = 0; i < layout->n_series; i++)
        if (put_series(writer, i, point, what->series[i], what->width[i], what->n_times, 0, layout->n_times) != 0)
            return -1;
    for (ley_index i = 0; i < layout->n_measures; i++)
        if (put_part(writer, writer->measures[i], point, 0, 0, 0, H5T_NATIVE_DOUBLE, &what->measures[i]) != 0)
            return -1;
    for (size_t i = 0; i < LEY_CERTIFICATE_FIELDS; i++) {
        const ley_certificate_field *field = &ley_certificate_fields[i];
        if (put_part(writer, writer->certificate[i], point, 0, 0, 0, ley_certificate_type(field),
                     (const char *)what->certificate + field->offset) != 0)
            return -1;
    }
    if (put_string(writer, writer->representation, point, LEY_METHOD_LENGTH, what->representation) != 0 ||
        put_string(writer, writer->propagator, point, LEY_METHOD_LENGTH, what->propagator) != 0 ||
        put_string(writer, writer->warnings, point, LEY_WARNINGS_LENGTH, what->warnings) != 0 ||
        put_string(writer, writer->failure, point, LEY_FAILURE_LENGTH, what->error) != 0)
        return -1;
    if (what->battery && put_battery(writer, what->battery) != 0) return -1;
    return put_status(writer, point, what->status, what->rows);
}

ley_status ley_writer_put(ley_writer *writer, ley_index point, const ley_point *what, ley_error *err) {
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    ley_status status = put_all(writer, point, what) == 0
                            ? LEY_OK
                            : ley_hdf5_fail(err, &quiet, writer->path, "cannot write to the result file");
    writer->broken = writer->broken || status;
    ley_quiet_end(&quiet);
    return status;
}

ley_status ley_writer_rows(ley_writer *writer, ley_index point, const ley_record *record, ley_index first,
                           ley_index end, ley_error *err) {
    if (first >= end) return LEY_OK;
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    int bad = 0;
    for (ley_index i = 0; !bad && i < writer->layout.n_series; i++)
        bad = put_series(writer, i, point, record->series[i], record->width[i], record->n_times, first, end);
    bad = bad || put_status(writer, point, LEY_POINT_PARTIAL, end) != 0;
    ley_status status = bad ? ley_hdf5_fail(err, &quiet, writer->path, "cannot write to the result file") : LEY_OK;
    writer->broken = writer->broken || bad;
    ley_quiet_end(&quiet);
    return status;
}

ley_status ley_writer_fail(ley_writer *writer, ley_index point, const char *why, ley_error *err) {
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    int bad = put_string(writer, writer->failure, point, LEY_FAILURE_LENGTH, why) != 0 ||
              put_status(writer, point, LEY_POINT_FAILED, 0) != 0;
    ley_status status = bad ? ley_hdf5_fail(err, &quiet, writer->path, "cannot write to the result file") : LEY_OK;
    writer->broken = writer->broken || bad;
    ley_quiet_end(&quiet);
    return status;
}

void ley_writer_conclude(ley_writer *writer, ley_index best, bool finished) {
    writer->best = best;
    writer->finished = finished;
}

/* ---- The end ----------------------------------------------------------------------------------------------- */

static int summarise(hid_t file, ley_index n_points, double wall_seconds) {
    ley_certificate worst = ley_certificate_none();
    ley_certificate *all = ley_allocate((size_t)n_points, sizeof *all);
    uint8_t *marks = ley_allocate((size_t)n_points, 1);
    void *column = ley_allocate((size_t)n_points, 8);
    int bad = !all || !marks || !column;
    hid_t dataset = bad ? -1 : H5Dopen2(file, "/status", H5P_DEFAULT);
    bad = dataset < 0 || H5Dread(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, marks) < 0;
    if (dataset >= 0) H5Dclose(dataset);
    for (size_t i = 0; !bad && i < LEY_CERTIFICATE_FIELDS; i++) {
        const ley_certificate_field *field = &ley_certificate_fields[i];
        char name[128];
        snprintf(name, sizeof name, "/certificate/%s", field->name);
        hid_t type = ley_certificate_type(field);
        size_t size = H5Tget_size(type);
        dataset = H5Dopen2(file, name, H5P_DEFAULT);
        bad = dataset < 0 || H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, column) < 0;
        if (dataset >= 0) H5Dclose(dataset);
        for (ley_index point = 0; !bad && point < n_points; point++)
            memcpy((char *)&all[point] + field->offset, (char *)column + (size_t)point * size, size);
    }
    for (ley_index point = 0; !bad && point < n_points; point++)
        if (marks[point] == LEY_POINT_DONE) ley_certificate_merge(&worst, &all[point]);
    for (size_t i = 0; !bad && i < LEY_CERTIFICATE_FIELDS; i++) {
        const ley_certificate_field *field = &ley_certificate_fields[i];
        bad = ley_hdf5_put_number(file, field->name, ley_certificate_type(field), (char *)&worst + field->offset) !=
              0;
    }
    double before = 0;
    hid_t attribute = bad ? -1 : H5Aopen(file, "wall_seconds", H5P_DEFAULT);
    bad = bad || attribute < 0 || H5Aread(attribute, H5T_NATIVE_DOUBLE, &before) < 0;
    if (attribute >= 0) H5Aclose(attribute);
    double together = before + wall_seconds;
    bad = bad || ley_hdf5_put_number(file, "wall_seconds", H5T_NATIVE_DOUBLE, &together) != 0;
    ley_release(column);
    ley_release(marks);
    ley_release(all);
    return bad ? -1 : 0;
}

ley_status ley_writer_close(ley_writer *writer, double wall_seconds, ley_error *err) {
    if (!writer) return LEY_OK;
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    ley_status status = LEY_OK;
    char path[PATH_MAX];
    const ley_layout layout = writer->layout;
    memcpy(path, writer->path, sizeof path);
    bool broken = writer->broken, is_search = writer->layout.search.goal != NULL;
    int64_t best = writer->best;
    int32_t finished = writer->finished;
    release(writer);
    if (broken) {
        ley_quiet_end(&quiet);
        return LEY_OK;
    }
    /* Attributes cannot change under SWMR, so the file is opened once more in the ordinary way. */
    hid_t access = ley_hdf5_access(false), file = -1;
    for (int tries = 0; file < 0 && tries < 40; tries++) { /* somebody may be looking at it just now */
        if (tries) nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        file = H5Fopen(path, H5F_ACC_RDWR, access);
    }
    if (file < 0 || summarise(file, layout.n_points, wall_seconds) != 0 || ley_fits_write(file, &layout) != 0 ||
        (is_search && (ley_hdf5_put_number(file, "best", H5T_NATIVE_INT64, &best) != 0 ||
                       ley_hdf5_put_number(file, "finished", H5T_NATIVE_INT32, &finished) != 0)))
        status = ley_hdf5_fail(err, &quiet, path, "cannot finish the result file");
    if (file >= 0 && H5Fclose(file) < 0 && !status)
        status = ley_hdf5_fail(err, &quiet, path, "cannot finish the result file");
    H5Pclose(access);
    ley_quiet_end(&quiet);
    return status;
}
