/* Energies and the flow of heat, all linear in the reduced state. docs/theory/heat.md */
#include "observables/energy.h"

#include <math.h>

/* <f> over the populations of the battery, f(two_j, i_m, excitations). */
static double over_battery(const ley_blocks *blocks, const ley_reduced *reduced,
                           double (*f)(int32_t cells, int32_t two_j, int32_t i_m)) {
    double sum = 0;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        if (!ley_blocks_kept(blocks, b)) continue;
        int32_t two_j = ley_spin_two_j(blocks->cells, b);
        const ley_complex *block = reduced->battery + blocks->offset[b];
        const ley_index stride = ley_blocks_stride(blocks, b);
        for (int32_t i = 0; i <= two_j; i++) sum += f(blocks->cells, two_j, i) * block[i * stride].re;
    }
    return sum;
}

static double excitations(int32_t cells, int32_t two_j, int32_t i_m) {
    return i_m + 0.5 * (cells - two_j);
}

static double one_minus(int32_t cells, int32_t two_j, int32_t i_m) {
    return cells - excitations(cells, two_j, i_m);
}

static double minus_squared(int32_t cells, int32_t two_j, int32_t i_m) {
    (void)cells;
    return (double)i_m * (two_j - i_m + 1.0);
}

static double plus_squared(int32_t cells, int32_t two_j, int32_t i_m) {
    (void)cells;
    return (double)(two_j - i_m) * (i_m + 1.0);
}

double ley_excitations(const ley_blocks *blocks, const ley_reduced *reduced) {
    return over_battery(blocks, reduced, excitations);
}

static double moment(const ley_reduced *reduced, int battery, int cavity) {
    return reduced->moment[battery * LEY_MOMENT_CAVITY + cavity].re;
}

double ley_photons(const ley_reduced *reduced) {
    return moment(reduced, LEY_MOMENT_B_ONE, LEY_MOMENT_C_NUMBER);
}

/* <a a'> of the truncated matrices: the last level gives nothing. */
static double photons_above(const ley_blocks *blocks, const ley_reduced *reduced) {
    double top = reduced->cavity[(ley_index)blocks->levels * blocks->levels - 1].re;
    return moment(reduced, LEY_MOMENT_B_ONE, LEY_MOMENT_C_ONE) + ley_photons(reduced) - blocks->levels * top;
}

/* <J+ a + J- a'>, <J+ a' + J- a>, <a + a'>, <Jx>, with B in place of J- and C, C' in place of a, a'. */
static double exchange(const ley_reduced *r, int b, int c_dag) {
    return 2 * moment(r, b, c_dag);
}

/* What telegraph noise adds to the frequency of a cell and to the coupling. */
typedef struct moved {
    double frequency, coupling;
} moved;

static const moved unmoved = {0, 0};

typedef double (*energy_of)(const ley_model *model, const ley_blocks *blocks, double t, const ley_reduced *reduced,
                            moved by);

/* The sum over the states of the noise, each with its own Hamiltonian. docs/theory/telegraph.md */
static double over_noise(const ley_model *model, const ley_blocks *blocks, double t, const ley_reduced *reduced,
                         energy_of energy) {
    if (blocks->noise_states == 0) return energy(model, blocks, t, reduced, unmoved);
    double sum = 0;
    for (int32_t s = 0; s < blocks->noise_states; s++) {
        const ley_reduced own = ley_reduced_of_noise(blocks, reduced, s);
        const moved by = {.frequency = ley_telegraph_shift(&model->telegraph, s, LEY_TELEGRAPH_FREQUENCY),
                          .coupling = ley_telegraph_shift(&model->telegraph, s, LEY_TELEGRAPH_COUPLING)};
        sum += energy(model, blocks, t, &own, by);
    }
    return sum;
}

static double coupling_at(const ley_model *model, double t, moved by) {
    return (ley_signal_at(&model->coupling, t) + by.coupling) * ley_signal_at(&model->coupling_switch, t);
}

static double interaction_energy(const ley_model *model, const ley_blocks *blocks, double t,
                                 const ley_reduced *reduced, moved by) {
    if (blocks->whole) return coupling_at(model, t, by) * reduced->term[LEY_TERM_COUPLING].re;
    return coupling_at(model, t, by) *
           (exchange(reduced, LEY_MOMENT_B_JM, LEY_MOMENT_C_ADAG) +
            model->counter_rotating * exchange(reduced, LEY_MOMENT_B_JM, LEY_MOMENT_C_A));
}

double ley_interaction_energy(const ley_model *model, const ley_blocks *blocks, double t,
                              const ley_reduced *reduced) {
    return over_noise(model, blocks, t, reduced, interaction_energy);
}

