/* core: a string that grows. Appending after a failure does nothing; ask ley_text_failed once at the end. */
#ifndef LEYDEN_CORE_TEXT_H
#define LEYDEN_CORE_TEXT_H

#include <stddef.h>

typedef struct ley_text {
    char *data; /* always ends with 0 once something was appended; NULL before */
    size_t length, capacity;
    int failed;
} ley_text;

void ley_text_add(ley_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ley_text_clear(ley_text *text); /* releases the memory; the text is empty and usable again */
char *
ley_text_take(ley_text *text); /* gives the string away (release with ley_release); NULL if memory was short */

#endif
