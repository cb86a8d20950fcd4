#include "scenario/scenario.h"

#include "core/memory.h"
#include "core/status.h"
#include "core/text.h"
#include "expression/nearest.h"
#include "scenario/document.h"
#include "scenario/sketch.h"
#include "scenario/stages.h"

#include <stdio.h>
#include <string.h>

enum { THOROUGH_POINTS = 32, CHECKED_MAX = 100000 };

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for the scenario");
}

/* ---- which node gives each key ----------------------------------------------------------------------------- */

/* The next segment of a known dotted key below prefix, "" when the key is not below it. */
static void segment_below(const char *name, const char *prefix, char *segment, size_t size) {
    size_t length = strlen(prefix);
    segment[0] = 0;
    if (length > 0 && (strncmp(name, prefix, length) != 0 || name[length] != '.')) return;
    const char *begin = length > 0 ? name + length + 1 : name;
    snprintf(segment, size, "%.*s", (int)strcspn(begin, "."), begin);
}

static ley_status unknown_key(const ley_node *node, const char *prefix, ley_error *err) {
    char list[256] = "", segment[64], hint[128], full[128];
    size_t used = 0;
    ley_nearest near = {.word = node->key}, far = {.word = node->key};
    char last[64] = "";
    char candidates[LEY_KEY_COUNT + 2][64];
    int n = 0;
    for (int i = 0; i < LEY_KEY_COUNT + 2; i++) {
        const char *name = i < LEY_KEY_COUNT    ? ley_key_name((ley_key)i)
                           : i == LEY_KEY_COUNT ? "parameters"
                                                : "sweep";
        segment_below(name, prefix, segment, sizeof segment);
        if (!segment[0] || strcmp(segment, last) == 0) continue;
        snprintf(last, sizeof last, "%s", segment);
        snprintf(candidates[n], sizeof candidates[n], "%s", segment);
        ley_nearest_offer(&near, candidates[n++]);
        if (used < sizeof list)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", segment);
    }
    for (int i = 0; i < LEY_KEY_COUNT; i++) ley_nearest_offer(&far, ley_key_name((ley_key)i));
    snprintf(full, sizeof full, "%s%s%s", prefix, prefix[0] ? "." : "", node->key);
    bool dotted = ley_key_find(node->key) >= 0 && strchr(node->key, '.');
    if (dotted)
        return ley_node_fail_key(err, node, full, "keys are written nested here, not dotted: %.*s: {...}",
                                 (int)strcspn(node->key, "."), node->key);
    if (!near.best) near.best = ley_key_meant_by(node->key);
    if (!near.best) near = far;
    return ley_node_fail_key(err, node, full, "unknown key %.60s%s; %s%s: %s", node->key,
                             ley_nearest_hint(&near, hint, sizeof hint), prefix[0] ? "keys of " : "keys are",
                             prefix, list);
}

