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
    ley_sketch_map *map; /* in place of curves */
} ley_sketch_panel;

typedef struct ley_sketch {
    const char *title;        /* NULL: that of the scenario */
    int32_t columns;          /* 0: chosen */
    ley_sketch_panel *panels; /* [n_panels] */
    ley_index n_panels;
} ley_sketch;

enum { LEY_SKETCH_PANELS = 24 };

/* Fills what the node asks for; memory of the tree. LEY_ERR_SCENARIO at line and column. */
ley_status ley_sketch_read(ley_sketch *sketch, ley_tree *tree, const ley_node *node, ley_error *err);

#endif
