#include "generator/telegraph.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/decay.h"

#include <math.h>
#include <string.h>

/* A number of the model moved by what the noise adds. */
typedef struct moved_signal {
    ley_signal base; /* borrowed */
    double shift;
} moved_signal;

typedef struct copy {
    ley_model model; /* shares the expressions of the outer model */
    moved_signal frequency, coupling;
    ley_generator *part;
} copy;

typedef struct generator_telegraph {
    ley_generator base; /* first member; its class is `class` */
    ley_generator_class class;
    copy *copies; /* [n_copies] */
    int32_t n_copies;
    ley_index n, n_compact; /* of one copy */
    double *sum;            /* [n]: scratch of joint_block */
} generator_telegraph;

static double moved_at(void *user, double t) {
    const moved_signal *moved = user;
    return ley_signal_at(&moved->base, t) + moved->shift;
}

/* Replaces a signal of a copy's model. `moved` must not move afterwards. */
static void move_signal(ley_signal *signal, moved_signal *moved, double shift) {
    *moved = (moved_signal){.base = *signal, .shift = shift};
    if (ley_signal_is_constant(signal))
        *signal = ley_signal_constant(ley_signal_at(signal, 0) + shift);
    else
        *signal = (ley_signal){.function = moved_at, .user = moved};
}

/* ---- The map ------------------------------------------------------------------------------------------------ */

/* y += factor (jumps between the copies) x */
static void add_jumps(const generator_telegraph *self, double *y, const double *x, double factor) {
    const ley_telegraph *noise = &self->base.model->telegraph;
    for (int32_t s = 0; s < self->n_copies; s++)
        for (int32_t i = 0; i < noise->n; i++) {
            const int32_t other = s ^ (int32_t)(1 << i);
            const double in = factor * ley_telegraph_rate(noise, other, i);
            const double out = factor * ley_telegraph_rate(noise, s, i);
            const double *from = x + other * self->n, *here = x + s * self->n;
            double *to = y + s * self->n;
            if (in == 0 && out == 0) continue;
            for (ley_index k = 0; k < self->n; k++) to[k] += in * from[k] - out * here[k];
        }
}

static void telegraph_apply(ley_generator *generator, double t, double *y, const double *x) {
    generator_telegraph *self = (generator_telegraph *)generator;
    for (int32_t s = 0; s < self->n_copies; s++) {
        ley_generator *part = self->copies[s].part;
        part->class->apply(part, t, y + s * self->n, x + s * self->n);
    }
    add_jumps(self, y, x, 1);
}

static void telegraph_fused(ley_generator *generator, double t, double *y, const double *x, double al, double be,
                            double ga) {
    generator_telegraph *self = (generator_telegraph *)generator;
    for (int32_t s = 0; s < self->n_copies; s++) {
        ley_generator *part = self->copies[s].part;
        part->class->fused(part, t, y + s * self->n, x + s * self->n, al, be, ga);
    }
    add_jumps(self, y, x, al);
}

static double telegraph_decay(const ley_generator *generator, double t) {
    const generator_telegraph *self = (const generator_telegraph *)generator;
    const ley_telegraph *noise = &generator->model->telegraph;
    double decay = 0;
    for (int32_t s = 0; s < self->n_copies; s++) decay = fmax(decay, ley_generator_decay(self->copies[s].part, t));
    for (int32_t i = 0; i < noise->n; i++) decay += noise->process[i].rate_up + noise->process[i].rate_down;
    return decay;
}

static void telegraph_bounds(const ley_generator *generator, double t, double *frequency, double *decay) {
    const generator_telegraph *self = (const generator_telegraph *)generator;
    *frequency = 0;
    for (int32_t s = 0; s < self->n_copies; s++) {
        double f, d;
        const ley_generator *part = self->copies[s].part;
        part->class->bounds(part, t, &f, &d);
        *frequency = fmax(*frequency, f);
    }
    *decay = telegraph_decay(generator, t);
}

static void telegraph_symmetrise(const ley_generator *generator, double *x) {
    const generator_telegraph *self = (const generator_telegraph *)generator;
    for (int32_t s = 0; s < self->n_copies; s++) {
        const ley_generator *part = self->copies[s].part;
        part->class->symmetrise(part, x + s * self->n);
    }
}

/* ---- States ---------------------------------------------------------------------------------------------------
 */

static void telegraph_start(const ley_generator *generator, double *x, const ley_complex *battery,
                            const ley_complex *cavity) {
    const generator_telegraph *self = (const generator_telegraph *)generator;
    for (int32_t s = 0; s < self->n_copies; s++) {
        const ley_generator *part = self->copies[s].part;
        double *own = x + s * self->n, probability = ley_telegraph_probability(&generator->model->telegraph, s);
        part->class->start(part, own, battery, cavity);
        for (ley_index k = 0; k < self->n; k++) own[k] *= probability;
    }
}

/* Not smaller than the norm of the sum, so that a tolerance of it is one of the state. */
static double telegraph_norm(const ley_generator *generator, const double *x) {
    const generator_telegraph *self = (const generator_telegraph *)generator;
    double sum = 0;
    for (int32_t s = 0; s < self->n_copies; s++) {
        const ley_generator *part = self->copies[s].part;
        sum += part->class->norm(part, x + s * self->n);
    }
    return sum;
}

