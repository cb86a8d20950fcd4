#include "core/memory.h"
#include "result/fit_file.h"
#include "result/provenance.h"
#include "result/writer.h"

#include <hdf5_hl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

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
    hsize_t size[LEY_RANK_MAX + 2], chunk[LEY_RANK_MAX + 2];
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

/* A dimension scale with its values; stays open. */
static hid_t open_scale(hid_t place, const char *path, const char *name, ley_index n, const double *values,
                        const char *unit) {
    hsize_t size = (hsize_t)n;
    hid_t space = H5Screate_simple(1, &size, NULL);
    hid_t dataset = H5Dcreate2(place, path, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    int bad = dataset < 0 || H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0 ||
              H5DSset_scale(dataset, name) < 0 || (unit && ley_hdf5_put_text(dataset, "units", unit) != 0);
    H5Sclose(space);
    if (!bad) return dataset;
    if (dataset >= 0) H5Dclose(dataset);
    return -1;
}

static int make_scale(hid_t file, const char *path, const char *name, ley_index n, const double *values,
                      const char *unit) {
    hid_t dataset = open_scale(file, path, name, n, values, unit);
    return dataset < 0 || H5Dclose(dataset) < 0 ? -1 : 0;
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

void ley_writer_block_name(char name[64], int32_t two_j) {
    snprintf(name, 64, "/final/battery/two_j=%d", two_j);
}

static int make_final(ley_writer *writer, const ley_layout *layout) {
    hid_t type = ley_hdf5_complex();
    hid_t folder = writer->n_battery > 0 ? H5Gopen2(writer->file, "/final/battery", H5P_DEFAULT) : -1;
    int bad = writer->n_battery > 0 && folder < 0;
    for (int b = 0; !bad && b < writer->n_battery; b++) {
        char name[64];
        int32_t two_j = layout->cells - 2 * b;
        hsize_t size[2] = {(hsize_t)two_j + 1, (hsize_t)two_j + 1};
        hid_t space = H5Screate_simple(2, size, NULL);
        hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
        ley_complex nothing = {NAN, NAN};
        H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
        H5Pset_fill_value(creation, type, &nothing);
        snprintf(name, sizeof name, "two_j=%d", two_j);
        writer->battery[b] = H5Dcreate2(folder, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
        H5Pclose(creation);
        H5Sclose(space);
        /* Rows and columns are labelled by m = -j .. j. */
        double *m = ley_allocate((size_t)two_j + 1, sizeof *m);
        for (int32_t i = 0; m && i <= two_j; i++) m[i] = i - two_j / 2.0;
        static const char *const sides[] = {"m", "m_prime"};
        for (int side = 0; side < 2; side++) {
            snprintf(name, sizeof name, "%s_two_j=%d", sides[side], two_j);
            hid_t along = bad || !m ? -1 : open_scale(folder, name, name, two_j + 1, m, NULL);
            bad = bad || along < 0 || writer->battery[b] < 0 ||
                  H5DSattach_scale(writer->battery[b], along, (unsigned)side) < 0;
            if (along >= 0) H5Dclose(along);
        }
        ley_release(m);
    }
    if (folder >= 0) H5Gclose(folder);
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

int ley_writer_make(ley_writer *writer) {
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
