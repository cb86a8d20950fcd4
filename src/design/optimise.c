/* An optimisation is a sweep whose points are chosen on the way: every evaluation is a run and a point of the
 * result file, with the values of the variables, the objective and the conditions among its measures. A search that
 * goes on with such a file asks for the same places again and is answered from it. */
#include "core/clock.h"
#include "core/memory.h"
#include "core/status.h"
#include "design/stages.h"
#include "result/describe.h"
#include "result/earlier.h"
#include "result/write.h"
#include "run/choice.h"
#include "run/engine.h"
#include "run/workers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double look_seconds = 0.1; /* between calls of the watch */

typedef struct quest {
    const ley_scenario *scenario;
    const ley_search *search;
    const char *path;
    ley_study_options options;
    ley_layout layout;
    ley_writer *writer;
    double *rows; /* [n][width]: variables, objective, excesses */
    ley_index width, n;
    double *x;       /* [search->n] */
    ley_index n_now; /* rows that this call has asked for: rows are asked for in their order */
    ley_index best;
    ley_index kept; /* rows of earlier calls */
    double began, looked;
    bool stopped;
    ley_status trouble;
    ley_error error;
} quest;

/* ---- Places ------------------------------------------------------------------------------------------------ */

static double *row_of(const quest *self, ley_index i) {
    return self->rows + i * self->width;
}

static void place_of(const quest *self, double *x, const double *u) {
    for (ley_index i = 0; i < self->search->n; i++) {
        const ley_search_variable *v = &self->search->variables[i];
        double value =
            v->logarithmic ? v->lower * pow(v->upper / v->lower, u[i]) : v->lower + (v->upper - v->lower) * u[i];
        x[i] = fmin(fmax(value, v->lower), v->upper);
    }
}

static void cube_of(const quest *self, double *u, const double *x) {
    for (ley_index i = 0; i < self->search->n; i++) {
        const ley_search_variable *v = &self->search->variables[i];
        double value = v->logarithmic ? log(x[i] / v->lower) / log(v->upper / v->lower)
                                      : (x[i] - v->lower) / (v->upper - v->lower);
        u[i] = fmin(fmax(value, 0), 1);
    }
}

static bool is_feasible(const quest *self, const double *row) {
    for (ley_index i = 0; i < self->search->n_constraints; i++)
        if (!(row[self->search->n + 1 + i] <= LEY_SEARCH_SLACK)) return false;
    return true;
}

static void note_best(quest *self, ley_index i) {
    const double sign = self->search->maximize ? 1 : -1;
    const ley_index at = self->search->n;
    if (is_feasible(self, row_of(self, i)) &&
        (self->best < 0 || sign * row_of(self, i)[at] > sign * row_of(self, self->best)[at]))
        self->best = i;
}

/* ---- One evaluation ---------------------------------------------------------------------------------------- */

static void report(quest *self, double fraction) {
    if (!self->options.watch || self->stopped) return;
    self->looked = ley_seconds();
    const ley_index most = self->search->evaluations, fresh = self->n - self->kept;
    ley_progress progress = {.points = most, .done = self->n, .seconds_left = NAN};
    double done = (double)self->n + fraction;
    progress.fraction = fmin(1, done / (double)most);
    if (fresh > 1)
        progress.seconds_left =
            fmax(0, (self->looked - self->began) * ((double)most - done) / ((double)fresh + fraction));
    progress.best = self->best >= 0 ? row_of(self, self->best)[self->search->n] : NAN;
    if (self->options.watch(self->options.user, &progress) != 0) self->stopped = true;
}

static int watch(void *user, double fraction) {
    quest *self = user;
    if (ley_seconds() - self->looked > look_seconds) report(self, fraction);
    return self->stopped;
}

/* Excesses of the conditions that need no run; NaN stands for the others. */
static ley_status free_excesses(quest *self, double *excess, bool *met, ley_error *err) {
    *met = true;
    ley_status status = LEY_OK;
    for (ley_index i = 0; i < self->search->n_constraints && !status; i++) {
        const ley_search_formula *condition = &self->search->constraints[i];
        excess[i] = NAN;
        if (condition->measured) continue;
        status = ley_search_value(self->scenario, condition, &excess[i], self->x, NULL, err);
        *met = *met && (status || !(excess[i] > 0));
    }
    return status;
}

