#include "generator/half_kernel.h"

#include "core/vector.h"

#include <stddef.h>

/* What acts in H beyond the exchange, which jumps there are, and where the sums of ley_half_call.field come from.
 */
enum { EXCHANGE, DRIVEN, FIELDS, FIELDS_COMPLEX, TURNING }; /* driven: exchange, and xi a' + adjoint */
enum { NO_JUMPS, WITHIN_BLOCK, LOWERING, PUMPED };
enum { TWO_FIELDS = 2, FOUR_FIELDS = 4 }; /* where counter and exchange are alike and real, two of them are equal */

typedef struct factors { /* of one tile, share and al included */
    double a_minus, a_plus, b_minus, b_plus, c_minus, c_plus, d_minus, d_plus; /* of the fields */
    double xr, xi;
} factors;

LEY_INLINE factors factors_of(const ley_half_call *call, const ley_tile *p) {
    const double al = call->al, g = al * call->rotating, c = al * call->counter;
    return (factors){.a_minus = g * p->c_left_minus,
                     .a_plus = c * p->c_left_plus,
                     .b_minus = c * p->c_left_minus,
                     .b_plus = g * p->c_left_plus,
                     .c_minus = g * p->c_right_minus,
                     .c_plus = c * p->c_right_plus,
                     .d_minus = c * p->c_right_minus,
                     .d_plus = g * p->c_right_plus,
                     .xr = al * p->share * call->xi.re,
                     .xi = al * p->share * call->xi.im};
}

/* What stays, and a drive of the cavity, which needs no neighbours but those in n and n'. */
LEY_INLINE void stay_driven(const ley_half_call *call, const ley_tile *p, const int keep) {
    const ptrdiff_t length = call->length;
    const double al = call->al, be = p->share * call->be, ga = p->share * call->ga;
    double *const y = call->y + p->here;
    const double *x = call->x + p->here;
    const double *a = x + p->row_up, *b = x + p->row_down, *c = x + p->column_up, *d = x + p->column_down;
    const double *table_lup = p->table[LEY_HALF_ROOTS_UP_LEFT], *table_ldown = p->table[LEY_HALF_ROOTS_DOWN_LEFT];
    const double *table_rup = p->table[LEY_HALF_ROOTS_UP], *table_rdown = p->table[LEY_HALF_ROOTS_DOWN];
    const double *photons = p->table[LEY_HALF_PHOTONS], *decay = p->table[LEY_HALF_DECAY];
    const double f0 = al * p->share * call->w0 * p->difference, f1 = al * p->share * call->wc;
    const double d0 = al * p->share * p->decay + be, d1 = al * p->share;
    const double xr = al * p->share * call->xi.re, xi = al * p->share * call->xi.im;
    LEY_INDEPENDENT
    for (ptrdiff_t i = 0; i < length; i++) {
        const ptrdiff_t k = i + length;
        const double lu = table_lup[i], ld = table_ldown[i], ru = table_rup[i], rd = table_rdown[i];
        const double ar = lu * a[i], ai = lu * a[k], br = ld * b[i], bi = ld * b[k];
        const double cr = ru * c[i], ci = ru * c[k], dr = rd * d[i], di = rd * d[k];
        const double u = xr * ((ar - cr) + (br - dr)) + xi * ((ai + ci) - (bi + di));
        const double v = xr * ((ai - ci) + (bi - di)) - xi * ((ar + cr) - (br + dr));
        const double f = f0 + f1 * photons[i], loss = d0 + d1 * decay[i];
        const double s = loss * x[i] + f * x[k] + v, t = loss * x[k] - f * x[i] - u;
        y[i] = keep ? s + ga * y[i] : s;
        y[k] = keep ? t + ga * y[k] : t;
    }
}

/* With S = H rho - rho H the derivative is T - i S, T the dissipators: real parts take imaginary ones of S. First
 * loop: y takes what stays at (n, n'), and the fields what leads from there to n + 1, n - 1 (from the left: of a
 * and of a'), n' + 1 and n' - 1 (from the right). Imaginary parts lie `length` doubles behind. */
