#include "linalg/phases.h"

#include "core/memory.h"

#include <math.h>

/* An element is known to a few units of its last place, so are the phases taken from elements; what they leave of
 * the imaginary parts, together, in units of the norm of the matrix. Eigenvalues move by no more, and to first
 * order not at all. */
static const double allowed = 4e-15;

static double square(ley_complex z) {
    return z.re * z.re + z.im * z.im;
}

static ley_complex times(ley_complex a, ley_complex b) {
    return (ley_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/* conj(d[i]) a[i][k] d[k] */
static ley_complex turned(const ley_complex *a, const ley_complex *d, ley_index n, ley_index i, ley_index k) {
    return times((ley_complex){d[i].re, -d[i].im}, times(a[i * n + k], d[k]));
}

/* Every row takes its phase from the row to which its largest element leads, among those that have theirs: a
 * spanning tree of the largest elements, for small ones know their phases badly. */
static void find(ley_complex *d, double *largest, ley_index *from, const ley_complex *a, ley_index n) {
    for (ley_index i = 0; i < n; i++) {
        largest[i] = 0; /* negative: has its phase */
        from[i] = -1;
    }
    ley_index i = 0;
    for (ley_index count = 0; count < n; count++) {
        const ley_index j = from[i];
        d[i] = (ley_complex){1, 0};
        if (j >= 0) {
            const double size = sqrt(largest[i]);
            d[i] = times((ley_complex){a[i * n + j].re / size, a[i * n + j].im / size}, d[j]);
        }
        largest[i] = -1;
        ley_index next = -1;
        for (ley_index k = 0; k < n; k++) {
            if (largest[k] < 0) continue;
            const double here = square(a[i * n + k]);
            if (here > largest[k]) {
                largest[k] = here;
                from[k] = i;
            }
            if (next < 0 || largest[k] > largest[next]) next = k;
        }
        i = next;
    }
}

bool ley_phases_remove(ley_complex *a, ley_index n) {
    bool real = false;
    ley_complex *d = ley_allocate((size_t)n, sizeof *d);
    double *largest = ley_allocate((size_t)n, sizeof *largest);
    ley_index *from = ley_allocate((size_t)n, sizeof *from);
    if (!d || !largest || !from) goto done;
    find(d, largest, from, a, n);
    double whole = 0, left = 0;
    for (ley_index i = 0; i < n; i++) {
        const double diagonal = a[i * n + i].re;
        whole += 0.5 * diagonal * diagonal;
        for (ley_index k = 0; k < i; k++) {
            const ley_complex z = turned(a, d, n, i, k);
            whole += square(z);
            left += z.im * z.im;
        }
    }
    if (!(left <= allowed * allowed * whole)) goto done;
    for (ley_index i = 0; i < n; i++)
        for (ley_index k = 0; k < i; k++) a[i * n + k] = a[k * n + i] = (ley_complex){turned(a, d, n, i, k).re, 0};
    real = true;
done:
    ley_release(d);
    ley_release(largest);
    ley_release(from);
    return real;
}
