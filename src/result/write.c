#include "result/write.h"

#include "core/memory.h"
#include "core/status.h"
#include "result/fit_file.h"
#include "result/hdf5.h"
#include "result/provenance.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5_hl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { RANK_MAX = 32 };

struct ley_writer {
    ley_layout layout; /* borrowed pointers: the caller's layout outlives the writer */
    char path[PATH_MAX];
    hid_t file, status, rows, warnings, failure, representation, propagator;
    hid_t *series, *measures;
    hid_t certificate[LEY_CERTIFICATE_FIELDS];
    hid_t *battery; /* [spin blocks of a single run] */
    int n_battery;
    double *buffer; /* one point of the widest series */
    bool broken;    /* a write failed: the file is left as it is, without a summary */
    int lock;       /* descriptor that holds the lock, -1: none */
    int64_t best;   /* of an optimisation */
    bool finished;
};

/* ---- One writer at a time ---------------------------------------------------------------------------------- */

/* HDF5 gives up its own lock under SWMR, so that readers can come; and the mark in the superblock stays after a
 * kill. So a writer holds a lock of its own, on a byte far behind the data; the system drops it with the process.
 */
static struct flock far_byte(void) {
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)1 << 61, .l_len = 1};
}

static ley_status check_lock(const char *path, ley_error *err) {
    struct flock held = far_byte();
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    bool busy = descriptor >= 0 && fcntl(descriptor, F_OFD_GETLK, &held) == 0 && held.l_type != F_UNLCK;
    if (descriptor >= 0) close(descriptor);
    return busy ? ley_fail(err, LEY_ERR_IO, path, "another process is writing this result; wait, or stop it first")
                : LEY_OK;
}

static double expected_bytes(const ley_layout *layout);

/* Takes the lock, and for a shard, whose file grows point by point, the room that it will grow into. A file system
 * that has no locks or takes no orders is no reason not to compute. */
static void take_possession(ley_writer *writer) {
    struct flock wanted = far_byte();
    writer->lock = open(writer->path, O_RDWR | O_CLOEXEC);
    if (writer->lock < 0) return;
    (void)fcntl(writer->lock, F_OFD_SETLK, &wanted);
    if (writer->layout.shards > 1)
        (void)fallocate(writer->lock, FALLOC_FL_KEEP_SIZE, 0, (off_t)expected_bytes(&writer->layout));
}

/* Gives back the lock and room that was taken and not needed. */
static void give_up_possession(ley_writer *writer) {
    struct stat now;
    if (writer->lock < 0) return;
    if (writer->layout.shards > 1 && fstat(writer->lock, &now) == 0) (void)!ftruncate(writer->lock, now.st_size);
    close(writer->lock);
}

/* ---- Making the file --------------------------------------------------------------------------------------- */

static hid_t space_of(const ley_layout *layout, ley_index rows, ley_index width, int *rank, hsize_t *size) {
    *rank = 0;
    for (ley_index i = 0; i < layout->n_axes; i++) size[(*rank)++] = (hsize_t)layout->axes[i].n;
    if (rows) size[(*rank)++] = (hsize_t)rows;
    if (width) size[(*rank)++] = (hsize_t)width;
    return *rank ? H5Screate_simple(*rank, size, NULL) : H5Screate(H5S_SCALAR);
}

/* A dataset [axes..., rows, width] (0: no such dimension), filled: NaN for doubles, zero otherwise. A whole study
 * takes its room at once; a shard, which fills one place in `shards`, takes it point by point. Scales for the
 * dimensions behind the axes come from the names of root datasets. */
