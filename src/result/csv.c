/* A result as CSV: RFC 4180, lines ended by a newline. */
#include "core/memory.h"
#include "core/status.h"
#include "result/hdf5.h"
#include "result/result.h"

#include <math.h>
#include <string.h>

static void separate(ley_text *text) {
    if (text->length && text->data[text->length - 1] != '\n') ley_text_add(text, ",");
}

static void add_field(ley_text *text, const char *field) {
    separate(text);
    if (!strpbrk(field, ",\"\n")) {
        ley_text_add(text, "%s", field);
        return;
    }
    ley_text_add(text, "\"");
    for (; *field; field++) ley_text_add(text, "%s%c", *field == '"' ? "\"" : "", *field);
    ley_text_add(text, "\"");
}

/* 17 digits carry every double; fewer where they do. */
static void add_value(ley_text *text, double value) {
    char short_form[32];
    double back = NAN;
    separate(text);
    snprintf(short_form, sizeof short_form, "%.15g", value);
    if (isnan(value))
        ley_text_add(text, "nan");
    else if (sscanf(short_form, "%lf", &back) == 1 && back == value)
        ley_text_add(text, "%s", short_form);
    else
        ley_text_add(text, "%.17g", value);
}

/* Of an optimisation, a line is an evaluation; its series stay in the file. */
static ley_index csv_series(const ley_layout *layout) {
    return layout->search.goal ? 0 : layout->n_series;
}

static void add_csv_header(ley_text *text, const ley_layout *layout) {
    const ley_index n_series = csv_series(layout);
    for (ley_index i = 0; i < layout->n_axes; i++) add_field(text, layout->axes[i].name);
    if (n_series && !layout->steady) add_field(text, "time");
    for (ley_index i = 0; i < n_series; i++) {
        const ley_layout_series *series = &layout->series[i];
        for (ley_index k = 0; k < series->width; k++) {
            add_field(text, series->name);
            if (series->dimension) ley_text_add(text, "[%lld]", (long long)k);
        }
    }
    for (ley_index i = 0; i < layout->n_measures; i++) add_field(text, layout->measures[i].name);
    ley_text_add(text, "\n");
}

static void add_csv_axes(ley_text *text, const ley_layout *layout, ley_index point) {
    ley_index place[LEY_RANK_MAX];
    ley_layout_place(layout, point, place);
    for (ley_index i = 0; i < layout->n_axes; i++) {
        const ley_layout_axis *axis = &layout->axes[i];
        if (axis->labels)
            add_field(text, axis->labels[place[i]]);
        else
            add_value(text, axis->values[place[i]]);
    }
}

ley_status ley_result_csv(const ley_result *result, char **text, ley_error *err) {
    if (!result || !text) return ley_fail(err, LEY_ERR_ARGUMENT, result ? "text" : "result", "NULL");
    const ley_layout *layout = ley_result_layout(result);
    const ley_index n_series = csv_series(layout);
    ley_status status = LEY_OK;
    ley_text made = {0};
    double **values = ley_allocate((size_t)n_series, sizeof *values);
    bool short_of_memory = !values;
    for (ley_index i = 0; !short_of_memory && i < n_series; i++) {
        values[i] = ley_allocate((size_t)(layout->n_times * layout->series[i].width), sizeof **values);
        short_of_memory = !values[i];
    }
    if (!short_of_memory) add_csv_header(&made, layout);
    for (ley_index point = 0; !short_of_memory && !status && point < layout->n_points; point++) {
        ley_point_status reached = ley_result_status(result, point);
        if (reached == LEY_POINT_PENDING) continue;
        for (ley_index i = 0; !status && i < n_series; i++)
            status = ley_result_series(result, values[i], i, point, err);
        ley_index n_times = 0, rows = n_series ? ley_result_rows(result, point) : 1;
        const double *times = ley_layout_times(layout, point, &n_times);
        for (ley_index row = 0; !status && row < rows; row++) {
            add_csv_axes(&made, layout, point);
            if (n_series && !layout->steady) add_value(&made, times[row]);
            for (ley_index i = 0; i < n_series; i++)
                for (ley_index k = 0; k < layout->series[i].width; k++)
                    add_value(&made, values[i][row * layout->series[i].width + k]);
            for (ley_index i = 0; i < layout->n_measures; i++)
                add_value(&made, ley_result_measure(result, i, point));
            ley_text_add(&made, "\n");
        }
    }
    for (ley_index i = 0; values && i < n_series; i++) ley_release(values[i]);
    ley_release(values);
    char *whole = status ? NULL : ley_text_take(&made);
    ley_text_clear(&made);
    if (!status && (short_of_memory || !whole)) {
        ley_release(whole);
        return ley_fail(err, LEY_ERR_MEMORY, "csv", "no memory for the table");
    }
    if (!status) *text = whole;
    return status;
}
