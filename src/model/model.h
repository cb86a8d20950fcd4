/* model: the physics as data, no numerics. In: numbers. Out: a checked description of one battery. Callers:
 * scenario builds it, everything to the right reads it. docs/conventions.md defines every field. */
#ifndef LEYDEN_MODEL_H
#define LEYDEN_MODEL_H

#include "model/signal.h"
#include "model/telegraph.h"
#include "model/unlike.h"

typedef enum ley_channel {
    LEY_CAVITY_LOSS,           /* a  */
    LEY_CAVITY_GAIN,           /* a' */
    LEY_COLLECTIVE_EMISSION,   /* J- */
    LEY_COLLECTIVE_ABSORPTION, /* J+ */
    LEY_COLLECTIVE_DEPHASING,  /* Jz */
    LEY_LOCAL_EMISSION,        /* sigma- of each cell */
    LEY_LOCAL_ABSORPTION,      /* sigma+ of each cell */
    LEY_LOCAL_DEPHASING,       /* sigma_z of each cell: its coherence falls at twice the rate */
    LEY_CHANNEL_COUNT
} ley_channel;

/* Scenario key of a channel: "noise.cavity.loss". */
const char *ley_channel_key(ley_channel channel);

typedef enum ley_battery_kind {
    LEY_BATTERY_GROUND,
    LEY_BATTERY_EXCITED,
    LEY_BATTERY_DICKE,         /* |j, m>: equal mixture over its copies */
    LEY_BATTERY_SPIN_COHERENT, /* (cos(theta/2)|e> + e^{i phi} sin(theta/2)|g>)^N */
    LEY_BATTERY_GIBBS,         /* each cell with weights 1 : q on g : e */
    /* Not alike for all cells: docs/theory/general.md */
    LEY_BATTERY_RANDOM,  /* a random unitary of all 2^N states on GIBBS */
    LEY_BATTERY_ROTATED, /* GIBBS with every cell turned about y by an angle of its own */
    LEY_BATTERY_SWAPPED, /* GIBBS with the populations of one |j, m> and one |j', m'> exchanged */
    LEY_BATTERY_BLOCKS   /* given by its density matrix; the same for all cells again */
} ley_battery_kind;

typedef struct ley_battery_state {
    ley_battery_kind kind;
    int32_t two_j, two_m;             /* DICKE, doubled */
    double theta, phi;                /* SPIN_COHERENT, radians */
    double q;                         /* GIBBS and what is made of it, 0 <= q < infinity */
    uint64_t seed;                    /* RANDOM */
    double angle[LEY_GENERAL_CELLS];  /* ROTATED, radians */
    int32_t other_two_j, other_two_m; /* SWAPPED with two_j, two_m; doubled */
    ley_complex
        *given; /* BLOCKS: rho_j of all j, N/2 first, each whole, row-major, m = -j first; owned by the model */
    int32_t given_first, given_end; /* blocks that are not zero */
    bool given_diagonal;
} ley_battery_state;

typedef enum ley_cavity_kind {
    LEY_CAVITY_FOCK,     /* vacuum is fock 0 */
    LEY_CAVITY_COHERENT, /* alpha^n / sqrt(n!), cut and normalised */
    LEY_CAVITY_THERMAL   /* (nbar / (1 + nbar))^n, cut and normalised */
} ley_cavity_kind;

typedef struct ley_cavity_state {
    ley_cavity_kind kind;
    int32_t photons;   /* FOCK */
    ley_complex alpha; /* COHERENT */
    double nbar;       /* THERMAL */
} ley_cavity_state;

/* compare: another start, evolved beside the first under the same equation. */
typedef struct ley_second_start {
    bool given;
    ley_battery_state battery;
    ley_cavity_state cavity;
} ley_second_start;

typedef struct ley_model {
    int32_t cells;                       /* N >= 1 */
    int32_t levels;                      /* Fock states kept; 0: no cavity */
    double coherences_lost;              /* what each charge of a coherent start may lose; 0: nothing */
    int32_t excitations;                 /* of the battery, kept where that saves anything; 0: all */
    int32_t coherences;                  /* largest |m - m'| kept by the half; 0: all */
    ley_signal battery_frequency;        /* w0(t) */
    ley_signal cavity_frequency;         /* wc(t) */
    ley_signal battery_energy_frequency; /* E_B and ergotropies are measured with it */
    ley_signal cavity_energy_frequency;
    bool battery_energy_given, cavity_energy_given; /* false: the energy frequency is the frequency itself */
    ley_signal coupling;                            /* g(t) */
    ley_signal coupling_switch;                     /* lambda(t) */
    double counter_rotating;                        /* r: 0 Tavis-Cummings, 1 Dicke */
    ley_telegraph telegraph;                        /* noise on battery_frequency and coupling */
    ley_signal rate[LEY_CHANNEL_COUNT];
    ley_signal drive_cavity, drive_battery; /* eta(t), Omega(t) */
    ley_battery_state battery_state;
    ley_cavity_state cavity_state;
    ley_second_start second;
    bool complete; /* keep every state, also those that no start reaches: the spectrum of the generator is wanted */
    ley_unlike unlike; /* how the cells differ from one another */
} ley_model;

void ley_model_init(ley_model *model); /* one cell, no cavity, everything zero but the switch, which is 1 */
/* The same model with the second start as its start: a view that shares the expressions and is not cleared. */
ley_model ley_model_of_second(const ley_model *model);
void ley_model_clear(ley_model *model); /* releases the expressions */
/* Every signal of the model, for schedules and checks: n pointers into the model. */
enum { LEY_MODEL_SIGNALS = 8 + LEY_CHANNEL_COUNT };
void ley_model_signals(const ley_model *model, const ley_signal *signals[LEY_MODEL_SIGNALS]);
bool ley_model_is_constant(const ley_model *model); /* no signal of the generator depends on time */

/* How many linearly independent stationary states of permutation-symmetric form a constant model has, as far as
 * its channels tell: 1 or more; UNKNOWN where only a computation can say; ALL without any noise.
 * docs/theory/steady.md */
enum { LEY_STATIONARY_UNKNOWN = 0, LEY_STATIONARY_ALL = -1 };
int64_t ley_model_stationary_states(const ley_model *model, bool has_cavity);
bool ley_model_is_coupled(
    const ley_model *model); /* battery and cavity, at some time or in some state of the noise */
bool ley_model_energy_is_constant(
    const ley_model *model); /* H does not depend on time; rates may. No telegraph noise */
bool ley_model_energy_has_slope(const ley_model *model); /* the derivative of H is known: no function from C */
bool ley_battery_state_is_diagonal(const ley_battery_state *state);  /* in |j, m> */
bool ley_battery_state_is_symmetric(const ley_battery_state *state); /* the same for all cells */
bool ley_model_is_symmetric(const ley_model *model);   /* cells, and starts, do not tell one cell from another */
bool ley_model_conserves_spin(const ley_model *model); /* no local channel: the weight of each j stays */
double ley_model_battery_energy_frequency(const ley_model *model, double t);
double ley_model_cavity_energy_frequency(const ley_model *model, double t);

#endif
