/* generator: the factors of the block equations, shared by every representation. docs/theory/blocks.md */
#ifndef LEYDEN_GENERATOR_STENCIL_H
#define LEYDEN_GENERATOR_STENCIL_H

#include "basis/blocks.h"
#include "model/model.h"

#include <stdbool.h>

enum { LEY_LOCAL_CHANNELS = 3, LEY_SOURCES = 3 }; /* emission, absorption, dephasing; from j, j+1, j-1 */

typedef struct ley_stencil_block {
    double *plus, *minus;                            /* [d] c+(m), c-(m) */
    double *gather[LEY_LOCAL_CHANNELS][LEY_SOURCES]; /* [d]: (m, m') is fed with prefactor gather[m] gather[m'] */
    double prefactor[LEY_SOURCES];                   /* 0 where the source block does not exist */
} ley_stencil_block;

typedef struct ley_stencil {
    ley_stencil_block *block; /* [n_blocks] */
    double *memory;
} ley_stencil;

ley_status ley_stencil_create(ley_stencil *stencil, const ley_blocks *blocks, ley_error *err);
void ley_stencil_clear(ley_stencil *stencil);

/* Change of m of the jump of each local channel, and of the block index b towards each source. */
extern const int32_t ley_local_shift[LEY_LOCAL_CHANNELS];
extern const int32_t ley_source_block[LEY_SOURCES];

/* L(t) at one time: the numbers that multiply the terms. */
typedef struct ley_coefficients {
    double w0, wc, rotating, counter, eta, omega; /* rotating = lambda g, counter = lambda g r */
    double rate[LEY_CHANNEL_COUNT];
} ley_coefficients;
ley_coefficients ley_coefficients_at(const ley_model *model, double t);
/* What was made of the one serves for the other; never where one is not a number. */
static inline bool ley_rates_same(const double *a, const double *b) {
    bool same = true;
    for (int i = 0; i < LEY_CHANNEL_COUNT; i++) same = same && a[i] == b[i];
    return same;
}
static inline bool ley_coefficients_same(const ley_coefficients *a, const ley_coefficients *b) {
    return a->w0 == b->w0 && a->wc == b->wc && a->rotating == b->rotating && a->counter == b->counter &&
           a->eta == b->eta && a->omega == b->omega && ley_rates_same(a->rate, b->rate);
}

/* What the channels of the battery take from element (m, m') and, dephasing inside j, give back to it: a real rate.
 */
double ley_stencil_loss(const ley_stencil_block *block, const double *rate, int32_t cells, int32_t i, int32_t k,
                        double m, double mp);

#endif
