#include "core/memory.h"
#include "core/status.h"
#include "expression/program.h"

#include <math.h>
#include <string.h>

const ley_function ley_functions[FUNCTION_COUNT] = {
#define X(id, name_, arguments_, n_, meaning_) {name_, arguments_, meaning_, n_},
    FUNCTIONS(X) LEY_COMPANIONS(X)
#undef X
};

const char *ley_expression_function(ley_index i, const char **arguments, const char **meaning) {
    if (i < 0 || i >= FUNCTION_COUNT) return NULL;
    *arguments = ley_functions[i].arguments;
    *meaning = ley_functions[i].meaning;
    return ley_functions[i].name;
}

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

int ley_operation_arguments(int code) {
    return code >= OP_FUNCTION ? ley_functions[code - OP_FUNCTION].n : code == OP_NEGATE ? 1 : 2;
}

double ley_operation_value(int code, const double *x) {
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
        } else if (now->code == OP_SAMPLES) {
            stack[top - 1] = ley_samples_at(now->samples, stack[top - 1]);
        } else if (now->code == OP_ADD || now->code == OP_SUBTRACT || now->code == OP_MULTIPLY) {
            const double a = stack[top - 2], b = stack[top - 1]; /* most of a formula */
            top--;
            stack[top - 1] = now->code == OP_MULTIPLY ? a * b : now->code == OP_ADD ? a + b : a - b;
        } else {
            top -= (size_t)ley_operation_arguments(now->code);
            stack[top] = ley_operation_value(now->code, &stack[top]);
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
    return companion_slope((ley_companion)(which - FUNCTION_OWN), x, d, ley_functions[which].n);
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
        if (now->code == OP_SAMPLES) {
            slope[top - 1] *= ley_samples_slope(now->samples, value[top - 1]);
            value[top - 1] = ley_samples_at(now->samples, value[top - 1]);
            continue;
        }
        top -= (size_t)ley_operation_arguments(now->code);
        const double y = ley_operation_value(now->code, &value[top]);
        slope[top] = apply_slope(now->code, &value[top], &slope[top], y);
        value[top++] = y;
    }
    return slope[0];
}

bool ley_expression_is_constant(const ley_expression *expression) {
    return expression->n == 1 && expression->program[0].code == OP_CONSTANT;
}

double ley_expression_turns(const ley_expression *expression, double duration) {
    return expression->turns.degree +
           (expression->turns.rate > 0 && duration > 0 ? expression->turns.rate * duration : 0);
}

size_t ley_expression_signature(const ley_expression *expression, double *numbers, size_t room) {
    size_t n = 4;
    if (room < 4 + 2 * expression->n + 3 * expression->n_features) return 0;
    numbers[0] = (double)expression->n;
    numbers[1] = (double)expression->n_features;
    numbers[2] = expression->turns.rate;
    numbers[3] = expression->turns.degree;
    for (size_t i = 0; i < expression->n; i++) {
        const instruction *now = &expression->program[i];
        if (now->code == OP_QUANTITY || now->code == OP_SAMPLES) return 0;
        numbers[n++] = now->code;
        numbers[n++] = now->code == OP_CONSTANT ? now->value : 0;
    }
    for (size_t i = 0; i < expression->n_features; i++) {
        numbers[n++] = expression->features[i].begin;
        numbers[n++] = expression->features[i].end;
        numbers[n++] = expression->features[i].step;
    }
    return n;
}

bool ley_expression_settles(const ley_expression *expression) {
    size_t times = 0;
    for (size_t i = 0; i < expression->n; i++) times += expression->program[i].code == OP_TIME;
    return times == expression->sheltered;
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
