#include "result/record.h"

#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double *not_yet(ley_index n) {
    double *numbers = ley_allocate((size_t)n, sizeof *numbers);
    for (ley_index i = 0; numbers && i < n; i++) numbers[i] = NAN;
    return numbers;
}

enum { STEADY_CELLS_KEPT = 200 }; /* 22 MB of blocks */

bool ley_record_keeps_battery(const ley_task *task) {
    return task->purpose != LEY_STEADY_STATE || task->model.cells <= STEADY_CELLS_KEPT;
}

ley_status ley_record_create(ley_record *record, const ley_task *task, ley_error *err) {
    memset(record, 0, sizeof *record);
    record->cells = task->model.cells;
    record->n_times = task->n_times;
    record->n_series = task->n_observables;
    record->n_shown = task->n_shown;
    record->n_measures = task->n_measures;
    record->n_reported = task->n_reported;
    record->certificate.cutoff_effect = record->certificate.residual = NAN; /* not measured */
    record->times = ley_allocate((size_t)task->n_times, sizeof *record->times);
    record->observables = ley_allocate((size_t)task->n_observables, sizeof *record->observables);
    record->width = ley_allocate((size_t)task->n_observables, sizeof *record->width);
    record->series = ley_allocate((size_t)task->n_observables, sizeof *record->series);
    record->requests = ley_allocate((size_t)task->n_measures, sizeof *record->requests);
    record->measures = not_yet(task->n_measures + task->derived_measures.n);
    record->reported = not_yet(task->n_reported);
    if (!record->times || !record->observables || !record->width || !record->series || !record->requests ||
        !record->measures || !record->reported)
        goto short_of_memory;
    if (task->n_times) memcpy(record->times, task->times, (size_t)task->n_times * sizeof *record->times);
    if (task->n_measures)
        memcpy(record->requests, task->measures, (size_t)task->n_measures * sizeof *record->requests);
    for (ley_index i = 0; i < task->n_observables; i++) {
        record->observables[i] = task->observables[i];
        record->width[i] = ley_observable_width(task->observables[i], task->model.cells);
        record->series[i] = not_yet(task->n_times * record->width[i]);
        if (!record->series[i]) goto short_of_memory;
    }
    return LEY_OK;

short_of_memory:
    ley_record_clear(record);
    return ley_fail(err, LEY_ERR_MEMORY, "time.points", "no memory for the rows of %lld output times",
                    (long long)task->n_times);
}

void ley_record_clear(ley_record *record) {
    for (ley_index i = 0; record->series && i < record->n_series; i++) ley_release(record->series[i]);
    ley_release(record->series);
    ley_release(record->width);
    ley_release(record->observables);
    ley_release(record->times);
    ley_release(record->requests);
    ley_release(record->measures);
    ley_release(record->reported);
    ley_release(record->battery);
    ley_text_clear(&record->warnings);
    memset(record, 0, sizeof *record);
}

void ley_record_report(ley_record *record, const ley_task *task) {
    for (ley_index k = 0; k < task->derived_measures.n; k++) { /* each after those that it is made of */
        const ley_expression *formula = task->derived_measures.list[k].formula;
        const double value = formula ? ley_expression_of(formula, 0, record->measures) : NAN;
        record->measures[task->n_measures + k] = isfinite(value) ? value : NAN;
    }
    for (ley_index i = 0; i < record->n_reported; i++) record->reported[i] = record->measures[task->reported[i]];
}

void ley_measure_name(char name[LEY_MEASURE_NAME], const ley_task *task, const ley_measure_request *request) {
    const char *word = ley_measure_word(request->measure);
    const char *of = ley_observable_label(&task->derived, request->observable);
    if (request->measure == LEY_MEASURE_GAP || ley_measure_is_of_map(request->measure))
        snprintf(name, LEY_MEASURE_NAME, "%s", word);
    else if (request->measure == LEY_MEASURE_AT_MAX)
        snprintf(name, LEY_MEASURE_NAME, "%s(%s, %s)", word, of, ley_observable_label(&task->derived, request->by));
    else if (request->stage > 0)
        snprintf(name, LEY_MEASURE_NAME, "%s(%s, %s)", word, of, request->stage_name);
    else
        snprintf(name, LEY_MEASURE_NAME, "%s(%s)", word, of);
}

void ley_reported_name(char name[LEY_MEASURE_NAME], const ley_task *task, ley_index i) {
    const ley_index place = task->reported[i];
    if (place < task->n_measures)
        ley_measure_name(name, task, &task->measures[place]);
    else
        snprintf(name, LEY_MEASURE_NAME, "%s", task->derived_measures.list[place - task->n_measures].name);
}

const char *ley_reported_unit(const ley_task *task, ley_index i) {
    if (task->reported[i] >= task->n_measures) return "";
    const ley_measure_request *request = &task->measures[task->reported[i]];
    switch (request->measure) {
    case LEY_MEASURE_ARGMAX:
    case LEY_MEASURE_ARGMIN:
    case LEY_MEASURE_FIRST_ARGMAX:
    case LEY_MEASURE_SAMPLED_ARGMAX:
    case LEY_MEASURE_BACKFLOW:
    case LEY_MEASURE_BACKFLOW_BEGIN:
    case LEY_MEASURE_BACKFLOW_END:
        return "time";
    case LEY_MEASURE_BACKFLOWS:
    case LEY_MEASURE_RHP:
    case LEY_MEASURE_BLP_OPTIMISED:
        return "1";
    case LEY_MEASURE_GAP:
        return "1/time";
    default:
        return ley_observable_unit_of(&task->derived, request->observable);
    }
}
