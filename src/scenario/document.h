/* scenario: the document behind a ley_scenario: the tree, which node gives each key, and the axes of the sweep.
 * Everything here lives in the tree's memory. Callers: scenario, sweep, bind. */
#ifndef LEYDEN_SCENARIO_DOCUMENT_H
#define LEYDEN_SCENARIO_DOCUMENT_H

#include "expression/expression.h"
#include "scenario/keys.h"
#include "scenario/scenario.h"
#include "scenario/tree.h"

/* What can be set: key i is target i, parameter i is target LEY_KEY_COUNT + i. */
typedef int ley_target;

typedef struct ley_assignment {
    ley_target target;
    const ley_node *node; /* the value it takes */
} ley_assignment;

typedef struct ley_sweep_axis {
    ley_axis shown;
    ley_node *node;             /* child of sweep */
    ley_assignment *assignment; /* those of value i are first[i] .. first[i + 1] - 1 */
    ley_index *first;           /* [n + 1] */
} ley_sweep_axis;

struct ley_scenario {
    ley_tree tree;
    char *text;
    ley_purpose purpose;
    const char *title;
    const ley_node *value[LEY_KEY_COUNT]; /* as written; NULL: not there */
    const ley_node **parameter;           /* [n_parameters], key is the name */
    ley_index n_parameters;
    ley_sweep_axis *axes;
    ley_index n_axes, points;
    ley_observable *observables;
    ley_index n_observables;
    ley_measure_request *measures;
    ley_index n_measures;
};

/* Target of a key, a parameter or N; -1: unknown. */
ley_target ley_target_find(const ley_scenario *scenario, const char *name);
const char *ley_target_name(const ley_scenario *scenario, ley_target target);

/* sweep.c: reads the children of `sweep` into scenario->axes and counts the points. */
ley_status ley_sweep_create(ley_scenario *scenario, ley_node *sweep, ley_error *err);
/* "N = 3, kappa = 0.1" */
void ley_sweep_describe(const ley_scenario *scenario, ley_index point, char *text, size_t size);

/* bind.c: the task of a point, or only the mistakes in it: then the task stays without times, and is to be cleared
 * unused. A glance looks at time-dependent values at a few times only. */
typedef enum ley_effort { LEY_EFFORT_TASK, LEY_EFFORT_CHECK, LEY_EFFORT_GLANCE } ley_effort;
ley_status ley_bind(const ley_scenario *scenario, ley_task *task, ley_index point, ley_effort effort,
                    ley_error *err);
/* Values of the parameters (and N) that are the same at every point. Fills names[n_parameters + 1]. */
ley_status ley_bind_fixed(const ley_scenario *scenario, const bool *swept, ley_name *names, ley_index *n_names,
                          ley_error *err);

#endif
