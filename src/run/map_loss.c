#include "run/map_loss.h"

#include "basis/spin.h"
#include "linalg/hermitian.h"

#include <math.h>
#include <string.h>

static const double singular = 1e-11; /* of the largest pivot */

/* generator = change map^-1, by elimination: rows of map and change are inputs, of the generator outputs. false:
 * there is no inverse. */
static bool divide(double *generator, const double *change, const double *map, ley_index n) {
    double a[LEY_MAP_OPS * LEY_MAP_OPS], b[LEY_MAP_OPS * LEY_MAP_OPS], largest = 0; /* a' x' = b' */
    memcpy(a, map, (size_t)(n * n) * sizeof *a);
    memcpy(b, change, (size_t)(n * n) * sizeof *b);
    for (ley_index c = 0; c < n; c++) {
        ley_index pivot = c;
        for (ley_index r = c + 1; r < n; r++)
            if (fabs(a[r * n + c]) > fabs(a[pivot * n + c])) pivot = r;
        largest = fmax(largest, fabs(a[pivot * n + c]));
        if (!(fabs(a[pivot * n + c]) > singular * largest)) return false;
        for (ley_index k = 0; k < n && pivot != c; k++) {
            const double s = a[c * n + k], t = b[c * n + k];
            a[c * n + k] = a[pivot * n + k];
            a[pivot * n + k] = s;
            b[c * n + k] = b[pivot * n + k];
            b[pivot * n + k] = t;
        }
        for (ley_index r = 0; r < n; r++) {
            const double f = a[r * n + c] / a[c * n + c];
            if (r == c || f == 0) continue;
            for (ley_index k = c; k < n; k++) a[r * n + k] -= f * a[c * n + k];
            for (ley_index k = 0; k < n; k++) b[r * n + k] -= f * b[c * n + k];
        }
    }
    for (ley_index r = 0; r < n; r++)
        for (ley_index k = 0; k < n; k++) generator[k * n + r] = b[r * n + k] / a[r * n + r];
    return true;
}

/* What the generator makes of |p><q| of block b, as complex blocks. */
static void image_of(const ley_blocks *blocks, const double *generator, int32_t b, int32_t p, int32_t q,
                     ley_complex *image) {
    const ley_index n = ley_coordinates_count(blocks);
    const int32_t d = ley_spin_two_j(blocks->cells, b) + 1;
    const ley_index at =
        blocks->offset[b] + (p <= q ? ley_coordinates_place(d, p, q) : ley_coordinates_place(d, q, p));
    double v[LEY_MAP_OPS], w[LEY_MAP_OPS];
    ley_complex first[LEY_MAP_OPS], second[LEY_MAP_OPS];
    for (ley_index i = 0; i < n; i++) {
        v[i] = generator[i * n + at];
        w[i] = p == q ? 0 : generator[i * n + at + 1];
    }
    ley_coordinates_matrix(blocks, first, v);
    ley_coordinates_matrix(blocks, second, w);
    for (ley_index i = 0; i < n; i++) { /* |p><q| = (S -+ i A)/sqrt 2 */
        const double s = p == q ? 1 : 1 / sqrt(2), turn = p < q ? -1 / sqrt(2) : 1 / sqrt(2);
        image[i].re = s * first[i].re - (p == q ? 0 : turn * second[i].im);
        image[i].im = s * first[i].im + (p == q ? 0 : turn * second[i].re);
    }
}

static ley_status loss_rate(const ley_blocks *blocks, const double *generator, double *rate, ley_error *err) {
    enum { SIDE = LEY_DIVISIBILITY_CELLS + 1 };
    ley_complex image[LEY_MAP_OPS], choi[SIDE * SIDE * SIDE * SIDE] = {{0, 0}};
    double values[SIDE * SIDE], total = 0;
    int32_t all = 0;
    for (int32_t b = 0; b < blocks->n_blocks; b++) all += ley_spin_two_j(blocks->cells, b) + 1;
    for (int32_t b = 0; b < blocks->n_blocks; b++)
        for (int32_t o = 0; o < blocks->n_blocks; o++) {
            const int32_t d = ley_spin_two_j(blocks->cells, b) + 1, e = ley_spin_two_j(blocks->cells, o) + 1;
            const int32_t side = d * e;
            for (int32_t p = 0; p < d; p++)
                for (int32_t q = 0; q < d; q++) {
                    image_of(blocks, generator, b, p, q, image);
                    for (int32_t r = 0; r < e; r++)
                        for (int32_t s = 0; s < e; s++)
                            choi[(r * d + p) * side + s * d + q] = image[blocks->offset[o] + r * e + s];
                }
            if (o == b) { /* off the entangled state, which the map may only lose from */
                ley_complex row[SIDE * SIDE], both = {0, 0};
                for (int32_t i = 0; i < side; i++) {
                    row[i] = (ley_complex){0, 0};
                    for (int32_t k = 0; k < d; k++) {
                        row[i].re += choi[(k * d + k) * side + i].re / d;
                        row[i].im += choi[(k * d + k) * side + i].im / d;
                    }
                }
                for (int32_t k = 0; k < d; k++) {
                    both.re += row[k * d + k].re / d;
                    both.im += row[k * d + k].im / d;
                }
                for (int32_t i = 0; i < side; i++)
                    for (int32_t k = 0; k < side; k++) {
                        ley_complex *c = &choi[i * side + k];
                        const bool in_i = i / d == i % d, in_k = k / d == k % d;
                        if (in_i) c->re -= row[k].re, c->im -= row[k].im;
                        if (in_k) c->re -= row[i].re, c->im += row[i].im;
                        if (in_i && in_k) c->re += both.re, c->im += both.im;
                    }
            }
            ley_status status = ley_hermitian_values(values, choi, side, err);
            if (status != LEY_OK) return status;
            for (int32_t i = 0; i < side; i++) total += values[i] < 0 ? -2 * values[i] / all : 0;
        }
    *rate = total;
    return LEY_OK;
}

ley_status ley_map_loss(double *rate, const ley_blocks *blocks, const double *map, const double *change,
                        ley_error *err) {
    double generator[LEY_MAP_OPS * LEY_MAP_OPS];
    *rate = INFINITY;
    if (!divide(generator, change, map, ley_coordinates_count(blocks))) return LEY_OK;
    ley_status status = loss_rate(blocks, generator, rate, err);
    if (*rate < 1e-9) *rate = 0; /* rounding of the inverse */
    return status;
}
