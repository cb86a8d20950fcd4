/* scenario: every key a scenario may have. One table for reading, checking, suggestions and `leyden help scenario`.
 * Callers: scenario, sweep, bind, help. */
#ifndef LEYDEN_SCENARIO_KEYS_H
#define LEYDEN_SCENARIO_KEYS_H

#include "leyden.h"

#include <stdbool.h>

/*  enum, key, type, may be swept, default ("" when it is required), meaning and domain */
#define LEY_KEYS(X)                                                                                                \
    X(TITLE, "title", "text", 0, "\"\"", "a line for figures and tables")                                          \
    X(CELLS, "battery.cells", "integer", 1, "required", "N, number of two-level cells, 1 .. 100000")               \
    X(BATTERY_FREQUENCY, "battery.frequency", "signal", 1, "required", "w0, level spacing of a cell")              \
    X(BATTERY_FREQUENCIES, "battery.frequencies", "list of numbers", 0, "none",                                    \
      "one w0 for each cell, in place of frequency; at most 10 cells")                                             \
    X(BATTERY_POSITIONS, "battery.positions", "list", 0, "none",                                                   \
      "[[x, y, z], ...] of the cells in wave-lengths: collective emission and absorption as in free space")        \
    X(BATTERY_DIPOLE_DIRECTION, "battery.dipole.direction", "list of numbers", 0, "required with positions",       \
      "[x, y, z] of all transition dipoles, or isotropic: averaged over all directions")                           \
    X(BATTERY_DIPOLE_SHIFTS, "battery.dipole.shifts", "true or false", 1, "true",                                  \
      "exchange of excitations between cells at positions (dipole-dipole shifts)")                                 \
    X(BATTERY_ENERGY_FREQUENCY, "battery.energy_frequency", "signal", 1, "battery.frequency",                      \
      "what battery energies and ergotropies are measured with (rotating frames), >= 0")                           \
    X(BATTERY_STATE, "battery.state", "state", 1, "ground",                                                        \
      "ground|excited|{dicke: [j, m]}|{spin_coherent: [theta, phi]}|{gibbs: q}|{blocks: [rho_j, ...]}")            \
    X(BATTERY_EXCITATIONS, "battery.excitations", "integer", 1, "N",                                               \
      "excitations of the battery that are kept, 1 .. N, where that saves anything; nothing may absorb")           \
    X(BATTERY_TELEGRAPH, "battery.telegraph", "list", 0, "none",                                                   \
      "random telegraph noise on w0: [{amplitude: a, rate: nu}, ...] or {amplitude: a, rate_up: u, rate_down: d}") \
    X(BATTERY_DISORDER, "battery.disorder.sigma", "number", 1, "0",                                                \
      "Gaussian spread of w0, common to all cells and fixed during a run; the result is the average over it")      \
    X(CAVITY_FREQUENCY, "cavity.frequency", "signal", 1, "required with a cavity", "wc, frequency of the mode")    \
    X(CAVITY_ENERGY_FREQUENCY, "cavity.energy_frequency", "signal", 1, "cavity.frequency",                         \
      "what cavity energies are measured with (rotating frames)")                                                  \
    X(CAVITY_LEVELS, "cavity.levels", "integer or auto", 1, "auto",                                                \
      "Fock states kept, >= 1; auto: chosen and certified by the program")                                         \
    X(CAVITY_STATE, "cavity.state", "state", 1, "vacuum",                                                          \
      "vacuum | {fock: n} | {coherent: alpha or [re, im]} | {thermal: nbar}")                                      \
    X(COUPLING_MODEL, "coupling.model", "word", 1, "required with coupling",                                       \
      "tavis-cummings | dicke | {counter_rotating: r}; r = 0 is tavis-cummings, r = 1 dicke")                      \
    X(COUPLING_STRENGTH, "coupling.strength", "signal", 1, "required with coupling",                               \
      "g, the coupling of one cell; g/sqrt(N) is written by the user")                                             \
    X(COUPLING_WEIGHTS, "coupling.weights", "list of numbers", 0, "1 each",                                        \
      "what multiplies the strength, for each cell")                                                               \
    X(COUPLING_SWITCH, "coupling.switch", "signal", 1, "1", "lambda(t), multiplies the strength")                  \
    X(COUPLING_TELEGRAPH, "coupling.telegraph", "list", 0, "none",                                                 \
      "random telegraph noise on g, as battery.telegraph; at most 4 processes in all")                             \
    X(NOISE_CAVITY_LOSS, "noise.cavity.loss", "rate", 1, "0", "L = a")                                             \
    X(NOISE_CAVITY_GAIN, "noise.cavity.gain", "rate", 1, "0", "L = a'")                                            \
    X(NOISE_COLLECTIVE_EMISSION, "noise.collective.emission", "rate", 1, "0", "L = J-")                            \
    X(NOISE_COLLECTIVE_ABSORPTION, "noise.collective.absorption", "rate", 1, "0", "L = J+")                        \
    X(NOISE_COLLECTIVE_DEPHASING, "noise.collective.dephasing", "rate", 1, "0", "L = Jz")                          \
    X(NOISE_COLLECTIVE_RATE, "noise.collective.rate", "number", 1, "none",                                         \
      "a thermal bath instead of emission and absorption: they are rate (n + 1) and rate n; needs one of the "     \
      "next 3")                                                                                                    \
    X(NOISE_COLLECTIVE_ALPHA, "noise.collective.alpha", "number", 1, "none",                                       \
      "n / (n + 1) = exp(-w0 / T), 0 <= alpha < 1")                                                                \
    X(NOISE_COLLECTIVE_N, "noise.collective.n", "number", 1, "none", "mean number of quanta of the bath, >= 0")    \
    X(NOISE_COLLECTIVE_TEMPERATURE, "noise.collective.temperature", "number", 1, "none",                           \
      "T of the bath in units of energy (k_B = 1), >= 0; w0 is what battery energies are measured with")           \
    X(COLLECTIVE_BATH_DENSITY, "noise.collective.bath.spectral_density", "word", 1, "none",                        \
      "a bath with memory instead of emission and absorption: ohmic | lorentzian | drude | {expression: "          \
      "J(omega)}")                                                                                                 \
    X(COLLECTIVE_BATH_COUPLING, "noise.collective.bath.coupling", "number", 1, "required with a bath",             \
      "factor of J; lorentzian: the rate that it means at its center without memory")                              \
    X(COLLECTIVE_BATH_CUTOFF, "noise.collective.bath.cutoff", "number", 1, "required with a bath",                 \
      "ohmic: J ~ exp(-omega/cutoff); drude: 1/(1 + (omega/cutoff)^2); expression: J is 0 above")                  \
    X(COLLECTIVE_BATH_EXPONENT, "noise.collective.bath.exponent", "number", 1, "1",                                \
      "ohmic: J = coupling omega (omega/cutoff)^(exponent - 1) exp(-omega/cutoff)")                                \
    X(COLLECTIVE_BATH_CENTER, "noise.collective.bath.center", "number", 1, "w0", "lorentzian: where it is")        \
    X(COLLECTIVE_BATH_WIDTH, "noise.collective.bath.width", "number", 1, "required of a lorentzian",               \
      "lorentzian: half its width")                                                                                \
    X(COLLECTIVE_BATH_TEMPERATURE, "noise.collective.bath.temperature", "number", 1, "0",                          \
      "T of the bath in units of energy; not of a lorentzian")                                                     \
    X(COLLECTIVE_BATH_N, "noise.collective.bath.n", "number", 1, "0",                                              \
      "lorentzian: mean number of quanta at all frequencies")                                                      \
    X(NOISE_COLLECTIVE_WEIGHTS, "noise.collective.weights", "list of numbers", 0, "1 each",                        \
      "c_i of L = sum of c_i sigma-_i, and so on")                                                                 \
    X(NOISE_LOCAL_EMISSION, "noise.local.emission", "rate", 1, "0", "L = sigma- of each cell")                     \
    X(NOISE_LOCAL_ABSORPTION, "noise.local.absorption", "rate", 1, "0", "L = sigma+ of each cell")                 \
    X(NOISE_LOCAL_DEPHASING, "noise.local.dephasing", "rate", 1, "0",                                              \
      "L = sigma_z of each cell: its coherence falls at twice the rate")                                           \
    X(NOISE_LOCAL_RATE, "noise.local.rate", "number", 1, "none",                                                   \
      "a thermal bath of each cell, as noise.collective.rate")                                                     \
    X(NOISE_LOCAL_ALPHA, "noise.local.alpha", "number", 1, "none", "as noise.collective.alpha")                    \
    X(NOISE_LOCAL_N, "noise.local.n", "number", 1, "none", "as noise.collective.n")                                \
    X(NOISE_LOCAL_TEMPERATURE, "noise.local.temperature", "number", 1, "none", "as noise.collective.temperature")  \
    X(LOCAL_BATH_DENSITY, "noise.local.bath.spectral_density", "word", 1, "none",                                  \
      "as noise.collective.bath.spectral_density, a bath of each cell")                                            \
    X(LOCAL_BATH_COUPLING, "noise.local.bath.coupling", "number", 1, "required with a bath",                       \
      "as noise.collective.bath.coupling")                                                                         \
    X(LOCAL_BATH_CUTOFF, "noise.local.bath.cutoff", "number", 1, "required with a bath",                           \
      "as noise.collective.bath.cutoff")                                                                           \
    X(LOCAL_BATH_EXPONENT, "noise.local.bath.exponent", "number", 1, "1", "as noise.collective.bath.exponent")     \
    X(LOCAL_BATH_CENTER, "noise.local.bath.center", "number", 1, "w0", "as noise.collective.bath.center")          \
    X(LOCAL_BATH_WIDTH, "noise.local.bath.width", "number", 1, "required of a lorentzian",                         \
      "as noise.collective.bath.width")                                                                            \
    X(LOCAL_BATH_TEMPERATURE, "noise.local.bath.temperature", "number", 1, "0",                                    \
      "as noise.collective.bath.temperature")                                                                      \
    X(LOCAL_BATH_N, "noise.local.bath.n", "number", 1, "0", "as noise.collective.bath.n")                          \
    X(NOISE_LOCAL_WEIGHTS, "noise.local.weights", "list of numbers", 0, "1 each",                                  \
      "what multiplies the local rates, for each cell, >= 0")                                                      \
    X(NOISE_MIX, "noise.mix", "number", 1, "none",                                                                 \
      "eta, 0 .. 1: weight of all collective channels; all local ones get 1 - eta")                                \
    X(DRIVE_CAVITY, "drive.cavity", "signal", 1, "0", "eta(t) of eta (a + a')")                                    \
    X(DRIVE_BATTERY, "drive.battery", "signal", 1, "0", "Omega(t) of Omega Jx")                                    \
    X(DRIVE_WEIGHTS, "drive.weights", "list of numbers", 0, "1 each", "what multiplies Omega, for each cell")      \
    X(COMPARE_BATTERY_STATE, "compare.battery.state", "state", 1, "battery.state",                                 \
      "where a second run begins; trace_distance compares the two")                                                \
    X(COMPARE_CAVITY_STATE, "compare.cavity.state", "state", 1, "cavity.state", "the same for the cavity")         \
    X(STAGES, "stages", "list", 0, "none",                                                                         \
      "time spans with values of their own: [{name: charge, until: t, coupling.switch: 1, ...}, ...]")             \
    X(TIME_UNTIL, "time.until", "number", 1, "required without time.values", "end of the run, > 0")                \
    X(TIME_POINTS, "time.points", "integer", 0, "401",                                                             \
      "output times, evenly from 0 to until, both included, 2 .. 10000000")                                        \
    X(TIME_VALUES, "time.values", "list of numbers", 0, "none",                                                    \
      "output times instead of until and points: ascending, >= 0")                                                 \
    X(FUNCTIONS, "functions", "mapping", 0, "none",                                                                \
      "functions of your own, for expressions, as values: NAME: {times: [...], values: [...]}; {breaks, "          \
      "chebyshev}")                                                                                                \
    X(DERIVE, "derive", "mapping of formulas", 0, "none",                                                          \
      "NAME: \"formula\", quantities of your own made of observables, or of measures; usable like these")          \
    X(OBSERVE, "observe", "list of words", 0, "none",                                                              \
      "observables to record over time; see leyden help observables")                                              \
    X(MEASURE, "measure", "list of texts", 0, "none",                                                              \
      "numbers of a whole run, as \"max(battery.ergotropy)\"; one may stand alone; see leyden help measures")      \
    X(CLOSED_FORM, "closed_form", "word", 0, "none",                                                               \
      "collective_thermal: beside what is observed its closed form under one collective bath, and the difference") \
    X(FIT, "fit", "mapping of fits", 0, "none",                                                                    \
      "NAME: {model: power | linear | exponential, x: AXIS, y: MEASURE, range: [a, b], outliers: none | mad}")     \
    X(FIGURE, "figure", "mapping", 0, "what fits",                                                                 \
      "panels with curves and maps that leyden plot draws; docs/formats/scenario.md")                              \
    X(OPTIMIZE_MAXIMIZE, "optimize.maximize", "formula", 0, "one of the two is required with optimize",            \
      "what leyden optimize makes large: measures and parameters, as \"final(battery.ergotropy)\"")                \
    X(OPTIMIZE_MINIMIZE, "optimize.minimize", "formula", 0, "one of the two is required with optimize",            \
      "what leyden optimize makes small")                                                                          \
    X(OPTIMIZE_OVER, "optimize.over", "mapping", 0, "required with optimize",                                      \
      "variables (parameters, dotted keys): {NAME: [from, to]} or {NAME: {from: a, to: b, scale: log}}")           \
    X(OPTIMIZE_SUBJECT_TO, "optimize.subject_to", "list of texts", 0, "none",                                      \
      "what must hold: [\"a^2 + b^2 <= 1\", \"final(cavity.energy) <= 2\"]")                                       \
    X(OPTIMIZE_METHOD, "optimize.method", "word", 0, "auto",                                                       \
      "auto (global, then local) | global | local | direct | crs | isres | bobyqa | cobyla | simplex")             \
    X(OPTIMIZE_EVALUATIONS, "optimize.evaluations", "integer", 0, "200", "runs at most, 1 .. 1000000")             \
    X(OPTIMIZE_TOLERANCE, "optimize.tolerance", "number", 0, "1e-6",                                               \
      "how well a variable is to be found, as part of its bounds, 1e-12 .. 0.1")                                   \
    X(OPTIMIZE_SEED, "optimize.seed", "integer", 0, "1", "of the methods that draw at random, 0 .. 2147483647")    \
    X(TOLERANCE, "numerics.tolerance", "number", 1, "1e-8",                                                        \
      "absolute error allowed in each reported number, 1e-12 .. 1e-2")                                             \
    X(REPRESENTATION, "numerics.representation", "word", 1, "auto",                                                \
      "auto | blocks | sectors | spins | pure | general: how the state is stored")                                 \
    X(PROPAGATOR, "numerics.propagator", "word", 1, "auto", "auto | dop853 | chebyshev | uniformisation | radau")  \
    X(TRAJECTORIES, "numerics.trajectories", "integer", 1, "0",                                                    \
      "histories of telegraph noise and disorder to draw, 2 .. 10000000; 0: their exact average")                  \
    X(SEED, "numerics.seed", "integer", 1, "1", "of the histories; the same seed draws the same ones")             \
    X(MEMORY, "numerics.memory", "bytes", 0, "what the machine has",                                               \
      "most memory a run may take: a number of bytes, or a text like \"4 GiB\"")                                   \
    X(CERTIFY, "numerics.certify", "true or false", 1, "true",                                                     \
      "repeat with a larger cut-off where the last Fock level is populated")

typedef enum ley_key {
#define X(id, name, type, swept, fallback, meaning) LEY_KEY_##id,
    LEY_KEYS(X)
#undef X
        LEY_KEY_COUNT
} ley_key;

const char *ley_key_name(ley_key key);
const char *ley_key_type(ley_key key);
const char *ley_key_default(ley_key key);
const char *ley_key_meaning(ley_key key);
bool ley_key_can_be_swept(ley_key key);
/* The key that a word of papers and other programs means (kappa: noise.cavity.loss); NULL: none is known. */
const char *ley_key_meant_by(const char *word);
int ley_key_find(const char *name);      /* by its dotted name; N is battery.cells; -1: unknown */
bool ley_key_is_group(const char *name); /* "noise", "noise.cavity": a mapping of keys */

#endif
