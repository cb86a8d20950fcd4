#include "expression/expression.h"

#include "core/memory.h"
#include "expression/compiler.h"

#include <string.h>

ley_status ley_expression_create(ley_expression **expression, const char *text, const ley_scope *scope,
                                 ley_error *err) {
    *expression = NULL;
    compiler c = {.text = text, .at = text, .scope = scope, .err = err};
    operand whole;
    ley_status status = LEY_OK;
    c.out = ley_allocate(1, sizeof *c.out);
    c.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c.out || !c.c_locale) {
        status = ley_compile_out_of_memory(&c);
        goto done;
    }
    skip_space(&c);
    if (*c.at == 0) {
        status = COMPILE_FAIL(&c, 0, "a number or an expression is expected, not an empty text");
        goto done;
    }
    status = ley_compile_sum(&c, &whole);
    if (status != LEY_OK) goto done;
    skip_space(&c);
    if (*c.at == ')')
        status = COMPILE_FAIL(&c, column_of(&c), "a closing parenthesis without an opening one");
    else if (is_digit(*c.at) || is_letter(*c.at) || *c.at == '(' || *c.at == '.')
        status = COMPILE_FAIL(&c, column_of(&c), "an operator is missing here; a product is written a*b");
    else if (*c.at == ',')
        status = COMPILE_FAIL(&c, column_of(&c), "unexpected comma; the decimal sign is a point");
    else if (*c.at != 0)
        status = ley_compile_unexpected(&c);
    c.out->turns = whole.turns;
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
    return strcmp(name, "N") == 0 || strcmp(name, "t") == 0 || strcmp(name, "pi") == 0 ||
           ley_function_find(name) >= 0;
}
