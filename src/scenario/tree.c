#include "scenario/tree.h"

#undef ley_node_fail
#undef ley_node_fail_key

#include "core/memory.h"
#include "core/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 12, TEXT_MAX = 8 << 20, MAP_MAX = 1000, CHUNK = 16384 };

/* ---- memory ------------------------------------------------------------------------------------------------ */

typedef struct chunk {
    struct chunk *next;
    size_t used, size;
} chunk;

enum { CHUNK_HEAD = 64 }; /* keeps what follows aligned */

void *ley_tree_allocate(ley_tree *tree, size_t bytes) {
    bytes = (bytes + 15) / 16 * 16;
    chunk *now = tree->chunks;
    if (!now || now->size - now->used < bytes) {
        size_t size = CHUNK_HEAD + (bytes > CHUNK ? bytes : CHUNK);
        now = ley_allocate(size, 1);
        if (!now) return NULL;
        now->used = CHUNK_HEAD;
        now->size = size;
        now->next = tree->chunks;
        tree->chunks = now;
    }
    void *memory = (char *)now + now->used;
    now->used += bytes;
    return memory;
}

void ley_tree_clear(ley_tree *tree) {
    for (chunk *now = tree->chunks; now;) {
        chunk *next = now->next;
        ley_release(now);
        now = next;
    }
    *tree = (ley_tree){0};
}

ley_node *ley_tree_node(ley_tree *tree, ley_node_kind kind) {
    ley_node *node = ley_tree_allocate(tree, sizeof *node);
    if (node) node->kind = kind;
    return node;
}

const char *ley_tree_text(ley_tree *tree, const char *text, size_t length) {
    char *copy = ley_tree_allocate(tree, length + 1);
    if (copy) memcpy(copy, text, length); /* memory is zeroed: the end is there */
    return copy;
}

/* ---- nodes ------------------------------------------------------------------------------------------------- */

ley_node *ley_node_child(const ley_node *map, const char *key) {
    if (!map || map->kind != LEY_NODE_MAP) return NULL;
    for (ley_node *child = map->first; child; child = child->next)
        if (strcmp(child->key, key) == 0) return child;
    return NULL;
}

void ley_node_append(ley_node *parent, ley_node *child) {
    child->next = NULL; /* NOLINT(clang-analyzer-core.NullDereference): what was read is a node */
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->n++;
}

void ley_node_remove(ley_node *parent, const ley_node *child) {
    ley_node *before = NULL;
    for (ley_node *now = parent->first; now; before = now, now = now->next) {
        if (now != child) continue;
        if (before)
            before->next = now->next;
        else
            parent->first = now->next;
        if (parent->last == now) parent->last = before;
        parent->n--;
        return;
    }
}

static ley_status fail_with(ley_error *err, const ley_node *node, int32_t line, int32_t column, const char *where,
                            const char *format, va_list arguments) {
    char message[384];
    vsnprintf(message, sizeof message, format, arguments);
    if (node && node->setting) return ley_fail(err, LEY_ERR_SCENARIO, node->setting, "%s", message);
    return ley_fail_at(err, LEY_ERR_SCENARIO, line, column, where, "%s", message);
}

ley_status ley_node_fail(ley_error *err, const ley_node *node, const char *where, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    ley_status status =
        fail_with(err, node, node ? node->line : 0, node ? node->column : 0, where, format, arguments);
    va_end(arguments);
    return status;
}

ley_status ley_node_fail_key(ley_error *err, const ley_node *node, const char *where, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int32_t line = node->key ? node->key_line : node->line, column = node->key ? node->key_column : node->column;
    ley_status status = fail_with(err, node, line, column, where, format, arguments);
    va_end(arguments);
    return status;
}

ley_status ley_node_fail_inside(ley_error *err, const ley_node *node, const char *where, const ley_error *inner) {
    if (node->setting) return ley_fail(err, LEY_ERR_SCENARIO, node->setting, "%s", inner->message);
    int32_t column = node->text_column ? node->text_column + inner->column - 1 : node->column;
    return ley_fail_at(err, LEY_ERR_SCENARIO, node->line, column, where, "%s", inner->message);
}

