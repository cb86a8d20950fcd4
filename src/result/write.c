#include "result/write.h"

#include "core/memory.h"
#include "core/status.h"
#include "result/fit_file.h"
#include "result/hdf5.h"
#include "result/writer.h"

#include <math.h>
#include <stddef.h>
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
    ley_release(writer->text);
    ley_release(writer);
}

static ley_writer *prepare(const char *path, const ley_layout *layout) {
    ley_writer *writer = ley_allocate(1, sizeof *writer);
    if (!writer) return NULL;
    writer->layout = *layout;
    writer->worst = ley_certificate_none();
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
    enum { ENOUGH = 1 << 16 }; /* numbers of a series written at once */
    const ley_index of_point = layout->n_times > 0 ? widest * layout->n_times : 1;
    writer->run_max = ENOUGH / of_point;
    writer->run_max = writer->run_max < 1 ? 1 : writer->run_max > LEY_WRITER_RUN ? LEY_WRITER_RUN : writer->run_max;
    writer->buffer = ley_allocate((size_t)(writer->run_max * (of_point + 1)), sizeof *writer->buffer);
    writer->text = ley_allocate((size_t)writer->run_max, LEY_WARNINGS_LENGTH + LEY_FAILURE_LENGTH);
    if (!writer->series || !writer->measures || !writer->battery || !writer->buffer || !writer->text) {
        release(writer);
        return NULL;
    }
    return writer;
}

