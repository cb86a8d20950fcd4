#include "run/sampler.h"

#include "core/memory.h"
#include "core/status.h"
#include "observables/observables.h"
#include "run/extremes.h"
#include "run/rises.h"
#include "run/sampled.h"

#include <math.h>
#include <string.h>

enum {
    HEALTH_ROWS = 64, /* rows whose spectrum is looked at for the certificate */
    MEAN_DEPTH = 24   /* bisections of a segment for a mean over a kink */
};

/* Gauss-Legendre, 6 nodes on [0, 1]: exact for polynomials of degree 11; the dense output has degree 7. */
enum { NODES = 6 };
static const double node[NODES] = {0.033765242898423975, 0.16939530676686776, 0.38069040695840156,
                                   0.61930959304159844,  0.83060469323313224, 0.96623475710157603};
static const double node_weight[NODES] = {0.085662246189585178, 0.18038078652406930, 0.23395696728634552,
                                          0.23395696728634552,  0.18038078652406930, 0.085662246189585178};

/* One function followed for its extremes: an observable, or its negative for minima. */
typedef struct tracker {
    ley_observable observable;
    bool negative;
    bool every; /* all turning points are wanted */
    ley_extremes extremes;
    ley_observable *beside; /* quantities wanted at the largest value */
    size_t n_beside;
    ley_sampler *sampler;
} tracker;

typedef struct mean {
    ley_observable observable;
    double integral;
} mean;

struct ley_sampler {
    ley_record *record;
    const ley_task *task;
    const ley_model *model;
    const ley_generator *generator;
    ley_sampler_options options;
    ley_observer *observer;
    double *reduced, *heat_reduced;
    double *compact; /* NULL unless the representation has a form of its own */
    double *x;       /* NULL unless some observable needs the joint state */
    const ley_segment *segment;
    double heat, heat_before; /* given away until the beginning of the segment, and of the previous one */
    double work;              /* done on the system until the beginning of the segment, jumps of H included */
    bool heat_flows, heat_wanted;
    tracker *trackers;
    size_t n_trackers;
    mean *means;
    size_t n_means;
    ley_sampled *sampled; /* [n_measures] */
    ley_index next_row, health_stride;
    bool edge_exceeded, energy_constant, energy_unknown, started;
    double energy_start, t_end;
    ley_status status;
    ley_error error;
};

static bool is_extreme(ley_measure measure) {
    return measure != LEY_MEASURE_FINAL && measure != LEY_MEASURE_MEAN && !ley_measure_is_of_stage(measure) &&
           !ley_measure_is_of_map(measure) && !ley_measure_is_sampled(measure);
}

static bool is_minimum(ley_measure measure) {
    return measure == LEY_MEASURE_MIN || measure == LEY_MEASURE_ARGMIN;
}

/* What a segment or a state says about a moment, as a reduced state. */
static void expand(const ley_sampler *s, double t, double *reduced) {
    memset(reduced, 0, (size_t)ley_reduced_length(&s->generator->blocks) * sizeof *reduced);
    s->generator->class->expand(s->generator, t, reduced, s->compact);
}

static void reduced_at(const ley_sampler *s, const ley_segment *segment, double t, double *reduced) {
    segment->reduced(segment, t, s->compact ? s->compact : reduced);
    if (s->compact) expand(s, t, reduced);
}

/* ---- Looking at a moment ------------------------------------------------------------------------------------ */

static double heat_between(ley_sampler *s, const ley_segment *segment, double begin, double end) {
    if (!s->heat_flows || end <= begin) return 0;
    const int parts = (segment->samples + 3) / 4;
    double sum = 0, h = (end - begin) / parts;
    for (int part = 0; part < parts; part++)
        for (int i = 0; i < NODES; i++) {
            double t = begin + (part + node[i]) * h;
            reduced_at(s, segment, t, s->heat_reduced);
            ley_reduced view = ley_reduced_view(&s->generator->blocks, s->heat_reduced);
            sum += node_weight[i] * ley_heat_rate(s->model, &s->generator->blocks, t, &view);
        }
    return h * sum;
}

