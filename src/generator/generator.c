#include "generator/generator.h"

#include "core/memory.h"
#include "core/status.h"

#include <string.h>

ley_status ley_generator_start(const ley_generator *generator, double *x, ley_error *err) {
    const ley_blocks *blocks = &generator->blocks;
    const ley_model *model = generator->model;
    ley_status status = LEY_OK;
    ley_complex *battery = ley_allocate((size_t)blocks->offset[blocks->n_blocks], sizeof *battery);
    ley_complex *cavity = ley_allocate((size_t)blocks->levels * (size_t)blocks->levels, sizeof *cavity);
    if (!battery || !cavity) {
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the initial state");
    } else {
        ley_start_battery(blocks, &model->battery_state, battery);
        if (model->levels > 0)
            ley_start_cavity(blocks->levels, &model->cavity_state, cavity);
        else
            cavity[0].re = 1;
        generator->class->start(generator, x, battery, cavity);
    }
    ley_release(battery);
    ley_release(cavity);
    return status == LEY_OK ? ley_generator_start_second(generator, x, err) : status;
}

ley_status ley_generator_start_second(const ley_generator *generator, double *x, ley_error *err) {
    if (!generator->class->second) return LEY_OK;
    const double *its = x;
    const ley_generator *second = generator->class->second(generator, &its);
    return ley_generator_start(second, x + (its - x), err);
}

void ley_generator_reduced(const ley_generator *generator, double t, double *reduced, double *compact,
                           const double *x) {
    const ley_generator_class *class = generator->class;
    if (!class->expand) {
        class->reduce(generator, reduced, x);
        return;
    }
    class->reduce(generator, compact, x);
    if (!class->overwrites) memset(reduced, 0, (size_t)ley_reduced_length(&generator->blocks) * sizeof *reduced);
    class->expand(generator, t, reduced, compact);
}

void ley_generator_destroy(ley_generator *generator) {
    if (generator) generator->class->destroy(generator);
}
