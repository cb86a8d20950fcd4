/* expression: the closed forms of leyden.h as functions of an expression: real arguments, j and m in halves.
 * docs/theory/companions.md. Callers: companions. */
#ifndef LEYDEN_EXPRESSION_CLOSED_FORM_H
#define LEYDEN_EXPRESSION_CLOSED_FORM_H

/* Arguments as in companions.h; NaN where a number is not a half integer, or outside of its domain. */
double ley_closed_population(const double *j_m_alpha);
double ley_closed_energy(const double *n_alpha);
double ley_closed_ergotropy(const double *n_alpha);
double ley_closed_bright(const double *n_m_alpha_q);
double ley_closed_lowest(const double *n_m_alpha_q);
double ley_closed_sector_bound(const double *j_j_delta_down_up);

#endif
