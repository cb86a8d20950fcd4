#include "scenario/search.h"

#include "core/memory.h"
#include "core/status.h"
#include "core/text.h"
#include "expression/nearest.h"
#include "scenario/binder.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Longer than the name of any parameter, so that the two cannot meet. */
#define MEASURED "measure__________________________________"
enum { EVALUATIONS_MAX = 1000000, VARIABLES_MAX = 64 };

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "optimize", "no memory left for optimize");
}

static const ley_key keys[] = {LEY_KEY_OPTIMIZE_MAXIMIZE,   LEY_KEY_OPTIMIZE_MINIMIZE, LEY_KEY_OPTIMIZE_OVER,
                               LEY_KEY_OPTIMIZE_SUBJECT_TO, LEY_KEY_OPTIMIZE_METHOD,   LEY_KEY_OPTIMIZE_EVALUATIONS,
                               LEY_KEY_OPTIMIZE_TOLERANCE,  LEY_KEY_OPTIMIZE_SEED};

static const ley_node *group_of(const ley_scenario *s) {
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (s->value[keys[i]]) return ley_node_child(s->tree.root, "optimize");
    return NULL;
}

/* ---- Measures inside formulas ------------------------------------------------------------------------------ */

static bool in_name(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* Is "word(argument)" at text a measure? max(a, b) of expressions is none; *length is that of the whole. */
static bool is_measure(const char *text, size_t *length) {
    char word[32];
    size_t n = 0, names = 0;
    while (in_name(text[n])) n++;
    if (n == 0 || n >= sizeof word) return false;
    memcpy(word, text, n);
    word[n] = 0;
    if (ley_measure_find(word) < 0) return false;
    const char *p = text + n;
    while (*p == ' ') p++;
    if (*p != '(') return false;
    do {
        p++;
        while (*p == ' ') p++;
        if (!in_name(*p)) return false;
        while (in_name(*p)) p++;
        while (*p == ' ') p++;
        names++;
    } while (*p == ',');
    *length = (size_t)(p + 1 - text);
    const bool two = strcmp(word, "at_max") == 0 || ley_measure_is_of_stage((ley_measure)ley_measure_find(word));
    return *p == ')' && names == (two ? 2 : 1);
}

/* The place of a measure in the list `measure`, where it is put if it is not there; -1: no memory. */
static ley_index request(ley_scenario *s, const char *text, size_t length, const ley_node *from) {
    char *bare = ley_tree_allocate(&s->tree, length + 1);
    if (!bare) return -1;
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] != ' ') bare[n++] = text[i];
    ley_node *list = (ley_node *)s->value[LEY_KEY_MEASURE]; /* a node of our own tree */
    if (!list) {
        list = ley_tree_node(&s->tree, LEY_NODE_LIST);
        if (!list) return -1;
        list->line = from->line;
        list->column = from->column;
        list->setting = from->setting;
        s->value[LEY_KEY_MEASURE] = list;
    }
    ley_index place = 0;
    for (const ley_node *item = list->first; item; item = item->next, place++) {
        if (item->kind != LEY_NODE_TEXT) continue;
        const char *a = bare, *b = item->text;
        while (*b == ' ') b++;
        while (*a && *a == *b) {
            a++;
            b++;
            while (*b == ' ') b++;
        }
        if (*a == 0 && *b == 0) return place;
    }
    ley_node *item = ley_tree_node(&s->tree, LEY_NODE_TEXT);
    if (!item) return -1;
    item->text = bare;
    item->line = from->line;
    item->column = from->column;
    item->setting = from->setting;
    ley_node_append(list, item);
    return place;
}

