/* docs/theory/spectrum.md */
#include "run/spectrum.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/spins.h"
#include "run/spectrum_lines.h"
#include "run/spectrum_part.h"
#include "run/spectrum_values.h"
#include "run/steady_scales.h"

#include <math.h>
#include <stdlib.h>

/* Up to so many numbers a part is diagonalised whole. */
enum { DENSE = 160, DENSE_UNLIKE = 520, FEW = 3 };

static const double stationary_share = 1e-8; /* of the slowest rate: below, an eigenvalue counts as zero */

static int slower(const void *left, const void *right) {
    const ley_eigenvalue *a = left, *b = right;
    if (fabs(a->re - b->re) > 1e-9 * (fabs(a->re) + fabs(b->re))) return a->re > b->re ? -1 : 1;
    if (fabs(a->im) != fabs(b->im)) return fabs(a->im) < fabs(b->im) ? -1 : 1;
    return (a->im < b->im) - (a->im > b->im);
}

static bool is_stationary(const ley_eigenvalue *v, double slowest) {
    return hypot(v->re, v->im) <= stationary_share * slowest;
}

static void take_gap(ley_spectrum *spectrum, const ley_sector_spectrum *sector, double slowest) {
    for (ley_index i = 0; i < sector->n; i++) {
        const ley_eigenvalue *v = &sector->value[i];
        if (is_stationary(v, slowest))
            spectrum->stationary++;
        else if (!(-v->re > spectrum->gap))
            spectrum->gap = fmax(0, -v->re);
    }
}

/* One sector, by the method that fits. */
static ley_status find_sector(ley_spectrum *spectrum, ley_symmetry kind, const ley_model *model, int32_t i,
                              ley_index wanted, double slowest, ley_spectrum_part *part, ley_error *err) {
    ley_sector_spectrum *sector = &spectrum->sector[spectrum->n++];
    ley_symmetry_part_name(sector->name, kind, i);
    ley_status status = ley_spectrum_part_create(part, kind, model, i, err);
    sector->dimension = kind == LEY_SYMMETRY_UNLIKE ? part->n / 2 : part->n; /* stored twice there */
    if (status != LEY_OK || part->n == 0) return status;
    if (part->n <= (kind == LEY_SYMMETRY_UNLIKE ? DENSE_UNLIKE : DENSE) || wanted > part->n - 2)
        return ley_spectrum_dense(part, sector, err);
    return ley_spectrum_iterated(part, sector, wanted, slowest, err);
}

static bool something_relaxes(const ley_sector_spectrum *sector, double slowest) {
    for (ley_index k = 0; k < sector->n; k++)
        if (!is_stationary(&sector->value[k], slowest)) return true;
    return false;
}

/* The same for a line of a battery alone: `wanted` eigenvalues. With `gap_only`, charges that the bound shows to be
 * faster are left out, and of others as few are looked for as show what relaxes. */
static ley_status find_line(ley_spectrum *spectrum, ley_line_spectrum *line, const ley_model *model, int32_t i,
                            ley_index wanted, bool gap_only, double slowest, ley_error *err) {
    ley_generator *generator = NULL;
    ley_spins_matrix matrix = {0};
    ley_status status = ley_generator_spins_create(&generator, model, i, err);
    if (status == LEY_OK) status = ley_spins_matrix_create(&matrix, generator, i, err);
    if (status == LEY_OK && !(gap_only && i > 0 && ley_line_decays(line, &matrix, i, spectrum->gap))) {
        ley_sector_spectrum *sector = &spectrum->sector[spectrum->n++];
        ley_symmetry_part_name(sector->name, LEY_SYMMETRY_CHARGES_OF_SPINS, i);
        /* Stationary populations coincide, and of those an iteration sees one, or by rounding a few. */
        ley_index these = !gap_only || wanted < FEW ? wanted : i == 0 ? FEW : 1;
        for (;; these = 2 * these < wanted ? 2 * these : wanted) {
            status = ley_line_eigenvalues(line, sector, &matrix, model->cells, i, these, slowest, err);
            if (status != LEY_OK || i > 0 || these == wanted || something_relaxes(sector, slowest)) break;
            ley_release(sector->value);
            sector->value = NULL;
        }
    }
    ley_spins_matrix_clear(&matrix);
    ley_generator_destroy(generator);
    return status;
}

