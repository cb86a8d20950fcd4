#include "generator/half_state.h"

#include <math.h>
#include <string.h>

ley_index ley_half_compact_length(const ley_half *s) {
    ley_index n = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const ley_index d = ley_half_states(s->base.model, b);
        n += d * (d + 1) / 2;
    }
    return 2 * (n + (ley_index)s->levels * (s->levels + 1) / 2 + LEY_MOMENTS);
}

static ley_complex number(const ley_half *s, const double *x, int32_t b, int32_t i, int32_t k, int32_t n,
                          int32_t np) {
    const bool adjoint = k < i;
    const ley_index place = adjoint ? ley_half_find(s, b, k, i) : ley_half_find(s, b, i, k),
                    inside = adjoint ? ley_half_within(s, ley_half_parity_of(s, k, i), np, n)
                                     : ley_half_within(s, ley_half_parity_of(s, i, k), n, np);
    if (place < 0 || inside < 0) return (ley_complex){0, 0};
    const double *z = x + place + inside;
    return (ley_complex){z[0], adjoint ? -z[s->length] : z[s->length]};
}

void ley_half_start(const ley_generator *self, double *x, const ley_complex *battery, const ley_complex *cavity) {
    const ley_half *s = (const ley_half *)self;
    /* What was a coherent charger is the vacuum of the shifted mode. */
    const bool vacuum = s->displacement.at && self->model->cavity_state.kind == LEY_CAVITY_COHERENT;
    memset(x, 0, (size_t)self->n * sizeof *x);
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const int32_t d = ley_half_states(s->base.model, b);
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = i; k < ley_half_row_end(s->base.model, b, i); k++) {
                const ley_complex p = battery[ley_half_element(s, b, i, k)];
                double *panel = x + ley_half_find(s, b, i, k);
                for (int32_t n = 0; n < s->levels; n++)
                    for (int32_t np = 0; np < s->levels; np++) {
                        const ley_index inside = ley_half_within(s, ley_half_parity_of(s, i, k), n, np);
                        if (inside < 0) continue;
                        ley_complex z = cavity[(ley_index)n * s->levels + np];
                        if (vacuum) z = (ley_complex){n == 0 && np == 0, 0};
                        panel[inside] = p.re * z.re - p.im * z.im;
                        panel[inside + s->length] = p.re * z.im + p.im * z.re;
                    }
            }
    }
}

static void reduce_battery(const ley_half *s, ley_complex **out, const double *x, int32_t b) {
    const int32_t d = ley_half_states(s->base.model, b);
    const ley_index row = s->step == 1 ? s->width + 1 : 0;
    const double *panel = x + ley_half_find(s, b, 0, 0); /* panels of a block follow each other */
    for (int32_t i = 0; i < d; i++) {
        const int32_t end = ley_half_row_end(s->base.model, b, i);
        for (int32_t k = i; k < end; k++, (*out)++, panel += s->panel) {
            if (ley_half_within(s, ley_half_parity_of(s, i, k), 0, 0) < 0) continue;
            ley_complex sum = {0, 0};
            for (int32_t n = 0; n < s->levels; n++) {
                const double *z = panel + (row ? n * row : ley_half_within(s, 0, n, n));
                sum.re += z[0];
                sum.im += z[s->length];
            }
            **out = sum;
        }
        *out += d - end;
    }
}

static void reduce_cavity(const ley_half *s, ley_complex *out, const double *x, int32_t b) {
    const int32_t d = ley_half_states(s->base.model, b);
    const int odd = ley_half_parity_of(s, 0, 0);
    for (int32_t i = 0; i < d; i++) {
        ley_complex *next = out;
        const double *panel = x + ley_half_find(s, b, i, i);
        for (int32_t n = 0; n < s->levels; next += s->levels - n, n++)
            for (int32_t np = n + (s->step == 2 ? odd : 0); np < s->levels; np += s->step) {
                const double *z = panel + ley_half_within(s, odd, n, np);
                next[np - n].re += z[0];
                next[np - n].im += z[s->length];
            }
    }
}

/* sum <n'|C|n> rho[e, n; e', n'] of each C; the panel is stored, or its adjoint. */
static void cavity_moments(const ley_half *s, ley_complex *sum, const double *panel, int odd, bool adjoint) {
    memset(sum, 0, LEY_MOMENT_CAVITY * sizeof *sum);
    for (int op = 0; op < LEY_MOMENT_CAVITY; op++) {
        const int32_t shift = ley_moment_cavity_shift(op);
        const double *weight = s->moment_weight + op * s->levels;
        if (s->step == 2 && (shift + odd) & 1) continue; /* of the other parity */
        for (int32_t n = shift < 0 ? 1 : 0; n < s->levels - (shift > 0); n++) {
            const double *z =
                panel + (adjoint ? ley_half_within(s, odd, n + shift, n) : ley_half_within(s, odd, n, n + shift));
            sum[op].re += weight[n] * z[0];
            sum[op].im += weight[n] * z[s->length];
        }
        if (adjoint) sum[op].im = -sum[op].im;
    }
}

