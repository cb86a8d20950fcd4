/* What an open result says. */
#include "result/opened.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const ley_layout *ley_result_layout(const ley_result *result) {
    return &result->layout;
}

ley_point_status ley_result_status(const ley_result *result, ley_index point) {
    return (ley_point_status)result->status[point];
}

ley_index ley_result_rows(const ley_result *result, ley_index point) {
    return result->rows[point];
}

double ley_result_measure(const ley_result *result, ley_index i_measure, ley_index point) {
    return result->measures[i_measure][point];
}

const ley_certificate *ley_result_certificate(const ley_result *result, ley_index point) {
    return &result->certificate[point];
}

ley_certificate ley_result_worst(const ley_result *result) {
    ley_certificate worst = ley_certificate_none();
    for (ley_index point = 0; point < result->layout.n_points; point++)
        if (result->status[point] == LEY_POINT_DONE) ley_certificate_merge(&worst, &result->certificate[point]);
    return worst;
}

const char *ley_result_warnings(const ley_result *result, ley_index point) {
    return result->warnings + point * (LEY_WARNINGS_LENGTH + 1);
}

const char *ley_result_failure(const ley_result *result, ley_index point) {
    return result->failure + point * (LEY_FAILURE_LENGTH + 1);
}

const char *ley_result_representation(const ley_result *result, ley_index point) {
    return result->representation + point * (LEY_METHOD_LENGTH + 1);
}

const char *ley_result_propagator(const ley_result *result, ley_index point) {
    return result->propagator + point * (LEY_METHOD_LENGTH + 1);
}

void ley_result_count(const ley_result *result, ley_index *points, ley_index *done, ley_index *failed) {
    *points = *done = *failed = 0;
    for (ley_index point = 0; point < result->layout.n_points; point++) {
        if (!ley_layout_has_point(&result->layout, point)) continue;
        ++*points;
        *done += result->status[point] == LEY_POINT_DONE;
        *failed += result->status[point] == LEY_POINT_FAILED;
    }
}

bool ley_result_is_feasible(const ley_result *result, ley_index point) {
    const ley_layout_search *search = &result->layout.search;
    if (result->status[point] != LEY_POINT_DONE) return false;
    for (ley_index i = 0; i < search->n_constraints; i++)
        if (!(result->measures[search->n_variables + 1 + i][point] <= LEY_SEARCH_SLACK)) return false;
    return true;
}

ley_index ley_result_best(const ley_result *result) {
    const ley_layout_search *search = &result->layout.search;
    if (!search->goal) return -1;
    const double *objective = result->measures[search->n_variables];
    const double sign = strcmp(search->goal, "maximize") == 0 ? 1 : -1;
    ley_index best = -1;
    for (ley_index point = 0; point < result->layout.n_points; point++)
        if (ley_result_is_feasible(result, point) && (best < 0 || sign * objective[point] > sign * objective[best]))
            best = point;
    return best;
}

double ley_result_wall_seconds(const ley_result *result) {
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    double seconds = NAN;
    if (ley_hdf5_get_number(result->file, "wall_seconds", H5T_NATIVE_DOUBLE, &seconds) != 0) seconds = NAN;
    ley_quiet_end(&quiet);
    return seconds;
}

const ley_fit *ley_result_fit_of(const ley_result *result, ley_index i) {
    return &result->fits[i];
}

const ley_complex *ley_result_battery(const ley_result *result) {
    return result->battery;
}

ley_status ley_result_series(const ley_result *result, double *values, ley_index i_series, ley_index point,
                             ley_error *err) {
    const ley_layout *layout = &result->layout;
    const ley_layout_series *series = &layout->series[i_series];
    ley_index place[LEY_RANK_MAX];
    hsize_t start[LEY_RANK_MAX] = {0}, count[LEY_RANK_MAX];
    int rank = 0;
    ley_quiet quiet;
    ley_quiet_begin(&quiet);
    ley_layout_place(layout, point, place);
    for (ley_index i = 0; i < layout->n_axes; i++) {
        start[rank] = (hsize_t)place[i];
        count[rank++] = 1;
    }
    if (!layout->steady) count[rank++] = (hsize_t)layout->n_times;
    if (series->dimension) count[rank++] = (hsize_t)series->width;
    char path[512];
    snprintf(path, sizeof path, "/observables/%s", series->name);
    ley_status status = LEY_OK;
    hid_t dataset = H5Dopen2(result->file, path, H5P_DEFAULT);
    hid_t there = dataset < 0 ? -1 : H5Dget_space(dataset);
    hid_t here = rank ? H5Screate_simple(rank, count, NULL) : H5Screate(H5S_SCALAR);
    if (there < 0 || here < 0 ||
        (rank && H5Sselect_hyperslab(there, H5S_SELECT_SET, start, NULL, count, NULL) < 0) ||
        H5Dread(dataset, H5T_NATIVE_DOUBLE, here, there, H5P_DEFAULT, values) < 0)
        status = ley_hdf5_fail(err, &quiet, result->path, "cannot read the result");
    if (here >= 0) H5Sclose(here);
    if (there >= 0) H5Sclose(there);
    if (dataset >= 0) H5Dclose(dataset);
    ley_quiet_end(&quiet);
    return status;
}
