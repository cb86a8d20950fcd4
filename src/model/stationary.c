/* Which stationary states the channels leave, by looking at invariant subspaces. docs/theory/steady.md has the
 * argument behind every line. */
#include "model/model.h"

typedef struct present {
    bool local_jump;      /* sigma- or sigma+ of each cell */
    bool local_phase;     /* sigma_z of each cell */
    bool collective_jump; /* J- or J+ */
    bool collective_phase;
    bool cavity_jump;    /* a or a' */
    bool coupled, drive; /* drive: of the battery */
} present;

static bool is_there(const ley_signal *signal) {
    return !ley_signal_is_zero(signal);
}

static present look(const ley_model *m, bool has_cavity) {
    const ley_signal *rate = m->rate;
    return (present){
        .local_jump = is_there(&rate[LEY_LOCAL_EMISSION]) || is_there(&rate[LEY_LOCAL_ABSORPTION]),
        .local_phase = is_there(&rate[LEY_LOCAL_DEPHASING]),
        .collective_jump = is_there(&rate[LEY_COLLECTIVE_EMISSION]) || is_there(&rate[LEY_COLLECTIVE_ABSORPTION]),
        .collective_phase = is_there(&rate[LEY_COLLECTIVE_DEPHASING]),
        .cavity_jump = has_cavity && (is_there(&rate[LEY_CAVITY_LOSS]) || is_there(&rate[LEY_CAVITY_GAIN])),
        .coupled = has_cavity && ley_model_is_coupled(m),
        .drive = is_there(&m->drive_battery)};
}

/* Without a cavity and without a drive the populations are a Markov chain of their own. */
static int64_t of_chain(const present *p, int64_t cells) {
    if (p->local_jump || (p->local_phase && p->collective_jump)) return 1;
    if (p->local_phase) return cells + 1;                          /* one for each m */
    if (p->collective_jump) return cells / 2 + 1;                  /* one for each j */
    if (p->collective_phase) return (cells + 2) * (cells + 2) / 4; /* every |j, m> */
    return LEY_STATIONARY_ALL;
}

int64_t ley_model_stationary_states(const ley_model *model, bool has_cavity) {
    const present p = look(model, has_cavity);
    const int64_t cells = model->cells, blocks = cells / 2 + 1;
    if (!(p.local_jump || p.local_phase || p.collective_jump || p.collective_phase || p.cavity_jump))
        return LEY_STATIONARY_ALL;
    if (!has_cavity && !p.drive) return of_chain(&p, cells);
    if (has_cavity && !p.cavity_jump) return LEY_STATIONARY_UNKNOWN;
    if (p.local_jump) return 1;
    if (p.local_phase && (p.collective_jump || p.coupled || p.drive)) return 1;
    if (p.local_phase) return LEY_STATIONARY_UNKNOWN;
    if (p.collective_jump || (!has_cavity && p.collective_phase)) return blocks;
    if (p.coupled && model->counter_rotating == 0) return blocks;
    return LEY_STATIONARY_UNKNOWN;
}

bool ley_model_conserves_spin(const ley_model *model) {
    const present p = look(model, false);
    return !p.local_jump && !p.local_phase;
}
