/* REPORT.md: for each paper its notes, and for each figure the picture and the numbers compared. */
#include "core/file.h"
#include "core/memory.h"
#include "core/status.h"
#include "papers/papers.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PICTURE_BYTES = 400000, VERDICTS = LEY_REFUTED + 1 };

typedef struct tally { /* of a paper */
    ley_index figures, computed, numbers, failing, verdicts[VERDICTS];
    double seconds;
} tally; /* a scenario of several figures took its time once */

typedef struct reporter {
    const ley_papers *papers;
    char folder[PATH_MAX];  /* of the report, absolute */
    char sources[PATH_MAX]; /* the papers, absolute */
    ley_error *err;
} reporter;

/* ---- Paths -------------------------------------------------------------------------------------------------- */

/* The way from one absolute folder to another path. */
static void add_relative(ley_text *text, const char *from, const char *to) {
    size_t same = 0;
    for (size_t i = 0;; i++) {
        const bool ends_from = from[i] == 0 || from[i] == '/', ends_to = to[i] == 0 || to[i] == '/';
        if (ends_from && ends_to) same = i;
        if (from[i] != to[i] || from[i] == 0) break;
    }
    for (const char *c = from + same; *c; c++)
        if (*c == '/' && c[1]) ley_text_add(text, "../");
    const char *rest = to + same + (to[same] == '/');
    ley_text_add(text, "%s", *rest ? rest : ".");
}

static bool below(const char *folder, const char *path) {
    const size_t n = strlen(folder);
    return strncmp(folder, path, n) == 0 && path[n] == '/';
}

static ley_status copy_file(const char *from, const char *to, ley_error *err) {
    FILE *in = fopen(from, "rb"), *out = in ? fopen(to, "wb") : NULL;
    char piece[8192];
    size_t n = 0;
    bool bad = !in || !out;
    while (!bad && (n = fread(piece, 1, sizeof piece, in)) > 0) bad = fwrite(piece, 1, n, out) != n;
    bad = bad || ferror(in);
    const int why = errno;
    if (in) fclose(in);
    if (out && fclose(out) != 0) bad = true;
    return bad ? ley_fail(err, LEY_ERR_IO, to, "cannot copy %s to %s: %s", from, to, strerror(why)) : LEY_OK;
}

/* A picture beside the report: where it lies if that is below, else a copy. Nothing where there is none. */
static ley_status add_picture(reporter *r, ley_text *text, const ley_paper_figure *figure) {
    char *svg = ley_paper_figure_path(r->papers, figure, false, ".svg"),
         *png = ley_paper_figure_path(r->papers, figure, false, ".png"), *folder = NULL, *copy = NULL;
    char path[PATH_MAX];
    struct stat there;
    ley_status status = svg && png ? LEY_OK : ley_papers_out_of_memory(r->err);
    if (status != LEY_OK) goto done;
    const bool small = stat(svg, &there) == 0 && there.st_size > 0 && there.st_size < PICTURE_BYTES;
    const char *picture = small ? svg : png;
    if (stat(picture, &there) != 0 || !realpath(picture, path)) goto done;
    ley_text_add(text, "![%s](", figure->id);
    if (below(r->folder, path)) {
        add_relative(text, r->folder, path);
    } else {
        folder = ley_papers_path("%s/figures/%s", r->folder, figure->paper->key);
        copy = ley_papers_path("%s/figures/%s/%s%s", r->folder, figure->paper->key, figure->name,
                               small ? ".svg" : ".png");
        status = folder && copy ? ley_papers_make_folder(folder, r->err) : ley_papers_out_of_memory(r->err);
        if (status == LEY_OK) status = copy_file(path, copy, r->err);
        if (status == LEY_OK) add_relative(text, r->folder, copy);
    }
    ley_text_add(text, ")\n\n");
done:
    ley_release(svg);
    ley_release(png);
    ley_release(folder);
    ley_release(copy);
    return status;
}

/* ---- Parts -------------------------------------------------------------------------------------------------- */

/* notes.md, below a heading if that is given, with its own headings below those of the report. */
static ley_status add_notes(reporter *r, ley_text *text, const ley_paper *paper, const char *heading) {
    bool absent = false, code = false;
    char *notes = NULL, *path = ley_papers_path("%s/%s/notes.md", r->papers->folder, paper->key);
    if (!path) return ley_papers_out_of_memory(r->err);
    ley_status status = ley_papers_read(&notes, path, &absent, r->err);
    if (notes && heading) ley_text_add(text, "%s\n\n", heading);
    for (char *rest = notes, *line; status == LEY_OK && rest && (line = strsep(&rest, "\n"));) {
        if (!rest && !*line) break;
        if (strncmp(line, "```", 3) == 0) code = !code;
        ley_text_add(text, "%s%s\n", !code && *line == '#' ? "##" : "", line);
    }
    if (notes) ley_text_add(text, "\n");
    ley_release(notes);
    ley_release(path);
    return status;
}