/* Fills text and measured of a formula from what is shown. */
static ley_status replace_measures(ley_scenario *s, ley_search_formula *formula, const char *text, ley_error *err) {
    ley_text out = {0};
    const ley_node *derived = ley_node_child(s->tree.root, "derive");
    for (const char *p = text; *p;) {
        size_t length = 1;
        bool starts = in_name(*p) && (p == text || !in_name(p[-1])), measure = starts && is_measure(p, &length);
        if (starts && !measure) {
            length = 0;
            while (in_name(p[length])) length++;
            const char *name = ley_tree_text(&s->tree, p, length);
            if (!name) return out_of_memory(err);
            measure = derived && ley_node_child(derived, name) && ley_target_find(s, name) < 0;
        }
        if (measure) {
            ley_index place = request(s, p, length, formula->node);
            if (place < 0) return out_of_memory(err);
            ley_text_add(&out, MEASURED "%lld", (long long)place);
            formula->measured = true;
        } else {
            ley_text_add(&out, "%.*s", (int)length, p);
        }
        p += length;
    }
    formula->text = out.failed ? NULL : ley_tree_text(&s->tree, out.data ? out.data : "", out.length);
    ley_text_clear(&out);
    return formula->text ? LEY_OK : out_of_memory(err);
}

static ley_status read_formula(ley_scenario *s, ley_search_formula *formula, const ley_node *node,
                               const char *where, ley_error *err) {
    if (node->kind != LEY_NODE_TEXT || !node->text[0])
        return ley_node_fail(err, node, where, "%s, where a formula is expected: \"final(battery.ergotropy)\"",
                             node->kind == LEY_NODE_TEXT ? "nothing" : ley_node_kind_words(node));
    *formula = (ley_search_formula){.shown = node->text, .node = node};
    return replace_measures(s, formula, node->text, err);
}

/* "a <= b" becomes (a) - (b), "a >= b" becomes (b) - (a). */
static ley_status read_constraint(ley_scenario *s, ley_search_formula *constraint, const ley_node *node,
                                  ley_error *err) {
    const char *where = ley_key_name(LEY_KEY_OPTIMIZE_SUBJECT_TO);
    if (node->kind != LEY_NODE_TEXT)
        return ley_node_fail(err, node, where, "%s, where a condition is expected: \"a^2 + b^2 <= 1\"",
                             ley_node_kind_words(node));
    const char *sign = strpbrk(node->text, "<>");
    if (!sign || sign[1] != '=' || strpbrk(sign + 2, "<>="))
        return ley_node_fail(err, node, where, "\"%.60s\" is no condition; it has one <= or one >=", node->text);
    const int left = (int)(sign - node->text);
    ley_text out = {0};
    if (*sign == '<')
        ley_text_add(&out, "(%.*s) - (%s)", left, node->text, sign + 2);
    else
        ley_text_add(&out, "(%s) - (%.*s)", sign + 2, left, node->text);
    *constraint = (ley_search_formula){.shown = node->text, .node = node};
    ley_status status = out.failed ? out_of_memory(err) : replace_measures(s, constraint, out.data, err);
    ley_text_clear(&out);
    return status;
}

ley_status ley_search_prepare(ley_scenario *s, ley_error *err) {
    const ley_node *group = group_of(s);
    if (!group) return LEY_OK;
    ley_search *search = ley_tree_allocate(&s->tree, sizeof *search);
    if (!search) return out_of_memory(err);
    const ley_node *maximize = s->value[LEY_KEY_OPTIMIZE_MAXIMIZE], *minimize = s->value[LEY_KEY_OPTIMIZE_MINIMIZE];
    if (maximize && minimize)
        return ley_node_fail_key(err, minimize, "optimize.minimize", "maximize and minimize; give one of them");
    if (!maximize && !minimize)
        return ley_node_fail_key(err, group, "optimize", "nothing to look for; give maximize or minimize");
    search->maximize = maximize != NULL;
    ley_status status = read_formula(s, &search->objective, maximize ? maximize : minimize,
                                     maximize ? "optimize.maximize" : "optimize.minimize", err);
    if (status != LEY_OK) return status;
    if (!search->objective.measured)
        return ley_node_fail(
            err, search->objective.node, "optimize",
            "\"%.60s\" measures nothing; write \"final(battery.ergotropy)\" (leyden help measures)",
            search->objective.shown);
    const ley_node *list = s->value[LEY_KEY_OPTIMIZE_SUBJECT_TO];
    if (list && (list->kind != LEY_NODE_LIST || list->n == 0))
        return ley_node_fail(err, list, "optimize.subject_to", "a list is expected: [\"a^2 + b^2 <= 1\"]");
    search->constraints =
        ley_tree_allocate(&s->tree, (size_t)(list ? list->n : 0) * sizeof *search->constraints + 1);
    if (!search->constraints) return out_of_memory(err);
    for (const ley_node *item = list ? list->first : NULL; item; item = item->next) {
        status = read_constraint(s, &search->constraints[search->n_constraints++], item, err);
        if (status != LEY_OK) return status;
    }
    s->search = search;
    return LEY_OK;
}

