/* One run of one task. docs/theory/cutoff.md says how the Fock cut-off is chosen and certified,
 * docs/theory/integration.md how the tolerance asked for becomes a tolerance of the state. */
#include "run/engine.h"

#include "core/clock.h"
#include "core/status.h"
#include "observables/closed_form.h"
#include "run/choice.h"
#include "run/cutoff.h"
#include "run/difference.h"
#include "run/pass.h"

#include <math.h>

static bool fits(const ley_task *task, int32_t levels) {
    ley_task trial = *task;
    trial.numerics.representation = ley_choice_representation(task);
    trial.model.levels = levels;
    trial.numerics.levels_auto = false;
    ley_forecast forecast;
    return ley_engine_forecast(&forecast, &trial, NULL) == LEY_OK &&
           (task->numerics.memory_limit <= 0 || forecast.bytes <= task->numerics.memory_limit);
}

static ley_status run_fixed(ley_record *record, const ley_task *task, ley_steady_memory *memory,
                            const ley_engine_hooks *hooks, ley_error *err) {
    int32_t levels = task->model.levels;
    double tolerance = task->numerics.tolerance;
    ley_pass_outcome outcome = LEY_PASS_DONE;
    ley_pass_options options = {
        .edge_limit = INFINITY, .fraction_end = 1, .final = true, .memory = task->numerics.certify ? memory : NULL};
    ley_status status = ley_pass(&outcome, record, task, levels, &options, hooks, err);
    if (status != LEY_OK || !task->has_cavity) {
        if (status == LEY_OK) record->certificate.cutoff_effect = 0;
        return status;
    }
    ley_certificate *c = &record->certificate;
    ley_cutoff cutoff = ley_choice_cutoff(task);
    if (cutoff.proved && levels >= cutoff.levels) {
        c->cutoff_effect = cutoff.effect;
        return LEY_OK;
    }
    if (c->edge_population <= 1e-3 * tolerance && cutoff.levels <= levels) return LEY_OK;
    if (!task->numerics.certify) {
        ley_text_add(&record->warnings, "cavity.levels = %d truncates: the last level holds up to %.2g\n", levels,
                     c->edge_population);
        return LEY_OK;
    }
    int32_t larger = ley_cutoff_check(levels);
    if (!fits(task, larger)) {
        ley_text_add(
            &record->warnings,
            "cavity.levels = %d: the last level holds up to %.2g; a comparison with %d levels does not fit "
            "in memory\n",
            levels, c->edge_population, larger);
        return LEY_OK;
    }
    ley_record other = {0};
    status = ley_record_create(&other, task, err);
    options = (ley_pass_options){.edge_limit = INFINITY, .fraction_begin = 1, .fraction_end = 1, .memory = memory};
    /* What the cut-off does to a steady state is of the size of the last level's population, or larger. */
    if (task->purpose == LEY_STEADY_STATE) options.steady_lax = fmin(1e6, c->edge_population / tolerance);
    if (status == LEY_OK) status = ley_pass(&outcome, &other, task, larger, &options, hooks, err);
    if (status == LEY_OK) {
        const ley_difference d = ley_record_difference(record, &other, task);
        c->cutoff_effect = d.value;
        c->levels_checked = larger;
        if (d.value > tolerance)
            ley_text_add(&record->warnings,
                         "cavity.levels = %d truncates: with %d levels %s changes by %.2g (tolerance %.2g)\n",
                         levels, larger, d.where, d.value, tolerance);
    }
    ley_record_clear(&other);
    return status;
}

/* The first two runs of a comparison may be this much coarser in time: it shows the error of the first, and that of
 * the second is smaller by their ratio. */
static const double first_lax = 60, second_lax = 10;
/* In these runs a displaced state gets more levels when the last one holds this much of the tolerance. The second
 * has two more at all times: a fifth of the amplitudes that the first one lacks. */
static const double level_share = 0.003;
static const int32_t level_spare = 2;

