#include "core/memory.h"
#include "core/status.h"
#include "generator/spins_state.h"

#include <math.h>
#include <string.h>

/* ---- Creation ------------------------------------------------------------------------------------------------ */

static void spins_destroy(ley_generator *self) {
    ley_generator_spins *s = (ley_generator_spins *)self;
    ley_blocks_clear(&s->base.blocks);
    ley_stencil_clear(&s->stencil);
    ley_release(s->place);
    ley_release(s->line_of);
    ley_release(s->lines);
    ley_release(s->loss);
    ley_release(s->loss_of);
    for (int i = 0; i < 3; i++) ley_release(s->phi[i]);
    ley_release(s->window_memory);
    ley_release(s);
}

static void place_lines(ley_generator_spins *s) {
    const int32_t n_blocks = s->base.blocks.n_blocks;
    s->n_lines = s->plane = 0;
    for (int32_t k = 0; k < s->n_delta; k++)
        for (int32_t b = 0; b < n_blocks; b++) {
            int32_t length = ley_spin_two_j(s->base.blocks.cells, b) + 1 - s->delta - k;
            bool held = length > 0 && ley_blocks_kept(&s->base.blocks, b);
            if (s->line_of) s->line_of[k * n_blocks + b] = held ? s->n_lines : -1;
            if (!held) continue;
            if (s->place)
                s->place[s->n_lines] =
                    (ley_spin_place){.b = b, .delta = s->delta + k, .length = length, .here = s->plane};
            s->n_lines++;
            s->plane += length;
        }
}

static ley_status allocate(ley_generator_spins *s, ley_error *err) {
    const int32_t n_blocks = s->base.blocks.n_blocks;
    size_t states = 0;
    for (int32_t b = 0; b < n_blocks; b++) states += (size_t)ley_spin_two_j(s->base.blocks.cells, b) + 1;
    place_lines(s);
    size_t n_lines = (size_t)s->n_lines;
    s->place = ley_allocate(n_lines, sizeof *s->place);
    s->line_of = ley_allocate((size_t)s->n_delta * (size_t)n_blocks, sizeof *s->line_of);
    s->lines = ley_allocate(n_lines * (size_t)s->planes, sizeof *s->lines);
    s->loss = ley_allocate(states, sizeof *s->loss);
    s->loss_of = ley_allocate((size_t)n_blocks, sizeof *s->loss_of);
    bool failed = !s->place || !s->line_of || !s->lines || !s->loss || !s->loss_of;
    if (s->base.class->advance) {
        for (int i = 0; i < 3; i++) failed |= !(s->phi[i] = ley_allocate((size_t)s->plane, sizeof(double)));
        failed |= !(s->window_memory = ley_allocate(6 * n_lines, sizeof *s->window_memory));
        for (int i = 0; i < 3 && !failed; i++) {
            s->window[i].low = s->window_memory + (size_t)(2 * i) * n_lines;
            s->window[i].high = s->window_memory + (size_t)(2 * i + 1) * n_lines;
        }
    }
    if (failed)
        return ley_fail(err, LEY_ERR_MEMORY, "spins", "no memory for %lld lines of the state",
                        (long long)s->n_lines);
    place_lines(s);
    double *loss = s->loss;
    for (int32_t b = 0; b < n_blocks; b++) {
        s->loss_of[b] = loss;
        loss += ley_spin_two_j(s->base.blocks.cells, b) + 1;
    }
    return LEY_OK;
}

static const ley_generator_class spins_class, chain_class;

