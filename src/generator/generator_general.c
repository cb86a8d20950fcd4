#include "generator/general.h"

#include "basis/cells.h"
#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <string.h>

/* y += (re + i im) x, n complex numbers. */
static void add_row(double *restrict y, const double *restrict x, double re, double im, ley_index n) {
    if (im == 0)
        for (ley_index i = 0; i < 2 * n; i++) y[i] += re * x[i];
    else
        for (ley_index i = 0; i < 2 * n; i += 2) {
            y[i] += re * x[i] - im * x[i + 1];
            y[i + 1] += re * x[i + 1] + im * x[i];
        }
}

static bool bit(ley_index x, int32_t i) {
    return x >> i & 1;
}

static ley_index with(int32_t i) {
    return (ley_index)1 << i;
}

/* ---- Z: what acts from the left --------------------------------------------------------------------------------
 */

typedef struct left_action {
    const ley_general *self;
    const ley_coefficients *c;
    double *z;
    const double *x;
} left_action;

/* z[x, n] += coefficient rho[x', n + by]; nothing where there is no such row */
static void add_from(const left_action *a, ley_index to, ley_index n, ley_index from, ley_index by, double re,
                     double im) {
    const ley_general *self = a->self;
    if ((re == 0 && im == 0) || n + by < 0 || n + by >= self->levels) return;
    add_row(a->z + 2 * (to * self->levels + n) * self->side, a->x + 2 * (from * self->levels + n + by) * self->side,
            re, im, self->side);
}

static double emission_loss(const ley_general *self, const ley_coefficients *c, int32_t i) {
    return c->rate[LEY_COLLECTIVE_EMISSION] * self->kernel[i][i] + c->rate[LEY_LOCAL_EMISSION] * self->local[i];
}

static double absorption_loss(const ley_general *self, const ley_coefficients *c, int32_t i) {
    return c->rate[LEY_COLLECTIVE_ABSORPTION] * self->kernel[i][i] + c->rate[LEY_LOCAL_ABSORPTION] * self->local[i];
}

static void left_diagonal(const left_action *a, ley_index x, ley_index n) {
    const ley_general *self = a->self;
    const ley_coefficients *c = a->c;
    double energy = c->w0 * ley_excited(x) + self->offset[x] + c->wc * (double)n, loss = 0;
    for (int32_t i = 0; i < self->cells; i++)
        loss += bit(x, i) ? emission_loss(self, c, i) : absorption_loss(self, c, i);
    loss += c->rate[LEY_CAVITY_LOSS] * (double)n; /* a a' of the truncated matrices ends with 0 */
    loss += c->rate[LEY_CAVITY_GAIN] * (n + 1 < self->levels ? (double)(n + 1) : 0);
    add_from(a, x, n, x, 0, -0.5 * loss, -energy);
}

/* Excitations that go from cell k to cell i: exchange, and what collective channels take away together. */
static void left_exchange(const left_action *a, ley_index x, ley_index n) {
    const ley_general *self = a->self;
    const ley_coefficients *c = a->c;
    const double down = c->rate[LEY_COLLECTIVE_EMISSION], up = c->rate[LEY_COLLECTIVE_ABSORPTION];
    if (down == 0 && up == 0) return;
    for (int32_t i = 0; i < self->cells; i++) {
        if (!bit(x, i)) continue;
        for (int32_t k = 0; k < self->cells; k++)
            if (!bit(x, k))
                add_from(a, x, n, x ^ with(i) ^ with(k), 0, -0.5 * (down + up) * self->kernel[i][k],
                         -(down - up) * self->shift[i][k]);
    }
}

static void left_flips(const left_action *a, ley_index x, ley_index n) {
    const ley_general *self = a->self;
    const ley_coefficients *c = a->c;
    const double lower = self->root[n], raise = self->root[n + 1];
    for (int32_t i = 0; i < self->cells; i++) {
        const ley_index other = x ^ with(i);
        const double w = self->weight[i];
        add_from(a, x, n, other, 0, 0, -0.5 * c->omega * self->drive[i]);
        if (self->levels == 1) continue;
        const double emits =
            bit(x, i) ? c->counter : c->rotating; /* a' with s-, with s+ the counter-rotating one */
        const double absorbs = bit(x, i) ? c->rotating : c->counter;
        add_from(a, x, n, other, -1, 0, -w * emits * lower);
        add_from(a, x, n, other, 1, 0, -w * absorbs * raise);
    }
    add_from(a, x, n, x, -1, 0, -c->eta * lower);
    add_from(a, x, n, x, 1, 0, -c->eta * raise);
}

