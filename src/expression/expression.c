#include "expression/expression.h"

#include "core/memory.h"
#include "core/status.h"
#include "expression/companions.h"
#include "expression/nearest.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NESTING_MAX = 100, STACK_MAX = 128, ARGUMENTS_MAX = 4 };

typedef enum operation {
    OP_CONSTANT,
    OP_QUANTITY,
    OP_TIME,
    OP_NEGATE,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_POWER,
    OP_FUNCTION /* OP_FUNCTION + i is function i of the table */
} operation;

/*  enum, name, arguments as written, number of them, meaning */
#define FUNCTIONS(X)                                                                                               \
    X(SQRT, "sqrt", "x", 1, "square root")                                                                         \
    X(EXP, "exp", "x", 1, "exponential")                                                                           \
    X(LOG, "log", "x", 1, "natural logarithm")                                                                     \
    X(SIN, "sin", "x", 1, "sine, x in radians")                                                                    \
    X(COS, "cos", "x", 1, "cosine, x in radians")                                                                  \
    X(TAN, "tan", "x", 1, "tangent, x in radians")                                                                 \
    X(ASIN, "asin", "x", 1, "inverse sine")                                                                        \
    X(ACOS, "acos", "x", 1, "inverse cosine")                                                                      \
    X(ATAN, "atan", "x", 1, "inverse tangent")                                                                     \
    X(ATAN2, "atan2", "y, x", 2, "angle of the point (x, y)")                                                      \
    X(SINH, "sinh", "x", 1, "hyperbolic sine")                                                                     \
    X(COSH, "cosh", "x", 1, "hyperbolic cosine")                                                                   \
    X(TANH, "tanh", "x", 1, "hyperbolic tangent")                                                                  \
    X(ABS, "abs", "x", 1, "absolute value")                                                                        \
    X(MIN, "min", "x, y", 2, "the smaller one")                                                                    \
    X(MAX, "max", "x, y", 2, "the larger one")                                                                     \
    X(FLOOR, "floor", "x", 1, "largest integer not above x")                                                       \
    X(CEIL, "ceil", "x", 1, "smallest integer not below x")                                                        \
    X(POW, "pow", "x, y", 2, "x^y")                                                                                \
    X(MOD, "mod", "x, y", 2, "x - y floor(x/y), with the sign of y")                                               \
    X(GAUSS, "gauss", "t, t0, sigma", 3, "exp(-(t - t0)^2 / (2 sigma^2))")                                         \
    X(BOX, "box", "t, t1, t2", 3, "1 for t1 <= t < t2, else 0")                                                    \
    X(RAMP, "ramp", "t, t1, t2", 3, "0 before t1, 1 after t2, a straight line between")                            \
    X(STEP, "step", "t, t0", 2, "0 before t0, 1 from t0 on")

typedef enum function {
#define X(id, name, arguments, n, meaning) FUNCTION_##id,
    FUNCTIONS(X)
#undef X
        FUNCTION_OWN /* the closed forms of companions.h follow */
} function;
enum { FUNCTION_COUNT = FUNCTION_OWN + LEY_COMPANION_COUNT };

static const struct {
    const char *name, *arguments, *meaning;
    int n;
} functions[FUNCTION_COUNT] = {
#define X(id, name_, arguments_, n_, meaning_) {name_, arguments_, meaning_, n_},
    FUNCTIONS(X) LEY_COMPANIONS(X)
#undef X
};

typedef struct instruction {
    double value; /* OP_CONSTANT; OP_QUANTITY: its index */
    int code;     /* an operation */
} instruction;

struct ley_expression {
    instruction *program;
    size_t n, capacity;
    ley_feature *features;
    size_t n_features, features_capacity;
};

/* ---- evaluation -------------------------------------------------------------------------------------------- */

