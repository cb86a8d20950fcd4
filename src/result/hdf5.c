#include "result/hdf5.h"

#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static herr_t note(unsigned depth, const H5E_error2_t *entry, void *user) {
    (void)depth;
    ley_quiet *quiet = user;
    const char *number = entry->desc ? strstr(entry->desc, "errno = ") : NULL;
    if (number && quiet->number == 0) quiet->number = (int)strtol(number + strlen("errno = "), NULL, 10);
    if (entry->desc && !quiet->text[0]) snprintf(quiet->text, sizeof quiet->text, "%s", entry->desc);
    return 0;
}

/* Called by HDF5 the moment one of its functions fails; the next call of any function would forget why. */
static herr_t note_all(hid_t stack, void *user) {
    H5Ewalk2(stack, H5E_WALK_UPWARD, note, user);
    return 0;
}

void ley_quiet_begin(ley_quiet *quiet) {
    memset(quiet, 0, sizeof *quiet);
    H5Eget_auto2(H5E_DEFAULT, &quiet->report, &quiet->data);
    H5Eset_auto2(H5E_DEFAULT, note_all, quiet);
}

void ley_quiet_end(ley_quiet *quiet) {
    H5Eset_auto2(H5E_DEFAULT, quiet->report, quiet->data);
}

ley_status ley_hdf5_fail(ley_error *err, const ley_quiet *quiet, const char *path, const char *what) {
    return ley_fail(err, LEY_ERR_IO, path, "%s: %s", what,
                    quiet->number    ? strerror(quiet->number)
                    : quiet->text[0] ? quiet->text
                                     : "HDF5 gives no reason");
}

hid_t ley_hdf5_access(bool clear_flags) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access < 0) return access;
    H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110);
    H5Pset_sieve_buf_size(access, 0);
    /* The property behind h5clear: registered on every file access list of the library since 1.10.0. */
    hbool_t yes = 1;
    if (clear_flags && H5Pexist(access, "clear_status_flags") > 0) H5Pset(access, "clear_status_flags", &yes);
    return access;
}

hid_t ley_hdf5_complex(void) {
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(ley_complex));
    H5Tinsert(type, "r", offsetof(ley_complex, re), H5T_NATIVE_DOUBLE);
    H5Tinsert(type, "i", offsetof(ley_complex, im), H5T_NATIVE_DOUBLE);
    return type;
}

hid_t ley_hdf5_string(size_t length) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, length);
    H5Tset_cset(type, H5T_CSET_UTF8);
    if (length != H5T_VARIABLE) H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