/* y = al (z + z') + be x + ga y, by tiles. y is not looked at where ga = 0, nor x where be = 0. */
static void add_adjoint(double *y, const double *z, const double *x, double al, double be, double ga,
                        ley_index side) {
    enum { TILE = 32 };
    for (ley_index r0 = 0; r0 < side; r0 += TILE)
        for (ley_index s0 = 0; s0 < side; s0 += TILE)
            for (ley_index r = r0; r < r0 + TILE && r < side; r++)
                for (ley_index s = s0; s < s0 + TILE && s < side; s++) {
                    const ley_index here = 2 * (r * side + s), there = 2 * (s * side + r);
                    double re = z[here] + z[there], im = z[here + 1] - z[there + 1];
                    if (al != 1) re *= al, im *= al;
                    if (be != 0) re += be * x[here], im += be * x[here + 1];
                    if (ga != 0) re += ga * y[here], im += ga * y[here + 1];
                    y[here] = re;
                    y[here + 1] = im;
                }
}

/* ---- Jumps: L rho L' -------------------------------------------------------------------------------------------
 */

/* y[s] += factor x[s with cell k the other way], over the columns where cell k is up (or down). */
static void add_columns(const ley_general *self, double *y, const double *x, double factor, int32_t k, bool up) {
    const ley_index run = with(k) * self->levels, period = 2 * run;
    for (ley_index s = 0; s < self->side; s += period) {
        const ley_index to = s + (up ? run : 0), from = s + (up ? 0 : run);
        add_row(y + 2 * to, x + 2 * from, factor, 0, run);
    }
}

/* Rate_ik s_i rho s_k' with s = s- (to == false: into rows where the cell is down) or s+. */
static void add_collective(const ley_general *self, double *y, const double *x, double rate, bool up) {
    const ley_index side = self->side, levels = self->levels;
    const bool separable = !self->base.model->unlike.placed; /* kernel = weight weight */
    for (ley_index r = 0; r < side && rate != 0; r++) {
        const ley_index state = r / levels;
        for (int32_t k = 0; k < self->cells; k++) {
            if (k == 0 || !separable) {
                memset(self->row, 0, 2 * (size_t)side * sizeof *self->row);
                for (int32_t i = 0; i < self->cells; i++) {
                    const double f = separable ? self->radiates[i] : self->kernel[i][k];
                    const ley_index from = up ? r - with(i) * levels : r + with(i) * levels;
                    if (bit(state, i) == up && f != 0) add_row(self->row, x + 2 * from * side, f, 0, side);
                }
            }
            add_columns(self, y + 2 * r * side, self->row, rate * (separable ? self->radiates[k] : 1), k, up);
        }
    }
}

static void add_local(const ley_general *self, double *y, const double *x, double rate, bool up) {
    const ley_index side = self->side, levels = self->levels;
    for (ley_index r = 0; r < side && rate != 0; r++)
        for (int32_t i = 0; i < self->cells; i++) {
            const ley_index from = up ? r - with(i) * levels : r + with(i) * levels;
            if (bit(r / levels, i) == up)
                add_columns(self, y + 2 * r * side, x + 2 * from * side, rate * self->local[i], i, up);
        }
}

static void add_dephasing(const ley_general *self, double *y, const double *x, double collective, double local) {
    if (collective == 0 && local == 0) return;
    for (ley_index r = 0; r < self->side; r++)
        for (ley_index state = 0; state < self->states; state++) {
            const ley_index row = r / self->levels, place = 2 * (r * self->side + state * self->levels);
            const double apart = self->moment[row] - self->moment[state];
            double loss = 0.5 * collective * apart * apart;
            for (int32_t i = 0; i < self->cells; i++)
                if (bit(row ^ state, i)) loss += 2 * local * self->local[i];
            if (loss != 0) add_row(y + place, x + place, -loss, 0, self->levels);
        }
}

static void add_photon_jumps(const ley_general *self, double *y, const double *x, double loss, double gain) {
    const ley_index side = self->side, levels = self->levels;
    if (loss == 0 && gain == 0) return;
    for (ley_index r = 0; r < side; r++)
        for (ley_index s = 0; s < side; s++) {
            const ley_index n = r % levels, k = s % levels, here = 2 * (r * side + s), step = 2 * (side + 1);
            if (n + 1 < levels && k + 1 < levels)
                add_row(y + here, x + here + step, loss * self->root[n + 1] * self->root[k + 1], 0, 1);
            if (n > 0 && k > 0) add_row(y + here, x + here - step, gain * self->root[n] * self->root[k], 0, 1);
        }
}