static void telegraph_reduce(const ley_generator *generator, double *compact, const double *x) {
    const generator_telegraph *self = (const generator_telegraph *)generator;
    memset(compact, 0, (size_t)self->n_compact * sizeof *compact);
    for (int32_t s = 0; s < self->n_copies; s++) {
        const ley_generator *part = self->copies[s].part;
        double *own = compact + (s + 1) * self->n_compact;
        part->class->reduce(part, own, x + s * self->n);
        for (ley_index k = 0; k < self->n_compact; k++) compact[k] += own[k];
    }
}

static void telegraph_expand(const ley_generator *generator, double t, double *reduced, const double *compact) {
    const generator_telegraph *self = (const generator_telegraph *)generator;
    const ley_generator *part = self->copies[0].part;
    const ley_index length = ley_reduced_length(&part->blocks);
    for (int32_t s = 0; s <= self->n_copies; s++)
        part->class->expand(part, t, reduced + s * length, compact + s * self->n_compact);
}

static void telegraph_joint_block(const ley_generator *generator, ley_complex *block, const double *x, int32_t b) {
    const generator_telegraph *self = (const generator_telegraph *)generator;
    const ley_generator *part = self->copies[0].part;
    memcpy(self->sum, x, (size_t)self->n * sizeof *x);
    for (int32_t s = 1; s < self->n_copies; s++)
        for (ley_index k = 0; k < self->n; k++) self->sum[k] += x[s * self->n + k];
    part->class->joint_block(part, block, self->sum, b);
}

/* ---- Creation -------------------------------------------------------------------------------------------------
 */

static void telegraph_destroy(ley_generator *generator) {
    generator_telegraph *self = (generator_telegraph *)generator;
    for (int32_t s = 0; self->copies && s < self->n_copies; s++) ley_generator_destroy(self->copies[s].part);
    ley_blocks_clear(&self->base.blocks);
    ley_release(self->copies);
    ley_release(self->sum);
    ley_release(self);
}

/* What the inner representation does not offer is not offered here. */
static ley_generator_class class_around(const ley_generator_class *inner) {
    return (ley_generator_class){.name = "telegraph",
                                 .apply = telegraph_apply,
                                 .fused = inner->fused ? telegraph_fused : NULL,
                                 .start = telegraph_start,
                                 .reduce = telegraph_reduce,
                                 .expand = inner->expand ? telegraph_expand : NULL,
                                 .symmetrise = inner->symmetrise ? telegraph_symmetrise : NULL,
                                 .norm = telegraph_norm,
                                 .bounds = inner->bounds ? telegraph_bounds : NULL,
                                 .decay = telegraph_decay,
                                 .joint_block = inner->joint_block ? telegraph_joint_block : NULL,
                                 .destroy = telegraph_destroy};
}

ley_status ley_generator_telegraph_create(ley_generator **generator, const ley_model *model, ley_part_maker make,
                                          int32_t i, ley_error *err) {
    generator_telegraph *self = ley_allocate(1, sizeof *self);
    if (!self) return ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the generator");
    self->base.class = &self->class;
    self->base.model = model;
    self->n_copies = ley_telegraph_states(&model->telegraph);
    ley_status status =
        ley_blocks_create(&self->base.blocks, model->cells, model->levels > 0 ? model->levels : 1, err);
    if (status != LEY_OK) goto failed;
    self->base.blocks.noise_states = self->n_copies;
    self->copies = ley_allocate((size_t)self->n_copies, sizeof *self->copies);
    if (!self->copies) goto no_memory;
    for (int32_t s = 0; s < self->n_copies; s++) {
        copy *c = &self->copies[s];
        c->model = *model;
        move_signal(&c->model.battery_frequency, &c->frequency,
                    ley_telegraph_shift(&model->telegraph, s, LEY_TELEGRAPH_FREQUENCY));
        move_signal(&c->model.coupling, &c->coupling,
                    ley_telegraph_shift(&model->telegraph, s, LEY_TELEGRAPH_COUPLING));
        status = make(&c->part, &c->model, i, err);
        if (status != LEY_OK) goto failed;
    }
    const ley_generator *part = self->copies[0].part;
    self->class = class_around(part->class);
    /* A reduced state keeps of each block what the inner part keeps. */
    self->base.blocks.diagonal = part->blocks.diagonal;
    self->base.blocks.whole = part->blocks.whole;
    memcpy(self->base.blocks.offset, part->blocks.offset,
           ((size_t)part->blocks.n_blocks + 1) * sizeof *part->blocks.offset);
    self->n = part->n;
    self->n_compact = part->n_compact;
    self->base.n = self->n * self->n_copies;
    self->base.n_compact = self->n_compact * (self->n_copies + 1);
    if (part->class->joint_block && !(self->sum = ley_allocate((size_t)self->n, sizeof *self->sum))) goto no_memory;
    *generator = &self->base;
    return LEY_OK;
no_memory:
    status = ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for %d copies of the state", self->n_copies);
failed:
    telegraph_destroy(&self->base);
    return status;
}