LEY_INLINE void stay(const ley_half_call *call, const ley_tile *p, const int kind, const int n_fields,
                     const int keep) {
    const ptrdiff_t length = call->length;
    const double al = call->al, be = p->share * call->be, ga = p->share * call->ga;
    double *const y = call->y + p->here;
    const double *x = call->x + p->here;
    const double *lm = call->x + p->left_minus, *lp = call->x + p->left_plus;
    const double *rm = call->x + p->right_minus, *rp = call->x + p->right_plus;
    const double *photons = p->table[LEY_HALF_PHOTONS], *decay = p->table[LEY_HALF_DECAY];
    const double f0 = al * p->share * call->w0 * p->difference, f1 = al * p->share * call->wc;
    const double d0 = al * p->share * p->decay + be, d1 = al * p->share;
    if (kind == EXCHANGE) {
        LEY_INDEPENDENT
        for (ptrdiff_t i = 0; i < length; i++) {
            const ptrdiff_t k = i + length;
            const double f = f0 + f1 * photons[i], d = d0 + d1 * decay[i];
            const double s = d * x[i] + f * x[k], t = d * x[k] - f * x[i];
            y[i] = keep ? s + ga * y[i] : s;
            y[k] = keep ? t + ga * y[k] : t;
        }
        return;
    }
    const factors c = factors_of(call, p);
    double *const fa = call->field[0] + p->inside, *const fb = call->field[1] + p->inside;
    double *const fc = call->field[2] + p->inside, *const fd = call->field[3] + p->inside;
    const double br = al * call->beta.re, bi = al * call->beta.im;
    const double e1 = br * p->c_left_minus, e2 = br * p->c_left_plus;
    const double e3 = br * p->c_right_minus, e4 = br * p->c_right_plus;
    const double i1 = bi * p->c_left_minus, i2 = -bi * p->c_left_plus;
    const double i3 = -bi * p->c_right_minus, i4 = bi * p->c_right_plus;
    const double turn = al * call->turn_cos, side = al * call->turn_sin; /* B without the coupling */
    const double t1 = turn * p->c_left_minus, t2 = turn * p->c_left_plus;
    const double t3 = turn * p->c_right_minus, t4 = turn * p->c_right_plus;
    const double s1 = side * p->c_left_minus, s2 = side * p->c_left_plus;
    const double s3 = side * p->c_right_minus, s4 = side * p->c_right_plus;
    const double coupling = call->rotating, beta = call->beta.re;
    LEY_INDEPENDENT
    for (ptrdiff_t i = 0; i < length; i++) {
        const ptrdiff_t k = i + length;
        const double f = f0 + f1 * photons[i], d = d0 + d1 * decay[i];
        const double xu = x[i], xv = x[k];
        double u, v;
        if (kind == TURNING) {
            const double lmu = lm[i], lmv = lm[k], lpu = lp[i], lpv = lp[k];
            const double rmu = rm[i], rmv = rm[k], rpu = rp[i], rpv = rp[k];
            const double lu = (t1 * lmu + t2 * lpu) - (s1 * lmv - s2 * lpv);
            const double lv = (t1 * lmv + t2 * lpv) + (s1 * lmu - s2 * lpu);
            const double ru = (t3 * rmu + t4 * rpu) + (s3 * rmv - s4 * rpv);
            const double rv = (t3 * rmv + t4 * rpv) - (s3 * rmu - s4 * rpu);
            fa[i] = coupling * lu + c.xr * xu, fa[k] = coupling * lv + c.xr * xv;
            fc[i] = coupling * ru + c.xr * xu, fc[k] = coupling * rv + c.xr * xv;
            u = f * xu + beta * (lu - ru);
            v = f * xv + beta * (lv - rv);
        } else if (n_fields == TWO_FIELDS) {
            const double lu = c.a_minus * lm[i] + c.a_plus * lp[i], lv = c.a_minus * lm[k] + c.a_plus * lp[k];
            const double ru = c.c_minus * rm[i] + c.c_plus * rp[i], rv = c.c_minus * rm[k] + c.c_plus * rp[k];
            fa[i] = lu + c.xr * xu, fa[k] = lv + c.xr * xv;
            fc[i] = ru + c.xr * xu, fc[k] = rv + c.xr * xv;
            u = f * xu + call->beta_over_coupling * (lu - ru);
            v = f * xv + call->beta_over_coupling * (lv - rv);
        } else {
            const double lmu = lm[i], lmv = lm[k], lpu = lp[i], lpv = lp[k];
            const double rmu = rm[i], rmv = rm[k], rpu = rp[i], rpv = rp[k];
            double au = c.a_minus * lmu + c.a_plus * lpu + c.xr * xu;
            double av = c.a_minus * lmv + c.a_plus * lpv + c.xr * xv;
            double bu = c.b_minus * lmu + c.b_plus * lpu + c.xr * xu;
            double bv = c.b_minus * lmv + c.b_plus * lpv + c.xr * xv;
            double cu = c.c_minus * rmu + c.c_plus * rpu + c.xr * xu;
            double cv = c.c_minus * rmv + c.c_plus * rpv + c.xr * xv;
            double du = c.d_minus * rmu + c.d_plus * rpu + c.xr * xu;
            double dv = c.d_minus * rmv + c.d_plus * rpv + c.xr * xv;
            u = f * xu + (e1 * lmu + e2 * lpu) - (e3 * rmu + e4 * rpu);
            v = f * xv + (e1 * lmv + e2 * lpv) - (e3 * rmv + e4 * rpv);
            if (kind == FIELDS_COMPLEX) { /* times i: real parts take imaginary ones */
                u -= (i1 * lmv + i2 * lpv) - (i3 * rmv + i4 * rpv);
                v += (i1 * lmu + i2 * lpu) - (i3 * rmu + i4 * rpu);
                au += c.xi * xv, av -= c.xi * xu;
                bu -= c.xi * xv, bv += c.xi * xu;
                cu -= c.xi * xv, cv += c.xi * xu;
                du += c.xi * xv, dv -= c.xi * xu;
            }
            fa[i] = au, fa[k] = av, fb[i] = bu, fb[k] = bv;
            fc[i] = cu, fc[k] = cv, fd[i] = du, fd[k] = dv;
        }
        const double s = d * xu + v, t = d * xv - u;
        y[i] = keep ? s + ga * y[i] : s;
        y[k] = keep ? t + ga * y[k] : t;
    }
}