/* The table has what the paper prints and what does not agree; the rest, thousands of numbers of independent
 * calculations, is summed up. `comparisons` is reordered. */
static void add_comparisons(ley_text *text, const ley_paper_figure *figure, ley_comparison *comparisons, size_t n) {
    size_t shown = 0;
    double largest = 0; /* share of its tolerance that a number uses */
    for (size_t i = 0; i < n; i++) {
        const ley_comparison one = comparisons[i];
        const bool said = one.row->verdict == LEY_DIFFERS || one.row->verdict == LEY_REFUTED;
        if (!one.agrees || said || !isnan(one.row->published))
            comparisons[shown++] = one;
        else if (one.row->tolerance > 0)
            largest = fmax(largest, fabs(one.computed - one.row->reference) / one.row->tolerance);
    }
    if (shown > 0) {
        ley_paper_add_table(text, figure, comparisons, shown, true);
        ley_text_add(text, "\n");
    }
    if (shown < n)
        ley_text_add(
            text, "%s%zu number%s of an independent calculation agree%s, with at most %.2g of the tolerance.\n\n",
            shown > 0 ? "Besides, " : "", n - shown, n - shown == 1 ? "" : "s", n - shown == 1 ? "s" : "", largest);
}

static ley_status add_numbers(reporter *r, ley_text *text, const ley_paper_figure *figure, tally *t) {
    ley_expectations all = {0};
    ley_status status = ley_expectations_read(&all, r->papers, figure, r->err);
    if (status != LEY_OK) return status;
    ley_comparison *comparisons = ley_allocate(all.n, sizeof *comparisons);
    status = comparisons ? ley_paper_compare(comparisons, &all, r->papers, figure, false, r->err)
                         : ley_papers_out_of_memory(r->err);
    for (size_t i = 0; status == LEY_OK && i < all.n; i++) {
        t->numbers++;
        if (comparisons[i].agrees)
            t->verdicts[comparisons[i].row->verdict]++;
        else
            t->failing++;
    }
    if (status == LEY_OK) add_comparisons(text, figure, comparisons, all.n);
    ley_release(comparisons);
    ley_expectations_clear(&all);
    return status;
}

/* What a scenario took, if no earlier figure of the paper has it. */
static ley_status add_seconds(reporter *r, double *seconds, const ley_paper_figure *figure, ley_index i) {
    for (const ley_paper_figure *other = r->papers->figures; other < figure; other++)
        if (other->paper == figure->paper && ley_paper_find_scenario(other, figure->scenarios[i].file) >= 0)
            return LEY_OK;
    char *path = ley_paper_result_path(r->papers, figure, i, false);
    ley_result *result = NULL;
    ley_status status = path ? ley_result_open(&result, path, r->err) : ley_papers_out_of_memory(r->err);
    if (status == LEY_OK) *seconds += ley_result_wall_seconds(result);
    ley_result_close(result);
    ley_release(path);
    return status;
}

static ley_status add_figure(reporter *r, ley_text *text, const ley_paper_figure *figure, tally *t) {
    ley_paper_standing standing = {0};
    char time[40];
    if (figure->without[0]) {
        ley_text_add(text, "### %s: %s\n\nNo scenario: %s.\n\n", figure->name, figure->shows, figure->without);
        return LEY_OK;
    }
    ley_status status = ley_paper_stand(&standing, r->papers, figure, r->err);
    if (status != LEY_OK) return status;
    t->figures++;
    ley_paper_time(time, &standing);
    ley_text_add(text, "### %s: %s\n\n", figure->name, figure->shows);
    for (ley_index i = 0; i < figure->n_scenarios; i++) {
        const ley_paper_scenario *one = &figure->scenarios[i];
        char *path = ley_papers_path("%s/%s/%s", r->sources, figure->paper->key, one->file);
        if (!path) return ley_papers_out_of_memory(r->err);
        ley_text_add(text, "%s[%s](", i ? ", " : "", one->file);
        add_relative(text, r->folder, path);
        ley_text_add(text, ")%s", one->purpose == LEY_STEADY_STATE ? " (steady states)" : "");
        ley_release(path);
    }
    if (standing.reached != LEY_PAPER_ALL) {
        ley_text_add(text, ". Not computed yet.\n\n");
        return LEY_OK;
    }
    t->computed++;
    for (ley_index i = 0; i < figure->n_scenarios && status == LEY_OK; i++)
        status = add_seconds(r, &t->seconds, figure, i);
    if (status != LEY_OK) return status;
    ley_text_add(text, ". %s.\n\n", time);
    status = add_picture(r, text, figure);
    return status == LEY_OK ? add_numbers(r, text, figure, t) : status;
}

