/* What stands in a result file, read into memory. */
#include "core/memory.h"
#include "result/fit_file.h"
#include "result/opened.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Small reads; all give -1 or NULL when the file lacks what they look for ------------------------------- */

/* Read as they are stored, side by side, for HDF5 converts in buffers of a megabyte; then each is given its end. */
static char *get_strings(hid_t file, const char *name, size_t length, ley_index n) {
    char *text = ley_allocate((size_t)n, length + 1);
    hid_t type = ley_hdf5_string(length);
    if (text && ley_hdf5_get_all(file, name, type, n, text) != 0) {
        ley_release(text);
        text = NULL;
    }
    H5Tclose(type);
    for (ley_index i = n - 1; text && i >= 0; i--) {
        char *own = text + (size_t)i * (length + 1);
        memmove(own, text + (size_t)i * length, length);
        own[length] = 0;
    }
    return text;
}

/* Dimensions of a dataset; -1 if it is not there. */
static int get_size(hid_t file, const char *name, hsize_t size[LEY_RANK_MAX]) {
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset < 0) return -1;
    hid_t space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_ndims(space);
    if (rank > LEY_RANK_MAX || (rank > 0 && H5Sget_simple_extent_dims(space, size, NULL) < 0)) rank = -1;
    H5Sclose(space);
    H5Dclose(dataset);
    return rank;
}

/* ---- The layout -------------------------------------------------------------------------------------------- */

typedef struct names {
    hid_t file;
    const char *folder;
    char **list;
    size_t n, capacity;
    int failed;
} names;

/* Series and measures; the coordinates shown in the same folder carry the CLASS of a dimension scale. */
static herr_t collect(hid_t folder, const char *name, const H5L_info_t *info, void *user) {
    (void)info;
    names *found = user;
    if (strcmp(name, "time") == 0) return 0;
    hid_t dataset = H5Dopen2(folder, name, H5P_DEFAULT);
    if (dataset < 0) return 0;
    int scale = H5Aexists(dataset, "CLASS") > 0;
    H5Dclose(dataset);
    if (scale) return 0;
    if (ley_grow((void **)&found->list, &found->capacity, found->n + 1, sizeof *found->list) != 0 ||
        !(found->list[found->n] = ley_duplicate(name))) {
        found->failed = 1;
        return -1;
    }
    found->n++;
    return 0;
}

static int list_folder(hid_t file, const char *folder, names *found) {
    *found = (names){.file = file, .folder = folder};
    if (H5Lexists(file, folder, H5P_DEFAULT) <= 0) return 0;
    hid_t group = H5Gopen2(file, folder, H5P_DEFAULT);
    if (group < 0) return -1;
    /* The order of creation is the order of the scenario. */
    hsize_t at = 0;
    int bad = H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, &at, collect, found) < 0;
    H5Gclose(group);
    return bad || found->failed ? -1 : 0;
}

static void names_clear(names *found) {
    for (size_t i = 0; i < found->n; i++) ley_release(found->list[i]);
    ley_release(found->list);
    memset(found, 0, sizeof *found);
}

static int read_axis(hid_t file, ley_layout_axis *axis, const char *name) {
    char path[512];
    hsize_t size[LEY_RANK_MAX];
    snprintf(path, sizeof path, "/axes/%s", name);
    if (get_size(file, path, size) != 1) return -1;
    axis->n = (ley_index)size[0];
    axis->name = ley_duplicate(name);
    axis->values = ley_allocate((size_t)axis->n, sizeof *axis->values);
    if (!axis->name || !axis->values || ley_hdf5_get_all(file, path, H5T_NATIVE_DOUBLE, axis->n, axis->values) != 0)
        return -1;
    snprintf(path, sizeof path, "/axes/%s.labels", name);
    if (H5Lexists(file, path, H5P_DEFAULT) <= 0) return 0;
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    if (dataset < 0) return -1;
    hid_t type = H5Dget_type(dataset);
    size_t length = H5Tget_size(type);
    H5Tclose(type);
    H5Dclose(dataset);
    char *text = get_strings(file, path, length, axis->n);
    axis->labels = ley_allocate((size_t)axis->n, sizeof *axis->labels);
    int bad = !text || !axis->labels;
    for (ley_index i = 0; !bad && i < axis->n; i++)
        bad = !(axis->labels[i] = ley_duplicate(text + (size_t)i * (length + 1)));
    ley_release(text);
    return bad ? -1 : 0;
}

