#include "run/steady.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/chain.h"
#include "generator/chain_window.h"
#include "generator/no_jump.h"
#include "observables/observables.h"
#include "run/iteration.h"
#include "run/sampler.h"
#include "run/spectrum.h"
#include "run/steady_half.h"
#include "run/steady_joint.h"
#include "run/steady_scales.h"
#include "run/team.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

typedef struct populations {
    const ley_model *model;
    const double *p;
    double *scratch;
} populations;

static ley_status population_value(void *user, double *value, ley_observable what, ley_error *err) {
    const populations *all = user;
    return ley_population_value(all->model, all->p, value, what, all->scratch, err);
}

static ley_status value_of(populations *all, const ley_task *task, double *value, ley_observable what,
                           ley_error *err) {
    return ley_observable_is_derived(what)
               ? ley_derived_value(&task->derived, value, what, INFINITY, population_value, all, err)
               : population_value(all, value, what, err);
}

static ley_status report_populations(ley_record *record, const ley_task *task, const ley_chain *chain,
                                     const double *p, double *scratch, ley_error *err) {
    ley_status status = LEY_OK;
    populations all = {&task->model, p, scratch};
    for (ley_index i = 0; i < record->n_series && status == LEY_OK; i++)
        status = value_of(&all, task, record->series[i], record->observables[i], err);
    for (ley_index i = 0; i < record->n_measures && status == LEY_OK; i++)
        status = value_of(&all, task, &record->measures[i], record->requests[i].observable, err);
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
    record->certificate.integration_error =
        residual / ley_steady_slowest_rate(model) * ley_steady_largest_energy(model);
    status = report_populations(record, task, &chain, p, scratch, err);
done:
    ley_chain_clear(&chain);
    ley_release(p);
    ley_release(scratch);
    return status;
}

/* ---- With a cavity or a drive ----------------------------------------------------------------------------------
 */

/* L + sum_b s rho_b Tr_b on the sector of the populations: where the weight of each j is conserved there is a trace
 * for each block b, otherwise one for all. With stationary states of those weights the sum makes L invertible. */
typedef struct deflated {
    ley_generator *generator;
    ley_no_jump *no_jump;
    double *seed;   /* [length] all rho_b together, each of trace 1 in its block (one trace: of trace 1 in all) */
    double *traces; /* [n_blocks] scratch */
    double *state, *image; /* [generator->n] a state and L of it */
    double strength;
    bool each_block;
    int32_t threads;
} deflated;

static void take_traces(const deflated *self, const double *x) {
    const int32_t n_blocks = self->generator->blocks.n_blocks;
    double all = 0;
    ley_no_jump_traces(self->no_jump, self->traces, x);
    if (self->each_block) return;
    for (int32_t b = 0; b < n_blocks; b++) all += self->traces[b];
    for (int32_t b = 0; b < n_blocks; b++) self->traces[b] = all;
}

/* y += strength factor[b] seed, block by block. */
static void add_seed(const deflated *self, double *y, const double *factor, double strength) {
    const ley_index *begin = ley_no_jump_blocks(self->no_jump);
    for (int32_t b = 0; b < self->generator->blocks.n_blocks; b++)
        for (ley_index i = begin[b]; i < begin[b + 1]; i++) y[i] += strength * factor[b] * self->seed[i];
}

static void deflated_apply(void *user, double *y, const double *x) {
    const deflated *self = user;
    ley_no_jump_unpack(self->no_jump, self->state, x);
    self->generator->class->apply(self->generator, 0, self->image, self->state);
    ley_no_jump_pack(self->no_jump, y, self->image);
    take_traces(self, x);
    add_seed(self, y, self->traces, self->strength);
}

typedef struct solution {
    const deflated *self;
    double *y;
    const double *x;
} solution;

static ley_status solve_pair(void *user, int32_t i, ley_error *err) {
    const solution *s = user;
    (void)err;
    ley_no_jump_solve(s->self->no_jump, i, s->y, s->x);
    return LEY_OK;
}

static void deflated_precondition(void *user, double *y, const double *x) {
    const deflated *self = user;
    const int32_t pairs = (int32_t)ley_no_jump_pairs(self->no_jump);
    solution s = {self, y, x};
    if (self->threads > 1 && ley_team_run(self->threads, pairs, solve_pair, &s, NULL) == LEY_OK) return;
    for (int32_t i = 0; i < pairs; i++) (void)solve_pair(&s, i, NULL);
}

/* Seed: the lowest state of each block (of j = N/2 alone), or, to see whether the answer depends on it, everything
 * with some order of its own. */
