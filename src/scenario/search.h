/* scenario: what `leyden optimize` looks for, and the task at any place of the search. In: the group optimize of a
 * scenario. Out: variables in bounds, formulas of measures and parameters. Callers: result (layout), design. */
#ifndef LEYDEN_SCENARIO_SEARCH_H
#define LEYDEN_SCENARIO_SEARCH_H

#include "scenario/scenario.h"

#include <stdbool.h>

typedef struct ley_node ley_node;

/* optimize.method. enum, word */
#define LEY_SEARCHES(X)                                                                                            \
    X(AUTO, "auto")                                                                                                \
    X(GLOBAL, "global")                                                                                            \
    X(LOCAL, "local")                                                                                              \
    X(DIRECT, "direct")                                                                                            \
    X(CRS, "crs")                                                                                                  \
    X(ISRES, "isres")                                                                                              \
    X(BOBYQA, "bobyqa")                                                                                            \
    X(COBYLA, "cobyla")                                                                                            \
    X(SIMPLEX, "simplex")
typedef enum ley_search_method {
#define X(id, word) LEY_SEARCH_##id,
    LEY_SEARCHES(X)
#undef X
        LEY_SEARCH_COUNT
} ley_search_method;

typedef struct ley_search_formula {
    const char *shown;    /* as written */
    const char *text;     /* measures replaced by names that no parameter can have */
    const ley_node *node; /* where it stands, for errors */
    bool measured;        /* it uses a measure: its value needs a run */
} ley_search_formula;

typedef struct ley_search_variable {
    const char *name; /* of the parameter or key */
    int target;
    double lower, upper, start; /* start: as written in the scenario, else the middle */
    bool logarithmic;
    const ley_node *node;
} ley_search_variable;

/* Lives as long as the scenario. */
typedef struct ley_search {
    bool maximize;
    ley_search_formula objective;
    ley_search_variable *variables; /* [n] */
    ley_index n;
    ley_search_formula *constraints; /* [n_constraints]: fulfilled where the value is 0 or less */
    ley_index n_constraints;
    ley_search_method method;
    ley_index evaluations;
    double tolerance; /* of a variable, as part of its bounds */
    int32_t seed;
} ley_search;

const ley_search *ley_scenario_search(const ley_scenario *scenario); /* NULL: it has no optimize */
/* The task with the variables at x [n]. */
ley_status ley_search_task(const ley_scenario *scenario, ley_task *task, const double *x, ley_error *err);
/* A formula with the variables at x and the measures of that run (NULL for a formula that uses none). */
ley_status ley_search_value(const ley_scenario *scenario, const ley_search_formula *formula, double *value,
                            const double *x, const double *measures, ley_error *err);

#endif
