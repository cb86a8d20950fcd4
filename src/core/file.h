/* core: text files. */
#ifndef LEYDEN_CORE_FILE_H
#define LEYDEN_CORE_FILE_H

#include "leyden.h"

/* Writes text, whatever was there. LEY_ERR_IO with the reason of the system. */
ley_status ley_file_write(const char *path, const char *text, ley_error *err);

#endif
