/* From a start to a sector, and from a sector to its share of a reduced state. docs/theory/sectors.md */
#include "generator/sector_state.h"

#include "generator/sector_kernel.h"

#include <math.h>
#include <string.h>

/* Moments of charge Delta >= 0; those of charge -1 are conjugates. */
void ley_sector_place_moments(ley_sector *s) {
    s->moments = 0;
    for (int b = 0; b < LEY_MOMENT_BATTERY; b++)
        for (int c = 0; c < LEY_MOMENT_CAVITY; c++) {
            const bool here = -ley_moment_battery_shift(b) - ley_moment_cavity_shift(c) == s->delta;
            s->moment_place[b][c] = here ? s->moments++ : -1;
        }
}

static ley_index band(const ley_sector *s) {
    ley_index n = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        int32_t d = ley_spin_two_j(s->base.blocks.cells, b) + 1;
        if (d > s->delta) n += d - s->delta;
    }
    return n;
}

ley_index ley_sector_compact_length(const ley_sector *s) {
    ley_index cavity = s->levels > s->delta ? s->levels - s->delta : 0;
    return (band(s) + cavity + s->moments) * (s->real ? 1 : 2);
}

/* (-i)^k */
static ley_complex minus_i_power(int32_t k) {
    static const ley_complex power[4] = {{1, 0}, {0, -1}, {-1, 0}, {0, 1}};
    return power[((k % 4) + 4) % 4];
}

