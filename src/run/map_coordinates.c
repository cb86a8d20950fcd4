#include "run/map_coordinates.h"

#include "basis/spin.h"
#include "linalg/hermitian.h"

#include <math.h>

void ley_coordinates_of(const ley_blocks *blocks, double *v, const ley_complex *battery) {
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const int32_t d = ley_spin_two_j(blocks->cells, b) + 1;
        const ley_complex *m = battery + blocks->offset[b];
        for (int32_t p = 0; p < d; p++) {
            *v++ = m[p * d + p].re;
            for (int32_t q = p + 1; q < d; q++) {
                *v++ = (m[p * d + q].re + m[q * d + p].re) / sqrt(2);
                *v++ = (m[p * d + q].im - m[q * d + p].im) / sqrt(2);
            }
        }
    }
}

void ley_coordinates_matrix(const ley_blocks *blocks, ley_complex *battery, const double *v) {
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const int32_t d = ley_spin_two_j(blocks->cells, b) + 1;
        ley_complex *m = battery + blocks->offset[b];
        for (int32_t p = 0; p < d; p++) {
            m[p * d + p] = (ley_complex){*v++, 0};
            for (int32_t q = p + 1; q < d; q++, v += 2) {
                m[p * d + q] = (ley_complex){v[0] / sqrt(2), v[1] / sqrt(2)};
                m[q * d + p] = (ley_complex){v[0] / sqrt(2), -v[1] / sqrt(2)};
            }
        }
    }
}

ley_status ley_coordinates_half_norm(const ley_blocks *blocks, double *norm, const double *v, ley_error *err) {
    ley_complex battery[LEY_MAP_OPS];
    double values[LEY_DIVISIBILITY_CELLS + 1], sum = 0;
    ley_coordinates_matrix(blocks, battery, v);
    for (int32_t b = 0; b < blocks->n_blocks; b++) {
        const int32_t d = ley_spin_two_j(blocks->cells, b) + 1;
        ley_status status = ley_hermitian_values(values, battery + blocks->offset[b], d, err);
        if (status != LEY_OK) return status;
        for (int32_t i = 0; i < d; i++) sum += 0.5 * fabs(values[i]);
    }
    *norm = sum;
    return LEY_OK;
}

ley_index ley_coordinates_place(int32_t d, int32_t p, int32_t q) {
    ley_index place = 0;
    for (int32_t i = 0; i < p; i++) place += 1 + 2 * (d - 1 - i);
    return place + (p == q ? 0 : 1 + 2 * (q - p - 1));
}
