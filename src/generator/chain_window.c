#include "generator/chain_window.h"

#include "basis/spin.h"
#include "core/memory.h"
#include "core/status.h"
#include "linalg/sparse.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum {
    PER_COLUMN = 9, /* a state, its neighbours m - 1, m, m + 1 in j - 1, j, j + 1 */
    WHOLE = 96,     /* as many cells are solved whole */
    COARSER = 4,    /* larger ones look at a battery with a fourth of the cells first */
    ITERATIONS = 40
};
static const double shift = 1e-6;         /* of the slowest channel: far below the relaxation looked for */
static const double digits_first = 20;    /* populations smaller by so many digits are left out */
static const double digits_last = 1000;   /* beyond what numbers hold: the whole battery is solved */
static const double digits_margin = 2;    /* of the coarse battery, besides: prefactors */
static const double leak_allowed = 1e-14; /* of what is kept, in a relaxation time */

/* States low <= i < high of each block, numbered one after the other. */
typedef struct window {
    int32_t *low, *high; /* [n_blocks] */
    int32_t *begin;      /* [n_blocks + 1] */
    int32_t n;
} window;

typedef struct matrix { /* shift - R on a window, compressed columns; the window reflects */
    int32_t *first, *row;
    double *value;
    double *dropped; /* [n] rate out of the window */
} matrix;

static ley_status short_of_memory(const ley_chain *chain, ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for the populations of %d cells", (int)chain->cells);
}

static double slowest_of(const ley_chain *chain) {
    const double rate[] = {chain->down, chain->up, chain->local[0], chain->local[1], chain->local[2]};
    double slowest = INFINITY;
    for (size_t i = 0; i < sizeof rate / sizeof *rate; i++)
        if (rate[i] > 0) slowest = fmin(slowest, rate[i]);
    return slowest;
}

/* ---- Which states -------------------------------------------------------------------------------------------- */

static void number_states(const ley_chain *chain, window *w) {
    w->begin[0] = 0;
    for (int32_t b = 0; b < chain->n_blocks; b++) w->begin[b + 1] = w->begin[b] + w->high[b] - w->low[b];
    w->n = w->begin[chain->n_blocks];
}

static void take_all(const ley_chain *chain, window *w) {
    for (int32_t b = 0; b < chain->n_blocks; b++) {
        w->low[b] = 0;
        w->high[b] = ley_spin_two_j(chain->cells, b) + 1;
    }
    number_states(chain, w);
}

/* Weights of many cells fall exponentially, p_N(x) ~ exp(-N I(x)) with x = (j, m) / N, when collective rates times
 * N stay the same: a coarse battery of N' cells shows where p_N is smaller than the largest by so many digits. */
static void take_where(const ley_chain *chain, window *w, const ley_chain *coarse, const double *p,
                       int32_t *coarse_low, int32_t *coarse_high, double digits) {
    const double ratio = (double)chain->cells / coarse->cells;
    double largest = 0;
    for (int32_t i = 0; i < coarse->n; i++) largest = fmax(largest, p[i]);
    const double enough = largest * pow(10, -digits / ratio - digits_margin);
    for (int32_t b = 0; b < coarse->n_blocks; b++) { /* excitations, ends included; low > high: none */
        const double *block = p + coarse->offset[b];
        coarse_low[b] = INT32_MAX;
        coarse_high[b] = -1;
        for (int32_t i = 0; i <= ley_spin_two_j(coarse->cells, b); i++) {
            if (!(block[i] > enough)) continue;
            if (b + i < coarse_low[b]) coarse_low[b] = b + i;
            coarse_high[b] = b + i;
        }
    }
    for (int32_t b = 0; b < chain->n_blocks; b++) {
        const int32_t middle = (int32_t)(b / ratio), states = ley_spin_two_j(chain->cells, b) + 1;
        int32_t low = INT32_MAX, high = -1;
        for (int32_t near = middle - 1; near <= middle + 2; near++) {
            if (near < 0 || near >= coarse->n_blocks) continue;
            if (coarse_low[near] < low) low = coarse_low[near];
            if (coarse_high[near] > high) high = coarse_high[near];
        }
        w->low[b] = w->high[b] = 0;
        if (low > high) continue;
        const double first = floor((low - 1) * ratio) - b, last = ceil((high + 1) * ratio) - b;
        w->low[b] = (int32_t)fmin(states, fmax(0, first));
        w->high[b] = (int32_t)fmax(w->low[b], fmin(states, last + 1));
    }
    number_states(chain, w);
}

