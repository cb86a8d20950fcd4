#include "linalg/sparse.h"

#include "core/memory.h"
#include "core/status.h"

#include <klu.h>

struct ley_sparse_lu {
    klu_common common;
    klu_symbolic *symbolic;
    klu_numeric *numeric;
    int32_t n;
};

/* KLU takes its arrays without const and does not write them. */
static int32_t *borrow(const int32_t *array) {
    union {
        const int32_t *in;
        int32_t *out;
    } same = {.in = array};
    return same.out;
}

static double *borrow_values(const double *array) {
    union {
        const double *in;
        double *out;
    } same = {.in = array};
    return same.out;
}

ley_status ley_sparse_lu_create(ley_sparse_lu **lu, const ley_sparse *matrix, ley_error *err) {
    *lu = NULL;
    ley_sparse_lu *made = ley_allocate(1, sizeof *made);
    if (!made) return ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory for a factorisation");
    klu_defaults(&made->common);
    made->n = matrix->n;
    int32_t *first = borrow(matrix->first), *row = borrow(matrix->row);
    made->symbolic = klu_analyze(matrix->n, first, row, &made->common);
    if (made->symbolic)
        made->numeric = klu_factor(first, row, borrow_values(matrix->value), made->symbolic, &made->common);
    if (!made->symbolic || !made->numeric) {
        bool short_of_memory = made->common.status == KLU_OUT_OF_MEMORY || made->common.status == KLU_TOO_LARGE;
        ley_sparse_lu_destroy(made);
        return short_of_memory
                   ? ley_fail(err, LEY_ERR_MEMORY, "steady", "no memory to factor %d unknowns", (int)matrix->n)
                   : ley_fail(err, LEY_ERR_NUMERIC, "steady", "a matrix of %d unknowns is singular",
                              (int)matrix->n);
    }
    *lu = made;
    return LEY_OK;
}

void ley_sparse_lu_solve(ley_sparse_lu *lu, double *x) {
    klu_solve(lu->symbolic, lu->numeric, lu->n, 1, x, &lu->common);
}

void ley_sparse_lu_destroy(ley_sparse_lu *lu) {
    if (!lu) return;
    if (lu->numeric) klu_free_numeric(&lu->numeric, &lu->common);
    if (lu->symbolic) klu_free_symbolic(&lu->symbolic, &lu->common);
    ley_release(lu);
}
