/* What symmetry leaves of a state, and where its rows lie. docs/theory/sectors.md */
#include "generator/populated.h"
#include "generator/sector_state.h"

#include <math.h>

bool ley_sector_applies(const ley_model *model) {
    return model->levels > 0 && (model->counter_rotating == 0 || !ley_model_is_coupled(model)) &&
           ley_signal_is_zero(&model->drive_cavity) && ley_signal_is_zero(&model->drive_battery);
}

bool ley_sector_cavity_is_diagonal(const ley_cavity_state *state) {
    return state->kind != LEY_CAVITY_COHERENT || (state->alpha.re == 0 && state->alpha.im == 0);
}

/* In every state of telegraph noise, or in none: all copies are laid out alike. */
static bool resonant(const ley_model *model) {
    return !ley_telegraph_moves(&model->telegraph, LEY_TELEGRAPH_FREQUENCY) &&
           ley_signal_is_constant(&model->battery_frequency) && ley_signal_is_constant(&model->cavity_frequency) &&
           ley_signal_at(&model->battery_frequency, 0) == ley_signal_at(&model->cavity_frequency, 0);
}

bool ley_sector_is_real(const ley_model *model) {
    return !model->complete && resonant(model) && ley_battery_state_is_diagonal(&model->battery_state);
}

int32_t ley_sector_reach(const ley_model *model) {
    int32_t reach = 0;
    if (!ley_battery_state_is_diagonal(&model->battery_state)) reach += model->cells;
    if (!ley_sector_cavity_is_diagonal(&model->cavity_state)) reach += model->levels - 1;
    return reach;
}

bool ley_sector_is_pumped(const ley_model *model) {
    return !ley_signal_is_zero(&model->rate[LEY_CAVITY_GAIN]) ||
           !ley_signal_is_zero(&model->rate[LEY_LOCAL_ABSORPTION]) ||
           !ley_signal_is_zero(&model->rate[LEY_COLLECTIVE_ABSORPTION]);
}

int32_t ley_sector_top(const ley_model *model) {
    int32_t battery = model->cells, cavity = model->levels - 1;
    if (ley_sector_is_pumped(model) || model->complete) return battery + cavity;
    if (model->battery_state.kind == LEY_BATTERY_GROUND) battery = 0;
    if (model->battery_state.kind == LEY_BATTERY_DICKE) battery = (model->cells + model->battery_state.two_m) / 2;
    if (model->cavity_state.kind == LEY_CAVITY_FOCK) cavity = model->cavity_state.photons;
    return battery + cavity;
}

bool ley_sector_is_closed(const ley_model *model) {
    const double cells = model->cells, most = cells * cells * cells * model->levels; /* places are short numbers */
    return !ley_sector_is_pumped(model) && !model->complete && ley_sector_top(model) < model->levels &&
           model->levels <= 1024 && most < 1e9;
}

/* s(n) then stays within exp(-levels / 4) and exp(levels / 4). */
double ley_sector_photon_scale(const ley_model *model) {
    return fmax(1, 0.5 * model->levels);
}

/* The largest K of a charge: where nothing adds excitations, the coherences c_n c_(n - Delta) of a coherent start
 * beyond it sum to no more than may be lost. */
int32_t ley_sector_top_of_charge(const ley_model *model, int32_t delta) {
    const int32_t top = ley_sector_top(model), battery = top - (model->levels - 1);
    const double mean = model->cavity_state.alpha.re * model->cavity_state.alpha.re +
                        model->cavity_state.alpha.im * model->cavity_state.alpha.im;
    if (!(model->coherences_lost > 0) || ley_sector_is_pumped(model) ||
        !ley_battery_state_is_diagonal(&model->battery_state) ||
        ley_sector_cavity_is_diagonal(&model->cavity_state))
        return top;
    double lost = 0;
    int32_t n = model->levels - 1;
    for (; n > delta; n--) {
        const double left = n * log(mean) - lgamma(n + 1.0),
                     right = (n - delta) * log(mean) - lgamma(n - delta + 1.0);
        lost += exp(0.5 * (left + right) - mean);
        if (lost > model->coherences_lost) break;
    }
    return n + battery;
}

