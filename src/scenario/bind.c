#include "core/memory.h"
#include "core/status.h"
#include "expression/nearest.h"
#include "scenario/document.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CELLS_MAX = 100000, LEVELS_MAX = 1000000, TIMES_MAX = 10000000, SAMPLES_MANY = 1024, SAMPLES_FEW = 8 };

typedef enum progress { UNKNOWN, UNDER_WAY, KNOWN } progress;

typedef struct binder {
    const ley_scenario *s;
    ley_error *err;
    ley_effort effort;
    const ley_node *value[LEY_KEY_COUNT]; /* of this point */
    const ley_node **parameter;           /* [n] */
    unsigned char *progress;              /* [n + 1]; the last is N */
    ley_name *names;                      /* [n + 1] values known so far */
    ley_index n, n_names;
    void *memory;
} binder;

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for the scenario");
}

static ley_status binder_create(binder *b, const ley_scenario *s, ley_error *err) {
    *b = (binder){.s = s, .err = err, .n = s->n_parameters};
    size_t n = (size_t)b->n + 1;
    b->memory = ley_allocate(n, sizeof *b->names + sizeof *b->parameter + sizeof *b->progress);
    if (!b->memory) return out_of_memory(err);
    b->names = b->memory;
    b->parameter = (const ley_node **)(b->names + n);
    b->progress = (unsigned char *)(b->parameter + n);
    memcpy(b->value, s->value, sizeof b->value);
    for (ley_index i = 0; i < b->n; i++) b->parameter[i] = s->parameter[i];
    return LEY_OK;
}

static void assign(binder *b, ley_target target, const ley_node *node) {
    if (target < LEY_KEY_COUNT)
        b->value[target] = node;
    else
        b->parameter[target - LEY_KEY_COUNT] = node;
}

/* ---- numbers ----------------------------------------------------------------------------------------------- */

static bool is_not_finite_word(const char *text) { /* how YAML writes them */
    if (*text == '+' || *text == '-') text++;
    return strcasecmp(text, ".inf") == 0 || strcasecmp(text, ".nan") == 0;
}

/* The value of a node: a constant in *signal.value, or, where time is allowed, an expression of t. */
static ley_status read_signal(binder *b, ley_signal *signal, const ley_node *node, const char *where, bool time) {
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
    ley_scope scope = {.names = b->names, .n_names = b->n_names, .time = time};
    ley_expression *expression;
    ley_error inner = {0};
    ley_status status = ley_expression_create(&expression, node->text, &scope, &inner);
    if (status == LEY_ERR_MEMORY) return out_of_memory(b->err);
    if (status != LEY_OK && node->setting)
        return ley_fail(b->err, LEY_ERR_SCENARIO, node->setting, "%s", inner.message);
    if (status != LEY_OK)
        return ley_fail_at(b->err, LEY_ERR_SCENARIO, node->line,
                           node->text_column ? node->text_column + inner.column - 1 : node->column, where, "%s",
                           inner.message);
    if (ley_expression_is_constant(expression)) {
        signal->value = ley_expression_at(expression, 0);
        ley_expression_destroy(expression);
    } else {
        signal->expression = expression;
    }
    return LEY_OK;
}

static ley_status read_number(binder *b, double *value, const ley_node *node, const char *where) {
    ley_signal signal;
    ley_status status = read_signal(b, &signal, node, where, false);
    if (status == LEY_OK) *value = signal.value;
    return status;
}

static bool nearly_integer(double x) {
    return fabs(x - round(x)) <= 1e-9 * fmax(1, fabs(x));
}

/* what: the noun for messages */
static ley_status read_integer(binder *b, int32_t *value, const ley_node *node, const char *where, const char *what,
                               int32_t least, int32_t most) {
    double x;
    ley_status status = read_number(b, &x, node, where);
    if (status != LEY_OK) return status;
    if (!nearly_integer(x)) return ley_node_fail(b->err, node, where, "%s %g is not an integer", what, x);
    if (x < least - 0.5 || x > most + 0.5)
        return ley_node_fail(b->err, node, where, "%s %.0f is not in %d .. %d", what, x, (int)least, (int)most);
    *value = (int32_t)lround(x);
    return LEY_OK;
}

/* ---- parameters and N -------------------------------------------------------------------------------------- */

static const char *name_of(const binder *b, ley_index i) {
    return i < b->n ? b->s->parameter[i]->key : "N";
}

static ley_status resolve(binder *b, ley_index i) {
    const ley_node *node = i < b->n ? b->parameter[i] : b->value[LEY_KEY_CELLS];
    char where[128];
    snprintf(where, sizeof where, "%s%s", i < b->n ? "parameters." : "",
             i < b->n ? name_of(b, i) : "battery.cells");
    if (b->progress[i] == KNOWN) return LEY_OK;
    if (b->progress[i] == UNDER_WAY)
        return ley_node_fail(b->err, node, where, "%s refers to itself, directly or through other parameters",
                             name_of(b, i));
    b->progress[i] = UNDER_WAY;
    ley_status status;
    if (node->kind == LEY_NODE_TEXT && !node->has_number)
        for (ley_index j = 0; j <= b->n; j++) {
            if (b->progress[j] == KNOWN || !ley_expression_uses(node->text, name_of(b, j))) continue;
            if (j == b->n && !b->value[LEY_KEY_CELLS]) continue; /* reported as missing later */
            status = resolve(b, j);
            if (status != LEY_OK) return status;
        }
    double value;
    if (i == b->n) {
        int32_t cells;
        status = read_integer(b, &cells, node, where, "the number of cells", 1, CELLS_MAX);
        value = status == LEY_OK ? cells : 0;
    } else {
        status = read_number(b, &value, node, where);
    }
    if (status != LEY_OK) return status;
    b->progress[i] = KNOWN;
    b->names[b->n_names++] = (ley_name){.name = name_of(b, i), .value = value};
    return LEY_OK;
}

