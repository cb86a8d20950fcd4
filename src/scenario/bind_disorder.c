#include "core/status.h"
#include "scenario/binder.h"

#include <math.h>

/* A thousandth of the tolerance: numbers of a run may be as large as N, and energies are in units of w0. */
static const double share = 1e-3;

ley_status ley_bind_disorder(ley_binder *b, ley_task *task, double end) {
    const ley_node *node = b->value[LEY_KEY_BATTERY_DISORDER];
    const char *where = ley_key_name(LEY_KEY_BATTERY_DISORDER);
    ley_telegraph *noise = &task->model.telegraph;
    double sigma;
    if (!node) return LEY_OK;
    ley_status status = ley_read_number(b, &sigma, node, where);
    if (status != LEY_OK) return status;
    if (sigma < 0) return ley_node_fail(b->err, node, where, "sigma %g is negative; it is 0 or larger", sigma);
    if (sigma == 0) return LEY_OK;
    /* Without cavity and drive the populations decide, which do not feel the frequency. */
    const bool felt = task->has_cavity || !ley_signal_is_zero(&task->model.drive_battery) ||
                      !ley_model_is_symmetric(&task->model);
    if (b->s->purpose == LEY_STEADY_STATE && !felt) return LEY_OK;
    if (b->s->purpose == LEY_SPECTRUM)
        return ley_node_fail_key(b->err, node, where, "every shift of the disorder has a spectrum of its own");
    if (b->s->purpose == LEY_STEADY_STATE)
        return ley_node_fail_key(b->err, node, where,
                                 "steady states with disorder are not offered by this version; leyden run with a "
                                 "long time gives them");
    noise->disorder = ley_disorder_create(sigma, task->model.cells * end, share * task->numerics.tolerance);
    if (noise->disorder.nodes > LEY_DISORDER_NODES_MAX || ley_telegraph_states(noise) > LEY_DISORDER_NODES_MAX)
        return ley_node_fail(b->err, node, where,
                             "an average to the tolerance takes more than %d runs with sigma N t = %.3g%s",
                             (int)LEY_DISORDER_NODES_MAX, sigma * task->model.cells * end,
                             noise->n > 0 ? " and this telegraph noise" : "");
    return LEY_OK;
}
