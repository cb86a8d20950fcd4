#include "observables/currents.h"

typedef struct rates { /* of the local channels */
    double down, up, phase;
} rates;

static rates local_rates(const ley_model *model, double t) {
    return (rates){ley_signal_at(&model->rate[LEY_LOCAL_EMISSION], t),
                   ley_signal_at(&model->rate[LEY_LOCAL_ABSORPTION], t),
                   ley_signal_at(&model->rate[LEY_LOCAL_DEPHASING], t)};
}

double ley_bright_outflow(const ley_model *model, double t, ley_population population, const void *self) {
    const rates r = local_rates(model, t);
    const double n = model->cells;
    double sum = 0;
    for (int32_t i = 0; i <= model->cells; i++) {
        const double k = i; /* cells excited */
        sum += (r.down * k * (k - 1) + r.up * (n - k) * (n - k - 1) + 4 * r.phase * k * (n - k)) *
               population(self, 0, i);
    }
    return sum / n;
}

double ley_bright_return(const ley_model *model, double t, ley_population population, const void *self) {
    const rates r = local_rates(model, t);
    const double n = model->cells;
    double sum = 0;
    for (int32_t i = 0; i <= model->cells - 2; i++) {
        const double below = i, above = n - 2 - i; /* j + m, j - m */
        sum += (r.down * (above + 1) * (above + 2) + r.up * (below + 1) * (below + 2) +
                4 * r.phase * (above + 1) * (below + 1)) *
               population(self, 1, i);
    }
    return n > 1 ? sum / (n * (n - 1)) : 0;
}

void ley_spin_currents(const ley_model *model, double t, ley_population population, const void *self,
                       double *value) {
    const double down = ley_signal_at(&model->rate[LEY_COLLECTIVE_EMISSION], t),
                 up = ley_signal_at(&model->rate[LEY_COLLECTIVE_ABSORPTION], t);
    const double w0 = ley_model_battery_energy_frequency(model, t);
    for (int32_t b = 0; b < ley_spin_blocks(model->cells); b++) {
        const double two_j = ley_spin_two_j(model->cells, b);
        value[b] = 0;
        for (int32_t i = 0; i <= two_j; i++)
            value[b] += w0 * (up * (two_j - i) * (i + 1) - down * i * (two_j - i + 1)) * population(self, b, i);
    }
}