#define FIELD(name, kind, worst)                                                                                   \
    { #name, kind, offsetof(ley_certificate, name), worst }
const ley_certificate_field ley_certificate_fields[LEY_CERTIFICATE_FIELDS] = {
    FIELD(trace_error, 'd', LEY_WORST_LARGEST),
    FIELD(hermiticity_error, 'd', LEY_WORST_LARGEST),
    FIELD(min_eigenvalue, 'd', LEY_WORST_SMALLEST),
    FIELD(edge_population, 'd', LEY_WORST_LARGEST),
    FIELD(excitation_edge, 'd', LEY_WORST_LARGEST),
    FIELD(cutoff_effect, 'd', LEY_WORST_LARGEST),
    FIELD(integration_error, 'd', LEY_WORST_LARGEST),
    FIELD(sampling_error, 'd', LEY_WORST_LARGEST),
    FIELD(energy_error, 'd', LEY_WORST_LARGEST),
    FIELD(levels, 'i', LEY_WORST_LARGEST),
    FIELD(levels_checked, 'i', LEY_WORST_LARGEST),
    FIELD(steps, 'l', LEY_WORST_SUM),
    FIELD(rejected, 'l', LEY_WORST_SUM),
    FIELD(applies, 'l', LEY_WORST_SUM),
    FIELD(residual, 'd', LEY_WORST_LARGEST),
    FIELD(stationary_states, 'l', LEY_WORST_LARGEST),
};
#undef FIELD

hid_t ley_certificate_type(const ley_certificate_field *field) {
    switch (field->kind) {
    case 'i':
        return H5T_NATIVE_INT32;
    case 'l':
        return H5T_NATIVE_INT64;
    default:
        return H5T_NATIVE_DOUBLE;
    }
}

ley_certificate ley_certificate_none(void) {
    ley_certificate none = {0};
    for (size_t i = 0; i < LEY_CERTIFICATE_FIELDS; i++) {
        const ley_certificate_field *field = &ley_certificate_fields[i];
        if (field->kind == 'd') *(double *)((char *)&none + field->offset) = NAN;
    }
    return none;
}

void ley_certificate_merge(ley_certificate *worst, const ley_certificate *one) {
    for (size_t i = 0; i < LEY_CERTIFICATE_FIELDS; i++) {
        const ley_certificate_field *field = &ley_certificate_fields[i];
        void *kept = (char *)worst + field->offset;
        const void *met = (const char *)one + field->offset;
        if (field->kind == 'd') {
            double *a = kept, b = *(const double *)met;
            if (isnan(*a) || (field->worst == LEY_WORST_LARGEST ? b > *a : b < *a)) *a = b;
        } else if (field->kind == 'i') {
            int32_t *a = kept, b = *(const int32_t *)met;
            if (b > *a) *a = b;
        } else {
            int64_t *a = kept, b = *(const int64_t *)met;
            *a = field->worst == LEY_WORST_SUM ? *a + b : b > *a ? b : *a;
        }
    }
}

/* ---- Small writes and reads ------------------------------------------------------------------------------------
 */

int ley_hdf5_put_text(hid_t object, const char *name, const char *text) {
    hid_t type = ley_hdf5_string(H5T_VARIABLE), space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    int bad = attribute < 0 || H5Awrite(attribute, type, &text) < 0;
    if (attribute >= 0) H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    return bad ? -1 : 0;
}

/* Makes the attribute, or gives it a new value. */
int ley_hdf5_put_number(hid_t object, const char *name, hid_t type, const void *value) {
    hid_t attribute = -1;
    if (H5Aexists(object, name) > 0) {
        attribute = H5Aopen(object, name, H5P_DEFAULT);
    } else {
        hid_t space = H5Screate(H5S_SCALAR);
        attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
        H5Sclose(space);
    }
    int bad = attribute < 0 || H5Awrite(attribute, type, value) < 0;
    if (attribute >= 0) H5Aclose(attribute);
    return bad ? -1 : 0;
}

char *ley_hdf5_get_text(hid_t object, const char *name) {
    char *copy = NULL;
    if (H5Aexists(object, name) <= 0) return NULL;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) return NULL;
    hid_t stored = H5Aget_type(attribute), space = H5Aget_space(attribute);
    if (H5Tis_variable_str(stored) > 0 && H5Sget_simple_extent_npoints(space) == 1) {
        char *text = NULL;
        hid_t type = ley_hdf5_string(H5T_VARIABLE);
        if (H5Aread(attribute, type, &text) >= 0) {
            copy = ley_duplicate(text ? text : "");
            H5Dvlen_reclaim(type, space, H5P_DEFAULT, &text);
        }
        H5Tclose(type);
    }
    H5Sclose(space);
    H5Tclose(stored);
    H5Aclose(attribute);
    return copy;
}

int ley_hdf5_get_number(hid_t object, const char *name, hid_t type, void *value) {
    if (H5Aexists(object, name) <= 0) return -1;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) return -1;
    hid_t space = H5Aget_space(attribute);
    int bad = H5Sget_simple_extent_npoints(space) != 1 || H5Aread(attribute, type, value) < 0;
    H5Sclose(space);
    H5Aclose(attribute);
    return bad ? -1 : 0;
}

/* The whole of a dataset that must hold n numbers. */
int ley_hdf5_get_all(hid_t file, const char *name, hid_t type, ley_index n, void *values) {
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset < 0) return -1;
    hid_t space = H5Dget_space(dataset);
    int bad = H5Sget_simple_extent_npoints(space) != n ||
              H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0;
    H5Sclose(space);
    H5Dclose(dataset);
    return bad ? -1 : 0;
}

int ley_certificates_read(hid_t file, ley_index n, ley_certificate *all) {
    char *column = ley_allocate((size_t)n, 8);
    int bad = !column;
    for (size_t i = 0; !bad && i < LEY_CERTIFICATE_FIELDS; i++) {
        const ley_certificate_field *field = &ley_certificate_fields[i];
        char path[128];
        snprintf(path, sizeof path, "/certificate/%s", field->name);
        const hid_t type = ley_certificate_type(field);
        const size_t size = H5Tget_size(type);
        if (H5Lexists(file, path, H5P_DEFAULT) == 0) {
            for (ley_index point = 0; point < n && field->kind == 'd'; point++)
                *(double *)((char *)&all[point] + field->offset) = NAN;
            continue;
        }
        bad = ley_hdf5_get_all(file, path, type, n, column) != 0;
        for (ley_index point = 0; !bad && point < n; point++)
            memcpy((char *)&all[point] + field->offset, column + (size_t)point * size, size);
    }
    ley_release(column);
    return bad ? -1 : 0;
}
