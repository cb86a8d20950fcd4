/* Where must an integrator not step over? Declared shapes say so themselves. Anything else that depends on time is
 * sampled on a fine grid of cells and described by panels: the largest dyadic pieces on which a cubic through four
 * samples meets all the others. A panel allows steps of twice its width. Where no panel is small enough, there is a
 * jump: it is located to the last bit and becomes a time at which a step must end. */
#include "core/memory.h"
#include "core/status.h"
#include "model/signal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CELLS = 1024,       /* of a run; features wider than a cell are seen */
    CELLS_SMOOTH = 4,   /* for each time that a smooth signal may turn; beyond that nothing hides */
    PER_CELL = 7,       /* samples */
    DEPTH_MAX = 14,     /* halvings of a cell before a jump is assumed */
    JUMPS_MAX = 4096,   /* more than that is a rapid signal, not a list of jumps */
    LOOKS_MAX = 2000000 /* evaluations of one signal */
};
static const double FIT = 1e-4; /* of the range of the signal */

/* Fractions of a cell: inside it, so that a jump at its end belongs to the neighbour, and not evenly spread, so
 * that a periodic signal cannot hide. */
static const double fraction[PER_CELL] = {0.02, 0.19, 0.345, 0.505, 0.66, 0.82, 0.98};

typedef struct piece { /* reaches until the next one */
    double begin, step;
    bool hard; /* begins at a kink or jump */
} piece;

typedef struct pieces {
    piece *at;
    size_t n, capacity;
} pieces;

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for the schedule of a run");
}

static ley_status append(pieces *list, double begin, double step, bool hard, ley_error *err) {
    if (list->n > 0 && begin <= list->at[list->n - 1].begin) { /* an empty piece before it */
        piece *last = &list->at[list->n - 1];
        *last = (piece){.begin = last->begin, .step = step, .hard = last->hard || hard};
        return LEY_OK;
    }
    if (ley_grow((void **)&list->at, &list->capacity, list->n + 1, sizeof *list->at) != 0)
        return out_of_memory(err);
    list->at[list->n++] = (piece){.begin = begin, .step = step, .hard = hard};
    return LEY_OK;
}

/* ---- one signal -------------------------------------------------------------------------------------------- */

typedef struct looker {
    const ley_signal *signal;
    double begin, end, least, most; /* least .. most: values met */
    double cells;                   /* of a run: CELLS, or as many as a smooth signal needs */
    double *samples;                /* of the interval looked at, PER_CELL for each cell */
    double *units;                  /* their times in cells */
    double *jumps;                  /* found so far */
    size_t n_jumps, jumps_capacity;
    int64_t looks;
    bool search; /* jumps are being searched; otherwise what does not fit is taken as it is */
    pieces *out;
    ley_error *err;
} looker;

static ley_status value_at(looker *look, double t, double *x) {
    *x = ley_signal_at(look->signal, t);
    look->looks++;
    if (!isfinite(*x))
        return ley_fail(look->err, LEY_ERR_NUMERIC, "", "a time-dependent value is %s at t = %g",
                        isnan(*x) ? "not a number" : "infinite", t);
    if (*x < look->least) look->least = *x;
    if (*x > look->most) look->most = *x;
    return LEY_OK;
}

static double allowance(const looker *look) {
    double largest = fmax(fabs(look->least), fabs(look->most));
    return fmax(FIT * (look->most - look->least), 1e-13 * largest);
}

static bool is_jump(const looker *look, double x_a, double x_b) {
    return fabs(x_b - x_a) > allowance(look);
}

/* Does the cubic through four of n samples (at times u, ascending, in any unit) meet all of them? */
static bool fits(const looker *look, const double *u, const double *x, size_t n) {
    size_t node[4] = {0, (n - 1) * 3 / 10, (n - 1) - (n - 1) * 3 / 10, n - 1};
    double allowed = allowance(look);
    double d[4]; /* divided differences */
    for (int i = 0; i < 4; i++) d[i] = x[node[i]];
    for (int k = 1; k < 4; k++)
        for (int i = 3; i >= k; i--) d[i] = (d[i] - d[i - 1]) / (u[node[i]] - u[node[i - k]]);
    for (size_t i = 0; i < n; i++) {
        double p = d[3];
        for (int k = 2; k >= 0; k--) p = d[k] + p * (u[i] - u[node[k]]);
        if (!(fabs(p - x[i]) <= allowed)) return false;
    }
    return true;
}

/* Narrows a < b down to neighbouring numbers, always keeping the half in which the value changes more, and notes a
 * jump if the value still changes there. */
