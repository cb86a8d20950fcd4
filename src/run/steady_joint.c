#include "run/steady_joint.h"

#include "core/memory.h"
#include "core/random.h"
#include "core/status.h"
#include "generator/general.h"
#include "generator/left_inverse.h"
#include "generator/no_jump.h"
#include "generator/telegraph.h"
#include "run/iteration.h"
#include "run/sampler.h"
#include "run/steady.h"
#include "run/steady_scales.h"
#include "run/team.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COPIES_MAX = 1 << LEY_TELEGRAPH_MAX, ROUNDS = 40, COUNTED = 8 };

static const double first_shift = 1e-3; /* of the slowest rate */
static const double last_shift = 1e-9;

/* One state of the noise: the model with its frequency and coupling, and its part without jumps. */
typedef struct copy {
    ley_model model; /* shares the expressions */
    double damping;  /* rate of leaving this state of the noise */
    ley_generator *part;
    ley_no_jump *no_jump;   /* of alike cells */
    ley_left_inverse *left; /* of unlike cells */
} copy;

typedef struct joint {
    ley_generator *generator; /* of all copies together */
    copy copies[COPIES_MAX];
    int32_t n_copies;
    bool general;
    ley_index n, full;     /* numbers of a copy: in a vector here, in a state of the generator */
    double *state, *image; /* of the generator */
    double *traces;        /* [n_blocks] scratch */
    double shift;
    int32_t threads;
    const ley_engine_hooks *hooks;
    double done, size; /* of the whole work: before this solution, and its part */
} joint;

bool ley_steady_joint_serves(const ley_task *task, const ley_model *model) {
    if (!ley_model_is_symmetric(model)) return true;
    if (!ley_telegraph_given(&model->telegraph)) return false;
    if (task->has_cavity || !ley_signal_is_zero(&model->drive_battery)) return true;
    for (ley_index i = 0; i < task->n_observables; i++) /* populations do not feel the frequency; <H> does */
        if (task->observables[i] == LEY_TOTAL_ENERGY) return true;
    for (ley_index i = 0; i < task->n_measures; i++)
        if (task->measures[i].observable == LEY_TOTAL_ENERGY) return true;
    return false;
}

/* Collective rates of cells that are close together make a matrix that is hardly positive: only numbers can say. */
static int64_t stationary_states(const ley_task *task, const ley_model *model) {
    return model->unlike.placed ? LEY_STATIONARY_UNKNOWN : ley_model_stationary_states(model, task->has_cavity);
}

static ley_status no_memory(double numbers, ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for states of %.3g numbers", numbers);
}

/* ---- Creation --------------------------------------------------------------------------------------------------
 */

static ley_status make_part(ley_generator **part, const ley_model *model, int32_t i, ley_error *err) {
    (void)i;
    return ley_model_is_symmetric(model) ? ley_generator_blocks_create(part, model, err)
                                         : ley_generator_general_create(part, model, 0, err);
}

static void shift_signal(ley_signal *signal, double by) {
    *signal = ley_signal_constant(ley_signal_at(signal, 0) + by);
}

static ley_status copy_create(joint *self, const ley_model *model, int32_t s, ley_error *err) {
    copy *c = &self->copies[s];
    const ley_telegraph *noise = &model->telegraph;
    c->model = *model;
    shift_signal(&c->model.battery_frequency, ley_telegraph_shift(noise, s, LEY_TELEGRAPH_FREQUENCY));
    shift_signal(&c->model.coupling, ley_telegraph_shift(noise, s, LEY_TELEGRAPH_COUPLING));
    for (int32_t i = 0; i < noise->n; i++) c->damping += ley_telegraph_rate(noise, s, i);
    ley_status status = make_part(&c->part, &c->model, 0, err);
    if (status != LEY_OK) return status;
    self->full = c->part->n;
    if (!self->general) return ley_no_jump_create(&c->no_jump, c->part, err);
    status = ley_left_inverse_create(&c->left, c->part, err);
    ley_generator_destroy(c->part); /* large, and not needed any more */
    c->part = NULL;
    return status;
}

static void set_shift(joint *self, double shift) {
    self->shift = shift;
    for (int32_t s = 0; s < self->n_copies && !self->general; s++)
        ley_no_jump_damp(self->copies[s].no_jump, shift + self->copies[s].damping);
}

