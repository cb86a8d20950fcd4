/* One number of a result file, found by name and place. */
#include "core/memory.h"
#include "core/status.h"
#include "papers/papers.h"
#include "result/place.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { AXES_MAX = 32, WORD_MAX = 128 };

typedef struct place {
    ley_index index[AXES_MAX]; /* along each axis; -1: not said */
    double time;               /* NaN: not said */
} place;

static ley_status unknown_axis(const ley_layout *layout, const char *word, ley_error *err) {
    ley_text known = {0};
    for (ley_index i = 0; i < layout->n_axes; i++) ley_text_add(&known, "%s, ", layout->axes[i].name);
    ley_status status = ley_fail(err, LEY_ERR_ARGUMENT, word, "there is no axis %s; there are %st", word,
                                 known.data ? known.data : "");
    ley_text_clear(&known);
    return status;
}

/* Adds to what *at holds: text up to `end`. */
static ley_status read_place(place *at, bool *absent, const ley_layout *layout, const char *where, const char *end,
                             ley_error *err) {
    if (layout->n_axes > AXES_MAX) return ley_fail(err, LEY_ERR_UNSUPPORTED, "where", "too many axes");
    while (where < end) {
        char word[2 * WORD_MAX];
        size_t length = strcspn(where, ";");
        if (length > (size_t)(end - where)) length = (size_t)(end - where);
        if (length >= sizeof word) return ley_fail(err, LEY_ERR_ARGUMENT, "where", "too long");
        snprintf(word, sizeof word, "%.*s", (int)length, where);
        where += length + 1;
        if (word[strspn(word, " ")] == 0) continue;
        char *value = strchr(word, '='), *axis = word + strspn(word, " ");
        if (!value)
            return ley_fail(err, LEY_ERR_ARGUMENT, "where", "\"%.60s\": AXIS=VALUE is expected, as N=4", word);
        *value++ = 0;
        value += strspn(value, " ");
        for (char *last = axis + strlen(axis); last > axis && last[-1] == ' ';) *--last = 0;
        for (char *last = value + strlen(value); last > value && last[-1] == ' ';) *--last = 0;
        const ley_index i = ley_layout_find_axis(layout, axis);
        if (i < 0 && strcmp(axis, "t") == 0) {
            if (!ley_word_number(&at->time, value))
                return ley_fail(err, LEY_ERR_ARGUMENT, "where", "t=%.60s is not a number", value);
            continue;
        }
        if (i < 0) return unknown_axis(layout, axis, err);
        at->index[i] = ley_layout_find_value(&layout->axes[i], value);
        if (at->index[i] < 0) {
            *absent = true;
            ley_fail(err, LEY_ERR_ARGUMENT, "where", "the axis %s has no value %.60s", axis, value);
        }
    }
    return LEY_OK;
}

static ley_status point_of(ley_index *point, const place *at, const ley_layout *layout, ley_error *err) {
    *point = 0;
    for (ley_index i = 0; i < layout->n_axes; i++) {
        const ley_layout_axis *axis = &layout->axes[i];
        if (at->index[i] < 0 && axis->n > 1)
            return ley_fail(err, LEY_ERR_ARGUMENT, "where", "which %s? The axis has %lld values", axis->name,
                            (long long)axis->n);
        *point = *point * axis->n + (at->index[i] < 0 ? 0 : at->index[i]);
    }
    return LEY_OK;
}