static ley_status locate_jump(looker *look, double a, double b) {
    double x_a = 0, x_b = 0, x_m;
    ley_status status = value_at(look, a, &x_a);
    if (status == LEY_OK) status = value_at(look, b, &x_b);
    if (status != LEY_OK) return status;
    while (is_jump(look, x_a, x_b)) {
        double m = 0.5 * (a + b);
        if (!(a < m && m < b)) break;
        status = value_at(look, m, &x_m);
        if (status != LEY_OK) return status;
        if (fabs(x_m - x_a) > fabs(x_b - x_m)) {
            b = m;
            x_b = x_m;
        } else {
            a = m;
            x_a = x_m;
        }
    }
    if (!is_jump(look, x_a, x_b)) return LEY_OK; /* steep, but continuous */
    if (ley_grow((void **)&look->jumps, &look->jumps_capacity, look->n_jumps + 1, sizeof *look->jumps) != 0)
        return out_of_memory(look->err);
    look->jumps[look->n_jumps++] = b;
    return LEY_OK;
}

/* Below the grid: fresh samples in each half. */
static ley_status look_closer(looker *look, double a, double b, int depth) {
    enum { N = 2 * PER_CELL };
    double u[N], x[N], width = b - a;
    for (int i = 0; i < N; i++) {
        u[i] = (i / PER_CELL + fraction[i % PER_CELL]) / 2;
        ley_status status = value_at(look, a + width * u[i], &x[i]);
        if (status != LEY_OK) return status;
    }
    bool enough = look->looks > LOOKS_MAX || look->n_jumps >= JUMPS_MAX;
    if (enough || fits(look, u, x, N))
        return look->search ? LEY_OK : append(look->out, a, 2 * width, false, look->err);
    double m = a + 0.5 * width;
    if (depth >= DEPTH_MAX || !(a < m && m < b)) {
        if (look->search) return locate_jump(look, a, b);
        return append(look->out, a, 2 * width, false, look->err);
    }
    /* no sample of either half lies in the gap about m */
    double gap = 0.5 * width * fraction[0];
    ley_status status = look->search ? locate_jump(look, m - gap, m + gap) : LEY_OK;
    if (status == LEY_OK) status = look_closer(look, a, m, depth + 1);
    return status == LEY_OK ? look_closer(look, m, b, depth + 1) : status;
}

/* The cells first .. first + n - 1 (n a power of two) of the interval a .. b with n_cells. */
static ley_status look_panel(looker *look, double a, double b, size_t n_cells, size_t first, size_t n) {
    double cell = (b - a) / (double)n_cells;
    double begin = a + cell * (double)first, end = first + n == n_cells ? b : a + cell * (double)(first + n);
    const double *x = look->samples + first * PER_CELL;
    size_t n_samples = n * PER_CELL;
    bool good = fits(look, look->units, x, n_samples);
    if (good) return look->search ? LEY_OK : append(look->out, begin, 2 * (end - begin), false, look->err);
    if (n == 1) return look_closer(look, begin, end, 0);
    double m = a + cell * (double)(first + n / 2), gap = cell * fraction[0];
    ley_status status = look->search ? locate_jump(look, m - gap, m + gap) : LEY_OK;
    if (status == LEY_OK) status = look_panel(look, a, b, n_cells, first, n / 2);
    return status == LEY_OK ? look_panel(look, a, b, n_cells, first + n / 2, n / 2) : status;
}

static size_t cells_of(const looker *look, double a, double b) {
    double wanted = look->cells * (b - a) / (look->end - look->begin);
    size_t n = 4;
    while ((double)n < wanted - 1e-6) n *= 2;
    return n;
}