static ley_status joint_create(joint *self, const ley_task *task, const ley_model *model, bool unknown,
                               ley_error *err) {
    self->general = !ley_model_is_symmetric(model);
    self->n_copies = ley_telegraph_given(&model->telegraph) ? ley_telegraph_states(&model->telegraph) : 1;
    ley_status status = ley_telegraph_given(&model->telegraph)
                            ? ley_generator_telegraph_create(&self->generator, model, make_part, 0, err)
                            : make_part(&self->generator, model, 0, err);
    for (int32_t s = 0; s < self->n_copies && status == LEY_OK; s++) {
        status = copy_create(self, model, s, err);
        /* Where the channels do not tell how many there are, coherences of every kind may be stationary. */
        if (status == LEY_OK && !self->general && unknown) status = ley_no_jump_widen(self->copies[s].no_jump, err);
    }
    if (status != LEY_OK) return status;
    self->n = self->general ? self->full : ley_no_jump_length(self->copies[0].no_jump);
    self->state = ley_allocate((size_t)self->generator->n, sizeof *self->state);
    self->image = ley_allocate((size_t)self->generator->n, sizeof *self->image);
    self->traces = ley_allocate((size_t)self->generator->blocks.n_blocks, sizeof *self->traces);
    if (!self->state || !self->image || !self->traces) return no_memory((double)self->generator->n, err);
    const double flops = self->general ? ley_left_inverse_flops(model) : ley_no_jump_flops(model);
    self->threads = ley_iteration_threads(flops, task);
    return LEY_OK;
}

static void joint_clear(joint *self) {
    for (int32_t s = 0; s < self->n_copies; s++) {
        ley_no_jump_destroy(self->copies[s].no_jump);
        ley_left_inverse_destroy(self->copies[s].left);
        ley_generator_destroy(self->copies[s].part);
    }
    ley_generator_destroy(self->generator);
    ley_release(self->state);
    ley_release(self->image);
    ley_release(self->traces);
}

/* ---- The equation (L - shift) x = b ---------------------------------------------------------------------------
 */

static void unpack(const joint *self, double *state, const double *x) {
    if (self->general) memcpy(state, x, (size_t)self->generator->n * sizeof *state);
    for (int32_t s = 0; s < self->n_copies && !self->general; s++)
        ley_no_jump_unpack(self->copies[s].no_jump, state + s * self->full, x + s * self->n);
}

static void pack(const joint *self, double *x, const double *state) {
    if (self->general) memcpy(x, state, (size_t)self->generator->n * sizeof *state);
    for (int32_t s = 0; s < self->n_copies && !self->general; s++)
        ley_no_jump_pack(self->copies[s].no_jump, x + s * self->n, state + s * self->full);
}

/* y = L x */
static void generate(const joint *self, double *y, const double *x) {
    unpack(self, self->state, x);
    self->generator->class->apply(self->generator, 0, self->image, self->state);
    pack(self, y, self->image);
}

static void joint_apply(void *user, double *y, const double *x) {
    const joint *self = user;
    generate(self, y, x);
    for (ley_index i = 0; i < self->n * self->n_copies; i++) y[i] -= self->shift * x[i];
}

typedef struct solution {
    const joint *self;
    double *y;
    const double *x;
    int32_t s;
} solution;

static ley_status solve_pair(void *user, int32_t i, ley_error *err) {
    const solution *a = user;
    const copy *c = &a->self->copies[a->s];
    (void)err;
    if (a->self->general)
        ley_left_inverse_solve(c->left, i, a->self->shift + c->damping, a->y, a->x);
    else
        ley_no_jump_solve(c->no_jump, i, a->y, a->x);
    return LEY_OK;
}

static void joint_precondition(void *user, double *y, const double *x) {
    const joint *self = user;
    for (int32_t s = 0; s < self->n_copies; s++) {
        const copy *c = &self->copies[s];
        const int32_t pairs =
            (int32_t)(self->general ? ley_left_inverse_pairs(c->left) : ley_no_jump_pairs(c->no_jump));
        solution a = {self, y + s * self->n, x + s * self->n, s};
        if (self->threads <= 1 || ley_team_run(self->threads, pairs, solve_pair, &a, NULL) != LEY_OK)
            for (int32_t i = 0; i < pairs; i++) (void)solve_pair(&a, i, NULL);
    }
}

static double trace(const joint *self, const double *x) {
    double sum = 0;
    const ley_index side = (ley_index)lround(sqrt(0.5 * (double)self->full));
    for (int32_t s = 0; s < self->n_copies; s++) {
        const double *own = x + s * self->n;
        if (self->general) {
            for (ley_index r = 0; r < side; r++) sum += own[2 * r * (side + 1)];
            continue;
        }
        ley_no_jump_traces(self->copies[s].no_jump, self->traces, own);
        for (int32_t b = 0; b < self->generator->blocks.n_blocks; b++) sum += self->traces[b];
    }
    return sum;
}

/* ---- Inverse iteration ----------------------------------------------------------------------------------------
 */

typedef struct aim {
    double residual; /* of L x */
    double solution; /* of one equation, times its shift: what the weights of several states may be off by */
    double slowest;  /* rate */
    int64_t applies; /* spent */
    double reached;  /* residual at the end */
} aim;

