/* run: what the certificate of a run says of its states: trace, edges, energy balance, lowest eigenvalue. In:
 * reduced states in order of time. Out: the worst of them. What the certificate says of steps and cut-offs only the
 * engine knows. Caller: sampler. */
#ifndef LEYDEN_RUN_CERTIFICATE_H
#define LEYDEN_RUN_CERTIFICATE_H

#include "observables/observables.h"

typedef struct ley_certifier {
    ley_certificate *certificate;
    const ley_model *model;
    const ley_blocks *blocks;
    double edge_limit;
    bool battery_known; /* the reduced battery state has eigenvalues that mean something */
    bool energy_unknown, started;
    bool edge_exceeded; /* the last Fock level held more than edge_limit */
    double energy_start;
} ley_certifier;

/* A new certificate, to be filled; all is borrowed. */
void ley_certifier_begin(ley_certifier *certifier, ley_certificate *certificate, const ley_model *model,
                         const ley_blocks *blocks, double edge_limit, bool battery_known);
/* Nothing will be known of heat or work. */
void ley_certifier_forgo_energy(ley_certifier *certifier);
/* A state; heat given away and work done until then. */
void ley_certifier_watch(ley_certifier *certifier, double t, double *reduced, double heat, double work);
/* The spectrum of the state that the observer looks at. */
ley_status ley_certifier_health(ley_certifier *certifier, ley_observer *observer, ley_error *err);

#endif