static ley_status find_all(ley_spectrum *spectrum, const ley_model *of, ley_index wanted, bool gap_only,
                           const ley_engine_hooks *hooks, ley_error *err) {
    ley_model model = *of; /* shares the expressions; the start plays no part */
    model.complete = true;
    const ley_symmetry kind = ley_symmetry_of(&model); /* a start that tells cells apart asks for all 2^N states */
    model.battery_state = (ley_battery_state){.kind = LEY_BATTERY_GIBBS, .q = 0.5};
    model.cavity_state = (ley_cavity_state){.kind = LEY_CAVITY_THERMAL, .nbar = 0.5};
    const int32_t parts = ley_symmetry_parts(kind, &model);
    const double slowest = ley_steady_slowest_rate(&model);
    /* An iteration by the inverse sees eigenvalues that coincide once: enough for the gap. */
    const bool lines = kind == LEY_SYMMETRY_CHARGES_OF_SPINS && ley_line_spectrum_serves(&model) &&
                       (gap_only || ley_model_stationary_states(&model, false) == 1);
    ley_line_spectrum line = {0};
    *spectrum = (ley_spectrum){.gap = INFINITY, .levels = model.levels};
    spectrum->sector = ley_allocate((size_t)parts, sizeof *spectrum->sector);
    if (!spectrum->sector) return ley_fail(err, LEY_ERR_MEMORY, "spectrum", "no memory for %d sectors", (int)parts);
    ley_status status = LEY_OK;
    for (int32_t i = 0; i < parts && status == LEY_OK; i++) {
        ley_spectrum_part part = {.hooks = hooks, .begin = (double)i / parts, .size = 1.0 / parts};
        const ley_index before = spectrum->n;
        status = lines && ley_spins_length(&model, i) > fmax(DENSE, (double)wanted + 2)
                     ? find_line(spectrum, &line, &model, i, wanted, gap_only, slowest, err)
                     : find_sector(spectrum, kind, &model, i, wanted, slowest, &part, err);
        if (status == LEY_OK && spectrum->n > before) {
            ley_sector_spectrum *sector = &spectrum->sector[before];
            const double frame = ley_symmetry_frame(kind, &model, i);
            for (ley_index k = 0; k < sector->n; k++) sector->value[k].im -= frame;
            qsort(sector->value, (size_t)sector->n, sizeof *sector->value, slower);
            if (sector->n > wanted) sector->n = wanted;
            take_gap(spectrum, sector, slowest);
        }
        ley_spectrum_part_clear(&part);
        if (status == LEY_OK && hooks && hooks->watch && hooks->watch(hooks->user, (i + 1.0) / parts))
            status = ley_fail(err, LEY_ERR_STOPPED, "", "stopped while eigenvalues were looked for");
    }
    ley_line_spectrum_clear(&line);
    if (isinf(spectrum->gap)) spectrum->gap = NAN;
    if (status != LEY_OK) ley_spectrum_clear(spectrum);
    return status;
}

ley_status ley_spectrum_of(ley_spectrum *spectrum, const ley_model *model, ley_index wanted,
                           const ley_engine_hooks *hooks, ley_error *err) {
    return find_all(spectrum, model, wanted, false, hooks, err);
}

ley_status ley_slowest_relaxation(double *gap, const ley_model *model, int64_t stationary,
                                  const ley_engine_hooks *hooks, ley_error *err) {
    ley_spectrum spectrum;
    /* Whatever is stationary comes first in its sector. */
    ley_status status = find_all(&spectrum, model, stationary + 2, true, hooks, err);
    if (status != LEY_OK) return status;
    *gap = spectrum.gap;
    ley_spectrum_clear(&spectrum);
    return LEY_OK;
}

void ley_spectrum_clear(ley_spectrum *spectrum) {
    for (ley_index i = 0; i < spectrum->n; i++) ley_release(spectrum->sector[i].value);
    ley_release(spectrum->sector);
    *spectrum = (ley_spectrum){0};
}

double ley_slowest_relaxation_seconds(const ley_model *model) {
    return ley_symmetry_of(model) == LEY_SYMMETRY_CHARGES_OF_SPINS && ley_line_spectrum_serves(model)
               ? ley_line_spectrum_seconds(model)
               : 0;
}

double ley_spectrum_bytes(const ley_model *model, ley_index wanted) {
    const ley_symmetry kind = ley_symmetry_of(model);
    if (kind == LEY_SYMMETRY_CHARGES_OF_SPINS && ley_line_spectrum_serves(model) &&
        ley_spins_length(model, 0) > DENSE)
        return ley_line_spectrum_bytes(model, wanted);
    return ley_symmetry_numbers(kind, model) * 16 * (3 * (double)wanted + 30);
}
