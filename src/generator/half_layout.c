#include "generator/half_state.h"
#include "generator/panel.h"
#include "generator/populated.h"

static bool is_driven(const ley_model *model) {
    return !ley_signal_is_zero(&model->drive_cavity) || !ley_signal_is_zero(&model->drive_battery);
}

bool ley_half_has_parity(const ley_model *model) {
    return !is_driven(model);
}

double ley_half_frame(const ley_model *model) {
    if (model->counter_rotating != 0 || !ley_signal_is_constant(&model->cavity_frequency)) return 0;
    if (is_driven(model) && model->complete) return 0; /* a drive would turn in the frame */
    return ley_signal_at(&model->cavity_frequency, 0);
}

void ley_half_blocks(const ley_model *model, int32_t *first, int32_t *end) {
    ley_populated_blocks(model, first, end);
    if (model->excitations > 0 && *end > model->excitations + 1) *end = model->excitations + 1;
}

int32_t ley_half_states(const ley_model *model, int32_t b) {
    const int32_t d = ley_spin_two_j(model->cells, b) + 1, kept = model->excitations - b + 1;
    return model->excitations > 0 && kept < d ? kept : d;
}

int32_t ley_half_row_end(const ley_model *model, int32_t b, int32_t i) {
    const int32_t d = ley_half_states(model, b), reach = model->coherences;
    return reach > 0 && i + reach + 1 < d ? i + reach + 1 : d;
}

/* Rows over n and padded columns over n' of a tile. */
static void shape(int32_t levels, int parity, ley_index *rows, ley_index *width) {
    *rows = parity == LEY_PARITY_BOTH ? levels : (levels + 1) / 2;
    *width = ley_panel_row(*rows);
}

ley_index ley_half_margin(ley_index width) {
    return width + LEY_PANEL_VECTOR;
}

void ley_half_shape(ley_half *s) {
    shape(s->levels, s->parity, &s->rows, &s->width);
    s->length = s->rows * s->width;
    s->panel = ley_panel_length(2 * s->length * s->step);
}

double ley_half_length(const ley_model *model, int parity) {
    int32_t first, end, levels = model->levels > 0 ? model->levels : 1;
    ley_index rows, width;
    ley_half_blocks(model, &first, &end);
    shape(levels, parity, &rows, &width);
    double panels = 0;
    for (int32_t b = first; b < end; b++) {
        for (int32_t i = 0; i < ley_half_states(model, b); i++) panels += ley_half_row_end(model, b, i) - i;
    }
    return 2.0 * (double)ley_half_margin(width) +
           panels * (double)ley_panel_length(2 * rows * width * (parity == LEY_PARITY_BOTH ? 1 : 2));
}

ley_index ley_half_find(const ley_half *s, int32_t b, int32_t i, int32_t k) {
    if (b < s->first_block || b >= s->end_block) return -1;
    if (i < 0 || k < i || i >= ley_half_states(s->base.model, b) || k >= ley_half_row_end(s->base.model, b, i))
        return -1;
    return s->place[ley_half_element(s, b, i, k)];
}

ley_half_layout ley_half_layout_of(const ley_generator *generator) {
    const ley_half *s = (const ley_half *)generator;
    return (ley_half_layout){.step = s->step, .width = s->width, .length = s->length};
}

ley_index ley_half_panel(const ley_generator *generator, int32_t b, int32_t i, int32_t k) {
    return ley_half_find((const ley_half *)generator, b, i, k);
}

void ley_half_place_panels(ley_half *s) {
    ley_index place = ley_half_margin(s->width);
    for (int32_t b = s->first_block; b < s->end_block; b++) {
        const int32_t d = ley_spin_two_j(s->base.blocks.cells, b) + 1, kept = ley_half_states(s->base.model, b);
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = 0; k < d; k++) {
                const bool stored = i < kept && k >= i && k < ley_half_row_end(s->base.model, b, i);
                s->place[ley_half_element(s, b, i, k)] = stored ? place : -1;
                if (!stored) continue;
                place += s->panel;
                s->n_panels++;
            }
    }
    s->base.n = place + ley_half_margin(s->width);
}