/* Second loop: what comes from n +- 1 and n' +- 1, out of the fields, or out of the neighbours where each field is
 * one of them; and the jumps. */
LEY_INLINE void arrive(const ley_half_call *call, const ley_tile *p, const int kind, const int n_fields,
                       const int jumps) {
    const ptrdiff_t length = call->length;
    const double share = call->al * p->share;
    const double *const base = call->x;
    double *const y = call->y + p->here;
    const double *a, *b, *c, *d;
    double ca = 1, cb = 1, cc = 1, cd = 1;
    if (kind == EXCHANGE) {
        const double g = call->al * call->rotating;
        a = base + p->left_minus, b = base + p->left_plus, c = base + p->right_minus, d = base + p->right_plus;
        ca = g * p->c_left_minus, cb = g * p->c_left_plus, cc = g * p->c_right_minus, cd = g * p->c_right_plus;
    } else {
        a = call->field[0] + p->inside, c = call->field[2] + p->inside;
        b = n_fields == TWO_FIELDS ? a : call->field[1] + p->inside;
        d = n_fields == TWO_FIELDS ? c : call->field[3] + p->inside;
    }
    a += p->row_up, b += p->row_down, c += p->column_up, d += p->column_down;
    const double *x_loss = base + p->here + p->row_up + p->column_up;
    const double *x_gain = base + p->here + p->row_down + p->column_down;
    const double *l0 = base + p->lower[0], *l1 = base + p->lower[1], *l2 = base + p->lower[2];
    const double *r0 = base + p->raise[0], *r1 = base + p->raise[1], *r2 = base + p->raise[2];
    const double *z1 = base + p->stay[0], *z2 = base + p->stay[1];
    const double *table_lup = p->table[LEY_HALF_ROOTS_UP_LEFT], *table_ldown = p->table[LEY_HALF_ROOTS_DOWN_LEFT];
    const double *table_rup = p->table[LEY_HALF_ROOTS_UP], *table_rdown = p->table[LEY_HALF_ROOTS_DOWN];
    const double loss = share * call->loss, gain = share * call->gain, al = call->al;
    const double turn_cos = call->turn_cos, turn_sin = call->turn_sin;
    const double w0 = al * p->c_lower[0], w1 = al * p->c_lower[1], w2 = al * p->c_lower[2];
    const double q0 = al * p->c_raise[0], q1 = al * p->c_raise[1], q2 = al * p->c_raise[2];
    const double o1 = al * p->c_stay[0], o2 = al * p->c_stay[1];
    LEY_INDEPENDENT
    for (ptrdiff_t i = 0; i < length; i++) {
        const ptrdiff_t k = i + length;
        const double lu = table_lup[i], ld = table_ldown[i], ru = table_rup[i], rd = table_rdown[i];
        double u, v;
        if (kind == EXCHANGE) {
            u = (lu * (ca * a[i]) + ld * (cb * b[i])) - (ru * (cc * c[i]) + rd * (cd * d[i]));
            v = (lu * (ca * a[k]) + ld * (cb * b[k])) - (ru * (cc * c[k]) + rd * (cd * d[k]));
        } else if (kind == TURNING) {
            const double au = lu * a[i], av = lu * a[k], bu = ld * b[i], bv = ld * b[k];
            const double cu = ru * c[i], cv = ru * c[k], du = rd * d[i], dv = rd * d[k];
            u = turn_cos * ((au + bu) - (cu + du)) + turn_sin * ((av - bv) + (cv - dv));
            v = turn_cos * ((av + bv) - (cv + dv)) - turn_sin * ((au - bu) + (cu - du));
        } else {
            u = (lu * a[i] + ld * b[i]) - (ru * c[i] + rd * d[i]);
            v = (lu * a[k] + ld * b[k]) - (ru * c[k] + rd * d[k]);
        }
        const double lost = loss * lu * ru;
        double s = y[i] + v + lost * x_loss[i], t = y[k] - u + lost * x_loss[k];
        if (jumps >= WITHIN_BLOCK) s += w0 * l0[i], t += w0 * l0[k];
        if (jumps >= LOWERING) {
            s += (w1 * l1[i] + w2 * l2[i]) + (o1 * z1[i] + o2 * z2[i]);
            t += (w1 * l1[k] + w2 * l2[k]) + (o1 * z1[k] + o2 * z2[k]);
        }
        if (jumps >= PUMPED) {
            const double gained = gain * ld * rd;
            s += q0 * r0[i] + q1 * r1[i] + q2 * r2[i] + gained * x_gain[i];
            t += q0 * r0[k] + q1 * r1[k] + q2 * r2[k] + gained * x_gain[k];
        }
        y[i] = s;
        y[k] = t;
    }
}

