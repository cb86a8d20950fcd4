#include "generator/effective.h"

#include <math.h>

ley_complex ley_effective_element(const ley_effective *b, ley_index to, ley_index from) {
    const ley_coefficients *c = &b->c;
    const int32_t i = (int32_t)(to / b->levels), n = (int32_t)(to % b->levels), k = (int32_t)(from / b->levels),
                  l = (int32_t)(from % b->levels);
    ley_complex value = {0, 0};
    if (i == k && n == l) {
        const double m = i - 0.5 * b->two_j, excited = m + 0.5 * b->cells, minus = b->table->minus[i],
                     plus = b->table->plus[i];
        const double *rate = c->rate;
        value.im = -(c->w0 * excited + c->wc * n);
        value.re =
            -0.5 * (rate[LEY_CAVITY_LOSS] * n + rate[LEY_CAVITY_GAIN] * (n + 1 < b->levels ? n + 1 : 0) +
                    rate[LEY_COLLECTIVE_EMISSION] * minus * minus + rate[LEY_COLLECTIVE_ABSORPTION] * plus * plus +
                    rate[LEY_COLLECTIVE_DEPHASING] * m * m + rate[LEY_LOCAL_EMISSION] * excited +
                    rate[LEY_LOCAL_ABSORPTION] * (b->cells - excited) + rate[LEY_LOCAL_DEPHASING] * b->cells);
        return value;
    }
    const int32_t dm = i - k, dn = n - l;
    const double ladder = dm == 1 ? b->table->minus[i] : dm == -1 ? b->table->plus[i] : 0;
    const double photon = dn == 1 ? sqrt(n) : dn == -1 ? sqrt(n + 1.0) : 0;
    if (dm != 0 && dn != 0)
        value.im = -(dm == -dn ? c->rotating : c->counter) * ladder * photon;
    else if (dm == 0)
        value.im = -c->eta * photon;
    else if (dn == 0)
        value.im = -0.5 * c->omega * ladder;
    return value;
}
