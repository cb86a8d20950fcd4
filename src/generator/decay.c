#include "generator/decay.h"

#include <math.h>

ley_decay_reach ley_decay_reach_of(const ley_model *model, double photons) {
    const int32_t cells = model->cells, kept = model->excitations, reach = model->coherences;
    /* Two sets of at most M excited cells differ in 2 M; on the ladder M excitations reach e <= M. */
    const int32_t differ = kept > 0 && 2 * kept < cells ? 2 * kept : cells, top = kept > 0 ? kept : cells;
    const double e = top < (cells + 1) / 2 ? top : (cells + 1) / 2;
    return (ley_decay_reach){.cells = differ,
                             .photons = photons,
                             .ladder = e * (cells - e + 1),
                             .apart = reach > 0 && reach < top ? reach : top};
}

/* Largest decay of a chain with steps down at a and up at b. */
static double both_ways(double a, double b) {
    const double root = sqrt(fabs(a)) + sqrt(fabs(b));
    return root * root;
}

double ley_decay_bound(const double *rate, const ley_decay_reach *reach) {
    const double populations = fabs(rate[LEY_LOCAL_EMISSION]) + fabs(rate[LEY_LOCAL_ABSORPTION]);
    const double coherences = 0.5 * populations + 2 * fabs(rate[LEY_LOCAL_DEPHASING]); /* of one cell */
    return both_ways(rate[LEY_CAVITY_LOSS] * reach->photons, rate[LEY_CAVITY_GAIN] * (reach->photons + 1)) +
           fmax(populations, coherences) * reach->cells +
           both_ways(rate[LEY_COLLECTIVE_EMISSION], rate[LEY_COLLECTIVE_ABSORPTION]) * reach->ladder +
           0.5 * fabs(rate[LEY_COLLECTIVE_DEPHASING]) * reach->apart * reach->apart;
}

double ley_generator_decay(const ley_generator *generator, double t) {
    if (generator->class->decay) return generator->class->decay(generator, t);
    const ley_model *model = generator->model;
    const ley_decay_reach reach = ley_decay_reach_of(model, generator->blocks.levels - 1);
    double rate[LEY_CHANNEL_COUNT];
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        rate[channel] = ley_signal_at(&model->rate[channel], t);
    return ley_decay_bound(rate, &reach);
}
