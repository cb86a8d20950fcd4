/* result: how and when a file was made. Kept in root attributes, never in what comparisons look at. */
#ifndef LEYDEN_RESULT_PROVENANCE_H
#define LEYDEN_RESULT_PROVENANCE_H

#include <stddef.h>

void ley_provenance_now(char *text, size_t size); /* UTC, "2026-01-31T12:00:00Z" */
const char *ley_provenance_compiler(void);        /* "gcc 12.2.0" */

#endif
