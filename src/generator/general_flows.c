/* Energies and the flow of heat where the cells are not alike: <A> and Tr(A D[rho]) of every term A of the
 * Hamiltonian. The terms have few elements: D[rho] is wanted at those places alone. docs/theory/general.md */
#include "generator/general.h"

static bool bit(ley_index x, int32_t i) {
    return x >> i & 1;
}

static ley_index with(int32_t i) {
    return (ley_index)1 << i;
}

/* A place (x, n; y, k) of rho. */
typedef struct place {
    ley_index x, n, y, k;
} place;

typedef ley_complex (*element_of)(const ley_general *self, const double *rho, place at);

static ley_complex element(const ley_general *self, const double *rho, place at) {
    if (at.n < 0 || at.k < 0 || at.n >= self->levels || at.k >= self->levels) return (ley_complex){0, 0};
    const double *z = rho + 2 * ((at.x * self->levels + at.n) * self->side + at.y * self->levels + at.k);
    return (ley_complex){z[0], z[1]};
}

static void add(ley_complex *sum, double factor, ley_complex z) {
    sum->re += factor * z.re;
    sum->im += factor * z.im;
}

/* ---- D[rho] at one place, for rate 1 ----------------------------------------------------------------------------
 */

static ley_complex cavity_loss(const ley_general *self, const double *rho, place at) {
    ley_complex sum = {0, 0};
    const place above = {at.x, at.n + 1, at.y, at.k + 1};
    add(&sum, self->root[at.n + 1] * self->root[at.k + 1], element(self, rho, above));
    add(&sum, -0.5 * (double)(at.n + at.k), element(self, rho, at));
    return sum;
}

static ley_complex cavity_gain(const ley_general *self, const double *rho, place at) {
    ley_complex sum = {0, 0};
    const place below = {at.x, at.n - 1, at.y, at.k - 1};
    add(&sum, self->root[at.n] * self->root[at.k], element(self, rho, below));
    const ley_index left = at.n + 1 < self->levels ? at.n + 1 : 0, right = at.k + 1 < self->levels ? at.k + 1 : 0;
    add(&sum, -0.5 * (double)(left + right), element(self, rho, at));
    return sum;
}

/* Emission (up = false) or absorption: sum of F_ik s_i rho s_k', less half of F_ik s_k' s_i on either side. */
static ley_complex collective(const ley_general *self, const double *rho, place at, bool up) {
    ley_complex sum = {0, 0};
    for (int32_t i = 0; i < self->cells; i++)
        for (int32_t k = 0; k < self->cells; k++) {
            const double f = self->kernel[i][k];
            const place jump = {at.x ^ with(i), at.n, at.y ^ with(k), at.k};
            if (bit(at.x, i) == up && bit(at.y, k) == up) add(&sum, f, element(self, rho, jump));
            /* s_k' s_i moves what is at i to k: the row before it differs in both, or in none */
            const ley_index move = i == k ? 0 : with(i) ^ with(k);
            const place left = {at.x ^ move, at.n, at.y, at.k}, right = {at.x, at.n, at.y ^ move, at.k};
            if (bit(at.x, k) != up && (i == k || bit(at.x, i) == up)) add(&sum, -0.5 * f, element(self, rho, left));
            if (bit(at.y, k) != up && (i == k || bit(at.y, i) == up))
                add(&sum, -0.5 * f, element(self, rho, right));
        }
    return sum;
}

static ley_complex collective_emission(const ley_general *self, const double *rho, place at) {
    return collective(self, rho, at, false);
}

static ley_complex collective_absorption(const ley_general *self, const double *rho, place at) {
    return collective(self, rho, at, true);
}

static ley_complex collective_dephasing(const ley_general *self, const double *rho, place at) {
    const double apart = self->moment[at.x] - self->moment[at.y];
    ley_complex sum = {0, 0};
    add(&sum, -0.5 * apart * apart, element(self, rho, at));
    return sum;
}

static ley_complex local(const ley_general *self, const double *rho, place at, bool up) {
    ley_complex sum = {0, 0}, here = element(self, rho, at);
    for (int32_t i = 0; i < self->cells; i++) {
        const bool left = bit(at.x, i) == up, right = bit(at.y, i) == up;
        const place jump = {at.x ^ with(i), at.n, at.y ^ with(i), at.k};
        if (left && right) add(&sum, self->local[i], element(self, rho, jump));
        add(&sum, -0.5 * self->local[i] * ((left ? 0 : 1) + (right ? 0 : 1)), here);
    }
    return sum;
}

static ley_complex local_emission(const ley_general *self, const double *rho, place at) {
    return local(self, rho, at, false);
}

static ley_complex local_absorption(const ley_general *self, const double *rho, place at) {
    return local(self, rho, at, true);
}