static hid_t make(hid_t file, const ley_layout *layout, const char *name, hid_t type, ley_index rows,
                  ley_index width, const char *dimension, const char *unit) {
    int rank = 0;
    hsize_t size[RANK_MAX + 2], chunk[RANK_MAX + 2];
    if (layout->steady) rows = 0; /* one row is no dimension */
    hid_t space = space_of(layout, rows, width, &rank, size);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    double nothing = NAN;
    if (H5Tget_class(type) == H5T_FLOAT) H5Pset_fill_value(creation, H5T_NATIVE_DOUBLE, &nothing);
    H5Pset_fill_time(creation, H5D_FILL_TIME_ALLOC);
    if (layout->shards > 1 && rows) {
        for (int i = 0; i < rank; i++) chunk[i] = i < layout->n_axes ? 1 : size[i];
        H5Pset_chunk(creation, rank, chunk);
    } else {
        H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
    }
    hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    int bad = dataset < 0;
    for (ley_index i = 0; !bad && i < layout->n_axes + (rows != 0) + (width != 0); i++) {
        char scale[512];
        if (i < layout->n_axes)
            snprintf(scale, sizeof scale, "/axes/%s", layout->axes[i].name);
        else
            snprintf(scale, sizeof scale, "/%s",
                     i >= layout->n_axes + (rows != 0) ? dimension
                     : layout->time_varies             ? "row"
                                                       : "time");
        hid_t along = H5Dopen2(file, scale, H5P_DEFAULT);
        bad = along < 0 || H5DSattach_scale(dataset, along, (unsigned)i) < 0;
        if (along >= 0) H5Dclose(along);
    }
    if (!bad && unit) bad = ley_hdf5_put_text(dataset, "units", unit) != 0;
    H5Pclose(creation);
    H5Sclose(space);
    if (bad && dataset >= 0) {
        H5Dclose(dataset);
        dataset = -1;
    }
    return dataset;
}

