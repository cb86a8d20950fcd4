#include "run/histories.h"

#include "core/memory.h"
#include "core/random.h"
#include "core/status.h"
#include "model/curve.h"
#include "run/cutoff.h"
#include "run/parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCHES = 16 };

/* ---- One history ----------------------------------------------------------------------------------------------
 */

typedef struct history {
    double *begin, *frequency, *coupling; /* shifts from begin[i] on */
    size_t n, capacity[3];
} history;

static void history_clear(history *h) {
    ley_release(h->begin);
    ley_release(h->frequency);
    ley_release(h->coupling);
}

static bool add(history *h, double t, double frequency, double coupling) {
    double **const lists[] = {&h->begin, &h->frequency, &h->coupling};
    for (int i = 0; i < 3; i++)
        if (ley_grow((void **)lists[i], &h->capacity[i], h->n + 1, sizeof **lists[i]) != 0) return false;
    h->begin[h->n] = t;
    h->frequency[h->n] = frequency;
    h->coupling[h->n++] = coupling;
    return true;
}

/* The state of all processes from 0 to end. Every process draws from a stream of its own. */
static bool draw(history *h, const ley_telegraph *noise, const ley_numerics *numerics, int64_t which, double end) {
    ley_random random[LEY_TELEGRAPH_MAX + 1];
    double next[LEY_TELEGRAPH_MAX], t = 0, fixed = 0;
    int32_t state = 0;
    h->n = 0;
    for (int32_t i = 0; i <= LEY_TELEGRAPH_MAX; i++)
        random[i] =
            (ley_random){.seed = numerics->seed, .stream = (uint64_t)which * (LEY_TELEGRAPH_MAX + 1) + (uint64_t)i};
    if (noise->disorder.sigma > 0) fixed = noise->disorder.sigma * ley_random_normal(&random[LEY_TELEGRAPH_MAX]);
    for (int32_t i = 0; i < noise->n; i++) {
        const ley_telegraph_process *p = &noise->process[i];
        const double sum = p->rate_up + p->rate_down, up = sum > 0 ? p->rate_up / sum : 0.5;
        if (ley_random_uniform(&random[i]) < up) state |= (int32_t)1 << i;
    }
    const ley_telegraph processes = {
        .n = noise->n, .process = {noise->process[0], noise->process[1], noise->process[2], noise->process[3]}};
    for (int32_t i = 0; i < noise->n; i++) {
        const double rate = ley_telegraph_rate(noise, state, i);
        next[i] = rate > 0 ? ley_random_exponential(&random[i]) / rate : INFINITY;
    }
    for (;;) {
        if (!add(h, t, fixed + ley_telegraph_shift(&processes, state, LEY_TELEGRAPH_FREQUENCY),
                 ley_telegraph_shift(&processes, state, LEY_TELEGRAPH_COUPLING)))
            return false;
        int32_t first = 0;
        for (int32_t i = 1; i < noise->n; i++)
            if (next[i] < next[first]) first = i;
        if (noise->n == 0 || !(next[first] < end)) return true;
        t = next[first];
        state ^= (int32_t)1 << first;
        const double rate = ley_telegraph_rate(noise, state, first);
        next[first] = rate > 0 ? t + ley_random_exponential(&random[first]) / rate : INFINITY;
    }
}

/* The model of one history: without noise, its signals moved. */
static ley_status model_of(ley_model *own, const ley_model *model, const history *h, ley_error *err) {
    *own = *model;
    own->telegraph = (ley_telegraph){0};
    ley_signal frequency, coupling;
    ley_status status =
        ley_curve_moved(&frequency, &model->battery_frequency, h->begin, h->frequency, (int32_t)h->n, err);
    if (status != LEY_OK) return status;
    status = ley_curve_moved(&coupling, &model->coupling, h->begin, h->coupling, (int32_t)h->n, err);
    if (status != LEY_OK) {
        ley_signal_clear(&frequency);
        return status;
    }
    own->battery_frequency = frequency;
    if (ley_model_is_coupled(model))
        own->coupling = coupling;
    else
        ley_signal_clear(&coupling);
    if (!own->battery_energy_given) { /* energies are measured without the noise */
        own->battery_energy_frequency = model->battery_frequency;
        own->battery_energy_given = true;
    }
    return LEY_OK;
}

static void model_clear(ley_model *own, const ley_model *model) {
    ley_signal_clear(&own->battery_frequency);
    if (ley_model_is_coupled(model)) ley_signal_clear(&own->coupling);
}

/* ---- All of them ----------------------------------------------------------------------------------------------
 */

