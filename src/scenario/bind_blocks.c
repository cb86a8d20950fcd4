/* {blocks: [...]}: a start given by its density matrix, block after block. */
#include "core/memory.h"
#include "core/status.h"
#include "linalg/hermitian.h"
#include "scenario/binder.h"

#include <math.h>
#include <string.h>

/* What rounding, or the tolerance of the run that a state comes from, may leave; it is not repaired. */
static const double allowed = 1e-6;
static const double numbers_max = 1e9; /* of all blocks together */
static const char form[] =
    "{blocks: [rho_j, ...]}, j = N/2 first, rows m = -j first, elements a number or [re, im]";

static ley_status read_element(ley_binder *b, ley_complex *z, const ley_node *node, const char *where) {
    double x[2] = {0};
    ley_status status = node->kind == LEY_NODE_LIST ? ley_read_pair(b, x, node, where, "[re, im]")
                                                    : ley_read_number(b, &x[0], node, where);
    *z = (ley_complex){x[0], x[1]};
    return status;
}

static ley_status read_block(ley_binder *b, ley_complex *block, const ley_node *rows, const char *where,
                             int32_t d) {
    if (rows->kind != LEY_NODE_LIST || rows->n != d)
        return ley_node_fail(b->err, rows, where, "a block of j = %g is a list of %d rows", 0.5 * (d - 1), (int)d);
    for (const ley_node *row = rows->first; row; row = row->next) {
        if (row->kind != LEY_NODE_LIST || row->n != d)
            return ley_node_fail(b->err, row, where, "a row of the block of j = %g has %d elements", 0.5 * (d - 1),
                                 (int)d);
        for (const ley_node *element = row->first; element; element = element->next) {
            ley_status status = read_element(b, block++, element, where);
            if (status != LEY_OK) return status;
        }
    }
    return LEY_OK;
}

/* Hermitian, no negative eigenvalue; *weight: its trace, *diagonal: it has no other elements. */
static ley_status check_block(ley_binder *b, const ley_complex *block, const ley_node *rows, const char *where,
                              int32_t d, double *weight, bool *diagonal) {
    ley_complex *copy = ley_allocate((size_t)d * (size_t)d, sizeof *copy);
    double *values = ley_allocate((size_t)d, sizeof *values), distance = 0;
    ley_status status = LEY_OK;
    *weight = 0;
    *diagonal = true;
    for (ley_index i = 0; i < d; i++) {
        *weight += block[i * (d + 1)].re;
        for (ley_index k = 0; k < d; k++) {
            const ley_complex x = block[i * d + k], y = block[k * d + i];
            distance = fmax(distance, hypot(x.re - y.re, x.im + y.im));
            if (i != k && (x.re != 0 || x.im != 0)) *diagonal = false;
        }
    }
    if (!copy || !values) {
        status = ley_bind_out_of_memory(b->err);
    } else if (distance > allowed) {
        status = ley_node_fail(b->err, rows, where, "the block of j = %g is not Hermitian: elements differ by %.2g",
                               0.5 * (d - 1), distance);
    } else {
        memcpy(copy, block, (size_t)d * (size_t)d * sizeof *copy);
        status = ley_hermitian_values(values, copy, d, b->err);
        if (status == LEY_OK && values[0] < -allowed)
            status = ley_node_fail(b->err, rows, where, "the block of j = %g has the negative eigenvalue %.2g",
                                   0.5 * (d - 1), values[0]);
    }
    ley_release(copy);
    ley_release(values);
    return status;
}

ley_status ley_bind_blocks(ley_binder *b, bool *done, ley_battery_state *state, const ley_node *node,
                           const char *where, int32_t cells) {
    const ley_node *list = ley_node_child(node, "blocks");
    if (!list || node->n != 1) return LEY_OK;
    *done = true;
    const int32_t n_blocks = cells / 2 + 1;
    if (list->kind != LEY_NODE_LIST || list->n < 1 || list->n > n_blocks)
        return ley_node_fail(b->err, list, where, "a state of %d cells has 1 to %d blocks: %s", (int)cells,
                             (int)n_blocks, form);
    const double n = cells, whole = (n + 3) * (n + 2) * (n + 1) / 6;
    if (whole > numbers_max)
        return ley_node_fail(b->err, list, where, "the blocks of %d cells hold %.2g numbers; the most is %.0e",
                             (int)cells, whole, numbers_max);
    ley_complex *block = ley_allocate((size_t)(whole + 0.5), sizeof *block);
    if (!block) return ley_bind_out_of_memory(b->err);
    *state = (ley_battery_state){.kind = LEY_BATTERY_BLOCKS, .given = block, .given_diagonal = true};
    state->given_first = n_blocks;
    double trace = 0;
    int32_t i = 0;
    for (const ley_node *rows = list->first; rows; rows = rows->next, i++) {
        const int32_t d = cells - 2 * i + 1;
        double weight = 0;
        bool diagonal = true;
        ley_status status = read_block(b, block, rows, where, d);
        if (status == LEY_OK) status = check_block(b, block, rows, where, d, &weight, &diagonal);
        if (status != LEY_OK) return status;
        trace += weight;
        if (!diagonal) state->given_diagonal = false;
        if (weight != 0 || !diagonal) {
            if (state->given_first == n_blocks) state->given_first = i;
            state->given_end = i + 1;
        }
        block += d * d;
    }
    if (fabs(trace - 1) > allowed)
        return ley_node_fail(b->err, list, where, "the traces of the blocks add up to %.9g; they add up to 1",
                             trace);
    return LEY_OK;
}
