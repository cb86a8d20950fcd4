#include "support/symmetric_state.h"

#include "core/memory.h"

#include <stdlib.h>

void symmetric_state_of_blocks(symmetric_state *state, const ley_generator *generator) {
    const int cells = generator->blocks.cells, levels = generator->blocks.levels;
    state->rho = dense_from_blocks(cells, levels, state->blocks);
    state->x = ley_allocate((size_t)generator->n, sizeof(double));
    if (!state->x) abort();
    double *out = state->x; /* [b][m][m'][n][n'] */
    for (int b = 0; 2 * b <= cells; b++) {
        const int d = cells - 2 * b + 1, side = d * levels;
        for (int i = 0; i < d; i++)
            for (int k = 0; k < d; k++)
                for (int n = 0; n < levels; n++)
                    for (int l = 0; l < levels; l++) {
                        dense_number z = state->blocks[b].at[(i * levels + n) * side + k * levels + l];
                        *out++ = creal(z);
                        *out++ = cimag(z);
                    }
    }
}

void symmetric_state_random(symmetric_state *state, const ley_generator *generator, uint64_t *seed) {
    const int cells = generator->blocks.cells, levels = generator->blocks.levels;
    double total = 0, weight[16];
    for (int b = 0; 2 * b <= cells; b++) total += weight[b] = 0.1 + dense_uniform(seed);
    for (int b = 0; 2 * b <= cells; b++)
        state->blocks[b] =
            dense_scaled(weight[b] / total, dense_random_positive((cells - 2 * b + 1) * levels, seed));
    symmetric_state_of_blocks(state, generator);
}
