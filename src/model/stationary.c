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

/* Of all 2^N states. Each cell goes down (up) by itself, or the collective rates of cells at different places make
 * a positive matrix, so that each can: the argument for local channels holds. */
static int64_t of_unlike(const ley_model *model, const present *p, bool has_cavity) {
    const ley_unlike *u = &model->unlike;
    bool every_cell = p->local_jump, placed = u->placed && p->collective_jump;
    for (int32_t i = 0; i < model->cells; i++) {
        if (u->local && !(u->local_weight[i] > 0)) every_cell = false;
        if (u->collective && u->collective_weight[i] == 0) placed = false;
    }
    if (has_cavity && !p->cavity_jump) return LEY_STATIONARY_UNKNOWN;
    return every_cell || placed ? 1 : LEY_STATIONARY_UNKNOWN;
}

/* A process that never jumps keeps its state. */
static bool noise_rests(const ley_telegraph *noise) {
    for (int32_t i = 0; i < noise->n; i++)
        if (!(noise->process[i].rate_up > 0) || !(noise->process[i].rate_down > 0)) return true;
    return noise->disorder.nodes > 0;
}

int64_t ley_model_stationary_states(const ley_model *model, bool has_cavity) {
    const present p = look(model, has_cavity);
    const int64_t cells = model->cells, blocks = cells / 2 + 1;
    if (!(p.local_jump || p.local_phase || p.collective_jump || p.collective_phase || p.cavity_jump))
        return LEY_STATIONARY_ALL;
    if (noise_rests(&model->telegraph) && (has_cavity || p.drive || !ley_model_is_symmetric(model)))
        return LEY_STATIONARY_UNKNOWN;
    if (!ley_model_is_symmetric(model)) return of_unlike(model, &p, has_cavity);
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
