/* A study: every point of a scenario into one result file. Points are computed by the pool; the file is touched by
 * the calling thread alone. */
#include "core/clock.h"
#include "core/memory.h"
#include "core/status.h"
#include "core/text.h"
#include "result/describe.h"
#include "result/earlier.h"
#include "result/write.h"
#include "run/choice.h"
#include "run/engine.h"
#include "run/workers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 64 };                       /* finished points taken at once */
static const double look_seconds = 0.1;    /* between calls of the watch, at the longest */
static const double gather_seconds = 0.05; /* that a finished point waits for others to be written with */
static const double write_seconds = 1.0;   /* between writes of the rows of running points */

typedef struct study {
    const ley_scenario *scenario;
    const char *path;
    ley_study_options options;
    ley_layout layout;
    ley_writer *writer;
    ley_pool *pool;
    ley_index n_points; /* of this shard */
    ley_index *todo;    /* [n_todo], most expensive first */
    ley_index n_todo;
    double *cost, *bytes; /* [layout.n_points], of the shard's points */
    ley_index *written;   /* [layout.n_points] rows of running points in the file */
    ley_index done, failed;
    ley_index first_failed;
    ley_error first_failure;
    double cost_all, cost_before, cost_now; /* of the shard, finished earlier, finished by this call */
    double cost_running;
    double told; /* fraction reported last: it never falls, though a run may begin again with more levels */
    double began, wrote;
    bool stopped;
    bool remarked;      /* some point has warnings, or may have had them earlier */
    ley_status trouble; /* writing failed */
    ley_error trouble_error;
    int32_t threads; /* of each run */
} study;

/* ---- Before any work --------------------------------------------------------------------------------------- */

/* Adds a word to "a, b" unless it is there. */
static int join(char **words, const char *word) {
    size_t n = strlen(word);
    for (const char *found = strstr(*words, word); n && found; found = strstr(found + n, word))
        if ((found == *words || found[-1] == ' ') && (found[n] == 0 || found[n] == ',')) return 0;
    if (n == 0) return 0;
    ley_text text = {0};
    ley_text_add(&text, "%s%s%s", *words, (*words)[0] ? ", " : "", word);
    char *joined = ley_text_take(&text);
    if (!joined) return -1;
    ley_release(*words);
    *words = joined;
    return 0;
}

static ley_status forecast_all(study *self, double *limit, ley_error *err) {
    ley_layout *layout = &self->layout;
    size_t n = (size_t)layout->n_points;
    self->cost = ley_allocate(n, sizeof *self->cost);
    self->bytes = ley_allocate(n, sizeof *self->bytes);
    self->written = ley_allocate(n, sizeof *self->written);
    self->todo = ley_allocate(n, sizeof *self->todo);
    if (!self->cost || !self->bytes || !self->written || !self->todo)
        return ley_fail(err, LEY_ERR_MEMORY, "sweep", "no memory to plan %lld points", (long long)layout->n_points);
    *limit = INFINITY;
    for (ley_index point = 0; point < layout->n_points; point++) {
        if (!ley_layout_has_point(layout, point)) continue;
        ley_task task = {0};
        ley_forecast forecast = {0};
        ley_status status = ley_scenario_task(self->scenario, &task, point, err);
        task.threads = self->threads;
        if (!status) status = ley_engine_forecast(&forecast, &task, err);
        if (!status && task.numerics.memory_limit > 0) *limit = fmin(*limit, task.numerics.memory_limit);
        ley_task_clear(&task);
        if (status) return status;
        self->n_points++;
        self->bytes[point] = forecast.bytes;
        self->cost[point] = forecast.seconds > 0 ? forecast.seconds : 1e-9;
        self->cost_all += self->cost[point];
        const bool steady = forecast.steady[0] != NULL;
        const char *representation = steady ? forecast.steady[0] : ley_representation_word(forecast.representation);
        const char *method = steady ? forecast.steady[1] : ley_method_word(forecast.method);
        if (join(&layout->representation, representation) != 0 || join(&layout->propagator, method) != 0)
            return ley_fail(err, LEY_ERR_MEMORY, "sweep", "no memory to plan");
    }
    return LEY_OK;
}

