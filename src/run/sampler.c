#include "run/sampler.h"

#include "core/memory.h"
#include "core/status.h"
#include "run/certificate.h"
#include "run/instant.h"
#include "run/measures.h"

#include <math.h>
#include <string.h>

enum { HEALTH_ROWS = 64 }; /* rows whose spectrum is looked at for the certificate */

struct ley_sampler {
    ley_record *record;
    ley_sampler_options options;
    ley_instant instant;
    ley_certifier certifier;
    ley_measures *measures;
    ley_index next_row, health_stride;
    double t_end;
    ley_status status;
    ley_error error;
};

/* ---- Rows and the final state ------------------------------------------------------------------------------ */

/* The observer looks at the row's time already. */
static ley_status write_row(ley_sampler *s, ley_index row, ley_error *err) {
    ley_record *record = s->record;
    for (ley_index i = 0; i < record->n_series; i++) {
        double *out = record->series[i] + row * record->width[i];
        ley_status status = ley_observer_value(s->instant.observer, out, record->observables[i], err);
        if (status != LEY_OK) return status;
    }
    ley_status status = ley_measures_row(s->measures, row, err);
    if (status == LEY_OK && (row % s->health_stride == 0 || row + 1 == record->n_times))
        status = ley_certifier_health(&s->certifier, s->instant.observer, err);
    if (status == LEY_OK) record->rows = row + 1;
    return status;
}

static ley_status rows_of_segment(ley_sampler *s, const ley_segment *segment, ley_error *err) {
    ley_index first = s->next_row;
    while (s->next_row < s->record->n_times && s->record->times[s->next_row] <= segment->end) {
        ley_instant_look(&s->instant, s->record->times[s->next_row], false);
        ley_status status = write_row(s, s->next_row, err);
        if (status != LEY_OK) return status;
        s->next_row++;
    }
    const ley_engine_hooks *hooks = s->options.hooks;
    if (s->options.report_rows && hooks && hooks->rows && s->next_row > first)
        hooks->rows(hooks->user, s->record, first, s->next_row);
    return LEY_OK;
}

/* The observer looks at the final state already. */
static ley_status final_state(ley_sampler *s, ley_error *err) {
    ley_record *record = s->record;
    ley_status status = ley_measures_final(s->measures, err);
    if (status != LEY_OK || !s->options.battery_known) return status;
    const ley_blocks *blocks = &s->instant.generator->blocks;
    ley_reduced view = ley_reduced_view(blocks, s->instant.reduced);
    const size_t n = (size_t)ley_final_numbers(record->cells);
    if (n == 0) return LEY_OK;
    if (!record->battery && !(record->battery = ley_allocate(n, sizeof *record->battery)))
        return ley_fail(err, LEY_ERR_MEMORY, "record", "no memory for the final battery state");
    ley_blocks_whole(blocks, record->battery, view.battery);
    return LEY_OK;
}

double ley_final_numbers(int32_t cells) {
    const double n = cells, whole = (n + 3) * (n + 2) * (n + 1) / 6;
    return whole <= 0x1p21 ? floor(whole + 0.5) : 0;
}

/* ---- A run in segments: the sink --------------------------------------------------------------------------- */

/* While the last segment can still be asked: end points of the extremes, the final state. */
static ley_status close_run(ley_sampler *s, ley_error *err) {
    ley_status status = ley_measures_close(s->measures, err);
    if (status != LEY_OK) return status;
    ley_instant_look(&s->instant, s->instant.segment->end, false);
    return final_state(s, err);
}

