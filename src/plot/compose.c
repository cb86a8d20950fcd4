/* A figure as a `figure:` asks for it, from one or several result files. */
#include "plot/compose.h"
#include "core/memory.h"
#include "core/status.h"
#include "core/text.h"

#include <math.h>
#include <string.h>

ley_status ley_compose_out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "plot", "not enough memory to compose the figure");
}

ley_status ley_compose_open(ley_maker *m, ley_result **result, const char *name, const ley_node *node) {
    ley_index i = 0;
    while (i < m->n_files && name[0] && strcmp(m->files[i].name, name) != 0) i++;
    if (i == m->n_files)
        return ley_node_fail(m->err, node, "scenario", "%.60s is not among the scenarios of this figure", name);
    if (!name[0] && m->n_files > 1)
        return ley_node_fail(m->err, node, "scenario", "which scenario? The figure has %lld",
                             (long long)m->n_files);
    ley_status status = m->open[i] ? LEY_OK : ley_result_open(&m->open[i], m->files[i].path, m->err);
    *result = m->open[i];
    return status;
}

ley_plot_axis ley_compose_axis(const ley_layout_axis *axis) {
    return (ley_plot_axis){.name = axis->name, .n = axis->n, .values = axis->values, .labels = axis->labels};
}

void ley_compose_label(char **label, const char *text) {
    if (!*label && text) *label = ley_duplicate(text);
}

/* ---- The whole ---------------------------------------------------------------------------------------------- */

static bool in_legend(const ley_panel *panel, const ley_curve *curve) {
    for (ley_index k = 0; k < panel->n_curves; k++) {
        const ley_curve *other = &panel->curves[k];
        if (strcmp(curve->label, other->label) == 0 && strcmp(curve->colour, other->colour) == 0 &&
            curve->style == other->style && curve->mark == other->mark)
            return true;
    }
    return curve->label[0] == 0;
}

/* Panels share one legend where the largest of them says what all others say. */
static void share_legend(ley_figure *figure) {
    ley_index largest = 0;
    for (ley_index i = 0; i < figure->rows * figure->columns; i++) {
        const ley_panel *panel = &figure->panels[i];
        if (panel->used && panel->n_curves > figure->panels[largest].n_curves) largest = i;
    }
    const ley_panel *whole = &figure->panels[largest];
    for (ley_index i = 0; i < figure->rows * figure->columns; i++) {
        const ley_panel *panel = &figure->panels[i];
        if (!panel->used) continue;
        if (panel->n_y > 0 || panel->n_curves < 2 || panel->colouring != whole->colouring) return;
        for (ley_index k = 0; k < panel->n_curves; k++)
            if (!in_legend(whole, &panel->curves[k])) return;
    }
    figure->shared_legend = true;
    figure->legend_from = whole->colouring == LEY_COLOUR_GRADIENT ? 0 : largest;
}

static ley_asked_range asked(const ley_sketch_axis *axis) {
    return (ley_asked_range){!isnan(axis->low), axis->low, axis->high};
}

/* Values counted from an origin, in units of their own, say so: "(Time - 2) / 10 (units of 1/frequency)". */
static ley_status tell_measure(char **label, const ley_sketch_axis *axis, ley_error *err) {
    const bool moved = axis->origin != 0, divided = axis->unit != 1;
    if (axis->label || !*label || !**label || (!moved && !divided)) return LEY_OK;
    const char *unit = strstr(*label, " (");
    const int length = unit ? (int)(unit - *label) : (int)strlen(*label);
    ley_text text = {0};
    if (moved)
        ley_text_add(&text, divided ? "(%.*s %c %g)" : "%.*s %c %g", length, *label, axis->origin > 0 ? '-' : '+',
                     fabs(axis->origin));
    else
        ley_text_add(&text, "%.*s", length, *label);
    if (divided) ley_text_add(&text, " / %g", axis->unit);
    if (unit) ley_text_add(&text, "%s", unit);
    char *told = ley_text_take(&text);
    if (!told) return ley_compose_out_of_memory(err);
    ley_release(*label);
    *label = told;
    return LEY_OK;
}

