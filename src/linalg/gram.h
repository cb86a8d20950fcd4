/* linalg: products of a matrix with its transpose. */
#ifndef LEYDEN_LINALG_GRAM_H
#define LEYDEN_LINALG_GRAM_H

#include "leyden.h"

/* out = A A^+ (rows x rows) or, by columns, A^T A^* (columns x columns); A = re + i im,
 * rows x columns; all row-major. im NULL: real. scratch: twice as many doubles as out has elements. */
void ley_gram(ley_complex *out, double *scratch, const double *re, const double *im, ley_index rows,
              ley_index columns, int by_columns);

#endif