ley_status ley_generator_spins_create(ley_generator **generator, const ley_model *model, int32_t delta,
                                      ley_error *err) {
    ley_generator_spins *s = ley_allocate(1, sizeof *s);
    if (!s) return ley_fail(err, LEY_ERR_MEMORY, "spins", "no memory for the generator");
    s->base.class = ley_spins_is_chain(model) ? &chain_class : &spins_class;
    s->base.model = model;
    s->driven = ley_spins_driven(model);
    s->delta = delta;
    s->n_delta = s->driven ? model->cells + 1 : 1;
    s->planes = ley_spins_planes(model, delta);
    s->turning = !s->driven && ley_signal_is_constant(&model->battery_frequency);
    if (s->driven)
        s->angle = acos(0.0);
    else if (!ley_battery_is_diagonal(model))
        s->angle = model->battery_state.phi;
    ley_status status = ley_blocks_create(&s->base.blocks, model->cells, 1, err);
    if (status == LEY_OK) {
        bool diagonal = !s->driven && !model->complete && ley_battery_is_diagonal(model);
        ley_blocks_restrict(&s->base.blocks, ley_spins_only_block(model), diagonal);
        status = ley_stencil_create(&s->stencil, &s->base.blocks, err);
    }
    if (status == LEY_OK) status = allocate(s, err);
    if (status != LEY_OK) {
        spins_destroy(&s->base);
        return status;
    }
    s->base.n = s->plane * s->planes;
    s->base.n_compact = s->base.n;
    *generator = &s->base;
    return LEY_OK;
}

/* ---- y = al L x + be x + ga y -------------------------------------------------------------------------------- */

static void add_term(const ley_generator_spins *s, ley_spin_line *line, int32_t b, int32_t delta, int32_t shift,
                     const double *f, const double *g, double weight) {
    int32_t k = delta - s->delta;
    if (weight == 0 || b < 0 || b >= s->base.blocks.n_blocks || k < 0 || k >= s->n_delta) return;
    ley_index from = s->line_of[k * s->base.blocks.n_blocks + b];
    if (from < 0) return;
    const ley_spin_place *source = &s->place[from];
    ley_spin_term term = {.from = source->here + shift, .f = f, .g = g, .weight = weight};
    term.line = (int32_t)from;
    term.shift = shift;
    term.begin = shift < 0 ? -shift : 0;
    term.end = source->length - shift < line->length ? source->length - shift : line->length;
    if (term.begin < term.end) line->term[line->n_terms++] = term;
}

/* -i [Omega Jx, rho] in the gauge (-i)^Delta: neighbours in m and in m'; below Delta = 0 the conjugate serves. */
static void add_drive(const ley_generator_spins *s, ley_spin_line *line, const ley_spin_place *place, double half,
                      bool imaginary) {
    const ley_stencil_block *table = &s->stencil.block[place->b];
    const int32_t k = place->delta, b = place->b;
    const double *minus = table->minus, *plus = table->plus;
    add_term(s, line, b, k + 1, 0, plus + k, NULL, -half);
    add_term(s, line, b, k + 1, -1, minus, NULL, half);
    if (k > 0) {
        add_term(s, line, b, k - 1, 0, minus + k, NULL, half);
        add_term(s, line, b, k - 1, 1, plus, NULL, -half);
    } else {
        double sign = imaginary ? -1 : 1;
        add_term(s, line, b, 1, -1, minus, NULL, sign * half);
        add_term(s, line, b, 1, 0, plus, NULL, -sign * half);
    }
}

static void fill_line(const ley_generator_spins *s, ley_spin_line *line, const ley_coefficients *c,
                      const ley_spin_place *place, bool imaginary) {
    const int32_t cells = s->base.blocks.cells, b = place->b, k = place->delta;
    const ley_stencil_block *table = &s->stencil.block[b];
    const double *rate = c->rate, j = 0.5 * ley_spin_two_j(cells, b);
    memset(line, 0, sizeof *line);
    line->here = place->here;
    line->length = place->length;
    line->loss1 = s->loss_of[b] + k;
    line->loss2 = s->loss_of[b];
    line->m_first = k - j;
    line->m_prime_first = -j;
    line->diagonal = -rate[LEY_LOCAL_DEPHASING] * cells - 0.5 * rate[LEY_COLLECTIVE_DEPHASING] * k * k;
    line->product = 4 * table->prefactor[0] * rate[LEY_LOCAL_DEPHASING];
    const double stay[2] = {rate[LEY_COLLECTIVE_EMISSION] + table->prefactor[0] * rate[LEY_LOCAL_EMISSION],
                            rate[LEY_COLLECTIVE_ABSORPTION] + table->prefactor[0] * rate[LEY_LOCAL_ABSORPTION]};
    for (int local = 0; local < LEY_LOCAL_CHANNELS; local++)
        for (int source = 0; source < LEY_SOURCES; source++) {
            if (local == 2 && source == 0) continue; /* dephasing within j is part of the diagonal */
            const int32_t to = ley_source_block[source], shift = -to - ley_local_shift[local];
            const double *f = table->gather[local][source];
            /* Within j a local jump has the factors of the collective one. */
            double weight = source == 0 ? stay[local] : table->prefactor[source] * rate[LEY_LOCAL_EMISSION + local];
            add_term(s, line, b + to, k, shift, f + k, f, weight);
        }
    if (s->driven) add_drive(s, line, place, 0.5 * c->omega, imaginary);
    const double w = s->turning ? 0 : c->w0 * k; /* dR/dt = -i w R */
    line->other = imaginary ? -w : w;
}

