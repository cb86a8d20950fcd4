/* A result as a table for people. */
#include "core/memory.h"
#include "core/status.h"
#include "result/hdf5.h"
#include "result/result.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS_SHOWN = 21, POINTS_SHOWN = 60, WARNINGS_SHOWN = 20 };

/* ---- A grid of cells, columns as wide as they need ---------------------------------------------------------- */

typedef struct grid {
    char **cell; /* [rows][columns] */
    size_t columns, n, capacity;
    int failed;
} grid;

static void grid_add(grid *self, const char *text) {
    if (self->failed) return;
    if (ley_grow((void **)&self->cell, &self->capacity, self->n + 1, sizeof *self->cell) != 0 ||
        !(self->cell[self->n] = ley_duplicate(text)))
        self->failed = 1;
    else
        self->n++;
}

static void grid_number(grid *self, double value) {
    char text[32];
    snprintf(text, sizeof text, isnan(value) ? "-" : "%.8g", value);
    grid_add(self, text);
}

static void grid_print(ley_text *text, const grid *self) {
    if (self->failed) text->failed = 1;
    size_t rows = self->columns ? self->n / self->columns : 0;
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < self->columns; column++) {
            size_t width = 0;
            for (size_t k = column; k < rows * self->columns; k += self->columns)
                if (strlen(self->cell[k]) > width) width = strlen(self->cell[k]);
            ley_text_add(text, "  %*s", (int)width, self->cell[row * self->columns + column]);
        }
        ley_text_add(text, "\n");
    }
}

static void grid_clear(grid *self) {
    for (size_t i = 0; i < self->n; i++) ley_release(self->cell[i]);
    ley_release(self->cell);
}

static void grid_place(grid *self, const ley_layout *layout, ley_index point) {
    ley_index place[LEY_RANK_MAX];
    ley_layout_place(layout, point, place);
    for (ley_index i = 0; i < layout->n_axes; i++) {
        const ley_layout_axis *axis = &layout->axes[i];
        if (axis->labels)
            grid_add(self, axis->labels[place[i]]);
        else
            grid_number(self, axis->values[place[i]]);
    }
}

/* ---- The parts of the table -------------------------------------------------------------------------------- */

static void add_head(ley_text *text, const ley_result *result) {
    const ley_layout *layout = ley_result_layout(result);
    ley_index points, done, failed;
    ley_result_count(result, &points, &done, &failed);
    ley_certificate worst = ley_result_worst(result);
    ley_text_add(text, "%s\n\n", layout->title[0] ? layout->title : "A result without a title");
    ley_text_add(text, "  written by   leyden %s\n", layout->version);
    ley_text_add(text, "  numerics     %s, %s, tolerance %.3g", layout->representation, layout->propagator,
                 layout->tolerance);
    if (worst.levels) ley_text_add(text, ", up to %d Fock levels", worst.levels);
    ley_text_add(text, "\n");
    for (ley_index i = 0; i < layout->n_axes; i++) {
        const ley_layout_axis *axis = &layout->axes[i];
        ley_text_add(text, "  %-12s %s: ", i ? "" : "axes", axis->name);
        for (ley_index k = 0; k < axis->n; k++) {
            if (axis->n > 8 && k == 3) {
                ley_text_add(text, ", ...");
                k = axis->n - 2;
                continue;
            }
            ley_text_add(text, "%s", k ? ", " : "");
            if (axis->labels)
                ley_text_add(text, "%s", axis->labels[k]);
            else
                ley_text_add(text, "%.6g", axis->values[k]);
        }
        ley_text_add(text, " (%lld)\n", (long long)axis->n);
    }
    if (layout->shards > 1) ley_text_add(text, "  shard        %d of %d\n", layout->shard, layout->shards);
    if (layout->n_axes) {
        ley_text_add(text, "  points       %lld of %lld done", (long long)done, (long long)points);
        if (failed) ley_text_add(text, ", %lld failed", (long long)failed);
        ley_text_add(text, "\n");
    } else if (done == 0) {
        ley_text_add(text, layout->steady ? "  %s\n" : "  %s at row %lld of %lld\n",
                     failed ? "failed      " : "unfinished  ", (long long)ley_result_rows(result, 0),
                     (long long)layout->n_times);
    }
    ley_index n_times = 0;
    const double *times = ley_layout_times(layout, 0, &n_times);
    if (layout->steady)
        ley_text_add(text, "  kind         steady state%s\n", layout->n_axes ? "s" : "");
    else if (layout->time_varies)
        ley_text_add(text, "  times        up to %lld, another grid for each point\n", (long long)layout->n_times);
    else if (n_times)
        ley_text_add(text, "  times        %.6g to %.6g, %lld\n", times[0], times[n_times - 1], (long long)n_times);
    if (layout->n_series) {
        ley_text_add(text, "  observables  ");
        for (ley_index i = 0; i < layout->n_series; i++)
            ley_text_add(text, "%s%s", i ? ", " : "", layout->series[i].name);
        ley_text_add(text, "\n");
    }
    if (done + failed < points && !layout->search.goal)
        ley_text_add(text, "\n  This study is unfinished: leyden %s with --resume goes on.\n",
                     layout->steady ? "steady" : "run");
}

