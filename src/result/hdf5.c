#include "result/hdf5.h"

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
