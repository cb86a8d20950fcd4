/* scenario: YAML text as a tree in which every key and value knows its place. In: text. Out: nodes owned by the
 * tree. The only caller of libyaml. Strict: one document; no anchors, aliases or tags; no key twice; UTF-8. Does no
 * typing: a value stays the text it was written as. Callers: scenario, sweep, bind. */
#ifndef LEYDEN_SCENARIO_TREE_H
#define LEYDEN_SCENARIO_TREE_H

#include "leyden.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum ley_node_kind { LEY_NODE_TEXT, LEY_NODE_LIST, LEY_NODE_MAP } ley_node_kind;

typedef struct ley_node ley_node;
struct ley_node {
    ley_node_kind kind;
    bool plain;           /* TEXT written without quotes */
    bool has_number;      /* TEXT whose value is known: expressions are not looked at again */
    int32_t line, column; /* of the value, from 1; 0 for a value that came from a setting */
    int32_t text_column;  /* column of the first letter of the text; 0 when the text spans lines */
    int32_t key_line, key_column;
    const char *key;  /* child of a map */
    const char *text; /* TEXT */
    double number;
    const char *setting; /* "KEY=VALUE" it came from, borrowed; NULL: from the file */
    ley_node *first, *last, *next;
    ley_index n; /* children */
};

typedef struct ley_tree {
    ley_node *root; /* a map */
    void *chunks;
} ley_tree;

/* Parses a whole document whose root is a map. */
ley_status ley_tree_create(ley_tree *tree, const char *text, ley_error *err);
/* Parses the value of a setting "KEY=VALUE" into nodes of the tree; errors name the setting. */
ley_status ley_tree_value(ley_tree *tree, ley_node **value, const char *text, const char *setting, ley_error *err);
void ley_tree_clear(ley_tree *tree);

ley_node *ley_node_child(const ley_node *map, const char *key); /* NULL: not there, or not a map */
/* Memory that lives as long as the tree; NULL when there is none left. */
void *ley_tree_allocate(ley_tree *tree, size_t bytes);
ley_node *ley_tree_node(ley_tree *tree, ley_node_kind kind);
const char *ley_tree_text(ley_tree *tree, const char *text, size_t length);
void ley_node_append(ley_node *parent, ley_node *child);
void ley_node_remove(ley_node *parent, const ley_node *child);

/* Reports LEY_ERR_SCENARIO at the value, or at the key, of a node; without a node, at no place. */
ley_status ley_node_fail(ley_error *err, const ley_node *node, const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
ley_status ley_node_fail_key(ley_error *err, const ley_node *node, const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same for a mistake inside the text of a node, inner->column letters from its begin. */
ley_status ley_node_fail_inside(ley_error *err, const ley_node *node, const char *where, const ley_error *inner);
#ifdef __clang_analyzer__ /* see core/status.h */
#define ley_node_fail(...)     ((void)ley_node_fail(__VA_ARGS__), LEY_ERR_SCENARIO)
#define ley_node_fail_key(...) ((void)ley_node_fail_key(__VA_ARGS__), LEY_ERR_SCENARIO)
#endif
const char *ley_node_kind_words(const ley_node *node); /* "a list" */

#endif
