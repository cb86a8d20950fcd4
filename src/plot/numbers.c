#include "core/memory.h"
#include "plot/script.h"

#include <math.h>
#include <stdlib.h>

/* ---- Ranges ------------------------------------------------------------------------------------------------- */

void ley_range_include(ley_range *r, double value) {
    if (!isfinite(value)) return;
    if (value < r->low) r->low = value;
    if (value > r->high) r->high = value;
}

ley_range ley_range_of_values(const ley_panel *panel) {
    ley_range r = {INFINITY, -INFINITY};
    for (ley_index k = 0; panel->free && panel->n_y == 0 && k < panel->n_curves; k++) {
        const ley_curve *curve = &panel->curves[k];
        for (ley_index i = 0; i < curve->n; i++) {
            const bool inside =
                !panel->x_asked.given || (curve->x[i] >= panel->x_asked.low && curve->x[i] <= panel->x_asked.high);
            if (inside && !curve->is_guide && (!panel->log_y || curve->y[i] > 0))
                ley_range_include(&r, curve->y[i]);
        }
    }
    for (ley_index k = 0; !panel->free && k < panel->n_curves; k++)
        for (ley_index i = 0; i < panel->n_x; i++)
            if (!panel->log_y || panel->curves[k].y[i * panel->curves[k].stride] > 0)
                ley_range_include(&r, panel->curves[k].y[i * panel->curves[k].stride]);
    for (ley_index i = 0; i < panel->n_x; i++)
        for (ley_index j = 0; j < panel->n_y; j++)
            ley_range_include(&r, panel->z[i * panel->x_stride + j * panel->y_stride]);
    return r;
}

static ley_range array_range(const double *values, ley_index n) {
    ley_range r = {INFINITY, -INFINITY};
    for (ley_index i = 0; i < n; i++) ley_range_include(&r, values[i]);
    return r;
}

ley_range ley_range_of_x(const ley_panel *panel) {
    ley_range r = array_range(panel->x, panel->n_x);
    for (ley_index k = 0; (panel->own_x || panel->free) && k < panel->n_curves; k++) {
        const ley_curve *curve = &panel->curves[k];
        const ley_range one = array_range(curve->x, panel->free ? curve->n : panel->n_x);
        if (one.low <= one.high && !curve->is_guide) {
            ley_range_include(&r, one.low);
            ley_range_include(&r, one.high);
        }
    }
    return r;
}

