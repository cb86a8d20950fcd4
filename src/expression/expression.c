#include "expression/expression.h"

#include "core/memory.h"
#include "core/status.h"
#include "expression/nearest.h"
#include "expression/program.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is known about a piece of program while compiling. */
typedef struct operand {
    size_t begin; /* of its instructions; they end where the next operand begins */
    int column;   /* of its text, from 0 */
    bool constant;
    double value; /* when constant */
    bool affine;  /* slope t + value: shapes of such an argument still have a known place */
    double slope;
    double rate; /* of change, at most: 1 / time over which it is smooth; 0 also of polynomials, INFINITY unknown */
} operand;

typedef struct compiler {
    const char *text, *at;
    const ley_scope *scope;
    ley_expression *out;
    ley_error *err;
    locale_t c_locale; /* a decimal comma of the caller's locale must not matter */
    int nesting;
    size_t stack; /* values on the stack after the program so far */
} compiler;

static ley_status sum(compiler *c, operand *out);

#define FAIL(c, column, ...) ley_fail_at((c)->err, LEY_ERR_SCENARIO, 0, (int32_t)(column) + 1, "", __VA_ARGS__)

static int column_of(const compiler *c) {
    return (int)(c->at - c->text);
}

static ley_status out_of_memory(compiler *c) {
    return ley_fail(c->err, LEY_ERR_MEMORY, "", "no memory left for an expression");
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static void skip_space(compiler *c) {
    while (is_space(*c->at)) c->at++;
}

static ley_status emit(compiler *c, int code, double value) {
    ley_expression *e = c->out;
    if (ley_grow((void **)&e->program, &e->capacity, e->n + 1, sizeof *e->program) != 0) return out_of_memory(c);
    if (code <= OP_TIME && ++c->stack > STACK_MAX)
        return FAIL(c, column_of(c), "the expression is nested too deeply; name parts of it under parameters");
    e->program[e->n++] = (instruction){.value = value, .code = code};
    return LEY_OK;
}

static ley_status push_constant(compiler *c, operand *out, int column, double value) {
    *out = (operand){
        .begin = c->out->n, .column = column, .constant = true, .value = value, .affine = true, .slope = 0};
    return emit(c, OP_CONSTANT, value);
}

static ley_status not_finite(compiler *c, int column, int code, const double *x) {
    static const char symbol[] = {
        [OP_ADD] = '+', [OP_SUBTRACT] = '-', [OP_MULTIPLY] = '*', [OP_DIVIDE] = '/', [OP_POWER] = '^'};
    if (code < OP_FUNCTION) return FAIL(c, column, "%g %c %g is not a finite number", x[0], symbol[code], x[1]);
    char list[80];
    int n = ley_operation_arguments(code), length = 0;
    for (int i = 0; i < n; i++)
        length += snprintf(list + length, sizeof list - (size_t)length, "%s%g", i ? ", " : "", x[i]);
    return FAIL(c, column, "%s(%s) is not a finite number", ley_functions[code - OP_FUNCTION].name, list);
}

static ley_status add_feature(compiler *c, double begin, double end, double step) {
    ley_expression *e = c->out;
    if (!isfinite(begin) || !isfinite(end)) return LEY_OK; /* beyond all times */
    if (ley_grow((void **)&e->features, &e->features_capacity, e->n_features + 1, sizeof *e->features) != 0)
        return out_of_memory(c);
    e->features[e->n_features++] = (ley_feature){.begin = begin, .end = end, .step = step};
    return LEY_OK;
}

/* A shape with constant parameters: checks them, and notes where it lives when its argument is affine in t. */
static ley_status check_shape(compiler *c, int column, function which, const operand *x) {
    if (which == FUNCTION_GAUSS && x[2].constant && x[2].value <= 0)
        return FAIL(c, column, "gauss(t, t0, sigma) needs sigma > 0, not %g", x[2].value);
    if (which == FUNCTION_BOX && x[1].constant && x[2].constant && x[1].value > x[2].value)
        return FAIL(c, column, "box(t, t1, t2) needs t1 <= t2, not %g and %g", x[1].value, x[2].value);
    if (which == FUNCTION_RAMP && x[1].constant && x[2].constant && x[1].value >= x[2].value)
        return FAIL(c, column, "ramp(t, t1, t2) needs t1 < t2, not %g and %g; a jump is step(t, t1)", x[1].value,
                    x[2].value);
    bool known = x[0].affine && x[0].slope != 0;
    for (int i = 1; i < ley_functions[which].n; i++) known = known && x[i].constant;
    if (!known) return LEY_OK;
    for (size_t i = x[0].begin; i < x[1].begin; i++) c->out->sheltered += c->out->program[i].code == OP_TIME;
    double first = (x[1].value - x[0].value) / x[0].slope;
    if (which == FUNCTION_STEP) return add_feature(c, first, first, 0);
    if (which == FUNCTION_GAUSS) {
        double width = x[2].value / fabs(x[0].slope);
        return add_feature(c, first - 9 * width, first + 9 * width, width);
    }
    double second = (x[2].value - x[0].value) / x[0].slope;
    return add_feature(c, fmin(first, second), fmax(first, second), 0);
}

/* Smooth everywhere, and finite but for overflow, unless INFINITY. */
static double rate_of(int code, const operand *x) {
    switch (code) {
    case OP_NEGATE:
        return x[0].rate;
    case OP_ADD:
    case OP_SUBTRACT:
        return fmax(x[0].rate, x[1].rate);
    case OP_MULTIPLY:
        return x[0].rate + x[1].rate;
    case OP_DIVIDE:
        return x[1].constant ? x[0].rate : INFINITY;
    case OP_POWER:
        return x[1].constant && x[1].value >= 0 && x[1].value == floor(x[1].value) ? x[0].rate * x[1].value
                                                                                   : INFINITY;
    case OP_FUNCTION + FUNCTION_EXP:
    case OP_FUNCTION + FUNCTION_SIN:
    case OP_FUNCTION + FUNCTION_COS:
        return x[0].affine ? fabs(x[0].slope) : INFINITY;
    default:
        return INFINITY;
    }
}

/* Ends n operands, whose instructions are the last of the program, with an operation on them. */
static ley_status combine(compiler *c, operand *out, int column, int code, const operand *x) {
    int n = ley_operation_arguments(code);
    double values[ARGUMENTS_MAX] = {0};
    bool constant = true;
    for (int i = 0; i < n; i++) {
        constant = constant && x[i].constant;
        values[i] = x[i].value; /* NOLINT(clang-analyzer-core.uninitialized.Assign): a negation has one operand */
    }
    if (code >= OP_FUNCTION + FUNCTION_GAUSS) {
        ley_status status = check_shape(c, column, (function)(code - OP_FUNCTION), x);
        if (status != LEY_OK) return status;
    }
    c->stack -= (size_t)n;
    if (constant) {
        double value = ley_operation_value(code, values);
        if (!isfinite(value)) return not_finite(c, column, code, values);
        c->out->n = x[0].begin;
        int start = x[0].column;
        return push_constant(c, out, start, value);
    }
    operand result = {.begin = x[0].begin, .column = x[0].column, .rate = rate_of(code, x)};
    if (code == OP_NEGATE && x[0].affine) {
        result.affine = true;
        result.slope = -x[0].slope;
        result.value = -x[0].value;
    } else if ((code == OP_ADD || code == OP_SUBTRACT) && x[0].affine && x[1].affine) {
        double sign = code == OP_ADD ? 1 : -1;
        result.affine = true;
        result.slope = x[0].slope + sign * x[1].slope;
        result.value = x[0].value + sign * x[1].value;
    } else if (code == OP_MULTIPLY && x[0].affine && x[1].affine && (x[0].constant || x[1].constant)) {
        double factor = x[0].constant ? x[0].value : x[1].value;
        const operand *other = x[0].constant ? &x[1] : &x[0];
        result.affine = true;
        result.slope = factor * other->slope;
        result.value = factor * other->value;
    } else if (code == OP_DIVIDE && x[0].affine && x[1].constant && x[1].value != 0) {
        result.affine = true;
        result.slope = x[0].slope / x[1].value;
        result.value = x[0].value / x[1].value;
    }
    if (code == OP_DIVIDE && x[1].constant && x[1].value == 0) return FAIL(c, column, "division by zero");
    *out = result;
    ley_status status = emit(c, code, 0);
    c->stack++;
    return status;
}

static ley_status number(compiler *c, operand *out) {
    const char *start = c->at, *p = start;
    int column = column_of(c);
    while (is_digit(*p)) p++;
    if (p - start > 1 && *start == '0') {
        const char *first = start;
        while (*first == '0' && is_digit(first[1])) first++;
        while (is_digit(*p) || *p == '.') p++;
        return FAIL(c, column, "%.*s has a leading zero; write %.*s", (int)(p - start), start, (int)(p - first),
                    first);
    }
    if (*p == '.') {
        p++;
        while (is_digit(*p)) p++;
        if (p - start == 1) return FAIL(c, column, "a single point is not a number");
    }
    if (*p == 'e' || *p == 'E') {
        const char *q = p + 1;
        if (*q == '+' || *q == '-') q++;
        if (is_digit(*q)) {
            while (is_digit(*q)) q++;
            p = q;
        }
    }
    double value = strtod_l(start, NULL, c->c_locale);
    c->at = p;
    if (is_letter(*p)) {
        const char *end = p;
        while (is_letter(*end) || is_digit(*end)) end++;
        return FAIL(c, p - c->text, "an operator is missing between %.*s and %.*s; a product is written %.*s*%.*s",
                    (int)(p - start), start, (int)(end - p), p, (int)(p - start), start, (int)(end - p), p);
    }
    if (*p == '.') return FAIL(c, p - c->text, "a number has at most one point");
    if (*p == '_') return FAIL(c, p - c->text, "a number has no underscores");
    if (!isfinite(value))
        return FAIL(c, column, "%.*s is too large", (int)(p - start < 40 ? p - start : 40), start);
    return push_constant(c, out, column, value);
}

static int find_function(const char *name) {
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
            ley_status status = sum(c, n < ARGUMENTS_MAX ? &x[n] : &spare);
            if (status != LEY_OK) return status;
            n++;
            skip_space(c);
            if (*c->at == ',') {
                c->at++;
                continue;
            }
            if (*c->at != ')')
                return *c->at ? FAIL(c, column_of(c), "a comma or a closing parenthesis is missing here")
                              : FAIL(c, column_of(c), "the parenthesis of %s( is not closed",
                                     ley_functions[which].name);
            c->at++;
            break;
        }
    }
    if (n != ley_functions[which].n)
        return FAIL(c, column, "%s takes %d argument%s, %s(%s), not %d", ley_functions[which].name,
                    ley_functions[which].n, ley_functions[which].n == 1 ? "" : "s", ley_functions[which].name,
                    ley_functions[which].arguments, n);
    return combine(c, out, column, OP_FUNCTION + which, x);
}

