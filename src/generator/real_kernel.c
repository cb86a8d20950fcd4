#include "generator/real_kernel.h"

#include "core/vector.h"

#include <stddef.h>

/* Four numbers anywhere in memory; processors with shorter registers take two. */
typedef double four __attribute__((vector_size(32), aligned(8), may_alias));
enum { FOUR = 4, MOST = 5 }; /* MOST: fours of a row that are summed at once */

#define EACH      _Pragma("GCC unroll 5") for (int q = 0; q < n_fours; q++)
#define AT(place) ((const four *)(place))[q]

/* n_fours fours of every row, from column `first` on. */
LEY_INLINE void columns(const ley_real_call *call, const ley_real_tile *p, ley_index first, const int n_fours,
                        const int local, const int keep) {
    const ptrdiff_t width = call->width;
    const double al = call->al, g = al * call->g, beta = al * call->beta, xi = al * p->share * call->xi;
    const double lm = p->c_left_minus, lp = p->c_left_plus, rm = p->c_right_minus, rp = p->c_right_plus;
    const double loss = al * p->share * call->loss;
    const double stays = p->share * (al * p->decay + call->be), ga = p->share * call->ga;
    const four *up_right = (const four *)(call->up + first), *down_right = (const four *)(call->down + first),
               *number_right = (const four *)(call->number + first);
    for (ptrdiff_t n = 0; n < call->levels; n++) {
        const ptrdiff_t place = n * width + first;
        const double up = call->up[n], down = call->down[n];
        const double *x = call->x + p->here + place;
        const double *a = call->x + p->left_minus + place, *b = call->x + p->left_plus + place;
        const double *c = call->x + p->right_minus + place, *d = call->x + p->right_plus + place;
        double *y = call->y + p->here + place;
        four sum[MOST], other[MOST];
        const double d0 = stays - 0.5 * loss * (double)n, d1 = -0.5 * loss;
        EACH sum[q] = (d0 + d1 * number_right[q]) * AT(x);
        { /* from n' + 1 */
            const double f = g * rm, h = loss * up;
            EACH other[q] = f * AT(c + 1) - xi * AT(x + 1) + h * AT(x + width + 1);
            EACH sum[q] += up_right[q] * other[q];
        }
        { /* from n' - 1 */
            const double f = g * rp;
            EACH other[q] = xi * AT(x - 1) - f * AT(d - 1);
            EACH sum[q] += down_right[q] * other[q];
        }
        { /* from n + 1, n, n - 1 */
            const double f = g * lm * up, h = beta * lm, k = xi * up;
            EACH sum[q] += f * AT(a + width) + h * AT(a) - k * AT(x + width);
        }
        {
            const double f = g * lp * down, h = beta * lp, k = xi * down;
            EACH sum[q] += k * AT(x - width) - f * AT(b - width) - h * AT(b);
        }
        {
            const double f = beta * rm, h = beta * rp;
            EACH sum[q] += f * AT(c) - h * AT(d);
        }
        {
            const double *l = call->x + p->lower[0] + place;
            const double f = al * p->c_lower[0];
            EACH sum[q] += f * AT(l);
        }
        if (local) {
            const double *l = call->x + p->lower[1] + place, *r = call->x + p->lower[2] + place;
            const double *s = call->x + p->stay[0] + place, *t = call->x + p->stay[1] + place;
            const double f = al * p->c_lower[1], h = al * p->c_lower[2];
            const double k = al * p->c_stay[0], m = al * p->c_stay[1];
            EACH sum[q] += f * AT(l) + h * AT(r);
            EACH sum[q] += k * AT(s) + m * AT(t);
        }
        if (keep) EACH sum[q] += ga * AT(y);
        EACH((four *)y)[q] = sum[q];
    }
}

LEY_INLINE void tile(const ley_real_call *call, const ley_real_tile *p, const int local, const int keep) {
    ley_index first = 0, left = call->width / FOUR;
    while (left > 0) { /* widths of 16 to 20 in one go, others in two or more */
        const int take = left <= MOST ? (int)left : left == 6 ? 3 : 4;
        switch (take) {
        case 1:
            columns(call, p, first, 1, local, keep);
            break;
        case 2:
            columns(call, p, first, 2, local, keep);
            break;
        case 3:
            columns(call, p, first, 3, local, keep);
            break;
        case 4:
            columns(call, p, first, 4, local, keep);
            break;
        default:
            columns(call, p, first, 5, local, keep);
            break;
        }
        first += (ley_index)take * FOUR, left -= take;
    }
}

LEY_CLONES void ley_real_tiles(const ley_real_call *call, const ley_real_tile *tiles, ley_index n_tiles) {
    const int keep = call->ga != 0;
    for (ley_index i = 0; i < n_tiles; i++) {
        if (call->local && keep)
            tile(call, &tiles[i], 1, 1);
        else if (call->local)
            tile(call, &tiles[i], 1, 0);
        else if (keep)
            tile(call, &tiles[i], 0, 1);
        else
            tile(call, &tiles[i], 0, 0);
    }
}
