#include "basis/blocks.h"

#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <string.h>

ley_status ley_blocks_create(ley_blocks *blocks, int32_t cells, int32_t levels, ley_error *err) {
    if (cells < 1 || levels < 1)
        return ley_fail(err, LEY_ERR_ARGUMENT, "battery.cells", "%d cells and %d levels: at least 1 of each", cells,
                        levels);
    double total = (cells + 3.0) * (cells + 2.0) * (cells + 1.0) / 6 * levels * levels;
    if (total > 1e17)
        return ley_fail(err, LEY_ERR_MEMORY, "battery.cells", "%d cells and %d levels make %.3g numbers: too many",
                        cells, levels, total);
    ley_blocks made = {.cells = cells, .levels = levels, .n_blocks = ley_spin_blocks(cells)};
    made.offset = ley_allocate((size_t)made.n_blocks + 1, sizeof *made.offset);
    if (!made.offset)
        return ley_fail(err, LEY_ERR_MEMORY, "battery.cells", "no memory for %d blocks", made.n_blocks);
    for (int32_t b = 0; b < made.n_blocks; b++) {
        ley_index d = ley_spin_two_j(cells, b) + 1;
        made.offset[b + 1] = made.offset[b] + d * d;
    }
    *blocks = made;
    return LEY_OK;
}

void ley_blocks_clear(ley_blocks *blocks) {
    ley_release(blocks->offset);
    *blocks = (ley_blocks){0};
}

void ley_blocks_restrict(ley_blocks *blocks, int32_t only, bool diagonal) {
    blocks->diagonal = diagonal;
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        ley_index d = ley_spin_two_j(blocks->cells, b) + 1, numbers = diagonal ? d : d * d;
        blocks->offset[b + 1] = blocks->offset[b] + (only < 0 || only == b ? numbers : 0);
    }
}

void ley_blocks_keep_first(ley_blocks *blocks, int32_t n) {
    for (int32_t b = n; b < blocks->n_blocks; b++) blocks->offset[b + 1] = blocks->offset[n];
}

void ley_blocks_whole(const ley_blocks *blocks, ley_complex *whole, const ley_complex *battery) {
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const ley_index d = ley_spin_two_j(blocks->cells, b) + 1;
        memset(whole, 0, (size_t)(d * d) * sizeof *whole);
        const ley_complex *block = battery + blocks->offset[b];
        if (ley_blocks_kept(blocks, b)) {
            if (blocks->diagonal)
                for (ley_index i = 0; i < d; i++) whole[i * (d + 1)] = block[i];
            else
                memcpy(whole, block, (size_t)(d * d) * sizeof *whole);
        }
        whole += d * d;
    }
}

int32_t ley_moment_battery_shift(int op) {
    return op == LEY_MOMENT_B_ONE ? 0 : -1;
}

double ley_moment_battery_weight(int op, int32_t two_j, int32_t i_m) {
    double m = i_m - 0.5 * two_j;
    switch (op) {
    case LEY_MOMENT_B_ONE:
        return 1;
    case LEY_MOMENT_B_JM:
        return ley_ladder_minus(two_j, i_m);
    case LEY_MOMENT_B_JZJM:
        return (m - 1) * ley_ladder_minus(two_j, i_m);
    default:
        return m * ley_ladder_minus(two_j, i_m);
    }
}

int32_t ley_moment_cavity_shift(int op) {
    switch (op) {
    case LEY_MOMENT_C_ONE:
    case LEY_MOMENT_C_NUMBER:
        return 0;
    case LEY_MOMENT_C_A:
    case LEY_MOMENT_C_EDGE:
        return -1;
    default:
        return 1;
    }
}

double ley_moment_cavity_weight(int op, int32_t levels, int32_t n) {
    switch (op) {
    case LEY_MOMENT_C_ONE:
        return 1;
    case LEY_MOMENT_C_A:
        return sqrt(n);
    case LEY_MOMENT_C_ADAG:
        return n + 1 < levels ? sqrt(n + 1.0) : 0;
    case LEY_MOMENT_C_NUMBER:
        return n;
    case LEY_MOMENT_C_EDGE:
        return n + 1 == levels ? sqrt(n) : 0;
    default:
        return n + 2 == levels ? sqrt(n + 1.0) : 0;
    }
}

enum { LEY_FLOWS = LEY_TERMS * LEY_CHANNEL_COUNT };

static ley_index length_of_one(const ley_blocks *blocks) {
    const ley_index unlike = blocks->whole ? LEY_TERMS + LEY_FLOWS + blocks->whole * blocks->whole : 0;
    return 2 *
           (blocks->offset[blocks->n_blocks] + (ley_index)blocks->levels * blocks->levels + LEY_MOMENTS + unlike);
}

static ley_index length_of_run(const ley_blocks *blocks) {
    return length_of_one(blocks) * (1 + blocks->noise_states);
}

ley_index ley_reduced_length(const ley_blocks *blocks) {
    return length_of_run(blocks) * (blocks->second ? 2 : 1);
}

ley_reduced ley_reduced_view(const ley_blocks *blocks, double *vector) {
    ley_complex *numbers = (ley_complex *)vector;
    ley_reduced view = {.battery = numbers, .cavity = numbers + blocks->offset[blocks->n_blocks]};
    view.moment = view.cavity + (ley_index)blocks->levels * blocks->levels;
    if (blocks->whole) {
        view.term = view.moment + LEY_MOMENTS;
        view.flow = view.term + LEY_TERMS;
        view.cells = view.flow + LEY_FLOWS;
    }
    return view;
}

ley_reduced ley_reduced_of_second(const ley_blocks *blocks, const ley_reduced *first) {
    return ley_reduced_view(blocks, (double *)first->battery + length_of_run(blocks));
}

ley_reduced ley_reduced_of_noise(const ley_blocks *blocks, const ley_reduced *whole, int32_t state) {
    return ley_reduced_view(blocks, (double *)whole->battery + (1 + state) * length_of_one(blocks));
}
