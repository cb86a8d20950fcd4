#include "plot/script.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Places ------------------------------------------------------------------------------------------------- */

typedef struct plan {
    double width, height;                    /* of the figure */
    double left, right, top, bottom;         /* margins */
    double panel_width, panel_height, gap_y; /* of the areas inside the axes */
    double column[LEY_PLOT_PANELS];          /* left edges of the panels */
    size_t label_limit, title_limit;         /* letters in a line of a vertical label, of the title */
    bool legend_below;
    bool vectors; /* SVG and PDF */
} plan;

static bool has_legend(const ley_figure *figure, const ley_panel *panel) {
    return panel->used && panel->n_curves > 0 && panel->n_y == 0 && panel->colouring != LEY_COLOUR_GRADIENT &&
           (panel->n_curves > 1 || (figure->shared_legend && figure->legend_title));
}

/* Letters of the widest entry of the legends in one column of panels. */
static size_t widest_entry(const ley_figure *figure, ley_index column) {
    size_t widest = 0;
    for (ley_index row = 0; row < figure->rows; row++) {
        const ley_panel *panel = &figure->panels[row * figure->columns + column];
        for (ley_index k = 0; has_legend(figure, panel) && k < panel->n_curves; k++)
            if (ley_script_letters(panel->curves[k].label) > widest)
                widest = ley_script_letters(panel->curves[k].label);
    }
    return widest;
}

static plan make_plan(const ley_figure *figure) {
    plan p = {0};
    const ley_index rows = figure->rows, columns = figure->columns;
    bool any_map = false, any_title = false, bar_labels = false, shared_bar = false, own_bars = false;
    ley_index entries = 0;
    for (ley_index i = 0; i < rows * columns; i++) {
        const ley_panel *panel = &figure->panels[i];
        any_map = any_map || panel->n_y > 0;
        any_title = any_title || (panel->title && panel->title[0]);
        bar_labels = bar_labels || (panel->free && panel->n_y > 0);
        const bool gradient = panel->n_curves > 0 && panel->colouring == LEY_COLOUR_GRADIENT;
        shared_bar = shared_bar || (gradient && figure->shared_legend);
        own_bars = own_bars || panel->n_y > 0 || (gradient && !figure->shared_legend);
        if (has_legend(figure, panel) && panel->n_curves > entries) entries = panel->n_curves;
    }
    const bool wide = figure->panels[0].x_is_time && !figure->column_titles;
    p.panel_width = columns == 1 ? 700 : columns == 2 ? (wide ? 430 : 400) : columns == 3 ? 300 : 240;
    p.panel_height = rows == 1 ? (columns == 1 ? 430 : 330) : rows == 2 ? 270 : rows == 3 ? 210 : 170;
    if (any_map && columns == 1 && rows == 1) p.panel_width = 560;
    p.label_limit = (size_t)(p.panel_height / (LETTER - 0.5));

    int label_lines = 1;
    for (ley_index i = 0; i < rows * columns; i++) {
        const ley_panel *panel = &figure->panels[i];
        if (!panel->used) continue;
        const int lines = ley_script_lines(panel->n_y ? panel->map_y_label : panel->y_label, p.label_limit);
        if (lines > label_lines) label_lines = lines;
    }
    const double before = LABEL_AWAY + 24 + LINE * (label_lines - 1); /* ticks and label left of a panel */
    const bool named_above =
        (any_map && !figure->column_titles) || any_title; /* a map has its quantity as its title */
    p.left = before;
    p.right = 28;
    p.gap_y = (figure->shared_columns ? 30 : 90) + (named_above ? 30 : 0);
    p.bottom = 76;
    double x = p.left;
    for (ley_index column = 0; column < columns; column++) {
        double behind = 0; /* what stands right of this column of panels */
        const size_t widest = widest_entry(figure, column);
        if (widest && !figure->shared_legend) behind = KEY + (LETTER + 1) * (double)widest;
        if (own_bars && behind < 84) behind = 84;
        if (bar_labels || (any_map && figure->column_titles && column + 1 == columns)) behind += 40;
        p.column[column] = x;
        x += p.panel_width;
        if (column + 1 < columns)
            x += behind + (figure->shared_rows ? 36 : 20 + before);
        else
            p.right += behind;
    }
    const size_t widest = figure->shared_legend ? widest_entry(figure, figure->legend_from % figure->columns) : 0;
    if (widest > 26) {
        p.legend_below = true;
        p.bottom += 14 + 26 * (double)entries;
    } else if (widest) {
        p.right += KEY + (LETTER + 1) * (double)widest;
    }
    if (shared_bar) p.right += 112;
    p.width = x + p.right;
    p.title_limit = (size_t)((p.width - p.left - 16) / 11.5);
    const int title_lines = ley_script_lines(figure->title, p.title_limit);
    p.top = (title_lines ? 34 + 24 * title_lines : 26) + (figure->column_titles || named_above ? 30 : 0);
    p.height = p.top + p.bottom + (double)rows * p.panel_height + (double)(rows - 1) * p.gap_y;
    return p;
}