static void general_fused(ley_generator *generator, double t, double *y, const double *x, double al, double be,
                          double ga) {
    const ley_general *self = (const ley_general *)generator;
    const ley_coefficients c = ley_coefficients_at(generator->model, t);
    const left_action a = {.self = self, .c = &c, .z = self->z, .x = x};
    memset(self->z, 0, (size_t)generator->n * sizeof *self->z);
    for (ley_index state = 0; state < self->states; state++)
        for (ley_index n = 0; n < self->levels; n++) {
            left_diagonal(&a, state, n);
            left_exchange(&a, state, n);
            left_flips(&a, state, n);
        }
    double *z = self->z; /* half of the jumps, so that what is added up is Hermitian to the last digit */
    add_collective(self, z, x, 0.5 * c.rate[LEY_COLLECTIVE_EMISSION], false);
    add_collective(self, z, x, 0.5 * c.rate[LEY_COLLECTIVE_ABSORPTION], true);
    add_local(self, z, x, 0.5 * c.rate[LEY_LOCAL_EMISSION], false);
    add_local(self, z, x, 0.5 * c.rate[LEY_LOCAL_ABSORPTION], true);
    add_dephasing(self, z, x, 0.5 * c.rate[LEY_COLLECTIVE_DEPHASING], 0.5 * c.rate[LEY_LOCAL_DEPHASING]);
    add_photon_jumps(self, z, x, 0.5 * c.rate[LEY_CAVITY_LOSS], 0.5 * c.rate[LEY_CAVITY_GAIN]);
    add_adjoint(y, z, x, al, be, ga, self->side);
}

static void general_apply(ley_generator *generator, double t, double *y, const double *x) {
    general_fused(generator, t, y, x, 1, 0, 0);
}

/* rho = 1 shows A in Z; dephasing has its loss there, too. */
void ley_general_left(ley_generator *generator, ley_complex *a) {
    ley_general *self = (ley_general *)generator;
    const ley_coefficients c = ley_coefficients_at(generator->model, 0);
    const left_action action = {.self = self, .c = &c, .z = (double *)a, .x = self->z};
    double local = 0;
    memset(a, 0, (size_t)generator->n * sizeof(double));
    memset(self->z, 0, (size_t)generator->n * sizeof *self->z);
    for (ley_index r = 0; r < self->side; r++) self->z[2 * r * (self->side + 1)] = 1;
    for (int32_t i = 0; i < self->cells; i++) local += self->local[i];
    for (ley_index state = 0; state < self->states; state++)
        for (ley_index n = 0; n < self->levels; n++) {
            left_diagonal(&action, state, n);
            left_exchange(&action, state, n);
            left_flips(&action, state, n);
            a[(state * self->levels + n) * (self->side + 1)].re -=
                0.5 * (c.rate[LEY_LOCAL_DEPHASING] * local +
                       c.rate[LEY_COLLECTIVE_DEPHASING] * self->moment[state] * self->moment[state]);
        }
}

static double general_decay(const ley_generator *generator, double t) {
    const ley_general *self = (const ley_general *)generator;
    const ley_coefficients c = ley_coefficients_at(generator->model, t);
    return ley_decay_bound(c.rate, &self->reach);
}

/* The spread of H, from the rows of A = -i H - loss / 2. */
static void general_bounds(const ley_generator *generator, double t, double *frequency, double *decay) {
    const ley_general *self = (const ley_general *)generator;
    const ley_index side = self->side;
    ley_complex *a = ley_allocate((size_t)(side * side), sizeof *a);
    double low = INFINITY, high = -INFINITY;
    *frequency = INFINITY;
    *decay = general_decay(generator, t);
    if (!a) return;
    ley_general_left((ley_generator *)generator, a);
    for (ley_index r = 0; r < side; r++) {
        double energy = 0;
        for (ley_index k = 0; k < side; k++) {
            const ley_complex here = a[r * side + k], there = a[k * side + r]; /* H is i (A - A') / 2 */
            if (k != r) energy += 0.5 * hypot(here.re - there.re, here.im + there.im);
        }
        low = fmin(low, -a[r * (side + 1)].im - energy);
        high = fmax(high, -a[r * (side + 1)].im + energy);
    }
    ley_release(a);
    *frequency = high - low;
}