/* Room above and below the curves; zero is shown where it is near, so that heights can be compared. */
ley_range ley_range_padded(ley_range r, bool logarithmic) {
    if (r.low > r.high) return logarithmic ? (ley_range){0.1, 1} : (ley_range){0, 1};
    if (logarithmic) return (ley_range){fmax(r.low, 1e-18) / 2, fmax(r.high, 1e-17) * 2};
    const double size = fmax(fabs(r.low), fabs(r.high));
    if (r.low < 0 && r.low > -1e-9 * size) r.low = 0;
    if (r.high > 0 && r.high < 1e-9 * size) r.high = 0;
    if (r.high - r.low <= 1e-9 * size || size == 0) { /* constant */
        if (size < 1e-300) return (ley_range){-1, 1};
        if (r.low > 0) return (ley_range){0, 1.3 * r.high};
        if (r.high < 0) return (ley_range){1.3 * r.low, 0};
    }
    if (r.low >= 0 && r.low < 0.45 * r.high) r.low = 0;
    if (r.high <= 0 && r.high > 0.45 * r.low) r.high = 0;
    const double room = 0.06 * (r.high - r.low);
    return (ley_range){r.low == 0 ? 0 : r.low - room, r.high == 0 ? 0 : r.high + room};
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

static void comment(ley_text *script, const char *text) {
    for (const char *c = text; *c; c++) ley_text_add(script, "%c", (unsigned char)*c < ' ' ? ' ' : *c);
}

static void free_numbers(ley_text *script, const ley_panel *panel, ley_index i_panel) {
    for (ley_index k = 0; k < panel->n_curves; k++) {
        const ley_curve *curve = &panel->curves[k];
        ley_text_add(script, "$panel%lld_%lld << EOD\n# x, ", (long long)i_panel + 1, (long long)k + 1);
        comment(script, curve->label);
        ley_text_add(script, "\n");
        for (ley_index i = 0; i < curve->n; i++) {
            number(script, curve->x[i]);
            number(script, curve->y[i]);
            ley_text_add(script, "\n");
        }
        if (curve->n == 0) ley_text_add(script, " NaN NaN\n");
        ley_text_add(script, "EOD\n");
    }
}

void ley_script_curve_numbers(ley_text *script, const ley_panel *panel, ley_index i_panel) {
    if (panel->free) {
        free_numbers(script, panel, i_panel);
        return;
    }
    ley_index *order = rising(panel->x, panel->n_x, panel->words != NULL);
    if (!order) {
        script->failed = 1;
        return;
    }
    ley_text_add(script, "$panel%lld << EOD\n#%s", (long long)i_panel + 1, panel->x_is_time ? " time" : " x");
    for (ley_index k = 0; k < panel->n_curves; k++) {
        ley_text_add(script, ", ");
        comment(script, panel->curves[k].label);
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

ley_grid ley_script_map_numbers(ley_text *script, const ley_panel *panel, ley_index i_panel, bool contours) {
    ley_grid g = {{0, 1}, {0, 1}, true};
    ley_index *ox = rising(panel->x, panel->n_x, false), *oy = rising(panel->y, panel->n_y, false);
    if (!ox || !oy) {
        script->failed = 1;
        goto done;
    }
    const bool lx = panel->log_x, ly = panel->log_map_y;
    const ley_index nx = panel->n_x, ny = panel->n_y;
    g.evenly = evenly(panel->x, ox, nx, lx) && evenly(panel->y, oy, ny, ly);
    g.x = (ley_range){edge(panel->x, ox, nx, lx, 0, -1), edge(panel->x, ox, nx, lx, nx - 1, 1)};
    g.y = (ley_range){edge(panel->y, oy, ny, ly, 0, -1), edge(panel->y, oy, ny, ly, ny - 1, 1)};
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
    if (contours) {
        ley_text_add(script,
                     "set autoscale; unset logscale; set contour base; unset surface; set cntrparam levels ");
        for (ley_index i = 0; i < panel->n_levels; i++)
            ley_text_add(script, "%s%.12g", i ? "," : "discrete ", panel->levels[i]);
        ley_text_add(script,
                     "%s\n"
                     "set table $contours%lld\nsplot $panel%lld using 1:2:3 with lines\nunset table\n"
                     "unset contour; set surface\n",
                     panel->n_levels ? "" : "auto 8", (long long)i_panel + 1, (long long)i_panel + 1);
    }
done:
    ley_release(ox);
    ley_release(oy);
    return g;
}

/* Ticks of a logarithmic map axis: decades, and 2 and 5 between them where there are few. */
void ley_script_log_ticks(ley_text *script, char axis, ley_range r) {
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

void ley_script_few_ticks(ley_text *script, char axis, ley_range r) {
    static const int some[] = {1, 2, 5}, more[] = {1, 2, 3, 4, 6, 8};
    const double decades = log10(r.high / r.low);
    const char *between = "";
    if (!(decades > 0) || decades > 2.2) return;
    const bool fine = decades < 0.9;
    ley_text_add(script, "set %ctics (", axis);
    for (int decade = (int)floor(log10(r.low)); decade <= (int)ceil(log10(r.high)); decade++) {
        for (int d = 0; d < (fine ? 6 : 3); d++) {
            const double value = (fine ? more[d] : some[d]) * pow(10, decade);
            if (value < r.low * (1 - 1e-9) || value > r.high * (1 + 1e-9)) continue;
            ley_text_add(script, "%s'%.6g' %.12g", between, value, value);
            between = ", ";
        }
    }
    ley_text_add(script, ")\n");
}