/* ---- Variables --------------------------------------------------------------------------------------------- */

static ley_status find_variable(const ley_scenario *s, int *target, const ley_node *node, const char *where,
                                ley_error *err) {
    *target = ley_target_find(s, node->key);
    if (*target >= LEY_KEY_COUNT) return LEY_OK;
    if (*target >= 0) {
        const char *type = ley_key_type((ley_key)*target);
        const bool number = strcmp(type, "signal") == 0 || strcmp(type, "rate") == 0 || strcmp(type, "number") == 0;
        if (number && ley_key_can_be_swept((ley_key)*target) &&
            strncmp(ley_key_name((ley_key)*target), "numerics.", 9) != 0)
            return LEY_OK;
        return ley_node_fail_key(err, node, where, "%s is no number that could change continuously; sweep it",
                                 node->key);
    }
    ley_nearest nearest = {.word = node->key};
    char hint[128];
    for (ley_index i = 0; i < s->n_parameters; i++) ley_nearest_offer(&nearest, s->parameter[i]->key);
    for (int i = 0; i < LEY_KEY_COUNT; i++)
        if (ley_key_can_be_swept((ley_key)i)) ley_nearest_offer(&nearest, ley_key_name((ley_key)i));
    return ley_node_fail_key(err, node, where,
                             "unknown parameter %.60s%s; a variable is a parameter or a dotted key", node->key,
                             ley_nearest_hint(&nearest, hint, sizeof hint));
}

static ley_status read_range(ley_binder *b, ley_search_variable *v, const ley_node *node, const char *where) {
    ley_status status;
    double bounds[2];
    if (node->kind == LEY_NODE_MAP) {
        for (const ley_node *child = node->first; child; child = child->next)
            if (strcmp(child->key, "from") != 0 && strcmp(child->key, "to") != 0 &&
                strcmp(child->key, "scale") != 0)
                return ley_node_fail_key(b->err, child, where,
                                         "unknown key %.60s; bounds are {from, to, scale: linear or log}",
                                         child->key);
        const ley_node *from = ley_node_child(node, "from"), *to = ley_node_child(node, "to"),
                       *scale = ley_node_child(node, "scale");
        if (!from || !to) return ley_node_fail(b->err, node, where, "%s is missing", from ? "to" : "from");
        if (scale && (scale->kind != LEY_NODE_TEXT ||
                      (strcmp(scale->text, "log") != 0 && strcmp(scale->text, "linear") != 0)))
            return ley_node_fail(b->err, scale, where, "scale is linear or log");
        v->logarithmic = scale && strcmp(scale->text, "log") == 0;
        status = ley_read_number(b, &bounds[0], from, where);
        if (status == LEY_OK) status = ley_read_number(b, &bounds[1], to, where);
    } else {
        status = ley_read_pair(b, bounds, node, where, "[from, to]");
    }
    if (status != LEY_OK) return status;
    v->lower = bounds[0];
    v->upper = bounds[1];
    if (!(v->lower < v->upper))
        return ley_node_fail(b->err, node, where, "the bounds %g and %g leave no room; the smaller comes first",
                             v->lower, v->upper);
    if (v->logarithmic && !(v->lower > 0))
        return ley_node_fail(b->err, node, where, "a log scale needs bounds above 0, not %g", v->lower);
    return LEY_OK;
}

