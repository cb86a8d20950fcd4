/* observe and measure: what is reported, and what has to be recorded or found for it. */
#include "core/status.h"
#include "expression/nearest.h"
#include "scenario/document.h"
#include "scenario/stages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for the scenario");
}

/* Only the message; the caller knows the place. */
static ley_status unknown_observable(const ley_scenario *s, const char *name, ley_error *message) {
    ley_nearest nearest = {.word = name};
    char hint[128];
    const ley_derivation *derived = ley_derivation_find(s, name);
    if (derived && derived->is_measure)
        return ley_fail(message, LEY_ERR_SCENARIO, "", "%s is a measure, where an observable is expected", name);
    for (int i = 0; i < LEY_OBSERVABLE_COUNT; i++) ley_nearest_offer(&nearest, ley_observable_name(i));
    for (ley_index i = 0; i < s->n_derivations; i++) ley_nearest_offer(&nearest, s->derivations[i].node->key);
    return ley_fail(message, LEY_ERR_SCENARIO, "", "unknown observable \"%.60s\"%s; see leyden help observables",
                    name, ley_nearest_hint(&nearest, hint, sizeof hint));
}

static ley_status list_of_words(const ley_node *node, const char *where, const char *example, ley_error *err) {
    if (node->kind == LEY_NODE_MAP)
        return ley_node_fail(err, node, where,
                             "a mapping, where a list is expected: %s; names of your own stand under derive",
                             example);
    if (node->kind != LEY_NODE_LIST || node->n == 0)
        return ley_node_fail(err, node, where, "a list is expected: %s", example);
    for (const ley_node *item = node->first; item; item = item->next)
        if (item->kind != LEY_NODE_TEXT)
            return ley_node_fail(err, item, where, "%s, where a name is expected: %s", ley_node_kind_words(item),
                                 example);
    return LEY_OK;
}

/* ---- what derived quantities need ---------------------------------------------------------------------------- */

static ley_status add_observable(ley_scenario *s, ley_observable observable, ley_origin from) {
    for (ley_index i = 0; i < s->n_observables; i++)
        if (s->observables[i] == observable) return LEY_OK;
    s->observables[s->n_observables] = observable;
    s->observable_from[s->n_observables++] = from;
    return LEY_OK;
}

static ley_status origin_of(ley_scenario *s, const ley_derivation *one, ley_origin *from, ley_error *err) {
    char where[128];
    int length = snprintf(where, sizeof where, "derive.%s", one->node->key);
    *from = (ley_origin){one->node, ley_tree_text(&s->tree, where, (size_t)length)};
    return from->where ? LEY_OK : out_of_memory(err);
}

/* The observables that a derived one is made of are recorded, too: they carry its certificate. */
static ley_status use_observable(ley_scenario *s, ley_observable observable, ley_error *err) {
    if (!ley_observable_is_derived(observable)) return LEY_OK;
    ley_derivation *one = ley_derivation_of(s, false, (int)observable);
    ley_origin from;
    ley_status status = origin_of(s, one, &from, err);
    for (int i = 0; i < LEY_OBSERVABLE_COUNT && status == LEY_OK; i++)
        if (one->part[i]) status = add_observable(s, (ley_observable)i, from);
    return status;
}

bool ley_request_same(const ley_measure_request *a, const ley_measure_request *b) {
    return a->measure == b->measure && a->observable == b->observable && a->by == b->by && a->stage == b->stage;
}

static ley_status add_request(ley_scenario *s, const ley_measure_request *request, ley_origin from, int *place,
                              ley_error *err) {
    for (ley_index i = 0; i < s->n_measures; i++)
        if (ley_request_same(&s->measures[i], request)) {
            *place = (int)i;
            return LEY_OK;
        }
    *place = (int)s->n_measures;
    s->measures[s->n_measures] = *request;
    s->measure_from[s->n_measures++] = from;
    ley_status status = use_observable(s, request->observable, err);
    return status == LEY_OK ? use_observable(s, request->by, err) : status;
}

static ley_status use_measure(ley_scenario *s, ley_derivation *one, ley_error *err) {
    if (one->used) return LEY_OK;
    one->used = true;
    ley_origin from;
    ley_status status = origin_of(s, one, &from, err);
    int place;
    for (ley_index i = 0; i < one->n_requests && status == LEY_OK; i++)
        status = add_request(s, &one->requests[i], from, &place, err);
    for (ley_index i = 0; i < s->n_derivations && status == LEY_OK; i++)
        if (one->uses[i]) status = use_measure(s, &s->derivations[i], err);
    return status;
}

/* ---- reported unasked ---------------------------------------------------------------------------------------- */

