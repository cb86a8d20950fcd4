/* scenario: what a `figure:` asks for, docs/formats/papers.md. In: its node, of a scenario or of a paper.yaml. Out:
 * plain data in the memory of the tree; names of axes and quantities are looked up later, in a result. Callers:
 * scenario (checks it), plot and papers (draw it). */
#ifndef LEYDEN_SCENARIO_SKETCH_H
#define LEYDEN_SCENARIO_SKETCH_H

#include "scenario/tree.h"

typedef enum ley_sketch_scale { LEY_SCALE_AUTO, LEY_SCALE_LINEAR, LEY_SCALE_LOG } ley_sketch_scale;
typedef enum ley_sketch_style {
    LEY_STYLE_AUTO,
    LEY_STYLE_LINES,
    LEY_STYLE_POINTS,
    LEY_STYLE_LINESPOINTS,
    LEY_STYLE_DASHED,
    LEY_STYLE_DOTTED
} ley_sketch_style;

typedef struct ley_sketch_axis {
    const char *label; /* NULL: from what is drawn */
    ley_sketch_scale scale;
    double low, high; /* NaN: from what is drawn */
    double unit;      /* values are divided by it; 1 */
    double origin;    /* values are counted from it; 0 */
} ley_sketch_axis;

typedef struct ley_sketch_place { /* where: an axis held at a value, or at several that `each` goes through */
    const char *axis;
    const char **values; /* [n] as written */
    ley_index n;
} ley_sketch_place;

typedef struct ley_sketch_curve {
    const char *scenario;    /* "" where there is one */
    const char *y;           /* NULL: a formula */
    const char *fit;         /* the law of a fit of the scenario */
    const char *formula;     /* of x */
    const char *x;           /* an axis, time, or a quantity; NULL: the one axis that is left */
    const char *each;        /* NULL: one curve */
    const char *label;       /* NULL: from what is drawn */
    ley_sketch_place *where; /* [n_where] */
    ley_index n_where;
    ley_sketch_place *relative; /* [n_relative] y is divided by that where these axes have these values */
    ley_index n_relative;
    ley_sketch_style style;
    int32_t colour; /* from 1; 0: the next */
    const ley_node *node;
} ley_sketch_curve;

typedef struct ley_sketch_map {
    const char *scenario, *z, *x, *y; /* x, y: NULL: the axes that are left, as written */
    ley_sketch_place *where;
    ley_index n_where;
    double *contours; /* [n_contours]; none with contours_auto: chosen */
    ley_index n_contours;
    bool contours_auto;
    const ley_node *node;
} ley_sketch_map;

typedef struct ley_sketch_panel {
    const char *title; /* "" for none */
    ley_sketch_axis x, y, z;
    ley_sketch_curve *curves; /* [n_curves] */
    ley_index n_curves;
    ley_sketch_map *map; /* then the curves, if any, lie on it */
} ley_sketch_panel;

typedef enum ley_sketch_palette {
    LEY_PALETTE_VIRIDIS,
    LEY_PALETTE_INFERNO,
    LEY_PALETTE_PLASMA,
    LEY_PALETTE_CIVIDIS,
    LEY_PALETTE_GREY
} ley_sketch_palette;

enum { LEY_SKETCH_COLOURS = 8 };
typedef struct ley_sketch {
    const char *title;        /* NULL: that of the scenario */
    int32_t columns;          /* 0: chosen */
    ley_sketch_panel *panels; /* [n_panels] */
    ley_index n_panels;
    ley_sketch_palette palette;          /* of maps and colour bars */
    int32_t colours[LEY_SKETCH_COLOURS]; /* [n_colours] from 1, in the order in which curves take them */
    int32_t n_colours;                   /* 0: 1, 2, 3 ... */
    bool row_shares;                     /* maps of a row are divided by the largest value of all of them */
} ley_sketch;

enum { LEY_SKETCH_PANELS = 24 };

/* Fills what the node asks for; memory of the tree. LEY_ERR_SCENARIO at line and column. */
ley_status ley_sketch_read(ley_sketch *sketch, ley_tree *tree, const ley_node *node, ley_error *err);

#endif
