/* scenario: one point of a scenario on its way to a task. A file for each group of keys: bind_battery and the other
 * parts fill the task from the values of this point; what is wrong is reported at its line and column through
 * binder.err. Callers: the bind files. */
#ifndef LEYDEN_SCENARIO_BINDER_H
#define LEYDEN_SCENARIO_BINDER_H

#include "scenario/document.h"

#include <stdbool.h>

enum { LEY_LEVELS_MAX = 1000000 };

typedef struct ley_binder {
    const ley_scenario *s;
    ley_error *err;
    ley_effort effort;
    const ley_node *value[LEY_KEY_COUNT]; /* of this point */
    const ley_node **parameter;           /* [n] */
    unsigned char *progress;              /* [n + 1]; the last is N */
    ley_name *names;                      /* [n + 1] values known so far */
    ley_index n, n_names;
    void *memory;
} ley_binder;

/* A binder with the parameters known, some values changed; release b->memory in any case. (bind.c) */
ley_status ley_bind_open(ley_binder *b, const ley_scenario *s, const ley_assignment *changes, ley_index n_changes,
                         ley_error *err);

/* ---- Values (bind_value.c) --------------------------------------------------------------------------------- */

ley_status ley_bind_out_of_memory(ley_error *err);
/* The value of a node: a constant in signal->value, or, where time is allowed, an expression of t. */
ley_status ley_read_signal(ley_binder *b, ley_signal *signal, const ley_node *node, const char *where, bool time);
/* The same with a variable of another name in the place of t. */
ley_status ley_read_formula(ley_binder *b, ley_signal *signal, const ley_node *node, const char *where,
                            const char *variable);
ley_status ley_read_number(ley_binder *b, double *value, const ley_node *node, const char *where);
bool ley_nearly_integer(double x);
/* what: the noun for messages */
ley_status ley_read_integer(ley_binder *b, int32_t *value, const ley_node *node, const char *where,
                            const char *what, int32_t least, int32_t most);
/* The one key of {dicke: ...}: *which is its place in words; a word that begins with : takes a value. */
ley_status ley_read_one_of(ley_binder *b, int *which, const ley_node *node, const char *where, const char *what,
                           const char *const *words, const char *list);
/* words: the form in messages, as "dicke: [j, m]" */
ley_status ley_read_pair(ley_binder *b, double *x, const ley_node *node, const char *where, const char *words);
/* [j, m], doubled */
ley_status ley_read_spin(ley_binder *b, int32_t *two_j, int32_t *two_m, const ley_node *node, const char *where,
                         const char *words, int32_t cells);
/* Fails: the key is required. */
ley_status ley_bind_missing(const ley_binder *b, ley_key key);
/* A signal that is left out is fallback. */
ley_status ley_bind_signal(ley_binder *b, ley_signal *signal, ley_key key, double fallback);

/* ---- Groups of keys ---------------------------------------------------------------------------------------- */

/* bind_model.c, bind_state.c */
ley_status ley_bind_battery(ley_binder *b, ley_model *model);
ley_status ley_bind_battery_frequency(ley_binder *b, ley_model *model); /* of dynamics and of energies */
ley_status ley_bind_cavity(ley_binder *b, ley_task *task);
ley_status ley_bind_coupling(ley_binder *b, ley_model *model);
ley_status ley_bind_battery_state(ley_binder *b, ley_battery_state *state, ley_key key, int32_t cells);
ley_status ley_bind_cavity_state(ley_binder *b, ley_cavity_state *state, ley_key key, int32_t levels);
/* compare: a start of its own for the battery, the cavity, or both */
ley_status ley_bind_second(ley_binder *b, ley_task *task);

/* bind_noise.c */
ley_status ley_bind_noise_and_drive(ley_binder *b, ley_model *model);
ley_status ley_bind_excitations(ley_binder *b, ley_model *model); /* after battery and noise */
/* bind_bath.c: rates of baths with a spectral density, on 0 .. end; after the frequencies */
ley_status ley_bind_spectral_baths(ley_binder *b, ley_model *model, double end, double tolerance);
/* Every signal of a model with the key that gives it. */
typedef struct ley_signal_row {
    const ley_signal *signal;
    ley_key key;
} ley_signal_row;
enum { LEY_SIGNAL_ROWS = 8 + LEY_CHANNEL_COUNT };
void ley_signal_rows(const ley_model *model, ley_signal_row rows[LEY_SIGNAL_ROWS]);
/* Time-dependent values are finite from 0 to end. */
ley_status ley_check_signals(ley_binder *b, const ley_model *model, double end);

/* bind_closed_form.c: closed_form is of this battery, if it is asked for; after everything of the model */
ley_status ley_bind_closed_form(ley_binder *b, const ley_task *task);

/* bind_disorder.c: after time and tolerance are known */
ley_status ley_bind_disorder(ley_binder *b, ley_task *task, double end);

/* bind_trajectories.c: after everything else */
ley_status ley_bind_trajectories(ley_binder *b, ley_task *task);

/* bind_stages.c: gives each signal of the model a piece for each stage */
ley_status ley_bind_stages(ley_binder *b, ley_task *task, double end);
/* bind_unlike.c: cells that are not all alike */
bool ley_bind_has_frequencies(const ley_binder *b);
/* frequencies: the common one is their mean */
ley_status ley_bind_frequencies(ley_binder *b, ley_model *model);
ley_status ley_bind_unlike(ley_binder *b, ley_model *model);
/* Starts that tell cells from one another; *done: this is one of them. */
ley_status ley_bind_unlike_state(ley_binder *b, bool *done, ley_battery_state *state, const ley_node *node,
                                 const char *where, int32_t cells);
/* A density matrix; *done: the state is one (bind_blocks.c) */
ley_status ley_bind_blocks(ley_binder *b, bool *done, ley_battery_state *state, const ley_node *node,
                           const char *where, int32_t cells);
/* What is asked for makes sense for such cells, and there are few enough of them. */
ley_status ley_check_unlike(ley_binder *b, const ley_task *task);

/* bind_time.c, bind_steady.c, bind_numerics.c, bind_requests.c */
ley_status ley_bind_time(ley_binder *b, ley_task *task, double *end);
ley_status ley_bind_steady(ley_binder *b, ley_task *task);
ley_status ley_bind_numerics(ley_binder *b, ley_numerics *numerics);
ley_status ley_bind_requests(ley_binder *b, ley_task *task);

#endif
