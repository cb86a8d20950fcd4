/* generator: how fast the dissipators make anything decay at most. docs/theory/integration.md. Callers: the
 * representations, run. */
#ifndef LEYDEN_GENERATOR_DECAY_H
#define LEYDEN_GENERATOR_DECAY_H

#include "generator/generator.h"

/* How far the channels reach in what a representation keeps. */
typedef struct ley_decay_reach {
    double cells;   /* that local channels find, weights included */
    double photons; /* highest level */
    double ladder;  /* largest eigenvalue of J+ J-, or more */
    double apart;   /* largest difference of the m of collective dephasing */
} ley_decay_reach;

ley_decay_reach ley_decay_reach_of(const ley_model *model, double photons);
/* A channel and its reverse, where both are there, decay faster than either: (sqrt a + sqrt b)^2, as of the extreme
 * eigenvalue of a chain of steps up and down. */
double ley_decay_bound(const double *rate, const ley_decay_reach *reach);
/* Of the packed state of a generator, at time t; cheap beside an application. */
double ley_generator_decay(const ley_generator *generator, double t);

#endif
