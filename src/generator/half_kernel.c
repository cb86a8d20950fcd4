#include "generator/half_kernel.h"

#include <stddef.h>

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) &&           \
    !defined(__SANITIZE_THREAD__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

/* y overlaps nothing that is read but itself; the many places are more than a compiler finds out. */
#if defined(__GNUC__) && !defined(__clang__)
#define INDEPENDENT _Pragma("GCC ivdep")
#else
#define INDEPENDENT
#endif

#define INLINE static inline __attribute__((always_inline))

/* What of H acts, each with all before it. */
enum { EXCHANGE, COUNTER, LINEAR_REAL, LINEAR_COMPLEX };
enum { NO_JUMPS, LOWERING, PUMPED };

/* With S = H rho - rho H the derivative is T - i S, T the dissipators. Letters: u, v real and imaginary part of S;
 * s, t those of T; l and r act from the left and from the right, up and down on n or n'. Imaginary parts lie
 * `length` doubles behind. */
INLINE void tile(const ley_half_call *call, const ley_tile *p, const int kind, const int jumps, const int keep) {
    const ptrdiff_t length = call->length;
    const double share = p->share, al = call->al, be = share * call->be, ga = share * call->ga;
    const double *const base = call->x;
    double *const y = call->y + p->here;
    const double *x = base + p->here;
    const double *lm_up = base + p->left_minus + p->row_up, *lm_down = base + p->left_minus + p->row_down;
    const double *lp_up = base + p->left_plus + p->row_up, *lp_down = base + p->left_plus + p->row_down;
    const double *rm_up = base + p->right_minus + p->column_up, *rm_down = base + p->right_minus + p->column_down;
    const double *rp_up = base + p->right_plus + p->column_up, *rp_down = base + p->right_plus + p->column_down;
    const double *lm = base + p->left_minus, *lp = base + p->left_plus;
    const double *rm = base + p->right_minus, *rp = base + p->right_plus;
    const double *x_lup = x + p->row_up, *x_ldown = x + p->row_down;
    const double *x_rup = x + p->column_up, *x_rdown = x + p->column_down;
    const double *x_loss = x + p->row_up + p->column_up, *x_gain = x + p->row_down + p->column_down;
    const double *l0 = base + p->lower[0], *l1 = base + p->lower[1], *l2 = base + p->lower[2];
    const double *r0 = base + p->raise[0], *r1 = base + p->raise[1], *r2 = base + p->raise[2];
    const double *z1 = base + p->stay[0], *z2 = base + p->stay[1];
    const double *table_lup = p->table[LEY_HALF_ROOTS_UP_LEFT], *table_ldown = p->table[LEY_HALF_ROOTS_DOWN_LEFT];
    const double *table_rup = p->table[LEY_HALF_ROOTS_UP], *table_rdown = p->table[LEY_HALF_ROOTS_DOWN];
    const double *photons = p->table[LEY_HALF_PHOTONS], *decay = p->table[LEY_HALF_DECAY];

    const double f0 = share * call->w0 * p->difference, f1 = share * call->wc, d0 = share * p->decay;
    const double g = call->rotating, c = call->counter;
    const double a1 = g * p->c_left_minus, a2 = g * p->c_left_plus, a3 = c * p->c_left_minus,
                 a4 = c * p->c_left_plus;
    const double b1 = g * p->c_right_minus, b2 = g * p->c_right_plus, b3 = c * p->c_right_minus,
                 b4 = c * p->c_right_plus;
    const double br = call->beta.re, bi = call->beta.im, xr = share * call->xi.re, xi = share * call->xi.im;
    const double e1 = br * p->c_left_minus, e2 = br * p->c_left_plus;
    const double e3 = br * p->c_right_minus, e4 = br * p->c_right_plus;
    const double i1 = bi * p->c_left_minus, i2 = -bi * p->c_left_plus;
    const double i3 = -bi * p->c_right_minus, i4 = bi * p->c_right_plus;
    const double loss = share * call->loss, gain = share * call->gain;
    const double w0 = p->c_lower[0], w1 = p->c_lower[1], w2 = p->c_lower[2];
    const double q0 = p->c_raise[0], q1 = p->c_raise[1], q2 = p->c_raise[2];
    const double o1 = p->c_stay[0], o2 = p->c_stay[1];

    INDEPENDENT
    for (ptrdiff_t i = 0; i < length; i++) {
        const ptrdiff_t k = i + length;
        const double f = f0 + f1 * photons[i], d = d0 + share * decay[i];
        const double lu = table_lup[i], ld = table_ldown[i], ru = table_rup[i], rd = table_rdown[i];
        double u_lup = a1 * lm_up[i], v_lup = a1 * lm_up[k], u_ldown = a2 * lp_down[i], v_ldown = a2 * lp_down[k];
        double u_rup = b1 * rm_up[i], v_rup = b1 * rm_up[k], u_rdown = b2 * rp_down[i], v_rdown = b2 * rp_down[k];
        double u = f * x[i], v = f * x[k];
        if (kind >= COUNTER) {
            u_lup += a4 * lp_up[i], v_lup += a4 * lp_up[k];
            u_ldown += a3 * lm_down[i], v_ldown += a3 * lm_down[k];
            u_rup += b4 * rp_up[i], v_rup += b4 * rp_up[k];
            u_rdown += b3 * rm_down[i], v_rdown += b3 * rm_down[k];
        }
        if (kind >= LINEAR_REAL) {
            u += e1 * lm[i] + e2 * lp[i] - e3 * rm[i] - e4 * rp[i];
            v += e1 * lm[k] + e2 * lp[k] - e3 * rm[k] - e4 * rp[k];
            u_lup += xr * x_lup[i], v_lup += xr * x_lup[k];
            u_ldown += xr * x_ldown[i], v_ldown += xr * x_ldown[k];
            u_rup += xr * x_rup[i], v_rup += xr * x_rup[k];
            u_rdown += xr * x_rdown[i], v_rdown += xr * x_rdown[k];
        }
        if (kind >= LINEAR_COMPLEX) { /* times i: real parts take imaginary ones */
            u -= i1 * lm[k] + i2 * lp[k] - i3 * rm[k] - i4 * rp[k];
            v += i1 * lm[i] + i2 * lp[i] - i3 * rm[i] - i4 * rp[i];
            u_lup += xi * x_lup[k], v_lup -= xi * x_lup[i];
            u_ldown -= xi * x_ldown[k], v_ldown += xi * x_ldown[i];
            u_rup -= xi * x_rup[k], v_rup += xi * x_rup[i];
            u_rdown += xi * x_rdown[k], v_rdown -= xi * x_rdown[i];
        }
        u += lu * u_lup + ld * u_ldown - ru * u_rup - rd * u_rdown;
        v += lu * v_lup + ld * v_ldown - ru * v_rup - rd * v_rdown;
        const double lost = loss * lu * ru;
        double s = d * x[i] + lost * x_loss[i], t = d * x[k] + lost * x_loss[k];
        if (jumps >= LOWERING) {
            s += w0 * l0[i] + w1 * l1[i] + w2 * l2[i] + o1 * z1[i] + o2 * z2[i];
            t += w0 * l0[k] + w1 * l1[k] + w2 * l2[k] + o1 * z1[k] + o2 * z2[k];
        }
        if (jumps >= PUMPED) {
            const double gained = gain * ld * rd;
            s += q0 * r0[i] + q1 * r1[i] + q2 * r2[i] + gained * x_gain[i];
            t += q0 * r0[k] + q1 * r1[k] + q2 * r2[k] + gained * x_gain[k];
        }
        s = al * (s + v) + be * x[i];
        t = al * (t - u) + be * x[k];
        y[i] = keep ? s + ga * y[i] : s;
        y[k] = keep ? t + ga * y[k] : t;
    }
}

INLINE void tiles_of_kind(const ley_half_call *call, const ley_tile *tiles, ley_index n_tiles, const int kind,
                          const int jumps, const int keep) {
    for (ley_index i = 0; i < n_tiles; i++) tile(call, &tiles[i], kind, jumps, keep);
}

/* One specialisation of the loop for each kind of run: what is absent costs nothing. */
CLONES void ley_half_tiles(const ley_half_call *call, const ley_tile *tiles, ley_index n_tiles) {
    const ley_complex beta = call->beta, xi = call->xi;
    int kind = call->counter != 0 ? COUNTER : EXCHANGE;
    if (beta.re != 0 || xi.re != 0) kind = LINEAR_REAL;
    if (beta.im != 0 || xi.im != 0) kind = LINEAR_COMPLEX;
    const int jumps = call->pumped ? PUMPED : call->jumps ? LOWERING : NO_JUMPS;
#define KEEP(kind, jumps)                                                                                          \
    if (call->ga != 0)                                                                                             \
        tiles_of_kind(call, tiles, n_tiles, kind, jumps, 1);                                                       \
    else                                                                                                           \
        tiles_of_kind(call, tiles, n_tiles, kind, jumps, 0)
#define JUMPS(kind)                                                                                                \
    if (jumps == NO_JUMPS) {                                                                                       \
        KEEP(kind, NO_JUMPS);                                                                                      \
    } else if (jumps == LOWERING) {                                                                                \
        KEEP(kind, LOWERING);                                                                                      \
    } else {                                                                                                       \
        KEEP(kind, PUMPED);                                                                                        \
    }
    switch (kind) {
    case EXCHANGE:
        JUMPS(EXCHANGE)
        break;
    case COUNTER:
        JUMPS(COUNTER)
        break;
    case LINEAR_REAL:
        JUMPS(LINEAR_REAL)
        break;
    default:
        JUMPS(LINEAR_COMPLEX)
        break;
    }
}