typedef struct gatherer {
    const ley_task *task;
    const ley_model *model;
    const ley_sampler_options *options;
    ley_choice choice;
    ley_index length; /* of a reduced state */
    double *sums;     /* [batches][rows][length] */
    double *row;      /* [length] */
    int64_t n;        /* histories */
    int32_t batches;
    int64_t done;
    ley_propagation propagation;
} gatherer;

static ley_status choose(gatherer *g, const ley_model *own, ley_error *err) {
    ley_task task = *g->task;
    task.model = *own;
    ley_status status = ley_choose(&g->choice, &task, own, err);
    if (status == LEY_OK && !g->choice.stored && task.numerics.representation == LEY_REPRESENTATION_AUTO) {
        task.numerics.representation = LEY_REPRESENTATION_HALF;
        status = ley_choose(&g->choice, &task, own, err);
    }
    if (status == LEY_OK && !g->choice.stored)
        return ley_fail(err, LEY_ERR_SCENARIO, "numerics.trajectories",
                        "histories are not offered for this representation, nor for observables of battery and "
                        "cavity together");
    return status;
}

static int watch(void *user, double t) {
    const gatherer *g = user;
    const ley_sampler_options *o = g->options;
    const double end = g->task->times[g->task->n_times - 1];
    if (!o->hooks || !o->hooks->watch) return 0;
    const double share = ((double)g->done + t / end) / (double)g->n;
    return o->hooks->watch(o->hooks->user, o->fraction_begin + (o->fraction_end - o->fraction_begin) * share);
}

static ley_status gather_one(gatherer *g, int64_t which, history *h, ley_error *err) {
    const double end = g->task->times[g->task->n_times - 1];
    ley_parts *parts = NULL;
    ley_model own;
    if (!draw(h, &g->model->telegraph, &g->task->numerics, which, end))
        return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for a history of the noise");
    ley_status status = model_of(&own, g->model, h, err);
    if (status != LEY_OK) return status;
    status = choose(g, &own, err);
    if (status == LEY_OK) status = ley_parts_create(&parts, &g->choice, g->task, &own, true, err);
    ley_propagation one = {.tolerance = g->propagation.tolerance, .watch = watch, .user = g};
    if (status == LEY_OK) status = ley_parts_evolve(parts, &one, err);
    ley_propagation_count(&g->propagation, &one);
    g->propagation.error = fmax(g->propagation.error, one.error);
    double *sum = g->sums + (which % g->batches) * g->task->n_times * g->length;
    for (ley_index i = 0; i < g->task->n_times && status == LEY_OK; i++) {
        ley_parts_row(parts, i, g->row);
        for (ley_index k = 0; k < g->length; k++) sum[i * g->length + k] += g->row[k];
    }
    ley_parts_destroy(parts);
    model_clear(&own, g->model);
    return status;
}

/* Reads a record off mean states: of all batches, or of all but one. */
static ley_status read_off(const gatherer *g, const ley_generator *generator, ley_record *record, int32_t without,
                           const ley_sampler_options *options, bool *edge, ley_error *err) {
    ley_sampler *sampler = NULL;
    ley_model quiet = *g->model;
    quiet.telegraph = (ley_telegraph){0};
    ley_status status = ley_sampler_create(&sampler, record, g->task, &quiet, generator, options, err);
    const int64_t left = without < 0 ? 0 : g->n / g->batches + (without < g->n % g->batches);
    double *row = status == LEY_OK ? ley_sampler_reduced(sampler) : NULL;
    for (ley_index i = 0; i < g->task->n_times && status == LEY_OK; i++) {
        memset(row, 0, (size_t)g->length * sizeof *row);
        for (int32_t b = 0; b < g->batches; b++) {
            const double *sum = g->sums + (b * g->task->n_times + i) * g->length;
            for (ley_index k = 0; k < g->length && b != without; k++) row[k] += sum[k];
        }
        for (ley_index k = 0; k < g->length; k++) row[k] /= (double)(g->n - left);
        status = ley_sampler_row(sampler, i, err);
    }
    if (status == LEY_OK) {
        *edge = ley_sampler_edge_exceeded(sampler);
        ley_sampler_finish(sampler);
    }
    ley_sampler_destroy(sampler);
    return status;
}

/* The jackknife: how much the numbers differ when each batch in turn is left out. */
static double spread_of(const ley_record *others, int32_t n, ley_index series, ley_index k) {
    double mean = 0, sum = 0;
    for (int32_t b = 0; b < n; b++) mean += others[b].series[series][k] / n;
    for (int32_t b = 0; b < n; b++) {
        const double d = others[b].series[series][k] - mean;
        sum += d * d;
    }
    return sqrt(sum * (n - 1) / n);
}