ley_status ley_writer_create(ley_writer **writer, const char *path, const ley_layout *layout, ley_error *err) {
    if (layout->n_axes > LEY_RANK_MAX - 2)
        return ley_fail(err, LEY_ERR_UNSUPPORTED, "sweep", "%lld axes; a result file holds at most %d",
                        (long long)layout->n_axes, LEY_RANK_MAX - 2);
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
    made->fresh = true;
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

/* Points that are written at once: consecutive ones that differ in the last axis alone. */
typedef struct run {
    ley_index point, n;
} run;

/* Writes the part of a dataset that belongs to a run of points: of each rows first .. end-1 of its rows (end 0: it
 * has none), all of width (0: it has none). */
static int put_part(const ley_writer *writer, hid_t dataset, run points, ley_index first, ley_index end,
                    ley_index width, hid_t type, const void *data) {
    ley_index place[LEY_RANK_MAX];
    hsize_t start[LEY_RANK_MAX + 2] = {0}, count[LEY_RANK_MAX + 2];
    const ley_layout *layout = &writer->layout;
    int rank = 0;
    ley_layout_place(layout, points.point, place);
    for (ley_index i = 0; i < layout->n_axes; i++) {
        start[rank] = (hsize_t)place[i];
        count[rank++] = i + 1 < layout->n_axes ? 1 : (hsize_t)points.n;
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

static void pad(char *padded, size_t length, const char *text) {
    static const char cut[] = {' ', '.', '.', '.'};
    const size_t whole = text ? strlen(text) : 0;
    size_t n = whole;
    memset(padded, 0, length);
    if (whole > length) { /* cut between characters of UTF-8, and say so */
        n = length - sizeof cut;
        while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) n--;
        memcpy(padded + n, cut, sizeof cut);
    }
    for (size_t i = 0; i < n; i++) padded[i] = text[i];
}

/* One text of each point, `offset` into ley_point. A file that is being made for the first time has empty ones. */
static int put_strings(const ley_writer *writer, hid_t dataset, run points, size_t length, const ley_point *what,
                       size_t offset) {
    bool empty = writer->fresh;
    for (ley_index i = 0; i < points.n; i++) {
        const char *text;
        memcpy(&text, (const char *)&what[i] + offset, sizeof text);
        pad(writer->text + (size_t)i * length, length, text);
        empty = empty && (!text || !text[0]);
    }
    if (empty) return 0;
    hid_t type = ley_hdf5_string(length);
    int bad = put_part(writer, dataset, points, 0, 0, 0, type, writer->text);
    H5Tclose(type);
    return bad;
}

/* Rows of one series of one point, padded with NaN to the width of the file. */
static void pad_rows(double *padded, const ley_layout_series *series, const double *values, ley_index width,
                     ley_index available, ley_index first, ley_index end) {
    for (ley_index row = first; row < end; row++)
        for (ley_index k = 0; k < series->width; k++)
            padded[(row - first) * series->width + k] =
                row < available && k < width ? values[row * width + k] : NAN;
}

static int put_rows(ley_writer *writer, ley_index i, run points, ley_index first, ley_index end) {
    const ley_layout_series *series = &writer->layout.series[i];
    return put_part(writer, writer->series[i], points, first, writer->layout.steady ? 0 : end,
                    series->dimension ? series->width : 0, H5T_NATIVE_DOUBLE, writer->buffer);
}

static int put_series(ley_writer *writer, ley_index i, run points, const ley_point *what) {
    const ley_layout_series *series = &writer->layout.series[i];
    const ley_index rows = writer->layout.n_times;
    for (ley_index k = 0; k < points.n; k++)
        pad_rows(writer->buffer + k * rows * series->width, series, what[k].series[i], what[k].width[i],
                 what[k].n_times, 0, rows);
    return put_rows(writer, i, points, 0, rows);
}

static int put_status(ley_writer *writer, run points, const ley_point *what) {
    uint8_t mark[LEY_WRITER_RUN];
    int64_t reached[LEY_WRITER_RUN];
    for (ley_index i = 0; i < points.n; i++) {
        mark[i] = (uint8_t)what[i].status;
        reached[i] = what[i].rows;
    }
    if (put_part(writer, writer->rows, points, 0, 0, 0, H5T_NATIVE_INT64, reached) != 0) return -1;
    if (H5Fflush(writer->file, H5F_SCOPE_LOCAL) < 0) return -1;
    /* Last: a point that says "done" has all its numbers in the file. */
    if (put_part(writer, writer->status, points, 0, 0, 0, H5T_NATIVE_UINT8, mark) != 0) return -1;
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

static int put_all(ley_writer *writer, run points, const ley_point *what) {
    const ley_layout *layout = &writer->layout;
    for (ley_index i = 0; i < layout->n_series; i++)
        if (put_series(writer, i, points, what) != 0) return -1;
    for (ley_index i = 0; i < layout->n_measures; i++) {
        for (ley_index k = 0; k < points.n; k++) writer->buffer[k] = what[k].measures[i];
        if (put_part(writer, writer->measures[i], points, 0, 0, 0, H5T_NATIVE_DOUBLE, writer->buffer) != 0)
            return -1;
    }
    for (size_t i = 0; i < LEY_CERTIFICATE_FIELDS; i++) {
        const ley_certificate_field *field = &ley_certificate_fields[i];
        const hid_t type = ley_certificate_type(field);
        const size_t size = H5Tget_size(type);
        for (ley_index k = 0; k < points.n; k++)
            memcpy((char *)writer->buffer + (size_t)k * size, (const char *)what[k].certificate + field->offset,
                   size);
        if (put_part(writer, writer->certificate[i], points, 0, 0, 0, type, writer->buffer) != 0) return -1;
    }
    const struct {
        hid_t dataset;
        size_t length, offset;
    } texts[] = {{writer->representation, LEY_METHOD_LENGTH, offsetof(ley_point, representation)},
                 {writer->propagator, LEY_METHOD_LENGTH, offsetof(ley_point, propagator)},
                 {writer->warnings, LEY_WARNINGS_LENGTH, offsetof(ley_point, warnings)},
                 {writer->failure, LEY_FAILURE_LENGTH, offsetof(ley_point, error)}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (put_strings(writer, texts[i].dataset, points, texts[i].length, what, texts[i].offset) != 0) return -1;
    if (what->battery && put_battery(writer, what->battery) != 0) return -1;
    for (ley_index k = 0; k < points.n; k++)
        if (what[k].status == LEY_POINT_DONE) ley_certificate_merge(&writer->worst, what[k].certificate);
    return put_status(writer, points, what);
}

ley_index ley_writer_run(const ley_writer *writer, ley_index point) {
    const ley_layout *layout = &writer->layout;
    if (layout->n_axes == 0 || writer->n_battery > 0) return 1;
    const ley_index last = layout->axes[layout->n_axes - 1].n, left = last - point % last;
    return left < writer->run_max ? left : writer->run_max;
}

ley_status ley_writer_put_run(ley_writer *writer, ley_index point, ley_index n, const ley_point *what,
                              ley_error *err) {
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    ley_status status = put_all(writer, (run){point, n}, what) == 0
                            ? LEY_OK
                            : ley_hdf5_fail(err, &quiet, writer->path, "cannot write to the result file");
    writer->broken = writer->broken || status;
    ley_quiet_end(&quiet);
    return status;
}

ley_status ley_writer_put(ley_writer *writer, ley_index point, const ley_point *what, ley_error *err) {
    return ley_writer_put_run(writer, point, 1, what, err);
}

ley_status ley_writer_rows(ley_writer *writer, ley_index point, const ley_record *record, ley_index first,
                           ley_index end, ley_error *err) {
    const ley_point partial = {.status = LEY_POINT_PARTIAL, .rows = end};
    const run one = {point, 1};
    if (first >= end) return LEY_OK;
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    int bad = 0;
    for (ley_index i = 0; !bad && i < writer->layout.n_series; i++) {
        pad_rows(writer->buffer, &writer->layout.series[i], record->series[i], record->width[i], record->n_times,
                 first, end);
        bad = put_rows(writer, i, one, first, end);
    }
    bad = bad || put_status(writer, one, &partial) != 0;
    ley_status status = bad ? ley_hdf5_fail(err, &quiet, writer->path, "cannot write to the result file") : LEY_OK;
    writer->broken = writer->broken || bad;
    ley_quiet_end(&quiet);
    return status;
}

ley_status ley_writer_fail(ley_writer *writer, ley_index point, const char *why, ley_error *err) {
    const ley_point failed = {.status = LEY_POINT_FAILED, .error = why};
    const run one = {point, 1};
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    int bad =
        put_strings(writer, writer->failure, one, LEY_FAILURE_LENGTH, &failed, offsetof(ley_point, error)) != 0 ||
        put_status(writer, one, &failed) != 0;
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

/* Merges the certificates of the points that are done, whoever wrote them. */
static int find_worst(hid_t file, ley_index n_points, ley_certificate *worst) {
    ley_certificate *all = ley_allocate((size_t)n_points, sizeof *all);
    uint8_t *marks = ley_allocate((size_t)n_points, 1);
    int bad = !all || !marks || ley_hdf5_get_all(file, "/status", H5T_NATIVE_UINT8, n_points, marks) != 0 ||
              ley_certificates_read(file, n_points, all) != 0;
    *worst = ley_certificate_none();
    for (ley_index point = 0; !bad && point < n_points; point++)
        if (marks[point] == LEY_POINT_DONE) ley_certificate_merge(worst, &all[point]);
    ley_release(marks);
    ley_release(all);
    return bad ? -1 : 0;
}

static int summarise(hid_t file, ley_certificate worst, double wall_seconds) {
    int bad = 0;
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
    const bool broken = writer->broken, fresh = writer->fresh, is_search = writer->layout.search.goal != NULL;
    ley_certificate worst = writer->worst;
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
    if (file < 0 || (!fresh && find_worst(file, layout.n_points, &worst) != 0) ||
        summarise(file, worst, wall_seconds) != 0 || ley_fits_write(file, &layout) != 0 ||
        (is_search && (ley_hdf5_put_number(file, "best", H5T_NATIVE_INT64, &best) != 0 ||
                       ley_hdf5_put_number(file, "finished", H5T_NATIVE_INT32, &finished) != 0)))
        status = ley_hdf5_fail(err, &quiet, path, "cannot finish the result file");
    if (file >= 0 && H5Fclose(file) < 0 && !status)
        status = ley_hdf5_fail(err, &quiet, path, "cannot finish the result file");
    H5Pclose(access);
    ley_quiet_end(&quiet);
    return status;
}
