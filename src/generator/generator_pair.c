#include "generator/pair.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/decay.h"

#include <math.h>
#include <string.h>

typedef struct generator_pair {
    ley_generator base; /* first member; its class is `class` */
    ley_generator_class class;
    ley_model model; /* of the second; shares the expressions of the first */
    ley_generator *part[2];
} generator_pair;

static const ley_generator *pair_second(const ley_generator *generator, const double **x) {
    const generator_pair *self = (const generator_pair *)generator;
    *x += self->part[0]->n;
    return self->part[1];
}

static void pair_apply(ley_generator *generator, double t, double *y, const double *x) {
    const generator_pair *self = (const generator_pair *)generator;
    ley_generator *a = self->part[0], *b = self->part[1];
    a->class->apply(a, t, y, x);
    b->class->apply(b, t, y + a->n, x + a->n);
}

static void pair_fused(ley_generator *generator, double t, double *y, const double *x, double al, double be,
                       double ga) {
    const generator_pair *self = (const generator_pair *)generator;
    ley_generator *a = self->part[0], *b = self->part[1];
    a->class->fused(a, t, y, x, al, be, ga);
    b->class->fused(b, t, y + a->n, x + a->n, al, be, ga);
}

static void pair_bounds(const ley_generator *generator, double t, double *frequency, double *decay) {
    const generator_pair *self = (const generator_pair *)generator;
    double f[2], d[2];
    for (int k = 0; k < 2; k++) self->part[k]->class->bounds(self->part[k], t, &f[k], &d[k]);
    *frequency = fmax(f[0], f[1]);
    *decay = fmax(d[0], d[1]);
}

static double pair_decay(const ley_generator *generator, double t) {
    const generator_pair *self = (const generator_pair *)generator;
    return fmax(ley_generator_decay(self->part[0], t), ley_generator_decay(self->part[1], t));
}

static void pair_start(const ley_generator *generator, double *x, const ley_complex *battery,
                       const ley_complex *cavity) {
    const ley_generator *a = ((const generator_pair *)generator)->part[0];
    a->class->start(a, x, battery, cavity); /* ley_generator_start starts the second */
}

/* Not smaller than the norm of either. */
static double pair_norm(const ley_generator *generator, const double *x) {
    const generator_pair *self = (const generator_pair *)generator;
    const ley_generator *a = self->part[0], *b = self->part[1];
    return hypot(a->class->norm(a, x), b->class->norm(b, x + a->n));
}

static void pair_reduce(const ley_generator *generator, double *compact, const double *x) {
    const generator_pair *self = (const generator_pair *)generator;
    const ley_generator *a = self->part[0], *b = self->part[1];
    a->class->reduce(a, compact, x);
    b->class->reduce(b, compact + a->n_compact, x + a->n);
}

static void pair_expand(const ley_generator *generator, double t, double *reduced, const double *compact) {
    const generator_pair *self = (const generator_pair *)generator;
    const ley_generator *a = self->part[0], *b = self->part[1];
    a->class->expand(a, t, reduced, compact);
    b->class->expand(b, t, reduced + ley_reduced_length(&a->blocks), compact + a->n_compact);
}

static void pair_joint_block(const ley_generator *generator, ley_complex *block, const double *x, int32_t b) {
    const ley_generator *a = ((const generator_pair *)generator)->part[0];
    a->class->joint_block(a, block, x, b);
}

static void pair_destroy(ley_generator *generator) {
    generator_pair *self = (generator_pair *)generator;
    for (int k = 0; k < 2; k++) ley_generator_destroy(self->part[k]);
    ley_blocks_clear(&self->base.blocks);
    ley_release(self);
}

/* What the inner representation does not offer is not offered here. */
static ley_generator_class class_around(const ley_generator_class *inner) {
    return (ley_generator_class){.name = "pair",
                                 .apply = pair_apply,
                                 .fused = inner->fused ? pair_fused : NULL,
                                 .start = pair_start,
                                 .second = pair_second,
                                 .reduce = pair_reduce,
                                 .expand = inner->expand ? pair_expand : NULL,
                                 .norm = pair_norm,
                                 .bounds = inner->bounds ? pair_bounds : NULL,
                                 .decay = pair_decay,
                                 .joint_block = inner->joint_block ? pair_joint_block : NULL,
                                 .destroy = pair_destroy};
}

ley_status ley_generator_pair_create(ley_generator **generator, const ley_model *model, ley_pair_maker make,
                                     const void *user, int32_t i, ley_error *err) {
    generator_pair *self = ley_allocate(1, sizeof *self);
    if (!self) return ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the generator");
    self->base.class = &self->class;
    self->base.model = model;
    self->class.destroy = pair_destroy;
    self->model = ley_model_of_second(model);
    ley_status status =
        ley_blocks_create(&self->base.blocks, model->cells, model->levels > 0 ? model->levels : 1, err);
    if (status == LEY_OK) status = make(&self->part[0], model, user, i, err);
    if (status == LEY_OK) status = make(&self->part[1], &self->model, user, i, err);
    if (status != LEY_OK) {
        pair_destroy(&self->base);
        return status;
    }
    const ley_generator *a = self->part[0], *b = self->part[1];
    self->class = class_around(a->class);
    self->base.blocks.diagonal = a->blocks.diagonal;
    self->base.blocks.whole = a->blocks.whole;
    self->base.blocks.noise_states = a->blocks.noise_states;
    self->base.blocks.second = true;
    memcpy(self->base.blocks.offset, a->blocks.offset, ((size_t)a->blocks.n_blocks + 1) * sizeof *a->blocks.offset);
    self->base.n = a->n + b->n;
    self->base.n_compact = a->n_compact + b->n_compact;
    *generator = &self->base;
    return LEY_OK;
}