void ley_spins_fill(ley_generator_spins *s, double t) {
    ley_coefficients c = ley_coefficients_at(s->base.model, t);
    if (s->filled && ley_coefficients_same(&c, &s->coefficients)) return;
    s->coefficients = c;
    s->filled = true;
    const int32_t cells = s->base.blocks.cells;
    for (int32_t b = 0; b < s->base.blocks.n_blocks; b++) {
        const ley_stencil_block *table = &s->stencil.block[b];
        const double j = 0.5 * ley_spin_two_j(cells, b);
        for (int32_t i = 0; i <= ley_spin_two_j(cells, b); i++) {
            double m = i - j;
            s->loss_of[b][i] = -0.5 * (c.rate[LEY_COLLECTIVE_EMISSION] * table->minus[i] * table->minus[i] +
                                       c.rate[LEY_COLLECTIVE_ABSORPTION] * table->plus[i] * table->plus[i] +
                                       c.rate[LEY_LOCAL_EMISSION] * (0.5 * cells + m) +
                                       c.rate[LEY_LOCAL_ABSORPTION] * (0.5 * cells - m));
        }
    }
    for (int32_t plane = 0; plane < s->planes; plane++)
        for (ley_index l = 0; l < s->n_lines; l++)
            fill_line(s, &s->lines[plane * s->n_lines + l], &c, &s->place[l], plane == 1);
}

static void spins_fused(ley_generator *self, double t, double *y, const double *x, double al, double be,
                        double ga) {
    ley_generator_spins *s = (ley_generator_spins *)self;
    ley_spins_fill(s, t);
    for (int32_t plane = 0; plane < s->planes; plane++) {
        const ley_spin_call call = {.y = y + plane * s->plane,
                                    .x = x + plane * s->plane,
                                    .other = s->planes == 2 ? x + (1 - plane) * s->plane : NULL,
                                    .al = al,
                                    .be = be,
                                    .ga = ga};
        ley_spin_lines(&call, s->lines + plane * s->n_lines, s->n_lines);
    }
}

static void spins_apply(ley_generator *self, double t, double *y, const double *x) {
    spins_fused(self, t, y, x, 1, 0, 0);
}

static double spins_norm(const ley_generator *self, const double *x) {
    const ley_generator_spins *s = (const ley_generator_spins *)self;
    double sum = 0;
    for (int32_t plane = 0; plane < s->planes; plane++)
        for (ley_index l = 0; l < s->n_lines; l++) {
            const double *line = x + plane * s->plane + s->place[l].here;
            double square = 0;
            for (int32_t p = 0; p < s->place[l].length; p++) square += line[p] * line[p];
            sum += s->place[l].delta > 0 ? 2 * square : square; /* partners that are not stored count as well */
        }
    return sqrt(sum);
}

static void spins_bounds(const ley_generator *self, double t, double *frequency, double *decay) {
    const ley_coefficients c = ley_coefficients_at(self->model, t);
    const double cells = self->blocks.cells;
    /* w0 Jz + Omega Jx is a rotation: its levels are equidistant. */
    *frequency = cells * (ley_spins_driven(self->model)                             ? hypot(c.w0, c.omega)
                          : ley_signal_is_constant(&self->model->battery_frequency) ? 0
                                                                                    : fabs(c.w0));
    *decay = ley_generator_decay(self, t);
}