static void report(ley_scenario *s, int place, ley_index *i) {
    for (*i = 0; *i < s->n_reported; ++*i)
        if (s->reported[*i] == place) return;
    s->reported[s->n_reported++] = place;
}

/* Reports a request that the scenario does not name. */
static ley_status report_unasked(ley_scenario *s, const ley_measure_request *request, ley_origin from,
                                 ley_error *err) {
    int place;
    ley_index i;
    ley_status status = add_request(s, request, from, &place, err);
    if (status == LEY_OK) report(s, place, &i);
    return status;
}

/* What each change of stage costs is reported unasked. */
static ley_status report_costs_of_stages(ley_scenario *s, ley_error *err) {
    const ley_node *list = s->value[LEY_KEY_STAGES];
    if (!list) return LEY_OK;
    const bool coupled = ley_node_child(s->tree.root, "coupling") != NULL;
    for (int32_t stage = 2; stage <= list->n; stage++)
        for (int k = 0; k < (coupled ? 2 : 1); k++) {
            ley_measure_request request = {.measure = LEY_MEASURE_JUMP,
                                           .observable = k == 0 ? LEY_TOTAL_ENERGY : LEY_SWITCHING_COST,
                                           .stage = stage};
            request.by = request.observable;
            ley_stages_name(list, stage, request.stage_name);
            ley_status status = report_unasked(s, &request, (ley_origin){list, "stages"}, err);
            if (status != LEY_OK) return status;
        }
    return LEY_OK;
}

/* ---- closed_form ----------------------------------------------------------------------------------------------
 */

/* Behind what observe lists, for each observable that has one: its closed form, and the difference. */
static void add_closed_forms(ley_scenario *s) {
    const ley_index n = s->n_observables;
    for (ley_index i = 0; i < n; i++)
        for (int difference = 0; difference < 2; difference++) {
            const ley_derivation *one = ley_closed_form_of(s, s->observables[i], difference);
            if (one) (void)add_observable(s, (ley_observable)one->id, s->observable_from[i]);
        }
}

/* Behind final(X) under measure: that of its closed form, and of the difference. */
static ley_status report_closed_forms(ley_scenario *s, ley_error *err) {
    const ley_index n = s->n_reported;
    ley_status status = LEY_OK;
    for (ley_index i = 0; i < n; i++)
        for (int difference = 0; difference < 2 && status == LEY_OK; difference++) {
            if (s->reported[i] < 0 || s->measures[s->reported[i]].measure != LEY_MEASURE_FINAL) continue;
            ley_measure_request request = s->measures[s->reported[i]];
            const ley_derivation *one = ley_closed_form_of(s, request.observable, difference);
            if (!one) continue;
            request.observable = request.by = (ley_observable)one->id;
            status = report_unasked(s, &request, s->measure_from[s->reported[i]], err);
        }
    return status;
}

/* ---- observe ------------------------------------------------------------------------------------------------ */

static ley_status read_observe(ley_scenario *s, ley_error *err) {
    const ley_node *node = s->value[LEY_KEY_OBSERVE];
    if (!node) return LEY_OK;
    for (const ley_node *item = node->first; item; item = item->next) {
        int observable = ley_derive_find(s, item->text);
        if (observable < 0) {
            ley_error inner;
            ley_status status = unknown_observable(s, item->text, &inner);
            return status == LEY_ERR_MEMORY ? out_of_memory(err)
                                            : ley_node_fail(err, item, "observe", "%s", inner.message);
        }
        for (ley_index i = 0; i < s->n_observables; i++)
            if ((int)s->observables[i] == observable)
                return ley_node_fail(err, item, "observe", "%s is listed twice", item->text);
        s->observables[s->n_observables] = (ley_observable)observable;
        s->observable_from[s->n_observables++] = (ley_origin){item, "observe"};
    }
    add_closed_forms(s);
    s->n_shown = s->n_observables;
    ley_status status = LEY_OK;
    for (ley_index i = 0; i < s->n_shown && status == LEY_OK; i++)
        status = use_observable(s, s->observables[i], err);
    return status;
}

/* ---- measure ------------------------------------------------------------------------------------------------ */

/* The S of jump(X, S). */
static ley_status parse_stage(const ley_scenario *s, const char *name, ley_measure_request *request,
                              ley_error *err) {
    const ley_node *list = s->value[LEY_KEY_STAGES];
    request->stage = ley_stages_find(list, name);
    if (request->stage == 0)
        return ley_fail(err, LEY_ERR_SCENARIO, "", list ? "no stage is called %.40s" : "there are no stages%.0s",
                        name);
    if (request->stage == 1 && request->measure == LEY_MEASURE_JUMP)
        return ley_fail(err, LEY_ERR_SCENARIO, "", "a run begins in stage %.40s; nothing jumps there", name);
    ley_stages_name(list, request->stage, request->stage_name);
    return LEY_OK;
}

