#include "generator/stencil.h"

#include "core/memory.h"
#include "core/status.h"

#include <math.h>

const int32_t ley_local_shift[LEY_LOCAL_CHANNELS] = {-1, +1, 0};
const int32_t ley_source_block[LEY_SOURCES] = {0, -1, +1};

static double gather_square(int local, int from, double j, double m) {
    switch (local * LEY_SOURCES + from) {
    case 0:
        return (j - m) * (j + m + 1);
    case 1:
        return (j + m + 1) * (j + m + 2);
    case 2:
        return (j - m) * (j - m - 1);
    case 3:
        return (j + m) * (j - m + 1);
    case 4:
        return (j - m + 1) * (j - m + 2);
    case 5:
        return (j + m) * (j + m - 1);
    case 6:
        return 4 * m * m;
    case 7:
        return 4 * (j + 1 - m) * (j + 1 + m);
    default:
        return 4 * (j - m) * (j + m);
    }
}

static void fill(ley_stencil *stencil, const ley_blocks *blocks) {
    int32_t cells = blocks->cells;
    double *memory = stencil->memory;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        int32_t two_j = ley_spin_two_j(cells, b), d = two_j + 1;
        ley_stencil_block *block = &stencil->block[b];
        double t = two_j, j = 0.5 * two_j;
        block->prefactor[0] = two_j > 0 ? (cells + 2) / (t * (t + 2)) : 0;
        block->prefactor[1] = b > 0 ? (cells + t + 4) / (2 * (t + 2) * (t + 3)) : 0;
        block->prefactor[2] = b + 1 < blocks->n_blocks ? (cells - t + 2) / (2 * t * (t - 1)) : 0;
        block->plus = memory, memory += d;
        block->minus = memory, memory += d;
        for (int32_t i = 0; i < d; i++) {
            block->plus[i] = ley_ladder_plus(two_j, i);
            block->minus[i] = ley_ladder_minus(two_j, i);
        }
        for (int local = 0; local < LEY_LOCAL_CHANNELS; local++)
            for (int from = 0; from < LEY_SOURCES; from++) {
                double *gather = block->gather[local][from] = memory;
                memory += d;
                for (int32_t i = 0; i < d; i++) {
                    double m = i - j;
                    gather[i] = sqrt(fmax(0, gather_square(local, from, j, m)));
                    /* From j to j by dephasing the factor is 2m with its sign; elsewhere signs cancel. */
                    if (local == 2 && from == 0) gather[i] = 2 * m;
                }
            }
    }
}

ley_status ley_stencil_create(ley_stencil *stencil, const ley_blocks *blocks, ley_error *err) {
    size_t rows = 0; /* of all blocks together */
    for (int32_t b = 0; b < blocks->n_blocks; b++) rows += (size_t)ley_spin_two_j(blocks->cells, b) + 1;
    *stencil = (ley_stencil){0};
    stencil->block = ley_allocate((size_t)blocks->n_blocks, sizeof *stencil->block);
    stencil->memory = ley_allocate(rows * (2 + LEY_LOCAL_CHANNELS * LEY_SOURCES), sizeof(double));
    if (!stencil->block || !stencil->memory) {
        ley_stencil_clear(stencil);
        return ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the tables of the generator");
    }
    fill(stencil, blocks);
    return LEY_OK;
}

void ley_stencil_clear(ley_stencil *stencil) {
    ley_release(stencil->block);
    ley_release(stencil->memory);
    *stencil = (ley_stencil){0};
}

ley_coefficients ley_coefficients_at(const ley_model *model, double t) {
    bool has_cavity = model->levels > 0;
    double lambda = has_cavity ? ley_signal_at(&model->coupling_switch, t) : 0;
    double g = has_cavity ? lambda * ley_signal_at(&model->coupling, t) : 0;
    ley_coefficients c = {
        .w0 = ley_signal_at(&model->battery_frequency, t),
        .wc = has_cavity ? ley_signal_at(&model->cavity_frequency, t) : 0,
        .rotating = g,
        .counter = g * model->counter_rotating,
        .eta = has_cavity ? ley_signal_at(&model->drive_cavity, t) : 0,
        .omega = ley_signal_at(&model->drive_battery, t),
    };
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        c.rate[channel] = ley_signal_at(&model->rate[channel], t);
    if (!has_cavity) c.rate[LEY_CAVITY_LOSS] = c.rate[LEY_CAVITY_GAIN] = 0;
    return c;
}

double ley_stencil_loss(const ley_stencil_block *block, const double *rate, int32_t cells, int32_t i, int32_t k,
                        double m, double mp) {
    double d = -0.5 * rate[LEY_COLLECTIVE_EMISSION] *
               (block->minus[i] * block->minus[i] + block->minus[k] * block->minus[k]);
    d -=
        0.5 * rate[LEY_COLLECTIVE_ABSORPTION] * (block->plus[i] * block->plus[i] + block->plus[k] * block->plus[k]);
    d -= 0.5 * rate[LEY_COLLECTIVE_DEPHASING] * (m - mp) * (m - mp);
    d -= 0.5 * rate[LEY_LOCAL_EMISSION] * (cells + m + mp) + 0.5 * rate[LEY_LOCAL_ABSORPTION] * (cells - m - mp);
    d +=
        rate[LEY_LOCAL_DEPHASING] * (block->prefactor[0] * block->gather[2][0][i] * block->gather[2][0][k] - cells);
    return d;
}
