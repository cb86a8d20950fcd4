#include "oracle/brute.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define lapack_complex_double double _Complex
#include <lapacke.h>

typedef double complex number;

/* ---- Matrices: dense, row-major, square of dimension n ------------------------------------------------------- */

static void *claim(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        fprintf(stderr, "brute: out of memory\n");
        abort();
    }
    return memory;
}

static number *matrix(int n) {
    return claim((size_t)n * (size_t)n, sizeof(number));
}

static number *identity(int n) {
    number *a = matrix(n);
    for (int i = 0; i < n; i++) a[i * n + i] = 1;
    return a;
}

/* a (x) b */
static number *kronecker(const number *a, int n, const number *b, int m) {
    number *c = matrix(n * m);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < m; k++)
                for (int l = 0; l < m; l++) c[(i * m + k) * n * m + j * m + l] = a[i * n + j] * b[k * m + l];
    return c;
}

static number *product(const number *a, const number *b, int n) {
    number *c = matrix(n);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            for (int j = 0; a[i * n + k] != 0 && j < n; j++) c[i * n + j] += a[i * n + k] * b[k * n + j];
    return c;
}

static number *adjoint(const number *a, int n) {
    number *c = matrix(n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) c[j * n + i] = conj(a[i * n + j]);
    return c;
}

static void add(number *a, number factor, const number *b, int n) {
    for (int i = 0; i < n * n; i++) a[i] += factor * b[i];
}

static number trace(const number *a, int n) {
    number sum = 0;
    for (int i = 0; i < n; i++) sum += a[i * n + i];
    return sum;
}

static number trace_product(const number *a, const number *b, int n) {
    number sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) sum += a[i * n + j] * b[j * n + i];
    return sum;
}

/* Eigenvalues of a Hermitian matrix, ascending. */
static double *eigenvalues(const number *a, int n) {
    number *copy = matrix(n);
    double *values = claim((size_t)n, sizeof *values);
    memcpy(copy, a, (size_t)n * (size_t)n * sizeof *copy);
    if (LAPACKE_zheev(LAPACK_ROW_MAJOR, 'N', 'U', n, copy, n, values) != 0) abort();
    free(copy);
    return values;
}

/* ---- Operators ----------------------------------------------------------------------------------------------- */

/* The nonzero elements of a matrix: most operators here have one in a row. */
typedef struct element {
    int row, column;
    number value;
} element;

typedef struct operator{
    element *elements;
    int n;
}
operator;

static operator sparse(const number *a, int n) {
    operator out = {claim((size_t)n * (size_t)n, sizeof(element)), 0};
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            if (a[i * n + j] != 0) out.elements[out.n++] = (element){i, j, a[i * n + j]};
    return out;
}

enum { CELLS_MAX = BRUTE_CELLS, JUMPS_MAX = 3 + 5 * CELLS_MAX };
enum { H_BATTERY, H_CAVITY, H_COUPLING, H_COUNTER, H_DRIVE_CAVITY, H_DRIVE_BATTERY, H_OFFSET, H_EXCHANGE, H_TERMS };

struct brute {
    brute_model model;
    int cell_states, n;    /* 2^N, 2^N levels */
    number *term[H_TERMS]; /* of the Hamiltonian, without their factors */
    operator sparse_term[H_TERMS];
    int jumps;
    operator jump[JUMPS_MAX];        /* L */
    operator jump_square[JUMPS_MAX]; /* L' L */
    brute_channel channel[JUMPS_MAX];
    number *a, *photons, *jz, *excitations;       /* on the whole space */
    number *lower;                                /* J- on the cells */
    number *ladder[CELLS_MAX + 1][CELLS_MAX + 1]; /* [two_j][m + j]: projector on spin j and Jz = m, on the cells */
    double t;
    number *y; /* rho, then the heat: n n + 1 numbers */
    int refinement;
    number *work[20];
};

double brute_wave_at(const brute_wave *wave, double t) {
    double x;
    switch (wave->shape) {
    case BRUTE_CONSTANT:
        return wave->base;
    case BRUTE_COSINE:
        return wave->base + wave->amplitude * cos(wave->a * t + wave->b);
    case BRUTE_GAUSSIAN:
        x = (t - wave->a) / wave->b;
        return wave->base + wave->amplitude * exp(-x * x / 2);
    case BRUTE_DECAY:
        return wave->base + wave->amplitude * exp(-wave->a * t);
    case BRUTE_BOX:
        return wave->base + (t >= wave->a && t < wave->b ? wave->amplitude : 0);
    }
    return NAN;
}

double brute_wave_slope(const brute_wave *wave, double t) {
    double x;
    switch (wave->shape) {
    case BRUTE_COSINE:
        return -wave->amplitude * wave->a * sin(wave->a * t + wave->b);
    case BRUTE_GAUSSIAN:
        x = (t - wave->a) / wave->b;
        return -wave->amplitude * x / wave->b * exp(-x * x / 2);
    case BRUTE_DECAY:
        return -wave->amplitude * wave->a * exp(-wave->a * t);
    case BRUTE_CONSTANT:
    case BRUTE_BOX:
        break;
    }
    return 0;
}