const char *ley_node_kind_words(const ley_node *node) {
    return node->kind == LEY_NODE_LIST ? "a list" : node->kind == LEY_NODE_MAP ? "a mapping" : "a text";
}

/* ---- reading ----------------------------------------------------------------------------------------------- */

typedef struct reader {
    ley_tree *tree;
    yaml_parser_t parser;
    yaml_event_t event;
    bool has_event;
    const char *text, *setting; /* setting: NULL for a file */
    ley_error *err;
} reader;

static ley_status fail_place(reader *r, int32_t line, int32_t column, const char *message) {
    if (r->setting) return ley_fail(r->err, LEY_ERR_SCENARIO, r->setting, "%s", message);
    return ley_fail_at(r->err, LEY_ERR_SCENARIO, line, column, "", "%s", message);
}

static ley_status fail_mark(reader *r, yaml_mark_t mark, const char *message) {
    return fail_place(r, (int32_t)mark.line + 1, (int32_t)mark.column + 1, message);
}

static ley_status out_of_memory(reader *r) {
    return ley_fail(r->err, LEY_ERR_MEMORY, "", "no memory left for the scenario");
}

/* Length of the UTF-8 letter at p, 0 when it is none that YAML allows. */
static int letter_bytes(const unsigned char *p) {
    if (p[0] < 0x80) return p[0] >= 0x20 ? p[0] != 0x7f : p[0] == '\t' || p[0] == '\n' || p[0] == '\r';
    int n = p[0] >= 0xc2 && p[0] <= 0xdf ? 2 : (p[0] & 0xf0) == 0xe0 ? 3 : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4 : 0;
    uint32_t code = n == 2 ? p[0] & 0x1fu : n == 3 ? p[0] & 0x0fu : p[0] & 0x07u;
    for (int i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) return 0;
        code = code << 6 | (p[i] & 0x3fu);
    }
    if (n == 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) return 0;
    if (n == 4 && (code < 0x10000 || code > 0x10ffff)) return 0;
    return n;
}

/* libyaml reports such letters without a place, so they are looked for first. */
static ley_status check_letters(reader *r, size_t length) {
    const unsigned char *p = (const unsigned char *)r->text;
    int32_t line = 1, column = 1;
    for (size_t i = 0; i < length;) {
        int n = letter_bytes(p + i);
        if (n == 0) {
            char message[96];
            snprintf(message, sizeof message, "byte 0x%02x is not part of a UTF-8 text", p[i]);
            if (p[i] < 0x80) snprintf(message, sizeof message, "control character 0x%02x is not allowed", p[i]);
            return fail_place(r, line, column, message);
        }
        if (p[i] == '\n') {
            line++;
            column = 0;
        }
        column++;
        i += (size_t)n;
    }
    return LEY_OK;
}

static ley_status yaml_problem(reader *r) {
    const yaml_parser_t *p = &r->parser;
    char message[256];
    if (p->error == YAML_MEMORY_ERROR) return out_of_memory(r);
    const char *problem = p->problem ? p->problem : "cannot be read";
    size_t at = p->problem_mark.index, length = strlen(r->text);
    /* marks count letters, the text bytes: the same unless a letter of several bytes came before */
    if (at < length && r->text[at] == '\t')
        snprintf(message, sizeof message, "a tab cannot stand here; YAML is indented with spaces");
    else if (at < length && strchr("@`%", r->text[at]) && strstr(problem, "cannot start"))
        snprintf(message, sizeof message, "a value cannot begin with %c; put it in quotes", r->text[at]);
    else if (strstr(problem, "mapping values are not allowed"))
        snprintf(message, sizeof message,
                 "a colon is not allowed here; put the value in quotes, or check the indentation");
    else
        snprintf(message, sizeof message, "not valid YAML: %s%s%s", p->context ? p->context : "",
                 p->context ? ", " : "", problem);
    size_t used = strlen(message);
    if (p->context && !r->setting && p->context_mark.line < p->problem_mark.line)
        snprintf(message + used, sizeof message - used, " (begun in line %d)", (int)p->context_mark.line + 1);
    return fail_mark(r, p->problem_mark, message);
}