LEY_INLINE void stay_any(const ley_half_call *call, const ley_tile *p, const int keep, int kind, int n_fields) {
    if (kind == EXCHANGE)
        stay(call, p, EXCHANGE, FOUR_FIELDS, keep);
    else if (kind == DRIVEN)
        stay_driven(call, p, keep);
    else if (kind == TURNING)
        stay(call, p, TURNING, TWO_FIELDS, keep);
    else if (n_fields == TWO_FIELDS)
        stay(call, p, FIELDS, TWO_FIELDS, keep);
    else if (kind == FIELDS)
        stay(call, p, FIELDS, FOUR_FIELDS, keep);
    else
        stay(call, p, FIELDS_COMPLEX, FOUR_FIELDS, keep);
}

LEY_INLINE void arrive_any(const ley_half_call *call, const ley_tile *p, const int kind, int n_fields, int jumps) {
    switch (jumps) {
    case NO_JUMPS:
        arrive(call, p, kind, n_fields, NO_JUMPS);
        break;
    case WITHIN_BLOCK:
        arrive(call, p, kind, n_fields, WITHIN_BLOCK);
        break;
    case LOWERING:
        arrive(call, p, kind, n_fields, LOWERING);
        break;
    default:
        arrive(call, p, kind, n_fields, PUMPED);
        break;
    }
}

/* What the next panel writes, and the neighbour that it is the first to read, are asked for while this one is at
 * work: panels lie too far apart, and are too short, for the processor to see them coming. */
LEY_INLINE void announce(const ley_half_call *call, const ley_tile *next, int n_tiles, bool jumps) {
    enum { LINE = 8 };
    const double *y = call->y + next->here, *x = call->x + (jumps ? next->lower[0] : next->left_plus);
    for (ley_index i = 0; i < 2 * call->length * n_tiles; i += LINE) {
        __builtin_prefetch(y + i, 1);
        __builtin_prefetch(x + i, 0);
    }
}

/* One specialisation of the loops for each kind of run: what is absent costs nothing. */
LEY_CLONES void ley_half_tiles(const ley_half_call *call, const ley_tile *tiles, ley_index n_panels, int n_tiles) {
    const ley_complex beta = call->beta, xi = call->xi;
    const bool linear = beta.re != 0 || xi.re != 0, complex = beta.im != 0 || xi.im != 0;
    const bool driven = beta.re == 0 && beta.im == 0 && call->counter == 0 && (linear || complex);
    const int kind = call->turning                  ? TURNING
                     : driven                       ? DRIVEN
                     : complex                      ? FIELDS_COMPLEX
                     : linear || call->counter != 0 ? FIELDS
                                                    : EXCHANGE;
    const int n_fields = call->turning || (!complex && call->counter == call->rotating && call->rotating != 0)
                             ? TWO_FIELDS
                             : FOUR_FIELDS;
    const int jumps = call->pumped ? PUMPED : call->local ? LOWERING : call->jumps ? WITHIN_BLOCK : NO_JUMPS;
    if (n_tiles == 1 && kind >= FIELDS && n_fields == TWO_FIELDS && call->rotating != 0) {
        ley_half_rows(call, tiles, n_panels);
        return;
    }
    for (ley_index i = 0; i < n_panels; i++) {
        const ley_tile *p = tiles + i * n_tiles;
        if (i + 1 < n_panels) announce(call, p + n_tiles, n_tiles, jumps != NO_JUMPS);
        for (int k = 0; k < n_tiles; k++) {
            if (call->ga != 0)
                stay_any(call, &p[k], 1, kind, n_fields);
            else
                stay_any(call, &p[k], 0, kind, n_fields);
        }
        for (int k = 0; k < n_tiles; k++) {
            if (kind <= DRIVEN)
                arrive_any(call, &p[k], EXCHANGE, n_fields, jumps);
            else if (kind == TURNING)
                arrive_any(call, &p[k], TURNING, TWO_FIELDS, jumps);
            else
                arrive_any(call, &p[k], FIELDS, n_fields, jumps);
        }
    }
}