static const char *status_word(ley_point_status status) {
    switch (status) {
    case LEY_POINT_PENDING:
        return "pending";
    case LEY_POINT_DONE:
        return "done";
    case LEY_POINT_FAILED:
        return "failed";
    case LEY_POINT_PARTIAL:
        return "partial";
    }
    return "";
}

static void add_measures(ley_text *text, const ley_result *result) {
    const ley_layout *layout = ley_result_layout(result);
    if (layout->n_measures == 0) return;
    ley_text_add(text, "\nMeasures\n");
    if (layout->n_axes == 0) {
        for (ley_index i = 0; i < layout->n_measures; i++)
            ley_text_add(text, "  %-40s %.10g  %s\n", layout->measures[i].name, ley_result_measure(result, i, 0),
                         layout->measures[i].unit);
        return;
    }
    bool all_done = true;
    for (ley_index point = 0; point < layout->n_points; point++)
        all_done = all_done && ley_result_status(result, point) == LEY_POINT_DONE;
    grid cells = {.columns = (size_t)(layout->n_axes + layout->n_measures + !all_done)};
    for (ley_index i = 0; i < layout->n_axes; i++) grid_add(&cells, layout->axes[i].name);
    for (ley_index i = 0; i < layout->n_measures; i++) grid_add(&cells, layout->measures[i].name);
    if (!all_done) grid_add(&cells, "status");
    ley_index shown = 0, left = 0;
    for (ley_index point = 0; point < layout->n_points; point++) {
        if (!ley_layout_has_point(layout, point)) continue;
        if (shown == POINTS_SHOWN) {
            left++;
            continue;
        }
        shown++;
        grid_place(&cells, layout, point);
        for (ley_index i = 0; i < layout->n_measures; i++)
            grid_number(&cells, ley_result_measure(result, i, point));
        if (!all_done) grid_add(&cells, status_word(ley_result_status(result, point)));
    }
    grid_print(text, &cells);
    grid_clear(&cells);
    if (left) ley_text_add(text, "  ... %lld more points; --csv gives all\n", (long long)left);
}

/* One table for each fit: a line for every combination of the other axes. */
static void add_fit(ley_text *text, const ley_result *result, ley_index i_fit) {
    const ley_layout *layout = ley_result_layout(result);
    const ley_layout_fit *what = &layout->fits[i_fit];
    const ley_fit *fit = ley_result_fit_of(result, i_fit);
    ley_text_add(text, "\nFit %s: %s, x = %s, y = %s", what->name, ley_fit_formula(what->model),
                 layout->axes[what->axis].name, layout->measures[what->measure].name);
    if (isfinite(what->from) || isfinite(what->to)) ley_text_add(text, ", %.6g <= x <= %.6g", what->from, what->to);
    ley_text_add(text, "%s\n", what->mad ? ", without outliers" : "");
    grid cells = {.columns = (size_t)(layout->n_axes + LEY_FIT_QUANTITIES)};
    for (ley_index i = 0; i < layout->n_axes; i++)
        if (i != what->axis) grid_add(&cells, layout->axes[i].name);
    for (int i = 0; i < LEY_FIT_QUANTITIES; i++) {
        char name[LEY_FIT_QUANTITY_NAME];
        ley_fit_quantity(name, what->model, i);
        grid_add(&cells, name);
    }
    grid_add(&cells, "left out");
    const ley_index shown = fit->n_lines < POINTS_SHOWN ? fit->n_lines : POINTS_SHOWN;
    for (ley_index k = 0; k < shown; k++) {
        ley_index place[LEY_RANK_MAX];
        ley_layout_place(layout, ley_fit_point_of(layout, what, k, 0), place);
        for (ley_index i = 0; i < layout->n_axes; i++) {
            const ley_layout_axis *axis = &layout->axes[i];
            if (i == what->axis) continue;
            if (axis->labels)
                grid_add(&cells, axis->labels[place[i]]);
            else
                grid_number(&cells, axis->values[place[i]]);
        }
        for (int i = 0; i < LEY_FIT_QUANTITIES; i++) grid_number(&cells, fit->value[k][i]);
        ley_text left = {0};
        ley_fit_left_out(&left, layout, what, fit, k);
        grid_add(&cells, left.data ? left.data : "-");
        ley_text_clear(&left);
    }
    grid_print(text, &cells);
    grid_clear(&cells);
    if (shown < fit->n_lines)
        ley_text_add(text, "  ... %lld more; the file has all\n", (long long)(fit->n_lines - shown));
}

