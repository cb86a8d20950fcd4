/* Fits of measures that are in memory: leyden.h. */
#include "core/memory.h"
#include "core/status.h"
#include "result/describe.h"
#include "result/fit.h"

#include <string.h>

typedef struct fit_entry {
    ley_fit fit;
    ley_fit_about about;
    char quantity[LEY_FIT_QUANTITIES][LEY_FIT_QUANTITY_NAME];
    double *column[LEY_FIT_QUANTITIES]; /* [lines] */
} fit_entry;

struct ley_fits {
    ley_layout layout;
    fit_entry *entry;
    ley_index n;
};

static ley_status out_of_memory(ley_error *err) {
    return ley_fail(err, LEY_ERR_MEMORY, "fit", "no memory left for the fits");
}

static ley_status fill(ley_fits *self, fit_entry *e, const ley_layout_fit *what, const double *y,
                       const uint8_t *status, ley_error *err) {
    const ley_layout *layout = &self->layout;
    if (ley_fit_create(&e->fit, layout, what, y, status) != 0) return out_of_memory(err);
    e->about = (ley_fit_about){.name = what->name,
                               .model = ley_fit_word(what->model),
                               .formula = ley_fit_formula(what->model),
                               .x = layout->axes[what->axis].name,
                               .y = layout->measures[what->measure].name,
                               .from = what->from,
                               .to = what->to,
                               .outliers = what->mad ? "mad" : "none",
                               .lines = e->fit.n_lines};
    for (int k = 0; k < LEY_FIT_QUANTITIES; k++) {
        ley_fit_quantity(e->quantity[k], what->model, k);
        if (!(e->column[k] = ley_allocate((size_t)e->fit.n_lines, sizeof(double)))) return out_of_memory(err);
        for (ley_index i = 0; i < e->fit.n_lines; i++) e->column[k][i] = e->fit.value[i][k];
    }
    return LEY_OK;
}

ley_status ley_fits_create(ley_fits **fits, const ley_scenario *scenario, const double *measures,
                           const unsigned char *done, ley_error *err) {
    if (!fits) return ley_fail(err, LEY_ERR_ARGUMENT, "fits", "NULL");
    *fits = NULL;
    if (!scenario || !measures || !done)
        return ley_fail(err, LEY_ERR_ARGUMENT, !scenario ? "scenario" : measures ? "done" : "measures", "NULL");
    ley_fits *self = ley_allocate(1, sizeof *self);
    uint8_t *point = NULL;
    ley_status status = self ? ley_layout_create(&self->layout, scenario, 1, 1, err) : out_of_memory(err);
    if (status != LEY_OK) goto done;
    const ley_index points = self->layout.n_points;
    self->entry = ley_allocate((size_t)self->layout.n_fits, sizeof *self->entry);
    point = ley_allocate((size_t)points, sizeof *point);
    if (!self->entry || !point) status = out_of_memory(err);
    for (ley_index i = 0; i < points && status == LEY_OK; i++)
        point[i] = done[i] ? LEY_POINT_DONE : LEY_POINT_FAILED;
    for (; self->n < self->layout.n_fits && status == LEY_OK; self->n++) {
        const ley_layout_fit *what = &self->layout.fits[self->n];
        status = fill(self, &self->entry[self->n], what, measures + what->measure * points, point, err);
    }

done:
    ley_release(point);
    if (status != LEY_OK) {
        ley_fits_destroy(self);
        return status;
    }
    *fits = self;
    return LEY_OK;
}

void ley_fits_destroy(ley_fits *fits) {
    if (!fits) return;
    for (ley_index i = 0; i < fits->n; i++) {
        for (int k = 0; k < LEY_FIT_QUANTITIES; k++) ley_release(fits->entry[i].column[k]);
        ley_fit_clear(&fits->entry[i].fit);
    }
    ley_release(fits->entry);
    ley_layout_clear(&fits->layout);
    ley_release(fits);
}

const ley_fit_about *ley_fits_about(const ley_fits *fits, ley_index i) {
    return fits && i >= 0 && i < fits->n ? &fits->entry[i].about : NULL;
}

const double *ley_fits_values(const ley_fits *fits, ley_index i, ley_index k, const char **quantity) {
    if (!fits || i < 0 || i >= fits->n || k < 0 || k >= LEY_FIT_QUANTITIES) return NULL;
    if (quantity) *quantity = fits->entry[i].quantity[k];
    return fits->entry[i].column[k];
}

const unsigned char *ley_fits_left_out(const ley_fits *fits, ley_index i) {
    return fits && i >= 0 && i < fits->n ? fits->entry[i].fit.use : NULL;
}