static ley_status fill_row(quest *self, double *row, const double *measures, ley_error *err) {
    const ley_search *search = self->search;
    memcpy(row, self->x, (size_t)search->n * sizeof *row);
    ley_status status =
        ley_search_value(self->scenario, &search->objective, &row[search->n], self->x, measures, err);
    for (ley_index i = 0; i < search->n_constraints && !status; i++)
        status = ley_search_value(self->scenario, &search->constraints[i], &row[search->n + 1 + i], self->x,
                                  measures, err);
    for (ley_index i = search->n; i < self->width && !status; i++)
        if (!isfinite(row[i]))
            status =
                ley_fail(err, LEY_ERR_NUMERIC, "optimize", "%s is not a finite number",
                         i == search->n ? search->objective.shown : search->constraints[i - search->n - 1].shown);
    return status;
}

/* Runs the place self->x into row self->n. */
static ley_status evaluate(quest *self, ley_error *err) {
    ley_task task = {0};
    ley_record record = {0};
    double *row = row_of(self, self->n), *measures = NULL;
    ley_status status = ley_search_task(self->scenario, &task, self->x, err);
    if (status) goto done;
    task.threads = self->options.jobs ? self->options.jobs : ley_machine_cores();
    status = ley_record_create(&record, &task, err);
    if (status) goto done;
    ley_engine_hooks hooks = {.watch = watch, .user = self};
    status = ley_engine_run(&record, &task, &hooks, err);
    if (!status) status = fill_row(self, row, record.reported, err);
    if (status) goto done;
    measures = ley_allocate((size_t)self->layout.n_measures, sizeof *measures);
    if (!measures) {
        status = ley_fail(err, LEY_ERR_MEMORY, "optimize", "no memory for the measures");
        goto done;
    }
    memcpy(measures, row, (size_t)self->width * sizeof *measures);
    memcpy(measures + self->width, record.reported, (size_t)record.n_reported * sizeof *measures);
    ley_point what = {.status = LEY_POINT_DONE,
                      .rows = record.rows,
                      .n_times = record.n_times,
                      .series = (const double *const *)record.series,
                      .width = record.width,
                      .measures = measures,
                      .certificate = &record.certificate,
                      .representation = record.representation,
                      .propagator = record.method,
                      .warnings = record.warnings.data};
    status = ley_writer_put(self->writer, self->n, &what, err);
    if (status) goto done;
    note_best(self, self->n++);
    report(self, 0);
done:
    ley_release(measures);
    ley_record_clear(&record);
    ley_task_clear(&task);
    return status;
}

/* "at delta = 0.3, kappa = 1: " before what went wrong. */
static void add_place(const quest *self, ley_error *err) {
    char text[sizeof err->message];
    size_t n = 0;
    for (ley_index i = 0; i < self->search->n && n + 1 < sizeof text; i++) {
        snprintf(text + n, sizeof text - n, "%s%s = %g", i ? ", " : "at ", self->search->variables[i].name,
                 self->x[i]);
        n = strlen(text);
    }
    snprintf(text + n, sizeof text - n, ": ");
    n = strlen(text);
    const size_t room = sizeof text - n - 1, length = strlen(err->message);
    memcpy(text + n, err->message, length < room ? length : room);
    text[n + (length < room ? length : room)] = 0;
    memcpy(err->message, text, sizeof text);
}

