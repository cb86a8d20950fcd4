/* expression: the known word nearest to a misspelt one, for messages. Callers: expression, scenario. */
#ifndef LEYDEN_EXPRESSION_NEAREST_H
#define LEYDEN_EXPRESSION_NEAREST_H

#include <stddef.h>

/* Keeps the best candidate met so far. Start with {.word = the misspelt word}. */
typedef struct ley_nearest {
    const char *word;
    const char *best; /* NULL while nothing is near enough to be worth suggesting */
    int distance;     /* of best */
} ley_nearest;

void ley_nearest_offer(ley_nearest *nearest, const char *candidate);

/* " (did you mean X?)" or "" into text, for the end of a clause. */
const char *ley_nearest_hint(const ley_nearest *nearest, char *text, size_t size);

#endif
