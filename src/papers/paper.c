#include "core/memory.h"
#include "core/status.h"
#include "expression/nearest.h"
#include "papers/papers.h"

#include <stdio.h>
#include <string.h>

/* ---- paper.yaml -------------------------------------------------------------------------------------------- */

typedef struct reader {
    ley_papers *papers;
    ley_paper *paper;
    ley_error *err;
} reader;

static ley_status unknown_key(const ley_node *node, const char *const *known, ley_error *err) {
    char hint[128], list[256] = "";
    ley_nearest nearest = {.word = node->key};
    size_t used = 0;
    for (; *known; known++) {
        ley_nearest_offer(&nearest, *known);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", *known);
    }
    return ley_node_fail_key(err, node, node->key, "unknown key %.60s%s; keys are: %s", node->key,
                             ley_nearest_hint(&nearest, hint, sizeof hint), list);
}

static ley_status check_keys(const ley_node *map, const char *const *known, const char *what, ley_error *err) {
    if (map->kind != LEY_NODE_MAP)
        return ley_node_fail(err, map, what, "%s, where a mapping is expected: %s", ley_node_kind_words(map), what);
    for (const ley_node *child = map->first; child; child = child->next) {
        bool found = false;
        for (const char *const *name = known; *name && !found; name++) found = strcmp(*name, child->key) == 0;
        if (!found) return unknown_key(child, known, err);
    }
    return LEY_OK;
}

static ley_status read_text(const char **text, const ley_node *map, const char *key, ley_error *err) {
    const ley_node *node = ley_node_child(map, key);
    *text = "";
    if (!node) return LEY_OK;
    if (node->kind != LEY_NODE_TEXT)
        return ley_node_fail(err, node, key, "%s, where a text is expected", ley_node_kind_words(node));
    *text = node->text;
    return LEY_OK;
}

/* A name of a file in this folder and nothing else. */
static bool is_file_name(const char *text) {
    return text[0] && text[0] != '.' && !strchr(text, '/') && strlen(text) < 100;
}

static ley_status read_scenario(reader *r, ley_paper_scenario *scenario, const ley_node *item) {
    static const char *const keys[] = {"run", "steady", NULL};
    const ley_node *file = item;
    scenario->purpose = LEY_EVOLUTION;
    if (item->kind == LEY_NODE_MAP) {
        ley_status status = check_keys(item, keys, "{steady: S.yaml}", r->err);
        if (status != LEY_OK) return status;
        if (item->n != 1) return ley_node_fail(r->err, item, "scenarios", "one of run and steady is expected");
        file = item->first;
        if (strcmp(file->key, "steady") == 0) scenario->purpose = LEY_STEADY_STATE;
    }
    if (file->kind != LEY_NODE_TEXT || !is_file_name(file->text))
        return ley_node_fail(
            r->err, file, "scenarios",
            "the name of a scenario in this folder is expected, as fig4.yaml or {steady: fig4.yaml}");
    scenario->file = file->text;
    return LEY_OK;
}

static ley_status read_settings(reader *r, ley_paper_scenario *scenario, const ley_node *list) {
    if (list->kind != LEY_NODE_LIST)
        return ley_node_fail(r->err, list, "fast", "a list of settings is expected: [\"sweep.N=[1, 2, 3]\"]");
    const char **all = ley_tree_allocate(&r->paper->tree, (size_t)(list->n + 1) * sizeof *all);
    if (!all) return ley_papers_out_of_memory(r->err);
    scenario->fast = all;
    for (const ley_node *item = list->first; item; item = item->next) {
        if (item->kind != LEY_NODE_TEXT || !strchr(item->text, '='))
            return ley_node_fail(r->err, item, "fast", "a setting KEY=VALUE is expected, as \"sweep.N=[1, 2, 3]\"");
        all[scenario->n_fast++] = item->text;
    }
    return LEY_OK;
}

