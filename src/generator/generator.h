/* generator: the master equation as a linear map on a packed state, never stored as a matrix. In: a model. Out: y =
 * L(t) x and what can be read off x. One file for each representation; generator_<name>.c. Callers: propagator
 * (through function pointers), observables, run. */
#ifndef LEYDEN_GENERATOR_H
#define LEYDEN_GENERATOR_H

#include "basis/blocks.h"
#include "core/hands.h"
#include "model/model.h"

typedef struct ley_generator ley_generator;

/* A representation keeps the state in one or several parts that evolve independently. Each part is a generator: its
 * packed state, the linear map on it, and what it contributes to a reduced state (basis/blocks.h). `compact` is
 * that contribution as the part itself writes it, short and without phases that are known; expand() puts it where
 * it belongs. */
typedef struct ley_generator_class {
    const char *name;
    void (*apply)(ley_generator *self, double t, double *y, const double *x); /* y = L(t) x; y and x differ */
    /* y = al L(t) x + be x + ga y; NULL: not offered */
    void (*fused)(ley_generator *self, double t, double *y, const double *x, double al, double be, double ga);
    void (*start)(const ley_generator *self, double *x, const ley_complex *battery, const ley_complex *cavity);
    /* A second run beside the first (generator/pair.h): its generator; moves x to its packed state. NULL: there is
     * none */
    const ley_generator *(*second)(const ley_generator *self, const double **x);
    /* Linear in x, except where `quadratic` says that x is a wave function */
    void (*reduce)(const ley_generator *self, double *compact, const double *x);
    bool quadratic;
    /* Adds to a reduced state at time t; NULL: compact is the reduced state */
    void (*expand)(const ley_generator *self, double t, double *reduced, const double *compact);
    bool overwrites; /* expand() sets the same numbers at every call in place of adding, and leaves the others alone
                      */
    /* Makes the numbers that stand for one element agree, as start() and apply() leave them; NULL: each element is
     * stored once */
    void (*symmetrise)(const ley_generator *self, double *x);
    double (*norm)(const ley_generator *self, const double *x); /* Frobenius norm of this part of rho */
    /* L(t) lies within [-decay, 0] x i [-frequency, frequency]; NULL: unknown */
    void (*bounds)(const ley_generator *self, double t, double *frequency, double *decay);
    /* The decay alone; NULL: what the channels of the model tell (generator/decay.h) */
    double (*decay)(const ley_generator *self, double t);
    /* x <- exp(tau L) x for a constant generator by its own means, with an error of about tolerance in norm; adds
     * to *applies and *error. false: not finite. NULL: none better than an expansion within `bounds` */
    bool (*advance)(ley_generator *self, double *x, double tau, double tolerance, int64_t *applies, double *error);
    /* rho_j of block b whole: [(m, n)][(m', n')] row-major, dimension (2j+1) levels; NULL: not to be had */
    void (*joint_block)(const ley_generator *self, ley_complex *block, const double *x, int32_t b);
    /* Gives back what only start(), apply(), norm() and reduce() need, until prepare() makes it anew; expand() and
     * bounds() go on. NULL, both: nothing worth it */
    void (*settle)(ley_generator *self);
    ley_status (*prepare)(ley_generator *self, ley_error *err);
    /* apply(), fused() and norm() share their loops from now on; NULL, in both places: they do not */
    ley_status (*lend)(ley_generator *self, const ley_hands *hands, ley_error *err);
    /* `to` is the same part with at least as many levels of the cavity: moves a state, and a compact reduced state;
     * the population of a level, of a compact one. NULL, all three: not offered */
    void (*more_levels)(const ley_generator *to, double *y, const ley_generator *from, const double *x);
    void (*more_levels_compact)(const ley_generator *to, double *y, const ley_generator *from, const double *x);
    double (*level)(const ley_generator *self, const double *compact, int32_t n);
    void (*destroy)(ley_generator *self);
} ley_generator_class;

struct ley_generator { /* first member of every representation */
    const ley_generator_class *class;
    const ley_model *model; /* borrowed */
    ley_blocks blocks;
    bool cavity_diagonal;   /* nobody will ask for coherences of the cavity: where they cost, they may be left 0 */
    ley_index n;            /* length of a packed state in doubles */
    ley_index n_compact;    /* length of compact in doubles */
    const ley_hands *hands; /* NULL: the caller alone */
};

/* Every block whole, complex, plain loops: rho_j[m, m', n, n'] row-major. The judge of all others. */
ley_status ley_generator_blocks_create(ley_generator **generator, const ley_model *model, ley_error *err);
double ley_generator_blocks_bytes(const ley_model *model); /* of one packed state, without allocating anything */

/* One U(1) sector: generator/sector.h says when it applies. */
ley_status ley_generator_sector_create(ley_generator **generator, const ley_model *model, int32_t delta,
                                       ley_error *err);

/* A battery without cavity: the charge delta = m - m' >= 0 by itself, or all of them together when a drive couples
 * them. generator/spins.h */
ley_status ley_generator_spins_create(ley_generator **generator, const ley_model *model, int32_t delta,
                                      ley_error *err);

/* A closed battery that starts in one block: its wave function. generator/pure.h */
ley_status ley_generator_pure_create(ley_generator **generator, const ley_model *model, int32_t part,
                                     ley_error *err);

/* The reduced state at time t, in place of zeros or of what the last call left there; compact: room for n_compact
 * doubles, used when the class has expand(). */
void ley_generator_reduced(const ley_generator *generator, double t, double *reduced, double *compact,
                           const double *x);
/* The packed state at t = 0 from the initial states of the model, of the second run too. LEY_ERR_MEMORY */
ley_status ley_generator_start(const ley_generator *generator, double *x, ley_error *err);
/* The second run alone, after class->start; nothing to do without one. */
ley_status ley_generator_start_second(const ley_generator *generator, double *x, ley_error *err);

void ley_generator_destroy(ley_generator *generator); /* accepts NULL */

#endif