static int ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* Axes are the members of /axes in their order of creation, without the words of word axes. */
static int read_axes(ley_result *result) {
    ley_layout *layout = &result->layout;
    layout->n_points = 1;
    if (H5Lexists(result->file, "/axes", H5P_DEFAULT) <= 0) return 0;
    hid_t group = H5Gopen2(result->file, "/axes", H5P_DEFAULT);
    if (group < 0) return -1;
    H5G_info_t info;
    int bad = H5Gget_info(group, &info) < 0;
    layout->axes = bad ? NULL : ley_allocate((size_t)info.nlinks, sizeof *layout->axes);
    bad = bad || !layout->axes;
    for (hsize_t i = 0; !bad && i < info.nlinks; i++) {
        char name[256];
        bad =
            H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name, sizeof name, H5P_DEFAULT) < 0;
        if (bad || ends_with(name, ".labels")) continue;
        bad = read_axis(result->file, &layout->axes[layout->n_axes++], name) != 0;
        if (!bad) layout->n_points *= layout->axes[layout->n_axes - 1].n;
    }
    H5Gclose(group);
    return bad || layout->n_points < 1 || layout->n_axes > LEY_RANK_MAX - 2 ? -1 : 0;
}

static int read_times(ley_result *result) {
    ley_layout *layout = &result->layout;
    hsize_t size[LEY_RANK_MAX];
    if (layout->steady) {
        layout->n_times = 1;
        layout->times = ley_allocate(1, sizeof *layout->times);
        if (!layout->times) return -1;
        layout->times[0] = INFINITY;
        return 0;
    }
    int rank = get_size(result->file, "/time", size);
    if (rank < 1 || (rank != 1 && rank != layout->n_axes + 1)) return -1;
    layout->n_times = (ley_index)size[rank - 1];
    layout->time_varies = rank > 1;
    ley_index n = layout->n_times * (layout->time_varies ? layout->n_points : 1);
    layout->times = ley_allocate((size_t)n, sizeof *layout->times);
    return layout->times ? ley_hdf5_get_all(result->file, "/time", H5T_NATIVE_DOUBLE, n, layout->times) : -1;
}

static int read_series_names(ley_result *result) {
    ley_layout *layout = &result->layout;
    names found;
    int bad = list_folder(result->file, "/observables", &found) != 0;
    layout->series = bad ? NULL : ley_allocate(found.n, sizeof *layout->series);
    bad = bad || !layout->series;
    for (size_t i = 0; !bad && i < found.n; i++) {
        ley_layout_series *series = &layout->series[layout->n_series++];
        char path[512];
        hsize_t size[LEY_RANK_MAX] = {0};
        snprintf(path, sizeof path, "/observables/%s", found.list[i]);
        int rank = get_size(result->file, path, size);
        hid_t dataset = H5Dopen2(result->file, path, H5P_DEFAULT);
        bad = dataset < 0;
        if (bad) break;
        series->name = ley_duplicate(found.list[i]);
        series->unit = ley_hdf5_get_text(dataset, "units");
        series->dimension = ley_hdf5_get_text(dataset, "dimension");
        H5Dclose(dataset);
        int expected = (int)layout->n_axes + !layout->steady + (series->dimension != NULL);
        bad = !series->name || !series->unit || rank != expected;
        series->width = !bad && series->dimension ? (ley_index)size[rank - 1] : 1;
    }
    names_clear(&found);
    return bad ? -1 : 0;
}

