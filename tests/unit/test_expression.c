/* Expressions: values by hand, places of errors, shapes. */
#include "support/assert_close.h"

#include "core/memory.h"
#include "expression/expression.h"
#include "expression/nearest.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const ley_name names[] = {{"w", 1.5}, {"N", 4}, {"kappa_1", -2}};
static const ley_scope scope = {.names = names, .n_names = 3, .time = true};
static const ley_scope constants = {.names = names, .n_names = 3, .time = false};

static ley_expression *compile(const char *text) {
    ley_expression *expression;
    ley_error err = {0};
    if (ley_expression_create(&expression, text, &scope, &err) != LEY_OK)
        fail_msg("%s: column %d: %s", text, (int)err.column, err.message);
    return expression;
}

static double at(const char *text, double t) {
    ley_expression *expression = compile(text);
    double value = ley_expression_at(expression, t);
    ley_expression_destroy(expression);
    return value;
}

static void constants_have_their_values(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"2", 2},
        {"0", 0},
        {"0.5", 0.5},
        {".5", 0.5},
        {"5.", 5},
        {"1e-3", 1e-3},
        {"1E+3", 1000},
        {"2.5e2", 250},
        {"1+2*3", 7},
        {"(1+2)*3", 9},
        {"8/4/2", 1},
        {"8-4-2", 2},
        {"2^3^2", 512},
        {"-2^2", -4},
        {"(-2)^2", 4},
        {"2^-1", 0.5},
        {"--3", 3},
        {"+3", 3},
        {"2*-3", -6},
        {"-w", -1.5},
        {"w*N", 6},
        {"kappa_1", -2},
        {" 1 +\t2 ", 3},
        {"1\n+2", 3},
        {"sqrt(N)", 2},
        {"exp(0)", 1},
        {"log(exp(2))", 2},
        {"sin(0)", 0},
        {"cos(0)", 1},
        {"tan(0)", 0},
        {"asin(1)", 1.5707963267948966},
        {"acos(1)", 0},
        {"atan(1)*4", 3.14159265358979323846},
        {"atan2(1, 0)", 1.5707963267948966},
        {"atan2(0, -1)", 3.14159265358979323846},
        {"sinh(0)", 0},
        {"cosh(0)", 1},
        {"tanh(0)", 0},
        {"abs(-3)", 3},
        {"min(2, 3)", 2},
        {"max(2, 3)", 3},
        {"min(3, 2)", 2},
        {"max(3, 2)", 3},
        {"floor(-1.5)", -2},
        {"ceil(-1.5)", -1},
        {"pow(2, 10)", 1024},
        {"mod(7, 3)", 1},
        {"mod(-1, 3)", 2},
        {"mod(1, -3)", -2},
        {"mod(-6, 3)", 0},
        {"pi", 3.14159265358979323846},
        {"0.5*w/sqrt(N)", 0.375},
        {"gauss(1, 1, 2)", 1},
        {"gauss(3, 1, 2)", 0.60653065971263342},
        {"box(1, 1, 2)", 1},
        {"box(2, 1, 2)", 0},
        {"box(0.5, 1, 2)", 0},
        {"ramp(1.25, 1, 2)", 0.25},
        {"ramp(0, 1, 2)", 0},
        {"ramp(9, 1, 2)", 1},
        {"step(1, 1)", 1},
        {"step(0.9, 1)", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ley_expression *expression = compile(rows[i].text);
        assert_true(ley_expression_is_constant(expression));
        assert_close(ley_expression_at(expression, 123), rows[i].value, 1e-15, 1e-16);
        ley_expression_destroy(expression);
    }
    assert_int_equal(ley_memory_live(), 0);
}