/* <B (x) C> = sum <m'|B|m> <n'|C|n> rho[m, n; m', n'] */
static void reduce_moments(const ley_half *s, ley_complex *out, const double *x, int32_t b) {
    const int32_t two_j = ley_spin_two_j(s->base.blocks.cells, b), kept = ley_half_states(s->base.model, b);
    for (int32_t i = 0; i < kept; i++)
        for (int32_t shift = 0; shift >= -1 && i + shift >= 0; shift--) { /* of m; all that occur */
            ley_complex sum[LEY_MOMENT_CAVITY];
            cavity_moments(s, sum, x + ley_half_find(s, b, i + shift, i), ley_half_parity_of(s, i + shift, i),
                           shift != 0);
            for (int op = 0; op < LEY_MOMENT_BATTERY; op++) {
                if (ley_moment_battery_shift(op) != shift) continue;
                const double weight = ley_moment_battery_weight(op, two_j, i);
                for (int c = 0; c < LEY_MOMENT_CAVITY; c++) {
                    out[op * LEY_MOMENT_CAVITY + c].re += weight * sum[c].re;
                    out[op * LEY_MOMENT_CAVITY + c].im += weight * sum[c].im;
                }
            }
        }
}

void ley_half_reduce(const ley_generator *self, double *compact, const double *x) {
    const ley_half *s = (const ley_half *)self;
    memset(compact, 0, (size_t)self->n_compact * sizeof *compact);
    ley_complex *out = (ley_complex *)compact, *moments = (ley_complex *)(compact + self->n_compact) - LEY_MOMENTS;
    ley_complex *cavity = moments - (ley_index)s->levels * (s->levels + 1) / 2;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        reduce_battery(s, &out, x, b);
        reduce_cavity(s, cavity, x, b);
        reduce_moments(s, moments, x, b);
    }
}

static ley_complex multiply(ley_complex a, ley_complex b) {
    return (ley_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static void add(ley_complex *sum, ley_complex z) {
    sum->re += z.re;
    sum->im += z.im;
}

void ley_shift_moments(ley_complex *moment, ley_complex alpha) {
    const ley_complex conjugate = {alpha.re, -alpha.im};
    for (int b = 0; b < LEY_MOMENT_BATTERY; b++) {
        ley_complex *m = moment + b * LEY_MOMENT_CAVITY;
        const ley_complex one = m[LEY_MOMENT_C_ONE];
        add(&m[LEY_MOMENT_C_NUMBER], multiply(conjugate, m[LEY_MOMENT_C_A]));
        add(&m[LEY_MOMENT_C_NUMBER], multiply(alpha, m[LEY_MOMENT_C_ADAG]));
        add(&m[LEY_MOMENT_C_NUMBER], multiply(multiply(alpha, conjugate), one));
        add(&m[LEY_MOMENT_C_A], multiply(alpha, one));
        add(&m[LEY_MOMENT_C_ADAG], multiply(conjugate, one));
        m[LEY_MOMENT_C_EDGE] = m[LEY_MOMENT_C_EDGEDAG] = (ley_complex){0, 0};
    }
}

void ley_half_expand(const ley_generator *self, double t, double *reduced, const double *compact) {
    const ley_half *s = (const ley_half *)self;
    const ley_blocks *blocks = &self->blocks;
    const ley_complex *in = (const ley_complex *)compact;
    ley_reduced out = ley_reduced_view(blocks, reduced);
#define PHASE(charge) ((ley_complex){cos(s->frame * (charge)*t), -sin(s->frame * (charge)*t)})
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const int32_t d = ley_half_states(self->model, b);
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = i; k < d; k++, in++) {
                ley_complex z = multiply(*in, PHASE(i - k));
                add(&out.battery[ley_half_element(s, b, i, k)], z);
                if (k > i) add(&out.battery[ley_half_element(s, b, k, i)], (ley_complex){z.re, -z.im});
            }
    }
    for (int32_t n = 0; n < s->levels; n++)
        for (int32_t np = n; np < s->levels; np++, in++) {
            ley_complex z = multiply(*in, PHASE(n - np));
            add(&out.cavity[(ley_index)n * s->levels + np], z);
            if (np > n) add(&out.cavity[(ley_index)np * s->levels + n], (ley_complex){z.re, -z.im});
        }
    ley_complex moment[LEY_MOMENTS];
    memcpy(moment, in, sizeof moment);
    if (s->displacement.at) {
        ley_complex alpha, spin;
        s->displacement.at(s->displacement.self, t, &alpha, &spin);
        if (s->turning) alpha = multiply(alpha, PHASE(-1)); /* it is the laboratory's */
        ley_shift_moments(moment, alpha);
    }
    for (int b = 0; b < LEY_MOMENT_BATTERY; b++)
        for (int c = 0; c < LEY_MOMENT_CAVITY; c++) {
            int32_t charge = -ley_moment_battery_shift(b) - ley_moment_cavity_shift(c);
            int i = b * LEY_MOMENT_CAVITY + c;
            add(&out.moment[i], multiply(moment[i], PHASE(charge)));
        }
#undef PHASE
}

void ley_half_joint_block(const ley_generator *self, ley_complex *block, const double *x, int32_t b) {
    const ley_half *s = (const ley_half *)self;
    const int32_t d = ley_spin_two_j(self->blocks.cells, b) + 1;
    for (int32_t i = 0; i < d; i++)
        for (int32_t n = 0; n < s->levels; n++)
            for (int32_t k = 0; k < d; k++)
                for (int32_t np = 0; np < s->levels; np++) *block++ = number(s, x, b, i, k, n, np);
}
