#include "generator/generator.h"

#include <string.h>

void ley_generator_reduced(const ley_generator *generator, double t, double *reduced, double *compact,
                           const double *x) {
    const ley_generator_class *class = generator->class;
    if (!class->expand) {
        class->reduce(generator, reduced, x);
        return;
    }
    class->reduce(generator, compact, x);
    memset(reduced, 0, (size_t)ley_reduced_length(&generator->blocks) * sizeof *reduced);
    class->expand(generator, t, reduced, compact);
}

void ley_generator_destroy(ley_generator *generator) {
    if (generator) generator->class->destroy(generator);
}