static int look(void *user, const double *u, bool needed, double *value, double *excess) {
    quest *self = user;
    const ley_search *search = self->search;
    if (self->stopped || self->trouble) return 1;
    place_of(self, self->x, u);
    ley_index i = self->n;
    while (i-- > 0)
        if (memcmp(row_of(self, i), self->x, (size_t)search->n * sizeof(double)) == 0) break;
    bool met = true;
    if (i < 0 && !needed) {
        self->trouble = free_excesses(self, excess, &met, &self->error);
        if (!self->trouble && !met) {
            for (ley_index k = 0; k < search->n_constraints; k++)
                if (isnan(excess[k])) excess[k] = 0;
            *value = HUGE_VAL;
            return 0;
        }
    }
    if (i < 0 && !self->trouble && self->n < search->evaluations) {
        self->trouble = evaluate(self, &self->error);
        if (self->trouble == LEY_ERR_STOPPED) self->stopped = true;
        if (self->trouble == LEY_ERR_STOPPED || self->stopped) self->trouble = LEY_OK;
        if (self->trouble && self->trouble != LEY_ERR_IO) {
            add_place(self, &self->error);
            (void)!ley_writer_fail(self->writer, self->n, self->error.message, NULL);
        }
        i = self->n - 1;
    }
    if (self->trouble || self->stopped || i < 0) return 1;
    if (i >= self->n_now) self->n_now = i + 1;
    *value = (search->maximize ? -1 : 1) * row_of(self, i)[search->n];
    if (search->n_constraints)
        memcpy(excess, row_of(self, i) + search->n + 1, (size_t)search->n_constraints * sizeof *excess);
    return 0;
}

static ley_index spent(void *user) {
    return ((const quest *)user)->n_now;
}

static bool best(void *user, double *u) {
    quest *self = user;
    self->best = -1; /* rows that were kept may lie behind what this call has reached */
    for (ley_index i = 0; i < self->n_now; i++) note_best(self, i);
    if (self->best >= 0) cube_of(self, u, row_of(self, self->best));
    return self->best >= 0;
}

/* ---- The file ---------------------------------------------------------------------------------------------- */

static void keep_rows(quest *self, const ley_result *result) {
    while (self->n < ley_result_layout(result)->n_points && ley_result_status(result, self->n) == LEY_POINT_DONE) {
        for (ley_index k = 0; k < self->width; k++)
            row_of(self, self->n)[k] = ley_result_measure(result, k, self->n);
        self->n++;
    }
    self->kept = self->n;
}

/* *finished: an earlier call came to the end of the search, and its file is to be gone on with. */
static ley_status open_file(quest *self, bool *finished, ley_error *err) {
    ley_result *earlier = NULL;
    *finished = false;
    ley_status status = ley_earlier_look(&earlier, self->path, &self->layout, self->options.resume != 0,
                                         self->options.overwrite != 0, err);
    if (status) return status;
    if (!earlier) return ley_writer_create(&self->writer, self->path, &self->layout, err);
    keep_rows(self, earlier);
    *finished = ley_result_layout(earlier)->search.finished;
    ley_result_close(earlier);
    return *finished ? LEY_OK : ley_writer_open(&self->writer, self->path, &self->layout, err);
}

static ley_status forecast(quest *self, ley_error *err) {
    ley_task task = {0};
    ley_forecast forecast = {0};
    for (ley_index i = 0; i < self->search->n; i++) self->x[i] = self->search->variables[i].start;
    ley_status status = ley_search_task(self->scenario, &task, self->x, err);
    if (!status) status = ley_engine_forecast(&forecast, &task, err);
    int32_t line = 0, column = 0;
    ley_scenario_place(self->scenario, "battery.cells", &line, &column);
    if (!status) status = ley_machine_check(forecast.bytes, task.numerics.memory_limit, line, column, err);
    if (!status) {
        const bool steady = forecast.steady[0] != NULL;
        ley_release(self->layout.representation);
        ley_release(self->layout.propagator);
        self->layout.representation =
            ley_duplicate(steady ? forecast.steady[0] : ley_representation_word(forecast.representation));
        self->layout.propagator = ley_duplicate(steady ? forecast.steady[1] : ley_method_word(forecast.method));
        if (!self->layout.representation || !self->layout.propagator)
            status = ley_fail(err, LEY_ERR_MEMORY, "optimize", "no memory to plan");
    }
    ley_task_clear(&task);
    return status;
}