/* ---- One panel ---------------------------------------------------------------------------------------------- */

static void axis_range(ley_text *script, const ley_panel *panel, double width) {
    if (panel->words) {
        ley_text_add(script, "set xrange [-0.5:%lld.5]\nset xtics (", (long long)panel->n_x - 1);
        size_t longest = 0;
        for (ley_index i = 0; i < panel->n_x; i++) {
            if (ley_script_letters(panel->words[i]) > longest) longest = ley_script_letters(panel->words[i]);
            ley_text_add(script, i ? ", " : "");
            ley_script_quoted(script, panel->words[i]);
            ley_text_add(script, " %.12g", panel->x[i]);
        }
        const double wide = (double)(LETTER * (longest + 1) * (size_t)panel->n_x);
        ley_text_add(script, ") rotate by %d%s\n", wide > width ? -18 : 0, wide > width ? " left" : " center");
        return;
    }
    ley_range r = ley_range_of_x(panel);
    if (r.low > r.high) r = (ley_range){0, 1};
    const double room = panel->x_is_time || panel->x_asked.given ? 0 : 0.04;
    if (panel->x_asked.given) r = (ley_range){panel->x_asked.low, panel->x_asked.high};
    if (panel->log_x) {
        const double factor = pow(r.high / r.low, room);
        ley_text_add(script, "set logscale x\nset xrange [%.12g:%.12g]\n", r.low / factor, r.high * factor);
        ley_script_few_ticks(script, 'x', (ley_range){r.low / factor, r.high * factor});
        return;
    }
    if (r.high == r.low) r = (ley_range){r.low - 0.5, r.high + 0.5};
    ley_text_add(script, "set xrange [%.12g:%.12g]\n", r.low - room * (r.high - r.low),
                 r.high + room * (r.high - r.low));
    bool whole = r.high - r.low <= 12;
    for (ley_index i = 0; i < panel->n_x && whole; i++) whole = panel->x[i] == floor(panel->x[i]);
    if (whole && !panel->x_is_time && (!panel->free || panel->x_whole)) {
        ley_text_add(script, "set xtics 1\n");
        return;
    }
    /* gnuplot's own choice runs the numbers of a narrow panel into one another. */
    const double least = (r.high - r.low) * TICK_APART / width, decade = pow(10, floor(log10(least)));
    static const double steps[] = {1, 2, 5, 10};
    int i = 0;
    while (i < 3 && steps[i] * decade < least * (1 - 1e-9)) i++;
    ley_text_add(script, "set xtics %.12g\n", steps[i] * decade);
}

/* A legend is a plot of its own that spans the page, its curves out of sight: gnuplot breaks one that is higher
 * than its plot into columns, and these end outside the page. */
