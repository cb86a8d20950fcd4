/* model: the words for what can be asked of a run. One table, walked by scenario, observables, result, cli, Python.
 */
#ifndef LEYDEN_MODEL_VOCABULARY_H
#define LEYDEN_MODEL_VOCABULARY_H

#include "leyden.h"

#include <stdbool.h>

/*  enum, name, unit, shape, needs cavity, needs the joint state, size, coherences it sees, eigenvalues it takes,
 *  meaning */
#define LEY_OBSERVABLES(X)                                                                                         \
    X(BATTERY_ENERGY, "battery.energy", "energy", SCALAR, 0, 0, OF_BATTERY, DIAGONAL, NONE, "w0 (<Jz> + N/2)")     \
    X(BATTERY_ERGOTROPY, "battery.ergotropy", "energy", SCALAR, 0, 0, OF_BATTERY, BATTERY, BATTERY,                \
      "largest work any unitary on all 2^N states can draw; multiplicities counted (GLOBAL)")                      \
    X(BATTERY_ERGOTROPY_COLLECTIVE, "battery.ergotropy_collective", "energy", SCALAR, 0, 0, OF_BATTERY, BATTERY,   \
      BATTERY, "largest work of unitaries that act alike on every copy of a spin block (COLLECTIVE)")              \
    X(BATTERY_ERGOTROPY_DICKE, "battery.ergotropy_dicke", "energy", SCALAR, 0, 0, OF_BATTERY, BATTERY, BATTERY,    \
      "the Dicke-basis matrix at face value; not an ergotropy once j < N/2 is populated")                          \
    X(BATTERY_ERGOTROPY_HYBRID, "battery.ergotropy_hybrid", "energy", SCALAR, 0, 0, OF_BATTERY, BATTERY, BATTERY,  \
      "block eigenvalues once each on levels with multiplicity; not an ergotropy once j < N/2 is populated")       \
    X(BATTERY_PASSIVE_ENERGY, "battery.passive_energy", "energy", SCALAR, 0, 0, OF_BATTERY, BATTERY, BATTERY,      \
      "energy left after the GLOBAL ergotropy is drawn")                                                           \
    X(BATTERY_LOCKED_ENERGY, "battery.locked_energy", "energy", SCALAR, 0, 0, OF_BATTERY, BATTERY, BATTERY,        \
      "battery.energy - battery.ergotropy")                                                                        \
    X(BATTERY_ENTROPY, "battery.entropy", "nats", SCALAR, 0, 0, OF_DIGITS, BATTERY, BATTERY,                       \
      "von Neumann entropy of the full 2^N state")                                                                 \
    X(BATTERY_ENTROPY_DICKE, "battery.entropy_dicke", "nats", SCALAR, 0, 0, ALL, BATTERY, BATTERY,                 \
      "of the Dicke-basis matrix at face value, every j once; not an entropy once j < N/2 is populated")           \
    X(BATTERY_PURITY, "battery.purity", "1", SCALAR, 0, 0, OF_ONE, BATTERY, NONE,                                  \
      "Tr rho_B^2 of the full 2^N state")                                                                          \
    X(BATTERY_JZ, "battery.jz", "1", SCALAR, 0, 0, OF_CELLS, DIAGONAL, NONE, "<Jz>")                               \
    X(BATTERY_JPLUS_JMINUS, "battery.jplus_jminus", "1", SCALAR, 0, 0, ALL, DIAGONAL, NONE,                        \
      "<J+ J->: what collective emission of rate 1 radiates")                                                      \
    X(BATTERY_COHERENCE_L1, "battery.coherence_l1", "1", SCALAR, 0, 0, ALL, BATTERY, NONE,                         \
      "sum of |off-diagonal elements| in the basis |j, m, copy>")                                                  \
    X(BATTERY_COHERENCE_RELATIVE, "battery.coherence_relative", "nats", SCALAR, 0, 0, ALL, BATTERY, BATTERY,       \
      "relative entropy of coherence in the basis |j, m, copy>")                                                   \
    X(BATTERY_BRIGHT_WEIGHT, "battery.bright_weight", "1", SCALAR, 0, 0, OF_ONE, DIAGONAL, NONE,                   \
      "weight of the symmetric sector j = N/2")                                                                    \
    X(BATTERY_BRIGHT_LEAKAGE, "battery.bright_leakage", "1/time", SCALAR, 0, 0, ALL, DIAGONAL, NONE,               \
      "rate at which local channels take weight from j = N/2, less what they bring back")                          \
    X(BATTERY_BRIGHT_OUTFLOW, "battery.bright_outflow", "1/time", SCALAR, 0, 0, ALL, DIAGONAL, NONE,               \
      "what they take alone: equal to the leakage while j = N/2 - 1 is empty")                                     \
    X(BATTERY_SPIN_WEIGHTS, "battery.spin_weights", "1", SPINS, 0, 0, OF_ONE, DIAGONAL, NONE,                      \
      "weights p_j; j = N/2 first")                                                                                \
    X(BATTERY_SPIN_CURRENTS, "battery.spin_currents", "energy/time", SPINS, 0, 0, ALL, DIAGONAL, NONE,             \
      "energy that collective emission and absorption give to each j; j = N/2 first")                              \
    X(BATTERY_COHERENCE_DECAY_BOUND, "battery.coherence_decay_bound", "1/time", SCALAR, 0, 0, ALL, DIAGONAL, NONE, \
      "rate with which every coherence within the spins decays at least; no cavity, no drive")                     \
    X(BATTERY_SECTOR_DECAY_BOUNDS, "battery.sector_decay_bounds", "1/time", LEVELS, 0, 0, ALL, DIAGONAL, NONE,     \
      "the same for each m - m' = 0 .. N, a Bohr sector")                                                          \
    X(BATTERY_POPULATIONS, "battery.populations", "1", LEVELS, 0, 0, OF_ONE, DIAGONAL, NONE,                       \
      "populations of the energy levels 0 .. N")                                                                   \
    X(BATTERY_STATE, "battery.state", "1", ELEMENTS, 0, 0, OF_ONE, BATTERY, NONE,                                  \
      "the density matrix: for each j, N/2 first, rho_j row by row, m = -j first, elements as re, im")             \
    X(CAVITY_ENERGY, "cavity.energy", "energy", SCALAR, 1, 0, OF_CAVITY, DIAGONAL, NONE, "wc <a'a>")               \
    X(CAVITY_PHOTONS, "cavity.photons", "1", SCALAR, 1, 0, OF_PHOTONS, DIAGONAL, NONE, "<a'a>")                    \
    X(CAVITY_ENTROPY, "cavity.entropy", "nats", SCALAR, 1, 0, OF_DIGITS, CAVITY, CAVITY,                           \
      "von Neumann entropy of the cavity")                                                                         \
    X(CAVITY_PURITY, "cavity.purity", "1", SCALAR, 1, 0, OF_ONE, CAVITY, NONE, "Tr rho_C^2")                       \
    X(CAVITY_AMPLITUDE_RE, "cavity.amplitude_re", "1", SCALAR, 1, 0, OF_PHOTONS, NEXT, NONE, "Re <a>")             \
    X(CAVITY_AMPLITUDE_IM, "cavity.amplitude_im", "1", SCALAR, 1, 0, OF_PHOTONS, NEXT, NONE, "Im <a>")             \
    X(CAVITY_TOP_LEVEL, "cavity.top_level", "1", SCALAR, 1, 0, ALL, DIAGONAL, NONE,                                \
      "population of the last Fock level kept")                                                                    \
    X(INTERACTION_ENERGY, "interaction.energy", "energy", SCALAR, 1, 0, ALL, DIAGONAL, NONE,                       \
      "lambda g <J+ a + J- a' + r (J+ a' + J- a)>")                                                                \
    X(TOTAL_ENERGY, "total.energy", "energy", SCALAR, 0, 0, ALL, DIAGONAL, NONE, "<H(t)>, drives included")        \
    X(TOTAL_PURITY, "total.purity", "1", SCALAR, 0, 1, OF_ONE, DIAGONAL, NONE,                                     \
      "Tr rho^2 of battery and cavity together")                                                                   \
    X(MUTUAL_INFORMATION, "mutual_information", "nats", SCALAR, 1, 1, ALL, DIAGONAL, ALL,                          \
      "S(battery) + S(cavity) - S(both)")                                                                          \
    X(LOG_NEGATIVITY, "log_negativity", "bits", SCALAR, 1, 1, ALL, DIAGONAL, TRANSPOSED,                           \
      "log2 of the trace norm of the partial transpose")                                                           \
    X(TRACE_DISTANCE, "trace_distance", "1", SCALAR, 0, 0, ALL, BATTERY, NONE,                                     \
      "half the trace norm of the difference to the battery state that began in compare")                          \
    X(TRACE_DISTANCE_JOINT, "trace_distance_joint", "1", SCALAR, 0, 1, ALL, DIAGONAL, NONE,                        \
      "the same of battery and cavity together")                                                                   \
    X(HEAT, "heat", "energy", SCALAR, 0, 0, ALL, DIAGONAL, NONE,                                                   \
      "-int Tr(H D[rho]) dt: energy given to the surroundings")                                                    \
    X(SWITCHING_COST, "switching_cost", "energy", SCALAR, 1, 0, ALL, DIAGONAL, NONE,                               \
      "minus the interaction energy")                                                                              \
    X(POWER, "power", "energy/time", SCALAR, 0, 0, ALL, DIAGONAL, NONE, "battery.energy / t; 0 at t = 0")

