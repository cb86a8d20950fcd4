#include "generator/pure_kernel.h"

#include "core/vector.h"

#include <stdbool.h>

/* One row of one plane: factors of its neighbours by one in e, at n + 1, at n - 1 and at n. */
typedef struct row {
    double *out;
    const double *here, *below, *above, *other; /* other: the same row of the other plane */
    double below_up, below_down, below_same, above_up, above_down, above_same;
    double first, step, eta; /* of the other plane */
} row;

/* Number n of a row, with what lies at n + 1 and at n - 1 where there is something. */
LEY_INLINE double number(const ley_pure_call *call, const row *r, ley_index n, const bool up, const bool down,
                         const bool all, const bool other, const bool keep) {
    const double *root = call->root;
    double sum = call->be * r->here[n];
    if (keep) sum += call->ga * r->out[n];
    if (up)
        sum += root[n + 1] * (all ? r->below_up * r->below[n + 1] + r->above_up * r->above[n + 1]
                                  : r->below_up * r->below[n + 1]);
    if (down)
        sum += root[n] * (all ? r->below_down * r->below[n - 1] + r->above_down * r->above[n - 1]
                              : r->above_down * r->above[n - 1]);
    if (all) sum += r->below_same * r->below[n] + r->above_same * r->above[n];
    if (other) {
        sum += (r->first + r->step * (double)n) * r->other[n];
        if (up) sum += r->eta * root[n + 1] * r->other[n + 1];
        if (down) sum += r->eta * root[n] * r->other[n - 1];
    }
    return sum;
}

LEY_INLINE void whole_row(const ley_pure_call *call, const row *r, const bool all, const bool other,
                          const bool keep) {
    const ley_index last = call->levels - 1;
    double *out = r->out;
    if (last == 0) {
        out[0] = number(call, r, 0, false, false, all, other, keep);
        return;
    }
    out[0] = number(call, r, 0, true, false, all, other, keep);
    LEY_INDEPENDENT
    for (ley_index n = 1; n < last; n++) out[n] = number(call, r, n, true, true, all, other, keep);
    out[last] = number(call, r, last, false, true, all, other, keep);
}

LEY_INLINE void any_row(const ley_pure_call *call, const row *r, const bool all, const bool other) {
    if (call->ga != 0)
        whole_row(call, r, all, other, true);
    else
        whole_row(call, r, all, other, false);
}

/* In the gauge what moves excitations is real: from e - 1 with +, from e + 1 with -; -i times the rest turns one
 * plane into the other. */
LEY_CLONES void ley_pure_planes(const ley_pure_call *call) {
    const double al = call->al;
    const bool all = call->counter != 0 || call->omega != 0;
    for (int32_t plane = 0; plane < call->planes; plane++)
        for (int32_t i = 0; i <= call->two_j; i++) {
            const ley_index place = plane * call->plane + i * call->levels;
            const double minus = al * call->minus[i], plus = -al * call->plus[i], sign = plane == 0 ? al : -al;
            const double *here = call->x + place;
            row r = {.out = call->y + place,
                     .here = here,
                     .below = i > 0 ? here - call->levels : here, /* times 0 */
                     .above = i < call->two_j ? here + call->levels : here,
                     .below_up = call->rotating * minus,
                     .below_down = call->counter * minus,
                     .below_same = 0.5 * call->omega * minus,
                     .above_up = call->counter * plus,
                     .above_down = call->rotating * plus,
                     .above_same = 0.5 * call->omega * plus};
            if (call->planes == 2) { /* energies from their middle: a global phase means nothing */
                const double middle = 0.5 * call->wc * (double)(call->levels - 1);
                r.other = call->x + (1 - plane) * call->plane + i * call->levels;
                r.first = sign * (call->w0 * (i - 0.5 * call->two_j) - middle);
                r.step = sign * call->wc;
                r.eta = sign * call->eta;
                any_row(call, &r, true, true);
            } else if (all) {
                any_row(call, &r, true, false);
            } else {
                any_row(call, &r, false, false);
            }
        }
}

LEY_CLONES double ley_pure_square(const double *x, ley_index n) {
    enum { SUMS = 8 };
    double sum[SUMS] = {0}, total = 0;
    ley_index i = 0;
    for (; i + SUMS <= n; i += SUMS)
        for (int lane = 0; lane < SUMS; lane++) sum[lane] += x[i + lane] * x[i + lane];
    for (; i < n; i++) sum[0] += x[i] * x[i];
    for (int lane = 0; lane < SUMS; lane++) total += sum[lane];
    return total;
}

LEY_CLONES double ley_pure_sum(const double *weight, const double *x, const double *y, ley_index n) {
    enum { SUMS = 8 };
    double sum[SUMS] = {0}, total = 0;
    ley_index i = 0;
    for (; i + SUMS <= n; i += SUMS)
        for (int lane = 0; lane < SUMS; lane++) sum[lane] += weight[i + lane] * (x[i + lane] * y[i + lane]);
    for (; i < n; i++) sum[0] += weight[i] * (x[i] * y[i]);
    for (int lane = 0; lane < SUMS; lane++) total += sum[lane];
    return total;
}