static int falling(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* How many points fit into memory at once: the `jobs` hungriest together must. */
static ley_status fit_memory(const study *self, int32_t *jobs, double limit, ley_error *err) {
    if (self->n_todo == 0) return LEY_OK;
    double available = fmin(limit, ley_machine_room());
    double *need = ley_allocate((size_t)self->n_todo, sizeof *need);
    if (!need) return ley_fail(err, LEY_ERR_MEMORY, "sweep", "no memory to plan");
    for (ley_index i = 0; i < self->n_todo; i++) need[i] = self->bytes[self->todo[i]];
    qsort(need, (size_t)self->n_todo, sizeof *need, falling);
    double largest = need[0], together = 0;
    int32_t fit = 0;
    while (fit < *jobs && fit < self->n_todo && together + need[fit] <= available) together += need[fit++];
    ley_release(need);
    if (fit == 0) {
        int32_t line = 0, column = 0;
        ley_scenario_place(self->scenario, "battery.cells", &line, &column);
        fit = 1; /* unless the machine has more room by now */
        ley_status status = ley_machine_check(largest, isfinite(limit) ? limit : 0, line, column, err);
        if (status) return status;
    }
    *jobs = fit;
    return LEY_OK;
}

/* qsort has no argument for the costs. */
typedef struct ranked {
    double cost; /* a class of alike ones: points that follow each other are written together */
    ley_index point;
} ranked;

static double cost_class(double cost) {
    return floor(3 * log(cost));
}

static int dearest_first(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->cost != y->cost) return x->cost < y->cost ? 1 : -1;
    return (x->point > y->point) - (x->point < y->point);
}

static ley_status make_list(study *self, const ley_result *kept, ley_error *err) {
    ranked *list = ley_allocate((size_t)self->n_points, sizeof *list);
    if (!list) return ley_fail(err, LEY_ERR_MEMORY, "sweep", "no memory to plan");
    for (ley_index point = 0; point < self->layout.n_points; point++) {
        if (!ley_layout_has_point(&self->layout, point)) continue;
        if (kept && ley_result_status(kept, point) == LEY_POINT_DONE) {
            self->done++;
            self->cost_before += self->cost[point];
            self->remarked = true;
        } else {
            list[self->n_todo++] = (ranked){cost_class(self->cost[point]), point};
        }
    }
    qsort(list, (size_t)self->n_todo, sizeof *list, dearest_first);
    for (ley_index i = 0; i < self->n_todo; i++) self->todo[i] = list[i].point;
    ley_release(list);
    return LEY_OK;
}

/* ---- While it runs ----------------------------------------------------------------------------------------- */

static void give_up_writing(study *self, ley_status status, const ley_error *error) {
    if (self->trouble) return;
    self->trouble = status;
    self->trouble_error = *error;
    ley_pool_stop(self->pool);
}

static void note_failure(study *self, const ley_finished *finished) {
    self->failed++;
    self->cost_now += self->cost[finished->point];
    if (self->first_failed >= 0 && finished->point > self->first_failed) return;
    self->first_failed = finished->point;
    self->first_failure = finished->error;
}

static ley_point describe(study *self, const ley_finished *finished) {
    const ley_record *record = &finished->record;
    if (record->warnings.length > 0) self->remarked = true;
    return (ley_point){.status = LEY_POINT_DONE,
                       .rows = record->rows,
                       .n_times = record->n_times,
                       .series = (const double *const *)record->series,
                       .width = record->width,
                       .measures = record->reported,
                       .certificate = &record->certificate,
                       .representation = record->representation,
                       .propagator = record->method,
                       .warnings = record->warnings.data,
                       .battery = record->battery};
}

/* A point that did not end well. */
static void keep_what_there_is(study *self, const ley_finished *finished) {
    const ley_record *record = &finished->record;
    ley_point what = describe(self, finished);
    char why[sizeof finished->error.where + sizeof finished->error.message + 2] = "";
    if (finished->status == LEY_ERR_STOPPED) {
        what.status = LEY_POINT_PARTIAL;
        self->stopped = true;
        if (record->rows == 0) return; /* still pending */
    } else {
        what.status = LEY_POINT_FAILED;
        const ley_error *error = &finished->error;
        snprintf(why, sizeof why, "%s%s%s", error->where, error->where[0] ? ": " : "", error->message);
        what.error = why;
        note_failure(self, finished);
    }
    if (self->trouble) return;
    ley_error error = {0};
    ley_status status = record->series ? ley_writer_put(self->writer, finished->point, &what, &error)
                                       : ley_writer_fail(self->writer, finished->point, why, &error);
    if (status) give_up_writing(self, status, &error);
}

