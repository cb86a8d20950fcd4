#include "result/fit_file.h"

#include "core/memory.h"
#include "result/fit.h"

#include <hdf5_hl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_LETTERS = 64 };

static void path_of(char path[512], const ley_layout_fit *what, const char *dataset) {
    snprintf(path, 512, "/fits/%s%s%s", what->name, dataset ? "/" : "", dataset ? dataset : "");
}

/* A dataset over the axes, but for `without` (-1: over all), filled with `nothing`. */
static int make_over(hid_t file, const ley_layout *layout, const char *path, hid_t type, ley_index without,
                     const void *nothing) {
    hsize_t size[LEY_RANK_MAX];
    int rank = 0;
    for (ley_index i = 0; i < layout->n_axes; i++)
        if (i != without) size[rank++] = (hsize_t)layout->axes[i].n;
    hid_t space = rank ? H5Screate_simple(rank, size, NULL) : H5Screate(H5S_SCALAR);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_fill_value(creation, type, nothing);
    H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
    hid_t dataset = H5Dcreate2(file, path, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    int bad = dataset < 0;
    rank = 0;
    for (ley_index i = 0; !bad && i < layout->n_axes; i++) {
        char scale[512];
        if (i == without) continue;
        snprintf(scale, sizeof scale, "/axes/%s", layout->axes[i].name);
        hid_t along = H5Dopen2(file, scale, H5P_DEFAULT);
        bad = along < 0 || H5DSattach_scale(dataset, along, (unsigned)rank++) < 0;
        if (along >= 0) H5Dclose(along);
    }
    if (dataset >= 0) H5Dclose(dataset);
    H5Pclose(creation);
    H5Sclose(space);
    return bad ? -1 : 0;
}

static int make_one(hid_t file, const ley_layout *layout, const ley_layout_fit *what) {
    char path[512], name[LEY_FIT_QUANTITY_NAME];
    const double nothing = NAN;
    const uint8_t waits = LEY_FIT_WAITS;
    path_of(path, what, NULL);
    hid_t group = H5Gcreate2(file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (group < 0) return -1;
    int bad = ley_hdf5_put_text(group, "model", ley_fit_word(what->model)) ||
              ley_hdf5_put_text(group, "formula", ley_fit_formula(what->model)) ||
              ley_hdf5_put_text(group, "x", layout->axes[what->axis].name) ||
              ley_hdf5_put_text(group, "y", layout->measures[what->measure].name) ||
              ley_hdf5_put_number(group, "from", H5T_NATIVE_DOUBLE, &what->from) ||
              ley_hdf5_put_number(group, "to", H5T_NATIVE_DOUBLE, &what->to) ||
              ley_hdf5_put_text(group, "outliers", what->mad ? "mad" : "none");
    H5Gclose(group);
    for (int i = 0; !bad && i < LEY_FIT_QUANTITIES; i++) {
        ley_fit_quantity(name, what->model, i);
        path_of(path, what, name);
        bad = make_over(file, layout, path, H5T_NATIVE_DOUBLE, what->axis, &nothing);
    }
    if (bad) return -1;
    path_of(path, what, "left_out");
    if (make_over(file, layout, path, H5T_NATIVE_UINT8, -1, &waits) != 0) return -1;
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    bad = dataset < 0 || ley_hdf5_put_text(dataset, "meaning",
                                           "0 used, 1 outside the range, 2 outlier, 3 no value, 4 not computed");
    if (dataset >= 0) H5Dclose(dataset);
    return bad ? -1 : 0;
}

int ley_fits_make(hid_t file, const ley_layout *layout) {
    if (layout->n_fits == 0) return 0;
    hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    hid_t group = H5Gcreate2(file, "/fits", H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Pclose(creation);
    int bad = group < 0;
    if (group >= 0) H5Gclose(group);
    for (ley_index i = 0; !bad && i < layout->n_fits; i++) bad = make_one(file, layout, &layout->fits[i]);
    return bad ? -1 : 0;
}

static int put_all(hid_t file, const char *path, hid_t type, const void *values) {
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    if (dataset < 0) return -1;
    int bad = H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0;
    H5Dclose(dataset);
    return bad ? -1 : 0;
}

static int write_one(hid_t file, const ley_layout *layout, const ley_layout_fit *what, double *y, double *column,
                     uint8_t *status) {
    char path[512], name[LEY_FIT_QUANTITY_NAME];
    ley_fit fit = {0};
    path_of(path, what, NULL);
    if (H5Lexists(file, "/fits", H5P_DEFAULT) <= 0 || H5Lexists(file, path, H5P_DEFAULT) <= 0) return 0;
    snprintf(path, sizeof path, "/measures/%s", layout->measures[what->measure].name);
    if (ley_hdf5_get_all(file, path, H5T_NATIVE_DOUBLE, layout->n_points, y) != 0 ||
        ley_hdf5_get_all(file, "/status", H5T_NATIVE_UINT8, layout->n_points, status) != 0)
        return -1;
    int bad = ley_fit_create(&fit, layout, what, y, status);
    for (int i = 0; !bad && i < LEY_FIT_QUANTITIES; i++) {
        for (ley_index k = 0; k < fit.n_lines; k++) column[k] = fit.value[k][i];
        ley_fit_quantity(name, what->model, i);
        path_of(path, what, name);
        bad = put_all(file, path, H5T_NATIVE_DOUBLE, column);
    }
    path_of(path, what, "left_out");
    if (!bad) bad = put_all(file, path, H5T_NATIVE_UINT8, fit.use);
    ley_fit_clear(&fit);
    return bad ? -1 : 0;
}

int ley_fits_write(hid_t file, const ley_layout *layout) {
    if (layout->n_fits == 0) return 0;
    double *y = ley_allocate((size_t)layout->n_points, sizeof *y);
    double *column = ley_allocate((size_t)layout->n_points, sizeof *column);
    uint8_t *status = ley_allocate((size_t)layout->n_points, 1);
    int bad = !y || !column || !status;
    for (ley_index i = 0; !bad && i < layout->n_fits; i++)
        bad = write_one(file, layout, &layout->fits[i], y, column, status);
    ley_release(y);
    ley_release(column);
    ley_release(status);
    return bad ? -1 : 0;
}

/* ---- Reading ------------------------------------------------------------------------------------------------ */

static int read_one(hid_t group, const ley_layout *layout, ley_layout_fit *what) {
    char *model = ley_hdf5_get_text(group, "model"), *x = ley_hdf5_get_text(group, "x");
    char *y = ley_hdf5_get_text(group, "y"), *outliers = ley_hdf5_get_text(group, "outliers");
    int bad = !model || !x || !y || !outliers || ley_fit_find(model) < 0 ||
              ley_hdf5_get_number(group, "from", H5T_NATIVE_DOUBLE, &what->from) ||
              ley_hdf5_get_number(group, "to", H5T_NATIVE_DOUBLE, &what->to);
    if (!bad) {
        what->model = (ley_fit_model)ley_fit_find(model);
        what->mad = strcmp(outliers, "mad") == 0;
        while (what->axis < layout->n_axes && strcmp(layout->axes[what->axis].name, x) != 0) what->axis++;
        while (what->measure < layout->n_measures && strcmp(layout->measures[what->measure].name, y) != 0)
            what->measure++;
        bad = what->axis == layout->n_axes || what->measure == layout->n_measures;
    }
    ley_release(model);
    ley_release(x);
    ley_release(y);
    ley_release(outliers);
    return bad ? -1 : 0;
}

int ley_fits_read(hid_t file, ley_layout *layout) {
    if (H5Lexists(file, "/fits", H5P_DEFAULT) <= 0) return 0;
    hid_t all = H5Gopen2(file, "/fits", H5P_DEFAULT);
    if (all < 0) return -1;
    H5G_info_t info;
    int bad = H5Gget_info(all, &info) < 0;
    layout->fits = bad ? NULL : ley_allocate((size_t)info.nlinks, sizeof *layout->fits);
    bad = bad || !layout->fits;
    for (hsize_t i = 0; !bad && i < info.nlinks; i++) {
        char name[NAME_MAX_LETTERS];
        bad = H5Lget_name_by_idx(all, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name, sizeof name, H5P_DEFAULT) < 0;
        if (bad) break;
        ley_layout_fit *what = &layout->fits[layout->n_fits++];
        hid_t group = H5Gopen2(all, name, H5P_DEFAULT);
        what->name = ley_duplicate(name);
        bad = group < 0 || !what->name || read_one(group, layout, what) != 0;
        if (group >= 0) H5Gclose(group);
    }
    H5Gclose(all);
    return bad ? -1 : 0;
}
