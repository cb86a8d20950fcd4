/* The two loops of half_kernel.c where each panel is one tile and two fields are enough, with real coefficients or
 * in a turning frame, row by row: what depends on n alone stands in a register, what depends on n' alone in one
 * row. */
#include "generator/half_kernel.h"

#include "core/vector.h"

#include <stddef.h>

/* Four numbers anywhere in memory; processors with shorter registers take two. */
typedef double four __attribute__((vector_size(32), aligned(8), may_alias));
enum { FOUR = 4, LINE = 8 };

/* Four columns of what depends on n' alone. */
typedef struct column {
    four up, down, number, decay; /* sqrt(n'+1), sqrt(n'), -n', losses */
} column;

enum { NO_JUMPS, WITHIN_BLOCK, LOWERING, PUMPED };

/* No functions: how they would be given vectors differs from processor to processor. */
#define AT(place)     (*(const four *)(place))
#define PUT(place, z) (*(four *)(place) = (z))
/* Hides that a place lies at a constant distance from others: a compiler that knows holds an address of its own for
 * both parts of every array, more than there are registers. */
#define APART(place) __asm__("" : "+r"(place))

LEY_INLINE void panel(const ley_half_call *call, const ley_tile *p, const ley_tile *next, const column *columns,
                      const int jumps, const int keep, const int turning) {
    const ptrdiff_t width = p->row_up, rows = call->length / width, im = call->length;
    const double al = call->al, g = al * call->rotating, share = al * p->share;
    const double am = g * p->c_left_minus, ap = g * p->c_left_plus;
    const double cm = g * p->c_right_minus, cp = g * p->c_right_plus, xr = share * call->xi.re;
    const double beta = call->beta_over_coupling, ga = p->share * call->ga;
    const double f1 = share * call->wc, f0 = share * call->w0 * p->difference;
    const double d0 = share * p->decay + p->share * call->be;
    const double w0 = al * p->c_lower[0], w1 = al * p->c_lower[1], w2 = al * p->c_lower[2];
    const double q0 = al * p->c_raise[0], q1 = al * p->c_raise[1], q2 = al * p->c_raise[2];
    const double o1 = al * p->c_stay[0], o2 = al * p->c_stay[1];
    const double *table_up = p->table[LEY_HALF_ROOTS_UP_LEFT], *table_down = p->table[LEY_HALF_ROOTS_DOWN_LEFT];
    const double *table_decay = p->table[LEY_HALF_DECAY];
    const double *x = call->x + p->here, *lm = call->x + p->left_minus, *lp = call->x + p->left_plus;
    const double *rm = call->x + p->right_minus, *rp = call->x + p->right_plus;
    const double *l0 = call->x + p->lower[0], *l1 = call->x + p->lower[1], *l2 = call->x + p->lower[2];
    const double *r0 = call->x + p->raise[0], *r1 = call->x + p->raise[1], *r2 = call->x + p->raise[2];
    const double *z1 = call->x + p->stay[0], *z2 = call->x + p->stay[1];
    double *y = call->y + p->here;
    const double turn_cos = call->turn_cos, turn_sin = call->turn_sin;
    double *left = call->field[0], *right = call->field[2];

    if (turning) {
        const double t1 = turn_cos * am, t2 = turn_cos * ap, t3 = turn_cos * cm, t4 = turn_cos * cp;
        const double s1 = turn_sin * am, s2 = turn_sin * ap, s3 = turn_sin * cm, s4 = turn_sin * cp;
        for (ptrdiff_t i = 0; i < im; i += FOUR) {
            ptrdiff_t k = i + im;
            APART(k);
            const four lmu = AT(lm + i), lmv = AT(lm + k), lpu = AT(lp + i), lpv = AT(lp + k);
            const four own_u = xr * AT(x + i), own_v = xr * AT(x + k);
            PUT(left + i, (t1 * lmu + (t2 * lpu + own_u)) - (s1 * lmv - s2 * lpv));
            PUT(left + k, (t1 * lmv + (t2 * lpv + own_v)) + (s1 * lmu - s2 * lpu));
            const four rmu = AT(rm + i), rmv = AT(rm + k), rpu = AT(rp + i), rpv = AT(rp + k);
            PUT(right + i, (t3 * rmu + (t4 * rpu + own_u)) + (s3 * rmv - s4 * rpv));
            PUT(right + k, (t3 * rmv + (t4 * rpv + own_v)) - (s3 * rmu - s4 * rpu));
        }
    } else {
        for (ptrdiff_t i = 0; i < 2 * im; i += FOUR) {
            const four own = xr * AT(x + i);
            PUT(left + i, am * AT(lm + i) + (ap * AT(lp + i) + own));
            PUT(right + i, cm * AT(rm + i) + (cp * AT(rp + i) + own));
        }
    }
    if (jumps >= LOWERING) {
        for (ptrdiff_t i = 0; i < 2 * im; i += FOUR) {
            four sum = (w0 * AT(l0 + i) + w1 * AT(l1 + i)) + (w2 * AT(l2 + i) + o1 * AT(z1 + i)) + o2 * AT(z2 + i);
            if (jumps >= PUMPED) sum += q0 * AT(r0 + i) + q1 * AT(r1 + i) + q2 * AT(r2 + i);
            if (keep) sum += ga * AT(y + i);
            PUT(y + i, sum);
        }
    }
    /* What the next panel writes, and the neighbour that it is the first to read, come from beyond the caches. */
    const double *y_next = call->y + next->here, *x_next = call->x + (jumps ? next->lower[0] : next->left_plus);
    for (ptrdiff_t n = 0; n < rows; n++) {
        const double up = table_up[n * width], down = table_down[n * width];
        const double fn = f0 + f1 * (double)n, dn = d0 + share * (table_decay[n * width] - table_decay[0]);
        const double loss = share * call->loss * up, gain = share * call->gain * down;
        const column *c = columns;
        const ptrdiff_t end = (n + 1) * width;
        for (ptrdiff_t i = n * width; i < end; i += FOUR, c++) {
            ptrdiff_t k = i + im;
            APART(k);
            __builtin_prefetch(y_next, 1), y_next += LINE;
            __builtin_prefetch(x_next, 0), x_next += LINE;
            const four xu = AT(x + i), xv = AT(x + k);
            const four f = fn + f1 * c->number, d = dn + share * c->decay;
            four u = f * xu + beta * (AT(left + i) - AT(right + i));
            four v = f * xv + beta * (AT(left + k) - AT(right + k));
            if (turning) {
                const four au = up * AT(left + i + width), bu = down * AT(left + i - width);
                const four av = up * AT(left + k + width), bv = down * AT(left + k - width);
                const four cu = c->up * AT(right + i + 1), du = c->down * AT(right + i - 1);
                const four cv = c->up * AT(right + k + 1), dv = c->down * AT(right + k - 1);
                u += turn_cos * ((au + bu) - (cu + du)) + turn_sin * ((av - bv) + (cv - dv));
                v += turn_cos * ((av + bv) - (cv + dv)) - turn_sin * ((au - bu) + (cu - du));
            } else {
                u += up * AT(left + i + width) + down * AT(left + i - width);
                v += up * AT(left + k + width) + down * AT(left + k - width);
                u -= c->up * AT(right + i + 1) + c->down * AT(right + i - 1);
                v -= c->up * AT(right + k + 1) + c->down * AT(right + k - 1);
            }
            const four lost = loss * c->up;
            four s = d * xu + v + lost * AT(x + i + width + 1), t = d * xv - u + lost * AT(x + k + width + 1);
            if (jumps == WITHIN_BLOCK) s += w0 * AT(l0 + i), t += w0 * AT(l0 + k);
            if (jumps >= PUMPED) {
                const four gained = gain * c->down;
                s += gained * AT(x + i - width - 1), t += gained * AT(x + k - width - 1);
            }
            if (jumps >= LOWERING)
                s += AT(y + i), t += AT(y + k);
            else if (keep)
                s += ga * AT(y + i), t += ga * AT(y + k);
            PUT(y + i, s);
            PUT(y + k, t);
        }
    }
}

