#include "file/known_engine.h"

#include "core/memory.h"
#include "core/status.h"
#include "run/engine.h"

#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

atomic_long row_microseconds;
atomic_int failing_cells;
atomic_int most_running;
atomic_long bytes_a_run;
static atomic_int running;

void reset_known_engine(void) {
    atomic_store(&row_microseconds, 0);
    atomic_store(&failing_cells, 0);
    atomic_store(&most_running, 0);
    atomic_store(&bytes_a_run, 1000);
}

double known_value(int32_t cells, double t, ley_index i_series, ley_index part) {
    return sin(cells + 0.1 * t) + 10.0 * (double)i_series + 100.0 * (double)part;
}

double known_measure(int32_t cells, ley_index i_measure) {
    return 1.0 / (cells + 7.0 * (double)i_measure);
}

ley_status ley_engine_forecast(ley_forecast *forecast, const ley_task *task, ley_error *err) {
    (void)err;
    *forecast = (ley_forecast){.bytes = (double)atomic_load(&bytes_a_run),
                               .seconds = task->model.cells,
                               .representation = LEY_REPRESENTATION_BLOCKS,
                               .method = LEY_METHOD_DOP853};
    return LEY_OK;
}

static ley_status run_rows(ley_record *record, const ley_task *task, const ley_engine_hooks *hooks,
                           ley_error *err) {
    int32_t cells = task->model.cells;
    for (ley_index row = 0; row < task->n_times; row++) {
        if (hooks->watch && hooks->watch(hooks->user, (double)row / (double)task->n_times))
            return ley_fail(err, LEY_ERR_STOPPED, "", "stopped");
        if (cells == atomic_load(&failing_cells) && row == task->n_times / 2)
            return ley_fail(err, LEY_ERR_NUMERIC, "time", "the step became too small");
        if (atomic_load(&row_microseconds)) usleep((useconds_t)atomic_load(&row_microseconds));
        for (ley_index i = 0; i < record->n_series; i++)
            for (ley_index k = 0; k < record->width[i]; k++)
                record->series[i][row * record->width[i] + k] = known_value(cells, task->times[row], i, k);
        record->rows = row + 1;
        if (hooks->rows) hooks->rows(hooks->user, record, row, row + 1);
    }
    for (ley_index i = 0; i < record->n_measures; i++) record->measures[i] = known_measure(cells, i);
    ley_record_report(record, task);
    ley_index n = 0;
    for (int32_t two_j = cells; two_j >= 0; two_j -= 2) n += (ley_index)(two_j + 1) * (two_j + 1);
    record->battery = ley_allocate((size_t)n, sizeof *record->battery);
    for (ley_index i = 0; record->battery && i < n; i++)
        record->battery[i] = (ley_complex){(double)i, -0.5 * (double)i};
    record->certificate.trace_error = 1e-15 * cells;
    record->certificate.min_eigenvalue = -1e-16 * cells;
    record->certificate.steps = 10 * cells;
    record->certificate.wall_seconds = (double)clock(); /* differs from run to run: must not reach a dataset */
    if (cells == 3) ley_text_add(&record->warnings, "three cells\nare a crowd\n");
    return LEY_OK;
}

ley_status ley_engine_run(ley_record *record, const ley_task *task, const ley_engine_hooks *hooks, ley_error *err) {
    int here = atomic_fetch_add(&running, 1) + 1, seen = atomic_load(&most_running);
    while (here > seen && !atomic_compare_exchange_weak(&most_running, &seen, here)) {
    }
    snprintf(record->representation, sizeof record->representation, "blocks");
    snprintf(record->method, sizeof record->method, "dop853");
    ley_status status = run_rows(record, task, hooks, err);
    atomic_fetch_sub(&running, 1);
    return status;
}
