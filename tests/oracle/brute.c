#include "oracle/brute_inside.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define lapack_complex_double double _Complex
#include <lapacke.h>

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
    number *out = matrix_identity(1);
    int n = 1;
    for (int k = cells - 1; k >= 0; k--) {
        number *unit = matrix_identity(2), *next = matrix_kronecker(out, n, k == i ? single : unit, 2);
        free(unit);
        free(out);
        out = next;
        n *= 2;
    }
    return out;
}

static void add_jump(brute *b, const number *cells, const number *cavity, brute_channel channel) {
    number *whole = matrix_kronecker(cells, b->cell_states, cavity, b->model.levels),
           *other = matrix_adjoint(whole, b->n), *square = matrix_product(other, whole, b->n);
    b->jump[b->jumps] = matrix_sparse(whole, b->n);
    b->jump_square[b->jumps] = matrix_sparse(square, b->n);
    b->channel[b->jumps++] = channel;
    free(square);
    free(other);
    free(whole);
}

/* Projectors on (j, m): eigenspaces of J^2 by Lagrange's formula, prod over the other spins of (J^2 - j'(j'+1)),
 * cut to the states with m + N/2 excited cells. */
static void make_projectors(brute *b, const number *jz) {
    int n = b->cell_states, cells = b->model.cells;
    number *raise = matrix_adjoint(b->lower, n), *square = matrix_product(raise, b->lower, n),
           *zz = matrix_product(jz, jz, n);
    matrix_add(square, 1, zz, n); /* J^2 = J+ J- + Jz^2 - Jz */
    matrix_add(square, -1, jz, n);
    for (int two_j = cells; two_j >= 0; two_j -= 2) {
        number *projector = matrix_identity(n);
        double j = two_j / 2.0;
        for (int two_k = cells; two_k >= 0; two_k -= 2) {
            if (two_k == two_j) continue;
            double k = two_k / 2.0, gap = j * (j + 1) - k * (k + 1);
            number *factor = matrix_zero(n), *unit = matrix_identity(n), *next;
            matrix_add(factor, 1 / gap, square, n);
            matrix_add(factor, -k * (k + 1) / gap, unit, n);
            next = matrix_product(projector, factor, n);
            free(unit);
            free(factor);
            free(projector);
            projector = next;
        }
        for (int i = 0; i <= two_j; i++) {
            number *part = b->ladder[two_j][i] = matrix_zero(n);
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
    number *rho = matrix_zero(n);
    if (m->battery == BRUTE_DICKE) {
        const number *projector = b->ladder[m->two_j][(m->two_m + m->two_j) / 2];
        matrix_add(rho, 1 / matrix_trace(projector, n), projector, n);
        return rho;
    }
    if (m->battery == BRUTE_ROTATED) { /* the highest bit stands first in the product */
        free(rho);
        rho = matrix_identity(1);
        for (int i = m->cells - 1, size = 1; i >= 0; i--, size *= 2) {
            double cosine = cos(m->unlike.angle[i] / 2), sine = sin(m->unlike.angle[i] / 2), p = 1 / (1 + m->q);
            number turn[4] = {cosine, -sine, sine, cosine}, mixed[4] = {p, 0, 0, m->q * p};
            number *back = matrix_adjoint(turn, 2), *half = matrix_product(turn, mixed, 2),
                   *one = matrix_product(half, back, 2), *next = matrix_kronecker(rho, size, one, 2);
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
    rho = matrix_identity(1);
    for (int i = 0, size = 1; i < m->cells; i++, size *= 2) {
        number *next = matrix_kronecker(rho, size, single, 2);
        free(rho);
        rho = next;
    }
    return rho;
}

static number *initial_cavity(const brute_model *m) {
    int n = m->levels;
    number *rho = matrix_zero(n), *amplitude = matrix_claim((size_t)n, sizeof *amplitude);
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
    number norm = matrix_trace(rho, n);
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
            number *raise = matrix_adjoint(lower[i], states), *move = matrix_product(raise, lower[k], states),
                   *whole = matrix_kronecker(move, states, dark, b->model.levels);
            matrix_add(b->term[H_EXCHANGE], both * g, whole, b->n);
            free(whole);
            free(move);
            free(raise);
        }
    if (LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', cells, rates, cells, values) != 0) abort();
    for (int e = 0; e < cells; e++) {
        if (values[e] < 1e-14) continue;
        number *jump = matrix_zero(states);
        for (int i = 0; i < cells; i++) matrix_add(jump, sqrt(values[e]) * rates[i * cells + e], lower[i], states);
        number *back = matrix_adjoint(jump, states);
        add_jump(b, jump, dark, BRUTE_COLLECTIVE_EMISSION);
        add_jump(b, back, dark, BRUTE_COLLECTIVE_ABSORPTION);
        free(back);
        free(jump);
    }
}

brute *brute_create(const brute_model *model) {
    brute *b = matrix_claim(1, sizeof *b);
    b->model = *model;
    b->refinement = 1;
    int cells = model->cells, levels = model->levels, states = b->cell_states = 1 << cells;
    int n = b->n = states * levels;

    number *unit = matrix_identity(states), *dark = matrix_identity(levels), *a = matrix_zero(levels),
           *jz = matrix_zero(states);
    for (int i = 1; i < levels; i++) a[(i - 1) * levels + i] = sqrt(i);
    number *create = matrix_adjoint(a, levels), *photons = matrix_product(create, a, levels);
    const number lower[4] = {[1] = 1}, raise[4] = {[2] = 1}, sign[4] = {[0] = -1, [3] = 1}; /* basis g, e */
    const brute_unlike *u = &model->unlike;
    number *of_cell[CELLS_MAX], *dephasing = matrix_zero(states), *coupled = matrix_zero(states),
                                *driven = matrix_zero(states), *offset = matrix_zero(states);
    for (int i = 0; i < H_TERMS; i++) b->term[i] = matrix_zero(n);
    b->lower = matrix_zero(states);
    for (int i = 0; i < cells; i++) {
        number *s = on_cell(lower, i, cells), *p = on_cell(raise, i, cells), *z = on_cell(sign, i, cells);
        of_cell[i] = matrix_zero(states);
        matrix_add(of_cell[i], 1, s, states);
        matrix_add(b->lower, 1, s, states);
        matrix_add(jz, 0.5, z, states);
        matrix_add(dephasing, 0.5 * factor_of(b, u->collective, i), z, states);
        matrix_add(coupled, factor_of(b, u->coupling, i), s, states);
        matrix_add(driven, factor_of(b, u->drive, i), s, states);
        number *up = matrix_product(p, s, states);
        matrix_add(offset, u->offset[i], up, states);
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

    b->a = matrix_kronecker(unit, states, a, levels);
    b->photons = matrix_kronecker(unit, states, photons, levels);
    b->jz = matrix_kronecker(jz, states, dark, levels);
    b->excitations = matrix_zero(n);
    number *whole = matrix_identity(n), *down = matrix_kronecker(coupled, states, dark, levels),
           *up = matrix_adjoint(down, n), *a_dagger = matrix_adjoint(b->a, n),
           *down_driven = matrix_kronecker(driven, states, dark, levels),
           *up_driven = matrix_adjoint(down_driven, n), *shifted = matrix_kronecker(offset, states, dark, levels);
    matrix_add(b->term[H_OFFSET], 1, shifted, n);
    matrix_add(b->excitations, 1, b->jz, n);
    matrix_add(b->excitations, cells / 2.0, whole, n);
    matrix_add(b->term[H_BATTERY], 1, b->excitations, n);
    matrix_add(b->term[H_CAVITY], 1, b->photons, n);
    number *parts[4] = {matrix_product(up, b->a, n), matrix_product(down, a_dagger, n),
                        matrix_product(up, a_dagger, n), matrix_product(down, b->a, n)};
    for (int i = 0; i < 4; i++) {
        matrix_add(b->term[i < 2 ? H_COUPLING : H_COUNTER], 1, parts[i], n);
        free(parts[i]);
    }
    matrix_add(b->term[H_DRIVE_CAVITY], 1, b->a, n);
    matrix_add(b->term[H_DRIVE_CAVITY], 1, a_dagger, n);
    matrix_add(b->term[H_DRIVE_BATTERY], 0.5, up_driven, n);
    matrix_add(b->term[H_DRIVE_BATTERY], 0.5, down_driven, n);
    for (int i = 0; i < H_TERMS; i++) b->sparse_term[i] = matrix_sparse(b->term[i], n);

    number *battery = initial_cells(b), *cavity = initial_cavity(model),
           *rho = matrix_kronecker(battery, states, cavity, levels);
    b->y = matrix_claim((size_t)n * (size_t)n + 1, sizeof *b->y);
    memcpy(b->y, rho, (size_t)n * (size_t)n * sizeof *rho);
    for (int i = 0; i < 20; i++) b->work[i] = matrix_claim((size_t)n * (size_t)n + 1, sizeof(number));

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

void brute_term_factors(const brute *b, double t, double factor[H_TERMS]) {
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
void brute_slope(brute *b, double t, number *dy, const number *y) {
    int n = b->n;
    size_t size = (size_t)n * (size_t)n;
    double factor[H_TERMS];
    brute_term_factors(b, t, factor);
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
    brute_slope(b, t + inside, d, before);
    for (size_t i = 0; i < size; i++) now[i] = before[i] + step * d[i];
    for (int k = 1; k < parts; k++) {
        brute_slope(b, t + k * step, d, now);
        for (size_t i = 0; i < size; i++) before[i] += 2 * step * d[i];
        number *swap = before;
        before = now;
        now = swap;
    }
    brute_slope(b, t + h - inside, d, now);
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
    double coupling = largest(&m->lambda) * largest(&m->g), bound = 0,
           *sum = matrix_claim((size_t)b->n, sizeof *sum);
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