static double spread_of_measure(const ley_record *others, int32_t n, ley_index i) {
    double mean = 0, sum = 0;
    for (int32_t b = 0; b < n; b++) mean += others[b].measures[i] / n;
    for (int32_t b = 0; b < n; b++) sum += (others[b].measures[i] - mean) * (others[b].measures[i] - mean);
    return sqrt(sum * (n - 1) / n);
}

static ley_status note_errors(const gatherer *g, const ley_generator *generator, ley_record *record,
                              const ley_sampler_options *options, ley_error *err) {
    ley_record others[BATCHES] = {0};
    bool edge;
    ley_status status = LEY_OK;
    ley_sampler_options quiet = *options;
    quiet.hooks = NULL;
    for (int32_t b = 0; b < g->batches && status == LEY_OK; b++) {
        status = ley_record_create(&others[b], g->task, err);
        if (status == LEY_OK) status = read_off(g, generator, &others[b], b, &quiet, &edge, err);
    }
    if (status == LEY_OK) {
        double worst = 0;
        ley_text_add(&record->warnings, "mean of %lld histories; standard errors at most", (long long)g->n);
        for (ley_index i = 0; i < record->n_series; i++) {
            double largest = 0;
            for (ley_index k = 0; k < record->n_times * record->width[i]; k++)
                largest = fmax(largest, spread_of(others, g->batches, i, k));
            worst = fmax(worst, largest);
            if (i < g->task->n_shown)
                ley_text_add(&record->warnings, "%s %s %.2g", i ? "," : "",
                             ley_observable_label(&g->task->derived, record->observables[i]), largest);
        }
        for (ley_index i = 0; i < record->n_measures; i++)
            worst = fmax(worst, spread_of_measure(others, g->batches, i));
        ley_text_add(&record->warnings, "\n");
        record->certificate.sampling_error = worst;
    }
    for (int32_t b = 0; b < g->batches; b++) ley_record_clear(&others[b]);
    return status;
}

ley_status ley_histories_pass(bool *edge, ley_record *record, const ley_task *task, const ley_model *model,
                              const ley_sampler_options *options, ley_error *err) {
    gatherer g = {.task = task, .model = model, .options = options, .n = task->numerics.trajectories};
    history h = {0};
    ley_model own = {0};
    ley_parts *first = NULL;
    bool made = false;
    *edge = false;
    g.batches = g.n < BATCHES ? (int32_t)g.n : BATCHES;
    g.propagation.tolerance = task->numerics.tolerance / ley_sensitivity(task, model);
    ley_status status = LEY_OK;
    /* the generator that says how reduced states are laid out: of any history */
    if (!draw(&h, &model->telegraph, &task->numerics, 0, task->times[task->n_times - 1]))
        return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for a history of the noise");
    status = model_of(&own, model, &h, err);
    made = status == LEY_OK;
    if (status == LEY_OK) status = choose(&g, &own, err);
    if (status == LEY_OK) status = ley_parts_create(&first, &g.choice, task, &own, true, err);
    if (status != LEY_OK) goto done;
    const ley_generator *generator = ley_parts_generator(first);
    g.length = ley_reduced_length(&generator->blocks);
    g.sums = ley_allocate((size_t)g.batches * (size_t)task->n_times, (size_t)g.length * sizeof *g.sums);
    g.row = ley_allocate((size_t)g.length, sizeof *g.row);
    if (!g.sums || !g.row) {
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the means over histories");
        goto done;
    }
    for (int64_t i = 0; i < g.n && status == LEY_OK; i++, g.done = i) status = gather_one(&g, i, &h, err);
    if (status != LEY_OK) goto done;
    ley_sampler_options reading = *options;
    reading.battery_known = g.choice.battery_known;
    snprintf(record->representation, sizeof record->representation, "%s",
             ley_representation_word(g.choice.representation));
    snprintf(record->method, sizeof record->method, "%s", ley_method_word(g.choice.method));
    status = read_off(&g, generator, record, -1, &reading, edge, err);
    if (status == LEY_OK && !*edge) status = note_errors(&g, generator, record, &reading, err);
    ley_certificate *c = &record->certificate;
    c->steps = g.propagation.steps;
    c->rejected = g.propagation.rejected;
    c->applies = g.propagation.applies;
    c->integration_error = g.propagation.error * ley_sensitivity(task, model);
    if (status == LEY_OK && options->report_rows && options->hooks && options->hooks->rows)
        options->hooks->rows(options->hooks->user, record, 0, record->rows);
done:
    ley_parts_destroy(first);
    if (made) model_clear(&own, model);
    history_clear(&h);
    ley_release(g.sums);
    ley_release(g.row);
    return status;
}