/* As many of finished[0 .. n-1] as the file takes at once; returns how many. */
static ley_index keep(study *self, const ley_finished *finished, ley_index n) {
    ley_point what[BATCH];
    const ley_index point = finished->point;
    if (finished->status != LEY_OK) {
        keep_what_there_is(self, finished);
        return 1;
    }
    const ley_index most = ley_writer_run(self->writer, point);
    ley_index count = 0;
    for (; count < n && count < most; count++) {
        if (finished[count].status != LEY_OK || finished[count].point != point + count) break;
        what[count] = describe(self, &finished[count]);
        self->done++;
        self->cost_now += self->cost[point + count];
    }
    ley_error error = {0};
    const ley_status status = self->trouble ? LEY_OK : ley_writer_put_run(self->writer, point, count, what, &error);
    if (status) give_up_writing(self, status, &error);
    return count;
}

static int by_point(const void *a, const void *b) {
    const ley_finished *x = a, *y = b;
    return (x->point > y->point) - (x->point < y->point);
}

/* Writing takes longer than computing where points are small: what ends within a moment is written together. */
static void keep_finished(study *self, ley_finished *finished) {
    const ley_index n = ley_pool_take(self->pool, finished, BATCH, look_seconds, gather_seconds);
    ley_index kept = 0;
    qsort(finished, (size_t)n, sizeof *finished, by_point);
    while (kept < n) kept += keep(self, finished + kept, n - kept);
    for (ley_index i = 0; i < n; i++) ley_record_clear(&finished[i].record);
}

static void keep_rows(void *user, ley_index point, const ley_record *record, ley_index rows, double fraction) {
    study *self = user;
    (void)fraction;
    if (self->trouble || rows <= self->written[point]) return;
    ley_error error = {0};
    ley_status status = ley_writer_rows(self->writer, point, record, self->written[point], rows, &error);
    if (status)
        give_up_writing(self, status, &error);
    else
        self->written[point] = rows;
}

static void add_running(void *user, ley_index point, const ley_record *record, ley_index rows, double fraction) {
    study *self = user;
    (void)record;
    (void)rows;
    self->cost_running += fraction * self->cost[point];
}

static void report(study *self) {
    if (!self->options.watch) return;
    self->cost_running = 0;
    if (self->pool) ley_pool_look_at(self->pool, add_running, self);
    double here = self->cost_now + self->cost_running, left = self->cost_all - self->cost_before - here;
    double elapsed = ley_seconds() - self->began;
    ley_progress progress = {.points = self->n_points, .done = self->done, .failed = self->failed};
    progress.fraction = self->cost_all > 0 ? fmin(1, (self->cost_before + here) / self->cost_all) : 1;
    if (self->n_todo == 0 || self->done + self->failed == self->n_points) progress.fraction = 1;
    self->told = progress.fraction = fmax(self->told, progress.fraction);
    /* A forecast from the first instants would only jump about. */
    bool known = here > 0.01 * (here + left) || (here > 0 && elapsed > 5);
    progress.seconds_left = known ? fmax(0, elapsed * left / here) : NAN;
    if (self->options.watch(self->options.user, &progress) != 0) {
        self->stopped = true;
        if (self->pool) ley_pool_stop(self->pool);
    }
}

static ley_status compute(study *self, int32_t jobs, ley_error *err) {
    ley_status status =
        ley_pool_create(&self->pool, self->scenario, self->todo, self->n_todo, jobs, self->threads, err);
    if (status) return status;
    double reported = 0;
    ley_finished *finished = ley_allocate(BATCH, sizeof *finished);
    if (!finished) {
        ley_pool_destroy(self->pool);
        self->pool = NULL;
        return ley_fail(err, LEY_ERR_MEMORY, "sweep", "no memory to take what is finished");
    }
    self->wrote = ley_seconds();
    while (ley_pool_busy(self->pool)) {
        keep_finished(self, finished);
        double t = ley_seconds();
        if (t - self->wrote >= write_seconds) {
            ley_pool_look_at(self->pool, keep_rows, self);
            self->wrote = t;
        }
        if (t - reported >= 0.5 * look_seconds) {
            report(self);
            reported = t;
        }
    }
    ley_pool_destroy(self->pool);
    self->pool = NULL;
    ley_release(finished);
    const bool complete = self->done + self->failed == self->n_points;
    if (!self->stopped || complete) report(self);
    /* A stop that came while the last point ended has nothing left to stop. */
    if (complete) self->stopped = false;
    return LEY_OK;
}

/* ---- Afterwards -------------------------------------------------------------------------------------------- */

/* The warnings of all points in the file, those of earlier calls too; at most so many that people read them. */
static char *gather_warnings(const char *path) {
    enum { SHOWN = 12 };
    ley_result *result = NULL;
    ley_text text = {0};
    if (ley_result_open(&result, path, NULL) != LEY_OK) return NULL;
    ley_index left = ley_result_add_remarks(&text, result, ley_result_warnings, "", SHOWN);
    if (left) ley_text_add(&text, "and %lld more warnings, all in the file\n", (long long)left);
    ley_result_close(result);
    if (text.length == 0) {
        ley_text_clear(&text);
        return NULL;
    }
    return ley_text_take(&text);
}

