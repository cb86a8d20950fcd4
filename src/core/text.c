#include "core/text.h"

#include "core/memory.h"
#include "leyden.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void ley_text_add(ley_text *text, const char *format, ...) {
    if (text->failed) return;
    va_list arguments;
    va_start(arguments, format);
    int needed = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (needed < 0 || ley_grow((void **)&text->data, &text->capacity, text->length + (size_t)needed + 1, 1) != 0) {
        text->failed = 1;
        return;
    }
    va_start(arguments, format);
    vsnprintf(text->data + text->length, (size_t)needed + 1, format, arguments);
    va_end(arguments);
    text->length += (size_t)needed;
}

void ley_text_clear(ley_text *text) {
    ley_release(text->data);
    memset(text, 0, sizeof *text);
}

char *ley_text_take(ley_text *text) {
    if (text->failed) {
        ley_text_clear(text);
        return NULL;
    }
    char *data = text->data ? text->data : ley_duplicate("");
    memset(text, 0, sizeof *text);
    return data;
}

void ley_string_destroy(char *text) {
    ley_release(text);
}
