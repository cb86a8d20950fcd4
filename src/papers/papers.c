/* The handle of leyden.h: the papers of a folder, and which of their figures are meant. */
#include "papers/papers.h"

#include "core/memory.h"
#include "core/status.h"
#include "expression/nearest.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool has_paper(const char *folder, const char *key) {
    struct stat there;
    char *path = ley_papers_path("%s/%s/paper.yaml", folder, key);
    const bool found = path && stat(path, &there) == 0;
    ley_release(path);
    return found;
}

static int visible(const struct dirent *entry) {
    return entry->d_name[0] != '.' && strlen(entry->d_name) < 100;
}

static ley_status read_folder(ley_papers *papers, ley_error *err) {
    struct dirent **entries = NULL;
    const int n = scandir(papers->folder, &entries, visible, alphasort);
    if (n < 0)
        return ley_fail(err, LEY_ERR_IO, papers->folder, "cannot read the folder %s: %s", papers->folder,
                        strerror(errno));
    ley_status status = LEY_OK;
    for (int i = 0; i < n; i++) {
        const char *name = entries[i]->d_name;
        if (status == LEY_OK && has_paper(papers->folder, name)) {
            status = ley_paper_read(papers, name, false, err);
            char *beyond = ley_papers_path("%s/beyond", name);
            if (status == LEY_OK && !beyond) status = ley_papers_out_of_memory(err);
            if (status == LEY_OK && has_paper(papers->folder, beyond))
                status = ley_paper_read(papers, beyond, true, err);
            ley_release(beyond);
        }
        free(entries[i]); /* NOLINT: scandir's own */
    }
    free(entries);
    if (status == LEY_OK && papers->n_papers == 0)
        status = ley_fail(err, LEY_ERR_IO, papers->folder,
                          "%s holds no papers: a folder with a paper.yaml for each is expected", papers->folder);
    return status;
}

ley_status ley_papers_create(ley_papers **papers, const char *folder, const char *results, ley_error *err) {
    if (!papers) return ley_fail(err, LEY_ERR_ARGUMENT, "papers", "no place for the handle (NULL)");
    *papers = NULL;
    if (!folder || !results || !folder[0] || !results[0])
        return ley_fail(err, LEY_ERR_ARGUMENT, folder ? "results" : "folder", "NULL or empty");
    ley_papers *made = ley_allocate(1, sizeof *made);
    if (!made) return ley_papers_out_of_memory(err);
    made->folder = ley_duplicate(folder);
    made->results = ley_duplicate(results);
    ley_status status = made->folder && made->results ? LEY_OK : ley_papers_out_of_memory(err);
    if (status == LEY_OK) status = read_folder(made, err);
    if (status != LEY_OK) {
        ley_papers_destroy(made);
        return status;
    }
    *papers = made;
    return LEY_OK;
}

void ley_papers_destroy(ley_papers *papers) {
    if (!papers) return;
    for (size_t i = 0; i < papers->n_figures; i++) ley_release(papers->figures[i].id);
    for (size_t i = 0; i < papers->n_papers; i++) {
        ley_paper *paper = papers->papers[i];
        ley_tree_clear(&paper->tree);
        ley_release(paper->text);
        ley_release(paper->key);
        ley_release(paper);
    }
    ley_release(papers->papers);
    ley_release(papers->figures);
    ley_release(papers->folder);
    ley_release(papers->results);
    ley_release(papers);
}

const char *ley_papers_id(const ley_papers *papers, ley_index i) {
    return papers && i >= 0 && i < (ley_index)papers->n_figures ? papers->figures[i].id : NULL;
}

static bool is_meant(const ley_paper_figure *figure, const char *id) {
    if (strcmp(id, "all") == 0) return !figure->paper->beyond;
    if (strcmp(id, "beyond") == 0) return figure->paper->beyond;
    return strcmp(id, figure->id) == 0 || strcmp(id, figure->paper->key) == 0;
}

ley_status ley_papers_select(ley_papers *papers, const char *id, ley_error *err) {
    if (!papers || !id) return ley_fail(err, LEY_ERR_ARGUMENT, papers ? "id" : "papers", "NULL");
    bool any = false;
    char word[256], hint[160];
    size_t length = strlen(id); /* a shell completes a folder with a slash */
    if (length > 1 && length < sizeof word && id[length - 1] == '/') {
        memcpy(word, id, length);
        word[length - 1] = 0;
        id = word;
    }
    for (size_t i = 0; i < papers->n_figures; i++) {
        if (!is_meant(&papers->figures[i], id)) continue;
        papers->figures[i].selected = any = true;
    }
    if (any) return LEY_OK;
    ley_nearest nearest = {.word = id};
    for (size_t i = 0; i < papers->n_figures; i++) ley_nearest_offer(&nearest, papers->figures[i].id);
    for (size_t i = 0; i < papers->n_papers; i++) ley_nearest_offer(&nearest, papers->papers[i]->key);
    ley_nearest_offer(&nearest, "all");
    ley_nearest_offer(&nearest, "beyond");
    return ley_fail(err, LEY_ERR_ARGUMENT, id, "there is no figure %.80s%s; leyden papers list has all", id,
                    ley_nearest_hint(&nearest, hint, sizeof hint));
}
