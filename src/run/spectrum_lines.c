/* L of one charge has no negative number beside its diagonal: gains of coherences are geometric means of gains of
 * populations. By the theorem of Perron and Frobenius its slowest eigenvalue is real, with a vector w > 0, and any
 * w > 0 bounds it: lambda <= max_i (L w)_i / w_i (Collatz and Wielandt). */
#include "run/spectrum_lines.h"

#include "basis/spin.h"
#include "core/memory.h"
#include "core/status.h"
#include "generator/spins.h"
#include "linalg/arnoldi.h"

#include <math.h>
#include <string.h>

enum { RESTARTS = 60, SHIFTS = 3, SWEEPS = 200 };

static const double far = 8;       /* shifts: times the last rate found, so that turning modes are seen too */
static const double factors = 320; /* bytes, for each column and the logarithm of how many there are: measured */
static const double factoring = 1.5e-6; /* seconds, times n^1.5: 1.7 s at n = 10 201, 23 s at 63 001, measured */
static const double margin = 1e-3;      /* more than needed, so that sweeps come to an end */
static const double least = 1e-280;     /* of a vector that must not vanish */

bool ley_line_spectrum_serves(const ley_model *model) {
    return model->levels <= 0 && ley_model_is_symmetric(model) && !ley_telegraph_given(&model->telegraph) &&
           ley_spins_is_chain(model);
}

double ley_line_spectrum_bytes(const ley_model *model, ley_index wanted) {
    const double n = 0.25 * (model->cells + 2.0) * (model->cells + 2.0);
    return ley_spins_matrix_bytes(model) + n * (factors * log2(n + 2) + 16 * (3 * (double)wanted + 30));
}

double ley_line_spectrum_seconds(const ley_model *model) {
    const double n = 0.25 * (model->cells + 2.0) * (model->cells + 2.0);
    return factoring * n * sqrt(n);
}

void ley_line_spectrum_clear(ley_line_spectrum *self) {
    ley_release(self->slowest);
    self->slowest = NULL;
}

/* ---- (shift - L)^-1 ------------------------------------------------------------------------------------------ */

typedef struct inverse {
    const ley_spins_matrix *matrix;
    ley_sparse_lu *lu;
    double shift;
    double *work; /* [n] */
} inverse;

static ley_status factor(inverse *self, double shift, ley_error *err) {
    const ley_sparse *m = &self->matrix->of;
    const int32_t entries = m->first[m->n];
    ley_sparse_lu_destroy(self->lu);
    self->lu = NULL;
    self->shift = shift;
    double *value = ley_allocate((size_t)entries, sizeof *value);
    if (!value) return ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for a matrix of %d rows", (int)m->n);
    for (int32_t k = 0; k < entries; k++) value[k] = -m->value[k];
    for (int32_t i = 0; i < m->n; i++) value[self->matrix->diagonal[i]] += shift;
    const ley_sparse shifted = {.n = m->n, .first = m->first, .row = m->row, .value = value};
    const ley_status status = ley_sparse_lu_create(&self->lu, &shifted, err);
    ley_release(value);
    return status;
}

static ley_status apply_inverse(void *user, ley_complex *y, const ley_complex *x, ley_error *err) {
    (void)err;
    inverse *self = user;
    const int32_t n = self->matrix->of.n;
    for (int32_t i = 0; i < n; i++) self->work[i] = x[i].re;
    ley_sparse_lu_solve(self->lu, self->work);
    for (int32_t i = 0; i < n; i++) y[i].re = self->work[i];
    for (int32_t i = 0; i < n; i++) self->work[i] = x[i].im;
    ley_sparse_lu_solve(self->lu, self->work);
    for (int32_t i = 0; i < n; i++) y[i].im = self->work[i];
    return LEY_OK;
}

/* Rayleigh quotient and residual. image[n]: room */
static ley_eigenvalue judge(const ley_sparse *m, const ley_complex *v, ley_complex *image) {
    memset(image, 0, (size_t)m->n * sizeof *image);
    for (int32_t column = 0; column < m->n; column++)
        for (int32_t k = m->first[column]; k < m->first[column + 1]; k++) {
            image[m->row[k]].re += m->value[k] * v[column].re;
            image[m->row[k]].im += m->value[k] * v[column].im;
        }
    return ley_rayleigh(v, image, m->n);
}

static ley_index slowest_of(const ley_sector_spectrum *out) {
    ley_index best = 0;
    for (ley_index i = 1; i < out->n; i++)
        if (out->value[i].re > out->value[best].re) best = i;
    return best;
}

/* The vector of the slowest eigenvalue, its phase taken out. */
static ley_status keep(ley_line_spectrum *self, const ley_complex *v, int32_t n, int32_t cells, int32_t delta,
                       ley_error *err) {
    ley_line_spectrum_clear(self);
    self->slowest = ley_allocate((size_t)n, sizeof *self->slowest);
    if (!self->slowest) return ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for a vector");
    for (int32_t i = 0; i < n; i++) self->slowest[i] = fmax(hypot(v[i].re, v[i].im), least);
    self->cells = cells;
    self->delta = delta;
    return LEY_OK;
}

