#include "model/derived.h"

#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <string.h>

ley_status ley_derived_create(ley_derived *derived, ley_index n, ley_error *err) {
    derived->list = ley_allocate((size_t)n, sizeof *derived->list);
    derived->n = derived->list ? n : 0;
    return derived->list ? LEY_OK : ley_fail(err, LEY_ERR_MEMORY, "derive", "no memory for derived quantities");
}

void ley_derived_clear(ley_derived *derived) {
    for (ley_index k = 0; derived->list && k < derived->n; k++) {
        ley_derived_quantity *one = &derived->list[k];
        ley_release(one->name);
        ley_release(one->parts);
        ley_expression_destroy(one->formula);
    }
    ley_release(derived->list);
    memset(derived, 0, sizeof *derived);
}

static const ley_derived_quantity *derived_at(const ley_derived *derived, ley_observable observable) {
    return &derived->list[(int)observable - LEY_OBSERVABLE_COUNT];
}

const char *ley_observable_label(const ley_derived *derived, ley_observable observable) {
    return ley_observable_is_derived(observable) ? derived_at(derived, observable)->name
                                                 : ley_observable_name((ley_index)observable);
}

const char *ley_observable_unit_of(const ley_derived *derived, ley_observable observable) {
    if (!ley_observable_is_derived(observable)) return ley_observable_unit((ley_index)observable);
    const ley_derived_quantity *one = derived_at(derived, observable);
    return one->has_unit ? ley_observable_unit((ley_index)one->like) : "";
}

bool ley_observable_is_made_of(const ley_derived *derived, ley_observable observable, ley_observable part) {
    if (!ley_observable_is_derived(observable)) return observable == part;
    const ley_derived_quantity *one = derived_at(derived, observable);
    for (ley_index i = 0; i < one->n_parts; i++)
        if (one->parts[i] == part) return true;
    return false;
}

static double finite_or_none(double value) {
    return isfinite(value) ? value : NAN;
}

static double value_of(const ley_derived_quantity *one, double t, const double *values) {
    return finite_or_none(one->is_given ? one->value : ley_expression_of(one->formula, t, values));
}

ley_status ley_derived_value(const ley_derived *derived, double *value, ley_observable observable, double t,
                             ley_part_value part_value, void *user, ley_error *err) {
    double values[LEY_OBSERVABLE_IDS];
    const ley_derived_quantity *one = derived_at(derived, observable);
    for (ley_index i = 0; i < one->n_parts; i++) {
        const ley_observable part = one->parts[i];
        if (ley_observable_is_derived(part)) {
            values[part] = value_of(derived_at(derived, part), t, values);
            continue;
        }
        ley_status status = part_value(user, &values[part], part, err);
        if (status != LEY_OK) return status;
    }
    *value = value_of(one, t, values);
    return LEY_OK;
}