static ley_status next_event(reader *r) {
    if (r->has_event) yaml_event_delete(&r->event);
    r->has_event = yaml_parser_parse(&r->parser, &r->event) != 0;
    return r->has_event ? LEY_OK : yaml_problem(r);
}

static ley_status read_node(reader *r, ley_node **out, int depth);

static ley_status read_text(reader *r, ley_node **out) {
    const yaml_event_t *e = &r->event;
    size_t length = e->data.scalar.length;
    const char *value = (const char *)e->data.scalar.value;
    if (memchr(value, 0, length)) return fail_mark(r, e->start_mark, "a zero byte is not allowed in a text");
    ley_node *node = ley_tree_node(r->tree, LEY_NODE_TEXT);
    if (!node || !(node->text = ley_tree_text(r->tree, value, length))) return out_of_memory(r);
    node->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    bool quoted = e->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                  e->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    bool one_line = e->start_mark.line == e->end_mark.line && (node->plain || quoted);
    if (one_line && !r->setting) node->text_column = (int32_t)e->start_mark.column + 1 + quoted;
    *out = node;
    return LEY_OK;
}

static ley_status read_map(reader *r, ley_node **out, int depth) {
    ley_node *map = ley_tree_node(r->tree, LEY_NODE_MAP);
    if (!map) return out_of_memory(r);
    char message[160];
    for (;;) {
        ley_status status = next_event(r);
        if (status != LEY_OK) return status;
        if (r->event.type == YAML_MAPPING_END_EVENT) break;
        yaml_mark_t mark = r->event.start_mark;
        if (r->event.type != YAML_SCALAR_EVENT && r->event.type != YAML_ALIAS_EVENT)
            return fail_mark(r, mark, "a key is a plain word, not a list or a mapping");
        ley_node *key = NULL, *value = NULL;
        status = read_node(r, &key, depth);
        if (status != LEY_OK) return status;
        if (key->text[0] == 0) /* NOLINT(clang-analyzer-core.NullDereference): read_node succeeded */
            return fail_mark(r, mark, "a key is empty");
        const ley_node *twin = ley_node_child(map, key->text);
        if (twin && r->setting)
            snprintf(message, sizeof message, "key \"%.60s\" is given twice", key->text);
        else if (twin)
            snprintf(message, sizeof message, "key \"%.60s\" is given twice; the first is in line %d", key->text,
                     (int)twin->key_line);
        if (twin) return fail_mark(r, mark, message);
        if (map->n >= MAP_MAX) return fail_mark(r, mark, "a mapping has at most 1000 keys");
        status = next_event(r);
        if (status == LEY_OK) status = read_node(r, &value, depth);
        if (status != LEY_OK) return status;
        value->key = key->text; /* NOLINT(clang-analyzer-core.NullDereference): read_node succeeded */
        value->key_line = key->line;
        value->key_column = key->column;
        ley_node_append(map, value);
    }
    *out = map;
    return LEY_OK;
}

static ley_status read_list(reader *r, ley_node **out, int depth) {
    ley_node *list = ley_tree_node(r->tree, LEY_NODE_LIST);
    if (!list) return out_of_memory(r);
    for (;;) {
        ley_node *item = NULL;
        ley_status status = next_event(r);
        if (status == LEY_OK && r->event.type == YAML_SEQUENCE_END_EVENT) break;
        if (status == LEY_OK) status = read_node(r, &item, depth);
        if (status != LEY_OK) return status;
        ley_node_append(list, item);
    }
    *out = list;
    return LEY_OK;
}

