/* battery.excitations: docs/theory/half.md */
#include "scenario/binder.h"

/* The largest number of excitations that the start holds, or may hold. */
static int32_t largest_at_start(const ley_battery_state *state, int32_t cells) {
    if (state->kind == LEY_BATTERY_GROUND) return 0;
    if (state->kind == LEY_BATTERY_DICKE) return (cells + state->two_m) / 2;
    if (state->kind != LEY_BATTERY_BLOCKS) return cells;
    const ley_complex *block = state->given;
    int32_t largest = 0;
    for (int32_t b = 0; 2 * b <= cells; b++) {
        const int32_t d = cells - 2 * b + 1;
        for (int32_t i = 0; i < d; i++)
            if (block[(ley_index)i * (d + 1)].re != 0 && b + i > largest) largest = b + i;
        block += (ley_index)d * d;
    }
    return largest;
}

ley_status ley_bind_excitations(ley_binder *b, ley_model *model) {
    static const ley_channel absorbing[] = {LEY_COLLECTIVE_ABSORPTION, LEY_LOCAL_ABSORPTION};
    const ley_node *node = b->value[LEY_KEY_BATTERY_EXCITATIONS];
    const char *key = ley_key_name(LEY_KEY_BATTERY_EXCITATIONS);
    if (!node) return LEY_OK;
    int32_t kept;
    ley_status status = ley_read_integer(b, &kept, node, key, "excitations", 1, model->cells);
    if (status != LEY_OK || kept == model->cells) return status;
    const int32_t start = largest_at_start(&model->battery_state, model->cells);
    const bool exact = model->battery_state.kind == LEY_BATTERY_EXCITED ||
                       model->battery_state.kind == LEY_BATTERY_DICKE ||
                       model->battery_state.kind == LEY_BATTERY_BLOCKS;
    if (start > kept)
        return ley_node_fail(b->err, node, key, "%d excitations are kept, and the start %s %d", kept,
                             exact ? "holds" : "may hold", start);
    if (b->value[LEY_KEY_COMPARE_BATTERY_STATE])
        return ley_node_fail(b->err, node, key, "two starts are compared with all excitations; leave it out");
    for (size_t i = 0; i < sizeof absorbing / sizeof *absorbing; i++)
        if (!ley_signal_is_zero(&model->rate[absorbing[i]]))
            return ley_node_fail(b->err, node, key,
                                 "%s raises excitations at a rate; all are kept then: leave it out",
                                 ley_channel_key(absorbing[i]));
    model->excitations = kept;
    return LEY_OK;
}
