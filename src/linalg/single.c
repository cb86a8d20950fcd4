/* The layout of K. Goto, R. van de Geijn, ACM Trans. Math. Softw. 34, 12 (2008): a panel of b and a block of a are
 * packed so that the inner loop reads them in order, and a tile of c stays in registers meanwhile. */
#include "linalg/single.h"

#include "core/vector.h"

enum {
    ROWS = 6,     /* of a tile */
    COLUMNS = 16, /* of a tile: two vectors of eight */
    BLOCK = 96,   /* rows of a packed at a time, a multiple of ROWS */
    DEPTH = 256   /* of the inner sum */
};

typedef float vec __attribute__((vector_size(32), aligned(4), may_alias));
enum { LANES = 8 };

static ley_index smaller(ley_index a, ley_index b) {
    return a < b ? a : b;
}

static ley_index round_up(ley_index n, ley_index step) {
    return (n + step - 1) / step * step;
}

ley_index ley_product_single_scratch(ley_index n) {
    return DEPTH * (round_up(n, COLUMNS) + BLOCK);
}

/* Strips of `wide` rows of op(a) (columns of op(b)), each [depth][wide], zeros beyond the edge. across: from a row
 * to the next in memory, along: from one term of the sum to the next. */
static void pack(float *to, const float *from, ley_index across, ley_index along, ley_index n, ley_index depth,
                 ley_index wide) {
    for (ley_index i0 = 0; i0 < n; i0 += wide, to += wide * depth) {
        const ley_index inside = smaller(wide, n - i0);
        const float *strip = from + i0 * across;
        if (along == 1) {
            for (ley_index i = 0; i < inside; i++)
                for (ley_index k = 0; k < depth; k++) to[k * wide + i] = strip[i * across + k];
        } else {
            for (ley_index k = 0; k < depth; k++)
                for (ley_index i = 0; i < inside; i++) to[k * wide + i] = strip[k * along + i * across];
        }
        for (ley_index k = 0; k < depth; k++)
            for (ley_index i = inside; i < wide; i++) to[k * wide + i] = 0;
    }
}

/* One tile: c[ROWS][COLUMNS] = or += the sum over depth. */
LEY_INLINE void tile(float *c, ley_index stride, const float *a, const float *b, ley_index depth, bool begin) {
    vec s00 = {0}, s01 = {0}, s10 = {0}, s11 = {0}, s20 = {0}, s21 = {0};
    vec s30 = {0}, s31 = {0}, s40 = {0}, s41 = {0}, s50 = {0}, s51 = {0};
    for (ley_index k = 0; k < depth; k++, a += ROWS, b += COLUMNS) {
        const vec b0 = *(const vec *)b, b1 = *(const vec *)(b + LANES);
        s00 += a[0] * b0, s01 += a[0] * b1;
        s10 += a[1] * b0, s11 += a[1] * b1;
        s20 += a[2] * b0, s21 += a[2] * b1;
        s30 += a[3] * b0, s31 += a[3] * b1;
        s40 += a[4] * b0, s41 += a[4] * b1;
        s50 += a[5] * b0, s51 += a[5] * b1;
    }
#define KEEP(row, left, right)                                                                                     \
    do {                                                                                                           \
        vec *const low = (vec *)(c + (row)*stride), *const high = (vec *)(c + (row)*stride + LANES);               \
        if (!begin) left += *low, right += *high;                                                                  \
        *low = left;                                                                                               \
        *high = right;                                                                                             \
    } while (0)
    KEEP(0, s00, s01);
    KEEP(1, s10, s11);
    KEEP(2, s20, s21);
    KEEP(3, s30, s31);
    KEEP(4, s40, s41);
    KEEP(5, s50, s51);
#undef KEEP
}

/* c[rows][columns] = or += packed a times packed b. */
static LEY_CLONES void multiply(float *c, ley_index stride, const float *a, const float *b, ley_index rows,
                                ley_index columns, ley_index depth, bool begin) {
    float edge[ROWS * COLUMNS] = {0};
    for (ley_index q = 0; q < columns; q += COLUMNS)
        for (ley_index p = 0; p < rows; p += ROWS) {
            const ley_index wide = smaller(COLUMNS, columns - q), high = smaller(ROWS, rows - p);
            float *to = c + p * stride + q;
            if (wide == COLUMNS && high == ROWS) {
                tile(to, stride, a + p * depth, b + q * depth, depth, begin);
                continue;
            }
            tile(edge, COLUMNS, a + p * depth, b + q * depth, depth, true);
            for (ley_index i = 0; i < high; i++)
                for (ley_index k = 0; k < wide; k++)
                    to[i * stride + k] = begin ? edge[i * COLUMNS + k] : to[i * stride + k] + edge[i * COLUMNS + k];
        }
}

void ley_product_single(float *c, const float *a, bool transpose_a, const float *b, bool transpose_b, ley_index n,
                        float *scratch) {
    float *left = scratch, *right = scratch + DEPTH * BLOCK;
    const ley_index a_row = transpose_a ? 1 : n, a_sum = transpose_a ? n : 1;
    const ley_index b_column = transpose_b ? n : 1, b_sum = transpose_b ? 1 : n;
    for (ley_index k = 0; k < n; k += DEPTH) {
        const ley_index depth = smaller(DEPTH, n - k);
        pack(right, b + k * b_sum, b_column, b_sum, n, depth, COLUMNS);
        for (ley_index i = 0; i < n; i += BLOCK) {
            const ley_index rows = smaller(BLOCK, n - i);
            pack(left, a + i * a_row + k * a_sum, a_row, a_sum, rows, depth, ROWS);
            multiply(c + i * n, n, left, right, rows, n, depth, k == 0);
        }
    }
}
