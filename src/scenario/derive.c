/* derive: quantities that the scenario makes of others. Read once: which kind each one is, what it is made of, in
 * which order they can be computed. Compiled at every point, because formulas may use parameters. */
#include "core/status.h"
#include "expression/nearest.h"
#include "scenario/document.h"

#include <stdio.h>
#include <string.h>

enum { WORD = 64 };

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "derive", "no memory left for derived quantities");
}

static bool is_parameter(const ley_scenario *s, const char *name) {
    for (ley_index i = 0; i < s->n_parameters; i++)
        if (strcmp(s->parameter[i]->key, name) == 0) return true;
    return strcmp(name, "N") == 0;
}

/* ---- names in a formula ------------------------------------------------------------------------------------- */

typedef struct finder {
    ley_scenario *s;
    ley_derivation *one;
    bool reading; /* the first time: what is met is noted; otherwise compiled for a point */
} finder;

static ley_status resolve(ley_scenario *s, ley_derivation *one, ley_error *err);

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static const char *skip_space(const char *p) {
    while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r') p++;
    return p;
}

/* Letters of a name that may hold dots: battery.energy. */
static size_t name_length(const char *text) {
    size_t n = 0;
    if (!is_letter(text[0])) return 0;
    while (is_letter(text[n]) || (text[n] >= '0' && text[n] <= '9') || (text[n] == '.' && is_letter(text[n + 1])))
        n++;
    return n;
}

static ley_status note_kind(finder *f, bool is_measure, const char *what, ley_error *err) {
    if (!f->reading) return LEY_OK;
    if (f->one->seen && f->one->is_measure != is_measure)
        return ley_fail_at(err, LEY_ERR_SCENARIO, 0, 1, "",
                           "%s is %s, the formula has %s before it; the two do not mix: the number of a run that "
                           "belongs to an observable X is final(X), max(X), ...",
                           what, is_measure ? "a measure" : "an observable",
                           is_measure ? "an observable" : "a measure");
    f->one->seen = true;
    f->one->is_measure = is_measure;
    return LEY_OK;
}

static ley_status unknown_name(const finder *f, const char *word, ley_error *err) {
    const ley_scenario *s = f->s;
    ley_nearest nearest = {.word = word};
    char hint[128];
    for (int i = 0; i < LEY_OBSERVABLE_COUNT; i++) ley_nearest_offer(&nearest, ley_observable_name(i));
    for (ley_index i = 0; i < s->n_derivations; i++) ley_nearest_offer(&nearest, s->derivations[i].node->key);
    for (ley_index i = 0; i < s->n_parameters; i++) ley_nearest_offer(&nearest, s->parameter[i]->key);
    return ley_fail_at(err, LEY_ERR_SCENARIO, 0, 1, "",
                       "unknown name %s%s; names are observables, derived quantities, N, t, pi and the parameters",
                       word, ley_nearest_hint(&nearest, hint, sizeof hint));
}

static int find_request(const ley_scenario *s, const ley_measure_request *request) {
    for (ley_index i = 0; i < s->n_measures; i++)
        if (ley_request_same(&s->measures[i], request)) return (int)i;
    return -1;
}

/* A measure in the formula, as it is written. */
static ley_status take_request(finder *f, const char *written, int *index, ley_error *err) {
    ley_measure_request request = {0};
    ley_error inner = {0};
    if (ley_request_parse(f->s, written, &request, &inner) != LEY_OK)
        return ley_fail_at(err, LEY_ERR_SCENARIO, 0, 1, "", "%s", inner.message);
    if (!f->reading) {
        *index = find_request(f->s, &request);
        return LEY_OK;
    }
    f->one->requests[f->one->n_requests++] = request;
    return note_kind(f, true, written, err);
}

static ley_status find_name(finder *f, const char *word, size_t *length, int *index, ley_error *err) {
    ley_derivation *other = ley_derivation_find(f->s, word);
    const bool parameter = is_parameter(f->s, word);
    const int observable = ley_observable_find(word);
    const size_t n = strlen(word);
    if (observable >= 0 && parameter)
        return ley_fail_at(err, LEY_ERR_SCENARIO, 0, 1, "",
                           "%s is an observable and a parameter; rename the parameter", word);
    if (observable >= 0) {
        if (ley_observable_shape((ley_observable)observable) != LEY_SCALAR)
            return ley_fail_at(err, LEY_ERR_SCENARIO, 0, 1, "",
                               "%s has several values; a formula takes observables with one", word);
        *length = n;
        *index = observable;
        f->one->part[observable] = true;
        return note_kind(f, false, word, err);
    }
    if (other) {
        ley_status status = f->reading ? resolve(f->s, other, err) : LEY_OK;
        if (status == LEY_OK) status = note_kind(f, other->is_measure, word, err);
        if (status != LEY_OK) return status;
        *length = n;
        *index = other->is_measure ? (int)f->s->n_measures + other->id : other->id;
        if (other->is_measure) {
            f->one->uses[other - f->s->derivations] = true;
            return LEY_OK;
        }
        for (int i = 0; i < LEY_OBSERVABLE_IDS; i++) f->one->part[i] |= other->part[i];
        f->one->part[other->id] = true;
        return LEY_OK;
    }
    if (strcmp(word, ley_measure_word(LEY_MEASURE_GAP)) == 0 && !parameter) { /* a measure of no observable */
        *length = n;
        return take_request(f, word, index, err);
    }
    if (parameter) { /* a number of the point: nothing to fold while the formula is read */
        *length = f->reading ? n : 0;
        return LEY_OK;
    }
    if (!ley_expression_is_reserved(word)) return unknown_name(f, word, err);
    f->one->has_time |= strcmp(word, "t") == 0;
    return LEY_OK;
}

