/* model: quantities that a scenario derives from others by formulas. In: compiled formulas. Out: their values from
 * the values of their parts. An observable's id is a ley_observable below LEY_OBSERVABLE_COUNT, or
 * LEY_OBSERVABLE_COUNT + k for the derived one k. Callers: scenario (fills), observables, run. */
#ifndef LEYDEN_MODEL_DERIVED_H
#define LEYDEN_MODEL_DERIVED_H

#include "expression/expression.h"
#include "model/vocabulary.h"

enum { LEY_DERIVED_MAX = 100, LEY_OBSERVABLE_IDS = LEY_OBSERVABLE_COUNT + LEY_DERIVED_MAX };

typedef struct ley_derived_quantity {
    char *name;
    ley_expression *formula; /* of an observable: of t and the ids; of a measure: of the places in its list */
    ley_observable *parts; /* of an observable: all that its value takes, in an order in which it can be computed */
    ley_index n_parts;
    bool has_unit; /* that of `like` */
    bool is_given; /* no formula: `value` is the closed form of the observable `like`, set when a run begins */
    ley_observable like;
    double value;
} ley_derived_quantity;

typedef struct ley_derived { /* each after those that it is made of */
    ley_derived_quantity *list;
    ley_index n;
} ley_derived;

ley_status ley_derived_create(ley_derived *derived, ley_index n, ley_error *err); /* n empty quantities */
void ley_derived_clear(ley_derived *derived);

static inline bool ley_observable_is_derived(ley_observable observable) {
    return (int)observable >= LEY_OBSERVABLE_COUNT;
}
/* Name and unit of any observable; the unit of a formula is "": what it gives. */
const char *ley_observable_label(const ley_derived *derived, ley_observable observable);
const char *ley_observable_unit_of(const ley_derived *derived, ley_observable observable);
bool ley_observable_is_made_of(const ley_derived *derived, ley_observable observable, ley_observable part);

/* The value of a part that is not derived. */
typedef ley_status (*ley_part_value)(void *user, double *value, ley_observable part, ley_error *err);
/* The value of a derived observable at time t; NaN where the formula has none (0/0, log(-1), 1/0). */
ley_status ley_derived_value(const ley_derived *derived, double *value, ley_observable observable, double t,
                             ley_part_value part_value, void *user, ley_error *err);

#endif