static const ley_samples *find_samples(const ley_scope *scope, const char *name) {
    for (ley_index i = 0; scope && i < scope->n_functions; i++)
        if (strcmp(scope->functions[i].name, name) == 0) return &scope->functions[i];
    return NULL;
}

/* Each piece is as narrow as its function is quick. */
static ley_status add_pieces(compiler *c, const ley_samples *samples, const operand *x) {
    ley_status status = LEY_OK;
    if (!x->affine || x->slope == 0) return LEY_OK;
    for (ley_index i = 0; i < samples->n && status == LEY_OK; i++) {
        const double a = (samples->begin[i] - x->value) / x->slope,
                     b = (samples->begin[i + 1] - x->value) / x->slope;
        status = add_feature(c, fmin(a, b), fmax(a, b), samples->terms > 2 ? 0.5 * fabs(b - a) : 0);
    }
    return status;
}

static ley_status call_samples(compiler *c, operand *out, int column, const ley_samples *samples) {
    operand x = {0};
    c->at++; /* the parenthesis */
    ley_status status = sum(c, &x);
    if (status != LEY_OK) return status;
    skip_space(c);
    if (*c->at == ',') return FAIL(c, column_of(c), "%s takes one argument", samples->name);
    if (*c->at != ')') return FAIL(c, column_of(c), "the parenthesis of %s( is not closed", samples->name);
    c->at++;
    if (x.constant) {
        const double value = ley_samples_at(samples, x.value);
        if (!isfinite(value))
            return FAIL(c, column, "%s(%g) is not known; the function is given from %g to %g", samples->name,
                        x.value, samples->begin[0], samples->begin[samples->n]);
        c->out->n = x.begin;
        c->stack--;
        return push_constant(c, out, x.column, value);
    }
    status = add_pieces(c, samples, &x);
    *out = (operand){.begin = x.begin, .column = x.column, .rate = INFINITY};
    if (status == LEY_OK) status = emit(c, OP_SAMPLES, 0);
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
        return FAIL(c, column, "%s is not usable; numbers are finite", name);
    if (called) {
        for (int i = 0; i < FUNCTION_COUNT; i++) ley_nearest_offer(&nearest, ley_functions[i].name);
        for (ley_index i = 0; c->scope && i < c->scope->n_functions; i++)
            ley_nearest_offer(&nearest, c->scope->functions[i].name);
        return FAIL(c, column, "unknown function %s%s; see leyden help expressions", name,
                    ley_nearest_hint(&nearest, hint, sizeof hint));
    }
    for (ley_index i = 0; c->scope && i < c->scope->n_names; i++)
        ley_nearest_offer(&nearest, c->scope->names[i].name);
    if (!nearest.best) ley_nearest_offer(&nearest, "pi");
    return FAIL(c, column, "unknown name %s%s; names are N, pi, %s%sthe parameters and functions", name,
                ley_nearest_hint(&nearest, hint, sizeof hint), c->scope && c->scope->time ? variable_of(c) : "",
                c->scope && c->scope->time ? ", " : "");
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
    *out = (operand){.begin = c->out->n, .column = column, .rate = INFINITY};
    c->at += length;
    return emit(c, OP_QUANTITY, index);
}

