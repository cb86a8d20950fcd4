#include "model/vocabulary.h"

#include <string.h>

static const struct {
    const char *name, *unit, *meaning;
    ley_shape shape;
    bool cavity, joint;
    ley_size size;
    ley_sees sees;
    ley_eigenvalues eigenvalues;
} observables[LEY_OBSERVABLE_COUNT] = {
#define X(id, name_, unit_, shape_, cavity_, joint_, size_, sees_, eigenvalues_, meaning_)                         \
    [LEY_##id] = {.name = name_,                                                                                   \
                  .unit = unit_,                                                                                   \
                  .meaning = meaning_,                                                                             \
                  .shape = LEY_##shape_,                                                                           \
                  .cavity = cavity_,                                                                               \
                  .joint = joint_,                                                                                 \
                  .size = LEY_SIZE_##size_,                                                                        \
                  .sees = LEY_SEES_##sees_,                                                                        \
                  .eigenvalues = LEY_EIGENVALUES_##eigenvalues_},
    LEY_OBSERVABLES(X)
#undef X
};

static const struct {
    const char *word, *meaning;
} measures[LEY_MEASURE_COUNT] = {
#define X(id, word_, meaning_) [LEY_MEASURE_##id] = {word_, meaning_},
    LEY_MEASURES(X)
#undef X
};

ley_index ley_observable_count(void) {
    return LEY_OBSERVABLE_COUNT;
}

static bool known(ley_index i) {
    return i >= 0 && i < LEY_OBSERVABLE_COUNT;
}

const char *ley_observable_name(ley_index i) {
    return known(i) ? observables[i].name : NULL;
}

const char *ley_observable_unit(ley_index i) {
    return known(i) ? observables[i].unit : NULL;
}

const char *ley_observable_meaning(ley_index i) {
    return known(i) ? observables[i].meaning : NULL;
}

const char *ley_observable_component(ley_index i) {
    switch (known(i) ? observables[i].shape : LEY_SCALAR) {
    case LEY_SPINS:
        return "spin_block";
    case LEY_LEVELS:
        return "energy_level";
    case LEY_ELEMENTS:
        return "element";
    case LEY_SCALAR:
        break;
    }
    return NULL;
}

ley_shape ley_observable_shape(ley_observable observable) {
    return known((ley_index)observable) ? observables[observable].shape : LEY_SCALAR;
}

ley_size ley_observable_size(ley_observable observable) {
    return known((ley_index)observable) ? observables[observable].size : LEY_SIZE_ALL;
}

ley_sees ley_observable_sees(ley_observable observable) {
    return known((ley_index)observable) ? observables[observable].sees : LEY_SEES_DIAGONAL;
}

ley_eigenvalues ley_observable_eigenvalues(ley_observable observable) {
    return known((ley_index)observable) ? observables[observable].eigenvalues : LEY_EIGENVALUES_NONE;
}

bool ley_observable_needs_cavity(ley_observable observable) {
    return known((ley_index)observable) && observables[observable].cavity;
}

bool ley_observable_needs_joint(ley_observable observable) {
    return known((ley_index)observable) && observables[observable].joint;
}

bool ley_observable_needs_second(ley_observable observable) {
    return observable == LEY_TRACE_DISTANCE || observable == LEY_TRACE_DISTANCE_JOINT;
}

int32_t ley_observable_width(ley_observable observable, int32_t cells) {
    switch (ley_observable_shape(observable)) {
    case LEY_SPINS:
        return cells / 2 + 1;
    case LEY_LEVELS:
        return cells + 1;
    case LEY_ELEMENTS: { /* beyond any memory where it is beyond the type */
        const double n = cells, width = (n + 3) * (n + 2) * (n + 1) / 3;
        return width < INT32_MAX ? (int32_t)(width + 0.5) : INT32_MAX;
    }
    default:
        return 1;
    }
}

int ley_observable_find(const char *name) {
    for (int i = 0; i < LEY_OBSERVABLE_COUNT; i++)
        if (strcmp(observables[i].name, name) == 0) return i;
    return -1;
}

bool ley_measure_is_of_stage(ley_measure measure) {
    return measure == LEY_MEASURE_JUMP || measure == LEY_MEASURE_AT_END;
}

bool ley_measure_is_of_map(ley_measure measure) {
    return measure == LEY_MEASURE_RHP || measure == LEY_MEASURE_BLP_OPTIMISED;
}

bool ley_measure_is_numbered(ley_measure measure) {
    return measure == LEY_MEASURE_BACKFLOW_BEGIN || measure == LEY_MEASURE_BACKFLOW_END;
}

bool ley_measure_is_rise(ley_measure measure) {
    return measure == LEY_MEASURE_BLP || measure == LEY_MEASURE_BACKFLOW || measure == LEY_MEASURE_BACKFLOWS ||
           ley_measure_is_numbered(measure);
}

bool ley_measure_is_sampled(ley_measure measure) {
    return measure == LEY_MEASURE_SAMPLED_MAX || measure == LEY_MEASURE_SAMPLED_ARGMAX ||
           measure == LEY_MEASURE_SAMPLED_BLP;
}

const char *ley_measure_word(ley_measure measure) {
    return measures[measure].word;
}

const char *ley_measure_meaning(ley_measure measure) {
    return measures[measure].meaning;
}

int ley_measure_find(const char *word) {
    for (int i = 0; i < LEY_MEASURE_COUNT; i++)
        if (strcmp(measures[i].word, word) == 0) return i;
    return -1;
}
