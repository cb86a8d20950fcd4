/* generator: how the panels of a Hermitian half lie in memory, (e, e') fixed, rows over n' for each n. Callers:
 * half_*.c, generator_half, generator_real. */
#ifndef LEYDEN_GENERATOR_PANEL_H
#define LEYDEN_GENERATOR_PANEL_H

#include "leyden.h"

enum {
    LEY_PANEL_VECTOR = 4, /* doubles: rows are padded to multiples */
    LEY_PANEL_PIECE = 8   /* and panels to these, so that ley_row_square takes them whole */
};

static inline ley_index ley_panel_row(ley_index numbers) {
    return (numbers + LEY_PANEL_VECTOR - 1) / LEY_PANEL_VECTOR * LEY_PANEL_VECTOR;
}

/* Doubles from a panel of so many numbers to the next: neighbours a multiple of 2 kB apart would compete for the
 * same few places of the nearest cache. */
static inline ley_index ley_panel_length(ley_index numbers) {
    enum { NEAR = 24, PERIOD = 256 };
    ley_index n = (numbers + LEY_PANEL_PIECE - 1) / LEY_PANEL_PIECE * LEY_PANEL_PIECE;
    while (n >= PERIOD - NEAR && (n % PERIOD < NEAR || n % PERIOD > PERIOD - NEAR)) n += LEY_PANEL_PIECE;
    return n;
}

#endif
