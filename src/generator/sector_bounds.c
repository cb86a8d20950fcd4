/* Bounds of the spectrum of a sector, for the Chebyshev expansion. docs/theory/sectors.md */
#include "generator/sector_state.h"

#include "core/memory.h"
#include "generator/decay.h"
#include "generator/spectrum.h"

#include <math.h>

/* Extreme energies of H in the subspace of K excitations of the block j = N/2, which contains those of the others.
 */
static void energies(const ley_sector *s, const ley_coefficients *c, int32_t k, double *lowest, double *highest,
                     double *a, double *b) {
    int32_t first = k - s->levels + 1 > 0 ? k - s->levels + 1 : 0,
            last = k < s->base.blocks.cells ? k : s->base.blocks.cells;
    int32_t n = last - first + 1;
    *lowest = *highest = 0;
    if (n <= 0) return;
    for (int32_t e = first; e <= last; e++) {
        a[e - first] = (c->w0 - c->wc) * e;
        b[e - first] = c->rotating * s->stencil.block[0].plus[e] * sqrt(k - e);
    }
    *highest = ley_tridiagonal_largest(a, b, n);
    *lowest = -*highest; /* on resonance the energies lie alike on both sides */
    if (c->w0 == c->wc) return;
    for (int32_t i = 0; i < n; i++) a[i] = -a[i];
    *lowest = -ley_tridiagonal_largest(a, b, n);
}

void ley_sector_bounds(const ley_generator *self, double t, double *frequency, double *decay) {
    const ley_sector *s = (const ley_sector *)self;
    const ley_coefficients c = ley_coefficients_at(self->model, t);
    double *a = ley_allocate((size_t)s->base.blocks.cells + 1, sizeof *a),
           *b = ley_allocate((size_t)s->base.blocks.cells + 1, sizeof *b);
    double *low = ley_allocate((size_t)s->top + 1, sizeof *low),
           *high = ley_allocate((size_t)s->top + 1, sizeof *high);
    double f = INFINITY;
    if (a && b && low && high) {
        f = 0;
        for (int32_t k = 0; k <= s->top; k++) energies(s, &c, k, &low[k], &high[k], a, b);
        for (int32_t k = s->delta; k <= s->top; k++)
            f = fmax(f, fmax(high[k] - low[k - s->delta], high[k - s->delta] - low[k]));
    }
    ley_release(a);
    ley_release(b);
    ley_release(low);
    ley_release(high);
    double n_max = s->levels - 1;
    if (!s->pumped && s->top < n_max) n_max = s->top;
    *frequency = 1.005 * f; /* bisection stops at 1e-6 */
    const ley_decay_reach reach = ley_decay_reach_of(self->model, n_max);
    *decay = ley_decay_bound(c.rate, &reach);
}
