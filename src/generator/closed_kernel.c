#include "generator/closed_kernel.h"

#include "core/vector.h"

#include <stddef.h>

/* Four numbers anywhere in memory; processors with shorter registers take two. */
typedef double four __attribute__((vector_size(32), aligned(8), may_alias));
enum { FOURS = 8 }; /* that are summed at once: addresses and factors are read once for all */

#define EACH      _Pragma("GCC unroll 8") for (int q = 0; q < n_fours; q++)
#define AT(place) ((const four *)(place))[q]

/* What depends on K along a row, at the four that comes next. */
typedef struct along {
    four n, np, diagonal; /* n + 1, n' + 1 */
} along;

/* n_fours fours of a row from K on. */
LEY_INLINE along piece(const ley_closed_call *call, const ley_closed_row *r, const ley_index from, along at,
                       const int n_fours, const int mixed, const int keep) {
    const double *plane = call->x + from, *x = plane + r->here;
    double *y = call->y + from + r->here;
    four sum[FOURS];
    {
        const double *left = plane + r->place[0], *right = plane + r->place[1];
        const double c1 = r->c[0], c3 = r->c[1], loss = call->loss_scaled, slope = -4 * call->loss;
        EACH {
            sum[q] = at.diagonal * AT(x);
            sum[q] += at.n * (c1 * AT(left) + (loss * at.np) * AT(x + 1));
            sum[q] += at.np * (c3 * AT(right));
            at.n += 4.0, at.np += 4.0, at.diagonal += slope;
        }
    }
    {
        const double *left = plane + r->place[2], *right = plane + r->place[3];
        const double c2 = r->c[2], c4 = r->c[3];
        EACH sum[q] += c2 * AT(left);
        EACH sum[q] += c4 * AT(right);
    }
    if (call->jumps) {
        const double *a = plane + r->place[4] + 1, *b = plane + r->place[5] + 1, *c = plane + r->place[6] + 1;
        const double *d = plane + r->place[7], *e = plane + r->place[8];
        const double w0 = r->c[4], w1 = r->c[5], w2 = r->c[6], z0 = r->c[7], z1 = r->c[8];
        EACH sum[q] += w0 * AT(a);
        EACH sum[q] += w1 * AT(b);
        EACH sum[q] += w2 * AT(c);
        EACH sum[q] += z0 * AT(d);
        EACH sum[q] += z1 * AT(e);
    }
    if (mixed) {
        const double *other = call->other + from + r->here, co = r->c_other;
        EACH sum[q] += co * AT(other);
    }
    const double al = call->al, ga = call->ga;
    EACH {
        if (keep == 0) ((four *)y)[q] = al * sum[q];
        if (keep == 1) ((four *)y)[q] = AT(y) + al * sum[q];
        if (keep == 2) ((four *)y)[q] = ga * AT(y) + al * sum[q];
    }
    return at;
}

/* Rows are multiples of eight long. */
LEY_INLINE void row(const ley_closed_call *call, const ley_closed_row *r, const double shift, const int mixed,
                    const int keep) {
    static const four steps = {1, 2, 3, 4};
    const double apart = r->e - r->right, loss = call->loss;
    ley_index k = r->begin;
    along at = {.n = steps + (double)(k - r->e)};
    at.np = at.n + apart;
    at.diagonal = (r->still + shift + loss * (1 - 0.5 * apart)) - loss * at.n;
    for (; k + 4 * FOURS <= r->end; k += 4 * FOURS) at = piece(call, r, k, at, FOURS, mixed, keep);
    if (k + 16 <= r->end) {
        at = piece(call, r, k, at, 4, mixed, keep);
        k += 16;
    }
    if (k < r->end) piece(call, r, k, at, 2, mixed, keep);
}

/* One specialisation of the loop for each kind of run: what is absent costs nothing. */
LEY_CLONES void ley_closed_rows(const ley_closed_call *call, const ley_closed_row *rows, ley_index n_rows) {
    const int kind = (call->mixed ? 3 : 0) + (call->ga == 0 ? 0 : call->ga == 1 ? 1 : 2);
    const double shift = call->be / call->al;
    for (ley_index i = 0; i < n_rows; i++) switch (kind) {
        case 0:
            row(call, &rows[i], shift, 0, 0);
            break;
        case 1:
            row(call, &rows[i], shift, 0, 1);
            break;
        case 2:
            row(call, &rows[i], shift, 0, 2);
            break;
        case 3:
            row(call, &rows[i], shift, 1, 0);
            break;
        case 4:
            row(call, &rows[i], shift, 1, 1);
            break;
        default:
            row(call, &rows[i], shift, 1, 2);
            break;
        }
}
