#include "run/steady_half.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/half.h"
#include "generator/jump_series.h"
#include "generator/near_inverse.h"
#include "run/crew.h"
#include "run/cutoff.h"
#include "run/iteration.h"
#include "run/sampler.h"
#include "run/steady.h"
#include "run/steady_scales.h"
#include "run/team.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double usable = 0.8; /* more must not be neglected by the preconditioner */
/* A difference of two states is wanted to a thousandth in the residual. */
static const double part_of_difference = 1e-3;

bool ley_steady_half_serves(const ley_model *model, bool has_cavity) {
    const bool charge = model->counter_rotating == 0 && ley_half_has_parity(model);
    return !charge && !ley_model_conserves_spin(model) && ley_model_stationary_states(model, has_cavity) == 1;
}

typedef struct equation {
    ley_generator *half;
    ley_near_inverse *inverse;
    ley_jump_series *series;
    int32_t threads;
    const ley_hands *hands;
} equation;

static void system_apply(void *user, double *y, const double *x) {
    const equation *self = user;
    self->half->class->apply(self->half, 0, y, x);
}

typedef struct solution {
    const equation *self;
    double *y;
    const double *x;
    int round;
} solution;

static void jump_share(void *user, int32_t share, int32_t shares) {
    const solution *s = user;
    const int32_t parts = ley_jump_series_parts(s->self->series),
                  end = (int32_t)ley_share_first(parts, share + 1, shares);
    for (int32_t i = (int32_t)ley_share_first(parts, share, shares); i < end; i++)
        ley_jump_series_do(s->self->series, s->round, i, s->x);
}

static ley_status solve_piece(void *user, int32_t i, ley_error *err) {
    const solution *s = user;
    (void)err;
    ley_near_inverse_solve(s->self->inverse, i, s->y, ley_jump_series_result(s->self->series));
    return LEY_OK;
}

/* The padding of y is zero, and stays so. */
static void system_precondition(void *user, double *y, const double *x) {
    const equation *self = user;
    solution s = {.self = self, .y = y, .x = x};
    for (s.round = 0; s.round < LEY_JUMP_ROUNDS; s.round++) ley_hands_work(self->hands, jump_share, &s);
    (void)ley_team_run(self->threads, ley_near_inverse_pieces(self->inverse), solve_piece, &s, NULL);
}

/* L x = 0 from a state of trace 1. L and the traces of what it makes vanish, so that the iteration stays among
 * traceless residuals, where L has an inverse; how long x becomes is decided by the inverse without jumps. Rounding
 * drives the residual of the recurrence away from the true one: then the iteration begins again. */
static ley_status iterate(equation *self, double *x, const double *zero, ley_krylov *krylov, ley_error *err) {
    enum { ROUNDS = 4 };
    const ley_linear linear = {.self = self,
                               .n = self->half->n,
                               .apply = system_apply,
                               .precondition = system_precondition,
                               .hands = self->hands};
    int64_t applies = 0;
    double before = INFINITY;
    for (int i = 0; i < ROUNDS; i++) {
        ley_status status = ley_bicgstab(&linear, x, zero, krylov, err);
        if (status != LEY_OK) return status;
        applies += krylov->applies;
        const double trace = ley_near_inverse_trace(self->inverse, x);
        for (ley_index k = 0; k < linear.n; k++) x[k] /= trace;
        krylov->residual /= fabs(trace);
        if (!(krylov->residual > krylov->tolerance) || !(krylov->residual < 0.1 * before)) break;
        before = krylov->residual;
    }
    krylov->applies = applies;
    return LEY_OK;
}

/* ---- Where it begins ----------------------------------------------------------------------------------------- */

void ley_steady_memory_clear(ley_steady_memory *memory) {
    ley_generator_destroy(memory->half);
    ley_release(memory->x);
    *memory = (ley_steady_memory){0};
}

/* The same state where there are more levels, or fewer. */
static void move(const ley_generator *to, double *y, const ley_generator *from, const double *x) {
    const ley_half_layout a = ley_half_layout_of(from), b = ley_half_layout_of(to);
    const ley_index rows_a = a.length / a.width, rows_b = b.length / b.width;
    const ley_index rows = rows_a < rows_b ? rows_a : rows_b;
    for (int32_t block = 0; block < to->blocks.n_blocks; block++)
        for (int32_t i = 0; i <= ley_spin_two_j(to->blocks.cells, block); i++)
            for (int32_t k = i; k <= ley_spin_two_j(to->blocks.cells, block); k++) {
                const double *old = x + ley_half_panel(from, block, i, k);
                double *new = y + ley_half_panel(to, block, i, k);
                for (ley_index plane = 0; plane < 2 * a.step; plane++)
                    for (ley_index row = 0; row < rows; row++)
                        memcpy(new + plane *b.length + row *b.width, old + plane * a.length + row * a.width,
                               (size_t)rows * sizeof *y);
            }
}

/* *tolerance: of the residual, in and out. zero: stays so. */
static void begin(equation *self, double *x, double *tolerance, const ley_steady_options *options, double *zero) {
    const ley_steady_memory *memory = options->memory;
    const bool known = memory && memory->half && memory->model.levels < self->half->model->levels;
    if (!known) {
        ley_near_inverse_start(self->inverse, x);
        return;
    }
    move(self->half, x, memory->half, memory->x);
    if (!options->compared) return;
    system_apply(self, zero, x);
    *tolerance = fmax(*tolerance, part_of_difference * ley_euclidean_norm(zero, self->half->n));
    memset(zero, 0, (size_t)self->half->n * sizeof *zero);
}

/* ---- The pass ------------------------------------------------------------------------------------------------ */