static const char axes[] = "set border 3 linewidth 1.2 linecolor rgb '#444444'\n"
                           "set tics nomirror out scale 0.6 textcolor rgb '#222222'\n"
                           "set grid ytics linetype 1 linewidth 0.8 linecolor rgb '#E4E4E4'\n";
static const char out_of_sight[] = "(-9):(-9)"; /* where the page is 0 .. 1 */

static void draw_curves(ley_text *script, const ley_panel *panel, ley_index i_panel, bool legend) {
    const bool points = !panel->x_is_time && panel->n_x <= POINTS_SHOWN;
    const char *style = panel->words ? "points" : points ? "linespoints" : "lines";
    ley_text_add(script, "plot ");
    for (ley_index k = 0; k < panel->n_curves; k++) {
        char colour[8];
        const long long first = panel->own_x ? 2 * k + 1 : 1, second = panel->own_x ? 2 * k + 2 : k + 2;
        if (k) ley_text_add(script, ", \\\n     ");
        if (panel->colouring == LEY_COLOUR_GRADIENT) { /* which has a bar in place of names */
            ley_text_add(
                script, "$panel%lld using %lld:%lld:(%.12g) with %s linewidth 2 linecolor palette%s notitle",
                (long long)i_panel + 1, first, second, panel->curves[k].at, style, points ? " pointtype 7" : "");
            continue;
        }
        if (panel->colouring == LEY_COLOUR_STEPS)
            ley_script_step(colour, panel->n_curves > 1 ? 0.82 * (double)k / (double)(panel->n_curves - 1) : 0.3);
        else
            snprintf(colour, sizeof colour, "%s", ley_script_kind(k));
        ley_text_add(script, "$panel%lld using ", (long long)i_panel + 1);
        if (legend)
            ley_text_add(script, "%s", out_of_sight);
        else
            ley_text_add(script, "%lld:%lld", first, second);
        ley_text_add(script, " with %s linewidth 2.5 linecolor rgb '%s'", style, colour);
        if (k >= LEY_KINDS && panel->colouring == LEY_COLOUR_KINDS && !panel->words)
            ley_text_add(script, " dashtype %lld", (long long)(k / LEY_KINDS) + 1);
        if (points || panel->words) ley_text_add(script, " pointtype %d", ley_script_mark(k));
        if (legend) {
            ley_text_add(script, " title ");
            ley_script_quoted(script, panel->curves[k].label);
        } else {
            ley_text_add(script, " notitle");
        }
    }
    ley_text_add(script, "\n");
}

/* Curves that each have their own x values, colour and style. */
static void draw_free_curves(ley_text *script, const ley_panel *panel, ley_index i_panel, bool legend) {
    static const char *const styles[] = {[LEY_CURVE_LINES] = "lines",
                                         [LEY_CURVE_POINTS] = "points",
                                         [LEY_CURVE_LINESPOINTS] = "linespoints",
                                         [LEY_CURVE_DASHED] = "lines",
                                         [LEY_CURVE_DOTTED] = "lines"};
    ley_text_add(script, "plot ");
    for (ley_index k = 0; k < panel->n_curves; k++) {
        const ley_curve *curve = &panel->curves[k];
        const bool gradient = panel->colouring == LEY_COLOUR_GRADIENT;
        if (k) ley_text_add(script, ", \\\n     ");
        ley_text_add(script, "$panel%lld_%lld using %s", (long long)i_panel + 1, (long long)k + 1,
                     legend ? out_of_sight : "1:2");
        if (gradient) ley_text_add(script, ":(%.12g)", curve->at);
        ley_text_add(script, " with %s linewidth %s", styles[curve->style], gradient ? "2" : "2.5");
        if (gradient)
            ley_text_add(script, " linecolor palette");
        else
            ley_text_add(script, " linecolor rgb '%s'", curve->colour);
        if (curve->style == LEY_CURVE_DASHED) ley_text_add(script, " dashtype 2");
        if (curve->style == LEY_CURVE_DOTTED) ley_text_add(script, " dashtype 3");
        if (curve->style == LEY_CURVE_POINTS || curve->style == LEY_CURVE_LINESPOINTS)
            ley_text_add(script, " pointtype %d", gradient ? 7 : ley_script_mark(curve->mark));
        if (legend && curve->label[0]) {
            ley_text_add(script, " title ");
            ley_script_quoted(script, curve->label);
        } else {
            ley_text_add(script, " notitle");
        }
    }
    ley_text_add(script, "\n");
}

