/* plot: a result file to a kept gnuplot script and its figure; nothing is recomputed. Door: ley_plot in leyden.h
 * (plot.c). source.c reads what a figure needs; layout.c decides what goes where; script.c writes it for gnuplot;
 * gnuplot.c runs gnuplot; labels.c has the words. Callers: cli through leyden.h. */
#ifndef LEYDEN_PLOT_FIGURE_H
#define LEYDEN_PLOT_FIGURE_H

#include "core/text.h"
#include "leyden.h"
#include "scenario/sketch.h"

#include <stdbool.h>

/* ---- What a result holds (source.c) ------------------------------------------------------------------------ */

enum { LEY_PLOT_PANELS = 24 }; /* more cannot be read */
enum { LEY_PLOT_AXES = 3 };    /* sweep axes with more than one value that a figure can show */

typedef struct ley_plot_axis {
    char *name;
    ley_index n, stride; /* stride: points between neighbours along this axis */
    double *values;      /* [n] */
    char **labels;       /* [n] for an axis of words, else NULL */
} ley_plot_axis;

typedef struct ley_plot_quantity {
    char *name;
    bool is_measure;
    ley_index width; /* numbers at each time; 1 for a measure */
    double *values;  /* [points][n_times][width], or [points] of a measure; NaN: not there; NULL: not read */
} ley_plot_quantity;

typedef struct ley_plot_source {
    char *title; /* "" when there is none */
    ley_index n_axes;
    ley_plot_axis *axes; /* those with more than one value */
    ley_index points, n_times;
    double *times; /* [n_times], or [points][n_times] when they differ, NaN behind the last */
    bool times_vary;
    bool search; /* an optimisation: by default its objective over the evaluations, and the best run */
    ley_index n_quantities;
    ley_plot_quantity *quantities;
} ley_plot_source;

/* Reads names, axes, times, and the values of the quantities chosen: names[n], or with n = 0 what is drawn by
 * default (measures of a sweep, else scalar observables, else all). Others are dropped. LEY_ERR_ARGUMENT lists what
 * there is when a name is unknown. */
ley_status ley_plot_source_read(ley_plot_source *source, const char *path, const char *const *names, ley_index n,
                                ley_error *err);
void ley_plot_source_clear(ley_plot_source *source);

/* ---- What a figure shows (layout.c) ------------------------------------------------------------------------ */

typedef enum ley_colouring {
    LEY_COLOUR_KINDS,   /* unordered: one of the Okabe-Ito colours each, with a legend */
    LEY_COLOUR_STEPS,   /* ordered, few: steps of the sequential palette, with a legend */
    LEY_COLOUR_GRADIENT /* ordered, many: the sequential palette, with a colour bar */
} ley_colouring;

typedef enum ley_curve_style {
    LEY_CURVE_LINES,
    LEY_CURVE_POINTS,
    LEY_CURVE_LINESPOINTS,
    LEY_CURVE_DASHED,
    LEY_CURVE_DOTTED
} ley_curve_style;

typedef struct ley_curve {
    char *label;
    /* of a free panel: */
    ley_index n;    /* points */
    double *own[2]; /* x and y, when the curve owns them */
    char colour[8];
    ley_index mark;
    ley_curve_style style;
    bool is_guide; /* a formula: it does not widen the ranges */
    /* of every panel: */
    const double *x; /* borrowed; only where panel.own_x or panel.free says so */
    double at;       /* value on the colour bar */
    const double *y; /* borrowed: value i at y[i * stride] */
    ley_index stride;
} ley_curve;

typedef struct ley_asked_range {
    bool given;
    double low, high;
} ley_asked_range;