/* The numbers before the operators of H, or their derivatives in time. */
typedef struct factors {
    double w0, wc, g, eta, omega;
    double one, exchange; /* of terms that only cells that are not alike have */
} factors;

static double exchange_at(const ley_model *model, double t, double (*of)(const ley_signal *signal, double t)) {
    if (!model->unlike.placed) return 0;
    return of(&model->rate[LEY_COLLECTIVE_EMISSION], t) - of(&model->rate[LEY_COLLECTIVE_ABSORPTION], t);
}

/* sum of factor times value[term * stride] */
static double over_terms(const factors *f, const ley_complex *value, ley_index stride) {
    const double factor[LEY_TERMS] = {
        [LEY_TERM_NUMBER] = f->w0,          [LEY_TERM_OFFSET] = f->one, [LEY_TERM_EXCHANGE] = f->exchange,
        [LEY_TERM_PHOTONS] = f->wc,         [LEY_TERM_COUPLING] = f->g, [LEY_TERM_DRIVE_CAVITY] = f->eta,
        [LEY_TERM_DRIVE_BATTERY] = f->omega};
    double sum = 0;
    for (ley_index i = 0; i < LEY_TERMS; i++) sum += factor[i] * value[i * stride].re;
    return sum;
}

static double energy_with(const ley_model *model, const ley_blocks *blocks, const factors *f,
                          const ley_reduced *reduced) {
    if (blocks->whole) return over_terms(f, reduced->term, 1);
    double energy =
        f->w0 * ley_excitations(blocks, reduced) + f->omega * moment(reduced, LEY_MOMENT_B_JM, LEY_MOMENT_C_ONE);
    if (model->levels > 0)
        energy += f->wc * ley_photons(reduced) +
                  f->g * (exchange(reduced, LEY_MOMENT_B_JM, LEY_MOMENT_C_ADAG) +
                          model->counter_rotating * exchange(reduced, LEY_MOMENT_B_JM, LEY_MOMENT_C_A)) +
                  2 * f->eta * moment(reduced, LEY_MOMENT_B_ONE, LEY_MOMENT_C_A);
    return energy;
}

static factors factors_at(const ley_model *model, double t, moved by) {
    const bool cavity = model->levels > 0;
    return (factors){.w0 = ley_signal_at(&model->battery_frequency, t) + by.frequency,
                     .wc = cavity ? ley_signal_at(&model->cavity_frequency, t) : 0,
                     .g = cavity ? coupling_at(model, t, by) : 0,
                     .eta = cavity ? ley_signal_at(&model->drive_cavity, t) : 0,
                     .omega = ley_signal_at(&model->drive_battery, t),
                     .one = 1,
                     .exchange = exchange_at(model, t, ley_signal_at)};
}

static double total_energy(const ley_model *model, const ley_blocks *blocks, double t, const ley_reduced *reduced,
                           moved by) {
    const factors f = factors_at(model, t, by);
    return energy_with(model, blocks, &f, reduced);
}

/* Tr(dH/dt rho) */
static double driven_work(const ley_model *model, const ley_blocks *blocks, double t, const ley_reduced *reduced,
                          moved by) {
    const bool cavity = model->levels > 0;
    const factors f = {.w0 = ley_signal_slope(&model->battery_frequency, t),
                       .wc = cavity ? ley_signal_slope(&model->cavity_frequency, t) : 0,
                       .g = cavity ? ley_signal_slope(&model->coupling, t) *
                                             ley_signal_at(&model->coupling_switch, t) +
                                         (ley_signal_at(&model->coupling, t) + by.coupling) *
                                             ley_signal_slope(&model->coupling_switch, t)
                                   : 0,
                       .eta = cavity ? ley_signal_slope(&model->drive_cavity, t) : 0,
                       .omega = ley_signal_slope(&model->drive_battery, t),
                       .exchange = exchange_at(model, t, ley_signal_slope)};
    return energy_with(model, blocks, &f, reduced);
}

static moved moved_by(const ley_model *model, int32_t s) {
    return (moved){.frequency = ley_telegraph_shift(&model->telegraph, s, LEY_TELEGRAPH_FREQUENCY),
                   .coupling = ley_telegraph_shift(&model->telegraph, s, LEY_TELEGRAPH_COUPLING)};
}

/* What the jumps of telegraph noise do: rho goes from one copy to another, where H is another. */
static double jump_work(const ley_model *model, const ley_blocks *blocks, double t, const ley_reduced *reduced) {
    double sum = 0;
    for (int32_t s = 0; s < blocks->noise_states; s++) {
        const ley_reduced own = ley_reduced_of_noise(blocks, reduced, s);
        const double here = total_energy(model, blocks, t, &own, moved_by(model, s));
        for (int32_t i = 0; i < model->telegraph.n; i++) {
            const int32_t other = s ^ (int32_t)(1 << i);
            sum += ley_telegraph_rate(&model->telegraph, s, i) *
                   (total_energy(model, blocks, t, &own, moved_by(model, other)) - here);
        }
    }
    return sum;
}