/* ---- Start and reduction ------------------------------------------------------------------------------------- */

static ley_complex turned(ley_complex z, double angle) {
    double c = cos(angle), s = sin(angle);
    return (ley_complex){z.re * c - z.im * s, z.re * s + z.im * c};
}

static void spins_start(const ley_generator *self, double *x, const ley_complex *battery,
                        const ley_complex *cavity) {
    const ley_generator_spins *s = (const ley_generator_spins *)self;
    for (ley_index l = 0; l < s->n_lines; l++) {
        const ley_spin_place *place = &s->place[l];
        const ley_index d = ley_spin_two_j(s->base.blocks.cells, place->b) + 1;
        const ley_complex *block = battery + s->base.blocks.offset[place->b];
        for (ley_index p = 0; p < place->length; p++) {
            ley_complex z = s->base.blocks.diagonal ? block[p] : block[(p + place->delta) * d + p];
            z = turned(z, s->angle * place->delta);
            x[place->here + p] = z.re * cavity[0].re;
            if (s->planes == 2) x[s->plane + place->here + p] = z.im * cavity[0].re;
        }
    }
}

static void spins_reduce(const ley_generator *self, double *compact, const double *x) {
    memcpy(compact, x, (size_t)self->n * sizeof *compact);
}

static void spins_expand(const ley_generator *self, double t, double *reduced, const double *compact) {
    const ley_generator_spins *s = (const ley_generator_spins *)self;
    const ley_blocks *blocks = &self->blocks;
    ley_reduced out = ley_reduced_view(blocks, reduced);
    const double angle = s->angle + (s->turning ? ley_signal_at(&self->model->battery_frequency, 0) * t : 0);
    for (ley_index l = 0; l < s->n_lines; l++) {
        const ley_spin_place *place = &s->place[l];
        const int32_t two_j = ley_spin_two_j(blocks->cells, place->b), k = place->delta;
        const ley_index d = two_j + 1;
        ley_complex *block = out.battery + blocks->offset[place->b];
        const double *re = compact + place->here, *im = re + (s->planes == 2 ? s->plane : 0);
        const ley_complex phase = turned((ley_complex){1, 0}, -angle * k);
        for (int32_t p = 0; p < place->length; p++) {
            ley_complex z = {re[p] * phase.re, re[p] * phase.im};
            if (s->planes == 2) {
                z.re -= im[p] * phase.im;
                z.im += im[p] * phase.re;
            }
            if (blocks->diagonal) {
                block[p] = z;
            } else {
                block[(p + k) * d + p] = z;
                if (k > 0) block[p * d + p + k] = (ley_complex){z.re, -z.im};
            }
            if (k == 0) {
                out.cavity[0].re += z.re;
                out.moment[LEY_MOMENT_B_ONE * LEY_MOMENT_CAVITY + LEY_MOMENT_C_ONE].re += z.re;
            }
            for (int op = LEY_MOMENT_B_JM; op < LEY_MOMENT_BATTERY && k == 1; op++) {
                ley_complex *moment = &out.moment[op * LEY_MOMENT_CAVITY + LEY_MOMENT_C_ONE];
                double weight = ley_moment_battery_weight(op, two_j, p + 1);
                moment->re += weight * z.re;
                moment->im += weight * z.im;
            }
        }
    }
}

static const ley_generator_class spins_class = {
    .name = "spins",
    .apply = spins_apply,
    .fused = spins_fused,
    .start = spins_start,
    .reduce = spins_reduce,
    .expand = spins_expand,
    .norm = spins_norm,
    .bounds = spins_bounds,
    .destroy = spins_destroy,
};

static const ley_generator_class chain_class = {
    .name = "spins",
    .apply = spins_apply,
    .fused = spins_fused,
    .start = spins_start,
    .reduce = spins_reduce,
    .expand = spins_expand,
    .norm = spins_norm,
    .bounds = spins_bounds,
    .advance = ley_spins_advance,
    .destroy = spins_destroy,
};
