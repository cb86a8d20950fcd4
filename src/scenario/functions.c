/* functions: what a scenario knows by values alone. Read once, called from any expression of a point. */
#include "core/status.h"
#include "scenario/document.h"

#include <stdio.h>
#include <string.h>

static const char form[] = "{times: [...], values: [...]} or {breaks: [...], chebyshev: [[...], ...]}";

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "functions", "no memory left for the functions of a scenario");
}

static ley_status read_numbers(double *x, const ley_node *list, const char *where, ley_error *err) {
    for (const ley_node *item = list->first; item; item = item->next, x++) {
        if (!item->has_number)
            return item->kind == LEY_NODE_TEXT && item->text[0]
                       ? ley_node_fail(err, item, where, "\"%.40s\" is not a plain, finite number", item->text)
                       : ley_node_fail(err, item, where, "%s, where a number is expected",
                                       ley_node_kind_words(item));
        *x = item->number;
    }
    return LEY_OK;
}

/* A list of two numbers or more that ascend. */
static ley_status read_begin(ley_scenario *s, ley_samples *out, const ley_node *list, const char *where,
                             ley_error *err) {
    if (list->kind != LEY_NODE_LIST || list->n < 2)
        return ley_node_fail(err, list, where, "%s, where two numbers or more are expected, ascending",
                             list->kind == LEY_NODE_LIST ? "a list of fewer than two" : ley_node_kind_words(list));
    double *begin = ley_tree_allocate(&s->tree, (size_t)list->n * sizeof *begin);
    if (!begin) return out_of_memory(err);
    ley_status status = read_numbers(begin, list, where, err);
    ley_index i = 0;
    for (const ley_node *item = list->first; item && status == LEY_OK; item = item->next, i++)
        if (i > 0 && begin[i] <= begin[i - 1])
            status = ley_node_fail(err, item, where, "%g does not come after %g; the numbers ascend", begin[i],
                                   begin[i - 1]);
    out->begin = begin;
    out->n = list->n - 1;
    return status;
}

/* Straight lines from value to value. */
static ley_status read_values(ley_scenario *s, ley_samples *out, const ley_node *list, const char *where,
                              ley_error *err) {
    if (list->kind != LEY_NODE_LIST || list->n != out->n + 1)
        return ley_node_fail(err, list, where, "%lld values for %lld times; there is one for each",
                             (long long)(list->kind == LEY_NODE_LIST ? list->n : 0), (long long)(out->n + 1));
    double *value = ley_tree_allocate(&s->tree, (size_t)list->n * sizeof *value),
           *line = ley_tree_allocate(&s->tree, (size_t)out->n * 2 * sizeof *line);
    if (!value || !line) return out_of_memory(err);
    ley_status status = read_numbers(value, list, where, err);
    for (ley_index i = 0; i < out->n && status == LEY_OK; i++) {
        line[2 * i] = 0.5 * (value[i] + value[i + 1]);
        line[2 * i + 1] = 0.5 * (value[i + 1] - value[i]);
    }
    out->terms = 2;
    out->coefficient = line;
    return status;
}

static ley_status read_series(ley_scenario *s, ley_samples *out, const ley_node *list, const char *where,
                              ley_error *err) {
    if (list->kind != LEY_NODE_LIST || list->n != out->n)
        return ley_node_fail(err, list, where, "%lld series for %lld pieces; there is one for each",
                             (long long)(list->kind == LEY_NODE_LIST ? list->n : 0), (long long)out->n);
    out->terms = 1;
    for (const ley_node *row = list->first; row; row = row->next) {
        if (row->kind != LEY_NODE_LIST || row->n < 1 || row->n > LEY_SAMPLES_TERMS)
            return ley_node_fail(err, row, where, "a series is a list of 1 to %d numbers", (int)LEY_SAMPLES_TERMS);
        if (row->n > out->terms) out->terms = (int32_t)row->n;
    }
    double *coefficient = ley_tree_allocate(&s->tree, (size_t)out->n * (size_t)out->terms * sizeof *coefficient);
    if (!coefficient) return out_of_memory(err);
    memset(coefficient, 0, (size_t)out->n * (size_t)out->terms * sizeof *coefficient);
    out->coefficient = coefficient;
    for (const ley_node *row = list->first; row; row = row->next, coefficient += out->terms) {
        ley_status status = read_numbers(coefficient, row, where, err);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

static ley_status read_one(ley_scenario *s, ley_samples *out, const ley_node *node, const char *where,
                           ley_error *err) {
    const ley_node *times = ley_node_child(node, "times"), *values = ley_node_child(node, "values"),
                   *breaks = ley_node_child(node, "breaks"), *series = ley_node_child(node, "chebyshev");
    const bool lines = times && values;
    char inside[160];
    if (node->kind != LEY_NODE_MAP || node->n != 2 || !(lines || (breaks && series)))
        return ley_node_fail(err, node, where, "a function is %s", form);
    snprintf(inside, sizeof inside, "%s.%s", where, lines ? "times" : "breaks");
    ley_status status = read_begin(s, out, lines ? times : breaks, inside, err);
    snprintf(inside, sizeof inside, "%s.%s", where, lines ? "values" : "chebyshev");
    if (status != LEY_OK) return status;
    return lines ? read_values(s, out, values, inside, err) : read_series(s, out, series, inside, err);
}

ley_status ley_functions_read(ley_scenario *s, ley_error *err) {
    const ley_node *map = s->value[LEY_KEY_FUNCTIONS];
    if (!map) return LEY_OK;
    if (map->kind != LEY_NODE_MAP)
        return ley_node_fail(err, map, "functions", "%s, where a mapping is expected: {NAME: %s}",
                             ley_node_kind_words(map), form);
    s->functions = ley_tree_allocate(&s->tree, (size_t)(map->n + 1) * sizeof *s->functions);
    if (!s->functions) return out_of_memory(err);
    for (const ley_node *node = map->first; node; node = node->next) {
        char where[128];
        snprintf(where, sizeof where, "functions.%.60s", node->key);
        if (!ley_is_name(node->key))
            return ley_node_fail_key(err, node, where,
                                     "\"%.60s\" cannot name a function; use at most 40 letters, digits and _",
                                     node->key);
        bool taken = ley_expression_is_reserved(node->key);
        for (ley_index i = 0; i < s->n_parameters; i++) taken |= strcmp(s->parameter[i]->key, node->key) == 0;
        if (taken)
            return ley_node_fail_key(err, node, where, "%s has a meaning of its own; choose another name",
                                     node->key);
        ley_samples *out = &s->functions[s->n_functions];
        *out = (ley_samples){.name = node->key};
        ley_status status = read_one(s, out, node, where, err);
        if (status != LEY_OK) return status;
        s->n_functions++;
    }
    return LEY_OK;
}
