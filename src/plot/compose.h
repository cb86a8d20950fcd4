/* plot: what the files that compose a figure share. compose.c: results, the whole; compose_curves.c, compose_map.c:
 * the two kinds of panels. Callers: these. */
#ifndef LEYDEN_PLOT_COMPOSE_H
#define LEYDEN_PLOT_COMPOSE_H

#include "plot/figure.h"
#include "plot/pick.h"
#include "plot/script.h"

typedef struct ley_maker {
    const ley_plot_file *files;
    ley_index n_files;
    ley_result **open; /* [n_files] */
    bool strict;
    const ley_sketch *sketch;
    ley_error *err;
} ley_maker;

typedef struct ley_panel_maker {
    ley_maker *m;
    const ley_sketch_panel *sketch;
    ley_panel *panel;
    size_t room;
    ley_index next_colour;
    const char *quantity; /* of the curves so far; NULL: none yet */
    bool one_quantity, one_family;
    bool x_fractions; /* an x value is no whole number */
} ley_panel_maker;

ley_status ley_compose_out_of_memory(ley_error *err);
/* The result of a scenario; "" is the only one. */
ley_status ley_compose_open(ley_maker *m, ley_result **result, const char *name, const ley_node *node);
ley_plot_axis ley_compose_axis(const ley_layout_axis *axis); /* borrowed */
void ley_compose_label(char **label, const char *text);      /* unless there is one */
ley_status ley_compose_curves(ley_panel_maker *p);
ley_status ley_compose_over_map(ley_panel_maker *p); /* curves on the map that the panel has already */
ley_status ley_compose_map(ley_panel_maker *p);

#endif
