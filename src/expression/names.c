/* What a name in an expression stands for: a function, a number, a quantity, the time. */
#include "expression/compiler.h"
#include "expression/nearest.h"

#include <math.h>
#include <string.h>

int ley_function_find(const char *name) {
    for (int i = 0; i < FUNCTION_COUNT; i++)
        if (strcmp(ley_functions[i].name, name) == 0) return i;
    return -1;
}

static const ley_name *find_name(const ley_scope *scope, const char *name) {
    for (ley_index i = 0; scope && i < scope->n_names; i++)
        if (strcmp(scope->names[i].name, name) == 0) return &scope->names[i];
    return NULL;
}

static ley_status call_function(compiler *c, operand *out, int column, int which) {
    operand x[ARGUMENTS_MAX] = {0};
    int n = 0;
    c->at++; /* the parenthesis */
    skip_space(c);
    if (*c->at == ')') {
        c->at++;
    } else {
        for (;;) {
            operand spare;
            ley_status status = ley_compile_sum(c, n < ARGUMENTS_MAX ? &x[n] : &spare);
            if (status != LEY_OK) return status;
            n++;
            skip_space(c);
            if (*c->at == ',') {
                c->at++;
                continue;
            }
            if (*c->at != ')')
                return *c->at ? COMPILE_FAIL(c, column_of(c), "a comma or a closing parenthesis is missing here")
                              : COMPILE_FAIL(c, column_of(c), "the parenthesis of %s( is not closed",
                                             ley_functions[which].name);
            c->at++;
            break;
        }
    }
    if (n != ley_functions[which].n)
        return COMPILE_FAIL(c, column, "%s takes %d argument%s, %s(%s), not %d", ley_functions[which].name,
                            ley_functions[which].n, ley_functions[which].n == 1 ? "" : "s",
                            ley_functions[which].name, ley_functions[which].arguments, n);
    return ley_emit_operation(c, out, column, OP_FUNCTION + which, x);
}

static const ley_samples *find_samples(const ley_scope *scope, const char *name) {
    for (ley_index i = 0; scope && i < scope->n_functions; i++)
        if (strcmp(scope->functions[i].name, name) == 0) return &scope->functions[i];
    return NULL;
}

static ley_status call_samples(compiler *c, operand *out, int column, const ley_samples *samples) {
    operand x = {0};
    c->at++; /* the parenthesis */
    ley_status status = ley_compile_sum(c, &x);
    if (status != LEY_OK) return status;
    skip_space(c);
    if (*c->at == ',') return COMPILE_FAIL(c, column_of(c), "%s takes one argument", samples->name);
    if (*c->at != ')') return COMPILE_FAIL(c, column_of(c), "the parenthesis of %s( is not closed", samples->name);
    c->at++;
    if (x.constant) {
        const double value = ley_samples_at(samples, x.value);
        if (!isfinite(value))
            return COMPILE_FAIL(c, column, "%s(%g) is not known; the function is given from %g to %g",
                                samples->name, x.value, samples->begin[0], samples->begin[samples->n]);
        c->out->n = x.begin;
        c->stack--;
        return ley_emit_constant(c, out, x.column, value);
    }
    status = ley_emit_pieces(c, samples, &x);
    *out = (operand){.begin = x.begin, .column = x.column, .turns = TURNING_UNKNOWN};
    if (status == LEY_OK) status = ley_emit(c, OP_SAMPLES, 0);
    if (status == LEY_OK) c->out->program[c->out->n - 1].samples = samples;
    return status;
}

static const char *variable_of(const compiler *c) {
    return c->scope && c->scope->variable ? c->scope->variable : "t";
}