/* Reads the node that the current event begins. */
static ley_status read_node(reader *r, ley_node **out, int depth) {
    const yaml_event_t *e = &r->event;
    yaml_mark_t mark = e->start_mark;
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (e->type == YAML_ALIAS_EVENT)
        return fail_mark(r, mark, "an alias (*name) is not allowed; a text that begins with * needs quotes");
    if (e->type == YAML_SCALAR_EVENT) {
        anchor = e->data.scalar.anchor;
        tag = e->data.scalar.tag;
    } else if (e->type == YAML_SEQUENCE_START_EVENT) {
        anchor = e->data.sequence_start.anchor;
        tag = e->data.sequence_start.tag;
    } else if (e->type == YAML_MAPPING_START_EVENT) {
        anchor = e->data.mapping_start.anchor;
        tag = e->data.mapping_start.tag;
    }
    if (anchor) return fail_mark(r, mark, "an anchor (&name) is not allowed; name the value under parameters");
    if (tag) return fail_mark(r, mark, "a tag (!name) is not allowed; write the value alone");
    if (depth >= DEPTH_MAX) return fail_mark(r, mark, "nested too deeply for a scenario");
    ley_status status = e->type == YAML_SCALAR_EVENT           ? read_text(r, out)
                        : e->type == YAML_SEQUENCE_START_EVENT ? read_list(r, out, depth + 1)
                                                               : read_map(r, out, depth + 1);
    if (status != LEY_OK) return status;
    (*out)->setting = r->setting;
    if (!r->setting) {
        (*out)->line = (int32_t)mark.line + 1;
        (*out)->column = (int32_t)mark.column + 1;
    }
    return LEY_OK;
}

static ley_status read_document(reader *r, ley_node **out) {
    size_t length = strlen(r->text);
    *out = NULL;
    if (length > TEXT_MAX) return fail_place(r, 1, 1, "longer than 8 MiB; ranges are written {from, to, points}");
    ley_status status = check_letters(r, length);
    if (status != LEY_OK) return status;
    if (!yaml_parser_initialize(&r->parser)) return out_of_memory(r);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)r->text, length);
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    status = next_event(r); /* start of the stream */
    if (status == LEY_OK) status = next_event(r);
    if (status == LEY_OK && r->event.type == YAML_DOCUMENT_START_EVENT) {
        status = next_event(r);
        if (status == LEY_OK) status = read_node(r, out, 0);
        if (status == LEY_OK) status = next_event(r); /* end of the document */
        if (status == LEY_OK) status = next_event(r);
        if (status == LEY_OK && r->event.type != YAML_STREAM_END_EVENT)
            status = fail_mark(r, r->event.start_mark, "a second document; a file holds one scenario");
    }
    if (r->has_event) yaml_event_delete(&r->event);
    yaml_parser_delete(&r->parser);
    return status;
}

ley_status ley_tree_create(ley_tree *tree, const char *text, ley_error *err) {
    *tree = (ley_tree){0};
    reader r = {.tree = tree, .text = text, .err = err};
    ley_status status = read_document(&r, &tree->root);
    if (status == LEY_OK && !tree->root)
        status = ley_fail_at(err, LEY_ERR_SCENARIO, 1, 1, "", "the scenario is empty; see leyden help scenario");
    if (status == LEY_OK && tree->root->kind != LEY_NODE_MAP)
        status = ley_node_fail(err, tree->root, "", "%s, where a scenario with keys (battery: ...) is expected",
                               ley_node_kind_words(tree->root));
    if (status != LEY_OK) ley_tree_clear(tree);
    return status;
}

ley_status ley_tree_value(ley_tree *tree, ley_node **value, const char *text, const char *setting, ley_error *err) {
    reader r = {.tree = tree, .text = text, .setting = setting, .err = err};
    ley_status status = read_document(&r, value);
    if (status == LEY_OK && !*value)
        status = ley_fail(err, LEY_ERR_SCENARIO, setting, "the setting has no value; write KEY=VALUE");
    return status;
}
