/* Numbers computed against numbers expected. */
#include "core/memory.h"
#include "core/status.h"
#include "papers/papers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void ley_paper_judge(ley_comparison *c) {
    const ley_expected *row = c->row;
    const bool has_published = !isnan(row->published), has_reference = !isnan(row->reference);
    const double from_published = fabs(c->computed - row->published),
                 from_reference = fabs(c->computed - row->reference);
    const double scale = has_published ? row->published : row->reference;
    c->difference = scale == 0 ? (c->computed == 0 ? 0 : NAN) : (c->computed - scale) / fabs(scale);
    c->agrees = false;
    c->why[0] = 0;
    const bool said_equal = row->verdict == LEY_REPRODUCED || row->verdict == LEY_READING;
    if (!isfinite(c->computed))
        snprintf(c->why, sizeof c->why, "not computed");
    else if (has_reference && !(from_reference <= row->tolerance))
        snprintf(c->why, sizeof c->why, "%.2g from the reference %.9g, allowed are %.2g", from_reference,
                 row->reference, row->tolerance);
    else if (has_published && said_equal && !(from_published <= row->published_tolerance * (1 + 1e-9)))
        snprintf(c->why, sizeof c->why, "%.2g from what is published, allowed are %.2g", from_published,
                 row->published_tolerance);
    else if (has_published && !said_equal && from_published <= row->published_tolerance)
        snprintf(c->why, sizeof c->why, "said to differ, but agrees with what is published");
    else
        c->agrees = true;
}

ley_status ley_paper_compare(ley_comparison *comparisons, const ley_expectations *all, const ley_papers *papers,
                             const ley_paper_figure *figure, bool fast, ley_error *err) {
    ley_status status = LEY_OK;
    for (ley_index k = 0; k < figure->n_scenarios && status == LEY_OK; k++) {
        ley_result *result = NULL;
        char *path = ley_paper_result_path(papers, figure, k, fast);
        if (!path) return ley_papers_out_of_memory(err);
        for (size_t i = 0; i < all->n && status == LEY_OK; i++) {
            const ley_expected *row = &all->rows[i];
            ley_comparison *c = &comparisons[i];
            if (ley_paper_find_scenario(figure, row->scenario) != k) continue;
            if (!result) status = ley_result_open(&result, path, err);
            if (status != LEY_OK) break;
            ley_error met = {0};
            *c = (ley_comparison){.row = row};
            status = ley_paper_value(&c->computed, &c->skipped, result, row->quantity, row->where, &met);
            if (status == LEY_OK && c->skipped && !fast) status = met.status;
            if (status != LEY_OK && err) *err = met; /* NOLINT: completed below */
            if (status != LEY_OK)
                ley_fail_at(err, LEY_ERR_SCENARIO, row->line, 1, "", "%.100s: %s", row->id, met.message);
            if (status != LEY_OK && err)
                snprintf(err->where, sizeof err->where, "%s/%s/%s.expected.csv", papers->folder, figure->paper->key,
                         figure->name);
            if (status == LEY_OK && !c->skipped) ley_paper_judge(c);
        }
        ley_result_close(result);
        ley_release(path);
    }
    return status;
}

/* ---- The table ---------------------------------------------------------------------------------------------- */

static size_t letters(const char *text) { /* characters, not bytes, of UTF-8 */
    size_t n = 0;
    for (; *text; text++) n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

enum { CELLS = 4, CELL = 160 };

static void make_cells(char cells[CELLS][CELL], const ley_comparison *c) {
    const ley_expected *row = c->row;
    snprintf(cells[0], CELL, "%s", row->id[0] ? row->id : row->quantity);
    if (isnan(row->published))
        snprintf(cells[1], CELL, "(%.6g)", row->reference);
    else
        snprintf(cells[1], CELL, "%s", row->published_text);
    snprintf(cells[2], CELL, c->skipped ? "-" : "%.6g", c->computed);
    snprintf(cells[3], CELL, c->skipped || isnan(c->difference) ? "-" : "%+.1e", c->difference);
}

/* A bar would end the cell of a table in Markdown. */
static void add_words(ley_text *text, const char *words, bool markdown) {
    for (; *words; words++) ley_text_add(text, "%s%c", markdown && *words == '|' ? "\\" : "", *words);
}

static void add_verdict(ley_text *text, const ley_comparison *c, bool markdown) {
    static const char *const words[] = {"reproduced", "reproduced under the reading given", "differs",
                                        "claim does not survive"};
    const ley_expected *row = c->row;
    if (c->skipped) {
        ley_text_add(text, "left out by --fast");
        return;
    }
    if (!c->agrees) {
        ley_text_add(text, "FAILS: %s", c->why);
        if (row->verdict == LEY_REPRODUCED) return;
        ley_text_add(text, " (%s: ", words[row->verdict]);
        add_words(text, row->note, markdown);
        ley_text_add(text, ")");
        return;
    }
    ley_text_add(text, "%s%s", words[row->verdict], row->note[0] ? ": " : "");
    add_words(text, row->note, markdown);
}

static void add_padded(ley_text *text, const char *cell, size_t width, bool right) {
    const int room = (int)width - (int)letters(cell);
    if (right)
        ley_text_add(text, "%*s%s", room > 0 ? room : 0, "", cell);
    else
        ley_text_add(text, "%s%*s", cell, room > 0 ? room : 0, "");
}

void ley_paper_add_table(ley_text *text, const ley_paper_figure *figure, const ley_comparison *comparisons,
                         size_t n, bool markdown) {
    static const char *const heads[CELLS] = {"id", "published", "computed", "rel. diff."};
    char cells[CELLS][CELL];
    size_t width[CELLS];
    for (int k = 0; k < CELLS; k++) width[k] = letters(heads[k]);
    for (size_t i = 0; i < n; i++) {
        make_cells(cells, &comparisons[i]);
        for (int k = 0; k < CELLS; k++)
            if (letters(cells[k]) > width[k]) width[k] = letters(cells[k]);
    }
    if (!markdown) ley_text_add(text, "%s: %s\n", figure->id, figure->shows);
    for (int k = 0; k < CELLS; k++) {
        ley_text_add(text, markdown ? "| " : "  ");
        add_padded(text, heads[k], width[k], k > 0 && !markdown);
        if (markdown) ley_text_add(text, " ");
    }
    ley_text_add(text, markdown ? "| verdict |\n|---|---:|---:|---:|---|\n" : "  verdict\n");
    for (size_t i = 0; i < n; i++) {
        make_cells(cells, &comparisons[i]);
        for (int k = 0; k < CELLS; k++) {
            ley_text_add(text, markdown ? "| " : "  ");
            add_padded(text, cells[k], width[k], k > 0);
            if (markdown) ley_text_add(text, " ");
        }
        ley_text_add(text, markdown ? "| " : "  ");
        add_verdict(text, &comparisons[i], markdown);
        ley_text_add(text, markdown ? " |\n" : "\n");
    }
}
