#include "core/memory.h"
#include "plot/figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lengths are in pixels of the SVG; PDF and PNG scale them. */
enum { FONT = 17, LETTER = 9, LINE = 22, LABEL_AWAY = 74, KEY = 58, POINTS_SHOWN = 40, CELLS_DRAWN = 10000 };

/* Okabe and Ito, Color Universal Design (2008): told apart by every common kind of colour vision. */
static const char *const kinds[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                    "#E69F00", "#56B4E9", "#000000", "#8C6BB1"};
enum { KINDS = sizeof kinds / sizeof *kinds };
static const int marks[] = {7, 5, 9, 13, 11, 6, 4, 8};

/* viridis (Smith, van der Walt; matplotlib): equal steps look equal, in grey too. */
static const unsigned char viridis[][3] = {{68, 1, 84},    {72, 36, 117},  {65, 68, 135},  {53, 95, 141},
                                           {42, 120, 142}, {33, 145, 140}, {34, 168, 132}, {68, 191, 112},
                                           {122, 209, 81}, {189, 223, 38}, {253, 231, 37}};
enum { VIRIDIS = sizeof viridis / sizeof *viridis };

static void step_colour(char out[8], double at) {
    double place = at * (VIRIDIS - 1);
    int low = (int)place < VIRIDIS - 1 ? (int)place : VIRIDIS - 2;
    double part = place - low;
    int c[3];
    for (int i = 0; i < 3; i++)
        c[i] = (int)lround(viridis[low][i] + part * (viridis[low + 1][i] - viridis[low][i]));
    snprintf(out, 8, "#%02X%02X%02X", c[0] & 255, c[1] & 255, c[2] & 255);
}

/* A gnuplot string that means the text and nothing else. */
static void quoted(ley_text *script, const char *text) {
    ley_text_add(script, "'");
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            ley_text_add(script, "''");
        else
            ley_text_add(script, "%c", (unsigned char)*c < ' ' ? ' ' : *c);
    }
    ley_text_add(script, "'");
}

