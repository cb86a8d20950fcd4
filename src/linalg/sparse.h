/* linalg: sparse linear systems, by KLU. The only caller of SuiteSparse. */
#ifndef LEYDEN_LINALG_SPARSE_H
#define LEYDEN_LINALG_SPARSE_H

#include "leyden.h"

#include <stdbool.h>

typedef struct ley_sparse { /* compressed columns, borrowed */
    int32_t n;
    const int32_t *first; /* [n + 1] of each column in row and value */
    const int32_t *row;   /* ascending in a column */
    const double *value;
} ley_sparse;

typedef struct ley_sparse_lu ley_sparse_lu;

/* Factors a matrix that is dominated by its diagonal. LEY_ERR_NUMERIC: it is singular; LEY_ERR_MEMORY. */
ley_status ley_sparse_lu_create(ley_sparse_lu **lu, const ley_sparse *matrix, ley_error *err);
void ley_sparse_lu_solve(ley_sparse_lu *lu, double *x); /* x holds the right side, receives the solution */
void ley_sparse_lu_destroy(ley_sparse_lu *lu);

#endif
