#include "run/mean_field.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/stencil.h"
#include "propagator/propagator.h"

#include <math.h>
#include <string.h>

enum {
    ALPHA_RE, /* <a> */
    ALPHA_IM,
    SPIN_RE, /* <sigma_-> of one cell */
    SPIN_IM,
    SPIN_Z, /* <sigma_z> */
    NUMBERS,
    KEPT = 4, /* of them: what a displacement is asked for */
    NODES = 8 /* of a segment: its polynomial has degree 7 */
};
static const double mean_field_tolerance = 1e-12; /* over the whole run, relative to alpha */

typedef struct piece {
    double begin, end, value[NODES][KEPT];
} piece;

typedef struct mean_field {
    const ley_model *model; /* while it is integrated */
    double frame;
    piece *pieces;
    size_t n, capacity;
    double node[NODES];
    ley_status status;
} mean_field;

/* Means of the master equation with all correlations left out. */
static void slope(void *self, double t, double *y, const double *x) {
    const mean_field *s = self;
    const ley_coefficients c = ley_coefficients_at(s->model, t);
    const double *rate = c.rate, n = s->model->cells, z = x[SPIN_Z];
    const double w0 = c.w0 - s->frame, wc = c.wc - s->frame, plus = c.rotating + c.counter,
                 minus = c.rotating - c.counter;
    const double drive_re = cos(s->frame * t), drive_im = sin(s->frame * t);
    /* H = wc a'a + (eta a' + adjoint) + N g (sigma_+ a + ...): the force on a, and the field on a cell */
    const double force_re = c.eta * drive_re + n * plus * x[SPIN_RE],
                 force_im = c.eta * drive_im + n * minus * x[SPIN_IM];
    const double field_re = plus * x[ALPHA_RE] + 0.5 * c.omega * drive_re,
                 field_im = minus * x[ALPHA_IM] + 0.5 * c.omega * drive_im;
    const double half_loss = 0.5 * (rate[LEY_CAVITY_LOSS] - rate[LEY_CAVITY_GAIN]);
    y[ALPHA_RE] = wc * x[ALPHA_IM] - half_loss * x[ALPHA_RE] + force_im;
    y[ALPHA_IM] = -wc * x[ALPHA_RE] - half_loss * x[ALPHA_IM] - force_re;
    const double down = rate[LEY_LOCAL_EMISSION] + rate[LEY_COLLECTIVE_EMISSION],
                 up = rate[LEY_LOCAL_ABSORPTION] + rate[LEY_COLLECTIVE_ABSORPTION];
    const double together = (n - 1) * (rate[LEY_COLLECTIVE_EMISSION] - rate[LEY_COLLECTIVE_ABSORPTION]);
    const double decay = 0.5 * (down + up + rate[LEY_COLLECTIVE_DEPHASING]) + 2 * rate[LEY_LOCAL_DEPHASING];
    y[SPIN_RE] = w0 * x[SPIN_IM] - field_im * z + (0.5 * together * z - decay) * x[SPIN_RE];
    y[SPIN_IM] = -w0 * x[SPIN_RE] + field_re * z + (0.5 * together * z - decay) * x[SPIN_IM];
    y[SPIN_Z] = 4 * (field_im * x[SPIN_RE] - field_re * x[SPIN_IM]) - down * (1 + z) + up * (1 - z) -
                2 * together * (x[SPIN_RE] * x[SPIN_RE] + x[SPIN_IM] * x[SPIN_IM]);
}

static double size(void *self, const double *x) {
    (void)self;
    double sum = 0;
    for (int i = 0; i < NUMBERS; i++) sum += x[i] * x[i];
    return sqrt(sum);
}

static void all(void *self, double *reduced, const double *x) {
    (void)self;
    memcpy(reduced, x, NUMBERS * sizeof *x);
}

static int keep(void *user, const ley_segment *segment) {
    mean_field *s = user;
    if (ley_grow((void **)&s->pieces, &s->capacity, s->n + 1, sizeof *s->pieces)) {
        s->status = LEY_ERR_MEMORY;
        return 1;
    }
    piece *p = &s->pieces[s->n++];
    p->begin = segment->begin;
    p->end = segment->end;
    for (int k = 0; k < NODES; k++) {
        double x[NUMBERS], t = k + 1 == NODES ? p->end : p->begin + (p->end - p->begin) * s->node[k];
        segment->reduced(segment, t, x);
        memcpy(p->value[k], x, sizeof p->value[k]);
    }
    return 0;
}

