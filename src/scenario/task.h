/* scenario: one point of a scenario, resolved: the model, when to look, what to report, how hard to try. */
#ifndef LEYDEN_SCENARIO_TASK_H
#define LEYDEN_SCENARIO_TASK_H

#include "model/derived.h"
#include "model/model.h"
#include "model/vocabulary.h"

enum { LEY_STAGES_MAX = 64, LEY_STAGE_NAME = 24 };

typedef struct ley_measure_request {
    ley_measure measure;
    ley_observable observable;
    ley_observable by; /* at_max(observable, by): whose maximum chooses the time; otherwise the observable itself */
    int32_t stage;     /* jump(observable, stage), backflow_begin(observable, number): from 1; 0 otherwise */
    char stage_name[LEY_STAGE_NAME];
} ley_measure_request;

/* numerics.representation; run/choice.c says what each one is. enum, word */
#define LEY_REPRESENTATIONS(X)                                                                                     \
    X(AUTO, "auto")                                                                                                \
    X(BLOCKS, "blocks")                                                                                            \
    X(SECTORS, "sectors")                                                                                          \
    X(SPINS, "spins")                                                                                              \
    X(PURE, "pure")                                                                                                \
    X(HALF, "half")                                                                                                \
    X(DISPLACED, "displaced")                                                                                      \
    X(GENERAL, "general")
typedef enum ley_representation {
#define X(id, word) LEY_REPRESENTATION_##id,
    LEY_REPRESENTATIONS(X)
#undef X
        LEY_REPRESENTATION_COUNT
} ley_representation;

/* numerics.propagator. enum, word */
#define LEY_METHODS(X)                                                                                             \
    X(AUTO, "auto")                                                                                                \
    X(DOP853, "dop853")                                                                                            \
    X(CHEBYSHEV, "chebyshev")                                                                                      \
    X(UNIFORMISATION, "uniformisation")                                                                            \
    X(RADAU, "radau")
typedef enum ley_method {
#define X(id, word) LEY_METHOD_##id,
    LEY_METHODS(X)
#undef X
} ley_method;

typedef struct ley_numerics {
    double tolerance; /* absolute error allowed in each reported number */
    bool levels_auto; /* choose and certify model.levels */
    ley_representation representation;
    ley_method method;
    double memory_limit;  /* bytes; 0: what the machine has */
    int64_t trajectories; /* histories of the noise to draw; 0: its exact average */
    uint64_t seed;
    bool certify; /* compare with a larger cut-off where the edge is populated */
} ley_numerics;

typedef struct ley_task {
    ley_purpose purpose;
    ley_model model; /* levels = 0 with levels_auto and a cavity: has_cavity tells */
    bool has_cavity;
    bool start_given; /* battery.state is written in the scenario; looked at for steady states only */
    double *times; /* [n_times], ascending, times[0] >= 0; the run starts at 0. Of a steady state: infinity alone */
    ley_index n_times;
    ley_observable *observables; /* [n_observables] to record: the first n_shown are reported, the others are what
                                    derived quantities are made of */
    ley_index n_observables, n_shown;
    ley_measure_request *measures; /* [n_measures] to find; measures[n_measures + k] would be the derived one k */
    ley_index n_measures;
    int *reported; /* [n_reported] places of the measures that are reported, derived ones behind the found ones */
    ley_index n_reported;
    ley_derived derived;          /* observables */
    ley_derived derived_measures; /* their formulas are of the places above */
    ley_numerics numerics;
    int32_t n_stages; /* 0: none */
    double stage_end[LEY_STAGES_MAX];
    int32_t threads; /* that one run may use; 0 and 1: the caller's alone. Set by run, not by the scenario */
    struct ley_schedule_memory *schedules; /* of the caller, for its runs one after the other; NULL: none */
} ley_task;

void ley_task_clear(ley_task *task);
/* Populations of the cavity are looked at in any run, its coherences by some observables alone. */
bool ley_task_asks_for_cavity_matrix(const ley_task *task);

#endif
