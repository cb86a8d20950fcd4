#include "scenario/keys.h"

#include <stddef.h>
#include <strings.h>

/* Words of papers and of other programs, and the key that they mean here. */
static const struct {
    const char *word, *key;
} synonyms[] = {
    {"charger", "cavity"},
    {"mode", "cavity"},
    {"oscillator", "cavity"},
    {"name", "title"},
    {"description", "title"},
    {"qubits", "battery.cells"},
    {"atoms", "battery.cells"},
    {"spins", "battery.cells"},
    {"number", "battery.cells"},
    {"n_cells", "battery.cells"},
    {"w0", "battery.frequency"},
    {"omega0", "battery.frequency"},
    {"omega_0", "battery.frequency"},
    {"splitting", "battery.frequency"},
    {"initial", "battery.state"},
    {"initial_state", "battery.state"},
    {"rho0", "battery.state"},
    {"psi0", "battery.state"},
    {"wc", "cavity.frequency"},
    {"omega_c", "cavity.frequency"},
    {"n_c", "cavity.levels"},
    {"nmax", "cavity.levels"},
    {"n_max", "cavity.levels"},
    {"cutoff", "cavity.levels"},
    {"fock_levels", "cavity.levels"},
    {"fock_dim", "cavity.levels"},
    {"truncation", "cavity.levels"},
    {"g", "coupling.strength"},
    {"rwa", "coupling.model"},
    {"counter_rotating", "coupling.model"},
    {"kappa", "noise.cavity.loss"},
    {"gamma", "noise.local.emission"},
    {"decay", "noise.local.emission"},
    {"relaxation", "noise.local.emission"},
    {"pumping", "noise.local.absorption"},
    {"gamma_phi", "noise.local.dephasing"},
    {"gphi", "noise.local.dephasing"},
    {"dissipation", "noise"},
    {"losses", "noise"},
    {"bath", "noise"},
    {"pump", "drive.cavity"},
    {"rabi", "drive.battery"},
    {"to", "time.until"},
    {"end", "time.until"},
    {"stop", "time.until"},
    {"tmax", "time.until"},
    {"t_max", "time.until"},
    {"duration", "time.until"},
    {"steps", "time.points"},
    {"num", "time.points"},
    {"samples", "time.points"},
    {"tlist", "time.values"},
    {"times", "time.values"},
    {"e_ops", "observe"},
    {"outputs", "observe"},
    {"observables", "observe"},
    {"measures", "measure"},
    {"scan", "sweep"},
    {"variables", "parameters"},
    {"constants", "parameters"},
    {"plot", "figure"},
    {"tol", "numerics.tolerance"},
    {"rtol", "numerics.tolerance"},
    {"atol", "numerics.tolerance"},
    {"precision", "numerics.tolerance"},
    {"solver", "numerics.propagator"},
    {"method", "numerics.propagator"},
    {"ntraj", "numerics.trajectories"},
};

const char *ley_key_meant_by(const char *word) {
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
        if (strcasecmp(synonyms[i].word, word) == 0) return synonyms[i].key;
    return NULL;
}