static void start(const ley_model *model, double *x) {
    const ley_battery_state *battery = &model->battery_state;
    memset(x, 0, NUMBERS * sizeof *x);
    if (model->cavity_state.kind == LEY_CAVITY_COHERENT) {
        x[ALPHA_RE] = model->cavity_state.alpha.re;
        x[ALPHA_IM] = model->cavity_state.alpha.im;
    }
    switch (battery->kind) {
    case LEY_BATTERY_GROUND:
        x[SPIN_Z] = -1;
        break;
    case LEY_BATTERY_EXCITED:
        x[SPIN_Z] = 1;
        break;
    case LEY_BATTERY_DICKE:
        x[SPIN_Z] = (double)battery->two_m / model->cells;
        break;
    case LEY_BATTERY_SPIN_COHERENT:
        x[SPIN_RE] = 0.5 * sin(battery->theta) * cos(battery->phi);
        x[SPIN_IM] = -0.5 * sin(battery->theta) * sin(battery->phi);
        x[SPIN_Z] = cos(battery->theta);
        break;
    case LEY_BATTERY_GIBBS:
        x[SPIN_Z] = (battery->q - 1) / (battery->q + 1);
        break;
    case LEY_BATTERY_BLOCKS: {
        const ley_complex *block = battery->given;
        for (int32_t b = 0; b < ley_spin_blocks(model->cells); b++) {
            const int32_t two_j = ley_spin_two_j(model->cells, b);
            const ley_index d = two_j + 1;
            for (ley_index i = 0; i < d; i++) {
                x[SPIN_Z] += (double)(2 * i - two_j) / model->cells * block[i * (d + 1)].re;
                if (i == 0) continue;
                const double down = ley_ladder_minus(two_j, (int32_t)i) / model->cells;
                x[SPIN_RE] += down * block[i * d + i - 1].re;
                x[SPIN_IM] += down * block[i * d + i - 1].im;
            }
            block += d * d;
        }
        break;
    }
    case LEY_BATTERY_RANDOM: /* never here: these tell cells from one another */
    case LEY_BATTERY_ROTATED:
    case LEY_BATTERY_SWAPPED:
        break;
    }
}

static void at(const void *self, double t, ley_complex *alpha, ley_complex *spin) {
    const mean_field *s = self;
    size_t low = 0, high = s->n; /* the piece with begin <= t */
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (s->pieces[middle].begin <= t)
            low = middle;
        else
            high = middle;
    }
    const piece *p = &s->pieces[low];
    const double theta = (t - p->begin) / (p->end - p->begin);
    double value[KEPT] = {0}, sum = 0;
    for (int k = 0; k < NODES; k++) { /* barycentric, Chebyshev points with both ends */
        double distance = theta - s->node[k];
        if (fabs(distance) < 1e-15) {
            memcpy(value, p->value[k], sizeof value);
            sum = 1;
            break;
        }
        double weight = (k % 2 == 0 ? 1.0 : -1.0) * (k == 0 || k == NODES - 1 ? 0.5 : 1.0) / distance;
        sum += weight;
        for (int i = 0; i < KEPT; i++) value[i] += weight * p->value[k][i];
    }
    *alpha = (ley_complex){value[ALPHA_RE] / sum, value[ALPHA_IM] / sum};
    *spin = (ley_complex){value[SPIN_RE] / sum, value[SPIN_IM] / sum};
}

static void destroy(void *self) {
    mean_field *s = self;
    ley_release(s->pieces);
    ley_release(s);
}

ley_status ley_mean_field_create(ley_displacement *displacement, const ley_model *model, double t_end,
                                 ley_error *err) {
    mean_field *s = ley_allocate(1, sizeof *s);
    if (!s) return ley_fail(err, LEY_ERR_MEMORY, "displacement", "no memory for the mean field");
    const double half_pi = acos(0.0);
    for (int k = 0; k < NODES; k++) {
        double x = sin(half_pi * k / (NODES - 1));
        s->node[k] = x * x;
    }
    s->model = model;
    s->frame = ley_half_frame(model);
    double x[NUMBERS];
    start(model, x);
    ley_schedule schedule = {0};
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    ley_model_signals(model, signals);
    ley_status status = ley_schedule_create(&schedule, signals, LEY_MODEL_SIGNALS, 0, fmax(t_end, 1e-300), err);
    if (status == LEY_OK) {
        const ley_problem problem = {
            .self = s, .n = NUMBERS, .n_reduced = NUMBERS, .apply = slope, .norm = size, .reduce = all};
        ley_propagation propagation = {
            .tolerance = mean_field_tolerance * (1 + hypot(x[ALPHA_RE], x[ALPHA_IM])), .sink = keep, .user = s};
        status = ley_dop853(&problem, x, &schedule, &propagation, err);
        if (s->status != LEY_OK) status = ley_fail(err, s->status, "displacement", "no memory for the mean field");
    }
    ley_schedule_clear(&schedule);
    s->model = NULL;
    if (status != LEY_OK) {
        destroy(s);
        return status;
    }
    *displacement = (ley_displacement){.at = at, .destroy = destroy, .self = s};
    return LEY_OK;
}
