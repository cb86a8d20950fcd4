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

/* Disorder of the frequency: a Gaussian shift, the same for all cells, that does not change during a run. It is
 * averaged over `nodes` shifts, evenly spaced; each is a state of the noise that no jump leaves, and the number of
 * a state is node 2^n + chi. docs/theory/disorder.md */
typedef struct ley_disorder {
    double sigma, spacing;
    int32_t nodes; /* 0: none */
} ley_disorder;
enum { LEY_DISORDER_NODES_MAX = 4096 };

typedef struct ley_telegraph {
    ley_telegraph_process process[LEY_TELEGRAPH_MAX];
    int32_t n;
    ley_disorder disorder;
} ley_telegraph;

/* The shifts for an average of anything whose dependence on the shift has no frequency above `reach` (N t for a
 * state at time t), with an error below `allowed` of its bound. nodes is larger than the maximum when it takes too
 * many. */
ley_disorder ley_disorder_create(double sigma, double reach, double allowed);

bool ley_telegraph_given(const ley_telegraph *telegraph);     /* any noise: there are copies */
int32_t ley_telegraph_states(const ley_telegraph *telegraph); /* 2^n times nodes; 1 without noise */
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
