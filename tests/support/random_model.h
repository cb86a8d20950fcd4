/* Seeded random models, as a leyden scenario and as the data of the brute-force solver. The same seed and options
 * give the same model on every machine. */
#ifndef TESTS_RANDOM_MODEL_H
#define TESTS_RANDOM_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "oracle/brute.h"

/* A generator of our own, so that seeds mean the same everywhere (splitmix64). */
typedef struct random_source {
    uint64_t state;
} random_source;

double random_unit(random_source *source);                             /* uniform in [0, 1) */
double random_between(random_source *source, double low, double high); /* uniform in [low, high) */
int random_integer(random_source *source, int low, int high);          /* low .. high, both included */

typedef enum random_rates { /* which channels may be on */
                            RANDOM_RATES_ALL,
                            RANDOM_RATES_NONE,
                            RANDOM_RATES_LINEAR /* loss and local channels and Jz: their heat follows from <H> alone
                                                 */
} random_rates;

typedef struct random_options {
    int cells_min, cells_max;
    int levels_max;      /* of the cavity, at least 2 */
    int cavity;          /* 0 never, 1 always, 2 either */
    bool time_dependent; /* numbers may depend on time */
    bool jumps;          /* ... and then jump */
    bool drives;         /* drives may be on */
    int model;           /* 0 Tavis-Cummings, 1 Dicke, 2 any r in [0, 1] */
    bool diagonal;       /* start without coherences: ground, excited, Dicke, Gibbs with Fock or thermal */
    random_rates rates;
} random_options;

random_options random_options_any(void); /* N 1 .. 4, cavity or none, everything allowed */

brute_model random_model(uint64_t seed, const random_options *options);

/* Makes the cells differ: frequencies, weights, positions, and, now and then, a start that tells them apart. */
void random_unlike(brute_model *model, uint64_t seed);

typedef struct scenario_options {
    double until;
    int points; /* from 0 to until, both included */
    double tolerance;
    const char *observe;  /* comma-separated names; NULL: all that the model has */
    const char *measure;  /* inside of the list, quoted as in YAML; NULL: none */
    const char *levels;   /* overrides the number of levels, e.g. "auto"; NULL: as in the model */
    const char *numerics; /* further keys of numerics, e.g. "representation: blocks"; NULL: none */
    const char *extra;    /* appended to the text */
} scenario_options;

/* The model as scenario text; release with free. */
char *model_scenario(const brute_model *model, const scenario_options *options);

#endif
