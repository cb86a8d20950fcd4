/* Other cuts of the excitations, and of the levels. */
#include "generator/half_state.h"
#include "generator/sector_kernel.h"

#include <string.h>

void ley_half_move(const ley_generator *to, double *y, const ley_generator *from, const double *x) {
    const ley_half *a = (const ley_half *)from, *b = (const ley_half *)to;
    memset(y, 0, (size_t)to->n * sizeof *y);
    for (int32_t block = b->first_block; block < b->end_block; block++) {
        const int32_t d = ley_half_states(to->model, block);
        for (int32_t i = 0; i < d; i++)
            for (int32_t k = i; k < d; k++) {
                const ley_index place = ley_half_find(a, block, i, k);
                const ley_index here = ley_half_find(b, block, i, k);
                if (place >= 0 && here >= 0) memcpy(y + here, x + place, (size_t)b->panel * sizeof *y);
            }
    }
}

void ley_half_move_compact(const ley_generator *to, double *y, const ley_generator *from, const double *x) {
    const ley_half *a = (const ley_half *)from, *b = (const ley_half *)to;
    const ley_complex *in = (const ley_complex *)x;
    ley_complex *out = (ley_complex *)y;
    memset(y, 0, (size_t)to->n_compact * sizeof *y);
    for (int32_t block = b->first_block; block < b->end_block; block++) {
        const int32_t d = ley_half_states(to->model, block),
                      d_from = block < a->end_block ? ley_half_states(from->model, block) : 0;
        for (int32_t i = 0; i < d; i++) {
            const int32_t row = d - i, given = d_from > i ? d_from - i : 0;
            memcpy(out, in, (size_t)(given < row ? given : row) * sizeof *out);
            out += row;
            in += given;
        }
        for (int32_t i = d; i < d_from; i++) in += d_from - i;
    }
    for (int32_t block = b->end_block; block < a->end_block; block++) {
        const int32_t d = ley_half_states(from->model, block);
        in += d * (d + 1) / 2;
    }
    memcpy(out, in, (size_t)(y + to->n_compact - (double *)out) * sizeof *y); /* cavity and moments */
}

void ley_half_coherences(const ley_generator *self, double *square, const double *x) {
    const ley_half *s = (const ley_half *)self;
    for (int32_t k = 0; k <= self->blocks.cells; k++) square[k] = 0;
    for (int32_t b = s->first_block; b < s->end_block; b++)
        for (int32_t i = 0; i < ley_half_states(self->model, b); i++)
            for (int32_t k = i; k < ley_half_row_end(self->model, b, i); k++) {
                const double total = ley_row_square(x + ley_half_find(s, b, i, k), s->panel);
                square[k - i] += k > i ? 2 * total : total;
            }
}

void ley_half_populations(const ley_generator *self, double *population, const double *compact) {
    const ley_half *s = (const ley_half *)self;
    const ley_complex *in = (const ley_complex *)compact;
    for (int32_t k = 0; k <= self->blocks.cells; k++) population[k] = 0;
    for (int32_t block = s->first_block; block < s->end_block; block++) {
        const int32_t d = ley_half_states(self->model, block);
        for (int32_t i = 0; i < d; in += d - i, i++) population[block + i] += in->re;
    }
}

void ley_half_more_levels(const ley_generator *to, double *y, const ley_generator *from, const double *x) {
    const ley_half *a = (const ley_half *)from, *b = (const ley_half *)to;
    memset(y, 0, (size_t)to->n * sizeof *y);
    for (ley_index i = 0; i < b->n_panels; i++) {
        const double *source = x + ley_half_margin(a->width) + i * a->panel;
        double *target = y + ley_half_margin(b->width) + i * b->panel;
        for (int32_t n = 0; n < a->levels; n++) {
            memcpy(target + n * b->width, source + n * a->width, (size_t)a->levels * sizeof *y);
            memcpy(target + b->length + n * b->width, source + a->length + n * a->width,
                   (size_t)a->levels * sizeof *y);
        }
    }
}

/* The battery does not know of levels; then come the cavity's upper triangle and the moments. */
void ley_half_more_levels_compact(const ley_generator *to, double *y, const ley_generator *from, const double *x) {
    const int32_t levels = from->blocks.levels, more = to->blocks.levels;
    const ley_index moments = 2 * LEY_MOMENTS,
                    battery = from->n_compact - moments - (ley_index)levels * (levels + 1);
    memset(y, 0, (size_t)to->n_compact * sizeof *y);
    memcpy(y, x, (size_t)battery * sizeof *y);
    memcpy(y + to->n_compact - moments, x + from->n_compact - moments, (size_t)moments * sizeof *y);
    x += battery, y += battery;
    for (int32_t n = 0; n < levels; x += 2 * (levels - n), y += 2 * (more - n), n++)
        memcpy(y, x, 2 * (size_t)(levels - n) * sizeof *y);
}

double ley_half_level(const ley_generator *self, const double *compact, int32_t n) {
    const ley_index left = self->blocks.levels - n; /* rows of the triangle from n on */
    return compact[self->n_compact - 2 * LEY_MOMENTS - left * (left + 1)];
}