/* The k of backflow_begin(X, k). */
static ley_status parse_number(const char *text, ley_measure_request *request, ley_error *err) {
    char *end;
    const long number = strtol(text, &end, 10);
    if (*end || end == text || number < 1 || number > 1000000)
        return ley_fail(err, LEY_ERR_SCENARIO, "", "%s takes the number of an interval, from 1, not \"%.40s\"",
                        ley_measure_word(request->measure), text);
    request->stage = (int32_t)number;
    snprintf(request->stage_name, sizeof request->stage_name, "%ld", number);
    return LEY_OK;
}

ley_status ley_request_parse(const ley_scenario *s, const char *written, ley_measure_request *request,
                             ley_error *err) {
    char text[128], hint[128];
    size_t length = 0;
    for (const char *p = written; *p && length + 1 < sizeof text; p++)
        if (*p != ' ') text[length++] = *p;
    text[length] = 0;
    if (strcmp(text, ley_measure_word(LEY_MEASURE_GAP)) == 0) {
        *request = (ley_measure_request){.measure = LEY_MEASURE_GAP}; /* of the generator, not of an observable */
        return LEY_OK;
    }
    static const ley_measure of_map[] = {LEY_MEASURE_RHP, LEY_MEASURE_BLP_OPTIMISED};
    for (int i = 0; i < 2; i++)
        if (strcmp(text, ley_measure_word(of_map[i])) == 0) {
            *request = (ley_measure_request){.measure = of_map[i]};
            return LEY_OK;
        }
    char *open = strchr(text, '(');
    const ley_derivation *derived = ley_derivation_find(s, text);
    if (!open && derived)
        return ley_fail(err, LEY_ERR_SCENARIO, "",
                        "%s is an observable; write final(%s), max(%s), ..., or list it under observe", text, text,
                        text);
    if (!open || length < 1 || text[length - 1] != ')') {
        ley_nearest nearest = {.word = text};
        for (ley_index i = 0; i < s->n_derivations; i++)
            if (s->derivations[i].is_measure) ley_nearest_offer(&nearest, s->derivations[i].node->key);
        return ley_fail(err, LEY_ERR_SCENARIO, "", "\"%.60s\" is not a measure%s; write \"max(battery.energy)\"",
                        written, ley_nearest_hint(&nearest, hint, sizeof hint));
    }
    *open = 0;
    text[length - 1] = 0;
    int measure = ley_measure_find(text);
    if (measure < 0) {
        ley_nearest nearest = {.word = text};
        for (int i = 0; i < LEY_MEASURE_COUNT; i++) ley_nearest_offer(&nearest, ley_measure_word((ley_measure)i));
        return ley_fail(err, LEY_ERR_SCENARIO, "", "unknown measure \"%.40s\"%s; see leyden help measures", text,
                        ley_nearest_hint(&nearest, hint, sizeof hint));
    }
    char *names[2] = {open + 1, strchr(open + 1, ',')}; /* at_max(X, Y) names two observables, the others one */
    const bool numbered = ley_measure_is_numbered((ley_measure)measure);
    const bool staged = ley_measure_is_of_stage((ley_measure)measure) || numbered;
    bool two = measure == LEY_MEASURE_AT_MAX;
    if (numbered && !names[1])
        return ley_fail(err, LEY_ERR_SCENARIO, "", "%s takes a trace distance and a number: %s(trace_distance, 1)",
                        ley_measure_word((ley_measure)measure), ley_measure_word((ley_measure)measure));
    if (staged && !names[1])
        return ley_fail(err, LEY_ERR_SCENARIO, "", "%s takes an observable and a stage: %s(total.energy, storage)",
                        ley_measure_word((ley_measure)measure), ley_measure_word((ley_measure)measure));
    if (staged) *names[1]++ = 0;
    if (!staged && two != (names[1] != NULL))
        return ley_fail(err, LEY_ERR_SCENARIO, "", "%s takes %s", ley_measure_word((ley_measure)measure),
                        two ? "two observables: at_max(X, Y) is X at the time of the largest Y" : "one observable");
    if (two) *names[1]++ = 0;
    int observables[2];
    for (int i = 0; i < (two ? 2 : 1); i++) {
        observables[i] = ley_derive_find(s, names[i]);
        if (observables[i] < 0) return unknown_observable(s, names[i], err);
        if (ley_observable_shape((ley_observable)observables[i]) != LEY_SCALAR)
            return ley_fail(err, LEY_ERR_SCENARIO, "",
                            "%s has several values; a measure takes an observable with one", names[i]);
    }
    const bool rises = ley_measure_is_rise((ley_measure)measure) || measure == LEY_MEASURE_SAMPLED_BLP;
    if (rises && !ley_observable_needs_second((ley_observable)observables[0]))
        return ley_fail(err, LEY_ERR_SCENARIO, "", "%s takes trace_distance or trace_distance_joint",
                        ley_measure_word((ley_measure)measure));
    *request = (ley_measure_request){.measure = (ley_measure)measure,
                                     .observable = (ley_observable)observables[0],
                                     .by = (ley_observable)observables[two ? 1 : 0]};
    return numbered ? parse_number(names[1], request, err)
           : staged ? parse_stage(s, names[1], request, err)
                    : LEY_OK;
}

