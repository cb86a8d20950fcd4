/* generator: the inner loop of a sector whose rows all end where excitations do. docs/theory/sectors.md
 *
 * Where nothing adds excitations and the cavity holds all of them, no row is cut at the last level. Elements are
 * then kept as s(n) s(n') R with s(n) = q^n / sqrt(n!): roots of photon numbers become numbers linear in K, and
 * constants. What lies at n < 0 stays zero, since every term into it holds n + 1 or a neighbour that is zero. */
#ifndef LEYDEN_GENERATOR_CLOSED_KERNEL_H
#define LEYDEN_GENERATOR_CLOSED_KERNEL_H

#include "leyden.h"

enum { LEY_CLOSED_TERMS = 4 + 3 + 2 }; /* neighbours: coupling, jumps that lower, dephasing */

typedef struct ley_closed_row { /* places are offsets into a plane: element K lies at plane[place + K] */
    double c[LEY_CLOSED_TERMS]; /* (e-1), (e'-1) with 1/q, (e+1), (e'+1) with -q; lower, stay */
    double still;               /* on the diagonal but for the loss of the cavity */
    double c_other;             /* detuning turns one plane into the other */
    int32_t place[LEY_CLOSED_TERMS], here;
    int32_t begin, end; /* K, multiples of 8 */
    int32_t e, right;   /* n = K - e, n' = K - right */
} ley_closed_row;

/* y = al (L x) + be x + ga y for some rows of one plane; other is the other plane of x. */
typedef struct ley_closed_call {
    double *y;
    const double *x, *other;
    double al, be, ga;
    double loss, loss_scaled; /* of the cavity; over q^2 */
    int mixed;
    int jumps; /* 0: c[4] and on are zero in all rows */
} ley_closed_call;
void ley_closed_rows(const ley_closed_call *call, const ley_closed_row *rows, ley_index n_rows);

#endif
