#include "result/place.h"

#include "expression/expression.h"
#include "expression/nearest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_LETTERS = 160 };

bool ley_nearly_equal(double a, double b) {
    return fabs(a - b) <= 1e-6 * fmax(fabs(a), fabs(b)) + 1e-12;
}

bool ley_word_number(double *value, const char *word) {
    ley_expression *expression = NULL;
    if (ley_expression_create(&expression, word, NULL, NULL) != LEY_OK) return false;
    *value = ley_expression_at(expression, 0);
    ley_expression_destroy(expression);
    return true;
}

static bool is_cells(const char *word) {
    return strcmp(word, "N") == 0 || strcmp(word, "battery.cells") == 0;
}

ley_index ley_layout_find_axis(const ley_layout *layout, const char *word) {
    for (ley_index i = 0; i < layout->n_axes; i++)
        if (strcmp(layout->axes[i].name, word) == 0 || (is_cells(layout->axes[i].name) && is_cells(word))) return i;
    return -1;
}

ley_index ley_layout_find_value(const ley_layout_axis *axis, const char *word) {
    double value = 0;
    for (ley_index k = 0; axis->labels && k < axis->n; k++)
        if (strcmp(axis->labels[k], word) == 0) return k;
    if (!ley_word_number(&value, word)) return -1;
    for (ley_index k = 0; k < axis->n; k++) {
        double at = axis->values[k];
        if (axis->labels && !ley_word_number(&at, axis->labels[k])) continue;
        if (ley_nearly_equal(at, value)) return k;
    }
    return -1;
}

static bool same_name(const char *a, const char *b) {
    for (;; a++, b++) {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if (*a != *b) return false;
        if (*a == 0) return true;
    }
}

ley_index ley_layout_find_measure(const ley_layout *layout, const char *name) {
    for (ley_index i = 0; i < layout->n_measures; i++)
        if (same_name(layout->measures[i].name, name)) return i;
    return -1;
}

ley_index ley_layout_find_series(const ley_layout *layout, const char *name, ley_index *component) {
    char plain[NAME_MAX_LETTERS];
    *component = 0;
    snprintf(plain, sizeof plain, "%s", name);
    char *open = strrchr(plain, '['), *end = NULL;
    const long k = open ? strtol(open + 1, &end, 10) : 0;
    if (open && end != open + 1 && strcmp(end, "]") == 0 && k >= 0) {
        *open = 0;
        *component = k;
    }
    for (ley_index i = 0; i < layout->n_series; i++)
        if (strcmp(layout->series[i].name, plain) == 0) return i;
    return -1;
}

const char *ley_layout_hint(const ley_layout *layout, const char *name, char *text, size_t size) {
    ley_nearest nearest = {.word = name};
    for (ley_index i = 0; i < layout->n_series; i++) ley_nearest_offer(&nearest, layout->series[i].name);
    for (ley_index i = 0; i < layout->n_measures; i++) ley_nearest_offer(&nearest, layout->measures[i].name);
    return ley_nearest_hint(&nearest, text, size);
}