int ley_sampler_segment(void *user, const ley_segment *segment) {
    ley_sampler *s = user;
    ley_instant *instant = &s->instant;
    ley_error *err = &s->error;
    instant->segment = segment;
    if (!s->certifier.started) {
        ley_instant_reduce(instant, segment->begin);
        ley_certifier_watch(&s->certifier, segment->begin, instant->reduced, 0, 0);
    }
    ley_status status = rows_of_segment(s, segment, err);
    if (status == LEY_OK) status = ley_measures_segment(s->measures, err);
    if (status == LEY_OK && segment->end >= s->t_end) status = close_run(s, err);

    ley_instant_leave(instant);
    ley_certifier_watch(&s->certifier, segment->end, instant->reduced, instant->heat, instant->work);

    const ley_engine_hooks *hooks = s->options.hooks;
    double fraction =
        s->options.fraction_begin + (s->options.fraction_end - s->options.fraction_begin) * segment->end / s->t_end;
    if (status == LEY_OK && hooks && hooks->watch && hooks->watch(hooks->user, fraction))
        status = ley_fail(err, LEY_ERR_STOPPED, "", "stopped at t = %.6g", segment->end);
    s->status = status;
    return status != LEY_OK || s->certifier.edge_exceeded;
}

ley_status ley_sampler_status(const ley_sampler *s, ley_error *err) {
    if (s->status != LEY_OK && err) *err = s->error;
    return s->status;
}

bool ley_sampler_edge_exceeded(const ley_sampler *s) {
    return s->certifier.edge_exceeded;
}

bool ley_sampler_looks_back(const ley_sampler *s) {
    return s->instant.x && ley_measures_look_back(s->measures);
}

void ley_sampler_finish(ley_sampler *s) {
    ley_measures_finish(s->measures);
}

/* ---- Runs without segments --------------------------------------------------------------------------------- */

double *ley_sampler_reduced(const ley_sampler *s) {
    return s->instant.reduced;
}

ley_status ley_sampler_row(ley_sampler *s, ley_index i, ley_error *err) {
    ley_instant *instant = &s->instant;
    const double t = s->record->times[i];
    ley_certifier_forgo_energy(&s->certifier);
    ley_certifier_watch(&s->certifier, t, instant->reduced, 0, 0);
    ley_observer_look(instant->observer, t, instant->reduced, NULL, NAN);
    ley_status status = write_row(s, i, err);
    if (status == LEY_OK && i + 1 == s->record->n_times) status = final_state(s, err);
    return status;
}

ley_status ley_sampler_initial_only(ley_sampler *s, const double *x, ley_error *err) {
    ley_instant_look_at_start(&s->instant, x);
    ley_certifier_watch(&s->certifier, 0, s->instant.reduced, 0, 0);
    ley_status status = LEY_OK;
    for (ley_index row = 0; row < s->record->n_times && status == LEY_OK; row++) status = write_row(s, row, err);
    if (status == LEY_OK) status = final_state(s, err);
    if (status == LEY_OK) status = ley_measures_of_start(s->measures, err);
    return status;
}

/* ---- Creation ---------------------------------------------------------------------------------------------- */

ley_status ley_sampler_create(ley_sampler **sampler, ley_record *record, const ley_task *task,
                              const ley_model *model, const ley_generator *generator,
                              const ley_sampler_options *options, ley_error *err) {
    ley_sampler *s = ley_allocate(1, sizeof *s);
    if (!s) return ley_fail(err, LEY_ERR_MEMORY, "sampler", "no memory for the observables");
    s->record = record;
    s->options = *options;
    s->t_end = task->times[task->n_times - 1];
    s->health_stride = record->n_times / HEALTH_ROWS + 1;
    ley_status status = ley_measures_create(&s->measures, record, task, &s->instant, err);
    if (status == LEY_OK) status = ley_instant_create(&s->instant, task, model, generator, err);
    if (status != LEY_OK) {
        ley_sampler_destroy(s);
        return status;
    }
    ley_certifier_begin(&s->certifier, &record->certificate, model, &generator->blocks, options->edge_limit,
                        options->battery_known);
    record->rows = 0;
    *sampler = s;
    return LEY_OK;
}

void ley_sampler_destroy(ley_sampler *s) {
    if (!s) return;
    ley_measures_destroy(s->measures);
    ley_instant_clear(&s->instant);
    ley_release(s);
}