static void functions_of_time(void **state) {
    (void)state;
    assert_close(at("t", 2.5), 2.5, 0, 0);
    assert_close(at("0.3*exp(-(t-5)^2/8)", 7), 0.3 * exp(-0.5), 1e-15, 0);
    assert_close(at("gauss(t, 5, 2)", 7), exp(-0.5), 1e-15, 0);
    assert_close(at("2*t - t", 3), 3, 0, 0);
    assert_close(at("sin(w*t)*cos(t) + N", 0.7), sin(1.05) * cos(0.7) + 4, 1e-15, 0);
    assert_close(at("-t^2", 3), -9, 0, 0);
    assert_close(at("2^t", 3), 8, 0, 0);
    assert_close(at("mod(t, 10)", 23), 3, 0, 0);
    assert_close(at("box(t, 1, 2)*ramp(t, 0, 4) + step(t, 3)", 1.5), 0.375, 0, 0);
    assert_true(isnan(at("log(t)", -1)));
    assert_true(isnan(at("max(1, log(t))", -1))); /* not hidden by the other argument */
    assert_true(isnan(at("min(log(t), 1)", -1)));
    ley_expression *expression = compile("0*pi + t");
    assert_false(ley_expression_is_constant(expression));
    ley_expression_destroy(expression);
}

static void errors_have_a_column_and_a_sentence(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int32_t column;
        const char *message;
    } rows[] = {
        {"", 1, "a number or an expression is expected, not an empty text"},
        {"  ", 1, "a number or an expression is expected, not an empty text"},
        {"1 +", 4, "the expression ends where a number or a name is expected"},
        {"(1 + 2", 1, "this parenthesis is not closed"},
        {"2*sqrt(4", 9, "the parenthesis of sqrt( is not closed"},
        {"1 + 2)", 6, "a closing parenthesis without an opening one"},
        {"()", 2, "a number or a name is missing before the parenthesis"},
        {"(1 2)", 4, "an operator or a closing parenthesis is missing here"},
        {"sqrt(1 2)", 8, "a comma or a closing parenthesis is missing here"},
        {"2(3)", 2, "an operator is missing here; a product is written a*b"},
        {"2w", 2, "an operator is missing between 2 and w; a product is written 2*w"},
        {"w N", 3, "an operator is missing here; a product is written a*b"},
        {"w(2)", 1, "w is a number, not a function; a product is written w*(...)"},
        {"sqrt", 1, "sqrt is a function; write sqrt(x)"},
        {"sqrt + 1", 1, "sqrt is a function; write sqrt(x)"},
        {"1 + atan2(1)", 5, "atan2 takes 2 arguments, atan2(y, x), not 1"},
        {"sqrt()", 1, "sqrt takes 1 argument, sqrt(x), not 0"},
        {"exp(1, 2, 3, 4)", 1, "exp takes 1 argument, exp(x), not 4"},
        {"kapa_1", 1, "unknown name kapa_1 (did you mean kappa_1?); names are N, pi, the parameters and functions"},
        {"zzz", 1, "unknown name zzz; names are N, pi, the parameters and functions"},
        {"1 + squareroot(2)", 5, "unknown function squareroot; see leyden help expressions"},
        {"gaus(1, 2, 3)", 1, "unknown function gaus (did you mean gauss?); see leyden help expressions"},
        {"2*t", 3, "t is not allowed here; this value does not depend on time"},
        {"007", 1, "007 has a leading zero; write 7"},
        {"01.5", 1, "01.5 has a leading zero; write 1.5"},
        {"00", 1, "00 has a leading zero; write 0"},
        {"1.2.3", 4, "a number has at most one point"},
        {".", 1, "a single point is not a number"},
        {"1_000", 2, "an operator is missing between 1 and _000; a product is written 1*_000"},
        {"0x10", 2, "an operator is missing between 0 and x10; a product is written 0*x10"},
        {"1e", 2, "an operator is missing between 1 and e; a product is written 1*e"},
        {"1e400", 1, "1e400 is too large"},
        {"inf", 1, "inf is not usable; numbers are finite"},
        {"-nan", 2, "nan is not usable; numbers are finite"},
        {"1/0", 2, "1 / 0 is not a finite number"},
        {"2 + log(-1)", 5, "log(-1) is not a finite number"},
        {"(-1)^0.5", 5, "-1 ^ 0.5 is not a finite number"},
        {"1e200*1e200", 6, "1e+200 * 1e+200 is not a finite number"},
        {"mod(1, 0)", 1, "mod(1, 0) is not a finite number"},
        {"gauss(1, 2, -3)", 1, "gauss(t, t0, sigma) needs sigma > 0, not -3"},
        {"box(1, 3, 2)", 1, "box(t, t1, t2) needs t1 <= t2, not 3 and 2"},
        {"ramp(1, 2, 2)", 1, "ramp(t, t1, t2) needs t1 < t2, not 2 and 2; a jump is step(t, t1)"},
        {"2**3", 2, "** is not an operator; a power is written ^"},
        {"1 = 2", 3, "unexpected '=' where a number or a name is expected"},
        {"1,5", 2, "unexpected comma; the decimal sign is a point"},
        {"\xc3\xa9", 1, "a letter that expressions do not know; see leyden help expressions"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ley_expression *expression = (ley_expression *)1;
        ley_error err = {0};
        ley_status status = ley_expression_create(&expression, rows[i].text, &constants, &err);
        if (status != LEY_ERR_SCENARIO || err.line != 0 || err.column != rows[i].column ||
            strcmp(err.message, rows[i].message) != 0)
            fail_msg("\"%s\": met column %d: %s; expected column %d: %s", rows[i].text, (int)err.column,
                     err.message, (int)rows[i].column, rows[i].message);
        assert_null(expression);
        assert_int_equal(ley_memory_live(), 0);
    }
    ley_expression *expression;
    ley_error err = {0};
    assert_int_equal(ley_expression_create(&expression, "t/0", &scope, &err), LEY_ERR_SCENARIO);
    assert_string_equal(err.message, "division by zero");
    assert_int_equal(ley_expression_create(&expression, "1 + w", NULL, &err), LEY_ERR_SCENARIO);
    assert_int_equal(err.column, 5);
}

