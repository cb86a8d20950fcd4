/* core: error reports. In: what went wrong. Out: a filled ley_error and the status to return. Callers: everyone. */
#ifndef LEYDEN_CORE_STATUS_H
#define LEYDEN_CORE_STATUS_H

#include "leyden.h"

/* Fills *err (which may be NULL) with a formatted sentence, no place in a text, and returns status. */
ley_status ley_fail(ley_error *err, ley_status status, const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same with a place in the scenario text; line and column count from 1. */
ley_status ley_fail_at(ley_error *err, ley_status status, int32_t line, int32_t column, const char *where,
                       const char *format, ...) __attribute__((format(printf, 6, 7)));

#ifdef __clang_analyzer__ /* it looks at one file at a time, and should know that a failure is never LEY_OK */
#define ley_fail(err, status, ...)    ((void)ley_fail(err, status, __VA_ARGS__), (status))
#define ley_fail_at(err, status, ...) ((void)ley_fail_at(err, status, __VA_ARGS__), (status))
#endif

#endif