/* The Hermitian part. */
static void general_symmetrise(const ley_generator *generator, double *x) {
    const ley_index side = ((const ley_general *)generator)->side;
    for (ley_index r = 0; r < side; r++) {
        x[2 * r * (side + 1) + 1] = 0;
        for (ley_index s = r + 1; s < side; s++) {
            double *upper = x + 2 * (r * side + s), *lower = x + 2 * (s * side + r);
            upper[0] = lower[0] = 0.5 * (upper[0] + lower[0]);
            upper[1] = 0.5 * (upper[1] - lower[1]);
            lower[1] = -upper[1];
        }
    }
}

/* ---- States ----------------------------------------------------------------------------------------------------
 */

static void general_start(const ley_generator *generator, double *x, const ley_complex *battery,
                          const ley_complex *cavity) {
    const ley_general *self = (const ley_general *)generator;
    ley_complex *cells = (ley_complex *)self->z;
    ley_start_cells(&self->orbits, &generator->blocks, &generator->model->battery_state, cells, battery,
                    (ley_complex *)x);
    for (ley_index r = 0; r < self->side; r++)
        for (ley_index s = 0; s < self->side; s++) {
            const ley_complex p = cells[r / self->levels * self->states + s / self->levels],
                              q = cavity[r % self->levels * self->levels + s % self->levels];
            x[2 * (r * self->side + s)] = p.re * q.re - p.im * q.im;
            x[2 * (r * self->side + s) + 1] = p.re * q.im + p.im * q.re;
        }
}

static double general_norm(const ley_generator *generator, const double *x) {
    double sum = 0;
    for (ley_index i = 0; i < generator->n; i++) sum += x[i] * x[i];
    return sqrt(sum);
}

/* Moments of the cavity alone; those with the battery are in the terms. */
static void cavity_moments(const ley_general *self, ley_reduced *out) {
    const int32_t levels = (int32_t)self->levels;
    for (int op = 0; op < LEY_MOMENT_CAVITY; op++)
        for (int32_t n = 0; n < levels; n++) {
            const int32_t to = n + ley_moment_cavity_shift(op);
            if (to < 0 || to >= levels) continue;
            const double weight = ley_moment_cavity_weight(op, levels, n);
            const ley_complex element = out->cavity[(ley_index)n * levels + to];
            ley_complex *moment = &out->moment[LEY_MOMENT_B_ONE * LEY_MOMENT_CAVITY + op];
            moment->re += weight * element.re;
            moment->im += weight * element.im;
        }
}

static void general_reduce(const ley_generator *generator, double *reduced, const double *x) {
    const ley_general *self = (const ley_general *)generator;
    const ley_index side = self->side, levels = self->levels, states = self->states;
    memset(reduced, 0, (size_t)ley_reduced_length(&generator->blocks) * sizeof *reduced);
    ley_reduced out = ley_reduced_view(&generator->blocks, reduced);
    const ley_complex *rho = (const ley_complex *)x;
    for (ley_index a = 0; a < states; a++)
        for (ley_index b = 0; b < states; b++)
            for (ley_index n = 0; n < levels; n++) {
                const ley_complex element = rho[(a * levels + n) * side + b * levels + n];
                out.cells[a * states + b].re += element.re;
                out.cells[a * states + b].im += element.im;
            }
    for (ley_index a = 0; a < states; a++)
        for (ley_index n = 0; n < levels; n++)
            for (ley_index k = 0; k < levels; k++) {
                const ley_complex element = rho[(a * levels + n) * side + a * levels + k];
                out.cavity[n * levels + k].re += element.re;
                out.cavity[n * levels + k].im += element.im;
            }
    cavity_moments(self, &out);
    ley_orbits_blocks(&self->orbits, &generator->blocks, out.battery, out.cells);
    ley_general_flows(self, out.term, out.flow, x);
}

/* There is one: everything. */
static void general_joint_block(const ley_generator *generator, ley_complex *block, const double *x, int32_t b) {
    (void)b;
    memcpy(block, x, (size_t)generator->n * sizeof *x);
}

/* ---- Creation --------------------------------------------------------------------------------------------------
 */

static void general_destroy(ley_generator *generator) {
    ley_general *self = (ley_general *)generator;
    ley_blocks_clear(&self->base.blocks);
    ley_orbits_clear(&self->orbits);
    ley_release(self->offset);
    ley_release(self->moment);
    ley_release(self->root);
    ley_release(self->row);
    ley_release(self->z);
    ley_release(self);
}

