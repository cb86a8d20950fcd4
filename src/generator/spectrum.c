#include "generator/spectrum.h"

#include "core/memory.h"

#include <math.h>
#include <string.h>

/* By bisection on Sturm counts. */
double ley_tridiagonal_largest(const double *a, const double *b, int32_t n) {
    double low = a[0], high = a[0];
    for (int32_t i = 0; i < n; i++) {
        double radius = (i > 0 ? fabs(b[i - 1]) : 0) + (i + 1 < n ? fabs(b[i]) : 0);
        low = fmax(low, a[i]);
        high = fmax(high, a[i] + radius);
    }
    for (int step = 0; step < 40 && high - low > 1e-6 * (fabs(high) + 1e-300); step++) {
        double middle = 0.5 * (low + high), q = middle - a[0];
        bool above = q < 0; /* some eigenvalue lies above the middle */
        for (int32_t i = 1; i < n && !above; i++) {
            q = middle - a[i] - b[i - 1] * b[i - 1] / (q == 0 ? 1e-300 : q);
            above = q < 0;
        }
        if (above)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static int32_t states_of(const ley_block_energy *h) {
    return h->states > 0 ? h->states : h->two_j + 1;
}

/* y = H x, vectors [i_m][n] of complex numbers. */
static void apply(const ley_block_energy *h, ley_complex *y, const ley_complex *x) {
    const int32_t levels = h->levels, d = states_of(h);
    const double *minus = h->block->minus, *plus = h->block->plus;
    const ley_complex beta = h->beta, xi = h->xi;
    for (int32_t i = 0; i < d; i++)
        for (int32_t n = 0; n < levels; n++) {
            const double up = n + 1 < levels ? sqrt(n + 1.0) : 0, down = sqrt((double)n);
            const ley_complex *at = x + (ley_index)i * levels + n;
            const double energy = h->w0 * (i - 0.5 * h->two_j) + h->wc * n;
            ley_complex sum = {energy * at->re, energy * at->im};
#define ADD(from, factor)                                                                                          \
    do {                                                                                                           \
        sum.re += (factor) * (from)->re;                                                                           \
        sum.im += (factor) * (from)->im;                                                                           \
    } while (0)
#define ADD_COMPLEX(from, number, factor)                                                                          \
    do {                                                                                                           \
        sum.re += (factor) * ((number).re * (from)->re - (number).im * (from)->im);                                \
        sum.im += (factor) * ((number).re * (from)->im + (number).im * (from)->re);                                \
    } while (0)
            const ley_complex beta_star = {beta.re, -beta.im}, xi_star = {xi.re, -xi.im};
            if (i > 0) {
                if (up != 0) ADD(at - levels + 1, h->rotating * minus[i] * up);
                if (n > 0) ADD(at - levels - 1, h->counter * minus[i] * down);
                ADD_COMPLEX(at - levels, beta, minus[i]);
            }
            if (i + 1 < d) {
                if (n > 0) ADD(at + levels - 1, h->rotating * plus[i] * down);
                if (up != 0) ADD(at + levels + 1, h->counter * plus[i] * up);
                ADD_COMPLEX(at + levels, beta_star, plus[i]);
            }
            if (n > 0) ADD_COMPLEX(at - 1, xi, down);
            if (up != 0) ADD_COMPLEX(at + 1, xi_star, up);
#undef ADD
#undef ADD_COMPLEX
            y[(ley_index)i * levels + n] = sum;
        }
}

static double dot(const ley_complex *a, const ley_complex *b, ley_index n) { /* its real part */
    double sum = 0;
    for (ley_index i = 0; i < n; i++) sum += a[i].re * b[i].re + a[i].im * b[i].im;
    return sum;
}

enum { STEPS = 60, FIRST_LOOK = 12, LOOK = 6 };
static const double settled = 2e-3, margin = 1.01; /* change between two looks; what is still missing */

double ley_energy_spread(const ley_block_energy *energy) {
    const ley_index n = (ley_index)states_of(energy) * energy->levels;
    double a[STEPS], minus_a[STEPS], b[STEPS], spread = 0;
    ley_complex *memory = ley_allocate((size_t)n * 3, sizeof *memory);
    if (!memory) return INFINITY;
    ley_complex *before = memory, *v = memory + n, *w = memory + 2 * n;
    uint64_t seed = 1; /* any vector that is orthogonal to no eigenvector */
    for (ley_index i = 0; i < n; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        v[i].re = 0.5 + (double)(seed >> 11) * 0x1p-53;
    }
    double size = sqrt(dot(v, v, n));
    for (ley_index i = 0; i < n; i++) v[i].re /= size;
    for (int step = 0; step < STEPS; step++) {
        apply(energy, w, v);
        a[step] = dot(v, w, n);
        minus_a[step] = -a[step];
        const double last = step > 0 ? b[step - 1] : 0;
        for (ley_index i = 0; i < n; i++) {
            w[i].re -= a[step] * v[i].re + last * before[i].re;
            w[i].im -= a[step] * v[i].im + last * before[i].im;
        }
        b[step] = sqrt(dot(w, w, n));
        const bool invariant = step + 1 >= n || b[step] < 1e-12 * (fabs(a[step]) + last);
        if (invariant || step + 1 == STEPS || (step >= FIRST_LOOK && (step - FIRST_LOOK) % LOOK == 0)) {
            double now = ley_tridiagonal_largest(a, b, step + 1) + ley_tridiagonal_largest(minus_a, b, step + 1);
            bool done = invariant || now - spread < settled * now;
            spread = now;
            if (done) break;
        }
        for (ley_index i = 0; i < n; i++) {
            before[i] = v[i];
            v[i] = (ley_complex){w[i].re / b[step], w[i].im / b[step]};
        }
    }
    ley_release(memory);
    return margin * spread;
}