static void draw_any_curves(ley_text *script, const ley_panel *panel, ley_index i_panel, bool legend) {
    if (panel->free)
        draw_free_curves(script, panel, i_panel, legend);
    else
        draw_curves(script, panel, i_panel, legend);
}

static void draw_legend(ley_text *script, const ley_figure *figure, const plan *p, ley_index i_panel) {
    const ley_panel *panel = &figure->panels[i_panel];
    const double left = p->column[i_panel % figure->columns],
                 top = p->top + (double)(i_panel / figure->columns) * (p->panel_height + p->gap_y);
    ley_text_add(script,
                 "set lmargin at screen 0; set rmargin at screen 1; set tmargin at screen 1; set bmargin at "
                 "screen 0\nunset logscale; set xrange [0:1]; set yrange [0:1]\n"
                 "unset title; unset border; set format ''; set tics scale 0; unset grid; unset xzeroaxis\n"
                 "unset label 1; unset label 2; unset label 3; unset label 4\n");
    if (figure->shared_legend && p->legend_below)
        ley_text_add(script, "set key at screen %.5f,%.5f left bottom vertical maxrows %lld Left reverse\n",
                     p->left / p->width, 8 / p->height, (long long)panel->n_curves);
    else
        ley_text_add(script, "set key at screen %.5f,%.5f left top vertical maxrows %lld Left reverse\n",
                     ((figure->shared_legend ? p->width - p->right + 16 : left + p->panel_width + 10)) / p->width,
                     1 - ((figure->shared_legend ? p->top : top) - 8) / p->height, (long long)panel->n_curves);
    draw_any_curves(script, panel, i_panel, true);
    ley_text_add(script, "%s", axes);
}

static void draw_over_map(ley_text *script, const ley_panel *panel, ley_index i_panel) {
    for (ley_index k = 0; k < panel->n_curves; k++) {
        const ley_curve *curve = &panel->curves[k];
        ley_text_add(script,
                     ", \\\n     $panel%lld_%lld using %s:%s with %s linewidth 2 linecolor rgb '%s'%s notitle",
                     (long long)i_panel + 1, (long long)k + 1, panel->log_x ? "(log10($1))" : "1",
                     panel->log_map_y ? "(log10($2))" : "2", curve->style == LEY_CURVE_POINTS ? "points" : "lines",
                     curve->colour,
                     curve->style == LEY_CURVE_DASHED   ? " dashtype 2"
                     : curve->style == LEY_CURVE_DOTTED ? " dashtype 3"
                                                        : "");
        if (curve->style == LEY_CURVE_POINTS) ley_text_add(script, " pointtype 7");
    }
}

static void draw_map(ley_text *script, const ley_figure *figure, const plan *p, ley_index i_panel,
                     const ley_grid *g) {
    const long long n = (long long)i_panel + 1;
    const ley_panel *panel = &figure->panels[i_panel];
    /* Viewers of SVG and PDF smear a small image when they enlarge it; cells drawn one by one stay sharp. */
    const bool cells = p->vectors && panel->n_x * panel->n_y <= CELLS_DRAWN;
    if (g->evenly)
        ley_text_add(script, "plot $panel%lld using 1:2:3 with image%s notitle", n, cells ? " pixels" : "");
    else
        ley_text_add(
            script,
            "plot $panel%lld using 1:2:4:5:6:7:3 with boxxyerror linecolor palette fillstyle solid noborder "
            "notitle",
            n);
    if (figure->contours || panel->contours)
        ley_text_add(script, ", \\\n     $contours%lld with lines linewidth 1.2 linecolor rgb '#FFFFFF' notitle",
                     n);
    draw_over_map(script, panel, i_panel);
    ley_text_add(script, "\n");
}

