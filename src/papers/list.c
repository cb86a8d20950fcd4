/* leyden papers list and check: texts for people. */
#include "core/memory.h"
#include "core/status.h"
#include "papers/papers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- The list ----------------------------------------------------------------------------------------------- */

void ley_paper_time(char out[40], const ley_paper_standing *s) {
    const double t = s->seconds;
    const char *about = s->forecast ? "~" : "";
    if (!isfinite(t))
        snprintf(out, 40, "?");
    else if (t < 0.1)
        snprintf(out, 40, "< 0.1 s");
    else if (t < 9.95)
        snprintf(out, 40, "%s%.1f s", about, t);
    else if (t < 99.5)
        snprintf(out, 40, "%s%.0f s", about, t);
    else if (t < 5970)
        snprintf(out, 40, "%s%.0f min", about, t / 60);
    else
        snprintf(out, 40, "%s%.1f h", about, t / 3600);
}

static ley_status status_words(char out[80], const ley_paper_standing *s, const ley_papers *papers,
                               const ley_paper_figure *figure, ley_error *err) {
    ley_expectations all = {0};
    ley_comparison *comparisons = NULL;
    size_t agree = 0;
    ley_status status = ley_expectations_read(&all, papers, figure, err);
    if (status != LEY_OK) return status;
    if (s->reached == LEY_PAPER_NOTHING)
        snprintf(out, 80, s->done ? "partly computed" : "not run");
    else if (s->reached == LEY_PAPER_OTHER)
        snprintf(out, 80, "computed, scenario changed since");
    else if (s->reached == LEY_PAPER_PART)
        snprintf(out, 80, "computed: %lld of %lld points", (long long)s->done, (long long)s->points);
    else
        snprintf(out, 80, "computed");
    if (s->reached == LEY_PAPER_ALL && all.n > 0) {
        comparisons = ley_allocate(all.n, sizeof *comparisons);
        status = comparisons ? ley_paper_compare(comparisons, &all, papers, figure, false, err)
                             : ley_papers_out_of_memory(err);
        for (size_t i = 0; status == LEY_OK && i < all.n; i++) agree += comparisons[i].agrees;
        snprintf(out, 80, "checked: %zu of %zu agree", agree, all.n);
    }
    ley_release(comparisons);
    ley_expectations_clear(&all);
    return status;
}

ley_status ley_papers_list(const ley_papers *papers, char **text, ley_error *err) {
    if (!papers || !text) return ley_fail(err, LEY_ERR_ARGUMENT, papers ? "text" : "papers", "NULL");
    typedef struct line {
        char time[40], status[80];
    } line;
    line *lines = ley_allocate(papers->n_figures, sizeof *lines);
    if (!lines) return ley_papers_out_of_memory(err);
    ley_status status = LEY_OK;
    bool any = false;
    int id_width = 2, time_width = 4, status_width = 6;
    ley_text made = {0};
    for (size_t i = 0; i < papers->n_figures; i++) any = any || papers->figures[i].selected;
    for (size_t i = 0; i < papers->n_figures && status == LEY_OK; i++) {
        const ley_paper_figure *figure = &papers->figures[i];
        ley_paper_standing s = {0};
        if (any && !figure->selected) continue;
        if (figure->without[0]) {
            snprintf(lines[i].time, sizeof lines[i].time, "-");
            snprintf(lines[i].status, sizeof lines[i].status, "no scenario");
        }
        if ((int)strlen(figure->id) > id_width) id_width = (int)strlen(figure->id);
        if (figure->without[0]) continue;
        status = ley_paper_stand(&s, papers, figure, err);
        if (status != LEY_OK) break;
        ley_paper_time(lines[i].time, &s);
        status = status_words(lines[i].status, &s, papers, figure, err);
        if ((int)strlen(lines[i].time) > time_width) time_width = (int)strlen(lines[i].time);
        if ((int)strlen(lines[i].status) > status_width) status_width = (int)strlen(lines[i].status);
    }
    const ley_paper *paper = NULL;
    for (size_t i = 0; i < papers->n_figures && status == LEY_OK; i++) {
        const ley_paper_figure *figure = &papers->figures[i];
        if (any && !figure->selected) continue;
        if (figure->paper != paper) {
            ley_text_add(&made, "%s%s%s%s\n", paper ? "\n" : "", figure->paper->title,
                         figure->paper->published[0] ? "; " : "", figure->paper->published);
            paper = figure->paper;
        }
        ley_text_add(&made, "  %-*s  %*s  %-*s  %s%s%s\n", id_width, figure->id, time_width, lines[i].time,
                     status_width, lines[i].status, figure->shows, figure->without[0] ? ": " : "", figure->without);
    }
    ley_release(lines);
    if (status == LEY_OK && !made.data) ley_text_add(&made, "%s", "");
    if (status == LEY_OK) *text = ley_text_take(&made);
    if (status == LEY_OK && !*text) status = ley_papers_out_of_memory(err);
    ley_text_clear(&made);
    return status;
}

/* ---- Numbers compared --------------------------------------------------------------------------------------- */

ley_status ley_papers_compare(const ley_papers *papers, char **text, ley_index *numbers, ley_index *wrong, int fast,
                              ley_error *err) {
    if (!papers || !text || !wrong) return ley_fail(err, LEY_ERR_ARGUMENT, papers ? "text" : "papers", "NULL");
    ley_text made = {0};
    ley_status status = LEY_OK;
    ley_index n = 0, bad = 0, silent = 0;
    for (size_t i = 0; i < papers->n_figures && status == LEY_OK; i++) {
        const ley_paper_figure *figure = &papers->figures[i];
        if (!figure->selected || figure->without[0]) continue;
        ley_expectations all = {0};
        status = ley_expectations_read(&all, papers, figure, err);
        if (status != LEY_OK) break;
        silent += all.n == 0;
        ley_comparison *comparisons = ley_allocate(all.n, sizeof *comparisons);
        status = comparisons ? ley_paper_compare(comparisons, &all, papers, figure, fast != 0, err)
                             : ley_papers_out_of_memory(err);
        if (status == LEY_OK && all.n > 0) {
            ley_text_add(&made, n ? "\n" : "");
            ley_paper_add_table(&made, figure, comparisons, all.n, false);
        }
        for (size_t k = 0; status == LEY_OK && k < all.n; k++) {
            n += !comparisons[k].skipped;
            bad += !comparisons[k].skipped && !comparisons[k].agrees;
        }
        ley_release(comparisons);
        ley_expectations_clear(&all);
    }
    if (status == LEY_OK) {
        ley_text_add(&made, "%s%lld number%s compared, %lld %s not agree", n ? "\n" : "", (long long)n,
                     n == 1 ? "" : "s", (long long)bad, bad == 1 ? "does" : "do");
        if (silent)
            ley_text_add(&made, "; %lld figure%s without expected numbers", (long long)silent,
                         silent == 1 ? "" : "s");
        ley_text_add(&made, "\n");
        *text = ley_text_take(&made);
        if (!*text) status = ley_papers_out_of_memory(err);
    }
    if (status == LEY_OK) {
        *wrong = bad;
        if (numbers) *numbers = n;
    }
    ley_text_clear(&made);
    return status;
}
