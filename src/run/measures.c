#include "run/measures.h"

#include "core/memory.h"
#include "core/status.h"
#include "run/extremes.h"
#include "run/gauss.h"
#include "run/rises.h"
#include "run/sampled.h"

#include <math.h>

enum { MEAN_DEPTH = 24 }; /* bisections of a segment for a mean over a kink */

/* One function followed for its extremes: an observable, or its negative for minima. */
typedef struct tracker {
    ley_observable observable;
    bool negative;
    bool every; /* all turning points are wanted */
    ley_extremes extremes;
    ley_observable *beside; /* quantities wanted at the largest value */
    size_t n_beside;
    ley_instant *instant;
} tracker;

typedef struct mean {
    ley_observable observable;
    double integral;
} mean;

struct ley_measures {
    ley_record *record;
    const ley_task *task;
    ley_instant *instant;
    tracker *trackers;
    size_t n_trackers;
    mean *means;
    size_t n_means;
    ley_sampled *sampled; /* [n_measures] */
    double t_end;
};

static bool is_extreme(ley_measure measure) {
    return measure != LEY_MEASURE_FINAL && measure != LEY_MEASURE_MEAN && !ley_measure_is_of_stage(measure) &&
           !ley_measure_is_of_map(measure) && !ley_measure_is_sampled(measure);
}

static bool is_minimum(ley_measure measure) {
    return measure == LEY_MEASURE_MIN || measure == LEY_MEASURE_ARGMIN;
}

static const tracker *find_tracker(const ley_measures *s, ley_observable observable, bool negative) {
    for (size_t i = 0; i < s->n_trackers; i++)
        if (s->trackers[i].observable == observable && s->trackers[i].negative == negative) return &s->trackers[i];
    return NULL;
}

/* ---- Extremes ---------------------------------------------------------------------------------------------- */

static ley_status tracked_value(void *user, double t, double *value, double *beside, ley_error *err) {
    tracker *track = user;
    ley_instant *instant = track->instant;
    ley_instant_look(instant, t, true);
    ley_status status = ley_observer_value(instant->observer, value, track->observable, err);
    if (track->negative) *value = -*value;
    for (size_t i = 0; beside && i < track->n_beside && status == LEY_OK; i++)
        status = ley_observer_value(instant->observer, &beside[i], track->beside[i], err);
    return status;
}

/* Where a derived quantity has no value its curve ends, as at a jump. */
static ley_status offer(ley_extremes *extremes, double t, double value, ley_error *err) {
    return isnan(value) ? ley_extremes_break(extremes, err) : ley_extremes_sample(extremes, t, value, err);
}