ley_status ley_line_eigenvalues(ley_line_spectrum *self, ley_sector_spectrum *out, const ley_spins_matrix *matrix,
                                int32_t cells, int32_t delta, ley_index wanted, double slowest, ley_error *err) {
    const ley_sparse *m = &matrix->of;
    const size_t n = (size_t)m->n;
    inverse inverted = {.matrix = matrix, .work = ley_allocate(n, sizeof(double))};
    ley_complex *values = ley_allocate((size_t)wanted, sizeof *values),
                *vectors = ley_allocate((size_t)wanted * n, sizeof *vectors),
                *start = ley_allocate(n, sizeof *start), *image = ley_allocate(n, sizeof *image);
    out->value = ley_allocate((size_t)wanted, sizeof *out->value);
    out->dimension = m->n;
    ley_status status = LEY_OK;
    if (!inverted.work || !values || !vectors || !start || !image || !out->value) {
        status = ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for %d vectors of %d numbers", (int)wanted,
                          (int)m->n);
        goto done;
    }
    double reach = 0, shift = slowest;
    for (int32_t i = 0; i < m->n; i++) reach = fmax(reach, fabs(m->value[matrix->diagonal[i]]));
    if (reach == 0) { /* L = 0: collective dephasing leaves populations as they are */
        start[0].re = 1;
        out->n = wanted; /* all 0, as allocated */
        status = keep(self, start, m->n, cells, delta, err);
        goto done;
    }
    for (int attempt = 0; attempt < SHIFTS; attempt++) {
        status = factor(&inverted, shift, err);
        if (status != LEY_OK) goto done;
        for (size_t i = 0; i < n; i++)
            start[i] = (ley_complex){1 + 0.5 * sin((double)(i + 1) * (double)(i + 3)), 0};
        const ley_operator of = {.self = &inverted, .n = m->n, .apply = apply_inverse};
        status = ley_arnoldi(values, vectors, &out->n, &of, start, wanted, 1e-12, RESTARTS, err);
        if (status != LEY_OK) goto done;
        double worst = 0, fastest = 0;
        for (ley_index i = 0; i < out->n; i++) {
            out->value[i] = judge(m, vectors + (size_t)i * n, image);
            worst = fmax(worst, out->value[i].residual);
            fastest = fmax(fastest, -out->value[i].re);
        }
        const bool converged = out->n == wanted && worst < 1e-9 * reach;
        if (converged && shift >= 0.5 * far * fastest) {
            status = keep(self, vectors + (size_t)slowest_of(out) * n, m->n, cells, delta, err);
            goto done;
        }
        shift = converged ? far * fastest : far * shift;
    }
    status = ley_fail(err, LEY_ERR_NUMERIC, "spectrum",
                      "%s: the eigenvalues did not converge (%d of %d found); ask for fewer", out->name,
                      (int)out->n, (int)wanted);
done:
    ley_sparse_lu_destroy(inverted.lu);
    ley_release(inverted.work);
    ley_release(values);
    ley_release(vectors);
    ley_release(start);
    ley_release(image);
    return status;
}

/* ---- The bound ----------------------------------------------------------------------------------------------- */

static bool no_negative_gain(const ley_spins_matrix *matrix) {
    const ley_sparse *m = &matrix->of;
    for (int32_t column = 0; column < m->n; column++)
        for (int32_t k = m->first[column]; k < m->first[column + 1]; k++)
            if (m->row[k] != column && m->value[k] < 0) return false;
    return true;
}

/* The vector of the charge before, taken at the same block and m'. */
static double *carry(const ley_line_spectrum *self, int32_t n, int32_t delta) {
    double *w = ley_allocate((size_t)n, sizeof *w);
    if (!w) return NULL;
    const double *from = self->slowest;
    int32_t at = 0;
    for (int32_t b = 0; b < ley_spin_blocks(self->cells); b++) {
        const int32_t length = ley_spin_two_j(self->cells, b) + 1 - delta;
        for (int32_t i = 0; i < length; i++) w[at++] = from[i];
        if (length + delta - self->delta > 0) from += length + delta - self->delta;
    }
    return w;
}

static void gains_of(double *gain, const ley_sparse *m, const double *w) {
    memset(gain, 0, (size_t)m->n * sizeof *gain);
    for (int32_t column = 0; column < m->n; column++)
        for (int32_t k = m->first[column]; k < m->first[column + 1]; k++)
            if (m->row[k] != column) gain[m->row[k]] += m->value[k] * w[column];
}

/* Raises w[i] to what (L w)_i <= -rate w_i needs, and tells its neighbours. */
static bool raise(double *w, double *gain, const ley_spins_matrix *matrix, int32_t i, double rate) {
    const ley_sparse *m = &matrix->of;
    const double needed = gain[i] / (-rate - m->value[matrix->diagonal[i]]);
    if (w[i] >= needed) return false;
    const double more = (1 + margin) * needed - w[i];
    w[i] += more;
    for (int32_t k = m->first[i]; k < m->first[i + 1]; k++)
        if (m->row[k] != i) gain[m->row[k]] += m->value[k] * more;
    return true;
}

/* Sweeps up and down until L w <= -rate w everywhere; the last look sums the gains anew. */
bool ley_line_decays(ley_line_spectrum *self, const ley_spins_matrix *matrix, int32_t delta, double rate) {
    const ley_sparse *m = &matrix->of;
    if (!self->slowest || delta != self->delta + 1 || !no_negative_gain(matrix)) return false;
    for (int32_t i = 0; i < m->n; i++)
        if (m->value[matrix->diagonal[i]] >= -rate) return false;
    double *w = carry(self, m->n, delta), *gain = ley_allocate((size_t)m->n, sizeof *gain);
    bool proved = false;
    for (int sweep = 0; sweep < SWEEPS && w && gain && !proved; sweep++) {
        gains_of(gain, m, w);
        proved = true;
        for (int32_t i = 0; i < m->n; i++) proved &= !raise(w, gain, matrix, i, rate);
        for (int32_t i = m->n - 1; i >= 0 && !proved; i--) raise(w, gain, matrix, i, rate);
    }
    if (proved) {
        ley_line_spectrum_clear(self);
        self->slowest = w;
        self->delta = delta;
    } else {
        ley_release(w);
    }
    ley_release(gain);
    return proved;
}
