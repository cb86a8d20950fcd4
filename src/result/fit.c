#include "result/fit.h"

#include "core/memory.h"
#include "core/status.h"
#include "linalg/regression.h"
#include "result/result.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double confidence = 0.95;
static const double mad_limit = 2; /* modified z-scores beyond it are outliers */

void ley_fit_quantity(char name[LEY_FIT_QUANTITY_NAME], ley_fit_model model, int i) {
    static const char *const ends[] = {"", "_low", "_high"};
    if (i == LEY_FIT_R_SQUARED || i == LEY_FIT_POINTS)
        snprintf(name, LEY_FIT_QUANTITY_NAME, "%s", i == LEY_FIT_R_SQUARED ? "r_squared" : "points");
    else
        snprintf(name, LEY_FIT_QUANTITY_NAME, "%s%s", ley_fit_parameter(model, i / 3), ends[i % 3]);
}

/* Points behind one another along the axis are this many points apart. */
static ley_index stride_of(const ley_layout *layout, const ley_layout_fit *what) {
    ley_index stride = 1;
    for (ley_index i = what->axis + 1; i < layout->n_axes; i++) stride *= layout->axes[i].n;
    return stride;
}

ley_index ley_fit_line_of(const ley_layout *layout, const ley_layout_fit *what, ley_index point) {
    const ley_index stride = stride_of(layout, what), n = layout->axes[what->axis].n;
    return point / (stride * n) * stride + point % stride;
}

ley_index ley_fit_point_of(const ley_layout *layout, const ley_layout_fit *what, ley_index line, ley_index k) {
    const ley_index stride = stride_of(layout, what), n = layout->axes[what->axis].n;
    return line / stride * stride * n + k * stride + line % stride;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *sorted, ley_index n) {
    qsort(sorted, (size_t)n, sizeof *sorted, ascending);
    return n % 2 ? sorted[n / 2] : 0.5 * (sorted[n / 2 - 1] + sorted[n / 2]);
}

/* One line of points, as the straight line that the model makes of it. */
typedef struct line {
    double *x, *y, *residual, *sorted;
    bool *used;
    ley_index n;
} line;

/* Points whose distance r from the line is unlike that of the others: 0.6745 |r - median| / MAD > 2, where MAD is
 * the median of |r - median|; looked for once. Distances of the size of rounding are none. */
static bool drop_outliers(line *l, const ley_line *fitted) {
    double scale = 0;
    ley_index n = 0;
    for (ley_index i = 0; i < l->n; i++) {
        if (!l->used[i]) continue;
        l->residual[i] = l->y[i] - fitted->intercept - fitted->slope * l->x[i];
        l->sorted[n++] = l->residual[i];
        scale = fmax(scale, fmax(fabs(l->y[i]), fabs(fitted->slope * l->x[i])));
    }
    if (n < 3) return false;
    const double middle = median(l->sorted, n);
    n = 0;
    for (ley_index i = 0; i < l->n; i++)
        if (l->used[i]) l->sorted[n++] = fabs(l->residual[i] - middle);
    const double mad = median(l->sorted, n);
    bool dropped = false;
    for (ley_index i = 0; i < l->n; i++) {
        const double distance = l->used[i] ? fabs(l->residual[i] - middle) : 0;
        if (distance <= 1e-12 * scale || !(0.6745 * distance > mad_limit * mad)) continue;
        l->used[i] = false;
        dropped = true;
    }
    return dropped;
}

/* The parabola through the largest value and those on both sides of it; at an end, or beside a gap, the value
 * itself. */
static void find_peak(double value[LEY_FIT_QUANTITIES], const line *l) {
    ley_index best = -1;
    for (ley_index k = 0; k < l->n; k++)
        if (l->used[k] && (best < 0 || l->y[k] > l->y[best])) best = k;
    if (best < 0) return;
    double place = l->x[best], height = l->y[best], points = 1;
    if (best > 0 && best + 1 < l->n && l->used[best - 1] && l->used[best + 1]) {
        const double a = l->x[best - 1] - place, b = l->x[best + 1] - place; /* y - height = x (slope + bend x) */
        const double left = (l->y[best - 1] - height) / a, right = (l->y[best + 1] - height) / b;
        const double bend = (right - left) / (b - a), slope = left - bend * a;
        points = 3;
        if (bend < 0) {
            place -= 0.5 * slope / bend;
            height -= 0.25 * slope * slope / bend;
        }
    }
    value[0] = place;
    value[3] = height;
    value[LEY_FIT_POINTS] = points;
}

