#include "result/earlier.h"

#include "core/status.h"
#include "result/write.h"

#include <string.h>

/* The first line in which two scenario texts differ, in words. */
static ley_status report_difference(const char *path, const char *ours, const char *theirs, ley_error *err) {
    int line = 1;
    const char *a = ours, *b = theirs;
    for (;;) {
        size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");
        if (n != m || memcmp(a, b, n) != 0 || (a[n] == 0) != (b[m] == 0)) {
            int show_n = n > 80 ? 80 : (int)n, show_m = m > 80 ? 80 : (int)m;
            return ley_fail(err, LEY_ERR_FORMAT, path,
                            "cannot go on: this file was begun with another scenario; line %d is \"%.*s\" now, was "
                            "\"%.*s\"; take the old scenario, or another file",
                            line, show_n, a, show_m, b);
        }
        if (a[n] == 0) break;
        a += n + 1;
        b += m + 1;
        line++;
    }
    return LEY_OK;
}

static ley_status check_same(const char *path, const ley_layout *ours, const ley_layout *theirs, ley_error *err) {
    ley_status status = report_difference(path, ours->scenario, theirs->scenario, err);
    if (status) return status;
    if (ours->shard != theirs->shard || ours->shards != theirs->shards)
        return ley_fail(err, LEY_ERR_FORMAT, path, "cannot go on: this file holds shard %d/%d, asked for is %d/%d",
                        theirs->shard, theirs->shards, ours->shard, ours->shards);
    if (strcmp(ours->version, theirs->version) != 0)
        return ley_fail(err, LEY_ERR_FORMAT, path,
                        "cannot go on: this file was begun by leyden %s, this is %s; go on with that version, or "
                        "start again with --force",
                        theirs->version, ours->version);
    /* A search that came to its end shows the evaluations that it took. */
    const bool points =
        theirs->search.finished ? theirs->n_points <= ours->n_points : theirs->n_points == ours->n_points;
    bool same = points && ours->steady == theirs->steady && !ours->search.goal == !theirs->search.goal &&
                ours->n_axes == theirs->n_axes && ours->n_times == theirs->n_times &&
                ours->n_series == theirs->n_series && ours->n_measures == theirs->n_measures;
    for (ley_index i = 0; same && i < ours->n_series; i++)
        same = strcmp(ours->series[i].name, theirs->series[i].name) == 0 &&
               ours->series[i].width == theirs->series[i].width;
    if (!same)
        return ley_fail(err, LEY_ERR_FORMAT, path,
                        "cannot go on: the shape of this file does not fit its scenario; start again with --force");
    return LEY_OK;
}

/* Neither resume nor overwrite was asked for. */
static ley_status check_finished(const char *path, const ley_result *result, ley_error *err) {
    const ley_layout_search *search = &ley_result_layout(result)->search;
    ley_index points = 0, done = 0, failed = 0;
    ley_result_count(result, &points, &done, &failed);
    if (done + failed == points || search->finished) return LEY_OK;
    return ley_fail(err, LEY_ERR_IO, path,
                    "this file holds an unfinished %s (%lld of %lld %s); --resume goes on, --force starts again",
                    search->goal ? "search" : "study", (long long)(done + failed), (long long)points,
                    search->goal ? "runs" : "points");
}

ley_status ley_earlier_look(ley_result **kept, const char *path, const ley_layout *ours, bool resume,
                            bool overwrite, ley_error *err) {
    *kept = NULL;
    ley_status status = ley_writer_check_path(path, err);
    if (status) return status;
    const ley_file_kind kind = ley_result_kind(path);
    if (kind == LEY_FILE_ABSENT || kind == LEY_FILE_EMPTY) return LEY_OK;
    if (kind == LEY_FILE_FOREIGN)
        return ley_fail(err, LEY_ERR_IO, path,
                        "this file is there and is no leyden result; choose another name, or remove it first");
    if (overwrite && !resume) return LEY_OK;
    ley_result *result = NULL;
    status = ley_result_open(&result, path, err);
    if (status) return status;
    status = resume ? check_same(path, ours, ley_result_layout(result), err) : check_finished(path, result, err);
    if (!status && resume)
        *kept = result;
    else
        ley_result_close(result);
    return status;
}
