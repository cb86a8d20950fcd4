#include "core/file.h"

#include "core/status.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

ley_status ley_file_write(const char *path, const char *text, ley_error *err) {
    FILE *file = fopen(path, "w");
    bool bad = !file || fputs(text, file) < 0;
    int why = errno;
    if (file && fclose(file) != 0) {
        if (!bad) why = errno;
        bad = true;
    }
    return bad ? ley_fail(err, LEY_ERR_IO, path, "cannot write %s: %s", path, strerror(why)) : LEY_OK;
}
