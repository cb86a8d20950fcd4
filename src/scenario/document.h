/* scenario: the document behind a ley_scenario: the tree, which node gives each key, and the axes of the sweep.
 * Everything here lives in the tree's memory. Callers: scenario, sweep, bind. */
#ifndef LEYDEN_SCENARIO_DOCUMENT_H
#define LEYDEN_SCENARIO_DOCUMENT_H

#include "expression/expression.h"
#include "scenario/fit.h"
#include "scenario/keys.h"
#include "scenario/scenario.h"
#include "scenario/search.h"
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

typedef struct ley_origin { /* of a request, for messages */
    const ley_node *node;
    const char *where;
} ley_origin;

/* One entry of derive. */
typedef struct ley_derivation {
    const ley_node *node; /* its key is the name, its text the formula */
    enum { LEY_DERIVATION_NEW, LEY_DERIVATION_UNDER_WAY, LEY_DERIVATION_READ } progress;
    bool is_measure, used;
    bool seen, has_time;           /* a quantity of either kind, t was met in the formula */
    bool is_closed, is_difference; /* of closed_form: the closed form of the observable `like`, `like` minus it */
    ley_observable like;
    int id; /* observable: LEY_OBSERVABLE_COUNT + k; measure: k; each after those that it is made of */
    bool part[LEY_OBSERVABLE_IDS]; /* of an observable: all that its value takes, parts of parts too */
    ley_measure_request *requests; /* of a measure: named in its formula */
    ley_index n_requests;
    bool *uses; /* [n_derivations] of a measure: derived measures named in its formula */
} ley_derivation;

struct ley_scenario {
    ley_tree tree;
    char *text;
    ley_purpose purpose;
    const char *title;
    const ley_node *value[LEY_KEY_COUNT]; /* as written; NULL: not there */
    const ley_node **parameter;           /* [n_parameters], key is the name */
    ley_index n_parameters;
    ley_samples *functions;
    ley_index n_functions;
    ley_sweep_axis *axes;
    ley_index n_axes, points;
    ley_derivation *derivations;
    ley_index n_derivations;
    int n_derived, n_derived_measures; /* those read, of each kind */
    ley_observable *observables;       /* as in a task */
    ley_origin *observable_from;       /* what asks for it first */
    ley_index n_observables, n_shown;
    ley_measure_request *measures;
    ley_origin *measure_from;
    ley_index n_measures;
    int *reported; /* place among the measures, or -1 - k for the derived measure k */
    ley_index n_reported;
    ley_fit_request *fits;
    ley_index n_fits;
    ley_search *search; /* NULL: no optimize */
};

/* names.c */
enum { LEY_NAME_LETTERS = 40 };
bool ley_is_name(const char *text); /* may it name a parameter, a derived quantity, a fit; of so many letters */
/* Target of a key, a parameter or N; -1: unknown. */
ley_target ley_target_find(const ley_scenario *scenario, const char *name);
const char *ley_target_name(const ley_scenario *scenario, ley_target target);
ley_derivation *ley_derivation_find(const ley_scenario *scenario, const char *name);
ley_derivation *ley_derivation_of(const ley_scenario *scenario, bool is_measure, int id);
/* Id of an observable by name, derived ones included; -1: none. */
int ley_derive_find(const ley_scenario *scenario, const char *name);
const char *ley_scenario_label(const ley_scenario *scenario, ley_observable observable);

/* requests.c: observe and measure, what derived quantities need for them, and what stages add. Before that: one
 * measure by itself becomes a list of one. */
ley_status ley_requests_prepare(ley_scenario *scenario, ley_error *err);
ley_status ley_requests_read(ley_scenario *scenario, ley_error *err);
/* "max(X)" as a request; of an error only the message is filled. */
ley_status ley_request_parse(const ley_scenario *scenario, const char *text, ley_measure_request *request,
                             ley_error *message);
bool ley_request_same(const ley_measure_request *a, const ley_measure_request *b);
/* Reports a measure by its name or formula, as an item of measure would; *i: where it is among the reported. */
ley_status ley_request_add(ley_scenario *scenario, const ley_node *item, const char *where, ley_index *i,
                           ley_error *err);

/* fit.c: after the axes are known; what is fitted is reported, too. */
ley_status ley_fits_bind(ley_scenario *scenario, ley_error *err);

/* functions.c: after the parameters, before anything is compiled. */
ley_status ley_functions_read(ley_scenario *scenario, ley_error *err);

/* closed_form.c: what closed_form adds to the derived quantities, and to what is reported. */
ley_index ley_closed_form_count(const ley_scenario *scenario); /* of derived quantities; 0 without the key */
ley_status ley_closed_form_derive(ley_scenario *scenario, ley_error *err);
const ley_derivation *ley_closed_form_of(const ley_scenario *scenario, ley_observable like, bool difference);

/* derive.c */
ley_status ley_derive_read(ley_scenario *scenario, ley_error *err);
/* Compiles a formula with the values of one point. */
ley_status ley_derive_compile(const ley_scenario *scenario, const ley_derivation *one, ley_expression **formula,
                              const ley_name *names, ley_index n_names, ley_error *err);

/* search.c: what the formulas of optimize measure becomes part of `measure`, before that is read; then the rest. */
ley_status ley_search_prepare(ley_scenario *scenario, ley_error *err);
ley_status ley_search_create(ley_scenario *scenario, ley_error *err);

/* sweep.c: reads the children of `sweep` into scenario->axes and counts the points. */
ley_status ley_sweep_create(ley_scenario *scenario, ley_node *sweep, ley_error *err);
/* "N = 3, kappa = 0.1" */
void ley_sweep_describe(const ley_scenario *scenario, ley_index point, char *text, size_t size);

/* bind.c: the task of a point, or only the mistakes in it: then the task stays without times, and is to be cleared
 * unused. A glance looks at time-dependent values at a few times only. */
typedef enum ley_effort { LEY_EFFORT_TASK, LEY_EFFORT_CHECK, LEY_EFFORT_GLANCE } ley_effort;
ley_status ley_bind(const ley_scenario *scenario, ley_task *task, ley_index point, ley_effort effort,
                    ley_error *err);
/* The same for a scenario without a sweep, with some values changed. */
ley_status ley_bind_changed(const ley_scenario *scenario, ley_task *task, const ley_assignment *changes,
                            ley_index n_changes, ley_effort effort, ley_error *err);
/* Values of the parameters (and N) that are the same at every point. Fills names[n_parameters + 1]. */
ley_status ley_bind_fixed(const ley_scenario *scenario, const bool *swept, ley_name *names, ley_index *n_names,
                          ley_error *err);

#endif