/* Work that a changing Hamiltonian does over the segment: between its ends, and by a jump at its end. */
static double work_of_segment(ley_sampler *s, const ley_segment *segment) {
    if (s->energy_constant || s->energy_unknown) return 0;
    const ley_blocks *blocks = &s->generator->blocks;
    const int parts = (segment->samples + 3) / 4;
    const double h = (segment->end - segment->begin) / parts;
    double sum = 0;
    for (int part = 0; part < parts; part++)
        for (int i = 0; i < NODES; i++) {
            const double t = segment->begin + (part + node[i]) * h;
            reduced_at(s, segment, t, s->heat_reduced);
            const ley_reduced view = ley_reduced_view(blocks, s->heat_reduced);
            sum += h * node_weight[i] * ley_work_rate(s->model, blocks, t, &view);
        }
    reduced_at(s, segment, segment->end, s->heat_reduced);
    const ley_reduced view = ley_reduced_view(blocks, s->heat_reduced);
    return sum + ley_total_energy(s->model, blocks, segment->end, &view) -
           ley_total_energy(s->model, blocks, nextafter(segment->end, segment->begin), &view);
}

/* Signals just inside the segment at its end: a switch shows its value before the jump there. */
static double inside(const ley_segment *segment, double t) {
    return t < segment->end ? t : nextafter(segment->end, segment->begin);
}