static ley_status verdict(study *self, ley_error *err) {
    if (self->trouble) {
        if (err) {
            *err = self->trouble_error;
            size_t n = strlen(err->message);
            snprintf(err->message + n, sizeof err->message - n,
                     "; %lld of %lld points are kept, --resume goes on once this is mended", (long long)self->done,
                     (long long)self->n_points);
        }
        return self->trouble;
    }
    if (self->stopped)
        return ley_fail(err, LEY_ERR_STOPPED, self->path, "stopped; %lld of %lld points are kept, --resume goes on",
                        (long long)self->done, (long long)self->n_points);
    if (self->failed) {
        ley_text place = {0};
        ley_result_add_place(&place, &self->layout, self->first_failed);
        ley_status status =
            self->n_points == 1
                ? ley_fail(err, LEY_ERR_NUMERIC, self->first_failure.where, "%s", self->first_failure.message)
                : ley_fail(err, LEY_ERR_NUMERIC, self->first_failure.where,
                           "%lld of %lld points failed; the first, %s%s", (long long)self->failed,
                           (long long)self->n_points, place.data ? place.data : "", self->first_failure.message);
        ley_text_clear(&place);
        return status;
    }
    return LEY_OK;
}

void ley_study_options_default(ley_study_options *options) {
    if (options) *options = (ley_study_options){0};
}

ley_status ley_study_run(const ley_scenario *scenario, ley_study_info *info, const char *result_path,
                         const ley_study_options *options, ley_error *err) {
    if (!scenario || !result_path)
        return ley_fail(err, LEY_ERR_ARGUMENT, scenario ? "result_path" : "scenario", "NULL");
    study self = {
        .scenario = scenario, .path = result_path, .first_failed = -1, .began = ley_seconds(), .threads = 1};
    if (options) self.options = *options;
    int32_t shard = self.options.shard, shards = self.options.shards;
    if (shard == 0 && shards == 0) shard = shards = 1;
    if (shards < 1 || shard < 1 || shard > shards)
        return ley_fail(err, LEY_ERR_ARGUMENT, "shard", "shard %d of %d; shards count from 1", shard, shards);
    if (self.options.jobs < 0)
        return ley_fail(err, LEY_ERR_ARGUMENT, "jobs", "%d jobs; 1 or more, 0 for one on each core",
                        self.options.jobs);
    int32_t jobs = self.options.jobs ? self.options.jobs : ley_machine_cores();
    double limit = INFINITY;
    ley_result *kept = NULL;
    ley_status status = ley_layout_create(&self.layout, scenario, shard, shards, err);
    if (status) goto done;
    status = ley_earlier_look(&kept, self.path, &self.layout, self.options.resume != 0, self.options.overwrite != 0,
                              err);
    if (status) goto done;
    self.threads = ley_threads_inside(jobs, self.layout.n_points);
    status = forecast_all(&self, &limit, err);
    if (status) goto done;
    status = make_list(&self, kept, err);
    if (status) goto done;
    status = fit_memory(&self, &jobs, limit, err);
    if (status) goto done;
    bool going_on = kept != NULL;
    ley_result_close(kept);
    kept = NULL;
    if (going_on && self.n_todo == 0) {
        report(&self);
        self.stopped = false;
    } else {
        status = going_on ? ley_writer_open(&self.writer, result_path, &self.layout, err)
                          : ley_writer_create(&self.writer, result_path, &self.layout, err);
        if (status) goto done;
        status = compute(&self, jobs, err);
        ley_error closing = {0};
        ley_status closed = ley_writer_close(self.writer, ley_seconds() - self.began, &closing);
        self.writer = NULL;
        if (closed && !self.trouble) {
            self.trouble = closed;
            self.trouble_error = closing;
        }
        if (status) goto done;
    }
    status = verdict(&self, err);
    if (info) {
        *info = (ley_study_info){.points = self.n_points,
                                 .done = self.done,
                                 .failed = self.failed,
                                 .first_failed = self.first_failed,
                                 .first_failure = self.first_failure,
                                 .warnings = self.remarked ? gather_warnings(result_path) : NULL,
                                 .wall_seconds = ley_seconds() - self.began};
    }

done:
    ley_result_close(kept);
    ley_layout_clear(&self.layout);
    ley_release(self.cost);
    ley_release(self.bytes);
    ley_release(self.written);
    ley_release(self.todo);
    return status;
}
