#include "core/status.h"
#include "expression/nearest.h"
#include "scenario/binder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

ley_status ley_bind_out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for the scenario");
}

static bool is_not_finite_word(const char *text) { /* how YAML writes them */
    if (*text == '+' || *text == '-') text++;
    return strcasecmp(text, ".inf") == 0 || strcasecmp(text, ".nan") == 0;
}

/* The value of a node: a constant in *signal.value, or, where time is allowed, an expression of t. */
static ley_status read_value(ley_binder *b, ley_signal *signal, const ley_node *node, const char *where, bool time,
                             const char *variable) {
    *signal = ley_signal_constant(node->number);
    if (node->has_number) return LEY_OK;
    if (node->kind != LEY_NODE_TEXT)
        return ley_node_fail(b->err, node, where, "%s, where a number or an expression is expected",
                             ley_node_kind_words(node));
    if (node->text[0] == 0)
        return ley_node_fail_key(b->err, node, where,
                                 "no value; give a number or an expression, or leave the key out");
    if (is_not_finite_word(node->text))
        return ley_node_fail(b->err, node, where, "%s is not usable; numbers are finite", node->text);
    ley_scope scope = {.names = b->names,
                       .n_names = b->n_names,
                       .time = time,
                       .variable = variable,
                       .functions = b->s->functions,
                       .n_functions = b->s->n_functions};
    ley_expression *expression;
    ley_error inner = {0};
    ley_status status = ley_expression_create(&expression, node->text, &scope, &inner);
    if (status == LEY_ERR_MEMORY) return ley_bind_out_of_memory(b->err);
    if (status != LEY_OK) return ley_node_fail_inside(b->err, node, where, &inner);
    if (ley_expression_is_constant(expression)) {
        signal->value = ley_expression_at(expression, 0);
        ley_expression_destroy(expression);
    } else {
        signal->expression = expression;
    }
    return LEY_OK;
}

ley_status ley_read_signal(ley_binder *b, ley_signal *signal, const ley_node *node, const char *where, bool time) {
    return read_value(b, signal, node, where, time, NULL);
}

ley_status ley_read_formula(ley_binder *b, ley_signal *signal, const ley_node *node, const char *where,
                            const char *variable) {
    return read_value(b, signal, node, where, true, variable);
}

ley_status ley_read_number(ley_binder *b, double *value, const ley_node *node, const char *where) {
    ley_signal signal;
    ley_status status = ley_read_signal(b, &signal, node, where, false);
    if (status == LEY_OK) *value = signal.value;
    return status;
}

bool ley_nearly_integer(double x) {
    return fabs(x - round(x)) <= 1e-9 * fmax(1, fabs(x));
}

/* what: the noun for messages */
ley_status ley_read_integer(ley_binder *b, int32_t *value, const ley_node *node, const char *where,
                            const char *what, int32_t least, int32_t most) {
    double x;
    ley_status status = ley_read_number(b, &x, node, where);
    if (status != LEY_OK) return status;
    if (!ley_nearly_integer(x)) return ley_node_fail(b->err, node, where, "%s %g is not an integer", what, x);
    if (x < least - 0.5 || x > most + 0.5)
        return ley_node_fail(b->err, node, where, "%s %.0f is not in %d .. %d", what, x, (int)least, (int)most);
    *value = (int32_t)lround(x);
    return LEY_OK;
}

static const ley_node *group_of(const ley_binder *b, ley_key key) {
    char name[64];
    snprintf(name, sizeof name, "%s", ley_key_name(key));
    char *dot = strchr(name, '.');
    if (dot) *dot = 0;
    return dot ? ley_node_child(b->s->tree.root, name) : NULL;
}

ley_status ley_bind_missing(const ley_binder *b, ley_key key) {
    const ley_node *group = group_of(b, key);
    const char *name = ley_key_name(key);
    if (group) return ley_node_fail_key(b->err, group, name, "%s is missing: %s", name, ley_key_meaning(key));
    return ley_fail_at(b->err, LEY_ERR_SCENARIO, 1, 1, name, "%s is missing: %s", name, ley_key_meaning(key));
}