/* Points the observer at time t of the current or the previous segment; t_signal is the time that signals see. */
static void look(ley_sampler *s, double t, bool from_inside) {
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

static ley_status tracked_value(void *user, double t, double *value, double *beside, ley_error *err) {
    tracker *track = user;
    ley_sampler *s = track->sampler;
    look(s, t, true);
    ley_status status = ley_observer_value(s->observer, value, track->observable, err);
    if (track->negative) *value = -*value;
    for (size_t i = 0; beside && i < track->n_beside && status == LEY_OK; i++)
        status = ley_observer_value(s->observer, &beside[i], track->beside[i], err);
    return status;
}

/* ---- Rows --------------------------------------------------------------------------------------------------- */

static ley_status write_row(ley_sampler *s, ley_index row, ley_error *err) {
    ley_record *record = s->record;
    for (ley_index i = 0; i < record->n_series; i++) {
        double *out = record->series[i] + row * record->width[i];
        ley_status status = ley_observer_value(s->observer, out, record->observables[i], err);
        if (status != LEY_OK) return status;
    }
    for (ley_index i = 0; i < record->n_measures; i++) {
        const ley_measure_request *request = &record->requests[i];
        double value;
        if (!ley_measure_is_sampled(request->measure)) continue;
        ley_status status = ley_observer_value(s->observer, &value, request->observable, err);
        if (status != LEY_OK) return status;
        record->measures[i] = ley_sampled_add(&s->sampled[i], request->measure, record->times[row], value);
    }
    if (s->options.battery_known && (row % s->health_stride == 0 || row + 1 == record->n_times)) {
        double lowest, hermiticity, trace;
        ley_status status = ley_observer_health(s->observer, &lowest, &hermiticity, &trace, err);
        if (status != LEY_OK) return status;
        ley_certificate *c = &record->certificate;
        c->min_eigenvalue = fmin(c->min_eigenvalue, lowest);
        c->hermiticity_error = fmax(c->hermiticity_error, hermiticity);
        c->trace_error = fmax(c->trace_error, fabs(trace - 1));
    }
    record->rows = row + 1;
    return LEY_OK;
}

/* Trace and edge of the second run. */
static void watch_second(ley_sampler *s, const ley_reduced *first) {
    const ley_blocks *blocks = &s->generator->blocks;
    ley_certificate *c = &s->record->certificate;
    const ley_reduced view = ley_reduced_of_second(blocks, first);
    double trace = view.moment[LEY_MOMENT_B_ONE * LEY_MOMENT_CAVITY + LEY_MOMENT_C_ONE].re;
    c->trace_error = fmax(c->trace_error, fabs(trace - 1));
    if (s->model->levels == 0) return;
    double edge = view.cavity[(ley_index)blocks->levels * blocks->levels - 1].re;
    c->edge_population = fmax(c->edge_population, edge);
    if (edge > s->options.edge_limit) s->edge_exceeded = true;
}

/* Population of the last excitation of the battery that is kept. */
static double excitation_edge(const ley_sampler *s, const ley_reduced *view) {
    const ley_blocks *blocks = &s->generator->blocks;
    const int32_t kept = s->model->excitations;
    double sum = 0;
    for (int32_t b = 0; b < blocks->n_blocks && b <= kept && kept < blocks->cells; b++) {
        if (!ley_blocks_kept(blocks, b) || kept - b > ley_spin_two_j(blocks->cells, b)) continue;
        sum += view->battery[blocks->offset[b] + (kept - b) * ley_blocks_stride(blocks, b)].re;
    }
    return sum;
}

/* Trace, edge and energy balance from the reduced state that was looked at last. */
static void watch_certificate(ley_sampler *s, double t, double heat) {
    const ley_blocks *blocks = &s->generator->blocks;
    ley_certificate *c = &s->record->certificate;
    ley_reduced view = ley_reduced_view(blocks, s->reduced);
    double trace = view.moment[LEY_MOMENT_B_ONE * LEY_MOMENT_CAVITY + LEY_MOMENT_C_ONE].re;
    c->trace_error = fmax(c->trace_error, fabs(trace - 1));
    if (s->model->levels > 0) {
        double edge = view.cavity[(ley_index)blocks->levels * blocks->levels - 1].re;
        c->edge_population = fmax(c->edge_population, edge);
        if (edge > s->options.edge_limit) s->edge_exceeded = true;
    }
    if (s->model->excitations > 0) c->excitation_edge = fmax(c->excitation_edge, excitation_edge(s, &view));
    if (blocks->second) watch_second(s, &view);
    if (!s->energy_unknown) {
        double energy = ley_total_energy(s->model, blocks, t, &view);
        if (!s->started) s->energy_start = energy;
        c->energy_error = fmax(c->energy_error, fabs(energy + heat - s->work - s->energy_start));
    }
}

static ley_status rows_of_segment(ley_sampler *s, ley_error *err) {
    const ley_segment *segment = s->segment;
    ley_index first = s->next_row;
    while (s->next_row < s->record->n_times && s->record->times[s->next_row] <= segment->end) {
        look(s, s->record->times[s->next_row], false);
        ley_status status = write_row(s, s->next_row, err);
        if (status != LEY_OK) return status;
        s->next_row++;
    }
    const ley_engine_hooks *hooks = s->options.hooks;
    if (s->options.report_rows && hooks && hooks->rows && s->next_row > first)
        hooks->rows(hooks->user, s->record, first, s->next_row);
    return LEY_OK;
}

/* ---- Extremes and means ------------------------------------------------------------------------------------- */

/* Where a derived quantity has no value its curve ends, as at a jump. */
static ley_status offer(ley_extremes *extremes, double t, double value, ley_error *err) {
    return isnan(value) ? ley_extremes_break(extremes, err) : ley_extremes_sample(extremes, t, value, err);
}

static ley_status sample_extremes(ley_sampler *s, ley_error *err) {
    const ley_segment *segment = s->segment;
    ley_status status = LEY_OK;
    for (size_t i = 0; i < s->n_trackers && status == LEY_OK; i++) {
        tracker *track = &s->trackers[i];
        ley_extremes *extremes = &track->extremes;
        double value;
        status = tracked_value(track, segment->begin, &value, NULL, err);
        int n = extremes->n_samples;
        bool jumps = n > 0 && fabs(value - extremes->value[n - 1]) > extremes->tolerance;
        if (jumps && status == LEY_OK) {
            /* The end point before the jump belongs to the previous segment. */
            status = ley_extremes_break(extremes, err);
        }
        if ((jumps || n == 0) && status == LEY_OK) status = offer(extremes, segment->begin, value, err);
        for (int k = 1; k <= segment->samples && status == LEY_OK; k++) {
            double part = (double)k / segment->samples, x = sin(0.5 * acos(-1.0) * part);
            double t = segment->begin + (segment->crowded ? x * x : part) * (segment->end - segment->begin);
            if (k == segment->samples) t = segment->end;
            status = tracked_value(track, t, &value, NULL, err);
            if (status == LEY_OK) status = offer(extremes, t, value, err);
        }
    }
    return status;
}

static ley_status gauss(ley_sampler *s, double *integral, ley_observable observable, double begin, double end,
                        ley_error *err) {
    *integral = 0;
    for (int i = 0; i < NODES; i++) {
        double value;
        look(s, begin + node[i] * (end - begin), true);
        ley_status status = ley_observer_value(s->observer, &value, observable, err);
        if (status != LEY_OK) return status;
        *integral += (end - begin) * node_weight[i] * value;
    }
    return LEY_OK;
}

/* Halves an interval until its integral no longer changes: ergotropies have kinks. */
static ley_status integrate(ley_sampler *s, double *integral, ley_observable observable, double begin, double end,
                            double whole, double allowed, int depth, ley_error *err) {
    double middle = 0.5 * (begin + end), left, right;
    ley_status status = gauss(s, &left, observable, begin, middle, err);
    if (status == LEY_OK) status = gauss(s, &right, observable, middle, end, err);
    if (status != LEY_OK) return status;
    if (!(fabs(left + right - whole) > allowed) || depth == 0) { /* NaN is as good as it gets */
        *integral += left + right;
        return LEY_OK;
    }
    status = integrate(s, integral, observable, begin, middle, left, 0.5 * allowed, depth - 1, err);
    if (status == LEY_OK)
        status = integrate(s, integral, observable, middle, end, right, 0.5 * allowed, depth - 1, err);
    return status;
}

/* Over pieces that are short enough not to agree by accident where there is a kink. */
static ley_status add_means(ley_sampler *s, ley_error *err) {
    const int pieces = (s->segment->samples + 1) / 2;
    const double step = (s->segment->end - s->segment->begin) / pieces;
    double allowed = fmax(0.1 * s->task->numerics.tolerance, 1e-14) * step;
    for (size_t i = 0; i < s->n_means; i++)
        for (int piece = 0; piece < pieces; piece++) {
            const double begin = s->segment->begin + piece * step;
            const double end = piece + 1 == pieces ? s->segment->end : begin + step;
            double whole;
            ley_status status = gauss(s, &whole, s->means[i].observable, begin, end, err);
            if (status == LEY_OK)
                status = integrate(s, &s->means[i].integral, s->means[i].observable, begin, end, whole, allowed,
                                   MEAN_DEPTH, err);
            if (status != LEY_OK) return status;
        }
    return LEY_OK;
}

/* ---- Stages ----------------------------------------------------------------------------------------------------
 */

/* The state does not jump where a stage ends, the Hamiltonian does. A segment ends there, too. */
static ley_status look_at_stages(ley_sampler *s, ley_error *err) {
    const ley_segment *segment = s->segment;
    for (ley_index i = 0; i < s->record->n_measures; i++) {
        const ley_measure_request *request = &s->record->requests[i];
        if (!ley_measure_is_of_stage(request->measure)) continue;
        const bool jump = request->measure == LEY_MEASURE_JUMP;
        const double t = fmin(s->task->stage_end[request->stage - (jump ? 2 : 1)], s->t_end);
        if (!(t > segment->begin && t <= segment->end)) continue;
        double before, after = 0;
        look(s, t, true);
        ley_status status = ley_observer_value(s->observer, &before, request->observable, err);
        if (jump && status == LEY_OK) {
            look(s, t, false);
            status = ley_observer_value(s->observer, &after, request->observable, err);
        }
        if (status != LEY_OK) return status;
        s->record->measures[i] = jump ? after - before : before;
    }
    return LEY_OK;
}

/* ---- Measures -------------------------------------------------------------------------------------------------
 */

static const tracker *find_tracker(const ley_sampler *s, ley_observable observable, bool negative) {
    for (size_t i = 0; i < s->n_trackers; i++)
        if (s->trackers[i].observable == observable && s->trackers[i].negative == negative) return &s->trackers[i];
    return NULL;
}

static double measure_value(const ley_sampler *s, const ley_measure_request *request) {
    if (request->measure == LEY_MEASURE_MEAN) {
        for (size_t i = 0; i < s->n_means; i++)
            if (s->means[i].observable == request->observable) return s->means[i].integral / s->t_end;
        return NAN;
    }
    if (ley_measure_is_rise(request->measure)) {
        const tracker *up = find_tracker(s, request->observable, false);
        const tracker *down = find_tracker(s, request->observable, true);
        const ley_rises rises =
            ley_rises_between(&up->extremes, &down->extremes, s->task->numerics.tolerance, request->stage);
        if (request->measure == LEY_MEASURE_BLP) return rises.sum;
        if (request->measure == LEY_MEASURE_BACKFLOW_BEGIN) return rises.begin;
        if (request->measure == LEY_MEASURE_BACKFLOW_END) return rises.end;
        return request->measure == LEY_MEASURE_BACKFLOW ? rises.duration : rises.count;
    }
    bool at_max = request->measure == LEY_MEASURE_AT_MAX;
    const tracker *track =
        find_tracker(s, at_max ? request->by : request->observable, is_minimum(request->measure));
    const ley_extreme *largest = ley_extremes_largest(&track->extremes);
    const ley_extreme *first = ley_extremes_first(&track->extremes);
    if (!largest) return NAN;
    switch (request->measure) {
    case LEY_MEASURE_MAX:
        return largest->value;
    case LEY_MEASURE_ARGMAX:
        return largest->t;
    case LEY_MEASURE_FIRST_MAX:
        return first->value;
    case LEY_MEASURE_FIRST_ARGMAX:
        return first->t;
    case LEY_MEASURE_MIN:
        return -largest->value;
    case LEY_MEASURE_ARGMIN:
        return largest->t;
    case LEY_MEASURE_AT_MAX:
        for (size_t i = 0; i < track->n_beside; i++)
            if (track->beside[i] == request->observable) return largest->beside[i];
        return NAN;
    default:
        return NAN;
    }
}

double ley_final_numbers(int32_t cells) {
    const double n = cells, whole = (n + 3) * (n + 2) * (n + 1) / 6;
    return whole <= 0x1p21 ? floor(whole + 0.5) : 0;
}

/* The observer looks at the final state already. */
static ley_status final_measures(ley_sampler *s, ley_error *err) {
    ley_record *record = s->record;
    for (ley_index i = 0; i < record->n_measures; i++)
        if (record->requests[i].measure == LEY_MEASURE_FINAL) {
            ley_status status =
                ley_observer_value(s->observer, &record->measures[i], record->requests[i].observable, err);
            if (status != LEY_OK) return status;
        }
    if (!s->options.battery_known) return LEY_OK;
    ley_reduced view = ley_reduced_view(&s->generator->blocks, s->reduced);
    const size_t n = (size_t)ley_final_numbers(record->cells);
    if (n == 0) return LEY_OK;
    if (!record->battery && !(record->battery = ley_allocate(n, sizeof *record->battery)))
        return ley_fail(err, LEY_ERR_MEMORY, "record", "no memory for the final battery state");
    ley_blocks_whole(&s->generator->blocks, record->battery, view.battery);
    return LEY_OK;
}

/* While the last segment can still be asked: end points of the extremes, the final state. */
static ley_status close_run(ley_sampler *s, ley_error *err) {
    ley_status status = LEY_OK;
    for (size_t i = 0; i < s->n_trackers && status == LEY_OK; i++)
        status = ley_extremes_break(&s->trackers[i].extremes, err);
    if (status != LEY_OK) return status;
    look(s, s->segment->end, false);
    return final_measures(s, err);
}

void ley_sampler_finish(ley_sampler *s) {
    for (ley_index i = 0; i < s->record->n_measures; i++)
        if (s->record->requests[i].measure != LEY_MEASURE_FINAL &&
            !ley_measure_is_of_stage(s->record->requests[i].measure) &&
            !ley_measure_is_of_map(s->record->requests[i].measure) &&
            !ley_measure_is_sampled(s->record->requests[i].measure))
            s->record->measures[i] = measure_value(s, &s->record->requests[i]);
}

/* ---- The sink ------------------------------------------------------------------------------------------------ */

int ley_sampler_segment(void *user, const ley_segment *segment) {
    ley_sampler *s = user;
    ley_error *err = &s->error;
    s->segment = segment;
    if (!s->started) {
        reduced_at(s, segment, segment->begin, s->reduced);
        watch_certificate(s, segment->begin, 0);
        s->started = true;
    }
    ley_status status = rows_of_segment(s, err);
    if (status == LEY_OK) status = sample_extremes(s, err);
    if (status == LEY_OK) status = add_means(s, err);
    if (status == LEY_OK) status = look_at_stages(s, err);
    if (status == LEY_OK && segment->end >= s->t_end) status = close_run(s, err);

    s->heat_before = s->heat;
    s->heat += heat_between(s, segment, segment->begin, segment->end);
    s->work += work_of_segment(s, segment);
    reduced_at(s, segment, segment->end, s->reduced);
    watch_certificate(s, segment->end, s->heat);

    const ley_engine_hooks *hooks = s->options.hooks;
    double fraction =
        s->options.fraction_begin + (s->options.fraction_end - s->options.fraction_begin) * segment->end / s->t_end;
    if (status == LEY_OK && hooks && hooks->watch && hooks->watch(hooks->user, fraction))
        status = ley_fail(err, LEY_ERR_STOPPED, "", "stopped at t = %.6g", segment->end);
    s->status = status;
    return status != LEY_OK || s->edge_exceeded;
}

ley_status ley_sampler_status(const ley_sampler *s, ley_error *err) {
    if (s->status != LEY_OK && err) *err = s->error;
    return s->status;
}

bool ley_sampler_edge_exceeded(const ley_sampler *s) {
    return s->edge_exceeded;
}

bool ley_sampler_looks_back(const ley_sampler *s) {
    return s->x && s->n_trackers > 0;
}

ley_status ley_sampler_row(ley_sampler *s, ley_index i, double *reduced, ley_error *err) {
    const double t = s->record->times[i];
    s->energy_unknown = true;
    s->record->certificate.energy_error = NAN;
    memcpy(s->reduced, reduced, (size_t)ley_reduced_length(&s->generator->blocks) * sizeof *reduced);
    watch_certificate(s, t, 0);
    ley_observer_look(s->observer, t, s->reduced, NULL, NAN);
    ley_status status = write_row(s, i, err);
    if (status == LEY_OK && i + 1 == s->record->n_times) status = final_measures(s, err);
    return status;
}

ley_status ley_sampler_initial_only(ley_sampler *s, const double *x, ley_error *err) {
    s->generator->class->reduce(s->generator, s->compact ? s->compact : s->reduced, x);
    if (s->compact) expand(s, 0, s->reduced);
    if (s->x) memcpy(s->x, x, (size_t)s->generator->n * sizeof *x);
    watch_certificate(s, 0, 0);
    ley_observer_look(s->observer, 0, s->reduced, s->x, 0);
    ley_status status = LEY_OK;
    for (ley_index row = 0; row < s->record->n_times && status == LEY_OK; row++) status = write_row(s, row, err);
    if (status == LEY_OK) status = final_measures(s, err);
    for (ley_index i = 0; i < s->record->n_measures && status == LEY_OK; i++) {
        const ley_measure_request *request = &s->record->requests[i];
        bool is_time = request->measure == LEY_MEASURE_ARGMAX || request->measure == LEY_MEASURE_ARGMIN ||
                       request->measure == LEY_MEASURE_FIRST_ARGMAX;
        if (ley_measure_is_sampled(request->measure)) continue; /* the rows said it */
        s->record->measures[i] = 0;
        if (!is_time && !ley_measure_is_rise(request->measure))
            status = ley_observer_value(s->observer, &s->record->measures[i], request->observable, err);
    }
    return status;
}

/* ---- Creation ---------------------------------------------------------------------------------------------------
 */

/* The tracker of an observable or of its negative, made if there is none. */
static tracker *need_tracker(ley_sampler *s, ley_observable observable, bool negative) {
    tracker *track = (tracker *)find_tracker(s, observable, negative);
    if (track) return track;
    track = &s->trackers[s->n_trackers];
    if (!(track->beside = ley_allocate((size_t)s->task->n_measures, sizeof *track->beside))) return NULL;
    s->n_trackers++;
    track->observable = observable;
    track->negative = negative;
    track->sampler = s;
    return track;
}

static ley_status create_trackers(ley_sampler *s, ley_error *err) {
    const ley_task *task = s->task;
    size_t n = (size_t)task->n_measures;
    s->trackers = ley_allocate(2 * n, sizeof *s->trackers);
    s->means = ley_allocate(n, sizeof *s->means);
    s->sampled = ley_allocate(n, sizeof *s->sampled);
    if (!s->trackers || !s->means || !s->sampled)
        return ley_fail(err, LEY_ERR_MEMORY, "measure", "no memory for the measures");
    for (size_t i = 0; i < n; i++) {
        const ley_measure_request *request = &task->measures[i];
        if (request->measure == LEY_MEASURE_MEAN) s->means[s->n_means++].observable = request->observable;
        if (!is_extreme(request->measure)) continue;
        bool at_max = request->measure == LEY_MEASURE_AT_MAX, rise = ley_measure_is_rise(request->measure);
        ley_observable observable = at_max ? request->by : request->observable;
        for (int negative = 0; negative < 2; negative++) {
            if (!rise && (negative == 1) != is_minimum(request->measure)) continue;
            tracker *track = need_tracker(s, observable, negative == 1);
            if (!track) return ley_fail(err, LEY_ERR_MEMORY, "measure", "no memory for the measures");
            track->every |= rise;
            if (at_max) track->beside[track->n_beside++] = request->observable;
        }
    }
    for (size_t i = 0; i < s->n_trackers; i++) {
        ley_extremes_init(&s->trackers[i].extremes, task->numerics.tolerance, s->trackers[i].n_beside,
                          tracked_value, &s->trackers[i]);
        s->trackers[i].extremes.every = s->trackers[i].every;
    }
    return LEY_OK;
}

static bool dissipates(const ley_model *model) {
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if (!ley_signal_is_zero(&model->rate[channel])) return true;
    return false;
}

ley_status ley_sampler_create(ley_sampler **sampler, ley_record *record, const ley_task *task,
                              const ley_model *model, const ley_generator *generator,
                              const ley_sampler_options *options, ley_error *err) {
    ley_observable *list = NULL;
    ley_sampler *s = ley_allocate(1, sizeof *s);
    if (!s) return ley_fail(err, LEY_ERR_MEMORY, "sampler", "no memory for the observables");
    s->record = record;
    s->task = task;
    s->model = model;
    s->generator = generator;
    s->options = *options;
    s->t_end = task->times[task->n_times - 1];
    s->energy_constant = ley_model_energy_is_constant(model);
    s->energy_unknown = !ley_model_energy_has_slope(model);
    s->heat_flows = dissipates(model);
    s->health_stride = record->n_times / HEALTH_ROWS + 1;
    ley_status status = create_trackers(s, err);
    if (status != LEY_OK) goto failed;

    size_t n_list = 0, length = (size_t)ley_reduced_length(&generator->blocks);
    list = ley_allocate((size_t)(task->n_observables + 2 * task->n_measures), sizeof *list);
    s->reduced = ley_allocate(length, sizeof(double));
    s->heat_reduced = ley_allocate(length, sizeof(double));
    const bool own = generator->class->expand != NULL;
    if (own) s->compact = ley_allocate((size_t)generator->n_compact, sizeof(double));
    if (!list || !s->reduced || !s->heat_reduced || (own && !s->compact)) {
        status = ley_fail(err, LEY_ERR_MEMORY, "sampler", "no memory for the reduced states");
        goto failed;
    }
    for (ley_index i = 0; i < task->n_observables; i++) list[n_list++] = task->observables[i];
    for (ley_index i = 0; i < task->n_measures; i++) {
        list[n_list++] = task->measures[i].observable;
        if (task->measures[i].measure == LEY_MEASURE_AT_MAX) list[n_list++] = task->measures[i].by;
    }
    for (size_t i = 0; i < n_list; i++) s->heat_wanted |= list[i] == LEY_HEAT;
    status = ley_observer_create(&s->observer, generator, list, (ley_index)n_list, err);
    if (status != LEY_OK) goto failed;
    ley_observer_derive(s->observer, &task->derived);
    if (ley_observer_needs_state(s->observer) && !(s->x = ley_allocate((size_t)generator->n, sizeof(double)))) {
        status = ley_fail(err, LEY_ERR_MEMORY, "sampler", "no memory for the joint state");
        goto failed;
    }
    ley_certificate *c = &record->certificate;
    *c = (ley_certificate){.min_eigenvalue = options->battery_known ? INFINITY : NAN,
                           .hermiticity_error = options->battery_known ? 0 : NAN,
                           .cutoff_effect = NAN,
                           .energy_error = s->energy_unknown ? NAN : 0,
                           .residual = NAN,
                           .levels = model->levels};
    record->rows = 0;
    ley_release(list);
    *sampler = s;
    return LEY_OK;
failed:
    ley_release(list);
    ley_sampler_destroy(s);
    return status;
}

void ley_sampler_destroy(ley_sampler *s) {
    if (!s) return;
    for (size_t i = 0; i < s->n_trackers; i++) {
        ley_extremes_clear(&s->trackers[i].extremes);
        ley_release(s->trackers[i].beside);
    }
    ley_release(s->trackers);
    ley_release(s->means);
    ley_release(s->sampled);
    ley_observer_destroy(s->observer);
    ley_release(s->reduced);
    ley_release(s->heat_reduced);
    ley_release(s->compact);
    ley_release(s->x);
    ley_release(s);
}
