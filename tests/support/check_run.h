/* The judge every run passes: what must hold for any density matrix, recomputed apart from the engine from the
 * series and the final blocks. `what` names the case in a failure. Series that were not observed are not judged. */
#ifndef TESTS_CHECK_RUN_H
#define TESTS_CHECK_RUN_H

#include "leyden.h"

void check_run(const ley_run *run, const char *what);

/* For a Hamiltonian that does not depend on time: total.energy + heat stays what it was (both must be observed). */
void check_energy_balance(const ley_run *run, double allowed, const char *what);

#endif