/* x <- what of x lies in the null space of L, of trace 1: x <- -shift (L - shift)^-1 x, which leaves the null space
 * alone and divides what decays with rate r by 1 + r / shift, until L x vanishes. */
static ley_status project(joint *self, double *x, double *right, aim *a, ley_error *err) {
    const ley_index n = self->n * self->n_copies;
    const ley_linear linear = {.self = self, .n = n, .apply = joint_apply, .precondition = joint_precondition};
    ley_residual_watch watch = {.hooks = self->hooks, .begin = self->done, .share = self->size, .aim = a->residual};
    double before = INFINITY;
    set_shift(self, first_shift * a->slowest);
    for (int round = 0; round < ROUNDS; round++) {
        memcpy(right, x, (size_t)n * sizeof *x);
        for (ley_index i = 0; i < n; i++) right[i] *= -self->shift;
        ley_krylov krylov = {.tolerance = fmin(0.1 * a->residual, a->solution * self->shift),
                             .restart = LEY_ITERATION_RESTART,
                             .limit = LEY_ITERATION_LIMIT,
                             .watch = ley_residual_watch_step,
                             .user = &watch};
        ley_status status = ley_iterate(&linear, x, right, &krylov, err);
        a->applies += krylov.applies;
        if (status != LEY_OK) return status;
        const double sum = trace(self, x);
        for (ley_index i = 0; i < n; i++) x[i] /= sum;
        generate(self, right, x);
        a->reached = ley_euclidean_norm(right, n);
        if (a->reached <= a->residual) return LEY_OK;
        /* Rounding decides: no round gains anything any more. */
        if (a->reached < 1e-10 * a->slowest && a->reached > 0.5 * before) return LEY_OK;
        if (a->reached > 0.05 * before && self->shift > last_shift * a->slowest)
            set_shift(self, 0.03 * self->shift);
        before = a->reached;
    }
    return ley_fail(err, LEY_ERR_NUMERIC, "steady",
                    "no steady state found: the residual stays at %.2g; relaxation is extremely slow", a->reached);
}

/* A Hermitian start without any symmetry. */
static void scatter(const joint *self, double *x, uint64_t number) {
    const ley_index n = self->n * self->n_copies, side = (ley_index)lround(sqrt(0.5 * (double)self->full));
    ley_random random = {.seed = 1, .stream = number};
    for (ley_index i = 0; i < n; i++) x[i] = ley_random_uniform(&random) - 0.5;
    for (int32_t s = 0; s < self->n_copies && self->general; s++) {
        double *own = x + s * self->n;
        for (ley_index r = 0; r < side; r++)
            for (ley_index k = r; k < side; k++) {
                const double *upper = own + 2 * (r * side + k);
                own[2 * (k * side + r)] = upper[0];
                own[2 * (k * side + r) + 1] = -upper[1];
                if (r == k) own[2 * (r * side + r) + 1] = 0;
            }
    }
    const double sum = trace(self, x);
    for (ley_index i = 0; i < n; i++) x[i] /= sum;
}

/* How many stationary states there are, at most COUNTED: the null spaces parts of states without any symmetry,
 * until one is made of those before. x: one of them. */
static ley_status count(joint *self, int64_t *states, const double *x, double *right, const aim *first,
                        ley_error *err) {
    const ley_index n = self->n * self->n_copies;
    double *basis[COUNTED + 1] = {0};
    ley_status status = LEY_OK;
    *states = 0;
    for (int k = 0; k <= COUNTED && status == LEY_OK; k++) {
        double *y = basis[k] = ley_allocate((size_t)n, sizeof *y);
        if (!y) {
            status = no_memory((double)n, err);
            break;
        }
        aim a = {.residual = 100 * first->residual, .solution = 1e-9, .slowest = first->slowest};
        if (k == 0)
            memcpy(y, x, (size_t)n * sizeof *y);
        else {
            scatter(self, y, (uint64_t)k);
            status = project(self, y, right, &a, err);
        }
        const double size = ley_euclidean_norm(y, n);
        for (int i = 0; i < k && status == LEY_OK; i++) {
            double along = 0;
            for (ley_index l = 0; l < n; l++) along += basis[i][l] * y[l];
            for (ley_index l = 0; l < n; l++) y[l] -= along * basis[i][l];
        }
        const double left = ley_euclidean_norm(y, n);
        if (left < 1e-5 * size) break;
        for (ley_index l = 0; l < n; l++) y[l] /= left;
        *states = k + 1;
    }
    for (int k = 0; k <= COUNTED; k++) ley_release(basis[k]);
    return status;
}

/* ---- The pass -------------------------------------------------------------------------------------------------
 */