static ley_status named(compiler *c, operand *out) {
    char name[64];
    int column = column_of(c);
    bool found;
    ley_status status = quantity(c, out, &found);
    if (status != LEY_OK || found) return status;
    const char *end = c->at;
    while (is_letter(*end) || is_digit(*end)) end++;
    size_t length = (size_t)(end - c->at);
    if (length >= sizeof name) return FAIL(c, column, "a name has at most %d letters", (int)sizeof name - 1);
    memcpy(name, c->at, length);
    name[length] = 0;
    c->at = end;
    skip_space(c);
    int which = find_function(name);
    const ley_name *known = find_name(c->scope, name);
    const ley_samples *samples = find_samples(c->scope, name);
    bool called = *c->at == '(';
    if (called && which >= 0) return call_function(c, out, column, which);
    if (called && samples) return call_samples(c, out, column, samples);
    if (samples) return FAIL(c, column, "%s is a function; write %s(t)", name, name);
    if (called && (known || strcmp(name, "t") == 0 || strcmp(name, "pi") == 0))
        return FAIL(c, column, "%s is a number, not a function; a product is written %s*(...)", name, name);
    if (which >= 0 && !called)
        return FAIL(c, column, "%s is a function; write %s(%s)", name, name, ley_functions[which].arguments);
    if (known) return push_constant(c, out, column, known->value);
    if (strcmp(name, "pi") == 0) return push_constant(c, out, column, 3.14159265358979323846);
    if (strcmp(name, variable_of(c)) == 0) {
        if (!c->scope || !c->scope->time)
            return FAIL(c, column, "t is not allowed here; this value does not depend on time");
        *out = (operand){.begin = c->out->n, .column = column, .affine = true, .slope = 1};
        return emit(c, OP_TIME, 0);
    }
    return unknown_name(c, column, name, called);
}