/* K of row (e, e') runs from max(e, e' + Delta) to where n or n' leaves the cavity or K leaves what is reachable.
 */
void ley_sector_row_range(int32_t levels, int32_t top, int32_t delta, int32_t e, int32_t ep, int32_t *first,
                          int32_t *end) {
    int32_t right = ep + delta;
    *first = e > right ? e : right;
    *end = (e < right ? e : right) + levels;
    if (*end > top + 1) *end = top + 1;
}

int32_t ley_sector_aligned(int32_t k) {
    return k / LEY_SECTOR_VECTOR * LEY_SECTOR_VECTOR;
}

/* From the ley_sector_aligned beginning to the ley_sector_aligned end: whole vectors. */
int32_t ley_sector_row_length(const ley_sector_row *place) {
    return ley_sector_aligned(place->end + LEY_SECTOR_VECTOR - 1) - ley_sector_aligned(place->first);
}

/* Rows are ley_sector_aligned at multiples of 8 of K, and a whole vector of zeros follows. */
ley_index ley_sector_row_space(int32_t first, int32_t end) {
    return (end - ley_sector_aligned(first) + 2 * LEY_SECTOR_VECTOR - 1) / LEY_SECTOR_VECTOR * LEY_SECTOR_VECTOR;
}

ley_index ley_sector_zero_space(int32_t top) {
    return (top / LEY_SECTOR_VECTOR + 1) * LEY_SECTOR_VECTOR + 2 * LEY_SECTOR_MARGIN;
}

enum { COUNTED = 400, SAMPLED = 50 }; /* excitations up to which every row is counted; of a sample, each way */

static int32_t smaller(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* Doubles in a plane, and rows. Where they are more than memory holds blocks and e are taken by sample. */
static double measure(const ley_model *model, int32_t delta, double *rows) {
    const int32_t top = ley_sector_top_of_charge(model, delta), most = smaller(model->cells, top);
    const int32_t step = most > COUNTED ? most / SAMPLED : 1;
    double length = (double)ley_sector_zero_space(top) + LEY_SECTOR_VECTOR;
    int32_t first_block, end_block;
    *rows = 0;
    ley_populated_blocks(model, &first_block, &end_block);
    const int32_t block_step = end_block - first_block > step ? step : 1;
    const double each = (double)step * block_step;
    for (int32_t b = first_block; b < smaller(end_block, top + 1); b += block_step)
        for (int32_t e = b; e <= smaller(model->cells - b, top); e += step)
            for (int32_t ep = delta == 0 ? e : b; ep <= smaller(model->cells - b, top - delta); ep++) {
                int32_t first, end;
                ley_sector_row_range(model->levels, top, delta, e, ep, &first, &end);
                if (end <= first) continue;
                length += each * (double)ley_sector_row_space(first, end);
                *rows += each;
            }
    return length;
}

double ley_sector_length(const ley_model *model, int32_t delta) {
    double rows;
    return measure(model, delta, &rows) * (ley_sector_is_real(model) ? 1 : 2);
}

double ley_sector_tables(const ley_model *model, int32_t delta) {
    const double n = model->cells;
    double rows;
    (void)measure(model, delta, &rows);
    return rows *
               (sizeof(ley_sector_row) + sizeof(double) + (ley_sector_is_real(model) ? 1 : 2) * sizeof(ley_row)) +
           (n + 3) * (n + 2) * (n + 1) / 6 * sizeof(ley_index);
}

double ley_sector_settled(const ley_model *model) {
    const double states = 0.25 * (model->cells + 2.0) * (model->cells + 2.0);
    return (states * (2 + LEY_LOCAL_CHANNELS * LEY_SOURCES) + 8 * (model->cells + 2.0 * model->levels)) *
           sizeof(double);
}