static ley_status fill_record(bool *edge, ley_record *record, const ley_task *task, const ley_model *model,
                              double edge_limit, const equation *self, const double *x, ley_error *err) {
    const ley_sampler_options sampling = {.edge_limit = edge_limit, .fraction_end = 1, .battery_known = true};
    ley_sampler *sampler = NULL;
    ley_status status = ley_sampler_create(&sampler, record, task, model, self->half, &sampling, err);
    if (status == LEY_OK) status = ley_sampler_initial_only(sampler, x, err);
    if (status == LEY_OK) *edge = ley_sampler_edge_exceeded(sampler);
    ley_sampler_destroy(sampler);
    return status;
}

ley_status ley_steady_half(bool *solved, bool *edge, ley_record *record, const ley_task *task,
                           const ley_model *given, const ley_steady_options *options, const ley_engine_hooks *hooks,
                           ley_error *err) {
    ley_model model = *given; /* shares its expressions */
    model.complete = true;    /* no start restricts it, and no frame makes a drive turn */
    equation self = {0};
    const double slowest = ley_steady_slowest_rate(&model), energy = ley_steady_largest_energy(&model);
    double *x = NULL, *right = NULL;
    ley_crew *crew = NULL;
    *solved = false;
    const int parity = ley_half_has_parity(&model) ? LEY_PARITY_EVEN : LEY_PARITY_BOTH;
    ley_status status = ley_generator_half_create(&self.half, &model, parity, NULL, err);
    if (status == LEY_OK) status = ley_near_inverse_create(&self.inverse, self.half, err);
    if (status != LEY_OK || ley_near_inverse_neglected(self.inverse) > usable) goto done;
    status = ley_jump_series_create(&self.series, self.half, err);
    if (status != LEY_OK) goto done;
    const size_t n = (size_t)self.half->n;
    x = ley_allocate(n, sizeof *x);
    right = ley_allocate(n, sizeof *right);
    if (!x || !right) {
        status = ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for a state of %.3g numbers", (double)n);
        goto done;
    }
    self.threads = ley_iteration_threads(ley_near_inverse_flops(&model), task);
    status = ley_crew_for(&crew, self.half, self.threads, err);
    if (status != LEY_OK) goto done;
    self.hands = ley_crew_hands(crew);
    /* Vectors are shorter than states in the Frobenius norm, by up to the root of two. */
    ley_residual_watch told = {
        .hooks = hooks, .share = 1, .aim = 0.7 * fmax(1e-15, 0.1 * task->numerics.tolerance / energy) * slowest};
    begin(&self, x, &told.aim, options, right);
    ley_krylov krylov = {
        .tolerance = told.aim, .limit = LEY_ITERATION_LIMIT, .watch = ley_residual_watch_step, .user = &told};
    status = iterate(&self, x, right, &krylov, err);
    if (status != LEY_OK) goto done;
    if (!(krylov.residual < fmax(1e2 * krylov.tolerance, 1e-11 * slowest))) goto done;
    status = fill_record(edge, record, task, &model, options->edge_limit, &self, x, err);
    if (status != LEY_OK) goto done;
    *solved = true;
    snprintf(record->representation, sizeof record->representation, "half");
    snprintf(record->method, sizeof record->method, "bicgstab");
    ley_certificate *c = &record->certificate;
    self.half->class->apply(self.half, 0, right, x);
    c->residual = self.half->class->norm(self.half, right);
    c->integration_error = c->residual / slowest * energy;
    c->energy_error = NAN;
    c->stationary_states = 1;
    c->steps = c->applies = krylov.applies;
    if (!options->memory) goto done;
    ley_steady_memory_clear(options->memory);
    if (options->compared) goto done;
    *options->memory = (ley_steady_memory){.model = model, .half = self.half, .x = x};
    self.half->model = &options->memory->model;
    self.half = NULL;
    x = NULL;
done:
    if (self.half) self.half->hands = NULL;
    if (options->memory && options->memory->half) options->memory->half->hands = NULL;
    ley_crew_destroy(crew);
    ley_jump_series_destroy(self.series);
    ley_near_inverse_destroy(self.inverse);
    ley_generator_destroy(self.half);
    ley_release(x);
    ley_release(right);
    return status;
}

static double vector_bytes(const ley_model *model) {
    const int parity = ley_half_has_parity(model) ? LEY_PARITY_EVEN : LEY_PARITY_BOTH;
    return ley_half_length(model, parity) * sizeof(double);
}

static double seconds_of(const ley_model *model, double steps) {
    const double flops_a_second = 6e10, bytes_a_second = 5e9, streams = 20;
    return steps *
           (ley_near_inverse_flops(model) / flops_a_second + streams * vector_bytes(model) / bytes_a_second);
}

void ley_steady_half_forecast(ley_forecast *forecast, const ley_task *task, const ley_model *model) {
    const double steps = 10.0 * (model->cells + 1);
    ley_model larger = *model;
    *forecast = (ley_forecast){.levels = model->levels,
                               .numbers = vector_bytes(model) / sizeof(double),
                               .parts = 1,
                               .applies = steps,
                               .seconds = seconds_of(model, steps),
                               .steady = {"half", "bicgstab"}};
    if (task->has_cavity && !task->numerics.levels_auto && task->numerics.certify) {
        larger.levels = ley_cutoff_check(model->levels);
        forecast->applies *= 1.6;
        forecast->seconds += 0.6 * seconds_of(&larger, steps);
    }
    if (larger.levels > model->levels) forecast->bytes = vector_bytes(model); /* in memory */
    forecast->bytes += (2 + LEY_BICGSTAB_VECTORS) * vector_bytes(&larger) + ley_near_inverse_bytes(&larger) +
                       ley_jump_series_bytes(vector_bytes(&larger) / sizeof(double));
}