/* Mean and standard deviation of the values, whatever x is. */
static void find_mean(double value[LEY_FIT_QUANTITIES], const line *l) {
    double sum = 0, squares = 0;
    ley_index n = 0;
    for (ley_index k = 0; k < l->n; k++)
        if (l->used[k]) {
            sum += l->y[k];
            n++;
        }
    value[LEY_FIT_POINTS] = (double)n;
    if (n == 0) return;
    const double mean = sum / (double)n;
    for (ley_index k = 0; k < l->n; k++)
        if (l->used[k]) squares += (l->y[k] - mean) * (l->y[k] - mean);
    const double deviation = n > 1 ? sqrt(squares / (double)(n - 1)) : NAN;
    const double half = ley_student_t(confidence, n - 1) * deviation / sqrt((double)n);
    value[0] = mean;
    value[1] = mean - half;
    value[2] = mean + half;
    value[3] = deviation;
}

/* Where the logarithm of y was fitted, the constant is one of a factor. */
static void report(double value[LEY_FIT_QUANTITIES], ley_fit_model model, const ley_line *fitted) {
    const double t = ley_student_t(confidence, fitted->n - 2);
    const double first = fitted->slope, second = fitted->intercept;
    const double half[2] = {t * fitted->slope_error, t * fitted->intercept_error};
    const double found[6] = {first, first - half[0], first + half[0], second, second - half[1], second + half[1]};
    for (int i = 0; i < 6; i++) value[i] = i >= 3 && ley_fit_takes_log_y(model) ? exp(found[i]) : found[i];
    value[LEY_FIT_R_SQUARED] = fitted->r_squared;
    value[LEY_FIT_POINTS] = (double)fitted->n;
}

static void fit_line(ley_fit *fit, line *l, const ley_layout *layout, const ley_layout_fit *what, ley_index i_line,
                     const double *y, const uint8_t *status) {
    const ley_layout_axis *axis = &layout->axes[what->axis];
    const bool log_x = ley_fit_takes_log_x(what->model), log_y = ley_fit_takes_log_y(what->model);
    bool waits = false;
    for (ley_index k = 0; k < l->n; k++) {
        const ley_index point = ley_fit_point_of(layout, what, i_line, k);
        const double at = axis->values[k];
        ley_fit_use use = LEY_FIT_USED;
        if (at < what->from || at > what->to)
            use = LEY_FIT_OUTSIDE;
        else if (status[point] != LEY_POINT_DONE)
            use = LEY_FIT_WAITS;
        else if (!isfinite(y[point]) || (log_y && y[point] <= 0) || (log_x && at <= 0))
            use = LEY_FIT_NO_VALUE;
        fit->use[point] = (uint8_t)use;
        waits |= use == LEY_FIT_WAITS;
        l->used[k] = use == LEY_FIT_USED;
        l->x[k] = l->used[k] && log_x ? log(at) : at;
        l->y[k] = l->used[k] && log_y ? log(y[point]) : y[point];
    }
    for (int i = 0; i < LEY_FIT_QUANTITIES; i++) fit->value[i_line][i] = NAN;
    if (waits) return;
    if (what->model == LEY_FIT_PEAK) find_peak(fit->value[i_line], l);
    if (what->model == LEY_FIT_MEAN) find_mean(fit->value[i_line], l);
    if (!ley_fit_is_line(what->model)) return;
    ley_line fitted = ley_line_through(l->x, l->y, l->used, l->n);
    if (what->mad && fitted.n > 2 && drop_outliers(l, &fitted))
        fitted = ley_line_through(l->x, l->y, l->used, l->n);
    for (ley_index k = 0; k < l->n; k++) {
        uint8_t *use = &fit->use[ley_fit_point_of(layout, what, i_line, k)];
        if (*use == LEY_FIT_USED && !l->used[k]) *use = LEY_FIT_OUTLIER;
    }
    report(fit->value[i_line], what->model, &fitted);
}