ley_status ley_bind_fixed(const ley_scenario *scenario, const bool *swept, ley_name *names, ley_index *n_names,
                          ley_error *err) {
    binder b;
    *n_names = 0;
    ley_status status = binder_create(&b, scenario, err);
    if (status != LEY_OK) return status;
    ley_error ignored; /* a parameter that cannot be read is reported when the points are bound */
    b.err = &ignored;
    bool found = true;
    while (found) { /* a name is fixed when everything it uses is */
        found = false;
        for (ley_index i = 0; i <= b.n; i++) {
            const ley_node *node = i < b.n ? b.parameter[i] : b.value[LEY_KEY_CELLS];
            bool moving = swept[i < b.n ? LEY_KEY_COUNT + i : LEY_KEY_CELLS];
            if (b.progress[i] == KNOWN || moving || !node || node->kind != LEY_NODE_TEXT) continue;
            bool ready = true;
            for (ley_index j = 0; j <= b.n && ready && !node->has_number; j++)
                ready = b.progress[j] == KNOWN || !ley_expression_uses(node->text, name_of(&b, j));
            if (!ready) continue;
            status = resolve(&b, i);
            if (status == LEY_ERR_MEMORY) {
                ley_release(b.memory);
                return out_of_memory(err);
            }
            if (status == LEY_OK)
                found = true;
            else
                b.progress[i] = UNKNOWN;
        }
    }
    memcpy(names, b.names, (size_t)b.n_names * sizeof *names);
    *n_names = b.n_names;
    ley_release(b.memory);
    return LEY_OK;
}

/* ---- keys -------------------------------------------------------------------------------------------------- */

static const ley_node *group_of(const binder *b, ley_key key) {
    char name[64];
    snprintf(name, sizeof name, "%s", ley_key_name(key));
    char *dot = strchr(name, '.');
    if (dot) *dot = 0;
    return dot ? ley_node_child(b->s->tree.root, name) : NULL;
}

static ley_status missing(const binder *b, ley_key key) {
    const ley_node *group = group_of(b, key);
    const char *name = ley_key_name(key);
    if (group) return ley_node_fail_key(b->err, group, name, "%s is missing: %s", name, ley_key_meaning(key));
    return ley_fail_at(b->err, LEY_ERR_SCENARIO, 1, 1, name, "%s is missing: %s", name, ley_key_meaning(key));
}

/* A signal that is left out is `fallback`. */
static ley_status bind_signal(binder *b, ley_signal *signal, ley_key key, double fallback) {
    *signal = ley_signal_constant(fallback);
    return b->value[key] ? read_signal(b, signal, b->value[key], ley_key_name(key), true) : LEY_OK;
}

/* A time-dependent value has to be finite all along the run. */
static ley_status check_finite(binder *b, const ley_signal *signal, ley_key key, double end) {
    if (ley_signal_is_constant(signal)) return LEY_OK;
    int n = b->effort == LEY_EFFORT_GLANCE ? SAMPLES_FEW : SAMPLES_MANY;
    for (int i = 0; i <= n; i++) {
        double t = end * i / n, x = ley_signal_at(signal, t);
        if (!isfinite(x))
            return ley_node_fail(b->err, b->value[key], ley_key_name(key),
                                 "the value at t = %g is %s; values are finite all along the run", t,
                                 isnan(x) ? "not a number" : "infinite");
    }
    return LEY_OK;
}

