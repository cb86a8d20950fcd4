#include "generator/half_state.h"

#include <math.h>
#include <string.h>

void ley_half_fill_tables(ley_half *s) {
    double *memory = s->memory;
    for (int sigma = 0; sigma < s->step; sigma++)
        for (int odd = 0; odd < s->step; odd++) {
            double **table = s->table[sigma][odd];
            for (int i = 0; i < LEY_HALF_TABLES; i++, memory += s->length) table[i] = memory;
            for (ley_index a = 0; a < s->rows; a++)
                for (ley_index q = 0; q < s->width; q++) {
                    const ley_index n = s->step * a + sigma, np = s->step * q + odd, i = a * s->width + q;
                    if (n >= s->levels || np >= s->levels) continue;
                    table[LEY_HALF_ROOTS_UP_LEFT][i] = n + 1 < s->levels ? sqrt((double)(n + 1)) : 0;
                    table[LEY_HALF_ROOTS_DOWN_LEFT][i] = sqrt((double)n);
                    table[LEY_HALF_ROOTS_UP][i] = np + 1 < s->levels ? sqrt((double)(np + 1)) : 0;
                    table[LEY_HALF_ROOTS_DOWN][i] = sqrt((double)np);
                    table[LEY_HALF_PHOTONS][i] = (double)(n - np);
                }
        }
}

/* A factor and the panel it multiplies; where there is none, 0 times the panel itself. */
static double neighbour(const ley_half *s, ley_index *place, ley_index here, double factor, int32_t b, int32_t i,
                        int32_t k) {
    ley_index found = ley_half_find(s, b, i, k);
    *place = found < 0 ? here : found;
    return found < 0 ? 0 : factor;
}

/* Tile sigma of panel (b; i, k). Neighbours by one in e or e' have the other parity of n + n', so that with a
 * parity those at the same n have the other s, and those at n +- 1 the other sigma. */
static void fill_tile(const ley_half *s, ley_tile *p, const ley_coefficients *c, int32_t b, int32_t i, int32_t k,
                      int sigma) {
    const ley_stencil_block *table = &s->stencil.block[b];
    const int32_t cells = s->base.blocks.cells;
    const double j = 0.5 * ley_spin_two_j(cells, b), m = i - j, mp = k - j, *rate = c->rate;
    const ley_index here = ley_half_find(s, b, i, k);
    p->difference = i - k;
    p->share = i == k ? 0.5 : 1;
    p->c_left_minus = neighbour(s, &p->left_minus, here, table->minus[i], b, i - 1, k);
    p->c_right_plus = neighbour(s, &p->right_plus, here, table->plus[k], b, i, k + 1);
    p->left_plus = p->right_minus = here; /* where e = e' these are the adjoints of the other two */
    p->c_left_plus = p->c_right_minus = 0;
    if (i != k) {
        p->c_left_plus = neighbour(s, &p->left_plus, here, table->plus[i], b, i + 1, k);
        p->c_right_minus = neighbour(s, &p->right_minus, here, table->minus[k], b, i, k - 1);
    }
    for (int source = 0; source < LEY_SOURCES; source++) {
        const int32_t to = ley_source_block[source];
        const double *down = table->gather[0][source], *up = table->gather[1][source],
                     *stay = table->gather[2][source];
        double f = p->share * table->prefactor[source];
        double lowered = f * rate[LEY_LOCAL_EMISSION] * down[i] * down[k];
        double raised = f * rate[LEY_LOCAL_ABSORPTION] * up[i] * up[k];
        if (source == 0) {
            lowered += p->share * rate[LEY_COLLECTIVE_EMISSION] * table->plus[i] * table->plus[k];
            raised += p->share * rate[LEY_COLLECTIVE_ABSORPTION] * table->minus[i] * table->minus[k];
        } else {
            p->c_stay[source - 1] =
                neighbour(s, &p->stay[source - 1], here, f * rate[LEY_LOCAL_DEPHASING] * stay[i] * stay[k], b + to,
                          i - to, k - to);
        }
        p->c_lower[source] = neighbour(s, &p->lower[source], here, lowered, b + to, i - to + 1, k - to + 1);
        p->c_raise[source] = neighbour(s, &p->raise[source], here, raised, b + to, i - to - 1, k - to - 1);
    }
    double d = ley_stencil_loss(table, rate, cells, i, k, m, mp);
    p->decay = d;

    p->here = here;
    p->row_up = s->width, p->row_down = -s->width;
    p->column_up = 1, p->column_down = -1;
    int odd = 0;
    if (s->step == 2) {
        const ley_index own = 2 * s->length * sigma, across = 2 * s->length * (1 - 2 * sigma);
        odd = (sigma + k - i + (s->parity == LEY_PARITY_ODD)) & 1;
        p->row_up = across + sigma * s->width, p->row_down = across + (sigma - 1) * s->width;
        p->column_up = odd, p->column_down = odd - 1;
        p->inside = own;
        p->here += own, p->left_minus += own, p->left_plus += own, p->right_minus += own, p->right_plus += own;
        for (int source = 0; source < LEY_SOURCES; source++) p->lower[source] += own, p->raise[source] += own;
        for (int source = 1; source < LEY_SOURCES; source++) p->stay[source - 1] += own;
    }
    p->table = (const double *const *)s->table[sigma][odd];
}

