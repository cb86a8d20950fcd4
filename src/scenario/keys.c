#include "scenario/keys.h"

#include <string.h>

static const struct {
    const char *name, *type, *fallback, *meaning;
    bool swept;
} keys[LEY_KEY_COUNT] = {
#define X(id, name_, type_, swept_, fallback_, meaning_)                                                           \
    [LEY_KEY_##id] = {.name = name_, .type = type_, .fallback = fallback_, .meaning = meaning_, .swept = swept_},
    LEY_KEYS(X)
#undef X
};

const char *ley_key_name(ley_key key) {
    return keys[key].name;
}

const char *ley_key_type(ley_key key) {
    return keys[key].type;
}

const char *ley_key_default(ley_key key) {
    return keys[key].fallback;
}

const char *ley_key_meaning(ley_key key) {
    return keys[key].meaning;
}

bool ley_key_can_be_swept(ley_key key) {
    return keys[key].swept;
}

int ley_key_find(const char *name) {
    if (strcmp(name, "N") == 0) return LEY_KEY_CELLS;
    for (int i = 0; i < LEY_KEY_COUNT; i++)
        if (strcmp(keys[i].name, name) == 0) return i;
    return -1;
}

bool ley_key_is_group(const char *name) {
    size_t length = strlen(name);
    if (strcmp(name, "parameters") == 0 || strcmp(name, "sweep") == 0) return true;
    for (int i = 0; i < LEY_KEY_COUNT; i++)
        if (strncmp(keys[i].name, name, length) == 0 && keys[i].name[length] == '.') return true;
    return false;
}
