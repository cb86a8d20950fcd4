/* papers: a folder of papers, docs/formats/papers.md. In: paper.yaml, scenarios, expected numbers. Out: result
 * files, figures, tables of numbers compared. A file for each question: paper.c reads a paper, state.c says what
 * its result files hold, work.c computes, compare.c compares, list.c and report.c write texts. Callers: cli through
 * leyden.h. */
#ifndef LEYDEN_PAPERS_H
#define LEYDEN_PAPERS_H

#include "core/text.h"
#include "leyden.h"
#include "result/result.h"
#include "scenario/sketch.h"
#include "scenario/tree.h"

#include <stdbool.h>

typedef struct ley_paper_scenario {
    const char *file; /* fig4.yaml, in the folder of the paper */
    ley_purpose purpose;
    const char **fast; /* [n_fast] settings of --fast */
    ley_index n_fast;
} ley_paper_scenario;

typedef struct ley_paper ley_paper;

typedef struct ley_paper_figure {
    const ley_paper *paper;
    char *id;         /* canzio2024/fig4, canzio2024/beyond/fig4 */
    const char *name; /* fig4 */
    const char *shows;
    const char *without;           /* why there is no scenario, as for a sketch; "": there are some */
    ley_paper_scenario *scenarios; /* [n_scenarios] */
    ley_index n_scenarios;
    bool has_sketch; /* otherwise drawn as leyden plot would draw the first scenario */
    ley_sketch sketch;
    bool selected;
} ley_paper_figure;

struct ley_paper {
    char *key; /* canzio2024, canzio2024/beyond */
    bool beyond;
    ley_tree tree;
    char *text;                                            /* of paper.yaml */
    const char *title, *authors, *published, *conventions; /* "" when left out */
};

struct ley_papers {
    char *folder, *results;
    ley_paper **papers;
    size_t n_papers, room_papers;
    ley_paper_figure *figures;
    size_t n_figures, room_figures;
};

/* ---- Files (files.c) ---- */

ley_status ley_papers_out_of_memory(ley_error *err);
/* The whole of a text file; release with ley_release. LEY_ERR_IO; *absent, where given, instead of an error when
 * there is no such file. */
ley_status ley_papers_read(char **text, const char *path, bool *absent, ley_error *err);
ley_status ley_papers_make_folder(const char *path, ley_error *err);                  /* and those above it */
char *ley_papers_path(const char *format, ...) __attribute__((format(printf, 1, 2))); /* NULL: no memory */

/* ---- Papers (paper.c) ---- */

/* Reads FOLDER/KEY/paper.yaml and appends its figures. Errors name the file in `where`. */
ley_status ley_paper_read(ley_papers *papers, const char *key, bool beyond, ley_error *err);
/* A scenario of a figure, ready to run. */
ley_status ley_paper_scenario_create(ley_scenario **scenario, const ley_papers *papers,
                                     const ley_paper_figure *figure, ley_index i, bool fast, ley_error *err);
/* Where its result file lies; the figure, by its ending. NULL: no memory. */
char *ley_paper_result_path(const ley_papers *papers, const ley_paper_figure *figure, ley_index i, bool fast);
char *ley_paper_figure_path(const ley_papers *papers, const ley_paper_figure *figure, bool fast,
                            const char *ending);
/* Index of a scenario by its file; -1: the figure has no such one. "" is the first. */
ley_index ley_paper_find_scenario(const ley_paper_figure *figure, const char *file);

/* ---- What is there (state.c) ---- */

typedef enum ley_paper_reached {
    LEY_PAPER_NOTHING,
    LEY_PAPER_OTHER,
    LEY_PAPER_PART,
    LEY_PAPER_ALL
} ley_paper_reached;
typedef struct ley_paper_state { /* of one result file */
    ley_paper_reached reached;   /* OTHER: computed from another text, or by another version */
    ley_index points, done;
    double wall_seconds;
} ley_paper_state;
/* text: what the result file would hold as its scenario. */
ley_paper_state ley_paper_look(const char *result_path, const char *text, ley_purpose purpose);
/* Seconds that a scenario takes on this machine, roughly: at most `most` of its points are looked at. */
double ley_paper_forecast(const ley_scenario *scenario, ley_index most);

typedef struct ley_paper_standing { /* of a figure */
    ley_paper_reached reached;      /* the least of the scenarios */
    ley_index points, done;
    double seconds; /* that it took, or will take */
    bool forecast;
} ley_paper_standing;
ley_status ley_paper_stand(ley_paper_standing *standing, const ley_papers *papers, const ley_paper_figure *figure,
                           ley_error *err);
void ley_paper_time(char out[40], const ley_paper_standing *standing); /* "17 s", "~2 min" */

/* ---- Numbers (expected.c, value.c, compare.c) ---- */

typedef enum ley_verdict { LEY_REPRODUCED, LEY_READING, LEY_DIFFERS, LEY_REFUTED } ley_verdict;
typedef struct ley_expected {
    const char *id, *scenario, *where, *quantity, *note;
    double published, published_tolerance, reference, tolerance; /* NaN: not given */
    const char *published_text;
    ley_verdict verdict;
    int32_t line;
} ley_expected;
typedef struct ley_expectations {
    ley_expected *rows;
    size_t n, room;
    char *text; /* the rows point into it */
} ley_expectations;
/* No file: no rows. */
ley_status ley_expectations_read(ley_expectations *all, const ley_papers *papers, const ley_paper_figure *figure,
                                 ley_error *err);
void ley_expectations_clear(ley_expectations *all);

/* A number of a result: a quantity at a place, "N=4; model=Dicke; t=20". *absent: the place names a value that the
 * sweep does not have (as under --fast); then LEY_OK and NaN. */
ley_status ley_paper_value(double *value, bool *absent, const ley_result *result, const char *quantity,
                           const char *where, ley_error *err);

typedef struct ley_comparison {
    const ley_expected *row;
    double computed, difference; /* relative, to what is published, else to the reference; NaN: none */
    bool skipped;                /* --fast leaves it out */
    bool agrees;                 /* with what the row says, verdict and all */
    char why[160];               /* when it does not agree */
} ley_comparison;
/* What one row says about one number. */
void ley_paper_judge(ley_comparison *comparison);
/* All rows of a figure from its result files; comparisons[expectations.n]. A row that cannot be looked up is an
 * error that names the file and its line. */
ley_status ley_paper_compare(ley_comparison *comparisons, const ley_expectations *all, const ley_papers *papers,
                             const ley_paper_figure *figure, bool fast, ley_error *err);
/* Appends the table of a figure. */
void ley_paper_add_table(ley_text *text, const ley_paper_figure *figure, const ley_comparison *comparisons,
                         size_t n, bool markdown);

#endif