static void deep_nesting_is_refused_and_shallow_is_not(void **state) {
    (void)state;
    static char text[100001];
    static const struct {
        const char *open;
        int n;
        bool good;
    } rows[] = {{"(", 90, true},     {"(", 1000, false},     {"-", 90, true},  {"-", 20000, false},
                {"sqrt(", 90, true}, {"sqrt(", 1000, false}, {"t^", 90, true}, {"t^", 20000, false},
                {"t+(", 90, true},   {"t+(", 500, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t length = 0, width = strlen(rows[i].open);
        for (int k = 0; k < rows[i].n; k++, length += width) memcpy(text + length, rows[i].open, width);
        text[length++] = 't';
        if (rows[i].open[width - 1] == '(')
            for (int k = 0; k < rows[i].n; k++) text[length++] = ')';
        text[length] = 0;
        ley_expression *expression;
        ley_error err = {0};
        ley_status status = ley_expression_create(&expression, text, &scope, &err);
        assert_int_equal(status, rows[i].good ? LEY_OK : LEY_ERR_SCENARIO);
        if (rows[i].good) (void)ley_expression_at(expression, 0.5);
        if (!rows[i].good)
            assert_string_equal(err.message,
                                "the expression is nested too deeply; name parts of it under parameters");
        ley_expression_destroy(expression);
    }
    /* a long sum is not deep */
    size_t length = 0;
    for (int k = 0; k < 20000; k++, length += 2) memcpy(text + length, "t+", 2);
    strcpy(text + length, "t");
    assert_close(at(text, 2), 40002, 1e-15, 0);
}

static void names_used(void **state) {
    (void)state;
    assert_true(ley_expression_uses("2*w+1", "w"));
    assert_true(ley_expression_uses("w", "w"));
    assert_false(ley_expression_uses("ww + w2 + _w", "w"));
    assert_false(ley_expression_uses("1e3 + 2", "e3"));
    assert_false(ley_expression_uses("1e-3", "e"));
    assert_true(ley_expression_uses("1e-3*e", "e"));
    assert_false(ley_expression_uses("", "e"));
}

static void shapes_say_where_they_live(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        ley_feature feature; /* the last one */
    } rows[] = {
        {"0.3*gauss(t, 50, 2)", 1, {32, 68, 2}},
        {"1 - 2*gauss(2*t - 10, 4, 2)^2", 1, {-2, 16, 1}}, /* centre 7, width 1 */
        {"gauss(-t, 50, 2)", 1, {-68, -32, 2}},
        {"box(t, 1, w)", 1, {1, 1.5, 0}},
        {"ramp(t/2, 1, 2)", 1, {2, 4, 0}},
        {"step(5 - t, 2)", 1, {3, 3, 0}},
        {"box(t, 1, 2) + 3*box(t, 7, 8)*sin(t)", 2, {7, 8, 0}},
        {"gauss(t^2, 1, 1)", 0, {0, 0, 0}},
        {"gauss(t, t, 1)", 0, {0, 0, 0}},
        {"gauss(mod(t, 5), 1, 1)", 0, {0, 0, 0}},
        {"sin(t)", 0, {0, 0, 0}},
        {"gauss(1, 2, 3)", 0, {0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ley_expression *expression = compile(rows[i].text);
        ley_feature *features = NULL;
        size_t n = 0, capacity = 0;
        assert_int_equal(ley_expression_features(expression, &features, &n, &capacity, NULL), LEY_OK);
        if (n != rows[i].n) fail_msg("%s: %zu features", rows[i].text, n);
        if (n > 0) {
            assert_close(features[n - 1].begin, rows[i].feature.begin, 1e-14, 0);
            assert_close(features[n - 1].end, rows[i].feature.end, 1e-14, 0);
            assert_close(features[n - 1].step, rows[i].feature.step, 1e-14, 0);
        }
        ley_release(features);
        ley_expression_destroy(expression);
    }
    assert_int_equal(ley_memory_live(), 0);
}

/* How fast smooth values change, and which ones stay as they are after their shapes. */
static void rates_and_rests(void **unused) {
    static const struct {
        const char *text;
        double rate, degree;
        bool settles;
    } rows[] = {
        {"3", 0, 0, true},
        {"1 + 2*t - t^2", 0, 2, false},
        {"(t*(10 - t)/25)^500*t", 0, 1001, false},
        {"t^0.5", INFINITY, INFINITY, false},
        {"t^2*sin(t)", 1, 2, false},
        {"0.1*exp(-0.05*t)", 0.05, 0, false},
        {"1 + sin(0.2*t)^2", 0.4, 0, false},
        {"sin(3*t)*cos(2*t - 1)/7 - exp(t/4)", 5, 0, false},
        {"sin(t^2)", INFINITY, INFINITY, false},
        {"abs(t)", INFINITY, INFINITY, false},
        {"1/(1 + t)", INFINITY, INFINITY, false},
        {"2*gauss(t, 5, 1) + step(t, 3)", INFINITY, INFINITY, true},
        {"gauss(t, 5, 1)*cos(t)", INFINITY, INFINITY, false},
        {"exp(-box(2*t - 1, 0, 3))", INFINITY, INFINITY, true},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ley_expression *expression = compile(rows[i].text);
        for (double duration = 0; duration < 7; duration += 3) {
            const double turns = ley_expression_turns(expression, duration),
                         expected =
                             rows[i].degree + (rows[i].rate > 0 && duration > 0 ? rows[i].rate * duration : 0);
            if (isinf(expected) ? !isinf(turns) : fabs(turns - expected) > 1e-13)
                fail_msg("%s: %g turns in %g", rows[i].text, turns, duration);
        }
        if (ley_expression_settles(expression) != rows[i].settles) fail_msg("%s: settles", rows[i].text);
        ley_expression_destroy(expression);
    }
}

static void allocation_failures(void **state) {
    (void)state;
    static const char text[] = "gauss(t, 1, 2) + box(t, 1, 2)*sin(t) + step(t, 1) + t^2*(1 + t/(2 + t))";
    int failures = 0;
    for (long k = 0;; k++) {
        ley_expression *expression;
        ley_error err = {0};
        ley_memory_fail_after(k);
        ley_status status = ley_expression_create(&expression, text, &scope, &err);
        ley_memory_fail_after(-1);
        if (status == LEY_OK) {
            ley_expression_destroy(expression);
            break;
        }
        failures++;
        assert_int_equal(status, LEY_ERR_MEMORY);
        assert_int_equal(ley_memory_live(), 0);
    }
    assert_true(failures >= 3);
    assert_int_equal(ley_memory_live(), 0);
}

static void *evaluate_often(void *user) {
    const ley_expression *expression = user;
    for (int i = 0; i < 20000; i++) {
        double t = i * 1e-3;
        if (ley_expression_at(expression, t) != sin(t) * t + exp(-t)) return user;
    }
    return NULL;
}

static void evaluation_is_safe_in_threads(void **state) {
    (void)state;
    ley_expression *expression = compile("sin(t)*t + exp(-t)");
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, evaluate_often, expression), 0);
    for (int i = 0; i < 4; i++) {
        void *wrong = NULL;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    ley_expression_destroy(expression);
}

static void nearest_words(void **state) {
    (void)state;
    static const struct {
        const char *word, *expected;
    } rows[] = {{"batery", "battery"},
                {"emision", "emission"},
                {"Battery", "battery"},
                {"xyzzy", NULL},
                {"emmision", "emission"},
                {"maximum", "max"},
                {"ergotropy", "battery.ergotropy"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ley_nearest nearest = {.word = rows[i].word};
        ley_nearest_offer(&nearest, "battery");
        ley_nearest_offer(&nearest, "emission");
        ley_nearest_offer(&nearest, "max");
        ley_nearest_offer(&nearest, "battery.ergotropy");
        if (rows[i].expected && (!nearest.best || strcmp(nearest.best, rows[i].expected) != 0))
            fail_msg("%s: %s", rows[i].word, nearest.best ? nearest.best : "nothing");
        if (!rows[i].expected) assert_null(nearest.best);
    }
}

/* Derivatives against differences of four values, whose error is of the fourth order in their distance. */
static void slopes(void **state) {
    (void)state;
    static const char *const texts[] = {"3",
                                        "t",
                                        "-t^2 + 2*t",
                                        "1/(1 + t)",
                                        "sqrt(t)*exp(-t)",
                                        "log(2 + t)*sin(3*t)",
                                        "cos(t)^3",
                                        "tan(t/3)",
                                        "asin(t/3)",
                                        "acos(t/4)",
                                        "atan(t^2)",
                                        "atan2(t, 1 + t)",
                                        "sinh(t) - cosh(t/2)",
                                        "tanh(t)*t",
                                        "abs(t - 5)",
                                        "min(t, 7)*max(t^2, 0.1)",
                                        "floor(t)*t",
                                        "pow(t, 1.5)",
                                        "t^t",
                                        "2^t",
                                        "(1 - t)^2",
                                        "mod(t, 0.37)",
                                        "gauss(t, 1, 0.8)",
                                        "gauss(2*t, 1, 0.8)",
                                        "ramp(t, 0.2, 3)",
                                        "box(t, 0, 9)*t",
                                        "step(t, 0.1)*t^2"};
    const ley_scope timed = {.time = true};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ley_expression *e = NULL;
        assert_int_equal(ley_expression_create(&e, texts[i], &timed, NULL), LEY_OK);
        for (int k = 0; k < 5; k++) {
            const double t = 0.25 + 0.3 * k, h = 1e-3;
            const double d = (8 * (ley_expression_at(e, t + h) - ley_expression_at(e, t - h)) -
                              (ley_expression_at(e, t + 2 * h) - ley_expression_at(e, t - 2 * h))) /
                             (12 * h);
            const double slope = ley_expression_slope(e, t);
            if (!(fabs(slope - d) <= 1e-9 * (1 + fabs(d))))
                fail_msg("%s at %g: %.15g, expected %.15g", texts[i], t, slope, d);
        }
        ley_expression_destroy(e);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_have_their_values),
        cmocka_unit_test(functions_of_time),
        cmocka_unit_test(errors_have_a_column_and_a_sentence),
        cmocka_unit_test(deep_nesting_is_refused_and_shallow_is_not),
        cmocka_unit_test(names_used),
        cmocka_unit_test(shapes_say_where_they_live),
        cmocka_unit_test(rates_and_rests),
        cmocka_unit_test(allocation_failures),
        cmocka_unit_test(evaluation_is_safe_in_threads),
        cmocka_unit_test(nearest_words),
        cmocka_unit_test(slopes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