static double call(function which, const double *x) {
    switch (which) {
    case FUNCTION_SQRT:
        return sqrt(x[0]);
    case FUNCTION_EXP:
        return exp(x[0]);
    case FUNCTION_LOG:
        return log(x[0]);
    case FUNCTION_SIN:
        return sin(x[0]);
    case FUNCTION_COS:
        return cos(x[0]);
    case FUNCTION_TAN:
        return tan(x[0]);
    case FUNCTION_ASIN:
        return asin(x[0]);
    case FUNCTION_ACOS:
        return acos(x[0]);
    case FUNCTION_ATAN:
        return atan(x[0]);
    case FUNCTION_ATAN2:
        return atan2(x[0], x[1]);
    case FUNCTION_SINH:
        return sinh(x[0]);
    case FUNCTION_COSH:
        return cosh(x[0]);
    case FUNCTION_TANH:
        return tanh(x[0]);
    case FUNCTION_ABS:
        return fabs(x[0]);
    /* NaN wins: fmin and fmax would hide it */
    case FUNCTION_MIN:
        return isnan(x[0]) || x[0] < x[1] ? x[0] : x[1];
    case FUNCTION_MAX:
        return isnan(x[0]) || x[0] > x[1] ? x[0] : x[1];
    case FUNCTION_FLOOR:
        return floor(x[0]);
    case FUNCTION_CEIL:
        return ceil(x[0]);
    case FUNCTION_POW:
        return pow(x[0], x[1]);
    case FUNCTION_MOD: {
        double remainder = fmod(x[0], x[1]);
        return remainder != 0 && (remainder < 0) != (x[1] < 0) ? remainder + x[1] : remainder;
    }
    case FUNCTION_GAUSS: {
        double z = (x[0] - x[1]) / x[2];
        return exp(-0.5 * z * z);
    }
    case FUNCTION_BOX:
        return x[1] <= x[0] && x[0] < x[2] ? 1 : 0;
    case FUNCTION_RAMP:
        return x[0] <= x[1] ? 0 : x[0] >= x[2] ? 1 : (x[0] - x[1]) / (x[2] - x[1]);
    case FUNCTION_STEP:
        return x[0] >= x[1] ? 1 : 0;
    case FUNCTION_OWN:
        break;
    }
    return ley_companion_value((ley_companion)(which - FUNCTION_OWN), x);
}

static int arguments_of(int code) {
    return code >= OP_FUNCTION ? functions[code - OP_FUNCTION].n : code == OP_NEGATE ? 1 : 2;
}

static double apply(int code, const double *x) {
    switch (code) {
    case OP_NEGATE:
        return -x[0];
    case OP_ADD:
        return x[0] + x[1];
    case OP_SUBTRACT:
        return x[0] - x[1];
    case OP_MULTIPLY:
        return x[0] * x[1];
    case OP_DIVIDE:
        return x[0] / x[1];
    case OP_POWER:
        return x[1] == 2 ? x[0] * x[0] : pow(x[0], x[1]);
    default:
        return call((function)(code - OP_FUNCTION), x);
    }
}

double ley_expression_at(const ley_expression *expression, double t) {
    return ley_expression_of(expression, t, NULL);
}

double ley_expression_of(const ley_expression *expression, double t, const double *quantities) {
    double stack[STACK_MAX]; /* not cleared: that takes longer than most expressions */
    stack[0] = 0;
    size_t top = 0; /* the compiler made sure that it stays within 1 .. STACK_MAX */
    for (size_t i = 0; i < expression->n; i++) {
        const instruction *now = &expression->program[i];
        if (now->code == OP_CONSTANT) {
            stack[top++] = now->value;
        } else if (now->code == OP_TIME) {
            stack[top++] = t;
        } else if (now->code == OP_QUANTITY) {
            stack[top++] = quantities[(size_t)now->value];
        } else {
            top -= (size_t)arguments_of(now->code);
            stack[top] = apply(now->code, &stack[top]);
            top++;
        }
    }
    return stack[0];
}

/* Derivative of a power: d(x^y) = x^y (y dx / x + log(x) dy), and nothing of the second term where y stays. */
static double power_slope(const double *x, const double *d) {
    double sum = x[1] != 0 && d[0] != 0 ? x[1] * pow(x[0], x[1] - 1) * d[0] : 0;
    return d[1] != 0 ? sum + log(x[0]) * pow(x[0], x[1]) * d[1] : sum;
}