typedef enum ley_observable {
#define X(id, name, unit, shape, cavity, joint, size, sees, eigenvalues, meaning) LEY_##id,
    LEY_OBSERVABLES(X)
#undef X
        LEY_OBSERVABLE_COUNT
} ley_observable;

/* width 1, N/2 + 1 (floor), N + 1, 2 sum of (2j + 1)^2 */
typedef enum ley_shape { LEY_SCALAR, LEY_SPINS, LEY_LEVELS, LEY_ELEMENTS } ley_shape;

/* Its norm: by how much an error of the state of trace norm 1 changes it, at most. */
typedef enum ley_size {
    LEY_SIZE_ALL, /* no better bound: all of the others together */
    LEY_SIZE_OF_ONE,
    LEY_SIZE_OF_BATTERY, /* energies */
    LEY_SIZE_OF_CAVITY,
    LEY_SIZE_OF_CELLS, /* numbers of quanta */
    LEY_SIZE_OF_PHOTONS,
    LEY_SIZE_OF_DIGITS /* the logarithm of the error: entropies see every small eigenvalue */
} ley_size;

/* Coherences that it looks at, of reduced states. docs/theory/sectors.md */
typedef enum ley_sees {
    LEY_SEES_DIAGONAL, /* none */
    LEY_SEES_NEXT,     /* between neighbouring levels */
    LEY_SEES_BATTERY,  /* all of the battery */
    LEY_SEES_CAVITY
} ley_sees;