/* max(X) with the name of an observable is a measure, max(a, b) the function. */
static ley_status find_measure(finder *f, const char *word, const char *text, const char *open, size_t *length,
                               int *index, ley_error *err) {
    char request_text[3 * WORD], name[WORD];
    int arguments = 0;
    bool names = true;
    const char *p = open + 1;
    if (ley_measure_find(word) < 0) return LEY_OK;
    while (names) {
        p = skip_space(p);
        static const char word_letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
        size_t n = arguments ? strspn(p, word_letters) : name_length(p); /* a stage may be a number */
        names = n > 0 && n < sizeof name;
        if (!names) break;
        snprintf(name, sizeof name, "%.*s", (int)n, p);
        arguments++;
        ley_derivation *other = ley_derivation_find(f->s, name);
        p = skip_space(p + n);
        if (other && f->reading && (*p == ')' || *p == ',')) {
            ley_status status = resolve(f->s, other, err);
            if (status != LEY_OK) return status;
        }
        if (*p == ')') break;
        names = *p == ',';
        p++;
    }
    const bool function = ley_expression_is_reserved(word);
    if (function && (!names || arguments != 1)) return LEY_OK;
    if (!names || (size_t)(p - text) + 2 > sizeof request_text)
        return ley_fail_at(err, LEY_ERR_SCENARIO, 0, 1, "",
                           "%s takes the name of an observable; give a formula a name under derive", word);
    snprintf(request_text, sizeof request_text, "%.*s", (int)(p - text) + 1, text);
    *length = (size_t)(p - text) + 1;
    return take_request(f, request_text, index, err);
}

static ley_status find(void *user, const char *text, size_t *length, int *index, ley_error *err) {
    finder *f = user;
    char word[WORD];
    size_t n = name_length(text);
    if (n >= sizeof word)
        return ley_fail_at(err, LEY_ERR_SCENARIO, 0, 1, "", "a name has at most %d letters", WORD - 1);
    snprintf(word, sizeof word, "%.*s", (int)n, text);
    const char *next = skip_space(text + n);
    const bool number = strchr(word, '.') || ley_observable_find(word) >= 0 || ley_derivation_find(f->s, word);
    return *next == '(' && !number ? find_measure(f, word, text, next, length, index, err)
                                   : find_name(f, word, length, index, err);
}

/* ---- reading ------------------------------------------------------------------------------------------------ */

static ley_status compile(finder *f, ley_expression **formula, const ley_scope *scope, ley_error *err) {
    const ley_node *node = f->one->node;
    char where[WORD + 8];
    ley_error inner = {0};
    snprintf(where, sizeof where, "derive.%s", node->key);
    ley_status status = ley_expression_create(formula, node->text, scope, &inner);
    if (status == LEY_OK) return LEY_OK;
    if (status == LEY_ERR_MEMORY) return out_of_memory(err);
    if (inner.line == 0 && inner.column > 0) return ley_node_fail_inside(err, node, where, &inner);
    if (err) *err = inner; /* of another quantity, with its place */
    return status;
}

