#include "generator/spins.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/decay.h"
#include "generator/spins_kernel.h"
#include "generator/stencil.h"

#include <math.h>
#include <string.h>

/* Uniformisation: numbers below `drop` at the ends of a line are left out, a stretch is taken in spans of at most
 * `longest_span` jumps, laid out for rates `reserve` times those met so far. */
static const double drop = 1e-22, longest_span = 400, reserve = 1.25;
enum { MARGIN = 48, LOOKS = 16 }; /* states that a span may grow into; jumps between two looks at the rates */

typedef struct line_place {
    int32_t b, delta, length;
    ley_index here;
} line_place;

typedef struct generator_spins {
    ley_generator base;
    ley_stencil stencil;
    int32_t delta, n_delta; /* charges delta .. delta + n_delta - 1 are held */
    int32_t planes;
    bool driven, turning; /* turning: the phase w0 Delta t is taken out */
    double angle;         /* rho = exp(-i angle Delta) R */
    ley_index plane, n_lines;
    line_place *place;    /* [n_lines] */
    ley_index *line_of;   /* [n_delta][n_blocks], -1: none */
    ley_spin_line *lines; /* [planes][n_lines], refilled when coefficients change */
    double *loss;         /* [states of all blocks] */
    double **loss_of;     /* [n_blocks] */
    ley_coefficients coefficients;
    bool filled;
    double *phi[3];             /* of the uniformisation */
    int32_t *window_memory;     /* [6 n_lines] */
    ley_spin_windows window[3]; /* of x, of phi and the next phi */
} generator_spins;

/* ---- What symmetry leaves ---------------------------------------------------------------------------------- */

bool ley_spins_driven(const ley_model *model) {
    return !ley_signal_is_zero(&model->drive_battery);
}

bool ley_battery_is_diagonal(const ley_model *model) {
    return ley_battery_state_is_diagonal(&model->battery_state);
}

int32_t ley_spins_parts(const ley_model *model) {
    return ley_spins_driven(model) || ley_battery_is_diagonal(model) ? 1 : model->cells + 1;
}

bool ley_spins_is_chain(const ley_model *model) {
    if (ley_spins_driven(model) || !ley_model_is_constant(model)) return false;
    for (int channel = LEY_COLLECTIVE_EMISSION; channel < LEY_CHANNEL_COUNT; channel++)
        if (ley_signal_at(&model->rate[channel], 0) < 0) return false;
    return true;
}

int32_t ley_spins_only_block(const ley_model *model) {
    if (model->complete) return -1;
    for (int channel = LEY_LOCAL_EMISSION; channel <= LEY_LOCAL_DEPHASING; channel++)
        if (!ley_signal_is_zero(&model->rate[channel])) return -1;
    switch (model->battery_state.kind) {
    case LEY_BATTERY_DICKE:
        return (model->cells - model->battery_state.two_j) / 2;
    case LEY_BATTERY_GIBBS:
        return -1;
    case LEY_BATTERY_BLOCKS:
        return model->battery_state.given_end == model->battery_state.given_first + 1
                   ? model->battery_state.given_first
                   : -1;
    default:
        return 0;
    }
}

/* Planes of real numbers that charge delta takes. */
static int32_t planes_of(const ley_model *model, int32_t delta) {
    const ley_battery_state *start = &model->battery_state;
    if (!ley_spins_driven(model)) return delta == 0 || ley_signal_is_constant(&model->battery_frequency) ? 1 : 2;
    if (model->complete || !ley_signal_is_zero(&model->battery_frequency)) return 2;
    return ley_battery_is_diagonal(model) || fabs(cos(start->phi)) < 1e-15 ? 1 : 2;
}

static double length_of(const ley_model *model, int32_t delta) {
    int32_t only = ley_spins_only_block(model);
    double n = 0;
    for (int32_t b = 0; b < ley_spin_blocks(model->cells); b++)
        if (only < 0 || only == b) n += fmax(0, ley_spin_two_j(model->cells, b) + 1 - delta);
    return n;
}

double ley_spins_length(const ley_model *model, int32_t delta) {
    double n = length_of(model, delta);
    for (int32_t k = 1; k <= model->cells && ley_spins_driven(model); k++) n += length_of(model, k);
    return n * planes_of(model, delta);
}

double ley_spins_battery(const ley_model *model) {
    const int32_t only = ley_spins_only_block(model);
    if (!ley_spins_driven(model) && ley_battery_is_diagonal(model)) return length_of(model, 0);
    double n = 0;
    for (int32_t b = 0; b < ley_spin_blocks(model->cells); b++) {
        double d = ley_spin_two_j(model->cells, b) + 1;
        if (only < 0 || only == b) n += d * d;
    }
    return n;
}

double ley_spins_tables(const ley_model *model) {
    double lines = ley_spins_only_block(model) < 0 ? ley_spin_blocks(model->cells) : 1;
    if (ley_spins_driven(model)) lines *= 0.5 * (model->cells + 2.0);
    double states = 0.25 * (model->cells + 2.0) * (model->cells + 2.0);
    return lines * planes_of(model, 0) * sizeof(ley_spin_line) +
           states * (3 + LEY_LOCAL_CHANNELS * LEY_SOURCES) * sizeof(double);
}