/* The value written is where a search begins; what depends on time or is not there begins in the middle. */
static ley_status read_start(ley_binder *b, ley_search_variable *v, const char *where) {
    const ley_node *written =
        v->target < LEY_KEY_COUNT ? b->value[v->target] : b->parameter[v->target - LEY_KEY_COUNT];
    v->start = v->logarithmic ? sqrt(v->lower * v->upper) : 0.5 * (v->lower + v->upper);
    if (!written) return LEY_OK;
    ley_error *outer = b->err, ignored;
    double value = 0;
    b->err = &ignored;
    ley_status status = ley_read_number(b, &value, written, where);
    b->err = outer;
    if (status == LEY_ERR_MEMORY) return out_of_memory(outer);
    if (status != LEY_OK) return LEY_OK;
    if (!(value >= v->lower && value <= v->upper))
        return ley_node_fail(b->err, v->node, where,
                             "%s = %g, where the search begins, is not in its bounds %g .. %g", v->name, value,
                             v->lower, v->upper);
    v->start = value;
    return LEY_OK;
}

static ley_status read_variables(ley_scenario *s, ley_binder *b) {
    ley_search *search = s->search;
    const ley_node *over = s->value[LEY_KEY_OPTIMIZE_OVER];
    char where[128];
    if (!over)
        return ley_node_fail_key(b->err, group_of(s), "optimize.over",
                                 "nothing may change; give over: {NAME: [from, to]}");
    if (over->kind != LEY_NODE_MAP || over->n == 0 || over->n > VARIABLES_MAX)
        return ley_node_fail(b->err, over, "optimize.over",
                             "a mapping of 1 to %d names to bounds is expected: {delta: [0, 2]}", VARIABLES_MAX);
    search->variables = ley_tree_allocate(&s->tree, (size_t)over->n * sizeof *search->variables);
    if (!search->variables) return out_of_memory(b->err);
    for (const ley_node *child = over->first; child; child = child->next) {
        if (strcmp(child->key, "objective") == 0 || strncmp(child->key, "constraint_", 11) == 0)
            return ley_node_fail_key(b->err, child, "optimize.over",
                                     "%s is a name that the result needs; choose another one", child->key);
        ley_search_variable *v = &search->variables[search->n];
        snprintf(where, sizeof where, "optimize.over.%.80s", child->key);
        v->name = child->key;
        v->node = child;
        ley_status status = find_variable(s, &v->target, child, where, b->err);
        if (status == LEY_OK) status = read_range(b, v, child, where);
        if (status == LEY_OK) status = read_start(b, v, where);
        if (status != LEY_OK) return status;
        for (ley_index i = 0; i < search->n; i++)
            if (search->variables[i].target == v->target)
                return ley_node_fail_key(b->err, child, where, "%s is listed twice", child->key);
        search->n++;
    }
    return LEY_OK;
}