static void plant(const deflated *self, bool other) {
    const ley_blocks *blocks = &self->generator->blocks;
    const ley_index levels = blocks->levels, size = 2 * levels * levels;
    memset(self->state, 0, (size_t)self->generator->n * sizeof(double));
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const ley_index d = ley_spin_two_j(blocks->cells, b) + 1, side = d * levels;
        double *block = self->state + blocks->offset[b] * size;
        if (!other) {
            if (b == 0 || self->each_block) block[0] = 1;
            continue;
        }
        /* |phi><phi| with an unordered phi, so that no symmetry survives */
        uint64_t rows = (uint64_t)b + 1;
        for (ley_index row = 0; row < side; row++) {
            rows = rows * 6364136223846793005u + 1442695040888963407u;
            const double p = 0.5 + (double)(rows >> 40) / (1 << 24);
            uint64_t columns = (uint64_t)b + 1;
            for (ley_index column = 0; column < side; column++) {
                columns = columns * 6364136223846793005u + 1442695040888963407u;
                const double q = 0.5 + (double)(columns >> 40) / (1 << 24), turn = 0.7 * (double)(row - column);
                const ley_index at =
                    (((row / levels) * d + column / levels) * levels + row % levels) * levels + column % levels;
                block[2 * at] = p * q * cos(turn);
                block[2 * at + 1] = p * q * sin(turn);
            }
        }
    }
    ley_no_jump_pack(self->no_jump, self->seed, self->state);
    if (!other) return;
    const ley_index *begin = ley_no_jump_blocks(self->no_jump);
    take_traces(self, self->seed);
    for (int32_t b = 0; b < blocks->n_blocks; b++)
        for (ley_index i = begin[b]; i < begin[b + 1]; i++) self->seed[i] /= self->traces[b];
}

/* Weights that the start gives to the blocks; 1 everywhere where there is one trace. */
static ley_status weights_of_start(const deflated *self, const ley_model *model, double *weight, ley_error *err) {
    const ley_blocks *blocks = &self->generator->blocks;
    for (int32_t b = 0; b < blocks->n_blocks; b++) weight[b] = 1;
    if (!self->each_block) return LEY_OK;
    ley_complex *battery = ley_allocate((size_t)blocks->offset[blocks->n_blocks], sizeof *battery);
    if (!battery) return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for the initial state");
    ley_start_battery(blocks, &model->battery_state, battery);
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const ley_index d = ley_spin_two_j(blocks->cells, b) + 1;
        weight[b] = 0;
        for (ley_index i = 0; i < d; i++) weight[b] += battery[blocks->offset[b] + i * (d + 1)].re;
    }
    ley_release(battery);
    return LEY_OK;
}

/* Solves (L + s sum_b rho_b Tr_b) x = s sum_b p_b rho_b. */
static ley_status solve(deflated *self, double *x, double *right, const double *weight, ley_krylov *krylov,
                        ley_error *err) {
    const ley_linear linear = {.self = self,
                               .n = ley_no_jump_length(self->no_jump),
                               .apply = deflated_apply,
                               .precondition = deflated_precondition};
    memset(right, 0, (size_t)linear.n * sizeof *right);
    add_seed(self, right, weight, self->strength);
    memcpy(x, self->seed, (size_t)linear.n * sizeof *x);
    return ley_iterate(&linear, x, right, krylov, err);
}

/* Is the answer the same from another seed, all coherences allowed? Only asked where the channels do not tell. x:
 * the whole state. */
static ley_status check_unique(deflated *self, const double *x, const double *weight, const ley_krylov *first,
                               ley_error *err) {
    const ley_index n = self->generator->n;
    ley_status status = ley_no_jump_widen(self->no_jump, err);
    if (status != LEY_OK) return status;
    const size_t length = (size_t)ley_no_jump_length(self->no_jump);
    ley_release(self->seed);
    self->seed = ley_allocate(length, sizeof(double));
    double *other = ley_allocate(length, sizeof *other), *right = ley_allocate(length, sizeof *right);
    if (!self->seed || !other || !right) {
        status = ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory to look for a second stationary state");
        goto done;
    }
    plant(self, true);
    ley_krylov krylov = *first;
    krylov.tolerance *= 100;
    status = solve(self, other, right, weight, &krylov, err);
    if (status != LEY_OK) goto done;
    ley_no_jump_unpack(self->no_jump, self->state, other);
    for (ley_index i = 0; i < n; i++) self->state[i] -= x[i];
    if (!(ley_euclidean_norm(self->state, n) < 1e-5) || !(krylov.residual < 1e-6 * self->strength))
        status = ley_fail(err, LEY_ERR_NUMERIC, "steady",
                          "there are several stationary states (two solutions differ by %.2g) and no rule to "
                          "choose; leyden run follows the start",
                          ley_euclidean_norm(self->state, n));
done:
    ley_release(other);
    ley_release(right);
    return status;
}

