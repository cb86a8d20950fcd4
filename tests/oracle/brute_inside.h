/* brute: its inside, for the solver (brute.c) and what is read off its state (brute_values.c). */
#ifndef TESTS_ORACLE_BRUTE_INSIDE_H
#define TESTS_ORACLE_BRUTE_INSIDE_H

#include "oracle/brute.h"
#include "oracle/brute_matrix.h"

enum { CELLS_MAX = BRUTE_CELLS, JUMPS_MAX = 3 + 5 * CELLS_MAX };
enum { H_BATTERY, H_CAVITY, H_COUPLING, H_COUNTER, H_DRIVE_CAVITY, H_DRIVE_BATTERY, H_OFFSET, H_EXCHANGE, H_TERMS };

struct brute {
    brute_model model;
    int cell_states, n;    /* 2^N, 2^N levels */
    number *term[H_TERMS]; /* of the Hamiltonian, without their factors */
    operator sparse_term[H_TERMS];
    int jumps;
    operator jump[JUMPS_MAX];        /* L */
    operator jump_square[JUMPS_MAX]; /* L' L */
    brute_channel channel[JUMPS_MAX];
    number *a, *photons, *jz, *excitations;       /* on the whole space */
    number *lower;                                /* J- on the cells */
    number *ladder[CELLS_MAX + 1][CELLS_MAX + 1]; /* [two_j][m + j]: projector on spin j and Jz = m, on the cells */
    double t;
    number *y; /* rho, then the heat: n n + 1 numbers */
    int refinement;
    number *work[20];
};

/* The factor of each term of the Hamiltonian at t, and d/dt of y (rho, then the heat). */
void brute_term_factors(const brute *b, double t, double factor[H_TERMS]);
void brute_slope(brute *b, double t, number *dy, const number *y);

#endif
