/* brute: the slow, obvious solver that judges leyden. The full density matrix on 2^N * levels dimensions, operators
 * by Kronecker products, no symmetry used anywhere, and no code shared with src/. For N <= 4 and small cavities.
 *
 * Integrator: Gragg's modified midpoint rule with Bulirsch-Stoer extrapolation on fixed steps (order 16), stopped
 * at every jump of the model; heat and nothing else is carried along as one more unknown. LAPACK gives eigenvalues.
 *
 * Basis: index = cells * levels + n, bit i of `cells` is 1 when cell i is excited. */
#ifndef TESTS_ORACLE_BRUTE_H
#define TESTS_ORACLE_BRUTE_H

#include <complex.h>
#include <stdbool.h>

/* A number that may depend on time. */
typedef enum brute_shape {
    BRUTE_CONSTANT, /* base */
    BRUTE_COSINE,   /* base + amplitude cos(a t + b) */
    BRUTE_GAUSSIAN, /* base + amplitude exp(-(t - a)^2 / (2 b^2)) */
    BRUTE_DECAY,    /* base + amplitude exp(-a t) */
    BRUTE_BOX       /* base + amplitude on a <= t < b */
} brute_shape;

typedef struct brute_wave {
    brute_shape shape;
    double base, amplitude, a, b;
} brute_wave;

double brute_wave_at(const brute_wave *wave, double t);
double brute_wave_slope(const brute_wave *wave, double t); /* d/dt; 0 for a box */

typedef enum brute_channel {
    BRUTE_LOSS,
    BRUTE_GAIN,
    BRUTE_COLLECTIVE_EMISSION,
    BRUTE_COLLECTIVE_ABSORPTION,
    BRUTE_COLLECTIVE_DEPHASING,
    BRUTE_LOCAL_EMISSION,
    BRUTE_LOCAL_ABSORPTION,
    BRUTE_LOCAL_DEPHASING,
    BRUTE_CHANNELS
} brute_channel;

typedef enum brute_battery {
    BRUTE_GROUND,
    BRUTE_EXCITED,
    BRUTE_DICKE,
    BRUTE_SPIN_COHERENT,
    BRUTE_GIBBS,
    BRUTE_ROTATED /* Gibbs, every cell turned about y by its own angle */
} brute_battery;
typedef enum brute_cavity { BRUTE_FOCK, BRUTE_COHERENT, BRUTE_THERMAL } brute_cavity;

enum { BRUTE_CELLS = 6 };

/* What the cells do not have in common. */
typedef struct brute_unlike {
    bool given, placed;
    double offset[BRUTE_CELLS];                                                                    /* added to w0 */
    double coupling[BRUTE_CELLS], drive[BRUTE_CELLS], collective[BRUTE_CELLS], local[BRUTE_CELLS]; /* factors */
    double position[BRUTE_CELLS][3], direction[3]; /* in wave-lengths; a unit vector */
    double angle[BRUTE_CELLS];                     /* BRUTE_ROTATED */
} brute_unlike;

typedef struct brute_model {
    int cells, levels;                /* levels = 1: no cavity */
    brute_wave w0, wc;                /* frequencies of the dynamics */
    brute_wave energy_w0, energy_wc;  /* frequencies that energies are measured with */
    brute_wave g, lambda, eta, omega; /* coupling, switch, drive of the cavity and of the battery */
    double r;                         /* weight of the counter-rotating terms */
    brute_wave rate[BRUTE_CHANNELS];
    brute_battery battery;
    int two_j, two_m;     /* BRUTE_DICKE, doubled */
    double theta, phi, q; /* BRUTE_SPIN_COHERENT; BRUTE_GIBBS */
    brute_cavity cavity;
    int photons;          /* BRUTE_FOCK */
    double complex alpha; /* BRUTE_COHERENT */
    double nbar;          /* BRUTE_THERMAL */
    brute_unlike unlike;
} brute_model;

typedef struct brute brute; /* a model, its operators, and the state at one time */

brute *brute_create(const brute_model *model); /* at t = 0; aborts when memory is short */
void brute_destroy(brute *b);
void brute_set_refinement(brute *b, int times); /* divides the step by `times`: the solver's own error */
void brute_advance(brute *b, double t);         /* to t, not before the time reached */

/* Two dipoles x / k0 apart: 3/2 and -3/4 of (1 + second derivative along the dipole) of sin(x)/x and cos(x)/x. */
double brute_kernel(double x, double cosine);
double brute_shift(double x, double cosine);

/* Component i of an observable by leyden's name, in the state reached; NaN for a name that is not known here. */
double brute_value(brute *b, const char *observable, int i);
/* rho_j^B[m][m'] with rows and columns m + j, summed over the copies of the spin: through projectors on J^2. */
double complex brute_block_element(const brute *b, int two_j, int row, int column);

#endif
