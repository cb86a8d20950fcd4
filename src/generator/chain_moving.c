#include "generator/chain_moving.h"

#include "basis/spin.h"
#include "core/memory.h"
#include "core/status.h"
#include "generator/spins.h"
#include "linalg/shifted.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum {
    PER_COLUMN = 9, /* a state, its neighbours m - 1, m, m + 1 in j - 1, j, j + 1 */
    WHOLE = 600,    /* as many states are held always */
    LEAST = 4       /* margin, in states */
};

/* Excitations low <= k < high of each block, k = i + b. low >= high: none. */
typedef struct outline {
    int32_t *low, *high;
} outline;

struct ley_chain_moving {
    ley_chain chain;
    int32_t first_block, end_block; /* blocks that a whole state holds */
    int32_t slots, origin, n_whole; /* origin: number of the first state of a whole state in the chain */
    outline held, wanted;
    int32_t *begin; /* [n_blocks] number here of the state with k = 0 of each block, were it held */
    int32_t *memory;
    int32_t n, *where;      /* [n] */
    ley_chain_rates *rates; /* [n] */
    int32_t *first, *row;   /* R here, compressed columns */
    double *value;
    ley_shifted_lu *lu;
};

static ley_status short_of_memory(const ley_chain_moving *c, ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "propagator", "no memory for the populations of %d cells",
                    (int)c->chain.cells);
}

static void release_matrix(ley_chain_moving *c) {
    ley_shifted_destroy(c->lu);
    ley_release(c->where);
    ley_release(c->rates);
    ley_release(c->first);
    ley_release(c->row);
    ley_release(c->value);
    c->lu = NULL;
    c->where = c->first = c->row = NULL;
    c->rates = NULL;
    c->value = NULL;
}

void ley_chain_moving_destroy(ley_chain_moving *c) {
    if (!c) return;
    release_matrix(c);
    ley_chain_clear(&c->chain);
    ley_release(c->memory);
    ley_release(c);
}

ley_status ley_chain_moving_create(ley_chain_moving **moving, const ley_model *model, int32_t only, int32_t slots,
                                   ley_error *err) {
    ley_chain_moving *c = ley_allocate(1, sizeof *c);
    if (!c) return ley_fail(err, LEY_ERR_MEMORY, "propagator", "no memory for a chain");
    ley_status status = ley_chain_create(&c->chain, model, err);
    if (status != LEY_OK) goto failed;
    const size_t blocks = (size_t)c->chain.n_blocks;
    c->slots = slots;
    c->first_block = only < 0 ? 0 : only;
    c->end_block = only < 0 ? c->chain.n_blocks : only + 1;
    c->origin = c->chain.offset[c->first_block];
    c->n_whole = c->chain.offset[c->end_block] - c->origin;
    c->memory = ley_allocate(5 * blocks, sizeof *c->memory);
    if (!c->memory) {
        status = short_of_memory(c, err);
        goto failed;
    }
    c->held = (outline){c->memory, c->memory + blocks};
    c->wanted = (outline){c->memory + 2 * blocks, c->memory + 3 * blocks};
    c->begin = c->memory + 4 * blocks;
    *moving = c;
    return LEY_OK;
failed:
    ley_chain_moving_destroy(c);
    return status;
}

/* ---- Which states -------------------------------------------------------------------------------------------- */

static int32_t end_of(const ley_chain_moving *c, int32_t b) { /* excitations of block b end before */
    return b + ley_spin_two_j(c->chain.cells, b) + 1;
}

static bool holds(const ley_chain_moving *c, int32_t b, int32_t k) {
    return b >= c->first_block && b < c->end_block && k >= c->held.low[b] && k < c->held.high[b];
}

static void extend(outline *o, int32_t b, int32_t k) {
    if (k < o->low[b]) o->low[b] = k;
    if (k >= o->high[b]) o->high[b] = k + 1;
}

static void clear(const ley_chain_moving *c, outline *o) {
    for (int32_t b = 0; b < c->chain.n_blocks; b++) {
        o->low[b] = INT32_MAX;
        o->high[b] = 0;
    }
}

