#include "support/same_datasets.h"

#include "support/assert_close.h"

#define H5_USE_110_API
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct comparison {
    hid_t other;
    int datasets;
    char different[256];
} comparison;

static void *bytes_of(hid_t dataset, size_t *size) {
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    *size = H5Tget_size(type) * (size_t)H5Sget_simple_extent_npoints(space);
    void *bytes = malloc(*size + 1);
    if (bytes && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) < 0) {
        free(bytes);
        bytes = NULL;
    }
    H5Sclose(space);
    H5Tclose(type);
    return bytes;
}

static herr_t compare(hid_t root, const char *name, const H5O_info_t *info, void *user) {
    comparison *self = user;
    if (info->type != H5O_TYPE_DATASET) return 0;
    hid_t a = H5Dopen2(root, name, H5P_DEFAULT), b = H5Dopen2(self->other, name, H5P_DEFAULT);
    size_t size_a = 0, size_b = 0;
    void *bytes_a = a < 0 ? NULL : bytes_of(a, &size_a), *bytes_b = b < 0 ? NULL : bytes_of(b, &size_b);
    int same = bytes_a && bytes_b && size_a == size_b && memcmp(bytes_a, bytes_b, size_a) == 0;
    free(bytes_a);
    free(bytes_b);
    if (a >= 0) H5Dclose(a);
    if (b >= 0) H5Dclose(b);
    self->datasets++;
    if (!same) snprintf(self->different, sizeof self->different, "%s", name);
    return same ? 0 : 1;
}

static int count_and_compare(const char *path_a, const char *path_b, comparison *self) {
    hid_t a = H5Fopen(path_a, H5F_ACC_RDONLY, H5P_DEFAULT), b = H5Fopen(path_b, H5F_ACC_RDONLY, H5P_DEFAULT);
    *self = (comparison){.other = b};
    int bad = a < 0 || b < 0 || H5Ovisit(a, H5_INDEX_NAME, H5_ITER_INC, compare, self) < 0;
    if (a >= 0) H5Fclose(a);
    if (b >= 0) H5Fclose(b);
    return bad;
}

void assert_same_datasets(const char *path_a, const char *path_b) {
    comparison there, back;
    if (count_and_compare(path_a, path_b, &there)) fail_msg("cannot read %s or %s", path_a, path_b);
    if (there.different[0]) fail_msg("%s differs between %s and %s", there.different, path_a, path_b);
    if (count_and_compare(path_b, path_a, &back)) fail_msg("cannot read %s or %s", path_a, path_b);
    if (back.different[0]) fail_msg("%s differs between %s and %s", back.different, path_a, path_b);
    assert_true(there.datasets > 10 && there.datasets == back.datasets);
}
