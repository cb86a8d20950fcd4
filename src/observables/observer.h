/* observables: the inside of the observer, which the families of observables share. Callers: this folder. */
#ifndef LEYDEN_OBSERVABLES_OBSERVER_H
#define LEYDEN_OBSERVABLES_OBSERVER_H

#include "observables/observables.h"
#include "observables/whole.h"

/* What has been computed for the moment looked at. */
typedef struct ley_observer_known {
    bool battery, cavity, joint, negativity;
} ley_observer_known;

struct ley_observer {
    const ley_generator *generator;
    const ley_derived *derived;
    double t, heat;
    ley_reduced reduced;
    const double *x;
    bool needs_state;
    ley_observer_known known;
    double *battery_values; /* [states |j, m>] block after block, ascending in each */
    double *cavity_values;  /* [levels] */
    double *joint_values;   /* [states * levels] */
    double log_negativity;
    double *block_values; /* [largest joint block] */
    double *scratch;      /* ley_passive_scratch */
    double *decay_bounds; /* [N + 1] of each charge, with decay_rate; NULL until asked for */
    double decay_rate[LEY_CHANNEL_COUNT], decay_factor; /* rates now, over those */
    ley_whole *whole;                                   /* NULL unless the cells are evolved one by one */
    ley_complex *matrix;                                /* largest matrix that is diagonalised */
    ley_complex *other; /* as large, NULL unless a joint state is compared with another */
};

ley_index ley_battery_states(int32_t cells); /* |j, m>, copies counted once */

#endif