static bool is_asked(const ley_papers *papers, const ley_paper *paper, bool any) {
    for (size_t i = 0; any && i < papers->n_figures; i++)
        if (papers->figures[i].paper == paper && papers->figures[i].selected) return true;
    return !any;
}

/* What larger sizes say, where these are not in the report themselves. */
static ley_status add_larger(reporter *r, ley_text *text, const ley_paper *paper, bool any) {
    const size_t n = strlen(paper->key);
    for (size_t i = 0; i < r->papers->n_papers; i++) {
        const ley_paper *larger = r->papers->papers[i];
        if (larger->beyond && strncmp(larger->key, paper->key, n) == 0 && larger->key[n] == '/' &&
            !is_asked(r->papers, larger, any))
            return add_notes(r, text, larger, "### What larger sizes change");
    }
    return LEY_OK;
}

static ley_status add_paper(reporter *r, ley_text *text, const ley_paper *paper, bool any, tally *t) {
    ley_status status = LEY_OK;
    ley_text_add(text, "## %s: %s\n\n", paper->key, paper->title);
    if (paper->authors[0] || paper->published[0])
        ley_text_add(text, "%s%s%s\n\n", paper->authors, paper->authors[0] && paper->published[0] ? "; " : "",
                     paper->published);
    if (paper->conventions[0]) ley_text_add(text, "Conventions: %s\n\n", paper->conventions);
    status = add_notes(r, text, paper, NULL);
    if (status == LEY_OK) status = add_larger(r, text, paper, any);
    for (size_t i = 0; i < r->papers->n_figures && status == LEY_OK; i++) {
        const ley_paper_figure *figure = &r->papers->figures[i];
        if (figure->paper == paper && (!any || figure->selected)) status = add_figure(r, text, figure, t);
    }
    return status;
}

static void add_summary(ley_text *text, const ley_paper *paper, const tally *t) {
    ley_text_add(text, "| %s | %lld of %lld | %lld | %lld | %lld | %lld | %lld | %lld | %.0f s |\n", paper->key,
                 (long long)t->computed, (long long)t->figures, (long long)t->numbers,
                 (long long)t->verdicts[LEY_REPRODUCED], (long long)t->verdicts[LEY_READING],
                 (long long)t->verdicts[LEY_DIFFERS], (long long)t->verdicts[LEY_REFUTED], (long long)t->failing,
                 t->seconds);
}

/* ---- The whole ---------------------------------------------------------------------------------------------- */

static ley_status set_folders(reporter *r, const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder = ley_papers_path("%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    ley_status status = !folder     ? ley_papers_out_of_memory(r->err)
                        : folder[0] ? ley_papers_make_folder(folder, r->err)
                                    : LEY_OK;
    if (status == LEY_OK &&
        (!realpath(folder[0] ? folder : "/", r->folder) || !realpath(r->papers->folder, r->sources)))
        status = ley_fail(r->err, LEY_ERR_IO, path, "cannot find the way to %s: %s", path, strerror(errno));
    ley_release(folder);
    return status;
}

ley_status ley_papers_report(const ley_papers *papers, const char *path, ley_error *err) {
    if (!papers || !path) return ley_fail(err, LEY_ERR_ARGUMENT, papers ? "path" : "papers", "NULL");
    reporter r = {.papers = papers, .err = err};
    ley_text head = {0}, body = {0};
    bool any = false;
    for (size_t i = 0; i < papers->n_figures; i++) any = any || papers->figures[i].selected;
    ley_status status = set_folders(&r, path);
    ley_text_add(
        &head,
        "# Papers recomputed\n\n"
        "Written by `leyden papers report`, leyden %s. Every number is computed by the scenario named above "
        "it; `leyden papers check ID` compares it again. A published number in parentheses is that of "
        "an independent calculation, where the paper prints none; differences are relative to the number "
        "shown.\n\n"
        "| paper | figures computed | numbers | reproduced | under the reading given | differ | claims that "
        "do not survive | fail | time |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        ley_version());
    for (size_t i = 0; i < papers->n_papers && status == LEY_OK; i++) {
        const ley_paper *paper = papers->papers[i];
        tally t = {0};
        if (!is_asked(papers, paper, any)) continue;
        status = add_paper(&r, &body, paper, any, &t);
        add_summary(&head, paper, &t);
    }
    ley_text_add(&head, "\n%s", body.data ? body.data : "");
    if (status == LEY_OK && (head.failed || body.failed)) status = ley_papers_out_of_memory(err);
    if (status == LEY_OK) status = ley_file_write(path, head.data, err);
    ley_text_clear(&head);
    ley_text_clear(&body);
    return status;
}
