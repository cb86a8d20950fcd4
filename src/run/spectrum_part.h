/* run: the parts into which the symmetry of a constant model cuts its generator, each a complex operator on the
 * numbers that it really has. docs/theory/spectrum.md. Callers: spectrum. */
#ifndef LEYDEN_RUN_SPECTRUM_PART_H
#define LEYDEN_RUN_SPECTRUM_PART_H

#include "generator/generator.h"
#include "propagator/propagator.h"
#include "run/engine.h"

typedef enum ley_symmetry {
    LEY_SYMMETRY_CHARGES_OF_SPINS, /* no cavity: m - m' */
    LEY_SYMMETRY_ALL_OF_SPINS,     /* no cavity, driven: all m - m' together */
    LEY_SYMMETRY_CHARGES,          /* battery and cavity: differences of excitations */
    LEY_SYMMETRY_PARITIES,
    LEY_SYMMETRY_NONE,
    LEY_SYMMETRY_UNLIKE /* cells that are not alike: all of 2^N states */
} ley_symmetry;
ley_symmetry ley_symmetry_of(const ley_model *model);
int32_t ley_symmetry_parts(ley_symmetry kind, const ley_model *model);
void ley_symmetry_part_name(char name[48], ley_symmetry kind, int32_t i);
/* What a part has taken out of its eigenvalues: they turn at -i charge times this. */
double ley_symmetry_frame(ley_symmetry kind, const ley_model *model, int32_t i);
double ley_symmetry_numbers(ley_symmetry kind, const ley_model *model); /* of the largest part */

typedef struct ley_spectrum_part {
    ley_generator *generator;
    bool planes;      /* packed numbers are the real and the imaginary plane of a complex state; otherwise reals */
    ley_index length; /* complex numbers of a packed state, of one copy where there is noise */
    ley_index *place; /* [n] where the numbers of the operator lie; padding is left out */
    ley_index n;
    double *x, *y; /* packed */
    ley_problem problem;
    double time; /* exp(time L) is what the iteration sees */
    const ley_engine_hooks *hooks;
    double begin, size; /* of the whole work: before this part, and its share */
    int64_t applied;    /* exponentials */
} ley_spectrum_part;
/* With hooks, begin and size set and all else 0; cleared by the caller also on failure. */
ley_status ley_spectrum_part_create(ley_spectrum_part *self, ley_symmetry kind, const ley_model *model, int32_t i,
                                    ley_error *err);
void ley_spectrum_part_clear(ley_spectrum_part *self);
/* y = L x, and y = exp(time L) x, of n numbers; the second is told of the part (ley_operator). LEY_ERR_STOPPED */
ley_status ley_spectrum_part_apply(ley_spectrum_part *self, ley_complex *y, const ley_complex *x, ley_error *err);
ley_status ley_spectrum_part_exponential(void *self, ley_complex *y, const ley_complex *x, ley_error *err);
/* A vector without any zero. */
ley_status ley_spectrum_part_start(ley_spectrum_part *self, ley_complex *start, ley_error *err);

/* For a matrix of it. Leaves one place for each number of the state: where several stand for one, the first;
 * share[i]: how much of a number stays at its place when it is spread over them. Then y = L x, x spread. */
void ley_spectrum_part_make_independent(ley_spectrum_part *self, double *share);
ley_status ley_spectrum_part_column(ley_spectrum_part *self, ley_complex *y, const ley_complex *x, ley_error *err);

#endif
