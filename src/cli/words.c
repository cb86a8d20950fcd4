#include "cli/cli.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 63 };

/* Edits between two words: insert, drop, replace, swap neighbours (optimal string alignment). */
static int distance(const char *a, const char *b) {
    int n = (int)strlen(a), m = (int)strlen(b);
    if (n > WORD_MAX || m > WORD_MAX) return WORD_MAX;
    int d[WORD_MAX + 1][WORD_MAX + 1];
    for (int i = 0; i <= n; i++) d[i][0] = i;
    for (int j = 0; j <= m; j++) d[0][j] = j;
    for (int i = 1; i <= n; i++) {
        for (int j = 1; j <= m; j++) {
            int best = d[i - 1][j - 1] + (tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]));
            if (d[i - 1][j] + 1 < best) best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best) best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    }
    return d[n][m];
}

const char *cli_nearest(const char *typed, const char *const *candidates) {
    const char *best = NULL;
    int best_distance = 0;
    for (; *candidates; candidates++) {
        int away = distance(typed, *candidates);
        if (!best || away < best_distance) {
            best = *candidates;
            best_distance = away;
        }
    }
    /* A third of the letters may differ: more is another word. */
    return best && best_distance * 3 <= (int)strlen(best) + 2 ? best : NULL;
}

bool cli_integer(const char *text, long low, long high, long *value) {
    char *end = NULL;
    if (!isdigit((unsigned char)*text)) return false;
    errno = 0;
    long read = strtol(text, &end, 10);
    if (errno || *end || read < low || read > high) return false;
    *value = read;
    return true;
}

void *cli_allocate(size_t bytes) {
    void *memory = calloc(1, bytes ? bytes : 1);
    if (!memory) {
        fputs("leyden: not enough memory\n", stderr);
        exit(CLI_FAILED);
    }
    return memory;
}

char *cli_format(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        fputs("leyden: not enough memory\n", stderr);
        exit(CLI_FAILED);
    }
    return text;
}

char *cli_quoted(const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
    if (*word && strspn(word, plain) == strlen(word)) return cli_format("%s", word);
    size_t quotes = 0;
    for (const char *c = word; *c; c++) quotes += *c == '\'';
    char *text = cli_allocate(strlen(word) + 3 * quotes + 3), *to = text;
    *to++ = '\'';
    for (const char *c = word; *c; c++) {
        if (*c == '\'') {
            memcpy(to, "'\\''", 4); /* NOLINT(bugprone-not-null-terminated-result): the end comes later */
            to += 4;
        } else {
            *to++ = *c;
        }
    }
    *to++ = '\'';
    return text;
}
