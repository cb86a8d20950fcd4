#include "generator/sector_kernel.h"

#include "core/vector.h"

#include <stddef.h>

/* Four numbers anywhere in memory; processors with shorter registers take two. */
typedef double four __attribute__((vector_size(32), aligned(8), may_alias));
enum { FOURS = 4 }; /* that are summed at once, term by term: addresses and factors are read once for all */

#define EACH      _Pragma("GCC unroll 4") for (int q = 0; q < n_fours; q++)
#define AT(place) ((const four *)(place))[q]

static const double steps[4 * FOURS] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/* n_fours fours of a row from K on. */
LEY_INLINE void piece(const ley_row_call *call, const ley_row *r, const ley_index from, const int n_fours,
                      const int pumped, const int mixed, const int keep) {
    const double al = call->al, *plane = call->x + from;
    const double *x = plane + r->here, *up1 = r->up1 + from, *up2 = r->up2 + from;
    double *y = call->y + from + r->here;
    four sum[FOURS], part[FOURS];
    {
        const double slope = al * r->slope, diagonal = al * (r->diagonal + r->slope * (double)from) + call->be;
        EACH sum[q] = (diagonal + slope * AT(steps)) * AT(x);
    }
    if (pumped) {
        const double *decay1 = r->decay1 + from, *decay2 = r->decay2 + from;
        EACH sum[q] += (al * (AT(decay1) + AT(decay2))) * AT(x);
    }
    {
        const double *left = plane + r->left_minus, *right = plane + r->right_minus;
        const double c1 = al * r->c_left_minus, c3 = al * r->c_right_minus, loss = al * r->loss;
        EACH part[q] = c1 * AT(left) + (loss * AT(up2)) * AT(x + 1);
        EACH sum[q] += AT(up1) * part[q];
        EACH sum[q] += AT(up2) * (c3 * AT(right));
    }
    {
        const double *left = plane + r->left_plus, *right = plane + r->right_plus;
        const double c2 = al * r->c_left_plus, c4 = al * r->c_right_plus;
        if (pumped) {
            const double gain = al * r->gain;
            EACH part[q] = c2 * AT(left) - (gain * AT(up2 - 1)) * AT(x - 1);
        } else {
            EACH part[q] = c2 * AT(left);
        }
        EACH sum[q] -= AT(up1 - 1) * part[q];
        EACH sum[q] -= AT(up2 - 1) * (c4 * AT(right));
    }
    if (call->jumps) {
        const double *a = plane + r->lower[0] + 1, *b = plane + r->lower[1] + 1, *c = plane + r->lower[2] + 1;
        const double *d = plane + r->stay[0], *e = plane + r->stay[1];
        const double w0 = al * r->c_lower[0], w1 = al * r->c_lower[1], w2 = al * r->c_lower[2];
        const double z0 = al * r->c_stay[0], z1 = al * r->c_stay[1];
        EACH sum[q] += w0 * AT(a) + w1 * AT(b);
        EACH sum[q] += w2 * AT(c) + z0 * AT(d);
        EACH sum[q] += z1 * AT(e);
    }
    if (pumped && call->jumps) {
        const double *a = plane + r->raise[0] - 1, *b = plane + r->raise[1] - 1, *c = plane + r->raise[2] - 1;
        const double p0 = al * r->c_raise[0], p1 = al * r->c_raise[1], p2 = al * r->c_raise[2];
        EACH sum[q] += p0 * AT(a) + p1 * AT(b) + p2 * AT(c);
    }
    if (mixed) {
        const double *other = call->other + from + r->here, co = al * r->c_other;
        EACH sum[q] += co * AT(other);
    }
    if (keep) {
        const double ga = call->ga;
        EACH sum[q] += ga * AT(y);
    }
    EACH((four *)y)[q] = sum[q];
}

/* Rows are multiples of eight long. */
LEY_INLINE void row(const ley_row_call *call, const ley_row *r, const int pumped, const int mixed, const int keep) {
    ley_index k = r->begin;
    for (; k + 4 * FOURS <= r->end; k += 4 * FOURS) piece(call, r, k, FOURS, pumped, mixed, keep);
    if (k < r->end) piece(call, r, k, FOURS / 2, pumped, mixed, keep);
}

/* One specialisation of the loop for each kind of run: what is absent costs nothing. */
LEY_CLONES void ley_sector_rows(const ley_row_call *call, const ley_row *rows, ley_index n_rows) {
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

LEY_CLONES double ley_row_sum(const double *row, ley_index n) {
    double lane[8] = {0};
    for (ley_index i = 0; i < n; i += 8)
        for (int k = 0; k < 8; k++) lane[k] += row[i + k];
    return fold(lane);
}

LEY_CLONES double ley_row_square(const double *row, ley_index n) {
    double lane[8] = {0};
    for (ley_index i = 0; i < n; i += 8)
        for (int k = 0; k < 8; k++) lane[k] += row[i + k] * row[i + k];
    return fold(lane);
}

LEY_CLONES double ley_row_square_weighted(const double *row, const double *left, const double *right, ley_index n) {
    double lane[8] = {0};
    for (ley_index i = 0; i < n; i += 8)
        for (int k = 0; k < 8; k++) lane[k] += (row[i + k] * left[i + k]) * (row[i + k] * right[i + k]);
    return fold(lane);
}

LEY_CLONES double ley_row_dot(const double *row, const double *weight, ley_index n) {
    double lane[8] = {0};
    ley_index i = 0;
    for (; i + 8 <= n; i += 8)
        for (int k = 0; k < 8; k++) lane[k] += row[i + k] * weight[i + k];
    for (int k = 0; i + k < n; k++) lane[k] += row[i + k] * weight[i + k];
    return fold(lane);
}

LEY_CLONES void ley_row_add(double *out, const double *row, ley_index n) {
    LEY_INDEPENDENT
    for (ley_index i = 0; i < n; i++) out[i] += row[i];
}
