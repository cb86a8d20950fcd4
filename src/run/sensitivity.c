/* What an error of the state does to reported numbers. docs/theory/cutoff.md, integration.md */
#include "run/cutoff.h"

#include <math.h>

/* Share of the sum of all local error estimates that is taken to reach a number: the estimates are at least three
 * times too large, what dissipates forgets errors, and most of an error is in elements that nobody looks at. */
static const double damped = 0.1;

/* Sizes of what is measured: an observable's norm, which is its change for an error of trace norm 1. */
typedef struct sizes {
    double cells, photons, battery, cavity, exchange;
    double digits; /* entropies change by the error times its logarithm */
} sizes;

static sizes sizes_of(const ley_task *task, const ley_model *model) {
    double t_end = task->n_times > 0 ? task->times[task->n_times - 1] : 0;
    double w0 = 0, wc = 0, g = 0, largest_weight = 1, spread = 0;
    const ley_unlike *unlike = &model->unlike;
    for (int32_t i = 0; i < model->cells && ley_unlike_any(unlike); i++) {
        if (unlike->coupling) largest_weight = fmax(largest_weight, fabs(unlike->coupling_weight[i]));
        if (unlike->frequency) spread += fabs(unlike->offset[i]);
    }
    for (int i = 0; i <= 16; i++) { /* signals are looked at here and there: an estimate is enough */
        double t = t_end * i / 16;
        w0 = fmax(w0, fabs(ley_model_battery_energy_frequency(model, t)));
        if (model->levels > 0) {
            wc = fmax(wc, fabs(ley_model_cavity_energy_frequency(model, t)));
            g = fmax(g, fabs(ley_signal_at(&model->coupling, t) * ley_signal_at(&model->coupling_switch, t)));
        }
    }
    w0 += ley_telegraph_reach(&model->telegraph, LEY_TELEGRAPH_FREQUENCY);
    g += ley_telegraph_reach(&model->telegraph, LEY_TELEGRAPH_COUPLING);
    sizes s = {.cells = model->cells, .photons = model->levels, .digits = 2 - log(task->numerics.tolerance)};
    if (model->levels > 0 && model->cavity_state.kind == LEY_CAVITY_COHERENT) /* also of a displaced cavity */
        s.photons += model->cavity_state.alpha.re * model->cavity_state.alpha.re +
                     model->cavity_state.alpha.im * model->cavity_state.alpha.im;
    s.battery = s.cells * w0 + spread;
    s.cavity = s.photons * wc;
    s.exchange = 2 * g * largest_weight * s.cells * sqrt(s.photons);
    return s;
}

static double size_of(ley_observable what, const sizes *s) {
    switch (ley_observable_size(what)) {
    case LEY_SIZE_OF_ONE:
        return 2;
    case LEY_SIZE_OF_BATTERY:
        return s->battery;
    case LEY_SIZE_OF_CAVITY:
        return s->cavity;
    case LEY_SIZE_OF_CELLS:
        return s->cells;
    case LEY_SIZE_OF_PHOTONS:
        return s->photons;
    case LEY_SIZE_OF_DIGITS:
        return s->digits;
    case LEY_SIZE_ALL:
        break;
    }
    return s->battery + s->cavity + s->exchange + s->digits;
}

static double largest_size(const ley_task *task, const ley_model *model, bool steps) {
    const sizes s = sizes_of(task, model);
    double largest = 1; /* the final state itself is a result */
    for (ley_index i = 0; i < task->n_observables + 2 * task->n_measures; i++) {
        const ley_index k = (i - task->n_observables) / 2;
        ley_observable what;
        if (i < task->n_observables)
            what = task->observables[i];
        else if ((i - task->n_observables) % 2 == 0)
            what = task->measures[k].observable;
        else if (task->measures[k].measure == LEY_MEASURE_AT_MAX)
            what = task->measures[k].by;
        else
            continue;
        double size = size_of(what, &s);
        if (steps) size *= damped;
        largest = fmax(largest, size);
    }
    return largest;
}

double ley_sensitivity(const ley_task *task, const ley_model *model) {
    return largest_size(task, model, false);
}

double ley_step_sensitivity(const ley_task *task, const ley_model *model) {
    return largest_size(task, model, true);
}
