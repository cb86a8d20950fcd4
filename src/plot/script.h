/* plot: what the files that write the script share. quote.c: texts and colours; numbers.c: data and their ranges;
 * script.c: places, panels, the whole. Callers: these. */
#ifndef LEYDEN_PLOT_SCRIPT_H
#define LEYDEN_PLOT_SCRIPT_H

#include "plot/figure.h"

/* Lengths are in pixels of the SVG; PDF and PNG scale them. */
enum {
    FONT = 17,
    LETTER = 9,
    LINE = 22,
    LABEL_AWAY = 84,
    KEY = 78,
    TICK_APART = 58,
    POINTS_SHOWN = 40,
    CELLS_DRAWN = 10000
};

/* Colour of curve i of its kind; "#RRGGBB". */
enum { LEY_KINDS = 8 };
const char *ley_script_kind(ley_index i);
int ley_script_mark(ley_index i);
/* Colour at 0 .. 1 of the sequential palette, and the palette itself; darkest: lines, of which yellow is hard to
 * see. */
void ley_script_step(char out[8], double at);
void ley_script_shade(char out[8], ley_sketch_palette palette, double at); /* the same of any palette */
void ley_script_palette(ley_text *script, ley_sketch_palette palette, bool lines);

/* A gnuplot string that means the text and nothing else. */
void ley_script_quoted(ley_text *script, const char *text);
/* The same broken into lines of at most so many letters. */
void ley_script_quoted_lines(ley_text *script, const char *text, size_t limit);
size_t ley_script_letters(const char *text); /* characters, not bytes, of UTF-8 */
int ley_script_lines(const char *text, size_t limit);

typedef struct ley_range {
    double low, high; /* low > high: nothing finite */
} ley_range;
void ley_range_include(ley_range *r, double value);
ley_range ley_range_of_values(const ley_panel *panel); /* of y, or of z of a map */
ley_range ley_range_of_x(const ley_panel *panel);
/* Room above and below the curves; zero is shown where it is near, so that heights can be compared. */
ley_range ley_range_padded(ley_range r, bool logarithmic);

void ley_script_curve_numbers(ley_text *script, const ley_panel *panel, ley_index i_panel);
typedef struct ley_grid {
    ley_range x, y; /* edges of the outermost cells */
    bool evenly;    /* an image will do; else rectangles */
} ley_grid;
ley_grid ley_script_map_numbers(ley_text *script, const ley_panel *panel, ley_index i_panel, bool contours);
/* Ticks of a logarithmic map axis: decades, and 2 and 5 between them where there are few. */
void ley_script_log_ticks(ley_text *script, char axis, ley_range r);
/* Named ticks between the decades of a logarithmic axis that has few of these. */
void ley_script_few_ticks(ley_text *script, char axis, ley_range r);

#endif
