#include "core/memory.h"
#include "plot/script.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Okabe and Ito, Color Universal Design (2008): told apart by every common kind of colour vision. */
static const char *const kinds[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                    "#E69F00", "#56B4E9", "#000000", "#8C6BB1"};
_Static_assert(sizeof kinds / sizeof *kinds == LEY_KINDS, "a colour for each kind");
static const int marks[] = {7, 5, 9, 13, 11, 6, 4, 8};

const char *ley_script_kind(ley_index i) {
    return kinds[i % LEY_KINDS];
}

int ley_script_mark(ley_index i) {
    return marks[i % LEY_KINDS];
}

/* viridis (Smith, van der Walt; matplotlib): equal steps look equal, in grey too. */
static const unsigned char viridis[][3] = {{68, 1, 84},    {72, 36, 117},  {65, 68, 135},  {53, 95, 141},
                                           {42, 120, 142}, {33, 145, 140}, {34, 168, 132}, {68, 191, 112},
                                           {122, 209, 81}, {189, 223, 38}, {253, 231, 37}};
enum { VIRIDIS = sizeof viridis / sizeof *viridis };

void ley_script_step(char out[8], double at) {
    double place = at * (VIRIDIS - 1);
    int low = (int)place < VIRIDIS - 1 ? (int)place : VIRIDIS - 2;
    double part = place - low;
    int c[3];
    for (int i = 0; i < 3; i++)
        c[i] = (int)lround(viridis[low][i] + part * (viridis[low + 1][i] - viridis[low][i]));
    snprintf(out, 8, "#%02X%02X%02X", c[0] & 255, c[1] & 255, c[2] & 255);
}

/* Nine steps each of the palettes that are not the default. */
static const char *const other_palettes[][9] = {
    [LEY_PALETTE_INFERNO] = {"#000004", "#210c4a", "#57106e", "#8a226a", "#bc3754", "#e45a31", "#f98e09", "#f9cb35",
                             "#fcffa4"},
    [LEY_PALETTE_PLASMA] = {"#0d0887", "#4c02a1", "#7e03a8", "#aa2395", "#cc4778", "#e66c5c", "#f89540", "#fdc527",
                            "#f0f921"},
    [LEY_PALETTE_CIVIDIS] = {"#00224e", "#1a386f", "#434e6c", "#61656f", "#7d7c78", "#9b9476", "#bcae6c", "#dec958",
                             "#fee838"},
    [LEY_PALETTE_GREY] = {"#000000", "#202020", "#404040", "#606060", "#808080", "#a0a0a0", "#c0c0c0", "#e0e0e0",
                          "#ffffff"}};

void ley_script_shade(char out[8], ley_sketch_palette palette, double at) {
    if (palette == LEY_PALETTE_VIRIDIS) {
        ley_script_step(out, at);
        return;
    }
    const double place = at * 8;
    const int low = place < 8 ? (int)place : 7;
    const char *const *steps = other_palettes[palette] + low;
    const long from = strtol(steps[0] + 1, NULL, 16), to = strtol(steps[1] + 1, NULL, 16);
    int c[3];
    for (int i = 0; i < 3; i++) {
        const double a = (double)(from >> (16 - 8 * i) & 255), b = (double)(to >> (16 - 8 * i) & 255);
        c[i] = (int)lround(a + (place - low) * (b - a));
    }
    snprintf(out, 8, "#%02X%02X%02X", c[0] & 255, c[1] & 255, c[2] & 255);
}

void ley_script_palette(ley_text *script, ley_sketch_palette palette, bool lines) {
    ley_text_add(script, "set palette defined (");
    for (int i = 0; palette != LEY_PALETTE_VIRIDIS && i < 9; i++)
        ley_text_add(script, "%s%g '%s'", i ? ", " : "", i / 8.0, other_palettes[palette][i]);
    if (palette != LEY_PALETTE_VIRIDIS) {
        ley_text_add(script, ")\n");
        return;
    }
    for (int i = 0; i < VIRIDIS; i++) {
        char colour[8];
        const double at = (double)i / (VIRIDIS - 1);
        ley_script_step(colour, lines ? 0.9 * at : at);
        ley_text_add(script, "%s%g '%s'", i ? ", " : "", at, colour);
    }
    ley_text_add(script, ")\n");
}

/* A gnuplot string that means the text and nothing else. */
void ley_script_quoted(ley_text *script, const char *text) {
    ley_text_add(script, "'");
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            ley_text_add(script, "''");
        else
            ley_text_add(script, "%c", (unsigned char)*c < ' ' ? ' ' : *c);
    }
    ley_text_add(script, "'");
}

size_t ley_script_letters(const char *text) { /* characters, not bytes, of UTF-8 */
    size_t n = 0;
    for (; *text; text++) n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

/* Length in bytes of the first line of a text broken at spaces, or before the unit in brackets if that is enough.
 */
static size_t first_line(const char *text, size_t limit) {
    if (ley_script_letters(text) <= limit) return strlen(text);
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

int ley_script_lines(const char *text, size_t limit) {
    int lines = 0;
    while (*text) {
        text += first_line(text, limit);
        text += strspn(text, " ");
        lines++;
    }
    return lines;
}

/* Quotes of this kind know no escapes in gnuplot: a new line is joined from outside. */
void ley_script_quoted_lines(ley_text *script, const char *text, size_t limit) {
    for (bool first = true; *text || first; first = false) {
        const size_t length = first_line(text, limit);
        char *line = ley_duplicate(text);
        if (!line) {
            script->failed = 1;
            return;
        }
        line[length] = 0;
        if (!first) ley_text_add(script, ".\"\\n\".");
        ley_script_quoted(script, line);
        ley_release(line);
        text += length;
        text += strspn(text, " ");
    }
}
