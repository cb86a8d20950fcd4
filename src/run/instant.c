#include "run/instant.h"

#include "core/memory.h"
#include "core/status.h"
#include "run/gauss.h"

#include <math.h>
#include <string.h>

/* What a segment or a state says about a moment, as a reduced state. */
static void expand(const ley_instant *s, double t, double *reduced) {
    memset(reduced, 0, (size_t)ley_reduced_length(&s->generator->blocks) * sizeof *reduced);
    s->generator->class->expand(s->generator, t, reduced, s->compact);
}

static void reduced_at(const ley_instant *s, const ley_segment *segment, double t, double *reduced) {
    segment->reduced(segment, t, s->compact ? s->compact : reduced);
    if (s->compact) expand(s, t, reduced);
}

/* ---- Heat and work ----------------------------------------------------------------------------------------- */

static double heat_between(ley_instant *s, const ley_segment *segment, double begin, double end) {
    if (!s->heat_flows || end <= begin) return 0;
    const int parts = (segment->samples + 3) / 4;
    double sum = 0, h = (end - begin) / parts;
    for (int part = 0; part < parts; part++)
        for (int i = 0; i < LEY_GAUSS; i++) {
            double t = begin + (part + ley_gauss_node[i]) * h;
            reduced_at(s, segment, t, s->scratch);
            ley_reduced view = ley_reduced_view(&s->generator->blocks, s->scratch);
            sum += ley_gauss_weight[i] * ley_heat_rate(s->model, &s->generator->blocks, t, &view);
        }
    return h * sum;
}

/* Work that a changing Hamiltonian does over the segment: between its ends, and by a jump at its end. */
static double work_of_segment(ley_instant *s, const ley_segment *segment) {
    if (!s->work_flows) return 0;
    const ley_blocks *blocks = &s->generator->blocks;
    const int parts = (segment->samples + 3) / 4;
    const double h = (segment->end - segment->begin) / parts;
    double sum = 0;
    for (int part = 0; part < parts; part++)
        for (int i = 0; i < LEY_GAUSS; i++) {
            const double t = segment->begin + (part + ley_gauss_node[i]) * h;
            reduced_at(s, segment, t, s->scratch);
            const ley_reduced view = ley_reduced_view(blocks, s->scratch);
            sum += h * ley_gauss_weight[i] * ley_work_rate(s->model, blocks, t, &view);
        }
    reduced_at(s, segment, segment->end, s->scratch);
    const ley_reduced view = ley_reduced_view(blocks, s->scratch);
    return sum + ley_total_energy(s->model, blocks, segment->end, &view) -
           ley_total_energy(s->model, blocks, nextafter(segment->end, segment->begin), &view);
}

/* ---- Looking ----------------------------------------------------------------------------------------------- */

/* Signals just inside the segment at its end: a switch shows its value before the jump there. */
static double inside(const ley_segment *segment, double t) {
    return t < segment->end ? t : nextafter(segment->end, segment->begin);
}

void ley_instant_reduce(ley_instant *s, double t) {
    reduced_at(s, s->segment, t, s->reduced);
}

void ley_instant_look(ley_instant *s, double t, bool from_inside) {
    const ley_segment *segment = s->segment;
    double heat = s->heat;
    if (t < segment->begin && segment->previous) {
        segment = segment->previous;
        heat = s->heat_before;
    }
    reduced_at(s, segment, t, s->reduced);
    if (s->x) segment->state(segment, t, s->x);
    if (s->heat_wanted) heat += heat_between(s, segment, segment->begin, t);
    ley_observer_look(s->observer, from_inside ? inside(segment, t) : t, s->reduced, s->x, heat);
}

void ley_instant_look_at_start(ley_instant *s, const double *x) {
    s->generator->class->reduce(s->generator, s->compact ? s->compact : s->reduced, x);
    if (s->compact) expand(s, 0, s->reduced);
    if (s->x) memcpy(s->x, x, (size_t)s->generator->n * sizeof *x);
    ley_observer_look(s->observer, 0, s->reduced, s->x, 0);
}

void ley_instant_leave(ley_instant *s) {
    s->heat_before = s->heat;
    s->heat += heat_between(s, s->segment, s->segment->begin, s->segment->end);
    s->work += work_of_segment(s, s->segment);
    ley_instant_reduce(s, s->segment->end);
}

/* ---- Creation ---------------------------------------------------------------------------------------------- */

static bool dissipates(const ley_model *model) {
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if (!ley_signal_is_zero(&model->rate[channel])) return true;
    return false;
}

ley_status ley_instant_create(ley_instant *s, const ley_task *task, const ley_model *model,
                              const ley_generator *generator, ley_error *err) {
    s->model = model;
    s->generator = generator;
    s->heat_flows = dissipates(model);
    s->work_flows = !ley_model_energy_is_constant(model) && ley_model_energy_has_slope(model);

    size_t n_list = 0, length = (size_t)ley_reduced_length(&generator->blocks);
    ley_observable *list = ley_allocate((size_t)(task->n_observables + 2 * task->n_measures), sizeof *list);
    s->reduced = ley_allocate(length, sizeof(double));
    s->scratch = ley_allocate(length, sizeof(double));
    const bool own = generator->class->expand != NULL;
    if (own) s->compact = ley_allocate((size_t)generator->n_compact, sizeof(double));
    ley_status status = LEY_OK;
    if (!list || !s->reduced || !s->scratch || (own && !s->compact)) {
        status = ley_fail(err, LEY_ERR_MEMORY, "sampler", "no memory for the reduced states");
        goto done;
    }
    for (ley_index i = 0; i < task->n_observables; i++) list[n_list++] = task->observables[i];
    for (ley_index i = 0; i < task->n_measures; i++) {
        list[n_list++] = task->measures[i].observable;
        if (task->measures[i].measure == LEY_MEASURE_AT_MAX) list[n_list++] = task->measures[i].by;
    }
    for (size_t i = 0; i < n_list; i++) s->heat_wanted |= list[i] == LEY_HEAT;
    status = ley_observer_create(&s->observer, generator, list, (ley_index)n_list, err);
    if (status != LEY_OK) goto done;
    ley_observer_derive(s->observer, &task->derived);
    if (ley_observer_needs_state(s->observer) && !(s->x = ley_allocate((size_t)generator->n, sizeof(double))))
        status = ley_fail(err, LEY_ERR_MEMORY, "sampler", "no memory for the joint state");
done:
    ley_release(list);
    return status;
}

void ley_instant_clear(ley_instant *s) {
    ley_observer_destroy(s->observer);
    ley_release(s->reduced);
    ley_release(s->scratch);
    ley_release(s->compact);
    ley_release(s->x);
}
