#include "observables/bounds.h"

#include "basis/spin.h"

#include <math.h>

/* Distance of the Gershgorin disc of column (m, m') from the imaginary axis: what the channels take from an element
 * of rho_j, less what they put elsewhere. i, k: m + j, m' + j. */
static double distance(const double *rate, int32_t cells, int32_t two_j, int32_t i, int32_t k) {
    const double n = cells, t = two_j, delta = i - k;
    const double weight[3] = {(n - t) / (2 * (t + 2) * (t + 1)),                /* to j + 1 */
                              two_j > 0 ? (n + 2) / (t * (t + 2)) : 0,          /* j */
                              two_j > 1 ? (n + t + 2) / (2 * t * (t + 1)) : 0}; /* j - 1 */
    const double side[2][2] = {{i, t - i}, {k, t - k}};                         /* j + m, j - m; of m' */
    double product[3][3];           /* of the factors of m and m': sigma-, sigma_z, sigma+; to j + 1, j, j - 1 */
    double lost[2][2] = {{0}, {0}}; /* of m, of m': by emission, by absorption, collective alone */
    for (int s = 0; s < 3; s++)
        for (int to = 0; to < 3; to++) product[s][to] = 1;
    for (int e = 0; e < 2; e++) {
        const double down = side[e][0], up = side[e][1];
        const double square[3][3] = {{(up + 1) * (up + 2), down * (up + 1), down * (down - 1)},
                                     {4 * (down + 1) * (up + 1), 1, 4 * down * up},
                                     {(down + 1) * (down + 2), up * (down + 1), up * (up - 1)}};
        for (int s = 0; s < 3; s++)
            for (int to = 0; to < 3; to++) product[s][to] *= sqrt(square[s][to]);
        lost[e][0] = down * (up + 1);
        lost[e][1] = up * (down + 1);
    }
    const double collective[2] = {rate[LEY_COLLECTIVE_EMISSION], rate[LEY_COLLECTIVE_ABSORPTION]};
    const double local[3] = {rate[LEY_LOCAL_EMISSION], rate[LEY_LOCAL_DEPHASING], rate[LEY_LOCAL_ABSORPTION]};
    const double excited = 0.5 * (n - t) + 0.5 * (i + k); /* cells, the mean of both sides */
    double sum = 0.5 * rate[LEY_COLLECTIVE_DEPHASING] * delta * delta;
    sum += local[0] * excited + local[2] * (n - excited);
    /* Dephasing inside j stays at its element: 2m 2m' with its sign. */
    sum += local[1] * (n - weight[1] * (2.0 * i - t) * (2.0 * k - t));
    for (int to = 0; to < 3; to++) {
        sum -= fabs(local[0]) * weight[to] * product[0][to] + fabs(local[2]) * weight[to] * product[2][to];
        if (to != 1) sum -= fabs(local[1]) * weight[to] * product[1][to];
    }
    for (int c = 0; c < 2; c++)
        sum +=
            0.5 * collective[c] * (lost[0][c] + lost[1][c]) - fabs(collective[c]) * sqrt(lost[0][c] * lost[1][c]);
    return sum;
}

double ley_charge_decay_bound(const ley_model *model, double t, int32_t delta) {
    double rate[LEY_CHANNEL_COUNT], lowest = INFINITY;
    if (delta == 0) return 0;
    for (int c = 0; c < LEY_CHANNEL_COUNT; c++) rate[c] = ley_signal_at(&model->rate[c], t);
    for (int32_t b = 0; b < ley_spin_blocks(model->cells); b++) {
        const int32_t two_j = ley_spin_two_j(model->cells, b);
        for (int32_t k = 0; k + delta <= two_j; k++)
            lowest = fmin(lowest, distance(rate, model->cells, two_j, k + delta, k));
    }
    return lowest;
}

double ley_coherence_decay_bound(const ley_model *model, double t) {
    double lowest = INFINITY;
    for (int32_t delta = 1; delta <= model->cells; delta++)
        lowest = fmin(lowest, ley_charge_decay_bound(model, t, delta));
    return lowest;
}