/* The one key of {dicke: ...}; *which is its place in words, or -1 after an error. */
static ley_status one_of(binder *b, int *which, const ley_node *node, const char *where, const char *what,
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

static ley_status pair(binder *b, double *x, const ley_node *node, const char *where, const char *words) {
    if (node->kind != LEY_NODE_LIST || node->n != 2)
        return ley_node_fail(b->err, node, where, "two numbers are expected: %s", words);
    ley_status status = read_number(b, &x[0], node->first, where);
    return status == LEY_OK ? read_number(b, &x[1], node->first->next, where) : status;
}

static ley_status bind_dicke(binder *b, ley_battery_state *state, const ley_node *node, const char *where,
                             int32_t cells) {
    double x[2] = {0};
    ley_status status = pair(b, x, node, where, "dicke: [j, m]");
    if (status != LEY_OK) return status;
    const ley_node *j = node->first, *m = node->first->next;
    if (!nearly_integer(2 * x[0])) return ley_node_fail(b->err, j, where, "j = %g is not a half-integer", x[0]);
    if (x[0] < -1e-9 || x[0] > cells / 2.0 + 1e-9)
        return ley_node_fail(b->err, j, where, "j = %g is not in 0 .. N/2 = %g", x[0], cells / 2.0);
    state->two_j = (int32_t)lround(2 * x[0]);
    if ((cells - state->two_j) % 2 != 0)
        return ley_node_fail(b->err, j, where, "j = %g does not occur for N = %d; N/2 - j is an integer", x[0],
                             (int)cells);
    if (!nearly_integer(2 * x[1])) return ley_node_fail(b->err, m, where, "m = %g is not a half-integer", x[1]);
    if (fabs(x[1]) > x[0] + 1e-9)
        return ley_node_fail(b->err, m, where, "m = %g is not in -j .. j = %g", x[1], x[0]);
    state->two_m = (int32_t)lround(2 * x[1]);
    if ((state->two_j - state->two_m) % 2 != 0)
        return ley_node_fail(b->err, m, where, "m = %g does not go with j = %g; j - m is an integer", x[1], x[0]);
    return LEY_OK;
}

static ley_status bind_battery_state(binder *b, ley_battery_state *state, ley_key key, int32_t cells) {
    static const char *const words[] = {"ground", "excited", ":dicke", ":spin_coherent", ":gibbs", NULL};
    const ley_node *node = b->value[key];
    const char *where = ley_key_name(key);
    char inside[64]; /* battery.state.gibbs */
    double x[2] = {0};
    int which = 0;
    if (!node) return LEY_OK;
    ley_status status = one_of(b, &which, node, where, "battery state", words,
                               "ground, excited, {dicke: [j, m]}, {spin_coherent: [theta, phi]}, {gibbs: q}");
    if (status != LEY_OK) return status;
    state->kind = (ley_battery_kind)which;
    snprintf(inside, sizeof inside, "%s.%s", where, words[which] + (words[which][0] == ':'));
    switch (state->kind) {
    case LEY_BATTERY_DICKE:
        return bind_dicke(b, state, node->first, inside, cells);
    case LEY_BATTERY_SPIN_COHERENT:
        status = pair(b, x, node->first, inside, "spin_coherent: [theta, phi]");
        if (status != LEY_OK) return status;
        state->theta = x[0];
        state->phi = x[1];
        return LEY_OK;
    case LEY_BATTERY_GIBBS:
        status = read_number(b, &state->q, node->first, inside);
        if (status == LEY_OK && state->q < 0)
            return ley_node_fail(b->err, node->first, inside,
                                 "q = %g is negative; q = exp(-beta w0) is 0 or larger", state->q);
        return status;
    default:
        return LEY_OK;
    }
}

static ley_status bind_cavity_state(binder *b, ley_cavity_state *state, ley_key key, int32_t levels) {
    static const char *const words[] = {"vacuum", ":fock", ":coherent", ":thermal", NULL};
    const ley_node *node = b->value[key];
    char inside[64]; /* cavity.state.fock */
    double x[2] = {0};
    int which = 0;
    if (!node) return LEY_OK;
    ley_status status = one_of(b, &which, node, ley_key_name(key), "cavity state", words,
                               "vacuum, {fock: n}, {coherent: alpha}, {coherent: [re, im]}, {thermal: nbar}");
    if (status != LEY_OK) return status;
    *state = (ley_cavity_state){0};
    if (which == 0) return LEY_OK;
    snprintf(inside, sizeof inside, "%s.%s", ley_key_name(key), words[which] + 1);
    node = node->first;
    if (which == 1) {
        state->kind = LEY_CAVITY_FOCK;
        status = read_integer(b, &state->photons, node, inside, "fock", 0, LEVELS_MAX - 1);
        if (status == LEY_OK && levels > 0 && state->photons >= levels)
            return ley_node_fail(b->err, node, inside, "fock %d is above the cut-off; levels: %d keeps 0 .. %d",
                                 (int)state->photons, (int)levels, (int)levels - 1);
        return status;
    }
    if (which == 2) {
        state->kind = LEY_CAVITY_COHERENT;
        status = node->kind == LEY_NODE_TEXT ? read_number(b, &x[0], node, inside)
                                             : pair(b, x, node, inside, "coherent: alpha, or coherent: [re, im]");
        state->alpha = (ley_complex){x[0], x[1]};
        return status;
    }
    state->kind = LEY_CAVITY_THERMAL;
    status = read_number(b, &state->nbar, node, inside);
    if (status == LEY_OK && state->nbar < 0)
        return ley_node_fail(b->err, node, inside, "nbar = %g is negative; it is 0 or larger", state->nbar);
    return status;
}

/* ---- parts of the model ------------------------------------------------------------------------------------ */

static bool has_cavity(const binder *b) {
    return ley_node_child(b->s->tree.root, "cavity") || b->value[LEY_KEY_CAVITY_FREQUENCY] ||
           b->value[LEY_KEY_CAVITY_ENERGY_FREQUENCY] || b->value[LEY_KEY_CAVITY_LEVELS] ||
           b->value[LEY_KEY_CAVITY_STATE];
}

static ley_status refuse_cavity_keys(binder *b) {
    static const ley_key keys[] = {LEY_KEY_COUPLING_MODEL,    LEY_KEY_COUPLING_STRENGTH,
                                   LEY_KEY_COUPLING_SWITCH,   LEY_KEY_COUPLING_TELEGRAPH,
                                   LEY_KEY_NOISE_CAVITY_LOSS, LEY_KEY_NOISE_CAVITY_GAIN,
                                   LEY_KEY_DRIVE_CAVITY,      LEY_KEY_COMPARE_CAVITY_STATE};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (b->value[keys[i]])
            return ley_node_fail_key(b->err, b->value[keys[i]], ley_key_name(keys[i]),
                                     "%s needs a cavity; add cavity: {frequency: ...} or leave it out",
                                     ley_key_name(keys[i]));
    for (ley_index i = 0; i < b->s->n_observables + b->s->n_measures; i++) {
        bool series = i < b->s->n_observables;
        ley_index k = series ? i : i - b->s->n_observables;
        ley_observable observable = series ? b->s->observables[k] : b->s->measures[k].observable;
        if (!series && !ley_observable_needs_cavity(observable)) observable = b->s->measures[k].by;
        if (!ley_observable_needs_cavity(observable)) continue;
        ley_key key = series ? LEY_KEY_OBSERVE : LEY_KEY_MEASURE;
        const ley_node *node = b->value[key]->first;
        while (k-- > 0) node = node->next;
        return ley_node_fail(b->err, node, ley_key_name(key), "%s needs a cavity; the scenario has none",
                             ley_observable_name(observable));
    }
    return LEY_OK;
}

static ley_status bind_cavity(binder *b, ley_task *task) {
    ley_model *model = &task->model;
    task->has_cavity = has_cavity(b);
    if (!task->has_cavity) return refuse_cavity_keys(b);
    if (!b->value[LEY_KEY_CAVITY_FREQUENCY]) return missing(b, LEY_KEY_CAVITY_FREQUENCY);
    ley_status status = bind_signal(b, &model->cavity_frequency, LEY_KEY_CAVITY_FREQUENCY, 0);
    if (status != LEY_OK) return status;
    status = bind_signal(b, &model->cavity_energy_frequency, LEY_KEY_CAVITY_ENERGY_FREQUENCY, 0);
    if (status != LEY_OK) return status;
    model->cavity_energy_given = b->value[LEY_KEY_CAVITY_ENERGY_FREQUENCY] != NULL;
    const ley_node *levels = b->value[LEY_KEY_CAVITY_LEVELS];
    task->numerics.levels_auto = !levels || (levels->kind == LEY_NODE_TEXT && strcmp(levels->text, "auto") == 0);
    if (!task->numerics.levels_auto) {
        ley_nearest nearest = {.word = levels->kind == LEY_NODE_TEXT ? levels->text : ""};
        ley_nearest_offer(&nearest, "auto");
        if (nearest.best)
            return ley_node_fail(b->err, levels, ley_key_name(LEY_KEY_CAVITY_LEVELS),
                                 "unknown word \"%.60s\" (did you mean auto?); levels is an integer or auto",
                                 levels->text);
        status =
            read_integer(b, &model->levels, levels, ley_key_name(LEY_KEY_CAVITY_LEVELS), "levels", 1, LEVELS_MAX);
        if (status != LEY_OK) return status;
    }
    return bind_cavity_state(b, &model->cavity_state, LEY_KEY_CAVITY_STATE, model->levels);
}

/* {amplitude: a, rate: nu}, or {amplitude: a, rate_up: u, rate_down: d} */
static ley_status bind_process(binder *b, ley_telegraph_process *process, const ley_node *node, const char *where) {
    static const char *const words[] = {"amplitude", "rate", "rate_up", "rate_down"};
    static const char form[] = "{amplitude: a, rate: nu} or {amplitude: a, rate_up: u, rate_down: d}";
    enum { AMPLITUDE, RATE, RATE_UP, RATE_DOWN, WORDS };
    double value[WORDS] = {0};
    bool given[WORDS] = {false};
    if (node->kind != LEY_NODE_MAP)
        return ley_node_fail(b->err, node, where, "%s, where a process is expected: %s", ley_node_kind_words(node),
                             form);
    for (const ley_node *item = node->first; item; item = item->next) {
        int which = 0;
        while (which < WORDS && strcmp(words[which], item->key) != 0) which++;
        if (which == WORDS)
            return ley_node_fail_key(b->err, item, where, "unknown key %.60s; a process is %s", item->key, form);
        ley_status status = read_number(b, &value[which], item, where);
        if (status != LEY_OK) return status;
        given[which] = true;
        if (which != AMPLITUDE && value[which] < 0)
            return ley_node_fail(b->err, item, where, "%s %g is negative; a rate is 0 or larger", words[which],
                                 value[which]);
    }
    const bool both = given[RATE_UP] && given[RATE_DOWN], any = given[RATE_UP] || given[RATE_DOWN];
    if (!given[AMPLITUDE] || (given[RATE] ? any : !both))
        return ley_node_fail(b->err, node, where, "a process is %s", form);
    if (both && value[RATE_UP] + value[RATE_DOWN] == 0)
        return ley_node_fail(b->err, node, where,
                             "rate_up and rate_down are both 0: such a process has no stationary start; rate: 0 is "
                             "up or down with 1/2 each");
    process->amplitude = value[AMPLITUDE];
    process->rate_up = given[RATE] ? value[RATE] : value[RATE_UP];
    process->rate_down = given[RATE] ? value[RATE] : value[RATE_DOWN];
    return LEY_OK;
}

static ley_status bind_telegraph(binder *b, ley_telegraph *telegraph, ley_key key, ley_telegraph_target target) {
    const ley_node *node = b->value[key];
    const char *where = ley_key_name(key);
    if (!node) return LEY_OK;
    if (node->kind != LEY_NODE_LIST)
        return ley_node_fail(b->err, node, where,
                             "%s, where a list of processes is expected: [{amplitude: a, rate: nu}]",
                             ley_node_kind_words(node));
    for (const ley_node *item = node->first; item; item = item->next) {
        if (telegraph->n == LEY_TELEGRAPH_MAX)
            return ley_node_fail(b->err, item, where, "more than %d telegraph processes; each doubles the state",
                                 (int)LEY_TELEGRAPH_MAX);
        ley_telegraph_process *process = &telegraph->process[telegraph->n];
        ley_status status = bind_process(b, process, item, where);
        if (status != LEY_OK) return status;
        process->target = target;
        telegraph->n++;
    }
    return LEY_OK;
}

static ley_status bind_coupling(binder *b, ley_model *model) {
    static const char *const words[] = {"tavis-cummings", "dicke", ":counter_rotating", NULL};
    const ley_node *kind = b->value[LEY_KEY_COUPLING_MODEL];
    int which;
    if (!kind && !b->value[LEY_KEY_COUPLING_STRENGTH] && !b->value[LEY_KEY_COUPLING_SWITCH] &&
        !b->value[LEY_KEY_COUPLING_TELEGRAPH] && !ley_node_child(b->s->tree.root, "coupling"))
        return LEY_OK;
    if (!kind) return missing(b, LEY_KEY_COUPLING_MODEL);
    if (!b->value[LEY_KEY_COUPLING_STRENGTH]) return missing(b, LEY_KEY_COUPLING_STRENGTH);
    ley_status status = one_of(b, &which, kind, ley_key_name(LEY_KEY_COUPLING_MODEL), "coupling model", words,
                               "tavis-cummings, dicke, {counter_rotating: r}");
    if (status != LEY_OK) return status;
    model->counter_rotating = which == 1 ? 1 : 0;
    if (which == 2) {
        status = read_number(b, &model->counter_rotating, kind->first, "coupling.model.counter_rotating");
        if (status != LEY_OK) return status;
    }
    status = bind_signal(b, &model->coupling, LEY_KEY_COUPLING_STRENGTH, 0);
    if (status == LEY_OK) status = bind_signal(b, &model->coupling_switch, LEY_KEY_COUPLING_SWITCH, 1);
    if (status != LEY_OK) return status;
    return bind_telegraph(b, &model->telegraph, LEY_KEY_COUPLING_TELEGRAPH, LEY_TELEGRAPH_COUPLING);
}

static ley_status bind_battery(binder *b, ley_model *model) {
    if (!b->value[LEY_KEY_BATTERY_FREQUENCY]) return missing(b, LEY_KEY_BATTERY_FREQUENCY);
    ley_status status = bind_signal(b, &model->battery_frequency, LEY_KEY_BATTERY_FREQUENCY, 0);
    if (status != LEY_OK) return status;
    status = bind_signal(b, &model->battery_energy_frequency, LEY_KEY_BATTERY_ENERGY_FREQUENCY, 0);
    if (status != LEY_OK) return status;
    model->battery_energy_given = b->value[LEY_KEY_BATTERY_ENERGY_FREQUENCY] != NULL;
    /* the ladder of levels has its ground state at the bottom: passive energies rely on it */
    ley_key key = model->battery_energy_given ? LEY_KEY_BATTERY_ENERGY_FREQUENCY : LEY_KEY_BATTERY_FREQUENCY;
    const ley_signal *energy =
        model->battery_energy_given ? &model->battery_energy_frequency : &model->battery_frequency;
    if (ley_signal_is_constant(energy) && energy->value < 0)
        return ley_node_fail(
            b->err, b->value[key], ley_key_name(key), "frequency %g is negative; %s", energy->value,
            model->battery_energy_given ? "energies are measured with 0 or larger"
                                        : "in a rotating frame, give battery.energy_frequency as well");
    status = bind_telegraph(b, &model->telegraph, LEY_KEY_BATTERY_TELEGRAPH, LEY_TELEGRAPH_FREQUENCY);
    if (status != LEY_OK) return status;
    return bind_battery_state(b, &model->battery_state, LEY_KEY_BATTERY_STATE, model->cells);
}

static const ley_key rate_keys[LEY_CHANNEL_COUNT] = {
    [LEY_CAVITY_LOSS] = LEY_KEY_NOISE_CAVITY_LOSS,
    [LEY_CAVITY_GAIN] = LEY_KEY_NOISE_CAVITY_GAIN,
    [LEY_COLLECTIVE_EMISSION] = LEY_KEY_NOISE_COLLECTIVE_EMISSION,
    [LEY_COLLECTIVE_ABSORPTION] = LEY_KEY_NOISE_COLLECTIVE_ABSORPTION,
    [LEY_COLLECTIVE_DEPHASING] = LEY_KEY_NOISE_COLLECTIVE_DEPHASING,
    [LEY_LOCAL_EMISSION] = LEY_KEY_NOISE_LOCAL_EMISSION,
    [LEY_LOCAL_ABSORPTION] = LEY_KEY_NOISE_LOCAL_ABSORPTION,
    [LEY_LOCAL_DEPHASING] = LEY_KEY_NOISE_LOCAL_DEPHASING,
};

/* A thermal bath in the user's words, in place of emission and absorption. */
typedef struct bath {
    const char *name;
    ley_key rate, alpha, n, temperature, emission, absorption;
    ley_channel down, up;
} bath;

static const bath baths[] = {
    {"noise.collective", LEY_KEY_NOISE_COLLECTIVE_RATE, LEY_KEY_NOISE_COLLECTIVE_ALPHA, LEY_KEY_NOISE_COLLECTIVE_N,
     LEY_KEY_NOISE_COLLECTIVE_TEMPERATURE, LEY_KEY_NOISE_COLLECTIVE_EMISSION, LEY_KEY_NOISE_COLLECTIVE_ABSORPTION,
     LEY_COLLECTIVE_EMISSION, LEY_COLLECTIVE_ABSORPTION},
    {"noise.local", LEY_KEY_NOISE_LOCAL_RATE, LEY_KEY_NOISE_LOCAL_ALPHA, LEY_KEY_NOISE_LOCAL_N,
     LEY_KEY_NOISE_LOCAL_TEMPERATURE, LEY_KEY_NOISE_LOCAL_EMISSION, LEY_KEY_NOISE_LOCAL_ABSORPTION,
     LEY_LOCAL_EMISSION, LEY_LOCAL_ABSORPTION},
};

static ley_status read_at_least_0(binder *b, double *value, ley_key key, const char *what) {
    ley_status status = read_number(b, value, b->value[key], ley_key_name(key));
    if (status == LEY_OK && *value < 0)
        return ley_node_fail(b->err, b->value[key], ley_key_name(key), "%s %g is negative; it is 0 or larger", what,
                             *value);
    return status;
}

/* n of a temperature: 1 / (exp(w0 / T) - 1). */
static ley_status quanta_of_temperature(binder *b, double *n, ley_key key, const ley_model *model) {
    const ley_signal *w0 =
        model->battery_energy_given ? &model->battery_energy_frequency : &model->battery_frequency;
    double temperature = 0;
    ley_status status = read_at_least_0(b, &temperature, key, "temperature");
    if (status != LEY_OK) return status;
    if (!ley_signal_is_constant(w0) || !(w0->value > 0))
        return ley_node_fail(b->err, b->value[key], ley_key_name(key),
                             "a temperature needs a constant frequency of the cells larger than 0; in a rotating "
                             "frame, give battery.energy_frequency");
    *n = temperature > 0 ? 1 / expm1(w0->value / temperature) : 0;
    return LEY_OK;
}

/* The one of alpha, n and temperature that is given, as n. */
static ley_status bind_quanta(binder *b, double *n, const bath *of, const ley_model *model) {
    const ley_key keys[] = {of->alpha, of->n, of->temperature};
    int given = -1;
    for (int i = 0; i < 3; i++) {
        if (!b->value[keys[i]]) continue;
        if (given >= 0)
            return ley_node_fail_key(b->err, b->value[keys[i]], ley_key_name(keys[i]),
                                     "%s and %s say the same thing; give one of alpha, n, temperature",
                                     ley_key_name(keys[given]), ley_key_name(keys[i]));
        given = i;
    }
    if (given < 0)
        return ley_node_fail_key(b->err, b->value[of->rate], ley_key_name(of->rate),
                                 "a bath has a rate and one of alpha, n, temperature; none of these is given (or "
                                 "write emission and absorption)");
    if (!b->value[of->rate])
        return ley_node_fail_key(b->err, b->value[keys[given]], ley_key_name(keys[given]),
                                 "a bath needs its rate: %s is missing", ley_key_name(of->rate));
    if (given == 2) return quanta_of_temperature(b, n, of->temperature, model);
    ley_status status = read_at_least_0(b, n, keys[given], given == 0 ? "alpha" : "n");
    if (status != LEY_OK || given == 1) return status;
    if (!(*n < 1))
        return ley_node_fail(b->err, b->value[of->alpha], ley_key_name(of->alpha),
                             "alpha = %g is not smaller than 1; alpha = n/(n+1) = exp(-w0/T) reaches 1 at infinite "
                             "temperature only",
                             *n);
    *n = *n / (1 - *n);
    return LEY_OK;
}

static ley_status bind_bath(binder *b, const bath *of, ley_model *model) {
    const ley_key keys[] = {of->rate, of->alpha, of->n, of->temperature};
    const ley_node *first = NULL;
    for (int i = 0; i < 4 && !first; i++) first = b->value[keys[i]];
    if (!first) return LEY_OK;
    const ley_key plain = b->value[of->emission] ? of->emission : of->absorption;
    if (b->value[plain])
        return ley_node_fail_key(b->err, b->value[plain], ley_key_name(plain),
                                 "%s has both a bath (%s) and %s; give one of the two forms", of->name, first->key,
                                 strrchr(ley_key_name(plain), '.') + 1);
    double n = 0, rate = 0;
    ley_status status = bind_quanta(b, &n, of, model);
    if (status == LEY_OK) status = read_at_least_0(b, &rate, of->rate, "rate");
    if (status != LEY_OK) return status;
    if (!isfinite(rate * (n + 1)))
        return ley_node_fail(b->err, first, of->name, "the rates of this bath are not finite");
    model->rate[of->down] = ley_signal_constant(rate * (n + 1));
    model->rate[of->up] = ley_signal_constant(rate * n);
    return LEY_OK;
}

/* Collective channels weigh eta, local ones 1 - eta. */
static ley_status bind_mix(binder *b, ley_model *model) {
    const ley_node *node = b->value[LEY_KEY_NOISE_MIX];
    double eta;
    if (!node) return LEY_OK;
    ley_status status = read_number(b, &eta, node, "noise.mix");
    if (status != LEY_OK) return status;
    if (!(eta >= 0 && eta <= 1))
        return ley_node_fail(b->err, node, "noise.mix",
                             "mix = %g is not in 0 .. 1; it is the weight of collective against local noise", eta);
    for (int i = LEY_COLLECTIVE_EMISSION; i <= LEY_LOCAL_DEPHASING; i++) {
        if (!ley_signal_is_constant(&model->rate[i]))
            return ley_node_fail(b->err, b->value[rate_keys[i]], ley_key_name(rate_keys[i]),
                                 "%s depends on time, and noise.mix weighs constant rates; write the weight into "
                                 "the expression",
                                 ley_key_name(rate_keys[i]));
        model->rate[i].value *= i >= LEY_LOCAL_EMISSION ? 1 - eta : eta;
    }
    return LEY_OK;
}

static ley_status bind_noise_and_drive(binder *b, ley_model *model) {
    for (int i = 0; i < LEY_CHANNEL_COUNT; i++) {
        ley_key key = rate_keys[i];
        ley_status status = bind_signal(b, &model->rate[i], key, 0);
        if (status != LEY_OK) return status;
        if (ley_signal_is_constant(&model->rate[i]) && model->rate[i].value < 0)
            return ley_node_fail(b->err, b->value[key], ley_key_name(key),
                                 "rate %g is negative; a constant rate is 0 or larger", model->rate[i].value);
    }
    ley_status status = LEY_OK;
    for (size_t i = 0; i < sizeof baths / sizeof *baths && status == LEY_OK; i++)
        status = bind_bath(b, &baths[i], model);
    if (status == LEY_OK) status = bind_mix(b, model);
    if (status != LEY_OK) return status;
    status = bind_signal(b, &model->drive_cavity, LEY_KEY_DRIVE_CAVITY, 0);
    return status == LEY_OK ? bind_signal(b, &model->drive_battery, LEY_KEY_DRIVE_BATTERY, 0) : status;
}

/* Every signal of a model with the key that gives it. */
typedef struct signal_row {
    const ley_signal *signal;
    ley_key key;
} signal_row;
enum { SIGNAL_ROWS = 8 + LEY_CHANNEL_COUNT };

static void signal_rows(const ley_model *model, signal_row rows[SIGNAL_ROWS]) {
    const signal_row named[] = {
        {&model->battery_frequency, LEY_KEY_BATTERY_FREQUENCY},
        {&model->battery_energy_frequency, LEY_KEY_BATTERY_ENERGY_FREQUENCY},
        {&model->cavity_frequency, LEY_KEY_CAVITY_FREQUENCY},
        {&model->cavity_energy_frequency, LEY_KEY_CAVITY_ENERGY_FREQUENCY},
        {&model->coupling, LEY_KEY_COUPLING_STRENGTH},
        {&model->coupling_switch, LEY_KEY_COUPLING_SWITCH},
        {&model->drive_cavity, LEY_KEY_DRIVE_CAVITY},
        {&model->drive_battery, LEY_KEY_DRIVE_BATTERY},
    };
    memcpy(rows, named, sizeof named);
    for (int i = 0; i < LEY_CHANNEL_COUNT; i++) rows[8 + i] = (signal_row){&model->rate[i], rate_keys[i]};
}

static ley_status check_signals(binder *b, const ley_model *model, double end) {
    signal_row rows[SIGNAL_ROWS];
    signal_rows(model, rows);
    for (int i = 0; i < SIGNAL_ROWS; i++) {
        ley_status status = check_finite(b, rows[i].signal, rows[i].key, end);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

/* ---- time, numerics ---------------------------------------------------------------------------------------- */

/* Room for n output times, if the task is wanted. */
static ley_status allocate_times(binder *b, ley_task *task, ley_index n) {
    if (b->effort != LEY_EFFORT_TASK) return LEY_OK;
    task->times = ley_allocate((size_t)n, sizeof *task->times);
    if (!task->times) return out_of_memory(b->err);
    task->n_times = n;
    return LEY_OK;
}

static ley_status bind_time_values(binder *b, ley_task *task, const ley_node *node, double *end) {
    static const char where[] = "time.values";
    if (node->kind != LEY_NODE_LIST || node->n == 0)
        return ley_node_fail(b->err, node, where, "a list of times is expected: [0, 1, 2]");
    ley_status status = allocate_times(b, task, node->n);
    if (status != LEY_OK) return status;
    double before = -1, now = 0;
    ley_index i = 0;
    for (const ley_node *item = node->first; item; item = item->next, before = now) {
        status = read_number(b, &now, item, where);
        if (status != LEY_OK) return status;
        if (now < 0) return ley_node_fail(b->err, item, where, "time %g is negative; a run begins at 0", now);
        if (!(now > before))
            return ley_node_fail(b->err, item, where, "time %g does not come after %g; times ascend", now, before);
        if (task->times) task->times[i++] = now;
    }
    *end = now;
    if (!(*end > 0)) return ley_node_fail(b->err, node, where, "the last time is larger than 0");
    return LEY_OK;
}

static ley_status bind_time(binder *b, ley_task *task, double *end) {
    const ley_node *until = b->value[LEY_KEY_TIME_UNTIL], *points = b->value[LEY_KEY_TIME_POINTS];
    const ley_node *values = b->value[LEY_KEY_TIME_VALUES];
    if (values && (until || points))
        return ley_node_fail_key(b->err, values, "time.values", "time has either until and points, or values");
    if (values) return bind_time_values(b, task, values, end);
    if (!until && !points && b->s->purpose == LEY_STEADY_STATE) return LEY_OK; /* nobody looks at the clock */
    if (!until) return missing(b, LEY_KEY_TIME_UNTIL);
    ley_status status = read_number(b, end, until, "time.until");
    if (status != LEY_OK) return status;
    if (!(*end > 0)) return ley_node_fail(b->err, until, "time.until", "until %g is not larger than 0", *end);
    int32_t n = 401;
    if (points) status = read_integer(b, &n, points, "time.points", "points", 2, TIMES_MAX);
    if (status != LEY_OK) return status;
    status = allocate_times(b, task, n);
    for (int32_t i = 0; i < task->n_times; i++) task->times[i] = i == n - 1 ? *end : *end * i / (n - 1);
    return status;
}

/* ---- steady states ----------------------------------------------------------------------------------------- */

static ley_status refuse_course(binder *b, ley_observable observable, ley_key key, ley_index i) {
    if (observable != LEY_HEAT && observable != LEY_POWER) return LEY_OK;
    const ley_node *node = b->value[key]->first;
    while (i-- > 0) node = node->next;
    return ley_node_fail(b->err, node, ley_key_name(key), "%s belongs to an evolution; a steady state has none",
                         ley_observable_name(observable));
}

static ley_status check_steady_requests(binder *b) {
    const ley_scenario *s = b->s;
    for (ley_index i = 0; i < s->n_observables; i++) {
        ley_status status = refuse_course(b, s->observables[i], LEY_KEY_OBSERVE, i);
        if (status != LEY_OK) return status;
    }
    for (ley_index i = 0; i < s->n_measures; i++) {
        const ley_measure_request *request = &s->measures[i];
        const ley_node *node = b->value[LEY_KEY_MEASURE]->first;
        for (ley_index k = 0; k < i; k++) node = node->next;
        if (request->measure != LEY_MEASURE_FINAL)
            return ley_node_fail(b->err, node, "measure",
                                 "%s looks for something along an evolution; of a steady state there is "
                                 "\"final(%s)\"",
                                 ley_measure_word(request->measure), ley_observable_name(request->observable));
        ley_status status = refuse_course(b, request->observable, LEY_KEY_MEASURE, i);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

/* A steady state belongs to a constant generator with noise, and to a start where the noise leaves several. */
static ley_status bind_steady(binder *b, ley_task *task) {
    const ley_model *model = &task->model;
    signal_row rows[SIGNAL_ROWS];
    signal_rows(model, rows);
    for (int i = 0; i < SIGNAL_ROWS; i++)
        if (!ley_signal_is_constant(rows[i].signal))
            return ley_node_fail(b->err, b->value[rows[i].key], ley_key_name(rows[i].key),
                                 "%s depends on time; a steady state needs constant numbers (leyden run follows "
                                 "the evolution)",
                                 ley_key_name(rows[i].key));
    static const ley_key telegraphs[] = {LEY_KEY_BATTERY_TELEGRAPH, LEY_KEY_COUPLING_TELEGRAPH};
    for (int i = 0; i < 2; i++)
        if (b->value[telegraphs[i]])
            return ley_node_fail_key(b->err, b->value[telegraphs[i]], ley_key_name(telegraphs[i]),
                                     "steady states with telegraph noise are not offered by this version; leyden "
                                     "run with a long time gives them");
    ley_status status = check_steady_requests(b);
    if (status != LEY_OK) return status;
    ley_index states = ley_model_stationary_states(model, task->has_cavity);
    const char *where = ley_key_name(LEY_KEY_BATTERY_STATE);
    const ley_node *battery = ley_node_child(b->s->tree.root, "battery");
    if (states == LEY_STATIONARY_ALL)
        return ley_node_fail_key(b->err, battery, "noise",
                                 "there is no noise: the state goes on for ever and nothing becomes steady; give "
                                 "a rate under noise");
    if (states == LEY_STATIONARY_UNKNOWN && ley_model_conserves_spin(model) && model->cells > 1 &&
        !b->value[LEY_KEY_BATTERY_STATE])
        return ley_node_fail_key(b->err, battery, where,
                                 "without local noise each spin j has stationary states of its own; give "
                                 "battery.state, the start whose steady state is wanted");
    if (states > 1 && !b->value[LEY_KEY_BATTERY_STATE])
        return ley_node_fail_key(b->err, battery, where,
                                 "this noise leaves %lld stationary states; give battery.state, the start whose "
                                 "steady state is wanted",
                                 (long long)states);
    /* How the cavity starts does not matter; a cut-off need not hold it. */
    task->model.cavity_state = (ley_cavity_state){.kind = LEY_CAVITY_FOCK};
    if (b->effort != LEY_EFFORT_TASK) return LEY_OK;
    ley_release(task->times);
    task->times = ley_allocate(1, sizeof *task->times);
    if (!task->times) return out_of_memory(b->err);
    task->times[0] = INFINITY;
    task->n_times = 1;
    return LEY_OK;
}

static ley_status bind_word(binder *b, int *which, ley_key key, const char *what, const char *const *words,
                            const char *list) {
    *which = 0;
    return b->value[key] ? one_of(b, which, b->value[key], ley_key_name(key), what, words, list) : LEY_OK;
}

static ley_status bind_memory(binder *b, double *bytes) {
    static const struct {
        const char *unit;
        double bytes;
    } units[] = {{"B", 1},      {"kB", 1e3},     {"MB", 1e6},     {"GB", 1e9},    {"TB", 1e12},
                 {"KiB", 1024}, {"MiB", 0x1p20}, {"GiB", 0x1p30}, {"TiB", 0x1p40}};
    const ley_node *node = b->value[LEY_KEY_MEMORY];
    if (!node) return LEY_OK;
    double factor = 1;
    ley_node amount = *node; /* the text before the unit */
    char text[64];
    if (node->kind == LEY_NODE_TEXT) {
        snprintf(text, sizeof text, "%s", node->text);
        for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
            size_t length = strlen(text), tail = strlen(units[i].unit);
            bool ends = length > tail && strcmp(text + length - tail, units[i].unit) == 0;
            char before = ends ? text[length - tail - 1] : 'x';
            if (!ends || !(before == ' ' || before == '.' || (before >= '0' && before <= '9'))) continue;
            text[length - tail] = 0;
            factor = units[i].bytes;
            amount.text = text;
            amount.has_number = false;
            break;
        }
    }
    double x;
    ley_status status = read_number(b, &x, &amount, ley_key_name(LEY_KEY_MEMORY));
    if (status == LEY_ERR_MEMORY) return status;
    if (status != LEY_OK || !(x > 0))
        return ley_node_fail(b->err, node, ley_key_name(LEY_KEY_MEMORY),
                             "memory is a number of bytes larger than 0, or a text like \"4 GiB\"");
    *bytes = floor(x * factor);
    return LEY_OK;
}

static ley_status bind_numerics(binder *b, ley_numerics *numerics) {
#define WORD(id, word) word,
    static const char *const representations[] = {LEY_REPRESENTATIONS(WORD) NULL};
    static const char *const methods[] = {LEY_METHODS(WORD) NULL};
#undef WORD
    static const char *const truths[] = {"true", "false", NULL};
    int which;
    ley_status status;
    const ley_node *tolerance = b->value[LEY_KEY_TOLERANCE];
    numerics->tolerance = 1e-8;
    if (tolerance) {
        status = read_number(b, &numerics->tolerance, tolerance, ley_key_name(LEY_KEY_TOLERANCE));
        if (status != LEY_OK) return status;
        if (!(numerics->tolerance >= 1e-12 && numerics->tolerance <= 1e-2))
            return ley_node_fail(b->err, tolerance, ley_key_name(LEY_KEY_TOLERANCE),
                                 "tolerance %g is not in 1e-12 .. 1e-2", numerics->tolerance);
    }
    status = bind_word(b, &which, LEY_KEY_REPRESENTATION, "representation", representations,
                       "auto, blocks, sectors, spins, pure");
    if (status != LEY_OK) return status;
    numerics->representation = (ley_representation)which;
    status =
        bind_word(b, &which, LEY_KEY_PROPAGATOR, "propagator", methods, "auto, dop853, chebyshev, uniformisation");
    if (status != LEY_OK) return status;
    numerics->method = (ley_method)which;
    status = bind_word(b, &which, LEY_KEY_CERTIFY, "value", truths, "true, false");
    if (status != LEY_OK) return status;
    numerics->certify = which == 0;
    return bind_memory(b, &numerics->memory_limit);
}

/* E / t grows without bound towards t = 0 when the battery holds energy at the start. */
static bool starts_with_energy(const ley_battery_state *state, int32_t cells) {
    switch (state->kind) {
    case LEY_BATTERY_GROUND:
        return false;
    case LEY_BATTERY_DICKE:
        return state->two_m > -cells;
    case LEY_BATTERY_SPIN_COHERENT:
        return fabs(cos(0.5 * state->theta)) > 1e-15;
    case LEY_BATTERY_GIBBS:
        return state->q > 0;
    default:
        return true;
    }
}

static ley_status refuse_endless_power(binder *b, const ley_task *task) {
    if (!starts_with_energy(&task->model.battery_state, task->model.cells)) return LEY_OK;
    for (ley_index i = 0; i < task->n_measures; i++) {
        const ley_measure_request *request = &task->measures[i];
        ley_observable searched = request->measure == LEY_MEASURE_AT_MAX ? request->by : request->observable;
        if (searched != LEY_POWER || request->measure == LEY_MEASURE_FINAL) continue;
        const ley_node *node = b->value[LEY_KEY_MEASURE]->first;
        while (i-- > 0) node = node->next;
        return ley_node_fail(
            b->err, node, ley_key_name(LEY_KEY_MEASURE),
            "power = energy / t has no %s when the battery holds energy at t = 0; start from ground",
            ley_measure_word(request->measure));
    }
    return LEY_OK;
}

/* The item of observe or measure that asks for the run that compare starts; NULL: none does. */
static const ley_node *asks_for_second(const binder *b, const ley_task *task, ley_key *key) {
    for (ley_index i = 0; i < task->n_observables + task->n_measures; i++) {
        bool series = i < task->n_observables;
        ley_index k = series ? i : i - task->n_observables;
        bool asks = series ? ley_observable_needs_second(task->observables[k])
                           : ley_observable_needs_second(task->measures[k].observable) ||
                                 ley_observable_needs_second(task->measures[k].by);
        if (!asks) continue;
        *key = series ? LEY_KEY_OBSERVE : LEY_KEY_MEASURE;
        const ley_node *node = b->value[*key]->first;
        while (k-- > 0) node = node->next;
        return node;
    }
    return NULL;
}

/* compare: a start of its own for the battery, the cavity, or both; what is left out begins as in the first run. */
static ley_status bind_second(binder *b, ley_task *task) {
    ley_model *model = &task->model;
    ley_second_start *second = &model->second;
    const ley_node *battery = b->value[LEY_KEY_COMPARE_BATTERY_STATE],
                   *cavity = b->value[LEY_KEY_COMPARE_CAVITY_STATE];
    ley_key key = LEY_KEY_OBSERVE;
    const ley_node *asks = asks_for_second(b, task, &key);
    second->given = battery || cavity;
    if (asks && b->s->purpose == LEY_STEADY_STATE)
        return ley_node_fail(b->err, asks, ley_key_name(key),
                             "a steady state has no trace distance to a second run");
    if (asks && !second->given)
        return ley_node_fail(b->err, asks, ley_key_name(key),
                             "a trace distance needs a second start; add compare: {battery: {state: ...}}");
    if (!second->given) return LEY_OK;
    if (!asks) {
        key = battery ? LEY_KEY_COMPARE_BATTERY_STATE : LEY_KEY_COMPARE_CAVITY_STATE;
        return ley_node_fail_key(
            b->err, b->value[key], ley_key_name(key),
            "nothing compares with a second start; observe trace_distance or leave compare out");
    }
    second->battery = model->battery_state;
    second->cavity = model->cavity_state;
    ley_status status = bind_battery_state(b, &second->battery, LEY_KEY_COMPARE_BATTERY_STATE, model->cells);
    if (status != LEY_OK) return status;
    return bind_cavity_state(b, &second->cavity, LEY_KEY_COMPARE_CAVITY_STATE, model->levels);
}

static ley_status bind_requests(binder *b, ley_task *task) {
    const ley_scenario *s = b->s;
    task->n_observables = s->n_observables;
    task->n_measures = s->n_measures;
    task->observables = ley_allocate((size_t)s->n_observables, sizeof *task->observables);
    task->measures = ley_allocate((size_t)s->n_measures, sizeof *task->measures);
    if (!task->observables || !task->measures) return out_of_memory(b->err);
    if (s->n_observables)
        memcpy(task->observables, s->observables, (size_t)s->n_observables * sizeof *task->observables);
    if (s->n_measures) memcpy(task->measures, s->measures, (size_t)s->n_measures * sizeof *task->measures);
    ley_status status = bind_second(b, task);
    return status == LEY_OK ? refuse_endless_power(b, task) : status;
}

static ley_status bind_all(binder *b, ley_task *task) {
    double end = 0;
    if (!b->value[LEY_KEY_CELLS]) return missing(b, LEY_KEY_CELLS);
    for (ley_index i = 0; i <= b->n; i++) {
        ley_status status = resolve(b, i);
        if (status != LEY_OK) return status;
    }
    for (ley_index i = 0; i < b->n_names; i++)
        if (strcmp(b->names[i].name, "N") == 0) task->model.cells = (int32_t)b->names[i].value;
    ley_status status = bind_battery(b, &task->model);
    if (status == LEY_OK) status = bind_cavity(b, task);
    if (status == LEY_OK) status = bind_coupling(b, &task->model);
    if (status == LEY_OK) status = bind_noise_and_drive(b, &task->model);
    if (status == LEY_OK) status = bind_time(b, task, &end);
    if (status == LEY_OK) status = bind_numerics(b, &task->numerics);
    if (status == LEY_OK && b->s->purpose == LEY_STEADY_STATE)
        status = bind_steady(b, task);
    else if (status == LEY_OK)
        status = check_signals(b, &task->model, end);
    if (status == LEY_OK) status = bind_requests(b, task);
    return status;
}

ley_status ley_bind(const ley_scenario *scenario, ley_task *task, ley_index point, ley_effort effort,
                    ley_error *err) {
    binder b;
    *task = (ley_task){.purpose = scenario->purpose};
    ley_model_init(&task->model);
    ley_status status = binder_create(&b, scenario, err);
    if (status != LEY_OK) return status;
    b.effort = effort;
    ley_index stride = scenario->points;
    for (ley_index i = 0; i < scenario->n_axes; i++) {
        const ley_sweep_axis *axis = &scenario->axes[i];
        stride /= axis->shown.n;
        ley_index k = point / stride % axis->shown.n;
        for (ley_index a = axis->first[k]; a < axis->first[k + 1]; a++)
            assign(&b, axis->assignment[a].target, axis->assignment[a].node);
    }
    status = bind_all(&b, task);
    ley_release(b.memory);
    if (status != LEY_OK) ley_task_clear(task);
    return status;
}
