/* observables: numbers of the closed form that a scenario asks for (closed_form:). docs/theory/closed_forms.md.
 * Caller: run. */
#ifndef LEYDEN_OBSERVABLES_CLOSED_FORM_H
#define LEYDEN_OBSERVABLES_CLOSED_FORM_H

#include "model/derived.h"
#include "model/model.h"

/* Gives every derived quantity that is a closed form its value: of the stationary state that collective emission
 * and absorption of the model reach from its start. Nothing to do where there are none. LEY_ERR_MEMORY. */
ley_status ley_closed_form_fill(const ley_derived *derived, const ley_model *model, ley_error *err);

#endif
