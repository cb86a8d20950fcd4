#include "generator/spins_matrix.h"

#include "basis/spin.h"
#include "core/memory.h"
#include "core/status.h"

#include <string.h>

/* An element (b, i) stands for j = N/2 - b and one m, and b + i rises with m. Channels couple neighbours: b and b +
 * i change by one at most. Columns of one colour therefore meet in no row, and nine applications show them all. */
enum { NEAR = 3, COLOURS = NEAR * NEAR };

static int32_t colour_of(int32_t b, int32_t i) {
    return b % NEAR * NEAR + (b + i) % NEAR;
}

typedef struct lines {
    int32_t cells, delta, n; /* n blocks have a line */
} lines;

static lines lines_of(int32_t cells, int32_t delta) {
    lines l = {.cells = cells, .delta = delta};
    while (l.n < ley_spin_blocks(cells) && ley_spin_two_j(cells, l.n) + 1 > delta) l.n++;
    return l;
}

static int32_t length_of(const lines *l, int32_t b) {
    return b < 0 || b >= l->n ? 0 : ley_spin_two_j(l->cells, b) + 1 - l->delta;
}

void ley_spins_matrix_clear(ley_spins_matrix *matrix) {
    ley_release(matrix->first);
    ley_release(matrix->row);
    ley_release(matrix->diagonal);
    ley_release(matrix->value);
    *matrix = (ley_spins_matrix){0};
}

/* Column (b, i), where here[] is the first place of each line; image[colour] holds the applications. */
static int32_t add_column(ley_spins_matrix *matrix, int32_t at, const lines *l, const int32_t *here, int32_t b,
                          int32_t i, double *const *image) {
    const double *seen = image[colour_of(b, i)];
    for (int32_t to = b - 1; to <= b + 1; to++)
        for (int32_t k = b + i - to - 1; k <= b + i - to + 1; k++) {
            if (k < 0 || k >= length_of(l, to)) continue;
            const int32_t row = here[to] + k;
            if (row == here[b] + i) matrix->diagonal[row] = at;
            matrix->row[at] = row;
            matrix->value[at++] = seen[row];
        }
    return at;
}

ley_status ley_spins_matrix_create(ley_spins_matrix *matrix, ley_generator *line, int32_t delta, ley_error *err) {
    const lines l = lines_of(line->blocks.cells, delta);
    const size_t n = (size_t)line->n, room = COLOURS * n;
    double *unit = ley_allocate(n, sizeof *unit), *images = ley_allocate(room, sizeof *images), *image[COLOURS];
    int32_t *here = ley_allocate((size_t)l.n + 1, sizeof *here);
    *matrix = (ley_spins_matrix){.first = ley_allocate(n + 1, sizeof *matrix->first),
                                 .row = ley_allocate(room, sizeof *matrix->row),
                                 .diagonal = ley_allocate(n, sizeof *matrix->diagonal),
                                 .value = ley_allocate(room, sizeof *matrix->value)};
    ley_status status = LEY_OK;
    if (!unit || !images || !here || !matrix->first || !matrix->row || !matrix->diagonal || !matrix->value) {
        status =
            ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for a matrix of %lld rows", (long long)line->n);
        ley_spins_matrix_clear(matrix);
        goto done;
    }
    for (int32_t b = 0; b < l.n; b++) here[b + 1] = here[b] + length_of(&l, b);
    for (int32_t colour = 0; colour < COLOURS; colour++) {
        image[colour] = images + (size_t)colour * n;
        for (int32_t b = 0; b < l.n; b++)
            for (int32_t i = 0; i < length_of(&l, b); i++) unit[here[b] + i] = colour_of(b, i) == colour;
        line->class->apply(line, 0, image[colour], unit);
    }
    int32_t at = 0;
    for (int32_t b = 0; b < l.n; b++)
        for (int32_t i = 0; i < length_of(&l, b); i++) {
            matrix->first[here[b] + i] = at;
            at = add_column(matrix, at, &l, here, b, i, image);
        }
    matrix->first[n] = at;
    matrix->of = (ley_sparse){.n = (int32_t)n, .first = matrix->first, .row = matrix->row, .value = matrix->value};
done:
    ley_release(unit);
    ley_release(images);
    ley_release(here);
    return status;
}

double ley_spins_matrix_bytes(const ley_model *model) {
    const double n = 0.25 * (model->cells + 2.0) * (model->cells + 2.0);
    return n * (COLOURS * (sizeof(int32_t) + 2 * sizeof(double)) + 2 * sizeof(int32_t) + sizeof(double));
}