static const ley_generator_class general_class = {
    .name = "general",
    .apply = general_apply,
    .fused = general_fused,
    .bounds = general_bounds,
    .decay = general_decay,
    .symmetrise = general_symmetrise,
    .start = general_start,
    .reduce = general_reduce,
    .norm = general_norm,
    .joint_block = general_joint_block,
    .destroy = general_destroy,
};

/* Weights may be negative. The largest eigenvalue of sum K_ik s+_i s-_k is at most that of any state's row. */
static ley_decay_reach reach_of(const ley_general *self) {
    ley_decay_reach reach = {.photons = (double)self->levels - 1};
    for (int32_t i = 0; i < self->cells; i++) reach.cells += fabs(self->local[i]);
    double low = INFINITY, high = -INFINITY;
    for (ley_index x = 0; x < self->states; x++) {
        double row = 0;
        for (int32_t i = 0; i < self->cells; i++) {
            if (!bit(x, i)) continue;
            row += fabs(self->kernel[i][i]);
            for (int32_t k = 0; k < self->cells; k++)
                if (!bit(x, k)) row += fabs(self->kernel[i][k]);
        }
        reach.ladder = fmax(reach.ladder, row);
        low = fmin(low, self->moment[x]);
        high = fmax(high, self->moment[x]);
    }
    reach.apart = high - low;
    return reach;
}

static void fill_tables(ley_general *self) {
    const ley_model *model = self->base.model;
    const ley_unlike *u = &model->unlike;
    const int32_t n = self->cells;
    for (int32_t i = 0; i < n; i++) {
        self->weight[i] = u->coupling ? u->coupling_weight[i] : 1;
        self->drive[i] = u->drive ? u->drive_weight[i] : 1;
        self->radiates[i] = u->collective ? u->collective_weight[i] : 1;
        self->local[i] = u->local ? u->local_weight[i] : 1;
    }
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = 0; k < n; k++) {
            const double both = self->radiates[i] * self->radiates[k];
            self->kernel[i][k] = both * (u->placed ? u->kernel[i * n + k] : 1);
            self->shift[i][k] = u->placed ? both * u->shift[i * n + k] : 0;
        }
    for (ley_index x = 0; x < self->states; x++)
        for (int32_t i = 0; i < n; i++) {
            if (u->frequency && bit(x, i)) self->offset[x] += u->offset[i];
            self->moment[x] += self->radiates[i] * (bit(x, i) ? 0.5 : -0.5);
        }
    for (ley_index k = 0; k <= self->levels; k++) self->root[k] = sqrt((double)k);
    self->reach = reach_of(self);
}

double ley_general_length(const ley_model *model, int32_t part) {
    (void)part;
    const double side = ldexp(1, model->cells) * (model->levels > 0 ? model->levels : 1);
    return 2 * side * side;
}

double ley_general_reduced(const ley_model *model) {
    return ldexp(1, 2 * model->cells) + LEY_TERMS * (LEY_CHANNEL_COUNT + 1);
}

ley_status ley_generator_general_create(ley_generator **generator, const ley_model *model, int32_t part,
                                        ley_error *err) {
    (void)part;
    ley_general *self = ley_allocate(1, sizeof *self);
    if (!self) return ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the generator");
    self->base.class = &general_class;
    self->base.model = model;
    self->cells = model->cells;
    self->levels = model->levels > 0 ? model->levels : 1;
    ley_status status = ley_orbits_create(&self->orbits, model->cells, err);
    if (status == LEY_OK) status = ley_blocks_create(&self->base.blocks, model->cells, (int32_t)self->levels, err);
    if (status != LEY_OK) goto failed;
    self->states = self->base.blocks.whole = (ley_index)1 << model->cells;
    self->side = self->states * self->levels;
    self->base.n = 2 * self->side * self->side;
    self->base.n_compact = ley_reduced_length(&self->base.blocks);
    self->offset = ley_allocate((size_t)self->states, sizeof *self->offset);
    self->moment = ley_allocate((size_t)self->states, sizeof *self->moment);
    self->root = ley_allocate((size_t)self->levels + 1, sizeof *self->root);
    self->row = ley_allocate(2 * (size_t)self->side, sizeof *self->row);
    self->z = ley_allocate((size_t)self->base.n, sizeof *self->z);
    if (!self->offset || !self->moment || !self->root || !self->row || !self->z) {
        status = ley_fail(err, LEY_ERR_MEMORY, "generator", "no memory for the tables of the generator");
        goto failed;
    }
    fill_tables(self);
    *generator = &self->base;
    return LEY_OK;
failed:
    general_destroy(&self->base);
    return status;
}