static ley_status tell_measures(ley_panel *panel, const ley_sketch_panel *sketch, ley_error *err) {
    ley_status status = panel->words ? LEY_OK : tell_measure(&panel->x_label, &sketch->x, err);
    if (status == LEY_OK)
        status = tell_measure(sketch->map ? &panel->map_y_label : &panel->y_label, &sketch->y, err);
    return status == LEY_OK && sketch->map ? tell_measure(&panel->z_label, &sketch->z, err) : status;
}

static ley_status compose_panel(ley_maker *m, ley_panel *panel, const ley_sketch_panel *sketch) {
    ley_panel_maker p = {.m = m, .sketch = sketch, .panel = panel};
    panel->used = panel->free = true;
    panel->title = ley_duplicate(sketch->title);
    if (!panel->title) return ley_compose_out_of_memory(m->err);
    panel->x_asked = asked(&sketch->x);
    panel->y_asked = asked(&sketch->y);
    panel->z_asked = asked(&sketch->z);
    ley_compose_label(&panel->x_label, sketch->x.label);
    ley_compose_label(&panel->y_label, sketch->y.label);
    ley_status status = sketch->map ? ley_compose_map(&p) : ley_compose_curves(&p);
    if (status == LEY_OK && sketch->map && panel->used && sketch->n_curves > 0) status = ley_compose_over_map(&p);
    return status == LEY_OK && panel->used ? tell_measures(panel, sketch, m->err) : status;
}

/* Maps of a row as shares of the largest value of all of them. */
static void share_rows(ley_figure *figure) {
    for (ley_index row = 0; row < figure->rows; row++) {
        ley_panel *panels = figure->panels + row * figure->columns;
        double largest = 0;
        for (int pass = 0; pass < 2; pass++)
            for (ley_index k = 0; k < figure->columns; k++)
                for (ley_index i = 0; panels[k].owned[2] && i < panels[k].n_x * panels[k].n_y; i++) {
                    double *z = &panels[k].owned[2][i];
                    if (pass && largest > 0) *z /= largest;
                    if (!pass && fabs(*z) > largest) largest = fabs(*z);
                }
    }
}

ley_status ley_figure_compose(ley_figure *figure, const ley_sketch *sketch, const ley_plot_file *files,
                              ley_index n_files, const char *title, bool strict, ley_error *err) {
    *figure = (ley_figure){0};
    ley_maker m = {.files = files, .n_files = n_files, .strict = strict, .sketch = sketch, .err = err};
    figure->palette = sketch->palette;
    m.open = ley_allocate((size_t)n_files, sizeof(ley_result *));
    const ley_index n = sketch->n_panels;
    figure->columns = sketch->columns ? sketch->columns : n <= 1 ? 1 : n <= 4 ? 2 : 3;
    if (figure->columns > n) figure->columns = n;
    figure->rows = (n + figure->columns - 1) / figure->columns;
    figure->panels = ley_allocate((size_t)(figure->rows * figure->columns), sizeof *figure->panels);
    figure->title = ley_duplicate(sketch->title ? sketch->title : title);
    ley_status status = m.open && figure->panels && figure->title ? LEY_OK : ley_compose_out_of_memory(err);
    bool any = false;
    for (ley_index i = 0; i < n && status == LEY_OK; i++) {
        status = compose_panel(&m, &figure->panels[i], &sketch->panels[i]);
        any = any || figure->panels[i].n_curves > 0 || figure->panels[i].n_y > 0;
    }
    if (status == LEY_OK && !any)
        status = ley_fail(err, LEY_ERR_ARGUMENT, "figure", "nothing of the figure is in the result");
    if (status == LEY_OK && sketch->row_shares) share_rows(figure);
    if (status == LEY_OK && n > 1) share_legend(figure);
    if (status == LEY_OK && figure->panels[0].colouring == LEY_COLOUR_GRADIENT)
        figure->legend_title = ley_plot_axis_label(sketch->panels[0].curves[0].each);
    for (ley_index i = 0; m.open && i < n_files; i++) ley_result_close(m.open[i]);
    ley_release(m.open);
    if (status != LEY_OK) ley_figure_clear(figure);
    return status;
}