/* One-cell operator on cell i of N; cell 0 is the lowest bit, so it stands last in the product. */
static number *on_cell(const number *single, int i, int cells) {
    number *out = identity(1);
    int n = 1;
    for (int k = cells - 1; k >= 0; k--) {
        number *unit = identity(2), *next = kronecker(out, n, k == i ? single : unit, 2);
        free(unit);
        free(out);
        out = next;
        n *= 2;
    }
    return out;
}

static void add_jump(brute *b, const number *cells, const number *cavity, brute_channel channel) {
    number *whole = kronecker(cells, b->cell_states, cavity, b->model.levels), *other = adjoint(whole, b->n),
           *square = product(other, whole, b->n);
    b->jump[b->jumps] = sparse(whole, b->n);
    b->jump_square[b->jumps] = sparse(square, b->n);
    b->channel[b->jumps++] = channel;
    free(square);
    free(other);
    free(whole);
}

/* Projectors on (j, m): eigenspaces of J^2 by Lagrange's formula, prod over the other spins of (J^2 - j'(j'+1)),
 * cut to the states with m + N/2 excited cells. */
static void make_projectors(brute *b, const number *jz) {
    int n = b->cell_states, cells = b->model.cells;
    number *raise = adjoint(b->lower, n), *square = product(raise, b->lower, n), *zz = product(jz, jz, n);
    add(square, 1, zz, n); /* J^2 = J+ J- + Jz^2 - Jz */
    add(square, -1, jz, n);
    for (int two_j = cells; two_j >= 0; two_j -= 2) {
        number *projector = identity(n);
        double j = two_j / 2.0;
        for (int two_k = cells; two_k >= 0; two_k -= 2) {
            if (two_k == two_j) continue;
            double k = two_k / 2.0, gap = j * (j + 1) - k * (k + 1);
            number *factor = matrix(n), *unit = identity(n), *next;
            add(factor, 1 / gap, square, n);
            add(factor, -k * (k + 1) / gap, unit, n);
            next = product(projector, factor, n);
            free(unit);
            free(factor);
            free(projector);
            projector = next;
        }
        for (int i = 0; i <= two_j; i++) {
            number *part = b->ladder[two_j][i] = matrix(n);
            for (int row = 0; row < n; row++)
                for (int column = 0; column < n; column++)
                    if (2 * creal(jz[row * n + row]) == 2 * i - two_j &&
                        jz[row * n + row] == jz[column * n + column])
                        part[row * n + column] = projector[row * n + column];
        }
        free(projector);
    }
    free(zz);
    free(square);
    free(raise);
}

static number *initial_cells(const brute *b) {
    const brute_model *m = &b->model;
    int n = b->cell_states;
    number *rho = matrix(n);
    if (m->battery == BRUTE_DICKE) {
        const number *projector = b->ladder[m->two_j][(m->two_m + m->two_j) / 2];
        add(rho, 1 / trace(projector, n), projector, n);
        return rho;
    }
    if (m->battery == BRUTE_ROTATED) { /* the highest bit stands first in the product */
        free(rho);
        rho = identity(1);
        for (int i = m->cells - 1, size = 1; i >= 0; i--, size *= 2) {
            double cosine = cos(m->unlike.angle[i] / 2), sine = sin(m->unlike.angle[i] / 2), p = 1 / (1 + m->q);
            number turn[4] = {cosine, -sine, sine, cosine}, mixed[4] = {p, 0, 0, m->q * p};
            number *back = adjoint(turn, 2), *half = product(turn, mixed, 2), *one = product(half, back, 2),
                   *next = kronecker(rho, size, one, 2);
            free(back);
            free(half);
            free(one);
            free(rho);
            rho = next;
        }
        return rho;
    }
    number single[4] = {0}; /* [g, e] */
    double c = cos(m->theta / 2), s = sin(m->theta / 2);
    switch (m->battery) {
    case BRUTE_GROUND:
        single[0] = 1;
        break;
    case BRUTE_EXCITED:
        single[3] = 1;
        break;
    case BRUTE_GIBBS:
        single[0] = 1 / (1 + m->q);
        single[3] = m->q / (1 + m->q);
        break;
    default: /* cos |e> + e^{i phi} sin |g> */
        single[0] = s * s;
        single[3] = c * c;
        single[1] = c * s * cexp(I * m->phi);
        single[2] = conj(single[1]);
    }
    free(rho);
    rho = identity(1);
    for (int i = 0, size = 1; i < m->cells; i++, size *= 2) {
        number *next = kronecker(rho, size, single, 2);
        free(rho);
        rho = next;
    }
    return rho;
}

static number *initial_cavity(const brute_model *m) {
    int n = m->levels;
    number *rho = matrix(n), *amplitude = claim((size_t)n, sizeof *amplitude);
    if (m->cavity == BRUTE_THERMAL) {
        for (int i = 0; i < n; i++) rho[i * n + i] = pow(m->nbar / (1 + m->nbar), i);
    } else {
        for (int i = 0; i < n; i++) {
            if (m->cavity == BRUTE_FOCK)
                amplitude[i] = i == m->photons;
            else
                amplitude[i] = i == 0 ? 1 : amplitude[i - 1] * m->alpha / sqrt(i);
        }
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) rho[i * n + j] = amplitude[i] * conj(amplitude[j]);
    }
    number norm = trace(rho, n);
    for (int i = 0; i < n * n; i++) rho[i] /= norm;
    free(amplitude);
    return rho;
}