/* An optimisation: the best evaluation, and how the search came to it. */
static void add_search(ley_text *text, const ley_result *result) {
    const ley_layout *layout = ley_result_layout(result);
    const ley_layout_search *search = &layout->search;
    const ley_index best = ley_result_best(result), shown = search->n_variables + 1;
    const double sign = strcmp(search->goal, "maximize") == 0 ? 1 : -1;
    ley_text_add(text, "\nOptimisation\n  %-12s %s\n", search->goal, search->objective);
    if (!search->finished) ley_text_add(text, "  unfinished: leyden optimize with --resume goes on\n");
    if (best < 0) {
        ley_text_add(text, "  no evaluation meets the conditions\n");
        return;
    }
    ley_text_add(text, "\nBest evaluation, %.6g of %lld\n", layout->axes[0].values[best],
                 (long long)layout->n_points);
    for (ley_index i = 0; i < layout->n_measures; i++)
        ley_text_add(text, "  %-40s %.10g%s\n", layout->measures[i].name, ley_result_measure(result, i, best),
                     i > search->n_variables && i <= search->n_variables + search->n_constraints
                         ? "  (0 or less: fulfilled)"
                         : "");
    grid cells = {.columns = (size_t)shown + 1};
    grid_add(&cells, "evaluation");
    for (ley_index i = 0; i < shown; i++) grid_add(&cells, layout->measures[i].name);
    for (ley_index point = 0, last = -1; point <= best; point++) {
        if (!ley_result_is_feasible(result, point)) continue;
        const double here = ley_result_measure(result, search->n_variables, point);
        if (last >= 0 && !(sign * here > sign * ley_result_measure(result, search->n_variables, last))) continue;
        last = point;
        grid_place(&cells, layout, point);
        for (ley_index i = 0; i < shown; i++) grid_number(&cells, ley_result_measure(result, i, point));
    }
    ley_text_add(text, "\nImprovements\n");
    grid_print(text, &cells);
    grid_clear(&cells);
}

/* Scalar series of one run: some rows, spread evenly, the last one always. Of an optimisation, the best run. */
static ley_status add_series(ley_text *text, const ley_result *result, ley_error *err) {
    const ley_layout *layout = ley_result_layout(result);
    const ley_index best = ley_result_best(result), point = best >= 0 ? best : 0;
    ley_index scalars = 0;
    for (ley_index i = 0; i < layout->n_series; i++) scalars += layout->series[i].dimension == NULL;
    if ((layout->n_axes && best < 0) || scalars == 0) return LEY_OK;
    ley_status status = LEY_OK;
    double **values = ley_allocate((size_t)layout->n_series, sizeof *values);
    grid cells = {.columns = (size_t)scalars + !layout->steady};
    bool short_of_memory = !values;
    if (!layout->steady) grid_add(&cells, "time");
    for (ley_index i = 0; !short_of_memory && !status && i < layout->n_series; i++) {
        if (layout->series[i].dimension) continue;
        grid_add(&cells, layout->series[i].name);
        values[i] = ley_allocate((size_t)layout->n_times, sizeof **values);
        if (!values[i])
            short_of_memory = true;
        else
            status = ley_result_series(result, values[i], i, point, err);
    }
    if (short_of_memory) status = ley_fail(err, LEY_ERR_MEMORY, "table", "no memory for the table");
    if (status) goto done;
    ley_index rows = ley_result_rows(result, point), shown = rows < ROWS_SHOWN ? rows : ROWS_SHOWN;
    for (ley_index k = 0; k < shown; k++) {
        ley_index row = shown > 1 ? k * (rows - 1) / (shown - 1) : 0;
        if (!layout->steady) grid_number(&cells, layout->times[row]);
        for (ley_index i = 0; i < layout->n_series; i++)
            if (values[i]) grid_number(&cells, values[i][row]);
    }
    ley_text_add(text, layout->steady ? "\nSteady state\n"
                       : best < 0     ? "\nSeries\n"
                                      : "\nSeries of the best run\n");
    grid_print(text, &cells);
    if (shown < rows)
        ley_text_add(text, "  (%lld of %lld rows; --csv gives all)\n", (long long)shown, (long long)rows);

done:
    for (ley_index i = 0; values && i < layout->n_series; i++) ley_release(values[i]);
    ley_release(values);
    grid_clear(&cells);
    return status;
}