/* Of a closed form, by differences. */
static double companion_slope(ley_companion which, const double *x, const double *d, int n) {
    double at[ARGUMENTS_MAX], sum = 0;
    for (int i = 0; i < n; i++) {
        const double h = 1e-5 * fmax(1e-3, fabs(x[i]));
        if (d[i] == 0) continue;
        memcpy(at, x, (size_t)n * sizeof *at);
        at[i] = x[i] + h;
        const double above = ley_companion_value(which, at);
        at[i] = x[i] - h;
        sum += d[i] * (above - ley_companion_value(which, at)) / (2 * h);
    }
    return sum;
}

static double call_slope(function which, const double *x, const double *d, double y) {
    switch (which) {
    case FUNCTION_SQRT:
        return d[0] / (2 * y);
    case FUNCTION_EXP:
        return y * d[0];
    case FUNCTION_LOG:
        return d[0] / x[0];
    case FUNCTION_SIN:
        return cos(x[0]) * d[0];
    case FUNCTION_COS:
        return -sin(x[0]) * d[0];
    case FUNCTION_TAN:
        return (1 + y * y) * d[0];
    case FUNCTION_ASIN:
        return d[0] / sqrt(1 - x[0] * x[0]);
    case FUNCTION_ACOS:
        return -d[0] / sqrt(1 - x[0] * x[0]);
    case FUNCTION_ATAN:
        return d[0] / (1 + x[0] * x[0]);
    case FUNCTION_ATAN2:
        return (x[1] * d[0] - x[0] * d[1]) / (x[0] * x[0] + x[1] * x[1]);
    case FUNCTION_SINH:
        return cosh(x[0]) * d[0];
    case FUNCTION_COSH:
        return sinh(x[0]) * d[0];
    case FUNCTION_TANH:
        return (1 - y * y) * d[0];
    case FUNCTION_ABS:
        return x[0] < 0 ? -d[0] : d[0];
    case FUNCTION_MIN:
        return x[0] < x[1] ? d[0] : d[1];
    case FUNCTION_MAX:
        return x[0] > x[1] ? d[0] : d[1];
    case FUNCTION_POW:
        return power_slope(x, d);
    case FUNCTION_MOD:
        return d[0] - floor(x[0] / x[1]) * d[1];
    case FUNCTION_GAUSS: {
        double z = (x[0] - x[1]) / x[2];
        return -y * z * (d[0] - d[1] - z * d[2]) / x[2];
    }
    case FUNCTION_RAMP: {
        if (!(x[0] > x[1] && x[0] < x[2])) return 0;
        double width = x[2] - x[1];
        return (d[0] - d[1] - y * (d[2] - d[1])) / width;
    }
    case FUNCTION_FLOOR:
    case FUNCTION_CEIL:
    case FUNCTION_BOX:
    case FUNCTION_STEP:
        return 0;
    case FUNCTION_OWN:
        break;
    }
    return companion_slope((ley_companion)(which - FUNCTION_OWN), x, d, functions[which].n);
}

static double apply_slope(int code, const double *x, const double *d, double y) {
    switch (code) {
    case OP_NEGATE:
        return -d[0];
    case OP_ADD:
        return d[0] + d[1];
    case OP_SUBTRACT:
        return d[0] - d[1];
    case OP_MULTIPLY:
        return d[0] * x[1] + x[0] * d[1];
    case OP_DIVIDE:
        return (d[0] - y * d[1]) / x[1];
    case OP_POWER:
        return power_slope(x, d);
    default:
        return call_slope((function)(code - OP_FUNCTION), x, d, y);
    }
}

double ley_expression_slope(const ley_expression *expression, double t) {
    double value[STACK_MAX], slope[STACK_MAX];
    slope[0] = 0;
    size_t top = 0;
    for (size_t i = 0; i < expression->n; i++) {
        const instruction *now = &expression->program[i];
        if (now->code == OP_CONSTANT || now->code == OP_TIME) {
            value[top] = now->code == OP_TIME ? t : now->value;
            slope[top++] = now->code == OP_TIME ? 1 : 0;
            continue;
        }
        top -= (size_t)arguments_of(now->code);
        const double y = apply(now->code, &value[top]);
        slope[top] = apply_slope(now->code, &value[top], &slope[top], y);
        value[top++] = y;
    }
    return slope[0];
}

