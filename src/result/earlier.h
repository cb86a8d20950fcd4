/* result: what an earlier call left at a path, and whether it may be gone on with. In: the path, and the layout of
 * this call. Out: the file to go on with, or that there is nothing to keep. Callers: run, design. */
#ifndef LEYDEN_RESULT_EARLIER_H
#define LEYDEN_RESULT_EARLIER_H

#include "result/result.h"

/* *kept: the file to go on with, to be closed by the caller; NULL: begin anew. LEY_ERR_IO: nothing can be written
 * there, what lies there is no leyden result, or it holds unfinished work and neither of resume and overwrite is
 * given; LEY_ERR_FORMAT: it was begun for something else. */
ley_status ley_earlier_look(ley_result **kept, const char *path, const ley_layout *ours, bool resume,
                            bool overwrite, ley_error *err);

#endif