static ley_status run_krylov(bool *edge, ley_record *record, const ley_task *task, const ley_model *model,
                             double edge_limit, const ley_engine_hooks *hooks, ley_error *err) {
    deflated self = {.each_block = ley_model_conserves_spin(model)};
    ley_sampler *sampler = NULL;
    double *sector = NULL, *x = NULL, *right = NULL, *weight = NULL;
    ley_status status = ley_generator_blocks_create(&self.generator, model, err);
    if (status == LEY_OK) status = ley_no_jump_create(&self.no_jump, self.generator, err);
    if (status != LEY_OK) goto done;
    const ley_index n = self.generator->n, length = ley_no_jump_length(self.no_jump);
    const int32_t n_blocks = self.generator->blocks.n_blocks;
    x = ley_allocate((size_t)n, sizeof *x);
    self.state = ley_allocate((size_t)n, sizeof *self.state);
    self.image = ley_allocate((size_t)n, sizeof *self.image);
    sector = ley_allocate((size_t)length, sizeof *sector);
    right = ley_allocate((size_t)length, sizeof *right);
    self.seed = ley_allocate((size_t)length, sizeof *self.seed);
    self.traces = ley_allocate((size_t)n_blocks, sizeof *self.traces);
    weight = ley_allocate((size_t)n_blocks, sizeof *weight);
    if (!x || !self.state || !self.image || !sector || !right || !self.seed || !self.traces || !weight) {
        status = ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for a state of %.3g numbers", (double)n);
        goto done;
    }
    status = weights_of_start(&self, model, weight, err);
    if (status != LEY_OK) goto done;

    const double slowest = ley_steady_slowest_rate(model), energy = ley_steady_largest_energy(model);
    self.strength = slowest;
    self.threads = ley_iteration_threads(ley_no_jump_flops(model), task);
    ley_residual_watch watch = {
        .hooks = hooks, .share = 1, .aim = fmax(1e-15, 0.1 * task->numerics.tolerance / energy) * slowest};
    ley_krylov krylov = {.tolerance = watch.aim,
                         .restart = LEY_ITERATION_RESTART,
                         .limit = LEY_ITERATION_LIMIT,
                         .watch = ley_residual_watch_step,
                         .user = &watch};
    plant(&self, false);
    status = solve(&self, sector, right, weight, &krylov, err);
    if (status != LEY_OK) goto done;
    ley_no_jump_unpack(self.no_jump, x, sector);
    /* What rounding leaves of a residual that was asked to be smaller is fine; a solution that is none is not. */
    if (!(krylov.residual < fmax(1e3 * krylov.tolerance, 1e-10 * slowest))) {
        status = ley_fail(err, LEY_ERR_NUMERIC, "steady",
                          "no steady state found: the residual stays at %.2g after %lld applications; there may be "
                          "several, or relaxation is extremely slow",
                          krylov.residual, (long long)krylov.applies);
        goto done;
    }
    int64_t states = ley_model_stationary_states(model, task->has_cavity);
    if (states == LEY_STATIONARY_UNKNOWN) {
        status = check_unique(&self, x, weight, &krylov, err);
        if (status != LEY_OK) goto done;
        states = self.each_block ? n_blocks : 1;
    }
    const ley_sampler_options sampling = {.edge_limit = edge_limit, .fraction_end = 1, .battery_known = true};
    status = ley_sampler_create(&sampler, record, task, model, self.generator, &sampling, err);
    if (status == LEY_OK) status = ley_sampler_initial_only(sampler, x, err);
    if (status != LEY_OK) goto done;
    *edge = ley_sampler_edge_exceeded(sampler);
    snprintf(record->representation, sizeof record->representation, "blocks");
    snprintf(record->method, sizeof record->method, "%s", ley_iteration_for((double)length * sizeof *x).name);
    ley_certificate *c = &record->certificate;
    self.generator->class->apply(self.generator, 0, self.image, x);
    c->residual = ley_euclidean_norm(self.image, n);
    c->integration_error = c->residual / slowest * energy;
    c->energy_error = NAN;
    c->stationary_states = states;
    c->steps = c->applies = krylov.applies;
done:
    ley_sampler_destroy(sampler);
    ley_no_jump_destroy(self.no_jump);
    ley_generator_destroy(self.generator);
    ley_release(x);
    ley_release(sector);
    ley_release(right);
    ley_release(self.state);
    ley_release(self.image);
    ley_release(self.seed);
    ley_release(self.traces);
    ley_release(weight);
    return status;
}

