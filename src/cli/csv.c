#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool same_file(const char *a, const char *b) {
    struct stat left, right;
    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}

bool cli_csv_serves(const char *csv, const char *scenario, const char *result) {
    if (strcmp(csv, "-") == 0) return true;
    const bool there = access(csv, F_OK) == 0;
    FILE *file = fopen(csv, "a");
    if (!file) {
        cli_error("cannot write %s: %s", csv, strerror(errno));
        return false;
    }
    fclose(file);
    const char *is = same_file(csv, scenario)           ? "the scenario"
                     : result && same_file(csv, result) ? "the result"
                                                        : NULL;
    if (!is) return true;
    cli_error("--csv %s: this is %s itself; choose another name", csv, is);
    if (!there) (void)remove(csv);
    return false;
}
