/* The grammar of expressions, from the sum down to the number. */
#include "expression/compiler.h"

#include <math.h>
#include <stdlib.h>

static ley_status number(compiler *c, operand *out) {
    const char *start = c->at, *p = start;
    int column = column_of(c);
    while (is_digit(*p)) p++;
    if (p - start > 1 && *start == '0') {
        const char *first = start;
        while (*first == '0' && is_digit(first[1])) first++;
        while (is_digit(*p) || *p == '.') p++;
        return COMPILE_FAIL(c, column, "%.*s has a leading zero; write %.*s", (int)(p - start), start,
                            (int)(p - first), first);
    }
    if (*p == '.') {
        p++;
        while (is_digit(*p)) p++;
        if (p - start == 1) return COMPILE_FAIL(c, column, "a single point is not a number");
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
        return COMPILE_FAIL(c, p - c->text,
                            "an operator is missing between %.*s and %.*s; a product is written %.*s*%.*s",
                            (int)(p - start), start, (int)(end - p), p, (int)(p - start), start, (int)(end - p), p);
    }
    if (*p == '.') return COMPILE_FAIL(c, p - c->text, "a number has at most one point");
    if (*p == '_') return COMPILE_FAIL(c, p - c->text, "a number has no underscores");
    if (!isfinite(value))
        return COMPILE_FAIL(c, column, "%.*s is too large", (int)(p - start < 40 ? p - start : 40), start);
    return ley_emit_constant(c, out, column, value);
}

ley_status ley_compile_unexpected(compiler *c) {
    char here = *c->at;
    if (here == 0) return COMPILE_FAIL(c, column_of(c), "the expression ends where a number or a name is expected");
    if (here == ')') return COMPILE_FAIL(c, column_of(c), "a number or a name is missing before the parenthesis");
    if (here == '*' && c->at > c->text && c->at[-1] == '*')
        return COMPILE_FAIL(c, column_of(c) - 1, "** is not an operator; a power is written ^");
    if ((unsigned char)here < 0x20 || (unsigned char)here > 0x7e)
        return COMPILE_FAIL(c, column_of(c), "a letter that expressions do not know; see leyden help expressions");
    return COMPILE_FAIL(c, column_of(c), "unexpected '%c' where a number or a name is expected", here);
}

static ley_status unary(compiler *c, operand *out);

static ley_status primary(compiler *c, operand *out) {
    skip_space(c);
    if (is_digit(*c->at) || *c->at == '.') return number(c, out);
    if (is_letter(*c->at)) return ley_compile_name(c, out);
    if (*c->at != '(') return ley_compile_unexpected(c);
    int column = column_of(c);
    c->at++;
    ley_status status = ley_compile_sum(c, out);
    if (status != LEY_OK) return status;
    skip_space(c);
    if (*c->at == 0) return COMPILE_FAIL(c, column, "this parenthesis is not closed");
    if (*c->at != ')') return COMPILE_FAIL(c, column_of(c), "an operator or a closing parenthesis is missing here");
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
    return status != LEY_OK ? status : ley_emit_operation(c, out, column, OP_POWER, x);
}

static ley_status unary(compiler *c, operand *out) {
    skip_space(c);
    if (++c->nesting > NESTING_MAX)
        return COMPILE_FAIL(c, column_of(c),
                            "the expression is nested too deeply; name parts of it under parameters");
    ley_status status;
    if (*c->at == '-' || *c->at == '+') {
        int column = column_of(c);
        bool negative = *c->at++ == '-';
        operand x = {0};
        status = unary(c, &x);
        if (status == LEY_OK && negative)
            status = ley_emit_operation(c, out, column, OP_NEGATE, &x);
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
        if (status == LEY_OK) status = ley_emit_operation(c, &x[0], column, code, x);
    }
    if (status == LEY_OK) *out = x[0];
    return status;
}

ley_status ley_compile_sum(compiler *c, operand *out) {
    operand x[2] = {0};
    ley_status status = product(c, &x[0]);
    while (status == LEY_OK) {
        skip_space(c);
        if (*c->at != '+' && *c->at != '-') break;
        int column = column_of(c);
        int code = *c->at++ == '+' ? OP_ADD : OP_SUBTRACT;
        status = product(c, &x[1]);
        if (status == LEY_OK) status = ley_emit_operation(c, &x[0], column, code, x);
    }
    if (status == LEY_OK) *out = x[0];
    return status;
}