/* Runs with growing cut-offs until two of them agree; the larger one is the answer. */
static ley_status run_auto(ley_record *record, const ley_task *task, ley_steady_memory *memory,
                           const ley_engine_hooks *hooks, ley_error *err) {
    const double tolerance = task->numerics.tolerance;
    ley_cutoff cutoff = ley_choice_cutoff(task);
    ley_record before = {0};
    ley_status status = LEY_OK;
    int32_t levels = cutoff.levels;
    bool have_before = false;
    int runs = 0;    /* that reached the end */
    double done = 0; /* fraction of the work, as told to the watch */
    for (;;) {
        if (!fits(task, levels)) {
            status = ley_fail(err, LEY_ERR_MEMORY, "cavity.levels",
                              "no certified cut-off fits in memory: %d levels are too few, %d need too much",
                              cutoff.levels, levels);
            break;
        }
        /* The edge may hold little enough that the comparison has a chance; the comparison decides. */
        ley_pass_options options = {.edge_limit = cutoff.proved ? INFINITY : tolerance,
                                    .coherences = cutoff.coherences,
                                    .lax = cutoff.proved || runs > 1 ? 1
                                           : have_before             ? second_lax
                                                                     : first_lax,
                                    .level_limit = runs > 1 ? 0 : level_share * tolerance,
                                    .spare = have_before ? level_spare : 0,
                                    .fraction_begin = done,
                                    .fraction_end = cutoff.proved ? 1 : done + 0.5 * (1 - done),
                                    .final = cutoff.proved,
                                    .memory = memory};
        ley_pass_outcome outcome = LEY_PASS_DONE;
        status = ley_pass(&outcome, record, task, levels, &options, hooks, err);
        if (status != LEY_OK || cutoff.proved) {
            if (status == LEY_OK) record->certificate.cutoff_effect = cutoff.effect;
            break;
        }
        done = options.fraction_end;
        if (outcome == LEY_PASS_EDGE) {
            levels = ley_cutoff_grow(levels);
            have_before = false;
            continue;
        }
        if (have_before) {
            const ley_difference d = ley_record_difference(&before, record, task);
            record->certificate.cutoff_effect = d.value;
            record->certificate.levels_checked = before.certificate.levels;
            if (d.value <= tolerance) {
                record->certificate.integration_error = fmin(record->certificate.integration_error, d.value);
                break;
            }
        }
        ley_record_clear(&before);
        status = ley_record_create(&before, task, err);
        if (status != LEY_OK) break;
        ley_record swap = before;
        before = *record;
        *record = swap;
        have_before = true;
        runs++;
        levels = ley_cutoff_check(levels);
    }
    ley_record_clear(&before);
    if (status == LEY_OK && hooks && hooks->rows) hooks->rows(hooks->user, record, 0, record->rows);
    return status;
}

/* A formula that has no value at some output time leaves NaN there, and says so. */
static void warn_of_gaps(ley_record *record, const ley_task *task) {
    for (ley_index i = 0; i < record->n_shown; i++) {
        if (!ley_observable_is_derived(record->observables[i])) continue;
        ley_index gaps = 0, first = 0;
        for (ley_index row = 0; row < record->rows; row++)
            if (isnan(record->series[i][row]) && gaps++ == 0) first = row;
        const char *name = ley_observable_label(&task->derived, record->observables[i]);
        if (gaps == 1)
            ley_text_add(&record->warnings, "%s has no finite value at t = %.6g\n", name, record->times[first]);
        else if (gaps > 1)
            ley_text_add(&record->warnings, "%s has no finite value at %lld output times, the first t = %.6g\n",
                         name, (long long)gaps, record->times[first]);
    }
    for (ley_index i = 0; i < record->n_reported; i++) {
        const ley_index place = task->reported[i];
        const bool derived =
            place >= task->n_measures || ley_observable_is_derived(task->measures[place].observable);
        if (!derived || !isnan(record->reported[i])) continue;
        char name[LEY_MEASURE_NAME];
        ley_reported_name(name, task, i);
        ley_text_add(&record->warnings, "%s has no finite value\n", name);
    }
}

ley_status ley_engine_run(ley_record *record, const ley_task *task, const ley_engine_hooks *hooks, ley_error *err) {
    double begin = ley_seconds();
    ley_steady_memory memory = {0};
    bool automatic = task->has_cavity && task->numerics.levels_auto;
    ley_status status = ley_closed_form_fill(&task->derived, &task->model, err);
    if (status == LEY_OK) status = (automatic ? run_auto : run_fixed)(record, task, &memory, hooks, err);
    ley_steady_memory_clear(&memory);
    record->certificate.wall_seconds = ley_seconds() - begin;
    if (status == LEY_OK && record->certificate.excitation_edge > task->numerics.tolerance)
        ley_text_add(&record->warnings,
                     "battery.excitations = %d truncates: the last excitation holds up to %.2g\n",
                     task->model.excitations, record->certificate.excitation_edge);
    if (status == LEY_OK) warn_of_gaps(record, task);
    if (status == LEY_OK && record->certificate.min_eigenvalue < -fmax(1e-9, 10 * task->numerics.tolerance))
        ley_text_add(&record->warnings, "the battery state is not positive: smallest eigenvalue %.2g%s\n",
                     record->certificate.min_eigenvalue,
                     ley_model_is_constant(&task->model) ? "" : " (a negative rate can do that)");
    return status;
}