/* A list is for every scenario of the figure, a mapping has a list for each scenario that it names. */
static ley_status read_fast(reader *r, ley_paper_figure *figure, const ley_node *fast) {
    if (!fast) return LEY_OK;
    for (const ley_node *one = fast->kind == LEY_NODE_MAP ? fast->first : NULL; one; one = one->next) {
        const ley_index i = ley_paper_find_scenario(figure, one->key);
        if (i < 0) return ley_node_fail_key(r->err, one, "fast", "%s is not among the scenarios", one->key);
        ley_status status = read_settings(r, &figure->scenarios[i], one);
        if (status != LEY_OK) return status;
    }
    if (fast->kind == LEY_NODE_MAP) return LEY_OK;
    for (ley_index i = 0; i < figure->n_scenarios; i++) {
        ley_status status = read_settings(r, &figure->scenarios[i], fast);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

static ley_status read_figure(reader *r, const ley_node *node) {
    static const char *const keys[] = {"shows", "scenarios", "fast", "figure", "without", NULL};
    ley_papers *papers = r->papers;
    if (!is_file_name(node->key))
        return ley_node_fail_key(r->err, node, "figures", "%.60s cannot name a figure: it names files", node->key);
    ley_status status = check_keys(node, keys, "shows, scenarios", r->err);
    if (status != LEY_OK) return status;
    if (ley_grow((void **)&papers->figures, &papers->room_figures, papers->n_figures + 1, sizeof *papers->figures))
        return ley_papers_out_of_memory(r->err);
    ley_paper_figure *figure = &papers->figures[papers->n_figures++];
    *figure = (ley_paper_figure){.paper = r->paper, .name = node->key};
    figure->id = ley_papers_path("%s/%s", r->paper->key, node->key);
    if (!figure->id) return ley_papers_out_of_memory(r->err);
    status = read_text(&figure->shows, node, "shows", r->err);
    if (status != LEY_OK) return status;
    const ley_node *list = ley_node_child(node, "scenarios");
    status = read_text(&figure->without, node, "without", r->err);
    if (status != LEY_OK) return status;
    if (figure->without[0] && (list || ley_node_child(node, "figure")))
        return ley_node_fail(r->err, ley_node_child(node, "without"), "without",
                             "a figure that has no scenario has no scenarios and no figure either");
    if (figure->without[0]) return LEY_OK;
    if (!list || list->kind != LEY_NODE_LIST || list->n == 0)
        return ley_node_fail(r->err, list ? list : node, "scenarios", "a list of scenarios is expected: [%s.yaml]",
                             node->key);
    figure->scenarios = ley_tree_allocate(&r->paper->tree, (size_t)list->n * sizeof *figure->scenarios);
    if (!figure->scenarios) return ley_papers_out_of_memory(r->err);
    for (const ley_node *item = list->first; item; item = item->next) {
        ley_paper_scenario one = {0};
        status = read_scenario(r, &one, item);
        if (status != LEY_OK) return status;
        if (ley_paper_find_scenario(figure, one.file) >= 0 && one.file[0])
            return ley_node_fail(r->err, item, "scenarios", "%s is listed twice", one.file);
        figure->scenarios[figure->n_scenarios++] = one;
    }
    const ley_node *sketch = ley_node_child(node, "figure");
    figure->has_sketch = sketch != NULL;
    if (sketch) status = ley_sketch_read(&figure->sketch, &r->paper->tree, sketch, r->err);
    if (status != LEY_OK) return status;
    return read_fast(r, figure, ley_node_child(node, "fast"));
}

static ley_status read_paper(reader *r) {
    static const char *const keys[] = {"title", "authors", "published", "conventions", "figures", NULL};
    ley_paper *paper = r->paper;
    const ley_node *root = paper->tree.root;
    ley_status status = check_keys(root, keys, "title, figures", r->err);
    if (status == LEY_OK) status = read_text(&paper->title, root, "title", r->err);
    if (status == LEY_OK) status = read_text(&paper->authors, root, "authors", r->err);
    if (status == LEY_OK) status = read_text(&paper->published, root, "published", r->err);
    if (status == LEY_OK) status = read_text(&paper->conventions, root, "conventions", r->err);
    const ley_node *figures = ley_node_child(root, "figures");
    if (status == LEY_OK && (!figures || figures->kind != LEY_NODE_MAP))
        status = ley_node_fail(r->err, figures ? figures : root, "figures",
                               "a mapping of figures is expected: {fig4: {shows: ..., scenarios: [...]}}");
    for (const ley_node *node = status == LEY_OK ? figures->first : NULL; node && status == LEY_OK;
         node = node->next)
        status = read_figure(r, node);
    return status;
}

ley_status ley_paper_read(ley_papers *papers, const char *key, bool beyond, ley_error *err) {
    if (ley_grow((void **)&papers->papers, &papers->room_papers, papers->n_papers + 1, sizeof *papers->papers))
        return ley_papers_out_of_memory(err);
    char *path = ley_papers_path("%s/%s/paper.yaml", papers->folder, key);
    ley_paper *paper = ley_allocate(1, sizeof *paper);
    ley_status status = path && paper ? LEY_OK : ley_papers_out_of_memory(err);
    if (status != LEY_OK) {
        ley_release(paper);
        goto done;
    }
    papers->papers[papers->n_papers++] = paper;
    paper->beyond = beyond;
    paper->key = ley_duplicate(key);
    if (!paper->key) {
        status = ley_papers_out_of_memory(err);
        goto done;
    }
    reader r = {papers, paper, err};
    status = ley_papers_read(&paper->text, path, NULL, err);
    if (status == LEY_OK) status = ley_tree_create(&paper->tree, paper->text, err);
    if (status == LEY_OK) status = read_paper(&r);
    if (status == LEY_ERR_SCENARIO && err) snprintf(err->where, sizeof err->where, "%s", path);
done:
    ley_release(path);
    return status;
}

/* ---- Scenarios and files of a figure ------------------------------------------------------------------------ */

ley_index ley_paper_find_scenario(const ley_paper_figure *figure, const char *file) {
    for (ley_index i = 0; i < figure->n_scenarios; i++)
        if (!file[0] || strcmp(figure->scenarios[i].file, file) == 0) return i;
    return -1;
}

ley_status ley_paper_scenario_create(ley_scenario **scenario, const ley_papers *papers,
                                     const ley_paper_figure *figure, ley_index i, bool fast, ley_error *err) {
    const ley_paper_scenario *one = &figure->scenarios[i];
    *scenario = NULL;
    char *text = NULL, *path = ley_papers_path("%s/%s/%s", papers->folder, figure->paper->key, one->file);
    if (!path) return ley_papers_out_of_memory(err);
    ley_error met = {0};
    ley_status status = ley_papers_read(&text, path, NULL, err);
    if (status != LEY_OK) goto done;
    status = ley_scenario_create_for(scenario, one->purpose, text, one->fast, fast ? one->n_fast : 0, &met);
    if (status != LEY_OK && err) {
        *err = met;
        if (met.line == 0 && met.where[0]) /* a setting */
            snprintf(err->message, sizeof err->message, "%.100s: %.270s", met.where, met.message);
        snprintf(err->where, sizeof err->where, "%s", path);
    }
done:
    ley_release(text);
    ley_release(path);
    return status;
}

char *ley_paper_result_path(const ley_papers *papers, const ley_paper_figure *figure, ley_index i, bool fast) {
    const char *file = figure->scenarios[i].file, *dot = strrchr(file, '.');
    const int length =
        dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0) ? (int)(dot - file) : (int)strlen(file);
    return ley_papers_path("%s/%s/%.*s%s.h5", papers->results, figure->paper->key, length, file,
                           fast ? "-fast" : "");
}

char *ley_paper_figure_path(const ley_papers *papers, const ley_paper_figure *figure, bool fast,
                            const char *ending) {
    return ley_papers_path("%s/%s/%s%s%s", papers->results, figure->paper->key, figure->name, fast ? "-fast" : "",
                           ending);
}
