#include "scenario/stages.h"

#include "core/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *name_of(const ley_node *stage) {
    const ley_node *name = ley_node_child(stage, "name");
    return name ? name->text : NULL;
}

static bool is_name(const char *text) {
    if (!((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'))) return false;
    for (const char *p = text; *p; p++) {
        const bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');
        if (!letter && *p != '_' && *p != '-' && !(*p >= '0' && *p <= '9')) return false;
    }
    return strlen(text) < LEY_STAGE_NAME;
}

ley_status ley_stages_check(const ley_node *list, ley_error *err) {
    static const char where[] = "stages", form[] = "[{name: charge, until: 5, coupling.switch: 1}, ...]";
    if (!list) return LEY_OK;
    if (list->kind != LEY_NODE_LIST || list->n == 0)
        return ley_node_fail(err, list, where, "a list of stages is expected: %s", form);
    if (list->n > LEY_STAGES_MAX)
        return ley_node_fail(err, list, where, "%lld stages; at most %d", (long long)list->n, (int)LEY_STAGES_MAX);
    for (const ley_node *stage = list->first; stage; stage = stage->next) {
        if (stage->kind != LEY_NODE_MAP)
            return ley_node_fail(err, stage, where, "%s, where a stage is expected: %s", ley_node_kind_words(stage),
                                 form);
        const ley_node *name = ley_node_child(stage, "name");
        if (!name) continue;
        if (name->kind != LEY_NODE_TEXT || !is_name(name->text))
            return ley_node_fail(err, name, where,
                                 "a stage is named by a word of at most %d letters, digits, - and _",
                                 (int)LEY_STAGE_NAME - 1);
        for (const ley_node *other = list->first; other != stage; other = other->next)
            if (name_of(other) && strcmp(name_of(other), name->text) == 0)
                return ley_node_fail(err, name, where, "two stages are named %s", name->text);
    }
    return LEY_OK;
}

int32_t ley_stages_find(const ley_node *list, const char *name) {
    int32_t i = 1;
    char *end;
    for (const ley_node *stage = list ? list->first : NULL; stage; stage = stage->next, i++)
        if (name_of(stage) && strcmp(name_of(stage), name) == 0) return i;
    if (!(name[0] >= '1' && name[0] <= '9')) return 0;
    const long number = strtol(name, &end, 10);
    return *end == 0 && list && number <= list->n ? (int32_t)number : 0;
}

void ley_stages_name(const ley_node *list, int32_t i, char name[LEY_STAGE_NAME]) {
    const ley_node *stage = list->first;
    for (int32_t k = 1; k < i; k++) stage = stage->next;
    if (name_of(stage))
        snprintf(name, LEY_STAGE_NAME, "%s", name_of(stage));
    else
        snprintf(name, LEY_STAGE_NAME, "%d", (int)i);
}
