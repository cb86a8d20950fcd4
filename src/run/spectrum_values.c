#include "run/spectrum_values.h"

#include "core/memory.h"
#include "core/status.h"
#include "linalg/arnoldi.h"
#include "linalg/general.h"

#include <math.h>
#include <string.h>

enum { RESTARTS = 60, ATTEMPTS = 6 };

/* Rayleigh quotient and residual of a vector. */
static ley_status judge(ley_spectrum_part *self, ley_eigenvalue *value, const ley_complex *v, ley_complex *image,
                        ley_error *err) {
    ley_status status = ley_spectrum_part_apply(self, image, v, err);
    if (status == LEY_OK) *value = ley_rayleigh(v, image, self->n);
    return status;
}

/* All eigenvalues of a small part. */
ley_status ley_spectrum_dense(ley_spectrum_part *self, ley_sector_spectrum *out, ley_error *err) {
    double *share = ley_allocate((size_t)self->n, sizeof *share);
    if (!share) return ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for a matrix");
    ley_spectrum_part_make_independent(self, share);
    ley_status status = LEY_OK;
    const ley_index n = self->n;
    const size_t square = (size_t)(n * n);
    ley_complex *a = ley_allocate(square, sizeof *a), *kept = ley_allocate(square, sizeof *kept),
                *vectors = ley_allocate(square, sizeof *vectors), *inverse = ley_allocate(square, sizeof *inverse),
                *values = ley_allocate((size_t)n, sizeof *values), *unit = ley_allocate((size_t)n, sizeof *unit),
                *image = ley_allocate((size_t)n, sizeof *image);
    out->value = ley_allocate((size_t)n, sizeof *out->value);
    double condition;
    if (!a || !kept || !vectors || !inverse || !values || !unit || !image || !out->value) {
        status = ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for a matrix of %d rows", (int)n);
        goto done;
    }
    for (ley_index column = 0; column < n; column++) {
        memset(unit, 0, (size_t)n * sizeof *unit);
        unit[column].re = 1;
        status = ley_spectrum_part_column(self, image, unit, err);
        if (status != LEY_OK) goto done;
        for (ley_index row = 0; row < n; row++)
            kept[row * n + column] = (ley_complex){image[row].re / share[row], image[row].im / share[row]};
    }
    memcpy(a, kept, square * sizeof *a);
    status = ley_general_eigen(values, vectors, inverse, &condition, a, n, err);
    if (status != LEY_OK) goto done;
    for (ley_index i = 0; i < n; i++) {
        double residual = 0, size = 0;
        for (ley_index row = 0; row < n; row++) {
            ley_complex sum = {0, 0};
            for (ley_index k = 0; k < n; k++) {
                const ley_complex m = kept[row * n + k], v = vectors[k * n + i];
                sum.re += m.re * v.re - m.im * v.im;
                sum.im += m.re * v.im + m.im * v.re;
            }
            const ley_complex v = vectors[row * n + i];
            sum.re -= values[i].re * v.re - values[i].im * v.im;
            sum.im -= values[i].re * v.im + values[i].im * v.re;
            residual += sum.re * sum.re + sum.im * sum.im;
            size += v.re * v.re + v.im * v.im;
        }
        out->value[i] = (ley_eigenvalue){values[i].re, values[i].im, sqrt(residual / size)};
    }
    out->n = out->dimension = n;
done:
    ley_release(share);
    ley_release(a);
    ley_release(kept);
    ley_release(vectors);
    ley_release(inverse);
    ley_release(values);
    ley_release(unit);
    ley_release(image);
    return status;
}

/* The slowest eigenvalues of a large part: the largest ones of exp(time L). Too short a time separates them badly,
 * too long a time leaves nothing of them. */
ley_status ley_spectrum_iterated(ley_spectrum_part *self, ley_sector_spectrum *out, ley_index wanted,
                                 double slowest, ley_error *err) {
    const ley_index n = self->n;
    const double reach = fmax(self->problem.frequency, self->problem.decay);
    ley_complex *values = ley_allocate((size_t)wanted, sizeof *values),
                *vectors = ley_allocate((size_t)(wanted * n), sizeof *vectors),
                *start = ley_allocate((size_t)n, sizeof *start), *image = ley_allocate((size_t)n, sizeof *image);
    ley_status status = LEY_OK;
    out->value = ley_allocate((size_t)wanted, sizeof *out->value);
    if (!values || !vectors || !start || !image || !out->value) {
        status = ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for %d vectors of %.3g numbers", (int)wanted,
                          (double)n);
        goto done;
    }
    double worst = INFINITY;
    if (reach == 0) {    /* L = 0 */
        out->n = wanted; /* all 0, as allocated */
        goto done;
    }
    if (isinf(slowest)) {
        status = ley_fail(err, LEY_ERR_ARGUMENT, "noise",
                          "nothing relaxes without noise, and %s, of %lld numbers, is too large to be diagonalised "
                          "whole; give a rate",
                          out->name, (long long)n);
        goto done;
    }
    self->time = fmin(fmax(1 / slowest, 20 / reach), 2000 / reach);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        status = ley_spectrum_part_start(self, start, err);
        if (status != LEY_OK) goto done;
        const ley_operator exponential = {.self = self, .n = n, .apply = ley_spectrum_part_exponential};
        ley_index found;
        status = ley_arnoldi(values, vectors, &found, &exponential, start, wanted, 1e-11, RESTARTS, err);
        if (status != LEY_OK) goto done;
        worst = 0;
        for (ley_index i = 0; i < found; i++) {
            status = judge(self, &out->value[i], vectors + i * n, image, err);
            if (status != LEY_OK) goto done;
            worst = fmax(worst, out->value[i].residual);
        }
        out->n = found;
        if (found == wanted && worst < 1e-9 * reach) goto done;
        self->time *= found == wanted ? 0.25 : 4;
    }
    status = ley_fail(err, LEY_ERR_NUMERIC, "spectrum",
                      "%s: the eigenvalues did not converge (%d of %d found, residual %.2g); ask for fewer",
                      out->name, (int)out->n, (int)wanted, worst);
done:
    ley_release(values);
    ley_release(vectors);
    ley_release(start);
    ley_release(image);
    return status;
}