/* a a' of the truncated matrices ends with 0: that keeps the trace. */
static double cavity_decay(const ley_half *s, const ley_coefficients *c, ley_index n) {
    double above = n + 1 < s->levels ? (double)n + 1 : 0;
    return -0.5 * (c->rate[LEY_CAVITY_LOSS] * (double)n + c->rate[LEY_CAVITY_GAIN] * above);
}

void ley_half_fill(ley_half *s, const ley_coefficients *c) {
    if (s->filled && ley_rates_same(c->rate, s->coefficients.rate)) return;
    s->coefficients = *c;
    s->filled = true;
    for (int sigma = 0; sigma < s->step; sigma++)
        for (int odd = 0; odd < s->step; odd++)
            for (ley_index n = sigma; n < s->levels; n += s->step)
                for (ley_index np = odd; np < s->levels; np += s->step)
                    s->table[sigma][odd][LEY_HALF_DECAY][n / s->step * s->width + np / s->step] =
                        cavity_decay(s, c, n) + cavity_decay(s, c, np);
    ley_tile *p = s->tiles;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const int32_t d = ley_half_states(s->base.model, b);
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = i; k < ley_half_row_end(s->base.model, b, i); k++)
                for (int sigma = 0; sigma < s->step; sigma++) fill_tile(s, p++, c, b, i, k, sigma);
    }
}

void ley_half_linear_terms(const ley_half *s, const ley_coefficients *c, double t, ley_complex *beta,
                           ley_complex *xi) {
    const double frame = s->turning ? 0 : s->frame; /* a turning frame leaves its phase to the kernel */
    const ley_complex phase = {cos(frame * t), sin(frame * t)};
    *beta = (ley_complex){0.5 * c->omega * phase.re, 0.5 * c->omega * phase.im};
    *xi = (ley_complex){c->eta * phase.re, c->eta * phase.im};
    if (!s->displacement.at) return;
    ley_complex alpha, spin;
    s->displacement.at(s->displacement.self, t, &alpha, &spin);
    const double n = s->base.blocks.cells;
    beta->re += (c->rotating + c->counter) * alpha.re;
    beta->im += (c->rotating - c->counter) * alpha.im;
    /* The drive moves alpha; of the cells' field it left out the fluctuations only. */
    xi->re = -n * (c->rotating + c->counter) * spin.re;
    xi->im = -n * (c->rotating - c->counter) * spin.im;
}