/* ---- How fast it gets there ---------------------------------------------------------------------------------- */

static ley_status find_gap(ley_record *record, const ley_model *model, const ley_engine_hooks *hooks,
                           ley_error *err) {
    ley_index at = 0;
    while (at < record->n_measures && record->requests[at].measure != LEY_MEASURE_GAP) at++;
    if (at == record->n_measures) return LEY_OK;
    return ley_slowest_relaxation(&record->measures[at], model, record->certificate.stationary_states, hooks, err);
}

/* ---- The pass ------------------------------------------------------------------------------------------------ */

ley_status ley_steady_pass(bool *edge, ley_record *record, const ley_task *task, const ley_model *model,
                           const ley_steady_options *options, const ley_engine_hooks *hooks, ley_error *err) {
    const double edge_limit = options->edge_limit;
    *edge = false;
    if (hooks && hooks->watch && hooks->watch(hooks->user, 0))
        return ley_fail(err, LEY_ERR_STOPPED, "", "stopped before it began");
    bool solved = false;
    ley_status status = LEY_OK;
    if (ley_steady_joint_serves(task, model)) {
        status = ley_steady_joint(edge, record, task, model, edge_limit, hooks, err);
        solved = true;
    } else if (is_chain(task)) {
        status = run_chain(record, task, err);
        solved = true;
    } else if (ley_steady_half_serves(model, task->has_cavity)) {
        status = ley_steady_half(&solved, edge, record, task, model, options, hooks, err);
    }
    if (status == LEY_OK && !solved) status = run_krylov(edge, record, task, model, edge_limit, hooks, err);
    return status == LEY_OK ? find_gap(record, model, hooks, err) : status;
}

static ley_status forecast_state(ley_forecast *forecast, const ley_task *task, const ley_model *model) {
    if (ley_steady_joint_serves(task, model)) return ley_steady_joint_forecast(forecast, task, model);
    if (is_chain(task)) {
        const double n = model->cells, unknowns = floor((n + 2) * (n + 2) / 4);
        const double kept =
            ley_record_keeps_battery(task) ? ley_final_numbers(model->cells) * sizeof(ley_complex) : 0;
        *forecast =
            (ley_forecast){.levels_exact = true,
                           .numbers = unknowns,
                           .parts = 1,
                           .bytes = ley_chain_bytes(model->cells) + kept +
                                    (2 * unknowns + (double)ley_passive_scratch(model->cells)) * sizeof(double),
                           .seconds = 3e-7 * unknowns + 2e-6 * pow(ley_chain_states(model->cells), 1.2),
                           .steady = {"populations", "sparse LU"}};
        return LEY_OK;
    }
    if (ley_steady_half_serves(model, task->has_cavity)) {
        ley_steady_half_forecast(forecast, task, model);
        return LEY_OK;
    }
    const double state = ley_generator_blocks_bytes(model), steps = 60, flops_a_second = 2e10;
    const double vector = ley_no_jump_elements(model) * sizeof(double);
    const ley_iteration iteration = ley_iteration_for(vector);
    *forecast = (ley_forecast){
        .levels = model->levels,
        .numbers = state / sizeof(double),
        .parts = 1,
        .bytes = 3 * state + vector * (3 + iteration.vectors) + ley_no_jump_bytes(model),
        .applies = steps,
        .seconds = steps * (ley_no_jump_flops(model) / flops_a_second + 10e-9 * (state / sizeof(double))),
        .steady = {"blocks", iteration.name}};
    return LEY_OK;
}

ley_status ley_steady_forecast(ley_forecast *forecast, const ley_task *task, const ley_model *model) {
    ley_status status = forecast_state(forecast, task, model);
    const int64_t states = ley_model_stationary_states(model, task->has_cavity);
    for (ley_index i = 0; i < task->n_measures && status == LEY_OK; i++)
        if (task->measures[i].measure == LEY_MEASURE_GAP) {
            forecast->seconds += ley_slowest_relaxation_seconds(model);
            forecast->bytes = fmax(forecast->bytes, ley_spectrum_bytes(model, (states > 0 ? states : 1) + 2));
        }
    return status;
}