/* A dimension scale with its values. */
static int make_scale(hid_t file, const char *path, const char *name, ley_index n, const double *values,
                      const char *unit) {
    hsize_t size = (hsize_t)n;
    hid_t space = H5Screate_simple(1, &size, NULL);
    hid_t dataset = H5Dcreate2(file, path, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    int bad = dataset < 0 || H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0 ||
              H5DSset_scale(dataset, name) < 0 || (unit && ley_hdf5_put_text(dataset, "units", unit) != 0);
    if (dataset >= 0) H5Dclose(dataset);
    H5Sclose(space);
    return bad ? -1 : 0;
}

static int make_counter(hid_t file, const char *name, ley_index n) {
    double *values = ley_allocate((size_t)n, sizeof *values);
    if (!values) return -1;
    for (ley_index i = 0; i < n; i++) values[i] = (double)i;
    char path[128];
    snprintf(path, sizeof path, "/%s", name);
    int bad = make_scale(file, path, name, n, values, NULL);
    ley_release(values);
    return bad;
}

static int make_labels(hid_t file, const ley_layout_axis *axis) {
    size_t longest = 1;
    for (ley_index i = 0; i < axis->n; i++)
        if (strlen(axis->labels[i]) > longest) longest = strlen(axis->labels[i]);
    char *text = ley_allocate((size_t)axis->n, longest);
    if (!text) return -1;
    for (ley_index i = 0; i < axis->n; i++)
        memcpy(text + (size_t)i * longest, axis->labels[i], strlen(axis->labels[i]));
    char path[512], scale[512];
    snprintf(path, sizeof path, "/axes/%s.labels", axis->name);
    snprintf(scale, sizeof scale, "/axes/%s", axis->name);
    hsize_t size = (hsize_t)axis->n;
    hid_t type = ley_hdf5_string(longest), space = H5Screate_simple(1, &size, NULL);
    hid_t dataset = H5Dcreate2(file, path, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hid_t along = H5Dopen2(file, scale, H5P_DEFAULT);
    int bad = dataset < 0 || along < 0 || H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) < 0 ||
              H5DSattach_scale(dataset, along, 0) < 0;
    if (along >= 0) H5Dclose(along);
    if (dataset >= 0) H5Dclose(dataset);
    H5Sclose(space);
    H5Tclose(type);
    ley_release(text);
    return bad ? -1 : 0;
}

/* netCDF readers (xarray) look for the coordinates of a group in that group and above it: a second name for the
 * same dataset, where the name is free. */
static int show_in(hid_t file, const char *folder, const char *scale, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (folder[0] && H5Lexists(file, folder, H5P_DEFAULT) <= 0) return 0;
    if (H5Lexists(file, path, H5P_DEFAULT) > 0) return 0;
    return H5Lcreate_hard(file, scale, file, path, H5P_DEFAULT, H5P_DEFAULT) < 0 ? -1 : 0;
}

static int make_links(hid_t file, const ley_layout *layout) {
    static const char *const folders[] = {"", "/observables", "/measures", "/certificate"};
    for (size_t k = 0; k < sizeof folders / sizeof *folders; k++) {
        for (ley_index i = 0; i < layout->n_axes; i++) {
            char scale[512];
            snprintf(scale, sizeof scale, "/axes/%s", layout->axes[i].name);
            if (show_in(file, folders[k], scale, layout->axes[i].name) != 0) return -1;
        }
    }
    if (layout->n_series && !layout->steady && show_in(file, "/observables", "/time", "time") != 0) return -1;
    return 0;
}

static int make_root(hid_t file, const ley_layout *layout) {
    int32_t format = LEY_RESULT_FORMAT, levels = 0;
    double wall_seconds = 0;
    char started[64];
    ley_provenance_now(started, sizeof started);
    if (ley_hdf5_put_text(file, "title", layout->title) || ley_hdf5_put_text(file, "scenario", layout->scenario) ||
        ley_hdf5_put_text(file, "kind", layout->steady ? "steady" : "evolution") ||
        ley_hdf5_put_text(file, "program", "leyden") || ley_hdf5_put_text(file, "version", layout->version) ||
        ley_hdf5_put_number(file, "format_version", H5T_NATIVE_INT32, &format) ||
        ley_hdf5_put_text(file, "representation", layout->representation) ||
        ley_hdf5_put_text(file, "propagator", layout->propagator) ||
        ley_hdf5_put_number(file, "tolerance", H5T_NATIVE_DOUBLE, &layout->tolerance) ||
        ley_hdf5_put_number(file, "shard", H5T_NATIVE_INT32, &layout->shard) ||
        ley_hdf5_put_number(file, "shards", H5T_NATIVE_INT32, &layout->shards) ||
        ley_hdf5_put_text(file, "started", started) ||
        ley_hdf5_put_text(file, "compiler", ley_provenance_compiler()) ||
        ley_hdf5_put_number(file, "wall_seconds", H5T_NATIVE_DOUBLE, &wall_seconds) ||
        ley_hdf5_put_number(file, "levels", H5T_NATIVE_INT32, &levels))
        return -1;
    const ley_layout_search *search = &layout->search;
    int64_t variables = search->n_variables, constraints = search->n_constraints, best = -1;
    int32_t finished = 0;
    if (search->goal &&
        (ley_hdf5_put_text(file, "goal", search->goal) || ley_hdf5_put_text(file, "objective", search->objective) ||
         ley_hdf5_put_number(file, "variables", H5T_NATIVE_INT64, &variables) ||
         ley_hdf5_put_number(file, "constraints", H5T_NATIVE_INT64, &constraints) ||
         ley_hdf5_put_number(file, "best", H5T_NATIVE_INT64, &best) ||
         ley_hdf5_put_number(file, "finished", H5T_NATIVE_INT32, &finished)))
        return -1;
    ley_certificate none = ley_certificate_none();
    for (size_t i = 0; i < LEY_CERTIFICATE_FIELDS; i++) {
        const ley_certificate_field *field = &ley_certificate_fields[i];
        if (ley_hdf5_put_number(file, field->name, ley_certificate_type(field), (char *)&none + field->offset))
            return -1;
    }
    return 0;
}

static void block_name(char name[64], int32_t two_j) {
    snprintf(name, 64, "/final/battery/two_j=%d", two_j);
}

static int make_final(ley_writer *writer, const ley_layout *layout) {
    hid_t type = ley_hdf5_complex();
    int bad = 0;
    for (int b = 0; !bad && b < writer->n_battery; b++) {
        char name[64], scale[64];
        int32_t two_j = layout->cells - 2 * b;
        hsize_t size[2] = {(hsize_t)two_j + 1, (hsize_t)two_j + 1};
        hid_t space = H5Screate_simple(2, size, NULL);
        hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
        ley_complex nothing = {NAN, NAN};
        H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
        H5Pset_fill_value(creation, type, &nothing);
        block_name(name, two_j);
        writer->battery[b] = H5Dcreate2(writer->file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
        H5Pclose(creation);
        H5Sclose(space);
        /* Rows and columns are labelled by m = -j .. j. */
        double *m = ley_allocate((size_t)two_j + 1, sizeof *m);
        for (int32_t i = 0; m && i <= two_j; i++) m[i] = i - two_j / 2.0;
        static const char *const sides[] = {"m", "m_prime"};
        for (int side = 0; side < 2; side++) {
            snprintf(name, sizeof name, "/final/battery/%s_two_j=%d", sides[side], two_j);
            snprintf(scale, sizeof scale, "%s_two_j=%d", sides[side], two_j);
            bad = bad || !m || make_scale(writer->file, name, scale, two_j + 1, m, NULL) != 0;
            hid_t along = bad ? -1 : H5Dopen2(writer->file, name, H5P_DEFAULT);
            bad = bad || writer->battery[b] < 0 || H5DSattach_scale(writer->battery[b], along, (unsigned)side) < 0;
            if (along >= 0) H5Dclose(along);
        }
        ley_release(m);
    }
    H5Tclose(type);
    return bad ? -1 : 0;
}

/* Folders remember the order of their members: it is the order of the scenario. */
static int make_folders(hid_t file, const ley_layout *layout, bool final) {
    struct {
        const char *name;
        bool wanted;
    } folders[] = {{"/axes", layout->n_axes > 0}, {"/observables", true}, {"/measures", true},
                   {"/certificate", true},        {"/final", final},      {"/final/battery", final}};
    hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
    int bad = H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) < 0;
    for (size_t i = 0; !bad && i < sizeof folders / sizeof *folders; i++) {
        if (!folders[i].wanted) continue;
        hid_t group = H5Gcreate2(file, folders[i].name, H5P_DEFAULT, creation, H5P_DEFAULT);
        bad = group < 0;
        if (group >= 0) H5Gclose(group);
    }
    H5Pclose(creation);
    return bad ? -1 : 0;
}

static int make_everything(ley_writer *writer) {
    const ley_layout *layout = &writer->layout;
    hid_t file = writer->file;
    char name[512];
    if (make_folders(file, layout, writer->n_battery > 0) != 0) return -1;
    if (make_root(file, layout) != 0) return -1;
    for (ley_index i = 0; i < layout->n_axes; i++) {
        const ley_layout_axis *axis = &layout->axes[i];
        snprintf(name, sizeof name, "/axes/%s", axis->name);
        if (make_scale(file, name, axis->name, axis->n, axis->values, NULL) != 0) return -1;
        if (axis->labels && make_labels(file, axis) != 0) return -1;
    }
    if (layout->steady) {
        /* no /time */
    } else if (!layout->time_varies) {
        if (make_scale(file, "/time", "time", layout->n_times, layout->times, "time") != 0) return -1;
    } else {
        if (make_counter(file, "row", layout->n_times) != 0) return -1;
        hid_t time = make(file, layout, "/time", H5T_NATIVE_DOUBLE, layout->n_times, 0, NULL, "time");
        if (time < 0) return -1;
        int bad = H5Dwrite(time, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, layout->times) < 0;
        H5Dclose(time);
        if (bad) return -1;
    }
    writer->status = make(file, layout, "/status", H5T_NATIVE_UINT8, 0, 0, NULL, NULL);
    writer->rows = make(file, layout, "/rows", H5T_NATIVE_INT64, 0, 0, NULL, NULL);
    if (writer->status < 0 || writer->rows < 0 ||
        ley_hdf5_put_text(writer->status, "meaning", "0 pending, 1 done, 2 failed, 3 partial") != 0)
        return -1;
    for (ley_index i = 0; i < layout->n_series; i++) {
        const ley_layout_series *series = &layout->series[i];
        if (series->dimension && H5Lexists(file, series->dimension, H5P_DEFAULT) <= 0 &&
            make_counter(file, series->dimension, series->width) != 0)
            return -1;
        snprintf(name, sizeof name, "/observables/%s", series->name);
        writer->series[i] = make(file, layout, name, H5T_NATIVE_DOUBLE, layout->n_times,
                                 series->dimension ? series->width : 0, series->dimension, series->unit);
        if (writer->series[i] < 0) return -1;
        if (series->dimension && ley_hdf5_put_text(writer->series[i], "dimension", series->dimension) != 0)
            return -1;
    }
    for (ley_index i = 0; i < layout->n_measures; i++) {
        snprintf(name, sizeof name, "/measures/%s", layout->measures[i].name);
        writer->measures[i] = make(file, layout, name, H5T_NATIVE_DOUBLE, 0, 0, NULL, layout->measures[i].unit);
        if (writer->measures[i] < 0) return -1;
    }
    for (size_t i = 0; i < LEY_CERTIFICATE_FIELDS; i++) {
        const ley_certificate_field *field = &ley_certificate_fields[i];
        snprintf(name, sizeof name, "/certificate/%s", field->name);
        writer->certificate[i] = make(file, layout, name, ley_certificate_type(field), 0, 0, NULL, NULL);
        if (writer->certificate[i] < 0) return -1;
    }
    struct {
        hid_t *dataset;
        const char *name;
        size_t length;
    } texts[] = {{&writer->representation, "/certificate/representation", LEY_METHOD_LENGTH},
                 {&writer->propagator, "/certificate/propagator", LEY_METHOD_LENGTH},
                 {&writer->warnings, "/warnings", LEY_WARNINGS_LENGTH},
                 {&writer->failure, "/errors", LEY_FAILURE_LENGTH}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        hid_t type = ley_hdf5_string(texts[i].length);
        *texts[i].dataset = make(file, layout, texts[i].name, type, 0, 0, NULL, NULL);
        H5Tclose(type);
        if (*texts[i].dataset < 0) return -1;
    }
    if (make_final(writer, layout) != 0 || ley_fits_make(file, layout) != 0) return -1;
    return make_links(file, layout);
}

/* ---- Paths and room ---------------------------------------------------------------------------------------- */

ley_status ley_writer_check_path(const char *path, ley_error *err) {
    if (!path || !path[0]) return ley_fail(err, LEY_ERR_ARGUMENT, "result", "no path for the result file");
    if (strlen(path) >= PATH_MAX - 1)
        return ley_fail(err, LEY_ERR_IO, path, "cannot write the result: %s", strerror(ENAMETOOLONG));
    struct stat seen;
    if (stat(path, &seen) == 0) {
        if (S_ISDIR(seen.st_mode))
            return ley_fail(err, LEY_ERR_IO, path, "cannot write the result: this is a folder; name a file in it");
        if (!S_ISREG(seen.st_mode))
            return ley_fail(err, LEY_ERR_IO, path, "cannot write the result: this is not a regular file");
        if (access(path, W_OK) != 0)
            return ley_fail(err, LEY_ERR_IO, path, "cannot write the result: %s", strerror(errno));
        return LEY_OK;
    }
    if (errno != ENOENT) return ley_fail(err, LEY_ERR_IO, path, "cannot write the result: %s", strerror(errno));
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (!slash)
        snprintf(folder, sizeof folder, ".");
    else if (slash == folder)
        folder[1] = 0;
    else
        *slash = 0;
    if (stat(folder, &seen) != 0 || !S_ISDIR(seen.st_mode))
        return ley_fail(err, LEY_ERR_IO, path, "cannot write the result: there is no folder %s", folder);
    if (access(folder, W_OK | X_OK) != 0)
        return ley_fail(err, LEY_ERR_IO, path, "cannot write the result: folder %s: %s", folder, strerror(errno));
    return LEY_OK;
}

static double expected_bytes(const ley_layout *layout) {
    double points = (double)layout->n_points, bytes = 65536 + (double)strlen(layout->scenario);
    double row_bytes = 0;
    for (ley_index i = 0; i < layout->n_series; i++) row_bytes += 8.0 * (double)layout->series[i].width;
    bytes += points * row_bytes * (double)layout->n_times / layout->shards;
    if (layout->shards > 1) bytes += 64 * points * (double)layout->n_series; /* where each part lies */
    bytes += 8.0 * (double)layout->n_times * (layout->time_varies ? points : 1);
    bytes += points * (8.0 * (double)layout->n_measures + 8.0 * LEY_CERTIFICATE_FIELDS + LEY_WARNINGS_LENGTH +
                       LEY_FAILURE_LENGTH + 2.0 * LEY_METHOD_LENGTH + 9);
    bytes += (double)layout->n_fits * (8192 + 80 * points);
    return bytes;
}

/* HDF5 copes badly with a disk that fills up while a file is made, so the system is asked first: the room is really
 * taken, behind what may be there already, and given back for HDF5 to take. Systems that cannot say let it pass.
 * A file that was there is as before when this fails. */
static ley_status take_room(const char *path, const ley_layout *layout, ley_error *err) {
    struct stat before = {0};
    bool is_new = stat(path, &before) != 0;
    int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) return ley_fail(err, LEY_ERR_IO, path, "cannot write the result: %s", strerror(errno));
    double bytes = expected_bytes(layout);
    struct rlimit limit;
    int failed = 0;
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && bytes > (double)limit.rlim_cur)
        failed = EFBIG;
    else if (fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, (off_t)bytes) != 0)
        failed = errno;
    if (ftruncate(descriptor, before.st_size) != 0 && failed == 0) failed = errno;
    close(descriptor);
    if (failed == 0 || failed == EOPNOTSUPP || failed == ENOSYS || failed == EINVAL) return LEY_OK;
    if (is_new) unlink(path);
    return ley_fail(
        err, LEY_ERR_IO, path,
        "the result needs %.3g MB and cannot have them: %s; choose another place, fewer output times or "
        "fewer observables",
        bytes / 1e6, strerror(failed));
}

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
    give_up_possession(writer);
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
    if (layout->n_axes > RANK_MAX - 2)
        return ley_fail(err, LEY_ERR_UNSUPPORTED, "sweep", "%lld axes; a result file holds at most %d",
                        (long long)layout->n_axes, RANK_MAX - 2);
    ley_status status = ley_writer_check_path(path, err);
    if (status) return status;
    status = check_lock(path, err);
    if (status) return status;
    status = take_room(path, layout, err);
    if (status) return status;
    ley_writer *made = prepare(path, layout);
    if (!made) return ley_fail(err, LEY_ERR_MEMORY, path, "no memory to write the result");
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    hid_t access = ley_hdf5_access(false);
    made->file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    if (made->file < 0 || make_everything(made) != 0 || H5Fflush(made->file, H5F_SCOPE_GLOBAL) < 0 ||
        H5Fstart_swmr_write(made->file) < 0)
        status = ley_hdf5_fail(err, &quiet, path, "cannot make the result file");
    H5Pclose(access);
    if (status) {
        release(made);
        unlink(path);
        made = NULL;
    } else {
        take_possession(made);
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
        block_name(name, layout->cells - 2 * b);
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
    if (!status) status = check_lock(path, err);
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
        take_possession(made);
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
    ley_index place[RANK_MAX];
    hsize_t start[RANK_MAX + 2] = {0}, count[RANK_MAX + 2];
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
