#include "run/steady.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/chain.h"
#include "observables/observables.h"

#include <math.h>
#include <stdio.h>

/* Nothing couples populations with coherences, which decay whatever noise there is. */
static bool is_chain(const ley_task *task) {
    return !task->has_cavity && ley_signal_is_zero(&task->model.drive_battery);
}

/* ---- Populations -----------------------------------------------------------------------------------------------
 */

static ley_status keep_battery(ley_record *record, const ley_chain *chain, const double *p, ley_error *err) {
    ley_blocks blocks;
    ley_status status = ley_blocks_create(&blocks, chain->cells, 1, err);
    if (status != LEY_OK) return status;
    record->battery = ley_allocate((size_t)blocks.offset[blocks.n_blocks], sizeof *record->battery);
    if (!record->battery) status = ley_fail(err, LEY_ERR_MEMORY, "record", "no memory for the final battery state");
    for (int32_t b = 0; b < chain->n_blocks && record->battery; b++) {
        const ley_index d = ley_spin_two_j(chain->cells, b) + 1;
        for (ley_index i = 0; i < d; i++)
            record->battery[blocks.offset[b] + i * (d + 1)].re = p[chain->offset[b] + i];
    }
    ley_blocks_clear(&blocks);
    return status;
}

static ley_status report_populations(ley_record *record, const ley_task *task, const ley_chain *chain,
                                     const double *p, double *scratch, ley_error *err) {
    ley_status status = LEY_OK;
    for (ley_index i = 0; i < record->n_series && status == LEY_OK; i++)
        status = ley_population_value(&task->model, p, record->series[i], record->observables[i], scratch, err);
    for (ley_index i = 0; i < record->n_measures && status == LEY_OK; i++)
        status = ley_population_value(&task->model, p, &record->measures[i], record->requests[i].observable,
                                      scratch, err);
    if (status != LEY_OK) return status;
    double sum = 0, lowest = INFINITY;
    for (int32_t i = 0; i < chain->n; i++) {
        sum += p[i];
        lowest = fmin(lowest, p[i]);
    }
    record->rows = 1;
    record->certificate.trace_error = fabs(sum - 1);
    record->certificate.min_eigenvalue = lowest;
    return ley_record_keeps_battery(task) ? keep_battery(record, chain, p, err) : LEY_OK;
}

static ley_status run_chain(ley_record *record, const ley_task *task, ley_error *err) {
    const ley_model *model = &task->model;
    ley_chain chain = {0};
    double *p = NULL, *scratch = NULL, residual = NAN;
    const char *method = "";
    ley_status status = ley_chain_create(&chain, model, err);
    if (status != LEY_OK) goto done;
    p = ley_allocate((size_t)chain.n, sizeof *p);
    scratch = ley_allocate((size_t)ley_passive_scratch(model->cells), sizeof *scratch);
    if (!p || !scratch) {
        status = ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for %d populations", (int)chain.n);
        goto done;
    }
    ley_chain_start(&chain, &model->battery_state, p);
    status = ley_chain_stationary(&chain, model, p, p, &method, &residual, err);
    if (status != LEY_OK) goto done;
    snprintf(record->representation, sizeof record->representation, "populations");
    snprintf(record->method, sizeof record->method, "%s", method);
    record->certificate = (ley_certificate){
        .residual = residual, .energy_error = NAN, .stationary_states = ley_model_stationary_states(model, false)};
    double slowest = INFINITY;
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if (model->rate[channel].value > 0) slowest = fmin(slowest, model->rate[channel].value);
    const double energy = fmax(1, fabs(ley_model_battery_energy_frequency(model, 0)) * model->cells);
    record->certificate.integration_error = residual / slowest * energy;
    status = report_populations(record, task, &chain, p, scratch, err);
done:
    ley_chain_clear(&chain);
    ley_release(p);
    ley_release(scratch);
    return status;
}

/* ---- The run ------------------------------------------------------------------------------------------------- */

ley_status ley_steady_run(ley_record *record, const ley_task *task, const ley_engine_hooks *hooks, ley_error *err) {
    ley_status status = LEY_OK;
    if (hooks && hooks->watch && hooks->watch(hooks->user, 0))
        return ley_fail(err, LEY_ERR_STOPPED, "", "stopped before it began");
    if (is_chain(task))
        status = run_chain(record, task, err);
    else
        status = ley_fail(err, LEY_ERR_UNSUPPORTED, "cavity",
                          "steady states with a cavity or a battery drive are not offered by this version yet; "
                          "leyden run with a long time gives them");
    if (status == LEY_OK && hooks && hooks->rows) hooks->rows(hooks->user, record, 0, record->rows);
    return status;
}

ley_status ley_steady_forecast(ley_forecast *forecast, const ley_task *task, ley_error *err) {
    if (!is_chain(task))
        return ley_fail(err, LEY_ERR_UNSUPPORTED, "cavity",
                        "steady states with a cavity or a battery drive are not offered by this version yet; "
                        "leyden run with a long time gives them");
    const double n = task->model.cells, unknowns = floor((n + 2) * (n + 2) / 4);
    *forecast = (ley_forecast){.levels_exact = true,
                               .numbers = unknowns,
                               .parts = 1,
                               .bytes = ley_chain_bytes(task->model.cells) + 40 * unknowns * sizeof(double) +
                                        30 * unknowns * log2(unknowns + 1) * sizeof(double),
                               .seconds = 2e-6 * pow(unknowns, 1.2),
                               .steady = {"populations", "sparse LU"}};
    return LEY_OK;
}