typedef struct ley_panel {
    bool used;
    bool free;   /* made by compose.c: every curve has its own x values, colour and style */
    char *title; /* of the panel alone; NULL: by the rest of the figure */
    ley_asked_range x_asked, y_asked, z_asked;
    bool log_z, contours, x_whole; /* x_whole: ticks at whole numbers where they fit */
    double *levels;                /* [n_levels] of contours; none: chosen. Owned */
    ley_index n_levels;
    double *owned[3]; /* x, y and z of a map, or x of words */
    char **own_words; /* [n_x], where words are owned */
    ley_index n_x;
    const double *x;          /* borrowed */
    const char *const *words; /* names of the x values instead of numbers, borrowed; else NULL */
    bool x_is_time, log_x, log_y;
    bool own_x; /* the curves have different x values: points with different output times */
    char *x_label, *y_label;
    ley_index n_curves;
    ley_curve *curves;
    ley_colouring colouring;
    /* a map instead of curves: n_y > 0; value (i, j) at z[i * x_stride + j * y_stride] */
    ley_index n_y, x_stride, y_stride;
    const double *y, *z;
    double *counted; /* 0, 1, 2 ...: y of a map over levels; owned */
    bool log_map_y;
    char *map_y_label, *z_label;
} ley_panel;

typedef struct ley_figure {
    char *title;
    ley_index rows, columns;
    ley_panel *panels;     /* [rows][columns] */
    char **column_titles;  /* [columns], or NULL */
    bool shared_legend;    /* the curves are the same in every panel */
    ley_index legend_from; /* panel whose curves it names; it has all of them */
    bool shared_rows;      /* panels of a row share their vertical axis */
    bool shared_columns;   /* panels of a column share their horizontal axis */
    char *legend_title;    /* of a colour bar or of the legend; "" for none */
    bool log_colour;
    ley_sketch_palette palette;
    bool contours;
} ley_figure;

bool ley_plot_axis_is_logarithmic(const ley_plot_axis *axis); /* equal ratios, over enough to matter */
ley_status ley_figure_layout(ley_figure *figure, const ley_plot_source *source, bool contours, ley_error *err);
void ley_figure_clear(ley_figure *figure);

/* ---- A figure as a `figure:` asks for it (compose.c) --------------------------------------------------------- */

typedef struct ley_plot_file {
    const char *name, *path; /* of a scenario, as curves name it; of its result */
} ley_plot_file;

/* strict: a value that a sweep does not have is an error; otherwise its curve is left out. LEY_ERR_SCENARIO with
 * the line and column of what cannot be drawn. */
ley_status ley_figure_compose(ley_figure *figure, const ley_sketch *sketch, const ley_plot_file *files,
                              ley_index n_files, const char *title, bool strict, ley_error *err);
/* Composes and draws; the ending of the path chooses the format. For papers. */
ley_status ley_plot_sketch(const ley_sketch *sketch, const ley_plot_file *files, ley_index n_files,
                           const char *title, bool strict, const char *figure_path, ley_error *err);

/* ---- Words (labels.c) -------------------------------------------------------------------------------------- */

/* "Ergotropy" of battery.ergotropy, "Maximal ergotropy" of max(battery.ergotropy); the name itself if unknown. */
char *ley_plot_quantity_words(const char *name);
char *ley_plot_quantity_label(const char *name); /* the same with its unit */
/* What is divided by something, and so has no unit: "Maximal battery energy (relative)". */
char *ley_plot_ratio_label(const char *name, const char *to);
/* Quantities of one family may share a panel. A static word; its label for the axis in *label (static). */
const char *ley_plot_family(const char *name, const char **label);
bool ley_plot_family_is_logarithmic(const char *name);
char *ley_plot_axis_label(const char *name);                       /* "Number of cells N" of N */
char *ley_plot_axis_value(const ley_plot_axis *axis, ley_index i); /* "Dicke", "N = 4" */

/* ---- The script and its run -------------------------------------------------------------------------------- */

typedef enum ley_figure_format { LEY_FIGURE_SVG, LEY_FIGURE_PDF, LEY_FIGURE_PNG } ley_figure_format;
void ley_figure_script(ley_text *script, const ley_figure *figure, ley_figure_format format, const char *file,
                       const char *result);
/* Runs `gnuplot script` in a directory. program: gnuplot, or what tests put in its place. */
ley_status ley_gnuplot_run(const char *program, const char *directory, const char *script, ley_error *err);

#endif