static ley_status resolve(ley_scenario *s, ley_derivation *one, ley_error *err) {
    const ley_node *node = one->node;
    char where[WORD + 8];
    snprintf(where, sizeof where, "derive.%s", node->key);
    if (one->progress == LEY_DERIVATION_READ) return LEY_OK;
    if (one->progress == LEY_DERIVATION_UNDER_WAY)
        return ley_node_fail(err, node, where, "%s refers to itself, directly or through other derived quantities",
                             node->key);
    if (one->is_closed) {
        one->id = LEY_OBSERVABLE_COUNT + s->n_derived++;
        one->progress = LEY_DERIVATION_READ;
        return LEY_OK;
    }
    one->progress = LEY_DERIVATION_UNDER_WAY;
    if (node->kind != LEY_NODE_TEXT)
        return ley_node_fail(err, node, where, "%s, where a formula is expected", ley_node_kind_words(node));
    if (node->text[0] == 0)
        return ley_node_fail_key(err, node, where, "%s has no formula; give one or leave the name out", node->key);
    size_t calls = strlen(node->text) / strlen("gap") + 1; /* at most so many measures */
    one->requests = ley_tree_allocate(&s->tree, calls * sizeof *one->requests);
    one->uses = ley_tree_allocate(&s->tree, (size_t)s->n_derivations * sizeof *one->uses);
    if (!one->requests || !one->uses) return out_of_memory(err);
    finder f = {.s = s, .one = one, .reading = true};
    ley_scope scope = {
        .time = true, .find = find, .user = &f, .functions = s->functions, .n_functions = s->n_functions};
    ley_expression *formula;
    ley_status status = compile(&f, &formula, &scope, err);
    if (status != LEY_OK) return status;
    ley_expression_destroy(formula);
    if (!one->seen && !one->has_time)
        return ley_node_fail(err, node, where,
                             "%s is made of no observable and no measure; a number of your own belongs under "
                             "parameters",
                             node->key);
    one->id = one->is_measure ? s->n_derived_measures++ : LEY_OBSERVABLE_COUNT + s->n_derived++;
    one->progress = LEY_DERIVATION_READ;
    return LEY_OK;
}

static bool is_function(const ley_scenario *s, const char *name) {
    for (ley_index i = 0; i < s->n_functions; i++)
        if (strcmp(s->functions[i].name, name) == 0) return true;
    return false;
}

static ley_status check_name(const ley_scenario *s, const ley_node *node, ley_error *err) {
    const char *name = node->key, *what = NULL;
    char where[WORD + 8];
    snprintf(where, sizeof where, "derive.%.*s", WORD, name);
    if (!ley_is_name(name))
        return ley_node_fail_key(err, node, where,
                                 "\"%.60s\" cannot name a quantity; use at most 40 letters, digits and _", name);
    if (ley_observable_find(name) >= 0)
        what = "an observable";
    else if (ley_measure_find(name) >= 0)
        what = "a measure";
    else if (ley_expression_is_reserved(name) || strcmp(name, "time") == 0)
        what = "a word with a meaning of its own";
    else if (is_parameter(s, name))
        what = "a parameter";
    else if (is_function(s, name))
        what = "a function";
    else if (ley_node_child(s->tree.root, "sweep") && ley_node_child(ley_node_child(s->tree.root, "sweep"), name))
        what = "an axis of the sweep";
    if (what) return ley_node_fail_key(err, node, where, "%s is %s already; choose another name", name, what);
    return LEY_OK;
}

ley_status ley_derive_read(ley_scenario *s, ley_error *err) {
    const ley_node *map = s->value[LEY_KEY_DERIVE];
    const ley_index closed = ley_closed_form_count(s), most = LEY_DERIVED_MAX - closed;
    if (!map && closed == 0) return LEY_OK;
    if (map && map->kind != LEY_NODE_MAP)
        return ley_node_fail(err, map, "derive", "%s, where a mapping is expected: {NAME: \"2*battery.energy\"}",
                             ley_node_kind_words(map));
    if (map && map->n > most)
        return ley_node_fail(err, map, "derive", "%lld derived quantities; there may be %lld", (long long)map->n,
                             (long long)most);
    s->derivations =
        ley_tree_allocate(&s->tree, (size_t)((map ? map->n : 0) + closed + 1) * sizeof *s->derivations);
    if (!s->derivations) return out_of_memory(err);
    if (closed > 0 && ley_closed_form_derive(s, err) != LEY_OK) return LEY_ERR_MEMORY;
    for (const ley_node *child = map ? map->first : NULL; child; child = child->next) {
        ley_status status = check_name(s, child, err);
        if (status != LEY_OK) return status;
        s->derivations[s->n_derivations++].node = child;
    }
    for (ley_index i = 0; i < s->n_derivations; i++) {
        ley_status status = resolve(s, &s->derivations[i], err);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

ley_status ley_derive_compile(const ley_scenario *s, const ley_derivation *one, ley_expression **formula,
                              const ley_name *names, ley_index n_names, ley_error *err) {
    ley_derivation scratch = *one; /* what a finder notes is known already */
    bool uses[LEY_DERIVED_MAX];
    scratch.uses = uses;
    finder f = {.s = (ley_scenario *)s, .one = &scratch};
    ley_scope scope = {.names = names,
                       .n_names = n_names,
                       .time = !one->is_measure && s->purpose == LEY_EVOLUTION,
                       .find = find,
                       .user = &f,
                       .functions = s->functions,
                       .n_functions = s->n_functions};
    return compile(&f, formula, &scope, err);
}
