#include "core/memory.h"
#include "core/status.h"
#include "papers/papers.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { TEXT_MAX = 16 << 20 };

ley_status ley_papers_out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "papers", "no memory left for the papers");
}

char *ley_papers_path(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *path = length < 0 ? NULL : ley_allocate((size_t)length + 1, 1);
    if (!path) return NULL;
    va_start(arguments, format);
    vsnprintf(path, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return path;
}

ley_status ley_papers_read(char **text, const char *path, bool *absent, ley_error *err) {
    *text = NULL;
    if (absent) *absent = false;
    FILE *file = fopen(path, "rb");
    if (!file && absent && (errno == ENOENT || errno == ENOTDIR)) {
        *absent = true;
        return LEY_OK;
    }
    if (!file) return ley_fail(err, LEY_ERR_IO, path, "cannot read %s: %s", path, strerror(errno));
    char *data = NULL;
    size_t room = 0, length = 0;
    ley_status status = LEY_OK;
    for (;;) {
        if (ley_grow((void **)&data, &room, length + 8192, 1) != 0) {
            status = ley_papers_out_of_memory(err);
            break;
        }
        errno = 0;
        const size_t n = fread(data + length, 1, room - 1 - length, file);
        length += n;
        if (ferror(file)) {
            status = ley_fail(err, LEY_ERR_IO, path, "cannot read %s: %s", path, strerror(errno));
            break;
        }
        if (length > TEXT_MAX || memchr(data + length - n, 0, n)) {
            status = ley_fail(err, LEY_ERR_FORMAT, path, "%s is not a text", path);
            break;
        }
        if (n == 0) break;
    }
    fclose(file);
    if (status == LEY_OK) {
        data[length] = 0;
        *text = data;
    } else {
        ley_release(data);
    }
    return status;
}

ley_status ley_papers_make_folder(const char *path, ley_error *err) {
    char *part = ley_duplicate(path);
    if (!part) return ley_papers_out_of_memory(err);
    ley_status status = LEY_OK;
    for (size_t i = 1; status == LEY_OK; i++) {
        if (part[i] != '/' && part[i] != 0) continue;
        const char end = part[i];
        part[i] = 0;
        struct stat there;
        if (mkdir(part, 0777) != 0 && !(stat(part, &there) == 0 && S_ISDIR(there.st_mode)))
            status = ley_fail(err, LEY_ERR_IO, path, "cannot make the folder %s: %s", part, strerror(errno));
        part[i] = end;
        if (end == 0) break;
    }
    ley_release(part);
    return status;
}
