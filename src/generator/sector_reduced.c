/* From a start to a sector, and from a sector to its share of a reduced state. docs/theory/sectors.md */
#include "generator/sector_state.h"

#include "core/memory.h"
#include "core/status.h"
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

/* Doubles of a number of the battery or the cavity: at Delta = 0 those are populations. */
static int diagonal_step(const ley_sector *s) {
    return s->real || s->delta == 0 ? 1 : 2;
}

ley_index ley_sector_compact_length(const ley_sector *s) {
    ley_index cavity = s->levels > s->delta ? s->levels - s->delta : 0;
    return (band(s) + cavity) * diagonal_step(s) + s->moments * (s->real ? 1 : 2);
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

/* ---- Reading off ----------------------------------------------------------------------------------------------
 */

enum { SHORT = 24 }; /* rows up to here are summed on the spot */

static bool is_edge(int cavity) {
    return cavity == LEY_MOMENT_C_EDGE || cavity == LEY_MOMENT_C_EDGEDAG;
}

static void look_at(const ley_sector *s, ley_sector_read *read, int32_t b, int32_t e, int32_t ep) {
    const ley_sector_row *row = ley_sector_find_row(s, b, e, ep, &read->sign);
    *read = (ley_sector_read){.e = e, .sign = read->sign};
    if (!row) return;
    read->place = row->base;
    read->first = row->first;
    read->end = row->end;
}

/* In the order in which a reduced state holds what they give. */
ley_status ley_sector_find_reads(ley_sector *s, ley_error *err) {
    const int32_t cells = s->base.blocks.cells, delta = s->delta;
    size_t most = 1;
    for (int32_t b = s->first_block; b < s->end_block; b++) most += (size_t)(cells - 2 * b + 1);
    s->reads = ley_allocate(3 * most, sizeof *s->reads);
    if (!s->reads) return ley_fail(err, LEY_ERR_MEMORY, "sector", "no memory for the places of %zu rows", 3 * most);
    s->n_battery = s->n_cavity = s->n_ladder = 0;
    ley_sector_read *next = s->reads;
    for (int32_t b = s->first_block; b < s->end_block; b++) /* <e| rho_B |e - Delta> */
        for (int32_t e = b + delta; e <= cells - b; e++, s->n_battery++) look_at(s, next++, b, e, e - delta);
    for (int32_t b = s->first_block; b < s->end_block; b++) /* <n| rho_C |n - Delta> */
        for (int32_t e = b; e <= cells - b; e++, s->n_cavity++) look_at(s, next++, b, e, e);
    for (int32_t b = s->first_block; b < s->end_block; b++) /* <J- ...> */
        for (int32_t e = b + 1; e <= cells - b; e++, s->n_ladder++) {
            look_at(s, next, b, e, e - 1);
            next++->ladder = ley_ladder_minus(ley_spin_two_j(cells, b), e - b);
        }
    return LEY_OK;
}

static double battery_sum(const ley_sector *s, const double *plane, const ley_sector_read *read) {
    const double *row = plane + read->place;
    const int32_t k = ley_sector_aligned(read->first), n = read->end - read->first;
    if (n > SHORT && s->closed) /* here n = n' */
        return ley_row_dot(row + read->first, s->weight + read->first - read->e, n);
    if (n > SHORT) return ley_row_sum(row + k, ley_sector_aligned(read->end + LEY_SECTOR_VECTOR - 1) - k);
    double sum = 0;
    if (s->closed)
        for (int32_t i = read->first; i < read->end; i++) sum += row[i] * s->weight[i - read->e];
    else
        for (int32_t i = read->first; i < read->end; i++) sum += row[i];
    return sum;
}

static void add_cavity(double *out, int planes, const double *row, int32_t n) {
    if (planes == 1 && n > SHORT)
        ley_row_add(out, row, n);
    else
        for (int32_t i = 0; i < n; i++) out[(ley_index)planes * i] += row[i];
}

static double dot(const double *row, const double *weight, int32_t n) {
    if (n > SHORT) return ley_row_dot(row, weight, n);
    double sum = 0;
    for (int32_t i = 0; i < n; i++) sum += row[i] * weight[i];
    return sum;
}

/* Moments of the cavity alone, read off its matrix: charges 0 and 1 have some. */
static void cavity_moments(const ley_sector *s, double *moments, int planes, const double *cavity, int step) {
    for (int c = 0; c < LEY_MOMENT_CAVITY; c++) {
        const int place = s->moment_place[LEY_MOMENT_B_ONE][c];
        if (place < 0) continue;
        const double *weight = s->moment_weight + (ley_index)c * s->levels;
        double sum = 0;
        int32_t n = is_edge(c) && s->levels - 2 > s->delta ? s->levels - 2 : s->delta;
        for (; n < s->levels; n++) sum += weight[n] * cavity[(ley_index)step * (n - s->delta)];
        moments[(ley_index)place * planes] = sum;
    }
}

/* Those with a part of the battery that lowers m. */
static void ladder_moments(const ley_sector *s, double *moments, int planes, const double *plane, bool turns_sign) {
    const ley_sector_read *reads = s->reads + s->n_battery + s->n_cavity;
    for (int c = 0; c < LEY_MOMENT_CAVITY; c++) {
        if (s->moment_place[LEY_MOMENT_B_JM][c] < 0) continue;
        const double *weight = s->moment_weight + (ley_index)c * s->levels;
        double one = 0, with_m = 0;
        for (ley_index i = 0; i < s->n_ladder; i++) {
            const ley_sector_read *read = &reads[i];
            const int32_t lowest = read->e + (is_edge(c) ? s->levels - 2 : 0); /* with a weight */
            const int32_t first = read->first > lowest ? read->first : lowest;
            if (first >= read->end) continue;
            double sum =
                read->ladder * dot(plane + read->place + first, weight + first - read->e, read->end - first);
            if (turns_sign) sum *= read->sign;
            one += sum;
            with_m += (read->e - 0.5 * s->base.blocks.cells) * sum;
        }
        moments[(ley_index)s->moment_place[LEY_MOMENT_B_JM][c] * planes] = one;
        moments[(ley_index)s->moment_place[LEY_MOMENT_B_JZJM][c] * planes] = with_m - one;
        moments[(ley_index)s->moment_place[LEY_MOMENT_B_JMJZ][c] * planes] = with_m;
    }
}

void ley_sector_reduce(const ley_generator *self, double *compact, const double *x) {
    const ley_sector *s = (const ley_sector *)self;
    const int planes = s->real ? 1 : 2, step = diagonal_step(s);
    const int32_t delta = s->delta;
    double *battery = compact, *cavity = battery + step * s->n_battery;
    double *moments = cavity + step * (s->levels > delta ? s->levels - delta : 0);
    memset(compact, 0, (size_t)self->n_compact * sizeof *compact);
    for (int plane = 0; plane < planes; plane++) {
        const double *from = x + plane * s->plane;
        ladder_moments(s, moments + plane, planes, from, plane == 1);
        if (plane >= step) break;
        for (ley_index i = 0; i < s->n_battery; i++) {
            const double sum = battery_sum(s, from, &s->reads[i]);
            battery[step * i + plane] = plane == 0 ? sum : s->reads[i].sign * sum;
        }
        if (delta > 1 && self->cavity_diagonal) continue; /* moments of the cavity alone have charge 0 or 1 */
        for (ley_index i = s->n_battery; i < s->n_battery + s->n_cavity; i++) {
            const ley_sector_read *read = &s->reads[i];
            if (read->first < read->end)
                add_cavity(cavity + step * (read->first - read->e - delta) + plane, step,
                           from + read->place + read->first, read->end - read->first);
        }
        cavity_moments(s, moments + plane, planes, cavity + plane, step);
        for (int32_t n = delta; s->closed && n < s->levels; n++)
            cavity[step * (n - delta) + plane] *= sqrt(s->weight[n] * s->weight[n - delta]);
    }
}

void ley_sector_expand(const ley_generator *self, double t, double *reduced, const double *compact) {
    const ley_sector *s = (const ley_sector *)self;
    const int planes = s->real ? 1 : 2, step = diagonal_step(s);
    const int32_t cells = s->base.blocks.cells, delta = s->delta;
    ley_reduced out = ley_reduced_view(&s->base.blocks, reduced);
    double angle = s->rotating_frame ? delta * ley_signal_at(&s->base.model->cavity_frequency, 0) * t : 0;
    ley_complex phase = multiply(start_phase(s), (ley_complex){cos(angle), -sin(angle)});
    const double *in = compact;
#define NEXT(doubles) ((ley_complex){in[0], (doubles) == 2 ? in[1] : 0})
    ley_complex battery_phase = multiply(phase, minus_i_power(delta)); /* here e - e' = Delta */
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        int32_t d = ley_spin_two_j(cells, b) + 1;
        ley_complex *block = out.battery + s->base.blocks.offset[b];
        for (int32_t i = delta; i < d; i++, in += step) {
            ley_complex value = multiply(battery_phase, NEXT(step));
            block[(ley_index)i * d + i - delta] = value;
            if (delta != 0) block[(ley_index)(i - delta) * d + i] = conjugate(value);
        }
    }
    for (int32_t n = delta; n < s->levels; n++, in += step) { /* e = e': no gauge */
        ley_complex value = multiply(phase, NEXT(step));
        out.cavity[(ley_index)n * s->levels + n - delta] = value;
        if (delta != 0) out.cavity[(ley_index)(n - delta) * s->levels + n] = conjugate(value);
    }
    for (int b = 0; b < LEY_MOMENT_BATTERY; b++)
        for (int c = 0; c < LEY_MOMENT_CAVITY; c++) { /* as they follow each other */
            if (s->moment_place[b][c] < 0) continue;
            const ley_complex gauge = multiply(phase, minus_i_power(-ley_moment_battery_shift(b)));
            const ley_complex value = multiply(gauge, NEXT(planes));
            in += planes;
            out.moment[b * LEY_MOMENT_CAVITY + c] = value;
            if (delta == 1 && b == LEY_MOMENT_B_ONE) {
                const int dagger = c == LEY_MOMENT_C_A ? LEY_MOMENT_C_ADAG : LEY_MOMENT_C_EDGEDAG;
                out.moment[LEY_MOMENT_B_ONE * LEY_MOMENT_CAVITY + dagger] = conjugate(value);
            }
        }
#undef NEXT
}