static ley_status sample_extremes(ley_measures *s, ley_error *err) {
    const ley_segment *segment = s->instant->segment;
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

/* ---- Means ------------------------------------------------------------------------------------------------- */

static ley_status gauss(ley_measures *s, double *integral, ley_observable observable, double begin, double end,
                        ley_error *err) {
    *integral = 0;
    for (int i = 0; i < LEY_GAUSS; i++) {
        double value;
        ley_instant_look(s->instant, begin + ley_gauss_node[i] * (end - begin), true);
        ley_status status = ley_observer_value(s->instant->observer, &value, observable, err);
        if (status != LEY_OK) return status;
        *integral += (end - begin) * ley_gauss_weight[i] * value;
    }
    return LEY_OK;
}

/* Halves an interval until its integral no longer changes: ergotropies have kinks. */
static ley_status integrate(ley_measures *s, double *integral, ley_observable observable, double begin, double end,
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
static ley_status add_means(ley_measures *s, ley_error *err) {
    const ley_segment *segment = s->instant->segment;
    const int pieces = (segment->samples + 1) / 2;
    const double step = (segment->end - segment->begin) / pieces;
    double allowed = fmax(0.1 * s->task->numerics.tolerance, 1e-14) * step;
    for (size_t i = 0; i < s->n_means; i++)
        for (int piece = 0; piece < pieces; piece++) {
            const double begin = segment->begin + piece * step;
            const double end = piece + 1 == pieces ? segment->end : begin + step;
            double whole;
            ley_status status = gauss(s, &whole, s->means[i].observable, begin, end, err);
            if (status == LEY_OK)
                status = integrate(s, &s->means[i].integral, s->means[i].observable, begin, end, whole, allowed,
                                   MEAN_DEPTH, err);
            if (status != LEY_OK) return status;
        }
    return LEY_OK;
}

/* ---- Stages ------------------------------------------------------------------------------------------------ */

/* The state does not jump where a stage ends, the Hamiltonian does. A segment ends there, too. */
static ley_status look_at_stages(ley_measures *s, ley_error *err) {
    const ley_segment *segment = s->instant->segment;
    for (ley_index i = 0; i < s->record->n_measures; i++) {
        const ley_measure_request *request = &s->record->requests[i];
        if (!ley_measure_is_of_stage(request->measure)) continue;
        const bool jump = request->measure == LEY_MEASURE_JUMP;
        const double t = fmin(s->task->stage_end[request->stage - (jump ? 2 : 1)], s->t_end);
        if (!(t > segment->begin && t <= segment->end)) continue;
        double before, after = 0;
        ley_instant_look(s->instant, t, true);
        ley_status status = ley_observer_value(s->instant->observer, &before, request->observable, err);
        if (jump && status == LEY_OK) {
            ley_instant_look(s->instant, t, false);
            status = ley_observer_value(s->instant->observer, &after, request->observable, err);
        }
        if (status != LEY_OK) return status;
        s->record->measures[i] = jump ? after - before : before;
    }
    return LEY_OK;
}

/* ---- What the record says ---------------------------------------------------------------------------------- */

static double measure_value(const ley_measures *s, const ley_measure_request *request) {
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

ley_status ley_measures_row(ley_measures *s, ley_index row, ley_error *err) {
    ley_record *record = s->record;
    for (ley_index i = 0; i < record->n_measures; i++) {
        const ley_measure_request *request = &record->requests[i];
        double value;
        if (!ley_measure_is_sampled(request->measure)) continue;
        ley_status status = ley_observer_value(s->instant->observer, &value, request->observable, err);
        if (status != LEY_OK) return status;
        record->measures[i] = ley_sampled_add(&s->sampled[i], request->measure, record->times[row], value);
    }
    return LEY_OK;
}

ley_status ley_measures_segment(ley_measures *s, ley_error *err) {
    ley_status status = sample_extremes(s, err);
    if (status == LEY_OK) status = add_means(s, err);
    if (status == LEY_OK) status = look_at_stages(s, err);
    return status;
}

ley_status ley_measures_close(ley_measures *s, ley_error *err) {
    ley_status status = LEY_OK;
    for (size_t i = 0; i < s->n_trackers && status == LEY_OK; i++)
        status = ley_extremes_break(&s->trackers[i].extremes, err);
    return status;
}

ley_status ley_measures_final(ley_measures *s, ley_error *err) {
    ley_record *record = s->record;
    for (ley_index i = 0; i < record->n_measures; i++)
        if (record->requests[i].measure == LEY_MEASURE_FINAL) {
            ley_status status =
                ley_observer_value(s->instant->observer, &record->measures[i], record->requests[i].observable, err);
            if (status != LEY_OK) return status;
        }
    return LEY_OK;
}

ley_status ley_measures_of_start(ley_measures *s, ley_error *err) {
    ley_status status = LEY_OK;
    for (ley_index i = 0; i < s->record->n_measures && status == LEY_OK; i++) {
        const ley_measure_request *request = &s->record->requests[i];
        bool is_time = request->measure == LEY_MEASURE_ARGMAX || request->measure == LEY_MEASURE_ARGMIN ||
                       request->measure == LEY_MEASURE_FIRST_ARGMAX;
        if (ley_measure_is_sampled(request->measure)) continue; /* the rows said it */
        s->record->measures[i] = 0;
        if (!is_time && !ley_measure_is_rise(request->measure))
            status = ley_observer_value(s->instant->observer, &s->record->measures[i], request->observable, err);
    }
    return status;
}

void ley_measures_finish(ley_measures *s) {
    for (ley_index i = 0; i < s->record->n_measures; i++) {
        const ley_measure_request *request = &s->record->requests[i];
        if (is_extreme(request->measure) || request->measure == LEY_MEASURE_MEAN)
            s->record->measures[i] = measure_value(s, request);
    }
}

bool ley_measures_look_back(const ley_measures *s) {
    return s->n_trackers > 0;
}

/* ---- Creation ---------------------------------------------------------------------------------------------- */

/* The tracker of an observable or of its negative, made if there is none. */
static tracker *need_tracker(ley_measures *s, ley_observable observable, bool negative) {
    tracker *track = (tracker *)find_tracker(s, observable, negative);
    if (track) return track;
    track = &s->trackers[s->n_trackers];
    if (!(track->beside = ley_allocate((size_t)s->task->n_measures, sizeof *track->beside))) return NULL;
    s->n_trackers++;
    track->observable = observable;
    track->negative = negative;
    track->instant = s->instant;
    return track;
}

static ley_status create_trackers(ley_measures *s, ley_error *err) {
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

ley_status ley_measures_create(ley_measures **measures, ley_record *record, const ley_task *task,
                               ley_instant *instant, ley_error *err) {
    ley_measures *s = ley_allocate(1, sizeof *s);
    if (!s) return ley_fail(err, LEY_ERR_MEMORY, "measure", "no memory for the measures");
    s->record = record;
    s->task = task;
    s->instant = instant;
    s->t_end = task->times[task->n_times - 1];
    ley_status status = create_trackers(s, err);
    if (status == LEY_OK)
        *measures = s;
    else
        ley_measures_destroy(s);
    return status;
}

void ley_measures_destroy(ley_measures *s) {
    if (!s) return;
    for (size_t i = 0; i < s->n_trackers; i++) {
        ley_extremes_clear(&s->trackers[i].extremes);
        ley_release(s->trackers[i].beside);
    }
    ley_release(s->trackers);
    ley_release(s->means);
    ley_release(s->sampled);
    ley_release(s);
}
