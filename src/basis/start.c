/* Initial states, formed through logarithms so that neither N nor the photon number can overflow. */
#include "basis/blocks.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static void start_spin_coherent(const ley_blocks *blocks, double theta, double phi, ley_complex *battery) {
    /* c_m = sqrt(C(N, K)) cos(theta/2)^K (e^{i phi} sin(theta/2))^{N-K}, in j = N/2; ln |c_m| is kept on the
     * diagonal until the rest is filled */
    const int32_t n = blocks->cells, d = n + 1;
    const ley_index stride = ley_blocks_stride(blocks, 0);
    const double up = cos(0.5 * theta), down = sin(0.5 * theta);
    const bool alternates = (up < 0) != (down < 0); /* c_m changes sign with K */
    for (ley_index k = 0; k <= n; k++) {
        double log_size = 0.5 * ley_log_binomial(n, (int32_t)k);
        if (k > 0) log_size += (double)k * log(fabs(up));
        if (k < n) log_size += (double)(n - k) * log(fabs(down));
        battery[k * stride].re = log_size;
    }
    for (ley_index k = 0; k <= n && !blocks->diagonal; k++)
        for (ley_index l = 0; l <= n; l++) {
            if (k == l) continue;
            double size = exp(battery[k * stride].re + battery[l * stride].re), angle = phi * (double)(l - k);
            if (alternates && (k + l) % 2 == 1) size = -size;
            battery[k * d + l] = (ley_complex){size * cos(angle), size * sin(angle)};
        }
    for (ley_index k = 0; k <= n; k++) battery[k * stride].re = exp(2 * battery[k * stride].re);
}

static void start_gibbs(const ley_blocks *blocks, double q, ley_complex *battery) {
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const int32_t n = blocks->cells, two_j = ley_spin_two_j(n, b), d = two_j + 1;
        const ley_index stride = ley_blocks_stride(blocks, b);
        for (int32_t i = 0; i < d; i++) {
            int32_t k = i + b; /* excitations: m + N/2 */
            double log_weight = ley_log_multiplicity(n, two_j) - n * log1p(q);
            if (k > 0) log_weight += k * log(q);
            battery[blocks->offset[b] + i * stride].re = exp(log_weight);
        }
    }
}

static void start_given(const ley_blocks *blocks, const ley_complex *given, ley_complex *battery) {
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const ley_index d = ley_spin_two_j(blocks->cells, b) + 1;
        ley_complex *block = battery + blocks->offset[b];
        for (ley_index i = 0; i < d * d && ley_blocks_kept(blocks, b); i++) {
            if (!blocks->diagonal)
                block[i] = given[i];
            else if (i % (d + 1) == 0)
                block[i / (d + 1)] = given[i];
        }
        given += d * d;
    }
}

void ley_start_battery(const ley_blocks *blocks, const ley_battery_state *state, ley_complex *battery) {
    memset(battery, 0, (size_t)blocks->offset[blocks->n_blocks] * sizeof *battery);
    const int32_t n = blocks->cells;
    switch (state->kind) {
    case LEY_BATTERY_GROUND:
        battery[0].re = 1;
        break;
    case LEY_BATTERY_EXCITED:
        battery[n * ley_blocks_stride(blocks, 0)].re = 1;
        break;
    case LEY_BATTERY_DICKE: {
        int32_t b = (n - state->two_j) / 2, i = (state->two_j + state->two_m) / 2;
        battery[blocks->offset[b] + i * ley_blocks_stride(blocks, b)].re = 1;
        break;
    }
    case LEY_BATTERY_SPIN_COHERENT:
        start_spin_coherent(blocks, state->theta, state->phi, battery);
        break;
    case LEY_BATTERY_GIBBS:
        start_gibbs(blocks, state->q, battery);
        break;
    case LEY_BATTERY_BLOCKS:
        start_given(blocks, state->given, battery);
        break;
    case LEY_BATTERY_RANDOM: /* basis/cells.h */
    case LEY_BATTERY_ROTATED:
    case LEY_BATTERY_SWAPPED:
        break;
    }
}

/* ln |<n|alpha>| up to the normalisation. */
static double log_amplitude(double size, int32_t n) {
    int sign;
    return n == 0 ? 0 : n * log(size) - 0.5 * lgamma_r(n + 1.0, &sign);
}

static void start_coherent(int32_t levels, ley_complex alpha, ley_complex *cavity) {
    const double size = hypot(alpha.re, alpha.im), angle = atan2(alpha.im, alpha.re);
    if (size == 0) {
        cavity[0].re = 1;
        return;
    }
    double largest = -INFINITY, norm = 0;
    const ley_index d = levels;
    for (ley_index n = 0; n < d; n++) { /* logarithms on the diagonal until the rest is filled */
        double log_size = log_amplitude(size, (int32_t)n);
        cavity[n * (d + 1)].re = log_size;
        largest = fmax(largest, log_size);
    }
    for (ley_index n = 0; n < d; n++) {
        cavity[n * (d + 1)].re -= largest;
        norm += exp(2 * cavity[n * (d + 1)].re);
    }
    for (ley_index n = 0; n < d; n++)
        for (ley_index k = 0; k < d; k++) {
            if (n == k) continue;
            double value = exp(cavity[n * (d + 1)].re + cavity[k * (d + 1)].re) / norm,
                   turn = angle * (double)(n - k);
            cavity[n * d + k] = (ley_complex){value * cos(turn), value * sin(turn)};
        }
    for (ley_index n = 0; n < d; n++) cavity[n * (d + 1)].re = exp(2 * cavity[n * (d + 1)].re) / norm;
}

void ley_start_cavity(int32_t levels, const ley_cavity_state *state, ley_complex *cavity) {
    memset(cavity, 0, (size_t)levels * (size_t)levels * sizeof *cavity);
    switch (state->kind) {
    case LEY_CAVITY_FOCK:
        cavity[(ley_index)state->photons * (levels + 1)].re = 1;
        break;
    case LEY_CAVITY_COHERENT:
        start_coherent(levels, state->alpha, cavity);
        break;
    case LEY_CAVITY_THERMAL: {
        double ratio = state->nbar / (1 + state->nbar), norm = 0;
        for (int32_t n = 0; n < levels; n++) norm += pow(ratio, n);
        for (int32_t n = 0; n < levels; n++) cavity[(ley_index)n * (levels + 1)].re = pow(ratio, n) / norm;
        break;
    }
    }
}