LEY_INLINE void panels(const ley_half_call *call, const ley_tile *tiles, ley_index n_panels, const column *columns,
                       const int jumps) {
    for (ley_index i = 0; i < n_panels; i++) {
        const ley_tile *p = tiles + i, *next = i + 1 < n_panels ? p + 1 : p;
        if (call->turning && call->ga != 0)
            panel(call, p, next, columns, jumps, 1, 1);
        else if (call->turning)
            panel(call, p, next, columns, jumps, 0, 1);
        else if (call->ga != 0)
            panel(call, p, next, columns, jumps, 1, 0);
        else
            panel(call, p, next, columns, jumps, 0, 0);
    }
}

LEY_CLONES void ley_half_rows(const ley_half_call *call, const ley_tile *tiles, ley_index n_panels) {
    if (n_panels == 0) return;
    const ptrdiff_t width = tiles->row_up;
    column *columns = (column *)call->field[1]; /* free: the fields are two */
    const double *const *table = tiles->table;
    for (ptrdiff_t q = 0; q < width / FOUR; q++)
        columns[q] = (column){.up = AT(table[LEY_HALF_ROOTS_UP] + q * FOUR),
                              .down = AT(table[LEY_HALF_ROOTS_DOWN] + q * FOUR),
                              .number = AT(table[LEY_HALF_PHOTONS] + q * FOUR),
                              .decay = AT(table[LEY_HALF_DECAY] + q * FOUR)};
    if (call->pumped)
        panels(call, tiles, n_panels, columns, PUMPED);
    else if (call->local)
        panels(call, tiles, n_panels, columns, LOWERING);
    else if (call->jumps)
        panels(call, tiles, n_panels, columns, WITHIN_BLOCK);
    else
        panels(call, tiles, n_panels, columns, NO_JUMPS);
}
