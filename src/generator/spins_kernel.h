/* generator: the inner loops of batteries without cavity, compiled for several processors. docs/theory/spins.md
 *
 * A line is R(j; m, m') at fixed j and fixed Delta = m - m' >= 0, as a vector over p = m' + j. Every term of the
 * master equation adds to one line another line, shifted, times factors that depend on m or on m' alone. */
#ifndef LEYDEN_GENERATOR_SPINS_KERNEL_H
#define LEYDEN_GENERATOR_SPINS_KERNEL_H

#include "leyden.h"

enum { LEY_SPIN_TERMS = 16 };

typedef struct ley_spin_term { /* y[p] += weight f[p] g[p] x[from + p] for begin <= p < end */
    ley_index from;
    const double *f, *g; /* g may be NULL: 1 */
    double weight;
    int32_t begin, end;
    int32_t line, shift; /* x[from + p] is element p + shift of that line */
} ley_spin_term;

typedef struct ley_spin_line {
    ley_index here; /* of p = 0, in a plane */
    int32_t length, n_terms;
    const double *loss1, *loss2; /* element p decays at -(loss1[p] + loss2[p] + diagonal + product m m') */
    double diagonal, product, m_first, m_prime_first;
    double other; /* times the other plane: the energy difference */
    ley_spin_term term[LEY_SPIN_TERMS];
} ley_spin_line;

/* y = al (L x) + be x + ga y for the lines of one plane; other is the other plane of x, NULL when not mixed. */
typedef struct ley_spin_call {
    double *y;
    const double *x, *other;
    double al, be, ga;
} ley_spin_call;
void ley_spin_lines(const ley_spin_call *call, const ley_spin_line *lines, ley_index n_lines);

/* The same with ga = 0 and no other plane, where line l of x is zero outside low[l] <= p < high[l], and so of y in
 * turn. Ends of y smaller than drop are left out. */
typedef struct ley_spin_windows {
    int32_t *low, *high; /* [n_lines], low = high: empty */
} ley_spin_windows;
void ley_spin_lines_inside(const ley_spin_call *call, const ley_spin_line *lines, ley_index n_lines,
                           ley_spin_windows of_y, ley_spin_windows of_x, double drop);

/* Largest decay of an element of one line with low <= p < high, both cut to the line. */
double ley_spin_fastest(const ley_spin_line *line, int32_t low, int32_t high);

/* y += weight x within the windows of x. */
void ley_spin_accumulate(double *y, const double *x, double weight, const ley_spin_line *lines, ley_index n_lines,
                         ley_spin_windows windows);

#endif