static ley_range map_range(const ley_asked_range *asked, bool logarithmic) {
    return logarithmic ? (ley_range){log10(asked->low), log10(asked->high)} : (ley_range){asked->low, asked->high};
}

static void one_panel(ley_text *script, const ley_figure *figure, const plan *p, ley_index i_panel) {
    const ley_panel *panel = &figure->panels[i_panel];
    const ley_index row = i_panel / figure->columns, column = i_panel % figure->columns;
    const double left = p->column[column];
    const double top = p->top + (double)row * (p->panel_height + p->gap_y);
    const bool below = row + 1 < figure->rows && figure->panels[i_panel + figure->columns].used;
    const bool hide_x = figure->shared_columns && below, hide_y = figure->shared_rows && column > 0;
    const bool is_map = panel->n_y > 0;
    ley_grid g = {0};
    ley_text_add(script, "\n# ---- panel %lld\n", (long long)i_panel + 1);
    if (is_map) g = ley_script_map_numbers(script, panel, i_panel, figure->contours || panel->contours);
    if (panel->n_curves > 0 || !is_map) ley_script_curve_numbers(script, panel, i_panel);
    ley_text_add(script,
                 "set lmargin at screen %.5f; set rmargin at screen %.5f\n"
                 "set tmargin at screen %.5f; set bmargin at screen %.5f\n",
                 left / p->width, (left + p->panel_width) / p->width, 1 - top / p->height,
                 1 - (top + p->panel_height) / p->height);
    ley_text_add(script, "unset logscale; set xtics autofreq norotate; set ytics autofreq; set format '%%h'\n"
                         "set border 3; set grid ytics\n");

    /* The same range in every panel that shares the axis, whatever each holds. */
    ley_range r = {INFINITY, -INFINITY};
    for (ley_index k = 0; k < figure->columns; k++) {
        const ley_panel *other = &figure->panels[row * figure->columns + k];
        if (!other->used || (other != panel && !figure->shared_rows)) continue;
        ley_range one = ley_range_of_values(other);
        ley_range_include(&r, one.low);
        ley_range_include(&r, one.high);
    }
    if (is_map) {
        if (panel->x_asked.given) g.x = map_range(&panel->x_asked, panel->log_x);
        if (panel->y_asked.given) g.y = map_range(&panel->y_asked, panel->log_map_y);
        ley_text_add(script, "set xrange [%.12g:%.12g]\nset yrange [%.12g:%.12g]\n", g.x.low, g.x.high, g.y.low,
                     g.y.high);
        if (panel->log_x) ley_script_log_ticks(script, 'x', g.x);
        if (panel->log_map_y) ley_script_log_ticks(script, 'y', g.y);
        ley_range shown = r.low > r.high ? (ley_range){0, 1} : r;
        if (shown.low == shown.high)
            shown = (ley_range){r.low - fmax(1e-3, 0.01 * fabs(r.low)), r.high + fmax(1e-3, 0.01 * fabs(r.high))};
        if (panel->z_asked.given) shown = (ley_range){panel->z_asked.low, panel->z_asked.high};
        if (panel->log_z) ley_text_add(script, "set logscale cb; set format cb '1e%%T'\n");
        ley_text_add(script, "set cbrange [%.12g:%.12g]\n", shown.low, shown.high);
        if (panel->free || (figure->column_titles && column + 1 == figure->columns)) {
            ley_text_add(script, "set cblabel ");
            ley_script_quoted_lines(script, panel->z_label, p->label_limit);
            ley_text_add(script, " offset 1,0\n");
        } else {
            ley_text_add(script, "unset cblabel\n");
        }
        ley_text_add(script, "set colorbox user origin screen %.5f,%.5f size screen %.5f,%.5f noborder\n",
                     (left + p->panel_width + 14) / p->width, 1 - (top + p->panel_height) / p->height,
                     16 / p->width, p->panel_height / p->height);
        ley_text_add(script, "unset grid; set border 15\n");
    } else {
        axis_range(script, panel, p->panel_width);
        ley_range shown = ley_range_padded(r, panel->log_y);
        if (panel->y_asked.given) shown = (ley_range){panel->y_asked.low, panel->y_asked.high};
        if (panel->log_y)
            ley_text_add(script, "set logscale y%s\n",
                         shown.low < 1e-3 || shown.high > 1e4 ? "; set format y '1e%T'" : "");
        ley_text_add(script, "set yrange [%.12g:%.12g]\n", shown.low, shown.high);
        if (panel->log_y) ley_script_few_ticks(script, 'y', shown);
        if (shown.low < 0 && shown.high > 0 && !panel->log_y)
            ley_text_add(script, "set xzeroaxis linetype 1 linewidth 1 linecolor rgb '#999999'\n");
        else
            ley_text_add(script, "unset xzeroaxis\n");
    }
    if (hide_x) {
        ley_text_add(script, "set format x ''; unset label 3\n");
        if (panel->words || (is_map && panel->log_x)) ley_text_add(script, "unset xtics\n");
    } else {
        ley_text_add(script, "set label 3 ");
        ley_script_quoted(script, panel->x_label);
        ley_text_add(script, " at screen %.5f,%.5f center\n", (left + p->panel_width / 2) / p->width,
                     1 - (top + p->panel_height + 57) / p->height);
    }
    if (r.low > r.high)
        ley_text_add(script, "set label 4 'no finished points' at graph 0.5,0.5 center textcolor rgb '#888888'\n");
    else
        ley_text_add(script, "unset label 4\n");
    ley_text_add(script, hide_y ? "set format y ''; unset label 2\n" : "set label 2 ");
    if (!hide_y) { /* placed by hand: gnuplot's own label moves with the width of the ticks */
        const char *label = is_map ? panel->map_y_label : panel->y_label;
        ley_script_quoted_lines(script, label, p->label_limit);
        ley_text_add(script, " at screen %.5f,%.5f center rotate by 90\n",
                     (left - LABEL_AWAY - LINE * (ley_script_lines(label, p->label_limit) - 1)) / p->width,
                     1 - (top + p->panel_height / 2) / p->height);
    }
    const char *above = figure->column_titles ? (row == 0 ? figure->column_titles[column] : NULL)
                        : panel->title        ? panel->title
                                              : (is_map ? panel->z_label : NULL);
    ley_text_add(script, above && above[0] ? "set title " : "unset title\n");
    if (above && above[0]) {
        ley_script_quoted(script, above);
        ley_text_add(script, " offset 0,-0.4\n");
    }

    ley_text_add(script, "unset key\n");
    if (panel->n_curves > 0 && !is_map && panel->colouring == LEY_COLOUR_GRADIENT) {
        ley_range at = {INFINITY, -INFINITY};
        for (ley_index k = 0; k < panel->n_curves; k++) ley_range_include(&at, panel->curves[k].at);
        if (figure->log_colour) ley_text_add(script, "set logscale cb\n");
        ley_text_add(script, "set cbrange [%.12g:%.12g]\n", at.low, at.high);
        if (i_panel == 0 || !figure->shared_legend) {
            const bool whole_height = figure->shared_legend;
            const double bottom = whole_height ? p->bottom : p->height - top - p->panel_height;
            ley_text_add(script, "set cblabel ");
            ley_script_quoted(script, figure->legend_title ? figure->legend_title : "");
            ley_text_add(script,
                         " offset 1,0\nset colorbox user origin screen %.5f,%.5f size screen %.5f,%.5f noborder\n",
                         (figure->shared_legend ? p->width - p->right + 18 : left + p->panel_width + 14) / p->width,
                         bottom / p->height, 16 / p->width,
                         (whole_height ? p->height - p->top - p->bottom : p->panel_height) / p->height);
        } else {
            ley_text_add(script, "unset colorbox\n");
        }
    }
    if (is_map)
        draw_map(script, figure, p, i_panel, &g);
    else
        draw_any_curves(script, panel, i_panel, false);
    if (!is_map && has_legend(figure, panel) && panel->colouring != LEY_COLOUR_GRADIENT &&
        (!figure->shared_legend || i_panel == figure->legend_from))
        draw_legend(script, figure, p, i_panel);
}

