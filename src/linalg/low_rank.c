#include "linalg/low_rank.h"

#include "core/memory.h"
#include "core/vector.h"

#include <math.h>
#include <stdint.h>

/* Pivots below this times the largest element are rounding, and no diagonal element falls much below 0. */
static const double rounding = 4.5e-16, negative = 8;
/* What a product with a - L L' may leave, in the same unit, times the number of rows. */
static const double allowed = 32;

/* Columns of L, one after the other: n real parts, then n imaginary ones. */
typedef struct factor {
    ley_index n, rank, most;
    double *column; /* [most][2 n] */
    double *left;   /* [n] of the diagonal */
    double *v, *y;  /* [2 n] */
} factor;

/* y -= x conj(z) */
LEY_CLONES static void subtract(double *restrict y, const double *restrict x, double re, double im, ley_index n) {
    for (ley_index i = 0; i < n; i++) {
        const double a = x[i], b = x[i + n];
        y[i] -= a * re + b * im;
        y[i + n] -= b * re - a * im;
    }
}

/* sum of conj(x) y */
LEY_CLONES static ley_complex product(const double *x, const double *y, ley_index n) {
    enum { SUMS = 4 };
    double re[SUMS] = {0}, im[SUMS] = {0};
    const double *xi = x + n, *yi = y + n;
    ley_index i = 0;
    for (; i + SUMS <= n; i += SUMS)
        for (int k = 0; k < SUMS; k++) {
            re[k] += x[i + k] * y[i + k] + xi[i + k] * yi[i + k];
            im[k] += x[i + k] * yi[i + k] - xi[i + k] * y[i + k];
        }
    for (; i < n; i++) {
        re[0] += x[i] * y[i] + xi[i] * yi[i];
        im[0] += x[i] * yi[i] - xi[i] * y[i];
    }
    return (ley_complex){(re[0] + re[1]) + (re[2] + re[3]), (im[0] + im[1]) + (im[2] + im[3])};
}

/* Column by column, the largest diagonal element first. False: not positive, or of too high a rank. */
static bool decompose(factor *f, const ley_complex *a, double least) {
    const ley_index n = f->n;
    for (;;) {
        ley_index p = 0;
        for (ley_index i = 0; i < n; i++) {
            if (f->left[i] < -negative * least) return false;
            if (f->left[i] > f->left[p]) p = i;
        }
        if (f->left[p] <= least) return true;
        if (f->rank == f->most) return false;
        double *now = f->column + f->rank * 2 * n;
        for (ley_index i = 0; i < n; i++) now[i] = a[p * n + i].re, now[i + n] = -a[p * n + i].im;
        for (ley_index k = 0; k < f->rank; k++) {
            const double *before = f->column + k * 2 * n;
            subtract(now, before, before[p], before[p + n], n);
        }
        const double scale = 1 / sqrt(f->left[p]);
        for (ley_index i = 0; i < n; i++) {
            now[i] *= scale, now[i + n] *= scale;
            f->left[i] -= now[i] * now[i] + now[i + n] * now[i + n];
        }
        f->left[p] = 0;
        f->rank++;
    }
}

/* a v = L L' v for a vector of signs: what is left of a positive matrix lies below its diagonal, which has been
 * looked at; of another matrix it need not. */
static bool is_all(factor *f, const ley_complex *a, double largest) {
    const ley_index n = f->n;
    uint64_t seed = 0x9e3779b97f4a7c15u;
    for (ley_index i = 0; i < n; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        f->v[i] = seed & 0x10000 ? 1 : -1;
        f->v[i + n] = 0;
    }
    for (ley_index i = 0; i < n; i++) {
        double re = 0, im = 0;
        for (ley_index k = 0; k < n; k++) {
            re += a[i * n + k].re * f->v[k];
            im += a[i * n + k].im * f->v[k];
        }
        f->y[i] = re, f->y[i + n] = im;
    }
    for (ley_index k = 0; k < f->rank; k++) {
        const double *column = f->column + k * 2 * n;
        const ley_complex z = product(column, f->v, n);
        subtract(f->y, column, z.re, -z.im, n);
    }
    double square = 0;
    for (ley_index i = 0; i < 2 * n; i++) square += f->y[i] * f->y[i];
    return sqrt(square) <= allowed * rounding * largest * (double)n;
}

bool ley_low_rank(ley_complex **gram, ley_index *rank, const ley_complex *a, ley_index n) {
    factor f = {.n = n, .most = n / 3};
    bool found = false;
    double largest = 0;
    f.column = ley_allocate((size_t)(f.most * 2 * n), sizeof *f.column);
    f.left = ley_allocate((size_t)n, sizeof *f.left);
    f.v = ley_allocate((size_t)(2 * n), sizeof *f.v);
    f.y = ley_allocate((size_t)(2 * n), sizeof *f.y);
    ley_complex *products = NULL;
    if (!f.column || !f.left || !f.v || !f.y) goto done;
    for (ley_index i = 0; i < n; i++) {
        f.left[i] = a[i * (n + 1)].re;
        largest = fmax(largest, f.left[i]);
    }
    if (!(largest > 0) || !decompose(&f, a, rounding * largest) || !is_all(&f, a, largest)) goto done;
    if (!(products = ley_allocate((size_t)(f.rank * f.rank), sizeof *products))) goto done;
    for (ley_index i = 0; i < f.rank; i++)
        for (ley_index k = 0; k <= i; k++) {
            const ley_complex z = product(f.column + i * 2 * n, f.column + k * 2 * n, n);
            products[i * f.rank + k] = z;
            products[k * f.rank + i] = (ley_complex){z.re, -z.im};
        }
    *gram = products;
    *rank = f.rank;
    found = true;
done:
    ley_release(f.column);
    ley_release(f.left);
    ley_release(f.v);
    ley_release(f.y);
    return found;
}
