/* result: a result file that is open, as the files open.c, read.c and result.c share it. Not for other folders. */
#ifndef LEYDEN_RESULT_OPENED_H
#define LEYDEN_RESULT_OPENED_H

#include "result/fit.h"
#include "result/hdf5.h"
#include "result/result.h"

struct ley_result {
    hid_t file;
    char *path;
    ley_layout layout;
    uint8_t *status;
    int64_t *rows;
    double **measures; /* [n_measures][n_points] */
    ley_certificate *certificate;
    char *warnings, *failure, *representation, *propagator; /* [n_points][LENGTH + 1], each ended by 0 */
    ley_complex *battery;
    ley_fit *fits; /* [layout.n_fits] */
};

/* Everything in the file but the series, which are read when they are asked for. -1 when the file lacks something,
 * or parts of it do not fit together. */
int ley_result_read(ley_result *result);

#endif
