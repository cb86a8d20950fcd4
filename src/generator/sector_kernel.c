#include "generator/sector_kernel.h"

#include <stddef.h>

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) &&           \
    !defined(__SANITIZE_THREAD__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

/* Rows never overlap: the compiler need not check. */
#if defined(__clang__)
#define NO_ALIASING _Pragma("clang loop vectorize(assume_safety)")
#else
#define NO_ALIASING _Pragma("GCC ivdep")
#endif

#define AT(plane, place) __builtin_assume_aligned((plane) + (place) + begin, 64)

static inline __attribute__((always_inline)) void row(const ley_row_call *call, const ley_row *r, const int pumped,
                                                      const int mixed, const int keep) {
    const ley_index begin = r->begin;
    const int length = (int)(r->end - r->begin) / 8 * 8; /* int: AVX2 cannot turn 64-bit counters into doubles */
    const double *plane = call->x;
    double *restrict y = AT(call->y, r->here);
    const double *x = AT(plane, r->here), *other = AT(call->other, r->here);
    const double *left_minus = AT(plane, r->left_minus), *left_plus = AT(plane, r->left_plus);
    const double *right_minus = AT(plane, r->right_minus), *right_plus = AT(plane, r->right_plus);
    const double *lower0 = AT(plane, r->lower[0]), *lower1 = AT(plane, r->lower[1]),
                 *lower2 = AT(plane, r->lower[2]);
    const double *raise0 = AT(plane, r->raise[0]), *raise1 = AT(plane, r->raise[1]),
                 *raise2 = AT(plane, r->raise[2]);
    const double *stay0 = AT(plane, r->stay[0]), *stay1 = AT(plane, r->stay[1]);
    const double *up1 = r->up1 + begin, *up2 = r->up2 + begin;
    const double *decay1 = r->decay1 + begin, *decay2 = r->decay2 + begin;
    const double c1 = r->c_left_minus, c2 = r->c_left_plus, c3 = r->c_right_minus, c4 = r->c_right_plus;
    const double w0 = r->c_lower[0], w1 = r->c_lower[1], w2 = r->c_lower[2];
    const double p0 = r->c_raise[0], p1 = r->c_raise[1], p2 = r->c_raise[2];
    const double z0 = r->c_stay[0], z1 = r->c_stay[1], co = r->c_other;
    const double slope = r->slope, diagonal = r->diagonal + slope * (double)begin;
    const double loss = r->loss, gain = r->gain, al = call->al, be = call->be, ga = call->ga;
    NO_ALIASING
    for (int i = 0; i < length; i++) {
        double s1 = up1[i], s1m = up1[i - 1], s2 = up2[i], s2m = up2[i - 1];
        double d = diagonal + slope * i;
        if (pumped) d += decay1[i] + decay2[i];
        double t = d * x[i] + s1 * (c1 * left_minus[i] + loss * s2 * x[i + 1]) - s1m * (c2 * left_plus[i]) +
                   s2 * (c3 * right_minus[i]) - s2m * (c4 * right_plus[i]);
        t += w0 * lower0[i + 1] + w1 * lower1[i + 1] + w2 * lower2[i + 1] + z0 * stay0[i] + z1 * stay1[i];
        if (pumped) t += gain * s1m * s2m * x[i - 1] + p0 * raise0[i - 1] + p1 * raise1[i - 1] + p2 * raise2[i - 1];
        if (mixed) t += co * other[i];
        t = al * t + be * x[i];
        y[i] = keep ? t + ga * y[i] : t;
    }
}

/* One specialisation of the loop for each kind of run: what is absent costs nothing. */
CLONES void ley_sector_rows(const ley_row_call *call, const ley_row *rows, ley_index n_rows) {
    int kind = (call->pumped ? 4 : 0) + (call->mixed ? 2 : 0) + (call->ga != 0 ? 1 : 0);
    for (ley_index i = 0; i < n_rows; i++) switch (kind) {
        case 0:
            row(call, &rows[i], 0, 0, 0);
            break;
        case 1:
            row(call, &rows[i], 0, 0, 1);
            break;
        case 2:
            row(call, &rows[i], 0, 1, 0);
            break;
        case 3:
            row(call, &rows[i], 0, 1, 1);
            break;
        case 4:
            row(call, &rows[i], 1, 0, 0);
            break;
        case 5:
            row(call, &rows[i], 1, 0, 1);
            break;
        case 6:
            row(call, &rows[i], 1, 1, 0);
            break;
        default:
            row(call, &rows[i], 1, 1, 1);
            break;
        }
}

static double fold(const double lane[8]) {
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

CLONES double ley_row_sum(const double *row, ley_index n) {
    double lane[8] = {0};
    for (ley_index i = 0; i < n; i += 8)
        for (int k = 0; k < 8; k++) lane[k] += row[i + k];
    return fold(lane);
}

CLONES double ley_row_square(const double *row, ley_index n) {
    double lane[8] = {0};
    for (ley_index i = 0; i < n; i += 8)
        for (int k = 0; k < 8; k++) lane[k] += row[i + k] * row[i + k];
    return fold(lane);
}
