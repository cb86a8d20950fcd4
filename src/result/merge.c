/* Shards of one study into one file. */
#include "core/memory.h"
#include "core/status.h"
#include "result/result.h"
#include "result/write.h"

#include <math.h>
#include <string.h>

static ley_status check_shard(const ley_layout *first, const ley_result *result, const char *const *paths,
                              ley_index i, int32_t *owner, ley_error *err) {
    const ley_layout *layout = ley_result_layout(result);
    if (strcmp(layout->scenario, first->scenario) != 0)
        return ley_fail(err, LEY_ERR_FORMAT, paths[i], "this shard belongs to another scenario than %s", paths[0]);
    if (strcmp(layout->version, first->version) != 0)
        return ley_fail(err, LEY_ERR_FORMAT, paths[i], "this shard was written by leyden %s, %s by %s",
                        layout->version, paths[0], first->version);
    if (layout->shards != first->shards)
        return ley_fail(err, LEY_ERR_FORMAT, paths[i], "this is shard %d of %d, %s is one of %d", layout->shard,
                        layout->shards, paths[0], first->shards);
    if (layout->steady != first->steady || layout->n_points != first->n_points ||
        layout->n_series != first->n_series || layout->n_measures != first->n_measures ||
        layout->n_times != first->n_times)
        return ley_fail(err, LEY_ERR_FORMAT, paths[i], "this shard has another shape than %s", paths[0]);
    if (owner[layout->shard - 1])
        return ley_fail(err, LEY_ERR_FORMAT, paths[i], "shard %d of %d is there twice, here and in %s",
                        layout->shard, layout->shards, paths[owner[layout->shard - 1] - 1]);
    owner[layout->shard - 1] = (int32_t)i + 1;
    ley_index points, done, failed;
    ley_result_count(result, &points, &done, &failed);
    if (done + failed < points)
        return ley_fail(err, LEY_ERR_FORMAT, paths[i],
                        "this shard is unfinished (%lld of %lld points); leyden %s --shard %d/%d --resume goes on",
                        (long long)(done + failed), (long long)points, layout->steady ? "steady" : "run",
                        layout->shard, layout->shards);
    return LEY_OK;
}

/* Copies the points of one shard. values: [n_series], room for one point of each. */
static ley_status copy_shard(ley_writer *writer, const ley_result *result, double **values, const ley_index *width,
                             double *measures, ley_error *err) {
    const ley_layout *layout = ley_result_layout(result);
    for (ley_index point = 0; point < layout->n_points; point++) {
        if (!ley_layout_has_point(layout, point)) continue;
        for (ley_index i = 0; i < layout->n_series; i++) {
            ley_status status = ley_result_series(result, values[i], i, point, err);
            if (status) return status;
        }
        for (ley_index i = 0; i < layout->n_measures; i++) measures[i] = ley_result_measure(result, i, point);
        ley_point what = {.status = ley_result_status(result, point),
                          .rows = ley_result_rows(result, point),
                          .n_times = layout->n_times,
                          .series = (const double *const *)values,
                          .width = width,
                          .measures = measures,
                          .certificate = ley_result_certificate(result, point),
                          .representation = ley_result_representation(result, point),
                          .propagator = ley_result_propagator(result, point),
                          .warnings = ley_result_warnings(result, point),
                          .error = ley_result_failure(result, point),
                          .battery = ley_result_battery(result)};
        ley_status status = ley_writer_put(writer, point, &what, err);
        if (status) return status;
    }
    return LEY_OK;
}

static ley_status copy_all(const char *path, ley_result *const *results, ley_index n, ley_error *err) {
    ley_layout layout = *ley_result_layout(results[0]); /* borrows everything */
    layout.shard = layout.shards = 1;
    ley_writer *writer = NULL;
    ley_status status = LEY_ERR_MEMORY;
    double *measures = ley_allocate((size_t)layout.n_measures, sizeof *measures);
    double **values = ley_allocate((size_t)layout.n_series, sizeof *values);
    ley_index *width = ley_allocate((size_t)layout.n_series, sizeof *width);
    bool short_of_memory = !measures || !values || !width;
    for (ley_index i = 0; !short_of_memory && i < layout.n_series; i++) {
        width[i] = layout.series[i].width;
        values[i] = ley_allocate((size_t)(layout.n_times * width[i]), sizeof **values);
        short_of_memory = !values[i];
    }
    if (short_of_memory) {
        ley_fail(err, status, path, "no memory to put the shards together");
        goto done;
    }
    status = ley_writer_create(&writer, path, &layout, err);
    for (ley_index i = 0; !status && i < n; i++)
        status = copy_shard(writer, results[i], values, width, measures, err);
    double wall_seconds = 0;
    for (ley_index i = 0; i < n; i++) wall_seconds += ley_result_wall_seconds(results[i]);
    ley_status closed = ley_writer_close(writer, wall_seconds, status ? NULL : err);
    if (!status) status = closed;

done:
    for (ley_index i = 0; values && i < layout.n_series; i++) ley_release(values[i]);
    ley_release(values);
    ley_release(width);
    ley_release(measures);
    return status;
}

ley_status ley_result_merge(const char *path, const char *const *shards, ley_index n_shards, ley_error *err) {
    if (!path || !shards) return ley_fail(err, LEY_ERR_ARGUMENT, path ? "shards" : "path", "NULL");
    if (n_shards < 1) return ley_fail(err, LEY_ERR_ARGUMENT, "shards", "no shards to put together");
    for (ley_index i = 0; i < n_shards; i++)
        if (strcmp(path, shards[i]) == 0)
            return ley_fail(err, LEY_ERR_ARGUMENT, path, "the new file is one of the shards; choose another name");
    ley_file_kind kind = ley_result_kind(path);
    if (kind == LEY_FILE_FOREIGN)
        return ley_fail(err, LEY_ERR_IO, path,
                        "this file is there and is no leyden result; choose another name, or remove it first");
    ley_status status = LEY_OK;
    int32_t *owner = NULL;
    ley_result **results = ley_allocate((size_t)n_shards, sizeof *results);
    if (!results) return ley_fail(err, LEY_ERR_MEMORY, path, "no memory to put the shards together");
    for (ley_index i = 0; !status && i < n_shards; i++) {
        status = ley_result_open(&results[i], shards[i], err);
        if (status) break;
        const ley_layout *first = ley_result_layout(results[0]);
        if (i == 0) owner = ley_allocate((size_t)first->shards, sizeof *owner);
        status = owner ? check_shard(first, results[i], shards, i, owner, err)
                       : ley_fail(err, LEY_ERR_MEMORY, path, "no memory to put the shards together");
    }
    for (int32_t i = 0; !status && i < ley_result_layout(results[0])->shards; i++)
        if (!owner[i])
            status = ley_fail(err, LEY_ERR_ARGUMENT, "shards", "shard %d of %d is missing", i + 1,
                              ley_result_layout(results[0])->shards);
    if (!status) status = copy_all(path, results, n_shards, err);
    for (ley_index i = 0; i < n_shards; i++) ley_result_close(results[i]);
    ley_release(results);
    ley_release(owner);
    return status;
}
