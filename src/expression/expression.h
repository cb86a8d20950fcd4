/* expression: numbers written as formulas. In: text and the names it may use. Out: a compiled formula of t.
 * Callers: scenario (compiles), model and right of it (evaluate). Knows nothing of batteries.
 *
 * Grammar: numbers (1e-3, .5; no leading zeros), + - * / ^ (right associative; -2^2 = -4), parentheses, pi, t, the
 * names of the scope, and functions: sqrt exp log sin cos tan asin acos atan atan2 sinh cosh tanh abs min max floor
 * ceil pow mod; and the shapes whose support is known: gauss(t, t0, sigma) = exp(-(t-t0)^2/(2 sigma^2)),
 * box(t, t1, t2) = 1 on t1 <= t < t2, ramp(t, t1, t2) from 0 to 1 linearly, step(t, t0) = 1 for t >= t0.       */
#ifndef LEYDEN_EXPRESSION_H
#define LEYDEN_EXPRESSION_H

#include "expression/samples.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct ley_name {
    const char *name;
    double value;
} ley_name;

/* Quantities whose values come with each evaluation, recognised by the caller (their names may hold dots and
 * parentheses). Called where a name begins; *length = letters of text that are a quantity, 0: it is none; *index =
 * where its value will stand. A failure has column = place in text from 1, or is complete when it has a line. */
typedef ley_status (*ley_quantity_finder)(void *user, const char *text, size_t *length, int *index, ley_error *err);

typedef struct ley_scope { /* the names an expression may use; pi is always there */
    const ley_name *names;
    ley_index n_names;
    bool time;                /* may t be used */
    ley_quantity_finder find; /* NULL: no quantities */
    void *user;
    const char *variable;         /* what t is called; NULL: t */
    const ley_samples *functions; /* of one argument, called by name; borrowed by the expression */
    ley_index n_functions;
} ley_scope;

typedef struct ley_expression ley_expression;

/* Compiles text. On failure *err has column = place in text from 1, line 0. Constant parts are folded; a result
 * that is not finite while folding (1/0, log(-1)) is an error here. */
ley_status ley_expression_create(ley_expression **expression, const char *text, const ley_scope *scope,
                                 ley_error *err);
void ley_expression_destroy(ley_expression *expression);
bool ley_expression_is_constant(const ley_expression *expression); /* no t or quantity in it after folding */
/* May give NaN: callers check; thread-safe. */
double ley_expression_at(const ley_expression *expression, double t);
double ley_expression_of(const ley_expression *expression, double t, const double *quantities);
/* The derivative in t, exact; at a kink that of one side, at a jump that of the value beside it. Not with
 * quantities.
 */
double ley_expression_slope(const ley_expression *expression, double t);
/* Does `name` occur in text as a name (for ordering parameters that use one another)? */
bool ley_expression_uses(const char *text, const char *name);

/* Where an integrator has to look: [begin, end] with a largest sensible step inside (0: only the two end points
 * matter, they are kinks or jumps). */
typedef struct ley_feature {
    double begin, end, step;
} ley_feature;

/* The declared shapes of the expression whose arguments are constant: gauss gives [t0 - 9 sigma, t0 + 9 sigma] with
 * step sigma; box, ramp and step give their corners. Appends to *features (grown with ley_grow). */
ley_status ley_expression_features(const ley_expression *expression, ley_feature **features, size_t *n_features,
                                   size_t *capacity, ley_error *err);

/* t stands in the arguments of such shapes alone: after the last feature, the value is constant. */
bool ley_expression_settles(const ley_expression *expression);
/* How often a value may turn within `duration` that is made of t, exp, sin and cos of it, sums, products and
 * powers: the largest slope of an argument times the duration, and the degree in t, each summed over factors.
 * INFINITY of all others. */
double ley_expression_turns(const ley_expression *expression, double duration);
/* Numbers that are the same for expressions that give the same at all times, features included. Returns how many
 * it wrote; 0: more than `room`, or it depends on more than t. */
size_t ley_expression_signature(const ley_expression *expression, double *numbers, size_t room);

/* Names that cannot be a user's own: N, t, pi and the functions. */
bool ley_expression_is_reserved(const char *name);

/* Function i of the table as name, arguments as written and meaning; NULL when i is outside. For help. */
const char *ley_expression_function(ley_index i, const char **arguments, const char **meaning);

#endif
