#include "core/status.h"
#include "scenario/binder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static ley_status bind_word(ley_binder *b, int *which, ley_key key, const char *what, const char *const *words,
                            const char *list) {
    *which = 0;
    return b->value[key] ? ley_read_one_of(b, which, b->value[key], ley_key_name(key), what, words, list) : LEY_OK;
}

static ley_status bind_memory(ley_binder *b, double *bytes) {
    static const struct {
        const char *unit;
        double bytes;
    } units[] = {{"B", 1},      {"kB", 1e3},     {"MB", 1e6},     {"GB", 1e9},    {"TB", 1e12},
                 {"KiB", 1024}, {"MiB", 0x1p20}, {"GiB", 0x1p30}, {"TiB", 0x1p40}};
    const ley_node *node = b->value[LEY_KEY_MEMORY];
    if (!node) return LEY_OK;
    double factor = 1;
    ley_node amount = *node; /* the text before the unit */
    char text[64];
    if (node->kind == LEY_NODE_TEXT) {
        snprintf(text, sizeof text, "%s", node->text);
        for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
            size_t length = strlen(text), tail = strlen(units[i].unit);
            bool ends = length > tail && strcmp(text + length - tail, units[i].unit) == 0;
            char before = ends ? text[length - tail - 1] : 'x';
            if (!ends || !(before == ' ' || before == '.' || (before >= '0' && before <= '9'))) continue;
            text[length - tail] = 0;
            factor = units[i].bytes;
            amount.text = text;
            amount.has_number = false;
            break;
        }
    }
    double x;
    ley_status status = ley_read_number(b, &x, &amount, ley_key_name(LEY_KEY_MEMORY));
    if (status == LEY_ERR_MEMORY) return status;
    if (status != LEY_OK || !(x > 0))
        return ley_node_fail(b->err, node, ley_key_name(LEY_KEY_MEMORY),
                             "memory is a number of bytes larger than 0, or a text like \"4 GiB\"");
    *bytes = floor(x * factor);
    return LEY_OK;
}

ley_status ley_bind_numerics(ley_binder *b, ley_numerics *numerics) {
#define WORD(id, word) word,
    static const char *const representations[] = {LEY_REPRESENTATIONS(WORD) NULL};
    static const char *const methods[] = {LEY_METHODS(WORD) NULL};
#undef WORD
    static const char *const truths[] = {"true", "false", NULL};
    int which;
    ley_status status;
    const ley_node *tolerance = b->value[LEY_KEY_TOLERANCE];
    numerics->tolerance = 1e-8;
    if (tolerance) {
        status = ley_read_number(b, &numerics->tolerance, tolerance, ley_key_name(LEY_KEY_TOLERANCE));
        if (status != LEY_OK) return status;
        if (!(numerics->tolerance >= 1e-12 && numerics->tolerance <= 1e-2))
            return ley_node_fail(b->err, tolerance, ley_key_name(LEY_KEY_TOLERANCE),
                                 "tolerance %g is not in 1e-12 .. 1e-2", numerics->tolerance);
    }
    status = bind_word(b, &which, LEY_KEY_REPRESENTATION, "representation", representations,
                       "auto, blocks, sectors, spins, pure, general");
    if (status != LEY_OK) return status;
    numerics->representation = (ley_representation)which;
    status = bind_word(b, &which, LEY_KEY_PROPAGATOR, "propagator", methods,
                       "auto, dop853, chebyshev, uniformisation, radau");
    if (status != LEY_OK) return status;
    numerics->method = (ley_method)which;
    status = bind_word(b, &which, LEY_KEY_CERTIFY, "value", truths, "true, false");
    if (status != LEY_OK) return status;
    numerics->certify = which == 0;
    return bind_memory(b, &numerics->memory_limit);
}
