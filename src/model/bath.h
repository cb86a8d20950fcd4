/* model: a bath with a spectral density, to second order in its coupling: rates of emission and absorption that
 * depend on time (time-convolutionless, TCL2), and may go negative. docs/theory/baths.md. Callers: scenario. */
#ifndef LEYDEN_MODEL_BATH_H
#define LEYDEN_MODEL_BATH_H

#include "model/signal.h"

typedef enum ley_density { LEY_OHMIC, LEY_LORENTZIAN, LEY_DRUDE, LEY_DENSITY_EXPRESSION } ley_density;

typedef struct ley_bath {
    ley_density kind;
    double coupling;
    double cutoff;                    /* OHMIC, DRUDE; EXPRESSION: J vanishes above it */
    double exponent;                  /* OHMIC: J ~ w^exponent */
    double center, width;             /* LORENTZIAN */
    double temperature;               /* not LORENTZIAN */
    double n;                         /* LORENTZIAN: quanta, the same at all frequencies */
    const ley_expression *expression; /* EXPRESSION: of the frequency; borrowed while the rates are made */
    double w0;                        /* level spacing of a cell */
} ley_bath;

double ley_bath_density(const ley_bath *bath, double frequency); /* J */
double ley_bath_quanta(const ley_bath *bath, double frequency);  /* mean number of quanta there */
/* 2 pi J(w0) times n + 1 or n: the rates at long times, and those of a bath without memory. */
void ley_bath_limit(const ley_bath *bath, double *down, double *up);
/* The rates on 0 .. end, each to within `allowed` or to rounding. LEY_ERR_NUMERIC: J is not finite or not smooth
 * enough; LEY_ERR_MEMORY. */
ley_status ley_bath_rates(const ley_bath *bath, ley_signal *down, ley_signal *up, double end, double allowed,
                          ley_error *err);

#endif