static ley_status read_numerics(ley_scenario *s, ley_binder *b) {
    static const char *const words[] = {
#define X(id, word) word,
        LEY_SEARCHES(X)
#undef X
            NULL};
    ley_search *search = s->search;
    const ley_node *method = s->value[LEY_KEY_OPTIMIZE_METHOD],
                   *evaluations = s->value[LEY_KEY_OPTIMIZE_EVALUATIONS],
                   *tolerance = s->value[LEY_KEY_OPTIMIZE_TOLERANCE], *seed = s->value[LEY_KEY_OPTIMIZE_SEED];
    int32_t n = 200;
    int which = LEY_SEARCH_AUTO;
    search->tolerance = 1e-6;
    search->seed = 1;
    ley_status status = LEY_OK;
    if (method)
        status = ley_read_one_of(b, &which, method, "optimize.method", "method", words,
                                 ley_key_meaning(LEY_KEY_OPTIMIZE_METHOD));
    if (status == LEY_OK && evaluations)
        status = ley_read_integer(b, &n, evaluations, "optimize.evaluations", "the number of evaluations", 1,
                                  EVALUATIONS_MAX);
    if (status == LEY_OK && seed)
        status = ley_read_integer(b, &search->seed, seed, "optimize.seed", "the seed", 0, INT32_MAX);
    if (status == LEY_OK && tolerance)
        status = ley_read_number(b, &search->tolerance, tolerance, "optimize.tolerance");
    if (status != LEY_OK) return status;
    if (!(search->tolerance >= 1e-12 && search->tolerance <= 0.1))
        return ley_node_fail(b->err, tolerance, "optimize.tolerance", "tolerance %g is not in 1e-12 .. 0.1",
                             search->tolerance);
    search->method = (ley_search_method)which;
    search->evaluations = n;
    if (search->method == LEY_SEARCH_BOBYQA && search->n < 2)
        return ley_node_fail(b->err, method, "optimize.method",
                             "bobyqa needs two variables or more; simplex and cobyla take one");
    const bool constrains = search->method == LEY_SEARCH_AUTO || search->method == LEY_SEARCH_GLOBAL ||
                            search->method == LEY_SEARCH_LOCAL || search->method == LEY_SEARCH_DIRECT ||
                            search->method == LEY_SEARCH_ISRES || search->method == LEY_SEARCH_COBYLA;
    if (search->n_constraints && !constrains)
        return ley_node_fail(b->err, method, "optimize.method",
                             "%s knows no conditions; with subject_to take auto, global, local, direct, isres or "
                             "cobyla",
                             words[search->method]);
    return LEY_OK;
}

/* ---- Places of the search ---------------------------------------------------------------------------------- */

const ley_search *ley_scenario_search(const ley_scenario *scenario) {
    return scenario->search;
}

typedef struct changes {
    ley_node nodes[VARIABLES_MAX];
    ley_assignment list[VARIABLES_MAX];
} changes;

static void change(changes *c, const ley_search *search, const double *x) {
    for (ley_index i = 0; i < search->n; i++) {
        const ley_node *at = search->variables[i].node;
        c->nodes[i] = (ley_node){.kind = LEY_NODE_TEXT,
                                 .plain = true,
                                 .has_number = true,
                                 .number = x[i],
                                 .text = "-",
                                 .line = at->line,
                                 .column = at->column,
                                 .setting = at->setting};
        c->list[i] = (ley_assignment){.target = search->variables[i].target, .node = &c->nodes[i]};
    }
}

/* Says where in the search a mistake came up. */
static ley_status add_place(const ley_search *search, const double *x, ley_status status, ley_error *err) {
    if (status != LEY_ERR_SCENARIO || !err) return status;
    size_t n = strlen(err->message);
    for (ley_index i = 0; i < search->n && n < sizeof err->message; i++) {
        snprintf(err->message + n, sizeof err->message - n, "%s%s = %g%s", i ? ", " : " (at ",
                 search->variables[i].name, x[i], i == search->n - 1 ? ")" : "");
        n += strlen(err->message + n);
    }
    return status;
}

ley_status ley_search_task(const ley_scenario *s, ley_task *task, const double *x, ley_error *err) {
    changes c;
    change(&c, s->search, x);
    ley_status status = ley_bind_changed(s, task, c.list, s->search->n, LEY_EFFORT_TASK, err);
    return add_place(s->search, x, status, err);
}

