/* The program behind an expression, and what is known of its parts: constants, slopes, where shapes live. */
#include "core/memory.h"
#include "expression/compiler.h"

#include <math.h>
#include <stdio.h>

ley_status ley_compile_out_of_memory(compiler *c) {
    return ley_fail(c->err, LEY_ERR_MEMORY, "", "no memory left for an expression");
}

ley_status ley_emit(compiler *c, int code, double value) {
    ley_expression *e = c->out;
    if (ley_grow((void **)&e->program, &e->capacity, e->n + 1, sizeof *e->program) != 0)
        return ley_compile_out_of_memory(c);
    if (code <= OP_TIME && ++c->stack > STACK_MAX)
        return COMPILE_FAIL(c, column_of(c),
                            "the expression is nested too deeply; name parts of it under parameters");
    e->program[e->n++] = (instruction){.value = value, .code = code};
    return LEY_OK;
}

ley_status ley_emit_constant(compiler *c, operand *out, int column, double value) {
    *out = (operand){
        .begin = c->out->n, .column = column, .constant = true, .value = value, .affine = true, .slope = 0};
    return ley_emit(c, OP_CONSTANT, value);
}

static ley_status not_finite(compiler *c, int column, int code, const double *x) {
    static const char symbol[] = {
        [OP_ADD] = '+', [OP_SUBTRACT] = '-', [OP_MULTIPLY] = '*', [OP_DIVIDE] = '/', [OP_POWER] = '^'};
    if (code < OP_FUNCTION)
        return COMPILE_FAIL(c, column, "%g %c %g is not a finite number", x[0], symbol[code], x[1]);
    char list[80];
    int n = ley_operation_arguments(code), length = 0;
    for (int i = 0; i < n; i++)
        length += snprintf(list + length, sizeof list - (size_t)length, "%s%g", i ? ", " : "", x[i]);
    return COMPILE_FAIL(c, column, "%s(%s) is not a finite number", ley_functions[code - OP_FUNCTION].name, list);
}

static ley_status add_feature(compiler *c, double begin, double end, double step) {
    ley_expression *e = c->out;
    if (!isfinite(begin) || !isfinite(end)) return LEY_OK; /* beyond all times */
    if (ley_grow((void **)&e->features, &e->features_capacity, e->n_features + 1, sizeof *e->features) != 0)
        return ley_compile_out_of_memory(c);
    e->features[e->n_features++] = (ley_feature){.begin = begin, .end = end, .step = step};
    return LEY_OK;
}

/* A shape with constant parameters: checks them, and notes where it lives when its argument is affine in t. */
static ley_status check_shape(compiler *c, int column, function which, const operand *x) {
    if (which == FUNCTION_GAUSS && x[2].constant && x[2].value <= 0)
        return COMPILE_FAIL(c, column, "gauss(t, t0, sigma) needs sigma > 0, not %g", x[2].value);
    if (which == FUNCTION_BOX && x[1].constant && x[2].constant && x[1].value > x[2].value)
        return COMPILE_FAIL(c, column, "box(t, t1, t2) needs t1 <= t2, not %g and %g", x[1].value, x[2].value);
    if (which == FUNCTION_RAMP && x[1].constant && x[2].constant && x[1].value >= x[2].value)
        return COMPILE_FAIL(c, column, "ramp(t, t1, t2) needs t1 < t2, not %g and %g; a jump is step(t, t1)",
                            x[1].value, x[2].value);
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

static turning scaled(turning a, double power) {
    return (turning){a.rate * power, a.degree * power};
}

/* Smooth everywhere, and finite but for overflow, unless TURNING_UNKNOWN. */
static turning turns_of(int code, const operand *x) {
    switch (code) {
    case OP_NEGATE:
        return x[0].turns;
    case OP_ADD:
    case OP_SUBTRACT:
        return (turning){fmax(x[0].turns.rate, x[1].turns.rate), fmax(x[0].turns.degree, x[1].turns.degree)};
    case OP_MULTIPLY:
        return (turning){x[0].turns.rate + x[1].turns.rate, x[0].turns.degree + x[1].turns.degree};
    case OP_DIVIDE:
        return x[1].constant ? x[0].turns : TURNING_UNKNOWN;
    case OP_POWER:
        return x[1].constant && x[1].value > 0 && x[1].value == floor(x[1].value) ? scaled(x[0].turns, x[1].value)
                                                                                  : TURNING_UNKNOWN;
    case OP_FUNCTION + FUNCTION_EXP:
    case OP_FUNCTION + FUNCTION_SIN:
    case OP_FUNCTION + FUNCTION_COS:
        return x[0].affine ? (turning){fabs(x[0].slope), 0} : TURNING_UNKNOWN;
    default:
        return TURNING_UNKNOWN;
    }
}

/* Ends n operands, whose instructions are the last of the program, with an operation on them. */
ley_status ley_emit_operation(compiler *c, operand *out, int column, int code, const operand *x) {
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
        return ley_emit_constant(c, out, start, value);
    }
    operand result = {.begin = x[0].begin, .column = x[0].column, .turns = turns_of(code, x)};
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
    if (code == OP_DIVIDE && x[1].constant && x[1].value == 0) return COMPILE_FAIL(c, column, "division by zero");
    *out = result;
    ley_status status = ley_emit(c, code, 0);
    c->stack++;
    return status;
}

/* Each piece is as narrow as its function is quick. */
ley_status ley_emit_pieces(compiler *c, const ley_samples *samples, const operand *x) {
    ley_status status = LEY_OK;
    if (!x->affine || x->slope == 0) return LEY_OK;
    for (ley_index i = 0; i < samples->n && status == LEY_OK; i++) {
        const double a = (samples->begin[i] - x->value) / x->slope,
                     b = (samples->begin[i + 1] - x->value) / x->slope;
        status = add_feature(c, fmin(a, b), fmax(a, b), samples->terms > 2 ? 0.5 * fabs(b - a) : 0);
    }
    return status;
}