static int read_measures(ley_result *result) {
    ley_layout *layout = &result->layout;
    names found;
    int bad = list_folder(result->file, "/measures", &found) != 0;
    layout->measures = bad ? NULL : ley_allocate(found.n, sizeof *layout->measures);
    result->measures = bad ? NULL : ley_allocate(found.n, sizeof *result->measures);
    bad = bad || !layout->measures || !result->measures;
    for (size_t i = 0; !bad && i < found.n; i++) {
        ley_layout_measure *measure = &layout->measures[layout->n_measures++];
        char path[512];
        snprintf(path, sizeof path, "/measures/%s", found.list[i]);
        hid_t dataset = H5Dopen2(result->file, path, H5P_DEFAULT);
        bad = dataset < 0;
        if (bad) break;
        measure->name = ley_duplicate(found.list[i]);
        measure->unit = ley_hdf5_get_text(dataset, "units");
        H5Dclose(dataset);
        result->measures[i] = ley_allocate((size_t)layout->n_points, sizeof(double));
        bad = !measure->name || !measure->unit || !result->measures[i] ||
              ley_hdf5_get_all(result->file, path, H5T_NATIVE_DOUBLE, layout->n_points, result->measures[i]) != 0;
    }
    names_clear(&found);
    return bad ? -1 : 0;
}

static int read_certificates(ley_result *result) {
    ley_index n = result->layout.n_points;
    result->certificate = ley_allocate((size_t)n, sizeof *result->certificate);
    return result->certificate ? ley_certificates_read(result->file, n, result->certificate) : -1;
}

/* The largest spin among the names of the blocks. */
static herr_t look_at_block(hid_t folder, const char *name, const H5L_info_t *info, void *user) {
    (void)folder;
    (void)info;
    int two_j = 0;
    if (sscanf(name, "two_j=%d", &two_j) == 1 && two_j > *(int32_t *)user) *(int32_t *)user = two_j;
    return 0;
}

static int read_battery(ley_result *result) {
    if (H5Lexists(result->file, "/final", H5P_DEFAULT) <= 0) return 0;
    hid_t group = H5Gopen2(result->file, "/final/battery", H5P_DEFAULT);
    if (group < 0) return -1;
    int32_t cells = -1;
    int bad = H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, look_at_block, &cells) < 0;
    H5Gclose(group);
    if (bad || cells < 1 || cells > 1000) return -1;
    ley_index n = 0;
    for (int32_t two_j = cells; two_j >= 0; two_j -= 2) n += (ley_index)(two_j + 1) * (two_j + 1);
    result->battery = ley_allocate((size_t)n, sizeof *result->battery);
    if (!result->battery) return -1;
    result->layout.cells = cells;
    hid_t type = ley_hdf5_complex();
    ley_complex *block = result->battery;
    for (int32_t two_j = cells; !bad && two_j >= 0; two_j -= 2) {
        char path[64];
        snprintf(path, sizeof path, "/final/battery/two_j=%d", two_j);
        bad = ley_hdf5_get_all(result->file, path, type, (ley_index)(two_j + 1) * (two_j + 1), block) != 0;
        block += (ley_index)(two_j + 1) * (two_j + 1);
    }
    H5Tclose(type);
    return bad ? -1 : 0;
}

/* Made anew from the measures: also of a study that is not finished. */
static int make_fits(ley_result *result) {
    const ley_layout *layout = &result->layout;
    result->fits = ley_allocate((size_t)layout->n_fits, sizeof *result->fits);
    if (!result->fits) return -1;
    for (ley_index i = 0; i < layout->n_fits; i++)
        if (ley_fit_create(&result->fits[i], layout, &layout->fits[i], result->measures[layout->fits[i].measure],
                           result->status) != 0)
            return -1;
    return 0;
}

