/* run: how many Fock levels a run needs. docs/theory/cutoff.md. Callers: engine, choice. */
#ifndef LEYDEN_RUN_CUTOFF_H
#define LEYDEN_RUN_CUTOFF_H

#include "scenario/task.h"

typedef struct ley_cutoff {
    int32_t levels;
    bool proved;   /* no state beyond it can ever be populated by what it holds */
    double effect; /* with proved: bound on the change of any reported number by what the start loses; 0: nothing */
    double coherences; /* with proved: what each charge of a coherent start may lose in trace norm */
} ley_cutoff;

/* What an error 1 of the state, in trace norm, can do to the numbers that are reported. */
double ley_sensitivity(const ley_task *task, const ley_model *model);
/* The same of the sum of the estimated errors of all steps, in Frobenius norm. */
double ley_step_sensitivity(const ley_task *task, const ley_model *model);

/* The cut-off that holds the initial state, and all excitations it can move into the cavity, but for a weight far
 * below the tolerance. Where excitations are conserved or only lost, what is left out at the start is all that is
 * ever lost: then the weight is chosen so small that the effect is proved to be below half the tolerance. */
ley_cutoff ley_cutoff_of_start(const ley_task *task);
/* The same for the fluctuations about a mean field: of a coherent start none are left. */
ley_cutoff ley_cutoff_of_fluctuations(const ley_task *task);
int32_t ley_cutoff_grow(int32_t levels);  /* after the edge filled up */
int32_t ley_cutoff_check(int32_t levels); /* to compare with */

#endif
