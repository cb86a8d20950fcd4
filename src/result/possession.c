#include "core/status.h"
#include "result/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

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
 * taken, behind what may be there already, and given back for HDF5 to take. Systems that cannot say let it pass. */
ley_status ley_writer_take_room(const char *path, const ley_layout *layout, ley_error *err) {
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

/* ---- One writer at a time ---------------------------------------------------------------------------------- */

/* HDF5 gives up its own lock under SWMR, so that readers can come; and the mark in the superblock stays after a
 * kill. So a writer holds a lock of its own, on a byte far behind the data; the system drops it with the process.
 */
static struct flock far_byte(void) {
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)1 << 61, .l_len = 1};
}

ley_status ley_writer_check_lock(const char *path, ley_error *err) {
    struct flock held = far_byte();
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    bool busy = descriptor >= 0 && fcntl(descriptor, F_OFD_GETLK, &held) == 0 && held.l_type != F_UNLCK;
    if (descriptor >= 0) close(descriptor);
    return busy ? ley_fail(err, LEY_ERR_IO, path, "another process is writing this result; wait, or stop it first")
                : LEY_OK;
}

void ley_writer_possess(ley_writer *writer) {
    struct flock wanted = far_byte();
    writer->lock = open(writer->path, O_RDWR | O_CLOEXEC);
    if (writer->lock < 0) return;
    (void)fcntl(writer->lock, F_OFD_SETLK, &wanted);
    if (writer->layout.shards > 1)
        (void)fallocate(writer->lock, FALLOC_FL_KEEP_SIZE, 0, (off_t)expected_bytes(&writer->layout));
}

void ley_writer_give_up(ley_writer *writer) {
    struct stat now;
    if (writer->lock < 0) return;
    if (writer->layout.shards > 1 && fstat(writer->lock, &now) == 0) (void)!ftruncate(writer->lock, now.st_size);
    close(writer->lock);
}
