/* model: random telegraph noise. A process jumps between chi = +1 and chi = -1 and moves a number of the model by
 * amplitude chi; all cells see the same chi. A state of the noise is one choice of chi for every process: bit i of
 * its number is 1 where process i has chi = +1. docs/theory/telegraph.md */
#ifndef LEYDEN_MODEL_TELEGRAPH_H
#define LEYDEN_MODEL_TELEGRAPH_H

#include <stdbool.h>
#include <stdint.h>

enum { LEY_TELEGRAPH_MAX = 4 }; /* processes of a model, of both targets together */

typedef enum ley_telegraph_target { LEY_TELEGRAPH_FREQUENCY, LEY_TELEGRAPH_COUPLING } ley_telegraph_target;

typedef struct ley_telegraph_process {
    ley_telegraph_target target;
    double amplitude;
    double rate_up, rate_down; /* from -1 to +1, and back */
} ley_telegraph_process;

typedef struct ley_telegraph {
    ley_telegraph_process process[LEY_TELEGRAPH_MAX];
    int32_t n;
} ley_telegraph;

int32_t ley_telegraph_states(const ley_telegraph *telegraph); /* 2^n; 1 without noise */
bool ley_telegraph_moves(const ley_telegraph *telegraph, ley_telegraph_target target);
/* Stationary probability of a state of the noise: how a run begins. A process that never jumps has 1/2 and 1/2. */
double ley_telegraph_probability(const ley_telegraph *telegraph, int32_t state);
/* What the target is moved by in a state of the noise. */
double ley_telegraph_shift(const ley_telegraph *telegraph, int32_t state, ley_telegraph_target target);
/* The furthest that the noise can move a target. */
double ley_telegraph_reach(const ley_telegraph *telegraph, ley_telegraph_target target);
/* Rate of leaving a state by the jump of process i. */
double ley_telegraph_rate(const ley_telegraph *telegraph, int32_t state, int32_t i);

#endif