/* Reduced states that are diagonalised for it. */
typedef enum ley_eigenvalues {
    LEY_EIGENVALUES_NONE,
    LEY_EIGENVALUES_BATTERY,
    LEY_EIGENVALUES_CAVITY,
    LEY_EIGENVALUES_ALL,       /* battery, cavity, and both together */
    LEY_EIGENVALUES_TRANSPOSED /* both together, transposed in part */
} ley_eigenvalues;

/* Of an observable that a scenario derives (model/derived.h) the answers are: a scalar, the largest size, and no
 * needs of its own. */
ley_shape ley_observable_shape(ley_observable observable);
ley_size ley_observable_size(ley_observable observable);
ley_sees ley_observable_sees(ley_observable observable);
ley_eigenvalues ley_observable_eigenvalues(ley_observable observable);
bool ley_observable_needs_cavity(ley_observable observable);
bool ley_observable_needs_second(ley_observable observable); /* the run that compare starts */
bool ley_observable_needs_joint(ley_observable observable);
int32_t ley_observable_width(ley_observable observable, int32_t cells);
int ley_observable_find(const char *name); /* -1: unknown */

/*  enum, word, meaning */
#define LEY_MEASURES(X)                                                                                            \
    X(MAX, "max", "largest value over the run")                                                                    \
    X(ARGMAX, "argmax", "time of the largest value (the first of equals)")                                         \
    X(FIRST_MAX, "first_max", "value at the first local maximum")                                                  \
    X(FIRST_ARGMAX, "first_argmax", "time of the first local maximum")                                             \
    X(MIN, "min", "smallest value over the run")                                                                   \
    X(ARGMIN, "argmin", "time of the smallest value (the first of equals)")                                        \
    X(FINAL, "final", "value at the end of the run")                                                               \
    X(MEAN, "mean", "time average over the run")                                                                   \
    X(AT_MAX, "at_max", "at_max(X, Y): value of X at the time of the largest Y")                                   \
    X(SAMPLED_MAX, "sampled_max",                                                                                  \
      "largest of the values at the output times, for comparison with codes that look no closer")                  \
    X(SAMPLED_ARGMAX, "sampled_argmax", "the output time of it (the first of equals)")                             \
    X(BLP, "blp", "by how much a trace distance rises in all: non-Markovianity of Breuer, Laine and Piilo")        \
    X(SAMPLED_BLP, "sampled_blp", "by how much a trace distance rises from one output time to the next, in all")   \
    X(BACKFLOW, "backflow", "total time in which a trace distance rises")                                          \
    X(BACKFLOWS, "backflows", "number of intervals in which a trace distance rises")                               \
    X(BACKFLOW_BEGIN, "backflow_begin",                                                                            \
      "backflow_begin(X, k): when interval k of them begins; NaN: there is none")                                  \
    X(BACKFLOW_END, "backflow_end", "backflow_end(X, k): when it ends")                                            \
    X(RHP, "rhp",                                                                                                  \
      "written alone: by how much the map of battery states fails to be divisible (N <= 4; may be inf)")           \
    X(BLP_OPTIMISED, "blp_optimised",                                                                              \
      "written alone: the largest blp(trace_distance) over all pairs of battery states, N <= 4")                   \
    X(JUMP, "jump", "jump(X, S): by how much X jumps when stage S begins; of total.energy: what the change costs") \
    X(AT_END, "at_end", "at_end(X, S): value of X at the end of stage S")                                          \
    X(GAP, "gap", "slowest relaxation rate, of leyden steady: smallest -Re of the nonzero eigenvalues of L")

typedef enum ley_measure {
#define X(id, word, meaning) LEY_MEASURE_##id,
    LEY_MEASURES(X)
#undef X
        LEY_MEASURE_COUNT
} ley_measure;

bool ley_measure_is_of_stage(ley_measure measure); /* takes an observable and a stage */
bool ley_measure_is_of_map(ley_measure measure);   /* of all battery states at once: takes no observable */
bool ley_measure_is_numbered(ley_measure measure); /* takes a trace distance and a number from 1 */
bool ley_measure_is_rise(ley_measure measure);     /* of rises: takes a trace distance */
bool ley_measure_is_sampled(ley_measure measure);  /* of the values at the output times alone */
const char *ley_measure_word(ley_measure measure);
const char *ley_measure_meaning(ley_measure measure);
int ley_measure_find(const char *word); /* -1: unknown */

#endif