static ley_complex multiply(ley_complex a, ley_complex b) {
    return (ley_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static ley_complex conjugate(ley_complex a) {
    return (ley_complex){a.re, -a.im};
}

/* One phase a sector makes a real start real: that of a coherent charger, e^{i Delta arg(alpha)} with the gauge
 * i^Delta. */
static ley_complex start_phase(const ley_sector *s) {
    if (!s->real || ley_sector_cavity_is_diagonal(&s->base.model->cavity_state)) return (ley_complex){1, 0};
    double angle = s->delta * atan2(s->base.model->cavity_state.alpha.im, s->base.model->cavity_state.alpha.re);
    return (ley_complex){cos(angle), sin(angle)};
}

void ley_sector_start(const ley_generator *self, double *x, const ley_complex *battery, const ley_complex *cavity) {
    const ley_sector *s = (const ley_sector *)self;
    memset(x, 0, (size_t)self->n * sizeof *x);
    ley_complex phase = conjugate(start_phase(s));
    for (int32_t b = 0; b < s->base.blocks.n_blocks; b++) {
        ley_index d = ley_spin_two_j(s->base.blocks.cells, b) + 1;
        for (ley_index i = s->first_row[b]; i < s->first_row[b + 1]; i++) {
            const ley_sector_row *place = &s->rows[i];
            ley_complex spin = battery[s->base.blocks.offset[b] + (place->e - b) * d + (place->ep - b)];
            spin = multiply(multiply(spin, phase), conjugate(minus_i_power(place->e - place->ep)));
            if (spin.re == 0 && spin.im == 0) continue;
            for (int32_t k = place->first; k < place->end; k++) {
                int32_t n = k - place->e, np = k - s->delta - place->ep;
                ley_complex value = multiply(spin, cavity[(ley_index)n * s->levels + np]);
                const double scale = s->closed ? 1 / sqrt(s->weight[n] * s->weight[np]) : 1;
                x[place->base + k] = scale * value.re;
                if (!s->real) x[s->plane + place->base + k] = scale * value.im;
            }
        }
    }
}

static double sum_row(const ley_sector *s, const double *x, int plane, int32_t b, int32_t e, int32_t ep) {
    double sign;
    const ley_sector_row *place = ley_sector_find_row(s, b, e, ep, &sign);
    if (!place) return 0;
    const int32_t k = ley_sector_aligned(place->first), n = ley_sector_row_length(place);
    const double *row = x + plane * s->plane + place->base + k;
    /* here n = n' */
    double sum = s->closed ? ley_row_dot(row, s->weight + k - place->e, n) : ley_row_sum(row, n);
    return plane == 0 ? sum : sign * sum;
}

static bool is_edge(int cavity) {
    return cavity == LEY_MOMENT_C_EDGE || cavity == LEY_MOMENT_C_EDGEDAG;
}

/* Moments with a battery part that moves m by `shift`, all of them from one look at a row. */
static void reduce_shifted(const ley_sector *s, double *out, const double *x, int plane, int32_t shift) {
    const int planes = s->real ? 1 : 2;
    const int32_t cells = s->base.blocks.cells;
    const int one = shift == 0 ? LEY_MOMENT_B_ONE : LEY_MOMENT_B_JM;
    int list[LEY_MOMENT_CAVITY], n = 0;
    for (int c = 0; c < LEY_MOMENT_CAVITY; c++)
        if (s->moment_place[one][c] >= 0) list[n++] = c;
    if (n == 0) return;
    for (int32_t b = s->first_block; b < s->end_block; b++)
        for (int32_t e = b - shift; e <= cells - b; e++) {
            double sign;
            const ley_sector_row *place = ley_sector_find_row(s, b, e, e + shift, &sign);
            if (!place) continue;
            const double *row = x + plane * s->plane + place->base, m = e - 0.5 * cells;
            const double ladder = shift == 0 ? 1 : ley_ladder_minus(ley_spin_two_j(cells, b), e - b);
            for (int i = 0; i < n; i++) {
                const double *weight = s->moment_weight + (ley_index)list[i] * s->levels;
                const int32_t lowest = e + (is_edge(list[i]) ? s->levels - 2 : 0); /* with a weight */
                const int32_t first = place->first > lowest ? place->first : lowest;
                if (first >= place->end) continue;
                double sum = ladder * ley_row_dot(row + first, weight + first - e, place->end - first);
                if (plane == 1) sum *= sign;
                out[s->moment_place[one][list[i]] * planes] += sum;
                if (shift == 0) continue;
                out[s->moment_place[LEY_MOMENT_B_JZJM][list[i]] * planes] += (m - 1) * sum;
                out[s->moment_place[LEY_MOMENT_B_JMJZ][list[i]] * planes] += m * sum;
            }
        }
}

static void reduce_moments(const ley_sector *s, double *out, const double *x, int plane) {
    for (int32_t shift = 0; shift >= -1; shift--) reduce_shifted(s, out, x, plane, shift);
}

void ley_sector_reduce(const ley_generator *self, double *compact, const double *x) {
    const ley_sector *s = (const ley_sector *)self;
    const int planes = s->real ? 1 : 2;
    const int32_t cells = s->base.blocks.cells, delta = s->delta;
    memset(compact, 0, (size_t)self->n_compact * sizeof *compact);
    for (int plane = 0; plane < planes; plane++) {
        double *out = compact + plane;
        for (int32_t b = s->first_block; b < s->end_block; b++) /* <e| rho_B |e - Delta> */
            for (int32_t e = b + delta; e <= cells - b; e++, out += planes)
                *out = sum_row(s, x, plane, b, e, e - delta);
        for (int32_t b = s->first_block; b < s->end_block; b++) /* <n| rho_C |n - Delta> */
            for (int32_t e = b; e <= cells - b; e++) {
                double sign;
                const ley_sector_row *place = ley_sector_find_row(s, b, e, e, &sign);
                if (!place) continue;
                const double *row = x + plane * s->plane + place->base;
                if (planes == 1)
                    ley_row_add(out + place->first - e - delta, row + place->first, place->end - place->first);
                for (int32_t k = place->first; planes == 2 && k < place->end; k++)
                    out[planes * (k - e - delta)] += row[k];
            }
        for (int32_t n = delta; s->closed && n < s->levels; n++)
            out[planes * (n - delta)] *= sqrt(s->weight[n] * s->weight[n - delta]);
        if (s->levels > delta) out += planes * (s->levels - delta);
        reduce_moments(s, out, x, plane);
    }
}

void ley_sector_expand(const ley_generator *self, double t, double *reduced, const double *compact) {
    const ley_sector *s = (const ley_sector *)self;
    const int planes = s->real ? 1 : 2;
    const int32_t cells = s->base.blocks.cells, delta = s->delta;
    ley_reduced out = ley_reduced_view(&s->base.blocks, reduced);
    double angle = s->rotating_frame ? delta * ley_signal_at(&s->base.model->cavity_frequency, 0) * t : 0;
    ley_complex phase = multiply(start_phase(s), (ley_complex){cos(angle), -sin(angle)});
    const double *in = compact;
#define NEXT() ((ley_complex){in[0], planes == 2 ? in[1] : 0})
    ley_complex battery_phase = multiply(phase, minus_i_power(delta)); /* here e - e' = Delta */
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        int32_t d = ley_spin_two_j(cells, b) + 1;
        ley_complex *block = out.battery + s->base.blocks.offset[b];
        for (int32_t i = delta; i < d; i++, in += planes) {
            ley_complex value = multiply(battery_phase, NEXT());
            block[(ley_index)i * d + i - delta] = value;
            if (delta != 0) block[(ley_index)(i - delta) * d + i] = conjugate(value);
        }
    }
    for (int32_t n = delta; n < s->levels; n++, in += planes) { /* e = e': no gauge */
        ley_complex value = multiply(phase, NEXT());
        out.cavity[(ley_index)n * s->levels + n - delta] = value;
        if (delta != 0) out.cavity[(ley_index)(n - delta) * s->levels + n] = conjugate(value);
    }
    for (int b = 0; b < LEY_MOMENT_BATTERY; b++)
        for (int c = 0; c < LEY_MOMENT_CAVITY; c++) { /* as they follow each other */
            if (s->moment_place[b][c] < 0) continue;
            const ley_complex gauge = multiply(phase, minus_i_power(-ley_moment_battery_shift(b)));
            const ley_complex value = multiply(gauge, NEXT());
            in += planes;
            out.moment[b * LEY_MOMENT_CAVITY + c] = value;
            if (delta == 1 && b == LEY_MOMENT_B_ONE) {
                const int dagger = c == LEY_MOMENT_C_A ? LEY_MOMENT_C_ADAG : LEY_MOMENT_C_EDGEDAG;
                out.moment[LEY_MOMENT_B_ONE * LEY_MOMENT_CAVITY + dagger] = conjugate(value);
            }
        }
#undef NEXT
}
