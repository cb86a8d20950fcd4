/* run: which representation and which propagator a run gets. In: a task and the model with its cut-off. Out: the
 * choice, and why the others were left. Callers: engine, forecast, plan. docs/theory/representations.md */
#ifndef LEYDEN_RUN_CHOICE_H
#define LEYDEN_RUN_CHOICE_H

#include "generator/generator.h"
#include "run/cutoff.h"
#include "scenario/task.h"

typedef struct ley_choice {
    ley_representation representation;
    ley_method method;
    double t_end;       /* of the run */
    int32_t parts;      /* that evolve independently */
    bool stored;        /* reduced states are stored and observed afterwards; otherwise observed while evolving */
    bool marched;       /* observed while evolving, reduced by the part itself (run/march.h) */
    bool turning;       /* the displaced half, in a frame that rotates although counter-rotating terms act */
    bool battery_known; /* the parts give the whole reduced battery state, not its populations alone */
} ley_choice;

/* LEY_ERR_SCENARIO when a representation or propagator is forced that cannot serve. */
ley_status ley_choose(ley_choice *choice, const ley_task *task, const ley_model *model, ley_error *err);
ley_representation ley_choice_representation(const ley_task *task); /* that ley_choose will take */
/* The cut-off to begin with where it is automatic. */
ley_cutoff ley_choice_cutoff(const ley_task *task);
ley_status ley_choice_part(ley_generator **part, const ley_choice *choice, const ley_model *model, int32_t i,
                           ley_error *err);

typedef struct ley_choice_size {
    double numbers; /* stored, of all parts together */
    double largest; /* bytes of one state of the largest part */
} ley_choice_size;
double ley_choice_battery(const ley_choice *choice, const ley_model *model); /* complex numbers in its blocks */
double ley_choice_tables(const ley_choice *choice, const ley_model *model);  /* bytes beside the states */
double ley_choice_fastest(const ley_choice *choice, const ley_model *model); /* rate out of a state */
enum { LEY_CHOICE_RADAU_STEPS = 100 };                                       /* typical */
double ley_choice_radau_seconds(const ley_model *model);                     /* of populations in implicit steps */
double ley_choice_jumps(const ley_choice *choice, const ley_task *task,
                        const ley_model *model); /* by uniformisation */
double ley_choice_jump_seconds(const ley_choice *choice, const ley_task *task, const ley_model *model);
ley_choice_size ley_choice_measure(const ley_choice *choice, const ley_model *model); /* nothing is allocated */

const char *ley_representation_word(ley_representation representation);
const char *ley_representation_meaning(ley_representation representation);
const char *ley_method_word(ley_method method);
/* Why a representation does not serve this task: a clause, or NULL when it does. */
const char *ley_representation_refused(ley_representation representation, const ley_task *task,
                                       const ley_model *model);

#endif
