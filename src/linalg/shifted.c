#include "linalg/shifted.h"

#include "core/memory.h"
#include "core/status.h"

#include <klu.h>

struct ley_shifted_lu {
    klu_common common;
    klu_symbolic *symbolic;
    klu_numeric **numeric; /* [slots] */
    int32_t *first, *row;  /* KLU takes its arrays without const */
    ley_complex *value;    /* z - A, of the slot that is factored */
    ley_sparse a;
    int32_t slots;
};

static ley_status short_of_memory(int32_t n, ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "propagator", "no memory to factor %d unknowns", (int)n);
}

void ley_shifted_destroy(ley_shifted_lu *lu) {
    if (!lu) return;
    for (int32_t i = 0; lu->numeric && i < lu->slots; i++)
        if (lu->numeric[i]) klu_z_free_numeric(&lu->numeric[i], &lu->common);
    if (lu->symbolic) klu_free_symbolic(&lu->symbolic, &lu->common);
    ley_release(lu->numeric);
    ley_release(lu->first);
    ley_release(lu->row);
    ley_release(lu->value);
    ley_release(lu);
}

ley_status ley_shifted_create(ley_shifted_lu **lu, const ley_sparse *a, int32_t slots, ley_error *err) {
    *lu = NULL;
    ley_shifted_lu *made = ley_allocate(1, sizeof *made);
    if (!made) return short_of_memory(a->n, err);
    const size_t n = (size_t)a->n, entries = (size_t)a->first[n];
    made->a = *a;
    made->slots = slots;
    made->numeric = ley_allocate((size_t)slots, sizeof(klu_numeric *));
    made->first = ley_allocate(n + 1, sizeof *made->first);
    made->row = ley_allocate(entries, sizeof *made->row);
    made->value = ley_allocate(entries, sizeof *made->value);
    if (!made->numeric || !made->first || !made->row || !made->value) goto no_memory;
    for (size_t i = 0; i <= n; i++) made->first[i] = a->first[i];
    for (size_t i = 0; i < entries; i++) made->row[i] = a->row[i];
    klu_defaults(&made->common);
    made->common.scale = 0; /* the diagonal dominates */
    made->common.btf = 0;
    made->symbolic = klu_analyze(a->n, made->first, made->row, &made->common);
    if (!made->symbolic) goto no_memory;
    *lu = made;
    return LEY_OK;
no_memory:
    ley_shifted_destroy(made);
    return short_of_memory(a->n, err);
}

ley_status ley_shifted_factor(ley_shifted_lu *lu, int32_t slot, ley_complex z, ley_error *err) {
    const ley_sparse *a = &lu->a;
    for (int32_t column = 0; column < a->n; column++)
        for (int32_t i = a->first[column]; i < a->first[column + 1]; i++) {
            const bool diagonal = a->row[i] == column;
            lu->value[i] = (ley_complex){(diagonal ? z.re : 0) - a->value[i], diagonal ? z.im : 0};
        }
    double *values = &lu->value[0].re;
    bool made = true;
    if (lu->numeric[slot])
        made = klu_z_refactor(lu->first, lu->row, values, lu->symbolic, lu->numeric[slot], &lu->common);
    else
        lu->numeric[slot] = klu_z_factor(lu->first, lu->row, values, lu->symbolic, &lu->common);
    if (made && lu->numeric[slot] && lu->common.status == KLU_OK) return LEY_OK;
    if (lu->common.status == KLU_OUT_OF_MEMORY || lu->common.status == KLU_TOO_LARGE)
        return short_of_memory(a->n, err);
    return ley_fail(err, LEY_ERR_NUMERIC, "propagator", "a matrix of %d unknowns is singular", (int)a->n);
}

void ley_shifted_solve(ley_shifted_lu *lu, int32_t slot, ley_complex *x) {
    klu_z_solve(lu->symbolic, lu->numeric[slot], lu->a.n, 1, &x[0].re, &lu->common);
}

double ley_shifted_bytes(const ley_shifted_lu *lu) {
    return (double)lu->common.memusage;
}