double ley_work_rate(const ley_model *model, const ley_blocks *blocks, double t, const ley_reduced *reduced) {
    return over_noise(model, blocks, t, reduced, driven_work) + jump_work(model, blocks, t, reduced);
}

double ley_total_energy(const ley_model *model, const ley_blocks *blocks, double t, const ley_reduced *reduced) {
    return over_noise(model, blocks, t, reduced, total_energy);
}

/* The terms of H at one time. */
typedef struct terms {
    double w0, wc, rotating, counter, eta, omega;
} terms;

/* Expectation of the part of H that lowers or raises the battery: rotating, counter-rotating and battery drive,
 * with J- replaced by the operator b. Raising parts are the conjugates, so twice the real part. */
static double battery_part(const terms *h, const ley_reduced *r, int b) {
    return h->rotating * exchange(r, b, LEY_MOMENT_C_ADAG) + h->counter * exchange(r, b, LEY_MOMENT_C_A) +
           h->omega * moment(r, b, LEY_MOMENT_C_ONE);
}

/* The same for the cavity: a replaced by c, a' by c_dag. */
static double cavity_part(const terms *h, const ley_reduced *r, int c, int c_dag) {
    return h->rotating * exchange(r, LEY_MOMENT_B_JM, c_dag) + h->counter * exchange(r, LEY_MOMENT_B_JM, c) +
           2 * h->eta * moment(r, LEY_MOMENT_B_ONE, c);
}

static double heat_rate(const ley_model *model, const ley_blocks *blocks, double t, const ley_reduced *r,
                        moved by) {
    double rate[LEY_CHANNEL_COUNT], gained = 0; /* Tr(H D[rho]) */
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        rate[channel] = ley_signal_at(&model->rate[channel], t);
    if (blocks->whole) {
        const factors f = factors_at(model, t, by);
        for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
            gained += rate[channel] * over_terms(&f, r->flow + channel, LEY_CHANNEL_COUNT);
        return -gained;
    }
    double g = model->levels > 0 ? coupling_at(model, t, by) : 0;
    const terms h = {.w0 = ley_signal_at(&model->battery_frequency, t) + by.frequency,
                     .wc = model->levels > 0 ? ley_signal_at(&model->cavity_frequency, t) : 0,
                     .rotating = g,
                     .counter = g * model->counter_rotating,
                     .eta = model->levels > 0 ? ley_signal_at(&model->drive_cavity, t) : 0,
                     .omega = ley_signal_at(&model->drive_battery, t)};
    if (model->levels > 0) {
        double field = cavity_part(&h, r, LEY_MOMENT_C_A, LEY_MOMENT_C_ADAG);
        double edge = cavity_part(&h, r, LEY_MOMENT_C_EDGE, LEY_MOMENT_C_EDGEDAG);
        gained += rate[LEY_CAVITY_LOSS] * (-h.wc * ley_photons(r) - 0.5 * field);
        gained += rate[LEY_CAVITY_GAIN] * (h.wc * photons_above(blocks, r) + 0.5 * (field - blocks->levels * edge));
    }
    const double spin = battery_part(&h, r, LEY_MOMENT_B_JM);
    gained += rate[LEY_LOCAL_EMISSION] * (-h.w0 * ley_excitations(blocks, r) - 0.5 * spin);
    gained += rate[LEY_LOCAL_ABSORPTION] * (h.w0 * over_battery(blocks, r, one_minus) - 0.5 * spin);
    gained += rate[LEY_LOCAL_DEPHASING] * -2 * spin;
    gained += rate[LEY_COLLECTIVE_DEPHASING] * -0.5 * spin;
    if (rate[LEY_COLLECTIVE_EMISSION] != 0)
        gained += rate[LEY_COLLECTIVE_EMISSION] *
                  (-h.w0 * over_battery(blocks, r, minus_squared) + battery_part(&h, r, LEY_MOMENT_B_JZJM));
    if (rate[LEY_COLLECTIVE_ABSORPTION] != 0)
        gained += rate[LEY_COLLECTIVE_ABSORPTION] *
                  (h.w0 * over_battery(blocks, r, plus_squared) - battery_part(&h, r, LEY_MOMENT_B_JMJZ));
    return -gained;
}

double ley_heat_rate(const ley_model *model, const ley_blocks *blocks, double t, const ley_reduced *reduced) {
    return over_noise(model, blocks, t, reduced, heat_rate);
}