/* ---- Cells that are not alike -------------------------------------------------------------------------------- */

/* (1 + second derivative along the dipole) f, from f and its first two radial derivatives */
static double with_curvature(double f, double f1, double f2, double x, double cosine) {
    return f + cosine * cosine * f2 + (1 - cosine * cosine) * f1 / x;
}

double brute_kernel(double x, double cosine) {
    double s = sin(x), c = cos(x);
    return 1.5 *
           with_curvature(s / x, c / x - s / (x * x), -s / x - 2 * c / (x * x) + 2 * s / (x * x * x), x, cosine);
}

double brute_shift(double x, double cosine) {
    double s = sin(x), c = cos(x);
    return -0.75 *
           with_curvature(c / x, -s / x - c / (x * x), -c / x + 2 * s / (x * x) + 2 * c / (x * x * x), x, cosine);
}

static double factor_of(const brute *b, const double *factor, int i) {
    return b->model.unlike.given ? factor[i] : 1;
}

static void pair_numbers(const brute *b, int i, int k, double *f, double *g) {
    const brute_unlike *u = &b->model.unlike;
    double square = 0, along = 0;
    for (int c = 0; c < 3; c++) {
        double by = u->position[i][c] - u->position[k][c];
        square += by * by;
        along += by * u->direction[c];
    }
    double x = 2 * acos(-1.0) * sqrt(square), cosine = along / sqrt(square);
    *f = brute_kernel(x, cosine);
    *g = brute_shift(x, cosine);
}

