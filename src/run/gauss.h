/* run: six Gauss-Legendre nodes on [0, 1]: exact for polynomials of degree 11; the dense output of an integrator
 * has degree 7. Callers: instant, measures, divisibility. */
#ifndef LEYDEN_RUN_GAUSS_H
#define LEYDEN_RUN_GAUSS_H

enum { LEY_GAUSS = 6 };

static const double ley_gauss_node[LEY_GAUSS] = {0.033765242898423975, 0.16939530676686776, 0.38069040695840156,
                                                 0.61930959304159844,  0.83060469323313224, 0.96623475710157603};
static const double ley_gauss_weight[LEY_GAUSS] = {0.085662246189585178, 0.18038078652406930, 0.23395696728634552,
                                                   0.23395696728634552,  0.18038078652406930, 0.085662246189585178};

#endif