double ley_spins_fastest(const ley_model *model) {
    const ley_coefficients c = ley_coefficients_at(model, 0);
    double fastest = 0;
    for (int32_t i = 0; i <= model->cells; i++) {
        double down = ley_ladder_minus(model->cells, i), up = ley_ladder_plus(model->cells, i);
        fastest = fmax(fastest, c.rate[LEY_COLLECTIVE_EMISSION] * down * down +
                                    c.rate[LEY_COLLECTIVE_ABSORPTION] * up * up + c.rate[LEY_LOCAL_EMISSION] * i +
                                    c.rate[LEY_LOCAL_ABSORPTION] * (model->cells - i) +
                                    c.rate[LEY_LOCAL_DEPHASING] * model->cells);
    }
    return fastest;
}

/* ---- Creation ------------------------------------------------------------------------------------------------ */

static void spins_destroy(ley_generator *self) {
    generator_spins *s = (generator_spins *)self;
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

static void place_lines(generator_spins *s) {
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
                    (line_place){.b = b, .delta = s->delta + k, .length = length, .here = s->plane};
            s->n_lines++;
            s->plane += length;
        }
}

static ley_status allocate(generator_spins *s, ley_error *err) {
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
    generator_spins *s = ley_allocate(1, sizeof *s);
    if (!s) return ley_fail(err, LEY_ERR_MEMORY, "spins", "no memory for the generator");
    s->base.class = ley_spins_is_chain(model) ? &chain_class : &spins_class;
    s->base.model = model;
    s->driven = ley_spins_driven(model);
    s->delta = delta;
    s->n_delta = s->driven ? model->cells + 1 : 1;
    s->planes = planes_of(model, delta);
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

static void add_term(const generator_spins *s, ley_spin_line *line, int32_t b, int32_t delta, int32_t shift,
                     const double *f, const double *g, double weight) {
    int32_t k = delta - s->delta;
    if (weight == 0 || b < 0 || b >= s->base.blocks.n_blocks || k < 0 || k >= s->n_delta) return;
    ley_index from = s->line_of[k * s->base.blocks.n_blocks + b];
    if (from < 0) return;
    const line_place *source = &s->place[from];
    ley_spin_term term = {.from = source->here + shift, .f = f, .g = g, .weight = weight};
    term.line = (int32_t)from;
    term.shift = shift;
    term.begin = shift < 0 ? -shift : 0;
    term.end = source->length - shift < line->length ? source->length - shift : line->length;
    if (term.begin < term.end) line->term[line->n_terms++] = term;
}

/* -i [Omega Jx, rho] in the gauge (-i)^Delta: neighbours in m and in m'; below Delta = 0 the conjugate serves. */
static void add_drive(const generator_spins *s, ley_spin_line *line, const line_place *place, double half,
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

static void fill_line(const generator_spins *s, ley_spin_line *line, const ley_coefficients *c,
                      const line_place *place, bool imaginary) {
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

static void fill(generator_spins *s, double t) {
    ley_coefficients c = ley_coefficients_at(s->base.model, t);
    if (s->filled && memcmp(&c, &s->coefficients, sizeof c) == 0) return;
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
    generator_spins *s = (generator_spins *)self;
    fill(s, t);
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
    const generator_spins *s = (const generator_spins *)self;
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

/* ---- Uniformisation ------------------------------------------------------------------------------------------
 *
 * exp(tau L) = sum_k Poisson(k; c tau) (1 + L / c)^k with c the largest loss: every matrix element of 1 + L / c is
 * >= 0 and no column sums to more than 1, so nothing grows and nothing cancels, however far from normal L is. Rates
 * differ by N^2 between places, and a state is narrow: only the windows of each line where something lives are
 * computed, and c follows them. */

static void window_copy(generator_spins *s, int to, int from) {
    memcpy(s->window[to].low, s->window[from].low, (size_t)s->n_lines * sizeof(int32_t));
    memcpy(s->window[to].high, s->window[from].high, (size_t)s->n_lines * sizeof(int32_t));
}

/* Where x lives; what is smaller at the ends becomes zero. */
static void window_find(generator_spins *s, double *x) {
    for (ley_index l = 0; l < s->n_lines; l++) {
        double *line = x + s->place[l].here;
        int32_t low = 0, high = s->place[l].length;
        while (low < high && fabs(line[low]) < drop) line[low++] = 0;
        while (low < high && fabs(line[high - 1]) < drop) line[--high] = 0;
        s->window[0].low[l] = low < high ? low : 0;
        s->window[0].high[l] = low < high ? high : 0;
    }
}

/* The largest loss among the states that at most `margin` jumps reach from a window. */
static double fastest_around(generator_spins *s, const ley_spin_windows *w, int32_t margin) {
    const int32_t n_blocks = s->base.blocks.n_blocks;
    double fastest = 0;
    for (int32_t b = 0; b < n_blocks; b++) { /* excitations m' + N/2 that some window within reach holds */
        if (s->line_of[b] < 0) continue;
        int32_t low = INT32_MAX, high = 0;
        for (int32_t from = b - margin; from <= b + margin; from++) {
            if (from < 0 || from >= n_blocks || s->line_of[from] < 0) continue;
            const ley_index l = s->line_of[from];
            if (w->low[l] == w->high[l]) continue;
            low = from + w->low[l] < low ? from + w->low[l] : low;
            high = from + w->high[l] > high ? from + w->high[l] : high;
        }
        if (low >= high) continue;
        fastest = fmax(fastest, ley_spin_fastest(&s->lines[s->line_of[b]], low - margin - b, high + margin - b));
    }
    return fastest;
}

/* One span of `tau` laid out for rates up to c. false when it would meet larger ones: x is as before. */
static bool span(generator_spins *s, double *x, double tau, double c, double tolerance, int64_t *applies,
                 double *error) {
    enum { X, PHI, NEXT };
    const double z = c * tau;
    double *phi = s->phi[0], *next = s->phi[1], *sum = s->phi[2], weight = exp(-z), tail = INFINITY;
    memset(sum, 0, (size_t)s->plane * sizeof *sum);
    memcpy(phi, x, (size_t)s->plane * sizeof *phi);
    window_copy(s, PHI, X);
    ley_spin_accumulate(sum, phi, weight, s->lines, s->n_lines, s->window[PHI]);
    for (int k = 1; !(k > z && tail < tolerance); k++) {
        /* The windows of now and LOOKS jumps more: beyond c the terms would no longer be bounded. */
        if ((k - 1) % LOOKS == 0 && fastest_around(s, &s->window[PHI], LOOKS) > c) return false;
        const ley_spin_call call = {.y = next, .x = phi, .al = 1 / c, .be = 1};
        ley_spin_lines_inside(&call, s->lines, s->n_lines, s->window[NEXT], s->window[PHI], drop);
        ++*applies;
        double *swap = phi;
        phi = next;
        next = swap;
        ley_spin_windows w = s->window[PHI];
        s->window[PHI] = s->window[NEXT];
        s->window[NEXT] = w;
        weight *= z / k;
        tail = weight * z / (k + 1) / (1 - fmin(0.999, z / (k + 1)));
        if (weight > 1e-40) ley_spin_accumulate(sum, phi, weight, s->lines, s->n_lines, s->window[PHI]);
    }
    *error += tail;
    memcpy(x, sum, (size_t)s->plane * sizeof *x);
    return true;
}

static bool chain_advance(ley_generator *self, double *x, double tau, double tolerance, int64_t *applies,
                          double *error) {
    generator_spins *s = (generator_spins *)self;
    fill(s, 0);
    double left = tau, jumps = longest_span;
    if (!isfinite(spins_norm(self, x))) return false;
    while (left > 0) {
        window_find(s, x);
        double c = reserve * fastest_around(s, &s->window[0], MARGIN);
        if (c == 0) return true; /* nothing moves */
        const bool last = left <= jumps / c;
        const double step = last ? left : jumps / c;
        if (!span(s, x, step, c, fmax(1e-17, tolerance * step / tau), applies, error)) {
            jumps = fmax(0.5 * c * step, 1); /* a short one cannot leave its margin */
            continue;
        }
        jumps = fmin(longest_span, 1.5 * jumps);
        left = last ? 0 : left - step;
    }
    return true;
}

/* ---- Start and reduction ------------------------------------------------------------------------------------- */

static ley_complex turned(ley_complex z, double angle) {
    double c = cos(angle), s = sin(angle);
    return (ley_complex){z.re * c - z.im * s, z.re * s + z.im * c};
}

static void spins_start(const ley_generator *self, double *x, const ley_complex *battery,
                        const ley_complex *cavity) {
    const generator_spins *s = (const generator_spins *)self;
    for (ley_index l = 0; l < s->n_lines; l++) {
        const line_place *place = &s->place[l];
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
    const generator_spins *s = (const generator_spins *)self;
    const ley_blocks *blocks = &self->blocks;
    ley_reduced out = ley_reduced_view(blocks, reduced);
    const double angle = s->angle + (s->turning ? ley_signal_at(&self->model->battery_frequency, 0) * t : 0);
    for (ley_index l = 0; l < s->n_lines; l++) {
        const line_place *place = &s->place[l];
        const int32_t two_j = ley_spin_two_j(blocks->cells, place->b), k = place->delta;
        const ley_index d = two_j + 1;
        ley_complex *block = out.battery + blocks->offset[place->b];
        const double *re = compact + place->here, *im = s->planes == 2 ? re + s->plane : NULL;
        const ley_complex phase = turned((ley_complex){1, 0}, -angle * k);
        for (int32_t p = 0; p < place->length; p++) {
            ley_complex z = {re[p] * phase.re, re[p] * phase.im};
            if (im) {
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
    .advance = chain_advance,
    .destroy = spins_destroy,
};