static ley_status series_value(double *value, const ley_result *result, ley_index i_series, ley_index component,
                               const place *at, ley_index point, ley_error *err) {
    const ley_layout *layout = ley_result_layout(result);
    const ley_layout_series *series = &layout->series[i_series];
    ley_index n_times = 0, row = 0;
    const double *times = ley_layout_times(layout, point, &n_times);
    if (!layout->steady) {
        if (isnan(at->time))
            return ley_fail(err, LEY_ERR_ARGUMENT, "where", "%s depends on time: say at which, as t=20",
                            series->name);
        while (row < n_times && !ley_nearly_equal(times[row], at->time)) row++;
        if (row == n_times)
            return ley_fail(err, LEY_ERR_ARGUMENT, "where", "t = %g is not an output time of the scenario",
                            at->time);
    }
    if (component >= series->width)
        return ley_fail(err, LEY_ERR_ARGUMENT, series->name, "it has %lld numbers, the first is [0]",
                        (long long)series->width);
    double *values = ley_allocate((size_t)(layout->n_times * series->width), sizeof *values);
    if (!values) return ley_papers_out_of_memory(err);
    ley_status status = ley_result_series(result, values, i_series, point, err);
    if (status == LEY_OK) *value = values[row * series->width + component];
    ley_release(values);
    return status;
}

/* "fit.NAME.QUANTITY", one of each combination of the axes but the fitted one. */
static ley_status fit_value(double *value, const ley_result *result, const char *quantity, place *at,
                            ley_error *err) {
    const ley_layout *layout = ley_result_layout(result);
    char name[WORD_MAX];
    const char *dot = strchr(quantity, '.');
    ley_index point = 0, i = 0;
    if (!dot || (size_t)(dot - quantity) >= sizeof name)
        return ley_fail(err, LEY_ERR_ARGUMENT, "quantity",
                        "a number of a fit is fit.NAME.QUANTITY, as fit.a.exponent");
    snprintf(name, sizeof name, "%.*s", (int)(dot - quantity), quantity);
    while (i < layout->n_fits && strcmp(layout->fits[i].name, name) != 0) i++;
    if (i < layout->n_fits) at->index[layout->fits[i].axis] = 0;
    ley_status status = i < layout->n_fits ? point_of(&point, at, layout, err) : LEY_OK;
    for (ley_index k = 0; k < layout->n_axes; k++)
        if (at->index[k] < 0) at->index[k] = 0; /* the only value */
    return status == LEY_OK ? ley_result_fit(result, value, name, dot + 1, at->index, err) : status;
}

static ley_status value_at(double *value, const ley_result *result, const char *quantity, place *at,
                           ley_error *err) {
    const ley_layout *layout = ley_result_layout(result);
    ley_index point = 0, component = 0;
    char hint[160];
    if (strncmp(quantity, "fit.", 4) == 0) return fit_value(value, result, quantity + 4, at, err);
    ley_status status = point_of(&point, at, layout, err);
    if (status != LEY_OK) return status;
    const ley_index i_measure = ley_layout_find_measure(layout, quantity);
    if (i_measure >= 0) {
        *value = ley_result_measure(result, i_measure, point);
        return LEY_OK;
    }
    const ley_index i_series = ley_layout_find_series(layout, quantity, &component);
    if (i_series < 0)
        return ley_fail(err, LEY_ERR_ARGUMENT, "quantity",
                        "the result has no %.80s%s; the scenario has to observe or measure it", quantity,
                        ley_layout_hint(layout, quantity, hint, sizeof hint));
    return series_value(value, result, i_series, component, at, point, err);
}

ley_status ley_paper_value(double *value, bool *absent, const ley_result *result, const char *quantity,
                           const char *where, ley_error *err) {
    static const char word[] = " relative to ";
    const ley_layout *layout = ley_result_layout(result);
    const char *relative = strstr(where, word), *end = relative ? relative : where + strlen(where);
    place at = {.time = NAN};
    double divisor = 1;
    *value = NAN;
    *absent = false;
    for (ley_index i = 0; i < AXES_MAX; i++) at.index[i] = -1;
    ley_status status = read_place(&at, absent, layout, where, end, err);
    place other = at;
    if (status == LEY_OK && relative) {
        relative += sizeof word - 1;
        status = read_place(&other, absent, layout, relative, relative + strlen(relative), err);
    }
    if (status != LEY_OK || *absent) return status;
    status = value_at(value, result, quantity, &at, err);
    if (status == LEY_OK && relative) status = value_at(&divisor, result, quantity, &other, err);
    if (relative) *value /= divisor;
    return status;
}