/* ---- All of it --------------------------------------------------------------------------------------------- */

static ley_status search(quest *self, bool *converged, ley_error *err) {
    double *u = ley_allocate((size_t)self->search->n, sizeof *u);
    if (!u) return ley_fail(err, LEY_ERR_MEMORY, "optimize", "no memory for the search");
    for (ley_index i = 0; i < self->search->n; i++) self->x[i] = self->search->variables[i].start;
    cube_of(self, u, self->x);
    ley_stages stages = {.n = (unsigned)self->search->n,
                         .n_constraints = (unsigned)self->search->n_constraints,
                         .start = u,
                         .tolerance = self->search->tolerance,
                         .resolution = self->layout.tolerance,
                         .method = self->search->method,
                         .seed = self->search->seed,
                         .budget = self->search->evaluations,
                         .look = look,
                         .spent = spent,
                         .best = best,
                         .user = self};
    report(self, 0);
    ley_status status = ley_stages_run(&stages, converged, err);
    ley_release(u);
    if (self->trouble) { /* why the search was ended from within */
        if (err) *err = self->error;
        status = self->trouble;
    }
    return status;
}

ley_status ley_optimize_run(const ley_scenario *scenario, ley_optimize_info *info, const char *result_path,
                            const ley_study_options *options, ley_error *err) {
    if (!scenario || !result_path)
        return ley_fail(err, LEY_ERR_ARGUMENT, scenario ? "result_path" : "scenario", "NULL");
    quest self = {.scenario = scenario, .search = ley_scenario_search(scenario), .path = result_path, .best = -1};
    if (!self.search)
        return ley_fail_at(err, LEY_ERR_SCENARIO, 1, 1, "optimize",
                           "nothing to optimise; add optimize: {maximize: \"final(battery.ergotropy)\", over: "
                           "{NAME: [from, to]}}");
    if (options) self.options = *options;
    if (self.options.shards > 1)
        return ley_fail(err, LEY_ERR_ARGUMENT, "shard", "a search cannot be cut into shards");
    if (self.options.jobs < 0)
        return ley_fail(err, LEY_ERR_ARGUMENT, "jobs", "%d jobs; 1 or more, 0 for one on each core",
                        self.options.jobs);
    self.began = ley_seconds();
    self.width = self.search->n + 1 + self.search->n_constraints;
    self.rows = ley_allocate((size_t)self.search->evaluations, (size_t)self.width * sizeof *self.rows);
    self.x = ley_allocate((size_t)self.search->n, sizeof *self.x);
    bool finished = false, converged = false;
    ley_status status = self.rows && self.x ? ley_layout_create_search(&self.layout, scenario, err)
                                            : ley_fail(err, LEY_ERR_MEMORY, "optimize", "no memory for the search");
    if (!status) status = forecast(&self, err);
    if (!status) status = open_file(&self, &finished, err);
    if (status) goto done;
    if (!finished) status = search(&self, &converged, err);
    self.best = -1;
    for (ley_index i = 0; i < self.n; i++) note_best(&self, i);
    if (self.writer) {
        ley_error closing = {0};
        ley_writer_conclude(self.writer, self.best, !status && !self.stopped);
        ley_status closed = ley_writer_close(self.writer, ley_seconds() - self.began, &closing);
        if (closed && !status) {
            status = closed;
            if (err) *err = closing;
        }
    }
    if (info)
        *info = (ley_optimize_info){.evaluations = self.n,
                                    .computed = self.n - self.kept,
                                    .best = self.best,
                                    .objective = self.best >= 0 ? row_of(&self, self.best)[self.search->n] : NAN,
                                    .converged = converged,
                                    .wall_seconds = ley_seconds() - self.began};
    if (!status && self.stopped)
        status = ley_fail(err, LEY_ERR_STOPPED, result_path, "stopped; %lld evaluations are kept, --resume goes on",
                          (long long)self.n);
done:
    ley_layout_clear(&self.layout);
    ley_release(self.rows);
    ley_release(self.x);
    return status;
}