/* Grows an outline by a margin on every side: `from` is overwritten, the result is in `to`. */
static int32_t grow(const ley_chain_moving *c, outline *to, const outline *from, double wider) {
    int32_t low = INT32_MAX, high = 0, first = INT32_MAX, last = 0, n = 0;
    for (int32_t b = c->first_block; b < c->end_block; b++) {
        if (from->low[b] >= from->high[b]) continue;
        if (from->low[b] < low) low = from->low[b];
        if (from->high[b] > high) high = from->high[b];
        if (b < first) first = b;
        last = b;
    }
    clear(c, to);
    if (first > last) return 0;
    const bool all = c->n_whole <= WHOLE;
    const double share = 0.125 * wider;
    const int32_t up = all ? c->chain.cells : (int32_t)fmin(c->chain.cells, wider * LEAST + share * (high - low)),
                  side = all ? c->chain.n_blocks
                             : (int32_t)fmin(c->chain.n_blocks, wider * LEAST + share * (last - first));
    for (int32_t b = first - side < c->first_block ? c->first_block : first - side;
         b < c->end_block && b <= last + side; b++) {
        for (int32_t near = b - side < first ? first : b - side; near <= last && near <= b + side; near++) {
            if (from->low[near] >= from->high[near]) continue;
            if (from->low[near] - up < to->low[b]) to->low[b] = from->low[near] - up;
            if (from->high[near] + up > to->high[b]) to->high[b] = from->high[near] + up;
        }
        if (all) to->low[b] = b, to->high[b] = end_of(c, b);
        if (to->low[b] < b) to->low[b] = b;
        if (to->high[b] > end_of(c, b)) to->high[b] = end_of(c, b);
        if (to->low[b] < to->high[b]) n += to->high[b] - to->low[b];
    }
    return n;
}

/* ---- The matrix ---------------------------------------------------------------------------------------------- */

/* Elements of a column: rows ascend, larger spins come first, then m. The edge reflects. */
static int32_t fill_column(const ley_chain_moving *c, int32_t column, int32_t at, int32_t b, int32_t k) {
    const ley_chain_rates *rates = &c->rates[column];
    int32_t diagonal = at;
    double out = 0;
    for (int to = 0; to < 3; to++)
        for (int q = 0; q < 3; q++) {
            const int32_t target = b + to - 1, k_to = k + q - 1;
            const double rate = rates->to[q][to];
            if (to == 1 && q == 1) {
                diagonal = at;
                c->row[at++] = column;
            } else if (rate > 0 && holds(c, target, k_to)) {
                c->row[at] = c->begin[target] + k_to;
                c->value[at++] = rate;
                out += rate;
            }
        }
    c->value[diagonal] = -out;
    return at;
}

static ley_status make_matrix(ley_chain_moving *c, ley_error *err) {
    const size_t n = (size_t)c->n;
    release_matrix(c);
    c->where = ley_allocate(n, sizeof *c->where);
    c->rates = ley_allocate(n, sizeof *c->rates);
    c->first = ley_allocate(n + 1, sizeof *c->first);
    c->row = ley_allocate(n * PER_COLUMN, sizeof *c->row);
    c->value = ley_allocate(n * PER_COLUMN, sizeof *c->value);
    if (!c->where || !c->rates || !c->first || !c->row || !c->value) return short_of_memory(c, err);
    int32_t column = 0;
    for (int32_t b = c->first_block; b < c->end_block; b++) {
        c->begin[b] = column - (c->held.low[b] < c->held.high[b] ? c->held.low[b] : 0);
        for (int32_t k = c->held.low[b]; k < c->held.high[b]; k++, column++) {
            c->where[column] = c->chain.offset[b] + k - b - c->origin;
            c->rates[column] = ley_chain_rates_from(&c->chain, b, k - b);
        }
    }
    column = 0;
    for (int32_t b = c->first_block; b < c->end_block; b++)
        for (int32_t k = c->held.low[b]; k < c->held.high[b]; k++, column++)
            c->first[column + 1] = fill_column(c, column, c->first[column], b, k);
    const ley_sparse r = {.n = c->n, .first = c->first, .row = c->row, .value = c->value};
    return ley_shifted_create(&c->lu, &r, c->slots, err);
}

ley_status ley_chain_moving_place(void *moving, const double *x, double wider, double drop, double *lost,
                                  ley_error *err) {
    ley_chain_moving *c = moving;
    clear(c, &c->wanted);
    for (int32_t b = c->first_block; b < c->end_block; b++) {
        const double *block = x + c->chain.offset[b] - c->origin;
        for (int32_t k = b; k < end_of(c, b); k++)
            if (fabs(block[k - b]) > drop) extend(&c->wanted, b, k);
    }
    c->n = grow(c, &c->held, &c->wanted, wider);
    *lost = 0;
    for (int32_t b = c->first_block; b < c->end_block; b++) {
        const double *block = x + c->chain.offset[b] - c->origin;
        for (int32_t k = b; k < end_of(c, b); k++)
            if (!holds(c, b, k)) *lost += fabs(block[k - b]);
    }
    return make_matrix(c, err);
}

const int32_t *ley_chain_moving_where(const void *moving, int32_t *n_here) {
    const ley_chain_moving *c = moving;
    *n_here = c->n;
    return c->where;
}

int32_t ley_chain_moving_needed(void *moving, const double *here, double wider, double drop) {
    ley_chain_moving *c = moving;
    outline *o = &c->wanted, grown = {c->begin, NULL};
    int32_t i = 0;
    clear(c, o);
    for (int32_t b = c->first_block; b < c->end_block; b++)
        for (int32_t k = c->held.low[b]; k < c->held.high[b]; k++, i++)
            if (fabs(here[i]) > drop) extend(o, b, k);
    int32_t *memory = ley_allocate(2 * (size_t)c->chain.n_blocks, sizeof *memory);
    if (!memory) return c->n;
    grown = (outline){memory, memory + c->chain.n_blocks};
    const int32_t n = grow(c, &grown, o, wider);
    ley_release(memory);
    return n;
}

