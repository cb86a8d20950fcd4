/* GMRES with restarts (Saad, Schultz, SIAM J. Sci. Stat. Comput. 7, 856 (1986)) and BiCGStab (van der Vorst, ibid.
 * 13, 631 (1992)), real vectors, preconditioned from the right so that residuals are those of A x = b. */
#include "propagator/krylov.h"

#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* ---- Vectors, piece by piece ----------------------------------------------------------------------------------
 * What a piece gives does not depend on who computes it, and sums are taken over pieces in order: nothing depends
 * on the number of threads. */

enum { PIECE = 4096, SUMS = 2 };

typedef struct lines {
    const ley_hands *hands;
    ley_index n;
    double *sums; /* [pieces][SUMS] */
} lines;

static ley_index pieces_of(ley_index n) {
    return (n + PIECE - 1) / PIECE;
}

static bool lines_create(lines *l, const ley_linear *linear) {
    *l = (lines){.hands = linear->hands,
                 .n = linear->n,
                 .sums = ley_allocate((size_t)pieces_of(linear->n) * SUMS, sizeof(double))};
    return l->sums != NULL;
}

/* sums of one piece: SUMS numbers, zero before */
typedef void (*line_work)(const void *user, ley_index first, ley_index end, double *sums);

typedef struct line_call {
    const lines *l;
    line_work work;
    const void *user;
} line_call;

static void line_share(void *user, int32_t share, int32_t shares) {
    const line_call *c = user;
    const ley_index pieces = pieces_of(c->l->n), end = ley_share_first(pieces, share + 1, shares);
    for (ley_index i = ley_share_first(pieces, share, shares); i < end; i++) {
        const ley_index last = (i + 1) * PIECE < c->l->n ? (i + 1) * PIECE : c->l->n;
        double *sums = c->l->sums + i * SUMS;
        for (int k = 0; k < SUMS; k++) sums[k] = 0;
        c->work(c->user, i * PIECE, last, sums);
    }
}

static void on_lines(const lines *l, double total[SUMS], line_work work, const void *user) {
    ley_hands_work(l->hands, line_share, &(line_call){.l = l, .work = work, .user = user});
    for (int k = 0; k < SUMS; k++) total[k] = 0;
    for (ley_index i = 0; i < pieces_of(l->n); i++)
        for (int k = 0; k < SUMS; k++) total[k] += l->sums[i * SUMS + k];
}

