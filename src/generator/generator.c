#include "generator/generator.h"

void ley_generator_destroy(ley_generator *generator) {
    if (generator) generator->class->destroy(generator);
}