/* ---- The matrix ---------------------------------------------------------------------------------------------- */

static bool holds(const ley_chain *chain, const window *w, int32_t b, int32_t i) {
    return b >= 0 && b < chain->n_blocks && i >= w->low[b] && i < w->high[b];
}

static void fill_column(const ley_chain *chain, const window *w, matrix *m, int32_t b, int32_t i, double more) {
    const int32_t column = w->begin[b] + i - w->low[b];
    const ley_chain_rates rates = ley_chain_rates_from(chain, b, i);
    int32_t at = m->first[column], diagonal = at;
    double out = more;
    for (int k = 0; k < 3; k++) /* rows ascend: larger spins come first, then m */
        for (int q = 0; q < 3; q++) {
            const int32_t target = b + k - 1, i_to = i + q - k;
            const double rate = rates.to[q][k];
            if (k == 1 && q == 1) {
                diagonal = at;
                m->row[at++] = column;
            } else if (rate > 0 && holds(chain, w, target, i_to)) {
                m->row[at] = w->begin[target] + i_to - w->low[target];
                m->value[at++] = -rate;
                out += rate;
            } else {
                m->dropped[column] += rate;
            }
        }
    m->value[diagonal] = out;
    m->first[column + 1] = at;
}

static void matrix_clear(matrix *m) {
    ley_release(m->first);
    ley_release(m->row);
    ley_release(m->value);
    ley_release(m->dropped);
}

static ley_status matrix_create(matrix *m, const ley_chain *chain, const window *w, double more, ley_error *err) {
    const size_t n = (size_t)w->n;
    *m = (matrix){.first = ley_allocate(n + 1, sizeof *m->first),
                  .row = ley_allocate(n * PER_COLUMN, sizeof *m->row),
                  .value = ley_allocate(n * PER_COLUMN, sizeof *m->value),
                  .dropped = ley_allocate(n, sizeof *m->dropped)};
    if (!m->first || !m->row || !m->value || !m->dropped) return short_of_memory(chain, err);
    for (int32_t b = 0; b < chain->n_blocks; b++)
        for (int32_t i = w->low[b]; i < w->high[b]; i++) fill_column(chain, w, m, b, i, more);
    return LEY_OK;
}

/* ---- Inverse iteration --------------------------------------------------------------------------------------- */

/* (shift - R)^-1 has no negative element, so that populations stay what they are; each round shrinks what decays
 * at rate r by shift / r. */
static ley_status iterate(ley_sparse_lu *lu, double *p, double *before, size_t n, ley_error *err) {
    double change = INFINITY, last;
    int rounds = 0;
    for (size_t i = 0; i < n; i++) p[i] = 1 / (double)n;
    do {
        double sum = 0;
        last = change;
        change = 0;
        memcpy(before, p, n * sizeof *before);
        ley_sparse_lu_solve(lu, p);
        for (size_t i = 0; i < n; i++) sum += p[i];
        for (size_t i = 0; i < n; i++) {
            p[i] /= sum;
            change += fabs(p[i] - before[i]);
        }
        rounds++;
    } while (change > 1e-15 && change < 0.3 * last && rounds < ITERATIONS);
    if (change < 1e-10) return LEY_OK;
    return ley_fail(err, LEY_ERR_NUMERIC, "steady",
                    "relaxation is too slow to be told from none: the iteration stands still at %.2g", change);
}

