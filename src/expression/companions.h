/* expression: closed forms about collective batteries, as functions that an expression may call. One table, walked
 * by the compiler and the help. docs/theory/companions.md. Callers: expression. */
#ifndef LEYDEN_EXPRESSION_COMPANIONS_H
#define LEYDEN_EXPRESSION_COMPANIONS_H

/*  enum, name, arguments as written, number of them, meaning */
#define LEY_COMPANIONS(X)                                                                                          \
    X(OPTIMAL_DETUNING, "optimal_detuning", "N, g, kappa", 3, "g sqrt(N / (2 kappa)), the detuning of Jawad (A9)") \
    X(EFFECTIVE_DECAY, "effective_decay", "N, g, kappa, Delta", 4,                                                 \
      "rate at which a detuned, lossy mode drains N cells")                                                        \
    X(COLLECTIVE_SHIFT, "collective_shift", "N, g, Delta", 3, "g^2 N / Delta, shift by a mode far away")           \
    X(FILTERED_DENSITY, "filtered_density", "J, omega, Delta, kappa", 4,                                           \
      "kappa J / ((omega - Delta)^2 + kappa^2)")                                                                   \
    X(COUPLING_RATIO, "coupling_ratio", "N, g, w", 3,                                                              \
      "g sqrt(N) / w, which the rotating-wave picture wants small")                                                \
    X(CELLS_WITHIN, "cells_within", "g, w, ratio", 3, "largest N with g sqrt(N) / w <= ratio")                     \
    X(CRITICAL_DICKE, "critical_coupling_dicke", "w0, wc", 2, "sqrt(w0 wc) / 2, of g sqrt(N)")                     \
    X(CRITICAL_TC, "critical_coupling_tc", "w0, wc", 2, "sqrt(w0 wc), of g sqrt(N)")                               \
    X(LOCKED_BRIGHT, "locked_bound_bright", "N", 1, "N / (N + 1): most energy that j = N/2 can lock, in w0")       \
    X(LOCKED_GLOBAL, "locked_bound", "N", 1, "N / 2: most energy that any state can lock, in w0")                  \
    X(LOCKED_HYBRID, "locked_bound_hybrid", "N", 1, "the same of the hybrid count (Canzio Eq. 9), in w0")          \
    X(THERMAL_POPULATION, "thermal_population", "j, m, alpha", 3,                                                  \
      "share of |j, m> in its spin under one collective bath (Ahmadi Eq. 23)")                                     \
    X(THERMAL_ENERGY, "thermal_energy", "N, alpha", 2,                                                             \
      "energy that a collective bath gives to the ground state (Ahmadi Eq. 108), in w0")                           \
    X(THERMAL_ERGOTROPY, "thermal_ergotropy", "N, alpha", 2, "its ergotropy (Ahmadi Eqs. 31, 107), in w0")         \
    X(THERMAL_BRIGHT, "thermal_eigenvalue_bright", "N, m, alpha, q", 4,                                            \
      "of level m of j = N/2, from a Gibbs state (Ahmadi Eq. 87)")                                                 \
    X(THERMAL_LOWEST, "thermal_eigenvalue_lowest", "N, m, alpha, q", 4,                                            \
      "of the lowest state of one copy of j = N/2 - m (Eq. 88)")                                                   \
    X(SECTOR_BOUND, "sector_decay_bound", "j, j', Delta, down, up", 5,                                             \
      "least decay of coherences |j, m><j', m - Delta| (Eq. 84)")

typedef enum ley_companion {
#define X(id, name, arguments, n, meaning) LEY_COMPANION_##id,
    LEY_COMPANIONS(X)
#undef X
        LEY_COMPANION_COUNT
} ley_companion;

double ley_companion_value(ley_companion which, const double *x);

#endif
