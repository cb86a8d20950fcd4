/* Scenarios that are refused, each with the place and the sentence that must come. */
#ifndef TESTS_REFUSED_H
#define TESTS_REFUSED_H

#include <stddef.h>
#include <stdint.h>

typedef struct refused {
    const char *name, *text; /* what is wrong, for people; the scenario */
    int32_t line, column;    /* from 1 */
    const char *where, *message;
} refused;

/* Nothing is accepted, nothing is left allocated, and every word is as expected. */
void assert_refused(const refused *cases, size_t n);
/* The same of some words of the message, wherever they stand in it. */
void assert_refused_words(const char *text, int32_t line, int32_t column, const char *words);
void assert_refused_with(const refused *one, const char *setting); /* as of --set; NULL: none */

#endif