/* The places that a finished optimisation did not need are no points. */
static int read_search(ley_result *result) {
    ley_layout *layout = &result->layout;
    ley_layout_search *search = &layout->search;
    int64_t variables = 0, constraints = 0;
    int32_t finished = 0;
    if (H5Aexists(result->file, "goal") <= 0) return 0;
    search->goal = ley_hdf5_get_text(result->file, "goal");
    search->objective = ley_hdf5_get_text(result->file, "objective");
    if (!search->goal || !search->objective ||
        ley_hdf5_get_number(result->file, "variables", H5T_NATIVE_INT64, &variables) != 0 ||
        ley_hdf5_get_number(result->file, "constraints", H5T_NATIVE_INT64, &constraints) != 0 ||
        ley_hdf5_get_number(result->file, "finished", H5T_NATIVE_INT32, &finished) != 0 || variables < 1 ||
        constraints < 0 || variables > layout->n_measures || constraints > layout->n_measures ||
        variables + 1 + constraints > layout->n_measures || layout->n_axes != 1)
        return -1;
    search->n_variables = variables;
    search->n_constraints = constraints;
    search->finished = finished != 0;
    ley_index n = layout->n_points;
    while (search->finished && n > 1 && result->status[n - 1] == LEY_POINT_PENDING) n--;
    layout->axes[0].n = layout->n_points = n;
    return 0;
}

int ley_result_read(ley_result *result) {
    ley_layout *layout = &result->layout;
    hid_t file = result->file;
    layout->scenario = ley_hdf5_get_text(file, "scenario");
    layout->title = ley_hdf5_get_text(file, "title");
    layout->version = ley_hdf5_get_text(file, "version");
    layout->representation = ley_hdf5_get_text(file, "representation");
    layout->propagator = ley_hdf5_get_text(file, "propagator");
    char *kind = ley_hdf5_get_text(file, "kind");
    layout->steady = kind && strcmp(kind, "steady") == 0;
    ley_release(kind);
    if (!layout->scenario || !layout->title || !layout->version || !layout->representation || !layout->propagator)
        return -1;
    if (ley_hdf5_get_number(file, "tolerance", H5T_NATIVE_DOUBLE, &layout->tolerance) ||
        ley_hdf5_get_number(file, "shard", H5T_NATIVE_INT32, &layout->shard) ||
        ley_hdf5_get_number(file, "shards", H5T_NATIVE_INT32, &layout->shards) || layout->shards < 1 ||
        layout->shard < 1 || layout->shard > layout->shards)
        return -1;
    if (read_axes(result) != 0 || read_times(result) != 0) return -1;
    ley_index n = layout->n_points;
    result->status = ley_allocate((size_t)n, sizeof *result->status);
    result->rows = ley_allocate((size_t)n, sizeof *result->rows);
    if (!result->status || !result->rows) return -1;
    /* The marks are read first: of a file that is being written, what they promise is then surely there. */
    if (ley_hdf5_get_all(file, "/status", H5T_NATIVE_UINT8, n, result->status) != 0 ||
        ley_hdf5_get_all(file, "/rows", H5T_NATIVE_INT64, n, result->rows) != 0)
        return -1;
    for (ley_index i = 0; i < n; i++)
        if (result->status[i] > LEY_POINT_PARTIAL || result->rows[i] < 0 || result->rows[i] > layout->n_times)
            return -1;
    if (read_series_names(result) != 0 || read_measures(result) != 0 || read_certificates(result) != 0) return -1;
    result->warnings = get_strings(file, "/warnings", LEY_WARNINGS_LENGTH, n);
    result->failure = get_strings(file, "/errors", LEY_FAILURE_LENGTH, n);
    result->representation = get_strings(file, "/certificate/representation", LEY_METHOD_LENGTH, n);
    result->propagator = get_strings(file, "/certificate/propagator", LEY_METHOD_LENGTH, n);
    if (!result->warnings || !result->failure || !result->representation || !result->propagator) return -1;
    if (ley_fits_read(file, layout) != 0 || make_fits(result) != 0) return -1;
    if (read_search(result) != 0) return -1;
    return read_battery(result);
}