/* A signal that is left out is `fallback`. */
ley_status ley_bind_signal(ley_binder *b, ley_signal *signal, ley_key key, double fallback) {
    *signal = ley_signal_constant(fallback);
    return b->value[key] ? ley_read_signal(b, signal, b->value[key], ley_key_name(key), true) : LEY_OK;
}

/* The one key of {dicke: ...}; *which is its place in words, or -1 after an error. */
ley_status ley_read_one_of(ley_binder *b, int *which, const ley_node *node, const char *where, const char *what,
                           const char *const *words, const char *list) {
    char hint[128];
    const char *met = node->kind == LEY_NODE_TEXT ? node->text : node->first ? node->first->key : "";
    bool wrong = node->kind == LEY_NODE_LIST || (node->kind == LEY_NODE_MAP && node->n != 1);
    if (wrong) return ley_node_fail(b->err, node, where, "%s is one of %s", what, list);
    for (int i = 0; words[i]; i++) {
        bool takes_value = words[i][0] == ':';
        if (strcmp(words[i] + takes_value, met) != 0) continue;
        if (takes_value && node->kind == LEY_NODE_TEXT)
            return ley_node_fail(b->err, node, where, "%s needs a value; %s is one of %s", met, what, list);
        if (!takes_value && node->kind == LEY_NODE_MAP)
            return ley_node_fail_key(b->err, node->first, where, "%s takes no value; write it alone", met);
        *which = i;
        return LEY_OK;
    }
    ley_nearest nearest = {.word = met};
    for (int i = 0; words[i]; i++) ley_nearest_offer(&nearest, words[i] + (words[i][0] == ':'));
    const char *suggestion = ley_nearest_hint(&nearest, hint, sizeof hint);
    return node->kind == LEY_NODE_TEXT
               ? ley_node_fail(b->err, node, where, "unknown %s \"%.60s\"%s; it is one of %s", what, met,
                               suggestion, list)
               : ley_node_fail_key(b->err, node->first, where, "unknown %s \"%.60s\"%s; it is one of %s", what, met,
                                   suggestion, list);
}

ley_status ley_read_pair(ley_binder *b, double *x, const ley_node *node, const char *where, const char *words) {
    if (node->kind != LEY_NODE_LIST || node->n != 2)
        return ley_node_fail(b->err, node, where, "two numbers are expected: %s", words);
    ley_status status = ley_read_number(b, &x[0], node->first, where);
    return status == LEY_OK ? ley_read_number(b, &x[1], node->first->next, where) : status;
}

ley_status ley_read_spin(ley_binder *b, int32_t *two_j, int32_t *two_m, const ley_node *node, const char *where,
                         const char *words, int32_t cells) {
    double x[2] = {0};
    ley_status status = ley_read_pair(b, x, node, where, words);
    if (status != LEY_OK) return status;
    const ley_node *j = node->first, *m = node->first->next;
    if (!ley_nearly_integer(2 * x[0])) return ley_node_fail(b->err, j, where, "j = %g is not a half-integer", x[0]);
    if (x[0] < -1e-9 || x[0] > cells / 2.0 + 1e-9)
        return ley_node_fail(b->err, j, where, "j = %g is not in 0 .. N/2 = %g", x[0], cells / 2.0);
    *two_j = (int32_t)lround(2 * x[0]);
    if ((cells - *two_j) % 2 != 0)
        return ley_node_fail(b->err, j, where, "j = %g does not occur for N = %d; N/2 - j is an integer", x[0],
                             (int)cells);
    if (!ley_nearly_integer(2 * x[1])) return ley_node_fail(b->err, m, where, "m = %g is not a half-integer", x[1]);
    if (fabs(x[1]) > x[0] + 1e-9)
        return ley_node_fail(b->err, m, where, "m = %g is not in -j .. j = %g", x[1], x[0]);
    *two_m = (int32_t)lround(2 * x[1]);
    if ((*two_j - *two_m) % 2 != 0)
        return ley_node_fail(b->err, m, where, "m = %g does not go with j = %g; j - m is an integer", x[1], x[0]);
    return LEY_OK;
}
