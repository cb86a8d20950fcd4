#include "run/problem.h"

#include "generator/decay.h"

static void part_apply(void *self, double t, double *y, const double *x) {
    ley_generator *part = self;
    part->class->apply(part, t, y, x);
}

static void part_fused(void *self, double t, double *y, const double *x, double al, double be, double ga) {
    ley_generator *part = self;
    part->class->fused(part, t, y, x, al, be, ga);
}

static void part_reduce(void *self, double *compact, const double *x) {
    const ley_generator *part = self;
    part->class->reduce(part, compact, x);
}

static double part_norm(void *self, const double *x) {
    const ley_generator *part = self;
    return part->class->norm(part, x);
}

static double part_decay(void *self, double t) {
    return ley_generator_decay(self, t);
}

ley_problem ley_problem_of(ley_generator *part) {
    return (ley_problem){.self = part,
                         .n = part->n,
                         .n_reduced = part->n_compact,
                         .apply = part_apply,
                         .norm = part_norm,
                         .reduce = part_reduce,
                         .fused = part_fused,
                         .decay_at = part_decay,
                         .hands = part->hands};
}