static double dot_piece(const double *a, const double *b, ley_index n) {
    double sum[4] = {0}; /* four partial sums: shorter chains of additions */
    ley_index i = 0;
    for (; i + 4 <= n; i += 4)
        for (int k = 0; k < 4; k++) sum[k] += a[i + k] * b[i + k];
    for (; i < n; i++) sum[0] += a[i] * b[i];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

typedef struct operands {
    double *y;
    const double *a, *b;
    double factor;
} operands;

static void dot_line(const void *user, ley_index first, ley_index end, double *sums) {
    const operands *o = user;
    sums[0] = dot_piece(o->a + first, o->b + first, end - first);
}

static double dot(const lines *l, const double *a, const double *b) {
    double total[SUMS];
    on_lines(l, total, dot_line, &(operands){.a = a, .b = b});
    return total[0];
}

static void add_line(const void *user, ley_index first, ley_index end, double *sums) {
    const operands *o = user;
    (void)sums;
    for (ley_index i = first; i < end; i++) o->y[i] += o->factor * o->a[i];
}

static void add(const lines *l, double *y, double factor, const double *x) {
    double total[SUMS];
    on_lines(l, total, add_line, &(operands){.y = y, .a = x, .factor = factor});
}

static void scale_line(const void *user, ley_index first, ley_index end, double *sums) {
    const operands *o = user;
    (void)sums;
    for (ley_index i = first; i < end; i++) o->y[i] *= o->factor;
}

static void scale(const lines *l, double *y, double factor) {
    double total[SUMS];
    on_lines(l, total, scale_line, &(operands){.y = y, .factor = factor});
}

static void rest_line(const void *user, ley_index first, ley_index end, double *sums) {
    const operands *o = user;
    for (ley_index i = first; i < end; i++) o->y[i] = o->b[i] - o->y[i];
    sums[0] = dot_piece(o->y + first, o->y + first, end - first);
}

/* r = b - A x; returns its norm. */
static double residual(const lines *l, const ley_linear *linear, double *r, const double *b, const double *x,
                       ley_krylov *krylov) {
    double total[SUMS];
    linear->apply(linear->self, r, x);
    krylov->applies++;
    on_lines(l, total, rest_line, &(operands){.y = r, .b = b});
    return sqrt(total[0]);
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
    lines lines;
} space;

static void space_clear(space *s, int32_t m) {
    for (int32_t i = 0; s->v && i <= m; i++) ley_release(s->v[i]);
    ley_release(s->v);
    ley_release(s->h);
    ley_release(s->cosine);
    ley_release(s->z);
    ley_release(s->lines.sums);
}

static bool space_create(space *s, const ley_linear *linear, int32_t m) {
    *s = (space){.v = ley_allocate((size_t)m + 1, sizeof *s->v),
                 .h = ley_allocate((size_t)(m + 1) * (size_t)m, sizeof(double)),
                 .cosine = ley_allocate(3 * (size_t)m + 1, sizeof(double)),
                 .z = ley_allocate((size_t)linear->n, sizeof(double))};
    if (!lines_create(&s->lines, linear) || !s->v || !s->h || !s->cosine || !s->z) return false;
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
    for (int32_t i = 0; i < k; i++) add(&s->lines, sum, s->g[i], s->v[i]);
    linear->precondition(linear->self, s->z, sum);
    add(&s->lines, x, 1, s->z);
}

ley_status ley_gmres(const ley_linear *linear, double *x, const double *b, ley_krylov *krylov, ley_error *err) {
    const ley_index n = linear->n;
    const int32_t m = krylov->restart;
    ley_status status = LEY_OK;
    space s = {0};
    krylov->applies = 0;
    if (!space_create(&s, linear, m) || !(s.v[0] = ley_allocate((size_t)n, sizeof(double)))) {
        status = short_of_memory(linear, err);
        goto done;
    }
    double before = INFINITY;
    for (;;) {
        krylov->residual = residual(&s.lines, linear, s.v[0], b, x, krylov);
        /* Nothing gained by a whole round: rounding has the last word. */
        if (!(krylov->residual > krylov->tolerance) || krylov->applies >= krylov->limit ||
            krylov->residual > 0.5 * before)
            break;
        before = krylov->residual;
        s.g[0] = krylov->residual;
        scale(&s.lines, s.v[0], 1 / krylov->residual);
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
                s.h[i * m + k] = dot(&s.lines, next, s.v[i]);
                add(&s.lines, next, -s.h[i * m + k], s.v[i]);
            }
            const double length = sqrt(dot(&s.lines, next, next));
            s.h[(k + 1) * m + k] = length;
            if (length > 0) scale(&s.lines, next, 1 / length);
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

typedef struct bicgstab {
    double *x, *r, *shadow, *p, *v, *t, *z;
    double alpha, beta, omega;
} bicgstab;

static void turn_line(const void *user, ley_index first, ley_index end, double *sums) {
    const bicgstab *s = user;
    (void)sums;
    for (ley_index i = first; i < end; i++) s->p[i] = s->r[i] + s->beta * (s->p[i] - s->omega * s->v[i]);
}

static void first_line(const void *user, ley_index first, ley_index end, double *sums) {
    const bicgstab *s = user;
    (void)sums;
    for (ley_index i = first; i < end; i++) {
        s->r[i] -= s->alpha * s->v[i];
        s->x[i] += s->alpha * s->z[i];
    }
}

static void compare_line(const void *user, ley_index first, ley_index end, double *sums) {
    const bicgstab *s = user;
    sums[0] = dot_piece(s->t + first, s->t + first, end - first);
    sums[1] = dot_piece(s->t + first, s->r + first, end - first);
}

static void second_line(const void *user, ley_index first, ley_index end, double *sums) {
    const bicgstab *s = user;
    for (ley_index i = first; i < end; i++) {
        s->x[i] += s->omega * s->z[i];
        s->r[i] -= s->omega * s->t[i];
    }
    sums[0] = dot_piece(s->r + first, s->r + first, end - first);
    sums[1] = dot_piece(s->r + first, s->shadow + first, end - first);
}

ley_status ley_bicgstab(const ley_linear *linear, double *x, const double *b, ley_krylov *krylov, ley_error *err) {
    const ley_index n = linear->n;
    ley_status status = LEY_OK;
    double *vectors[LEY_BICGSTAB_VECTORS] = {0};
    lines l;
    krylov->applies = 0;
    if (!lines_create(&l, linear)) status = short_of_memory(linear, err);
    for (int i = 0; i < LEY_BICGSTAB_VECTORS; i++)
        if (!(vectors[i] = ley_allocate((size_t)n, sizeof(double)))) status = short_of_memory(linear, err);
    if (status != LEY_OK) goto done;
    bicgstab s = {.x = x,
                  .r = vectors[0],
                  .shadow = vectors[1],
                  .p = vectors[2],
                  .v = vectors[3],
                  .t = vectors[4],
                  .z = vectors[5],
                  .alpha = 1,
                  .omega = 1};
    double *best = vectors[6], rho = 1, lowest, total[SUMS];
    lowest = krylov->residual = residual(&l, linear, s.r, b, x, krylov);
    double rho_new = lowest * lowest;
    memcpy(s.shadow, s.r, (size_t)n * sizeof *s.r);
    memcpy(best, x, (size_t)n * sizeof *x);
    while (krylov->residual > krylov->tolerance && krylov->applies < krylov->limit) {
        s.beta = rho_new / rho * (s.alpha / s.omega);
        if (!isfinite(s.beta) || rho_new == 0) break;
        on_lines(&l, total, turn_line, &s);
        rho = rho_new;
        linear->precondition(linear->self, s.z, s.p);
        linear->apply(linear->self, s.v, s.z);
        s.alpha = rho / dot(&l, s.shadow, s.v);
        if (!isfinite(s.alpha)) break;
        on_lines(&l, total, first_line, &s);
        linear->precondition(linear->self, s.z, s.r);
        linear->apply(linear->self, s.t, s.z);
        krylov->applies += 2;
        on_lines(&l, total, compare_line, &s);
        s.omega = total[0] > 0 ? total[1] / total[0] : 0;
        on_lines(&l, total, second_line, &s);
        krylov->residual = sqrt(total[0]);
        rho_new = total[1];
        if (krylov->residual < lowest) {
            lowest = krylov->residual;
            memcpy(best, x, (size_t)n * sizeof *x);
        }
        if (krylov->watch && krylov->watch(krylov->user, krylov->residual)) {
            status = stopped(err);
            goto done;
        }
        if (s.omega == 0 || !isfinite(krylov->residual)) break;
    }
    memcpy(x, best, (size_t)n * sizeof *x);
    krylov->residual = residual(&l, linear, s.r, b, x, krylov);
done:
    for (int i = 0; i < LEY_BICGSTAB_VECTORS; i++) ley_release(vectors[i]);
    ley_release(l.sums);
    return status;
}