static ley_status collect(ley_scenario *s, const ley_node *map, const char *prefix, ley_error *err) {
    char name[192];
    for (const ley_node *child = map->first; child; child = child->next) {
        snprintf(name, sizeof name, "%s%s%s", prefix, prefix[0] ? "." : "", child->key);
        if (!prefix[0] && (strcmp(name, "parameters") == 0 || strcmp(name, "sweep") == 0)) continue;
        int key = strchr(child->key, '.') || strcmp(name, "N") == 0 ? -1 : ley_key_find(name);
        bool group = !strchr(child->key, '.') && ley_key_is_group(name);
        if (key < 0 && !group) return unknown_key(child, prefix, err);
        if (child->kind == LEY_NODE_TEXT && child->plain && child->text[0] == 0)
            return ley_node_fail_key(err, child, name, "%s has no value; give it one or leave the key out", name);
        if (key >= 0) {
            s->value[key] = child;
            continue;
        }
        if (child->kind != LEY_NODE_MAP)
            return ley_node_fail(err, child, name, "%s, where a mapping of keys is expected",
                                 ley_node_kind_words(child));
        ley_status status = collect(s, child, name, err);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

static ley_status collect_parameters(ley_scenario *s, const ley_node *map, ley_error *err) {
    char where[128];
    if (!map) return LEY_OK;
    if (map->kind != LEY_NODE_MAP)
        return ley_node_fail(err, map, "parameters", "%s, where a mapping of names is expected: {w: 1.0}",
                             ley_node_kind_words(map));
    s->parameter = ley_tree_allocate(&s->tree, (size_t)(map->n + 1) * sizeof *s->parameter);
    if (!s->parameter) return out_of_memory(err);
    for (const ley_node *child = map->first; child; child = child->next) {
        snprintf(where, sizeof where, "parameters.%s", child->key);
        if (!ley_is_name(child->key))
            return ley_node_fail_key(err, child, where,
                                     "\"%.60s\" cannot name a parameter; use at most %d letters, digits and _",
                                     child->key, LEY_NAME_LETTERS);
        if (ley_expression_is_reserved(child->key))
            return ley_node_fail_key(err, child, where, "%s has a meaning of its own; choose another name",
                                     child->key);
        s->parameter[s->n_parameters++] = child;
    }
    return LEY_OK;
}

/* Numbers that depend on no name are read once, not at every point. */
static ley_status fix_numbers(ley_node *node, ley_error *err) {
    if (node->kind == LEY_NODE_TEXT && node->text[0]) {
        ley_expression *expression;
        ley_status status = ley_expression_create(&expression, node->text, NULL, NULL);
        if (status == LEY_ERR_MEMORY) return out_of_memory(err);
        if (status != LEY_OK) return LEY_OK;
        node->has_number = true;
        node->number = ley_expression_at(expression, 0);
        ley_expression_destroy(expression);
    }
    for (ley_node *child = node->first; child; child = child->next) {
        ley_status status = fix_numbers(child, err);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

/* ---- settings ---------------------------------------------------------------------------------------------- */

/* Removes the axis that sweeps a target; an axis that sets several things at once is not taken apart. */
static ley_status drop_axis(ley_scenario *s, ley_target target, const char *setting, ley_error *err) {
    ley_node *sweep = ley_node_child(s->tree.root, "sweep");
    if (!sweep || sweep->kind != LEY_NODE_MAP) return LEY_OK;
    for (const ley_node *axis = sweep->first; axis; axis = axis->next) {
        if (ley_target_find(s, axis->key) == target) {
            ley_node_remove(sweep, axis);
            break;
        }
        for (const ley_node *item = axis->kind == LEY_NODE_LIST ? axis->first : NULL; item; item = item->next)
            for (const ley_node *child = item->kind == LEY_NODE_MAP ? item->first : NULL; child;
                 child = child->next)
                if (ley_target_find(s, child->key) == target)
                    return ley_fail(err, LEY_ERR_SCENARIO, setting,
                                    "%s is set by the sweep axis %s; set sweep.%s instead",
                                    ley_target_name(s, target), axis->key, axis->key);
    }
    if (sweep->n == 0) ley_node_remove(s->tree.root, sweep);
    return LEY_OK;
}

/* Puts value at a path of segments, making mappings on the way. */
static ley_status place_value(ley_scenario *s, const char *path, ley_node *value, ley_error *err) {
    ley_node *map = s->tree.root;
    while (true) {
        size_t length = strcspn(path, ".");
        const char *key = ley_tree_text(&s->tree, path, length);
        if (!key) return out_of_memory(err);
        ley_node *child = ley_node_child(map, key);
        bool last = path[length] == 0;
        if (last || !child || child->kind != LEY_NODE_MAP) {
            ley_node *fresh = last ? value : ley_tree_node(&s->tree, LEY_NODE_MAP);
            if (!fresh) return out_of_memory(err);
            if (child) ley_node_remove(map, child);
            fresh->key = key;
            fresh->setting = value->setting;
            ley_node_append(map, fresh);
            child = fresh;
        }
        if (last) return LEY_OK;
        map = child;
        path += length + 1;
    }
}

static ley_status set_axis(ley_scenario *s, const char *name, ley_node *value, ley_error *err) {
    ley_node *sweep = ley_node_child(s->tree.root, "sweep");
    if (!sweep || sweep->kind != LEY_NODE_MAP) {
        ley_node *fresh = ley_tree_node(&s->tree, LEY_NODE_MAP);
        if (!fresh) return out_of_memory(err);
        if (sweep) ley_node_remove(s->tree.root, sweep);
        fresh->key = "sweep";
        fresh->setting = value->setting;
        ley_node_append(s->tree.root, fresh);
        sweep = fresh;
    }
    ley_target target = ley_target_find(s, name);
    value->key = name;
    value->key_line = value->key_column = 0;
    for (ley_node *before = NULL, *axis = sweep->first; axis; before = axis, axis = axis->next) {
        bool same = target >= 0 ? ley_target_find(s, axis->key) == target : strcmp(axis->key, name) == 0;
        if (!same) continue;
        value->next = axis->next; /* takes the place of the old one: the order of the axes stays */
        if (before)
            before->next = value;
        else
            sweep->first = value;
        if (sweep->last == axis) sweep->last = value;
        return LEY_OK;
    }
    ley_node_append(sweep, value);
    return LEY_OK;
}

static ley_status apply_setting(ley_scenario *s, const char *given, ley_error *err) {
    const char *setting = ley_tree_text(&s->tree, given, strlen(given));
    if (!setting) return out_of_memory(err);
    const char *equals = strchr(setting, '=');
    if (!equals || equals == setting)
        return ley_fail(err, LEY_ERR_SCENARIO, setting, "a setting is written KEY=VALUE, as in N=6");
    size_t length = (size_t)(equals - setting);
    while (length > 0 && (setting[length - 1] == ' ' || setting[length - 1] == '\t')) length--;
    const char *key = ley_tree_text(&s->tree, setting, length);
    ley_node *value;
    if (!key) return out_of_memory(err);
    ley_status status = ley_tree_value(&s->tree, &value, equals + 1, setting, err);
    if (status != LEY_OK) return status;
    if (strncmp(key, "sweep.", 6) == 0) return set_axis(s, key + 6, value, err);
    const ley_node *parameters = ley_node_child(s->tree.root, "parameters");
    ley_target target = ley_target_find(s, key); /* parameters are known: they were collected before */
    char path[192];
    if (strncmp(key, "parameters.", 11) == 0 || (target < 0 && parameters && ley_node_child(parameters, key)) ||
        target >= LEY_KEY_COUNT)
        snprintf(path, sizeof path, "parameters.%s", strncmp(key, "parameters.", 11) == 0 ? key + 11 : key);
    else if (target >= 0 || strncmp(key, "functions.", 10) == 0)
        snprintf(path, sizeof path, "%s", target >= 0 ? ley_key_name((ley_key)target) : key);
    else if (ley_key_is_group(key))
        snprintf(path, sizeof path, "%s", key);
    else {
        ley_nearest nearest = {.word = key};
        char hint[128];
        for (ley_index i = 0; i < s->n_parameters; i++) ley_nearest_offer(&nearest, s->parameter[i]->key);
        for (int i = 0; i < LEY_KEY_COUNT; i++) ley_nearest_offer(&nearest, ley_key_name((ley_key)i));
        if (!nearest.best) nearest.best = ley_key_meant_by(key);
        return ley_fail(err, LEY_ERR_SCENARIO, setting,
                        "unknown key %.60s%s; a setting names N, a parameter or a dotted key", key,
                        ley_nearest_hint(&nearest, hint, sizeof hint));
    }
    if (target >= 0) status = drop_axis(s, target, setting, err);
    return status == LEY_OK ? place_value(s, path, value, err) : status;
}

/* ---- all points -------------------------------------------------------------------------------------------- */

static ley_status try_point(const ley_scenario *s, ley_index point, ley_effort effort, ley_error *err) {
    ley_task task;
    ley_status status = ley_bind(s, &task, point, effort, err);
    ley_task_clear(&task);
    return status;
}

/* Tries a point; a mistake that other points do not have is reported with the place in the sweep. */
static ley_status check_point(const ley_scenario *s, ley_index i, ley_error *err) {
    ley_error met = {0}, other = {0};
    ley_status status = try_point(s, i, i < THOROUGH_POINTS ? LEY_EFFORT_CHECK : LEY_EFFORT_GLANCE, &met);
    if (status == LEY_OK) return status;
    if (err) *err = met;
    if (status != LEY_ERR_SCENARIO || s->n_axes == 0 || !err) return status;
    /* the first point fails: does the far end of the sweep just the same? */
    if (i == 0 && try_point(s, s->points - 1, LEY_EFFORT_CHECK, &other) == status && other.line == met.line &&
        other.column == met.column && strcmp(other.message, met.message) == 0)
        return status;
    char place[160];
    size_t length = strlen(err->message);
    ley_sweep_describe(s, i, place, sizeof place);
    snprintf(err->message + length, sizeof err->message - length, " (at %s)", place);
    return status;
}

/* Every point is checked; in a sweep of more than CHECKED_MAX, every value of each axis and an even selection. */
static ley_status check_points(const ley_scenario *s, ley_error *err) {
    ley_index stride = 1 + (s->points - 1) / CHECKED_MAX, below = s->points;
    ley_status status = LEY_OK;
    if (stride > 1)
        for (ley_index a = 0; a < s->n_axes && status == LEY_OK; a++) {
            below /= s->axes[a].shown.n;
            ley_index most = s->axes[a].shown.n < CHECKED_MAX ? s->axes[a].shown.n : CHECKED_MAX;
            for (ley_index k = 0; k < most && status == LEY_OK; k++) status = check_point(s, k * below, err);
        }
    for (ley_index i = 0; i < s->points && status == LEY_OK; i += stride) status = check_point(s, i, err);
    return status == LEY_OK && stride > 1 ? check_point(s, s->points - 1, err) : status;
}

static ley_status keep_text(ley_scenario *s, const char *text, const char *const *settings, ley_index n,
                            ley_error *err) {
    ley_text all = {0};
    size_t length = strlen(text);
    ley_text_add(&all, "%s", text);
    if (n > 0 && length > 0 && text[length - 1] != '\n') ley_text_add(&all, "\n");
    for (ley_index i = 0; i < n; i++) {
        ley_text_add(&all, "# --set ");
        for (const char *p = settings[i]; *p; p++) ley_text_add(&all, "%c", *p == '\n' || *p == '\r' ? ' ' : *p);
        ley_text_add(&all, "\n");
    }
    s->text = ley_text_take(&all);
    return s->text ? LEY_OK : out_of_memory(err);
}

static ley_status read_scenario(ley_scenario *s, const char *const *settings, ley_index n_settings,
                                ley_error *err) {
    ley_node *root = s->tree.root;
    for (ley_index i = 0; i < n_settings; i++) {
        s->n_parameters = 0; /* a setting may add one */
        ley_status status = collect_parameters(s, ley_node_child(root, "parameters"), err);
        if (status == LEY_OK) status = apply_setting(s, settings[i], err);
        if (status != LEY_OK) return status;
    }
    s->n_parameters = 0;
    ley_status status = collect_parameters(s, ley_node_child(root, "parameters"), err);
    if (status == LEY_OK) status = collect(s, root, "", err);
    if (status != LEY_OK) return status;
    const ley_node *title = s->value[LEY_KEY_TITLE];
    if (title && title->kind != LEY_NODE_TEXT)
        return ley_node_fail(err, title, "title", "%s, where a text is expected", ley_node_kind_words(title));
    s->title = title ? title->text : "";
    ley_sketch sketch;
    if (s->value[LEY_KEY_FIGURE]) status = ley_sketch_read(&sketch, &s->tree, s->value[LEY_KEY_FIGURE], err);
    if (status == LEY_OK) status = fix_numbers(root, err);
    if (status == LEY_OK) status = ley_functions_read(s, err);
    if (status == LEY_OK) status = ley_stages_check(s->value[LEY_KEY_STAGES], err);
    if (status == LEY_OK) status = ley_requests_prepare(s, err);
    if (status == LEY_OK) status = ley_derive_read(s, err);
    if (status == LEY_OK) status = ley_search_prepare(s, err);
    if (status == LEY_OK) status = ley_requests_read(s, err);
    if (s->purpose == LEY_SPECTRUM) /* requests were read for their mistakes only */
        s->n_observables = s->n_shown = s->n_measures = s->n_reported = s->n_derivations = s->n_derived =
            s->n_derived_measures = s->n_fits = 0;
    if (status == LEY_OK) status = ley_sweep_create(s, ley_node_child(root, "sweep"), err);
    if (status == LEY_OK) status = ley_fits_bind(s, err);
    if (status == LEY_OK) status = check_points(s, err);
    if (s->purpose == LEY_SPECTRUM) return status;
    if (status == LEY_OK) status = ley_search_create(s, err);
    if (status == LEY_OK && s->n_shown == 0 && s->n_reported == 0)
        return ley_fail_at(err, LEY_ERR_SCENARIO, 1, 1, "observe",
                           "nothing to report; list observables under observe, or measures under measure");
    return status;
}

ley_status ley_scenario_create_for(ley_scenario **scenario, ley_purpose purpose, const char *text,
                                   const char *const *settings, ley_index n_settings, ley_error *err) {
    if (!scenario) return ley_fail(err, LEY_ERR_ARGUMENT, "scenario", "scenario is NULL");
    *scenario = NULL;
    if (!text) return ley_fail(err, LEY_ERR_ARGUMENT, "text", "text is NULL");
    if (n_settings < 0 || (n_settings > 0 && !settings))
        return ley_fail(err, LEY_ERR_ARGUMENT, "settings", "settings is NULL, or their number negative");
    for (ley_index i = 0; i < n_settings; i++)
        if (!settings[i]) return ley_fail(err, LEY_ERR_ARGUMENT, "settings", "a setting is NULL");
    ley_scenario *s = ley_allocate(1, sizeof *s);
    if (!s) return out_of_memory(err);
    s->purpose = purpose;
    ley_status status = ley_tree_create(&s->tree, text, err);
    if (status == LEY_OK) status = keep_text(s, text, settings, n_settings, err);
    if (status == LEY_OK) status = read_scenario(s, settings, n_settings, err);
    if (status != LEY_OK) {
        ley_scenario_destroy(s);
        return status;
    }
    *scenario = s;
    return LEY_OK;
}

ley_status ley_scenario_create_with(ley_scenario **scenario, const char *text, const char *const *settings,
                                    ley_index n_settings, ley_error *err) {
    return ley_scenario_create_for(scenario, LEY_EVOLUTION, text, settings, n_settings, err);
}

ley_status ley_scenario_create(ley_scenario **scenario, const char *text, ley_error *err) {
    return ley_scenario_create_with(scenario, text, NULL, 0, err);
}

void ley_scenario_destroy(ley_scenario *scenario) {
    if (!scenario) return;
    ley_tree_clear(&scenario->tree);
    ley_release(scenario->text);
    ley_release(scenario);
}

ley_index ley_scenario_points(const ley_scenario *scenario) {
    return scenario->points;
}

ley_index ley_scenario_measures(const ley_scenario *scenario) {
    return scenario->n_reported;
}

ley_index ley_scenario_axes(const ley_scenario *scenario) {
    return scenario->n_axes;
}

const ley_axis *ley_scenario_axis(const ley_scenario *scenario, ley_index i) {
    return i >= 0 && i < scenario->n_axes ? &scenario->axes[i].shown : NULL;
}

const char *ley_scenario_text(const ley_scenario *scenario) {
    return scenario->text;
}

const char *ley_scenario_title(const ley_scenario *scenario) {
    return scenario->title;
}

void ley_scenario_place(const ley_scenario *scenario, const char *key, int32_t *line, int32_t *column) {
    ley_target target = ley_target_find(scenario, key);
    const ley_node *node = target < 0               ? NULL
                           : target < LEY_KEY_COUNT ? scenario->value[target]
                                                    : scenario->parameter[target - LEY_KEY_COUNT];
    *line = node ? node->line : 0;
    *column = node ? node->column : 0;
}

ley_status ley_scenario_task(const ley_scenario *scenario, ley_task *task, ley_index point, ley_error *err) {
    if (point < 0 || point >= scenario->points)
        return ley_fail(err, LEY_ERR_ARGUMENT, "point", "point %lld is not in 0 .. %lld", (long long)point,
                        (long long)scenario->points - 1);
    return ley_bind(scenario, task, point, LEY_EFFORT_TASK, err);
}
