/* expression: the inside of the compiler. grammar.c reads operators, numbers and parentheses, names.c what a name
 * stands for, emit.c writes the program and works out what is constant already. Callers: this folder. */
#ifndef LEYDEN_EXPRESSION_COMPILER_H
#define LEYDEN_EXPRESSION_COMPILER_H

#include "core/status.h"
#include "expression/expression.h"
#include "expression/program.h"

#include <locale.h>

/* What is known about a piece of program while compiling. */
typedef struct operand {
    size_t begin; /* of its instructions; they end where the next operand begins */
    int column;   /* of its text, from 0 */
    bool constant;
    double value; /* when constant */
    bool affine;  /* slope t + value: shapes of such an argument still have a known place */
    double slope;
    turning turns;
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

#define COMPILE_FAIL(c, column, ...)                                                                               \
    ley_fail_at((c)->err, LEY_ERR_SCENARIO, 0, (int32_t)(column) + 1, "", __VA_ARGS__)

static inline int column_of(const compiler *c) {
    return (int)(c->at - c->text);
}

static inline bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static inline bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline void skip_space(compiler *c) {
    while (is_space(*c->at)) c->at++;
}

ley_status ley_compile_out_of_memory(compiler *c);

/* grammar.c: a whole sum, up to what cannot belong to it; and a letter that cannot stand where it does. */
ley_status ley_compile_sum(compiler *c, operand *out);
ley_status ley_compile_unexpected(compiler *c);

/* names.c */
ley_status ley_compile_name(compiler *c, operand *out); /* at a letter */
int ley_function_find(const char *name);                /* -1: unknown */

/* emit.c */
ley_status ley_emit(compiler *c, int code, double value);
ley_status ley_emit_constant(compiler *c, operand *out, int column, double value);
/* Ends operands, whose instructions are the last of the program, with an operation on them. */
ley_status ley_emit_operation(compiler *c, operand *out, int column, int code, const operand *x);
/* Notes where a function known by values has its pieces. */
ley_status ley_emit_pieces(compiler *c, const ley_samples *samples, const operand *x);

#endif
