/* names: what may be one, and what a name in a scenario stands for. Callers: all who read or bind a document. */
#include "scenario/document.h"

#include <string.h>

bool ley_is_name(const char *text) {
    for (const char *p = text; *p; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_';
        if (!letter && !(p > text && *p >= '0' && *p <= '9')) return false;
    }
    return text[0] != 0 && strlen(text) <= LEY_NAME_LETTERS;
}

ley_target ley_target_find(const ley_scenario *scenario, const char *name) {
    const char *parameter = strncmp(name, "parameters.", 11) == 0 ? name + 11 : name;
    for (ley_index i = 0; i < scenario->n_parameters; i++)
        if (strcmp(scenario->parameter[i]->key, parameter) == 0) return LEY_KEY_COUNT + (ley_target)i;
    return ley_key_find(name);
}

const char *ley_target_name(const ley_scenario *scenario, ley_target target) {
    return target < LEY_KEY_COUNT ? ley_key_name((ley_key)target)
                                  : scenario->parameter[target - LEY_KEY_COUNT]->key;
}

ley_derivation *ley_derivation_find(const ley_scenario *s, const char *name) {
    for (ley_index i = 0; i < s->n_derivations; i++)
        if (strcmp(s->derivations[i].node->key, name) == 0) return &s->derivations[i];
    return NULL;
}

ley_derivation *ley_derivation_of(const ley_scenario *s, bool is_measure, int id) {
    for (ley_index i = 0; i < s->n_derivations; i++) {
        ley_derivation *one = &s->derivations[i];
        if (one->progress == LEY_DERIVATION_READ && one->is_measure == is_measure && one->id == id) return one;
    }
    return NULL;
}

int ley_derive_find(const ley_scenario *s, const char *name) {
    int id = ley_observable_find(name);
    if (id >= 0) return id;
    const ley_derivation *one = ley_derivation_find(s, name);
    return one && one->progress == LEY_DERIVATION_READ && !one->is_measure ? one->id : -1;
}

const char *ley_scenario_label(const ley_scenario *s, ley_observable observable) {
    return ley_observable_is_derived(observable) ? ley_derivation_of(s, false, (int)observable)->node->key
                                                 : ley_observable_name((ley_index)observable);
}