static size_t letters(const char *text) { /* characters, not bytes, of UTF-8 */
    size_t n = 0;
    for (; *text; text++) n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

/* Length in bytes of the first line of a text broken at spaces, or before the unit in brackets if that is enough.
 */
static size_t first_line(const char *text, size_t limit) {
    if (letters(text) <= limit) return strlen(text);
    size_t fits = 0, n = 0;
    const char *unit = strstr(text, " (");
    for (size_t i = 0; text[i] && n <= limit; i++) {
        if (text[i] == ' ') {
            fits = i;
            if (text + i == unit) break;
        }
        n += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return fits ? fits : strcspn(text, " "); /* a word longer than a line stays whole */
}

static int lines_of(const char *text, size_t limit) {
    int lines = 0;
    while (*text) {
        text += first_line(text, limit);
        text += strspn(text, " ");
        lines++;
    }
    return lines;
}

/* Quotes of this kind know no escapes in gnuplot: a new line is joined from outside. */
static void quoted_lines(ley_text *script, const char *text, size_t limit) {
    for (bool first = true; *text || first; first = false) {
        const size_t length = first_line(text, limit);
        char *line = ley_duplicate(text);
        if (!line) {
            script->failed = 1;
            return;
        }
        line[length] = 0;
        if (!first) ley_text_add(script, ".\"\\n\".");
        quoted(script, line);
        ley_release(line);
        text += length;
        text += strspn(text, " ");
    }
}

/* ---- Ranges ------------------------------------------------------------------------------------------------- */

typedef struct range {
    double low, high; /* low > high: nothing finite */
} range;

static void include(range *r, double value) {
    if (!isfinite(value)) return;
    if (value < r->low) r->low = value;
    if (value > r->high) r->high = value;
}

static range values_range(const ley_panel *panel) {
    range r = {INFINITY, -INFINITY};
    for (ley_index k = 0; k < panel->n_curves; k++)
        for (ley_index i = 0; i < panel->n_x; i++)
            if (!panel->log_y || panel->curves[k].y[i * panel->curves[k].stride] > 0)
                include(&r, panel->curves[k].y[i * panel->curves[k].stride]);
    for (ley_index i = 0; i < panel->n_x; i++)
        for (ley_index j = 0; j < panel->n_y; j++) include(&r, panel->z[i * panel->x_stride + j * panel->y_stride]);
    return r;
}

static range array_range(const double *values, ley_index n) {
    range r = {INFINITY, -INFINITY};
    for (ley_index i = 0; i < n; i++) include(&r, values[i]);
    return r;
}

/* Room above and below the curves; zero is shown where it is near, so that heights can be compared. */
static range padded(range r, bool logarithmic) {
    if (r.low > r.high) return logarithmic ? (range){0.1, 1} : (range){0, 1};
    if (logarithmic) return (range){fmax(r.low, 1e-18) / 2, fmax(r.high, 1e-17) * 2};
    const double size = fmax(fabs(r.low), fabs(r.high));
    if (r.low < 0 && r.low > -1e-9 * size) r.low = 0;
    if (r.high > 0 && r.high < 1e-9 * size) r.high = 0;
    if (r.high - r.low <= 1e-9 * size || size == 0) { /* constant */
        if (size < 1e-300) return (range){-1, 1};
        if (r.low > 0) return (range){0, 1.3 * r.high};
        if (r.high < 0) return (range){1.3 * r.low, 0};
    }
    if (r.low >= 0 && r.low < 0.45 * r.high) r.low = 0;
    if (r.high <= 0 && r.high > 0.45 * r.low) r.high = 0;
    const double room = 0.06 * (r.high - r.low);
    return (range){r.low == 0 ? 0 : r.low - room, r.high == 0 ? 0 : r.high + room};
}

/* ---- Numbers ------------------------------------------------------------------------------------------------ */

static int compare(const void *a, const void *b, void *values) {
    const double *x = values;
    const ley_index i = *(const ley_index *)a, j = *(const ley_index *)b;
    return (x[i] > x[j]) - (x[i] < x[j]);
}

/* Order of rising values, so that a list in any order gives one line; words keep their order. NULL: no memory. */
static ley_index *rising(const double *values, ley_index n, bool keep) {
    ley_index *order = ley_allocate((size_t)n, sizeof *order);
    if (!order) return NULL;
    for (ley_index i = 0; i < n; i++) order[i] = i;
    if (!keep) qsort_r(order, (size_t)n, sizeof *order, compare, (void *)values);
    return order;
}

static void number(ley_text *script, double value) {
    if (isfinite(value))
        ley_text_add(script, " %.12g", value);
    else
        ley_text_add(script, " NaN"); /* a point that is not there: a gap */
}

static void curve_numbers(ley_text *script, const ley_panel *panel, ley_index i_panel) {
    ley_index *order = rising(panel->x, panel->n_x, panel->words != NULL);
    if (!order) {
        script->failed = 1;
        return;
    }
    ley_text_add(script, "$panel%lld << EOD\n#%s", (long long)i_panel + 1, panel->x_is_time ? " time" : " x");
    for (ley_index k = 0; k < panel->n_curves; k++) {
        ley_text_add(script, ", ");
        for (const char *c = panel->curves[k].label; *c; c++)
            ley_text_add(script, "%c", (unsigned char)*c < ' ' ? ' ' : *c);
    }
    ley_text_add(script, "\n");
    for (ley_index at = 0; at < panel->n_x; at++) {
        const ley_index i = order[at];
        if (!panel->own_x) number(script, panel->x[i]);
        for (ley_index k = 0; k < panel->n_curves; k++) {
            if (panel->own_x) number(script, panel->curves[k].x[i]);
            number(script, panel->curves[k].y[i * panel->curves[k].stride]);
        }
        ley_text_add(script, "\n");
    }
    ley_text_add(script, "EOD\n");
    ley_release(order);
}

/* Where values stand on an axis of a map. A logarithmic axis is drawn over the logarithm, with ticks set by hand:
 * pixels of an image are all of one size. */
static double place(double value, bool logarithmic) {
    return logarithmic ? log10(value) : value;
}

static bool evenly(const double *values, const ley_index *order, ley_index n, bool logarithmic) {
    const double first = place(values[order[0]], logarithmic), last = place(values[order[n - 1]], logarithmic);
    const double step = (last - first) / (double)(n - 1);
    for (ley_index i = 1; i < n; i++)
        if (fabs(place(values[order[i]], logarithmic) - first - step * (double)i) > 1e-6 * step) return false;
    return true;
}

/* Edge of the cell of value i: half way to its neighbour. side -1 or 1. */
static double edge(const double *values, const ley_index *order, ley_index n, bool logarithmic, ley_index i,
                   int side) {
    const double here = place(values[order[i]], logarithmic);
    ley_index next = i + side;
    if (next < 0 || next >= n) { /* the outermost cells are symmetric */
        next = i - side;
        return here - (place(values[order[next]], logarithmic) - here) / 2;
    }
    return (here + place(values[order[next]], logarithmic)) / 2;
}

typedef struct grid {
    range x, y;  /* edges of the outermost cells */
    bool evenly; /* an image will do; else rectangles */
} grid;

static grid map_numbers(ley_text *script, const ley_panel *panel, ley_index i_panel, bool contours) {
    grid g = {{0, 1}, {0, 1}, true};
    ley_index *ox = rising(panel->x, panel->n_x, false), *oy = rising(panel->y, panel->n_y, false);
    if (!ox || !oy) {
        script->failed = 1;
        goto done;
    }
    const bool lx = panel->log_x, ly = panel->log_map_y;
    const ley_index nx = panel->n_x, ny = panel->n_y;
    g.evenly = evenly(panel->x, ox, nx, lx) && evenly(panel->y, oy, ny, ly);
    g.x = (range){edge(panel->x, ox, nx, lx, 0, -1), edge(panel->x, ox, nx, lx, nx - 1, 1)};
    g.y = (range){edge(panel->y, oy, ny, ly, 0, -1), edge(panel->y, oy, ny, ly, ny - 1, 1)};
    ley_text_add(script, "$panel%lld << EOD\n# %sx, %sy, value%s\n", (long long)i_panel + 1, lx ? "log10 " : "",
                 ly ? "log10 " : "", g.evenly ? "" : ", left, right, bottom, top");
    for (ley_index j = 0; j < ny; j++) {
        for (ley_index i = 0; i < nx; i++) {
            number(script, place(panel->x[ox[i]], lx));
            number(script, place(panel->y[oy[j]], ly));
            number(script, panel->z[ox[i] * panel->x_stride + oy[j] * panel->y_stride]);
            if (!g.evenly) {
                for (int side = -1; side <= 1; side += 2) number(script, edge(panel->x, ox, nx, lx, i, side));
                for (int side = -1; side <= 1; side += 2) number(script, edge(panel->y, oy, ny, ly, j, side));
            }
            ley_text_add(script, "\n");
        }
        ley_text_add(script, "\n");
    }
    ley_text_add(script, "EOD\n");
    if (contours)
        ley_text_add(script,
                     "set contour base; unset surface; set cntrparam levels auto 8\n"
                     "set table $contours%lld\nsplot $panel%lld using 1:2:3 with lines\nunset table\n"
                     "unset contour; set surface\n",
                     (long long)i_panel + 1, (long long)i_panel + 1);
done:
    ley_release(ox);
    ley_release(oy);
    return g;
}

/* Ticks of a logarithmic map axis: decades, and 2 and 5 between them where there are few. */
static void log_ticks(ley_text *script, char axis, range r) {
    const bool fine = r.high - r.low < 2.5;
    const char *between = "";
    ley_text_add(script, "set %ctics (", axis);
    for (int decade = (int)floor(r.low); decade <= (int)ceil(r.high); decade++) {
        static const int digits[] = {1, 2, 5};
        for (int d = 0; d < (fine ? 3 : 1); d++) {
            double value = digits[d] * pow(10, decade), at = log10(value);
            if (at < r.low || at > r.high) continue;
            ley_text_add(script, "%s'%.6g' %.12g", between, value, at);
            between = ", ";
        }
    }
    ley_text_add(script, ")\n");
}

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
    return panel->used && panel->n_curves > 0 && panel->colouring != LEY_COLOUR_GRADIENT &&
           (panel->n_curves > 1 || (figure->shared_legend && figure->legend_title));
}

/* Letters of the widest entry of the legends in one column of panels. */
static size_t widest_entry(const ley_figure *figure, ley_index column) {
    size_t widest = 0;
    for (ley_index row = 0; row < figure->rows; row++) {
        const ley_panel *panel = &figure->panels[row * figure->columns + column];
        for (ley_index k = 0; has_legend(figure, panel) && k < panel->n_curves; k++)
            if (letters(panel->curves[k].label) > widest) widest = letters(panel->curves[k].label);
    }
    return widest;
}

static plan make_plan(const ley_figure *figure) {
    plan p = {0};
    const ley_index rows = figure->rows, columns = figure->columns;
    bool any_map = false, shared_bar = false, own_bars = false;
    ley_index entries = 0;
    for (ley_index i = 0; i < rows * columns; i++) {
        const ley_panel *panel = &figure->panels[i];
        any_map = any_map || panel->n_y > 0;
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
        const int lines = lines_of(panel->n_y ? panel->map_y_label : panel->y_label, p.label_limit);
        if (lines > label_lines) label_lines = lines;
    }
    const double before = LABEL_AWAY + 24 + LINE * (label_lines - 1); /* ticks and label left of a panel */
    const bool named_above = any_map && !figure->column_titles;       /* a map has its quantity as its title */
    p.left = before;
    p.right = 28;
    p.gap_y = (figure->shared_columns ? 30 : 90) + (named_above ? 30 : 0);
    p.bottom = 76;
    double x = p.left;
    for (ley_index column = 0; column < columns; column++) {
        double behind = 0; /* what stands right of this column of panels */
        const size_t widest = widest_entry(figure, column);
        if (widest && !figure->shared_legend) behind = KEY + LETTER * (double)widest;
        if (own_bars && behind < 84) behind = 84;
        if (any_map && figure->column_titles && column + 1 == columns) behind += 40;
        p.column[column] = x;
        x += p.panel_width;
        if (column + 1 < columns)
            x += behind + (figure->shared_rows ? 36 : 20 + before);
        else
            p.right += behind;
    }
    const size_t widest = figure->shared_legend ? widest_entry(figure, 0) : 0;
    if (widest > 26) {
        p.legend_below = true;
        p.bottom += 14 + 26 * (double)entries;
    } else if (widest) {
        p.right += KEY + LETTER * (double)widest;
    }
    if (shared_bar) p.right += 112;
    p.width = x + p.right;
    p.title_limit = (size_t)((p.width - p.left - 16) / 11.5);
    const int title_lines = lines_of(figure->title, p.title_limit);
    p.top = (title_lines ? 34 + 24 * title_lines : 26) + (figure->column_titles || named_above ? 30 : 0);
    p.height = p.top + p.bottom + (double)rows * p.panel_height + (double)(rows - 1) * p.gap_y;
    return p;
}

/* ---- One panel ---------------------------------------------------------------------------------------------- */

static void axis_range(ley_text *script, const ley_panel *panel) {
    if (panel->words) {
        ley_text_add(script, "set xrange [-0.5:%lld.5]\nset xtics (", (long long)panel->n_x - 1);
        for (ley_index i = 0; i < panel->n_x; i++) {
            ley_text_add(script, i ? ", " : "");
            quoted(script, panel->words[i]);
            ley_text_add(script, " %.12g", panel->x[i]);
        }
        ley_text_add(script, ")\n");
        return;
    }
    range r = array_range(panel->x, panel->n_x);
    for (ley_index k = 0; panel->own_x && k < panel->n_curves; k++) {
        const range one = array_range(panel->curves[k].x, panel->n_x);
        include(&r, one.low);
        include(&r, one.high);
    }
    if (r.low > r.high) r = (range){0, 1};
    const double room = panel->x_is_time ? 0 : 0.04;
    if (panel->log_x) {
        const double factor = pow(r.high / r.low, room);
        ley_text_add(script, "set logscale x\nset xrange [%.12g:%.12g]\n", r.low / factor, r.high * factor);
        return;
    }
    if (r.high == r.low) r = (range){r.low - 0.5, r.high + 0.5};
    ley_text_add(script, "set xrange [%.12g:%.12g]\n", r.low - room * (r.high - r.low),
                 r.high + room * (r.high - r.low));
    bool whole = r.high - r.low <= 12;
    for (ley_index i = 0; i < panel->n_x && whole; i++) whole = panel->x[i] == floor(panel->x[i]);
    if (whole && !panel->x_is_time) ley_text_add(script, "set xtics 1\n");
}

static void draw_curves(ley_text *script, const ley_panel *panel, ley_index i_panel, bool named) {
    const bool points = !panel->x_is_time && panel->n_x <= POINTS_SHOWN;
    const char *style = panel->words ? "points" : points ? "linespoints" : "lines";
    ley_text_add(script, "plot ");
    for (ley_index k = 0; k < panel->n_curves; k++) {
        char colour[8];
        const long long first = panel->own_x ? 2 * k + 1 : 1, second = panel->own_x ? 2 * k + 2 : k + 2;
        if (k) ley_text_add(script, ", \\\n     ");
        if (panel->colouring == LEY_COLOUR_GRADIENT) {
            ley_text_add(
                script, "$panel%lld using %lld:%lld:(%.12g) with %s linewidth 2 linecolor palette%s notitle",
                (long long)i_panel + 1, first, second, panel->curves[k].at, style, points ? " pointtype 7" : "");
            continue;
        }
        if (panel->colouring == LEY_COLOUR_STEPS)
            step_colour(colour, panel->n_curves > 1 ? 0.82 * (double)k / (double)(panel->n_curves - 1) : 0.3);
        else
            snprintf(colour, sizeof colour, "%s", kinds[k % KINDS]);
        ley_text_add(script, "$panel%lld using %lld:%lld with %s linewidth 2.5 linecolor rgb '%s'",
                     (long long)i_panel + 1, first, second, style, colour);
        if (k >= KINDS && panel->colouring == LEY_COLOUR_KINDS && !panel->words)
            ley_text_add(script, " dashtype %lld", (long long)(k / KINDS) + 1);
        if (points || panel->words) ley_text_add(script, " pointtype %d", marks[k % KINDS]);
        if (named) {
            ley_text_add(script, " title ");
            quoted(script, panel->curves[k].label);
        } else {
            ley_text_add(script, " notitle");
        }
    }
    ley_text_add(script, "\n");
}

static void draw_map(ley_text *script, const ley_figure *figure, const plan *p, ley_index i_panel, const grid *g) {
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
    if (figure->contours)
        ley_text_add(script, ", \\\n     $contours%lld with lines linewidth 1.2 linecolor rgb '#FFFFFF' notitle",
                     n);
    ley_text_add(script, "\n");
}

static void one_panel(ley_text *script, const ley_figure *figure, const plan *p, ley_index i_panel) {
    const ley_panel *panel = &figure->panels[i_panel];
    const ley_index row = i_panel / figure->columns, column = i_panel % figure->columns;
    const double left = p->column[column];
    const double top = p->top + (double)row * (p->panel_height + p->gap_y);
    const bool below = row + 1 < figure->rows && figure->panels[i_panel + figure->columns].used;
    const bool hide_x = figure->shared_columns && below, hide_y = figure->shared_rows && column > 0;
    const bool is_map = panel->n_y > 0;
    grid g = {0};
    ley_text_add(script, "\n# ---- panel %lld\n", (long long)i_panel + 1);
    if (is_map)
        g = map_numbers(script, panel, i_panel, figure->contours);
    else
        curve_numbers(script, panel, i_panel);
    ley_text_add(script,
                 "set lmargin at screen %.5f; set rmargin at screen %.5f\n"
                 "set tmargin at screen %.5f; set bmargin at screen %.5f\n",
                 left / p->width, (left + p->panel_width) / p->width, 1 - top / p->height,
                 1 - (top + p->panel_height) / p->height);
    ley_text_add(script, "unset logscale; set xtics autofreq; set ytics autofreq; set format '%%h'\n"
                         "set border 3; set grid ytics\n");

    /* The same range in every panel that shares the axis, whatever each holds. */
    range r = {INFINITY, -INFINITY};
    for (ley_index k = 0; k < figure->columns; k++) {
        const ley_panel *other = &figure->panels[row * figure->columns + k];
        if (!other->used || (other != panel && !figure->shared_rows)) continue;
        range one = values_range(other);
        include(&r, one.low);
        include(&r, one.high);
    }
    if (is_map) {
        ley_text_add(script, "set xrange [%.12g:%.12g]\nset yrange [%.12g:%.12g]\n", g.x.low, g.x.high, g.y.low,
                     g.y.high);
        if (panel->log_x) log_ticks(script, 'x', g.x);
        if (panel->log_map_y) log_ticks(script, 'y', g.y);
        range shown = r.low > r.high ? (range){0, 1} : r;
        if (shown.low == shown.high)
            shown = (range){r.low - fmax(1e-3, 0.01 * fabs(r.low)), r.high + fmax(1e-3, 0.01 * fabs(r.high))};
        ley_text_add(script, "set cbrange [%.12g:%.12g]\n", shown.low, shown.high);
        if (figure->column_titles && column + 1 == figure->columns) {
            ley_text_add(script, "set cblabel ");
            quoted_lines(script, panel->z_label, p->label_limit);
            ley_text_add(script, " offset 1,0\n");
        } else {
            ley_text_add(script, "unset cblabel\n");
        }
        ley_text_add(script, "set colorbox user origin screen %.5f,%.5f size screen %.5f,%.5f noborder\n",
                     (left + p->panel_width + 14) / p->width, 1 - (top + p->panel_height) / p->height,
                     16 / p->width, p->panel_height / p->height);
        ley_text_add(script, "unset grid; set border 15\n");
    } else {
        axis_range(script, panel);
        range shown = padded(r, panel->log_y);
        if (panel->log_y) ley_text_add(script, "set logscale y; set format y '1e%%T'\n");
        ley_text_add(script, "set yrange [%.12g:%.12g]\n", shown.low, shown.high);
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
        quoted(script, panel->x_label);
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
        quoted_lines(script, label, p->label_limit);
        ley_text_add(script, " at screen %.5f,%.5f center rotate by 90\n",
                     (left - LABEL_AWAY - LINE * (lines_of(label, p->label_limit) - 1)) / p->width,
                     1 - (top + p->panel_height / 2) / p->height);
    }
    const char *above = figure->column_titles ? (row == 0 ? figure->column_titles[column] : NULL)
                                              : (is_map ? panel->z_label : NULL);
    ley_text_add(script, above ? "set title " : "unset title\n");
    if (above) {
        quoted(script, above);
        ley_text_add(script, " offset 0,-0.4\n");
    }

    const bool legend = has_legend(figure, panel) && (!figure->shared_legend || i_panel == 0);
    if (legend && figure->shared_legend && p->legend_below)
        ley_text_add(script, "set key at screen %.5f,%.5f left bottom vertical maxrows %lld Left reverse\n",
                     p->left / p->width, 8 / p->height, (long long)panel->n_curves);
    else if (legend)
        ley_text_add(script, "set key at screen %.5f,%.5f left top vertical maxrows %lld Left reverse\n",
                     ((figure->shared_legend ? p->width - p->right + 16 : left + p->panel_width + 10)) / p->width,
                     1 - (top - 8) / p->height, (long long)panel->n_curves);
    else
        ley_text_add(script, "unset key\n");
    if (panel->n_curves > 0 && panel->colouring == LEY_COLOUR_GRADIENT) {
        range at = {INFINITY, -INFINITY};
        for (ley_index k = 0; k < panel->n_curves; k++) include(&at, panel->curves[k].at);
        if (figure->log_colour) ley_text_add(script, "set logscale cb\n");
        ley_text_add(script, "set cbrange [%.12g:%.12g]\n", at.low, at.high);
        if (i_panel == 0 || !figure->shared_legend) {
            const bool whole_height = figure->shared_legend;
            const double bottom = whole_height ? p->bottom : p->height - top - p->panel_height;
            ley_text_add(script, "set cblabel ");
            quoted(script, figure->legend_title ? figure->legend_title : "");
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
        draw_curves(script, panel, i_panel, legend);
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
    quoted(script, file);
    ley_text_add(script, "\nset palette defined (");
    for (int i = 0; i < VIRIDIS; i++) { /* lines in the last, yellow steps are hard to see on white */
        char colour[8];
        const double at = (double)i / (VIRIDIS - 1);
        step_colour(colour, curves_only ? 0.9 * at : at);
        ley_text_add(script, "%s%g '%s'", i ? ", " : "", at, colour);
    }
    ley_text_add(script,
                 ")\nset border 3 linewidth 1.2 linecolor rgb '#444444'\n"
                 "set tics nomirror out scale 0.6 textcolor rgb '#222222'\n"
                 "set grid ytics linetype 1 linewidth 0.8 linecolor rgb '#E4E4E4'\n"
                 "set key samplen 1.6 spacing 1.15\n"
                 "set pointsize %g\n"
                 "set multiplot\n",
                 p.vectors ? 0.75 : 1.0); /* the terminals differ in what 1 is */
    if (figure->title[0]) {
        ley_text_add(script, "set label 1 ");
        quoted_lines(script, figure->title, p.title_limit);
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