/* ---- The whole ---------------------------------------------------------------------------------------------- */

void ley_figure_script(ley_text *script, const ley_figure *figure, ley_figure_format format, const char *file,
                       const char *result) {
    plan p = make_plan(figure);
    p.vectors = format != LEY_FIGURE_PNG;
    bool curves_only = true;
    for (ley_index i = 0; i < figure->rows * figure->columns; i++)
        curves_only = curves_only && figure->panels[i].n_y == 0;
    ley_text_add(script, "# Drawn from ");
    for (const char *c = result; *c; c++) ley_text_add(script, "%c", (unsigned char)*c < ' ' ? ' ' : *c);
    ley_text_add(script,
                 " by leyden %s. The numbers are in this file: edit it, and draw again in this\n"
                 "# folder with: gnuplot SCRIPT\n"
                 "set encoding utf8\n",
                 ley_version());
    switch (format) {
    case LEY_FIGURE_SVG:
        ley_text_add(script,
                     "set terminal svg size %.0f,%.0f noenhanced font 'sans-serif,%d' background rgb 'white'\n",
                     p.width, p.height, FONT);
        break;
    case LEY_FIGURE_PDF: /* 96 pixels an inch; 17 pixels are 12.75 points */
        ley_text_add(script,
                     "set terminal pdfcairo size %.4fin,%.4fin noenhanced font 'sans-serif,12.75' fontscale 0.75 "
                     "linewidth 1.4 background rgb 'white'\n",
                     p.width / 96, p.height / 96);
        break;
    case LEY_FIGURE_PNG: /* twice the pixels of the SVG */
        ley_text_add(
            script,
            "set terminal pngcairo size %.0f,%.0f noenhanced font 'sans-serif,12.75' fontscale 2 linewidth 2 "
            "pointscale 2 background rgb 'white'\n",
            2 * p.width, 2 * p.height);
        break;
    }
    ley_text_add(script, "set output ");
    ley_script_quoted(script, file);
    ley_text_add(script, "\n");
    ley_script_palette(script, figure->palette,
                       curves_only); /* lines in the last, yellow steps are hard to see on white */
    ley_text_add(script,
                 "%sset key samplen 1.6 spacing 1.15\n"
                 "set pointsize %g\n"
                 "set multiplot\n",
                 axes, p.vectors ? 0.75 : 1.0); /* the terminals differ in what 1 is */
    if (figure->title[0]) {
        ley_text_add(script, "set label 1 ");
        ley_script_quoted_lines(script, figure->title, p.title_limit);
        ley_text_add(script, " at screen %.5f,%.5f left font '%s'\n", p.left / p.width, 1 - 26 / p.height,
                     format == LEY_FIGURE_SVG ? "sans-serif,22" : "sans-serif:Bold,15");
    }
    for (ley_index i = 0; i < figure->rows * figure->columns; i++) {
        if (!figure->panels[i].used) continue;
        one_panel(script, figure, &p, i);
        ley_text_add(script, "unset label 1\n");
    }
    ley_text_add(script, "unset multiplot\nset output\n");
}