bool ley_expression_is_constant(const ley_expression *expression) {
    return expression->n == 1 && expression->program[0].code == OP_CONSTANT;
}

/* ---- compilation ------------------------------------------------------------------------------------------- */

/* What is known about a piece of program while compiling. */
typedef struct operand {
    size_t begin; /* of its instructions; they end where the next operand begins */
    int column;   /* of its text, from 0 */
    bool constant;
    double value; /* when constant */
    bool affine;  /* slope t + value: shapes of such an argument still have a known place */
    double slope;
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
    int n = arguments_of(code), length = 0;
    for (int i = 0; i < n; i++)
        length += snprintf(list + length, sizeof list - (size_t)length, "%s%g", i ? ", " : "", x[i]);
    return FAIL(c, column, "%s(%s) is not a finite number", functions[code - OP_FUNCTION].name, list);
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
    for (int i = 1; i < functions[which].n; i++) known = known && x[i].constant;
    if (!known) return LEY_OK;
    double first = (x[1].value - x[0].value) / x[0].slope;
    if (which == FUNCTION_STEP) return add_feature(c, first, first, 0);
    if (which == FUNCTION_GAUSS) {
        double width = x[2].value / fabs(x[0].slope);
        return add_feature(c, first - 9 * width, first + 9 * width, width);
    }
    double second = (x[2].value - x[0].value) / x[0].slope;
    return add_feature(c, fmin(first, second), fmax(first, second), 0);
}

/* Ends n operands, whose instructions are the last of the program, with an operation on them. */
static ley_status combine(compiler *c, operand *out, int column, int code, const operand *x) {
    int n = arguments_of(code);
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
        double value = apply(code, values);
        if (!isfinite(value)) return not_finite(c, column, code, values);
        c->out->n = x[0].begin;
        int start = x[0].column;
        return push_constant(c, out, start, value);
    }
    operand result = {.begin = x[0].begin, .column = x[0].column};
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
        if (strcmp(functions[i].name, name) == 0) return i;
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
                return *c->at
                           ? FAIL(c, column_of(c), "a comma or a closing parenthesis is missing here")
                           : FAIL(c, column_of(c), "the parenthesis of %s( is not closed", functions[which].name);
            c->at++;
            break;
        }
    }
    if (n != functions[which].n)
        return FAIL(c, column, "%s takes %d argument%s, %s(%s), not %d", functions[which].name, functions[which].n,
                    functions[which].n == 1 ? "" : "s", functions[which].name, functions[which].arguments, n);
    return combine(c, out, column, OP_FUNCTION + which, x);
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
        for (int i = 0; i < FUNCTION_COUNT; i++) ley_nearest_offer(&nearest, functions[i].name);
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
    *out = (operand){.begin = c->out->n, .column = column};
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
    bool called = *c->at == '(';
    if (called && which >= 0) return call_function(c, out, column, which);
    if (called && (known || strcmp(name, "t") == 0 || strcmp(name, "pi") == 0))
        return FAIL(c, column, "%s is a number, not a function; a product is written %s*(...)", name, name);
    if (which >= 0 && !called)
        return FAIL(c, column, "%s is a function; write %s(%s)", name, name, functions[which].arguments);
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

ley_status ley_expression_features(const ley_expression *expression, ley_feature **features, size_t *n_features,
                                   size_t *capacity, ley_error *err) {
    size_t n = expression->n_features;
    if (n == 0) return LEY_OK;
    if (ley_grow((void **)features, capacity, *n_features + n, sizeof **features) != 0)
        return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for the shapes of an expression");
    memcpy(*features + *n_features, expression->features, n * sizeof **features);
    *n_features += n;
    return LEY_OK;
}

bool ley_expression_is_reserved(const char *name) {
    return strcmp(name, "N") == 0 || strcmp(name, "t") == 0 || strcmp(name, "pi") == 0 || find_function(name) >= 0;
}

const char *ley_expression_function(ley_index i, const char **arguments, const char **meaning) {
    if (i < 0 || i >= FUNCTION_COUNT) return NULL;
    *arguments = functions[i].arguments;
    *meaning = functions[i].meaning;
    return functions[i].name;
}