/* A sweep without measures: where its points ended. */
static ley_status add_final_values(ley_text *text, const ley_result *result, ley_error *err) {
    const ley_layout *layout = ley_result_layout(result);
    ley_index scalars = 0;
    for (ley_index i = 0; i < layout->n_series; i++) scalars += layout->series[i].dimension == NULL;
    if (layout->search.goal || layout->n_axes == 0 || (layout->n_measures && !layout->steady) || scalars == 0)
        return LEY_OK;
    double *values = ley_allocate((size_t)layout->n_times, sizeof *values);
    if (!values) return ley_fail(err, LEY_ERR_MEMORY, "table", "no memory for the table");
    ley_status status = LEY_OK;
    grid cells = {.columns = (size_t)(layout->n_axes + scalars)};
    for (ley_index i = 0; i < layout->n_axes; i++) grid_add(&cells, layout->axes[i].name);
    for (ley_index i = 0; i < layout->n_series; i++)
        if (!layout->series[i].dimension) grid_add(&cells, layout->series[i].name);
    ley_index shown = 0, left = 0;
    for (ley_index point = 0; !status && point < layout->n_points; point++) {
        ley_index rows = ley_result_rows(result, point);
        if (!ley_layout_has_point(layout, point) || rows == 0) continue;
        if (shown == POINTS_SHOWN) {
            left++;
            continue;
        }
        shown++;
        grid_place(&cells, layout, point);
        for (ley_index i = 0; !status && i < layout->n_series; i++) {
            if (layout->series[i].dimension) continue;
            status = ley_result_series(result, values, i, point, err);
            grid_number(&cells, values[rows - 1]);
        }
    }
    ley_text_add(text, layout->steady ? "\nSteady states\n" : "\nValues at the last time\n");
    grid_print(text, &cells);
    if (left) ley_text_add(text, "  ... %lld more points; --csv gives all rows of all points\n", (long long)left);
    grid_clear(&cells);
    ley_release(values);
    return status;
}

static void add_bound(ley_text *text, const char *name, double value) {
    if (isnan(value))
        ley_text_add(text, "  %-44s not measured\n", name);
    else
        ley_text_add(text, "  %-44s %.2g\n", name, value);
}

static void add_certificate(ley_text *text, const ley_result *result) {
    const ley_layout *layout = ley_result_layout(result);
    ley_certificate worst = ley_result_worst(result);
    if (isnan(worst.trace_error)) return; /* nothing is finished */
    ley_text_add(text, "\nCertificate%s\n", layout->n_axes ? " (the worst over the points)" : "");
    add_bound(text, "largest error of the trace", worst.trace_error);
    add_bound(text, "largest distance from Hermitian", worst.hermiticity_error);
    add_bound(text, "smallest eigenvalue of the battery state", worst.min_eigenvalue);
    if (worst.sampling_error > 0)
        add_bound(text, "largest standard error of the histories drawn", worst.sampling_error);
    if (worst.excitation_edge > 0)
        add_bound(text, "largest population of the last excitation", worst.excitation_edge);
    if (worst.levels) {
        add_bound(text, "largest population of the last Fock level", worst.edge_population);
        add_bound(text, "largest change with a larger cut-off", worst.cutoff_effect);
    }
    if (layout->steady) {
        add_bound(text, "residual, Frobenius norm of L rho", worst.residual);
        add_bound(text, "estimated error of the numbers", worst.integration_error);
        ley_text_add(text, "  %-44s %lld\n", "stationary states", (long long)worst.stationary_states);
        return;
    }
    add_bound(text, "estimated error of the integration", worst.integration_error);
    add_bound(text, "largest error of the energy balance", worst.energy_error);
}

static void add_remarks(ley_text *text, const ley_result *result, const char *title,
                        const char *(*remark)(const ley_result *, ley_index)) {
    ley_text lines = {0};
    ley_index left = ley_result_add_remarks(&lines, result, remark, "  ", WARNINGS_SHOWN);
    if (lines.length) ley_text_add(text, "\n%s\n%s", title, lines.data);
    if (left) ley_text_add(text, "  and %lld more\n", (long long)left);
    ley_text_clear(&lines);
}

ley_status ley_result_table(const ley_result *result, char **text, ley_error *err) {
    if (!result || !text) return ley_fail(err, LEY_ERR_ARGUMENT, result ? "text" : "result", "NULL");
    ley_text made = {0};
    add_head(&made, result);
    if (ley_result_layout(result)->search.goal)
        add_search(&made, result);
    else
        add_measures(&made, result);
    for (ley_index i = 0; i < ley_result_layout(result)->n_fits; i++) add_fit(&made, result, i);
    ley_status status = add_series(&made, result, err);
    if (!status) status = add_final_values(&made, result, err);
    add_certificate(&made, result);
    add_remarks(&made, result, "Warnings", ley_result_warnings);
    add_remarks(&made, result, "Failures", ley_result_failure);
    if (!status) {
        char *whole = ley_text_take(&made);
        if (!whole) return ley_fail(err, LEY_ERR_MEMORY, "table", "no memory for the table");
        *text = whole;
    }
    ley_text_clear(&made);
    return status;
}