ley_status ley_request_add(ley_scenario *s, const ley_node *item, const char *where, ley_index *i, ley_error *err) {
    ley_derivation *derived = ley_derivation_find(s, item->text);
    ley_measure_request request = {0};
    ley_error inner = {0};
    ley_status status;
    int place;
    if (derived && derived->is_measure) {
        place = -1 - derived->id;
        status = use_measure(s, derived, err);
    } else {
        if (ley_request_parse(s, item->text, &request, &inner) != LEY_OK)
            return ley_node_fail(err, item, where, "%s", inner.message);
        status = add_request(s, &request, (ley_origin){item, where}, &place, err);
    }
    if (status == LEY_OK) report(s, place, i);
    return status;
}

static ley_status read_measures(ley_scenario *s, ley_error *err) {
    const ley_node *node = s->value[LEY_KEY_MEASURE];
    if (!node) return LEY_OK;
    for (const ley_node *item = node->first; item; item = item->next) {
        ley_index before = s->n_reported, i;
        ley_status status = ley_request_add(s, item, "measure", &i, err);
        if (status != LEY_OK) return status;
        if (i < before) return ley_node_fail(err, item, "measure", "%s is listed twice", item->text);
    }
    return report_closed_forms(s, err);
}

ley_status ley_requests_prepare(ley_scenario *s, ley_error *err) {
    const ley_node *node = s->value[LEY_KEY_MEASURE];
    if (!node || node->kind != LEY_NODE_TEXT || node->text[0] == 0) return LEY_OK;
    ley_node *list = ley_tree_node(&s->tree, LEY_NODE_LIST), *item = ley_tree_node(&s->tree, LEY_NODE_TEXT);
    if (!list || !item) return out_of_memory(err);
    *list = *item = *node;
    list->kind = LEY_NODE_LIST;
    list->first = list->last = list->next = item->next = NULL;
    list->n = 0;
    ley_node_append(list, item);
    s->value[LEY_KEY_MEASURE] = list;
    return LEY_OK;
}

ley_status ley_requests_read(ley_scenario *s, ley_error *err) {
    const ley_node *observe = s->value[LEY_KEY_OBSERVE], *measure = s->value[LEY_KEY_MEASURE];
    ley_status status = LEY_OK;
    if (observe) status = list_of_words(observe, "observe", "[battery.energy, battery.ergotropy]", err);
    if (measure && status == LEY_OK)
        status = list_of_words(measure, "measure", "[\"max(battery.ergotropy)\"]", err);
    if (status != LEY_OK) return status;
    size_t n = LEY_OBSERVABLE_IDS + (size_t)(observe ? observe->n : 0); /* closed forms are among the ids */
    const ley_node *stages = s->value[LEY_KEY_STAGES], *fits = s->value[LEY_KEY_FIT];
    size_t m = (size_t)(measure ? measure->n : 0) + (size_t)(fits ? fits->n : 0) +
               (size_t)ley_closed_form_count(s) + 2 * (size_t)(stages ? stages->n : 0),
           k = m;
    for (ley_index i = 0; i < s->n_derivations; i++) m += (size_t)s->derivations[i].n_requests;
    s->observables = ley_tree_allocate(&s->tree, n * sizeof *s->observables);
    s->observable_from = ley_tree_allocate(&s->tree, n * sizeof *s->observable_from);
    s->measures = ley_tree_allocate(&s->tree, m * sizeof *s->measures);
    s->measure_from = ley_tree_allocate(&s->tree, m * sizeof *s->measure_from);
    s->reported = ley_tree_allocate(&s->tree, k * sizeof *s->reported);
    if (!s->observables || !s->observable_from || !s->measures || !s->measure_from || !s->reported)
        return out_of_memory(err);
    status = read_observe(s, err);
    if (status == LEY_OK) status = read_measures(s, err);
    return status == LEY_OK ? report_costs_of_stages(s, err) : status;
}