static ley_status unexpected(compiler *c) {
    char here = *c->at;
    if (here == 0) return FAIL(c, column_of(c), "the expression ends where a number or a name is expected");
    if (here == ')') return FAIL(c, column_of(c), "a number or a name is missing before the parenthesis");
    if (here == '*' && c->at > c->text && c->at[-1] == '*')
        return FAIL(c, column_of(c) - 1, "** is not an operator; a power is written ^");
    if ((unsigned char)here < 0x20 || (unsigned char)here > 0x7e)
        return FAIL(c, column_of(c), "a letter that expressions do not know; see leyden help expressions");
    return FAIL(c, column_of(c), "unexpected '%c' where a number or a name is expected", here);
}

static ley_status unary(compiler *c, operand *out);

static ley_status primary(compiler *c, operand *out) {
    skip_space(c);
    if (is_digit(*c->at) || *c->at == '.') return number(c, out);
    if (is_letter(*c->at)) return named(c, out);
    if (*c->at != '(') return unexpected(c);
    int column = column_of(c);
    c->at++;
    ley_status status = sum(c, out);
    if (status != LEY_OK) return status;
    skip_space(c);
    if (*c->at == 0) return FAIL(c, column, "this parenthesis is not closed");
    if (*c->at != ')') return FAIL(c, column_of(c), "an operator or a closing parenthesis is missing here");
    c->at++;
    return LEY_OK;
}

static ley_status power(compiler *c, operand *out) {
    operand x[2] = {0};
    ley_status status = primary(c, &x[0]);
    if (status != LEY_OK) return status;
    skip_space(c);
    if (*c->at != '^') {
        *out = x[0];
        return LEY_OK;
    }
    int column = column_of(c);
    c->at++;
    status = unary(c, &x[1]); /* right associative, and 2^-1 works */
    return status != LEY_OK ? status : combine(c, out, column, OP_POWER, x);
}

