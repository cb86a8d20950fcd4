/* scenario: the fits that a scenario asks for. Callers: scenario, result. */
#ifndef LEYDEN_SCENARIO_FIT_H
#define LEYDEN_SCENARIO_FIT_H

#include "leyden.h"

#include <stdbool.h>

/*  enum, word, first parameter (that of x), second, formula */
#define LEY_FIT_MODELS(X)                                                                                          \
    X(POWER, "power", "exponent", "prefactor", "y = prefactor * x^exponent")                                       \
    X(LINEAR, "linear", "slope", "intercept", "y = intercept + slope * x")                                         \
    X(EXPONENTIAL, "exponential", "rate", "prefactor", "y = prefactor * exp(rate * x)")                            \
    X(PEAK, "peak", "place", "height", "y = height, the largest, at x = place")                                    \
    X(MEAN, "mean", "mean", "deviation", "y = mean, with a standard deviation")

typedef enum ley_fit_model {
#define X(id, word, first, second, formula) LEY_FIT_##id,
    LEY_FIT_MODELS(X)
#undef X
        LEY_FIT_MODEL_COUNT
} ley_fit_model;

typedef struct ley_fit_request {
    const char *name;
    ley_fit_model model;
    ley_index axis;    /* of the sweep: x */
    ley_index measure; /* among those reported: y */
    double from, to;   /* of x; infinite where there is no bound */
    bool mad;          /* leave out outliers */
} ley_fit_request;

const char *ley_fit_word(ley_fit_model model);
const char *ley_fit_parameter(ley_fit_model model, int second);
const char *ley_fit_formula(ley_fit_model model);
int ley_fit_find(const char *word); /* -1: unknown */
/* Which logarithms are fitted; a peak and a mean fit no line. */
static inline bool ley_fit_takes_log_x(ley_fit_model model) {
    return model == LEY_FIT_POWER;
}
static inline bool ley_fit_takes_log_y(ley_fit_model model) {
    return model == LEY_FIT_POWER || model == LEY_FIT_EXPONENTIAL;
}
static inline bool ley_fit_is_line(ley_fit_model model) {
    return model != LEY_FIT_PEAK && model != LEY_FIT_MEAN;
}

ley_index ley_scenario_fits(const ley_scenario *scenario);
const ley_fit_request *ley_scenario_fit(const ley_scenario *scenario, ley_index i);

#endif
