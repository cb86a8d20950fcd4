/* generator: the inner loop of a sector, compiled for several processors. docs/theory/sectors.md
 *
 * A row is R(b; e, e'; K) over K. Its neighbours under the Hamiltonian sit at the same K, jumps that lower read K +
 * 1, jumps that raise K - 1. Rows start and end in zeros, and the tables of square roots vanish outside 0 <= n <
 * n_c, so that whole vectors can be computed and zeros reproduce themselves. */
#ifndef LEYDEN_GENERATOR_SECTOR_KERNEL_H
#define LEYDEN_GENERATOR_SECTOR_KERNEL_H

#include "leyden.h"

typedef struct ley_row { /* places are offsets into a plane of x or y: element K lies at plane[place + K] */
    ley_index here;
    ley_index left_minus, left_plus, right_minus, right_plus; /* (e-1), (e+1), (e'-1), (e'+1) */
    ley_index lower[3], raise[3], stay[2]; /* jumps out of j, j+1, j-1; dephasing out of j+1, j-1 */
    ley_index begin, end;                  /* K, multiples of 8 */
    const double *up1, *up2;               /* up1[K] = sqrt(n + 1), up2[K] = sqrt(n' + 1), zero outside */
    const double *decay1, *decay2;         /* cavity loss at n and n' when light is also gained */
    double c_left_minus, c_left_plus, c_right_minus, c_right_plus;
    double c_lower[3], c_raise[3], c_stay[2];
    double c_other;         /* detuning turns one plane into the other */
    double diagonal, slope; /* diagonal + slope K */
    double loss, gain;
} ley_row;

/* y = al (L x) + be x + ga y for some rows of one plane; other is the other plane of x. */
typedef struct ley_row_call {
    double *y;
    const double *x, *other;
    double al, be, ga;
    int pumped, mixed;
    int jumps; /* 0: c_lower, c_raise, c_stay of all rows are zero */
} ley_row_call;
void ley_sector_rows(const ley_row_call *call, const ley_row *rows, ley_index n_rows);

/* Sum and sum of squares of n numbers, n a multiple of 8, in eight lanes whatever the processor. */
double ley_row_sum(const double *row, ley_index n);
double ley_row_square(const double *row, ley_index n);
double ley_row_square_weighted(const double *row, const double *left, const double *right, ley_index n);
/* The same for any n: sum of row times weight; out += row. */
double ley_row_dot(const double *row, const double *weight, ley_index n);
void ley_row_add(double *out, const double *row, ley_index n);

#endif