static ley_status unknown_name(compiler *c, int column, const char *name, bool called) {
    ley_nearest nearest = {.word = name};
    char hint[128];
    if (strcasecmp(name, "inf") == 0 || strcasecmp(name, "nan") == 0 || strcasecmp(name, "infinity") == 0)
        return COMPILE_FAIL(c, column, "%s is not usable; numbers are finite", name);
    if (called) {
        for (int i = 0; i < FUNCTION_COUNT; i++) ley_nearest_offer(&nearest, ley_functions[i].name);
        for (ley_index i = 0; c->scope && i < c->scope->n_functions; i++)
            ley_nearest_offer(&nearest, c->scope->functions[i].name);
        return COMPILE_FAIL(c, column, "unknown function %s%s; see leyden help expressions", name,
                            ley_nearest_hint(&nearest, hint, sizeof hint));
    }
    for (ley_index i = 0; c->scope && i < c->scope->n_names; i++)
        ley_nearest_offer(&nearest, c->scope->names[i].name);
    if (!nearest.best) ley_nearest_offer(&nearest, "pi");
    return COMPILE_FAIL(c, column, "unknown name %s%s; names are N, pi, %s%sthe parameters and functions", name,
                        ley_nearest_hint(&nearest, hint, sizeof hint),
                        c->scope && c->scope->time ? variable_of(c) : "", c->scope && c->scope->time ? ", " : "");
}

/* A quantity of the caller's; *found tells. */
static ley_status quantity(compiler *c, operand *out, bool *found) {
    size_t length = 0;
    int index = 0, column = column_of(c);
    *found = false;
    if (!c->scope || !c->scope->find) return LEY_OK;
    ley_error inner = {0};
    ley_status status = c->scope->find(c->scope->user, c->at, &length, &index, &inner);
    if (status != LEY_OK) {
        if (inner.line == 0 && inner.column > 0) inner.column += column;
        if (c->err) *c->err = inner;
        return status;
    }
    if (length == 0) return LEY_OK;
    *found = true;
    *out = (operand){.begin = c->out->n, .column = column, .turns = TURNING_UNKNOWN};
    c->at += length;
    return ley_emit(c, OP_QUANTITY, index);
}

ley_status ley_compile_name(compiler *c, operand *out) {
    char name[64];
    int column = column_of(c);
    bool found;
    ley_status status = quantity(c, out, &found);
    if (status != LEY_OK || found) return status;
    const char *end = c->at;
    while (is_letter(*end) || is_digit(*end)) end++;
    size_t length = (size_t)(end - c->at);
    if (length >= sizeof name)
        return COMPILE_FAIL(c, column, "a name has at most %d letters", (int)sizeof name - 1);
    memcpy(name, c->at, length);
    name[length] = 0;
    c->at = end;
    skip_space(c);
    int which = ley_function_find(name);
    const ley_name *known = find_name(c->scope, name);
    const ley_samples *samples = find_samples(c->scope, name);
    bool called = *c->at == '(';
    if (called && which >= 0) return call_function(c, out, column, which);
    if (called && samples) return call_samples(c, out, column, samples);
    if (samples) return COMPILE_FAIL(c, column, "%s is a function; write %s(t)", name, name);
    if (called && (known || strcmp(name, "t") == 0 || strcmp(name, "pi") == 0))
        return COMPILE_FAIL(c, column, "%s is a number, not a function; a product is written %s*(...)", name, name);
    if (which >= 0 && !called)
        return COMPILE_FAIL(c, column, "%s is a function; write %s(%s)", name, name,
                            ley_functions[which].arguments);
    if (known) return ley_emit_constant(c, out, column, known->value);
    if (strcmp(name, "pi") == 0) return ley_emit_constant(c, out, column, 3.14159265358979323846);
    if (strcmp(name, variable_of(c)) == 0) {
        if (!c->scope || !c->scope->time)
            return COMPILE_FAIL(c, column, "t is not allowed here; this value does not depend on time");
        *out = (operand){.begin = c->out->n, .column = column, .affine = true, .slope = 1, .turns = {0, 1}};
        return ley_emit(c, OP_TIME, 0);
    }
    return unknown_name(c, column, name, called);
}
