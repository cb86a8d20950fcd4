#include "linalg/arnoldi.h"

#include "core/memory.h"
#include "core/status.h"
#include "linalg/turns.h"

#include <arpack/arpack.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

/* ARPACK keeps the state of an iteration in variables of its own between calls. */
static pthread_mutex_t iteration = PTHREAD_MUTEX_INITIALIZER;

typedef struct workspace {
    double _Complex *v, *workd, *workl, *resid, *workev, *d;
    double *rwork;
    a_int *select;
} workspace;

static void workspace_clear(workspace *w) {
    ley_release(w->v);
    ley_release(w->workd);
    ley_release(w->workl);
    ley_release(w->resid);
    ley_release(w->workev);
    ley_release(w->d);
    ley_release(w->rwork);
    ley_release(w->select);
}

static ley_status workspace_create(workspace *w, ley_index n, ley_index ncv, ley_index lworkl, ley_error *err) {
    const size_t z = sizeof(double _Complex);
    *w = (workspace){.v = ley_allocate((size_t)(n * ncv), z),
                     .workd = ley_allocate(3 * (size_t)n, z),
                     .workl = ley_allocate((size_t)lworkl, z),
                     .resid = ley_allocate((size_t)n, z),
                     .workev = ley_allocate(2 * (size_t)ncv, z),
                     .d = ley_allocate((size_t)ncv + 1, z),
                     .rwork = ley_allocate((size_t)ncv, sizeof(double)),
                     .select = ley_allocate((size_t)ncv, sizeof(a_int))};
    if (w->v && w->workd && w->workl && w->resid && w->workev && w->d && w->rwork && w->select) return LEY_OK;
    return ley_fail(err, LEY_ERR_MEMORY, "eigenvalues", "no memory for %d vectors of %.3g numbers", (int)ncv,
                    (double)n);
}

ley_status ley_arnoldi(ley_complex *values, ley_complex *vectors, ley_index *found, const ley_operator *of,
                       const ley_complex *start, ley_index wanted, double tolerance, int restarts, ley_error *err) {
    const ley_index n = of->n, roomy = 2 * wanted + 20, ncv = roomy < n ? roomy : n;
    const ley_index lworkl = 3 * ncv * ncv + 5 * ncv;
    workspace w = {0};
    *found = 0;
    ley_status status = workspace_create(&w, n, ncv, lworkl, err);
    if (status != LEY_OK) goto cleared;
    const a_int size = (a_int)n, nev = (a_int)wanted;
    a_int ido = 0, info = 1, iparam[11] = {1, 0, restarts, 1, 0, 0, 1}, ipntr[14] = {0};
    memcpy(w.resid, start, (size_t)n * sizeof *start);
    pthread_mutex_lock(&iteration);
    for (;;) {
        ley_turn_begin();
        znaupd_c(&ido, "I", size, "LM", nev, tolerance, w.resid, (a_int)ncv, w.v, size, iparam, ipntr, w.workd,
                 w.workl, (a_int)lworkl, w.rwork, &info);
        ley_turn_end();
        if (ido != 1 && ido != -1) break;
        status = of->apply(of->self, (ley_complex *)(w.workd + ipntr[1] - 1),
                           (const ley_complex *)(w.workd + ipntr[0] - 1), err);
        if (status != LEY_OK) goto done;
    }
    if (info < 0 || info == 3) {
        status = ley_fail(err, LEY_ERR_NUMERIC, "eigenvalues", "the iteration failed (ARPACK says %d)", (int)info);
        goto done;
    }
    if (iparam[4] > 0) {
        ley_turn_begin();
        zneupd_c(1, "A", w.select, w.d, w.v, size, 0, w.workev, "I", size, "LM", nev, tolerance, w.resid,
                 (a_int)ncv, w.v, size, iparam, ipntr, w.workd, w.workl, (a_int)lworkl, w.rwork, &info);
        ley_turn_end();
        if (info != 0) {
            status = ley_fail(err, LEY_ERR_NUMERIC, "eigenvalues", "no eigenvectors (ARPACK says %d)", (int)info);
            goto done;
        }
        *found = iparam[4] < wanted ? iparam[4] : wanted;
        memcpy(values, w.d, (size_t)*found * sizeof *values);
        memcpy(vectors, w.v, (size_t)(*found * n) * sizeof *vectors);
    }
done:
    pthread_mutex_unlock(&iteration);
cleared:
    workspace_clear(&w);
    return status;
}

ley_eigenvalue ley_rayleigh(const ley_complex *v, ley_complex *image, ley_index n) {
    double re = 0, im = 0, size = 0, left = 0;
    for (ley_index i = 0; i < n; i++) {
        size += v[i].re * v[i].re + v[i].im * v[i].im;
        re += v[i].re * image[i].re + v[i].im * image[i].im;
        im += v[i].re * image[i].im - v[i].im * image[i].re;
    }
    re /= size;
    im /= size;
    for (ley_index i = 0; i < n; i++) {
        image[i].re -= re * v[i].re - im * v[i].im;
        image[i].im -= re * v[i].im + im * v[i].re;
        left += image[i].re * image[i].re + image[i].im * image[i].im;
    }
    return (ley_eigenvalue){.re = re, .im = im, .residual = sqrt(left / size)};
}
