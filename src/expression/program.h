/* expression: the compiled form, a program for a stack machine. In: instructions. Out: numbers. Callers: compiler
 * (writes it), evaluate (runs it). Only for this folder. */
#ifndef LEYDEN_EXPRESSION_PROGRAM_H
#define LEYDEN_EXPRESSION_PROGRAM_H

#include "expression/companions.h"
#include "expression/expression.h"

enum { NESTING_MAX = 100, STACK_MAX = 128, ARGUMENTS_MAX = 5 };

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
    OP_SAMPLES, /* a function of the scope */
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

typedef struct ley_function {
    const char *name, *arguments, *meaning;
    int n;
} ley_function;
extern const ley_function ley_functions[FUNCTION_COUNT];

typedef struct instruction {
    union {
        double value;               /* OP_CONSTANT; OP_QUANTITY: its index */
        const ley_samples *samples; /* OP_SAMPLES */
    };
    int code; /* an operation */
} instruction;

/* How a smooth value changes: rate of its arguments, degree in t; INFINITY, both: not known to be smooth. */
typedef struct turning {
    double rate, degree;
} turning;
#define TURNING_UNKNOWN ((turning){INFINITY, INFINITY})

struct ley_expression {
    instruction *program;
    size_t n, capacity;
    ley_feature *features;
    size_t n_features, features_capacity;
    size_t sheltered; /* places where t stands that are the argument of a shape with known features */
    turning turns;
};

int ley_operation_arguments(int code);
/* The value of an operation, x[its number of arguments]. */
double ley_operation_value(int code, const double *x);

#endif
