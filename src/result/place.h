/* result: axes, their values and quantities found by the words that people use. Callers: plot, papers. */
#ifndef LEYDEN_RESULT_PLACE_H
#define LEYDEN_RESULT_PLACE_H

#include "result/layout.h"

#include <stddef.h>

/* All give -1 when there is none. N and battery.cells are the same axis; a value is a label, or a number. */
ley_index ley_layout_find_axis(const ley_layout *layout, const char *word);
ley_index ley_layout_find_value(const ley_layout_axis *axis, const char *word);
ley_index ley_layout_find_measure(const ley_layout *layout, const char *name); /* spaces do not count */
/* "battery.spin_weights[1]" is a name with *component = 1. */
ley_index ley_layout_find_series(const ley_layout *layout, const char *name, ley_index *component);
/* A constant formula as a number: "pi/2". */
bool ley_word_number(double *value, const char *word);
/* Equal but for the rounding of numbers that people write. */
bool ley_nearly_equal(double a, double b);
/* " (did you mean X?)" or "", from all quantities. */
const char *ley_layout_hint(const ley_layout *layout, const char *name, char *text, size_t size);

#endif