ley_status ley_search_value(const ley_scenario *s, const ley_search_formula *formula, double *value,
                            const double *x, const double *measures, ley_error *err) {
    changes c;
    ley_binder b = {0};
    ley_name *names = NULL;
    ley_expression *expression = NULL;
    char(*words)[sizeof MEASURED + 24] = NULL;
    const ley_index n_measures = measures ? s->n_reported : 0;
    change(&c, s->search, x);
    ley_status status = ley_bind_open(&b, s, c.list, s->search->n, err);
    if (status != LEY_OK) goto done;
    names = ley_allocate((size_t)(b.n_names + n_measures), sizeof *names);
    words = ley_allocate((size_t)n_measures, sizeof *words);
    if (!names || !words) {
        status = out_of_memory(err);
        goto done;
    }
    memcpy(names, b.names, (size_t)b.n_names * sizeof *names);
    for (ley_index i = 0; i < n_measures; i++) {
        snprintf(words[i], sizeof words[i], MEASURED "%lld", (long long)i);
        names[b.n_names + i] = (ley_name){.name = words[i], .value = measures[i]};
    }
    ley_scope scope = {.names = names,
                       .n_names = b.n_names + n_measures,
                       .functions = s->functions,
                       .n_functions = s->n_functions};
    ley_error inner = {0};
    status = ley_expression_create(&expression, formula->text, &scope, &inner);
    if (status == LEY_ERR_MEMORY) {
        status = out_of_memory(err);
    } else if (status != LEY_OK) {
        status = ley_node_fail(err, formula->node, "optimize", "%.60s: %s", formula->shown, inner.message);
    } else {
        *value = ley_expression_at(expression, 0);
    }
done:
    ley_expression_destroy(expression);
    ley_release(names);
    ley_release(words);
    ley_release(b.memory);
    return add_place(s->search, x, status, err);
}

/* ---- All of it --------------------------------------------------------------------------------------------- */

/* Every formula is tried once with measures that are 1: unknown names are found before any work. */
static ley_status try_formulas(const ley_scenario *s, const double *x, ley_error *err) {
    const ley_search *search = s->search;
    double value = 0, *ones = ley_allocate((size_t)s->n_reported, sizeof *ones);
    if (!ones) return out_of_memory(err);
    for (ley_index i = 0; i < s->n_reported; i++) ones[i] = 1.0 + 0.1 * (double)(i + 1);
    ley_status status = ley_search_value(s, &search->objective, &value, x, ones, err);
    for (ley_index i = 0; i < search->n_constraints && status == LEY_OK; i++)
        status = ley_search_value(s, &search->constraints[i], &value, x, ones, err);
    ley_release(ones);
    return status;
}

/* What cannot be at the bounds of a variable, the others at their start, is found before any work. */
static ley_status try_bounds(const ley_scenario *s, double *x, ley_error *err) {
    const ley_search *search = s->search;
    ley_status status = LEY_OK;
    for (ley_index i = 0; i < search->n && status == LEY_OK; i++) {
        const double ends[2] = {search->variables[i].lower, search->variables[i].upper}, start = x[i];
        for (int k = 0; k < 2 && status == LEY_OK; k++) {
            x[i] = ends[k];
            ley_task task = {0};
            changes c;
            change(&c, search, x);
            status = ley_bind_changed(s, &task, c.list, search->n, LEY_EFFORT_CHECK, err);
            ley_task_clear(&task);
            if (status != LEY_OK) return add_place(search, x, status, err);
        }
        x[i] = start;
    }
    return status;
}

ley_status ley_search_create(ley_scenario *s, ley_error *err) {
    ley_search *search = s->search;
    if (!search) return LEY_OK;
    if (s->n_axes)
        return ley_node_fail_key(err, group_of(s), "optimize",
                                 "a scenario has optimize or sweep, not both; --set KEY=VALUE fixes what is swept");
    double x[VARIABLES_MAX];
    ley_binder b = {0};
    ley_status status = ley_bind_open(&b, s, NULL, 0, err);
    b.err = err;
    if (status == LEY_OK) status = read_variables(s, &b);
    if (status == LEY_OK) status = read_numerics(s, &b);
    ley_release(b.memory);
    for (ley_index i = 0; i < search->n; i++) x[i] = search->variables[i].start;
    if (status == LEY_OK) status = try_formulas(s, x, err);
    if (status == LEY_OK) status = try_bounds(s, x, err);
    return status;
}