static ley_status settle_number(joint *self, int64_t *states, const ley_task *task, const double *x, double *right,
                                const aim *a, ley_record *record, ley_error *err) {
    if (*states != LEY_STATIONARY_UNKNOWN) return LEY_OK;
    ley_status status = count(self, states, x, right, a, err);
    if (status != LEY_OK || *states == 1) return status;
    if (!task->start_given)
        return ley_fail(err, LEY_ERR_SCENARIO, "battery.state",
                        "this noise leaves several stationary states (%s%d were found); give battery.state, the "
                        "start whose steady state is wanted",
                        *states > COUNTED ? "more than " : "", (int)(*states > COUNTED ? COUNTED : *states));
    if (*states > COUNTED)
        ley_text_add(&record->warnings,
                     "there are more than %d independent stationary states; not all were counted\n", COUNTED);
    return LEY_OK;
}

ley_status ley_steady_joint(bool *edge, ley_record *record, const ley_task *task, const ley_model *model,
                            double edge_limit, const ley_engine_hooks *hooks, ley_error *err) {
    joint self = {.hooks = hooks, .size = 0.5};
    ley_sampler *sampler = NULL;
    double *x = NULL, *right = NULL;
    int64_t states = stationary_states(task, model);
    const double slowest = ley_steady_slowest_rate(model), energy = ley_steady_largest_energy(model);
    aim a = {.residual = fmax(1e-15, 0.1 * task->numerics.tolerance / energy) * slowest,
             .solution = states == 1 ? INFINITY : 1e-3 * task->numerics.tolerance / energy,
             .slowest = slowest};
    ley_status status = joint_create(&self, task, model, states == LEY_STATIONARY_UNKNOWN, err);
    if (status != LEY_OK) goto done;
    const ley_index n = self.n * self.n_copies;
    x = ley_allocate((size_t)n, sizeof *x);
    right = ley_allocate((size_t)n, sizeof *right);
    if (!x || !right) {
        status = no_memory((double)n, err);
        goto done;
    }
    status = ley_generator_start(self.generator, self.state, err);
    if (status != LEY_OK) goto done;
    pack(&self, x, self.state);
    status = project(&self, x, right, &a, err);
    self.done = 0.5;
    if (status == LEY_OK) status = settle_number(&self, &states, task, x, right, &a, record, err);
    if (status != LEY_OK) goto done;
    unpack(&self, self.state, x);
    const ley_sampler_options sampling = {.edge_limit = edge_limit, .fraction_end = 1, .battery_known = true};
    status = ley_sampler_create(&sampler, record, task, model, self.generator, &sampling, err);
    if (status == LEY_OK) status = ley_sampler_initial_only(sampler, self.state, err);
    if (status != LEY_OK) goto done;
    *edge = ley_sampler_edge_exceeded(sampler);
    snprintf(record->representation, sizeof record->representation, "%s", self.general ? "general" : "blocks");
    snprintf(record->method, sizeof record->method, "inverse iteration, %s",
             ley_iteration_for((double)n * sizeof *x).name);
    ley_certificate *c = &record->certificate;
    c->residual = a.reached;
    c->integration_error = a.reached / slowest * energy;
    c->energy_error = NAN;
    c->stationary_states = states;
    c->steps = c->applies = a.applies;
done:
    ley_sampler_destroy(sampler);
    joint_clear(&self);
    ley_release(x);
    ley_release(right);
    return status;
}

ley_status ley_steady_joint_forecast(ley_forecast *forecast, const ley_task *task, const ley_model *model) {
    const bool general = !ley_model_is_symmetric(model);
    const double copies = ley_telegraph_given(&model->telegraph) ? ley_telegraph_states(&model->telegraph) : 1;
    const double state =
        general ? ley_general_length(model, 0) * sizeof(double) : ley_generator_blocks_bytes(model);
    const double vector = general ? state : ley_no_jump_elements(model) * sizeof(double);
    const double inverse = general ? ley_left_inverse_bytes(model) : ley_no_jump_bytes(model) + state;
    const double flops = general ? ley_left_inverse_flops(model) : ley_no_jump_flops(model);
    const ley_iteration iteration = ley_iteration_for(vector * copies);
    const bool unknown = stationary_states(task, model) == LEY_STATIONARY_UNKNOWN;
    double vectors = 4 + iteration.vectors;
    if (unknown) vectors += COUNTED + 1;
    const double steps = unknown ? 600 : 200;
    *forecast = (ley_forecast){
        .levels = model->levels,
        .numbers = copies * state / sizeof(double),
        .parts = 1,
        .bytes = copies * (4 * state + vector * vectors + inverse) + (general ? 2 * state : 0),
        .applies = steps,
        .seconds = steps * copies * (flops / 2e10 + 10e-9 * model->cells * (state / sizeof(double))),
        .steady = {general ? "general" : "blocks",
                   iteration.few_vectors ? "inverse iteration, bicgstab" : "inverse iteration, gmres"}};
    return LEY_OK;
}
