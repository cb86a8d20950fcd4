#include "core/status.h"

#undef ley_fail
#undef ley_fail_at

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const status_text[] = {
    [LEY_OK] = "done",
    [LEY_ERR_ARGUMENT] = "an argument is not usable",
    [LEY_ERR_SCENARIO] = "the scenario is not usable",
    [LEY_ERR_MEMORY] = "not enough memory",
    [LEY_ERR_IO] = "a file cannot be read or written",
    [LEY_ERR_FORMAT] = "a file does not hold what it should",
    [LEY_ERR_UNSUPPORTED] = "not offered by this build",
    [LEY_ERR_NUMERIC] = "the computation failed",
    [LEY_ERR_STOPPED] = "stopped on request",
};

const char *ley_status_text(ley_status status) {
    if ((int)status < 0 || (size_t)status >= sizeof status_text / sizeof *status_text) return "unknown status";
    return status_text[status];
}

const char *ley_version(void) {
    return LEYDEN_VERSION;
}

static ley_status fill(ley_error *err, ley_status status, int32_t line, int32_t column, const char *where,
                       const char *format, va_list arguments) {
    if (err) {
        err->status = status;
        err->line = line;
        err->column = column;
        snprintf(err->where, sizeof err->where, "%s", where ? where : "");
        vsnprintf(err->message, sizeof err->message, format, arguments);
    }
    return status;
}

ley_status ley_fail(ley_error *err, ley_status status, const char *where, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fill(err, status, 0, 0, where, format, arguments);
    va_end(arguments);
    return status;
}

ley_status ley_fail_at(ley_error *err, ley_status status, int32_t line, int32_t column, const char *where,
                       const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fill(err, status, line, column, where, format, arguments);
    va_end(arguments);
    return status;
}