/* Collective emission and absorption as one jump for each eigenvector of the matrix of rates. */
static void add_radiation(brute *b, number *const *lower, const number *dark) {
    const brute_unlike *u = &b->model.unlike;
    int cells = b->model.cells, states = b->cell_states;
    double rates[CELLS_MAX * CELLS_MAX], values[CELLS_MAX];
    for (int i = 0; i < cells; i++)
        for (int k = 0; k < cells; k++) {
            double f = 1, g = 0, both = factor_of(b, u->collective, i) * factor_of(b, u->collective, k);
            if (u->placed && i != k) pair_numbers(b, i, k, &f, &g);
            rates[i * cells + k] = both * f;
            if (!u->placed || i == k) continue;
            number *raise = adjoint(lower[i], states), *move = product(raise, lower[k], states),
                   *whole = kronecker(move, states, dark, b->model.levels);
            add(b->term[H_EXCHANGE], both * g, whole, b->n);
            free(whole);
            free(move);
            free(raise);
        }
    if (LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', cells, rates, cells, values) != 0) abort();
    for (int e = 0; e < cells; e++) {
        if (values[e] < 1e-14) continue;
        number *jump = matrix(states);
        for (int i = 0; i < cells; i++) add(jump, sqrt(values[e]) * rates[i * cells + e], lower[i], states);
        number *back = adjoint(jump, states);
        add_jump(b, jump, dark, BRUTE_COLLECTIVE_EMISSION);
        add_jump(b, back, dark, BRUTE_COLLECTIVE_ABSORPTION);
        free(back);
        free(jump);
    }
}

brute *brute_create(const brute_model *model) {
    brute *b = claim(1, sizeof *b);
    b->model = *model;
    b->refinement = 1;
    int cells = model->cells, levels = model->levels, states = b->cell_states = 1 << cells;
    int n = b->n = states * levels;

    number *unit = identity(states), *dark = identity(levels), *a = matrix(levels), *jz = matrix(states);
    for (int i = 1; i < levels; i++) a[(i - 1) * levels + i] = sqrt(i);
    number *create = adjoint(a, levels), *photons = product(create, a, levels);
    const number lower[4] = {[1] = 1}, raise[4] = {[2] = 1}, sign[4] = {[0] = -1, [3] = 1}; /* basis g, e */
    const brute_unlike *u = &model->unlike;
    number *of_cell[CELLS_MAX], *dephasing = matrix(states), *coupled = matrix(states), *driven = matrix(states),
                                *offset = matrix(states);
    for (int i = 0; i < H_TERMS; i++) b->term[i] = matrix(n);
    b->lower = matrix(states);
    for (int i = 0; i < cells; i++) {
        number *s = on_cell(lower, i, cells), *p = on_cell(raise, i, cells), *z = on_cell(sign, i, cells);
        of_cell[i] = matrix(states);
        add(of_cell[i], 1, s, states);
        add(b->lower, 1, s, states);
        add(jz, 0.5, z, states);
        add(dephasing, 0.5 * factor_of(b, u->collective, i), z, states);
        add(coupled, factor_of(b, u->coupling, i), s, states);
        add(driven, factor_of(b, u->drive, i), s, states);
        number *up = product(p, s, states);
        add(offset, u->offset[i], up, states);
        free(up);
        double root = sqrt(factor_of(b, u->local, i));
        for (int e = 0; e < states * states; e++) {
            s[e] *= root;
            p[e] *= root;
            z[e] *= root;
        }
        add_jump(b, s, dark, BRUTE_LOCAL_EMISSION);
        add_jump(b, p, dark, BRUTE_LOCAL_ABSORPTION);
        add_jump(b, z, dark, BRUTE_LOCAL_DEPHASING);
        free(s);
        free(p);
        free(z);
    }
    add_jump(b, unit, a, BRUTE_LOSS);
    add_jump(b, unit, create, BRUTE_GAIN);
    add_radiation(b, of_cell, dark);
    add_jump(b, dephasing, dark, BRUTE_COLLECTIVE_DEPHASING);
    make_projectors(b, jz);

    b->a = kronecker(unit, states, a, levels);
    b->photons = kronecker(unit, states, photons, levels);
    b->jz = kronecker(jz, states, dark, levels);
    b->excitations = matrix(n);
    number *whole = identity(n), *down = kronecker(coupled, states, dark, levels), *up = adjoint(down, n),
           *a_dagger = adjoint(b->a, n), *down_driven = kronecker(driven, states, dark, levels),
           *up_driven = adjoint(down_driven, n), *shifted = kronecker(offset, states, dark, levels);
    add(b->term[H_OFFSET], 1, shifted, n);
    add(b->excitations, 1, b->jz, n);
    add(b->excitations, cells / 2.0, whole, n);
    add(b->term[H_BATTERY], 1, b->excitations, n);
    add(b->term[H_CAVITY], 1, b->photons, n);
    number *parts[4] = {product(up, b->a, n), product(down, a_dagger, n), product(up, a_dagger, n),
                        product(down, b->a, n)};
    for (int i = 0; i < 4; i++) {
        add(b->term[i < 2 ? H_COUPLING : H_COUNTER], 1, parts[i], n);
        free(parts[i]);
    }
    add(b->term[H_DRIVE_CAVITY], 1, b->a, n);
    add(b->term[H_DRIVE_CAVITY], 1, a_dagger, n);
    add(b->term[H_DRIVE_BATTERY], 0.5, up_driven, n);
    add(b->term[H_DRIVE_BATTERY], 0.5, down_driven, n);
    for (int i = 0; i < H_TERMS; i++) b->sparse_term[i] = sparse(b->term[i], n);

    number *battery = initial_cells(b), *cavity = initial_cavity(model),
           *rho = kronecker(battery, states, cavity, levels);
    b->y = claim((size_t)n * (size_t)n + 1, sizeof *b->y);
    memcpy(b->y, rho, (size_t)n * (size_t)n * sizeof *rho);
    for (int i = 0; i < 20; i++) b->work[i] = claim((size_t)n * (size_t)n + 1, sizeof(number));

    number *temporary[] = {unit,    dark,   a,      jz,          create,    photons, whole,
                           up,      down,   rho,    a_dagger,    battery,   cavity,  dephasing,
                           coupled, driven, offset, down_driven, up_driven, shifted};
    for (int i = 0; i < cells; i++) free(of_cell[i]);
    for (size_t i = 0; i < sizeof temporary / sizeof *temporary; i++) free(temporary[i]);
    return b;
}

void brute_destroy(brute *b) {
    if (!b) return;
    for (int i = 0; i < H_TERMS; i++) {
        free(b->term[i]);
        free(b->sparse_term[i].elements);
    }
    for (int i = 0; i < b->jumps; i++) {
        free(b->jump[i].elements);
        free(b->jump_square[i].elements);
    }
    for (int i = 0; i <= CELLS_MAX; i++)
        for (int k = 0; k <= CELLS_MAX; k++) free(b->ladder[i][k]);
    for (int i = 0; i < 20; i++) free(b->work[i]);
    free(b->a);
    free(b->photons);
    free(b->jz);
    free(b->excitations);
    free(b->lower);
    free(b->y);
    free(b);
}

void brute_set_refinement(brute *b, int times) {
    b->refinement = times;
}

/* ---- Equation of motion -------------------------------------------------------------------------------------- */

static void term_factors(const brute *b, double t, double factor[H_TERMS]) {
    const brute_model *m = &b->model;
    double coupling = brute_wave_at(&m->lambda, t) * brute_wave_at(&m->g, t);
    factor[H_BATTERY] = brute_wave_at(&m->w0, t);
    factor[H_CAVITY] = m->levels > 1 ? brute_wave_at(&m->wc, t) : 0;
    factor[H_COUPLING] = coupling;
    factor[H_COUNTER] = coupling * m->r;
    factor[H_DRIVE_CAVITY] = brute_wave_at(&m->eta, t);
    factor[H_DRIVE_BATTERY] = brute_wave_at(&m->omega, t);
    factor[H_OFFSET] = 1;
    factor[H_EXCHANGE] = brute_wave_at(&m->rate[BRUTE_COLLECTIVE_EMISSION], t) -
                         brute_wave_at(&m->rate[BRUTE_COLLECTIVE_ABSORPTION], t);
}

/* out += factor (A rho) */
static void left(number *out, number factor, const operator* a, const number *rho, int n) {
    for (int e = 0; e < a->n; e++) {
        number f = factor * a->elements[e].value;
        number *to = out + a->elements[e].row * n;
        const number *from = rho + a->elements[e].column * n;
        for (int j = 0; j < n; j++) to[j] += f * from[j];
    }
}

/* out += factor (rho A) */
static void right(number *out, number factor, const operator* a, const number *rho, int n) {
    for (int i = 0; i < n; i++)
        for (int e = 0; e < a->n; e++)
            out[i * n + a->elements[e].column] += factor * rho[i * n + a->elements[e].row] * a->elements[e].value;
}

/* dy = d/dt (rho, heat). `t` chooses the side of a jump: it is always inside the step. */
static void slope(brute *b, double t, number *dy, const number *y) {
    int n = b->n;
    size_t size = (size_t)n * (size_t)n;
    double factor[H_TERMS];
    term_factors(b, t, factor);
    memset(dy, 0, (size + 1) * sizeof *dy);
    for (int k = 0; k < b->jumps; k++) {
        double rate = brute_wave_at(&b->model.rate[b->channel[k]], t);
        if (rate == 0) continue;
        const operator* jump = & b->jump[k];
        for (int e = 0; e < jump->n; e++) /* L rho L' */
            for (int f = 0; f < jump->n; f++) {
                const element *p = &jump->elements[e], *q = &jump->elements[f];
                dy[p->row * n + q->row] += rate * p->value * conj(q->value) * y[p->column * n + q->column];
            }
        left(dy, -rate / 2, &b->jump_square[k], y, n);
        right(dy, -rate / 2, &b->jump_square[k], y, n);
    }
    number heat = 0; /* - Tr(H D[rho]), before the commutator is added */
    for (int k = 0; k < H_TERMS; k++)
        for (int e = 0; factor[k] != 0 && e < b->sparse_term[k].n; e++) {
            const element *p = &b->sparse_term[k].elements[e];
            heat -= factor[k] * p->value * dy[p->column * n + p->row];
        }
    for (int k = 0; k < H_TERMS; k++) {
        if (factor[k] == 0) continue;
        left(dy, -I * factor[k], &b->sparse_term[k], y, n);
        right(dy, I * factor[k], &b->sparse_term[k], y, n);
    }
    dy[size] = creal(heat);
}

/* Modified midpoint over [t, t + h] in `parts` parts. Times are pulled into the open interval so that a jump at an
 * end is seen from inside. */
static void midpoint(brute *b, double t, double h, int parts, number *out) {
    size_t size = (size_t)b->n * (size_t)b->n + 1;
    double step = h / parts, inside = fmax(1e-12 * h, 1e-15 * (1 + t + h)); /* more than rounding */
    number *before = b->work[0], *now = b->work[1], *d = b->work[2];
    memcpy(before, b->y, size * sizeof *before);
    slope(b, t + inside, d, before);
    for (size_t i = 0; i < size; i++) now[i] = before[i] + step * d[i];
    for (int k = 1; k < parts; k++) {
        slope(b, t + k * step, d, now);
        for (size_t i = 0; i < size; i++) before[i] += 2 * step * d[i];
        number *swap = before;
        before = now;
        now = swap;
    }
    slope(b, t + h - inside, d, now);
    for (size_t i = 0; i < size; i++) out[i] = 0.5 * (now[i] + before[i] + step * d[i]);
}

/* One step of length h: midpoint in 2, 4 .. 16 parts, extrapolated to no error in powers of (h / parts)^2. */
static void step(brute *b, double h) {
    enum { COLUMNS = 8 };
    size_t size = (size_t)b->n * (size_t)b->n + 1;
    number **table = &b->work[4];
    for (int k = 0; k < COLUMNS; k++) {
        midpoint(b, b->t, h, 2 * (k + 1), table[k]);
        for (int j = k - 1; j >= 0; j--) { /* table[j] turns from T(k-1, k-1-j) into T(k, k-j) */
            double ratio = (double)(k + 1) / (j + 1), weight = 1 / (ratio * ratio - 1);
            for (size_t i = 0; i < size; i++)
                table[j][i] = table[j + 1][i] + weight * (table[j + 1][i] - table[j][i]);
        }
    }
    memcpy(b->y, table[0], size * sizeof *b->y);
    b->t += h;
}

static double largest(const brute_wave *wave) {
    return fabs(wave->base) + fabs(wave->amplitude);
}

/* An upper bound of the rate at which anything changes: twice the largest row sum of |H|, and of the L' L. */
static double fastest(const brute *b) {
    const brute_model *m = &b->model;
    double coupling = largest(&m->lambda) * largest(&m->g), bound = 0, *sum = claim((size_t)b->n, sizeof *sum);
    const double factor[H_TERMS] = {[H_BATTERY] = largest(&m->w0),
                                    [H_CAVITY] = largest(&m->wc),
                                    [H_COUPLING] = coupling,
                                    [H_COUNTER] = coupling * fabs(m->r),
                                    [H_DRIVE_CAVITY] = largest(&m->eta),
                                    [H_DRIVE_BATTERY] = largest(&m->omega),
                                    [H_OFFSET] = 1,
                                    [H_EXCHANGE] = largest(&m->rate[BRUTE_COLLECTIVE_EMISSION]) +
                                                   largest(&m->rate[BRUTE_COLLECTIVE_ABSORPTION])};
    for (int k = 0; k < H_TERMS; k++)
        for (int e = 0; e < b->sparse_term[k].n; e++)
            sum[b->sparse_term[k].elements[e].row] += 2 * factor[k] * cabs(b->sparse_term[k].elements[e].value);
    for (int k = 0; k < b->jumps; k++)
        for (int e = 0; e < b->jump_square[k].n; e++)
            sum[b->jump_square[k].elements[e].row] +=
                2 * largest(&m->rate[b->channel[k]]) * cabs(b->jump_square[k].elements[e].value);
    for (int i = 0; i < b->n; i++) bound = fmax(bound, sum[i]);
    free(sum);
    return bound;
}

enum { WAVES = 8 + BRUTE_CHANNELS };

static void all_waves(const brute_model *m, const brute_wave *waves[WAVES]) {
    const brute_wave *first[8] = {&m->w0, &m->wc,     &m->energy_w0, &m->energy_wc,
                                  &m->g,  &m->lambda, &m->eta,       &m->omega};
    memcpy(waves, first, sizeof first);
    for (int i = 0; i < BRUTE_CHANNELS; i++) waves[8 + i] = &m->rate[i];
}

void brute_advance(brute *b, double until) {
    const brute_wave *waves[WAVES];
    all_waves(&b->model, waves);
    double pace = fastest(b);
    while (b->t < until) {
        double end = until, longest = INFINITY;
        for (int i = 0; i < WAVES; i++) {
            const brute_wave *w = waves[i];
            if (w->shape == BRUTE_BOX && w->a > b->t && w->a < end) end = w->a;
            if (w->shape == BRUTE_BOX && w->b > b->t && w->b < end) end = w->b;
            if (w->shape == BRUTE_GAUSSIAN) longest = fmin(longest, w->b / 2);
            if (w->shape == BRUTE_COSINE) longest = fmin(longest, 1 / (1 + fabs(w->a)));
        }
        longest = fmin(longest, 3 / (pace + 1e-3)) / b->refinement;
        int steps = (int)ceil((end - b->t) / longest);
        double start = b->t, h = (end - start) / steps;
        for (int i = 0; i < steps; i++) {
            step(b, h);
            b->t = start + (i + 1) * h;
        }
        b->t = end;
    }
}

/* ---- Observables --------------------------------------------------------------------------------------------- */

static number *reduced_cells(const brute *b) {
    int states = b->cell_states, levels = b->model.levels;
    number *rho = matrix(states);
    for (int i = 0; i < states; i++)
        for (int j = 0; j < states; j++)
            for (int n = 0; n < levels; n++) rho[i * states + j] += b->y[(i * levels + n) * b->n + j * levels + n];
    return rho;
}

static number *reduced_cavity(const brute *b) {
    int states = b->cell_states, levels = b->model.levels;
    number *rho = matrix(levels);
    for (int n = 0; n < levels; n++)
        for (int m = 0; m < levels; m++)
            for (int i = 0; i < states; i++) rho[n * levels + m] += b->y[(i * levels + n) * b->n + i * levels + m];
    return rho;
}

static double entropy(const number *rho, int n) {
    double *p = eigenvalues(rho, n), sum = 0;
    for (int i = 0; i < n; i++)
        if (p[i] > 0) sum -= p[i] * log(p[i]);
    free(p);
    return sum;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Lowest energy when the n_values numbers of `values` sit on the lowest of the levels. */
static double passive(double *values, int n_values, double *levels, int n_levels) {
    qsort(values, (size_t)n_values, sizeof *values, ascending);
    qsort(levels, (size_t)n_levels, sizeof *levels, ascending);
    double sum = 0;
    for (int i = 0; i < n_values; i++) sum += values[n_values - 1 - i] * levels[i];
    return sum;
}

number brute_block_element(const brute *b, int two_j, int row, int column) {
    /* rho_j[m, m'] = sum over copies <m|rho|m'> = Tr(rho sum |m'><m|), and (J-)^(m - m') P(j, m) = c sum |m'><m|
     * with c found from the trace of its square. */
    if (row < column) return conj(brute_block_element(b, two_j, column, row));
    int n = b->cell_states;
    number *lowered = matrix(n), *rho = reduced_cells(b);
    add(lowered, 1, b->ladder[two_j][row], n);
    for (int k = column; k < row; k++) {
        number *next = product(b->lower, lowered, n);
        free(lowered);
        lowered = next;
    }
    number *other = adjoint(lowered, n);
    double c = sqrt(creal(trace_product(other, lowered, n)) / creal(trace(b->ladder[two_j][row], n)));
    number value = trace_product(rho, lowered, n) / c;
    free(other);
    free(rho);
    free(lowered);
    return value;
}

/* Blocks of all spins: eigenvalues and diagonals, j = N/2 first; levels[i] = m + N/2 of each. */
typedef struct spectrum {
    int n; /* of all blocks together */
    double values[64], diagonal[64], levels[64];
    int begin[CELLS_MAX + 2], blocks;
    double l1;
} spectrum;

static spectrum block_spectrum(const brute *b) {
    spectrum s = {0};
    for (int two_j = b->model.cells; two_j >= 0; two_j -= 2) {
        int d = two_j + 1;
        number *block = matrix(d);
        for (int i = 0; i < d; i++)
            for (int k = 0; k < d; k++) {
                block[i * d + k] = brute_block_element(b, two_j, i, k);
                if (i != k) s.l1 += cabs(block[i * d + k]);
            }
        double *values = eigenvalues(block, d);
        s.begin[s.blocks++] = s.n;
        for (int i = 0; i < d; i++) {
            s.values[s.n] = values[i];
            s.diagonal[s.n] = creal(block[i * d + i]);
            s.levels[s.n++] = i - two_j / 2.0 + b->model.cells / 2.0;
        }
        s.begin[s.blocks] = s.n;
        free(values);
        free(block);
    }
    return s;
}

static void level_list(const brute *b, double *levels) {
    for (int i = 0; i < b->cell_states; i++) levels[i] = __builtin_popcount((unsigned)i);
}

/* Cells with frequencies of their own are measured with them unless all are measured alike. */
static bool measures_offsets(const brute *b) {
    const brute_model *m = &b->model;
    return m->unlike.given && m->w0.shape == m->energy_w0.shape && m->w0.base == m->energy_w0.base;
}

/* Energies left, in units of the frequency: every unitary; alike on every copy; Dicke matrix; hybrid count. */
typedef enum count { GLOBAL, COLLECTIVE, DICKE, HYBRID } count;

static double passive_energy(const brute *b, count which) {
    double levels[1 << CELLS_MAX], sum = 0, w = brute_wave_at(&b->model.energy_w0, b->t);
    level_list(b, levels);
    for (int x = 0; which == GLOBAL && x < b->cell_states && measures_offsets(b); x++)
        for (int i = 0; i < b->model.cells; i++)
            if (x >> i & 1) levels[x] += b->model.unlike.offset[i] / w;
    if (which == GLOBAL) {
        number *rho = reduced_cells(b);
        double *values = eigenvalues(rho, b->cell_states);
        sum = passive(values, b->cell_states, levels, b->cell_states);
        free(values);
        free(rho);
        return sum;
    }
    spectrum s = block_spectrum(b);
    if (which == HYBRID) return passive(s.values, s.n, levels, b->cell_states);
    if (which == DICKE) return passive(s.values, s.n, s.levels, s.n);
    for (int i = 0; i < s.blocks; i++) {
        int size = s.begin[i + 1] - s.begin[i];
        sum += passive(s.values + s.begin[i], size, s.levels + s.begin[i], size);
    }
    return sum;
}

static double coherence_relative(const brute *b) {
    spectrum s = block_spectrum(b);
    double sum = 0;
    for (int i = 0; i < s.n; i++) {
        if (s.diagonal[i] > 0) sum -= s.diagonal[i] * log(s.diagonal[i]);
        if (s.values[i] > 0) sum += s.values[i] * log(s.values[i]);
    }
    return sum;
}

/* Of the matrix in the Dicke basis at face value, copies not counted. */
static double dicke_entropy(const brute *b) {
    spectrum s = block_spectrum(b);
    double sum = 0;
    for (int i = 0; i < s.n; i++)
        if (s.values[i] > 0) sum -= s.values[i] * log(s.values[i]);
    return sum;
}

static double log_negativity(const brute *b) {
    int levels = b->model.levels, n = b->n;
    number *turned = matrix(n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            turned[(i / levels * levels + j % levels) * n + j / levels * levels + i % levels] = b->y[i * n + j];
    double *values = eigenvalues(turned, n), sum = 0;
    for (int i = 0; i < n; i++) sum += fabs(values[i]);
    free(values);
    free(turned);
    return log2(sum);
}

static double expectation(const brute *b, const number *operator_) {
    return creal(trace_product(operator_, b->y, b->n));
}

/* <J+ J-> */
static double radiation(const brute *b) {
    const int n = b->cell_states;
    number *raise = adjoint(b->lower, n), *square = product(raise, b->lower, n), *rho = reduced_cells(b);
    const double sum = creal(trace_product(square, rho, n));
    free(raise);
    free(square);
    free(rho);
    return sum;
}

static double interaction(const brute *b) {
    double factor[H_TERMS];
    term_factors(b, b->t, factor);
    return factor[H_COUPLING] * expectation(b, b->term[H_COUPLING]) +
           factor[H_COUNTER] * expectation(b, b->term[H_COUNTER]);
}

static double total_energy(const brute *b) {
    double factor[H_TERMS], sum = 0;
    term_factors(b, b->t, factor);
    for (int k = 0; k < H_TERMS; k++) sum += factor[k] * expectation(b, b->term[k]);
    return sum;
}

static double cells_entropy(const brute *b) {
    number *rho = reduced_cells(b);
    double value = entropy(rho, b->cell_states);
    free(rho);
    return value;
}

static double cavity_entropy(const brute *b) {
    number *rho = reduced_cavity(b);
    double value = entropy(rho, b->model.levels);
    free(rho);
    return value;
}

static double purity(number *rho, int n) { /* takes rho */
    double value = creal(trace_product(rho, rho, n));
    free(rho);
    return value;
}

static double population(const brute *b, int excited) {
    double sum = 0;
    for (int i = 0; i < b->n; i++)
        if (__builtin_popcount((unsigned)(i / b->model.levels)) == excited) sum += creal(b->y[i * b->n + i]);
    return sum;
}

static double spin_weight(const brute *b, int block) {
    double sum = 0;
    int two_j = b->model.cells - 2 * block;
    for (int i = 0; i <= two_j; i++) sum += creal(brute_block_element(b, two_j, i, i));
    return sum;
}

/* ---- What channels do to the spins ----------------------------------------------------------------------------
 */

/* Tr over the cavity of the projector on spin j, weighed with the energy of the state if wanted, and y. */
static double on_spin(const brute *b, int two_j, bool energy, const number *y) {
    double sum = 0;
    for (int k = 0; k <= two_j; k++) {
        const number *projector = b->ladder[two_j][k];
        double weight = energy ? k + (b->model.cells - two_j) / 2 : 1;
        for (int x = 0; x < b->cell_states; x++)
            for (int z = 0; z < b->cell_states; z++)
                for (int n = 0; n < b->model.levels; n++)
                    sum += weight * creal(projector[x * b->cell_states + z] *
                                          y[(z * b->model.levels + n) * b->n + x * b->model.levels + n]);
    }
    return sum;
}

/* d/dt of that by the channels first .. last alone; of the part of the state with j = N/2 if `bright`. */
static double by_channels(brute *b, int first, int last, bool bright, int two_j, bool energy) {
    const brute_model kept = b->model;
    const brute_wave none = {.shape = BRUTE_CONSTANT};
    size_t size = (size_t)b->n * (size_t)b->n + 1;
    number *dy = claim(size, sizeof *dy), *y = claim(size, sizeof *y);
    memcpy(y, b->y, size * sizeof *y);
    if (bright) {
        number *projector = matrix(b->cell_states), *dark = identity(b->model.levels);
        for (int k = 0; k <= b->model.cells; k++) add(projector, 1, b->ladder[b->model.cells][k], b->cell_states);
        number *p = kronecker(projector, b->cell_states, dark, b->model.levels), *half = product(p, y, b->n),
               *whole = product(half, p, b->n);
        memcpy(y, whole, (size - 1) * sizeof *y);
        free(projector);
        free(dark);
        free(p);
        free(half);
        free(whole);
    }
    b->model.w0 = b->model.wc = b->model.g = b->model.eta = b->model.omega = none;
    for (int c = 0; c < BRUTE_CHANNELS; c++)
        if (c < first || c > last) b->model.rate[c] = none;
    slope(b, b->t, dy, y);
    b->model = kept;
    double value = on_spin(b, two_j, energy, dy);
    free(dy);
    free(y);
    return value;
}

double brute_value(brute *b, const char *observable, int i) {
    double w = brute_wave_at(&b->model.energy_w0, b->t), wc = brute_wave_at(&b->model.energy_wc, b->t);
    double energy = w * expectation(b, b->excitations);
    if (measures_offsets(b)) energy += expectation(b, b->term[H_OFFSET]);
    int levels = b->model.levels, n = b->n;
#define IS(name) (strcmp(observable, name) == 0)
    if (IS("battery.energy")) return energy;
    if (IS("battery.ergotropy")) return energy - w * passive_energy(b, GLOBAL);
    if (IS("battery.ergotropy_collective")) return energy - w * passive_energy(b, COLLECTIVE);
    if (IS("battery.ergotropy_dicke")) return energy - w * passive_energy(b, DICKE);
    if (IS("battery.ergotropy_hybrid")) return energy - w * passive_energy(b, HYBRID);
    if (IS("battery.passive_energy") || IS("battery.locked_energy")) return w * passive_energy(b, GLOBAL);
    if (IS("battery.entropy")) return cells_entropy(b);
    if (IS("battery.purity")) return purity(reduced_cells(b), b->cell_states);
    if (IS("battery.jz")) return expectation(b, b->jz);
    if (IS("battery.entropy_dicke")) return dicke_entropy(b);
    if (IS("battery.jplus_jminus")) return radiation(b);
    if (IS("battery.coherence_l1")) return block_spectrum(b).l1;
    if (IS("battery.coherence_relative")) return coherence_relative(b);
    if (IS("battery.bright_weight")) return spin_weight(b, 0);
    if (IS("battery.bright_leakage")) return -by_channels(b, 0, BRUTE_CHANNELS - 1, false, b->model.cells, false);
    if (IS("battery.bright_outflow")) return -by_channels(b, 0, BRUTE_CHANNELS - 1, true, b->model.cells, false);
    if (IS("battery.spin_currents"))
        return w * by_channels(b, BRUTE_COLLECTIVE_EMISSION, BRUTE_COLLECTIVE_ABSORPTION, false,
                               b->model.cells - 2 * i, true);
    if (IS("battery.spin_weights")) return spin_weight(b, i);
    if (IS("battery.populations")) return population(b, i);
    if (IS("cavity.energy")) return wc * expectation(b, b->photons);
    if (IS("cavity.photons")) return expectation(b, b->photons);
    if (IS("cavity.entropy")) return cavity_entropy(b);
    if (IS("cavity.purity")) return purity(reduced_cavity(b), levels);
    if (IS("cavity.amplitude_re")) return creal(trace_product(b->a, b->y, n));
    if (IS("cavity.amplitude_im")) return cimag(trace_product(b->a, b->y, n));
    if (IS("cavity.top_level")) {
        double sum = 0;
        for (int k = levels - 1; k < n; k += levels) sum += creal(b->y[k * n + k]);
        return sum;
    }
    if (IS("interaction.energy")) return interaction(b);
    if (IS("switching_cost")) return -interaction(b);
    if (IS("total.energy")) return total_energy(b);
    if (IS("total.purity")) return creal(trace_product(b->y, b->y, n));
    if (IS("mutual_information")) return cells_entropy(b) + cavity_entropy(b) - entropy(b->y, n);
    if (IS("log_negativity")) return log_negativity(b);
    if (IS("heat")) return creal(b->y[(size_t)n * (size_t)n]);
    if (IS("power")) return b->t > 0 ? energy / b->t : 0;
#undef IS
    return NAN;
}
