/* propagator: dx/dt = L x, L constant and stiff, by the Radau IIA method with six stages, order 11. In: function
 * pointers, nothing of batteries; the states that hold something may move. Out: segments. docs/theory/radau.md.
 * Callers: run. */
#ifndef LEYDEN_PROPAGATOR_RADAU_H
#define LEYDEN_PROPAGATOR_RADAU_H

#include "propagator/propagator.h"

enum { LEY_RADAU_SLOTS = 9, LEY_RADAU_VECTORS = 46 }; /* factors and vectors held at once */

/* sum |x| is the norm; columns of L sum to at most 0. `here`: numbers of the states that are held. */
typedef struct ley_moving {
    void *self;
    ley_index n; /* of a whole state */
    /* Holds the states where x is larger than drop, and a margin around them that grows with `wider`; *lost: sum of
     * |x| elsewhere. Factors are lost. */
    ley_status (*place)(void *self, const double *x, double wider, double drop, double *lost, ley_error *err);
    const int32_t *(*where)(const void *self,
                            int32_t *n_here); /* of each number here, its place in a whole state */
    int32_t (*needed)(void *self, const double *here, double wider, double drop);  /* numbers place() would hold */
    double (*escape)(const void *self, const double *here, double duration);       /* what would be elsewhere */
    double (*fastest)(const void *self, const double *here, double drop);          /* rate out of a state */
    void (*apply)(void *self, double *y, const double *x);                         /* y = L x, here */
    ley_status (*factor)(void *self, int32_t slot, ley_complex z, ley_error *err); /* z - L */
    void (*solve)(void *self, int32_t slot, ley_complex *x);                       /* x <- (z - L)^-1 x */
} ley_moving;

/* x holds the whole state at 0 and receives that at `end`. Segments know state() alone. In propagation: tolerance
 * (of sum |error|, over the run), sink; results. LEY_ERR_NUMERIC; LEY_ERR_STOPPED; LEY_ERR_MEMORY. */
ley_status ley_radau(const ley_moving *problem, double *x, double end, ley_propagation *propagation,
                     ley_error *err);

#endif