static ley_status sample(looker *look, double a, double b, size_t n_cells) {
    double cell = (b - a) / (double)n_cells;
    for (size_t i = 0; i < n_cells * PER_CELL; i++) {
        double t = a + cell * ((double)(i / PER_CELL) + fraction[i % PER_CELL]);
        ley_status status = value_at(look, t, &look->samples[i]);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts, drops what lies outside begin .. end, and of neighbours that differ by rounding only keeps the first: no
 * integrator could make a step between them. */
static size_t tidy(double *times, size_t n, double begin, double end) {
    size_t kept = 0;
    qsort(times, n, sizeof *times, ascending);
    for (size_t i = 0; i < n; i++)
        if (times[i] > begin && times[i] < end && (kept == 0 || times[i] > times[kept - 1]))
            times[kept++] = times[i];
    return kept;
}

/* Looks at the signal between neighbouring breaks, each interval on a grid of its own. */
static ley_status look_between(looker *look, const double *breaks, size_t n_breaks) {
    double a = look->begin;
    for (size_t i = 0; i <= n_breaks; i++) {
        double b = i < n_breaks ? breaks[i] : look->end;
        size_t n_cells = cells_of(look, a, b);
        /* one interval in both passes: the samples are still those of the first */
        ley_status status = look->search || n_breaks > 0 ? sample(look, a, b, n_cells) : LEY_OK;
        size_t start = look->out->n;
        /* nor do samples lie in the gaps at both ends */
        double gap = (b - a) / (double)n_cells * fraction[0];
        if (status == LEY_OK && look->search) status = locate_jump(look, a, a + gap);
        if (status == LEY_OK && look->search)
            status = locate_jump(look, b - gap, i < n_breaks ? nextafter(b, a) : b);
        if (status == LEY_OK) status = look_panel(look, a, b, n_cells, 0, n_cells);
        if (status != LEY_OK) return status;
        if (!look->search && i > 0) look->out->at[start].hard = true;
        a = b;
    }
    return LEY_OK;
}

/* Steps no longer than sigma over the support of a Gaussian. */
static ley_status add_feature(pieces *out, const ley_feature *feature, ley_error *err) {
    pieces cut = {0};
    ley_status status = LEY_OK;
    for (size_t i = 0; i < out->n && status == LEY_OK; i++) {
        piece now = out->at[i];
        double until = i + 1 < out->n ? out->at[i + 1].begin : HUGE_VAL;
        double from = fmax(now.begin, feature->begin), to = fmin(until, feature->end);
        if (!(from < to) || now.step <= feature->step) {
            status = append(&cut, now.begin, now.step, now.hard, err);
            continue;
        }
        if (now.begin < from) status = append(&cut, now.begin, now.step, now.hard, err);
        if (status == LEY_OK) status = append(&cut, from, feature->step, now.begin < from ? false : now.hard, err);
        if (status == LEY_OK && to < until) status = append(&cut, to, now.step, false, err);
    }
    if (status != LEY_OK) {
        ley_release(cut.at);
        return status;
    }
    ley_release(out->at);
    *out = cut;
    return LEY_OK;
}

static ley_status describe(pieces *out, const ley_signal *signal, double begin, double end, ley_error *err) {
    looker look = {.signal = signal, .begin = begin, .end = end, .least = HUGE_VAL, .most = -HUGE_VAL, .err = err};
    look.cells = fmin(CELLS, CELLS_SMOOTH * (1 + ley_signal_turns(signal, end - begin)));
    ley_feature *features = NULL;
    size_t n_features = 0, features_capacity = 0, n_breaks = 0;
    double *breaks = NULL;
    pieces scratch = {0};
    ley_status status = LEY_OK;
    look.samples = ley_allocate((size_t)CELLS * PER_CELL, sizeof *look.samples);
    look.units = ley_allocate((size_t)CELLS * PER_CELL, sizeof *look.units);
    if (!look.samples || !look.units) {
        status = out_of_memory(err);
        goto done;
    }
    for (int i = 0; i < CELLS * PER_CELL; i++) look.units[i] = i / PER_CELL + fraction[i % PER_CELL];
    status = ley_signal_features(signal, &features, &n_features, &features_capacity, err);
    if (status != LEY_OK) goto done;
    for (int pass = 0; pass < 2; pass++) { /* the second pass knows the jumps that the first one found */
        ley_release(breaks);
        breaks = ley_allocate(2 * n_features + look.n_jumps, sizeof *breaks);
        if (!breaks) {
            status = out_of_memory(err);
            goto done;
        }
        n_breaks = 0;
        for (size_t i = 0; i < n_features; i++) {
            if (features[i].step > 0) continue;
            breaks[n_breaks++] = features[i].begin;
            breaks[n_breaks++] = features[i].end;
        }
        for (size_t i = 0; i < look.n_jumps; i++) breaks[n_breaks++] = look.jumps[i];
        n_breaks = tidy(breaks, n_breaks, begin, end);
        look.search = pass == 0;
        look.out = pass == 0 ? &scratch : out;
        look.looks = 0;
        status = look_between(&look, breaks, n_breaks);
        if (status != LEY_OK) goto done;
    }
    for (size_t i = 0; i < n_features && status == LEY_OK; i++)
        if (features[i].step > 0 && features[i].end > begin && features[i].begin < end)
            status = add_feature(out, &features[i], err);
done:
    ley_release(look.samples);
    ley_release(look.units);
    ley_release(look.jumps);
    ley_release(features);
    ley_release(breaks);
    ley_release(scratch.at);
    return status;
}

/* ---- all signals ------------------------------------------------------------------------------------------- */

/* The stricter of two descriptions at every time. */
static ley_status intersect(pieces *out, const pieces *a, const pieces *b, ley_error *err) {
    size_t i = 0, j = 0;
    while (i < a->n || j < b->n) {
        bool take_a = j >= b->n || (i < a->n && a->at[i].begin <= b->at[j].begin);
        bool take_b = i >= a->n || (j < b->n && b->at[j].begin <= a->at[i].begin);
        double begin = take_a ? a->at[i].begin : b->at[j].begin;
        bool hard = (take_a && a->at[i].hard) || (take_b && b->at[j].hard);
        i += take_a;
        j += take_b;
        double step = fmin(i > 0 ? a->at[i - 1].step : HUGE_VAL, j > 0 ? b->at[j - 1].step : HUGE_VAL);
        ley_status status = append(out, begin, step, hard, err);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

static double steps_in(double width, double step) {
    return ceil(width / step - 1e-9);
}

/* Joins neighbours where that costs no more than one step: a schedule is short, and a step not cut without need. */
static void join(pieces *list, double end) {
    bool found = true;
    while (found) {
        found = false;
        size_t kept = 0;
        for (size_t i = 1; i < list->n; i++) {
            piece *last = &list->at[kept], now = list->at[i];
            double until = i + 1 < list->n ? list->at[i + 1].begin : end;
            double before = now.begin - last->begin, after = until - now.begin, step = fmin(last->step, now.step);
            if (!now.hard &&
                steps_in(before + after, step) <= steps_in(before, last->step) + steps_in(after, now.step) + 1) {
                last->step = step;
                found = true;
            } else {
                list->at[++kept] = now;
            }
        }
        list->n = list->n > 0 ? kept + 1 : 0;
    }
}

ley_status ley_schedule_create(ley_schedule *schedule, const ley_signal *const *signals, ley_index n_signals,
                               double begin, double end, ley_error *err) {
    *schedule = (ley_schedule){0};
    if (!(begin < end) || !isfinite(begin) || !isfinite(end))
        return ley_fail(err, LEY_ERR_ARGUMENT, "", "a run from %g to %g has no length", begin, end);
    pieces all = {0}, one = {0}, both = {0};
    ley_status status = append(&all, begin, end - begin, true, err);
    for (ley_index i = 0; i < n_signals && status == LEY_OK; i++) {
        if (ley_signal_is_constant(signals[i])) continue;
        one.n = both.n = 0;
        status = describe(&one, signals[i], begin, end, err);
        if (status == LEY_OK) status = intersect(&both, &all, &one, err);
        pieces spare = all;
        all = both;
        both = spare;
    }
    if (status != LEY_OK) goto done;
    join(&all, end);
    schedule->times = ley_allocate(all.n + 1, sizeof *schedule->times);
    schedule->max_step = ley_allocate(all.n, sizeof *schedule->max_step);
    if (!schedule->times || !schedule->max_step) {
        status = out_of_memory(err);
        goto done;
    }
    schedule->n = (ley_index)all.n;
    for (size_t i = 0; i < all.n; i++) {
        double until = i + 1 < all.n ? all.at[i + 1].begin : end;
        schedule->times[i] = all.at[i].begin;
        schedule->max_step[i] = fmin(all.at[i].step, until - all.at[i].begin);
    }
    schedule->times[all.n] = end;
done:
    ley_release(all.at);
    ley_release(one.at);
    ley_release(both.at);
    if (status != LEY_OK) ley_schedule_clear(schedule);
    return status;
}

ley_status ley_schedule_between(ley_schedule *part, const ley_schedule *all, double from, double until,
                                ley_error *err) {
    *part = (ley_schedule){.times = ley_allocate((size_t)all->n + 1, sizeof *part->times),
                           .max_step = ley_allocate((size_t)all->n, sizeof *part->max_step)};
    if (!part->times || !part->max_step) return ley_fail(err, LEY_ERR_MEMORY, "time", "no memory for a schedule");
    part->times[0] = from;
    for (ley_index i = 0; i < all->n; i++) {
        const double begin = fmax(all->times[i], from), end = fmin(all->times[i + 1], until);
        if (!(begin < end)) continue;
        part->times[part->n] = begin;
        part->max_step[part->n++] = fmin(all->max_step[i], end - begin);
        part->times[part->n] = end;
    }
    return LEY_OK;
}

void ley_schedule_clear(ley_schedule *schedule) {
    ley_release(schedule->times);
    ley_release(schedule->max_step);
    *schedule = (ley_schedule){0};
}
