#include "expression/nearest.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 63 }; /* longer words are compared by their beginning */

static int smaller(int a, int b) {
    return a < b ? a : b;
}

static char folded(char c) { /* case and the three usual separators do not count */
    if (c >= 'A' && c <= 'Z') return (char)(c - 'A' + 'a');
    return c == '-' || c == ' ' ? '_' : c;
}

/* Edits (insert, delete, replace, swap neighbours) that turn a into b. */
static int distance_between(const char *a, const char *b) {
    int n_a = (int)strnlen(a, LONGEST), n_b = (int)strnlen(b, LONGEST);
    int row[3][LONGEST + 1];
    int *before = row[0], *above = row[1], *here = row[2];
    for (int j = 0; j <= n_b; j++) above[j] = j;
    for (int i = 1; i <= n_a; i++) {
        here[0] = i;
        for (int j = 1; j <= n_b; j++) {
            int cost = folded(a[i - 1]) != folded(b[j - 1]);
            here[j] = smaller(above[j - 1] + cost, 1 + smaller(above[j], here[j - 1]));
            if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) && folded(a[i - 2]) == folded(b[j - 1]))
                here[j] = smaller(here[j], before[j - 2] + 1);
        }
        int *spare = before;
        before = above;
        above = here;
        here = spare;
    }
    return above[n_b];
}

void ley_nearest_offer(ley_nearest *nearest, const char *candidate) {
    int length = (int)strnlen(nearest->word, LONGEST);
    int distance = distance_between(nearest->word, candidate);
    /* a third of the word may be wrong; a word whose beginning or end was left out is near, too */
    int allowed = length <= 3 ? 1 : length / 3;
    const char *dot = strrchr(candidate, '.');
    if (length >= 3 && dot && distance_between(nearest->word, dot + 1) <= length / 5)
        distance = smaller(distance, 1);
    if (length >= 3 && strncmp(candidate, nearest->word, (size_t)length) == 0) distance = smaller(distance, 2);
    size_t whole = strlen(candidate);
    if (whole >= 3 && strncmp(candidate, nearest->word, whole) == 0) distance = smaller(distance, 2);
    if (length >= 4 && allowed < 2) allowed = 2;
    if (length == 3 && distance == 2 && strncmp(candidate, nearest->word, 3) == 0) allowed = 2;
    if (distance > allowed || (nearest->best && distance >= nearest->distance)) return;
    nearest->best = candidate;
    nearest->distance = distance;
}

const char *ley_nearest_hint(const ley_nearest *nearest, char *text, size_t size) {
    if (nearest->best)
        snprintf(text, size, " (did you mean %s?)", nearest->best);
    else if (size > 0)
        text[0] = 0;
    return text;
}