static ley_complex local_dephasing(const ley_general *self, const double *rho, place at) {
    ley_complex sum = {0, 0};
    for (int32_t i = 0; i < self->cells; i++)
        if (bit(at.x ^ at.y, i)) add(&sum, -2 * self->local[i], element(self, rho, at));
    return sum;
}

static const element_of dissipator[LEY_CHANNEL_COUNT] = {
    [LEY_CAVITY_LOSS] = cavity_loss,
    [LEY_CAVITY_GAIN] = cavity_gain,
    [LEY_COLLECTIVE_EMISSION] = collective_emission,
    [LEY_COLLECTIVE_ABSORPTION] = collective_absorption,
    [LEY_COLLECTIVE_DEPHASING] = collective_dephasing,
    [LEY_LOCAL_EMISSION] = local_emission,
    [LEY_LOCAL_ABSORPTION] = local_absorption,
    [LEY_LOCAL_DEPHASING] = local_dephasing,
};

/* ---- Sums over the elements of the terms ------------------------------------------------------------------------
 */

/* Tr(A X), X at one place given by `of`, over the rows with (x, n): A is Hermitian and real. */
static void sum_terms(const ley_general *self, ley_complex *sum, ley_index stride, element_of of, const double *rho,
                      ley_index x, ley_index n, const bool *wanted) {
    const place here = {x, n, x, n};
    if (wanted[LEY_TERM_NUMBER] || wanted[LEY_TERM_OFFSET] || wanted[LEY_TERM_PHOTONS]) {
        const ley_complex z = of(self, rho, here);
        add(&sum[LEY_TERM_NUMBER * stride], ley_excited(x), z);
        add(&sum[LEY_TERM_OFFSET * stride], self->offset[x], z);
        add(&sum[LEY_TERM_PHOTONS * stride], (double)n, z);
    }
    for (int32_t i = 0; i < self->cells; i++) {
        const ley_index other = x ^ with(i);
        for (int32_t k = 0; k < self->cells && wanted[LEY_TERM_EXCHANGE]; k++) {
            const place moved = {x, n, other ^ with(k), n};
            if (bit(x, i) && !bit(x, k))
                add(&sum[LEY_TERM_EXCHANGE * stride], self->shift[i][k], of(self, rho, moved));
        }
        if (wanted[LEY_TERM_DRIVE_BATTERY]) {
            const place flipped = {x, n, other, n};
            add(&sum[LEY_TERM_DRIVE_BATTERY * stride], 0.5 * self->drive[i], of(self, rho, flipped));
        }
        for (int by = -1; by <= 1 && wanted[LEY_TERM_COUPLING]; by += 2) {
            const double r = self->base.model->counter_rotating,
                         w = self->weight[i] * (bit(x, i) == (by > 0) ? 1 : r);
            const place exchanged = {x, n, other, n + by};
            if (n + by < 0 || n + by >= self->levels) continue;
            add(&sum[LEY_TERM_COUPLING * stride], w * self->root[by > 0 ? n + 1 : n], of(self, rho, exchanged));
        }
    }
    for (int by = -1; by <= 1 && wanted[LEY_TERM_DRIVE_CAVITY]; by += 2) {
        const place shifted = {x, n, x, n + by};
        if (n + by < 0 || n + by >= self->levels) continue;
        add(&sum[LEY_TERM_DRIVE_CAVITY * stride], self->root[by > 0 ? n + 1 : n], of(self, rho, shifted));
    }
}

void ley_general_flows(const ley_general *self, ley_complex *term, ley_complex *flow, const double *x) {
    const ley_model *model = self->base.model;
    const bool cavity = model->levels > 0;
    const bool wanted[LEY_TERMS] = {
        [LEY_TERM_NUMBER] = true,
        [LEY_TERM_OFFSET] = model->unlike.frequency,
        [LEY_TERM_EXCHANGE] = model->unlike.placed,
        [LEY_TERM_PHOTONS] = cavity,
        [LEY_TERM_COUPLING] = cavity && ley_model_is_coupled(model),
        [LEY_TERM_DRIVE_CAVITY] = cavity && !ley_signal_is_zero(&model->drive_cavity),
        [LEY_TERM_DRIVE_BATTERY] = !ley_signal_is_zero(&model->drive_battery),
    };
    for (ley_index state = 0; state < self->states; state++)
        for (ley_index n = 0; n < self->levels; n++) {
            sum_terms(self, term, 1, element, x, state, n, wanted);
            for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
                if (!ley_signal_is_zero(&model->rate[channel]) && (cavity || channel > LEY_CAVITY_GAIN))
                    sum_terms(self, flow + channel, LEY_CHANNEL_COUNT, dissipator[channel], x, state, n, wanted);
        }
}