/* The stationary state of the window; *leak: what would leave it in a relaxation time. */
static ley_status solve_window(const ley_chain *chain, const window *w, double *p, double *leak, ley_error *err) {
    const size_t n = (size_t)w->n;
    const double slowest = slowest_of(chain);
    matrix m = {0};
    ley_sparse_lu *lu = NULL;
    double *kept = NULL;
    ley_status status = matrix_create(&m, chain, w, shift * slowest, err);
    if (status != LEY_OK) goto done;
    kept = ley_allocate(2 * n, sizeof *kept);
    if (!kept) {
        status = short_of_memory(chain, err);
        goto done;
    }
    const ley_sparse sparse = {.n = w->n, .first = m.first, .row = m.row, .value = m.value};
    status = ley_sparse_lu_create(&lu, &sparse, err);
    if (status == LEY_OK) status = iterate(lu, kept, kept + n, n, err);
    if (status != LEY_OK) goto done;
    *leak = 0;
    for (size_t i = 0; i < n; i++) *leak += m.dropped[i] * kept[i] / slowest;
    memset(p, 0, (size_t)chain->n * sizeof *p);
    for (int32_t b = 0; b < chain->n_blocks; b++)
        memcpy(p + chain->offset[b] + w->low[b], kept + w->begin[b], (size_t)(w->high[b] - w->low[b]) * sizeof *p);
done:
    ley_sparse_lu_destroy(lu);
    matrix_clear(&m);
    ley_release(kept);
    return status;
}

static ley_status solve(const ley_chain *chain, double *p, window *w, ley_error *err) {
    double leak = 0;
    if (chain->cells <= WHOLE) {
        take_all(chain, w);
        return solve_window(chain, w, p, &leak, err);
    }
    const ley_model fewer = {.cells = chain->cells / COARSER};
    const double scale = (double)chain->cells / fewer.cells;
    ley_chain coarse = {0};
    double *shape = NULL;
    int32_t *ends = NULL;
    ley_status status = ley_chain_create(&coarse, &fewer, err);
    if (status != LEY_OK) return status;
    coarse.down = chain->down * scale;
    coarse.up = chain->up * scale;
    memcpy(coarse.local, chain->local, sizeof coarse.local);
    shape = ley_allocate((size_t)coarse.n, sizeof *shape);
    ends = ley_allocate(2 * (size_t)coarse.n_blocks, sizeof *ends);
    status = shape && ends ? ley_chain_solve(&coarse, shape, err) : short_of_memory(chain, err);
    bool narrow = status == LEY_OK;
    for (double digits = digits_first; narrow && digits < digits_last; digits *= 2) {
        take_where(chain, w, &coarse, shape, ends, ends + coarse.n_blocks, digits);
        if (w->n > 0.9 * chain->n) break;
        status = solve_window(chain, w, p, &leak, err);
        if (status != LEY_OK || leak < leak_allowed) goto done;
    }
    if (status == LEY_ERR_MEMORY) goto done;
    take_all(chain, w);
    status = solve_window(chain, w, p, &leak, err);
done:
    ley_chain_clear(&coarse);
    ley_release(shape);
    ley_release(ends);
    return status;
}

ley_status ley_chain_solve(const ley_chain *chain, double *p, ley_error *err) {
    const size_t blocks = (size_t)chain->n_blocks;
    int32_t *memory = ley_allocate(3 * blocks + 1, sizeof *memory);
    if (!memory) return short_of_memory(chain, err);
    window w = {.low = memory, .high = memory + blocks, .begin = memory + 2 * blocks};
    ley_status status = solve(chain, p, &w, err);
    ley_release(memory);
    return status;
}

/* Windows as they are where a bath at n = 1/2 acts beside one at n = 0.1; hot ones may need every state. */
double ley_chain_states(int32_t cells) {
    const double all = floor((cells + 2.0) * (cells + 2.0) / 4);
    return cells <= WHOLE ? all : fmin(all, 3800 * pow(cells / 200.0, 0.62));
}

double ley_chain_bytes(int32_t cells) {
    const double n = ley_chain_states(cells), kept = PER_COLUMN * (sizeof(double) + sizeof(int32_t)) + 40;
    const double factors = 2 * log2(n + 1) * (sizeof(double) + sizeof(int32_t)); /* as KLU fills in */
    return n * (kept + factors);
}
