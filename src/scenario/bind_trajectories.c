#include "core/status.h"
#include "scenario/binder.h"

enum { TRAJECTORIES_MAX = 10000000 };

/* Histories are drawn where there is noise, and looked at at output times alone. */
ley_status ley_bind_trajectories(ley_binder *b, ley_task *task) {
    const ley_node *node = b->value[LEY_KEY_TRAJECTORIES], *seed = b->value[LEY_KEY_SEED];
    const char *where = ley_key_name(LEY_KEY_TRAJECTORIES);
    int32_t n = 0, first = 1;
    if (node) {
        ley_status status = ley_read_integer(b, &n, node, where, "trajectories", 0, TRAJECTORIES_MAX);
        if (status != LEY_OK) return status;
    }
    if (seed) {
        ley_status status = ley_read_integer(b, &first, seed, ley_key_name(LEY_KEY_SEED), "seed", 0, 2147483647);
        if (status != LEY_OK) return status;
    }
    if (n == 0) return LEY_OK;
    if (n == 1) return ley_node_fail(b->err, node, where, "1 history has no standard error; draw 2 or more");
    if (b->s->purpose == LEY_STEADY_STATE)
        return ley_node_fail(b->err, node, where, "histories belong to an evolution, not to a steady state");
    if (!ley_telegraph_given(&task->model.telegraph))
        return ley_node_fail(b->err, node, where,
                             "there is nothing to draw: the scenario has no telegraph noise and no disorder");
    for (ley_index i = 0; i < task->n_observables; i++)
        if (task->observables[i] == LEY_HEAT || task->observables[i] == LEY_TOTAL_ENERGY ||
            task->observables[i] == LEY_INTERACTION_ENERGY || task->observables[i] == LEY_SWITCHING_COST)
            return ley_node_fail(b->err, node, where,
                                 "%s needs the noise beside the state, which the mean of histories does not hold",
                                 ley_observable_name(task->observables[i]));
    for (ley_index i = 0; i < task->n_measures; i++)
        if (task->measures[i].measure != LEY_MEASURE_FINAL || task->measures[i].observable == LEY_HEAT ||
            task->measures[i].observable == LEY_TOTAL_ENERGY ||
            task->measures[i].observable == LEY_INTERACTION_ENERGY ||
            task->measures[i].observable == LEY_SWITCHING_COST)
            return ley_node_fail(b->err, node, where,
                                 "histories are looked at at output times alone: of measures, final(X) is offered, "
                                 "and no energies of the interaction");
    task->numerics.trajectories = n;
    task->numerics.seed = (uint64_t)first;
    return LEY_OK;
}
