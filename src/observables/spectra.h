/* observables: eigenvalues of the reduced states that an observer looks at, each computed once a moment. Callers:
 * this folder. */
#ifndef LEYDEN_OBSERVABLES_SPECTRA_H
#define LEYDEN_OBSERVABLES_SPECTRA_H

#include "observables/observer.h"

ley_status ley_battery_spectrum(ley_observer *self, ley_error *err);
/* Those that LEY_OBSERVABLES says it takes. */
ley_status ley_spectra_for(ley_observer *self, ley_observable what, ley_error *err);

#endif
