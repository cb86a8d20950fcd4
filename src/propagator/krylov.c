/* GMRES with restarts (Saad, Schultz, SIAM J. Sci. Stat. Comput. 7, 856 (1986)) and BiCGStab (van der Vorst, ibid.
 * 13, 631 (1992)), real vectors, preconditioned from the right so that residuals are those of A x = b. */
#include "propagator/krylov.h"

#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static double dot(const double *a, const double *b, ley_index n) {
    double sum[4] = {0}; /* four partial sums: shorter chains of additions */
    ley_index i = 0;
    for (; i + 4 <= n; i += 4)
        for (int k = 0; k < 4; k++) sum[k] += a[i + k] * b[i + k];
    for (; i < n; i++) sum[0] += a[i] * b[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void add(double *y, double factor, const double *x, ley_index n) {
    for (ley_index i = 0; i < n; i++) y[i] += factor * x[i];
}

static void scale(double *y, double factor, ley_index n) {
    for (ley_index i = 0; i < n; i++) y[i] *= factor;
}

/* r = b - A x; returns its norm. */
static double residual(const ley_linear *linear, double *r, const double *b, const double *x, ley_krylov *krylov) {
    linear->apply(linear->self, r, x);
    krylov->applies++;
    for (ley_index i = 0; i < linear->n; i++) r[i] = b[i] - r[i];
    return sqrt(dot(r, r, linear->n));
}

static ley_status stopped(ley_error *err) {
    return ley_fail(err, LEY_ERR_STOPPED, "", "stopped while the steady state was looked for");
}

static ley_status short_of_memory(const ley_linear *linear, ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for vectors of %.3g numbers", (double)linear->n);
}

/* ---- GMRES -----------------------------------------------------------------------------------------------------
 */

typedef struct space {
    double **v;            /* [restart + 1] orthonormal */
    double *h;             /* [restart + 1][restart] upper Hessenberg, rotated to triangular */
    double *cosine, *sine; /* [restart] */
    double *g;             /* [restart + 1] right side in the space */
    double *z;             /* preconditioned vector */
} space;

static void space_clear(space *s, int32_t m) {
    for (int32_t i = 0; s->v && i <= m; i++) ley_release(s->v[i]);
    ley_release(s->v);
    ley_release(s->h);
    ley_release(s->cosine);
    ley_release(s->z);
}

static bool space_create(space *s, ley_index n, int32_t m) {
    *s = (space){.v = ley_allocate((size_t)m + 1, sizeof *s->v),
                 .h = ley_allocate((size_t)(m + 1) * (size_t)m, sizeof(double)),
                 .cosine = ley_allocate(3 * (size_t)m + 1, sizeof(double)),
                 .z = ley_allocate((size_t)n, sizeof(double))};
    if (!s->v || !s->h || !s->cosine || !s->z) return false;
    s->sine = s->cosine + m;
    s->g = s->sine + m;
    return true; /* basis vectors come as they are needed: most solutions take few */
}

/* Column k of the Hessenberg matrix: applies the old rotations, makes a new one, returns the new residual. */
static double rotate(space *s, int32_t m, int32_t k) {
    for (int32_t i = 0; i < k; i++) {
        double *a = &s->h[i * m + k], *b = &s->h[(i + 1) * m + k], top = *a;
        *a = s->cosine[i] * top + s->sine[i] * *b;
        *b = s->cosine[i] * *b - s->sine[i] * top;
    }
    double *a = &s->h[k * m + k], *b = &s->h[(k + 1) * m + k], r = hypot(*a, *b);
    s->cosine[k] = r > 0 ? *a / r : 1;
    s->sine[k] = r > 0 ? *b / r : 0;
    *a = r;
    *b = 0;
    s->g[k + 1] = -s->sine[k] * s->g[k];
    s->g[k] *= s->cosine[k];
    return fabs(s->g[k + 1]);
}

/* x += M (sum_k y_k v_k), y from the triangular system. */
static void improve(const ley_linear *linear, space *s, double *x, int32_t m, int32_t k) {
    const ley_index n = linear->n;
    double *sum = s->v[k]; /* the last vector is not needed any more */
    for (int32_t i = k - 1; i >= 0; i--) {
        for (int32_t l = i + 1; l < k; l++) s->g[i] -= s->h[i * m + l] * s->g[l];
        s->g[i] /= s->h[i * m + i];
    }
    memset(sum, 0, (size_t)n * sizeof *sum);
    for (int32_t i = 0; i < k; i++) add(sum, s->g[i], s->v[i], n);
    linear->precondition(linear->self, s->z, sum);
    add(x, 1, s->z, n);
}

ley_status ley_gmres(const ley_linear *linear, double *x, const double *b, ley_krylov *krylov, ley_error *err) {
    const ley_index n = linear->n;
    const int32_t m = krylov->restart;
    ley_status status = LEY_OK;
    space s = {0};
    krylov->applies = 0;
    if (!space_create(&s, n, m) || !(s.v[0] = ley_allocate((size_t)n, sizeof(double)))) {
        status = short_of_memory(linear, err);
        goto done;
    }
    double before = INFINITY;
    for (;;) {
        krylov->residual = residual(linear, s.v[0], b, x, krylov);
        /* Nothing gained by a whole round: rounding has the last word. */
        if (!(krylov->residual > krylov->tolerance) || krylov->applies >= krylov->limit ||
            krylov->residual > 0.5 * before)
            break;
        before = krylov->residual;
        s.g[0] = krylov->residual;
        scale(s.v[0], 1 / krylov->residual, n);
        int32_t k = 0;
        double left = krylov->residual;
        while (k < m && left > 0.5 * krylov->tolerance && krylov->applies < krylov->limit) {
            double *next = s.v[k + 1];
            if (!next && !(next = s.v[k + 1] = ley_allocate((size_t)n, sizeof *next))) {
                status = short_of_memory(linear, err);
                goto done;
            }
            linear->precondition(linear->self, s.z, s.v[k]);
            linear->apply(linear->self, next, s.z);
            krylov->applies++;
            for (int32_t i = 0; i <= k; i++) {
                s.h[i * m + k] = dot(next, s.v[i], n);
                add(next, -s.h[i * m + k], s.v[i], n);
            }
            const double length = sqrt(dot(next, next, n));
            s.h[(k + 1) * m + k] = length;
            if (length > 0) scale(next, 1 / length, n);
            left = rotate(&s, m, k);
            k++;
            if (krylov->watch && krylov->watch(krylov->user, left)) {
                status = stopped(err);
                goto done;
            }
            if (!(length > 0)) break;
        }
        if (k == 0 || !(s.h[(k - 1) * m + k - 1] > 0)) break;
        improve(linear, &s, x, m, k);
    }
done:
    space_clear(&s, m);
    return status;
}

/* ---- BiCGStab --------------------------------------------------------------------------------------------------
 */

ley_status ley_bicgstab(const ley_linear *linear, double *x, const double *b, ley_krylov *krylov, ley_error *err) {
    const ley_index n = linear->n;
    ley_status status = LEY_OK;
    double *vectors[LEY_BICGSTAB_VECTORS] = {0};
    krylov->applies = 0;
    for (int i = 0; i < LEY_BICGSTAB_VECTORS; i++)
        if (!(vectors[i] = ley_allocate((size_t)n, sizeof(double)))) status = short_of_memory(linear, err);
    if (status != LEY_OK) goto done;
    double *r = vectors[0], *shadow = vectors[1], *p = vectors[2], *v = vectors[3], *t = vectors[4],
           *z = vectors[5], *best = vectors[6];
    double rho = 1, alpha = 1, omega = 1, lowest;
    lowest = krylov->residual = residual(linear, r, b, x, krylov);
    memcpy(shadow, r, (size_t)n * sizeof *r);
    memcpy(best, x, (size_t)n * sizeof *x);
    while (krylov->residual > krylov->tolerance && krylov->applies < krylov->limit) {
        const double rho_new = dot(shadow, r, n), beta = rho_new / rho * (alpha / omega);
        if (!isfinite(beta) || rho_new == 0) break;
        for (ley_index i = 0; i < n; i++) p[i] = r[i] + beta * (p[i] - omega * v[i]);
        rho = rho_new;
        linear->precondition(linear->self, z, p);
        linear->apply(linear->self, v, z);
        alpha = rho / dot(shadow, v, n);
        if (!isfinite(alpha)) break;
        add(r, -alpha, v, n);
        add(x, alpha, z, n);
        linear->precondition(linear->self, z, r);
        linear->apply(linear->self, t, z);
        krylov->applies += 2;
        const double size = dot(t, t, n);
        omega = size > 0 ? dot(t, r, n) / size : 0;
        add(x, omega, z, n);
        add(r, -omega, t, n);
        krylov->residual = sqrt(dot(r, r, n));
        if (krylov->residual < lowest) {
            lowest = krylov->residual;
            memcpy(best, x, (size_t)n * sizeof *x);
        }
        if (krylov->watch && krylov->watch(krylov->user, krylov->residual)) {
            status = stopped(err);
            goto done;
        }
        if (omega == 0 || !isfinite(krylov->residual)) break;
    }
    memcpy(x, best, (size_t)n * sizeof *x);
    krylov->residual = residual(linear, r, b, x, krylov);
done:
    for (int i = 0; i < LEY_BICGSTAB_VECTORS; i++) ley_release(vectors[i]);
    return status;
}