static ley_status unary(compiler *c, operand *out) {
    skip_space(c);
    if (++c->nesting > NESTING_MAX)
        return FAIL(c, column_of(c), "the expression is nested too deeply; name parts of it under parameters");
    ley_status status;
    if (*c->at == '-' || *c->at == '+') {
        int column = column_of(c);
        bool negative = *c->at++ == '-';
        operand x = {0};
        status = unary(c, &x);
        if (status == LEY_OK && negative)
            status = combine(c, out, column, OP_NEGATE, &x);
        else if (status == LEY_OK)
            *out = x;
    } else {
        status = power(c, out);
    }
    c->nesting--;
    return status;
}

static ley_status product(compiler *c, operand *out) {
    operand x[2] = {0};
    ley_status status = unary(c, &x[0]);
    while (status == LEY_OK) {
        skip_space(c);
        if (*c->at != '*' && *c->at != '/') break;
        int column = column_of(c);
        int code = *c->at++ == '*' ? OP_MULTIPLY : OP_DIVIDE;
        status = unary(c, &x[1]);
        if (status == LEY_OK) status = combine(c, &x[0], column, code, x);
    }
    if (status == LEY_OK) *out = x[0];
    return status;
}

static ley_status sum(compiler *c, operand *out) {
    operand x[2] = {0};
    ley_status status = product(c, &x[0]);
    while (status == LEY_OK) {
        skip_space(c);
        if (*c->at != '+' && *c->at != '-') break;
        int column = column_of(c);
        int code = *c->at++ == '+' ? OP_ADD : OP_SUBTRACT;
        status = product(c, &x[1]);
        if (status == LEY_OK) status = combine(c, &x[0], column, code, x);
    }
    if (status == LEY_OK) *out = x[0];
    return status;
}

ley_status ley_expression_create(ley_expression **expression, const char *text, const ley_scope *scope,
                                 ley_error *err) {
    *expression = NULL;
    compiler c = {.text = text, .at = text, .scope = scope, .err = err};
    operand whole;
    ley_status status = LEY_OK;
    c.out = ley_allocate(1, sizeof *c.out);
    c.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c.out || !c.c_locale) {
        status = out_of_memory(&c);
        goto done;
    }
    skip_space(&c);
    if (*c.at == 0) {
        status = FAIL(&c, 0, "a number or an expression is expected, not an empty text");
        goto done;
    }
    status = sum(&c, &whole);
    if (status != LEY_OK) goto done;
    skip_space(&c);
    if (*c.at == ')')
        status = FAIL(&c, column_of(&c), "a closing parenthesis without an opening one");
    else if (is_digit(*c.at) || is_letter(*c.at) || *c.at == '(' || *c.at == '.')
        status = FAIL(&c, column_of(&c), "an operator is missing here; a product is written a*b");
    else if (*c.at == ',')
        status = FAIL(&c, column_of(&c), "unexpected comma; the decimal sign is a point");
    else if (*c.at != 0)
        status = unexpected(&c);
    c.out->rate = whole.rate;
done:
    if (c.c_locale) freelocale(c.c_locale);
    if (status != LEY_OK) {
        ley_expression_destroy(c.out);
        return status;
    }
    *expression = c.out;
    return LEY_OK;
}

void ley_expression_destroy(ley_expression *expression) {
    if (!expression) return;
    ley_release(expression->program);
    ley_release(expression->features);
    ley_release(expression);
}

bool ley_expression_uses(const char *text, const char *name) {
    size_t length = strlen(name);
    for (const char *p = text; *p;) {
        if (is_letter(*p)) {
            const char *end = p;
            while (is_letter(*end) || is_digit(*end)) end++;
            if ((size_t)(end - p) == length && memcmp(p, name, length) == 0) return true;
            p = end;
        } else if (is_digit(*p) || *p == '.') { /* the e of 1e3 is not a name */
            while (is_digit(*p) || *p == '.') p++;
            if ((*p == 'e' || *p == 'E') && (is_digit(p[1]) || ((p[1] == '+' || p[1] == '-') && is_digit(p[2]))))
                p += 2;
        } else {
            p++;
        }
    }
    return false;
}

bool ley_expression_is_reserved(const char *name) {
    return strcmp(name, "N") == 0 || strcmp(name, "t") == 0 || strcmp(name, "pi") == 0 || find_function(name) >= 0;
}