/* What leaves over an edge comes back where it is driven back faster than on; otherwise it is gone. */
double ley_chain_moving_escape(const void *moving, const double *here, double duration) {
    const ley_chain_moving *c = moving;
    double sum = 0;
    int32_t column = 0;
    for (int32_t b = c->first_block; b < c->end_block; b++)
        for (int32_t k = c->held.low[b]; k < c->held.high[b]; k++, column++) {
            if (here[column] == 0) continue;
            for (int to = 0; to < 3; to++)
                for (int q = 0; q < 3; q++) {
                    const double rate = c->rates[column].to[q][to];
                    const int32_t target = b + to - 1, k_to = k + q - 1;
                    if (!(rate > 0) || holds(c, target, k_to)) continue;
                    const ley_chain_rates outside = ley_chain_rates_from(&c->chain, target, k_to - target);
                    double back = 0, on = 0;
                    for (int t2 = 0; t2 < 3; t2++)
                        for (int q2 = 0; q2 < 3; q2++)
                            *(holds(c, target + t2 - 1, k_to + q2 - 1) ? &back : &on) += outside.to[q2][t2];
                    const double stay = back > on ? fmin(duration, 1 / (back - on)) : duration;
                    sum += fabs(here[column]) * rate * stay;
                }
        }
    return sum;
}

double ley_chain_moving_fastest(const void *moving, const double *here, double drop) {
    const ley_chain_moving *c = moving;
    double fastest = 0;
    for (int32_t i = 0; i < c->n; i++) {
        double out = 0;
        for (int q = 0; q < 3; q++)
            for (int to = 0; to < 3; to++) out += c->rates[i].to[q][to];
        if (fabs(here[i]) > drop) fastest = fmax(fastest, out);
    }
    return fastest;
}

void ley_chain_moving_apply(void *moving, double *y, const double *x) {
    const ley_chain_moving *c = moving;
    memset(y, 0, (size_t)c->n * sizeof *y);
    for (int32_t column = 0; column < c->n; column++)
        for (int32_t i = c->first[column]; i < c->first[column + 1]; i++) y[c->row[i]] += c->value[i] * x[column];
}

ley_status ley_chain_moving_factor(void *moving, int32_t slot, ley_complex z, ley_error *err) {
    return ley_shifted_factor(((ley_chain_moving *)moving)->lu, slot, z, err);
}

void ley_chain_moving_solve(void *moving, int32_t slot, ley_complex *x) {
    ley_shifted_solve(((ley_chain_moving *)moving)->lu, slot, x);
}

double ley_chain_tail(const ley_model *model) {
    const double down = ley_signal_at(&model->rate[LEY_COLLECTIVE_EMISSION], 0),
                 up = ley_signal_at(&model->rate[LEY_COLLECTIVE_ABSORPTION], 0);
    const double ratio = fmin(up, down) / fmax(1e-300, fmax(up, down));
    return ratio > 0 ? fmin(model->cells, 36 / fmax(1e-6, -log(ratio))) : 0;
}

/* A collective bath leaves a strip of its tail along all j; where local noise is as strong, both directions are
 * about sqrt(N) wide. Numbers as counted in runs. */
double ley_chain_moving_states(const ley_model *model) {
    const int32_t only = ley_spins_only_block(model);
    const double cells = model->cells;
    if (only >= 0) return ley_spin_two_j(model->cells, only) + 1;
    const double collective = ley_signal_at(&model->rate[LEY_COLLECTIVE_EMISSION], 0) +
                              ley_signal_at(&model->rate[LEY_COLLECTIVE_ABSORPTION], 0);
    double local = 0;
    for (int channel = LEY_LOCAL_EMISSION; channel <= LEY_LOCAL_DEPHASING; channel++)
        local += ley_signal_at(&model->rate[channel], 0);
    const double broad = fmin(1, 25 * local / fmax(1e-300, collective * cells));
    const double strip = 4.5 * (1 + ley_chain_tail(model) / 33);
    return fmin(floor((cells + 2) * (cells + 2) / 4), cells * (strip + 30 * broad));
}

double ley_chain_moving_bytes(const ley_model *model, double slots, double vectors) {
    const double n = ley_chain_moving_states(model), number = sizeof(ley_complex) + sizeof(int32_t);
    const double fill = ley_spins_only_block(model) >= 0 ? 4 : 4 * log2(n + 1); /* as KLU fills in */
    const double matrix = sizeof(ley_chain_rates) + PER_COLUMN * (number + sizeof(double) + sizeof(int32_t));
    return n * (matrix + slots * fill * number + vectors * sizeof(double));
}