int ley_fit_create(ley_fit *fit, const ley_layout *layout, const ley_layout_fit *what, const double *y,
                   const uint8_t *status) {
    const ley_index n = layout->axes[what->axis].n;
    line l = {.n = n};
    *fit = (ley_fit){.n_lines = layout->n_points / n};
    fit->value = ley_allocate((size_t)fit->n_lines, sizeof *fit->value);
    fit->use = ley_allocate((size_t)layout->n_points, 1);
    double *numbers = ley_allocate(4 * (size_t)n, sizeof *numbers);
    l.used = ley_allocate((size_t)n, sizeof *l.used);
    const bool bad = !fit->value || !fit->use || !numbers || !l.used;
    if (!bad) {
        l.x = numbers;
        l.y = numbers + n;
        l.residual = numbers + 2 * n;
        l.sorted = numbers + 3 * n;
        for (ley_index i = 0; i < fit->n_lines; i++) fit_line(fit, &l, layout, what, i, y, status);
    }
    ley_release(numbers);
    ley_release(l.used);
    if (bad) ley_fit_clear(fit);
    return bad ? -1 : 0;
}

void ley_fit_clear(ley_fit *fit) {
    ley_release(fit->value);
    ley_release(fit->use);
    memset(fit, 0, sizeof *fit);
}

void ley_fit_left_out(ley_text *text, const ley_layout *layout, const ley_layout_fit *what, const ley_fit *fit,
                      ley_index i_line) {
    static const char *const words[] = {[LEY_FIT_OUTSIDE] = "outside the range",
                                        [LEY_FIT_OUTLIER] = "outlier",
                                        [LEY_FIT_NO_VALUE] = "no value to fit",
                                        [LEY_FIT_WAITS] = "not computed"};
    const ley_layout_axis *axis = &layout->axes[what->axis];
    for (int use = LEY_FIT_OUTLIER; use <= LEY_FIT_WAITS; use++) {
        ley_index n = 0;
        for (ley_index k = 0; k < axis->n; k++) {
            if (fit->use[ley_fit_point_of(layout, what, i_line, k)] != use) continue;
            ley_text_add(text, "%s%.6g", n++ ? ", " : text->length ? "; " : "", axis->values[k]);
        }
        if (n) ley_text_add(text, " (%s)", words[use]);
    }
}

/* ---- leyden.h ------------------------------------------------------------------------------------------------ */

const char *ley_result_fit_name(const ley_result *result, ley_index i) {
    if (!result || i < 0) return NULL;
    const ley_layout *layout = ley_result_layout(result);
    return i < layout->n_fits ? layout->fits[i].name : NULL;
}

static ley_status unknown_quantity(const ley_layout_fit *what, const char *quantity, ley_error *err) {
    char name[LEY_FIT_QUANTITY_NAME];
    ley_text known = {0};
    for (int k = 0; k < LEY_FIT_QUANTITIES; k++) {
        ley_fit_quantity(name, what->model, k);
        ley_text_add(&known, "%s%s", k ? ", " : "", name);
    }
    ley_status status = ley_fail(err, LEY_ERR_ARGUMENT, quantity, "the fit %s has no %.40s; it has %s", what->name,
                                 quantity, known.data ? known.data : "");
    ley_text_clear(&known);
    return status;
}

ley_status ley_result_fit(const ley_result *result, double *value, const char *fit, const char *quantity,
                          const ley_index *place, ley_error *err) {
    if (!result || !value || !fit || !quantity)
        return ley_fail(err, LEY_ERR_ARGUMENT, result ? "value" : "result", "NULL");
    const ley_layout *layout = ley_result_layout(result);
    ley_index i = 0, point = 0;
    while (i < layout->n_fits && strcmp(layout->fits[i].name, fit) != 0) i++;
    if (i == layout->n_fits) return ley_fail(err, LEY_ERR_ARGUMENT, fit, "the result has no fit %.40s", fit);
    const ley_layout_fit *what = &layout->fits[i];
    for (ley_index a = 0; a < layout->n_axes; a++) {
        const ley_index k = place && a != what->axis ? place[a] : 0;
        if (k < 0 || k >= layout->axes[a].n)
            return ley_fail(err, LEY_ERR_ARGUMENT, "place", "%lld along %s, which has %lld values", (long long)k,
                            layout->axes[a].name, (long long)layout->axes[a].n);
        point = point * layout->axes[a].n + k;
    }
    for (int k = 0; k < LEY_FIT_QUANTITIES; k++) {
        char name[LEY_FIT_QUANTITY_NAME];
        ley_fit_quantity(name, what->model, k);
        if (strcmp(name, quantity) != 0) continue;
        *value = ley_result_fit_of(result, i)->value[ley_fit_line_of(layout, what, point)][k];
        return LEY_OK;
    }
    return unknown_quantity(what, quantity, err);
}
